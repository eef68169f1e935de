"""What is measured: govcrawl on two nights, the yardstick, and other people's tools, each as it is run."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.process import Cost, run
from benchmarks.server import Asked, Served
from benchmarks.site import Plan, registry

AT_ONCE = 16
"""Requests at once that every tool may make of the one host."""
HOST = "www.example.gov.cn"
"""Name under which govcrawl knows the site; the others ask 127.0.0.1."""

_HERE = Path(__file__).resolve().parent
TOOLS = _HERE / ".tools"
_OURS = Path(sys.executable).parent
_LONGEST = 3600.0
_STATISTIC = re.compile(r"'govcrawl/([\w/-]+)': (\d+)")
_OFFICE = """\
[office]
name = "示例市人民政府办公室"
region = "示例市"
[crawl]
concurrency_per_host = {at_once}
max_pages_per_site = {pages}
depth = 1000
browser = "never"
[crawl.resolve]
"{host}:80" = [{ends}]
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A site that is being served, with what it holds."""

    plan: Plan
    server: Served


@dataclass(slots=True)
class Result:
    """One run of one tool."""

    cost: Cost
    asked: Asked
    dead: frozenset[str]
    """Paths that it reported as dead links."""
    facts: dict[str, int] = field(default_factory=dict)
    """Counts of its own that are worth a line."""
    fingerprints: frozenset[str] = frozenset()
    """Of govcrawl's findings."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One row of the table."""

    key: str
    name: str
    run: Callable[[Target, Path], Result]
    missing: str = ""
    """Why it can't be run here; empty: it can."""


class ToolError(Exception):
    """A tool did not do its work, so that its numbers would mean nothing."""


def contenders() -> tuple[Contender, ...]:
    """All rows in their order; (c) must follow (b), whose folder it goes on in."""
    return (
        Contender("a", "bare Scrapy spider, LinkExtractor", bare_spider),
        Contender("b", "govcrawl, all checks", first_night),
        Contender("c", "govcrawl, second night, unchanged", second_night),
        Contender("d", "linkchecker, throttle lifted", linkchecker, _lacks("python/bin/linkchecker")),
        Contender("e", "lychee, given all pages, throttle lifted", lychee, _lacks("python/bin/lychee")),
        Contender("f", "linkinator, 16 at once", linkinator, _lacks("node/node_modules/.bin/linkinator")),
    )


def bare_spider(target: Target, folder: Path) -> Result:
    """(a): stock Scrapy; its pages are those of its own log of errors and the server's count."""
    start = f"start={target.server.url}"
    words: list[str | Path] = [
        _OURS / "scrapy",
        "runspider",
        _HERE / "bare_spider.py",
        "-a",
        start,
        "-O",
        "dead.jsonl",
    ]
    cost, asked = _run(words, target, folder)
    found = [json.loads(line)["dead"] for line in (folder / "dead.jsonl").read_text().splitlines()]
    return Result(cost, asked, _paths(found))


def first_night(target: Target, folder: Path) -> Result:
    """(b): an office's folder made for the site, then `scrapy crawl site`, as its users run it."""
    prepare_office(target, folder)
    return second_night(target, folder)


def second_night(target: Target, folder: Path) -> Result:
    """(c): the same command in the same folder."""
    log, feed = folder / "crawl.log", folder / "feed.json"
    log.unlink(missing_ok=True)
    cost, asked = _run(crawl_words(), target, folder)
    findings = json.loads(feed.read_text(encoding="utf-8"))
    broken = [each["target"] for each in findings if each["rule"] == "link-broken"]
    counts = {name: int(count) for name, count in _STATISTIC.findall(log.read_text(encoding="utf-8"))}
    return Result(cost, asked, _paths(broken), counts, frozenset(each["fingerprint"] for each in findings))


def crawl_words() -> list[str | Path]:
    """The command of (b) and (c); the log is there for the statistics at its end."""
    log = ("-s", "LOG_FILE=crawl.log", "-s", "LOG_LEVEL=INFO")
    return [_OURS / "scrapy", "crawl", "site", "-a", "site=bench", "-O", "feed.json", *log]


