"""Periods of the office's calendar, and the office itself as papers name it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
_WEEK = re.compile(r"(\d{4})-?[Ww](\d{1,2})")


class Office(Protocol):
    """Who inspects, as papers name it; the office's settings (`[office]`) fit."""

    @property
    def name(self) -> str:
        """示例市人民政府办公室."""

    @property
    def region(self) -> str:
        """示例市, as it stands in the titles of papers."""

    @property
    def timezone(self) -> str:
        """Name of the zone in which days and weeks are counted: Asia/Shanghai."""

    @property
    def contact(self) -> str:
        """Whom a unit calls; may be empty."""

    @property
    def phone(self) -> str:
        """May be empty."""


class PeriodError(ValueError):
    """A period that can't be read; the message is one Chinese line."""


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week, Monday to Sunday, in the office's calendar."""

    start: date
    """Its Monday."""

    def __post_init__(self) -> None:
        if self.start.weekday() != 0:
            raise PeriodError(f"{self.start} 不是星期一")

    @classmethod
    def parse(cls, text: str) -> Week:
        """The week that `2026-W47` names.

        Raises:
            PeriodError: it names no week (2026-W54, 2026-47 …).
        """
        found = _WEEK.fullmatch(text.strip())
        if found is None:
            raise PeriodError(f"周次应写作 2026-W47，读到的是“{text[:40]}”")
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            raise PeriodError(f"{found[1]} 年没有第 {int(found[2])} 周") from None

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that a day lies in."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def last_complete(cls, today: date) -> Week:
        """The last week that is over on that day."""
        return cls.of(today).before

    @property
    def end(self) -> date:
        """Its Sunday."""
        return self.start + timedelta(days=6)

    @property
    def before(self) -> Week:
        """The week before."""
        return Week(self.start - timedelta(days=7))

    @property
    def code(self) -> str:
        """As commands take it: 2026-W47. Never in papers."""
        year, number, _ = self.start.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def zh(self) -> str:
        """As titles have it: 11月16日至11月22日, with the years only where the year turns."""
        if self.start.year != self.end.year:
            return f"{day_zh(self.start, year=True)}至{day_zh(self.end, year=True)}"
        return f"{day_zh(self.start)}至{day_zh(self.end)}"

    @property
    def zh_year(self) -> str:
        """As sentences have it: 2026年11月16日至11月22日."""
        return self.zh if self.start.year != self.end.year else f"{self.start.year}年{self.zh}"

    @property
    def file_part(self) -> str:
        """As names of files have it: 2026-11-16至2026-11-22."""
        return f"{self.start}至{self.end}"

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """Its first moment and the first one after it, in UTC; days begin at midnight of the zone."""
        return _midnight(self.start, zone), _midnight(self.start + timedelta(days=7), zone)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of the office's calendar."""

    year: int
    number: int
    """1 to 12."""

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month that `2026-11` names.

        Raises:
            PeriodError: it names no month.
        """
        found = _MONTH.fullmatch(text.strip())
        if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
            raise PeriodError(f"月份应写作 2026-11，读到的是“{text[:40]}”")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def last_complete(cls, today: date) -> Month:
        """The last month that is over on that day."""
        return cls.of(today).before

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return self._next - timedelta(days=1)

    @property
    def before(self) -> Month:
        """The month before."""
        return Month.of(self.start - timedelta(days=1))

    @property
    def code(self) -> str:
        """As commands and names of files have it: 2026-11."""
        return f"{self.year}-{self.number:02d}"

    @property
    def zh(self) -> str:
        """As papers have it: 2026年11月."""
        return f"{self.year}年{self.number}月"

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """Its first moment and the first one after it, in UTC; days begin at midnight of the zone."""
        return _midnight(self.start, zone), _midnight(self._next, zone)

    @property
    def _next(self) -> date:
        return date(self.year + self.number // 12, self.number % 12 + 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of the office's calendar."""

    year: int
    number: int
    """1 to 4."""

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """The quarter that `2026-Q4` names.

        Raises:
            PeriodError: it names no quarter.
        """
        found = _QUARTER.fullmatch(text.strip())
        if found is None or int(found[1]) < 1:
            raise PeriodError(f"季度应写作 2026-Q4，读到的是“{text[:40]}”")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def last_complete(cls, today: date) -> Quarter:
        """The last quarter that is over on that day."""
        return cls.of(today).before

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return Month(self.year, self.number * 3).end

    @property
    def before(self) -> Quarter:
        """The quarter before."""
        return Quarter.of(self.start - timedelta(days=1))

    @property
    def code(self) -> str:
        """As commands and names of files have it: 2026-Q4."""
        return f"{self.year}-Q{self.number}"

    @property
    def zh(self) -> str:
        """As papers have it: 2026年第四季度."""
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """Its first moment and the first one after it, in UTC; days begin at midnight of the zone."""
        return _midnight(self.start, zone), _midnight(self.end + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def day_zh(day: date, *, year: bool = False) -> str:
    """11月16日, or 2026年11月16日."""
    return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"


def moment_zh(moment: datetime, zone: str, *, year: bool = False) -> str:
    """11月16日 22:04 in the zone (an aware moment)."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_zh(local.date(), year=year)} {local:%H:%M}"


def day_zh_of(moment: datetime, zone: str) -> str:
    """11月16日, of a moment in the zone."""
    return moment_zh(moment, zone).split(" ", 1)[0]
