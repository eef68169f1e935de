"""`scrapy crawl site` over single sites of the city: what is planted is found, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from tests.city import City, CityServer, Comparison, build, compare, print_comparison, write_office

ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """One command of this environment, with this checkout's code."""
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [str(Path(sys.executable).parent / name), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def crawl(folder: Path, site: str) -> list[dict[str, Any]]:
    feed = folder / "feed.json"
    done = run(folder, "scrapy", "crawl", "site", "-a", f"site={site}", "-O", feed.name)
    assert done.returncode == 0, done.stdout + done.stderr
    found: list[dict[str, Any]] = json.loads(feed.read_text(encoding="utf-8"))
    return found


def told(comparison: Comparison, city: City) -> str:
    """The tables, for the message of a failure."""
    console = Console(record=True, width=150, file=StringIO())
    print_comparison(comparison, city, console)
    return console.export_text()


@pytest.mark.parametrize("site", ["yangben", "slj", "kfq"])
def test_one_site_is_told_as_it_is_and_stays_so_the_second_time(site: str, tmp_path: Path) -> None:
    city = build(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    with CityServer(city) as server:
        write_office(tmp_path, city, server)
        assert run(tmp_path, "govcrawl", "registry", "import", "registry.yaml").returncode == 0
        first = crawl(tmp_path, site)
        comparison = compare(first, city.only(site), asked=server.asked, ipv6=server.ipv6)
        assert comparison.good, told(comparison, city.only(site))
        again = crawl(tmp_path, site)
    states = [
        {finding["fingerprint"]: finding["status"] for finding in findings} for findings in (first, again)
    ]
    assert states[0] == states[1], "nothing changed between the two runs"


def test_a_site_that_lets_no_program_in_is_not_judged(tmp_path: Path) -> None:
    city = build(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    with CityServer(city) as server:
        write_office(tmp_path, city, server)
        assert run(tmp_path, "govcrawl", "registry", "import", "registry.yaml").returncode == 0
        done = run(tmp_path, "scrapy", "crawl", "site", "-a", "site=sjj", "-O", "feed.json")
        assert done.returncode == 3, done.stdout + done.stderr
        runs = json.loads(run(tmp_path, "govcrawl", "runs", "list", "--json").stdout)
        findings = json.loads((tmp_path / "feed.json").read_text(encoding="utf-8") or "[]")
        comparison = compare(findings, city.only("sjj"), asked=server.asked, runs=runs)
    assert comparison.good, told(comparison, city.only("sjj"))
