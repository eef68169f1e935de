"""Pages of our own writing with advertisements and traps, through the real readers and the real check.

Each `tests/fixtures/ads/NAME.html` has a `NAME.yaml`: what it says, the facts around it, and the findings
that it must give, none for a trap. Counted by rule: right, missed, false.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.ad_exceptions import AdException
from checks.ad_filters import BraveFilters, shipped_text
from checks.ads import Ads
from checks.commercial import parse_domains
from govcrawl.model import (
    Account,
    Context,
    Finding,
    FloatingLink,
    LinkTarget,
    LinkVerdict,
    PageRequest,
    Site,
    SiteReading,
    Verdict,
)
from govcrawl.net.browser import Rendered
from govcrawl.pages import Scope, read_page
from govcrawl.registry.platforms import platform_hosts
from govcrawl.rules import load_profile
from spiders.screen import Screen, shown_pages, take_floating
from spiders.targets import Targets
from tests.corpus import corpus_folder, saved_pages

FOLDER = Path(__file__).parents[1] / "fixtures" / "ads"
HOME = "http://www.example.gov.cn/"
SITE = Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME)
_GOVERNMENT = re.compile("网站标识码|政府网站|人民政府办公|政府信息公开|gov\\.cn/images|conac")
"""What the pages of governments say at their foot."""
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))


@dataclass(frozen=True)
class Fixture:
    """One page and what it must give."""

    name: str
    facts: dict[str, Any]
    found: list[Finding]

    @property
    def wanted(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {(entry["rule"], entry["target"]): entry for entry in self.facts["findings"]}


def judged(name: str) -> Fixture:
    """Read a page as a crawl does, and judge all its links and what a browser told of it."""
    facts = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    url = facts["url"]
    page = read_page((FOLDER / f"{name}.html").read_bytes(), url, "text/html")
    ctx, scope, targets, found = context(facts), Scope(SITE), Targets(Scope(SITE)), []
    targets.add_page(
        url,
        page.links,
        page.floating,
        adverts=page.advert_names,
        prove=page.evidence,
        column=None,
        on_home=url == HOME,
        new=lambda _: None,
    )
    screen = Screen(None, watches=True, scope=scope, shown=shown(facts, url))  # type: ignore[arg-type]
    take_floating(screen, targets, scope, lambda _: (None, url == HOME))
    for target in targets:
        target.title = facts.get("titles", {}).get(target.url, "")
        found += Ads().link(target, verdict(target), ctx)
    pages = shown_pages(screen, targets, scope, lambda _: (None, url == HOME))
    found += Ads().site(SiteReading(url=HOME, home=None, shown=pages), ctx)
    return Fixture(name, facts, unique(found))


def unique(found: list[Finding]) -> list[Finding]:
    """As `spiders.judging` keeps them: one finding a rule and subject."""
    kept: dict[tuple[str, str], Finding] = {}
    for finding in found:
        kept.setdefault((finding.rule, finding.subject), finding)
    return list(kept.values())


def context(facts: dict[str, Any]) -> Context:
    accounts = [
        Account(id=str(n), unit="zfb", name="示例", **account)
        for n, account in enumerate(facts.get("accounts", []))
    ]
    exceptions = [
        AdException(
            **entry
            | {key: date.fromisoformat(entry[key]) for key in ("date", "until") if entry.get(key) is not None}
        )
        for entry in facts.get("exceptions", [])
    ]
    lists = [shipped_text(), "\n".join(facts.get("lists", []))]
    return Context(
        site=SITE,
        profile=load_profile("tongliao-2023"),
        today=date(2026, 11, 25),
        options={
            "ad_filters": BraveFilters(lambda: lists),
            "commercial_domains": parse_domains(facts.get("commercial_domains", "")),
            "own_hosts": frozenset().union(*map(platform_hosts, accounts)),
            "ad_exceptions": tuple(exceptions),
        },
    )


def shown(facts: dict[str, Any], url: str) -> dict[str, Rendered]:
    told = facts.get("shown")
    if told is None:
        return {}
    return {
        url: Rendered(
            "<html></html>",
            requests=tuple(PageRequest(**request) for request in told.get("requests", [])),
            floating=tuple(FloatingLink(**window) for window in told.get("floating", [])),
        )
    }


def verdict(target: LinkTarget) -> LinkVerdict:
    return LinkVerdict(url=target.url, verdict=Verdict.OK, tries=())


@pytest.fixture(scope="module")
def fixtures() -> list[Fixture]:
    return [judged(name) for name in NAMES]


def test_there_are_enough_and_half_are_traps() -> None:
    traps = [name for name in NAMES if name.startswith("trap-")]
    assert len(NAMES) >= 35
    assert len(traps) * 2 >= len(NAMES)
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == NAMES, (
        "each page has its findings beside it"
    )


def test_right_missed_and_false_by_rule(fixtures: list[Fixture]) -> None:
    right, missed, false = Counter[str](), Counter[str](), Counter[str]()
    faults = []
    for fixture in fixtures:
        wanted = fixture.wanted
        got = {(finding.rule, finding.target or ""): finding for finding in fixture.found}
        for key in wanted.keys() - got.keys():
            missed[key[0]] += 1
            faults.append(f"{fixture.name}: missed {key}")
        for key in got.keys() - wanted.keys():
            false[key[0]] += 1
            faults.append(f"{fixture.name}: false {key}: {got[key].title}")
        for key in wanted.keys() & got.keys():
            finding, entry = got[key], wanted[key]
            said = {"certain": finding.certain, **finding.detail}
            wrong = {
                name: (said.get(name), value)
                for name, value in entry.items()
                if name in {"certain", "kind", "network"} and said.get(name) != value
            }
            right[key[0]] += not wrong
            faults += [f"{fixture.name}: {key}: {wrong}"] if wrong else []
    rules = ("ad-network", "ad-link", "ad-floating")
    table = "\n".join(
        f"{rule}: right {right[rule]}, missed {missed[rule]}, false {false[rule]}" for rule in rules
    )
    print(f"\n{table}")
    assert not faults, f"{table}\n" + "\n".join(faults)
    assert all(right[rule] >= 4 for rule in rules), f"each rule is put to the test:\n{table}"


def test_a_trap_is_empty_and_a_page_of_faults_is_not(fixtures: list[Fixture]) -> None:
    for fixture in fixtures:
        assert bool(fixture.wanted) != fixture.name.startswith("trap-"), f"{fixture.name}.yaml"


def test_findings_show_where_they_stand(fixtures: list[Fixture]) -> None:
    for fixture in fixtures:
        for finding in fixture.found:
            if finding.detail.get("seen_by") is None:
                assert finding.evidence.snippet, f"{fixture.name}: {finding.title}"
                assert finding.evidence.line, f"{fixture.name}: {finding.title}"


def test_another_day_and_another_site_decide_about_exceptions() -> None:
    facts = yaml.safe_load((FOLDER / "trap-exception.yaml").read_text(encoding="utf-8"))
    ctx = context(facts)
    target = LinkTarget(
        url="https://mall.jd.com/index-1.html", text="馆", element="a", page=HOME, third_party=True
    )
    for changed in (
        replace(ctx, today=date(2027, 1, 1)),
        replace(ctx, today=date(2026, 1, 9)),
        replace(ctx, site=replace(SITE, id="other")),
    ):
        assert [f.rule for f in Ads().link(target, verdict(target), changed)] == ["ad-link"]
    for day in (date(2026, 1, 10), date(2026, 12, 31)):
        assert list(Ads().link(target, verdict(target), replace(ctx, today=day))) == []


def test_no_saved_government_page_is_called_an_advertiser() -> None:
    """None of them has one (it was looked for): whatever is confirmed there is a false alarm."""
    folder = corpus_folder()
    if folder is None:
        pytest.skip("no corpus of saved pages: neither GOVCRAWL_CORPUS nor ../shared/corpus")
    ctx, pages, links, told = context({}), 0, 0, []
    for saved in saved_pages(folder):
        page = read_page(saved.body, f"{HOME}{saved.file}", "text/html")
        if not _GOVERNMENT.search(page.source):
            continue
        pages += 1
        targets = Targets(Scope(SITE))
        targets.add_page(
            page.url,
            page.links,
            page.floating,
            adverts=page.advert_names,
            prove=page.evidence,
            column=None,
            on_home=False,
            new=lambda _: None,
        )
        for target in targets:
            links += target.third_party
            told += [
                (saved.file, finding.rule, finding.certain, finding.title)
                for finding in Ads().link(target, verdict(target), ctx)
            ]
    print(f"\n{pages} government pages, {links} links to third parties, {len(told)} told")
    assert pages >= 60, "the corpus should hold that many government pages"
    assert [one for one in told if one[2]] == []
    assert len(told) * 20 <= pages, f"hints should be worth an inspector's time: {told}"
