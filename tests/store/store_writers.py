"""Processes that write to a database: `python store_writers.py KIND URL …`, started by the tests.

Each prints a line when something was reported as done, so that a test that kills it knows what must be there.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from datetime import UTC, datetime

from sqlalchemy import event
from sqlalchemy.orm import Session
from store_samples import DEAD, HOME, START, begin, failure, night, outcome, page, seen

from govcrawl.store import Event, Store, StoreError


def write(url: str, name: str, rounds: int) -> None:
    """A site of its own, outside links shared with all others."""
    with Store.open(url, now=START) as store:
        for number in range(rounds):
            run = begin(store, night(number), site=name)
            store.record_pages(run, [page(f"{HOME}{name}/{number}/{p}") for p in range(20)], night(number))
            asked = datetime.now(UTC)
            links = [failure(f"{DEAD}{n}", asked) for n in range(200)]
            # Each in an order of its own: locks taken in that order would block each other for good.
            random.shuffle(links)
            store.remember_links(links, now=asked)
            store.finish_run(run, outcome(seen(f"{DEAD}/{name}/{number}"), seen()), now=night(number))


def act(url: str, fingerprint: str, name: str, rounds: int) -> None:
    """A person who confirms and closes one finding, in turn with others who do the same."""
    done = 0
    with Store.open(url, now=START) as store:
        while done < rounds:
            try:
                store.act(fingerprint, Event.CLOSE, who=name, reason="已改", now=START)
                store.act(fingerprint, Event.REOPEN, who=name, reason="未改", now=START)
            except StoreError:
                continue
            done += 1


def endless(url: str, name: str) -> None:
    """Runs one after the other until it is killed; says what is done after it is done."""
    number = 0
    with Store.open(url, now=START) as store:
        while True:
            run = begin(store, night(number), site=name)
            for batch in range(3):
                store.record_pages(
                    run, [page(f"{HOME}{number}/{batch}/{p}") for p in range(50)], night(number)
                )
                print(f"pages {run} {number}/{batch}", flush=True)
            findings = [seen(f"{DEAD}/{number}/{n}") for n in range(50)]
            store.finish_run(run, outcome(*findings, seen()), now=night(number))
            print(f"run {run} {number}", flush=True)
            number += 1


def suicide(url: str, step: str, moment: str) -> None:
    """Kills itself inside the transaction of a step: after its rows were sent, before or after the commit."""
    armed = False

    def die(*_: object) -> None:
        if armed:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, moment, die)
    with Store.open(url, now=START) as store:
        run = begin(store, START)
        store.record_pages(run, [page(HOME)], START)
        armed = True
        if step == "pages":
            store.record_pages(run, [page(f"{HOME}{number}") for number in range(50)], START)
        else:
            findings = [seen(f"{DEAD}/{number}") for number in range(50)]
            store.finish_run(run, outcome(*findings), now=START)


def race(url: str, name: str, site: str) -> None:
    """Waits for a line, then begins a run of a site that others want too."""
    with Store.open(url, now=START) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            print("begun", begin(store, START, site=site), flush=True)
        except StoreError as error:
            print("refused", type(error).__name__, flush=True)
        sys.stdin.readline()  # its lock is that of a living process until all have had their turn
    assert name


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    match kind:
        case "write":
            write(arguments[0], arguments[1], int(arguments[2]))
        case "act":
            act(arguments[0], arguments[1], arguments[2], int(arguments[3]))
        case "endless":
            endless(arguments[0], arguments[1])
        case "suicide":
            suicide(arguments[0], arguments[1], arguments[2])
        case "race":
            race(arguments[0], arguments[1], arguments[2])
        case _:
            raise SystemExit(f"unknown: {kind}")
