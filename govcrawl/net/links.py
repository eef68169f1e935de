"""Checking links: one attempt now, a further one as a browser would, and what a run learns of hosts.

What an answer *says* is decided by `govcrawl.pages.verdicts`, which is handed in: this room asks only.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from govcrawl.config import CrawlConfig
from govcrawl.model import HOST_NOT_REACHABLE, Answer, Cause, LinkVerdict, Look, Try, Verdict
from govcrawl.net.attempts import UNREACHED, Attempts, Errand
from govcrawl.net.browser_visits import BrowserVisits
from govcrawl.net.client import NO_ADDRESS, Ask
from govcrawl.net.connect import host_key
from govcrawl.net.hops import Stored
from govcrawl.net.reading import Reading, ReadOn
from govcrawl.net.robots import LONGEST_DELAY, Robots
from govcrawl.net.wire import BadAddressError, wire

GIVE_UP_AFTER = 5
"""Failures in a row from which a host is asked no more in this run."""
CRAWL_DELAY = "crawl-delay"
"""Reason of a link that was not asked, for its host wants longer pauses than are kept."""
_HOSTS = 20_000
_REFUSING = frozenset({403, 405, 412, 418, 503, 521, 999})
"""Statuses that may mean "no browser": 401 and 407 want a password, 429 less haste, 451 nobody at all."""
_PAGES = frozenset({"a", "area", "iframe", "frame"})


@dataclass(slots=True)
class _Host:
    """What this run learnt of one host."""

    places: asyncio.Semaphore
    """As many as may be asked at once: who waits here hears in time that the host was given up."""
    failures: list[Try] = field(default_factory=list)
    """Attempts that got no answer, or 503, in a row."""
    refusals: int = 0
    """Answers 429 in a row."""
    trying: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: datetime | None = None
    """Before which its robots.txt (`Crawl-delay`) wants no further link to be asked."""

    @property
    def given_up(self) -> bool:
        return len(self.failures) >= GIVE_UP_AFTER

    @property
    def refuses(self) -> bool:
        return self.refusals >= GIVE_UP_AFTER


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that was fetched to be read."""

    verdict: LinkVerdict
    answer: Answer
    """The one that ended it."""
    page: object = None
    """What `read` made of it, else the `govcrawl.pages.Page`; None: there was none to read."""


