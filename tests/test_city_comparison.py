"""The comparison itself: a missed fault, a sprung trap, a wrong word, and what nobody expected."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from govcrawl.config import load
from tests.city import (
    City,
    CityServer,
    FolderInUseError,
    Planted,
    build,
    compare,
    print_comparison,
    write_office,
)
from tests.city.form import KEYS

TODAY = date(2026, 11, 25)


@cache
def city() -> City:
    return build(TODAY)


def finding(number: int, planted: Planted, members: list[str]) -> dict[str, Any]:
    """What a crawler that makes no mistake would say of a fault."""
    home = f"http://{planted.site}.example.gov.cn/"
    return dict.fromkeys(KEYS) | {
        "fingerprint": f"f{number}",
        "check": "check",
        "basis": "依据",
        "fix": "办法",
        "severity": planted.severity or "problem",
        "first_seen": "2026-11-25T00:00:00+00:00",
        "last_seen": "2026-11-25T00:00:00+00:00",
        "evidence": {
            "snippet": "<a>",
            "line": 1,
            "selector": "a",
            "screenshot": None,
            "observed": ["2026-11-25T00:00:00+00:00", "2026-11-25T00:00:02+00:00"],
        },
        "site": planted.site,
        "rule": planted.rule,
        "unit": planted.unit,
        "sponsor": planted.sponsor,
        "on_home": planted.on_home,
        "external": planted.external,
        "page": planted.page or planted.column or home,
        "target": planted.target,
        "column": planted.column,
        "occurrences": planted.places,
        "more_pages": [],
        "status": "suspected" if planted.rule == "date-missing" else "confirmed",
        "title": planted.note,
        "detail": {"cause": planted.cause, "members": members},
    }


def all_findings() -> list[dict[str, Any]]:
    numbers: dict[str, list[str]] = {}
    for number, planted in enumerate(city().planted):
        numbers.setdefault(planted.site, []).append(f"f{number}")
    return [finding(number, planted, numbers[planted.site]) for number, planted in enumerate(city().planted)]


def test_a_crawler_without_mistakes_is_good() -> None:
    comparison = compare(all_findings(), city())
    assert comparison.good
    assert len(comparison.found) == len(city().planted)


def test_each_fault_that_is_left_out_is_missed() -> None:
    findings = all_findings()
    for number, planted in enumerate(city().planted):
        comparison = compare(findings[:number] + findings[number + 1 :], city())
        assert planted in comparison.missed, planted


def test_each_trap_can_be_sprung() -> None:
    for trap in city().traps:
        for rule in sorted(trap.rules):
            false_alarm: dict[str, Any] = {
                "fingerprint": "x", "site": trap.site, "rule": rule, "unit": None, "page": "http://somewhere.example/",
                "target": trap.address, "column": None, "occurrences": 1, "status": "suspected", "detail": {},
            }  # fmt: skip
            comparison = compare([*all_findings(), false_alarm], city())
            assert [sprung.trap for sprung in comparison.sprung], (trap, rule)
            assert not comparison.good


def test_what_nobody_planted_is_unexpected() -> None:
    extra = all_findings()[0] | {"rule": "link-broken", "target": "http://www.example.gov.cn/living.html"}
    assert compare([*all_findings(), extra], city()).unexpected == (extra,)


def test_the_same_fault_found_twice_is_one_too_many() -> None:
    findings = all_findings()
    assert compare([*findings, findings[3] | {"fingerprint": "again"}], city()).unexpected


@pytest.mark.parametrize(
    ("rule", "change", "word"),
    [
        ("link-broken", {"detail": {"cause": "nothing"}}, "原因"),
        ("link-broken", {"unit": "somebody"}, "整改"),
        ("link-broken", {"sponsor": "somebody"}, "主办"),
        ("link-broken", {"status": "suspected"}, "状态"),
        ("link-broken", {"on_home": None}, "在首页"),
        ("link-broken", {"external": None}, "是外链"),
        ("columns-blank", {"detail": {"members": ["f1", "unknown"]}}, "所含"),
        ("link-broken", {"occurrences": 1}, "至少"),
    ],
)
def test_a_fault_told_wrongly_is_not_good(rule: str, change: dict[str, Any], word: str) -> None:
    findings = all_findings()
    number = next(
        n for n, p in enumerate(city().planted) if p.rule == rule and (word != "至少" or p.places > 1)
    )
    findings[number] |= change
    comparison = compare(findings, city())
    assert any(word in text for found in comparison.wrong for text in found.wrong)
    assert not comparison.good


def test_a_parked_domain_that_is_called_gambling_is_told_wrongly() -> None:
    findings = all_findings()
    number = next(n for n, p in enumerate(city().planted) if p.unsaid)
    findings[number] |= {"title": "链接指向赌博网站"}
    assert [found.finding for found in compare(findings, city()).wrong] == [findings[number]]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("link-broken", {"evidence": {"observed": ["2026-11-25T00:00:00+00:00"]}}),
        ("link-broken", {"fix": ""}),
        ("link-broken", {"status": "new"}),
        ("link-broken", {"more_pages": ["http://a.example/"] * 21, "occurrences": 30}),
        ("home-stale", {"title": ""}),
    ],
)
def test_a_finding_must_be_written_as_promised(rule: str, change: dict[str, Any]) -> None:
    findings = all_findings()
    number = next(n for n, p in enumerate(city().planted) if p.rule == rule)
    changed = dict(findings[number])
    for key, value in change.items():
        changed[key] = changed[key] | value if isinstance(value, dict) else value
    assert compare([*findings[:number], changed, *findings[number + 1 :]], city()).malformed


def test_no_key_may_be_left_out() -> None:
    for key in KEYS - {"fingerprint", "site", "rule", "page", "target", "status", "detail"}:
        one = {name: value for name, value in all_findings()[0].items() if name != key}
        assert compare([one, *all_findings()[1:]], city()).malformed, key


def test_a_finding_that_was_corrected_or_dismissed_counts_as_gone() -> None:
    findings = all_findings()
    findings[0] |= {"status": "dismissed"}
    assert compare(findings, city()).missed == (city().planted[0],)


def test_a_trap_that_nobody_looked_at_proves_nothing() -> None:
    wanted = [trap for trap in city().traps if trap.asked is True]
    forbidden = [trap for trap in city().traps if trap.asked is False]
    unseen = compare(all_findings(), city(), asked=lambda _: 0)
    assert [one.trap for one in unseen.untried] == wanted
    everything = compare(all_findings(), city(), asked=lambda _: 1)
    assert [one.trap for one in everything.untried] == forbidden
    assert forbidden, "a link in a comment must be among the traps"


def test_a_host_that_refuses_robots_must_be_listed_as_not_verified() -> None:
    refusing = [trap for trap in city().traps if trap.unverified]
    walled = {"site": city().walled[0], "result": "blocked", "unverified": []}
    assert [one.trap for one in compare(all_findings(), city(), runs=[walled]).untried] == refusing
    runs = [{"site": trap.site, "unverified": [{"url": trap.address}]} for trap in refusing]
    assert not compare(all_findings(), city(), runs=[walled, *runs]).untried


@pytest.mark.parametrize("result", ["complete", "partial", None])
def test_a_site_that_lets_no_program_in_must_not_count_as_seen(result: str | None) -> None:
    [trap] = [trap for trap in city().traps if trap.unjudged]
    runs: list[dict[str, Any]] = [{"site": trap.site, "result": result, "unverified": []}]
    assert trap in [one.trap for one in compare(all_findings(), city(), runs=runs).untried]


def test_without_ipv6_nothing_is_expected_that_needs_it() -> None:
    left = [
        one
        for one in all_findings()
        if not one["rule"].startswith("ipv6-") or one["rule"] == "ipv6-no-address"
    ]
    home = "http://www.example.gov.cn/"
    left.append(left[0] | {"site": "portal", "rule": "ipv6-no-address", "page": home, "target": None})
    comparison = compare(left, city(), ipv6=False)
    assert comparison.good, "where [::1] does not work, all sites of the city have IPv4 only"
    assert comparison.not_tested


def test_a_list_that_needs_a_browser_may_be_unreadable() -> None:
    tolerated = city().tolerated[0]
    one = all_findings()[0] | {"site": tolerated.site, "rule": tolerated.rule, "target": None}
    comparison = compare(
        [*all_findings(), one | {"page": tolerated.address, "column": tolerated.address}], city()
    )
    assert comparison.good
    assert len(comparison.tolerated) == 1


def test_the_table_names_what_is_wrong() -> None:
    findings = all_findings()[1:]
    console = Console(record=True, width=160, file=StringIO())
    print_comparison(compare(findings, city()), city(), console)
    text = console.export_text()
    assert "漏掉的问题（1）" in text
    assert city().planted[0].note in text


def test_the_office_can_be_read(tmp_path: Path) -> None:
    with CityServer(city()) as server:
        write_office(tmp_path / "office", city(), server)
        write_office(tmp_path / "office", city(), server)
        config = load(tmp_path / "office" / "govcrawl.toml")
        assert dict(config.crawl.resolve) == {name: tuple(where) for name, where in server.resolve.items()}
    registry = yaml.safe_load((tmp_path / "office" / "registry.yaml").read_text(encoding="utf-8"))
    assert [site["id"] for site in registry["sites"]] == list(city().sites)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with CityServer(city()) as server, pytest.raises(FolderInUseError):
        write_office(tmp_path, city(), server)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "mine"
