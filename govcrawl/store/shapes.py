"""What goes into the store and comes out of it, beside the shapes of `govcrawl.model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from govcrawl.model import Cause, Finding, LinkVerdict, NotTested, Origin, Rule, RunResult, Status, Verdict
from govcrawl.store.lifecycle import Event

Blob = bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """One address as a run found it.

    A record without `content_hash` (a 304, a failure) leaves what is stored of the content, its
    validators, readings and `fetched_at`, as it was; status and time of the visit are updated.
    """

    url: str
    status: int | None
    """HTTP status; None: no answer."""
    kind: str = ""
    title: str = ""
    column: str | None = None
    """URL of the column that the page belongs to."""
    bytes: int = 0
    """Size of the body, decompressed."""
    content_hash: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    reader_version: str | None = None
    readings: Blob | None = None
    """What was read of it, compressed by the reader; at most 4 MiB are kept."""
    fetched_at: datetime
    """When the content was last got whole (UTC): a 304 is believed for some nights only."""
    article: ArticleSeen | None = None
    """Of an article that is kept for the adoption notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSeen:
    """What an article of a portal says of itself."""

    title: str
    published: date | None
    source: str
    reprint: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScope:
    """What a run really judged: the ground on which a finding may be called corrected."""

    rules: frozenset[str] = frozenset()
    """Codes of the rules that were judged."""
    pages: frozenset[str] = frozenset()
    """Pages that were asked and answered."""
    unsettled: frozenset[str] = frozenset()
    """Addresses (pages, targets, columns) about which this run came to no conclusion."""
    complete: bool = False
    """The crawler's own judgement: it saw the site as a whole."""
    undecided: frozenset[tuple[str, str]] = frozenset()
    """Pairs of rule and page that were asked and gave no answer (a list whose dates can't be read)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSeen:
    """A finding of a run, with who answers for it and what the profile says."""

    finding: Finding
    check: str
    rule: Rule
    unit: str | None = None
    sponsor: str | None = None
    points: float | None = None
    profile: str | None = None
    subject_state: str = ""
    """State of the subject, for dismissals: where it is given and differs from the state in which
    the finding was dismissed, the finding becomes suspected again. Empty: never compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """All that a run says when it ends (fields as in `RunRecord`)."""

    result: RunResult
    pages: int = 0
    columns_read: int = 0
    columns_unreadable: int = 0
    links_ok: int = 0
    links_broken: int = 0
    links_unverified: int = 0
    not_tested: Sequence[NotTested] = ()
    limits_hit: Sequence[str] = ()
    unverified: Sequence[Mapping[str, object]] = ()
    method: Sequence[str] = ()
    findings: Sequence[FindingSeen] = ()
    scope: RunScope = field(default_factory=RunScope)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMemory:
    """What earlier runs, of any site, learnt about an outside address."""

    url: str
    host: str
    last: LinkVerdict
    checked_at: datetime
    first_failed_at: datetime | None
    """First try of the present row of failures; None: it did not fail last time."""
    failures: int
    """How many rounds of questions in a row failed. What speaks of the robot or of this machine
    counts neither way."""
    next_due: datetime
    """Not to be asked again before; a failure is always due."""

    @property
    def verdict(self) -> Verdict:
        """The last verdict."""
        return self.last.verdict

    @property
    def cause(self) -> Cause | None:
        """Its cause."""
        return self.last.cause

    @property
    def status(self) -> int | None:
        """Its HTTP status."""
        return self.last.status


class NightState(StrEnum):
    """Where a site of a night stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    """It came to an end with a run, whatever that says."""
    FAILED = "failed"
    """It was not begun, or came to no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSite:
    """One site of a night."""

    site: str
    server: str
    """By what its home page's server is known; empty: not known."""
    state: NightState
    holder: str
    """The process that took it (`this_owner`); empty: none has."""
    alone: bool
    """To be crawled with no other site in the process."""
    taken_at: datetime | None
    ended_at: datetime | None
    run: int | None
    reason: str
    """Why it was not inspected (Chinese)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of the audit trail of a finding."""

    at: datetime
    event: Event
    before: Status | None
    after: Status
    who: str
    """The person; empty: the machine, in its `run`, or the clock."""
    reason: str | None
    run: int | None
    was_confirmed: bool
    """Of the state after it: confirmed since the finding was last opened."""
    recurred: bool
    """The fact, which stays: not that it came back by this step."""
    overdue: bool
    deadline: datetime | None
    exempt_until: datetime | None
    notice: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReported:
    """A finding that was brought by a person, the 找错 platform, or a superior."""

    site: str
    finding: Finding
    check: str
    rule: Rule
    origin: Origin
    unit: str | None = None
    sponsor: str | None = None
    points: float | None = None
    profile: str | None = None
    deadline: datetime | None = None
