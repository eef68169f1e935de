"""When may a run say that a finding is right now? Only when it could have seen it."""

from __future__ import annotations

import pytest
from store_samples import DEAD, HOME, key, seen

from govcrawl.store.lifecycle import Event
from govcrawl.store.settle import Standing, merged, too_small, unseen
from govcrawl.store.shapes import RunScope

COLUMN = HOME + "yw/"
STANDING = Standing("link-broken", HOME, DEAD, COLUMN, (HOME + "b", HOME + "c"))
WHOLE = {
    "rules": frozenset({"link-broken"}),
    "pages": frozenset({HOME, HOME + "b"}),
    "unsettled": frozenset({"http://other.example.com/"}),
    "complete": True,
}


@pytest.mark.parametrize(
    ("change", "cut", "expected"),
    [
        ({}, False, Event.SEEN_RIGHT),
        ({"complete": False}, False, Event.NOT_JUDGED),
        ({"rules": frozenset({"ad-link"})}, False, Event.NOT_JUDGED),
        ({"pages": frozenset({HOME + "b"})}, False, Event.NOT_JUDGED),
        ({"unsettled": frozenset({DEAD})}, False, Event.NOT_JUDGED),
        ({"unsettled": frozenset({HOME})}, False, Event.NOT_JUDGED),
        ({"unsettled": frozenset({COLUMN})}, False, Event.NOT_JUDGED),
        # It also stood on pages that this run did not come to, for it ended at a limit.
        ({"pages": frozenset({HOME})}, True, Event.NOT_JUDGED),
        ({"pages": frozenset({HOME})}, False, Event.SEEN_RIGHT),
        # Old articles sink below the limit: half of the known places is enough.
        ({}, True, Event.SEEN_RIGHT),
        ({"pages": frozenset({HOME, HOME + "b", HOME + "c"})}, True, Event.SEEN_RIGHT),
    ],
)
def test_unseen(change: dict[str, object], cut: bool, expected: Event) -> None:
    assert unseen(STANDING, RunScope(**(WHOLE | change)), cut=cut) is expected  # type: ignore[arg-type]


def test_a_finding_without_target_or_column_is_not_held_up_by_an_empty_address() -> None:
    standing = Standing("link-broken", HOME, None, None)
    assert unseen(standing, RunScope(**WHOLE), cut=False) is Event.SEEN_RIGHT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pages", "baseline", "expected"),
    [(49, 100, True), (50, 100, False), (0, None, False), (1, 0, False), (0, 1, True)],
)
def test_too_small(pages: int, baseline: int | None, expected: bool) -> None:
    assert too_small(pages, baseline) is expected


def test_of_two_findings_with_one_fingerprint_the_surer_stays() -> None:
    unsure, sure, late = seen(certain=False), seen(certain=True), seen(certain=True)
    assert merged([(key(), unsure), (key(), sure), (key(), late)]) == {key(): sure}


@pytest.mark.parametrize(("pair", "expected"), [(HOME, Event.NOT_JUDGED), (HOME + "b", Event.SEEN_RIGHT)])
def test_what_was_asked_and_gave_no_answer_is_not_right(pair: str, expected: Event) -> None:
    scope = RunScope(**WHOLE, undecided=frozenset({("link-broken", pair)}))  # type: ignore[arg-type]
    assert unseen(STANDING, scope, cut=False) is expected
