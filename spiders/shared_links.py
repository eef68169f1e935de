"""Outside links of a night: each address is asked once for all its sites, failures too.

What one site of the night has asked serves the others: at once within a process, through the table of links
between processes. Where a night has several, a process claims an address before it asks, as it does a server
(`Store.lease_servers`); the others wait, and then read what it found. What speaks of this machine, of our own
limits, or of a host that one site gave up after many links, serves nobody else: each site finds that out.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256

from govcrawl.model import HOST_NOT_REACHABLE, Cause, LeaseAsked, LinkVerdict, Verdict
from govcrawl.store import Store, StoreError

_KNOWN = 20_000
"""Verdicts that are kept at hand; older ones are looked up in the table again."""
_POLL = 0.5
"""Seconds between two questions for an address that another process has claimed."""
_OURS = frozenset({Cause.LOCAL, Cause.UNROUTABLE, Cause.FORBIDDEN_ADDRESS})
_BY_ELEMENT = frozenset({Cause.WRONG_TYPE})
"""Causes that depend on what stands in the page: an address that is no picture may be a good page."""

Asking = Callable[[], Awaitable[LinkVerdict]]


class SharedLinks:
    """The verdicts of a night, for all sites of a process.

    Args:
        store: holds the table of links; open.
        since: when the night began (UTC): what was asked before is asked again where it had failed.
        now: the time, UTC.
        fresh_for: how long a good link is not asked again.
        holder: who claims addresses, as leases name it; empty: there is no other process to share with.
    """

    def __init__(
        self,
        store: Store,
        *,
        since: datetime,
        now: Callable[[], datetime],
        fresh_for: timedelta,
        holder: str = "",
    ) -> None:
        self._store = store
        self._since = since
        self._now = now
        self._fresh_for = fresh_for
        self._known: OrderedDict[tuple[str, str, int], asyncio.Future[LinkVerdict]] = OrderedDict()
        self._holder = holder
        self._unsaved: list[LinkVerdict] = []
        self._claims: list[str] = []
        """Names of claims that end with the next `save`."""

    async def first(self, url: str, element: str, ask: Asking) -> LinkVerdict:
        """The verdict on an outside address: of this night where there is one, else `ask()`.

        Args:
            url: the address.
            element: that leads there.
            ask: asks it.
        """

        async def asked() -> LinkVerdict:
            if not self._holder:
                return self._from_table(url) or self._noted(await ask())
            name = f"link {sha256(url.encode('utf-8', 'replace')).hexdigest()[:32]}"
            await self._claim(name)
            try:
                return self._from_table(url) or self._noted(await ask())
            finally:
                self._claims.append(name)

        return await self._once((url, element, 1), asked)

    async def again(self, verdict: LinkVerdict, element: str, ask: Asking) -> LinkVerdict:
        """As `first`, for one more try of an address that has failed as often as `verdict` says."""

        async def asked() -> LinkVerdict:
            return self._noted(await ask())

        return await self._once((verdict.url, element, len(verdict.tries) + 1), asked)

    def save(self) -> None:
        """Write what is not written yet, for the other processes; every second or so, and at the end."""
        if self._unsaved:
            verdicts, self._unsaved = self._unsaved, []
            self._store.remember_links(verdicts, now=self._now(), fresh_for=self._fresh_for)
        if self._claims:
            names, self._claims = self._claims, []
            ended = [LeaseAsked(names=(name,), wanted=False) for name in dict.fromkeys(names)]
            self._store.lease_servers(self._holder, ended, self._now())

    async def _claim(self, name: str) -> None:
        asked = [LeaseAsked(names=(name,), wanted=True)]
        while True:
            try:
                (given,) = await asyncio.to_thread(
                    self._store.lease_servers, self._holder, asked, self._now()
                )
            except StoreError:
                return  # rather asked by two processes than by none
            if given.held:
                return
            await asyncio.sleep(_POLL)

    def _noted(self, verdict: LinkVerdict) -> LinkVerdict:
        if serves_others(verdict):
            self._unsaved.append(verdict)
        return verdict

    async def _once(self, key: tuple[str, str, int], ask: Asking) -> LinkVerdict:
        while (asked := self._known.get(key)) is not None:
            # Who asks may be ended with its site; then somebody else asks.
            await asyncio.wait({asked})
            if not asked.cancelled():
                return asked.result()
        future: asyncio.Future[LinkVerdict] = asyncio.get_running_loop().create_future()
        self._known[key] = future
        try:
            verdict = await ask()
        except BaseException:
            del self._known[key]
            future.cancel()
            raise
        if serves_others(verdict):
            future.set_result(verdict)
        else:
            del self._known[key]
            future.cancel()
        self._forget()
        return verdict

    def _from_table(self, url: str) -> LinkVerdict | None:
        """What another process found of an address in this night."""
        memory = self._store.link_memory([url]).get(url)
        if memory is None or memory.checked_at < self._since:
            return None
        return memory.last if serves_others(memory.last) and memory.cause not in _BY_ELEMENT else None

    def _forget(self) -> None:
        for key in list(self._known)[: max(len(self._known) - _KNOWN, 0)]:
            if self._known[key].done():
                del self._known[key]


def serves_others(verdict: LinkVerdict) -> bool:
    """Does a verdict speak of the address itself, whoever asks it.

    One of a hijacked address weighs the text of the link that led there, too.
    """
    return (
        bool(verdict.tries)
        and verdict.verdict not in {Verdict.SKIPPED, Verdict.HIJACKED}
        and verdict.cause not in _OURS
        and verdict.reason != HOST_NOT_REACHABLE
    )
