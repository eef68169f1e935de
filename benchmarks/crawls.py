"""`make bench`: pages a second, processor time and memory of a crawl, beside other tools in the same run.

    python -m benchmarks.crawls [--pages N] [--rounds R] [--only a,b,c] [--large] [--no-split] [--no-cases]

Every round runs all tools once, in turn, so that whatever else this machine does falls on all of them. What a
tool costs at start is measured on a site of one page and taken off in "beyond start-up".
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks import machine
from benchmarks.contenders import Contender, Result, Target, ToolError, contenders
from benchmarks.goals import Measured, goals
from benchmarks.server import serving
from benchmarks.site import plan, write
from benchmarks.tables import spread, table

_GROWTH = 3
"""The growth row crawls a site of this part of the pages."""
_LARGE = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a tool failed, goals that are missed are only said."""
    options = _options(arguments)
    wanted = [each for each in contenders() if each.key in options.only]
    print(f"machine: {machine.describe()}")
    for each in wanted:
        if each.missing:
            print(f"left out: ({each.key}) {each.name}: {each.missing}")
    rows = [each for each in wanted if not each.missing]
    with tempfile.TemporaryDirectory(prefix="govcrawl-bench-") as name:
        work = Path(name)
        work.chmod(0o755)  # started as root, linkchecker becomes nobody, who must read its settings
        try:
            if options.large:
                _large(work)
                return 0
            _crawls(rows, options, work)
        except (ToolError, RuntimeError) as error:
            print(f"stopped: {error}", file=sys.stderr)
            return 1
        if options.cases:
            from benchmarks.cases import compare_cases

            print(f"\n{compare_cases(work / 'cases')}")
    return 0


