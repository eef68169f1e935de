"""Numbers of findings: by weight, by kind, by unit, and beside the period before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from govcrawl.model import FindingRecord, Severity
from reports.entries import VERIFIED, counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Open findings by weight; what is suspected is counted apart."""

    veto: int = 0
    problem: int = 0
    advice: int = 0
    suspected: int = 0

    @classmethod
    def of(cls, records: Iterable[FindingRecord]) -> Tally:
        """Count what is open; what the crawler could not read is not counted."""
        still = [record for record in records if counted(record)]
        verified = [record.severity for record in still if record.status in VERIFIED]
        return cls(
            veto=verified.count(Severity.VETO),
            problem=verified.count(Severity.PROBLEM),
            advice=verified.count(Severity.ADVICE),
            suspected=len(still) - len(verified),
        )

    @property
    def problems(self) -> int:
        """Verified findings that must be corrected: vetoes and problems."""
        return self.veto + self.problem

    @property
    def total(self) -> int:
        """Everything that is open."""
        return self.problems + self.advice + self.suspected


@dataclass(frozen=True, slots=True)
class Count:
    """A number and, where the week before is known, what it was then."""

    now: int
    before: int | None

    @property
    def change(self) -> str:
        """增加3, 减少2, 持平, or nothing where the week before is not known."""
        if self.before is None:
            return ""
        if self.now == self.before:
            return "持平"
        word = "增加" if self.now > self.before else "减少"
        return f"{word}{abs(self.now - self.before)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a chart and of its table."""

    label: str
    verified: int
    """Vetoes, problems and hints that are verified."""
    suspected: int
    count: Count
    """Both together, and the week before."""

    def to_json(self) -> dict[str, object]:
        """The numbers by name."""
        return {
            "name": self.label,
            "verified": self.verified,
            "suspected": self.suspected,
            "before": self.count.before,
        }


def counts_of(now: Tally, before: Tally | None) -> dict[str, Count]:
    """The numbers of a tally beside those of the period before (None: not known)."""
    keys = ("veto", "problem", "advice", "suspected", "problems")
    return {key: Count(getattr(now, key), None if before is None else getattr(before, key)) for key in keys}


def bars_of(
    still_open: Sequence[FindingRecord],
    before: Sequence[FindingRecord],
    compared: bool,
    label: Callable[[FindingRecord], str],
) -> tuple[Bar, ...]:
    """The open findings by their label, the most first; `before` counts only where `compared`."""
    verified: Counter[str] = Counter()
    suspected: Counter[str] = Counter()
    earlier = Counter(label(record) for record in before if counted(record))
    for record in still_open:
        (verified if record.status in VERIFIED else suspected)[label(record)] += 1
    names = sorted(
        {*verified, *suspected},
        key=lambda name: (-verified[name] - suspected[name], -verified[name], name),
    )
    return tuple(
        Bar(
            label=name,
            verified=verified[name],
            suspected=suspected[name],
            count=Count(verified[name] + suspected[name], earlier[name] if compared else None),
        )
        for name in names
    )
