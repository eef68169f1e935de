"""Whom the office may propose for a talk (约谈建议名单), and whom for being named to those in charge.

Rests on article 18 of the measures: many problems, then those in charge are named (通报相关负责人); named
several times, or once from above, then a talk (约谈). Nothing is decided here: the paper is internal, it
proposes, and says by which papers each ground can be proved. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from govcrawl.model import ExternalNotice, Profile, Registry, ReportKind, ReportRecord
from govcrawl.registry.lookup import name_key
from reports.blocks import unit_name
from reports.periods import Office, Quarter, day_zh
from reports.weekly import basis_of
from reports.wording import cut, full_width, visible

_TEXT = 300


class Step(StrEnum):
    """What is proposed."""

    TALK = "talk"
    NAME = "name"

    @property
    def zh(self) -> str:
        """The words in the paper."""
        return {"talk": "约谈", "name": "通报相关负责人"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """How often a unit let a deadline of a correction notice pass, each finding counted once a notice."""

    unit: str
    notice: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One unit."""

    unit: str
    step: Step
    reasons: tuple[str, ...]
    """Chinese sentences, each with the paper that proves it."""
    verified: bool
    """False: a threshold that it rests on has not been compared with its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkList:
    """Everything that the paper shows."""

    office: Office
    title: str
    first: date
    last: date
    basis: tuple[str, ...]
    thresholds: tuple[str, ...]
    """The rules in words, with what is not verified said."""
    proposals: tuple[Proposal, ...]
    profile: str

    @property
    def talks(self) -> tuple[Proposal, ...]:
        """Those proposed for a talk."""
        return tuple(one for one in self.proposals if one.step is Step.TALK)

    @property
    def named(self) -> tuple[Proposal, ...]:
        """Those proposed for being named."""
        return tuple(one for one in self.proposals if one.step is Step.NAME)

    def to_json(self) -> dict[str, object]:
        """For `notices talks --json`."""
        return {
            "first": str(self.first),
            "last": str(self.last),
            "thresholds": list(self.thresholds),
            "proposals": [
                {
                    "unit": one.unit,
                    "step": one.step.value,
                    "reasons": list(one.reasons),
                    "verified": one.verified,
                }
                for one in self.proposals
            ],
        }


def talk_list(
    *,
    until: date,
    office: Office,
    registry: Registry,
    reports: Sequence[ReportRecord],
    external: Iterable[ExternalNotice],
    overdue: Iterable[Overdue],
    profile: Profile,
) -> TalkList:
    """The paper as of a day.

    Args:
        until: the last day counted.
        office: who proposes.
        registry: names of units, in whose order the units stand.
        reports: all reports; the issued quarterly notices among them name units.
        external: notices from above; withdrawn ones do not count.
        overdue: deadlines that passed within the days counted (`window`).
        profile: thresholds (`escalation.…`).
    """
    first, _ = window(until, profile)
    several, above = profile.count("escalation.notices"), profile.count("escalation.external")
    late = profile.count("escalation.overdue")
    noticed = _noticed(reports, first, until)
    from_above: dict[str, list[ExternalNotice]] = {}
    for one in external:
        if not one.withdrawn and first <= one.dated <= until:
            from_above.setdefault(unit_name_of(registry, one.unit), []).append(one)
    missed: dict[str, dict[str, int]] = {}
    for passed in overdue:
        notices = missed.setdefault(unit_name_of(registry, passed.unit), {})
        notices[passed.notice] = notices.get(passed.notice, 0) + passed.count
    proposals = []
    for unit in _in_order(registry, [*noticed, *from_above, *missed]):
        told = noticed.get(unit, {})
        reasons, keys = [], []
        if len(told) >= several:
            periods = "；".join(f"{period}（{'、'.join(sites)}）" for period, sites in told.items())
            reasons.append(f"在{len(told)}个季度的检查情况通报中有网站不合格：{periods}。")
            keys.append("escalation.notices")
        if len(from_above.get(unit, [])) >= above:
            reasons += [_told_from_above(one) for one in from_above[unit]]
            keys.append("escalation.external")
        step = Step.TALK if reasons else None
        if sum(missed.get(unit, {}).values()) >= late:
            reasons.append(_missed(missed[unit]))
            keys.append("escalation.overdue")
            step = step or Step.NAME
        if step is not None:
            verified = all(profile[key].verified for key in keys)
            proposals.append(Proposal(unit=unit, step=step, reasons=tuple(reasons), verified=verified))
    return TalkList(
        office=office,
        title=f"{office.region or office.name}政府网站和政务新媒体约谈建议名单",
        first=first,
        last=until,
        basis=basis_of(profile, "articles.talks")[:1],
        thresholds=tuple(_thresholds(profile)),
        proposals=tuple(proposals),
        profile=full_width(profile.title),
    )


def window(until: date, profile: Profile) -> tuple[date, date]:
    """The first and the last day that count."""
    return until - timedelta(days=profile.count("escalation.days") - 1), until


def unit_name_of(registry: Registry, unit: str) -> str:
    """A unit's name; of one that has left the registry its id, for what was said of it stays."""
    return unit_name(registry, unit) if registry.unit(unit) is not None else visible(cut(unit, 100))


