"""In what order a night takes its sites, and when its hours end."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from govcrawl.config import CrawlConfig
from govcrawl.model import Site
from govcrawl.office.limits import hard_limit, last_limit
from govcrawl.office.night_run import in_order
from govcrawl.office.nightly import end_of_window

ZONE = ZoneInfo("Asia/Shanghai")


def site(name: str) -> Site:
    return Site(id=name, name=name, unit="zfb", url=f"http://{name}.example.gov.cn/")


def order(durations: dict[str, float], servers: dict[str, str], *names: str) -> list[str]:
    return [name for name, _ in in_order([site(name) for name in names], servers, durations)]


def test_the_longest_comes_first() -> None:
    assert order({"a": 5, "b": 50, "c": 20}, {}, "a", "b", "c") == ["b", "c", "a"]


def test_sites_of_one_server_count_together_for_they_share_its_limits() -> None:
    durations = {"a": 10.0, "b": 12.0, "c": 11.0, "long": 30.0}
    servers = {"a": "192.0.2.1", "b": "192.0.2.1", "c": "192.0.2.1", "long": "192.0.2.2"}
    assert order(durations, servers, "a", "long", "b", "c") == ["b", "c", "a", "long"]


def test_a_site_of_which_nothing_is_known_stands_in_the_middle() -> None:
    assert order({"a": 5, "b": 50, "c": 20}, {}, "new", "a", "b", "c") == ["b", "new", "c", "a"]


def test_a_first_night_keeps_the_order_of_the_registry_and_names_servers() -> None:
    assert in_order([site("b"), site("a")], {"b": "192.0.2.1"}, {}) == [("b", "192.0.2.1"), ("a", "")]


@pytest.mark.parametrize(
    ("now", "end"),
    [("2026-11-25T23:00", "2026-11-26T06:00"), ("2026-11-26T05:59", "2026-11-26T06:00")],
)
def test_the_end_of_hours_over_midnight(now: str, end: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert end_of_window((time(22), time(6)), moment) == datetime.fromisoformat(end).replace(tzinfo=ZONE)


def test_without_hours_there_is_no_end() -> None:
    assert end_of_window(None, datetime(2026, 11, 26, tzinfo=ZONE)) is None


@pytest.mark.parametrize(("budget", "hard"), [(240, 255), (10, 20), (0.05, 0.05 + 10 / 60)])
def test_a_run_is_given_time_beyond_its_budget_but_not_for_ever(budget: float, hard: float) -> None:
    crawl = CrawlConfig(max_minutes=budget)
    assert hard_limit(crawl).total_seconds() == pytest.approx(hard * 60)
    assert last_limit(crawl) > hard_limit(crawl)
