"""Checking links: one attempt now, a further one as a browser would, each hop checked.

What an answer *says* is decided by `govcrawl.pages.verdicts`, which is handed in: this room asks only.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from govcrawl.config import CrawlConfig
from govcrawl.model import Answer, Cause, LinkVerdict, Look, Try, Verdict
from govcrawl.net.client import NO_ADDRESS, Ask
from govcrawl.net.hops import Hops, as_gbk
from govcrawl.net.reading import Reading
from govcrawl.net.robots import Robots
from govcrawl.net.wire import BadAddressError, wire

GIVE_UP_AFTER = 5
"""Failures in a row from which a host is asked no more in this run."""
PAGE_LIMIT = 256 * 1024
"""Bytes of a page that say what it is."""
FIRST_BYTES = 16 * 1024
"""Bytes of a document or picture: enough for an error page in its place to show itself."""
_ENTRANCES = 2
_HOSTS = 20_000
_CONNECTION = {Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS, Cause.UNROUTABLE}
_SMALL = {"img", "script", "link", "source", "video", "audio", "embed", "object", "style", "track"}
_CHINESE = re.compile(r"%[Ee][3-9A-Fa-f]%[89ABab][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]")


@dataclass(slots=True)
class _Host:
    """What this run learnt of one host."""

    failures: list[Try] = field(default_factory=list)
    """Attempts that got no answer, or 503, in a row."""
    refusals: int = 0
    """Answers 429 in a row."""
    made_up: dict[str, asyncio.Task[Look]] = field(default_factory=dict)
    """By end of the path: what it answers to an address that can't exist."""
    trying: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def given_up(self) -> bool:
        return len(self.failures) >= GIVE_UP_AFTER

    @property
    def refuses(self) -> bool:
        return self.refusals >= GIVE_UP_AFTER


