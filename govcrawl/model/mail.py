"""Mail in the outbox (待发邮件)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    """Handed to the server, and no answer noted: whether it went out is not known."""
    SENT = "sent"
    REFUSED = "refused"
    """The server refused it for good (5xx): not tried again by itself."""

    @property
    def zh(self) -> str:
        """The word in tables."""
        return {"queued": "待发送", "sending": "是否送出不明", "sent": "已发送", "refused": "被拒收"}[
            self.value
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it is kept."""

    id: int
    key: str
    """What it is of (notice/2026-012): queued once, however often it is asked for."""
    recipients: tuple[str, ...]
    """Bare addresses, To and Cc, that the envelope names."""
    subject: str
    state: MailState
    attempts: int = 0
    queued: datetime
    next_try: datetime | None = None
    sent: datetime | None = None
    error: str = ""
    """Of the last attempt: the server's own words, or what failed; one line."""
