"""Working days (工作日) of the Chinese calendar, with its holidays and shifted weekends.

The State Council announces a year's holidays in the autumn before it. A year that nobody has
announced yet is counted by its weekends alone, and whoever asks is told so: a deadline in January is
needed in December, announced or not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

_SATURDAY = 5
_MOST_DAYS = 366
"""Working days that a deadline may lie ahead, and days that one year of a file may name."""
_MAX_BYTES = 1 << 20


class CalendarError(Exception):
    """A calendar file that can't be read; the message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Year:
    """What was announced for one year."""

    holidays: frozenset[date]
    """Weekdays that are free. Weekends may be named too; they are free in any case."""
    workdays: frozenset[date]
    """Weekends on which offices work (调休上班)."""
    source: str
    """The announcement, in Chinese: 国办发明电〔2025〕7号."""


@dataclass(frozen=True, slots=True)
class Due:
    """The day on which something is due."""

    day: date
    estimated: bool
    """A year on the way to it was not announced, and was counted by its weekends (暂按周末推算)."""


class WorkingDays:
    """Counts working days.

    Args:
        years: what was announced, by year.
    """

    def __init__(self, years: Mapping[int, Year]) -> None:
        self.years: Mapping[int, Year] = MappingProxyType(dict(years))

    def is_working(self, day: date) -> bool:
        """Do offices work on that day; by its weekday alone where its year was not announced."""
        year = self.years.get(day.year)
        if year is not None and day in year.workdays:
            return True
        return day.weekday() < _SATURDAY and (year is None or day not in year.holidays)

    def after(self, day: date, count: int) -> Due:
        """The day that lies so many working days after another, which itself does not count.

        Raises:
            ValueError: the count is not between 1 and 366.
        """
        if not 1 <= count <= _MOST_DAYS:
            raise ValueError(f"between 1 and {_MOST_DAYS} working days, not {count}")
        estimated = False
        while count:
            day += timedelta(days=1)
            estimated = estimated or day.year not in self.years
            count -= self.is_working(day)
        return Due(day, estimated)


@cache
def announced() -> WorkingDays:
    """The years that the installed `chinesecalendar` knows (2004 on)."""
    # Not at the top: it costs start-up time that only deadlines need.
    from chinese_calendar.constants import holidays, workdays

    found: dict[int, tuple[set[date], set[date]]] = {}
    for days, at in ((holidays, 0), (workdays, 1)):
        for day in days:
            found.setdefault(day.year, (set(), set()))[at].add(day)
    return WorkingDays(
        {
            year: Year(frozenset(free), frozenset(worked), "国务院办公厅关于当年部分节假日安排的通知")
            for year, (free, worked) in found.items()
            # The first of January has been free ever since: a year without it was not entered yet.
            if date(year, 1, 1) in free
        }
    )


def load_working_days(path: Path | None) -> WorkingDays:
    """What is announced, overridden year by year by the office's own file where there is one.

    Raises:
        CalendarError: as `read_calendar`.
    """
    known = announced()
    if path is None or not path.exists():
        return known
    return WorkingDays({**known.years, **read_calendar(path)})


def read_calendar(path: Path) -> dict[int, Year]:
    """The years of a calendar file (TOML): a table a year, with `holidays`, `workdays` and `source`.

    Raises:
        CalendarError: the file can't be read, or says what can't be: another year's day, a working day
            that is no weekend, a day that is both.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise CalendarError(f"日历文件 {path} 无法读取：{error.strerror}") from error
    if len(text) > _MAX_BYTES:
        raise CalendarError(f"日历文件 {path} 过大，不是节假日安排")
    try:
        tables = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CalendarError(f"日历文件 {path} 不是 TOML 格式：{error}") from error
    if not tables:
        raise CalendarError(f"日历文件 {path} 中没有任何年份")
    return {_year(name): _plan(_year(name), table) for name, table in tables.items()}


def write_calendar(years: Mapping[int, Year]) -> str:
    """The text of a calendar file, as `read_calendar` reads it."""
    lines = ["# 节假日安排。每年一节：holidays 为放假的日期，workdays 为调休上班的周末，source 为文件名称。"]
    for number, year in sorted(years.items()):
        lines += ["", f"[{number}]", f"source = {_quoted(year.source)}"]
        for name, days in (("holidays", year.holidays), ("workdays", year.workdays)):
            lines.append(f"{name} = [{', '.join(str(day) for day in sorted(days))}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    kept = "".join(char for char in text if char.isprintable())
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _year(name: str) -> int:
    if not (name.isascii() and name.isdecimal() and len(name) == 4):
        raise CalendarError(f"年份应写作 [2027]，读到的是 [{name[:40]}]")
    return int(name)


def _plan(year: int, table: object) -> Year:
    if not isinstance(table, dict):
        raise CalendarError(f"[{year}] 应为一节，其下写 holidays、workdays 和 source")
    if unknown := set(table) - {"holidays", "workdays", "source"}:
        raise CalendarError(f"[{year}] 中有不认识的项：{'、'.join(sorted(unknown))[:80]}")
    source = table.get("source", "")
    if not isinstance(source, str) or not source.strip():
        raise CalendarError(f"[{year}] 应写明 source（节假日安排的文件名称）")
    free = _days(year, "holidays", table.get("holidays", []))
    worked = _days(year, "workdays", table.get("workdays", []))
    if not free:
        raise CalendarError(f"[{year}] 没有写放假的日期（holidays）")
    for day in sorted(worked):
        if day.weekday() < _SATURDAY:
            raise CalendarError(f"[{year}] 调休上班的日期应为周末，{day} 不是")
    if both := free & worked:
        raise CalendarError(f"[{year}] {min(both)} 既写为放假又写为上班")
    return Year(free, worked, source.strip()[:200])


def _days(year: int, name: str, given: object) -> frozenset[date]:
    if not isinstance(given, list) or len(given) > _MOST_DAYS:
        raise CalendarError(f"[{year}] 的 {name} 应为日期的列表")
    days = set()
    for one in given:
        try:
            day = one if type(one) is date else date.fromisoformat(str(one))
        except ValueError as error:
            raise CalendarError(f"[{year}] 的 {name} 中有读不懂的日期：{str(one)[:40]}") from error
        if day.year != year:
            raise CalendarError(f"[{year}] 的 {name} 中有别的年份的日期：{day}")
        days.add(day)
    return frozenset(days)
