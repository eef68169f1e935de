"""The life of a finding: one pure function over one table of transitions.

    suspected → confirmed → notified → replied → corrected
    and from the side: disputed, dismissed (false alarm), exempt (reported beforehand, until a day)

Rules that the table alone does not show:

* `corrected` says two things. With `was_confirmed` a fault was mended (销号); without it a suspicion
  was lifted, for no person and no second look had ever confirmed it. Reports count only the former
  as corrections.
* `recurred`: mended, then seen again. A lifted suspicion that comes back is no recurrence. The fact
  stays with the finding.
* What a person brought (`origin` other than machine) is closed by a person only: a run that sees it
  right leaves the status and notes `seen_right`. The same holds for a disputed finding, for the
  unit says that there never was a fault, and for an exempt one until its day has come.
* `overdue`: a notified finding whose deadline passed; it stays so when the unit replies late, and
  ends when the finding is closed, exempt, disputed, or noticed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from govcrawl.model import Origin, Status


class Event(StrEnum):
    """What can happen to a finding."""

    SEEN_CERTAIN = "seen-certain"
    SEEN_UNCERTAIN = "seen-uncertain"
    SEEN_RIGHT = "seen-right"
    """A complete enough run judged its rule, asked its page and settled all that it rests on."""
    NOT_JUDGED = "not-judged"
    SUBJECT_CHANGED = "subject-changed"
    """What a dismissal rested on is no longer so."""
    EXEMPTION_ENDED = "exemption-ended"
    DEADLINE_PASSED = "deadline-passed"
    REPORTED = "reported"
    """A person, the 找错 platform or a superior brought it."""
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    EXEMPT = "exempt"
    NOTIFY = "notify"
    REPLY = "reply"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    """The office looked at a dispute and keeps to the finding."""
    REOPEN = "reopen"
    CLOSE = "close"
    """A person has seen that it is mended."""

    @property
    def zh(self) -> str:
        """The word in papers and messages."""
        return _EVENT_ZH[self]


_EVENT_ZH = {
    Event.SEEN_CERTAIN: "巡查发现",
    Event.SEEN_UNCERTAIN: "巡查发现疑似",
    Event.SEEN_RIGHT: "复查正常",
    Event.NOT_JUDGED: "本次未能判定",
    Event.SUBJECT_CHANGED: "情况有变",
    Event.EXEMPTION_ENDED: "报备到期",
    Event.DEADLINE_PASSED: "整改逾期",
    Event.REPORTED: "人工登记",
    Event.CONFIRM: "核实",
    Event.DISMISS: "排除误报",
    Event.EXEMPT: "报备",
    Event.NOTIFY: "下发整改通知",
    Event.REPLY: "单位反馈",
    Event.DISPUTE: "单位提出异议",
    Event.UPHOLD: "维持认定",
    Event.REOPEN: "重新打开",
    Event.CLOSE: "人工销号",
}

BY_PERSON = frozenset(
    {
        Event.CONFIRM,
        Event.DISMISS,
        Event.EXEMPT,
        Event.NOTIFY,
        Event.REPLY,
        Event.DISPUTE,
        Event.UPHOLD,
        Event.REOPEN,
        Event.CLOSE,
    }
)
"""Steps that somebody takes; all others follow from what a run saw or from the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a finding stands, with the facts that its next step depends on. Times are UTC."""

    status: Status
    origin: Origin = Origin.MACHINE
    was_confirmed: bool = False
    """Confirmed since it was last opened, by a second look of the machine or by a person."""
    recurred: bool = False
    overdue: bool = False
    seen_right: bool = False
    """The last run that judged it saw it right, though it was not for the machine to close."""
    deadline: datetime | None = None
    exempt_until: datetime | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What comes with an event.

    An end with EXEMPT; a deadline and a number with NOTIFY; a deadline with REPORTED (of a 找错
    message), with UPHOLD, and with REOPEN of what a unit had replied to.
    """

    deadline: datetime | None = None
    exempt_until: datetime | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The event is not possible in this state; `reason` is a Chinese sentence."""

    reason: str


def step(state: State | None, event: Event, given: Given = Given()) -> State | Refused:
    """What a finding becomes.

    `state` is None for one that is not known yet: only a sighting or a report begins a life.
    """
    if state is None:
        return _begin(event, given)
    after = TABLE[state.status].get(event)
    if after is None:
        return Refused(f"状态为“{state.status.zh}”的问题不能执行“{event.zh}”。")
    if event is Event.EXEMPT and given.exempt_until is None:
        return Refused("报备须写明截止日期。")
    if event is Event.SEEN_RIGHT and state.origin is not Origin.MACHINE:
        after = state.status
    elif after is _BACK:
        after = _back(state, event)
    return _with_facts(state, event, after, given)


def as_of(state: State, moment: datetime) -> list[tuple[Event, State]]:
    """The steps that the clock alone has brought about by that moment, in order; often none."""
    steps: list[tuple[Event, State]] = []
    if state.status is Status.EXEMPT and state.exempt_until is not None and state.exempt_until <= moment:
        steps.append((Event.EXEMPTION_ENDED, _sure(step(state, Event.EXEMPTION_ENDED))))
    elif (
        state.status is Status.NOTIFIED
        and not state.overdue
        and state.deadline is not None
        and state.deadline < moment
    ):
        steps.append((Event.DEADLINE_PASSED, _sure(step(state, Event.DEADLINE_PASSED))))
    return steps


_BACK = "back"
"""To where it stood before it was set aside; depends on the facts (`_back`)."""

_SUSPECTED, _CONFIRMED, _NOTIFIED, _REPLIED = (
    Status.SUSPECTED,
    Status.CONFIRMED,
    Status.NOTIFIED,
    Status.REPLIED,
)
_DISPUTED, _CORRECTED, _DISMISSED, _EXEMPT = (
    Status.DISPUTED,
    Status.CORRECTED,
    Status.DISMISSED,
    Status.EXEMPT,
)

TABLE: Mapping[Status, Mapping[Event, Status | str]] = MappingProxyType(
    {
        _SUSPECTED: {
            Event.SEEN_CERTAIN: _CONFIRMED,
            Event.SEEN_UNCERTAIN: _SUSPECTED,
            Event.SEEN_RIGHT: _CORRECTED,
            Event.NOT_JUDGED: _SUSPECTED,
            Event.SUBJECT_CHANGED: _SUSPECTED,
            Event.REPORTED: _CONFIRMED,
            Event.CONFIRM: _CONFIRMED,
            Event.DISMISS: _DISMISSED,
            Event.EXEMPT: _EXEMPT,
            Event.DISPUTE: _DISPUTED,
            Event.CLOSE: _CORRECTED,
        },
        _CONFIRMED: {
            Event.SEEN_CERTAIN: _CONFIRMED,
            Event.SEEN_UNCERTAIN: _CONFIRMED,
            Event.SEEN_RIGHT: _CORRECTED,
            Event.NOT_JUDGED: _CONFIRMED,
            Event.SUBJECT_CHANGED: _CONFIRMED,
            Event.REPORTED: _CONFIRMED,
            Event.DISMISS: _DISMISSED,
            Event.EXEMPT: _EXEMPT,
            Event.NOTIFY: _NOTIFIED,
            Event.DISPUTE: _DISPUTED,
            Event.CLOSE: _CORRECTED,
        },
        _NOTIFIED: {
            Event.SEEN_CERTAIN: _NOTIFIED,
            Event.SEEN_UNCERTAIN: _NOTIFIED,
            Event.SEEN_RIGHT: _CORRECTED,
            Event.NOT_JUDGED: _NOTIFIED,
            Event.SUBJECT_CHANGED: _NOTIFIED,
            Event.REPORTED: _NOTIFIED,
            Event.DEADLINE_PASSED: _NOTIFIED,
            Event.DISMISS: _DISMISSED,
            Event.EXEMPT: _EXEMPT,
            Event.NOTIFY: _NOTIFIED,
            Event.REPLY: _REPLIED,
            Event.DISPUTE: _DISPUTED,
            Event.CLOSE: _CORRECTED,
        },
        _REPLIED: {
            # The unit said it was mended; only a sure sight of the fault says otherwise.
            Event.SEEN_CERTAIN: _NOTIFIED,
            Event.SEEN_UNCERTAIN: _REPLIED,
            Event.SEEN_RIGHT: _CORRECTED,
            Event.NOT_JUDGED: _REPLIED,
            Event.SUBJECT_CHANGED: _REPLIED,
            Event.REPORTED: _NOTIFIED,
            Event.DISMISS: _DISMISSED,
            Event.EXEMPT: _EXEMPT,
            Event.REPLY: _REPLIED,
            Event.DISPUTE: _DISPUTED,
            Event.REOPEN: _NOTIFIED,
            Event.CLOSE: _CORRECTED,
        },
        _DISPUTED: {
            Event.SEEN_CERTAIN: _DISPUTED,
            Event.SEEN_UNCERTAIN: _DISPUTED,
            Event.SEEN_RIGHT: _DISPUTED,
            Event.NOT_JUDGED: _DISPUTED,
            Event.SUBJECT_CHANGED: _DISPUTED,
            Event.REPORTED: _DISPUTED,
            Event.DISMISS: _DISMISSED,
            Event.EXEMPT: _EXEMPT,
            Event.DISPUTE: _DISPUTED,
            Event.UPHOLD: _BACK,
            Event.CLOSE: _CORRECTED,
        },
        _CORRECTED: {
            Event.SEEN_CERTAIN: _CONFIRMED,
            Event.SEEN_UNCERTAIN: _SUSPECTED,
            Event.SEEN_RIGHT: _CORRECTED,
            Event.NOT_JUDGED: _CORRECTED,
            Event.SUBJECT_CHANGED: _CORRECTED,
            Event.REPORTED: _CONFIRMED,
            # A false alarm that was noticed late: the month's figures should not hold it.
            Event.DISMISS: _DISMISSED,
            Event.REOPEN: _BACK,
        },
        _DISMISSED: {
            Event.SEEN_CERTAIN: _DISMISSED,
            Event.SEEN_UNCERTAIN: _DISMISSED,
            Event.SEEN_RIGHT: _DISMISSED,
            Event.NOT_JUDGED: _DISMISSED,
            Event.SUBJECT_CHANGED: _SUSPECTED,
            Event.REPORTED: _SUSPECTED,
            Event.REOPEN: _SUSPECTED,
        },
        _EXEMPT: {
            Event.SEEN_CERTAIN: _EXEMPT,
            Event.SEEN_UNCERTAIN: _EXEMPT,
            Event.SEEN_RIGHT: _EXEMPT,
            Event.NOT_JUDGED: _EXEMPT,
            Event.SUBJECT_CHANGED: _EXEMPT,
            Event.REPORTED: _EXEMPT,
            Event.EXEMPTION_ENDED: _BACK,
            Event.DISMISS: _DISMISSED,
            Event.EXEMPT: _EXEMPT,
            Event.REOPEN: _BACK,
            Event.CLOSE: _CORRECTED,
        },
    }
)
"""Status × event → status. A pair that is missing is refused."""

_CLOSED = frozenset({_CORRECTED, _DISMISSED})


def _begin(event: Event, given: Given) -> State | Refused:
    if event is Event.SEEN_CERTAIN:
        return State(status=_CONFIRMED, was_confirmed=True)
    if event is Event.SEEN_UNCERTAIN:
        return State(status=_SUSPECTED)
    if event is Event.REPORTED:
        return State(status=_CONFIRMED, was_confirmed=True, origin=Origin.PERSON, deadline=given.deadline)
    return Refused(f"没有这个问题，不能执行“{event.zh}”。")


def _back(state: State, event: Event) -> Status:
    """Where a disputed, closed or exempt finding goes on."""
    if event is Event.UPHOLD:
        return _NOTIFIED if state.notice is not None else _CONFIRMED
    if event is Event.EXEMPTION_ENDED and state.seen_right and state.origin is Origin.MACHINE:
        return _CORRECTED
    return _CONFIRMED if state.was_confirmed else _SUSPECTED


def _with_facts(state: State, event: Event, after: Status | str, given: Given) -> State:
    new = replace(state, status=Status(after))
    return _with_terms(state, event, _with_certainty(state, event, new), given)


def _with_certainty(state: State, event: Event, new: State) -> State:
    """The facts of what is known: seen right, confirmed, come back."""
    if event in {Event.SEEN_CERTAIN, Event.SEEN_UNCERTAIN, Event.REPORTED, Event.SUBJECT_CHANGED}:
        new = replace(new, seen_right=False)
    elif event is Event.SEEN_RIGHT:
        new = replace(new, seen_right=True)
    if _reopened(state, new):
        mended = state.status is _CORRECTED and state.was_confirmed and event is not Event.REOPEN
        new = replace(new, was_confirmed=False, recurred=state.recurred or mended, seen_right=False)
    # A sure sight counts for disputed and exempt ones too, though it is not for the machine to act on it.
    sure = event is Event.SEEN_CERTAIN and new.status in {_DISPUTED, _EXEMPT}
    if sure or new.status in {_CONFIRMED, _NOTIFIED}:
        new = replace(new, was_confirmed=True)
    return new


def _with_terms(state: State, event: Event, new: State, given: Given) -> State:
    """The facts that a paper sets: notice, deadline, exemption."""
    if _reopened(state, new) or new.status is _EXEMPT:
        new = replace(new, deadline=None, notice=None, overdue=False)
    if event is Event.NOTIFY:
        notice = given.notice if given.notice is not None else state.notice
        new = replace(new, deadline=given.deadline, notice=notice, overdue=False)
    elif event is Event.REPORTED and new.status is not _EXEMPT and new.deadline is None:
        new = replace(new, deadline=given.deadline)
    elif event in {Event.UPHOLD, Event.REOPEN} and new.status is _NOTIFIED and given.deadline is not None:
        new = replace(new, deadline=given.deadline, overdue=False)
    elif event is Event.DEADLINE_PASSED:
        new = replace(new, overdue=True)
    if new.status not in {_NOTIFIED, _REPLIED}:
        new = replace(new, overdue=False)
    until = given.exempt_until if event is Event.EXEMPT else state.exempt_until
    return replace(new, exempt_until=until if new.status is _EXEMPT else None)


def _reopened(state: State, new: State) -> bool:
    return state.status in _CLOSED and new.status not in _CLOSED


def _sure(outcome: State | Refused) -> State:
    assert isinstance(outcome, State), outcome.reason
    return outcome
