"""The described cases of tests/fixtures/ipv6, on real sockets: right, missed and false, by rule."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.ipv6 import Ipv6
from govcrawl.model import Context, Ipv6Reading, Site, SiteReading
from govcrawl.rules import load_profile
from tests.net.loopback_servers import has_ipv6
from tests.spiders.ipv6_servers import read_case

_FILE = Path(__file__).parents[1] / "fixtures" / "ipv6" / "cases.yaml"
_AT_ONCE = 6


def cases() -> tuple[list[dict[str, Any]], dict[str, str]]:
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return told["cases"], told["pages"]


def found(reading: Ipv6Reading) -> list[str]:
    """Rules that are found; `~` before those that stay suspected."""
    site = Site(id="portal", name="示例市人民政府", unit="zfb", url=reading.url)
    ctx = Context(site=site, profile=load_profile("tongliao-2023"), today=date(2026, 11, 25))
    findings = Ipv6().site(SiteReading(url=reading.url, home=None, ipv6=reading), ctx)
    return sorted(("" if finding.certain else "~") + finding.rule for finding in findings)


def test_half_of_the_cases_are_traps() -> None:
    told, _ = cases()
    traps = [case for case in told if case.get("trap")]
    assert len(told) >= 20
    assert len(traps) * 2 >= len(told)
    assert not any(case["expect"] for case in traps)
    rules = {rule.lstrip("~") for case in told for rule in case["expect"]}
    assert rules == {rule.code for rule in Ipv6.rules}, "every rule has a case"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1 to listen on")
def test_described_cases_are_told_as_they_are() -> None:
    told, pages = cases()

    async def all_readings() -> list[Ipv6Reading]:
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(case: dict[str, Any]) -> Ipv6Reading:
            async with places:
                return await read_case(case, pages)

        return await asyncio.gather(*(one(case) for case in told))

    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for case, reading in zip(told, asyncio.run(all_readings()), strict=True):
        got, expected = found(reading), sorted(case["expect"])
        for rule in {*got, *expected}:
            kind = "right" if rule in got and rule in expected else "false" if rule in got else "missed"
            counts[rule.lstrip("~"), kind] += 1
        if got != expected:
            wrong.append(f"{case['is']}: expected {expected}, found {got}: {reading}")
        if bool(reading.reason) != case.get("untested", False):
            wrong.append(f"{case['is']}: untested is told as {reading.reason!r}")
    bad = {key: count for key, count in counts.items() if key[1] != "right"}
    assert not wrong, f"{bad}\n" + "\n".join(wrong)
