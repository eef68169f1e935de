"""One gate a process: how many requests a server gets at once, and how soon after one another.

Every crawler, probe and retry passes it. A server is a resolved address, not a name: thirty sites on one
machine are asked no faster than one. Scrapy's own limits can't do this (they go by crawler and by name, and
overshoot when the delay is 0).
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LONGEST_PAUSE = 60.0
"""Seconds: no server is left alone for longer, whatever its Retry-After says."""
_FIRST_PAUSE = 1.0


@dataclass(slots=True)
class Server:
    """State of one server. Only the gate changes it."""

    name: str
    limit: int = 1
    active: int = 0
    most: int = 0
    """The most requests that were ever under way at once."""
    next_at: float = float("-inf")
    """Monotonic seconds before which nothing more is begun."""
    pause: float = 0.0
    """Seconds of the current back-off; 0: none."""
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Gate:
    """Lets requests through by server.

    Args:
        monotonic: seconds.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._servers: dict[str, Server] = {}

    def server(self, addresses: Iterable[str], limit: int) -> Server:
        """The server behind these addresses; a known one if any of them is known.

        Args:
            addresses: literal addresses (with port where that tells servers apart); at least one.
            limit: requests at once; the greatest that anyone ever named for this server holds.
        """
        names = list(addresses)
        known = next((self._servers[name] for name in names if name in self._servers), None)
        server = known or Server(min(names))
        for name in names:
            self._servers.setdefault(name, server)
        if limit > server.limit:
            server.limit = limit
            self._wake(server)
        return server

    @asynccontextmanager
    async def through(self, server: Server, delay: float = 0.0) -> AsyncIterator[None]:
        """Hold one of the server's places while the body runs.

        Args:
            server: of `server()`.
            delay: seconds from the start of this request to the earliest start of the next.
        """
        await self._enter(server)
        try:
            await self._pace(server, delay)
            yield
        finally:
            server.active -= 1
            self._wake(server)

    def back_off(self, server: Server, retry_after: float | None = None) -> float:
        """After a 429 or 503: nothing for a while, twice as long each time. Returns the seconds."""
        server.pause = min(max(_FIRST_PAUSE, server.pause * 2), LONGEST_PAUSE)
        seconds = min(max(server.pause, retry_after or 0.0), LONGEST_PAUSE)
        server.next_at = max(server.next_at, self._monotonic() + seconds)
        return seconds

    def well(self, server: Server) -> None:
        """It answered as usual: the next back-off begins small again."""
        server.pause = 0.0

    async def _enter(self, server: Server) -> None:
        # Those who wait go first, so that a flood of new requests can't starve them.
        if server.active < server.limit and not server.waiting:
            server.active += 1
        else:
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            server.waiting.append(place)
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():  # was let in and gave up at the same moment
                    server.active -= 1
                    self._wake(server)
                else:
                    server.waiting.remove(place)
                raise
        server.most = max(server.most, server.active)

    async def _pace(self, server: Server, delay: float) -> None:
        while (wait := server.next_at - self._monotonic()) > 0:
            await self._sleep(wait)
        if delay > 0:
            server.next_at = self._monotonic() + delay

    def _wake(self, server: Server) -> None:
        while server.waiting and server.active < server.limit:
            place = server.waiting.popleft()
            if not place.done():
                server.active += 1
                place.set_result(None)


@functools.cache
def process_gate() -> Gate:
    """The one gate of this process."""
    return Gate()
