"""`make bench-reading`: what reading a page costs beside its bare parse by lxml, in the same run.

The pages are the fixtures (`tests/fixtures/reading`), some of the site of `make bench`, and, where it is
there, the corpus (named by GOVCRAWL_CORPUS, else `shared/corpus` beside the checkout). Every stage is timed
on a page whose earlier stages are done, as in a crawl: what one reader found out, the next does not look for
again. Processor time, the median of several runs a page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import htmldate
from lxml import html

from benchmarks import machine
from benchmarks.site import plan, write
from benchmarks.tables import table
from govcrawl.model import Kind
from govcrawl.pages import Page, kind_of, read_article, read_column, read_home, read_page
from govcrawl.pages.lines import Lines
from govcrawl.pages.lists import main_list
from govcrawl.pages.prose import Shown
from govcrawl.pages.reprints import judge_reprint
from govcrawl.pages.showndates import find_shown_dates
from govcrawl.pages.signs import article_points
from govcrawl.pages.sources import find_source_labels
from govcrawl.pages.titles import find_title

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "tests"))

from corpus import TODAY, corpus_folder, saved_pages  # noqa: E402 (beside the tests)

_RUNS = 7
_SMALL = 2_000
"""Bytes: smaller pages say nothing about time (the whole is some microseconds) and are left out."""
_SITE = 600
"""Pages of such a site; one in six is measured."""
_GOAL = 1.5

Times = dict[str, float]
"""Milliseconds of processor by stage."""

LXML = "lxml.html.fromstring, bare"
PARSE = "read_page: decode and parse"
LINKS = "links"
KIND = "kind"
SHOWN = "… of it: visible text"
SIGNS = "… of it: signs of an article"
MAIN = "… of it: main list"
ARTICLE = "article: title, date, source, reprint"
TITLE = "… of it: lines and title"
DATE = "… of it: date shown"
SOURCE = "… of it: source and reprint"
LIST = "list"
HOME = "home page"
READERS = (KIND, ARTICLE, LIST, HOME)
TOGETHER = "kind, date, source and list together"
ALL = "everything, parse and links included"
HTMLDATE = "htmldate, on the parsed page"
WALK = "floor: each element once, from Python"
MARKED = "floor: the text twice, by XSLT"
"""What any reading costs that looks at each element once, and this one's two transformations alone."""
STAGES = (
    LXML,
    PARSE,
    LINKS,
    KIND,
    SHOWN,
    SIGNS,
    MAIN,
    ARTICLE,
    TITLE,
    DATE,
    SOURCE,
    LIST,
    HOME,
    TOGETHER,
    ALL,
    HTMLDATE,
    WALK,
    MARKED,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One page that is measured."""

    name: str
    body: bytes
    group: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=_RUNS, help=f"runs a page (default {_RUNS})")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs is a number from 1 upwards")
    print(f"machine: {machine.describe()}")
    groups: dict[str, list[Sample]] = {"fixtures": [], "site of make bench": [], "corpus": []}
    for sample in samples():
        groups[sample.group].append(sample)
    for name, chosen in groups.items():
        told = report(name, chosen, runs=options.runs) if chosen else f"{name}: nothing there to measure"
        print(f"\n{told}")
    return 0


def samples() -> Iterator[Sample]:
    """All pages there are, with the group they are told under."""
    for path in sorted((_ROOT / "tests" / "fixtures" / "reading").rglob("*.html")):
        yield Sample(path.stem, path.read_bytes(), "fixtures")
    with tempfile.TemporaryDirectory(prefix="govcrawl-bench-") as folder:
        write(plan(_SITE, TODAY), Path(folder))
        for path in sorted(Path(folder).rglob("*.html"))[::6]:
            yield Sample(str(path.relative_to(folder)), path.read_bytes(), "site of make bench")
    if (corpus := corpus_folder()) is not None:
        for saved in saved_pages(corpus):
            yield Sample(saved.file, saved.body, "corpus")


def report(name: str, pages: Sequence[Sample], *, runs: int) -> str:
    """Measure some pages: a table, the goal, and the pages that are slowest beside their parse."""
    large = [sample for sample in pages if len(sample.body) >= _SMALL]
    done = [(sample, measure(sample.body, TODAY, runs=runs)) for sample in large]
    measured = [(sample, *found) for sample, found in done if found is not None]
    if not measured:
        return f"{name}: none of {len(pages)} pages has {_SMALL:,} bytes, nothing measured"
    sizes = [len(sample.body) for sample, _, _ in measured]
    bare = [times[LXML] for _, _, times in measured]
    rows = []
    for stage in STAGES:
        held = [times for _, _, times in measured if stage in times]
        if not held:
            continue
        ratios = [times[stage] / times[LXML] for times in held]
        whole = sum(times[stage] for times in held) / sum(times[LXML] for times in held)
        row = (f"{median(times[stage] for times in held):.3f}", f"{median(ratios):.2f}×", f"{whole:.2f}×")
        rows.append((stage, str(len(held)), *row))
    ratio = median(times[TOGETHER] / times[LXML] for _, _, times in measured)
    slow = sorted(measured, key=lambda each: each[2][TOGETHER] / each[2][LXML], reverse=True)[:5]
    worst = ", ".join(f"{each.name} ({kind}) {t[TOGETHER] / t[LXML]:.1f}×" for each, kind, t in slow)
    return "\n".join(
        [
            f"{name}: {len(measured)} of {len(pages)} pages ({_SMALL:,} bytes and more; median "
            f"{median(sizes) / 1000:.0f} kB, bare parse {median(bare):.2f} ms)\n",
            table(("stage", "pages", "ms, median", "ratio to lxml, median", "of the sums"), rows),
            f"\ngoal: kind, date, source and list together ≤ {_GOAL} × lxml: {ratio:.2f}×, "
            f"{'met' if ratio <= _GOAL else 'MISSED'}. Slowest: {worst}",
        ]
    )


def measure(body: bytes, today: date, *, runs: int) -> tuple[str, Times] | None:
    """Kind of a page and the median time of each stage; None for what is no HTML."""
    page = read_page(body, "")
    if not page.is_html:
        return None
    kind = kind_of(page, today)
    taken: dict[str, list[float]] = {}
    for _ in range(runs):
        for stage, spent in _once(body, page.source.encode(), kind, today).items():
            taken.setdefault(stage, []).append(spent)
    return str(kind), {stage: median(times) for stage, times in taken.items()}


# ---------------------------------------------------------------------------------------------
# Below: how it is done.


def _once(body: bytes, decoded: bytes, kind: Kind, today: date) -> Times:
    """Each stage once, on a page of its own. lxml is given what it reads best: UTF-8, and told so."""
    times = {LXML: _timed(lambda: html.fromstring(decoded, parser=html.HTMLParser(encoding="utf-8")))}
    page: Page | None = None

    def parse() -> None:
        nonlocal page
        page = read_page(body, "")

    times[PARSE] = _timed(parse)
    assert page is not None
    read: Page = page
    times[LINKS] = _timed(lambda: read.links)
    times[KIND] = _timed(lambda: kind_of(read, today))
    times |= _parts_of_kind(body, today)
    if kind is Kind.ARTICLE:
        times[ARTICLE] = _timed(lambda: read_article(read, today=today))
        times |= _parts_of_article(body, today)
    elif kind is Kind.LIST:
        times[LIST] = _timed(lambda: read_column(read, today))
    elif kind is Kind.HOME:
        times[HOME] = _timed(lambda: read_home(read, today))
    times[TOGETHER] = sum(times.get(stage, 0.0) for stage in READERS)
    times[ALL] = times[TOGETHER] + times[PARSE] + times[LINKS]
    fresh = read_page(body, "")
    times[HTMLDATE] = _timed(lambda: _by_htmldate(fresh, today))
    bare = read_page(body, "").root
    times[WALK] = _timed(
        lambda: [(each.tag, each.text, each.tail, each.get("class")) for each in bare.iter()]
    )
    times[MARKED] = _timed(lambda: (Shown(bare, ()), Lines(bare)))
    return times


def _parts_of_kind(body: bytes, today: date) -> Times:
    """The parts of `kind_of` one after another, on a page whose links are known."""
    page = read_page(body, "")
    _ = page.links
    return {
        SHOWN: _timed(lambda: page.shown),
        SIGNS: _timed(lambda: article_points(page)),
        MAIN: _timed(lambda: main_list(page, today)),
    }


def _parts_of_article(body: bytes, today: date) -> Times:
    """The parts of `read_article` one after another, on a page whose kind is known."""
    page = read_page(body, "")
    kind_of(page, today)
    found = read_article(page, today=today)
    started = time.process_time_ns()
    lines = Lines(page.root)
    place = find_title(page, lines)
    titled = time.process_time_ns()
    labels = find_source_labels(lines, place)
    judge_reprint(page, lines, place, found.source, labels[0] if labels else None, None)
    sourced = time.process_time_ns()
    find_shown_dates(page, lines, place, labels, today)
    dated = time.process_time_ns()
    return {
        TITLE: (titled - started) / 1e6,
        SOURCE: (sourced - titled) / 1e6,
        DATE: (dated - sourced) / 1e6,
    }


def _by_htmldate(page: Page, today: date) -> None:
    try:
        htmldate.find_date(page.root, original_date=True, max_date=today.isoformat())
    except (ValueError, TypeError, AttributeError, RecursionError):
        return  # its time was spent all the same


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time_ns()
    work()
    return (time.process_time_ns() - started) / 1e6


if __name__ == "__main__":
    sys.exit(main())
