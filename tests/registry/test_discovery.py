"""Columns found on sites that nobody registered: all that are there, and nothing that is none."""

from __future__ import annotations

from functools import cache

import pytest
from discovery_sites import TODAY, Found, expected_of, from_city, from_pages, pages_of, search

from govcrawl.model import ColumnState, ColumnType, ListItem, Registry, Site
from govcrawl.pages import read_page
from govcrawl.registry import from_yaml, merge
from govcrawl.registry.column_types import TypeOrigin, type_of_column, type_of_tag
from govcrawl.registry.discovery import MOST_PAGES
from govcrawl.registry.leads import place_key
from tests.city import build

CASES = ("menus", "blocks", "sections", "paths")


def site(url: str) -> Site:
    return Site(id="site", name="示例", unit="zfb", url=url)


@cache
def found_in(case: str) -> Found:
    pages = pages_of(case)
    found = search(site(next(iter(pages))), from_pages(pages))
    assert found is not None, f"the home page of {case}.pages was not read"
    return found


@pytest.mark.parametrize("case", CASES)
def test_every_column_of_a_site_is_proposed_and_nothing_else(case: str) -> None:
    home = next(iter(pages_of(case))).rstrip("/")
    got = {
        proposal.column.url.removeprefix(home): (
            proposal.column.name,
            str(proposal.column.type),
            str(proposal.column.level),
            str(proposal.reading.newest or proposal.reading.newest_latest or ""),
        )
        for proposal in found_in(case).proposals
    }
    wanted = {
        row["address"]: (row["name"], row["type"], row["level"], row["newest"]) for row in expected_of(case)
    }
    assert got == wanted, f"compare {case}.pages with what was proposed"


@pytest.mark.parametrize("case", CASES)
def test_a_person_is_told_why_to_look_and_only_then(case: str) -> None:
    home = next(iter(pages_of(case))).rstrip("/")
    doubts = {p.column.url.removeprefix(home): "、".join(p.doubts) for p in found_in(case).proposals}
    for row in expected_of(case):
        said = doubts.get(row["address"], "nothing was proposed")
        assert row["doubt"] in said, f"{row['name']} should bear the doubt {row['doubt']!r}, has {said!r}"
        assert row["doubt"] or not said, f"{row['name']} is clear, and yet doubted: {said}"


@pytest.mark.parametrize("case", CASES)
def test_no_column_is_confirmed_and_no_address_asked_twice(case: str) -> None:
    found = found_in(case)
    assert not any(proposal.column.confirmed for proposal in found.proposals)
    urls = [lead.url for lead in found.leads]
    assert len(urls) == len(set(urls)), f"asked twice: {sorted(u for u in urls if urls.count(u) > 1)}"


def test_what_is_no_column_is_not_even_asked() -> None:
    asked = {lead.url.partition("example.gov.cn")[2] for lead in found_in("menus").leads}
    traps = {
        "/user/login.jsp",
        "/en/",
        "/wza/",
        "/search/index.html",
        "/wzdt/",
        "/lxwm/",
        "/zwgk/nb.pdf",
        "/",
    }
    assert not asked & traps, f"login, languages, search, maps and files are no columns: {asked & traps}"


def test_only_one_level_below_the_home_page_is_followed() -> None:
    asked = {lead.url.rpartition("/")[2] for lead in found_in("sections").leads}
    assert "list_21.html" in asked
    assert not asked & {"list_211.html", "list_212.html"}, (
        "the menu of a page on the second level was followed"
    )


def test_at_most_so_many_pages_are_asked_and_the_rest_is_told() -> None:
    links = "".join(f'<li><a href="/lm{n}/">栏目{n}号</a></li>' for n in range(200))
    rows = "".join(
        f'<li><a href="a{n}.html">关于第{n}号事项的通知</a><span>2026-11-0{n}</span></li>' for n in (1, 2, 3)
    )
    below = "".join(f'<h3><a href="{n}/">下级栏目{n}</a></h3>' for n in range(50))
    pages = {"http://www.example.gov.cn/": (200, f"<html><body><ul>{links}</ul></body></html>")}
    for n in range(200):
        pages[f"http://www.example.gov.cn/lm{n}/"] = (
            200,
            f"<html><body>{below}<ul>{rows}</ul></body></html>",
        )
    found = search(site("http://www.example.gov.cn/"), from_pages(pages))
    assert found is not None
    assert found.search.asked == len(found.leads) + 1 == MOST_PAGES
    assert found.search.cut >= 155, "links beyond the limit must be counted, not silently dropped"
    assert any(lead.above for lead in found.leads), "some pages must be left for what lies below"


