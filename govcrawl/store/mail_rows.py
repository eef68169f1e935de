"""The outbox: each mail is queued once, claimed before it is sent, and noted after.

At most once: a mail that was claimed and whose end nobody noted (a kill between the server's answer and
our note) is not sent again by itself. It stays `sending` and is shown, and a person decides.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from govcrawl.model import Mail, MailState
from govcrawl.store.columns import clean
from govcrawl.store.errors import ActionRefused
from govcrawl.store.tables import MailRow

_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=12)
_ERROR = 300


def queue(
    session: Session, key: str, recipients: Collection[str], subject: str, content: bytes, *, now: datetime
) -> Mail:
    """Puts a mail into the outbox; one that is there already under this key stays as it is."""
    row = session.scalars(select(MailRow).where(MailRow.key == key)).one_or_none()
    if row is None:
        row = MailRow(
            key=key,
            recipients=list(recipients),
            subject=clean(subject, 500),
            content=content,
            state=MailState.QUEUED.value,
            attempts=0,
            queued_at=now,
            next_try_at=now,
            sent_at=None,
            error="",
        )
        session.add(row)
        session.flush()
    return _mail(row)


def claim(
    session: Session, *, now: datetime, ids: Collection[int] | None = None
) -> tuple[Mail, bytes] | None:
    """The next mail that is due, marked as being sent; None: nothing is."""
    due: Any = select(MailRow).where(
        MailRow.state == MailState.QUEUED.value,
        or_(MailRow.next_try_at.is_(None), MailRow.next_try_at <= now),
    )
    if ids is not None:
        due = due.where(MailRow.id.in_(sorted(ids)))
    row = session.scalars(due.order_by(MailRow.id).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    row.state = MailState.SENDING.value
    row.attempts += 1
    return _mail(row), row.content


def note(session: Session, mail: int, *, error: str, permanent: bool, now: datetime) -> Mail:
    """Notes how sending ended: without an error it is sent; a passing one is tried again, ever later."""
    row = _row(session, mail)
    row.error = clean(" ".join(error.split()), _ERROR)
    if not error:
        row.state, row.sent_at, row.next_try_at = MailState.SENT.value, now, None
    elif permanent:
        row.state, row.next_try_at = MailState.REFUSED.value, None
    else:
        wait = min(_FIRST_WAIT * 2 ** min(row.attempts - 1, 10), _LONGEST_WAIT)
        row.state, row.next_try_at = MailState.QUEUED.value, now + wait
    return _mail(row)


def again(session: Session, mail: int, *, now: datetime) -> Mail:
    """A person has decided to send it (once more); sent ones stay sent.

    Raises:
        ActionRefused: it is not known, or was sent.
    """
    row = _row(session, mail)
    if row.state == MailState.SENT:
        raise ActionRefused(f"邮件 {mail} 已经发送，不能重发。")
    row.state, row.next_try_at = MailState.QUEUED.value, now
    return _mail(row)


def listed(session: Session, states: Collection[MailState] | None = None) -> list[Mail]:
    """The outbox, the oldest first."""
    query: Any = select(MailRow).order_by(MailRow.id)
    if states is not None:
        query = query.where(MailRow.state.in_([state.value for state in states]))
    return [_mail(row) for row in session.scalars(query)]


def _row(session: Session, mail: int) -> MailRow:
    row = session.get(MailRow, mail, with_for_update=True)
    if row is None:
        raise ActionRefused(f"没有编号为 {mail} 的邮件。")
    return row


def _mail(row: MailRow) -> Mail:
    return Mail(
        id=row.id,
        key=row.key,
        recipients=tuple(row.recipients),
        subject=row.subject,
        state=MailState(row.state),
        attempts=row.attempts,
        queued=row.queued_at,
        next_try=row.next_try_at,
        sent=row.sent_at,
        error=row.error,
    )
