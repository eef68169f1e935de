"""Pagers that a script writes: which further pages they link to, and which calls name none."""

from __future__ import annotations

import pytest

from govcrawl.pages import read_page
from govcrawl.pages.written_pagers import MOST_PAGES, written_pages

URL = "http://www.example.gov.cn/zwgk/tzgg/"


def _written(script: str, url: str = URL) -> list[str]:
    text = f"<html><head><meta charset='utf-8'></head><body><div id='pages'></div>{script}</body></html>"
    return list(written_pages(read_page(text.encode(), url, "text/html")))


@pytest.mark.parametrize(
    ("call", "pages"),
    [
        ('createPageHTML(3, 0, "index", "html");', ["index_1.html", "index_2.html"]),
        ("createPageHTML(3,1,'index','htm')", ["index_1.htm", "index_2.htm"]),
        (
            "createPageHTML('page_div',4,1,'tzgg_list','shtml',61);",
            [f"tzgg_list_{n}.shtml" for n in (2, 3, 4)],
        ),
        ('var a=1;createPageHTML( 2 , 0 , "t20190918_693227" , "shtml" )', ["t20190918_693227_1.shtml"]),
        # what names no further page
        ('createPageHTML(1, 0, "index", "html");', []),
        ('createPageHTML(0, 0, "index", "html");', []),
        ('createPageHTML(currentpage, ttlpage, "javascript:getList", ttlrow, "1")', []),
        ('createPageHTML(3, 0, "javascript:go", "html");', []),
        ('createPageHTML(3, 0, "../../etc", "html");', []),
        ('// createPageHTML(3, 0, "index", "html");', []),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}", []),
    ],
)
def test_a_call_names_further_pages(call: str, pages: list[str]) -> None:
    assert _written(f"<script>{call}</script>") == [URL + page for page in pages]


def test_a_pager_in_a_comment_is_none() -> None:
    assert not _written('<!-- <script>createPageHTML(3, 0, "index", "html");</script> -->')


def test_a_pager_without_end_is_bounded() -> None:
    assert len(_written('<script>createPageHTML(99999, 0, "index", "html");</script>')) == MOST_PAGES


def test_addresses_are_relative_to_the_page() -> None:
    found = _written('<script>createPageHTML(2, 0, "index", "html");</script>', URL + "index.html?from=menu")
    assert found == [URL + "index_1.html"]
