"""The leases of a process's gate, kept in the store: for whatever asks while other processes may ask too."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from govcrawl.model import LeaseAsked, LeaseGiven
from govcrawl.net.gate import Gate, process_gate
from govcrawl.net.leases import Leases, LeasesAway
from govcrawl.store import Store, StoreError, this_owner

_numbers = itertools.count(1)


@asynccontextmanager
async def leased(
    store: Store, *, now: Callable[[], datetime], gate: Gate | None = None
) -> AsyncIterator[None]:
    """While the body runs, the gate asks a server only while it is this process's own.

    Nothing is done where the gate is leased already: whoever came first gives up what was held.

    Args:
        store: holds the table of leases; open for as long as the body runs.
        now: the time, UTC.
        gate: default the one of this process.
    """
    gate = gate or process_gate()
    if gate.leased:
        yield
        return
    holder = f"{this_owner()}#{next(_numbers)}"

    async def exchange(asked: Sequence[LeaseAsked]) -> list[LeaseGiven]:
        try:
            # In a thread: a database that is busy must not hold up what is being asked.
            return await asyncio.to_thread(store.lease_servers, holder, asked, now())
        except StoreError as error:
            raise LeasesAway(str(error)) from error

    leases = Leases(exchange)
    gate.lease_through(leases)
    try:
        yield
    finally:
        await leases.close()
        gate.lease_through(None)