def test_columns_on_another_host_of_the_domain_are_hinted_at() -> None:
    menu = "".join(f'<li><a href="http://zwgk-slj.example.gov.cn/{n}/">栏目{n}号</a></li>' for n in range(4))
    third = "".join(f'<li><a href="http://news.example.com/{n}/">频道{n}号</a></li>' for n in range(4))
    pages = {"http://slj.example.gov.cn/": (200, f"<html><body><ul>{menu}{third}</ul></body></html>")}
    found = search(site("http://slj.example.gov.cn/"), from_pages(pages))
    assert found is not None
    assert found.proposals == []
    assert found.search.elsewhere == [("zwgk-slj.example.gov.cn", 4)], "a third party's host is no alias"


@cache
def city_results() -> dict[str, tuple[int, int, int, int]]:
    """By site: registered columns, proposals, columns among them, and of these with the right type.

    Left out of what can be found: a column that leads to another system (网上办事) and one whose address
    is a dead link (防汛抗旱) are registered, and neither may be proposed to anybody.
    """
    city = build(TODAY)
    registry = merge(Registry(), from_yaml(city.registry_yaml)).result
    results = {}
    for one in registry.sites:
        others = tuple(other for other in registry.sites if other.id != one.id)
        found = search(one, from_city(city), others=others)
        if found is None:
            continue
        truth = {place_key(c.url): c for c in one.columns if c.name not in {"网上办事", "防汛抗旱"}}
        got = {place_key(p.column.url): p for p in found.proposals}
        hits = truth.keys() & got.keys()
        typed = sum(truth[key].type is got[key].column.type for key in hits)
        results[one.id] = (len(truth), len(got), len(hits), typed)
    return results


def test_the_made_up_city_is_found_site_by_site() -> None:
    results = city_results()
    assert len(results) >= 10, "of all sites only the one that refuses programs has no readable home page"
    for name, (truth, got, hits, _) in results.items():
        assert hits >= 0.9 * truth, f"{name}: only {hits} of {truth} registered columns were proposed"
        assert hits >= 0.9 * got, f"{name}: only {hits} of {got} proposals are columns"


def test_types_of_the_made_up_city_are_guessed() -> None:
    hits = sum(result[2] for result in city_results().values())
    typed = sum(result[3] for result in city_results().values())
    assert typed >= 0.85 * hits, f"only {typed} of {hits} types are right"
    for name, (*_, of_site, right) in city_results().items():
        assert right >= 0.7 * of_site, f"{name}: only {right} of {of_site} types are right"


@pytest.mark.parametrize(
    ("name", "tags", "kind", "origin"),
    [
        ("水利要闻", ["工作动态"], ColumnType.NEWS, TypeOrigin.TAG),
        ("综合信息", ["信息公开年报"], ColumnType.ANNUAL_REPORTS, TypeOrigin.TAG),
        ("通知公告", ["公共头"], ColumnType.NOTICES, TypeOrigin.NAME),
        ("通知公告", ["其他（按要求更新）", "10"], ColumnType.NOTICES, TypeOrigin.NAME),
        ("政策文件解读", [], ColumnType.INTERPRETATION, TypeOrigin.NAME),
        ("领导活动", [], ColumnType.NEWS, TypeOrigin.NAME),
        ("领导之窗", [], ColumnType.STATIC, TypeOrigin.NAME),
        ("机构概况", [], ColumnType.STATIC, TypeOrigin.NAME),
        ("示例概况", [], ColumnType.OVERVIEW, TypeOrigin.NAME),
        ("政府信息公开指南", [], ColumnType.STATIC, TypeOrigin.NAME),
        ("政府信息公开年报", [], ColumnType.ANNUAL_REPORTS, TypeOrigin.NAME),
        ("政策咨询", [], ColumnType.INTERACTION, TypeOrigin.NAME),
        ("人事信息", [], ColumnType.PERSONNEL, TypeOrigin.NAME),
        ("老龄健康", [], ColumnType.OTHER, TypeOrigin.NONE),
    ],
)
def test_types(name: str, tags: list[str], kind: ColumnType, origin: TypeOrigin) -> None:
    assert type_of_column(name, tags) == (kind, origin)


