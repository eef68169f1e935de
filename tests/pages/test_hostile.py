"""Pages that were mangled or made to hurt: nothing raises, and time stays in proportion to length."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govcrawl.pages import (
    Page,
    extract,
    kind_of,
    normalise,
    read_article,
    read_column,
    read_home,
    read_page,
)
from govcrawl.pages.breadcrumbs import breadcrumb

TODAY = date(2026, 11, 25)
URL = "http://www.example.gov.cn/zwgk/index.html"
FIXTURES = sorted((Path(__file__).parents[1] / "fixtures" / "reading").glob("*/*.html"))
MEGABYTE = 1_000_000
SECONDS = 5.0
"""Processor time for one reader over a megabyte; it takes about half a second where nothing else runs."""


def _filled(piece: str, before: str = "") -> bytes:
    return (before.encode() + piece.encode() * (MEGABYTE // len(piece.encode()) + 1))[:MEGABYTE]


WORST = {
    "open links": _filled("<a>"),
    "links in links": _filled("<a href=x>1"),
    "open boxes": _filled("<div>"),
    "boxes with links": _filled("<div><a href=http://b.cn/x>标题文字标题</a>"),
    "open lists": _filled("<ul><li><a href=x>标题文字标题</a>2020-01-01"),
    "open tables": _filled("<table><tr><td>"),
    "rows without end": _filled("<tr><td><a href=a>标题文字标题</a></td><td>01-02</td></tr>"),
    "dates": _filled("2020-01-01 "),
    "digits": _filled("1"),
    "digits and dashes": _filled("1-"),
    "unended records": _filled("<record><![CDATA[", '<script type="text/xml">'),
    "meta tags": _filled("<meta charset="),
    "refreshes": _filled('<meta http-equiv=refresh content="0;url=">'),
    "style rules": _filled("a{position:fixed}", "<style>"),
    "unended selectors": _filled("a,", "<style>"),
    "assignments": _filled("location=", "<script>"),
    "half a link in a script": _filled('href="', "<script>FloatAd "),
    "unended comments in a script": _filled("/* ", "<script>FloatAd "),
    "floating windows": _filled("<div class=floatad><a href=http://b.cn><img src=x></a></div>"),
    "fixed windows in each other": _filled('<div style="position:fixed">'),
    "hidden paragraphs": _filled('<p style="display:none">'),
    "hidden boxes in each other": _filled('<div style="display:none">字'),
    "rows in hidden boxes": _filled("<li>字", "<div hidden>" * 200),
    "marks of a reader's own": _filled("".join(map(chr, range(0xFDD0, 0xFDD9)))),
    "opening marks of blocks": _filled("\ufdd0"),
    "opening marks of links": _filled("\ufdd2"),
    "opening marks of controls": _filled("\ufdd5"),
    "opening marks of navigation": _filled("\ufdd7"),
    "empty containers": _filled("<div id=a></div>"),
    "template marks": _filled("{{", "<div>"),
    "nothing, said often": _filled("<div>暂无信息</div>"),
    "onclick": _filled('<a href="#" onclick="window.open(">'),
    "ends": _filled("</html>"),
    "half ends": _filled("</html "),
    "one long attribute": _filled("x", '<a href="'),
    "climbing address": _filled("../", '<a href="'),
    "blanks": _filled(" "),
    "invisible blanks": _filled("\u200b"),
    "nul": b"\x00" * MEGABYTE,
    "0xff": b"\xff" * MEGABYTE,
    "half characters": b"\xb0" * MEGABYTE,
}

READERS: dict[str, Callable[[Page], object]] = {
    "links": lambda page: page.links,
    "text": lambda page: page.text,
    "hidden": lambda page: page.hidden,
    "own words": lambda page: page.shown.own,
    "floating": lambda page: page.floating,
    "refresh": lambda page: page.refresh,
    "kind": lambda page: kind_of(page, TODAY),
    "column": lambda page: read_column(page, TODAY),
    "article": lambda page: read_article(page, today=TODAY),
    "breadcrumb": breadcrumb,
    "home": lambda page: read_home(page, TODAY),
}


@pytest.mark.parametrize("name", WORST)
def test_a_megabyte_of_the_worst_is_read_in_time(name: str) -> None:
    start = time.process_time()
    page = read_page(WORST[name], URL)
    spent = {"read_page": time.process_time() - start}
    for reader, read in READERS.items():
        start = time.process_time()
        read(page)
        spent[reader] = time.process_time() - start
    slow = {reader: round(seconds, 1) for reader, seconds in spent.items() if seconds > SECONDS}
    assert not slow, f"a megabyte of {name} took {slow} seconds of processor time"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_mangled_pages_raise_nothing(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(FIXTURES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(body) - 1)))
        what = data.draw(st.sampled_from(["flip", "cut", "insert", "double", "drop"]))
        if what == "flip" and body:
            body[at] ^= data.draw(st.integers(1, 255))
        elif what == "cut":
            del body[at:]
        elif what == "insert":
            body[at:at] = data.draw(
                st.one_of(
                    st.binary(max_size=12),
                    st.sampled_from(
                        [b"<", b">", b"\x00", b'"', b"</div>", b"<a ", b"<!--", b"]]>", b"<script>", b"&#"]
                    ),
                )
            )
        elif what == "double":
            body[at:at] = body[at : at + 400]
        else:
            del body[at : at + data.draw(st.integers(1, 200))]
    page = read_page(bytes(body), URL)
    for read in READERS.values():
        read(page)
    for link in page.links[:5]:
        assert len(page.evidence(link).snippet) <= 500, "evidence is not bounded"


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=400), content_type=st.text(max_size=40))
def test_any_bytes_give_a_page_and_an_extract(body: bytes, content_type: str) -> None:
    found = extract(body, URL, content_type, TODAY).to_json()
    assert set(found) == {
        "url", "kind", "encoding", "title", "published", "source", "reprint", "items", "newest",
    }  # fmt: skip
    json.dumps(found)


_PART = st.text("abz09-_.", min_size=1, max_size=6)
_ADDRESS = st.builds(
    lambda climb, parts, slash: climb + "/".join(parts) + slash,
    st.sampled_from(["", "./", "../", "../../", "/", "../.././"]),
    st.lists(_PART, min_size=1, max_size=4),
    st.sampled_from(["", "/", "?a=1&b=%20", "?"]),
)


@settings(max_examples=300, deadline=None)
@given(
    raw=_ADDRESS,
    base=st.sampled_from(
        ["http://a.cn/", "http://a.cn/b/c/d.html", "http://A.cn:80/b/", "http://a.cn/b?c/d"]
    ),
)
def test_plain_addresses_are_joined_as_the_standard_says(raw: str, base: str) -> None:
    assert normalise(raw, base) == normalise(urljoin(base, raw)), f"{raw} seen from {base}"


@settings(max_examples=300, deadline=None)
@given(raw=st.text(max_size=60))
def test_any_text_is_an_address_or_none_and_stays_so(raw: str) -> None:
    address = normalise(raw, "http://www.example.gov.cn/a/b.html")
    if address is not None and address.startswith(("http://", "https://")):
        assert address.isascii(), f"{raw!r} keeps characters beyond ASCII: {address!r}"
        assert normalise(address) == address, f"{raw!r}: {address!r} changes when it is read again"
