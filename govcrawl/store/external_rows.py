"""Notices from above: entered by people, withdrawn with a reason, never taken out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from govcrawl.model import ExternalNotice
from govcrawl.store.columns import clean
from govcrawl.store.errors import ActionRefused
from govcrawl.store.tables import ExternalNoticeRow

_WORDS = 200
_TEXT = 1_000


def add(session: Session, notice: ExternalNotice, now: datetime) -> ExternalNotice:
    """Enters a notice; it gets its number here.

    Raises:
        ActionRefused: nobody is named, or it says neither who gave it nor what it says.
    """
    if not notice.who.strip():
        raise ActionRefused("须写明经办人。")
    if not notice.source.strip() or not notice.text.strip():
        raise ActionRefused("须写明通报机关和通报内容。")
    row = ExternalNoticeRow(
        source=clean(" ".join(notice.source.split()), _WORDS),
        number=clean(" ".join(notice.number.split()), _WORDS),
        dated=notice.dated,
        unit=notice.unit,
        text=clean(" ".join(notice.text.split()), _TEXT),
        who=clean(notice.who, _WORDS),
        entered_at=now,
        withdrawn="",
    )
    session.add(row)
    session.flush()
    return _notice(row)


def withdraw(session: Session, notice: int, *, who: str, reason: str) -> ExternalNotice:
    """Notes that a notice does not count.

    Raises:
        ActionRefused: it is not known or was withdrawn, or name or reason is missing.
    """
    row = session.get(ExternalNoticeRow, notice, with_for_update=True)
    if row is None:
        raise ActionRefused(f"没有登记编号为 {notice} 的上级通报。")
    if row.withdrawn:
        raise ActionRefused(f"上级通报 {notice} 已经撤销。")
    if not who.strip() or not reason.strip():
        raise ActionRefused("撤销须写明经办人和理由。")
    row.withdrawn = clean(f"{' '.join(reason.split())}（{who.strip()}）", _TEXT)
    return _notice(row)


def listed(session: Session) -> list[ExternalNotice]:
    """All of them, the newest first."""
    query = select(ExternalNoticeRow).order_by(ExternalNoticeRow.dated.desc(), ExternalNoticeRow.id.desc())
    return [_notice(row) for row in session.scalars(query)]


def _notice(row: ExternalNoticeRow) -> ExternalNotice:
    return ExternalNotice(
        id=row.id,
        source=row.source,
        number=row.number,
        dated=row.dated,
        unit=row.unit,
        text=row.text,
        who=row.who,
        entered=row.entered_at,
        withdrawn=row.withdrawn,
    )
