"""Runs, pages and outside links, on both databases."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from store_samples import DEAD, HOME, START, begin, crawl, failure, night, outcome, page

from govcrawl.model import Cause, NotTested, RunResult, Verdict
from govcrawl.store import RunClosed, SiteBusy, Store, this_owner
from govcrawl.store.locks import Owner, is_dead, parse_owner


def _dead_process() -> str:
    """The owner string of a process that has ended."""
    code = "from govcrawl.store import this_owner; print(this_owner())"
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_run_is_kept_as_it_was_told(store: Store) -> None:
    run = begin(store, START)
    assert store.run(run).result is None  # type: ignore[union-attr]
    store.finish_run(
        run,
        outcome(
            pages=7,
            columns_read=3,
            columns_unreadable=1,
            links_ok=5,
            links_broken=2,
            links_unverified=1,
            not_tested=[NotTested("ipv6", "本机没有 IPv6 路由")],
            limits_hit=["页面数达到上限"],
            method=["广告规则：随程序提供的规则。"],
            unverified=[{"url": DEAD, "status": 403, "page": HOME, "text": "示例"}],
        ),
        now=night(1),
    )
    (record,) = store.runs()
    assert record == store.run(run)
    assert (record.started, record.ended, record.result) == (START, night(1), RunResult.COMPLETE)
    assert (record.pages, record.columns_read, record.columns_unreadable) == (7, 3, 1)
    assert (record.links_ok, record.links_broken, record.links_unverified) == (5, 2, 1)
    assert record.not_tested == (NotTested("ipv6", "本机没有 IPv6 路由"),)
    assert record.limits_hit == ("页面数达到上限",)
    assert record.method == ("广告规则：随程序提供的规则。",)
    assert record.to_json()["method"] == ["广告规则：随程序提供的规则。"]
    assert record.unverified == ({"url": DEAD, "status": 403, "page": HOME, "text": "示例"},)
    assert store.run(999) is None


def test_runs_by_site_and_period_newest_first(store: Store) -> None:
    for number in range(3):
        crawl(store, night(number), outcome())
    crawl(store, night(1), outcome(), site="jyj")
    assert [run.started for run in store.runs(site="portal")] == [night(2), night(1), night(0)]
    assert len(store.runs(since=night(1), until=night(2))) == 2
    assert len(store.runs(limit=1)) == 1


def test_a_site_is_inspected_once_at_a_time(store: Store) -> None:
    run = begin(store, START)
    with pytest.raises(SiteBusy, match=f"第 {run} 次.*5 分钟前") as caught:
        begin(store, START + timedelta(minutes=5))
    assert "\n" not in str(caught.value)
    with pytest.raises(SiteBusy):
        begin(store, START, trial=True)
    begin(store, START, site="jyj")
    store.abort_run(run, "磁盘已满", START)
    assert begin(store, START) > run


def test_a_dead_owner_loses_the_site_at_once(store: Store) -> None:
    lost = begin(store, START, owner=_dead_process())
    store.record_pages(lost, [page(HOME)], START)
    run = begin(store, START + timedelta(seconds=1))
    old = store.run(lost)
    assert old is not None
    assert (old.result, old.pages, old.ended) == (RunResult.PARTIAL, 1, START + timedelta(seconds=1))
    assert "意外中止" in old.limits_hit[0]
    with pytest.raises(RunClosed):
        store.finish_run(lost, outcome(), now=night(1))
    store.finish_run(run, outcome(), now=night(1))


def test_a_silent_owner_loses_the_site_after_ten_minutes(store: Store) -> None:
    far = "elsewhere|boot|pid:[1]|1|1"
    run = begin(store, START, owner=far)
    store.heartbeat(run, START + timedelta(minutes=9))
    with pytest.raises(SiteBusy, match="elsewhere 进程 1"):
        begin(store, START + timedelta(minutes=18))
    assert begin(store, START + timedelta(minutes=20)) > run


def test_abort_after_the_end_changes_nothing(store: Store) -> None:
    run = begin(store, START)
    store.finish_run(run, outcome(), now=START)
    store.abort_run(run, "太晚", night(1))
    assert store.run(run).result is RunResult.COMPLETE  # type: ignore[union-attr]
    with pytest.raises(RunClosed):
        store.abort_run(999, "没有", START)


def test_who_is_dead() -> None:
    here = parse_owner(this_owner())
    assert here is not None
    cases = {
        "this process": (here, False),
        "another process with this number": (Owner(here.host, here.boot, here.space, here.pid, "1"), True),
        "another machine": (Owner("elsewhere", here.boot, here.space, 1, "1"), False),
        "another container of this name": (Owner(here.host, here.boot, "pid:[1]", 1, "1"), False),
        "before the last boot": (Owner(here.host, "earlier", here.space, here.pid, here.start), True),
    }
    for name, (owner, dead) in cases.items():
        assert is_dead(str(owner), START, START, local=True) is dead, name
    rebooted = str(Owner(here.host, "earlier", here.space, here.pid, here.start))
    assert not is_dead(rebooted, START, START, local=False), "another machine may bear the same name"
    assert not is_dead("written otherwise", START, START, local=True)
    assert is_dead("written otherwise", START, START + timedelta(minutes=11), local=True)
    assert not is_dead(str(here), START + timedelta(hours=2), START, local=True), (
        "a clock that was set back kills nobody"
    )


def test_pages_are_known_to_later_runs_trials_included(store: Store) -> None:
    trial = begin(store, START, trial=True, site="www.example.gov.cn")
    long = HOME + "长" * 5_000
    store.record_pages(
        trial, [page(HOME), page(HOME + "a", status=404, content_hash=None), page(long)], START
    )
    known = store.known_pages([HOME, long, HOME + "never"])
    assert known == {HOME: page(HOME), long: page(long)}
    assert store.run(trial).pages == 3  # type: ignore[union-attr]


def test_a_page_counts_once_a_run(store: Store) -> None:
    run = begin(store, START)
    store.record_pages(run, [page(HOME), page(HOME), page(HOME + "a")], START)
    store.record_pages(run, [page(HOME), page(HOME + "b")], START)
    store.record_pages(run, [], START)
    assert store.run(run).pages == 3  # type: ignore[union-attr]


def test_a_304_or_a_failure_leaves_what_is_known_of_the_content(store: Store) -> None:
    run = begin(store, START)
    store.record_pages(run, [page(HOME), page(HOME + "a")], START)
    nothing = {
        "content_hash": None,
        "etag": None,
        "last_modified": None,
        "readings": None,
        "title": "",
        "bytes": 0,
    }
    store.record_pages(
        run,
        [page(HOME, night(1), status=304, **nothing), page(HOME + "a", night(1), status=None, **nothing)],
        night(1),
    )
    known = store.known_pages([HOME, HOME + "a"])
    assert known == {HOME: page(HOME, status=304), HOME + "a": page(HOME + "a", status=None)}
    store.record_pages(run, [page(HOME, night(2), content_hash="h2", etag=None, readings=None)], night(2))
    assert store.known_pages([HOME])[HOME] == page(
        HOME, night(2), content_hash="h2", etag=None, readings=None
    )


def test_a_validator_that_could_break_a_request_and_readings_that_are_too_large_are_left_out(
    store: Store,
) -> None:
    run = begin(store, START)
    store.record_pages(
        run, [page(HOME, etag='"1"\r\nX: y', last_modified="x" * 5_000, readings=b"x" * (5 << 20))], START
    )
    known = store.known_pages([HOME])[HOME]
    assert (known.etag, known.last_modified, known.readings, known.reader_version) == (None, None, None, None)
    assert known.content_hash == "h1"


def test_more_addresses_than_a_statement_takes(store: Store) -> None:
    run = begin(store, START)
    urls = [f"{HOME}{number}" for number in range(1_200)]
    store.record_pages(run, [page(url) for url in urls], START)
    assert len(store.known_pages(urls)) == 1_200
    store.remember_links([failure(url, START) for url in urls], now=START)
    assert len(store.link_memory(iter(urls))) == 1_200


def test_failures_of_a_link_are_counted_in_a_row(store: Store) -> None:
    def memory():
        return store.link_memory([DEAD])[DEAD]

    store.remember_links([failure(DEAD, night(0))], now=night(0))
    store.remember_links([failure(DEAD, night(1), verdict=Verdict.SUSPECT, retry_after=120.0)], now=night(1))
    assert (memory().failures, memory().first_failed_at, memory().host) == (2, night(0), "gone.example.com")
    assert memory().next_due == night(1) + timedelta(seconds=120)
    assert memory().last == failure(DEAD, night(1), verdict=Verdict.SUSPECT, retry_after=120.0)
    # What speaks of the robot, or of this machine, says nothing of whether the link lives.
    store.remember_links(
        [failure(DEAD, night(2), verdict=Verdict.SUSPECT, cause=None, status=403, blocked=True)], now=night(2)
    )
    assert (memory().failures, memory().verdict, memory().status) == (2, Verdict.SUSPECT, 403)
    store.remember_links([failure(DEAD, night(3), verdict=Verdict.SUSPECT, cause=Cause.LOCAL)], now=night(3))
    store.remember_links([failure(DEAD, night(3), verdict=Verdict.SKIPPED)], now=night(3))
    assert (memory().checked_at, memory().status) == (night(2), 403)
    store.remember_links(
        [failure(DEAD, night(4), verdict=Verdict.OK, cause=None, status=200)],
        now=night(4),
        fresh_for=timedelta(hours=6),
    )
    assert (memory().failures, memory().first_failed_at, memory().cause) == (0, None, None)
    assert memory().next_due == night(4) + timedelta(hours=6)
    store.remember_links([failure(DEAD, night(5)), failure(DEAD, night(5))], now=night(5))
    assert (memory().failures, memory().next_due) == (1, night(5)), "one round of questions counts once"


def test_an_answer_out_of_the_memory_makes_nothing_fresher(store: Store) -> None:
    good = failure(DEAD, night(0), verdict=Verdict.OK, cause=None, status=200)
    store.remember_links([good], now=night(0))
    before = store.link_memory([DEAD])
    assert before[DEAD].next_due == night(1)
    store.remember_links([before[DEAD].last], now=night(1))
    assert store.link_memory([DEAD]) == before, "nobody asked: it is due again when it was due"
    bad = failure(DEAD, night(2))
    for _ in range(2):
        store.remember_links([bad, good], now=night(2))
        store.remember_links([bad], now=night(2))
    assert store.link_memory([DEAD])[DEAD].failures == 1


def test_nothing_is_known_of_an_address_never_asked(store: Store) -> None:
    assert store.link_memory([]) == {}
    assert store.link_memory([DEAD]) == {}
    assert store.known_pages([DEAD]) == {}
