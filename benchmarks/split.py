"""Where the processor time of a first night goes: py-spy's samples, put under a few headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import TOOLS, Target, crawl_words, prepare_office
from benchmarks.process import run
from benchmarks.tables import table

_RATE = 200
"""Samples a second."""
_START = "starting (imports)"
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (_START, r"<frozen importlib|importlib/"),
        ("decode and parse", r"pages/(?:decoding|page)\.py"),
        ("links: collect, normalise", r"pages/(?:links|addresses|islands|floating)\.py"),
        ("links: whose, queue, targets", r"spiders/(?:targets|frontier|visits)\.py"),
        ("link verdict of a page", r"pages/(?:verdicts|soft404|hijack|challenges|refreshes)\.py"),
        ("reading: kind, date, source, list", r"pages/\w+\.py"),
        ("checks", r"(?:^|[ (/])checks/\w+\.py|spiders/judging\.py|govcrawl/rules/"),
        ("store", r"govcrawl/store/|sqlalchemy/|sqlite"),
        ("asking: gate, wire, aiohttp", r"govcrawl/net/|aiohttp/|yarl/|multidict/"),
        ("Scrapy", r"scrapy/|twisted/"),
        ("event loop", r"asyncio/|selectors\.py"),
        ("the inspection itself", r"spiders/\w+\.py"),
    )
)
_OURS = re.compile(r"^(\S+) \((?:.*/)?((?:govcrawl|spiders|checks)/[\w/]+\.py)")
_TOP = 26


@dataclass(frozen=True, slots=True)
class Stack:
    """One sampled stack, outermost frame first, and how often it was seen."""

    frames: tuple[str, ...]
    count: int


def split(target: Target, folder: Path, beyond: float) -> str:
    """Profile one first night; without py-spy, a line that says so.

    `beyond` is what (b) takes a page beyond start-up, in milliseconds of processor.
    """
    spy = TOOLS / "python/bin/py-spy"
    if not spy.exists():
        return "split of (b): left out, py-spy is not installed: make bench-setup"
    prepare_office(target, folder)
    record = (
        "record",
        "--rate",
        str(_RATE),
        "--format",
        "raw",
        "--full-filenames",
        "--function",
        "-o",
        "stacks",
    )
    words = [str(word) for word in (spy, *record, "--", *crawl_words())]
    cost = run(words, cwd=folder, out=folder / "out", err=folder / "err", longest=3600.0)
    stacks = read_stacks((folder / "stacks").read_text(encoding="utf-8")) if cost.status == 0 else []
    if not stacks:
        return f"split of (b): py-spy gave nothing: {(folder / 'err').read_text(errors='replace')[-300:]}"
    return "\n\n".join([_by_heading(stacks, beyond), *_by_function(stacks, beyond)])


def read_stacks(text: str) -> list[Stack]:
    """py-spy's raw format: frames joined by semicolons, then the count; other lines are left out."""
    stacks = []
    for line in text.splitlines():
        frames, _, count = line.rpartition(" ")
        if frames and count.isdigit():
            stacks.append(Stack(tuple(frames.split(";")), int(count)))
    return stacks


def heading_of(frames: Iterable[str]) -> str:
    """The heading of a stack: that of its innermost frame that has one; imports count as such anywhere."""
    inner = list(frames)[::-1]
    if any(_HEADINGS[0][1].search(frame) for frame in inner):
        return _START
    for frame in inner:
        for name, pattern in _HEADINGS:
            if pattern.search(frame):
                return name
    return "other"


def _by_heading(stacks: list[Stack], beyond: float) -> str:
    counts: Counter[str] = Counter()
    for stack in stacks:
        counts[heading_of(stack.frames)] += stack.count
    running = sum(counts.values()) - counts[_START]
    rows = [
        (name, f"{100 * count / running:.1f} %", f"{beyond * count / running:.2f}")
        for name, count in counts.most_common()
        if name != _START
    ]
    return table((f"where (b) spends its {beyond:.2f} ms a page", "share", "ms/page"), rows)


def _by_function(stacks: list[Stack], beyond: float) -> Iterator[str]:
    """Functions of ours: alone (with libraries, without others of ours), and with all that they call."""
    alone: Counter[str] = Counter()
    inclusive: Counter[str] = Counter()
    running = 0
    for stack in stacks:
        if heading_of(stack.frames) == _START:
            continue
        running += stack.count
        ours = [match.expand(r"\2: \1") for frame in stack.frames if (match := _OURS.match(frame))]
        if ours:
            alone[ours[-1]] += stack.count
        for name in set(ours):
            inclusive[name] += stack.count
    for what, counts in (("functions alone", alone), ("functions with what they call", inclusive)):
        rows = [
            (name, f"{100 * count / running:.1f} %", f"{beyond * count / running:.2f}")
            for name, count in counts.most_common(_TOP)
        ]
        yield table((what, "share", "ms/page"), rows)
