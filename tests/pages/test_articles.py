"""Readings of articles: one page of our own for each pattern, its expected reading beside it."""

from __future__ import annotations

import json
import time as clock
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govcrawl.model import ArticleReading, SiteNames
from govcrawl.pages import read_page
from govcrawl.pages.articles import read_article

FOLDER = Path(__file__).parents[1] / "fixtures" / "reading" / "articles"
TODAY = date(2026, 5, 30)
URL = "http://jyj.example.gov.cn/jydt/content_1.html"
CASES = sorted(path.stem for path in FOLDER.glob("*.html"))


def facts(reading: ArticleReading) -> dict[str, Any]:
    """The parts of a reading that a fixture may state."""
    published, source = reading.published, reading.source
    return {
        "title": reading.title,
        "published": str(published) if published else None,
        "date_origin": str(published.origin) if published else None,
        "meta_date": str(reading.meta_date) if reading.meta_date else None,
        "source": source.name if source else None,
        "source_origin": str(source.origin) if source else None,
        "meta_source": reading.meta_source,
        "source_label": reading.source_label,
        "source_label_empty": reading.source_label_empty,
        "reprint": reading.reprint,
        "reprint_reason": reading.reprint_reason,
    }


def read(html: str, url: str = URL, **more: Any) -> ArticleReading:
    return read_article(read_page(html.encode(), url, "text/html; charset=utf-8"), today=TODAY, **more)


def test_there_are_fixtures() -> None:
    assert len(CASES) >= 60, f"fixtures are missing from {FOLDER}"


@pytest.mark.parametrize("case", CASES)
def test_a_page_of_each_pattern(case: str) -> None:
    spec = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))
    names = spec.get("names")
    reading = read(
        (FOLDER / f"{case}.html").read_text(encoding="utf-8"),
        spec["url"],
        row=date.fromisoformat(spec["row"]) if "row" in spec else None,
        names=SiteNames(**{key: tuple(value) for key, value in names.items()}) if names else None,
    )
    found = facts(reading)
    got = {key: found[key] for key in spec["expected"]}
    assert got == spec["expected"], f"{case}.html（{spec['about']}）"


def test_the_proof_is_the_line_that_shows_the_date() -> None:
    html = (FOLDER / "one-string.html").read_text(encoding="utf-8")
    reading = read(html)
    assert 'class="info"' in reading.snippet, "the snippet should be the element of date and source"
    assert html.splitlines()[reading.line - 1].startswith('<div class="info">'), "the line is the source's"
    assert "div" in reading.selector


def test_without_a_shown_date_the_proof_is_the_title() -> None:
    reading = read((FOLDER / "nothing-at-all.html").read_text(encoding="utf-8"))
    assert "<h1>" in reading.snippet


def test_the_length_of_the_text_leaves_out_navigation() -> None:
    body = "会议要求抓好落实。" * 30
    links = '<ul><li><a href="/1.html">一条很长很长的相关新闻标题。</a></li></ul>' * 40
    reading = read(f"<title>示例市召开会议</title><h1>示例市召开会议</h1><p>{body}</p>{links}")
    assert 270 <= reading.text_length <= 300, "links behind the text are counted as text"


def test_origins_come_in_their_order() -> None:
    """Each origin is taken away in turn; the next one must step in."""
    shown, meta = "<p>发布时间：2024-01-01</p>", '<meta name="PubDate" content="2024-01-03">'
    url, row = "http://www.example.gov.cn/202401/t20240105_1.html", date(2024, 1, 4)
    text = "<p>会议要求抓好落实，各地要认真组织实施。</p><p>2024年1月6日</p>"

    def origin(head: str, info: str, address: str, in_row: date | None) -> tuple[str, str]:
        page = f"<html><head>{head}</head><body><h1>示例市召开会议的通知</h1>{info}{text}</body></html>"
        published = read(page, address, row=in_row).published
        assert published is not None
        return str(published.day), str(published.origin)

    assert origin(meta, shown, url, row) == ("2024-01-01", "shown")
    assert origin(meta, "", url, row) == ("2024-01-03", "meta")
    assert origin("", "", url, row) == ("2024-01-04", "row")
    assert origin("", "", url, None) == ("2024-01-05", "address")
    assert origin("", "", URL, None) == ("2024-01-06", "guess")


def test_nothing_is_published_tomorrow() -> None:
    tomorrow = "2026-05-31"
    reading = read(
        f'<meta name="PubDate" content="{tomorrow}"><h1>示例市召开会议的通知</h1><p>发布时间：{tomorrow}</p>',
        "http://www.example.gov.cn/202605/t20260531_1.html",
        row=date(2026, 5, 31),
    )
    assert reading.published is None, "a date later than today is no date of publication, by no origin"


FRAGMENTS = (
    "<h1>示例市教育局召开会议",
    "</h1>",
    "<p>",
    "</p>",
    "<span>",
    "</div>",
    "<td>",
    "<a href='http://[x'>阅读原文</a>",
    "发布时间：",
    "时间",
    "来源",
    "：",
    "∶",
    "2024-06-13",
    "2024年6月13日",
    "9999-12-31",
    "06-13",
    "10:20",
    "（本文来源：",
    "原标题：",
    "新华社北京1月1日电 ",
    "记者 张某",
    "示例日报",
    "\u200b",
    "\ufdd0",
    "\ufdd3",
    "。",
    "<script>var a='2024-06-13';document.write(a)</script>",
    "<meta name=PubDate content='2024-02-30'>",
    "<meta name=ContentSource content='：'>",
    "<noscript><p>",
    "<br>",
    "\x00",
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mangled_pages_never_raise_nor_date_from_the_future(parts: list[str]) -> None:
    reading = read("".join(parts))
    assert reading.published is None or reading.published.day <= TODAY
    assert reading.source is None or 0 < len(reading.source.name) <= 200
    assert not (reading.source_label_empty and not reading.source_label)


@pytest.mark.parametrize(
    "piece",
    [
        "<p>来源：</p>",
        "<div>来源</div><div>x</div>",
        "<li>2024-05-01 <a href=x>示例标题</a></li>",
        "<h1>示例市教育局召开会议</h1>",
        "<p>原标题</p><a href='http://a.example/'>原文链接</a>",
        "<div>",
        "<span>来源：",
        "<a href=x><p>示例市教育局</p>",
        "来源：示例日报 2024-05-01 ",
        "（来源：",
        "来 源 ",
        "2 0 2 4 - 0 ",
        "新华社北京",
        "<noscript><div></div></noscript><p>时间：</p>",
        "<script>var a='2024-01-01';document.write(a)</script>发布时间：",
        "\ufdd0\ufdd2\ufdd5",
        "来源：字体字体",
    ],
)
def test_a_megabyte_is_read_in_under_a_second(piece: str) -> None:
    title = "<html><head><title>示例市教育局召开会议_示例</title></head><body>"
    page = read_page((title + piece * (1_000_000 // len(piece.encode()))).encode(), URL)
    begun = clock.process_time()
    read_article(page, today=TODAY)
    assert clock.process_time() - begun < 1, f"reading takes too long on a page full of {piece!r}"
