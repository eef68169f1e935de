"""A night's queue: each site once, one server's sites in one process, nothing lost with a process."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_samples import START, begin, outcome, seen

from govcrawl.store import NightBusy, NightState, Store, this_owner

FAR = "far|x|y|1|1"
ONE, OTHER = "far|x|y|2|1", "far|x|y|3|1"


def names(store: Store, night: int, state: NightState) -> list[str]:
    return [site.site for site in store.nights.sites(night) if site.state is state]


def take(store: Store, night: int, holder: str) -> str | None:
    site = store.nights.take(night, holder, START)
    return None if site is None else site.site


def test_each_site_is_taken_once_in_the_given_order(store: Store) -> None:
    night = store.nights.begin([("b", "1"), ("a", "2"), ("c", "")], owner=FAR, now=START)
    assert [take(store, night, ONE), take(store, night, OTHER), take(store, night, ONE)] == ["b", "a", "c"]
    assert take(store, night, OTHER) is None
    store.nights.done(night, "b", OTHER, run=None, reason="x", now=START)
    assert names(store, night, NightState.TAKEN) == ["b", "a", "c"], "only its holder ends a site"
    store.nights.done(night, "b", ONE, run=None, reason="未能打开", now=START)
    (site,) = [site for site in store.nights.sites(night) if site.site == "b"]
    assert (site.state, site.reason) == (NightState.FAILED, "未能打开")


def test_sites_of_one_server_stay_in_one_process_a_few_at_once(store: Store) -> None:
    queue = [(f"s{n}", "192.0.2.1") for n in range(5)] + [("far", "192.0.2.2"), ("nameless", "")]
    night = store.nights.begin(queue, owner=FAR, now=START)
    assert [take(store, night, ONE) for _ in range(3)] == ["s0", "s1", "s2"]
    assert take(store, night, OTHER) == "far", "what another process asks is left to it"
    assert take(store, night, ONE) == "nameless", "enough of that server are under way"
    assert (take(store, night, ONE), take(store, night, OTHER)) == (None, None)
    for name in ("s0", "s1", "s2"):
        store.nights.done(night, name, ONE, run=None, reason="x", now=START)
    assert take(store, night, OTHER) == "s3", "nobody asks that server now"
    assert take(store, night, ONE) is None


def test_what_a_lost_process_held_waits_again_alone_and_fails_the_second_time(store: Store) -> None:
    night = store.nights.begin([("a", "1"), ("b", "2"), ("c", "3")], owner=FAR, now=START)
    assert [take(store, night, ONE) for _ in range(3)] == ["a", "b", "c"]
    back = store.nights.give_back(night, ONE, hung=["c"], reason="超过时间上限", now=START)
    assert {site.site: site.state for site in back} == {
        "a": NightState.WAITING,
        "b": NightState.WAITING,
        "c": NightState.FAILED,
    }
    assert take(store, night, OTHER) == "a"
    assert take(store, night, OTHER) is None, "it may be what ended the process: nothing beside it"
    store.nights.give_back(night, OTHER, hung=[], reason="进程意外结束", now=START)
    assert names(store, night, NightState.FAILED) == ["a", "c"], "no site ends processes for ever"
    assert take(store, night, OTHER) == "b"


def test_a_second_night_over_the_same_sites_is_refused_and_a_dead_one_is_none(store: Store) -> None:
    night = store.nights.begin([("a", ""), ("b", "")], owner=this_owner(), now=START)
    with pytest.raises(NightBusy, match="夜间巡查正在进行") as refused:
        store.nights.begin([("b", "")], owner=FAR, now=START + timedelta(minutes=5))
    assert "\n" not in str(refused.value)
    assert store.nights.begin([("z", "")], owner=FAR, now=START), "other sites are none of its business"
    store.nights.end(night, START)
    again = store.nights.begin([("a", "")], owner=FAR, now=START)
    late = START + timedelta(minutes=11)
    assert store.nights.begin([("a", "")], owner=ONE, now=late) != again, "silent for so long: it is gone"


def test_what_is_done_no_longer_bars_another_night(store: Store) -> None:
    night = store.nights.begin([("a", ""), ("b", "")], owner=this_owner(), now=START)
    assert take(store, night, ONE) == "a"
    store.nights.done(night, "a", ONE, run=None, reason="x", now=START)
    store.nights.begin([("a", "")], owner=FAR, now=START)


def test_what_waits_can_be_given_up(store: Store) -> None:
    night = store.nights.begin([("a", ""), ("b", "")], owner=FAR, now=START)
    take(store, night, ONE)
    store.nights.give_up(night, reason="已到巡查时段之外", now=START)
    assert names(store, night, NightState.FAILED) == ["b"]
    assert names(store, night, NightState.TAKEN) == ["a"], "what is under way ends by itself"


def test_how_long_a_site_took_is_that_of_its_last_whole_run(store: Store) -> None:
    assert store.nights.last_runs() == {}
    for number, minutes in enumerate((5, 7)):
        start = START + timedelta(days=number)
        run = begin(store, start)
        store.finish_run(run, outcome(seen()), now=start + timedelta(minutes=minutes))
    begin(store, START + timedelta(days=2))  # goes on
    assert list(store.nights.last_runs().values()) == [(7 * 60, 10)]
