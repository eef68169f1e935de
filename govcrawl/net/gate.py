"""One gate a process: how many requests a server gets at once, and how soon after one another.

Every crawler, probe and retry passes it. A server is a resolved address, not a name: thirty sites on one
machine are asked no faster than one. Scrapy's own limits can't do this (they go by crawler and by name, and
overshoot when the delay is 0). Where other processes ask the same servers, a gate asks through `Leases`: only
while a server is its own.
"""

from __future__ import annotations

import asyncio
import functools
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from govcrawl.net.leases import Leases

LONGEST_PAUSE = 60.0
"""Seconds: no server is left alone for longer, whatever its Retry-After says."""
_FIRST_PAUSE = 1.0
_JITTER = 0.25
"""Share of a pause that chance adds at most."""


_MOST_NAMES = 16
"""Addresses of one server that are told apart; a name with more is one of a network of copies."""
_LEASE_POLL = 0.2


@dataclass(slots=True)
class Server:
    """State of one server. Only the gate and its leases change it."""

    name: str
    names: set[str] = field(default_factory=set)
    """Its addresses; with the port where that tells servers apart."""
    limit: int = 1
    active: int = 0
    most: int = 0
    """The most requests that were ever under way at once."""
    entered: int = 0
    """Requests that were let in so far."""
    next_at: float = float("-inf")
    """Monotonic seconds before which nothing more is begun."""
    pause: float = 0.0
    """Seconds of the current back-off; 0: none."""
    held_until: float = float("inf")
    """Monotonic seconds until which requests are let in; beyond, the lease is asked."""
    leased_until: float = float("inf")
    """Until which those that were let in may be sent."""
    refused: Exception | None = None
    """Why nobody may be asked for now."""
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    def wake(self, now: float) -> None:
        """Let in those who wait, as far as there are places."""
        while self.waiting and self.active < self.limit and now < self.held_until:
            place = self.waiting.popleft()
            if not place.done():
                self.active += 1
                place.set_result(None)

    def refuse(self, error: Exception) -> None:
        """Send those away who wait."""
        self.refused = error
        while self.waiting:
            place = self.waiting.popleft()
            if not place.done():
                place.set_exception(error)


class Gate:
    """Lets requests through by server.

    Args:
        monotonic: seconds.
        sleep: waits so many seconds.
        jitter: by what chance lengthens a back-off, 0 to 1.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._jitter = jitter
        self._monotonic = monotonic
        self._sleep = sleep
        self._servers: dict[str, Server] = {}
        self._leases: Leases | None = None

    @property
    def leased(self) -> bool:
        """Does it ask a server only while it is this process's own."""
        return self._leases is not None

    def lease_through(self, leases: Leases | None) -> None:
        """From now on ask servers only while these leases hold them; None: without asking anybody.

        For a gate that nobody waits at.
        """
        self._leases = leases
        until = float("inf") if leases is None else float("-inf")
        for server in self._servers.values():
            server.held_until = server.leased_until = until
            server.refused = None

    def server(self, addresses: Iterable[str], limit: int) -> Server:
        """The server behind these addresses; a known one if any of them is known.

        Args:
            addresses: literal addresses (with port where that tells servers apart); at least one.
            limit: requests at once; the greatest that anyone ever named for this server holds.
        """
        names = list(addresses)
        known = next((self._servers[name] for name in names if name in self._servers), None)
        server = known or self._new(min(names))
        for name in names:
            if self._servers.setdefault(name, server) is server and len(server.names) < _MOST_NAMES:
                server.names.add(name)
        if limit > server.limit:
            server.limit = limit
            server.wake(self._monotonic())
        return server

    def _new(self, name: str) -> Server:
        server = Server(name)
        if self._leases is not None:
            server.held_until = server.leased_until = float("-inf")
        return server

    @asynccontextmanager
    async def through(self, server: Server, delay: float = 0.0) -> AsyncIterator[None]:
        """Hold one of the server's places while the body runs.

        Args:
            server: of `server()`.
            delay: seconds from the start of this request to the earliest start of the next.

        Raises:
            LeasesAway: the table of leases has been away for minutes.
        """
        await self._enter(server)
        try:
            await self._pace(server, delay)
            yield
        finally:
            self._leave(server)

    def back_off(self, server: Server, retry_after: float | None = None) -> float:
        """After a 429 or 503: nothing for a while, twice as long each time. Returns the seconds.

        Up to a quarter is added by chance, so that several machines do not come back in step.
        """
        server.pause = min(max(_FIRST_PAUSE, server.pause * 2), LONGEST_PAUSE)
        seconds = max(server.pause * (1 + _JITTER * self._jitter()), retry_after or 0.0)
        seconds = min(seconds, LONGEST_PAUSE)
        server.next_at = max(server.next_at, self._monotonic() + seconds)
        return seconds

    def well(self, server: Server) -> None:
        """It answered as usual: the next back-off begins small again."""
        server.pause = 0.0

    async def _enter(self, server: Server) -> None:
        # Those who wait go first, so that a flood of new requests can't starve them.
        free = server.active < server.limit and not server.waiting
        if free and self._monotonic() < server.held_until:
            server.active += 1
        else:
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            server.waiting.append(place)
            if self._leases is not None:
                self._leases.want(server)
            try:
                await place
            except asyncio.CancelledError:
                if not place.done() or place.cancelled():
                    server.waiting.remove(place)
                elif place.exception() is None:  # was let in and gave up at the same moment
                    self._leave(server)
                raise
        server.entered += 1
        server.most = max(server.most, server.active)

    def _leave(self, server: Server) -> None:
        server.active -= 1
        server.wake(self._monotonic())
        if not server.active and self._leases is not None:
            self._leases.drained(server)

    async def _pace(self, server: Server, delay: float) -> None:
        while True:
            now = self._monotonic()
            if server.next_at > now:
                await self._sleep(server.next_at - now)
            elif server.leased_until < now:  # it ran out during a pause, for its table is away
                if server.refused is not None:
                    raise server.refused
                await self._sleep(_LEASE_POLL)
            else:
                break
        if delay > 0:
            server.next_at = self._monotonic() + delay


@functools.cache
def process_gate() -> Gate:
    """The one gate of this process."""
    return Gate(jitter=random.random)
