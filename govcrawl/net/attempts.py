"""One attempt at a link: all that a person would do to open it, before it is called dead."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlsplit

from govcrawl.config import CrawlConfig
from govcrawl.model import Answer, Cause, Look
from govcrawl.net.client import Ask
from govcrawl.net.connect import host_key
from govcrawl.net.hops import Hops, Stored, as_gbk
from govcrawl.net.reading import Reading, ReadOn

PAGE_LIMIT = 256 * 1024
"""Bytes of a page that say what it is."""
FIRST_BYTES = 16 * 1024
"""Bytes of a document or picture: enough for an error page in its place to show itself."""
UNREACHED = frozenset({Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS, Cause.UNROUTABLE})
"""Failures of a connection."""
IN_BROWSER = "in a browser"
"""Reason of an attempt that a real browser made, and that nothing speaks against."""
_ENTRANCES = 2
"""Pages that only lead on, one after another, that are followed."""
_CONTROL_EVERY = 60.0
"""Seconds for which it is believed that this machine's network works, or does not."""
_KEEP = 5_000
_SMALL = {"img", "script", "link", "source", "video", "audio", "embed", "object", "style", "track"}
_CHINESE = re.compile(r"%[Ee][3-9A-Fa-f]%[89ABab][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is to be opened."""

    url: str
    referer: str = ""
    """The page on which the link stands."""
    element: str = "a"
    expect: str = ""
    """ "document" or "page", where it is known better than by the address."""
    text: str = ""
    """Of the link."""
    limit: int = 0
    """Bytes of the body to keep; 0: as many as show what it is."""
    as_browser: bool = False
    """On new connections and with a browser's headers."""
    stored: Stored | None = None
    """What is kept of the page: the answer may be that it has not changed (304)."""
    read: ReadOn | None = None
    """Reads the page in the same go as it is looked at; None: it is only looked at."""
    asked: Callable[[], None] = lambda: None
    """Called by `read` when only reading is left to do."""


class Attempts:
    """Makes attempts, and remembers for the length of a run what hosts answer to made-up addresses.

    Args:
        ask: `Client.ask`, or `asker(crawler)`.
        reading: `govcrawl.pages.verdicts`.
        crawl: `[crawl]` of the settings.
        now: the time, UTC.
        agent: what stands behind a browser's name.
        home_urls: addresses known to be home pages.
    """

    def __init__(
        self,
        ask: Ask,
        reading: Reading,
        *,
        crawl: CrawlConfig,
        now: Callable[[], datetime],
        agent: str,
        home_urls: Collection[str],
    ) -> None:
        self._ask = ask
        self._reading = reading
        self._crawl = crawl
        self._now = now
        self._homes = frozenset(home_urls)
        self._listed = frozenset(host_key(name.rpartition(":")[0]) for name in crawl.resolve)
        self._hops = Hops(ask, now=now, timeout=crawl.timeout, agent=agent)
        self._made_up: OrderedDict[tuple[str, str], asyncio.Task[Look]] = OrderedDict()
        self._control: tuple[datetime, bool] | None = None

    async def make(self, errand: Errand) -> tuple[Look, Answer]:
        """What the link shows, and the answer that ended it. Never raises for what the network does."""
        answers, seen = await self._open(errand, errand.url)
        if other := self._other_spelling(errand.url, seen):
            others, found = await self._open(errand, other)
            if (
                found.attempt.error is None
                and found.attempt.status is not None
                and found.attempt.status < 400
            ):
                answers, seen = (
                    others,
                    replace(found, attempt=replace(found.attempt, reason="other spelling")),
                )
        if seen.compare:
            seen = self._reading.compared(seen, await self._answer_to_anything(answers[0].url))
        return await self._or_this_machine(errand.url, seen), answers[-1]

    async def shown(self, errand: Errand, answer: Answer) -> Look:
        """What a page says that a real browser showed: read as any other answer is."""
        seen = await self._look(errand, [answer], None)
        if seen.compare:
            seen = self._reading.compared(seen, await self._answer_to_anything(answer.url))
        return replace(seen, attempt=replace(seen.attempt, reason=seen.attempt.reason or IN_BROWSER))

    async def _open(self, errand: Errand, url: str) -> tuple[list[Answer], Look]:
        """Redirects and pages that only lead on, to where a visitor would stand."""
        small = errand.element in _SMALL or self._reading.is_document(url)
        limit = errand.limit or (FIRST_BYTES if small else PAGE_LIMIT)
        answers, stopped = await self._hops.follow(
            url, errand.referer, limit, errand.as_browser, errand.stored
        )
        seen = await self._look(errand, answers, stopped)
        for _ in range(_ENTRANCES):
            if seen.follow is None or any(answer.url == seen.follow for answer in answers):
                break
            more, stopped = await self._hops.follow(seen.follow, answers[-1].url, limit, errand.as_browser)
            answers += more
            seen = await self._look(errand, answers, stopped)
        return answers, seen

    async def _look(self, errand: Errand, answers: Sequence[Answer], stopped: Cause | None) -> Look:
        home = errand.url in self._homes
        if errand.read is not None:
            return await errand.read(errand.url, answers, stopped=stopped, home=home, asked=errand.asked)
        return self._reading.look(
            errand.url,
            answers,
            stopped=stopped,
            element=errand.element,
            expect=errand.expect,
            text=errand.text,
            home=home,
        )

    def _other_spelling(self, url: str, seen: Look) -> str:
        """What a person would try next: `www.` before a bare domain, GBK where UTF-8 is not found."""
        attempt = seen.attempt
        if attempt.redirects:
            return ""
        if attempt.error is Cause.DNS and self._reading.is_apex(url):
            parts = urlsplit(url)
            return parts._replace(netloc=f"www.{parts.netloc.rpartition('@')[2]}").geturl()
        if (
            attempt.error is None
            and attempt.status in {400, 404}
            and _CHINESE.search(quote(url, safe="%/:?=&"))
        ):
            return as_gbk(url)
        return ""

    async def _answer_to_anything(self, url: str) -> Look:
        """What the host answers to an address that can't exist: asked once for each end of a path."""
        parts = urlsplit(url)
        folder, _, name = parts.path.rpartition("/")
        dot = name.rpartition(".")
        end = f".{dot[2]}" if dot[0] and len(dot[2]) <= 6 and dot[2].isalnum() else "/"
        task = self._made_up.get((parts.netloc, end))
        if task is None:
            path = f"{folder}/{secrets.token_hex(8)}{end}"
            address = parts._replace(path=path, query="", fragment="").geturl()
            task = asyncio.get_running_loop().create_task(self._learn(address))
            self._made_up[parts.netloc, end] = task
            while len(self._made_up) > _KEEP:
                self._made_up.popitem(last=False)
        return await asyncio.shield(task)

    async def _learn(self, url: str) -> Look:
        answers, stopped = await self._hops.follow(url, "", PAGE_LIMIT, False)
        return replace(self._reading.look(url, answers, stopped=stopped), page=None)  # kept for the whole run

    async def _or_this_machine(self, url: str, seen: Look) -> Look:
        """A failure to connect is only believed while this machine's own network works."""
        attempt = seen.attempt
        if (
            attempt.error not in UNREACHED - {Cause.DNS}
            or host_key(urlsplit(url).hostname or "") in self._listed
        ):
            return seen
        if await self._network_works():
            return seen
        return replace(seen, attempt=replace(attempt, error=Cause.LOCAL, reason="network"))

    async def _network_works(self) -> bool:
        """Does one of `control_urls` answer; without any it is taken to work."""
        if not self._crawl.control_urls:
            return True
        now = self._now()
        if self._control is None or (now - self._control[0]).total_seconds() > _CONTROL_EVERY:
            works = False
            for url in self._crawl.control_urls:
                if (await self._ask(url, limit=1024, fresh=True)).status is not None:
                    works = True
                    break
            self._control = (now, works)
        return self._control[1]
