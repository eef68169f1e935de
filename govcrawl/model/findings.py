"""Rules and findings: what a check can say, and what it said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs; how sure it is, is another thing (`Finding.certain`)."""

    VETO = "veto"
    PROBLEM = "problem"
    ADVICE = "advice"

    @property
    def zh(self) -> str:
        """The word in papers."""
        return {"veto": "单项否决", "problem": "需整改问题", "advice": "提示"}[self.value]


class Status(StrEnum):
    """Where a finding stands in its life (store.lifecycle has the transitions)."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    NOTIFIED = "notified"
    REPLIED = "replied"
    DISPUTED = "disputed"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"
    EXEMPT = "exempt"

    @property
    def zh(self) -> str:
        """The word in papers."""
        return {
            "suspected": "疑似（待核实）",
            "confirmed": "已核实",
            "notified": "整改中",
            "replied": "已反馈（待复核）",
            "disputed": "有异议",
            "corrected": "已整改（销号）",
            "dismissed": "误报（已排除）",
            "exempt": "已报备（暂不计）",
        }[self.value]


class Origin(StrEnum):
    """Who brought a finding; what a person found only a person closes."""

    MACHINE = "machine"
    PERSON = "person"
    ERROR_REPORT = "找错"
    SUPERIOR = "上级通报"
    SELF_CHECK = "自查"
    THIRD_PARTY = "第三方"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that a check can find."""

    code: str
    """Stable: `link-broken`."""
    title: str
    """Chinese, a few characters: 链接错误."""
    severity: Severity
    basis: str
    """The document and article that it rests on, in Chinese."""
    fix: str
    """How a unit mends it, in Chinese."""
    check: str = ""
    """Id of the check that it belongs to; filled in by the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What proves a finding to the one who disputes it."""

    snippet: str = ""
    """HTML as it stood in the page, at most 500 characters."""
    line: int | None = None
    selector: str = ""
    screenshot: str | None = None
    observed: tuple[str, ...] = ()
    """ISO 8601 times of the tries, UTC."""

    def to_json(self) -> dict[str, object]:
        """As in `evidence` of a feed."""
        return {
            "snippet": self.snippet or None,
            "line": self.line,
            "selector": self.selector or None,
            "screenshot": self.screenshot,
            "observed": list(self.observed),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem as one run saw it. What it is over runs is `FindingRecord`."""

    rule: str
    """Code of the rule."""
    subject: str
    """What the rule speaks of (an address, a column): with site and rule it makes the fingerprint."""
    page: str
    title: str
    """One Chinese sentence that an inspector can paste."""
    certain: bool
    """True: the machine may call it confirmed; False: suspected, for a person to look at."""
    target: str | None = None
    column: str | None = None
    severity: Severity | None = None
    """None: the rule's own."""
    basis: str | None = None
    """None: the rule's own."""
    detail: Mapping[str, object] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)
    occurrences: int = 1
    more_pages: tuple[str, ...] = ()
    on_home: bool = False
    external: bool = False
    account: str | None = None
    seen_at: datetime | None = None
    """Time of the first try that failed, for what a second try later confirms."""


def fingerprint(site: str, rule: str, subject: str) -> str:
    """The identity of a finding over runs: of site, rule and subject, never of a run.

    20 hexadecimal digits (80 bits) of SHA-256: with a million findings the chance that two
    share one is below 1e-12.
    """
    # A subject may hold what UTF-8 does not know (a lone surrogate from a page): it counts all the same.
    text = "\x00".join((site, rule, subject)).encode("utf-8", "backslashreplace")
    return hashlib.sha256(text).hexdigest()[:20]
