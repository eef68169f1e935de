"""Findings and runs as they are kept, exported and reported (INTERFACES, sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from govcrawl.model.findings import Evidence, Origin, Severity, Status

SCHEMA_VERSION = 1


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """One finding with its history, as of some moment. Times are UTC and aware."""

    fingerprint: str
    check: str
    rule: str
    severity: Severity
    points: float | None = None
    basis: str
    fix: str
    site: str | None
    account: str | None = None
    unit: str | None
    sponsor: str | None
    column: str | None = None
    page: str
    target: str | None = None
    occurrences: int = 1
    more_pages: tuple[str, ...] = ()
    on_home: bool = False
    external: bool = False
    title: str
    detail: Mapping[str, object] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)
    status: Status
    status_since: datetime | None = None
    overdue: bool = False
    recurred: bool = False
    origin: Origin = Origin.MACHINE
    first_seen: datetime
    last_seen: datetime
    deadline: datetime | None = None
    exempt_until: datetime | None = None
    reason: str | None = None
    notice: str | None = None
    run: int | None = None
    profile: str | None = None
    was_confirmed: bool = False
    """Confirmed since it was last opened. A corrected one without it was a suspicion that was lifted,
    and is no correction in the statistics."""

    @property
    def open(self) -> bool:
        """Does someone still have to do something about it."""
        return self.status not in {Status.CORRECTED, Status.DISMISSED, Status.EXEMPT}

    def to_json(self) -> dict[str, object]:
        """The object of feeds and exports: every key is always there."""
        return {
            "schema_version": SCHEMA_VERSION,
            "fingerprint": self.fingerprint,
            "check": self.check,
            "rule": self.rule,
            "severity": str(self.severity),
            "points": self.points,
            "basis": self.basis,
            "fix": self.fix,
            "site": self.site,
            "account": self.account,
            "unit": self.unit,
            "sponsor": self.sponsor,
            "column": self.column,
            "page": self.page,
            "target": self.target,
            "occurrences": self.occurrences,
            "more_pages": list(self.more_pages),
            "on_home": self.on_home,
            "external": self.external,
            "title": self.title,
            "detail": dict(self.detail),
            "evidence": self.evidence.to_json(),
            "status": str(self.status),
            "status_since": _iso(self.status_since),
            "overdue": self.overdue,
            "recurred": self.recurred,
            "origin": str(self.origin),
            "first_seen": _iso(self.first_seen),
            "last_seen": _iso(self.last_seen),
            "deadline": _iso(self.deadline),
            "exempt_until": _iso(self.exempt_until),
            "reason": self.reason,
            "notice": self.notice,
            "run": self.run,
            "profile": self.profile,
        }


class RunResult(StrEnum):
    """How much a run saw."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"

    @property
    def inspected(self) -> bool:
        """Could the site be judged at all."""
        return self in {RunResult.COMPLETE, RunResult.PARTIAL}

    @property
    def zh(self) -> str:
        """The word in papers."""
        return {
            "complete": "完成",
            "partial": "部分完成",
            "blocked": "访问受阻（未能判定）",
            "unreachable": "无法访问",
        }[self.value]


@dataclass(frozen=True, slots=True)
class NotTested:
    """A check, or a part of one, that a run could not do, and why (Chinese)."""

    check: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What a run saw, and what it did not see (巡查记录)."""

    run: int
    site: str
    """Id of the registered site; of a trial by address its host."""
    started: datetime
    ended: datetime | None = None
    result: RunResult | None = None
    """None while it runs, and for one that was killed."""
    trial: bool = False
    as_of: str | None = None
    pages: int = 0
    columns_read: int = 0
    columns_unreadable: int = 0
    links_ok: int = 0
    links_broken: int = 0
    links_unverified: int = 0
    not_tested: tuple[NotTested, ...] = ()
    limits_hit: tuple[str, ...] = ()
    """Chinese sentences: what was cut and at which limit."""
    unverified: tuple[Mapping[str, object], ...] = ()
    """Links that could not be verified (url, status, page, text): reported apart, never as dead."""
    profile: str | None = None
    method: tuple[str, ...] = ()
    """Chinese sentences for papers: with which lists, exceptions and means it was judged."""

    def to_json(self) -> dict[str, object]:
        """The object of `govcrawl runs list --json`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "run": self.run,
            "site": self.site,
            "started": _iso(self.started),
            "ended": _iso(self.ended),
            "result": None if self.result is None else str(self.result),
            "trial": self.trial,
            "as_of": self.as_of,
            "pages": self.pages,
            "columns_read": self.columns_read,
            "columns_unreadable": self.columns_unreadable,
            "links_ok": self.links_ok,
            "links_broken": self.links_broken,
            "links_unverified": self.links_unverified,
            "not_tested": [{"check": n.check, "reason": n.reason} for n in self.not_tested],
            "limits_hit": list(self.limits_hit),
            "unverified": [dict(link) for link in self.unverified],
            "profile": self.profile,
            "method": list(self.method),
        }
