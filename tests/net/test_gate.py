"""The gate: never more at once than a server may get, nobody starved, nobody waiting for ever."""

from __future__ import annotations

import asyncio

from govcrawl.net.gate import Gate


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds
        await asyncio.sleep(0)


def test_one_server_by_any_of_its_addresses() -> None:
    gate = Gate()
    one = gate.server(["203.0.113.1", "2400:3200::1"], 2)
    assert gate.server(["2400:3200::1"], 2) is one
    assert gate.server(["203.0.113.1", "203.0.113.9"], 2) is one
    assert gate.server(["203.0.113.9"], 2) is one
    assert gate.server(["203.0.113.2"], 2) is not one


def test_the_greatest_limit_holds_and_lets_waiting_ones_in() -> None:
    async def run() -> None:
        gate = Gate()
        server = gate.server(["a"], 1)
        go = asyncio.Event()

        async def work() -> None:
            async with gate.through(server):
                await go.wait()

        tasks = [asyncio.create_task(work()) for _ in range(5)]
        await asyncio.sleep(0)
        assert server.active == 1
        gate.server(["a"], 3)
        await asyncio.sleep(0)
        assert server.active == 3
        gate.server(["a"], 2)
        assert server.limit == 3
        go.set()
        await asyncio.gather(*tasks)
        assert (server.active, server.most) == (0, 3)

    asyncio.run(run())


def test_starts_are_apart_by_the_delay() -> None:
    async def run() -> list[float]:
        clock = Clock()
        gate = Gate(monotonic=clock, sleep=clock.sleep)
        server = gate.server(["a"], 1)
        starts = []
        for _ in range(4):
            async with gate.through(server, delay=0.5):
                starts.append(clock.now)
        return starts

    assert asyncio.run(run()) == [0.0, 0.5, 1.0, 1.5]


def test_chance_adds_a_quarter_of_a_pause_at_most_and_never_shortens_one() -> None:
    for chance, seconds in ((0.0, [1, 2, 4]), (1.0, [1.25, 2.5, 5])):
        gate = Gate(monotonic=Clock(), jitter=lambda value=chance: value)
        server = gate.server(["a"], 1)
        assert [gate.back_off(server) for _ in range(3)] == seconds
        assert gate.back_off(server, 30) == 30, "what the server asks for is not made longer"
        assert [gate.back_off(server) for _ in range(3)][-1] == 60


def test_back_off_doubles_is_bounded_and_ends_when_all_is_well() -> None:
    clock = Clock()
    gate = Gate(monotonic=clock)
    server = gate.server(["a"], 1)
    assert [gate.back_off(server) for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    gate.well(server)
    assert gate.back_off(server) == 1
    assert gate.back_off(server, 45) == 45
    assert gate.back_off(server, 1_000_000) == 60


def test_who_gives_up_waiting_leaves_no_hole() -> None:
    async def run() -> None:
        gate = Gate()
        server = gate.server(["a"], 1)
        go = asyncio.Event()
        done: list[int] = []

        async def work(number: int) -> None:
            async with gate.through(server):
                await go.wait()
                done.append(number)

        tasks = [asyncio.create_task(work(n)) for n in range(4)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert done == [0, 2, 3], "first come, first served"
        assert (server.active, len(server.waiting)) == (0, 0)

    asyncio.run(run())


def test_who_gives_up_at_the_moment_of_being_let_in_frees_the_place() -> None:
    async def run() -> None:
        gate = Gate()
        server = gate.server(["a"], 1)
        entered = asyncio.Event()

        async def hold() -> None:
            async with gate.through(server):
                await entered.wait()

        async def wait() -> None:
            async with gate.through(server):
                raise AssertionError("cancelled before it could begin")

        holder, waiter = asyncio.create_task(hold()), asyncio.create_task(wait())
        await asyncio.sleep(0)
        entered.set()
        await holder  # its place goes to the waiter …
        waiter.cancel()  # … who has not run yet
        await asyncio.gather(waiter, return_exceptions=True)
        async with asyncio.timeout(1), gate.through(server):
            assert server.active == 1

    asyncio.run(run())


def test_who_gives_up_during_a_pause_frees_the_place() -> None:
    async def run() -> None:
        gate = Gate()
        server = gate.server(["a"], 1)
        gate.back_off(server, 60)
        waiter = asyncio.create_task(gate.through(server).__aenter__())
        await asyncio.sleep(0)
        assert server.active == 1
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        assert server.active == 0

    asyncio.run(run())