def prepare_office(target: Target, folder: Path) -> None:
    """Make a working folder in which the site is registered with all its columns."""
    ends = [f'"127.0.0.1:{target.server.port}"'] + [f'"[::1]:{target.server.port}"'] * target.server.ipv6
    text = _OFFICE.format(
        at_once=AT_ONCE, pages=len(target.plan.pages) + 100, host=HOST, ends=", ".join(ends)
    )
    (folder / "govcrawl.toml").write_text(text, encoding="utf-8")
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = govcrawl.settings\n", encoding="utf-8")
    (folder / "registry.yaml").write_text(registry(target.plan, HOST), encoding="utf-8")
    words = [_OURS / "govcrawl", "registry", "import", "registry.yaml"]
    cost = run([str(word) for word in words], cwd=folder, out=folder / "o", err=folder / "e", longest=120.0)
    if cost.status != 0:
        raise ToolError(f"the registry could not be imported: {(folder / 'e').read_text()[-500:]}")


def linkchecker(target: Target, folder: Path) -> Result:
    """(d): the server's header lifts its pause, the setting its number of requests a second."""
    (folder / "rc").write_text("[checking]\nmaxrequestspersecond=1000000\n", encoding="utf-8")
    quiet = ("--no-robots", "--no-status", "--no-warnings", "-o", "csv")
    words: list[str | Path] = [
        TOOLS / "python/bin/linkchecker",
        "-f",
        "rc",
        "-t",
        str(AT_ONCE),
        *quiet,
        target.server.url,
    ]
    cost, asked = _run(words, target, folder, good=(0, 1))
    lines = [line for line in (folder / "out").read_text(errors="replace").splitlines() if line[:1] != "#"]
    rows = csv.DictReader(lines, delimiter=";")
    return Result(cost, asked, _paths(row["url"] for row in rows if row["valid"] == "False"))


def lychee(target: Target, folder: Path) -> Result:
    """(e): it does not follow links, so it is handed every page; it reads all and asks each link once."""
    pages = "\n".join(target.server.url + path.removeprefix("/") for path in target.plan.pages)
    (folder / "pages.txt").write_text(pages + "\n", encoding="utf-8")
    unthrottled = ("--host-concurrency", str(AT_ONCE), "--host-request-interval", "0ms")
    words: list[str | Path] = [TOOLS / "python/bin/lychee", "--no-progress", "-f", "json", *unthrottled]
    cost, asked = _run([*words, "--files-from", "pages.txt"], target, folder, good=(0, 2))
    report = json.loads((folder / "out").read_text(encoding="utf-8"))
    failed = [each for name in ("error_map", "timeout_map") for each in report[name].values()]
    return Result(cost, asked, _paths(entry["url"] for entries in failed for entry in entries))


def linkinator(target: Target, folder: Path) -> Result:
    """(f): what it calls BROKEN."""
    options = ("--recurse", "--concurrency", str(AT_ONCE), "--format", "json", "--verbosity", "error")
    words: list[str | Path] = [TOOLS / "node/node_modules/.bin/linkinator", target.server.url, *options]
    cost, asked = _run(words, target, folder, good=(0, 1))
    links = json.loads((folder / "out").read_text(encoding="utf-8"))["links"]
    return Result(cost, asked, _paths(link["url"] for link in links if link["state"] == "BROKEN"))


# ---------------------------------------------------------------------------------------------
# Below: how it is done.


def _run(
    words: Iterable[str | Path], target: Target, folder: Path, *, good: tuple[int, ...] = (0,)
) -> tuple[Cost, Asked]:
    target.server.asked()  # what was asked before is none of its doing
    command = [str(word) for word in words]
    cost = run(command, cwd=folder, out=folder / "out", err=folder / "err", longest=_LONGEST)
    if cost.status not in good:
        said = (folder / "err").read_text(encoding="utf-8", errors="replace")[-800:]
        raise ToolError(f"{' '.join(command[:3])} … ended with {cost.status}: {said}")
    return cost, target.server.asked()


def _paths(urls: Iterable[str]) -> frozenset[str]:
    return frozenset(urlsplit(url).path for url in urls)


def _lacks(tool: str) -> str:
    return "" if (TOOLS / tool).exists() else "not installed: make bench-setup"
