"""Links that may lead to columns: what they are called, where they stand, under which entry."""

from __future__ import annotations

import time

import pytest

from govcrawl.pages import read_page
from govcrawl.pages.menus import ColumnLink, column_links

URL = "http://www.example.gov.cn/"


def found(body: str) -> list[ColumnLink]:
    return list(column_links(read_page(f"<html><body>{body}</body></html>".encode(), URL)))


def short(body: str) -> list[tuple[str, str, str]]:
    return [(one.name, str(one.role), (one.above or "").removeprefix(URL)) for one in found(body)]


@pytest.mark.parametrize(
    "body",
    [
        "<div class=nav><ul><li><a href=/a/>政务公开</a><ul><li><a href=/a/b/>通知公告</a></li></ul></li>"
        "<li><a href=/c/>新闻中心</a></li></ul></div>",
        "<nav><dl><dt><a href=/a/>政务公开</a></dt><dd><a href=/a/b/>通知公告</a></dd></dl>"
        "<dl><dt><a href=/c/>新闻中心</a></dt></dl></nav>",
        "<table><tr><td><ul><li><a href=/a/>政务公开</a><div><a href=/a/b/>通知公告</a></div></li>"
        "<li><a href=/c/><img alt=新闻中心 src=1.png></a></li></ul></td></tr></table>",
    ],
)
def test_entries_below_entries(body: str) -> None:
    assert short(body) == [("政务公开", "menu", ""), ("通知公告", "menu", "a/"), ("新闻中心", "menu", "")]


@pytest.mark.parametrize(
    "body",
    [
        "<div><h2>通知公告</h2><a href=/tz/>更多&gt;&gt;</a></div>",
        "<div><div class=hd><span>通知公告</span></div><div><a href=/tz/>MORE</a></div></div>",
        "<div><a href=/tz/ title=更多通知公告><img alt=more src=m.gif></a></div>",
        "<div><a href=/tz/>查看更多通知公告</a></div>",
    ],
)
def test_more_goes_by_the_heading_of_its_block(body: str) -> None:
    assert short(body) == [("通知公告", "more", "")]


def test_more_under_tabs_names_nothing_that_is_not_clear() -> None:
    body = "<div><p>要闻动态、通知公告、政策文件、政策解读、人事信息、规划计划</p><a href=/x/>更多</a></div>"
    assert short(body) == [("", "more", "")]


def test_rows_of_a_list_are_no_menu() -> None:
    row = "<li><a href=/t{0}.html>关于第{0}号工作有关事项安排的通知</a> 2026-11-{0}</li>"
    rows = "".join(row.format(n) for n in range(10, 16))
    body = f"<ul>{rows}<li><a href=/t.html>公示</a> 2026-11-01</li></ul>"
    assert short(body) == [("公示", "link", "")]


@pytest.mark.parametrize(
    "body",
    [
        "<div class=nav>" * 500 + "<li><a href=/q/>栏目甲</a>" * 20_000,
        "<a href=/q/>更多</a>字" * 30_000,
        "<dl>" + "<dd><a href=/q/>栏目甲</a>" * 30_000,
        "<div>" * 2000 + "<p><a href=/q/>栏目甲</a></p>" * 20_000,
        "".join(f"<div class=nav><p>{'字' * 500}<a href=/q/>栏目甲</a>" for _ in range(500)),
    ],
)
def test_a_megabyte_of_links_takes_no_longer_than_reading_it(body: str) -> None:
    page = read_page(f"<html><body>{body}</body></html>".encode(), URL)
    assert page.links
    began = time.process_time()
    list(column_links(page))
    assert time.process_time() - began < 2.0, "something is read again for every link"
