"""How findings were corrected in a period: what had to be, what was, by whom, how fast.

Counted are vetoes and problems (需整改); hints are not. Pure: from the findings at both ends of the
period and the audit trails of what happened in it.

* To be corrected (应整改): what stood verified when the period began, what became so in it, and what stands
  so when it ends (an exemption over); less what was found to be a false alarm or is exempt then.
* Corrected (已整改): of these, what a complete run saw right, or a person closed, and what still is so when
  the period ends.
* Days: from the notice to the unit, else from the day it was verified, to the correction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from govcrawl.model import FindingRecord, Origin, Severity, Status
from govcrawl.store import Event, Transition
from reports.entries import VERIFIED
from reports.results import within

_SET_ASIDE = frozenset({Status.DISMISSED, Status.EXEMPT})
_ANSWERS = frozenset({Event.REPLY, Event.DISPUTE})
_CLOSED = frozenset({Status.CORRECTED, Status.DISMISSED})
_DAY = 86_400

Trails = Mapping[str, Sequence[Transition]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """The numbers of one unit, or of all."""

    due: int
    """To be corrected (应整改)."""
    corrected: int
    by_hand: int
    """Of the corrected: closed by a person, not seen right by a run."""
    issued: int
    """Told to the unit by a notice within the period."""
    answered: int
    overdue: int
    """At the end of the period."""
    disputed: int
    """At the end of the period."""
    recurred: int
    """Corrected before, and seen again within the period."""
    days: float | None
    """Mean of those corrected; None: there are none."""

    @property
    def open(self) -> int:
        """What is still to be corrected."""
        return self.due - self.corrected

    @property
    def rate(self) -> float | None:
        """Share corrected, 0 to 1; None where nothing was to be corrected."""
        return self.corrected / self.due if self.due else None

    def to_json(self) -> dict[str, object]:
        """The numbers by name."""
        return {
            "due": self.due,
            "corrected": self.corrected,
            "corrected_by_hand": self.by_hand,
            "open": self.open,
            "rate": None if self.rate is None else round(self.rate, 4),
            "issued": self.issued,
            "answered": self.answered,
            "overdue": self.overdue,
            "disputed": self.disputed,
            "recurred": self.recurred,
            "days": None if self.days is None else round(self.days, 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReports:
    """Messages of the 找错 platform that came in within the period, whatever was known before."""

    received: int
    true: int
    """Not found to be false."""
    answered: int
    """Closed or answered by the end of the period."""
    in_time: int
    """Answered within their deadline."""


def corrections_of(
    before: Iterable[FindingRecord],
    after: Iterable[FindingRecord],
    trails: Trails,
    first: datetime,
    end: datetime,
) -> Corrections:
    """The numbers of a period, from `first` up to but without `end`.

    Args:
        before: findings as they stood when it began.
        after: the same as they stand when it ends.
        trails: of what happened in it (`Store.trails`).
        first: its first moment, aware.
        end: the first moment after it.
    """
    stood = {record.fingerprint for record in before if record.status in VERIFIED}
    now = {record.fingerprint: record for record in after if record.severity is not Severity.ADVICE}
    happened = {key: _within(steps, first, end) for key, steps in trails.items() if key in now}
    due = {
        key
        for key, record in now.items()
        if record.status not in _SET_ASIDE
        and (
            key in stood
            or record.status in VERIFIED
            or any(step.after in VERIFIED for step in happened.get(key, ()))
        )
    }
    corrected = [key for key in due if now[key].status is Status.CORRECTED and now[key].was_confirmed]
    days = [spent for key in corrected if (spent := _days(trails.get(key, ()))) is not None]
    return Corrections(
        due=len(due),
        corrected=len(corrected),
        by_hand=sum(_closed_by_hand(trails.get(key, ())) for key in corrected),
        issued=_count(happened, lambda s: s.event is Event.NOTIFY and s.before is not Status.NOTIFIED),
        answered=_count(happened, lambda s: s.event in _ANSWERS),
        overdue=sum(now[key].overdue for key in due),
        disputed=sum(now[key].status is Status.DISPUTED for key in due),
        recurred=sum(key in now and came_back(steps, first, end) for key, steps in trails.items()),
        days=sum(days) / len(days) if days else None,
    )


def _closed_by_hand(steps: Sequence[Transition]) -> bool:
    """Was the step that corrected it, the last one of them, a person's."""
    closing = [
        step.event for step in steps if step.after is Status.CORRECTED and step.before is not step.after
    ]
    return bool(closing) and closing[-1] is Event.CLOSE