def test_titles_tell_a_type_only_where_nearly_all_agree() -> None:
    def items(*titles: str) -> list[ListItem]:
        return [ListItem(title=title, url="") for title in titles]

    notices = items("关于甲的通知", "关于乙的公告（第2号）", "丙公示", "关于丁的通知")
    assert type_of_column("招生考试", (), notices) == (ColumnType.NOTICES, TypeOrigin.TITLES)
    assert type_of_column("招生考试", (), notices[:3])[1] is TypeOrigin.NONE, "three entries are too few"
    mixed = [*notices[:2], *items("我市开展活动", "我市举行会议")]
    assert type_of_column("招生考试", (), mixed)[1] is TypeOrigin.NONE
    assert type_of_tag(["政务信息"]) is None, "a tag that fits everything says nothing"


def test_spellings_of_one_address_are_one_column() -> None:
    spellings = [
        "http://www.a.gov.cn/tzgg/",
        "https://a.gov.cn/tzgg/index.html",
        "http://www.a.gov.cn:80/tzgg",
    ]
    assert len({place_key(url) for url in spellings}) == 1
    others = {
        "http://www.a.gov.cn/tzgg/list.html",
        "http://www.a.gov.cn/tzgg/?id=2",
        "http://b.a.gov.cn/tzgg/",
    }
    assert len({place_key(url) for url in others | {spellings[0]}}) == 4


def test_a_page_that_broke_off_proves_nothing() -> None:
    from govcrawl.model import LinkVerdict, Verdict
    from govcrawl.pages import Scope
    from govcrawl.registry.discovery import seen_of

    url = "http://www.example.gov.cn/tzgg/"
    page = read_page(b"<html><body><p>", url, "text/html")
    verdict = LinkVerdict(url=url, verdict=Verdict.OK, final_url=url, status=200)
    scope = Scope(site("http://www.example.gov.cn/"))
    assert seen_of(url, verdict, page, scope, TODAY, whole=False).reading.state is ColumnState.UNREADABLE
    left = LinkVerdict(url=url, verdict=Verdict.OK, final_url="http://zwfw.example.gov.cn/", status=200)
    assert seen_of(url, left, page, scope, TODAY).nowhere, "an outside system is no column of the site"


def test_hostile_pages_end_soon_and_raise_nothing() -> None:
    nested = "<div class='nav'>" * 400 + "".join(f"<li><a href='/{n}/'>栏目{n}号</a>" for n in range(4000))
    mores = "".join(f"<a href='/m{n}/'>更多</a>{'字' * 20}" for n in range(4000))
    crumbs = "当前位置：" + "<a href='/x/'>一</a> &gt; " * 3000
    broken = (
        "<ul>" + "<li><a href='http://[1/'>栏目甲</a><a href='http://a:b:c/x/'>关于某项工作的通知</a>" * 5
    )
    for body in (nested, mores, crumbs, broken, "<dl>" + "<dd><a href='/q/'>栏目甲</a></dd>" * 5000):
        pages = {"http://www.example.gov.cn/": (200, f"<html><body>{body}</body></html>")}
        found = search(site("http://www.example.gov.cn/"), from_pages(pages))
        assert found is not None
        assert found.search.asked <= MOST_PAGES


def test_a_page_that_sends_its_visitor_to_a_known_column_is_no_second_one() -> None:
    menu = "".join(
        f'<li><a href="/{n}/">{name}</a></li>' for n, name in (("a", "政务公开"), ("b", "通知公告"))
    )
    rows = "".join(
        f'<li><a href="{n}.html">关于第{n}号事项的通知</a><span>2026-11-0{n}</span></li>' for n in (1, 2, 3)
    )
    pages = {
        "http://www.example.gov.cn/": (
            200,
            f"<html><body><ul>{menu}<li><a href=/c/>年度报告</a></li></ul></body></html>",
        ),
        "http://www.example.gov.cn/a/": (200, '<html><meta http-equiv="refresh" content="0;url=/b/"></html>'),
        "http://www.example.gov.cn/b/": (200, f"<html><body><ul>{rows}</ul></body></html>"),
        "http://www.example.gov.cn/c/": (200, '<html><script>location.href="list.html"</script></html>'),
        "http://www.example.gov.cn/c/list.html": (200, f"<html><body><ul>{rows}</ul></body></html>"),
    }
    found = search(site("http://www.example.gov.cn/"), from_pages(pages))
    assert found is not None
    got = {p.column.url.rpartition(".cn")[2]: p.column.name for p in found.proposals}
    assert got == {"/b/": "通知公告", "/c/list.html": "年度报告"}
    urls = [lead.url for lead in found.leads]
    assert len(urls) == len(set(urls)), f"asked twice: {urls}"
