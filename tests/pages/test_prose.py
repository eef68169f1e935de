"""What a page shows: text, running text, its own words; and that reading leaves the page as it was."""

from __future__ import annotations

import pytest
from lxml import etree

from govcrawl.pages import read_page
from govcrawl.pages.prose import MAX_OWN, MAX_TEXT

URL = "http://www.example.gov.cn/a/b.html"
LONG = "示例市召开会议，部署下一步工作。" * 10


def test_text_leaves_out_what_is_not_shown() -> None:
    page = read_page(
        "<html><head><title>题</title></head><body>甲<script>x</script>乙<div style='DISPLAY : none'>"
        "丙<p>丁</p></div>戊<p hidden>己</p><noscript>庚</noscript>"
        "<a href=/>辛<b>壬</b></a></body>癸</html>".encode(),
        URL,
    )
    assert page.text == "甲 乙 戊 辛 壬 癸"


def test_own_words_stand_beside_links_navigation_and_footers() -> None:
    page = read_page(
        "<html><body><nav><ul><li>导<footer>航</footer>栏</li></ul></nav><form>查<a href=/>链</a> 询<select>"
        "<option>选</select></form>正 文<footer>底</footer><iframe>框</iframe>A</body></html>".encode(),
        URL,
    )
    assert page.shown.own == "查询正文框a"


@pytest.mark.parametrize(
    ("body", "prose"),
    [
        (f"<div><p>{LONG}</p><p>{LONG}</p></div>", 2 * len(LONG)),
        (f"<div>{LONG}</div><div>{LONG}</div>", len(LONG)),
        (f"<div>{LONG}<div>{LONG}</div>{LONG}</div>", 2 * len(LONG)),
        (f"<div><a href=/>{LONG}</a>短</div>", 1),
        (f"<form><div>{LONG}</div></form>短", 1),
        (f"<div>主办单位：示例市{LONG}</div><div>短句</div>", 2),
        (f"<div><p>{LONG}<o:p>尾</o:p></p></div>", len(LONG) + 1),
        (f"<div>短<custom>{LONG}</custom></div>", len(LONG)),
    ],
    ids=["paragraphs", "two boxes", "around a box", "link", "form", "footer", "office tag", "unknown tag"],
)
def test_prose_is_the_largest_block_of_running_text(body: str, prose: int) -> None:
    assert read_page(f"<html><body>{body}</body></html>".encode(), URL).shown.prose == prose


def test_what_is_hidden_is_back_in_its_place_after_reading() -> None:
    page = read_page(
        "<html><body>前<div style='display:none'>隐<ul><li hidden>一<b>二</b>尾</li>三</ul>四</div>"
        "后<p hidden></p></body></html>".encode(),
        URL,
    )
    before, elements = etree.tostring(page.root), list(page.root.iter())
    assert page.text == "前 后"
    assert etree.tostring(page.root) == before, "reading the text must not change the page"
    assert all(one is other for one, other in zip(page.root.iter(), elements, strict=True))


def test_a_hidden_body_has_no_text_yet_but_own_words() -> None:
    page = read_page("<html><body style='visibility:hidden'>稍后<b>显示</b></body></html>".encode(), URL)
    assert (page.text, page.shown.prose, page.shown.own) == ("", 0, "稍后显示")


def test_deep_and_long_pages_are_read_within_bounds() -> None:
    deep = read_page(("<html><body>" + "<div>层" * 5000).encode(), URL)
    assert deep.text.count("层") > 200, "a deep page must not lose its text"
    long = read_page(("<html><body>" + "<p>长 </p>" * 400_000).encode(), URL)
    assert (len(long.text), len(long.shown.own)) == (MAX_TEXT, MAX_OWN)


def test_marks_in_the_page_spoil_nothing_but_its_own_reading() -> None:
    text = "".join(chr(code) for code in range(0xFDD0, 0xFDF0))
    page = read_page(f"<html><body>{text[::-1]}<p>文{text}</p><nav>{text}</nav></body></html>".encode(), URL)
    assert "文" in page.text
    assert page.shown.prose >= 0
    assert page.shown.own is not None
