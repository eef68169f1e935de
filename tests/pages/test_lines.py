"""The text of a page line by line, and the way back from a line to its element."""

from __future__ import annotations

import re
import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govcrawl.pages import read_page
from govcrawl.pages.lines import SEAM, Lines

URL = "http://www.example.gov.cn/"


def lines_of(html: str) -> Lines:
    return Lines(read_page(html.encode(), URL, "text/html; charset=utf-8").root)


def test_blocks_end_lines_and_inline_elements_do_not() -> None:
    lines = lines_of("<div>甲<span>乙</span>丙<p>丁</p>戊</div><ul><li>己<li>庚</ul>一<br>二")
    assert [line.text for line in lines] == ["甲乙丙", "丁", "戊", "己", "庚", "一", "二"]


def test_what_is_no_text_is_left_out() -> None:
    lines = lines_of(
        "<title>题</title><script>甲</script><style>乙</style><noscript><p>丙</p></noscript><!--丁-->"
        "<textarea>戊</textarea><select><option>己</select><p>庚\u200b</p><p>\u200b \u3000</p>"
    )
    assert [line.text for line in lines] == ["庚"]


def test_seams_stand_between_inline_elements_and_links() -> None:
    line = lines_of("<p>来源：<span>某报</span><a href=x>打印</a></p>")[0]
    assert line.seamed.split(SEAM) == ["来源：", "某报", "", "打印", ""]
    assert line.unlinked == "来源：某报"
    assert line.paragraph
    assert not line.heading


def test_a_link_around_blocks_links_all_its_lines() -> None:
    lines = lines_of("<a href=x><div>甲</div><div>乙</div></a><div>丙</div>")
    assert [line.unlinked for line in lines] == ["", "", "丙"]


def test_headings_are_known() -> None:
    assert [line.heading for line in lines_of("<h1>甲</h1><h4>乙</h4><div><h2><b>丙</b></h2></div>")] == [
        True,
        False,
        True,
    ]


def test_each_line_leads_to_its_block() -> None:
    html = (
        "<div id=a>甲<noscript><p>无</p></noscript><p id=b>乙<span>丙</span></p>丁</div>"
        "<table><tr><td id=c>戊</td><td id=d><b>己</b></td></tr></table><h2 id=e>庚</h2>"
    )
    lines = lines_of(html)
    found = [(line.text, element.get("id")) for line in lines if (element := lines.element(line)) is not None]
    assert found == [("甲", "a"), ("乙丙", "b"), ("丁", "a"), ("戊", "c"), ("己", "d"), ("庚", "e")]


def test_a_search_yields_each_line_once() -> None:
    lines = lines_of("<p>来源 来源</p><p>时间</p><p>来源</p>")
    pattern = re.compile("来源")
    assert [line.number for line in lines.having(pattern)] == [0, 2]
    assert [line.number for line in lines.having(pattern, 1)] == [2]
    assert [line.number for line in lines.having(pattern, 0, 2)] == [0]
    assert list(lines.having(pattern, 5)) == []


def test_the_length_is_without_links_and_ends_with_the_last_sentence() -> None:
    lines = lines_of("<h1>题目</h1><p>一二 三。</p><p><a href=x>链接。</a>四五。</p><p>版权所有</p>")
    assert lines.length(1) == 7


@given(st.text(alphabet="<>/divpah123 \ufdd0\ufdd1\ufdd2\ufdd3\u200b甲乙。", max_size=200))
@settings(deadline=None)
def test_marks_in_a_page_break_nothing(text: str) -> None:
    lines = lines_of(f"<div><p>{text}</p></div>")
    for line in lines:
        assert line.text
        lines.element(line)
        assert set(line.unlinked) <= {*line.text, " "}
    assert lines.length(0) >= 0


@pytest.mark.parametrize("piece", ["<div>", "<a href=x><p>甲</p>", "<p>甲</p>", " \ufdd2", "<b>甲</b>"])
def test_a_megabyte_of_lines_takes_under_a_second(piece: str) -> None:
    root = read_page((piece * (1_000_000 // len(piece.encode()))).encode(), URL, "text/html").root
    begun = clock.process_time()
    lines = Lines(root)
    for line in lines:
        assert isinstance(line.unlinked, str)
    assert clock.process_time() - begun < 1, f"a page full of {piece!r} is too slow"
