"""The gate with leases: turns between processes, pauses kept across them, a table that is away."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govcrawl.model import LEASE_SECONDS, LeaseAsked, LeaseGiven
from govcrawl.net import leases as leases_module
from govcrawl.net.gate import Gate, Server
from govcrawl.net.leases import TURN, USED_FOR, Leases, LeasesAway
from govcrawl.store import Store

ADDRESS = "192.0.2.1"
START = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)


class Loop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to whatever is waited for next: minutes pass in no time."""

    passed = 0.0

    def time(self) -> float:
        return self.passed

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]  # asyncio's own queues
            self.passed = max(self.passed, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


class Table:
    """The table of leases in a real database, and how often it was asked."""

    def __init__(self, folder: Path, loop: Loop) -> None:
        self.store = Store.open(f"sqlite:///{folder}/leases.db", now=START)
        self.loop = loop
        self.away = False
        self.asked = 0

    def gate(self, number: int) -> Gate:
        """The gate of a process."""

        async def exchange(asked: Sequence[LeaseAsked]) -> list[LeaseGiven]:
            self.asked += 1
            await asyncio.sleep(0.005)
            if self.away:
                raise LeasesAway("数据库不可用")
            now = START + timedelta(seconds=self.loop.time())
            return self.store.lease_servers(f"far|x|y|{number}|1#1", asked, now)

        gate = Gate(monotonic=self.loop.time)
        gate.lease_through(Leases(exchange, monotonic=self.loop.time))
        return gate


@pytest.fixture
def run(tmp_path: Path) -> Callable[[Callable[[Table], Awaitable[None]]], Table]:
    def running(body: Callable[[Table], Awaitable[None]]) -> Table:
        loop = Loop()
        table = Table(tmp_path, loop)
        try:
            loop.run_until_complete(asyncio.wait_for(body(table), 3600))
        finally:
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
            table.store.close()
        return table

    return running


class Watched:
    """What a server would count: requests under way, of all processes together."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.active = self.most = 0
        self.starts: list[tuple[float, int]] = []

    async def ask(self, gate: Gate, server: Server, number: int, *, seconds: float, delay: float = 0) -> None:
        async with gate.through(server, delay):
            self.active += 1
            self.most = max(self.most, self.active)
            self.starts.append((self.loop.time(), number))
            await asyncio.sleep(seconds)
            self.active -= 1


def test_three_gates_take_turns_and_never_exceed_the_limit_together(run: Callable) -> None:
    told: list[Watched] = []

    async def body(table: Table) -> None:
        seen = Watched(table.loop)
        told.append(seen)
        gates = [table.gate(n) for n in range(3)]
        await asyncio.gather(
            *(
                seen.ask(gate, gate.server([ADDRESS], 4), number, seconds=0.3)
                for number, gate in enumerate(gates)
                for _ in range(120)
            )
        )

    table = run(body)
    (seen,) = told
    assert seen.most == 4, f"{seen.most} at once at a server that may get 4"
    assert len(seen.starts) == 360
    ended = max(moment for moment, _ in seen.starts)
    assert ended < 2 * 360 * 0.3 / 4, f"turns cost too much: {ended:.0f} s for 27 s of asking"
    assert table.asked < 5 * ended, "the database is asked by the second, not by the request"


def test_a_single_process_asks_the_table_seldom(run: Callable) -> None:
    async def body(table: Table) -> None:
        seen, gate = Watched(table.loop), table.gate(1)
        for _ in range(300):
            await seen.ask(gate, gate.server([ADDRESS], 4), 1, seconds=0.1)

    assert run(body).asked <= 2 + 30 / 3


def test_a_delay_holds_across_processes(run: Callable) -> None:
    told: list[Watched] = []

    async def body(table: Table) -> None:
        seen = Watched(table.loop)
        told.append(seen)
        gates = [table.gate(n) for n in range(2)]
        await asyncio.gather(
            *(
                seen.ask(gate, gate.server([ADDRESS], 4), number, seconds=0.1, delay=1.0)
                for number, gate in enumerate(gates)
                for _ in range(12)
            )
        )

    run(body)
    starts = [moment for moment, _ in told[0].starts]
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert min(gaps) >= 1.0 - 1e-6, f"two requests within {min(gaps):.2f} s of each other"
    assert len({number for _, number in told[0].starts[:12]}) == 2, "both had a turn before one was done"


def test_a_back_off_holds_for_the_next_process_too(run: Callable) -> None:
    told: list[float] = []

    async def body(table: Table) -> None:
        one, other = table.gate(1), table.gate(2)
        server = one.server([ADDRESS], 4)
        async with one.through(server):
            one.back_off(server, 40)
        begun = table.loop.time()
        async with other.through(other.server([ADDRESS], 4)):
            told.append(table.loop.time() - begun)

    run(body)
    assert told[0] >= 39.9, f"the other process asked {told[0]:.1f} s after a Retry-After of 40"


def test_a_turn_ends_though_there_is_more_to_ask(run: Callable) -> None:
    waited: list[float] = []

    async def body(table: Table) -> None:
        seen, one, other = Watched(table.loop), table.gate(1), table.gate(2)
        busy = [
            asyncio.ensure_future(seen.ask(one, one.server([ADDRESS], 2), 1, seconds=0.5)) for _ in range(400)
        ]
        await asyncio.sleep(1)
        begun = table.loop.time()
        await seen.ask(other, other.server([ADDRESS], 2), 2, seconds=0.1)
        waited.append(table.loop.time() - begun)
        for task in busy:
            task.cancel()

    run(body)
    assert waited[0] < TURN + 5, f"waited {waited[0]:.1f} s for a server that another is busy with"


def test_when_the_table_is_away_nothing_is_asked_beyond_the_lease_and_it_goes_on_when_back(
    run: Callable,
) -> None:
    told: list[Watched] = []

    async def body(table: Table) -> None:
        seen, gate = Watched(table.loop), table.gate(1)
        told.append(seen)
        server = gate.server([ADDRESS], 1)
        await seen.ask(gate, server, 1, seconds=0.1)
        table.away = True
        tasks = [asyncio.ensure_future(seen.ask(gate, server, 1, seconds=1.0)) for _ in range(60)]
        await asyncio.sleep(90)
        table.away = False
        await asyncio.gather(*tasks)

    run(body)
    starts = [moment for moment, _ in told[0].starts]
    away = [moment for moment in starts if USED_FOR + 1 < moment < 90]
    assert not away, f"asked at {away} s, when the lease could have been another's"
    assert len(starts) == 61
    assert USED_FOR < LEASE_SECONDS / 2


def test_a_table_that_stays_away_is_said_and_nobody_waits_for_ever(run: Callable) -> None:
    async def body(table: Table) -> None:
        table.away = True
        gate = table.gate(1)
        with pytest.raises(LeasesAway, match="数据库不可用"):
            async with gate.through(gate.server([ADDRESS], 1)):
                pass
        assert table.loop.time() < leases_module._PATIENCE + 10

    run(body)


def test_what_was_held_is_given_up_at_the_end(run: Callable) -> None:
    async def body(table: Table) -> None:
        seen, one, other = Watched(table.loop), table.gate(1), table.gate(2)
        await seen.ask(one, one.server([ADDRESS], 1), 1, seconds=0.1)
        leases = one._leases
        assert leases is not None
        await leases.close()
        begun = table.loop.time()
        await seen.ask(other, other.server([ADDRESS], 1), 2, seconds=0.1)
        assert table.loop.time() - begun < 1

    run(body)
