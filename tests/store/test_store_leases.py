"""Leases of servers: one holder at a time, first come first served, and no dead one's lease lasts."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

from store_samples import START

from govcrawl.model import LEASE_SECONDS, LeaseAsked
from govcrawl.store import Store, this_owner

A, B, C = "far|x|y|1|1#1", "far|x|y|2|1#1", "far|x|y|3|1#1"
"""Holders on another machine: nobody here can see whether they live."""
LASTS = timedelta(seconds=LEASE_SECONDS)


def ask(store: Store, holder: str, *names: str, after: float = 0.0) -> tuple[bool, bool]:
    """Want a server; what was given: held, and do others wait."""
    (given,) = store.lease_servers(
        holder, [LeaseAsked(names=names, wanted=True)], START + timedelta(seconds=after)
    )
    return given.held, given.others


def give_up(store: Store, holder: str, *names: str, after: float = 0.0, pause: float = 0.0) -> None:
    store.lease_servers(
        holder, [LeaseAsked(names=names, wanted=False, pause=pause)], START + timedelta(seconds=after)
    )


def test_one_holder_at_a_time_and_it_hears_who_waits(store: Store) -> None:
    assert ask(store, A, "192.0.2.1") == (True, False)
    assert ask(store, A, "192.0.2.2") == (True, False), "another server is another lease"
    assert ask(store, B, "192.0.2.1", after=1) == (False, False)
    assert ask(store, A, "192.0.2.1", after=2) == (True, True), "a renewal says that another waits"
    give_up(store, A, "192.0.2.1", after=3)
    assert ask(store, B, "192.0.2.1", after=4) == (True, False)


def test_first_come_first_served(store: Store) -> None:
    ask(store, A, "192.0.2.1")
    ask(store, C, "192.0.2.1", after=1)
    ask(store, B, "192.0.2.1", after=2)
    give_up(store, A, "192.0.2.1", after=3)
    assert ask(store, B, "192.0.2.1", after=4) == (False, True), "C has waited longer"
    assert ask(store, A, "192.0.2.1", after=5)[0] is False, "who had it waits behind them"
    assert ask(store, C, "192.0.2.1", after=6)[0] is True


def test_a_lease_that_is_not_renewed_ends(store: Store) -> None:
    ask(store, A, "192.0.2.1")
    assert ask(store, B, "192.0.2.1", after=LEASE_SECONDS - 1)[0] is False
    assert ask(store, A, "192.0.2.1", after=LEASE_SECONDS - 1)[0] is True, "renewed"
    assert ask(store, B, "192.0.2.1", after=2 * LEASE_SECONDS - 2)[0] is False
    assert ask(store, B, "192.0.2.1", after=2 * LEASE_SECONDS)[0] is True
    assert ask(store, A, "192.0.2.1", after=2 * LEASE_SECONDS)[0] is False, "it has lost it, and hears so"


def test_a_lease_of_a_process_that_is_gone_is_taken_over_at_once(store: Store) -> None:
    script = "from govcrawl.store import this_owner; print(this_owner())"
    gone = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    ask(store, f"{gone.stdout.strip()}#1", "192.0.2.1")
    assert ask(store, f"{this_owner()}#1", "192.0.2.1", after=1) == (True, False)
    assert ask(store, A, "192.0.2.1", after=2)[0] is False, "a process that lives keeps it"


def test_who_gave_up_in_a_pause_leaves_the_server_alone_for_all(store: Store) -> None:
    ask(store, A, "192.0.2.1")
    give_up(store, A, "192.0.2.1", after=1, pause=20)
    assert ask(store, B, "192.0.2.1", after=2)[0] is False
    assert ask(store, B, "192.0.2.1", after=20)[0] is False
    assert ask(store, B, "192.0.2.1", after=21.5)[0] is True


def test_a_server_of_several_addresses_is_had_whole_or_not_at_all(store: Store) -> None:
    ask(store, A, "192.0.2.1")
    ask(store, B, "192.0.2.2")
    assert ask(store, C, "192.0.2.1", "192.0.2.2", after=1)[0] is False
    give_up(store, A, "192.0.2.1", after=2)
    assert ask(store, A, "192.0.2.1", after=3)[0] is False, "C was there before"
    give_up(store, B, "192.0.2.2", after=4)
    assert ask(store, C, "192.0.2.1", "192.0.2.2", after=5)[0] is True


def test_a_clock_that_was_set_back_locks_no_server(store: Store) -> None:
    ask(store, A, "192.0.2.1", after=7200)
    assert ask(store, B, "192.0.2.1")[0] is True, "a lease that ends in two hours is none"


def test_many_servers_in_one_transaction_are_answered_in_their_order(store: Store) -> None:
    names = [f"192.0.2.{n}" for n in range(250)]
    ask(store, A, names[100])
    asked = [LeaseAsked(names=(name,), wanted=True) for name in names]
    given = store.lease_servers(B, asked, START)
    assert [n for n, each in enumerate(given) if not each.held] == [100]
