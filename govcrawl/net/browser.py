"""The browser that this machine has, if any: for lists that a script builds, and for pictures."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Playwright, Request, Route, async_playwright
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from govcrawl.model import Answer, FloatingLink, PageRequest
from govcrawl.net.client import Ask
from govcrawl.net.floating_windows import floating_windows
from govcrawl.net.photographs import WIDTH
from govcrawl.net.redirects import follow

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_LEFT_OUT = frozenset({"image", "media", "font", "manifest", "websocket", "eventsource", "ping"})
"""What a list needs none of."""
_SPEAKING = frozenset({"script", "xhr", "fetch"})
"""What may bring a list into a page."""
_OURS = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie"})
_MAX_REQUESTS = 120
"""Of one page; further ones are refused."""
_MAX_ADDRESS = 4_000
"""Characters of an address that are told."""
_MAX_NOTED = 500
"""Requests of one page that are told."""
_SETTLED_MS = 5_000
"""Milliseconds that a page is given to fall silent; one that never does is read as it is by then."""
_CLOSED_S = 5
"""Seconds that a visitor's profile is given to end."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as the browser made it."""

    html: str
    """Empty where it could not be shown."""
    failure: str = ""
    """English, for the log: why it could not."""
    unanswered: tuple[str, ...] = ()
    """Scripts and interfaces of the page that failed: what they would have shown is not known."""
    requests: tuple[PageRequest, ...] = ()
    """Whatever the page and its frames asked for, answered or refused."""
    floating: tuple[FloatingLink, ...] = ()
    """Links in windows above the page, where they were asked for."""
    url: str = ""
    """Where it stands in the end, redirects and scripts that lead on included; the browser itself may show
    the address that was asked. Empty where it could not be shown."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one request of a page."""

    whole: bool
    """It got what it asked for."""
    url: str
    """Where its redirects ended; the browser goes on to name it by the address that it asked."""


class Chromium:
    """One browser, for whoever has its turn; started when it is first needed.

    Args:
        executable: of a Chromium (`find_browser`).
        seconds: that it may take to start.
    """

    def __init__(self, executable: Path, *, seconds: float = 20.0) -> None:
        self._executable = executable
        self._seconds = seconds
        self.turn = asyncio.Lock()
        """Held by whoever uses the browser."""
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def started(self) -> Browser:
        """The browser, running.

        Raises:
            PlaywrightError, OSError: it can't be had.
        """
        if self._browser is None or not self._browser.is_connected():
            # Chromium's own sandbox can't be set up by root; pages reach nothing but `ask` in any case.
            flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(_FLAGS)
            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._executable, args=flags, timeout=self._seconds * 1000
            )
        return self._browser

    async def close(self) -> None:
        """End the browser, if it runs; the next one who needs it gets a new one."""
        browser, playwright = self._browser, self._playwright
        self._browser = self._playwright = None
        with suppress(PlaywrightError, OSError):
            if browser is not None:
                await browser.close()
            if playwright is not None:
                await playwright.stop()


