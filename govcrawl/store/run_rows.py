"""Runs: begun under the site's lock, kept alive by heartbeats, closed once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from govcrawl.model import NotTested, RunRecord, RunResult
from govcrawl.store.columns import TEXT_LIMIT, bounded, clean
from govcrawl.store.errors import RunClosed, SiteBusy
from govcrawl.store.locks import describe, is_dead
from govcrawl.store.settle import too_small
from govcrawl.store.shapes import RunOutcome
from govcrawl.store.tables import RunRow

_LIST_LIMIT = 500
_UNVERIFIED_LIMIT = 5_000
_ENTRY_LIMIT = 8_192


def begin(
    session: Session,
    site: str,
    *,
    trial: bool,
    as_of: date | None,
    profile: str,
    checks: Collection[str],
    now: datetime,
    owner: str,
) -> RunRow:
    """Takes the site's lock, from a dead owner too, and opens a run.

    Raises:
        SiteBusy: another run of the site goes on.
        sqlalchemy.exc.IntegrityError: another process was quicker (PostgreSQL); `Store` says SiteBusy.
    """
    running = running_run(session, site)
    if running is not None:
        local = session.get_bind().dialect.name == "sqlite"
        if not is_dead(running.owner, running.heartbeat_at, now, local=local):
            raise busy(running, now)
        abort(running, "巡查进程意外中止，由下一次巡查接管。", now)
        session.flush()
    run = RunRow(
        site=clean(site, 255),
        trial=trial,
        as_of=as_of,
        profile=clean(profile, 255),
        checks=sorted(clean(check, 100) for check in checks),
        owner=clean(owner, 500),
        heartbeat_at=now,
        started_at=now,
        ended_at=None,
        result=None,
        claimed_complete=False,
        pages=0,
        columns_read=0,
        columns_unreadable=0,
        links_ok=0,
        links_broken=0,
        links_unverified=0,
        not_tested=[],
        limits_hit=[],
        unverified=[],
        rules=[],
        method=[],
    )
    session.add(run)
    session.flush()
    return run


def running_run(session: Session, site: str, *, lock: bool = True) -> RunRow | None:
    """The run that holds the site's lock; its row is locked in its turn."""
    query = select(RunRow).where(RunRow.site == site, RunRow.ended_at.is_(None))
    return session.scalars(query.with_for_update() if lock else query).first()


