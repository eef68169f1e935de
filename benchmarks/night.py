"""`make bench-night`: a night over many sites, against the bound that politeness and the processor set.

Sites of mixed size, each on a server of its own that answers as late as real ones (`slow_server`); nights
with one and with two processes, each followed by a second night on which nothing changed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.machine import describe
from benchmarks.site import Plan, plan, write
from benchmarks.slow_server import MEDIAN, TAIL, address_of
from benchmarks.tables import table

SIZES = ((0.1, 800), (0.2, 250), (0.3, 100), (0.4, 25))
"""Shares of the sites, and how many pages these have."""
AT_ONCE = 8
"""`concurrency_per_host`."""
GOAL, MEMORY = 1.3, 400e6
_BIN = Path(sys.executable).parent
_COLUMNS = 5
"""Columns of a site that are registered."""
_LONGEST = 1800.0
_TICK = 0.01
"""Seconds between two looks at the database."""
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


@dataclass(frozen=True, slots=True)
class Night:
    """What one night cost."""

    name: str
    jobs: int
    wall: float
    cpu: float
    peaks: tuple[int, ...]
    """Bytes at most of each Python process: the one that leads first."""
    commits: int
    requests: int
    slowest: float
    """Seconds: the server whose delays, `AT_ONCE` at a time, take longest."""
    most: int
    pages: int
    inspected: int

    @property
    def bound(self) -> float:
        """Seconds that it can't be quicker than: the slowest server, or the processor."""
        return max(self.slowest, self.cpu / min(self.jobs, os.cpu_count() or 1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table; 1 where a goal is missed."""
    options = _options(arguments)
    print(describe())
    with (
        tempfile.TemporaryDirectory(prefix="govcrawl-night-") as folder,
        _served(Path(folder), options.sites) as s,
    ):
        nights = []
        for jobs in options.jobs:
            office = Path(folder) / f"office-{jobs}"
            _make_office(office, s.plans, s.port)
            nights += [s.night(office, jobs, name) for name in ("first", "second, unchanged")]
    print(_shown(nights, options.sites))
    return 0 if all(_good(night, options.sites) for night in nights) else 1


def _good(night: Night, sites: int) -> bool:
    return (
        night.inspected == sites
        and night.most <= AT_ONCE
        and max(night.peaks) < MEMORY
        and night.wall <= GOAL * night.bound
    )


def _shown(nights: Sequence[Night], sites: int) -> str:
    rows = [
        [
            f"{night.name}, --jobs {night.jobs}",
            f"{night.wall:.1f}",
            f"{night.slowest:.1f}",
            f"{night.cpu / min(night.jobs, os.cpu_count() or 1):.1f}",
            f"{night.wall / night.bound:.2f}",
            " / ".join(f"{peak / 1e6:.0f}" for peak in night.peaks),
            f"{night.commits / night.wall:.1f}",
            f"{night.pages:,}",
            f"{night.requests:,}",
            str(night.most),
            f"{night.inspected}/{sites}",
        ]
        for night in nights
    ]
    headings = [
        *("night", "s", "bound: slowest server, s", "bound: processor, s", "against the bound"),
        *("peak MB, each process", "commits/s", "pages", "requests", "most at once", "inspected"),
    ]
    return (
        f"{table(headings, rows)}\n{sites} sites, delays of {MEDIAN * 1000:.0f} ms (median) to {TAIL:.0f} s; "
        f"goals: {GOAL} times the bound, under {MEMORY / 1e6:.0f} MB a process, "
        f"at most {AT_ONCE} at once a server"
    )


class _Served:
    """The sites while they are served."""

    def __init__(self, process: subprocess.Popen[str], port: int, plans: Sequence[Plan]) -> None:
        self._process, self.port, self.plans = process, port, plans

    def counts(self) -> list[dict[str, Any]]:
        """By server, since the last question."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: list[dict[str, Any]] = json.loads(self._process.stdout.readline())
        return told

    def night(self, office: Path, jobs: int, name: str) -> Night:
        """Run one night and watch it."""
        self.counts()
        with (office / "night.json").open("wb") as out, (office / "night.err").open("wb") as err:
            begun = time.monotonic()
            process = subprocess.Popen(
                [_BIN / "govcrawl", "nightly", "--jobs", str(jobs), "--json"],
                cwd=office,
                stdout=out,
                stderr=err,
            )
            watch = _Watch(process.pid, office / "var" / "govcrawl.db")
            killer = threading.Timer(_LONGEST, process.kill)
            killer.start()
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - begun
            killer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
        peaks = watch.end()
        counts = self.counts()
        text = (office / "night.json").read_text(encoding="utf-8")
        if process.returncode not in {0, 1} or not text:
            raise SystemExit(
                f"the night failed: {(office / 'night.err').read_text(encoding='utf-8')[-2000:]}"
            )
        told = json.loads(text)
        return Night(
            name=name,
            jobs=jobs,
            wall=wall,
            cpu=usage.ru_utime + usage.ru_stime,
            peaks=peaks,
            commits=watch.commits,
            requests=sum(count["requests"] for count in counts),
            slowest=max(count["delay"] for count in counts) / AT_ONCE,
            most=max(count["most"] for count in counts),
            pages=sum(one["run"]["pages"] for one in told if one["run"]),
            inspected=sum(one["inspected"] for one in told),
        )


class _Watch:
    """The peak memory of a process and of the Python processes that it started; writes to the database.

    Transactions that end within `_TICK` of each other count as one.
    """

    def __init__(self, pid: int, database: Path) -> None:
        self._lead = pid
        self._database = database
        self.commits = 0
        self._peaks: dict[int, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> tuple[int, ...]:
        """Bytes by process, the first one first."""
        self._over.set()
        self._thread.join()
        return tuple(
            self._peaks[pid] for pid in sorted(self._peaks, key=lambda pid: (pid != self._lead, pid))
        )

    def _look(self) -> None:
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as database:
            known = database.execute("PRAGMA data_version").fetchone()
            for tick in itertools.count():
                if self._over.wait(_TICK):
                    return
                version = database.execute("PRAGMA data_version").fetchone()
                self.commits += version != known
                known = version
                if tick % 10 == 0:
                    self._measure()

    def _measure(self) -> None:
        for pid in (self._lead, *_children(self._lead)):
            with contextlib.suppress(OSError):
                if found := _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8")):
                    self._peaks[pid] = max(self._peaks.get(pid, 0), int(found[1]) * 1024)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(word) for word in told.split()]
    found = []  # kernels that do not tell children
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]) == pid:
                found.append(int(status.parent.name))
    return found


