"""The hours in which sites are asked: over midnight too, and always where none are set."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from govcrawl.config import ConfigError, parse
from govcrawl.office.nightly import in_window

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("window", "clock", "inside"),
    [
        ("", "12:00", True),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "23:59", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("22:00-06:00", "12:00", False),
        ("01:00 - 05:00", "00:59", False),
        ("01:00 - 05:00", "01:00", True),
        ("01:00 - 05:00", "05:00", False),
    ],
)
def test_window(window: str, clock: str, inside: bool) -> None:
    hours = parse(f'[crawl]\nwindow = "{window}"').crawl.hours
    moment = datetime.fromisoformat(f"2026-11-25T{clock}").replace(tzinfo=ZONE)
    assert in_window(hours, moment) is inside


@pytest.mark.parametrize("window", ["10pm", "22:00", "22:00-22:00", "22:00-06:00-07:00", "22:00Z-06:00"])
def test_what_is_no_window(window: str) -> None:
    with pytest.raises(ConfigError, match="应为 22:00-06:00 这样的时段"):
        _ = parse(f'[crawl]\nwindow = "{window}"').crawl.hours
