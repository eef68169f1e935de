"""Pictures of pages as visitors see them, with what is at fault outlined in red and a caption above.

The page is photographed untouched; outline and caption are put around the photograph on a sheet of our
own that runs no script, so that no style or script of the page can hide, move or forge them.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Route
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from govcrawl.net.browser import Renderer, fresh_profile
from govcrawl.net.photographs import FIND, HEIGHT, MEASURE, Box, Sheet, sheet

_LEFT_OUT = frozenset({"media", "manifest", "websocket", "eventsource", "ping"})
"""What a photograph shows none of. Images, styles and fonts it does."""
_MAX_REQUESTS = 300
"""Of one page; further ones are refused."""
_OPENED_S = 15.0
"""Seconds that a page is given to stand there, its pictures not counted."""
_LOOK_S = 3.0
_LOADED_S = 6.0
"""Seconds for its pictures; then it is photographed as it is."""
_SETTLED_S = 2.0
_SCROLLED_S = 0.4
"""Seconds that pictures which load when they are scrolled to are given."""
_STEP_S = 10.0
"""Seconds for one command to the browser: a page whose script never ends answers none."""
_PAGE_S = 45.0
"""Seconds for one page in all."""
_FULL_BYTES = 3 * 2**20
"""Of a full picture as PNG; a larger one is kept as JPEG."""
_SMALL_BYTES = 40_000
_QUALITIES = (75, 60, 45, 30)


class Mark(StrEnum):
    """What a picture shows of the element."""

    OUTLINED = "outlined"
    AROUND = "around"
    """The element itself is not displayed (a closed menu); the part of the page that holds it is outlined."""
    HIDDEN = "hidden"
    """It is in the page, and nothing of it can be seen."""
    ABSENT = "absent"
    """It is not in the page as the browser shows it."""


class Failure(StrEnum):
    """Why there is no picture."""

    TIMEOUT = "timeout"
    UNANSWERED = "unanswered"
    STATUS = "status"
    """The page answered with an error now."""
    LEFT = "left"
    """The page led away to another address."""
    BROWSER = "browser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One picture of a page."""

    key: str
    selector: str = ""
    """CSS path of the element, as read from the source."""
    address: str = ""
    """Where the element leads, if it is a link: it is looked for by this where the path finds another."""
    caption: Callable[[datetime, Mark, str], Sequence[str]]
    """Lines above the photograph, by time, mark and the address where the page stands; the first one is the
    title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture that was taken."""

    key: str
    full: bytes
    kind: str
    """`png`; `jpg` where that was too large."""
    small: bytes
    """JPEG of the surroundings, at most 40 kB; empty where it can't be made so small."""
    mark: Mark
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """The pictures of one page, and why the others are missing."""

    pictures: tuple[Picture, ...] = ()
    failure: Failure | None = None
    status: int | None = None


