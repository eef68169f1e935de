"""Weeks in the office's calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods import PeriodError, Week, day_zh_of, moment_zh

SHANGHAI = "Asia/Shanghai"


def test_a_week_has_its_dates_and_words():
    week = Week.parse("2026-W47")
    assert (week.start, week.end) == (date(2026, 11, 16), date(2026, 11, 22))
    assert week.zh == "11月16日至11月22日"
    assert week.zh_year == "2026年11月16日至11月22日"
    assert week.file_part == "2026-11-16至2026-11-22"
    assert week.code == "2026-W47"


def test_the_years_are_written_where_the_year_turns():
    week = Week.of(date(2027, 1, 1))
    assert week == Week.parse("2026-W53")
    assert week.zh == week.zh_year == "2026年12月28日至2027年1月3日"


@pytest.mark.parametrize("text", ["2026-W54", "2025-W53", "2026-W00", "2026-47", "W47", "", "0000-W01"])
def test_what_is_no_week_is_refused_in_one_line(text):
    with pytest.raises(PeriodError) as caught:
        Week.parse(text)
    assert "\n" not in str(caught.value)


def test_a_week_begins_on_monday():
    with pytest.raises(PeriodError, match="星期一"):
        Week(date(2026, 11, 17))


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2026, 11, 22), date(2026, 11, 9)),  # on its Sunday a week is not over
        (date(2026, 11, 23), date(2026, 11, 16)),
        (date(2027, 1, 4), date(2026, 12, 28)),
    ],
)
def test_the_last_complete_week(today, start):
    assert Week.last_complete(today).start == start


def test_days_begin_at_midnight_of_the_office():
    first, after = Week.parse("2026-W47").instants(SHANGHAI)
    assert first == datetime(2026, 11, 15, 16, 0, tzinfo=UTC)
    assert after - first == timedelta(days=7)
    assert first.tzinfo is UTC


def test_a_week_with_a_change_of_clocks_is_not_seven_times_24_hours():
    first, after = Week.of(date(2026, 3, 29)).instants("Europe/Berlin")
    assert after - first == timedelta(days=7) - timedelta(hours=1)


@given(st.dates(min_value=date(1990, 1, 8), max_value=date(2200, 1, 1)))
def test_each_day_lies_in_one_week_that_its_code_names(day):
    week = Week.of(day)
    assert week.start <= day <= week.end
    assert Week.parse(week.code) == week
    assert week.before.end + timedelta(days=1) == week.start


def test_moments_are_written_in_the_zone():
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert moment_zh(late, SHANGHAI) == "11月23日 00:30"
    assert moment_zh(late, SHANGHAI, year=True) == "2026年11月23日 00:30"
    assert day_zh_of(late, SHANGHAI) == "11月23日"
