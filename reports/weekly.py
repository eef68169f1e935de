"""The weekly inspection (周巡查): every number and every list that its paper shows.

Rests on article 19 of the measures (周巡查、月整改、季通报). Pure: the same records give the same paper.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from govcrawl.model import FindingRecord, Profile, Registry, Rule, RunRecord, RunResult, SiteStatus, Status
from reports.blocks import UnitBlock, shown_of, unit_blocks, unit_name
from reports.counts import Bar, Count, Tally, bars_of, counts_of
from reports.entries import VERIFIED, Address, Describer, counted
from reports.periods import Office, Week, day_zh_of, moment_zh
from reports.pictures import Picture, without_pictures
from reports.platforms import PlatformLine, platform_faults, platform_lines
from reports.results import (
    Gap,
    Standing,
    UnverifiedSite,
    gaps_of,
    ledger_of,
    run_that_counts,
    run_words,
    runs_within,
    site_name,
    standing_of,
    unverified_of,
    within,
)
from reports.wording import full_width

_METHODS = 10
"""Sentences about lists and means: lists may change within a week."""
BODY_LIMIT = 50
"""Findings of one site that the body lists; the ledger has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One site in operation, and what the week says of it."""

    name: str
    code: str
    home: Address
    unit: str
    result: str
    inspected: str
    """When the run that counts ended (or began), in words; nothing where there was none."""
    runs: int
    pages: int
    standing: Standing
    reason: str
    tally: Tally

    def to_json(self) -> dict[str, object]:
        """The numbers by name."""
        return {
            "site": self.name,
            "standing": self.standing.name.lower(),
            "runs": self.runs,
            "pages": self.pages,
            **asdict(self.tally),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A finding that a later run saw right."""

    title: str
    site: str
    unit: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyInspection:
    """Everything that the weekly paper shows."""

    week: Week
    office: Office
    title: str
    made: str
    unfinished: bool
    """The week is not over: the paper says up to when it counts."""
    basis: tuple[str, ...]
    profile: str
    unverified_values: int
    registered: int
    lines: tuple[SiteLine, ...]
    inspected: int
    pages: int
    links: int
    tally: Tally
    counts: Mapping[str, Count]
    """Of veto, problem, advice, suspected, problems."""
    compared: bool
    """Is the week before known."""
    by_kind: tuple[Bar, ...]
    by_unit: tuple[Bar, ...]
    new: int
    still: int
    corrected: tuple[Corrected, ...]
    lifted: tuple[Corrected, ...]
    """Suspicions that a later run did not confirm: never called corrected problems."""
    exempt: int
    dismissed: int
    """Found to be false alarms within the week."""
    verified: tuple[UnitBlock, ...]
    suspected: tuple[UnitBlock, ...]
    shared: tuple[PlatformLine, ...]
    """Faults that several sites of one platform share; their findings are counted with their sites."""
    unverified: tuple[UnverifiedSite, ...]
    gaps: tuple[Gap, ...]
    findings: tuple[FindingRecord, ...]
    """What the ledger lists: all that is open, and what was corrected within the week."""
    runs: tuple[RunRecord, ...]
    """The run that counts of each site that has one."""
    registry: Registry
    rules: Mapping[str, Rule]
    unpictured: tuple[str, ...] = ()
    """Why findings have no picture, each reason once."""

    @property
    def method(self) -> tuple[str, ...]:
        """By which lists and means was judged, each sentence once; with the number of sites if not of all."""
        sites = Counter(line for run in self.runs for line in run.method)
        judged = sum(bool(run.method) for run in self.runs)
        return tuple(
            line if count == judged else f"其中{count}个网站：{line}"
            for line, count in list(sites.items())[:_METHODS]
        )

    def standings(self, standing: Standing) -> int:
        """Number of sites with that answer."""
        return sum(line.standing is standing for line in self.lines)

    def to_json(self) -> dict[str, object]:
        """The numbers, for `report weekly --json`."""
        return {
            "period": {"week": self.week.code, "start": str(self.week.start), "end": str(self.week.end)},
            "title": self.title,
            "sites": {
                "registered": self.registered,
                "running": len(self.lines),
                "inspected": self.inspected,
                "failed": self.standings(Standing.FAILED),
                "no_veto": self.standings(Standing.NO_VETO),
                "passed": self.standings(Standing.PASSED),
                "unknown": self.standings(Standing.UNKNOWN),
            },
            "pages": self.pages,
            "links": self.links,
            "findings": {
                key: {"now": count.now, "before": count.before} for key, count in self.counts.items()
            },
            "new": self.new if self.compared else None,
            "still": self.still if self.compared else None,
            "corrected": len(self.corrected),
            "lifted": len(self.lifted),
            "exempt": self.exempt,
            "dismissed": self.dismissed,
            "platform_faults": len(self.shared),
            "unverified_links": sum(site.count for site in self.unverified),
            "gaps": len(self.gaps),
            "by_kind": [bar.to_json() for bar in self.by_kind],
            "by_unit": [bar.to_json() for bar in self.by_unit],
            "by_site": [line.to_json() for line in self.lines],
            "ledger": len(self.findings),
        }


