"""Reports as they are kept: drafts that may be made anew, and issued ones that stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ReportKind(StrEnum):
    """Which paper it is; the value is the command's name."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ADOPTION = "adoption"

    @property
    def zh(self) -> str:
        """The word in tables."""
        return {
            "weekly": "周巡查",
            "monthly": "月整改",
            "quarterly": "季通报",
            "adoption": "信息采用情况通报",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    """One version of a report of one period."""

    id: int
    kind: ReportKind
    period: str
    """2026-W47, 2026-11, 2026-Q4."""
    public: bool = False
    """The version for the public, counted apart."""
    until: date | None = None
    """The last day counted, where the paper is signed before its period ends."""
    version: int = 1
    """1 for the first issue; each issue anew is the next one."""
    made: datetime
    """The moment as of which its numbers are (UTC)."""
    issued: datetime | None = None
    """None: a draft."""
    who: str = ""
    """Who made it final."""
    number: str = ""
    """发文字号."""
    signer: str = ""
    dated: date | None = None
    """成文日期."""
    numbers: Mapping[str, object] = field(default_factory=dict)
    """As `--json` prints them."""
    files: tuple[tuple[str, str], ...] = ()
    """Of an issued one: paths below the office's data folder, each with its SHA-256."""
