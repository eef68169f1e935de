"""By when a finding must be mended: the profile's days, counted by the calendar of working days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from govcrawl.model import Origin, Profile, Severity
from govcrawl.rules.profile import ProfileError
from govcrawl.rules.workdays import WorkingDays

SECURITY = frozenset({"link-hijacked", "information-leak"})
"""Rules of security and privacy: mended within hours (`deadlines.security`), not on the next working day."""
URGENT = SECURITY | {"site-unavailable"}
"""Rules whose confirmed findings are told to the office at once, not with the next weekly paper."""
_HOURS = re.compile(r"(\d{1,3})h")
_MOST = 366


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a correction is due."""

    moment: datetime
    """The first moment (UTC) at which it is late: midnight after the last day, of the office's zone."""
    estimated: bool
    """Counted over a year whose holidays were not announced (暂按周末推算)."""


def deadline_of(
    rule: str,
    severity: Severity,
    origin: Origin,
    *,
    issued: datetime,
    zone: str,
    profile: Profile,
    calendar: WorkingDays,
) -> Deadline | None:
    """When a finding that is told to its unit at `issued` (aware) must be mended; None: advice has none.

    The day of issue does not count (民法典, article 201). A value in hours runs from the moment itself.

    Raises:
        ProfileError: the profile's value is neither a count of working days nor hours ("24h").
    """
    if severity is Severity.ADVICE:
        return None
    key = f"deadlines.{_kind(rule, severity, origin)}"
    value = profile[key].value
    if isinstance(value, str) and (hours := _HOURS.fullmatch(value.strip())):
        return Deadline((issued + timedelta(hours=int(hours[1]))).astimezone(UTC), estimated=False)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST:
        raise ProfileError(
            f"检查指标 {profile.name} 的 {key} 应为工作日天数或“24h”形式的小时数，现为 {value!r}"
        )
    due = calendar.after(issued.astimezone(ZoneInfo(zone)).date(), value)
    return Deadline(end_of(due.day, zone), due.estimated)


def end_of(day: date, zone: str) -> datetime:
    """The first moment after a day of the zone, in UTC."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC)


def last_day(moment: datetime, zone: str) -> date:
    """The last day on which a correction is in time, of its deadline."""
    return (moment - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def _kind(rule: str, severity: Severity, origin: Origin) -> str:
    if rule in SECURITY:
        return "security"
    if origin is Origin.ERROR_REPORT:
        return Origin.ERROR_REPORT.value
    return severity.value
