"""`python -m tests.city.demo`: makes the city, inspects it as a user would, prints what was found.

Exit status: 0 everything was found and nothing else; 1 a fault was missed or told wrongly, a trap sprung,
something unexpected found, or a command failed; 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from tests.city import (
    City,
    CityServer,
    FolderInUseError,
    build,
    compare,
    print_comparison,
    write_office,
    write_settings,
)
from tests.city.commands import Commands
from tests.city.tables import print_mended

_ZONE = ZoneInfo("Asia/Shanghai")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demonstration; returns the exit status."""
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 160)
    started = time.monotonic()
    today = options.day or datetime.now(_ZONE).date()
    city = build(today)
    with CityServer(city) as server:
        try:
            write_office(options.keep, city, server)
        except FolderInUseError as error:
            console.print(f"错误：{error}", style="red")
            return 2
        console.print(
            f"虚构的城市：{len(city.sites)}个网站，{city.count()}个页面，"
            f"埋下{len(city.planted)}个问题、{len(city.traps)}处陷阱"
            f"（{today}，{'有' if server.ipv6 else '无'} IPv6）。工作目录：{options.keep}"
        )
        run = Commands(options.keep, console)
        run("govcrawl", "registry", "import", "registry.yaml", last=2)
        good = False
        if not run.failures:
            inspect = _trial if options.day else _night
            good = inspect(run, city, server, console)
        if good and options.mend:
            good = _mend(run, city, server, console)
        requests = sum(server.requests.values())
    for failure in run.failures:
        console.print(f"命令没有成功：{failure}", style="bold red")
    good = good and not run.failures
    console.print(
        f"{'全部找到，没有误报' if good else '与埋下的不一致'}："
        f"请求{requests}次，用时{time.monotonic() - started:.0f}秒。",
        style="bold green" if good else "bold red",
    )
    return 0 if good else 1


def _night(run: Commands, city: City, server: CityServer, console: Console) -> bool:
    """One night over all sites, and the weekly report."""
    findings = _findings(run, city, "findings.json")
    runs = run.json("runs.json", "govcrawl", "runs", "list", "--json")
    comparison = compare(findings, city, asked=server.asked, runs=runs, ipv6=server.ipv6)
    print_comparison(comparison, city, console)
    for path in run.paths("govcrawl", "report", "weekly", "--week", f"{city.today:%G-W%V}"):
        console.print(f"周巡查报告：{path}", soft_wrap=True)
    return comparison.good


def _trial(run: Commands, city: City, server: CityServer, console: Console) -> bool:
    """Judges as of another day: one trial a site, whose findings are read from its feed."""
    findings: list[dict[str, Any]] = []
    for site in city.sites:
        feed = f"feed-{site}.json"
        words = ("crawl", "site", "-a", f"site={site}", "-a", f"as_of={city.today}", "-O", feed)
        run("scrapy", *words, expect=3 if site in city.walled else 0)
        findings += [finding | {"site": site} for finding in run.read(feed)]
    comparison = compare(findings, city, asked=server.asked, ipv6=server.ipv6)
    print_comparison(comparison, city, console)
    return comparison.good


def _mend(run: Commands, city: City, server: CityServer, console: Console) -> bool:
    """All units correct everything; the next night must see it, and find nothing that is left."""
    mended = build(city.today, mended=True)
    server.show(mended)
    write_settings(run.folder, server)
    findings = _findings(run, mended, "findings-mended.json")
    comparison = compare(findings, mended, ipv6=server.ipv6)
    print_mended(comparison, findings, console)
    return comparison.good


def _findings(run: Commands, city: City, name: str) -> list[dict[str, Any]]:
    """A night, and what is known after it. A site that lets no program in makes its exit status 1."""
    run("govcrawl", "nightly", expect=1 if city.walled else 0)
    run("govcrawl", "findings", "export", name)
    return run.read(name)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.city.demo", description="虚构城市的演示")
    parser.add_argument(
        "--keep", type=Path, default=Path("demo-city"), metavar="DIR", help="工作目录（默认 demo-city）"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="按这一天判断（试查，不出周报）"
    )
    which.add_argument("--mend", action="store_true", help="再演示一夜：各单位全部整改后复查")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
