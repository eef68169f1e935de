"""Outside links of a night: each address is asked once for all its sites, failures too.

What one site of the night has asked serves the others: at once within a process, through the table of links
between processes, seconds later. A verdict that speaks of this machine, of our own limits, or of a host that
one site gave up after many links, serves nobody else: each site finds that out for itself.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from govcrawl.model import HOST_NOT_REACHABLE, Cause, LinkVerdict, Verdict
from govcrawl.store import Store

_KNOWN = 20_000
"""Verdicts that are kept at hand; older ones are looked up in the table again."""
_SAVE_EVERY, _SAVE_AFTER = 100, timedelta(seconds=2)
"""Verdicts, and time, after which they are written for the other processes."""
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
    """

    def __init__(
        self, store: Store, *, since: datetime, now: Callable[[], datetime], fresh_for: timedelta
    ) -> None:
        self._store = store
        self._since = since
        self._now = now
        self._fresh_for = fresh_for
        self._known: OrderedDict[tuple[str, str, int], asyncio.Future[LinkVerdict]] = OrderedDict()
        self._unsaved: list[LinkVerdict] = []
        self._saved_at = since

    async def first(self, url: str, element: str, ask: Asking) -> LinkVerdict:
        """The verdict on an outside address: of this night where there is one, else `ask()`.

        Args:
            url: the address.
            element: that leads there.
            ask: asks it.
        """
        return await self._once((url, element, 1), lambda: self._from_table(url), ask)

    async def again(self, verdict: LinkVerdict, element: str, ask: Asking) -> LinkVerdict:
        """As `first`, for one more try of an address that has failed as often as `verdict` says."""
        return await self._once((verdict.url, element, len(verdict.tries) + 1), lambda: None, ask)

    def save(self) -> None:
        """Write what is not written yet, for the other processes."""
        if self._unsaved:
            verdicts, self._unsaved = self._unsaved, []
            self._store.remember_links(verdicts, now=self._now(), fresh_for=self._fresh_for)
        self._saved_at = self._now()

    async def _once(
        self, key: tuple[str, str, int], known: Callable[[], LinkVerdict | None], ask: Asking
    ) -> LinkVerdict:
        while (asked := self._known.get(key)) is not None:
            # Who asks may be ended with its site; then somebody else asks.
            await asyncio.wait({asked})
            if not asked.cancelled():
                return asked.result()
        future: asyncio.Future[LinkVerdict] = asyncio.get_running_loop().create_future()
        self._known[key] = future
        try:
            verdict = known()
            if verdict is None:
                verdict = await ask()
                self._note(verdict)
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
        last = memory.last
        failed = last.verdict in {Verdict.BROKEN, Verdict.SUSPECT}
        return last if failed and serves_others(last) and last.cause not in _BY_ELEMENT else None

    def _note(self, verdict: LinkVerdict) -> None:
        if serves_others(verdict):
            self._unsaved.append(verdict)
        if len(self._unsaved) >= _SAVE_EVERY or self._now() - self._saved_at >= _SAVE_AFTER:
            self.save()

    def _forget(self) -> None:
        for key in list(self._known)[: max(len(self._known) - _KNOWN, 0)]:
            if self._known[key].done():
                del self._known[key]


def serves_others(verdict: LinkVerdict) -> bool:
    """Does a verdict speak of the address itself, whoever asks it."""
    return (
        bool(verdict.tries)
        and verdict.verdict is not Verdict.SKIPPED
        and verdict.cause not in _OURS
        and verdict.reason != HOST_NOT_REACHABLE
    )