class Photographer:
    """Takes pictures of pages in this machine's browser, one page at a time.

    Every request of a page is asked through the renderer's client, with its overrides, address safety,
    limits and manners. What a page does (dialogs, windows, downloads, scripts without end, leading away)
    ends at a limit and is said; it never raises.

    Args:
        renderer: whose browser is used.
        user_agent: what pages see.
        now: the time, UTC.
        seconds: for one page in all.
    """

    def __init__(
        self, renderer: Renderer, *, user_agent: str, now: Callable[[], datetime], seconds: float = _PAGE_S
    ) -> None:
        self._renderer = renderer
        self._user_agent = user_agent
        self._now = now
        self._seconds = seconds

    async def photograph(
        self,
        url: str,
        wanted: Sequence[Wanted],
        *,
        owns: Callable[[str], bool],
        never: Collection[str] = (),
    ) -> Taken:
        """Open a page once and take the pictures that are wanted of it.

        Args:
            url: the page.
            wanted: what to outline, each with its caption.
            owns: is an address one of the site: a page that leads anywhere else is no proof of it.
            never: addresses, and hosts (with all below them), of which nothing is loaded, for nothing of
                theirs may be shown.
        """
        taken: list[Picture] = []
        try:
            async with self._renderer.borrowed(self._seconds) as browser:
                return await self._take(browser, url, wanted, owns, never, taken)
        except (PlaywrightTimeout, TimeoutError):
            return Taken(tuple(taken), Failure.TIMEOUT)
        except (PlaywrightError, OSError):
            return Taken(tuple(taken), Failure.BROWSER)

    async def _take(
        self,
        browser: Browser,
        url: str,
        wanted: Sequence[Wanted],
        owns: Callable[[str], bool],
        never: Collection[str],
        taken: list[Picture],
    ) -> Taken:
        async with fresh_profile(browser, self._user_agent, height=HEIGHT, still=True) as context:
            page = await context.new_page()
            visit = _Visit(self._renderer, page, owns, never)
            await context.route("**/*", visit.answer)
            page.on("popup", visit.close)
            try:
                response = await page.goto(url, wait_until="commit", timeout=_OPENED_S * 1000)
            except PlaywrightTimeout:
                return Taken((), Failure.TIMEOUT)
            except PlaywrightError:  # no answer; a download; an address that is none
                return Taken((), Failure.LEFT if visit.led_on else Failure.UNANSWERED)
            if response is None or response.status >= 400:
                return Taken((), Failure.STATUS, None if response is None else response.status)
            if not await _stands(page, visit):
                return Taken((), Failure.LEFT if visit.led_on else Failure.TIMEOUT)
            for state, seconds in (("load", _LOADED_S), ("networkidle", _SETTLED_S)):
                with suppress(PlaywrightTimeout):
                    await page.wait_for_load_state(state, timeout=seconds * 1000)  # type: ignore[arg-type]  # a plain str to mypy
            camera = await _Camera.before(context, page)
            for one in wanted:
                try:
                    photograph, box, mark = await camera.photograph(one)
                except PlaywrightError:  # what was looked at is gone: the page leads on
                    return Taken(tuple(taken), Failure.LEFT)
                if not owns(page.url):
                    return Taken(tuple(taken), Failure.LEFT)
                lines = one.caption(at := self._now(), mark, visit.url)
                taken.append(await self._composed(browser, one.key, sheet(photograph, box, lines), mark, at))
            return Taken(tuple(taken))

    @staticmethod
    async def _composed(browser: Browser, key: str, made: Sheet, mark: Mark, at: datetime) -> Picture:
        """The picture: photograph, outline and caption on one sheet, large and small."""
        context = await browser.new_context(
            java_script_enabled=False,
            offline=True,
            viewport={"width": made.width, "height": made.height},
        )
        try:
            page = await context.new_page()
            await page.set_content(made.html, timeout=_STEP_S * 1000)
            full, kind = await page.screenshot(type="png", clip=made.full), "png"
            if len(full) > _FULL_BYTES:
                full, kind = await page.screenshot(type="jpeg", quality=85, clip=made.full), "jpg"
            small = b""
            for quality in _QUALITIES:
                tried = await page.screenshot(type="jpeg", quality=quality, clip=made.small)
                if len(tried) <= _SMALL_BYTES:
                    small = tried
                    break
            return Picture(key=key, full=full, kind=kind, small=small, mark=mark, at=at)
        finally:
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(context.close(), _STEP_S)


async def _stands(page: Page, visit: _Visit) -> bool:
    """Wait until a page is read to its end; one that leads on before never is."""
    for _ in range(round(_OPENED_S / _LOOK_S)):
        with suppress(PlaywrightTimeout):
            await page.wait_for_load_state("domcontentloaded", timeout=_LOOK_S * 1000)
            return True
        if visit.led_on:
            break
    return False


