"""One fault on several sites of a platform: grouped, told apart, and counted with its sites alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import REGISTRY, RULES, Sample, finding, link

from govcrawl.model import Evidence, FindingRecord, Registry, Status
from reports.documents import write_weekly
from reports.ledger import HEADS, rows
from reports.platforms import platform_faults, shared_with

FOOTER = "div.footer > a:nth-child(3)"
ON_PLATFORM = replace(
    REGISTRY,
    sites=tuple(
        replace(site, platform="jyh" if site.id in {"portal", "jyj", "xian"} else None)
        for site in REGISTRY.sites
    ),
)


def dead(
    site: str, target: str | None = "http://gone.example.net/", selector: str = FOOTER, **changes: Any
) -> FindingRecord:
    unit = {"portal": "zfb", "jyj": "jyj"}.get(site, "xq")
    home = next(s.url for s in REGISTRY.sites if s.id == site)
    evidence = Evidence(snippet="<a>友情链接</a>", selector=selector)
    values: dict[str, Any] = {"site": site, "unit": unit, "page": home, "evidence": evidence, "on_home": True}
    made = link(1, "dns", target=target or "", **values)
    return replace(made, **({"target": target} | changes))


def sites_of(records: list[FindingRecord], registry: Registry = ON_PLATFORM) -> list[tuple[str, ...]]:
    return [fault.sites for fault in platform_faults(records, registry)]


def test_the_same_link_in_the_same_place_of_two_sites_is_one_fault() -> None:
    assert sites_of([dead("jyj"), dead("portal"), dead("kfq")]) == [("portal", "jyj")], (
        "in the order of the registry; a site of no platform belongs to no group"
    )


def test_an_address_of_each_site_itself_counts_by_its_path() -> None:
    script = "http://www.example.gov.cn/js/a.js"
    own = [dead("portal", script), dead("jyj", "http://jyj.example.gov.cn/js/a.js")]
    assert sites_of(own) == [("portal", "jyj")]
    other = [dead("portal", script), dead("jyj", script)]
    assert sites_of(other) == [], "a link to the portal's address is not the department's own"


@pytest.mark.parametrize(
    "records",
    [
        [dead("portal")],
        [dead("portal"), dead("portal", page="http://www.example.gov.cn/zwyw/")],
        [dead("portal"), dead("jyj", "http://other.example.net/")],
        [dead("portal"), dead("jyj", selector="div.content > p > a")],
        [dead("portal"), dead("jyj", rule="ad-link")],
        [dead("portal"), dead("jyj", status=Status.CORRECTED)],
        [dead("portal"), dead("jyj", status=Status.DISMISSED)],
        [dead("portal", target=None), dead("jyj", target=None)],
        [dead("portal", selector=""), dead("jyj", selector="", detail={"cause": "timeout"})],
        [dead("portal"), dead("kfq")],
        [replace(dead("portal"), site="unknown"), replace(dead("jyj"), site=None)],
    ],
    ids=[
        "one site",
        "one site twice",
        "other target",
        "other place",
        "other rule",
        "corrected",
        "dismissed",
        "no target",
        "other cause",
        "no platform",
        "not registered",
    ],
)
def test_what_is_no_fault_of_a_platform(records: list[FindingRecord]) -> None:
    assert sites_of(records) == []


def test_without_element_path_the_cause_decides() -> None:
    assert sites_of([dead("portal", selector=""), dead("jyj", selector="")]) == [("portal", "jyj")]


def test_the_ledger_names_the_other_sites_and_keeps_every_row() -> None:
    records = [dead("portal"), dead("jyj"), dead("kfq"), finding("home-stale")]
    place = [head.title for head in HEADS].index("同平台其他网站")
    told = [str(row[place]) for row in rows(records, ON_PLATFORM, rules=RULES)]
    assert len(told) == 4, "a group takes no site's own finding away"
    assert sorted(told) == ["", "", "平台jyh，另见：示例市人民政府", "平台jyh，另见：示例市教育局"]
    assert shared_with([], ON_PLATFORM) == {}


def test_the_weekly_paper_tells_the_group_and_counts_nothing_twice(tmp_path: Path) -> None:
    records = [dead("portal"), dead("jyj"), dead("xian", status=Status.SUSPECTED)]
    plain = Sample(findings=records, registry=REGISTRY).inspect()
    grouped = Sample(findings=records, registry=ON_PLATFORM).inspect()
    assert grouped.counts == plain.counts, "the totals must not change by grouping"
    assert (grouped.new, grouped.still) == (plain.new, plain.still)
    (line,) = grouped.shared
    assert line.sites == ("示例市人民政府", "示例市教育局", "示例县人民政府")
    assert not line.suspected
    assert line.operator == "", "no unit of that name is registered"
    assert plain.shared == ()
    assert grouped.to_json()["platform_faults"] == 1
    run_by = tuple(replace(site, platform=site.platform and "zfb") for site in ON_PLATFORM.sites)
    known = replace(ON_PLATFORM, sites=run_by)
    assert Sample(findings=records, registry=known).inspect().shared[0].operator == "示例市人民政府办公室"
    paper, _ = write_weekly(grouped, tmp_path)
    html = paper.read_text(encoding="utf-8")
    assert "同一平台多个网站的同一问题" in html
    assert "3 个：示例市人民政府、示例市教育局、示例县人民政府" in html
    assert "不另行计数" in html, "the paper should say plainly that nothing is counted twice"
    without, _ = write_weekly(plain, tmp_path)
    assert "同一平台" not in without.read_text(encoding="utf-8")