def _crawls(rows: Sequence[Contender], options: argparse.Namespace, work: Path) -> None:
    with _served(options.pages, work) as site, _served(1, work) as single:
        facts = site.plan
        print(
            f"site: {len(facts.pages):,} pages, {len(facts.dead)} dead addresses, "
            f"{len(facts.slow)} slow pages; served by {site.server.name}\n"
        )
        measured = {each.key: Measured(facts) for each in rows}
        growth = Measured(facts)
        with contextlib.ExitStack() as more:
            smaller = None
            if "b" in measured and options.pages >= _GROWTH * 100:
                smaller = more.enter_context(_served(options.pages // _GROWTH, work))
                growth = Measured(smaller.plan)
            for number in range(options.rounds):
                _round(rows, single, work / f"start-{number}", measured, start=True)
                _round(rows, site, work / f"round-{number}", measured, start=False)
                if smaller is not None:
                    office = _folder(work / f"growth-{number}")
                    growth.runs.append(_by_key("b").run(smaller, office))
                    growth.starts.append(measured["b"].starts[-1])
        print(_table(rows, measured))
        print(*_remarks(measured, growth), "", sep="\n")
        print(goals(measured, growth))
        if options.split and "b" in measured:
            from benchmarks.split import split

            beyond = median(measured["b"].beyond)
            print(f"\n{split(site, _folder(work / 'split'), beyond)}")


def _round(
    rows: Sequence[Contender], target: Target, folder: Path, measured: dict[str, Measured], *, start: bool
) -> None:
    for each in rows:
        office = folder / ("b" if each.key == "c" else each.key)
        if not office.exists():
            _folder(office)
        began = time.strftime("%H:%M:%S")
        result = each.run(target, office)
        (measured[each.key].starts if start else measured[each.key].runs).append(result)
        if not start:
            print(
                f"  {began} ({each.key}) {result.cost.wall:.1f} s, {result.cost.cpu:.1f} s CPU",
                file=sys.stderr,
            )


def _table(rows: Sequence[Contender], measured: dict[str, Measured]) -> str:
    headings = (
        "",
        "pages/s",
        "CPU ms/page",
        "beyond start-up",
        "start-up s",
        "peak MB",
        "requests",
        "falsely dead",
        "dead missed",
    )
    lines = []
    for each in rows:
        seen = measured[each.key]
        lines.append(
            (
                f"({each.key}) {each.name}",
                spread(seen.speed),
                spread(seen.cpu, 2),
                spread(seen.beyond, 2),
                spread([run.cost.cpu for run in seen.starts]),
                spread([run.cost.peak / 1e6 for run in seen.runs], 0),
                spread([run.asked.requests for run in seen.runs], 0),
                spread([len(seen.falsely_dead(run)) for run in seen.runs], 0),
                spread([len(seen.missed(run)) for run in seen.runs], 0),
            )
        )
    return table(headings, lines)


def _remarks(measured: dict[str, Measured], growth: Measured) -> Iterator[str]:
    yield ""
    if growth.runs:
        yield (
            f"growth: (b) on {len(growth.plan.pages):,} pages: {spread(growth.speed)} pages/s, "
            f"{spread(growth.beyond, 2)} CPU ms/page beyond start-up, "
            f"{spread([run.cost.peak / 1e6 for run in growth.runs], 0)} MB at most"
        )
    for key, night in (("b", "first"), ("c", "second")):
        if key not in measured:
            continue
        last = measured[key].runs[-1]
        kept = ("pages", "pages_parsed", "pages_unchanged")
        counts = ", ".join(f"{name} {last.facts[name]:,}" for name in kept if name in last.facts)
        asked = f"{last.asked.requests:,} requests, {last.asked.conditional:,} conditional"
        yield f"{night} night: {counts}; {asked}, {last.asked.unchanged:,} answered 304"
    if "b" in measured and "c" in measured:
        for first, second in zip(measured["b"].runs, measured["c"].runs, strict=True):
            yield _same(first, second)


def _same(first: Result, second: Result) -> str:
    if first.fingerprints == second.fingerprints:
        return f"both nights: the same {len(first.fingerprints)} findings"
    lost, new = first.fingerprints - second.fingerprints, second.fingerprints - first.fingerprints
    return f"the nights DIFFER: {len(lost)} findings only on the first, {len(new)} only on the second"


def _large(work: Path) -> None:
    """Memory of one large site, once."""
    with _served(_LARGE, work) as target:
        result = _by_key("b").run(target, _folder(work / "large"))
        seen = Measured(target.plan, [result], [])
        print(
            f"{_LARGE:,} pages: {result.cost.peak / 1e6:.0f} MB at most (goal: under 400), "
            f"{spread(seen.speed)} pages/s, {spread(seen.cpu, 2)} CPU ms/page; "
            f"{len(seen.falsely_dead(result))} falsely dead, {len(seen.missed(result))} missed"
        )


@contextlib.contextmanager
def _served(pages: int, work: Path) -> Iterator[Target]:
    site = plan(pages, datetime.now(ZoneInfo("Asia/Shanghai")).date())
    write(site, work / f"site-{pages}")
    with serving(work / f"site-{pages}", work / f"server-{pages}") as server:
        yield Target(site, server)


def _by_key(key: str) -> Contender:
    return next(each for each in contenders() if each.key == key)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawls", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=_count, default=3000, help="pages of the site (default 3000)")
    parser.add_argument("--rounds", type=_count, default=3, help="rounds (default 3)")
    parser.add_argument("--only", type=_keys, default=_keys("a,b,c,d,e,f"), help="rows, such as a,b,c")
    parser.add_argument("--large", action="store_true", help=f"only: memory of one site of {_LARGE:,} pages")
    parser.add_argument("--no-split", dest="split", action="store_false", help="without the profile of (b)")
    parser.add_argument("--no-cases", dest="cases", action="store_false", help="without the table of links")
    options = parser.parse_args(arguments)
    if "c" in options.only and "b" not in options.only:
        parser.error("(c) is the night after (b): ask for both")
    return options


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 upwards, not {text!r}")
    return int(text)


def _keys(text: str) -> frozenset[str]:
    keys = frozenset(part.strip() for part in text.split(","))
    known = {each.key for each in contenders()}
    if not keys <= known:
        raise argparse.ArgumentTypeError(f"rows are {', '.join(sorted(known))}")
    return keys


if __name__ == "__main__":
    sys.exit(main())