class _Visit:
    """Answers what a page asks for, and closes the windows that it opens."""

    def __init__(
        self, renderer: Renderer, page: Page, owns: Callable[[str], bool], never: Collection[str]
    ) -> None:
        self._renderer = renderer
        self._page = page
        self._owns = owns
        self.url = ""
        """Where the page stands; the browser names it by the address that was asked."""
        self._never = frozenset(never)
        self._asked = 0
        self.led_on = False
        """Did the page try to lead to another one."""
        self._closing: set[asyncio.Task[None]] = set()

    async def answer(self, route: Route) -> None:
        """One request. The page itself is opened once: where it leads on to by itself is not followed."""
        self._asked += 1
        request = route.request
        main = request.is_navigation_request() and self._is_main(route)
        if main and self._asked > 1:
            self.led_on = True
            with suppress(PlaywrightError):
                await route.fulfill(status=204)  # no content: the page stays as it is
            return
        refused = self._asked > _MAX_REQUESTS or self._forbidden(request.url)
        may = self._may_stand if main else self._may_be_loaded
        answered = await self._renderer.answer(route, refused=refused, left_out=_LEFT_OUT, may=may)
        if main:
            self.url = answered.url

    def close(self, page: Page) -> None:
        """Close a window at once."""
        task = asyncio.ensure_future(self._closed(page))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    @staticmethod
    async def _closed(page: Page) -> None:
        with suppress(PlaywrightError):
            await page.close()

    def _is_main(self, route: Route) -> bool:
        try:
            return route.request.frame == self._page.main_frame
        except PlaywrightError:  # of a window that is only being opened
            return False

    def _may_stand(self, url: str) -> bool:
        """May the page be one to which a redirect leads."""
        if self._owns(url) and not self._forbidden(url):
            return True
        self.led_on = True
        return False

    def _may_be_loaded(self, url: str) -> bool:
        return not self._forbidden(url)

    def _forbidden(self, url: str) -> bool:
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return True
        return url.partition("#")[0] in self._never or any(
            host == name or host.endswith(f".{name}") for name in self._never
        )


class _Camera:
    """Finds elements in a page and photographs what a visitor's window shows of it.

    All is done over the debugging protocol in a world of its own: the page's scripts can neither see nor
    replace what is called there. The window alone is photographed, however long the page is.
    """

    def __init__(self, session: CDPSession, world: int) -> None:
        self._session = session
        self._world = world

    @classmethod
    async def before(cls, context: BrowserContext, page: Page) -> _Camera:
        """Set up in front of a page that was opened."""
        session = await asyncio.wait_for(context.new_cdp_session(page), _STEP_S)
        tree = await asyncio.wait_for(session.send("Page.getFrameTree"), _STEP_S)
        frame = tree["frameTree"]["frame"]["id"]
        made = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "evidence"})
        return cls(session, (await asyncio.wait_for(made, _STEP_S))["executionContextId"])

    async def photograph(self, wanted: Wanted) -> tuple[bytes, Box | None, Mark]:
        """A PNG of the window with the element scrolled to, where in it the element lies, and how."""
        found = await self._run(FIND, wanted.selector, wanted.address)
        mark = Mark(found) if found in set(Mark) else Mark.ABSENT
        await asyncio.sleep(_SCROLLED_S)
        await self._freeze(True)
        try:
            measured = await self._run(MEASURE) if mark in {Mark.OUTLINED, Mark.AROUND} else None
            box = Box.of(measured)
            shot = await self._send("Page.captureScreenshot", {"format": "png"})
        finally:
            await self._freeze(False)
        if box is None and mark in {Mark.OUTLINED, Mark.AROUND}:
            mark = Mark.HIDDEN
        return base64.b64decode(shot["data"]), box, mark

    async def _freeze(self, value: bool) -> None:
        """Stop the page's scripts: what moves about stands still between measuring and photographing."""
        await self._send("Emulation.setScriptExecutionDisabled", {"value": value})

    async def _run(self, function: str, *given: str) -> Any:
        answer = await self._send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": function,
                "executionContextId": self._world,
                "arguments": [{"value": value} for value in given],
                "returnByValue": True,
            },
        )
        return answer.get("result", {}).get("value")

    async def _send(self, command: str, told: dict[str, Any]) -> Any:
        return await asyncio.wait_for(self._session.send(command, told), _STEP_S)
