"""A year of a made-up city: every number of every report beside an own count of what happened.

`year_events` makes the list of what happened, `year_drive` takes it through the program as an office and its
nights do, reports are made when their periods are over, and `year_count` counts the list a second time.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import year_count
from year_drive import Office
from year_events import FIRST, WEEKS, Act, Answer, Run, Told, Year, make_year, moment
from year_life import Life

from govcrawl.model import ReportKind, ReportRecord
from govcrawl.office.papers import make
from govcrawl.store import Store

SEED = 7


@dataclass(frozen=True, order=True)
class Report:
    """One report, made on the morning after its period."""

    at: datetime
    kind: str
    code: str
    start: date


WEEKLY = tuple(
    Report(moment(day + timedelta(days=7), "09:00"), "weekly", f"{day:%G-W%V}", day)
    for day in (FIRST + timedelta(days=7 * week) for week in range(WEEKS))
)
MONTHLY = tuple(
    Report(moment(date(2025 + m // 12, m % 12 + 1, 1), "09:10"), "monthly", f"2025-{m:02d}", date(2025, m, 1))
    for m in range(1, 13)
)
QUARTERLY = tuple(
    Report(
        moment(date(2025 + q // 4, q * 3 % 12 + 1, 1), "09:20"),
        "quarterly",
        f"2025-Q{q}",
        date(2025, q * 3 - 2, 1),
    )
    for q in range(1, 5)
)
REPORTS = (*WEEKLY, *MONTHLY, *QUARTERLY)
COUNT: Mapping[str, Callable[[Year, date], year_count.Numbers]] = {
    "weekly": year_count.weekly,
    "monthly": year_count.monthly,
    "quarterly": year_count.quarterly,
}


@pytest.fixture(scope="module")
def year() -> Year:
    return make_year(SEED)


@pytest.fixture(scope="module")
def office(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with Store.open(f"sqlite:///{folder}/var/govcrawl.db", now=year.events[0].at) as store:
        yield Office(year, store, folder)


@pytest.fixture(scope="module")
def told(year: Year, office: Office) -> dict[Report, dict[str, Any]]:
    """What each report said on its morning, while the year went on."""
    waiting = list(REPORTS)
    heapq.heapify(waiting)
    said = {}
    for event in year.events:
        while waiting and waiting[0].at <= event.at:
            report = heapq.heappop(waiting)
            said[report] = _made(office, report)
        office.happens(event)
    for report in sorted(waiting):
        said[report] = _made(office, report)
    return said


def _made(office: Office, report: Report) -> dict[str, Any]:
    office.store.pass_time(report.at)
    return _numbers(office, report)


def _numbers(office: Office, report: Report) -> dict[str, Any]:
    record = ReportRecord(id=0, kind=ReportKind(report.kind), period=report.code, made=report.at)
    numbers: dict[str, Any] = dict(make(record, office.settings, office.store).numbers)
    del numbers["period"], numbers["title"]
    for site in numbers.get("failed_sites", ()):
        site["reason"] = "、".join(sorted(site["reason"].split("、")))
    return numbers


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.code)
def test_every_number_is_that_of_an_own_count(
    report: Report, year: Year, told: dict[Report, dict[str, Any]]
) -> None:
    expected = _flat(COUNT[report.kind](year, report.start))
    got = _flat(told[report])
    wrong = [
        f"{key}: expected {expected.get(key, 'nothing')}, got {got.get(key, 'nothing')}"
        for key in sorted(expected.keys() | got.keys())
        if expected.get(key, "nothing") != got.get(key, "nothing")
    ]
    assert not wrong, f"{report.kind} {report.code}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("kind", COUNT)
def test_a_report_made_again_at_the_end_of_the_year_says_the_same(
    kind: str, office: Office, told: dict[Report, dict[str, Any]]
) -> None:
    """What came later changes nothing of what was; every fourth week will do."""
    again = [*WEEKLY[::4], *MONTHLY, *QUARTERLY]
    for report in (one for one in again if one.kind == kind):
        now, then = _flat(_numbers(office, report)), _flat(told[report])
        changed = {key: (then.get(key), now.get(key)) for key in then.keys() | now.keys()}
        changed = {key: pair for key, pair in changed.items() if pair[0] != pair[1]}
        assert not changed, f"{kind} {report.code}, first and at the end of the year: {changed}"


def test_the_year_holds_all_that_can_happen(year: Year) -> None:
    """A number can't be wrong unseen because nothing of its kind ever happened."""
    lives = {number: Life(fault) for number, fault in year.faults.items()}
    for event in year.events:
        year_count.apply(lives, event)
    steps = Counter(step.event for life in lives.values() for step in life.steps)
    for kind in (
        *("sighted", "right", "reported", "told", "told again", "replied", "disputed"),
        *("confirm", "dismiss", "exempt", "uphold", "close", "reopen", "exemption over"),
    ):
        assert steps[kind] >= 5, f"{kind} happens {steps[kind]} times a year only: look at year_events"
    assert sum(step.came_back for life in lives.values() for step in life.steps) >= 20
    runs = Counter(event.result for event in year.events if isinstance(event, Run))
    assert min(runs[result] for result in ("complete", "partial", "blocked", "unreachable")) >= 5
    assert any(event.shrunk for event in year.events if isinstance(event, Run))
    assert all(any(isinstance(event, kind) for event in year.events) for kind in (Act, Told, Answer))
    assert {site.id for site in year.registry.sites} >= {fault.site for fault in year.faults.values()}
    assert len(year.registry.units) == 20
    assert len({fault.unit for fault in year.faults.values()}) >= 15


def _flat(value: object, at: str = "") -> dict[str, object]:
    """Every number by its path; lists by the name that their entries carry."""
    if isinstance(value, Mapping):
        return {
            k: v for key, one in value.items() for k, v in _flat(one, f"{at}.{key}" if at else key).items()
        }
    if isinstance(value, list | set | tuple):
        if not value or not isinstance(next(iter(value)), Mapping):
            return {f"{at}[{one}]": True for one in value}
        flat = {}
        for one in value:
            name = next(
                key for key in ("name", "site", "unit", "rule", "kind") if isinstance(one.get(key), str)
            )
            rest = {key: number for key, number in one.items() if key != name}
            flat |= _flat(rest, f"{at}.{one[name]}")
        return flat
    return {at: value}
