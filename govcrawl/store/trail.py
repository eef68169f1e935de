"""Steps applied to rows, each with its line in the audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from govcrawl.model import Status
from govcrawl.store.columns import clean, clean_or_none
from govcrawl.store.finding_rows import Values, put_state, state_of
from govcrawl.store.lifecycle import Event, Given, Refused, State, step
from govcrawl.store.tables import FindingRow, TransitionRow

_REASONS = {
    Event.EXEMPTION_ENDED: "报备到期，恢复监测。",
    Event.DEADLINE_PASSED: "已过整改期限。",
    Event.SUBJECT_CHANGED: "情况与排除误报时不同，需重新核实。",
}


class Trail:
    """Applies events to rows and gathers the lines of the audit trail."""

    def __init__(self, *, run: int | None, who: str, now: datetime) -> None:
        self.run = run
        self.who = who
        self.now = now
        self.lines: list[Values] = []

    def apply(
        self,
        row: FindingRow,
        event: Event,
        given: Given | None = None,
        *,
        reason: str | None = None,
        always: bool = False,
    ) -> Refused | None:
        """One step; a line is written where the state changes, or always."""
        before = state_of(row)
        after = step(before, event, Given() if given is None else given)
        if isinstance(after, Refused):
            return after
        if after == before and not always:
            return None
        put_state(row, after, self.now)
        reason = reason if reason is not None else _machine_reason(before, event, after)
        self.note(row, event, before.status, reason)
        return None

    def note(self, row: FindingRow, event: Event, before: Status | None, reason: str | None) -> None:
        """A line about the row as it now stands."""
        if reason is not None:
            row.reason = clean(reason)
        row.changed_at = self.now
        self.lines.append(
            {
                "finding": row.id,
                "at": self.now,
                "event": event.value,
                "before": None if before is None else before.value,
                "after": row.status,
                "who": self.who,
                "reason": clean_or_none(reason),
                "run": self.run,
                "was_confirmed": row.was_confirmed,
                "recurred": row.recurred,
                "overdue": row.overdue,
                "seen_right": row.seen_right,
                "deadline": row.deadline,
                "exempt_until": row.exempt_until,
                "notice": row.notice,
            }
        )

    def write(self, session: Session) -> None:
        """All lines, in the order in which they happened."""
        if self.lines:
            session.execute(insert(TransitionRow), self.lines)


def _machine_reason(before: State, event: Event, after: State) -> str | None:
    if event is Event.SEEN_RIGHT:
        if after.status is not Status.CORRECTED:
            return "复查正常，待人工确认。"
        return "复查正常，予以销号。" if before.was_confirmed else "复查正常，疑似问题排除。"
    if event in {Event.SEEN_CERTAIN, Event.SEEN_UNCERTAIN} and before.status is Status.CORRECTED:
        return "销号后再次出现。" if before.was_confirmed else "疑似问题再次出现。"
    if event is Event.SEEN_CERTAIN and before.status is Status.REPLIED:
        return "反馈后复查，问题仍然存在。"
    return _REASONS.get(event)