class LinkChecker:
    """Checks links, and remembers for the length of a run what hosts are like.

    Args:
        ask: `Client.ask`, or `asker(crawler)`.
        reading: `govcrawl.pages.verdicts`.
        crawl: `[crawl]` of the settings.
        now: the time, UTC.
        user_agent: what a further attempt puts behind a browser's name: who asks is never hidden.
        home_urls: addresses known to be home pages.
        registered_hosts: hosts whose robots.txt is not kept where `robots = "outside"`.
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
    ) -> None:
        self._ask = ask
        self._reading = reading
        self._crawl = crawl
        self._now = now
        self._homes = frozenset(home_urls)
        self._registered = frozenset(host.lower() for host in registered_hosts)
        self._listed = frozenset(name.rpartition(":")[0].strip("[]").lower() for name in crawl.resolve)
        self._robots = None if crawl.robots == "never" else Robots(ask)
        self._hops = Hops(ask, now=now, timeout=crawl.timeout, agent=user_agent)
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._control: tuple[datetime, bool] | None = None

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
        verdict = self._reading.skipped(url)
        if verdict is not None:
            return verdict
        try:
            wire(url)
        except BadAddressError as error:
            return self._no_address(url, str(error))
        host = self._host(url)
        known = self._known(url, host)
        if known is not None:
            return known
        if not await self._may_ask(url):
            return LinkVerdict(
                url=url, verdict=Verdict.SUSPECT, final_url=url, blocked=True, reason="robots.txt"
            )
        look = await self._attempt(url, referer, element, expect, text, as_browser=False)
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

        A verdict that no further attempt can change is handed back as it is. Of a host that was given up
        one link is asked again, for all.
        """
        host = self._host(url)
        if earlier.verdict is not Verdict.SUSPECT or earlier.reason == "robots.txt":
            return earlier
        if host.refuses:
            return replace(earlier, retry_after=None)  # to insist would only make it refuse for longer
        async with host.trying if host.given_up else nullcontext():
            if host.given_up:
                shared = self._shared(url, host)
                if shared.verdict is Verdict.BROKEN or (shared.retry_after or 0) > self._since(host):
                    return shared
            look = await self._attempt(url, referer, element, expect, text, as_browser=True)
            return self._concluded(url, host, earlier.tries, look)

    async def fetch(
        self, url: str, *, referer: str = "", limit: int, earlier: LinkVerdict | None = None
    ) -> tuple[LinkVerdict, Answer]:
        """A page that is to be read: its verdict as by `first` (or `again`), and the answer that ended it.

        Args:
            url: the page, of a registered site: robots.txt is not asked here.
            referer: the page that led to it.
            limit: bytes of the body to keep.
            earlier: the verdict of an earlier try, for a second one that differs.
        """
        host = self._host(url)
        verdict = self._reading.skipped(url) or (None if earlier else self._known(url, host))
        if verdict is not None:
            return verdict, Answer(url=url, at=self._now(), ms=0, error=verdict.cause or Cause.LOCAL)
        kept: list[Answer] = []
        look = await self._attempt(
            url, referer, "a", "page", "", as_browser=earlier is not None, limit=limit, kept=kept
        )
        return self._concluded(url, host, earlier.tries if earlier else (), look), kept[-1]

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

    def _no_address(self, url: str, why: str) -> LinkVerdict:
        answer = Answer(url=url, at=self._now(), ms=0, error=Cause.DNS, reason=f"{NO_ADDRESS}: {why}")
        return self._judged(url, [self._reading.look(url, [answer]).attempt])

    def _concluded(self, url: str, host: _Host, earlier: tuple[Try, ...], look: Look) -> LinkVerdict:
        attempt = look.attempt
        unreached = attempt.error in _CONNECTION and attempt.status is None and attempt.redirects == 0
        if unreached or (attempt.status == 503 and attempt.error is None and not look.attempt.reason):
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
        return replace(verdict, final_url=url, reason="host not reachable")

    def _since(self, host: _Host) -> float:
        return (self._now() - host.failures[-1].at).total_seconds()

    async def _may_ask(self, url: str) -> bool:
        if self._robots is None:
            return True
        if self._crawl.robots == "outside" and (urlsplit(url).hostname or "") in self._registered:
            return True
        return await self._robots.allowed(url) is not False

    async def _attempt(
        self,
        url: str,
        referer: str,
        element: str,
        expect: str,
        text: str,
        *,
        as_browser: bool,
        limit: int = 0,
        kept: list[Answer] | None = None,
    ) -> Look:
        def look(answers: Sequence[Answer], stopped: Cause | None) -> Look:
            return self._reading.look(
                url,
                answers,
                stopped=stopped,
                element=element,
                expect=expect,
                text=text,
                home=url in self._homes,
            )

        small = element in _SMALL or self._reading.is_document(url)
        limit = limit or (FIRST_BYTES if small else PAGE_LIMIT)
        answers, stopped = await self._hops.follow(url, referer, limit, as_browser)
        seen = look(answers, stopped)
        for _ in range(_ENTRANCES):
            if seen.follow is None or any(answer.url == seen.follow for answer in answers):
                break
            more, stopped = await self._hops.follow(seen.follow, answers[-1].url, limit, as_browser)
            answers += more
            seen = look(answers, stopped)
        if kept is not None:
            kept += answers
        seen = await self._other_spellings(url, referer, limit, seen, look, as_browser)
        if seen.compare:
            seen = self._reading.compared(seen, await self._made_up(answers[0].url))
        return await self._or_this_machine(url, seen)

    async def _other_spellings(
        self,
        url: str,
        referer: str,
        limit: int,
        seen: Look,
        look: Callable[[Sequence[Answer], Cause | None], Look],
        as_browser: bool,
    ) -> Look:
        """What a person would try: `www.` before a domain without address, GBK where UTF-8 is not found."""
        attempt = seen.attempt
        if attempt.redirects or attempt.error not in {None, Cause.DNS}:
            return seen
        other = ""
        if attempt.error is Cause.DNS and self._reading.is_apex(url):
            parts = urlsplit(url)
            other = parts._replace(netloc=f"www.{parts.netloc.rpartition('@')[2]}").geturl()
        elif attempt.status in {400, 404} and _CHINESE.search(quote(url, safe="%/:?=&")):
            other = as_gbk(url)
        if not other or other == url:
            return seen
        answers, stopped = await self._hops.follow(other, referer, limit, as_browser)
        found = look(answers, stopped)
        well = found.attempt.error is None and (found.attempt.status or 999) < 400
        return replace(found, attempt=replace(found.attempt, reason="other spelling")) if well else seen

    async def _made_up(self, url: str) -> Look:
        """What the host answers to an address that can't exist: asked once for each end of a path."""
        parts = urlsplit(url)
        dot = parts.path.rpartition("/")[2].rpartition(".")
        end = f".{dot[2]}" if dot[0] and len(dot[2]) <= 6 and dot[2].isalnum() else "/"
        host = self._host(url)
        if end not in host.made_up:
            path = f"{parts.path.rpartition('/')[0]}/{secrets.token_hex(8)}{end}"
            address = parts._replace(path=path, query="", fragment="").geturl()
            host.made_up[end] = asyncio.get_running_loop().create_task(self._learn(address))
        return await asyncio.shield(host.made_up[end])

    async def _learn(self, url: str) -> Look:
        answers, stopped = await self._hops.follow(url, "", PAGE_LIMIT, False)
        return replace(self._reading.look(url, answers, stopped=stopped), page=None)  # kept for the whole run

    async def _or_this_machine(self, url: str, seen: Look) -> Look:
        """A failure to connect is only believed while this machine's own network works."""
        attempt = seen.attempt
        listed = (urlsplit(url).hostname or "") in self._listed
        if attempt.error not in _CONNECTION - {Cause.DNS} or listed or await self._network_works():
            return seen
        return replace(seen, attempt=replace(attempt, error=Cause.LOCAL, reason="network"))

    async def _network_works(self) -> bool:
        """Does one of `control_urls` answer; without any it is taken to work. Asked once a minute."""
        if not self._crawl.control_urls:
            return True
        now = self._now()
        if self._control is None or (now - self._control[0]).total_seconds() > 60:
            works = False
            for url in self._crawl.control_urls:
                if (await self._ask(url, limit=1024, fresh=True)).status is not None:
                    works = True
                    break
            self._control = (now, works)
        return self._control[1]

    def _host(self, url: str) -> _Host:
        try:
            name = urlsplit(url).netloc.rpartition("@")[2].lower()
        except ValueError:
            name = ""
        host = self._hosts.setdefault(name, _Host())
        while len(self._hosts) > _HOSTS:
            self._hosts.popitem(last=False)
        return host