def inspect_week(
    *,
    week: Week,
    office: Office,
    registry: Registry,
    runs: Sequence[RunRecord],
    findings: Sequence[FindingRecord],
    before: Sequence[FindingRecord],
    profile: Profile,
    rules: Mapping[str, Rule],
    now: datetime,
    pictures: Mapping[str, Picture] | None = None,
) -> WeeklyInspection:
    """The paper of one week.

    `runs` holds those of that week at least (earlier ones say that the week before was inspected
    too); `findings` as they stood at the end of the week (or stand now, if it is not over), `before`
    as they stood at the end of the week before; `now` (aware) is when the paper is made. `pictures` are
    those of `small_pictures`; without them the paper has none, and says nothing of them.
    """
    first, after = week.instants(office.timezone)
    own_runs = runs_within(runs, first, after)
    compared = bool(before or runs_within(runs, *week.before.instants(office.timezone)))
    describer = Describer(registry, rules, findings, office.timezone, pictures)
    was_open = {record.fingerprint for record in before if counted(record)}
    still_open = [record for record in findings if counted(record)]
    lines, best, gaps, unverified = _sites(registry, own_runs, findings, rules, first, describer, office)
    corrected, lifted = _corrected(findings, first, after, registry, describer, office)
    shown = shown_of(still_open, BODY_LIMIT)

    def mark(record: FindingRecord) -> str:
        if not compared:
            return ""
        if record.fingerprint in was_open:
            return "上周已列"
        return "再次出现" if record.recurred else "新增"

    def blocks(records: Iterable[FindingRecord]) -> tuple[UnitBlock, ...]:
        return unit_blocks(list(records), registry, describer, shown=shown, mark=mark)

    return WeeklyInspection(
        week=week,
        office=office,
        title=f"{office.region or office.name}政府网站周巡查情况（{week.zh}）",
        made=moment_zh(now, office.timezone, year=True),
        unfinished=now < after,
        basis=basis_of(profile, "articles.weekly"),
        profile=full_width(profile.title),
        unverified_values=sum(not value.verified for value in profile.values.values()),
        registered=len(registry.sites),
        lines=tuple(lines),
        inspected=sum(run.result in {RunResult.COMPLETE, RunResult.PARTIAL} for run in best),
        pages=sum(run.pages for run in best),
        links=sum(run.links_ok + run.links_broken + run.links_unverified for run in best),
        tally=Tally.of(findings),
        counts=counts_of(Tally.of(findings), Tally.of(before) if compared else None),
        compared=compared,
        by_kind=bars_of(still_open, before, compared, lambda record: describer.rule_title(record.rule)),
        by_unit=bars_of(still_open, before, compared, lambda record: unit_name(registry, record.unit)),
        new=sum(record.fingerprint not in was_open for record in still_open),
        still=sum(record.fingerprint in was_open for record in still_open),
        corrected=corrected,
        lifted=lifted,
        exempt=sum(record.status is Status.EXEMPT for record in findings),
        dismissed=sum(
            record.status is Status.DISMISSED and within(record.status_since, first, after)
            for record in findings
        ),
        verified=blocks(record for record in still_open if record.status in VERIFIED),
        suspected=blocks(record for record in still_open if record.status not in VERIFIED),
        shared=platform_lines(platform_faults(still_open, registry), registry, describer, VERIFIED),
        unverified=tuple(unverified),
        gaps=tuple(gaps),
        findings=ledger_of(findings, first, after),
        runs=tuple(best),
        registry=registry,
        rules=rules,
        unpictured=()
        if pictures is None
        else without_pictures(record for record in still_open if record.status in VERIFIED),
    )