class Renderer:
    """Shows pages in this machine's browser, one at a time, and hands back what became of them.

    The browser itself reaches nothing: every request of a page is intercepted and asked through `ask`,
    with the same overrides, address safety, limits and manners as any other. Started when it is first
    needed; each page gets a fresh profile, without downloads and permissions.

    Args:
        ask: `Client.ask`, or `asker(crawler)`.
        executable: of a Chromium (`find_browser`).
        user_agent: what pages see.
        seconds: that one page may take to load.
        chromium: a browser that several share, and that belongs to somebody else; None: one of its own.
    """

    def __init__(
        self,
        ask: Ask,
        executable: Path,
        *,
        user_agent: str,
        seconds: float = 20.0,
        chromium: Chromium | None = None,
    ) -> None:
        self._ask = ask
        self._user_agent = user_agent
        self._seconds = seconds
        self._own = chromium is None
        self._chromium = chromium or Chromium(executable, seconds=seconds)

    async def render(self, url: str, *, windows: bool = False) -> Rendered:
        """What the page at an address shows when its scripts have run. Never raises for what pages do.

        Args:
            url: http or https.
            windows: look for floating windows, too; takes a second more.
        """
        async with self._chromium.turn:
            try:
                browser = await self._chromium.started()
                async with asyncio.timeout(self._seconds * 2):
                    return await self._show(browser, url, windows=windows)
            except (PlaywrightError, TimeoutError, OSError) as error:
                await self._chromium.close()  # the next page gets a new browser
                return Rendered(
                    "", f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
                )

    @asynccontextmanager
    async def borrowed(self, seconds: float) -> AsyncIterator[Browser]:
        """The browser itself, to nobody else meanwhile: for pictures, whose pages are asked by `answer` too.

        Args:
            seconds: that the borrower may take; then the browser is ended, hung pages and all.

        Raises:
            TimeoutError, PlaywrightError, OSError: it took longer, or the browser can't be had.
        """
        async with self._chromium.turn:
            try:
                browser = await self._chromium.started()
                async with asyncio.timeout(seconds):
                    yield browser
            except (PlaywrightError, TimeoutError, OSError):
                await self._chromium.close()  # the next page gets a new browser
                raise

    async def close(self) -> None:
        """End the browser, if one runs and is this renderer's own."""
        if self._own:
            await self._chromium.close()

    async def _show(self, browser: Browser, url: str, *, windows: bool) -> Rendered:
        asked = 0
        landed: dict[str, str] = {}
        unanswered: list[str] = []
        requests: list[PageRequest] = []

        async def answer(route: Route) -> None:
            nonlocal asked
            asked += 1
            if len(requests) < _MAX_NOTED and (request := _noted(route.request, url)) is not None:
                requests.append(request)
            answered = await self.answer(route, refused=asked > _MAX_REQUESTS)
            if not answered.whole and route.request.resource_type in _SPEAKING:
                unanswered.append(route.request.url)
            if route.request.is_navigation_request():
                landed[_without_fragment(route.request.url)] = answered.url

        async with fresh_profile(browser, self._user_agent) as context:
            await context.route("**/*", answer)
            page = await context.new_page()
            await page.goto(url, wait_until="load", timeout=self._seconds * 1000)
            with suppress(PlaywrightTimeout):
                await page.wait_for_load_state("networkidle", timeout=_SETTLED_MS)
            html = await page.content()
            floating = await floating_windows(page) if windows else ()
            return Rendered(
                html,
                url=landed.get(_without_fragment(page.url), page.url),
                unanswered=tuple(unanswered),
                requests=tuple(requests),
                floating=floating,
            )

    async def answer(
        self,
        route: Route,
        *,
        refused: bool,
        left_out: Collection[str] = _LEFT_OUT,
        may: Callable[[str], bool] | None = None,
    ) -> Answered:
        """Answer one request of a page through `ask`, its redirects followed.

        Args:
            route: the request, intercepted.
            refused: it is not to be asked.
            left_out: kinds of resources that are not asked (as Playwright names them).
            may: is an address to be asked to which a redirect leads; None: every one.
        """
        request = route.request
        with suppress(PlaywrightError):  # the page may be gone before its answer comes
            if refused or request.resource_type in left_out or not request.url.startswith("http"):
                await route.abort()
                return Answered(False, request.url)
            answer = await self._answer(request, may)
            if answer.status is None:
                await route.abort("failed")
                return Answered(False, answer.url)
            headers = {name: value for name, value in answer.headers.items() if name not in _OURS}
            await route.fulfill(status=answer.status, headers=headers, body=answer.body)
            return Answered(answer.status < 400, answer.url)
        return Answered(False, request.url)

    async def _answer(self, request: Request, may: Callable[[str], bool] | None) -> Answer:
        if request.method == "GET":
            return await follow(self._ask, request.url, may=may)
        wanted = ("content-type", "x-requested-with", "accept")
        headers = {name: value for name, value in request.headers.items() if name in wanted}
        body = request.post_data_buffer or b""
        return await self._ask(request.url, method=request.method, headers=headers, body=body)


@asynccontextmanager
async def fresh_profile(
    browser: Browser, user_agent: str, *, height: int = 1600, still: bool = False
) -> AsyncIterator[BrowserContext]:
    """A visitor who has seen nothing yet: no cookies, downloads, permissions or workers; gone at the end.

    Args:
        browser: as it was started or borrowed.
        user_agent: what pages see.
        height: of the window, in pixels.
        still: ask pages not to move, for pictures.
    """
    context = await browser.new_context(
        user_agent=user_agent,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=False,
        service_workers="block",
        reduced_motion="reduce" if still else None,
        viewport={"width": WIDTH, "height": height},
    )
    try:
        yield context
    finally:
        with suppress(PlaywrightError, TimeoutError):
            await asyncio.wait_for(context.close(), _CLOSED_S)


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]


def _noted(request: Request, page: str) -> PageRequest | None:
    """A request as it is told; None for the page itself, and for what is no request (data:, blob:)."""
    if not request.url.startswith(("http://", "https://", "ws://", "wss://")):
        return None
    frame, kind = page, request.resource_type
    with suppress(PlaywrightError):  # a frame may be gone, or not be there yet
        asking = request.frame
        if request.is_navigation_request():
            if asking.parent_frame is None:
                return None
            asking, kind = asking.parent_frame, "iframe"
        if asking.url.startswith("http"):
            frame = asking.url
    return PageRequest(url=request.url[:_MAX_ADDRESS], kind=kind, frame=frame[:_MAX_ADDRESS])
