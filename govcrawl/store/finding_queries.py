"""Findings read: as they stand, and as they stood at an earlier moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from govcrawl.model import FindingRecord, Severity, Status
from govcrawl.store.errors import FingerprintUnclear
from govcrawl.store.finding_rows import Past, record, state_after, state_of
from govcrawl.store.lifecycle import Event, as_of
from govcrawl.store.shapes import Transition
from govcrawl.store.tables import FindingRow, ObservationRow, TransitionRow
from govcrawl.store.upsert import chunks

_WEIGHT = {Severity.VETO: 0, Severity.PROBLEM: 1, Severity.ADVICE: 2}


def listed(
    session: Session,
    *,
    site: str | None,
    unit: str | None,
    statuses: Collection[Status] | None,
    run: int | None,
    at: datetime | None,
    include_trials: bool,
) -> list[FindingRecord]:
    """Findings by site, the weightiest first; see `Store.findings`."""
    query = select(FindingRow)
    if run is not None:
        query = query.where(
            FindingRow.id.in_(select(ObservationRow.finding).where(ObservationRow.run == run))
        )
    elif not include_trials:
        query = query.where(FindingRow.trial_run == 0)
    if site is not None:
        query = query.where(FindingRow.site == site)
    if unit is not None:
        query = query.where(FindingRow.unit == unit)
    if at is None:
        if statuses is not None:
            query = query.where(FindingRow.status.in_([status.value for status in statuses]))
        records = [record(row) for row in session.scalars(query)]
    else:
        records = [
            found
            for found in _as_they_stood(session, query, at)
            if statuses is None or found.status in statuses
        ]
    records.sort(key=lambda f: (f.site or "", _WEIGHT[f.severity], f.rule, f.page, f.fingerprint))
    return records


def untold(session: Session, rules: Collection[str], *, lock: bool = False) -> list[FindingRow]:
    """Confirmed findings of some rules of which whoever is on duty has not heard since."""
    query = (
        select(FindingRow)
        .where(
            FindingRow.trial_run == 0,
            FindingRow.status == Status.CONFIRMED.value,
            FindingRow.rule.in_(sorted(rules)),
            or_(FindingRow.duty_told_at.is_(None), FindingRow.duty_told_at < FindingRow.status_since),
        )
        .order_by(FindingRow.site, FindingRow.id)
    )
    return list(session.scalars(query.with_for_update() if lock else query))


def by_prefix(session: Session, prefix: str, *, lock: bool = False) -> FindingRow | None:
    """The registered finding whose fingerprint begins so, or None.

    Raises:
        FingerprintUnclear: several do; the message names some of them.
    """
    prefix = prefix.strip().lower()
    if not prefix or not set(prefix) <= set("0123456789abcdef"):
        return None
    query = select(FindingRow).where(FindingRow.trial_run == 0, FindingRow.fingerprint.startswith(prefix))
    query = query.order_by(FindingRow.fingerprint).limit(4)
    rows = list(session.scalars(query.with_for_update() if lock else query))
    if len(rows) > 1:
        some = "、".join(row.fingerprint for row in rows)
        raise FingerprintUnclear(f"问题编号“{prefix}”不唯一，请多写几位：{some}。")
    return rows[0] if rows else None


def history(session: Session, row: FindingRow) -> list[Transition]:
    """The audit trail of a finding, the oldest line first."""
    return [_transition(step) for step in _steps(session, [row.id])]


def trails(session: Session, since: datetime, until: datetime) -> dict[str, list[Transition]]:
    """The audit trails, up to `until`, of registered findings to which something happened since `since`."""
    touched = (
        select(FindingRow.id, FindingRow.fingerprint)
        .join(TransitionRow, TransitionRow.finding == FindingRow.id)
        .where(FindingRow.trial_run == 0, TransitionRow.at >= since, TransitionRow.at < until)
        .distinct()
    )
    names = {row.id: row.fingerprint for row in session.execute(touched)}
    found: dict[str, list[Transition]] = {fingerprint: [] for fingerprint in sorted(names.values())}
    for step in _steps(session, sorted(names)):
        if step.at < until:
            found[names[step.finding]].append(_transition(step))
    return found


def _as_they_stood(session: Session, query: Select[FindingRow], at: datetime) -> Iterator[FindingRecord]:
    """Only what changed or was seen after the moment has to be rebuilt: mostly little."""
    rows = list(session.scalars(query.where(FindingRow.first_seen <= at)))
    trails: dict[int, list[TransitionRow]] = {}
    for step in _steps(session, (row.id for row in rows if row.changed_at > at), until=at):
        trails.setdefault(step.finding, []).append(step)
    later = [row.id for row in rows if row.last_seen > at]
    sightings = _last_sightings(session, later, at)
    proofs = _last_sightings(session, later, at, proves=True)
    for row in rows:
        if row.changed_at > at and row.id not in trails:
            continue  # it was seen by then, but written down only later
        yield _record_at(row, trails.get(row.id), sightings.get(row.id), proofs.get(row.id), at)


def _record_at(
    row: FindingRow,
    trail: list[TransitionRow] | None,
    sighting: ObservationRow | None,
    proof: ObservationRow | None,
    at: datetime,
) -> FindingRecord:
    if trail is None:
        state, since, reason = state_of(row), row.status_since, row.reason
    else:
        state = state_after(trail[-1], row.origin)
        since = next(step.at for step in reversed(trail) if step.before != step.after)
        reason = next((step.reason for step in reversed(trail) if step.reason is not None), None)
    for _, later_state in as_of(state, at):
        if later_state.status is not state.status:
            since = at if state.exempt_until is None else state.exempt_until
        state = later_state
    last_seen, run = row.last_seen, row.run
    if last_seen > at:
        last_seen = row.first_seen if sighting is None else sighting.at
        run = None if sighting is None else sighting.run
    return record(
        row,
        Past(
            state=state,
            since=since,
            reason=reason,
            last_seen=last_seen,
            run=run,
            sighting=sighting,
            proof=proof,
        ),
    )


def _last_sightings(
    session: Session, findings: Iterable[int], at: datetime, *, proves: bool = False
) -> dict[int, ObservationRow]:
    """The last sighting of each finding by that moment, or the last one that proved it."""
    found: dict[int, ObservationRow] = {}
    for ids in chunks(findings):
        last = select(ObservationRow.finding, func.max(ObservationRow.run).label("run")).where(
            ObservationRow.finding.in_(ids), ObservationRow.at <= at
        )
        if proves:
            last = last.where(ObservationRow.proves.is_(True))
        newest = last.group_by(ObservationRow.finding).subquery()
        query = select(ObservationRow).join(
            newest,
            (ObservationRow.finding == newest.c.finding) & (ObservationRow.run == newest.c.run),
        )
        found.update((row.finding, row) for row in session.scalars(query))
    return found


def _steps(
    session: Session, findings: Iterable[int], until: datetime | None = None
) -> Iterator[TransitionRow]:
    for ids in chunks(findings):
        query = select(TransitionRow).where(TransitionRow.finding.in_(ids)).order_by(TransitionRow.id)
        if until is not None:
            query = query.where(TransitionRow.at <= until)
        yield from session.scalars(query)


def _transition(step: TransitionRow) -> Transition:
    return Transition(
        at=step.at,
        event=Event(step.event),
        before=None if step.before is None else Status(step.before),
        after=Status(step.after),
        who=step.who,
        reason=step.reason,
        run=step.run,
        was_confirmed=step.was_confirmed,
        recurred=step.recurred,
        overdue=step.overdue,
        deadline=step.deadline,
        exempt_until=step.exempt_until,
        notice=step.notice,
    )
