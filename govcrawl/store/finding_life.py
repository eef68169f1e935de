"""Findings live on: what a run saw, what a person did, what the clock brought, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from govcrawl.model import FindingRecord, Origin, Status, fingerprint
from govcrawl.store.columns import clean
from govcrawl.store.errors import ActionRefused
from govcrawl.store.finding_rows import (
    Values,
    attributes,
    observed,
    record,
    state_of,
    update_from_sighting,
)
from govcrawl.store.lifecycle import BY_PERSON, Event, Given, State, as_of, step
from govcrawl.store.settle import Standing, merged, unseen
from govcrawl.store.shapes import FindingReported, FindingSeen, RunOutcome
from govcrawl.store.tables import FindingRow, ObservationRow, RunRow
from govcrawl.store.trail import Trail
from govcrawl.store.upsert import chunks


def settle_run(
    session: Session, run: RunRow, outcome: RunOutcome, *, complete: bool, now: datetime
) -> list[FindingRecord]:
    """Takes the findings of a run in; returns them, once each, as they now stand.

    A trial's findings are kept beside the registered ones and change none of them.
    """
    found = merged((fingerprint(run.site, s.finding.rule, s.finding.subject), s) for s in outcome.findings)
    if run.trial:
        return _settle_trial(session, run, found, now)
    known = _concerned(session, run.site, found)
    pass_time(session, known.values(), now)
    trail = Trail(run=run.id, who="", now=now)
    new = {
        key: _new_row(session, key, seen, run.site, now) for key, seen in found.items() if key not in known
    }
    session.flush()  # gives the new ones their numbers, all in one go
    rows = []
    for key, seen in found.items():
        event = Event.SEEN_CERTAIN if seen.finding.certain else Event.SEEN_UNCERTAIN
        values = observed(seen)
        proves = True
        if key in new:
            row = new[key]
            trail.note(row, event, None, None)
        else:
            row = known.pop(key)
            proves = _sighted_again(row, event, seen, values, run.site, trail)
        row.run = run.id
        session.add(_observation(row, seen, values, run, now, proves=proves))
        rows.append(row)
    scope = replace(outcome.scope, complete=complete)
    for row in known.values():
        standing = Standing(row.rule, row.page, row.target, row.column, tuple(row.more_pages))
        trail.apply(row, unseen(standing, scope, cut=bool(outcome.limits_hit)))
    trail.write(session)
    return [record(row) for row in rows]


def _settle_trial(
    session: Session, run: RunRow, found: Mapping[str, FindingSeen], now: datetime
) -> list[FindingRecord]:
    rows = [_new_row(session, key, seen, run.site, now, trial=run.id) for key, seen in found.items()]
    session.flush()
    for row, seen in zip(rows, found.values(), strict=True):
        row.run = run.id
        session.add(_observation(row, seen, observed(seen), run, now, proves=True))
    return [record(row) for row in rows]


def settle_second_tries(
    session: Session, run: RunRow, seen: Iterable[FindingSeen], right: Iterable[str], *, now: datetime
) -> list[FindingRecord]:
    """Takes in what was asked again after a run had ended; returns the findings that it changed.

    Only what that run left suspected is touched: what a person did meanwhile, or another run saw, counts.
    The run's own sighting is completed by the further tries; it gets no second one.
    """
    found = merged((fingerprint(run.site, each.finding.rule, each.finding.subject), each) for each in seen)
    lifted = set(right) - found.keys()
    rows: list[FindingRow] = []
    for keys in chunks([*found, *lifted]):
        query = select(FindingRow).where(
            FindingRow.fingerprint.in_(keys),
            FindingRow.trial_run == 0,
            FindingRow.site == run.site,
            FindingRow.run == run.id,
            FindingRow.status == Status.SUSPECTED.value,
        )
        rows.extend(session.scalars(query.order_by(FindingRow.id).with_for_update()))
    trail = Trail(run=run.id, who="", now=now)
    for row in rows:
        again = found.get(row.fingerprint)
        if again is None:
            trail.apply(row, Event.SEEN_RIGHT)
            continue
        certain = again.finding.certain
        trail.apply(row, Event.SEEN_CERTAIN if certain else Event.SEEN_UNCERTAIN)
        values = observed(again)
        update_from_sighting(row, values, certain=certain)
        row.subject_state = clean(again.subject_state, 500)
        row.last_seen = now
        sighting = session.get(ObservationRow, (row.id, run.id))
        if sighting is not None:
            sighting.certain, sighting.proves = certain, True
            for name, value in values.items():
                setattr(sighting, name, value)
    trail.write(session)
    return [record(row) for row in rows]


def settle_probes(
    session: Session, site: str, seen: FindingSeen | None, rule: str, *, now: datetime
) -> FindingRecord | None:
    """What was judged without a run: the finding of a rule of a site, seen (again) or right now."""
    key = None if seen is None else fingerprint(site, rule, seen.finding.subject)
    known = _concerned(session, site, [] if key is None else [key])
    trail = Trail(run=None, who="", now=now)
    if seen is None or key is None:
        rows = [row for row in known.values() if row.rule == rule]
        pass_time(session, rows, now)
        for row in rows:
            trail.apply(row, Event.SEEN_RIGHT)
        trail.write(session)
        return record(rows[0]) if rows else None
    event = Event.SEEN_CERTAIN if seen.finding.certain else Event.SEEN_UNCERTAIN
    if key not in known:
        row = _new_row(session, key, seen, site, now)
        session.flush()
        trail.note(row, event, None, None)
    else:
        row = known[key]
        pass_time(session, [row], now)
        _sighted_again(row, event, seen, observed(seen), site, trail)
    trail.write(session)
    return record(row)


def act(
    session: Session, row: FindingRow, event: Event, given: Given, *, who: str, reason: str, now: datetime
) -> FindingRecord:
    """A step that a person takes; it is written down even where the status stays.

    Raises:
        ActionRefused: not a person's step, not possible in this state, or without name or reason.
    """
    if event not in BY_PERSON:
        raise ActionRefused(f"“{event.zh}”由系统判定，不能人工执行。")
    if not who.strip():
        raise ActionRefused("须写明经办人。")
    if event in {Event.DISMISS, Event.EXEMPT, Event.REOPEN} and not reason.strip():
        raise ActionRefused(f"“{event.zh}”须写明理由。")
    if event is Event.EXEMPT and (given.exempt_until is None or given.exempt_until <= now):
        raise ActionRefused("报备须写明截止日期，且应晚于当前时间。")
    pass_time(session, [row], now)
    trail = Trail(run=None, who=clean(who, 255), now=now)
    refused = trail.apply(row, event, given, reason=reason.strip() or None, always=True)
    if refused is not None:
        raise ActionRefused(refused.reason)
    trail.write(session)
    return record(row)


def report(session: Session, reported: FindingReported, *, who: str, now: datetime) -> FindingRecord:
    """Takes in what a person, the 找错 platform or a superior found; known ones are opened again.

    Raises:
        ActionRefused: `origin` is the machine, or no name is given.
    """
    if reported.origin is Origin.MACHINE or not who.strip():
        raise ActionRefused("人工登记的问题须写明来源和经办人。")
    finding = reported.finding
    key = fingerprint(reported.site, finding.rule, finding.subject)
    seen = FindingSeen(
        finding=finding,
        check=reported.check,
        rule=reported.rule,
        unit=reported.unit,
        sponsor=reported.sponsor,
        points=reported.points,
        profile=reported.profile,
    )
    row = _concerned(session, reported.site, [key]).get(key)
    trail = Trail(run=None, who=clean(who, 255), now=now)
    if row is None:
        row = _new_row(session, key, seen, reported.site, now, origin=reported.origin)
        row.deadline = reported.deadline
        session.flush()
        trail.note(row, Event.REPORTED, None, None)
    else:
        pass_time(session, [row], now)
        row.last_seen = now
        if row.status in {Status.CORRECTED, Status.DISMISSED}:
            # It begins anew: what the person saw counts now.
            update_from_sighting(row, observed(seen), certain=True)
        if row.origin == Origin.MACHINE:
            # Somebody waits for an answer now, so a person closes it.
            row.origin = reported.origin.value
        trail.apply(row, Event.REPORTED, Given(deadline=reported.deadline), always=True)
    trail.write(session)
    return record(row)


def pass_time(session: Session, rows: Iterable[FindingRow], now: datetime) -> int:
    """Exemptions that ended and deadlines that passed by now. Returns how many findings changed.

    An exemption ends at its own moment, however late that is noted: else the finding would be open or
    corrected in the report of the period in which it was noted too.
    """
    trail = Trail(run=None, who="", now=now)
    for row in rows:
        for event, _ in as_of(state_of(row), now):
            ended = row.exempt_until if event is Event.EXEMPTION_ENDED else None
            trail.now = now if ended is None else ended
            trail.apply(row, event)
    trail.write(session)
    return len(trail.lines)


def _sighted_again(
    row: FindingRow, event: Event, seen: FindingSeen, values: Values, site: str, trail: Trail
) -> bool:
    """Returns whether this sighting is now what proves the finding."""
    changed = bool(row.subject_state and seen.subject_state) and row.subject_state != seen.subject_state
    if row.status == Status.DISMISSED and changed:
        trail.apply(row, Event.SUBJECT_CHANGED)
    trail.apply(row, event)
    proves = update_from_sighting(row, values, certain=seen.finding.certain)
    for name, value in attributes(seen, site).items():
        setattr(row, name, value)
    # Of a dismissed one it stays what it was then, else a slow change would go unseen.
    if row.status != Status.DISMISSED or not row.subject_state:
        row.subject_state = clean(seen.subject_state, 500)
    row.last_seen = trail.now
    return proves


def _new_row(
    session: Session,
    key: str,
    seen: FindingSeen,
    site: str,
    now: datetime,
    *,
    trial: int = 0,
    origin: Origin = Origin.MACHINE,
) -> FindingRow:
    event = Event.REPORTED
    if origin is Origin.MACHINE:
        event = Event.SEEN_CERTAIN if seen.finding.certain else Event.SEEN_UNCERTAIN
    state = step(None, event)
    assert isinstance(state, State), state.reason
    first = seen.finding.seen_at
    row = FindingRow(
        fingerprint=key,
        trial_run=trial,
        subject_state=clean(seen.subject_state, 500),
        origin=origin.value,
        status=state.status.value,
        status_since=now,
        was_confirmed=state.was_confirmed,
        recurred=False,
        overdue=False,
        seen_right=False,
        deadline=None,
        exempt_until=None,
        notice=None,
        reason=None,
        first_seen=now if first is None else min(first, now),
        last_seen=now,
        changed_at=now,
        run=None,
        **attributes(seen, site),
        **observed(seen),
    )
    session.add(row)
    return row


def _observation(
    row: FindingRow, seen: FindingSeen, values: Values, run: RunRow, now: datetime, *, proves: bool
) -> ObservationRow:
    return ObservationRow(
        finding=row.id, run=run.id, at=now, certain=seen.finding.certain, proves=proves, **values
    )


def _concerned(session: Session, site: str, keys: Iterable[str]) -> dict[str, FindingRow]:
    """The findings of a site that are open or exempt, and those of the given fingerprints; locked."""
    closed = (Status.CORRECTED.value, Status.DISMISSED.value)
    query = select(FindingRow).where(FindingRow.trial_run == 0).order_by(FindingRow.id).with_for_update()
    rows: list[FindingRow] = list(
        session.scalars(query.where(FindingRow.site == site, FindingRow.status.not_in(closed)))
    )
    for chunk in chunks(keys):
        rows.extend(
            session.scalars(query.where(FindingRow.fingerprint.in_(chunk), FindingRow.status.in_(closed)))
        )
    return {row.fingerprint: row for row in rows}


def due(session: Session, now: datetime, site: str | None) -> Sequence[FindingRow]:
    """Findings for which the clock may have brought something about; locked."""
    query: Any = (
        select(FindingRow)
        .where(
            FindingRow.trial_run == 0,
            or_(
                (FindingRow.status == Status.EXEMPT.value) & (FindingRow.exempt_until <= now),
                (FindingRow.status == Status.NOTIFIED.value) & (FindingRow.deadline < now),
            ),
        )
        .order_by(FindingRow.id)
        .with_for_update()
    )
    if site is not None:
        query = query.where(FindingRow.site == site)
    return list(session.scalars(query))
