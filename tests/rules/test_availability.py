"""A week of visits: when it is judged, when the share is reached, and what never blames a site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from govcrawl.model import Probe, ProbeState, Site
from govcrawl.rules import load_profile
from govcrawl.rules.availability import Availability, availability_of, finding_of

PROFILE = load_profile("national-2019")
TODAY = date(2026, 11, 25)
FIRST = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)  # midnight of the 18th in Shanghai
UP, DOWN, UNKNOWN = ProbeState.UP, ProbeState.DOWN, ProbeState.UNKNOWN


def _day(number: int, states: list[ProbeState], *, minutes: float = 60) -> list[Probe]:
    """Visits of one day of the week, from its midnight on."""
    begin = FIRST + timedelta(days=number)
    return [
        Probe(site="portal", at=begin + timedelta(minutes=minutes * n), state=state)
        for n, state in enumerate(states)
    ]


def _week(failed: int, *, visits: int = 20) -> list[Probe]:
    """Seven days of visits, so many of which failed, spread over the days."""
    states = [UP] * (7 * visits)
    for n in range(failed):
        states[n * (7 * visits) // max(failed, 1)] = DOWN
    return [probe for day in range(7) for probe in _day(day, states[day * visits : (day + 1) * visits])]


def _judged(probes: list[Probe]) -> Availability:
    return availability_of(probes, today=TODAY, zone="Asia/Shanghai", profile=PROFILE)


@pytest.mark.parametrize(("failed", "over"), [(0, False), (1, False), (6, False), (7, True), (140, True)])
def test_five_of_a_hundred_failures_are_over(failed: int, over: bool) -> None:
    judged = _judged(_week(failed))
    assert (judged.visits, judged.failed, judged.over, judged.reason) == (140, failed, over, "")


def test_a_day_with_too_few_visits_is_not_judged() -> None:
    probes = _week(140)
    judged = _judged([probe for probe in probes if probe.at >= FIRST + timedelta(hours=1)])
    assert (judged.over, judged.reason) == (False, "有1天的有效访问不足20次")
    assert not _judged([]).over


def test_visits_that_say_nothing_do_not_count_either_way() -> None:
    silent = [_day(day, [UP] * 20 + [UNKNOWN] * 3) for day in range(7)]
    assert _judged([probe for day in silent for probe in day]).visits == 140
    blocked = [_day(day, [UNKNOWN] * 24) for day in range(7)]
    judged = _judged([probe for day in blocked for probe in day])
    assert (judged.visits, judged.over) == (0, False), "a robot that is refused proves nothing"


def test_many_visits_within_minutes_are_one() -> None:
    burst = [probe for day in range(7) for probe in _day(day, [DOWN] * 60, minutes=0.5)]
    judged = _judged(burst)
    assert judged.visits == 7 * 6
    assert judged.reason


def test_days_are_those_of_the_office_and_the_week_ends_yesterday() -> None:
    probes = _week(0)
    later = [Probe(site="portal", at=FIRST + timedelta(days=7, hours=n), state=DOWN) for n in range(24)]
    earlier = [Probe(site="portal", at=FIRST - timedelta(hours=n + 1), state=DOWN) for n in range(24)]
    judged = _judged([*later, *probes, *earlier])
    assert (judged.first, judged.last) == (date(2026, 11, 18), date(2026, 11, 24))
    assert (judged.visits, judged.failed) == (140, 0)


def test_the_finding_says_its_numbers_and_is_never_certain() -> None:
    site = Site(id="portal", name="示例市人民政府", unit="zfb", url="http://www.example.gov.cn/")
    finding = finding_of(site, _judged(_week(10)), PROFILE)
    assert finding.title == "11月18日至11月24日访问首页140次，失败10次，占7.1%（限值5%）"
    assert not finding.certain
    assert len(finding.evidence.observed) == 10
