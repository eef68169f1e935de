"""Opening a link in a real browser, where a server turned away whatever else asked.

An ordinary load of a page: no click, nothing solved, nothing hidden. The name of this program stands in the
user agent. Cookies live as long as the one visit.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from govcrawl.model import Answer, Cause
from govcrawl.net.client import Ask
from govcrawl.net.cookies import Cookies
from govcrawl.net.hops import BROWSER
from govcrawl.net.wire import join

if TYPE_CHECKING:  # slow to import, and many machines have no browser
    from playwright.async_api import BrowserContext, Page, Request, Route

    from govcrawl.net.browser import Renderer

MOST = 20
"""Links that are opened so in one run."""
_PER_HOST = 3
"""Of one host that refuses the browser too."""
_MAX_REQUESTS = 60
_MAX_PAGES = 4
"""Times that a page may load anew, or lead on, before it is taken as it stands."""
_MAX_REDIRECTS = 20
_SETTLED_MS = 4_000
_LEFT_OUT = frozenset({"image", "media", "font", "manifest", "websocket", "eventsource", "ping"})
_FORWARDED = ("accept", "content-type", "x-requested-with", "referer")
_OURS = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


class BrowserVisits:
    """Opens refused links in the browser of this machine, a bounded number in all.

    Args:
        renderer: holds the browser; pages reach nothing but `ask`.
        ask: `Client.ask`, or `asker(crawler)`.
        now: the time, UTC.
        agent: what stands behind the browser's name.
        most: links that are opened at most.
        seconds: that one link may take.
    """

    def __init__(
        self,
        renderer: Renderer,
        ask: Ask,
        *,
        now: Callable[[], datetime],
        agent: str,
        most: int = MOST,
        seconds: float = 20.0,
    ) -> None:
        self._renderer = renderer
        self._ask = ask
        self._now = now
        self._user_agent = f"{BROWSER} {agent}"
        self._left = most
        self._seconds = seconds
        self._refused: Counter[str] = Counter()

    def may_open(self, url: str) -> bool:
        """Is there a visit left for this link."""
        return self._left > 0 and self._refused[_host(url)] < _PER_HOST

    def refused(self, url: str) -> None:
        """The browser was turned away too."""
        self._refused[_host(url)] += 1

    async def open(self, url: str, referer: str = "") -> Answer | None:
        """What a visitor sees at an address: the page as its scripts left it, with the status it came with.

        Never raises for what pages do; None: the browser could not be had, or showed nothing.

        Args:
            url: http or https.
            referer: the page on which the link stands.
        """
        from playwright.async_api import Error as PlaywrightError

        from govcrawl.net.browser import fresh_profile

        self._left -= 1
        visit = _Visit(self._ask, self._user_agent)
        begun, at = monotonic(), self._now()
        try:
            async with (
                self._renderer.borrowed(self._seconds) as browser,
                fresh_profile(browser, self._user_agent) as context,
            ):
                html = await visit.load(context, url, referer, self._seconds)
        except (PlaywrightError, TimeoutError, OSError):
            return None
        seen = visit.main
        if seen is None or seen.status is None or visit.ended:
            return None
        return Answer(
            url=seen.url,
            at=at,
            ms=round((monotonic() - begun) * 1000),
            status=seen.status,
            headers={"content-type": "text/html; charset=utf-8"},
            body=html.encode("utf-8", "replace"),
            ip=seen.ip,
            family=seen.family,
        )


class _Visit:
    """One load of one page, with cookies of its own."""

    def __init__(self, ask: Ask, user_agent: str) -> None:
        self._ask = ask
        self._user_agent = user_agent
        self._cookies = Cookies()
        self._requests = 0
        self._pages = 0
        self.ended = False
        """The page led on beyond the limits, or to no web address: what it would have shown is not known."""
        self.main: Answer | None = None
        """The answer that brought the page as it now stands."""

    async def load(self, context: BrowserContext, url: str, referer: str, seconds: float) -> str:
        from playwright.async_api import Error as PlaywrightError

        page = await context.new_page()

        async def answer(route: Route) -> None:
            await self._fulfil(context, page, route)

        await context.route("**/*", answer)
        await page.goto(url, wait_until="load", timeout=seconds * 1000, referer=referer or None)
        with suppress(PlaywrightError):  # one that never falls silent is taken as it is by then
            await page.wait_for_load_state("networkidle", timeout=_SETTLED_MS)
        for _ in range(_MAX_PAGES):
            with suppress(PlaywrightError):  # it is just going on to another page
                return await page.content()
            await page.wait_for_load_state("load", timeout=_SETTLED_MS)
        return ""

    async def _fulfil(self, context: BrowserContext, page: Page, route: Route) -> None:
        from playwright.async_api import Error as PlaywrightError

        request = route.request
        with suppress(PlaywrightError):  # the page may be gone before its answer comes
            main = request.is_navigation_request() and request.frame == page.main_frame
            self._requests += 1
            self._pages += main
            if (
                self._requests > _MAX_REQUESTS
                or self._pages > _MAX_PAGES
                or request.resource_type in _LEFT_OUT
                or not request.url.startswith(("http://", "https://"))
            ):
                self.ended |= main  # what the browser shows now is a page of its own
                await route.abort()
                return
            answer = await self._follow(context, request)
            if main:
                self.main = answer
            if answer.status is None:
                await route.abort("failed")
                return
            headers = {name: value for name, value in answer.headers.items() if name not in _OURS}
            await route.fulfill(status=answer.status, headers=headers, body=answer.body)

    async def _follow(self, context: BrowserContext, request: Request) -> Answer:
        """One request of the page through its redirects, with the cookies that it has by now."""
        url, method, body = request.url, request.method, request.post_data_buffer or b""
        headers = {name: value for name, value in request.headers.items() if name in _FORWARDED}
        headers["user-agent"] = self._user_agent
        answer: Answer | None = None
        for _ in range(_MAX_REDIRECTS):
            cookie = await self._cookie(context, url)
            sent: Mapping[str, str] = headers | ({"cookie": cookie} if cookie else {})
            answer = await self._ask(url, method=method, headers=sent, body=body, fresh=True)
            if "set-cookie" in answer.headers:
                self._cookies.take(url, answer.headers["set-cookie"])
            if not answer.location:
                return answer
            url = join(url, answer.location)
            method, body = "GET", b""
            await asyncio.sleep(0)
        assert answer is not None
        return Answer(url=url, at=answer.at, ms=answer.ms, error=Cause.TOO_MANY_REDIRECTS)

    async def _cookie(self, context: BrowserContext, url: str) -> str:
        """Those that servers set, and those that the page's script set, which win."""
        found = dict(pair.split("=", 1) for pair in self._cookies.header(url).split("; ") if "=" in pair)
        for cookie in await context.cookies(url):
            found[cookie.get("name", "")] = cookie.get("value", "")
        return "; ".join(f"{name}={value}" for name, value in found.items() if name)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
