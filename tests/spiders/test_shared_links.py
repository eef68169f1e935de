"""Outside links of a night: asked once for all sites; what speaks of one site alone is not taken over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govcrawl.model import HOST_NOT_REACHABLE, Cause, LinkVerdict, Try, Verdict
from govcrawl.store import Store
from spiders.shared_links import SharedLinks

NIGHT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
URL = "http://out.example.org/dead.html"


def broken(at: datetime = NIGHT, **more: object) -> LinkVerdict:
    tries = (Try(method="GET", status=404, error=None, ms=3, at=at),)
    dead = LinkVerdict(
        url=URL, verdict=Verdict.SUSPECT, cause=Cause.HTTP, status=404, tries=tries, retry_after=2.0
    )
    return replace(dead, **more)  # type: ignore[arg-type]  # fields of LinkVerdict


class Asked:
    """Counts how often an address is really asked."""

    def __init__(self, verdict: LinkVerdict) -> None:
        self.verdict = verdict
        self.count = 0
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.go.set()

    async def __call__(self) -> LinkVerdict:
        self.count += 1
        self.begun.set()
        await self.go.wait()
        return self.verdict


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/govcrawl.db", now=NIGHT) as opened:
        yield opened


def shared(store: Store, since: datetime = NIGHT) -> SharedLinks:
    return SharedLinks(
        store, since=since, now=lambda: NIGHT + timedelta(minutes=1), fresh_for=timedelta(hours=24)
    )


def run(body: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(body(), 10)

    asyncio.run(bounded())


def test_sites_that_ask_at_the_same_time_share_one_answer(store: Store) -> None:
    async def body() -> None:
        links, ask = shared(store), Asked(broken())
        ask.go.clear()
        sites = [asyncio.ensure_future(links.first(URL, "a", ask)) for _ in range(5)]
        await asyncio.sleep(0)
        ask.go.set()
        assert await asyncio.gather(*sites) == [ask.verdict] * 5
        assert ask.count == 1
        twice = Asked(broken(tries=(*broken().tries, *broken().tries), verdict=Verdict.BROKEN))
        for _ in range(3):
            assert await links.again(ask.verdict, "a", twice) == twice.verdict
        assert twice.count == 1, "the second try is one for all sites, too"

    run(body)


def test_another_process_reads_this_nights_failures_in_the_table_and_no_earlier_ones(store: Store) -> None:
    async def body() -> None:
        one, ask = shared(store), Asked(broken())
        await one.first(URL, "a", ask)
        one.save()
        other = Asked(broken())
        assert (await shared(store).first(URL, "a", other)).status == 404
        assert other.count == 0, "asked in this night already"
        await shared(store, since=NIGHT + timedelta(hours=1)).first(URL, "a", other)
        assert other.count == 1, "a failure of another night is asked anew"

    run(body)


@pytest.mark.parametrize(
    "own",
    [
        broken(cause=Cause.LOCAL, status=None),
        broken(reason=HOST_NOT_REACHABLE),
        broken(tries=()),
        broken(verdict=Verdict.SKIPPED, cause=Cause.FORBIDDEN_ADDRESS),
    ],
    ids=["this machine", "a host that one site gave up", "never asked", "skipped"],
)
def test_what_speaks_of_one_run_alone_serves_no_other(store: Store, own: LinkVerdict) -> None:
    async def body() -> None:
        links, first, second = shared(store), Asked(own), Asked(broken())
        assert await links.first(URL, "a", first) == own
        assert await links.first(URL, "a", second) == second.verdict
        links.save()
        assert (first.count, second.count) == (1, 1)

    run(body)


def test_two_processes_claim_an_address_and_one_of_them_asks(store: Store) -> None:
    async def body() -> None:
        one, other = (
            SharedLinks(
                store,
                since=NIGHT,
                now=lambda: NIGHT + timedelta(minutes=1),
                fresh_for=timedelta(hours=24),
                holder=f"far|x|y|{number}|1#links",
            )
            for number in (1, 2)
        )
        ask, never = Asked(broken()), Asked(broken())
        ask.go.clear()
        first = asyncio.ensure_future(one.first(URL, "a", ask))
        await ask.begun.wait()
        second = asyncio.ensure_future(other.first(URL, "a", never))
        await asyncio.sleep(0.1)
        ask.go.set()
        await first
        one.save()
        assert (await second).status == 404
        assert never.count == 0, "two processes asked the same address in one night"
        other.save()

    run(body)


def test_a_picture_and_a_page_are_asked_apart(store: Store) -> None:
    async def body() -> None:
        links, picture, page = shared(store), Asked(broken(cause=Cause.WRONG_TYPE)), Asked(broken())
        await links.first(URL, "img", picture)
        links.save()
        await links.first(URL, "a", page)
        assert page.count == 1, "an address that is no picture may be a good page"

    run(body)


def test_where_the_one_that_asks_is_ended_another_asks(store: Store) -> None:
    async def body() -> None:
        links, slow, quick = shared(store), Asked(broken()), Asked(broken())
        slow.go.clear()
        first = asyncio.ensure_future(links.first(URL, "a", slow))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(links.first(URL, "a", quick))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == quick.verdict
        assert quick.count == 1

    run(body)
