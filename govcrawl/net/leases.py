"""The gate's leases: this process asks a server only while it is its own, of all processes and machines.

The gate goes on without a question while a server is held. Here, one task a process deals with the table of
leases (`exchange`), for many servers in one transaction: it claims what is waited for, renews what is used,
gives up what is idle, and hands over what others wait for when its turn is over. A server is handed over only
when nothing of ours is under way there, and when its pause (delay, back-off) has passed, so that its limits
hold across the hand-over too.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govcrawl.model import LEASE_SECONDS, LeaseAsked, LeaseGiven

if TYPE_CHECKING:
    from govcrawl.net.gate import Server

_log = logging.getLogger(__name__)

Exchange = Callable[[Sequence[LeaseAsked]], Awaitable[Sequence[LeaseGiven]]]
"""Deals with the table; answers in the order of the questions. Raises `LeasesAway`."""

USED_FOR = LEASE_SECONDS / 3
"""Seconds after its last renewal in which requests are begun: what is under way then (at most as long as a
request may take) has ended when others may take the server."""
TURN = 6.0
"""Seconds that a server is kept while others wait for it and there is something to ask."""
_RENEW = 3.0
"""Seconds between two renewals; so long it takes at most to hear that another waits."""
_POLL = 0.5
"""Seconds between two questions for a server that another holds."""
_SOON = 0.001
"""Seconds: what is due so soon is due."""
_RETRY = 2.0
"""Seconds after which a table that was away is tried again."""
_PATIENCE = 120.0
"""Seconds without a table after which requests that wait are told that it is away."""


class LeasesAway(Exception):  # noqa: N818 - says what is the case, as the store's errors do
    """The table of leases can't be reached; nobody may be asked."""


@dataclass(slots=True)
class _Lease:
    """What is known of the lease of one server."""

    server: Server
    due: float
    """Monotonic seconds of the next question."""
    held: bool = False
    since: float = 0.0
    """When the present turn began."""
    leaving: bool = False
    """The turn is over: nothing more is begun, what is under way ends."""
    others: bool = False
    """Another process waits, by the last answer."""
    entered: int = 0
    """Requests that the server had got by the last question."""


class Leases:
    """Holds the leases of this process's gate.

    Args:
        exchange: deals with the table.
        monotonic: seconds; the gate's own clock.
    """

    def __init__(self, exchange: Exchange, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._exchange = exchange
        self._monotonic = monotonic
        self._leases: dict[int, _Lease] = {}
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._away_since: float | None = None
        self._closing = False

    def want(self, server: Server) -> None:
        """A request waits for a server that is not held. Cheap, and may be said again and again."""
        if id(server) not in self._leases and not self._closing:
            self._leases[id(server)] = _Lease(server, self._monotonic())
            self._news.set()
            if self._task is None:
                self._task = asyncio.ensure_future(self._keep())

    def drained(self, server: Server) -> None:
        """The last request that was under way at a server has ended."""
        lease = self._leases.get(id(server))
        if lease is not None and lease.leaving:
            lease.due = self._monotonic()
            self._news.set()

    async def close(self) -> None:
        """Give up everything; a request that is still under way is at its own risk."""
        self._closing = True
        self._news.set()
        if self._task is not None:
            _, hangs = await asyncio.wait({self._task}, timeout=_RENEW)
            for task in hangs:
                task.cancel()
                await asyncio.wait({task})
        now = self._monotonic()
        left = [lease.server for lease in self._leases.values()]
        self._leases.clear()
        for server in left:
            server.held_until = server.leased_until = float("-inf")
        with suppress(LeasesAway):
            if left:
                await self._exchange([_given_up(server, server.next_at - now) for server in left])

    async def _keep(self) -> None:
        while not self._closing:
            self._news.clear()
            now = self._monotonic()
            due = [lease for lease in self._leases.values() if lease.due <= now + _SOON]
            if due:
                await self._deal(due)
                continue
            nearest = min((lease.due for lease in self._leases.values()), default=None)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), None if nearest is None else nearest - now)

    async def _deal(self, due: Sequence[_Lease]) -> None:
        begun = self._monotonic()
        questions = [(lease, self._asked(lease, begun)) for lease in due]
        try:
            answers = await self._exchange([ask for _, ask in questions])
        except LeasesAway as error:
            self._no_answer(due, error)
            return
        if self._away_since is not None:
            _log.warning("the table of leases is back")
            self._away_since = None
        for (lease, ask), given in zip(questions, answers, strict=True):
            self._take(lease, ask, given, begun)

    def _asked(self, lease: _Lease, now: float) -> LeaseAsked:
        server = lease.server
        idle = not server.waiting and (lease.others or server.entered == lease.entered)
        lease.entered = server.entered
        # Whoever comes next must keep a pause too: it ends before a server is handed over.
        if not server.active and (idle or lease.leaving) and server.next_at <= now:
            server.held_until = server.leased_until = float("-inf")
            return _given_up(server)
        return LeaseAsked(names=tuple(sorted(server.names)), wanted=True)

    def _take(self, lease: _Lease, ask: LeaseAsked, given: LeaseGiven, begun: float) -> None:
        server, now = lease.server, self._monotonic()
        if not ask.wanted:
            del self._leases[id(server)]
            if server.waiting:  # those who came meanwhile, and those whose turn had ended
                self.want(server)
            return
        if given.held and not lease.held:
            lease.since, lease.leaving = begun, False
        lease.held, lease.others = given.held, given.others
        server.refused = None
        if not given.held:
            server.held_until = server.leased_until = float("-inf")
            lease.due = now + _POLL
            return
        server.leased_until = begun + USED_FOR
        lease.leaving |= given.others and begun - lease.since >= TURN
        if lease.leaving:
            server.held_until = float("-inf")
            lease.due = now + _RENEW if server.active else max(now, min(server.next_at, now + _RENEW))
            return
        server.held_until = server.leased_until
        lease.due = now + _RENEW
        server.wake(now)

    def _no_answer(self, due: Sequence[_Lease], error: LeasesAway) -> None:
        now = self._monotonic()
        if self._away_since is None:
            self._away_since = now
            _log.warning("the table of leases is away (%s): nobody is asked until it is back", error)
        for lease in due:
            lease.due = now + _RETRY
            if now - self._away_since >= _PATIENCE:
                lease.server.refuse(error)


def _given_up(server: Server, pause: float = 0.0) -> LeaseAsked:
    return LeaseAsked(names=tuple(sorted(server.names)), wanted=False, pause=max(pause, 0.0))
