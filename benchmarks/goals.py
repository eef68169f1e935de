"""The goals of the crawl, as ratios within one run, and what a run says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from benchmarks.contenders import Result
from benchmarks.site import Plan
from benchmarks.tables import table


@dataclass(slots=True)
class Measured:
    """All runs of one tool on one site."""

    plan: Plan
    runs: list[Result] = field(default_factory=list)
    starts: list[Result] = field(default_factory=list)
    """On a site of one page, of the same rounds."""

    @property
    def speed(self) -> list[float]:
        """Pages of the site a second of wall time, start-up and second tries included."""
        return [len(self.plan.pages) / run.cost.wall for run in self.runs]

    @property
    def cpu(self) -> list[float]:
        """Milliseconds of processor a page, start-up included."""
        return [1000 * run.cost.cpu / len(self.plan.pages) for run in self.runs]

    @property
    def beyond(self) -> list[float]:
        """Milliseconds of processor a page beyond the start-up of the same round."""
        more = max(len(self.plan.pages) - 1, 1)
        return [
            1000 * (run.cost.cpu - start.cost.cpu) / more
            for run, start in zip(self.runs, self.starts, strict=True)
        ]

    def falsely_dead(self, run: Result) -> frozenset[str]:
        """Reported as dead though the server has them."""
        return run.dead - frozenset(self.plan.dead)

    def missed(self, run: Result) -> frozenset[str]:
        """Dead and not reported."""
        return frozenset(self.plan.dead) - run.dead


def goals(measured: Mapping[str, Measured], growth: Measured) -> str:
    """Each goal that this run can speak of: what was reached, and whether that is enough."""
    rows = [
        (what, value, f"{'≥' if least else '≤'} {goal:g}{unit}", "met" if good else "MISSED")
        for what, number, goal, unit, least in _reached(measured, growth)
        for value in (f"{number:.2f}{unit}",)
        for good in ((number >= goal) if least else (number <= goal),)
    ]
    return table(("goal", "reached", "wanted", ""), rows) if rows else "no goal can be judged by these rows"


def _reached(
    measured: Mapping[str, Measured], growth: Measured
) -> Iterator[tuple[str, float, float, str, bool]]:
    """(what, number, goal, unit, at least?) of each goal whose rows were measured."""
    a, b, c, d = (measured.get(key) for key in "abcd")
    if b is None:
        return
    if a is not None:
        yield "pages/s of (b) to those of (a)", _ratio(b.speed, a.speed), 3, "×", True
    if d is not None:
        yield "pages/s of (b) to those of (d)", _ratio(b.speed, d.speed), 8, "×", True
    yield "CPU of (b) beyond start-up, a page", median(b.beyond), 5, " ms", False
    if c is not None:
        yield "CPU of (c) to that of (b)", 100 * _ratio(c.cpu, b.cpu), 55, " %", False
        parsed = [run.facts["pages_parsed"] for run in c.runs if "pages_parsed" in run.facts]
        if parsed:
            yield "pages parsed on the second night", max(parsed), 0, "", False
        asked = min(100 * run.asked.unchanged / len(c.plan.pages) for run in c.runs)
        yield "pages answered 304 on the second night", asked, 100, " %", True
    if growth.runs:
        ratio = _ratio(b.beyond, growth.beyond)
        yield "CPU a page on all pages to that on a third (linear)", ratio, 1.15, "×", False
    for name, each in (("b", b), ("c", c)):
        if each is not None:
            wrong = max(len(each.falsely_dead(run)) + len(each.missed(run)) for run in each.runs)
            yield f"dead links that ({name}) told wrongly or missed", wrong, 0, "", False


def _ratio(ones: list[float], others: list[float]) -> float:
    """The median of the ratios of each round, for what disturbs a round disturbs both."""
    return median(one / other for one, other in zip(ones, others, strict=True))
