"""What a browser tells of a page beside its HTML: requests frame by frame, and windows that float."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from govcrawl.model import Answer
from govcrawl.net.browser import Rendered, Renderer
from govcrawl.net.installed import find_browser

BROWSER = find_browser()
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
HOME = "http://www.example.gov.cn/"


def show(pages: dict[str, str], url: str = HOME) -> Rendered:
    """The page, in a world where these addresses (without query) answer and no others."""

    async def ask(url: str, **_: Any) -> Answer:
        parts = urlsplit(url)
        body = pages.get(f"{parts.scheme}://{parts.netloc}{parts.path}")
        if body is not None and body.startswith("redirect "):
            at = datetime(2026, 11, 25, tzinfo=UTC)
            return Answer(url=url, at=at, ms=1, status=302, headers={"location": body[len("redirect ") :]})
        kind = "text/javascript" if parts.path.endswith(".js") else "text/html; charset=utf-8"
        return Answer(
            url=url,
            method="GET",
            at=datetime(2026, 11, 25, tzinfo=UTC),
            ms=1,
            status=404 if body is None else 200,
            headers={"content-type": kind},
            body=(body or "").encode(),
        )

    async def run() -> Rendered:
        assert BROWSER is not None
        renderer = Renderer(ask, BROWSER, user_agent="govcrawl/test")
        try:
            return await renderer.render(url, windows=True)
        finally:
            await renderer.close()

    shown = asyncio.run(run())
    assert shown.html, shown.failure
    return shown


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def test_requests_are_told_frame_by_frame_whether_answered_or_not() -> None:
    shown = show(
        {
            HOME: page(
                "<img src='/logo.png'><iframe src='http://widget.example.com/w.html'></iframe>"
                "<script src='/a.js'></script>"
            ),
            f"{HOME}a.js": "var s=document.createElement('script');"
            "s.src='https://ads.example.net/c.js?t='+1;document.body.appendChild(s)",
            "http://widget.example.com/w.html": page("<img src='http://ads.example.org/1.gif'>"),
        }
    )
    told = {(request.url, request.kind, request.frame) for request in shown.requests}
    assert ("https://ads.example.net/c.js?t=1", "script", HOME) in told, "a script asked for it"
    assert ("http://widget.example.com/w.html", "iframe", HOME) in told, "a frame is asked by its page"
    assert (
        "http://ads.example.org/1.gif",
        "image",
        "http://widget.example.com/w.html",
    ) in told, "pictures are never fetched, and count as asked; the frame that asked is named"
    assert not any(url == HOME for url, _, _ in told), "the page itself is no request of the page"


AWAY = "http://news.example.com/1.html"


@pytest.mark.parametrize(
    "pages",
    [
        {HOME: f"redirect {AWAY}", AWAY: page("<p>news</p>")},
        {HOME: f"redirect {HOME}b", f"{HOME}b": f"redirect {AWAY}", AWAY: page("<p>news</p>")},
        {HOME: page(f"<script>location.replace('{AWAY}')</script>"), AWAY: page("<p>news</p>")},
        {
            HOME: page("<script>location.replace('/b')</script>"),
            f"{HOME}b": f"redirect {AWAY}",
            AWAY: page("<p>news</p>"),
        },
    ],
    ids=["a redirect", "two redirects", "a script", "a script to a redirect"],
)
def test_where_a_page_stands_in_the_end_is_told(pages: dict[str, str]) -> None:
    assert show(pages).url == AWAY, "the browser itself names the address that it asked"


def test_a_page_that_stays_stands_where_it_was_asked() -> None:
    pages = {HOME: page("<iframe src='/in'></iframe>"), f"{HOME}in": f"redirect {AWAY}", AWAY: page("x")}
    assert show(pages).url == HOME, "where a frame leads is not where the page stands"


WINDOWS = {
    "fixed by a style sheet": (
        "<style>.k7{position:fixed;right:0;bottom:0;width:180px;height:120px}</style>"
        "<div class='k7'><a href='http://shop.example.com/1'><img alt='年货' src='/x.png'></a></div>",
        True,
    ),
    "placed and lifted by a script": (
        "<div id='w'><a href='http://shop.example.com/1'>商城</a></div><script>"
        "var w=document.getElementById('w');w.style.cssText='position:absolute;left:9px;top:9px;z-index:99'"
        "</script>",
        True,
    ),
    "moving without a z-index": (
        "<div id='w' style='position:absolute;left:0;top:0'><a href='http://shop.example.com/1'>商城</a>"
        "</div><script>var x=0;setInterval(function(){w.style.left=(x+=5)%400+'px'},20)</script>",
        True,
    ),
    "written by a script, opened by a click": (
        "<script>document.write(\"<div style='position:fixed;left:5px;top:5px;z-index:5' "
        'onclick=\\"window.open(\'http://shop.example.com/1\')\\">年货</div>")</script>',
        True,
    ),
    "around its own link": (
        "<a href='http://shop.example.com/1' style='position:fixed;left:5px;top:5px'>商城</a>",
        True,
    ),
    "in a frame of the same host": (
        "<iframe src='/piao.html' style='position:fixed;left:5px;top:5px;width:200px'></iframe>",
        True,
    ),
    "not shown": (
        "<div style='position:fixed;display:none'><a href='http://shop.example.com/1'>商城</a></div>",
        False,
    ),
    "closed before anybody saw it": (
        "<div id='w' style='position:fixed;left:5px'><a href='http://shop.example.com/1'>商城</a></div>"
        "<script>document.getElementById('w').style.display='none'</script>",
        False,
    ),
    "placed in a box, as a slide": (
        "<div style='position:relative;height:200px'><div style='position:absolute;left:0;z-index:9'>"
        "<a href='http://shop.example.com/1'>商城</a></div></div>",
        False,
    ),
    "layout without a layer": (
        "<div style='position:absolute;left:0;top:300px'><a href='http://shop.example.com/1'>商城</a></div>",
        False,
    ),
    "header over the whole width": (
        "<div style='position:fixed;left:0;top:0;width:100%;height:60px'>"
        "<a href='http://shop.example.com/1'>商城</a></div>",
        False,
    ),
    "menu of many links": (
        "<div style='position:fixed;left:0;top:0;width:90px'>"
        + "<a href='http://shop.example.com/1'>商城</a>" * 13
        + "</div>",
        False,
    ),
    "out of sight": (
        "<div style='position:absolute;left:-9999px;top:0;z-index:9;width:50px'>"
        "<a href='http://shop.example.com/1'>商城</a></div>",
        False,
    ),
    "in the flow": ("<div><a href='http://shop.example.com/1'>商城</a></div>", False),
}


@pytest.mark.parametrize("case", list(WINDOWS))
def test_windows_by_computed_style(case: str) -> None:
    body, floats = WINDOWS[case]
    inner = page("<a href='http://shop.example.com/1'>商城</a>")
    shown = show({HOME: page(f"<p>正文</p>{body}"), f"{HOME}piao.html": inner})
    found = {link.url for link in shown.floating}
    if not floats:
        assert "http://shop.example.com/1" not in found, f"{case}: {shown.floating}"
        return
    assert "http://shop.example.com/1" in found, f"{case}: nothing floats in {shown.html}"
    link = next(link for link in shown.floating if link.url == "http://shop.example.com/1")
    assert link.snippet, "what a unit sees of it"
    assert link.text in {"商城", "年货"}
    assert link.moving == ("moving" in case)


def test_hostile_answers_are_bounded() -> None:
    """A page may change what its own scripts, and ours, call."""
    body = (
        "<div style='position:fixed'><a href='http://shop.example.com/1'>商城</a></div>"
        "<script>Element.prototype.getBoundingClientRect=function(){throw 1};"
        "Array.prototype.slice=null</script>"
    )
    assert show({HOME: page(body)}).floating == ()
    body = (
        "<div style='position:fixed'><a href='http://shop.example.com/1'>商城</a></div><script>"
        "Object.defineProperty(Element.prototype,'outerHTML',{get(){return 'x'.repeat(1e6)}});"
        "Object.defineProperty(HTMLElement.prototype,'innerText',{get(){return 'y'.repeat(1e6)}})</script>"
    )
    (link,) = show({HOME: page(body)}).floating
    assert len(link.snippet) <= 500
    assert len(link.text) <= 200
