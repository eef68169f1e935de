"""Holds what was found against what was planted: faults missed, traps sprung, findings nobody expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.city.form import faults_of_form
from tests.city.shapes import City, Planted, Trap, same_address

FindingObject = Mapping[str, Any]
"""One object of a feed or an export (INTERFACES, section 4)."""
_STATUS = {"link-broken": "confirmed", "date-missing": "suspected"}
"""What two tries proved is confirmed; what an article does not show, a person looks at."""
_SPENT = frozenset({"corrected", "dismissed"})


@dataclass(frozen=True, slots=True)
class Found:
    """A planted fault, the finding that answers to it, and what is wrong about that finding."""

    planted: Planted
    finding: FindingObject
    wrong: tuple[str, ...]
    """Chinese: wrong cause, wrong unit, too few places …"""


@dataclass(frozen=True, slots=True)
class Sprung:
    """A trap, and the false alarm in it."""

    trap: Trap
    finding: FindingObject


@dataclass(frozen=True, slots=True)
class Untried:
    """A trap that proves nothing, and why (Chinese)."""

    trap: Trap
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The outcome. Nothing missed, wrong, sprung, untried, unexpected or malformed: `good`."""

    found: tuple[Found, ...]
    missed: tuple[Planted, ...]
    not_tested: tuple[Planted, ...]
    """Faults that this machine could not test (no IPv6)."""
    sprung: tuple[Sprung, ...]
    untried: tuple[Untried, ...]
    unexpected: tuple[FindingObject, ...]
    tolerated: tuple[FindingObject, ...]
    malformed: tuple[tuple[FindingObject, str], ...]
    """Findings that are not written as INTERFACES promise, and why (Chinese)."""
    traps: int

    @property
    def wrong(self) -> tuple[Found, ...]:
        """Faults that were found, with something wrong about the finding."""
        return tuple(found for found in self.found if found.wrong)

    @property
    def good(self) -> bool:
        """Everything was found, rightly, and nothing else."""
        bad = (self.missed, self.wrong, self.sprung, self.untried, self.unexpected, self.malformed)
        return not any(bad)


def compare(
    findings: Sequence[FindingObject],
    city: City,
    *,
    asked: Callable[[str], int] | None = None,
    runs: Sequence[Mapping[str, Any]] | None = None,
    ipv6: bool = True,
) -> Comparison:
    """Compares findings with the city.

    Findings are objects of section 4; those that are corrected or dismissed count as gone. `asked` says
    how often the city's server was asked for an address (`CityServer.asked`): a trap that the crawl
    never looked at proves nothing. `runs` are objects of `govcrawl runs list --json`, for the links that
    could not be verified. Without `ipv6` the faults that need a route over IPv6 are not expected.
    """
    open_ones = [finding for finding in findings if finding.get("status") not in _SPENT]
    left = list(open_ones)
    found: list[Found] = []
    missed: list[Planted] = []
    not_tested: list[Planted] = []
    for planted in sorted(city.planted, key=_loose):
        if planted.needs_ipv6 and not ipv6:
            not_tested.append(planted)
            continue
        match = next((finding for finding in left if _answers(finding, planted)), None)
        if match is None:
            missed.append(planted)
        else:
            left.remove(match)
            found.append(Found(planted, match, tuple(_faults_of(match, planted, open_ones))))
    sprung: list[Sprung] = []
    tolerated: list[FindingObject] = []
    unexpected: list[FindingObject] = []
    for finding in left:
        trap = next((trap for trap in city.traps if _springs(finding, trap)), None)
        if not ipv6 and finding["rule"].startswith("ipv6-"):
            tolerated.append(finding)  # without sockets on [::1] no site of the city has an IPv6 address
        elif trap is not None:
            sprung.append(Sprung(trap, finding))
        elif any(
            finding["site"] == one.site and finding["rule"] == one.rule and _touches(finding, one.address)
            for one in city.tolerated
        ):
            tolerated.append(finding)
        else:
            unexpected.append(finding)
    return Comparison(
        found=tuple(found),
        missed=tuple(missed),
        not_tested=tuple(not_tested),
        sprung=tuple(sprung),
        untried=tuple(_untried(city, asked, runs)),
        unexpected=tuple(unexpected),
        tolerated=tuple(tolerated),
        malformed=tuple((finding, fault) for finding in findings for fault in faults_of_form(finding)),
        traps=len(city.traps),
    )


