"""The life of a finding: every pair of status and event, and what holds in any order of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govcrawl.model import Origin, Status
from govcrawl.store.lifecycle import BY_PERSON, TABLE, Event, Given, Refused, State, as_of, step

NOW = datetime(2026, 11, 16, 14, tzinfo=UTC)
LATER = NOW + timedelta(days=10)

# One row an event; one letter a status, in the order of STATUSES: where a machine's finding goes
# (lower case: never confirmed; for those that go back), "." stays, "-" is refused.
STATUSES = (
    Status.SUSPECTED,
    Status.CONFIRMED,
    Status.NOTIFIED,
    Status.REPLIED,
    Status.DISPUTED,
    Status.CORRECTED,
    Status.DISMISSED,
    Status.EXEMPT,
)
LETTERS = {
    "S": Status.SUSPECTED,
    "C": Status.CONFIRMED,
    "N": Status.NOTIFIED,
    "R": Status.REPLIED,
    "P": Status.DISPUTED,
    "X": Status.CORRECTED,
    "D": Status.DISMISSED,
    "E": Status.EXEMPT,
}
#                          S C N R P X D E
EXPECTED = {
    Event.SEEN_CERTAIN: "C . . N . C . .",
    Event.SEEN_UNCERTAIN: ". . . . . S . .",
    Event.SEEN_RIGHT: "X X X X . . . .",
    Event.NOT_JUDGED: ". . . . . . . .",
    Event.SUBJECT_CHANGED: ". . . . . . S .",
    Event.EXEMPTION_ENDED: "- - - - - - - C",
    Event.DEADLINE_PASSED: "- - . - - - - -",
    Event.REPORTED: "C . . N . C S .",
    Event.CONFIRM: "C - - - - - - -",
    Event.DISMISS: "D D D D D D - D",
    Event.EXEMPT: "E E E E E - - .",
    Event.NOTIFY: "- N . - - - - -",
    Event.REPLY: "- - R . - - - -",
    Event.DISPUTE: "P P P P . - - -",
    Event.UPHOLD: "- - - - N - - -",
    Event.REOPEN: "- - - N - C S C",
    Event.CLOSE: "X X X X X - - X",
}
PAIRS = [
    (status, event, letter)
    for event, letters in EXPECTED.items()
    for status, letter in zip(STATUSES, letters.split(), strict=True)
]


def state_of(status: Status, *, origin: Origin = Origin.MACHINE, was_confirmed: bool = True) -> State:
    """A typical state of that status."""
    noticed = status in {Status.NOTIFIED, Status.REPLIED, Status.DISPUTED}
    return State(
        status=status,
        origin=origin,
        was_confirmed=was_confirmed and status is not Status.SUSPECTED,
        deadline=LATER if noticed else None,
        notice="2026-012" if noticed else None,
        exempt_until=LATER if status is Status.EXEMPT else None,
    )


def go(state: State, event: Event, **more: object) -> State:
    outcome = step(state, event, Given(exempt_until=LATER, **more))  # type: ignore[arg-type]
    assert isinstance(outcome, State), outcome
    return outcome


def test_the_expectation_names_every_pair() -> None:
    assert set(EXPECTED) == set(Event)
    assert set(STATUSES) == set(Status) == set(TABLE)


@pytest.mark.parametrize(("status", "event", "letter"), PAIRS)
def test_every_pair(status: Status, event: Event, letter: str) -> None:
    outcome = step(state_of(status), event, Given(exempt_until=LATER))
    if letter == "-":
        assert isinstance(outcome, Refused), f"{status} + {event} must be refused"
        assert status.zh in outcome.reason
        assert event.zh in outcome.reason
    else:
        assert isinstance(outcome, State), f"{status} + {event} must be possible"
        assert outcome.status is (status if letter == "." else LETTERS[letter])


# Where the table depends on a fact: never confirmed (machine), or brought by a person.
NEVER_CONFIRMED = {
    (Status.CORRECTED, Event.REOPEN): Status.SUSPECTED,
    (Status.EXEMPT, Event.REOPEN): Status.SUSPECTED,
    (Status.EXEMPT, Event.EXEMPTION_ENDED): Status.SUSPECTED,
}


@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize(("status", "event", "letter"), PAIRS)
def test_every_pair_whoever_brought_it_and_however_sure(
    status: Status, event: Event, letter: str, confirmed: bool, origin: Origin
) -> None:
    sure = confirmed or status in {Status.CONFIRMED, Status.NOTIFIED, Status.REPLIED}
    before = state_of(status, origin=origin, was_confirmed=sure)
    outcome = step(before, event, Given(exempt_until=LATER))
    assert isinstance(outcome, Refused) is (letter == "-"), f"{origin}: {status} + {event}"
    if isinstance(outcome, Refused):
        return
    expected = status if letter == "." else LETTERS[letter]
    if event is Event.SEEN_RIGHT and origin is not Origin.MACHINE:
        expected = status
    elif not before.was_confirmed:
        expected = NEVER_CONFIRMED.get((status, event), expected)
    assert outcome.status is expected, f"{origin}, confirmed {sure}: {status} + {event}"
    assert outcome.origin is origin


@pytest.mark.parametrize("origin", [origin for origin in Origin if origin is not Origin.MACHINE])
@pytest.mark.parametrize("status", STATUSES)
def test_what_a_person_found_only_a_person_closes(status: Status, origin: Origin) -> None:
    state = state_of(status, origin=origin)
    right = go(state, Event.SEEN_RIGHT)
    assert right.status is status
    assert right.seen_right, "the person must be shown that a run saw it right"
    if status is Status.EXEMPT:
        assert go(right, Event.EXEMPTION_ENDED).status is not Status.CORRECTED


@pytest.mark.parametrize("event", list(Event))
def test_only_a_sighting_or_a_report_begins_a_life(event: Event) -> None:
    begins = {
        Event.SEEN_CERTAIN: Status.CONFIRMED,
        Event.SEEN_UNCERTAIN: Status.SUSPECTED,
        Event.REPORTED: Status.CONFIRMED,
    }
    outcome = step(None, event)
    if event in begins:
        assert isinstance(outcome, State)
        assert outcome.status is begins[event]
    else:
        assert isinstance(outcome, Refused)


def test_a_lifted_suspicion_is_no_correction_and_its_return_no_recurrence() -> None:
    lifted = go(State(status=Status.SUSPECTED), Event.SEEN_RIGHT)
    assert (lifted.status, lifted.was_confirmed) == (Status.CORRECTED, False)
    back = go(lifted, Event.SEEN_CERTAIN)
    assert (back.status, back.recurred) == (Status.CONFIRMED, False)


@pytest.mark.parametrize("event", [Event.SEEN_CERTAIN, Event.SEEN_UNCERTAIN, Event.REPORTED])
def test_a_mended_fault_that_is_seen_again_recurred(event: Event) -> None:
    mended = go(state_of(Status.NOTIFIED), Event.SEEN_RIGHT)
    assert (mended.status, mended.was_confirmed, mended.notice) == (Status.CORRECTED, True, "2026-012")
    back = go(mended, event)
    assert back.recurred
    assert (back.deadline, back.notice, back.overdue) == (None, None, False), "the old notice is done with"
    assert back.was_confirmed is (event is not Event.SEEN_UNCERTAIN)


def test_reopening_a_wrong_closing_is_no_recurrence() -> None:
    assert not go(state_of(Status.CORRECTED), Event.REOPEN).recurred


def test_exemption_ends_where_it_began_unless_it_was_mended_meanwhile() -> None:
    exempt = go(state_of(Status.NOTIFIED), Event.EXEMPT)
    assert (exempt.deadline, exempt.notice) == (None, None)
    assert go(exempt, Event.EXEMPTION_ENDED).status is Status.CONFIRMED
    assert (
        go(go(State(status=Status.SUSPECTED), Event.EXEMPT), Event.EXEMPTION_ENDED).status is Status.SUSPECTED
    )
    right = go(exempt, Event.SEEN_RIGHT)
    assert right.status is Status.EXEMPT
    assert go(right, Event.EXEMPTION_ENDED).status is Status.CORRECTED
    assert go(go(right, Event.SEEN_CERTAIN), Event.EXEMPTION_ENDED).status is Status.CONFIRMED


def test_an_exemption_needs_its_end() -> None:
    assert isinstance(step(state_of(Status.CONFIRMED), Event.EXEMPT), Refused)


def test_a_dispute_that_is_turned_down_goes_back_to_its_notice_or_to_confirmed() -> None:
    noticed = go(
        go(state_of(Status.NOTIFIED), Event.DISPUTE), Event.UPHOLD, deadline=LATER + timedelta(days=5)
    )
    assert (noticed.status, noticed.deadline) == (Status.NOTIFIED, LATER + timedelta(days=5))
    assert go(go(State(status=Status.SUSPECTED), Event.DISPUTE), Event.UPHOLD).status is Status.CONFIRMED


def test_the_clock_ends_exemptions_and_marks_deadlines() -> None:
    exempt, notified = state_of(Status.EXEMPT), state_of(Status.NOTIFIED)
    assert as_of(exempt, LATER - timedelta(seconds=1)) == []
    assert [event for event, _ in as_of(exempt, LATER)] == [Event.EXEMPTION_ENDED]
    assert as_of(notified, LATER) == [], "the deadline itself is still in time"
    ((event, late),) = as_of(notified, LATER + timedelta(seconds=1))
    assert (event, late.overdue) == (Event.DEADLINE_PASSED, True)
    assert as_of(late, LATER + timedelta(days=1)) == [], "once is enough"
    assert go(late, Event.REPLY).overdue, "a late reply was late"
    assert not go(late, Event.SEEN_RIGHT).overdue
    assert not go(late, Event.NOTIFY, deadline=LATER + timedelta(days=20)).overdue


EVENTS = st.lists(st.sampled_from(list(Event)), max_size=40)
ORIGINS = st.sampled_from(list(Origin))


@given(events=EVENTS, origin=ORIGINS)
@settings(max_examples=400, deadline=None)
def test_what_holds_in_any_order_of_events(events: list[Event], origin: Origin) -> None:
    begun = step(None, Event.SEEN_UNCERTAIN if origin is Origin.MACHINE else Event.REPORTED)
    assert isinstance(begun, State)
    state = replace(begun, origin=origin)
    recurred = False
    for event in events:
        outcome = step(state, event, Given(deadline=LATER, exempt_until=LATER, notice="2026-001"))
        if isinstance(outcome, Refused):
            assert event in BY_PERSON | {Event.DEADLINE_PASSED, Event.EXEMPTION_ENDED}, (
                "a run's word is never refused"
            )
            continue
        assert outcome == step(state, event, Given(deadline=LATER, exempt_until=LATER, notice="2026-001"))
        _check(state, event, outcome)
        recurred = recurred or outcome.recurred
        assert outcome.recurred == recurred, "that it came back once is never forgotten"
        state = outcome


def _check(before: State, event: Event, after: State) -> None:
    assert after.origin is before.origin
    assert (after.exempt_until is not None) == (after.status is Status.EXEMPT)
    assert not after.overdue or after.status in {Status.NOTIFIED, Status.REPLIED}
    assert after.was_confirmed or after.status not in {Status.CONFIRMED, Status.NOTIFIED, Status.REPLIED}
    if event is Event.NOT_JUDGED:
        assert after == before, "what a run could not judge changes nothing"
    if before.status is Status.DISMISSED and event not in {
        Event.SUBJECT_CHANGED,
        Event.REPORTED,
        Event.REOPEN,
    }:
        assert after.status is Status.DISMISSED
    if before.status is Status.EXEMPT and event not in BY_PERSON:
        assert after.status is Status.EXEMPT or event is Event.EXEMPTION_ENDED
    if event not in BY_PERSON and after.status is Status.CORRECTED and before.status is not Status.CORRECTED:
        assert before.origin is Origin.MACHINE
        assert before.status is not Status.DISPUTED
    if event is Event.SEEN_UNCERTAIN and before.status in {Status.SUSPECTED, Status.CORRECTED}:
        assert after.status is Status.SUSPECTED, "an unsure sight confirms nothing"
