"""`python -m tests.city.demo`: makes the city, inspects it as a user would, prints what was found.

Exit status: 0 everything was found and nothing else; 1 a fault was missed or told wrongly, a trap sprung,
something unexpected found, or a command failed; 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from tests.city import CityServer, FolderInUseError, build, compare, print_comparison, write_office

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
        run = _Commands(options.keep, console)
        findings = _trial(run, city.sites, today) if options.day else _nightly(run)
        runs = run.json("runs.json", "govcrawl", "runs", "list", "--json")
        comparison = compare(
            findings, city, asked=server.asked, runs=None if options.day else runs, ipv6=server.ipv6
        )
        requests = sum(server.requests.values())
    print_comparison(comparison, city, console)
    reports = [] if options.day else run.paths("govcrawl", "report", "weekly", "--week", f"{today:%G-W%V}")
    for path in reports:
        console.print(f"周巡查报告：{path}", soft_wrap=True)
    for failure in run.failures:
        console.print(f"命令没有成功：{failure}", style="bold red")
    good = comparison.good and not run.failures and (bool(options.day) or bool(reports))
    console.print(
        f"{'全部找到，没有误报' if good else '与埋下的不一致'}："
        f"请求{requests}次，用时{time.monotonic() - started:.0f}秒。",
        style="bold green" if good else "bold red",
    )
    return 0 if good else 1


def _nightly(run: _Commands) -> list[dict[str, Any]]:
    run("govcrawl", "registry", "import", "registry.yaml", last=2)
    run("govcrawl", "nightly")
    run("govcrawl", "findings", "export", "findings.json")
    return run.read("findings.json")


def _trial(run: _Commands, sites: Sequence[str], day: date) -> list[dict[str, Any]]:
    """Judges as of another day: one trial a site, whose findings are read from its feed."""
    run("govcrawl", "registry", "import", "registry.yaml", last=2)
    findings: list[dict[str, Any]] = []
    for site in sites:
        feed = f"feed-{site}.json"
        run("scrapy", "crawl", "site", "-a", f"site={site}", "-a", f"as_of={day}", "-O", feed)
        findings += [finding | {"site": site} for finding in run.read(feed)]
    return findings


class _Commands:
    """Runs commands of this environment in the office's folder, as a user types them."""

    def __init__(self, folder: Path, console: Console) -> None:
        self.folder = folder.resolve()
        self.console = console
        self.failures: list[str] = []

    def __call__(self, name: str, *words: str, quiet: bool = False, last: int = 0) -> str:
        """Runs one command; shows what it prints: all, the `last` lines, or nothing (`quiet`; returned)."""
        line = " ".join((name, *words))
        if not quiet:
            self.console.print(f"$ {line}", style="bold", markup=False, highlight=False)
            self.console.file.flush()
        command = [str(Path(sys.executable).parent / name), *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            text=True,
            encoding="utf-8",
            check=False,
            stdout=subprocess.PIPE if quiet or last else None,
        )
        if last:
            shown = (done.stdout or "").splitlines()
            self.console.print("\n".join(shown[-last:]), markup=False, highlight=False, soft_wrap=True)
        if done.returncode != 0:
            self.failures.append(f"{line}（退出状态{done.returncode}）")
        return done.stdout or ""

    def read(self, name: str) -> list[dict[str, Any]]:
        """A JSON array that a command wrote; without it, nothing was found and the command failed."""
        path = self.folder / name
        if not path.is_file():
            self.failures.append(f"没有写出 {name}")
            return []
        loaded: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8") or "[]")
        return loaded

    def json(self, keep: str, name: str, *words: str) -> list[dict[str, Any]]:
        """What a command prints as JSON: an array, or one object a line."""
        printed = self(name, *words, quiet=True).strip()
        (self.folder / keep).write_text(printed, encoding="utf-8")
        if not printed.startswith("["):
            return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
        loaded: list[dict[str, Any]] = json.loads(printed)
        return loaded

    def paths(self, name: str, *words: str) -> list[Path]:
        """The files that a command says it wrote."""
        self.console.print(f"$ {' '.join((name, *words))}", style="bold", markup=False, highlight=False)
        printed = self(name, *words, quiet=True)
        candidates = (self.folder / line.strip() for line in printed.splitlines() if line.strip())
        found = [path for path in candidates if path.suffix in {".html", ".xlsx"} and path.is_file()]
        if not found:
            self.failures.append("周巡查报告没有写出文件")
            self.console.print(printed, markup=False)
        return found


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.city.demo", description="虚构城市的演示")
    parser.add_argument(
        "--keep", type=Path, default=Path("demo-city"), metavar="DIR", help="工作目录（默认 demo-city）"
    )
    parser.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="按这一天判断（试查，不出周报）"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
