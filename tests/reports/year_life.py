"""What becomes of a finding, worked out by the tests themselves: nothing here is taken from the program.

Written from what the office's rules say (the states of a finding, and who may do what), so that the
numbers of a year can be counted a second time. Statuses and events are plain words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

OPEN = frozenset({"suspected", "confirmed", "notified", "replied", "disputed"})
VERIFIED = OPEN - {"suspected"}
CLOSED = frozenset({"corrected", "dismissed"})


@dataclass(frozen=True)
class Fault:
    """Something that is wrong on a site, in truth or in the eyes of the machine."""

    number: int
    site: str
    rule: str
    title: str
    """Of the rule, in Chinese."""
    severity: str
    unit: str
    page: str
    target: str | None = None
    column: str | None = None
    certain: bool = True
    """Is the machine sure when it sees it."""
    cause: str = "http"
    shared: int | None = None
    """Number of the platform's fault that it is part of."""

    @property
    def subject(self) -> str:
        """What the rule speaks of: its own for each fault."""
        return f"{self.page}#{self.number}"


@dataclass(frozen=True)
class Step:
    """One thing that happened to a finding."""

    at: datetime
    event: str
    before: str
    after: str
    came_back: bool = False
    """A fault that had been mended stood there again."""
    due: datetime | None = None
    sure: bool = False
    """Had it been confirmed before this step."""


@dataclass
class Life:
    """One finding, from its first sighting on."""

    fault: Fault
    status: str = ""
    """Empty: not known yet."""
    origin: str = "machine"
    sure: bool = False
    """Somebody, or a second look, has confirmed it since it was last opened."""
    ever_back: bool = False
    late: bool = False
    looks_right: bool = False
    due: datetime | None = None
    until: datetime | None = None
    notice: bool = False
    seen: datetime | None = None
    since: datetime | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def verified(self) -> bool:
        return self.status in VERIFIED

    def clock(self, now: datetime) -> None:
        """What the calendar alone brings about by that moment."""
        if self.status == "exempt" and self.until is not None and self.until <= now:
            ended, self.until = self.until, None
            if self.looks_right and self.origin == "machine":
                self._go("corrected", ended, "exemption over")
            else:
                self._go("confirmed" if self.sure else "suspected", ended, "exemption over")
        if self.status == "notified" and self.due is not None and self.due < now:
            self.late = True

    def sighted(self, at: datetime, *, certain: bool) -> None:
        """A run saw the fault."""
        self.clock(at)
        self.seen, self.looks_right = at, False
        if self.status == "corrected":
            self._again(at, "sighted", "confirmed" if certain else "suspected", was_mended=self.sure)
        elif self.status in {"", "suspected"}:
            self._go("confirmed" if certain else self.status or "suspected", at, "sighted")
            self.sure = self.status == "confirmed"
            if not self.steps:
                self.steps.append(Step(at, "sighted", "", self.status))
        elif self.status == "replied" and certain:
            self._go("notified", at, "sighted")
        elif self.status in {"disputed", "exempt"}:
            self.sure = self.sure or certain

    def right(self, at: datetime) -> None:
        """A run looked where the fault stood, and it is gone."""
        self.clock(at)
        self.looks_right = True
        if self.origin == "machine" and self.status in {"suspected", "confirmed", "notified", "replied"}:
            self._go("corrected", at, "right")

    def reported(self, at: datetime, origin: str, due: datetime | None) -> None:
        """A person brought it."""
        self.clock(at)
        self.seen, self.looks_right = at, False
        before = self.status
        self.origin = origin if self.origin == "machine" else self.origin
        if before in CLOSED:
            after = "confirmed" if before == "corrected" else "suspected"
            self._again(at, "reported", after, was_mended=before == "corrected" and self.sure)
            self.due = due
        elif before != "exempt":
            self.due = due if self.due is None else self.due
            after = {"": "confirmed", "suspected": "confirmed", "replied": "notified"}.get(before, before)
            self._go(after, at, "reported", always=True)
            self.sure = self.sure or after in {"confirmed", "notified"}
        else:
            self._go(before, at, "reported", always=True)

    def told(self, at: datetime, due: datetime) -> None:
        """A notice names it, or went out now."""
        self.clock(at)
        self.due, self.late, self.notice = due, False, True
        self._go("notified", at, "told" if self.status == "confirmed" else "told again", always=True)
        self.sure = True

    def answered(self, at: datetime, *, disputed: bool) -> None:
        """The unit's answer: mended, or no fault at all."""
        self.clock(at)
        self._go(
            "disputed" if disputed else "replied", at, "disputed" if disputed else "replied", always=True
        )
        self.late = self.late and not disputed

    def judged(self, at: datetime, verdict: str, *, until: datetime | None = None) -> None:
        """What a person decides: confirm, dismiss, exempt, uphold, close, reopen."""
        self.clock(at)
        if verdict == "reopen":
            after = "suspected" if self.status == "dismissed" or not self.sure else "confirmed"
            if self.status == "replied":
                after = "notified"
            if self.status in CLOSED:
                self._again(at, verdict, after, was_mended=False)
            else:
                self._go(after, at, verdict)
            return
        after = {"confirm": "confirmed", "dismiss": "dismissed", "exempt": "exempt", "close": "corrected"}
        self._go(after.get(verdict) or ("notified" if self.notice else "confirmed"), at, verdict)
        self.sure = self.sure or self.verified
        if verdict == "exempt":
            self.until, self.due, self.notice = until, None, False
        if self.status not in {"notified", "replied"}:
            self.late = False

    def _again(self, at: datetime, event: str, after: str, *, was_mended: bool) -> None:
        """What was closed is open again: a new life, the old notice is done with."""
        self.ever_back = self.ever_back or was_mended
        self.sure = after == "confirmed"
        self.looks_right = False
        self.due, self.notice, self.late = None, False, False
        self._go(after, at, event, came_back=was_mended)

    def _go(
        self, after: str, at: datetime, event: str, *, always: bool = False, came_back: bool = False
    ) -> None:
        if after != self.status or always:
            self.steps.append(Step(at, event, self.status, after, came_back, self.due, self.sure))
        if after != self.status:
            self.status, self.since = after, at
        if after not in {"notified", "replied"}:
            self.late = False
        if after != "exempt":
            self.until = None
