"""Correction notices (整改通知单) as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """One finding of a notice."""

    fingerprint: str
    deadline: datetime
    """The first moment (UTC) at which it is late."""
    estimated: bool = False
    """Its day lies in a year whose holidays were not announced (暂按周末推算)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one unit was told to mend, by when, and how it was told."""

    number: str
    """编号: year of issue and a count, 2026-012; given once and never again."""
    unit: str
    issued: datetime
    """UTC."""
    urgent: bool = False
    document_number: str = ""
    """发文字号, the office's own; empty: left blank on the paper."""
    signer: str = ""
    """签发人; empty: left blank."""
    dated: date | None = None
    """成文日期; None: left blank."""
    channel: str = ""
    """How it went out: OA, 邮件, 工作群 …; empty: not yet."""
    sent: datetime | None = None
    reminded: datetime | None = None
    """Of the last reminder."""
    items: tuple[NoticeItem, ...] = ()

    @property
    def first_deadline(self) -> datetime | None:
        """The earliest of its deadlines."""
        return min((item.deadline for item in self.items), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalNotice:
    """A notice from above (上级通报) that names a unit: entered by hand, a ground for a talk."""

    id: int
    source: str
    """Who gave it: 自治区人民政府办公厅."""
    number: str
    """文号 of it; empty: it has none."""
    dated: date
    unit: str
    text: str
    """What it says of the unit, in one sentence."""
    who: str
    """Who entered it."""
    entered: datetime
    withdrawn: str = ""
    """Why it does not count, with the name of who said so; empty: it counts."""