def _noticed(reports: Sequence[ReportRecord], first: date, last: date) -> dict[str, dict[str, list[str]]]:
    """By unit: the issued quarterly notices that called sites of it unqualified, with these sites.

    A quarter counts once, by its version in force; the internal one goes before the public one.
    """
    in_force: dict[str, ReportRecord] = {}
    for report in reports:
        if report.kind is not ReportKind.QUARTERLY or report.issued is None:
            continue
        known = in_force.get(report.period)
        rank = (not report.public, report.version)
        if known is None or rank > (not known.public, known.version):
            in_force[report.period] = report
    found: dict[str, dict[str, list[str]]] = {}
    for period, report in sorted(in_force.items()):
        quarter = Quarter.parse(period)
        if not first <= quarter.end <= last and not first <= (report.dated or quarter.end) <= last:
            continue
        failed = report.numbers.get("failed_sites")
        for site in failed if isinstance(failed, list) else []:
            if isinstance(site, Mapping):
                unit, name = visible(str(site.get("unit") or "")), visible(str(site.get("site") or ""))
                found.setdefault(unit, {}).setdefault(quarter.zh, []).append(cut(name, 100))
    return found


def _in_order(registry: Registry, names: Iterable[str]) -> list[str]:
    places = {name_key(unit.name): at for at, unit in enumerate(registry.units)}
    return sorted(dict.fromkeys(names), key=lambda name: (places.get(name_key(name), len(places)), name))


def _told_from_above(notice: ExternalNotice) -> str:
    number = f"（{visible(notice.number)}）" if notice.number else ""
    text = visible(cut(notice.text, _TEXT)).rstrip("。")
    return f"{day_zh(notice.dated, year=True)}被{visible(notice.source)}通报{number}：{text}。"


def _missed(notices: Mapping[str, int]) -> str:
    told = "、".join(f"编号:{number}（{count}项）" for number, count in sorted(notices.items()))
    return f"整改通知单中有{sum(notices.values())}项逾期未整改：{told}。"


def _thresholds(profile: Profile) -> list[str]:
    told = (
        ("escalation.external", "被上级通报{}次及以上的，建议约谈"),
        ("escalation.notices", "在{}个及以上季度的通报中有网站不合格的，建议约谈"),
        ("escalation.overdue", "逾期未整改{}项及以上的，建议通报相关负责人"),
        ("escalation.days", "统计{}天内的情况"),
    )
    lines = []
    for key, text in told:
        value = profile[key]
        unsure = "" if value.verified else "（该数值尚未核定）"
        lines.append(f"{text.format(profile.count(key))}{unsure}。")
    return lines
