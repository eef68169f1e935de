"""Nights: a queue of sites from which several processes take, each site once, until none is left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govcrawl.store.columns import TEXT_LIMIT, clean
from govcrawl.store.errors import NightBusy
from govcrawl.store.locks import describe, is_dead
from govcrawl.store.shapes import NightSite, NightState
from govcrawl.store.tables import NightRow, NightSiteRow, RunRow

PER_SERVER = 3
"""Sites of one server that are crawled at once: they share its limits, and fill each other's pauses."""
MOST_TRIES = 2
"""Times that a site is begun in a night, where the process that crawled it ended before the site did."""


def begin(session: Session, sites: Sequence[tuple[str, str]], *, owner: str, now: datetime) -> int:
    """Opens a night with its sites in the order in which they are to be taken; each with its server.

    Raises:
        NightBusy: a night that goes on has one of these sites in its queue.
    """
    local = session.get_bind().dialect.name == "sqlite"
    wanted = {site for site, _ in sites}
    for row in session.scalars(select(NightRow).where(NightRow.ended_at.is_(None)).with_for_update()):
        if is_dead(row.owner, row.heartbeat_at, now, local=local):
            row.ended_at = now
        elif wanted & {each.site for each in _rows(session, row.id) if each.state in _OPEN}:
            minutes = max(0, int((now - row.started_at).total_seconds() // 60))
            raise NightBusy(
                f"夜间巡查正在进行（{minutes} 分钟前开始，{describe(row.owner)}），本次不再重复巡查。"
            )
    night = NightRow(owner=clean(owner, 500), started_at=now, heartbeat_at=now, ended_at=None)
    session.add(night)
    session.flush()
    for position, (site, server) in enumerate(sites):
        session.add(
            NightSiteRow(
                night=night.id,
                site=site,
                position=position,
                server=clean(server, 255),
                state=NightState.WAITING.value,
                holder="",
                alone=False,
                tries=0,
                taken_at=None,
                ended_at=None,
                run=None,
                reason="",
            )
        )
    return night.id


def take(session: Session, night: int, holder: str, now: datetime) -> NightSite | None:
    """The next site for a process, which it holds from now on; None: none that it may take now.

    Sites of one server stay in one process, where that can be, and are not all begun at once: the server
    is asked by one process at a time.
    """
    _lock(session, night)
    rows = _rows(session, night)
    taken = [row for row in rows if row.state == NightState.TAKEN]
    own = [row for row in taken if row.holder == holder]
    if any(row.alone for row in own):
        return None
    for row in rows:
        if row.state != NightState.WAITING or (row.alone and own):
            continue
        beside = [other for other in taken if row.server and other.server == row.server]
        if len(beside) >= PER_SERVER or any(other.holder != holder for other in beside):
            continue
        row.state, row.holder, row.taken_at = NightState.TAKEN.value, clean(holder, 500), now
        row.tries += 1
        return shape(row)
    return None


def done(
    session: Session, night: int, site: str, holder: str, *, run: int | None, reason: str, now: datetime
) -> None:
    """A site came to its end, whatever it was; nothing where it is no longer the holder's."""
    row = session.get(NightSiteRow, (night, site), with_for_update=True)
    if row is not None and row.state == NightState.TAKEN and row.holder == holder:
        _end(row, NightState.FAILED if run is None else NightState.DONE, run, reason, now)


def give_back(
    session: Session, night: int, holder: str, *, hung: Collection[str], reason: str, now: datetime
) -> list[NightSite]:
    """The sites of a process that is gone wait again, each to be crawled alone; those tried enough fail.

    Args:
        session: of a writing transaction.
        night: number of the night.
        holder: the process.
        hung: those that the process was ended for, which are not tried again.
        reason: what they are told to have failed by (Chinese).
        now: UTC.
    """
    _lock(session, night)
    back = []
    for row in _rows(session, night):
        if row.state != NightState.TAKEN or row.holder != holder:
            continue
        if row.site in hung or row.tries >= MOST_TRIES:
            _end(row, NightState.FAILED, None, reason, now)
        else:
            row.state, row.holder, row.alone = NightState.WAITING.value, "", True
        back.append(shape(row))
    return back


def give_up(session: Session, night: int, *, reason: str, now: datetime) -> None:
    """What still waits is not begun any more in this night."""
    _lock(session, night)
    for row in _rows(session, night):
        if row.state == NightState.WAITING:
            _end(row, NightState.FAILED, None, reason, now)


def sites(session: Session, night: int) -> list[NightSite]:
    """The sites of a night as they stand, in their order."""
    return [shape(row) for row in _rows(session, night)]


def last_runs(session: Session) -> dict[str, tuple[float, int]]:
    """Seconds that the last whole run of each site took, and its pages."""
    latest = (
        select(func.max(RunRow.id))
        .where(RunRow.trial.is_(False), RunRow.ended_at.is_not(None), RunRow.pages > 0)
        .group_by(RunRow.site)
    )
    query = select(RunRow).where(RunRow.id.in_(latest))
    return {
        row.site: (max((row.ended_at - row.started_at).total_seconds(), 0.0), row.pages)
        for row in session.scalars(query)
        if row.ended_at is not None
    }


def shape(row: NightSiteRow) -> NightSite:
    """A site of a night as the other rooms see it."""
    return NightSite(
        site=row.site,
        server=row.server,
        state=NightState(row.state),
        holder=row.holder,
        alone=row.alone,
        taken_at=row.taken_at,
        ended_at=row.ended_at,
        run=row.run,
        reason=row.reason,
    )


_OPEN = frozenset({NightState.WAITING.value, NightState.TAKEN.value})


def _rows(session: Session, night: int) -> list[NightSiteRow]:
    query = select(NightSiteRow).where(NightSiteRow.night == night).order_by(NightSiteRow.position)
    return list(session.scalars(query))


def _lock(session: Session, night: int) -> None:
    session.get(NightRow, night, with_for_update=True)


def _end(row: NightSiteRow, state: NightState, run: int | None, reason: str, now: datetime) -> None:
    row.state, row.run, row.reason, row.ended_at = state.value, run, clean(reason, TEXT_LIMIT), now