def _loose(planted: Planted) -> int:
    """Faults that name no page or target are matched last, so that they take no other's finding."""
    return (planted.page is None) + (planted.target is None) + (planted.column is None)


def _answers(finding: FindingObject, planted: Planted) -> bool:
    if finding["site"] != planted.site or finding["rule"] != planted.rule:
        return False
    if planted.target is not None and not same_address(finding.get("target"), planted.target):
        return False
    if planted.column is not None and not (
        same_address(finding.get("column"), planted.column) or same_address(finding["page"], planted.column)
    ):
        return False
    return planted.page is None or any(
        same_address(page, planted.page) for page in (finding["page"], *finding.get("more_pages", ()))
    )


def _faults_of(finding: FindingObject, planted: Planted, findings: Sequence[FindingObject]) -> list[str]:
    wrong = []
    detail = finding.get("detail") or {}
    if planted.cause is not None and detail.get("cause") != planted.cause:
        wrong.append(f"原因应为{planted.cause}，写的是{detail.get('cause')}")
    if planted.unit is not None and finding.get("unit") != planted.unit:
        wrong.append(f"应归{planted.unit}整改，写的是{finding.get('unit')}")
    if planted.sponsor is not None and finding.get("sponsor") != planted.sponsor:
        wrong.append(f"主办单位应为{planted.sponsor}，写的是{finding.get('sponsor')}")
    for key, words in (("on_home", "在首页"), ("external", "是外链")):
        expected = getattr(planted, key)
        if expected is not None and finding.get(key) is not expected:
            wrong.append(f"应写明{'' if expected else '不'}{words}")
    status = _STATUS.get(planted.rule)
    if status is not None and finding.get("status") != status:
        wrong.append(f"状态应为{status}，写的是{finding.get('status')}")
    if finding.get("occurrences", 1) < planted.places:
        wrong.append(f"至少{planted.places}处，写的是{finding.get('occurrences')}处")
    if planted.severity is not None and finding.get("severity") != planted.severity:
        wrong.append(f"性质应为{planted.severity}，写的是{finding.get('severity')}")
    if unfair := [word for word in planted.unsaid if word in str(finding.get("title"))]:
        wrong.append(f"标题不该说{'、'.join(unfair)}")
    if planted.members:
        known: dict[str, set[str]] = defaultdict(set)
        for one in findings:
            known[one["site"]].add(one["fingerprint"])
        members = [member for member in detail.get("members", ()) if member in known[planted.site]]
        if len(members) < planted.members:
            wrong.append(f"至少列出{planted.members}条所含的问题，列出{len(members)}条")
    return wrong


def _touches(finding: FindingObject, address: str) -> bool:
    places = (finding["page"], finding.get("target"), finding.get("column"))
    return any(same_address(place, address) for place in places if place)


def _springs(finding: FindingObject, trap: Trap) -> bool:
    return finding["site"] == trap.site and finding["rule"] in trap.rules and _touches(finding, trap.address)


def _untried(
    city: City, asked: Callable[[str], int] | None, runs: Sequence[Mapping[str, Any]] | None
) -> list[Untried]:
    untried = []
    unverified = {
        (run["site"], str(link.get("url"))) for run in runs or () for link in run.get("unverified", ())
    }
    results = {run["site"]: run.get("result") for run in reversed(runs or ())}
    for trap in city.traps:
        if asked is not None and trap.asked is True and not asked(trap.address):
            untried.append(Untried(trap, "没有访问过这个地址"))
        if asked is not None and trap.asked is False and asked(trap.address):
            untried.append(Untried(trap, "不该访问这个地址"))
        if runs is not None and trap.unjudged and results.get(trap.site) != "blocked":
            untried.append(Untried(trap, f"巡查记录应写明访问受阻，写的是{results.get(trap.site)}"))
        if runs is not None and trap.unverified and (trap.site, trap.address) not in unverified:
            untried.append(Untried(trap, "没有列入“未能核实的链接”"))
    return untried
