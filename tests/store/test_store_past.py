"""`findings(at=…)` against snapshots that were taken at that moment, over random histories."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from store_samples import HOME, START, begin, key, outcome, seen

from govcrawl.model import FindingRecord
from govcrawl.store import ActionRefused, Event, Store
from govcrawl.store.lifecycle import BY_PERSON

SUBJECTS = [f"http://x{number}.example.com/" for number in range(6)]


def _snapshot(store: Store, at: datetime | None = None) -> dict[str, dict[str, object]]:
    return {record.fingerprint: _comparable(record) for record in store.findings(at=at)}


def _comparable(record: FindingRecord) -> dict[str, object]:
    values = asdict(record)
    values["run"] = record.run
    return values


def _something(store: Store, chance: random.Random, now: datetime) -> None:
    """A run over some of the subjects, a person's step, or time that passes."""
    what = chance.random()
    if what < 0.6:
        found = [
            seen(
                subject,
                certain=chance.random() < 0.6,
                occurrences=chance.randrange(1, 9),
                page=HOME + chance.choice("ab"),
                detail={"chance": chance.random()},
            )
            for subject in SUBJECTS
            if chance.random() < 0.5
        ]
        run = begin(store, now, trial=chance.random() < 0.1)
        asked = frozenset({HOME + "a", HOME + "b"})
        store.finish_run(run, outcome(*found, complete=chance.random() < 0.8, asked=asked), now=now)
    elif what < 0.95:
        event = chance.choice(sorted(BY_PERSON))
        later = now + timedelta(hours=chance.randrange(1, 100))
        try:
            store.act(
                key(chance.choice(SUBJECTS)),
                event,
                who="李某",
                reason=f"理由 {now}",
                now=now,
                exempt_until=later,
                deadline=later,
                notice="1",
            )
        except ActionRefused:
            return
    else:
        store.pass_time(now)


@pytest.mark.parametrize("seed", range(4))
def test_the_past_is_rebuilt_as_it_was(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    now = START
    snapshots: dict[datetime, dict[str, dict[str, object]]] = {}
    for _ in range(40):
        now += timedelta(hours=chance.randrange(1, 30))
        store.pass_time(now)
        _something(store, chance, now)
        snapshots[now] = _snapshot(store)
    for at, expected in snapshots.items():
        rebuilt = _snapshot(store, at)
        assert rebuilt.keys() == expected.keys(), f"findings known at {at}"
        for fingerprint, values in expected.items():
            different = {
                name: (rebuilt[fingerprint][name], value)
                for name, value in values.items()
                if rebuilt[fingerprint][name] != value
            }
            assert different == {}, f"(rebuilt, then) of {fingerprint} at {at}"


@pytest.mark.parametrize("seed", range(3))
def test_the_trail_has_no_gaps_and_ends_where_the_finding_stands(store: Store, seed: int) -> None:
    chance = random.Random(100 + seed)
    for number in range(40):
        _something(store, chance, START + timedelta(hours=7 * number))
    records = store.findings()
    assert records
    for record in records:
        status = None
        for line in store.history(record.fingerprint):
            assert line.before is status
            status = line.after
            assert line.who or line.event not in BY_PERSON
            assert line.event is not Event.NOT_JUDGED
        assert status is record.status