class _Place:
    """One of a host's places, held while it is asked; given back at the end at the latest."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def __aenter__(self) -> _Place:
        await self._places.acquire()
        self._held = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.give_back()

    def give_back(self) -> None:
        """Let another in. Does nothing the second time."""
        if self._held:
            self._held = False
            self._places.release()


class LinkChecker:
    """Checks links, and remembers for the length of a run what hosts are like.

    Args:
        ask: `Client.ask`, or `asker(crawler)`.
        reading: `govcrawl.pages.verdicts`.
        crawl: `[crawl]` of the settings.
        now: the time, UTC.
        user_agent: what a further attempt puts behind a browser's name: who asks is never hidden.
        home_urls: addresses known to be home pages.
        registered_hosts: hosts that are inspected by duty: asked faster, and without their robots.txt where
            `robots = "outside"`.
        browser: opens what a further attempt was refused too; None: there is none.
        sleep: waits so many seconds, where a robots.txt asks for it.
    """

    def __init__(
        self,
        ask: Ask,
        reading: Reading,
        *,
        crawl: CrawlConfig,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        user_agent: str = "govcrawl",
        home_urls: Collection[str] = (),
        registered_hosts: Collection[str] = (),
        browser: BrowserVisits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ask = ask
        self._reading = reading
        self._crawl = crawl
        self._now = now
        self._browser = browser
        self._sleep = sleep
        self._registered = frozenset(host_key(host) for host in registered_hosts)
        self._robots = None if crawl.robots == "never" else Robots(ask, seconds=crawl.timeout)
        self._attempts = Attempts(ask, reading, crawl=crawl, now=now, agent=user_agent, home_urls=home_urls)
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    async def first(
        self, url: str, *, referer: str = "", element: str = "a", expect: str = "", text: str = ""
    ) -> LinkVerdict:
        """The verdict after one attempt: at most "suspect" where it failed.

        Args:
            url: the link, absolute.
            referer: the page on which it stands.
            element: where it stands: a, img, script …
            expect: "document" or "page", where known.
            text: of the link.
        """
        verdict = self._no_address(url)
        if verdict is not None:
            return verdict
        host = self._host(url)
        async with host.places:
            known = self._known(url, host)
            if known is not None:
                return known
            if (refused := await self._refused(url, host)) is not None:
                return refused
            errand = Errand(url=url, referer=referer, element=element, expect=expect, text=text)
            look, _ = await self._attempts.make(errand)
            return self._concluded(url, host, (), look)

    async def again(
        self,
        url: str,
        earlier: LinkVerdict,
        *,
        referer: str = "",
        element: str = "a",
        expect: str = "",
        text: str = "",
    ) -> LinkVerdict:
        """A further attempt, on new connections and as a browser would; meant for `earlier.retry_after`.

        A page that is refused to this too is opened in a real browser, where there is one.

        A verdict that no further attempt can change is handed back as it is. Of a host that was given up
        one link is asked again, for all.
        """
        host = self._host(url)
        if earlier.verdict is not Verdict.SUSPECT or earlier.reason in {"robots.txt", CRAWL_DELAY}:
            return earlier
        if host.refuses:
            return replace(earlier, retry_after=None)  # to insist would only make it refuse for longer
        async with host.trying if host.given_up else nullcontext():
            if host.given_up:
                shared = self._shared(url, host)
                if shared.verdict is Verdict.BROKEN or (shared.retry_after or 0) > self._since(host):
                    return shared
            if not await self._in_turn(url, host):
                return earlier
            errand = Errand(
                url=url, referer=referer, element=element, expect=expect, text=text, as_browser=True
            )
            look, _ = await self._attempts.make(errand)
            verdict = self._concluded(url, host, earlier.tries, look)
        return await self._in_browser(errand, verdict)

    async def fetch(
        self,
        url: str,
        *,
        referer: str = "",
        limit: int,
        earlier: LinkVerdict | None = None,
        stored: Stored | None = None,
        read: ReadOn | None = None,
    ) -> Fetched:
        """A page that is to be read, by `first` (or `again`).

        Args:
            url: the page, of a site that is inspected: its robots.txt is kept where `robots` says always.
            referer: the page that led to it.
            limit: bytes of the body to keep.
            earlier: the verdict of an earlier try, for a second one that differs.
            stored: what is kept of the page: the answer may be that it has not changed (304, no body).
            read: reads the page; when it says that it has only to read, another one of the host is asked
                meanwhile. None: the page is only looked at.
        """
        host = self._host(url)
        async with _Place(host.places) as place:
            verdict = self._no_address(url) or (None if earlier else self._known(url, host))
            if verdict is not None:
                answer = Answer(url=url, at=self._now(), ms=0, error=verdict.cause or Cause.LOCAL)
                return Fetched(verdict, answer)
            refused = await self._refused(url, host) if self._crawl.robots == "always" else None
            if refused is not None:
                return Fetched(refused, Answer(url=url, at=self._now(), ms=0, error=Cause.LOCAL))
            errand = Errand(
                url=url,
                referer=referer,
                expect="page",
                limit=limit,
                as_browser=earlier is not None,
                stored=stored,
                read=read,
                asked=place.give_back,
            )
            look, answer = await self._attempts.make(errand)
            verdict = self._concluded(url, host, earlier.tries if earlier else (), look)
            return Fetched(verdict, answer, look.page)

    async def data(self, url: str, *, form: bytes = b"", referer: str, limit: int) -> Answer | None:
        """What an interface gives to a page's own script; None where it may not be asked.

        Args:
            url: the interface, of a site that is inspected.
            form: fields, encoded: sent by POST; empty: it is asked by GET.
            referer: the page whose script would ask.
            limit: bytes of the answer to keep.
        """
        host = self._host(url)
        async with host.places:
            if self._no_address(url) or self._known(url, host):
                return None
            if self._crawl.robots == "always" and await self._refused(url, host) is not None:
                return None
            headers = {"referer": referer, "x-requested-with": "XMLHttpRequest"}
            if form:
                headers["content-type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            method = "POST" if form else "GET"
            return await self._ask(url, method=method, headers=headers, body=form, limit=limit)

    async def settle(
        self,
        url: str,
        *,
        longest: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        referer: str = "",
    ) -> LinkVerdict:
        """`first`, and `again` as often as it helps and is due within `longest` seconds each time."""
        verdict = await self.first(url, referer=referer)
        for _ in range(4):
            if verdict.retry_after is None or verdict.retry_after > longest:
                break
            await sleep(verdict.retry_after)
            verdict = await self.again(url, verdict, referer=referer)
        return verdict

    async def _in_browser(self, errand: Errand, refused: LinkVerdict) -> LinkVerdict:
        """What a refused link shows in a real browser; where that is turned away too, it stays refused."""
        browser, status = self._browser, refused.status or 0
        if browser is None or not refused.blocked or errand.element not in _PAGES:
            return refused
        if not (status in _REFUSING or status < 300) or self._reading.is_document(errand.url):
            return refused
        if not browser.may_open(errand.url) or not await self._in_turn(errand.url, self._host(errand.url)):
            return refused
        answer = await browser.open(errand.url, errand.referer)
        if answer is None:
            browser.refused(errand.url)
            return refused
        look = await self._attempts.shown(errand, answer)
        verdict = self._judged(errand.url, (*refused.tries, look.attempt), look)
        blank = verdict.verdict is Verdict.OK and not look.text.strip()
        if verdict.blocked or blank:
            browser.refused(errand.url)
        return refused if blank else verdict

    def _no_address(self, url: str) -> LinkVerdict | None:
        """The verdict on what can't be asked at all (another scheme, a slip of the pen), else None."""
        verdict = self._reading.skipped(url)
        if verdict is not None:
            return verdict
        try:
            wire(url)
        except BadAddressError as error:
            answer = Answer(url=url, at=self._now(), ms=0, error=Cause.DNS, reason=f"{NO_ADDRESS}: {error}")
            return self._judged(url, [self._reading.look(url, [answer]).attempt])
        return None

    def _concluded(self, url: str, host: _Host, earlier: tuple[Try, ...], look: Look) -> LinkVerdict:
        attempt = look.attempt
        unreached = attempt.error in UNREACHED and attempt.status is None and attempt.redirects == 0
        if unreached or (attempt.status == 503 and attempt.error is None and not attempt.reason):
            host.failures.append(attempt)
        elif attempt.status is not None:
            host.failures.clear()
        host.refusals = host.refusals + 1 if attempt.status == 429 else 0
        return self._judged(url, (*earlier, attempt), look)

    def _judged(self, url: str, tries: Sequence[Try], look: Look | None = None) -> LinkVerdict:
        return self._reading.judge(
            url,
            tries,
            look,
            confirm_after=self._crawl.confirm_after,
            confirm_after_transient=self._crawl.confirm_after_transient,
        )

    def _known(self, url: str, host: _Host) -> LinkVerdict | None:
        """What is concluded without asking, for the host was found out before."""
        if host.given_up:
            return self._shared(url, host)
        if host.refuses:
            return LinkVerdict(
                url=url,
                verdict=Verdict.SUSPECT,
                final_url=url,
                blocked=True,
                status=429,
                reason="host refuses",
            )
        return None

    def _shared(self, url: str, host: _Host) -> LinkVerdict:
        """The verdict on any link of a host that was given up: by the attempts at its other links."""
        verdict = self._judged(url, host.failures)
        return replace(verdict, final_url=url, reason=HOST_NOT_REACHABLE)

    def _since(self, host: _Host) -> float:
        return (self._now() - host.failures[-1].at).total_seconds()

    async def _may_ask(self, url: str) -> bool:
        robots = self._robots_of(url)
        return robots is None or await robots.allowed(url) is not False

    async def _refused(self, url: str, host: _Host) -> LinkVerdict | None:
        """What is said of an address that robots.txt keeps from us, now or for longer than we wait."""
        reason = "" if await self._may_ask(url) else "robots.txt"
        if not reason and not await self._in_turn(url, host):
            reason = CRAWL_DELAY
        if not reason:
            return None
        return LinkVerdict(url=url, verdict=Verdict.SUSPECT, final_url=url, blocked=True, reason=reason)

    async def _in_turn(self, url: str, host: _Host) -> bool:
        """Wait as long as the host's robots.txt wants between two links; False: longer than we wait."""
        robots = self._robots_of(url)
        delay = 0.0 if robots is None else await robots.delay(url)
        if delay > LONGEST_DELAY:
            return False
        if delay > 0:
            now = self._now()
            begin = max(now, host.next_at or now)
            host.next_at = begin + timedelta(seconds=delay)
            await self._sleep((begin - now).total_seconds())
        return True

    def _robots_of(self, url: str) -> Robots | None:
        """What is kept of the host's robots.txt; None: it is not kept, by the settings."""
        return None if self._crawl.robots == "outside" and self._by_duty(url) else self._robots

    def _by_duty(self, url: str) -> bool:
        return host_key(urlsplit(url).hostname or "") in self._registered

    def _host(self, url: str) -> _Host:
        try:
            name = urlsplit(url).netloc.rpartition("@")[2].lower()
            by_duty = self._by_duty(url)
        except ValueError:
            name, by_duty = "", False
        host = self._hosts.get(name)
        if host is None:
            crawl = self._crawl
            at_once = crawl.concurrency_per_host if by_duty else crawl.concurrency_outside
            host = self._hosts[name] = _Host(asyncio.Semaphore(at_once))
            while len(self._hosts) > _HOSTS:
                self._hosts.popitem(last=False)
        return host
