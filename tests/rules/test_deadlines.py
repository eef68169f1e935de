from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from govcrawl.model import Origin, Profile, Severity, Value
from govcrawl.rules import ProfileError
from govcrawl.rules.deadlines import deadline_of, end_of, last_day
from govcrawl.rules.workdays import announced

ZONE = "Asia/Shanghai"
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_VALUES = {"security": "24h", "veto": 3, "problem": 5, "找错": 3}


def _profile(**changes: object) -> Profile:
    values = {
        f"deadlines.{key}": Value(value, "示例", verified=True) for key, value in (_VALUES | changes).items()
    }
    return Profile(name="example", title="示例", basis=(), values=values)


def _due(
    rule: str = "link-broken",
    severity: Severity = Severity.PROBLEM,
    origin: Origin = Origin.MACHINE,
    issued: datetime = MONDAY,
    **changes: object,
):
    return deadline_of(
        rule, severity, origin, issued=issued, zone=ZONE, profile=_profile(**changes), calendar=announced()
    )


@pytest.mark.parametrize(
    ("severity", "origin", "day"),
    [
        (Severity.PROBLEM, Origin.MACHINE, date(2026, 11, 30)),
        (Severity.VETO, Origin.MACHINE, date(2026, 11, 26)),
        (Severity.PROBLEM, Origin.ERROR_REPORT, date(2026, 11, 26)),
    ],
)
def test_working_days_by_severity_and_origin(severity: Severity, origin: Origin, day: date) -> None:
    due = _due(severity=severity, origin=origin)
    assert due is not None
    assert (last_day(due.moment, ZONE), due.estimated) == (day, False)
    assert due.moment == end_of(day, ZONE)


def test_the_whole_last_day_is_in_time() -> None:
    due = _due()
    assert due is not None
    assert due.moment == datetime(2026, 11, 30, 16, 0, tzinfo=UTC), "midnight of Shanghai after the last day"


def test_an_evening_counts_as_the_day_of_the_offices_zone() -> None:
    evening = _due(issued=datetime(2026, 11, 23, 16, 30, tzinfo=UTC))  # already Tuesday in Shanghai
    assert evening is not None
    assert last_day(evening.moment, ZONE) == date(2026, 12, 1)


def test_a_hijacked_page_runs_by_the_hour() -> None:
    due = _due("link-hijacked")
    assert due is not None
    assert due.moment == MONDAY + timedelta(hours=24)


def test_over_an_unannounced_year_it_says_that_it_is_estimated() -> None:
    last = max(announced().years)
    due = _due(issued=datetime(last, 12, 30, 1, tzinfo=UTC))
    assert due is not None
    assert due.estimated


def test_advice_has_no_deadline() -> None:
    assert _due(severity=Severity.ADVICE) is None


@pytest.mark.parametrize("value", ["soon", 0, 400, True, None, "24 hours", 2.5])
def test_a_profile_that_says_nothing_usable_is_named(value: object) -> None:
    with pytest.raises(ProfileError, match=r"deadlines\.problem"):
        _due(problem=value)