def basis_of(profile: Profile, article: str) -> tuple[str, ...]:
    """The documents that a paper rests on; the one that names it comes with its article.

    Args:
        profile: the profile in force.
        article: key of the article (`articles.weekly`); a profile without it gives none.
    """
    value = profile.get(article)
    named = re.match(r"《[^》]+》", value.source) if value is not None else None
    documents = []
    for document in profile.basis:
        text = full_width(document)
        if named is not None and value is not None and document.startswith(named[0]):
            text += str(value.value or "")
        documents.append(text)
    return tuple(documents)


def _sites(
    registry: Registry,
    runs: Sequence[RunRecord],
    findings: Sequence[FindingRecord],
    rules: Mapping[str, Rule],
    since: datetime,
    describer: Describer,
    office: Office,
) -> tuple[list[SiteLine], list[RunRecord], list[Gap], list[UnverifiedSite]]:
    lines, best, gaps, unverified = [], [], [], []
    by_site: dict[str | None, list[FindingRecord]] = {}
    for record in findings:
        by_site.setdefault(record.site, []).append(record)
    for site in registry.sites:
        if site.status is not SiteStatus.RUNNING:
            continue
        run = run_that_counts(runs, site.id)
        own = by_site.get(site.id, [])
        standing, reason = standing_of(own, run, rules, since)
        lines.append(
            SiteLine(
                name=site.name,
                code=site.code,
                home=describer.address(site.url),
                unit=unit_name(registry, site.unit),
                result=run_words(run),
                inspected="" if run is None else day_zh_of(run.ended or run.started, office.timezone),
                runs=sum(other.site == site.id for other in runs),
                pages=0 if run is None else run.pages,
                standing=standing,
                reason=reason,
                tally=Tally.of(own),
            )
        )
        gaps += gaps_of(site.id, site.name, run, own, describer)
        if run is not None:
            best.append(run)
        links = unverified_of(site.name, run, describer, BODY_LIMIT)
        if links is not None:
            unverified.append(links)
    return lines, best, gaps, unverified


def _corrected(
    findings: Sequence[FindingRecord],
    first: datetime,
    after: datetime,
    registry: Registry,
    describer: Describer,
    office: Office,
) -> tuple[tuple[Corrected, ...], tuple[Corrected, ...]]:
    """What was corrected within the week, and the suspicions that were lifted in it."""
    corrected: list[Corrected] = []
    lifted: list[Corrected] = []
    for record in findings:
        if record.status is not Status.CORRECTED or not within(record.status_since, first, after):
            continue
        entry = describer.entry(record)
        line = Corrected(
            title=entry.title,
            site=site_name(registry, record),
            unit=unit_name(registry, record.unit),
            day=day_zh_of(record.status_since or record.last_seen, office.timezone),
        )
        (corrected if record.was_confirmed else lifted).append(line)
    return tuple(corrected), tuple(lifted)
