"""The made-up city must be right itself: no dead link that nobody planted, no fault that is none."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from checks.ads import Ads
from checks.attribution import Attribution
from checks.dead_links import DeadLinks
from checks.freshness import Freshness
from checks.ipv6 import Ipv6
from govcrawl.rules import load_profile
from tests.city import City, build
from tests.city.build import SITES
from tests.city.shapes import address_key, same_address
from tests.city.specs import Column

DAYS = [date(2026, 11, 25), date(2027, 1, 2), date(2028, 2, 29), date(2026, 3, 1)]
CAUSES = {
    "dns",
    "refused",
    "reset",
    "timeout",
    "tls",
    "http",
    "redirect-loop",
    "soft-404",
    "empty",
    "wrong-type",
}
_LINK = re.compile(r"""(?:href|src)=["']([^"'#][^"']*)["']""")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@cache
def city(day: date = DAYS[0]) -> City:
    return build(day)


def test_the_same_day_gives_the_same_city() -> None:
    again, known = build(DAYS[0]), city()
    assert again.pages == known.pages, "the pages of one day must not change from run to run"
    assert (again.planted, again.traps, again.registry_yaml) == (
        known.planted,
        known.traps,
        known.registry_yaml,
    )


def test_the_city_is_as_large_as_was_asked_for() -> None:
    assert len(city().sites) >= 4
    assert city().count() >= 300


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_day_has_the_same_faults_and_traps(day: date) -> None:
    there = Counter((planted.site, planted.rule) for planted in city(day).planted)
    assert there == Counter((planted.site, planted.rule) for planted in city().planted)
    assert len(city(day).traps) == len(city().traps)


def test_every_rule_of_the_five_checks_is_planted_twice() -> None:
    rules = {rule.code for check in (Freshness, DeadLinks, Ads, Attribution, Ipv6) for rule in check.rules}
    rules -= {"ipv6-name-servers"}  # of hosts in [crawl.resolve], as the city's are, none is looked up
    rules -= {"link-part-missing"}  # told only where the office asks for it
    planted = Counter(fault.rule for fault in city().planted)
    rare = {rule: planted[rule] for rule in rules if planted[rule] < 2}
    assert not rare, f"planted less than twice: {rare}"


def test_every_cause_of_a_broken_link_is_planted() -> None:
    assert {fault.cause for fault in city().planted if fault.rule == "link-broken"} == CAUSES


def test_no_fault_is_planted_twice_at_one_place() -> None:
    places = Counter((p.site, p.rule, p.page, p.target, p.column) for p in city().planted)
    assert places.most_common(1)[0][1] == 1, places.most_common(3)


def served(where: City, url: str) -> int | None:
    """The status that an address ends in, redirects within the city set aside; None: nobody answers."""
    parts = urlsplit(url)
    door = where.hosts.get(f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}")
    if door not in {"web", "web4", "web-refuse6", "tls"}:
        return None
    host, path = address_key(url)
    answer = where.pages.get((host, path)) or where.pages.get((host, path.partition("?")[0]))
    if answer is not None:
        return answer.status
    if any(host == name and path.startswith(beginning) for name, beginning in where.endless):
        return 200
    return 200 if host in where.catch_all else 404


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_link_is_dead_that_nobody_planted(day: date) -> None:
    where = city(day)
    planted = [fault.target for fault in where.planted if fault.target]
    spared = [trap.address for trap in where.traps if trap.asked is not True or trap.unverified]
    spared += [fault.column for fault in where.planted if fault.rule == "column-unreadable" and fault.column]
    unplanned: dict[str, str] = {}
    for (host, path), page in where.pages.items():
        if not page.content_type.startswith("text/html") or not host.endswith("example.gov.cn"):
            continue
        encoding = "gb18030" if host.startswith("nmj") else "utf-8"
        text = _COMMENT.sub("", page.body.decode(encoding))
        for raw in _LINK.findall(text):
            url = urljoin(f"http://{host}{path}", unescape(raw.strip()).replace("\\", "/"))
            if not url.lower().startswith("http") or served(where, url) in {200, 301, 302}:
                continue
            if not any(same_address(url, known) for known in (*planted, *spared)):
                unplanned[url] = f"{host}{path}"
    assert not unplanned, f"dead links that no plan speaks of: {dict(list(unplanned.items())[:5])}"


def test_every_planted_target_is_linked() -> None:
    pages = {
        key: page.body.decode("gb18030" if key[0].startswith("nmj") else "utf-8")
        for key, page in city().pages.items()
        if page.content_type.startswith("text/html") and key[0].endswith("example.gov.cn")
    }
    for fault in city().planted:
        if fault.target and fault.page:
            text = pages[address_key(fault.page)]
            links = [urljoin(fault.page, raw) for raw in _LINK.findall(text)]
            assert any(same_address(link, fault.target) for link in links), fault


def test_traps_and_faults_do_not_contradict() -> None:
    for trap in city().traps:
        for fault in city().planted:
            if fault.site != trap.site or fault.rule not in trap.rules:
                continue
            places = (fault.target,) if fault.target else (fault.column, fault.page)
            assert not any(same_address(place, trap.address) for place in places if place), (trap, fault)


def test_when_all_is_mended_nothing_is_planted_and_no_address_is_lost() -> None:
    mended = build(DAYS[0], mended=True)
    assert not mended.planted
    assert mended.traps == city().traps
    assert mended.registry_yaml == city().registry_yaml
    lost = {key for key, page in city().pages.items() if page.status == 200} - set(mended.pages)
    assert not lost, "a correction must not make other addresses die"


def test_when_all_is_mended_no_page_links_to_a_fault() -> None:
    mended = build(DAYS[0], mended=True)
    targets = [fault.target for fault in city().planted if fault.target and "fxkh" not in fault.target]
    for (host, path), page in mended.pages.items():
        if page.content_type.startswith("text/html") and host.endswith("example.gov.cn"):
            text = page.body.decode("gb18030" if host.startswith("nmj") else "utf-8")
            links = [urljoin(f"http://{host}{path}", raw) for raw in _LINK.findall(_COMMENT.sub("", text))]
            left = [link for link in links if any(same_address(link, target) for target in targets)]
            assert not left, f"{host}{path}"


def stale_days(column: Column) -> int | None:
    if column.archived or column.type == "静态信息" or column.shape in {"document", "hub", "redirect"}:
        return None
    if column.max_age_days is not None:
        return column.max_age_days
    value = load_profile("tongliao-2023").get(f"days.{column.type}")
    return None if value is None or value.value is None else int(str(value.value))


@pytest.mark.parametrize(
    ("site", "column"),
    [(site.id, column) for site in SITES for column in site.columns if column.registered],
    ids=lambda value: value if isinstance(value, str) else value.path,
)
def test_planted_staleness_agrees_with_the_profile(site: str, column: Column) -> None:
    """A column is planted as stale if and only if its newest entry is too old by the profile."""
    planted = any("column-stale" in mark.rules and not mark.trap for mark in column.marks)
    days = stale_days(column)
    if days is None or column.shape in {
        "empty",
        "empty-count",
        "script-dead",
        "undated",
        "blocked",
        "missing",
    }:
        assert not planted, f"{site} {column.name} cannot be stale"
    else:
        assert planted == (column.newest > days), (
            f"{site} {column.name}: newest {column.newest}, limit {days}"
        )
        assert abs(column.newest - days) > 1, (
            "a fault that hangs on one day makes the demonstration fail at midnight"
        )
