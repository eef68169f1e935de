"""What was found and what was mended, week by week, of a longer period. Pure.

Counted are vetoes and problems (需整改). Found (新核实): verified in that week for the first time, or again
after it had been mended; an exemption that ends and a closing that is taken back find nothing. Mended
(已整改): closed after it had been verified, whatever became of it later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from govcrawl.model import FindingRecord, Severity, Status
from govcrawl.store import Event, Transition
from reports.corrections import Trails
from reports.entries import VERIFIED
from reports.periods import Week, day_zh_of
from reports.results import within

_NO_FINDING = frozenset({Event.EXEMPTION_ENDED, Event.REOPEN, Event.UPHOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLine:
    """One week of the chart and of its table."""

    label: str
    """11月16日至11月22日; of the first and last week the days that lie in the period."""
    found: int
    corrected: int

    def to_json(self) -> dict[str, object]:
        """The numbers by name."""
        return {"name": self.label, "found": self.found, "corrected": self.corrected}


def weeks_of(
    records: Iterable[FindingRecord], trails: Trails, first: datetime, end: datetime, zone: str
) -> tuple[WeekLine, ...]:
    """The weeks of a period, the first one first; a finding counts once a week and way.

    Args:
        records: findings as they stand at the end; of others the trails are not looked at.
        trails: of what happened in the period.
        first: its first moment, aware.
        end: the first moment after it.
        zone: of the office's calendar.
    """
    must = {record.fingerprint for record in records if record.severity is not Severity.ADVICE}
    own = [steps for key, steps in trails.items() if key in must]
    lines = []
    week = Week.of(first.astimezone(ZoneInfo(zone)).date())
    while week.instants(zone)[0] < end:
        begin, after = week.instants(zone)
        span = (max(begin, first), min(after, end))
        lines.append(
            WeekLine(
                label=_days(*span, zone),
                found=sum(any(_found(step) and within(step.at, *span) for step in steps) for steps in own),
                corrected=sum(
                    any(_mended(step) and within(step.at, *span) for step in steps) for steps in own
                ),
            )
        )
        week = Week.of(after.astimezone(ZoneInfo(zone)).date())
    return tuple(lines)


def _days(first: datetime, after: datetime, zone: str) -> str:
    days = [day_zh_of(moment, zone) for moment in (first, after - timedelta(microseconds=1))]
    return "至".join(dict.fromkeys(days))


def longest(lines: Sequence[WeekLine]) -> int:
    """The greatest number in the chart."""
    return max((max(line.found, line.corrected) for line in lines), default=0)


def _found(step: Transition) -> bool:
    return step.after is Status.CONFIRMED and step.before not in VERIFIED and step.event not in _NO_FINDING


def _mended(step: Transition) -> bool:
    return step.after is Status.CORRECTED and step.before is not Status.CORRECTED and step.was_confirmed
