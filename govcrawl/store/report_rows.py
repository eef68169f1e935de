"""Reports: one draft a period, made anew as often as one likes; what was issued is never changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govcrawl.model import ReportKind, ReportRecord
from govcrawl.store.columns import clean
from govcrawl.store.errors import ActionRefused
from govcrawl.store.tables import ReportRow

_TEXT = 100


def draft(session: Session, report: ReportRecord) -> ReportRecord:
    """Puts a draft in the place of the one before it; its version follows the last issued one."""
    rows = _of_period(session, report.kind, report.period, public=report.public)
    issued = [row.version for row in rows if row.issued_at is not None]
    row = next((row for row in rows if row.issued_at is None), None)
    if row is None:
        row = ReportRow(
            kind=report.kind.value,
            period=report.period,
            public=report.public,
            version=1 + max(issued, default=0),
            issued_at=None,
            who="",
            files=[],
        )
        session.add(row)
    row.until, row.made_at = report.until, report.made
    row.number, row.signer, row.dated = clean(report.number, _TEXT), clean(report.signer, _TEXT), report.dated
    row.numbers = dict(report.numbers)
    session.flush()
    return _report(row)


def issue(session: Session, report: ReportRecord, now: datetime) -> ReportRecord:
    """Makes a draft final, with its number, signer, date and files.

    Raises:
        ActionRefused: it is not known, is final already, or was made anew meanwhile.
    """
    row = session.get(ReportRow, report.id, with_for_update=True)
    if row is None:
        raise ActionRefused(f"没有编号为 {report.id} 的报告。")
    if row.issued_at is not None:
        raise ActionRefused(f"报告 {report.id} 已经定稿，不能更改。")
    if row.made_at != report.made:
        raise ActionRefused(f"报告 {report.id} 在定稿期间被重新编制，请再执行一次。")
    row.issued_at = now
    row.who = clean(report.who, _TEXT)
    row.number, row.signer, row.dated = clean(report.number, _TEXT), clean(report.signer, _TEXT), report.dated
    row.files = [{"path": path, "sha256": digest} for path, digest in report.files]
    return _report(row)


def listed(session: Session, kinds: Collection[ReportKind] | None = None) -> list[ReportRecord]:
    """All reports, by when they were made, the newest first."""
    query: Any = select(ReportRow).order_by(ReportRow.made_at.desc(), ReportRow.id.desc())
    if kinds is not None:
        query = query.where(ReportRow.kind.in_([kind.value for kind in kinds]))
    return [_report(row) for row in session.scalars(query)]


def one(session: Session, report: int) -> ReportRecord | None:
    """One report, or None."""
    row = session.get(ReportRow, report)
    return None if row is None else _report(row)


def last_issued(session: Session, kind: ReportKind, period: str, *, public: bool) -> ReportRecord | None:
    """The version in force of a period's report; None: none was issued."""
    rows = _of_period(session, kind, period, public=public)
    issued = [row for row in rows if row.issued_at is not None]
    return _report(max(issued, key=lambda row: row.version)) if issued else None


def _of_period(session: Session, kind: ReportKind, period: str, *, public: bool) -> list[ReportRow]:
    rows = select(ReportRow).where(
        ReportRow.kind == kind.value, ReportRow.period == period, ReportRow.public == public
    )
    return list(session.scalars(rows.order_by(ReportRow.version)))


def _report(row: ReportRow) -> ReportRecord:
    return ReportRecord(
        id=row.id,
        kind=ReportKind(row.kind),
        period=row.period,
        public=row.public,
        until=row.until,
        version=row.version,
        made=row.made_at,
        issued=row.issued_at,
        who=row.who,
        number=row.number,
        signer=row.signer,
        dated=row.dated,
        numbers=row.numbers,
        files=tuple((str(file["path"]), str(file["sha256"])) for file in row.files),
    )
