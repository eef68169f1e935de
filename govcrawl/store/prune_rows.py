"""What may go: old pages, links, nights, trials and runs; findings, their trail and their grounds never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import DeclarativeBase, Session

from govcrawl.model import Status
from govcrawl.store.evidence_files import paths_of
from govcrawl.store.tables import FindingRow, LinkRow, NightRow, ObservationRow, PageRow, RunRow

_CLOSED = (Status.CORRECTED.value, Status.DISMISSED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """For how many days what is kept."""

    pages: int
    """Pages and links, since they were last seen."""
    runs: int
    """Runs with their sightings, since they ended."""
    trials: int
    """Trial runs with their findings."""
    nights: int
    disputes: int
    """Evidence of a finding, since it was closed."""


def prune(session: Session, keeping: Keeping, now: datetime, *, dry: bool) -> Mapping[str, int]:
    """Takes out what is older; returns how many rows of each kind go (with `dry`: would go)."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    ended = RunRow.ended_at.is_not(None)
    trials = select(RunRow.id).where(RunRow.trial.is_(True), ended, RunRow.ended_at < before(keeping.trials))
    # A run stays as long as a finding stands as that run saw it.
    held = select(FindingRow.run).where(FindingRow.run.is_not(None), FindingRow.trial_run == 0)
    old = select(RunRow.id).where(
        RunRow.trial.is_(False), ended, RunRow.ended_at < before(keeping.runs), RunRow.id.not_in(held)
    )
    gone: dict[str, int] = {}
    for name, table, condition in (
        ("pages", PageRow, PageRow.seen_at < before(keeping.pages)),
        ("links", LinkRow, LinkRow.checked_at < before(keeping.pages)),
        (
            "nights",
            NightRow,
            (NightRow.ended_at.is_not(None)) & (NightRow.started_at < before(keeping.nights)),
        ),
        ("trial_findings", FindingRow, FindingRow.trial_run.in_(trials)),
        ("sightings", ObservationRow, ObservationRow.run.in_(old)),
        ("runs", RunRow, or_(RunRow.id.in_(trials), RunRow.id.in_(old))),
    ):
        gone[name] = _take(session, table, condition, dry=dry)
    return gone


def _take(session: Session, table: type[DeclarativeBase], condition: Any, *, dry: bool) -> int:
    number = int(session.scalar(select(func.count()).select_from(table).where(condition)) or 0)
    if number and not dry:
        session.execute(delete(table).where(condition))
    return number


def named_evidence(session: Session, keeping: Keeping, now: datetime) -> set[str]:
    """Files of evidence of findings that are open, or were closed so lately that one may dispute it."""
    concerned = select(FindingRow.id).where(
        or_(
            FindingRow.status.not_in(_CLOSED),
            FindingRow.status_since >= now - timedelta(days=keeping.disputes),
        )
    )
    named: set[str] = set()
    for table, mine in ((FindingRow, FindingRow.id), (ObservationRow, ObservationRow.finding)):
        rows = session.execute(select(table.detail, table.evidence).where(mine.in_(concerned)))
        for detail, evidence in rows:
            named |= paths_of(detail, evidence)
    return named


def finished_runs(session: Session) -> set[int]:
    """Numbers of the runs that have ended."""
    return set(session.scalars(select(RunRow.id).where(RunRow.ended_at.is_not(None))))
