"""What happens where one period ends and the next begins, and what only looks like a number of the period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from govcrawl.config import Config
from govcrawl.model import (
    Finding,
    Origin,
    Registry,
    ReportKind,
    ReportRecord,
    RunResult,
    Site,
    Unit,
    fingerprint,
)
from govcrawl.office.papers import make
from govcrawl.rules import known_rules
from govcrawl.store import Event, FindingReported, FindingSeen, RunOutcome, RunScope, Store, this_owner

ZONE = ZoneInfo("Asia/Shanghai")
HOME = "http://www.example.gov.cn/"
RULE = known_rules()["link-broken"]
KEY = fingerprint("portal", "link-broken", "dead")


def day(month: int, number: int, hour: int = 10) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=ZONE)


class City:
    """One site with one dead link, and an office that reports."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.settings = store, Config(folder=folder)
        unit = Unit(id="zfb", name="示例市人民政府办公室")
        site = Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME)
        store.save_registry(Registry(units=(unit,), sites=(site,)), now=day(9, 1))

    def run(self, at: datetime, *, there: bool, certain: bool = True) -> None:
        finding = Finding(rule="link-broken", subject="dead", page=HOME, title="链接错误", certain=certain)
        seen = FindingSeen(finding=finding, check="dead_links", rule=RULE, unit="zfb", sponsor="zfb")
        scope = RunScope(rules=frozenset({"link-broken"}), pages=frozenset({HOME}), complete=True)
        number = self.store.begin_run(
            "portal",
            now=at,
            trial=False,
            as_of=None,
            profile="",
            checks=("dead_links",),
            owner=this_owner(),
        )
        outcome = RunOutcome(
            result=RunResult.COMPLETE, pages=9, findings=(seen,) if there else (), scope=scope
        )
        self.store.finish_run(number, outcome, now=at)

    def act(self, event: Event, at: datetime, **more: Any) -> None:
        self.store.act(KEY, event, who="张某", reason="见记录", now=at, **more)

    def message(self, at: datetime) -> None:
        finding = Finding(rule="link-broken", subject="dead", page=HOME, title="链接错误", certain=True)
        told = FindingReported(
            site="portal",
            finding=finding,
            check="dead_links",
            rule=RULE,
            unit="zfb",
            origin=Origin.ERROR_REPORT,
            deadline=at + timedelta(days=3),
        )
        self.store.report(told, who="张某", now=at)

    def report(self, kind: ReportKind, period: str, made: datetime) -> dict[str, Any]:
        self.store.pass_time(made)
        return dict(
            make(ReportRecord(id=0, kind=kind, period=period, made=made), self.settings, self.store).numbers
        )

    def month(self, number: int) -> dict[str, Any]:
        return self.report(ReportKind.MONTHLY, f"2026-{number:02d}", day(number + 1, 1))


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with Store.open(f"sqlite:///{tmp_path}/var/govcrawl.db", now=day(9, 1)) as store:
        yield City(store, tmp_path)


def test_an_exemption_to_the_end_of_the_month_holds_in_its_report(city: City) -> None:
    city.run(day(10, 5), there=True)
    city.act(Event.EXEMPT, day(10, 8), exempt_until=day(11, 1, 0))
    october = city.month(10)
    assert (october["due"], october["named"]["open"]) == (0, 0), "exempt to the last moment of October"
    november = city.month(11)
    assert (november["due"], november["named"]["open"]) == (1, 1)


def test_what_an_ended_exemption_shows_as_mended_is_told_in_one_week_only(city: City) -> None:
    city.run(day(10, 5), there=True)
    city.act(Event.EXEMPT, day(10, 6), exempt_until=day(10, 16))
    city.run(day(10, 14), there=False)  # seen right; the exemption ends on Friday, noted on Monday
    weeks = [
        city.report(ReportKind.WEEKLY, f"2026-W{week}", day(10, monday))["corrected"]
        for week, monday in ((42, 19), (43, 26))
    ]
    assert weeks == [1, 0], "corrected on the day on which the exemption ended, not when that was noted"


def test_a_deadline_that_ends_with_the_month_is_late_in_the_next(city: City) -> None:
    city.run(day(10, 5), there=True)
    city.act(Event.NOTIFY, day(10, 20), deadline=day(11, 1, 0), notice="2026-001")
    assert (city.month(10)["overdue"], city.month(11)["overdue"]) == (0, 1)


def test_only_what_was_mended_and_stood_there_again_recurred(city: City) -> None:
    city.run(day(9, 2), there=True)
    city.run(day(9, 3), there=False)
    city.run(day(9, 4), there=True)
    city.run(day(9, 5), there=False)
    assert city.month(9)["recurred"] == 1
    city.act(Event.REOPEN, day(10, 8))
    assert city.month(10)["recurred"] == 0, "closed by mistake and opened again is no recurrence"
    city.run(day(11, 2), there=False)
    city.run(day(11, 3), there=True, certain=False)
    assert city.month(11)["recurred"] == 1


def test_a_suspicion_that_comes_back_is_no_recurrence_even_of_what_recurred_once(city: City) -> None:
    for number in range(2, 6):
        city.run(day(9, number), there=number % 2 == 0)
    city.run(day(10, 5), there=True, certain=False)
    assert city.month(10)["recurred"] == 1
    city.run(day(11, 5), there=False)  # lifted: nobody had confirmed it
    city.run(day(11, 6), there=True)
    november = city.month(11)
    assert (november["recurred"], november["named"]["recurred"]) == (0, 0)


def test_a_message_counts_when_it_came_in_though_the_machine_knew_it_before(city: City) -> None:
    city.run(day(9, 2), there=True)
    september = city.month(9)["error_reports"]
    city.message(day(10, 9))
    city.act(Event.CLOSE, day(10, 10))
    city.message(day(11, 5))
    city.act(Event.CLOSE, day(11, 20))
    october, november = city.month(10)["error_reports"], city.month(11)["error_reports"]
    assert october == {"received": 1, "true": 1, "answered": 1, "in_time": 1}
    assert november == {"received": 1, "true": 1, "answered": 1, "in_time": 0}
    assert city.month(9)["error_reports"] == september, "September does not change for what came later"


def test_a_blocked_night_is_told_once(city: City) -> None:
    city.run(day(10, 5), there=False)
    number = city.store.begin_run(
        "portal", now=day(10, 6), trial=False, as_of=None, profile="", checks=(), owner=this_owner()
    )
    city.store.finish_run(number, RunOutcome(result=RunResult.BLOCKED, pages=1), now=day(10, 6))
    run = city.store.run(number)
    assert run is not None
    assert run.limits_hit == (), "that it saw less than half says nothing that 'blocked' does not"
