"""Several processes at once, and processes that are killed, on both databases."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from store_samples import DEAD, HOME, START, begin, crawl, key, night, outcome, seen

from govcrawl.model import RunResult, Status
from govcrawl.store import Store

WRITERS = Path(__file__).with_name("store_writers.py")


def start(*arguments: object) -> subprocess.Popen[str]:
    """A writer process."""
    return subprocess.Popen(
        [sys.executable, str(WRITERS), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def test_four_processes_writing_at_once_lose_nothing(url: str) -> None:
    rounds = 8
    names = [f"site{number}" for number in range(4)]
    # The database is empty: all four find it so, and one makes it.
    for process in [start("write", url, name, rounds) for name in names]:
        finish(process)
    with Store.open(url, now=START) as store:
        runs = store.runs()
        assert len(runs) == 4 * rounds
        assert all(run.result is RunResult.COMPLETE for run in runs)
        assert len(store.findings()) == 4 * (rounds + 1)
        pages = [f"{HOME}{name}/{n}/{p}" for name in names for n in range(rounds) for p in range(20)]
        assert len(store.known_pages(pages)) == len(pages)
        memories = store.link_memory([f"{DEAD}{n}" for n in range(200)])
        assert len(memories) == 200
        # Each process counts its own rounds; one that was overtaken by a newer verdict is not counted.
        assert all(rounds <= memory.failures <= 4 * rounds for memory in memories.values()), memories
        for name in names:
            # Seen right and back: each night closed what the night before had found.
            assert len(store.findings(site=name, statuses={Status.CORRECTED})) == rounds - 1


def test_two_persons_at_one_finding_take_turns(url: str) -> None:
    rounds = 10
    with Store.open(url, now=START) as store:
        crawl(store, START, outcome(seen()))
        for process in [start("act", url, key(), name, rounds) for name in ("甲", "乙")]:
            finish(process)
        history = store.history(key())
    for before, after in pairwise(history):
        assert after.before is before.after, "every line goes on where the one before ended"
    assert len([line for line in history if line.who == "甲"]) >= 2 * rounds


def test_of_many_that_want_a_site_at_once_one_gets_it(url: str) -> None:
    Store.open(url, now=START).close()
    processes = [start("race", url, number, "portal") for number in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = []
    for process in processes:
        assert process.stdout is not None
        answers.append(process.stdout.readline())
    for process in processes:
        finish(process)
    assert sorted(answer.split()[0] for answer in answers) == ["begun", "refused", "refused", "refused"]
    assert [answer for answer in answers if answer.startswith("refused")] == ["refused SiteBusy\n"] * 3


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_loses_nothing_that_was_reported_as_done(url: str, seed: int) -> None:
    lines = random.Random(seed).randint(1, 9)
    process = start("endless", url, "portal")
    assert process.stdout is not None
    done = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    rest, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    done += rest.splitlines()
    _check_after_kill(url, [line.split() for line in done if line.strip()])


@pytest.mark.parametrize("step", ["pages", "finish"])
@pytest.mark.parametrize("moment", ["after_flush", "before_commit", "after_commit"])
def test_a_kill_inside_a_transaction_leaves_all_of_it_or_nothing(url: str, step: str, moment: str) -> None:
    with Store.open(url, now=START) as store:
        crawl(store, night(-1), outcome(seen()))
    process = start("suicide", url, step, moment)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    done = moment == "after_commit"
    with Store.open(url, now=START) as store:
        run = store.runs(limit=1)[0]
        assert len(store.known_pages([HOME])) == 1, "what was stored before stays"
        assert len(store.known_pages([f"{HOME}{n}" for n in range(50)])) == (
            50 if done and step == "pages" else 0
        )
        assert run.pages == (51 if done and step == "pages" else 10 if done else 1)
        finished = done and step == "finish"
        assert (run.ended is not None) is finished
        assert len(store.findings()) == (51 if finished else 1)
        assert store.finding(key()).status is (Status.CORRECTED if finished else Status.CONFIRMED)  # type: ignore[union-attr]
        assert len(crawl(store, night(1), outcome(seen()))) == 1


def _check_after_kill(url: str, done: list[list[str]]) -> None:
    with Store.open(url, now=START) as store:
        for what, run, which in done:
            if what == "pages":
                urls = [f"{HOME}{which}/{p}" for p in range(50)]
                assert len(store.known_pages(urls)) == 50, f"pages {which} were reported as stored"
            else:
                record = store.run(int(run))
                assert record is not None
                assert record.result is RunResult.COMPLETE, f"run {run} was reported as finished"
                found = {f.fingerprint for f in store.findings(run=int(run))}
                assert found == {key(f"{DEAD}/{which}/{n}") for n in range(50)} | {key()}
        for record in store.runs():
            if record.ended is None:
                assert store.findings(run=record.run) == [], "a run that did not finish has no findings"
                assert record.pages % 50 == 0, "batches are stored whole or not at all"
            else:
                assert len(store.findings(run=record.run)) == 51
        # The lock of the killed process does not stand in the way.
        run = begin(store, night(99))
        records = store.finish_run(run, outcome(seen()), now=night(99))
        assert [record.fingerprint for record in records] == [key()]
        assert all(record.ended is not None for record in store.runs())
