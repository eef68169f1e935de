"""Whatever a page holds, looking at it ends, and says one of the things that can be said."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govcrawl.model import Answer, Cause
from govcrawl.pages.verdicts import is_apex, is_document, judge, look, skipped

NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)
TAGS = st.sampled_from(
    [
        *("<div>", "</div>", "<a href='/x'>", "</a>", "<script>", "</script>", "<title>", "</title>"),
        *("<!--", "-->", "<base href='::'>", "<svg><title>", "<input type=password>", "<body>", "</html>"),
        *(
            "404",
            "页面不存在",
            "百家乐",
            "域名出售",
            "document.cookie=1;location=1",
            "\x00",
            "\ud7ff",
            "&#0;",
        ),
        "<meta http-equiv=refresh content='0;url=//'>",
    ]
)


def seen(body: bytes, status: int, url: str) -> None:
    answer = Answer(url=url, at=NOON, ms=1, status=status, headers={"content-type": "text/html"}, body=body)
    found = look(url, [answer])
    assert found.attempt.error is None or found.attempt.error in Cause
    verdict = judge(url, [found.attempt], found, confirm_after=2, confirm_after_transient=120)
    assert verdict.tries == (found.attempt,)


@given(st.lists(st.one_of(TAGS, st.text(max_size=20)), max_size=60), st.integers(100, 999))
@settings(deadline=None)
def test_whatever_a_page_holds(parts: list[str], status: int) -> None:
    seen("".join(parts).encode("utf-8", "replace"), status, "http://www.example.com/a/1.html")


@given(st.binary(max_size=500), st.text(max_size=40))
@settings(deadline=None)
def test_whatever_an_address_is(body: bytes, address: str) -> None:
    for url in (address, f"http://{address}", f"http://www.example.com/{address}"):
        seen(body, 200, url)
        skipped(url)
        is_document(url)
        is_apex(url)


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 80_000,
        b"<a>" * 80_000,
        b"<title>" + b"404" * 100_000,
        b"<html><body>" + "您访问的页面".encode() * 20_000,
        b"<script>" + b"document.cookie" * 20_000,
        b"<b><i>" * 40_000,
        b"<meta name=keywords content='" + "彩票".encode() * 40_000 + b"'>",
        b" " * 300_000,
        b"<" * 300_000,
    ],
    ids=["deep", "links", "title", "text", "script", "formatting", "keywords", "blanks", "brackets"],
)
def test_bulk_is_looked_at_in_bounded_time(body: bytes) -> None:
    started = time.process_time()
    seen(body, 200, "http://www.example.com/a/1.html")
    assert time.process_time() - started < 2.0, "a page of a few hundred kilobytes took seconds"