@contextlib.contextmanager
def _served(folder: Path, sites: int) -> Iterator[_Served]:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    plans = []
    for number, pages in enumerate(_sizes(sites)):
        plans.append(plan(pages, today))
        target = folder / "sites" / str(number)
        first = next((n for n, each in enumerate(plans[:-1]) if len(each.pages) == pages), None)
        target.parent.mkdir(exist_ok=True)
        if first is None:
            target.mkdir()
            write(plans[-1], target)
        else:
            target.symlink_to(folder / "sites" / str(first))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    words = [sys.executable, "-m", "benchmarks.slow_server", str(folder / "sites"), str(port), str(sites)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise SystemExit("the server of the sites did not start")
        try:
            yield _Served(process, port, plans)
        finally:
            process.terminate()


def _sizes(sites: int) -> list[int]:
    found = [pages for share, pages in SIZES for _ in range(round(share * sites))]
    return (found + [SIZES[-1][1]] * sites)[:sites]


def _make_office(office: Path, plans: Sequence[Plan], port: int) -> None:
    office.mkdir()
    resolve = "\n".join(f'"s{n}.example.gov.cn:80" = "{address_of(n)}:{port}"' for n in range(len(plans)))
    (office / "govcrawl.toml").write_text(
        f'[crawl]\nbrowser = "never"\nconcurrency_per_host = {AT_ONCE}\n[crawl.resolve]\n{resolve}\n',
        encoding="utf-8",
    )
    lines = ["units:", "  - {id: zfb, name: 示例市人民政府办公室, kind: 市政府}", "sites:"]
    for number, site in enumerate(plans):
        url = f"http://s{number}.example.gov.cn"
        lines.append(
            f"  - id: s{number}\n    name: 示例网站{number}\n    unit: zfb\n    url: {url}/\n    columns:"
        )
        lines += [
            f"      - {{name: {column.name}, url: '{url}{column.folder}', type: {column.type}}}"
            for column in site.columns[:_COLUMNS]
        ]
    (office / "registry.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run(
        [_BIN / "govcrawl", "registry", "import", "registry.yaml"],
        cwd=office,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night", description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=40, help="sites (default 40, at most 200)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="processes (default 1 2)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
