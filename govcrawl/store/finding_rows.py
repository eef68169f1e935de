"""Rows of findings: made from what a run saw, and turned into states and records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govcrawl.model import Evidence, FindingRecord, Origin, Severity, Status
from govcrawl.store.columns import (
    DETAIL_LIMIT,
    EVIDENCE_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
    bounded,
    clean,
    clean_or_none,
)
from govcrawl.store.lifecycle import State
from govcrawl.store.shapes import FindingSeen
from govcrawl.store.tables import FindingRow, ObservationRow, TransitionRow

_MORE_PAGES = 20
_SNIPPET_LIMIT = 2_000
_PROOF = frozenset({"severity", "points", "title", "detail", "evidence"})

Values = dict[str, Any]


def observed(seen: FindingSeen) -> Values:
    """What belongs to one sighting: the columns that `findings` and `observations` share."""
    finding = seen.finding
    severity = finding.severity if finding.severity is not None else seen.rule.severity
    return {
        "severity": severity.value,
        "points": seen.points,
        "page": clean(finding.page, URL_LIMIT),
        "occurrences": finding.occurrences,
        "more_pages": [clean(page, URL_LIMIT) for page in finding.more_pages[:_MORE_PAGES]],
        "on_home": finding.on_home,
        "title": clean(finding.title, TITLE_LIMIT),
        "detail": bounded(finding.detail, DETAIL_LIMIT),
        "evidence": evidence_values(finding.evidence),
    }


def attributes(seen: FindingSeen, site: str) -> Values:
    """What is true of the finding whatever the sighting: rule, place in the city, who answers."""
    finding = seen.finding
    return {
        "check": clean(seen.check, 100),
        "rule": clean(finding.rule, 100),
        "basis": clean(seen.rule.basis if finding.basis is None else finding.basis, TEXT_LIMIT),
        "fix": clean(seen.rule.fix, TEXT_LIMIT),
        "site": clean(site, 255),
        "account": clean_or_none(finding.account, 255),
        "unit": clean_or_none(seen.unit, 255),
        "sponsor": clean_or_none(seen.sponsor, 255),
        "column": clean_or_none(finding.column, URL_LIMIT),
        "target": clean_or_none(finding.target, URL_LIMIT),
        "external": finding.external,
        "profile": clean_or_none(seen.profile, 255),
    }


def evidence_values(evidence: Evidence) -> Values:
    """Evidence as JSON, bounded."""
    return bounded(
        {
            "snippet": clean(evidence.snippet, _SNIPPET_LIMIT),
            "line": evidence.line,
            "selector": clean(evidence.selector, _SNIPPET_LIMIT),
            "screenshot": clean_or_none(evidence.screenshot, URL_LIMIT),
            "observed": list(evidence.observed[:_MORE_PAGES]),
        },
        EVIDENCE_LIMIT,
    )


def update_from_sighting(row: FindingRow, values: Values, *, certain: bool) -> bool:
    """Puts the newest sighting into the row, whose status is already what the sighting made it.

    What proves a confirmed finding is not replaced by what a later run was unsure of. Returns
    whether the sighting is now the proof.
    """
    proves = certain or not row.was_confirmed or row.status == Status.SUSPECTED
    for name, value in values.items():
        if proves or name not in _PROOF:
            setattr(row, name, value)
    return proves


def state_of(row: FindingRow) -> State:
    """The state that the life cycle works on."""
    return State(
        status=Status(row.status),
        origin=Origin(row.origin),
        was_confirmed=row.was_confirmed,
        recurred=row.recurred,
        overdue=row.overdue,
        seen_right=row.seen_right,
        deadline=row.deadline,
        exempt_until=row.exempt_until,
        notice=row.notice,
    )


def put_state(row: FindingRow, state: State, now: datetime) -> None:
    """The state that the life cycle gave, into the row."""
    if row.status != state.status.value:
        row.status = state.status.value
        row.status_since = now
    row.was_confirmed = state.was_confirmed
    row.recurred = state.recurred
    row.overdue = state.overdue
    row.seen_right = state.seen_right
    row.deadline = state.deadline
    row.exempt_until = state.exempt_until
    row.notice = state.notice


def state_after(step: TransitionRow, origin: str) -> State:
    """The state that a line of the audit trail led to."""
    return State(
        status=Status(step.after),
        origin=Origin(origin),
        was_confirmed=step.was_confirmed,
        recurred=step.recurred,
        overdue=step.overdue,
        seen_right=step.seen_right,
        deadline=step.deadline,
        exempt_until=step.exempt_until,
        notice=step.notice,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A finding at an earlier moment, as far as it differs from the row."""

    state: State
    since: datetime
    reason: str | None
    last_seen: datetime
    run: int | None
    sighting: ObservationRow | None = None
    """Where it was last seen by then; None: the same as now, or thinned out since."""
    proof: ObservationRow | None = None
    """What proved it by then; None: the same."""


def record(row: FindingRow, past: Past | None = None) -> FindingRecord:
    """A finding as the other rooms see it: as it stands, or as it stood."""
    if past is None:
        past = Past(
            state=state_of(row),
            since=row.status_since,
            reason=row.reason,
            last_seen=row.last_seen,
            run=row.run,
        )
    state = past.state
    seen: FindingRow | ObservationRow = row if past.sighting is None else past.sighting
    proof: FindingRow | ObservationRow = row if past.proof is None else past.proof
    return FindingRecord(
        fingerprint=row.fingerprint,
        check=row.check,
        rule=row.rule,
        severity=Severity(proof.severity),
        points=proof.points,
        basis=row.basis,
        fix=row.fix,
        site=row.site,
        account=row.account,
        unit=row.unit,
        sponsor=row.sponsor,
        column=row.column,
        page=seen.page,
        target=row.target,
        occurrences=seen.occurrences,
        more_pages=tuple(seen.more_pages),
        on_home=seen.on_home,
        external=row.external,
        title=proof.title,
        detail=dict(proof.detail),
        evidence=_evidence(proof.evidence),
        status=state.status,
        status_since=past.since,
        overdue=state.overdue,
        recurred=state.recurred,
        origin=Origin(row.origin),
        first_seen=row.first_seen,
        last_seen=past.last_seen,
        deadline=state.deadline,
        exempt_until=state.exempt_until,
        reason=past.reason,
        notice=state.notice,
        run=past.run,
        profile=row.profile,
        was_confirmed=state.was_confirmed,
    )


def _evidence(values: Values) -> Evidence:
    return Evidence(
        snippet=values.get("snippet") or "",
        line=values.get("line"),
        selector=values.get("selector") or "",
        screenshot=values.get("screenshot"),
        observed=tuple(values.get("observed") or ()),
    )
