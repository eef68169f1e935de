"""A column as its list page shows it: read, empty, written by a script, or no list at all."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from lxml import html

from govcrawl.model import ColumnReading, ColumnState, ListOrigin
from govcrawl.pages.addresses import host_of
from govcrawl.pages.elements import evidence_of
from govcrawl.pages.further import data_calls
from govcrawl.pages.lists import MainList, main_list
from govcrawl.pages.page import Page
from govcrawl.pages.signs import ScriptSign, article_points, empty_frame, says_empty, script_sign

_ONE_DOCUMENT = 120
"""Characters of running text from which a page without a list is a document (概况, 机构职能 …)."""
_LONG_DOCUMENT = 300
"""Characters from which it is one even with some links below it."""

_FOLDER = re.compile(r"[a-zA-Z_-]{1,40}\d{0,3}/(?:(?:index|list)\.[a-z]{3,5})?")


_FRAME_NO_LIST = re.compile(
    r"top|head|foot|nav|menu|search|login|weather|tianqi|share|count|stat|banner|map|video|player",
    re.IGNORECASE,
)
_LOW = 150
"""Pixels of height below which a frame holds no list."""


def read_column(page: Page, today: date, *, rendered: bool = False) -> ColumnReading:
    """What a registered column's page shows on `today`, and where more of it may be asked for.

    `rendered`: the page is what a browser made of it, so that signs of a script mean nothing any more: an
    empty list is then empty, and what still can't be read is unreadable.
    """
    reading = _as_shown(page, today, rendered)
    if reading.state is ColumnState.NOT_A_LIST or not page.is_html:
        return reading
    calls, frame = data_calls(page), ""
    doubtful = reading.state is ColumnState.EMPTY and says_empty(page) is None
    if doubtful or reading.state in {ColumnState.UNREADABLE, ColumnState.NEEDS_RENDERING}:
        frame = _list_frame(page)
    return replace(reading, calls=calls, frame=frame) if calls or frame else reading


def _list_frame(page: Page) -> str:
    """The frame of the page's own host that may hold its list; "": none."""
    for frame in page.root.iter("iframe", "frame"):
        source, height = frame.get("src") or "", (frame.get("height") or "").removesuffix("px")
        if not source or frame in page.hidden or (height.isdigit() and int(height) < _LOW):
            continue
        url = page.resolve(source)
        if url is None or url == page.url or host_of(url) != host_of(page.url):
            continue
        named = f"{urlsplit(url).path} {frame.get('id') or ''} {frame.get('name') or ''}"
        if not _FRAME_NO_LIST.search(named):
            return url
    return ""


def _as_shown(page: Page, today: date, rendered: bool) -> ColumnReading:
    if page.blank:
        return ColumnReading(url=page.url, state=ColumnState.UNREADABLE, reason="页面没有任何内容")
    if not page.is_html:
        return _no_list(page, "栏目地址直接打开一个文件")
    prose = page.shown.prose
    found = main_list(page, today)
    article = article_points(page)
    if article >= 3 and prose >= _ONE_DOCUMENT and article > (found.points(prose) if found else 0):
        return _no_list(page, "栏目地址直接打开一篇文章")
    good = found if found is not None and (found.dated >= 2 or (found.pager and found.dated)) else None
    if good is not None and good.vouched and not good.aside:
        return _read(page, good, rendered)
    script = None if rendered else script_sign(page)
    # A static side box must not pass for the list that a script is still to write.
    doubtful = script is not None and script.strong and not (found and found.vouched)
    if good is not None and not good.aside and not doubtful:
        return _read(page, good, rendered)
    empty, frame = says_empty(page), empty_frame(page)
    if found is not None and not found.dated and prose >= _LONG_DOCUMENT:
        return _no_list(page, "栏目页面为单篇内容，不是信息列表")
    if (
        found is not None
        and not doubtful
        and empty is None
        and _is_list(found)
        and (frame is None or not found.aside)
        and _stands(found, frame, script)
    ):
        return _read(page, found, rendered)
    if page.refresh is not None:
        return _no_list(page, "栏目页面自动转到其他地址")
    if script:
        return ColumnReading(url=page.url, state=ColumnState.NEEDS_RENDERING, reason=script.reason)
    if empty is not None:
        return _state(page, ColumnState.EMPTY, f"页面显示“{_words(empty)}”", empty)
    if prose >= _ONE_DOCUMENT:
        return _no_list(page, "栏目页面为单篇内容，不是信息列表")
    if frame is not None:
        return _state(page, ColumnState.EMPTY, "列表中没有任何信息", frame)
    if _leads_to_columns(page):
        return _no_list(page, "栏目页面只列出下级栏目")
    return ColumnReading(url=page.url, state=ColumnState.UNREADABLE, reason="未能从页面中识别出信息列表")


def _leads_to_columns(page: Page) -> bool:
    """Does it name two or more folders below its own, and so is a table of contents."""
    folder = page.url.rpartition("/")[0] + "/"
    below = {
        link.url.removeprefix(folder)
        for link in page.links
        if link.element == "a" and link.url.startswith(folder) and link.url != page.url
    }
    return sum(_FOLDER.fullmatch(rest) is not None for rest in below) >= 2


def _is_list(found: MainList) -> bool:
    """Is it a list of entries, and not a menu: dated, or several real titles."""
    if found.dated:
        return True
    titles = [item.title for item in found.items]
    return len(titles) >= 3 and not found.aside and sum(map(len, titles)) / len(titles) >= 8


def _stands(found: MainList, frame: html.HtmlElement | None, script: ScriptSign | None) -> bool:
    """Is a list without dates to be believed where something else may be the list that a script writes."""
    return (
        bool(found.dated) or frame is None or script is None or (not script.strong and len(found.items) >= 5)
    )


def _words(element: html.HtmlElement) -> str:
    return "".join(str(text) for text in element.itertext()).strip()[:30]


def _state(page: Page, state: ColumnState, reason: str, element: html.HtmlElement) -> ColumnReading:
    proof = evidence_of(element)
    return ColumnReading(
        url=page.url,
        state=state,
        reason=reason,
        snippet=proof.snippet,
        line=proof.line or 0,
        selector=proof.selector,
    )


def _no_list(page: Page, reason: str) -> ColumnReading:
    return ColumnReading(url=page.url, state=ColumnState.NOT_A_LIST, reason=reason)


def _read(page: Page, found: MainList, rendered: bool) -> ColumnReading:
    proof = evidence_of(found.element)
    return ColumnReading(
        url=page.url,
        state=ColumnState.READ,
        items=found.items,
        newest=found.newest,
        newest_latest=found.newest_latest,
        origin=ListOrigin.RENDERED if rendered else found.origin,
        snippet=proof.snippet,
        line=proof.line or 0,
        selector=proof.selector,
    )
