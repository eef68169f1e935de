"""Hosts that gave no answer at all are said once, not link by link."""

from __future__ import annotations

from datetime import UTC, datetime

from govcrawl.model import HOST_NOT_REACHABLE, Cause, LinkVerdict, Try, Verdict
from spiders.links import name_dead_hosts

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def verdict(url: str, cause: Cause | None = Cause.REFUSED, status: int | None = None) -> LinkVerdict:
    attempt = Try(method="GET", status=status, error=cause, ms=1, at=NOON)
    found = Verdict.OK if cause is None else Verdict.BROKEN
    return LinkVerdict(url=url, verdict=found, cause=cause, status=status, tries=(attempt,))


def links(host: str, count: int, cause: Cause | None = Cause.REFUSED) -> dict[str, LinkVerdict]:
    urls = [f"http://{host}/{n}" for n in range(count)]
    return {url: verdict(url, cause) for url in urls}


def test_five_links_without_an_answer_make_a_dead_host() -> None:
    named = name_dead_hosts(links("dead.example.net", 5) | links("few.example.net", 4))
    assert {v.reason for v in named.values()} == {HOST_NOT_REACHABLE}
    assert len(named) == 5
    assert all(v.tries and v.cause is Cause.REFUSED for v in named.values()), "the proof stays"


def test_one_answer_and_the_host_lives() -> None:
    living = links("half.example.net", 9)
    living["http://half.example.net/ok"] = verdict("http://half.example.net/ok", None, 200)
    assert name_dead_hosts(living) == {}
    living["http://half.example.net/ok"] = verdict("http://half.example.net/ok", Cause.HTTP, 404)
    assert name_dead_hosts(living) == {}, "a 404 is an answer"


def test_a_fault_of_this_machine_makes_no_host_dead() -> None:
    assert name_dead_hosts(links("far.example.net", 9, Cause.LOCAL)) == {}
    assert name_dead_hosts(links("far.example.net", 9, Cause.UNROUTABLE)) == {}
