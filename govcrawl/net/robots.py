"""robots.txt of hosts outside (RFC 9309), read once per host."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from urllib.parse import urlsplit

from protego import Protego

from govcrawl.net.client import Ask
from govcrawl.net.wire import join

_LIMIT = 500 * 1024
"""Bytes that RFC 9309, 2.5 demands to be read at least."""
_LONGEST = 10.0
"""Seconds: a host that does not answer is found out by the link itself."""
LONGEST_DELAY = 10.0
"""Seconds between two requests that are kept for a host that asks for them (`Crawl-delay`)."""
_HOPS = 5
"""Redirects that RFC 9309, 2.3.1.2 demands to be followed at least."""
_KEEP = 5_000


class Robots:
    """Whether an address may be asked by this robot.

    A robots.txt that answers 4xx allows everything (RFC 9309, 2.3.1.3). One that can't be had (5xx, no
    connection) would forbid everything to a crawler (2.3.1.4); a link check is no crawl, but asks one
    address once, and the same failure is the very thing to be found out: there the answer is "not known"
    (None), and the caller decides.

    Args:
        ask: asks for it.
        agent: product token, as in `User-agent: govcrawl`.
        seconds: that the asking may take; never more than 10.
    """

    def __init__(self, ask: Ask, agent: str = "govcrawl", *, seconds: float = _LONGEST) -> None:
        self._ask = ask
        self._seconds = min(seconds, _LONGEST)
        self._agent = agent
        self._known: OrderedDict[str, asyncio.Task[Protego | None]] = OrderedDict()

    async def allowed(self, url: str) -> bool | None:
        """May this http or https address be asked; None: its robots.txt could not be had."""
        rules = await self._rules(url)
        return None if rules is None else bool(rules.can_fetch(url, self._agent))

    async def delay(self, url: str) -> float:
        """Seconds that its host wants between two requests of this robot; 0: it does not say."""
        rules = await self._rules(url)
        delay = None if rules is None else rules.crawl_delay(self._agent)
        return 0.0 if delay is None else max(0.0, float(delay))

    async def _rules(self, url: str) -> Protego | None:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}".lower()
        task = self._known.get(place)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._fetch(f"{place}/robots.txt"))
            self._known[place] = task
            while len(self._known) > _KEEP:
                self._known.popitem(last=False)
        return await asyncio.shield(task)

    async def _fetch(self, url: str) -> Protego | None:
        for _ in range(_HOPS + 1):
            answer = await self._ask(url, limit=_LIMIT, timeout=self._seconds)
            if answer.location:
                url = join(url, answer.location)
                continue
            if answer.status is None or answer.status >= 500:
                return None
            if answer.status >= 300 or b"<html" in answer.body[:2000].lower():
                return Protego.parse("")  # a page in its place says nothing, and forbids nothing
            return Protego.parse(answer.body.decode("utf-8", "replace"))
        return Protego.parse("")
