"""Links that failed: together with another night's try, and once for a host that gave no answer at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from govcrawl.model import HOST_NOT_REACHABLE, Cause, LinkVerdict, Status, Try, Verdict
from spiders.links import name_dead_hosts, with_earlier_tries
from tests.spiders.conftest import HOME, Office, article

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


def test_a_host_that_is_called_away_stays_so_while_one_link_to_it_fails() -> None:
    host = "few.example.net"
    assert {v.reason for v in name_dead_hosts(links(host, 1), {host}).values()} == {HOST_NOT_REACHABLE}
    assert name_dead_hosts(links(host, 1), {"other.example.net"}) == {}
    living = links(host, 1) | {f"http://{host}/ok": verdict(f"http://{host}/ok", None, 200)}
    assert name_dead_hosts(living, {host}) == {}, "an answer ends it"


def test_a_dead_host_keeps_its_history_when_some_of_its_links_go(office: Office) -> None:
    def page_with(count: int) -> str:
        more = "".join(f'<p><a href="http://dead.example.net/{n}">网站{n}</a></p>' for n in range(count))
        return article("市政府召开第2次常务会议研究工作", more=more)

    office.site.refusing.update(f"http://dead.example.net/{n}" for n in range(6))
    office.site.pages[HOME + "zwyw/2.html"] = page_with(6)
    (first,) = [r for r in office.inspect().records if r.external]
    office.site.pages[HOME + "zwyw/2.html"] = page_with(2)
    (second,) = [r for r in office.inspect(night=1).records if r.external]
    assert second.fingerprint == first.fingerprint, "four of six links were taken out, two are still dead"
    assert second.first_seen == first.first_seen


def test_one_answer_and_the_host_lives() -> None:
    living = links("half.example.net", 9)
    living["http://half.example.net/ok"] = verdict("http://half.example.net/ok", None, 200)
    assert name_dead_hosts(living) == {}
    living["http://half.example.net/ok"] = verdict("http://half.example.net/ok", Cause.HTTP, 404)
    assert name_dead_hosts(living) == {}, "a 404 is an answer"


def test_a_fault_of_this_machine_makes_no_host_dead() -> None:
    assert name_dead_hosts(links("far.example.net", 9, Cause.LOCAL)) == {}
    assert name_dead_hosts(links("far.example.net", 9, Cause.UNROUTABLE)) == {}


def once(cause: Cause = Cause.DNS, *, at: datetime = NOON, status: int | None = None) -> LinkVerdict:
    attempt = Try(
        method="GET", status=status, error=cause if status is None else None, ms=1, at=at, reason="nxdomain"
    )
    return LinkVerdict(
        url="http://gone.example.net/",
        verdict=Verdict.SUSPECT,
        cause=cause,
        status=status,
        tries=(attempt,),
        retry_after=120.0,
    )


def together(verdict: LinkVerdict, earlier: object) -> Verdict:
    return with_earlier_tries(verdict, earlier, confirm_after=2.0, confirm_after_transient=120.0).verdict


def kept(cause: Cause = Cause.DNS, *, before: timedelta = timedelta(days=1)) -> list[dict[str, object]]:
    return [attempt.to_json() for attempt in once(cause, at=NOON - before).tries]


def test_another_night_confirms() -> None:
    assert together(once(), kept()) is Verdict.BROKEN


@pytest.mark.parametrize(
    "earlier",
    [
        None,
        [],
        "tries",
        [{"method": "GET"}],
        [{"method": "GET", "status": None, "error": "no such cause", "ms": 1, "at": "2026-11-24"}],
        kept(before=timedelta(seconds=60)),  # too near
    ],
)
def test_what_proves_nothing_leaves_the_suspicion(earlier: object) -> None:
    assert together(once(), earlier) is Verdict.SUSPECT


def test_only_a_failure_that_waits_for_a_second_try_is_judged_so() -> None:
    assert together(replace(once(), blocked=True), kept()) is Verdict.SUSPECT
    assert together(replace(once(), retry_after=None), kept()) is Verdict.SUSPECT
    assert together(replace(once(), verdict=Verdict.OK), kept()) is Verdict.OK


def test_a_small_site_confirms_a_dead_link_the_next_night(office: Office) -> None:
    """Its crawl ends before a second try is due: the failure of the night before is the other one."""
    office.site.refusing.add(HOME + "fj/gone.html")
    first = office.inspect(transient=120.0)
    assert [(r.rule, r.status) for r in first.records] == [("link-broken", Status.SUSPECTED)]
    second = office.inspect(night=1, transient=120.0)
    assert [(r.rule, r.status) for r in second.records] == [("link-broken", Status.CONFIRMED)]
    assert len(second.records[0].evidence.observed) == 2, "both tries belong to the proof"
