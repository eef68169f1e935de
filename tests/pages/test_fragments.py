"""Links to parts of pages: what names a part, what a page has, and what is not known."""

from __future__ import annotations

import pytest

from govcrawl.pages import Page, read_page
from govcrawl.pages.fragments import MOST_LINKS, MOST_PARTS, has_part, part_links, part_of, parts_of

URL = "http://www.example.gov.cn/zn/index.html"
TEXT = "办事指南的说明文字，供企业和群众办事时参考。" * 20


def _page(body: str) -> Page:
    text = f"<html><head><title>指南</title></head><body>{body}<p>{TEXT}</p></body></html>"
    return read_page(text.encode(), URL, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("fragment", "part"),
    [
        ("cailiao", "cailiao"),
        ("第一部分", "第一部分"),
        ("%E7%AC%AC", "%E7%AC%AC"),
        ("part1:~:text=材料", "part1"),
        # what names no part
        ("", None),
        ("top", None),
        ("TOP", None),
        ("/list/12", None),
        ("!/list", None),
        (":~:text=材料", None),
        ("x" * 301, None),
    ],
)
def test_what_names_a_part(fragment: str, part: str | None) -> None:
    assert part_of(fragment) == part


def test_parts_are_ids_and_names_of_anchors() -> None:
    page = _page("<h2 id='a'>一</h2><a name='b'></a><input name='c'><map name='d'></map>")
    parts = parts_of(page)
    assert parts is not None
    assert {"a", "b"} <= set(parts)
    assert "c" not in parts, "a field's name is no part of a page"


@pytest.mark.parametrize(
    ("parts", "part", "there"),
    [
        (("a",), "a", True),
        (("a",), "A", False),
        (("第一部分",), "第一部分", True),
        (("第一部分",), "%E7%AC%AC%E4%B8%80%E9%83%A8%E5%88%86", True),
        (("第一部分",), "%B5%DA%D2%BB%B2%BF%B7%D6", True),
        (("100%",), "100%", True),
        ((), "a", False),
        (None, "a", None),
    ],
)
def test_whether_a_page_has_a_part(parts: tuple[str, ...] | None, part: str, there: bool | None) -> None:
    assert has_part(parts, part) is there


def test_a_page_that_scripts_build_is_not_known_to_lack_anything() -> None:
    built = "<div id='app'></div><div v-for='item in items'><a :href='item.url'>{{ item.title }}</a></div>"
    assert parts_of(_page(f"{built}<script>fetch('/api/list').then(show)</script>")) is None
    assert parts_of(_page("".join(f"<i id='n{number}'></i>" for number in range(MOST_PARTS + 1)))) is None


def test_links_to_parts_are_told_once_and_scripts_left_alone() -> None:
    page = _page(
        "<a href='#a'>一</a><a href='#a'>一</a><a href='/other.html#b'>二</a><a href='other.html#'>空</a>"
        "<a href='#top'>顶部</a><a href='#c' onclick='show(1)'>脚本</a>"
        "<a href='javascript:go(\"#d\")'>脚本</a>"
        "<a href='/plain.html'>无</a><a href='mailto:a@example.gov.cn#e'>信</a>"
    )
    found = [(link.url, link.part) for link in part_links(page)]
    assert found == [(URL, "a"), ("http://www.example.gov.cn/other.html", "b")]
    assert next(part_links(page)).evidence.snippet.startswith("<a href=")


def test_links_are_bounded() -> None:
    page = _page("".join(f"<a href='#n{number}'>{number}</a>" for number in range(MOST_LINKS + 50)))
    assert len(list(part_links(page))) == MOST_LINKS
