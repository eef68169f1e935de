"""Correction notices: issued, sent, reminded; each step moves the findings that it speaks of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govcrawl.model import FindingRecord, Notice, NoticeItem, Status
from govcrawl.store.columns import clean
from govcrawl.store.errors import ActionRefused
from govcrawl.store.finding_life import pass_time
from govcrawl.store.finding_rows import record
from govcrawl.store.lifecycle import Event, Given
from govcrawl.store.tables import FindingRow, NoticeItemRow, NoticeRow
from govcrawl.store.trail import Trail
from govcrawl.store.upsert import chunks

_TEXT = 200


def issue(
    session: Session,
    unit: str,
    items: Sequence[NoticeItem],
    facts: Notice,
    *,
    year: int,
    who: str,
    now: datetime,
) -> Notice:
    """Gives a notice its number, and notifies each of its findings with its deadline.

    The number begins with the year of issue in the office's zone; `facts` is what the paper says beside
    its findings (document number, signer, date, urgent).

    Raises:
        ActionRefused: no name is given, there is nothing to tell, or a finding can't be notified.
    """
    if not who.strip():
        raise ActionRefused("须写明经办人。")
    if not items:
        raise ActionRefused("整改通知单中没有问题。")
    row = NoticeRow(
        number=_next_number(session, year),
        unit=unit,
        issued_at=now,
        urgent=facts.urgent,
        document_number=clean(facts.document_number, _TEXT),
        signer=clean(facts.signer, _TEXT),
        dated=facts.dated,
        channel="",
        sent_at=None,
        reminded_at=None,
    )
    session.add(row)
    session.flush()
    rows = _findings(session, [item.fingerprint for item in items])
    pass_time(session, rows.values(), now)
    trail = Trail(run=None, who=clean(who, 255), now=now)
    for position, item in enumerate(items):
        finding = rows.get(item.fingerprint)
        if finding is None:
            raise ActionRefused(f"没有编号为“{item.fingerprint[:40]}”的问题。")
        if finding.status == Status.NOTIFIED:  # another who issued at the same time was first
            raise ActionRefused(
                f"问题 {finding.fingerprint[:8]} 已列入整改通知单（编号:{finding.notice}），不重复下发。"
            )
        _notify(trail, finding, item, row.number, f"下发整改通知单（编号:{row.number}）")
        session.add(
            NoticeItemRow(
                notice=row.id,
                finding=finding.id,
                position=position,
                deadline=item.deadline,
                estimated=item.estimated,
            )
        )
    trail.write(session)
    session.flush()
    return _notice(session, row)


def sent(
    session: Session,
    number: str,
    *,
    channel: str,
    at: datetime,
    deadlines: Mapping[str, NoticeItem],
    who: str,
    now: datetime,
) -> Notice:
    """Notes that a notice went out, from which day its deadlines run anew.

    Findings that were answered, disputed or closed meanwhile keep what they have. One that goes out by a
    second channel keeps its deadlines where they are the same, and the trail no second line about them.

    Raises:
        ActionRefused: the notice is not known, or no name is given.
    """
    row = _row(session, number)
    if not who.strip():
        raise ActionRefused("须写明经办人。")
    again = row.sent_at is not None
    channels = [*(row.channel.split("、") if again else []), channel.strip()]
    row.channel, row.sent_at = clean("、".join(dict.fromkeys(channels)), _TEXT), at
    rows = _findings(session, deadlines)
    pass_time(session, rows.values(), now)
    trail = Trail(run=None, who=clean(who, 255), now=now)
    for line in session.scalars(select(NoticeItemRow).where(NoticeItemRow.notice == row.id)):
        finding = next((found for found in rows.values() if found.id == line.finding), None)
        if finding is None or finding.status != Status.NOTIFIED or finding.notice != number:
            continue
        item = deadlines[finding.fingerprint]
        if again and finding.deadline == item.deadline:
            continue
        line.deadline, line.estimated = item.deadline, item.estimated
        _notify(trail, finding, item, number, f"整改通知单（编号:{number}）已送达：{row.channel}")
    trail.write(session)
    session.flush()
    return _notice(session, row)


def reminded(session: Session, numbers: Collection[str], now: datetime) -> None:
    """Notes the time of a reminder."""
    for number in sorted(numbers):
        _row(session, number).reminded_at = now


def listed(
    session: Session, *, unit: str | None = None, numbers: Collection[str] | None = None
) -> list[Notice]:
    """Notices, the oldest first."""
    query: Any = select(NoticeRow).order_by(NoticeRow.id)
    if unit is not None:
        query = query.where(NoticeRow.unit == unit)
    if numbers is not None:
        query = query.where(NoticeRow.number.in_(sorted(numbers)))
    return [_notice(session, row) for row in session.scalars(query)]


def findings_of(session: Session, number: str) -> list[FindingRecord]:
    """The findings of a notice as they now stand, in its order.

    Raises:
        ActionRefused: the notice is not known.
    """
    row = _row(session, number)
    query = (
        select(FindingRow)
        .join(NoticeItemRow, NoticeItemRow.finding == FindingRow.id)
        .where(NoticeItemRow.notice == row.id)
        .order_by(NoticeItemRow.position)
    )
    return [record(found) for found in session.scalars(query)]


def _notify(trail: Trail, finding: FindingRow, item: NoticeItem, number: str, reason: str) -> None:
    given = Given(deadline=item.deadline, notice=number)
    refused = trail.apply(finding, Event.NOTIFY, given, reason=reason, always=True)
    if refused is not None:
        raise ActionRefused(f"问题 {finding.fingerprint[:8]} 不能列入整改通知单：{refused.reason}")


def _next_number(session: Session, year: int) -> str:
    # Two that issue at once: SQLite's writers wait for one another, PostgreSQL's unique key refuses one.
    taken = session.scalars(select(NoticeRow.number).where(NoticeRow.number.startswith(f"{year}-")))
    last = max((int(number.partition("-")[2]) for number in taken), default=0)
    return f"{year}-{last + 1:03d}"


def _row(session: Session, number: str) -> NoticeRow:
    row = session.scalars(select(NoticeRow).where(NoticeRow.number == number)).one_or_none()
    if row is None:
        raise ActionRefused(f"没有编号为“{number[:40]}”的整改通知单。")
    return row


def _findings(session: Session, prints: Collection[str]) -> dict[str, FindingRow]:
    query = select(FindingRow).where(FindingRow.trial_run == 0).order_by(FindingRow.id).with_for_update()
    rows: dict[str, FindingRow] = {}
    for chunk in chunks(prints):
        for row in session.scalars(query.where(FindingRow.fingerprint.in_(chunk))):
            rows[row.fingerprint] = row
    return rows


def _notice(session: Session, row: NoticeRow) -> Notice:
    query = (
        select(FindingRow.fingerprint, NoticeItemRow.deadline, NoticeItemRow.estimated)
        .join(NoticeItemRow, NoticeItemRow.finding == FindingRow.id)
        .where(NoticeItemRow.notice == row.id)
        .order_by(NoticeItemRow.position)
    )
    return Notice(
        number=row.number,
        unit=row.unit,
        issued=row.issued_at,
        urgent=row.urgent,
        document_number=row.document_number,
        signer=row.signer,
        dated=row.dated,
        channel=row.channel,
        sent=row.sent_at,
        reminded=row.reminded_at,
        items=tuple(
            NoticeItem(fingerprint=key, deadline=deadline, estimated=estimated)
            for key, deadline, estimated in session.execute(query)
        ),
    )
