from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from govcrawl.rules.workdays import (
    CalendarError,
    Due,
    WorkingDays,
    announced,
    load_working_days,
    read_calendar,
    write_calendar,
)

_ANNOUNCED = """\
[2031]
source = "国办发明电〔2030〕1号"
holidays = [2031-01-01, 2031-01-02, 2031-01-03]
workdays = [2031-01-04]
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "holidays.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # a plain week: Monday to Monday
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday: the next working day is Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # issued on a Saturday
        (date(2025, 9, 26), 3, date(2025, 9, 30)),  # Sunday the 28th was worked before the National Day
        (date(2025, 9, 30), 3, date(2025, 10, 11)),  # eight days free, Saturday the 11th worked
        (date(2025, 1, 24), 2, date(2025, 1, 27)),  # Sunday the 26th was worked before the Spring Festival
    ],
)
def test_deadlines_go_by_the_announced_calendar(start: date, count: int, day: date) -> None:
    assert announced().after(start, count) == Due(day, estimated=False)


def test_a_year_not_announced_is_estimated_by_its_weekends_and_never_fails() -> None:
    known = announced()
    late = max(known.years)
    due = known.after(date(late, 12, 28), 10)
    assert due.estimated, "a deadline beyond the announced years must say 暂按周末推算"
    assert due.day.year == late + 1
    assert due.day.weekday() < 5
    assert known.after(date(late + 30, 6, 1), 3).estimated


def test_a_deadline_that_ends_before_the_new_year_is_none_of_the_next_years_business() -> None:
    last = max(announced().years)
    assert not announced().after(date(last, 12, 1), 3).estimated


def test_the_years_of_the_library_are_whole() -> None:
    years = announced().years
    assert {2024, 2025} <= set(years)
    for number, year in years.items():
        assert all(day.year == number for day in year.holidays | year.workdays), number


def test_the_offices_own_file_overrides_its_years_alone(tmp_path: Path) -> None:
    days = load_working_days(_file(tmp_path, _ANNOUNCED))
    assert not days.is_working(date(2031, 1, 2)), "a Thursday that the file calls free"
    assert days.is_working(date(2031, 1, 4)), "a Saturday that the file calls worked"
    assert days.after(date(2030, 12, 31), 1) == Due(date(2031, 1, 4), estimated=False)
    assert days.years[2025] == announced().years[2025]


def test_without_a_file_the_announced_years_stand(tmp_path: Path) -> None:
    assert load_working_days(None) is announced()
    assert load_working_days(tmp_path / "holidays.toml") is announced()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    years = read_calendar(_file(tmp_path, _ANNOUNCED.replace("1号", '1号 \\"甲\\\\乙\\"')))
    assert read_calendar(_file(tmp_path, write_calendar(years))) == years


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有任何年份"),
        ("[2031", "不是 TOML"),
        ("x = 1", "年份应写作"),
        ("2031 = 1", "应为一节"),
        (_ANNOUNCED.replace("holidays", "holiday"), "不认识的项"),
        (_ANNOUNCED.replace("source", "# source"), "source"),
        (_ANNOUNCED.replace("2031-01-04]", "2031-01-06]"), "应为周末"),
        (_ANNOUNCED.replace("2031-01-03]", "2031-01-04]"), "既写为放假又写为上班"),
        (_ANNOUNCED.replace("2031-01-03]", "2032-01-03]"), "别的年份"),
        (_ANNOUNCED.replace("2031-01-03]", '"一月三日"]'), "读不懂的日期"),
        (_ANNOUNCED.replace("[2031-01-01, 2031-01-02, 2031-01-03]", "[]"), "没有写放假"),
        (_ANNOUNCED.replace("[2031-01-04]", "3"), "日期的列表"),
    ],
)
def test_a_file_that_can_not_be_is_refused_with_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CalendarError) as caught:
        read_calendar(_file(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value).replace("\\n", "")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="无法读取"):
        read_calendar(tmp_path / "nowhere.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CalendarError, match="不是 TOML"):
        read_calendar(tmp_path / "b.toml")


@pytest.mark.parametrize("count", [0, -1, 367])
def test_a_count_without_sense_is_a_fault_of_the_caller(count: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        WorkingDays({}).after(date(2026, 1, 1), count)