def came_back(steps: Sequence[Transition], first: datetime, end: datetime) -> bool:
    """Was a fault that had been mended seen or reported again within the period.

    The fact `recurred` stays with a finding, so the steps tell: what a person opens again was closed by
    mistake, and a suspicion that was lifted had never been a fault.

    Args:
        steps: its whole audit trail.
        first: first moment of the period.
        end: the first moment after it.
    """
    return any(
        step.before is Status.CORRECTED
        and step.after not in _CLOSED
        and step.event is not Event.REOPEN
        and earlier.was_confirmed
        and within(step.at, first, end)
        for earlier, step in pairwise(steps)
    )


def by_unit(
    before: Sequence[FindingRecord],
    after: Sequence[FindingRecord],
    trails: Trails,
    first: datetime,
    end: datetime,
    units: Collection[str | None],
) -> dict[str | None, Corrections]:
    """The same by the unit that must mend; findings of units that are not in `units` count as of None."""

    def of(records: Iterable[FindingRecord]) -> dict[str | None, list[FindingRecord]]:
        groups: dict[str | None, list[FindingRecord]] = {}
        for record in records:
            groups.setdefault(record.unit if record.unit in units else None, []).append(record)
        return groups

    earlier, later = of(before), of(after)
    return {
        unit: corrections_of(earlier.get(unit, ()), records, trails, first, end)
        for unit, records in later.items()
    }


def error_reports_of(
    after: Iterable[FindingRecord], trails: Trails, first: datetime, end: datetime
) -> ErrorReports:
    """The messages that came in within a period."""
    own = [
        (record, message, steps[place + 1 :])
        for record in after
        if record.origin is Origin.ERROR_REPORT
        for steps in (trails.get(record.fingerprint, ()),)
        for place, message in enumerate(steps)
        if message.event is Event.REPORTED and within(message.at, first, end)
    ]
    answers = [(message, _answered(later)) for _, message, later in own]
    return ErrorReports(
        received=len(own),
        true=sum(record.status is not Status.DISMISSED for record, _, _ in own),
        answered=sum(at is not None for _, at in answers),
        in_time=sum(
            at is not None and message.deadline is not None and at <= message.deadline
            for message, at in answers
        ),
    )


def _within(steps: Iterable[Transition], first: datetime, end: datetime) -> list[Transition]:
    return [step for step in steps if within(step.at, first, end)]


def _count(happened: Mapping[str, Sequence[Transition]], wanted: Callable[[Transition], bool]) -> int:
    """Findings to which a step of that kind happened; none twice."""
    return sum(any(wanted(step) for step in steps) for steps in happened.values())


def _days(steps: Sequence[Transition]) -> float | None:
    """From the notice (else from when it was verified) to the last correction, of its last life."""
    verified = told = done = None
    for step in steps:
        if step.before in _CLOSED and step.after not in _CLOSED:
            verified = told = done = None
        if verified is None and step.after in VERIFIED:
            verified = step.at
        if told is None and step.event is Event.NOTIFY:
            told = step.at
        if step.after is Status.CORRECTED and step.before is not Status.CORRECTED:
            done = step.at
    begun = told or verified
    return None if begun is None or done is None else (done - begun).total_seconds() / _DAY


def _answered(steps: Iterable[Transition]) -> datetime | None:
    """When somebody first answered or closed it."""
    return next((s.at for s in steps if s.event in _ANSWERS or s.after in _CLOSED), None)