def busy(running: RunRow, now: datetime) -> SiteBusy:
    """The one line for whoever comes second."""
    minutes = max(0, int((now - running.started_at).total_seconds() // 60))
    return SiteBusy(
        f"网站 {running.site} 正在巡查（第 {running.id} 次，{minutes} 分钟前开始，"
        f"{describe(running.owner)}），本次不再重复巡查。"
    )


def open_run(session: Session, run: int) -> RunRow:
    """The row of a run that goes on, locked.

    Raises:
        RunClosed: there is no such run, or it has ended or was taken over.
    """
    row = session.get(RunRow, run, with_for_update=True)
    if row is None:
        raise RunClosed(f"没有第 {run} 次巡查的记录。")
    if row.ended_at is not None:
        raise RunClosed(f"第 {run} 次巡查已结束或已被接管，结果未写入。")
    return row


def abort(run: RunRow, reason: str, now: datetime) -> None:
    """Closes a run that did not come to its end: partial, with the reason."""
    run.ended_at = now
    run.result = RunResult.PARTIAL.value
    run.limits_hit = [*run.limits_hit, clean(reason)]


def abort_if_open(session: Session, run: int, reason: str, now: datetime) -> None:
    """`abort`, for a run that may have ended or been taken over meanwhile.

    Raises:
        RunClosed: there is no such run.
    """
    row = session.get(RunRow, run, with_for_update=True)
    if row is None:
        raise RunClosed(f"没有第 {run} 次巡查的记录。")
    if row.ended_at is None:
        abort(row, reason, now)


def close(session: Session, run: RunRow, outcome: RunOutcome, now: datetime) -> bool:
    """Writes what the run says of itself. Returns whether it saw enough to call anything corrected."""
    scope = outcome.scope
    limits = list(outcome.limits_hit)
    complete, result = scope.complete, outcome.result
    baseline = None if run.trial else _baseline(session, run)
    # One that says itself that it saw a part, or nothing, has told why already.
    if complete and baseline is not None and too_small(outcome.pages, baseline):
        complete = False
        result = RunResult.PARTIAL if result is RunResult.COMPLETE else result
        limits.append(
            f"本次只巡查到 {outcome.pages} 个页面，不足上次（{baseline} 个）的一半，不作整改销号依据。"
        )
    run.ended_at = now
    run.heartbeat_at = now
    run.result = result.value
    run.claimed_complete = scope.complete
    run.pages = outcome.pages
    run.columns_read = outcome.columns_read
    run.columns_unreadable = outcome.columns_unreadable
    run.links_ok = outcome.links_ok
    run.links_broken = outcome.links_broken
    run.links_unverified = outcome.links_unverified
    run.not_tested = [
        {"check": clean(entry.check, 100), "reason": clean(entry.reason)}
        for entry in list(outcome.not_tested)[:_LIST_LIMIT]
    ]
    unverified = list(outcome.unverified)
    if len(unverified) > _UNVERIFIED_LIMIT:
        limits.append(f"未能核验的链接共 {len(unverified)} 条，只保存前 {_UNVERIFIED_LIMIT} 条。")
    run.unverified = [bounded(link, _ENTRY_LIMIT) for link in unverified[:_UNVERIFIED_LIMIT]]
    run.limits_hit = [clean(line, TEXT_LIMIT) for line in limits[:_LIST_LIMIT]]
    run.method = [clean(line, TEXT_LIMIT) for line in list(outcome.method)[:_LIST_LIMIT]]
    run.rules = sorted(clean(rule, 100) for rule in scope.rules)
    return complete


def _baseline(session: Session, run: RunRow) -> int | None:
    """Pages of the last run of the site that called itself complete."""
    return session.scalar(
        select(RunRow.pages)
        .where(
            RunRow.site == run.site,
            RunRow.trial.is_(False),
            RunRow.claimed_complete.is_(True),
            RunRow.id < run.id,
        )
        .order_by(RunRow.id.desc())
        .limit(1)
    )


def listed(
    session: Session,
    *,
    site: str | None,
    since: datetime | None,
    until: datetime | None,
    trials: bool,
    limit: int | None,
) -> list[RunRecord]:
    """Runs that began in the half-open period, the newest first."""
    query = select(RunRow).order_by(RunRow.started_at.desc(), RunRow.id.desc())
    if site is not None:
        query = query.where(RunRow.site == site)
    if since is not None:
        query = query.where(RunRow.started_at >= since)
    if until is not None:
        query = query.where(RunRow.started_at < until)
    if not trials:
        query = query.where(RunRow.trial.is_(False))
    if limit is not None:
        query = query.limit(limit)
    return [record(row) for row in session.scalars(query)]


def one(session: Session, run: int) -> RunRecord | None:
    """One run, or None."""
    row = session.get(RunRow, run)
    return None if row is None else record(row)


def record(row: RunRow) -> RunRecord:
    """A run as the other rooms see it."""
    return RunRecord(
        run=row.id,
        site=row.site,
        started=row.started_at,
        ended=row.ended_at,
        result=None if row.result is None else RunResult(row.result),
        trial=row.trial,
        as_of=None if row.as_of is None else row.as_of.isoformat(),
        pages=row.pages,
        columns_read=row.columns_read,
        columns_unreadable=row.columns_unreadable,
        links_ok=row.links_ok,
        links_broken=row.links_broken,
        links_unverified=row.links_unverified,
        not_tested=tuple(NotTested(entry["check"], entry["reason"]) for entry in row.not_tested),
        limits_hit=tuple(row.limits_hit),
        unverified=tuple(row.unverified),
        profile=row.profile,
        method=tuple(row.method or ()),
    )
