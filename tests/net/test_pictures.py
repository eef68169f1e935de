"""Pictures in real Chromium: what is at fault is outlined, and no page can hang, forge or empty them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from govcrawl.model import Answer
from govcrawl.net.browser import Renderer
from govcrawl.net.installed import find_browser
from govcrawl.net.photographs import Box, sheet
from govcrawl.net.pictures import Failure, Mark, Photographer, Taken, Wanted

BROWSER = find_browser()
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
SITE = "http://www.example.gov.cn"
GONE = f"{SITE}/fj/gone.html"
AT = datetime(2026, 11, 22, 14, 4, 11, tzinfo=UTC)
LINK = '<a href="/fj/gone.html" style="font-size:40px">附件说明</a>'
GIF = base64.b64decode("R0lGODlhAQABAIAAAP8A/wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")
PAGES: Mapping[str, str] = {
    "/far": "<div style='height:3000px'>上</div><p>" + LINK + "</p><div style='height:3000px'>下</div>",
    "/tall": "<div style='height:200000px'></div>" + LINK + "<div style='height:200000px'></div>",
    "/other": "<p><a id='other' href='/zwyw/'>要闻</a></p><div style='height:900px'></div>" + LINK,
    "/menu": "<nav style='width:300px;height:60px;background:#eee'>政务公开<ul style='display:none'><li>"
    + LINK
    + "</li></ul></nav>",
    "/hidden": "<div style='display:none'>" + LINK + "</div>",
    "/absent": "<p>链接已删除</p>",
    "/talking": LINK
    + "<script>alert(1);confirm(2);window.open('/far');setInterval(() => alert(3), 10)</script>",
    "/forging": LINK + "<script>Element.prototype.getBoundingClientRect = () => { throw 1 };"
    "Element.prototype.scrollIntoView = document.querySelector = document.querySelectorAll"
    " = () => { throw 2 }"
    "</script><style>header, .outline, .window { display: none !important }</style>",
    "/moving": "<div id='w' style='position:fixed'>" + LINK + "</div><script>let x = 0; setInterval(() => {"
    "x = (x + 17) % 900; w.style.left = x + 'px'; w.style.top = x / 2 + 'px' }, 15)</script>",
    "/leading": LINK + "<script>location.href = 'http://bad.example.org/'</script>",
    "/emptied": LINK + "<script>location.href = 'about:blank'</script>",
    "/through": LINK + "<img src='/go' width='9' height='9'>",
    "/hijacked": LINK
    + "<iframe src='http://bad.example.org/'></iframe><img src='http://cdn.bad.example.org/a.gif'>"
    "<img src='/own.gif' width='9' height='9'>",
}
REDIRECTS: Mapping[str, str] = {
    "/moved-to-hijacked": "http://bad.example.org/",
    "/moved-away": "http://news.example.com/1.html",
    "/moved-inside": f"{SITE}/far",
    "/go": "http://bad.example.org/a.gif",
}
SELECTORS = {"/other": "#other", "/far": "a:nth-of-type(((", "/absent": "p > a"}
NEVER = {"bad.example.org"}
HANGING = "<h1>要闻</h1>" + LINK + "<script>while (true) {}</script>"
HANGING_LATER = LINK + "<script>setTimeout(() => { while (true) {} }, 50)</script>"


@dataclass
class Web:
    """Answers from memory, and remembers what was asked."""

    asked: list[str] = field(default_factory=list)

    async def ask(self, url: str, **_: Any) -> Answer:
        await asyncio.sleep(0)
        self.asked.append(url)
        path = url.removeprefix(SITE)
        status, kind, body = 200, "text/html; charset=utf-8", b""
        if path in REDIRECTS:
            headers = {"location": REDIRECTS[path]}
            return Answer(url=url, at=AT, ms=1, status=302, headers=headers)
        if path in PAGES:
            body = f"<!DOCTYPE html><meta charset='utf-8'><body>{PAGES[path]}</body>".encode()
        elif path in {"/hanging", "/hanging-later"}:
            body = (HANGING if path == "/hanging" else HANGING_LATER).encode()
        elif path.endswith(".gif"):
            kind, body = "image/gif", GIF
        elif path == "/file":
            kind, body = "application/zip", b"PK"
        else:
            status, body = 503, b"<h1>Service Unavailable</h1>"
        return Answer(url=url, at=AT, ms=1, status=status, headers={"content-type": kind}, body=body)


def owns(url: str) -> bool:
    return url.startswith(f"{SITE}/")


def wanted(path: str) -> Wanted:
    return Wanted(
        key=path,
        selector=SELECTORS.get(path, ""),
        address=GONE,
        caption=lambda at, mark, url: ["<b>标题</b>", url, f"{at:%Y-%m-%d %H:%M:%S}", str(mark)],
    )


RED = """async (data) => {
  const image = new Image(); image.src = data; await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const dots = pen.getImageData(0, 0, image.width, image.height).data;
  let left = 1e9, top = 1e9, right = -1, bottom = -1;
  for (let i = 0; i < dots.length; i += 4)
    if (dots[i] === 229 && dots[i + 1] === 0 && dots[i + 2] === 26) {
      const x = (i / 4) % image.width, y = Math.floor(i / 4 / image.width);
      left = Math.min(left, x); right = Math.max(right, x);
      top = Math.min(top, y); bottom = Math.max(bottom, y);
    }
  return { width: image.width, height: image.height, red: right < 0 ? null : [left, top, right, bottom] };
}"""


@dataclass
class Seen:
    taken: dict[str, Taken]
    looks: dict[str, dict[str, Any]]
    """Size of each full picture, and where its outline is."""
    asked: list[str]


@pytest.fixture(scope="module")
def seen() -> Seen:
    async def all_of_them() -> Seen:
        assert BROWSER is not None
        web = Web()
        renderer = Renderer(web.ask, BROWSER, user_agent="govcrawl/test", seconds=60)
        photographer = Photographer(renderer, user_agent="govcrawl/test", now=lambda: AT, seconds=100)
        hasty = Photographer(renderer, user_agent="govcrawl/test", now=lambda: AT, seconds=4)
        taken: dict[str, Taken] = {}
        looks: dict[str, dict[str, Any]] = {}
        try:
            for path in [*PAGES, *REDIRECTS, "/away", "/file"]:
                taken[path] = await photographer.photograph(
                    SITE + path, [wanted(path)], owns=owns, never=NEVER
                )
            async with renderer.borrowed(60) as browser:
                page = await browser.new_page()
                for path, one in taken.items():
                    for picture in one.pictures:
                        data = f"data:image/{picture.kind};base64,{base64.b64encode(picture.full).decode()}"
                        looks[path] = await page.evaluate(RED, data)
            for path in ("/hanging", "/hanging-later"):
                taken[path] = await hasty.photograph(SITE + path, [wanted(path)], owns=owns)
            taken["after"] = await photographer.photograph(SITE + "/far", [wanted("/far")], owns=owns)
        finally:
            await renderer.close()
        return Seen(taken, looks, web.asked)

    return asyncio.run(all_of_them())


@needs_browser
@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/far", Mark.OUTLINED),
        ("/tall", Mark.OUTLINED),
        ("/other", Mark.OUTLINED),
        ("/menu", Mark.AROUND),
        ("/hidden", Mark.HIDDEN),
        ("/absent", Mark.ABSENT),
        ("/talking", Mark.OUTLINED),
        ("/forging", Mark.OUTLINED),
        ("/moving", Mark.OUTLINED),
        ("/hijacked", Mark.OUTLINED),
        ("/through", Mark.OUTLINED),
        ("/moved-inside", Mark.OUTLINED),
    ],
)
def test_the_element_is_outlined_where_it_can_be_seen(seen: Seen, path: str, mark: Mark) -> None:
    (picture,) = seen.taken[path].pictures
    look = seen.looks[path]
    assert picture.mark is mark
    assert (look["width"], look["height"]) == (1280, 904), "the window alone, however long the page"
    assert picture.kind == "png"
    assert picture.small.startswith(b"\xff\xd8\xff")
    assert len(picture.small) <= 40_000
    if mark not in {Mark.OUTLINED, Mark.AROUND}:
        assert look["red"] is None, "nothing is outlined that was not found"
        return
    left, top, right, bottom = look["red"]
    assert top >= 104, "the outline runs into the caption"
    width = right - left
    assert (290 < width < 330) if path == "/menu" else (150 < width < 190), look["red"]
    assert bottom - top < 90, look["red"]


@needs_browser
@pytest.mark.parametrize("path", ["/leading", "/emptied"])
def test_where_a_page_leads_by_itself_is_never_shown(seen: Seen, path: str) -> None:
    assert (seen.taken[path].failure, seen.taken[path].pictures) == (Failure.LEFT, ())


@needs_browser
def test_nothing_of_a_hijacked_host_is_loaded(seen: Seen) -> None:
    assert not [url for url in seen.asked if "bad.example.org" in url], "not even behind a redirect"
    assert f"{SITE}/go" in seen.asked, "the redirect itself was met"
    assert f"{SITE}/own.gif" in seen.asked, "pictures of the page itself are shown"


@needs_browser
@pytest.mark.parametrize(
    ("path", "failure", "status"),
    [
        ("/away", Failure.STATUS, 503),
        ("/file", Failure.UNANSWERED, None),
        ("/moved-to-hijacked", Failure.LEFT, None),
        ("/moved-away", Failure.LEFT, None),
        ("/hanging", Failure.TIMEOUT, None),
        ("/hanging-later", Failure.TIMEOUT, None),
    ],
)
def test_what_gives_no_picture_says_why(seen: Seen, path: str, failure: Failure, status: int | None) -> None:
    taken = seen.taken[path]
    assert (taken.pictures, taken.failure, taken.status) == ((), failure, status)


@needs_browser
def test_a_hanging_page_does_not_cost_the_next_its_picture(seen: Seen) -> None:
    assert [picture.mark for picture in seen.taken["after"].pictures] == [Mark.OUTLINED]


@pytest.mark.parametrize(
    "measured",
    [
        None,
        "odd",
        {"left": 1, "top": 2, "width": 3},
        {"left": float("nan"), "top": 0, "width": 10, "height": 10},
        {"left": 5000, "top": 0, "width": 10, "height": 10},
        {"left": 0, "top": -400, "width": 10, "height": 10},
    ],
)
def test_what_lies_outside_the_window_is_no_box(measured: object) -> None:
    assert Box.of(measured) is None


@needs_browser
def test_a_page_of_another_site_is_not_photographed_under_this_ones_address(seen: Seen) -> None:
    assert not [url for url in seen.asked if "news.example.com" in url]


def test_a_box_stays_inside_the_window() -> None:
    box = Box.of({"left": -50, "top": -50, "width": 5000, "height": 5000})
    assert box is not None
    assert box.left >= 0
    assert box.top >= 0
    assert box.left + box.width <= 1280
    assert box.top + box.height <= 800


def test_a_caption_is_text() -> None:
    made = sheet(b"png", None, ["<script>alert(1)</script>", "a" * 5000])
    assert "<script>" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "a" * 301 not in made.html
