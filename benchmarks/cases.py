"""Planted links, each with its right verdict: what govcrawl, linkchecker and lychee say of them.

The first part of the table is that of `tests/net/test_links.py`, served as it is there, each case by a server
of its own; the second part (`link_cases`) adds what needs more than a path. Peers know no third answer, so
for what can't be known "not dead" counts as right of them; govcrawl must give verdict and cause exactly.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from benchmarks.contenders import TOOLS
from benchmarks.link_cases import Case, cases
from benchmarks.tables import table

_OURS = Path(sys.executable).parent
_LONGEST = 240.0
_DEAD, _ALIVE, _NOTHING = "dead", "alive", "said nothing"
_OFFICE = """\
[crawl]
timeout = 3.0
confirm_after = 0.2
confirm_after_transient = 0.5
concurrency_outside = 8
[crawl.resolve]
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What one tool said of one case."""

    words: str
    dead: bool
    alive: bool


def compare_cases(work: Path) -> str:
    """Ask all tools about all cases; a table, and a line of sums. `work` is a folder that is made here."""
    work.mkdir(parents=True)
    work.chmod(0o755)
    known = cases()
    ours = asyncio.run(_ask(known, work, _by_govcrawl, named=True))
    tools: dict[str, _Tool] = {"linkchecker": _by_linkchecker, "lychee": _by_lychee}
    peers = {
        name: asyncio.run(_ask(known, work, by, named=False))
        for name, by in tools.items()
        if (TOOLS / "python/bin" / name).exists()
    }
    rows = []
    sums: dict[str, Counter[str]] = {name: Counter() for name in ("govcrawl", *peers)}
    for case in known:
        row = [case.name, case.expected]
        for name, said in (("govcrawl", ours), *peers.items()):
            exact = name == "govcrawl"
            mark = grade(case, said[case.name], exact=exact)
            sums[name][mark] += 1
            row.append(said[case.name].words + ("" if mark == "right" else f" ({mark})"))
        rows.append(row)
    totals = [f"{len(known)} links", ""]
    totals += [", ".join(f"{count} {mark}" for mark, count in sums[name].most_common()) for name in sums]
    return table(("planted link", "right verdict", *sums), [*rows, totals])


def grade(case: Case, said: Said, *, exact: bool) -> str:
    """`right`, `false alarm`, `missed`, `not asked`, or `other` (verdict or cause is another one)."""
    if said.dead and not case.dead:
        return "false alarm"
    if said.words == _NOTHING and (case.dead or case.alive):
        return "not asked"
    if case.dead and not said.dead:
        return "missed"
    return "right" if not exact or said.words == case.expected else "other"


# ---------------------------------------------------------------------------------------------
# Below: how it is done.


class _Tool(Protocol):
    """Asks about addresses (by case), where hosts are listed as by `[crawl.resolve]`."""

    async def __call__(
        self, urls: Mapping[str, str], resolve: Mapping[str, str], work: Path, /
    ) -> dict[str, Said]: ...


async def _ask(known: Sequence[Case], work: Path, by: _Tool, *, named: bool) -> dict[str, Said]:
    """Serve all cases anew (some count their visits) and run one tool over their addresses.

    `named`: each case under a name of its own; else by its port on 127.0.0.1, for tools that take no list.
    """
    async with contextlib.AsyncExitStack() as servers:
        places = {}
        for number, case in enumerate(known):
            host = f"case{number:02}.example.org" if named else "127.0.0.1"
            places[case.name] = await servers.enter_async_context(case.served(host, work))
        urls = {name: place.url(named=named) for name, place in places.items()}
        resolve = {place.key: place.end for place in places.values() if place.end}
        return await by(urls, resolve, work)


async def _by_govcrawl(urls: Mapping[str, str], resolve: Mapping[str, str], work: Path) -> dict[str, Said]:
    folder = work / "office"
    folder.mkdir()
    lines = "".join(f'"{name}" = "{end}"\n' for name, end in resolve.items())
    (folder / "govcrawl.toml").write_text(_OFFICE + lines, encoding="utf-8")
    words: list[str | Path] = [_OURS / "govcrawl", "check-links", "--json", "--wait", "--", *urls.values()]
    out = await _run(words, folder)
    found = [json.loads(line) for line in out.splitlines()]
    said = {}
    for name, verdict in zip(urls, found, strict=True):
        kind, cause = verdict["verdict"], verdict["cause"]
        words_ = f"{kind}: {cause}" if cause else kind
        said[name] = Said(words_, dead=kind in {"broken", "hijacked"}, alive=kind == "ok")
    return said


async def _by_linkchecker(urls: Mapping[str, str], resolve: Mapping[str, str], work: Path) -> dict[str, Said]:
    (work / "rc").write_text("[checking]\nmaxrequestspersecond=1000000\ntimeout=3\n", encoding="utf-8")
    options = (
        "-f",
        str(work / "rc"),
        "-r",
        "0",
        "-t",
        "16",
        "--check-extern",
        "--no-status",
        "-v",
        "-o",
        "csv",
    )
    out = await _run([TOOLS / "python/bin/linkchecker", *options, *urls.values()], work)
    rows = csv.DictReader((line for line in out.splitlines() if line[:1] != "#"), delimiter=";")
    valid = {row["urlname"]: row["valid"] == "True" for row in rows}
    return {name: _simple(valid.get(url)) for name, url in urls.items()}


async def _by_lychee(urls: Mapping[str, str], resolve: Mapping[str, str], work: Path) -> dict[str, Said]:
    links = "\n".join(
        f'<p><a href="{escape(url)}">{number}</a></p>' for number, url in enumerate(urls.values())
    )
    (work / "links.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>", encoding="utf-8")
    options = ("--no-progress", "-f", "json", "-vv", "--timeout", "3", "--host-request-interval", "0ms")
    out = await _run([TOOLS / "python/bin/lychee", *options, str(work / "links.html")], work)
    report = json.loads(out)
    valid: dict[str, bool] = {}
    for kind in ("success_map", "error_map", "timeout_map"):
        for entry in (each for entries in report[kind].values() for each in entries):
            valid[unquote(entry["url"])] = kind == "success_map"
    return {name: _simple(valid.get(unquote(url))) for name, url in urls.items()}


def _simple(valid: bool | None) -> Said:
    if valid is None:
        return Said(_NOTHING, dead=False, alive=False)
    return Said(_ALIVE if valid else _DEAD, dead=not valid, alive=valid)


async def _run(words: Sequence[str | Path], folder: Path) -> str:
    """Standard output of a command; one that takes too long is killed, and what it said so far counts."""
    process = await asyncio.create_subprocess_exec(
        *map(str, words),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    killer = asyncio.get_running_loop().call_later(_LONGEST, process.kill)
    try:
        out, _ = await process.communicate()
    finally:
        killer.cancel()
    return out.decode("utf-8", "replace")
