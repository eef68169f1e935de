"""Visits to home pages, kept for a little more than the week that is judged."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from govcrawl.model import Probe, ProbeRound, ProbeState
from govcrawl.store.columns import clean
from govcrawl.store.tables import ProbeRoundRow, ProbeRow

_KEPT = timedelta(days=9)


def record(session: Session, round_: ProbeRound) -> None:
    """Keeps a round; what is older than nine days goes."""
    row = ProbeRoundRow(at=round_.at, void=clean(round_.void, 200))
    session.add(row)
    session.flush()
    if round_.probes:
        session.execute(
            insert(ProbeRow),
            [
                {
                    "round": row.id,
                    "site": probe.site,
                    "at": probe.at,
                    "state": probe.state.value,
                    "status": probe.status,
                    "cause": probe.cause,
                    "ms": probe.ms,
                }
                for probe in round_.probes
            ],
        )
    old = select(ProbeRoundRow.id).where(ProbeRoundRow.at < round_.at - _KEPT)
    session.execute(delete(ProbeRow).where(ProbeRow.round.in_(old)))
    session.execute(delete(ProbeRoundRow).where(ProbeRoundRow.at < round_.at - _KEPT))


def last_round(session: Session) -> datetime | None:
    """When the last round was; None: there was none."""
    return session.scalar(select(func.max(ProbeRoundRow.at)))


def counted(session: Session, site: str, since: datetime) -> list[Probe]:
    """The visits to a site from rounds that count, the oldest first."""
    query = (
        select(ProbeRow)
        .join(ProbeRoundRow, ProbeRoundRow.id == ProbeRow.round)
        .where(ProbeRow.site == site, ProbeRow.at >= since, ProbeRoundRow.void == "")
        .order_by(ProbeRow.at)
    )
    return [
        Probe(
            site=row.site,
            at=row.at,
            state=ProbeState(row.state),
            status=row.status,
            cause=row.cause,
            ms=row.ms,
        )
        for row in session.scalars(query)
    ]
