"""The monthly correction (月整改): what had to be corrected in a month, and what was, unit by unit.

Rests on article 19 of the measures (周巡查、月整改、季通报). Pure: the same records give the same paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from govcrawl.model import FindingRecord, Profile, Registry, Rule, Severity, Status
from reports.blocks import UnitBlock, shown_of, unit_blocks, unit_name
from reports.corrections import (
    Corrections,
    ErrorReports,
    Trails,
    by_unit,
    came_back,
    corrections_of,
    error_reports_of,
)
from reports.entries import VERIFIED, Describer
from reports.periods import Month, Office, moment_zh
from reports.results import ledger_of, site_name
from reports.weekly import basis_of
from reports.wording import full_width

BODY_LIMIT = 30
"""Open findings of one site that the body lists; the ledger has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What the store knows of one month."""

    before: Sequence[FindingRecord]
    """As they stood when it began."""
    after: Sequence[FindingRecord]
    """As they stood when it ended (or stand now, if it is not over)."""
    trails: Trails
    first: datetime
    end: datetime
    """The first moment after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit in the table."""

    name: str
    rank: int | None
    """By rate; equal rates share a rank. None: nothing was to be corrected."""
    numbers: Corrections
    last: Corrections | None
    """Of the month before; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One finding that the paper names."""

    unit: str
    site: str
    title: str
    note: str
    """By when, or why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyCorrection:
    """Everything that the monthly paper shows."""

    month: Month
    office: Office
    title: str
    made: str
    unfinished: bool
    basis: tuple[str, ...]
    profile: str
    numbers: Corrections
    last: Corrections | None
    reports: ErrorReports
    units: tuple[UnitLine, ...]
    overdue: tuple[Named, ...]
    disputed: tuple[Named, ...]
    recurred: tuple[Named, ...]
    open: tuple[UnitBlock, ...]
    open_count: int
    findings: tuple[FindingRecord, ...]
    """What the ledger lists: what is open, and what was corrected within the month."""
    registry: Registry
    rules: Mapping[str, Rule]

    def to_json(self) -> dict[str, object]:
        """The numbers, for `report monthly --json`."""
        return {
            "period": {"month": self.month.code, "start": str(self.month.start), "end": str(self.month.end)},
            "title": self.title,
            **self.numbers.to_json(),
            "last": None if self.last is None else self.last.to_json(),
            "error_reports": {
                "received": self.reports.received,
                "true": self.reports.true,
                "answered": self.reports.answered,
                "in_time": self.reports.in_time,
            },
            "units": [
                {
                    "unit": line.name,
                    "rank": line.rank,
                    **line.numbers.to_json(),
                    "last_rate": None if line.last is None else line.last.to_json()["rate"],
                }
                for line in self.units
            ],
            "named": {
                "open": self.open_count,
                "overdue": len(self.overdue),
                "disputed": len(self.disputed),
                "recurred": len(self.recurred),
            },
            "ledger": len(self.findings),
        }


def correct_month(
    *,
    month: Month,
    office: Office,
    registry: Registry,
    numbers: Numbers,
    last: Numbers | None,
    profile: Profile,
    rules: Mapping[str, Rule],
    now: datetime,
) -> MonthlyCorrection:
    """The paper of one month; `last` is the month before (None: nothing was kept then)."""
    _, after = month.instants(office.timezone)
    describer = Describer(registry, rules, numbers.after, office.timezone)
    standing = [
        record
        for record in numbers.after
        if record.status in VERIFIED and record.severity is not Severity.ADVICE
    ]

    def named(record: FindingRecord, note: str) -> Named:
        return Named(
            unit=unit_name(registry, record.unit),
            site=site_name(registry, record),
            title=describer.entry(record).title,
            note=note,
        )

    def when(moment: datetime | None) -> str:
        return "" if moment is None else moment_zh(moment, office.timezone, year=True).split(" ", 1)[0]

    again = {key for key, steps in numbers.trails.items() if came_back(steps, numbers.first, numbers.end)}
    return MonthlyCorrection(
        month=month,
        office=office,
        title=f"{office.region or office.name}{month.zh}政府网站和政务新媒体问题整改情况通报",
        made=moment_zh(now, office.timezone, year=True),
        unfinished=now < after,
        basis=basis_of(profile, "articles.weekly"),
        profile=full_width(profile.title),
        numbers=_all(numbers),
        last=None if last is None else _all(last),
        reports=error_reports_of(numbers.after, numbers.trails, numbers.first, numbers.end),
        units=_units(registry, numbers, last),
        overdue=tuple(
            named(record, f"应于{when(_last_moment(record))}前完成") for record in standing if record.overdue
        ),
        disputed=tuple(
            named(record, describer.text(record.reason or "", 200))
            for record in standing
            if record.status is Status.DISPUTED
        ),
        recurred=tuple(
            named(record, record.status.zh.partition("（")[0])
            for record in numbers.after
            if record.fingerprint in again and record.open and record.severity is not Severity.ADVICE
        ),
        open=unit_blocks(
            standing,
            registry,
            describer,
            shown=shown_of(standing, BODY_LIMIT),
            mark=lambda record: "逾期" if record.overdue else "再次出现" if record.recurred else "",
        ),
        open_count=len(standing),
        findings=ledger_of(numbers.after, numbers.first, numbers.end),
        registry=registry,
        rules=rules,
    )


def _all(numbers: Numbers) -> Corrections:
    return corrections_of(numbers.before, numbers.after, numbers.trails, numbers.first, numbers.end)


def _units(registry: Registry, numbers: Numbers, last: Numbers | None) -> tuple[UnitLine, ...]:
    """Units to which anything happened: by rate, then by how much they corrected; the others after them."""
    known = {unit.id: at for at, unit in enumerate(registry.units)}
    now = by_unit(numbers.before, numbers.after, numbers.trails, numbers.first, numbers.end, known)
    before = (
        {} if last is None else by_unit(last.before, last.after, last.trails, last.first, last.end, known)
    )
    lines = [
        UnitLine(
            name=unit_name(registry, key),
            rank=None,
            numbers=one,
            last=before.get(key) if last is not None else None,
        )
        for key, one in sorted(now.items(), key=lambda item: known.get(item[0] or "", len(known)))
        if one.due or one.issued or one.answered
    ]
    lines.sort(
        key=lambda line: (line.numbers.rate is None, -(line.numbers.rate or 0), -line.numbers.corrected)
    )
    ranked = [line.numbers.rate for line in lines if line.numbers.rate is not None]
    return tuple(
        line if line.numbers.rate is None else replace(line, rank=ranked.index(line.numbers.rate) + 1)
        for line in lines
    )


def _last_moment(record: FindingRecord) -> datetime | None:
    """A moment of the last day in time: a deadline is the first moment after it."""
    return None if record.deadline is None else record.deadline - timedelta(microseconds=1)
