"""Proposals on their way into a registry: as YAML that imports, and added without touching what is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from registry_samples import of_yaml

from govcrawl.model import Column, ColumnReading, ColumnState, ColumnType, Registry, Unit
from govcrawl.pages import read_page
from govcrawl.registry import from_yaml, merge
from govcrawl.registry.column_types import TypeOrigin
from govcrawl.registry.discovery import Proposal
from govcrawl.registry.site_proposals import SiteProposals, proposals_yaml, site_stub, with_columns

REGISTRY = """
units: [{id: jyj, name: 示例市教育局, short_names: [市教育局]}]
sites:
  - id: jyj
    name: 示例市教育局
    unit: jyj
    url: http://jyj.example.gov.cn/
    columns:
      - {name: 教育要闻, url: http://jyj.example.gov.cn/jyyw/, type: 动态要闻, unit: jyj}
      - {name: 旧专题, url: http://jyj.example.gov.cn/ztzl/, type: 其他, archived: true}
"""


def proposed(name: str, url: str, *doubts: str) -> Proposal:
    return Proposal(
        column=Column(name=name, url=url, type=ColumnType.NOTICES, level=2, confirmed=False),
        reading=ColumnReading(url=url, state=ColumnState.EMPTY, reason="页面显示“暂无信息”"),
        found_in="导航",
        type_origin=TypeOrigin.NAME,
        doubts=doubts,
    )


def of_site(registry: Registry, *proposals: Proposal) -> SiteProposals:
    return SiteProposals(site=registry.sites[0], registered=True, proposals=proposals, asked=9)


def test_registered_columns_are_neither_printed_nor_touched_whatever_their_spelling() -> None:
    registry = of_yaml(REGISTRY)
    again = proposed("要闻", "https://www.jyj.example.gov.cn/jyyw/index.html")
    archived = proposed("专题", "http://jyj.example.gov.cn/ztzl")
    new = proposed("通知公告", "http://jyj.example.gov.cn/tzgg/")
    text = proposals_yaml([of_site(registry, again, archived, new)])
    result = merge(registry, from_yaml(text)).result
    assert result.sites[0].columns[:2] == registry.sites[0].columns
    assert [column.name for column in result.sites[0].columns[2:]] == ["通知公告"]
    grown, added = with_columns(registry, "jyj", [p.column for p in (again, archived, new, new)])
    assert added == (new.column,), "a column that is registered, or named twice, is added once at most"
    assert grown == result, "writing and importing must come to the same"


def test_nothing_new_changes_nothing() -> None:
    registry = of_yaml(REGISTRY)
    same = proposed("教育要闻", "http://jyj.example.gov.cn/jyyw/")
    assert with_columns(registry, "jyj", [same.column]) == (registry, ())
    assert merge(registry, from_yaml(proposals_yaml([of_site(registry, same)]))).empty
    with pytest.raises(KeyError):
        with_columns(registry, "nobody", [])


@pytest.mark.parametrize(
    "name", ["a: b # c", '"}, {x: "', "- 公告", "=1+1", "'单", "a\nsites: []", "{{名}}", "\u202e公告"]
)
def test_what_a_page_says_can_not_break_out_of_its_line(name: str) -> None:
    registry = of_yaml(REGISTRY)
    doubt = f"页面显示{name}\n  - id: evil"
    text = proposals_yaml([of_site(registry, proposed(name, "http://jyj.example.gov.cn/x/", doubt))])
    read = yaml.safe_load(text)
    assert [site["id"] for site in read["sites"]] == ["jyj"]
    assert read["sites"][0]["columns"][0]["name"] == name
    assert len(read["sites"][0]["columns"]) == 1


def test_a_site_that_could_not_be_read_is_a_comment() -> None:
    registry = of_yaml(REGISTRY)
    failed = replace(of_site(registry), failure="首页无法访问（返回 502）")
    text = proposals_yaml([failed])
    assert yaml.safe_load(text) == {"sites": []}
    assert "返回 502" in text


def test_links_beyond_the_limit_and_hosts_elsewhere_are_told() -> None:
    one = replace(of_site(of_yaml(REGISTRY)), cut=7, elsewhere=(("zwgk.example.gov.cn", 5),))
    text = proposals_yaml([one])
    assert "7 个链接超出页数上限" in text
    assert "5 个链接指向 zwgk.example.gov.cn" in text
    assert one.to_json()["cut"] == 7


HOME = """<html><head><title>首页_示例</title>{metas}</head><body>
<p>主办单位：示例市教育局　承办单位：示例市电教馆
网站标识码：1505000099　示ICP备00000000号</p></body></html>"""


def test_a_stub_takes_name_code_and_sponsor_from_the_home_page() -> None:
    url = "http://jyj.example.gov.cn/"
    tags = '<meta name="SiteName" content="示例市教育局网"><meta name="SiteIDCode" content="1505000042">'
    site, unit = site_stub(read_page(HOME.format(metas=tags).encode(), url), url, Registry())
    assert (site.id, site.name, site.code) == ("jyj", "示例市教育局网", "1505000042")
    assert unit == Unit(id="jyj", name="示例市教育局")
    assert site.unit == "jyj"
    plain = read_page(HOME.format(metas="").encode(), url)
    assert site_stub(plain, url, Registry())[0].code == "1505000099", "the footer has it where no tag does"
    known = of_yaml(REGISTRY)
    site, unit = site_stub(plain, "http://jy.example.gov.cn/", known)
    assert (site.unit, unit) == ("jyj", None), "a sponsor that is registered is no new unit"
    assert site_stub(plain, url, known)[0].id != "jyj", "ids that are taken are not given again"
