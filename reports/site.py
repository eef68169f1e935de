"""The report of one site after a run: what the unit gets, and must understand at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from govcrawl.files import write_atomically
from govcrawl.model import FindingRecord, Profile, Registry, Rule, RunRecord, RunResult, Severity, Site, Unit
from reports.blocks import UnitBlock, shown_of, unit_blocks
from reports.counts import Tally
from reports.entries import VERIFIED, Address, Describer, Entry, counted, order
from reports.periods import Office, moment_zh
from reports.pictures import Picture, small_pictures, without_pictures
from reports.rendering import render
from reports.results import Gap, UnverifiedSite, gaps_of, run_words, unverified_of
from reports.weekly import BODY_LIMIT, basis_of
from reports.wording import full_width

_FIRST = 5
"""Findings that the first screen names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule in the summary of the first screen."""

    title: str
    severity: Severity
    verified: int
    suspected: int
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """Everything that the report of one site shows."""

    title: str
    office: Office
    name: str
    code: str
    home: Address
    unit: str
    made: str
    result: str
    complete: bool
    trial: bool
    as_of: str
    run: RunRecord
    tally: Tally
    basis: tuple[str, ...]
    profile: str
    summary: tuple[RuleLine, ...]
    worst: tuple[Entry, ...]
    verified: tuple[UnitBlock, ...]
    suspected: tuple[UnitBlock, ...]
    unverified: UnverifiedSite | None
    gaps: tuple[Gap, ...]
    unpictured: tuple[str, ...] = ()
    """Why findings have no picture, each reason once."""

    @property
    def links(self) -> int:
        """Different addresses that were asked."""
        return self.run.links_ok + self.run.links_broken + self.run.links_unverified


def inspect_site(
    *,
    site: Site,
    unit: Unit | None,
    run: RunRecord,
    findings: Sequence[FindingRecord],
    registry: Registry,
    profile: Profile,
    rules: Mapping[str, Rule],
    office: Office,
    pictures: Mapping[str, Picture] | None = None,
) -> SiteReport:
    """The report of one run of one site: its findings as they stand when the run has ended.

    `site` may be one that nobody registered (a trial by address); `unit` is then None. `pictures` are
    those of `small_pictures`; without them the report has none, and says nothing of them.
    """
    if registry.site(site.id) is None:
        registry = Registry(units=registry.units, sites=(*registry.sites, site), accounts=registry.accounts)
    describer = Describer(registry, rules, findings, office.timezone, pictures)
    still = [record for record in findings if counted(record)]
    shown = shown_of(still, BODY_LIMIT)
    ended = run.ended or run.started

    def blocks(records: Iterable[FindingRecord]) -> tuple[UnitBlock, ...]:
        return unit_blocks(
            list(records), registry, describer, shown=shown, mark=lambda r: "再次出现" if r.recurred else ""
        )

    verified = [record for record in still if record.status in VERIFIED]
    day = moment_zh(ended, office.timezone, year=True)
    return SiteReport(
        title=f"{site.name}巡查情况（{day.split(' ', 1)[0]}）",
        office=office,
        name=site.name,
        code=site.code,
        home=describer.address(site.url),
        unit="" if unit is None else unit.name,
        made=day,
        result=run_words(run),
        complete=run.result is RunResult.COMPLETE,
        trial=run.trial,
        as_of=run.as_of or "",
        run=run,
        tally=Tally.of(still),
        basis=basis_of(profile, "articles.weekly"),
        profile=full_width(profile.title),
        summary=tuple(_summary(still, describer)),
        worst=tuple(describer.entry(record) for record in _worst(verified)[:_FIRST]),
        verified=blocks(verified),
        suspected=blocks(record for record in still if record.status not in VERIFIED),
        unverified=unverified_of(site.name, run, describer, BODY_LIMIT),
        gaps=tuple(gaps_of(site.id, site.name, run, findings, describer)),
        unpictured=() if pictures is None else without_pictures(verified),
    )


def write_site_report(
    *,
    site: Site,
    unit: Unit | None,
    run: RunRecord,
    findings: Sequence[FindingRecord],
    registry: Registry,
    profile: Profile,
    rules: Mapping[str, Rule],
    office: Office,
    out_dir: Path,
    templates: Path | None = None,
    evidence: Path | None = None,
) -> Path:
    """Write the report of one run of one site as one HTML file, atomically; returns its path.

    The name holds the site's id, the run's day and its number, so that no run overwrites another.
    `evidence` is the folder of evidence, for a report that only the unit gets; None: no pictures.

    Raises:
        OSError: the file can't be written.
        jinja2.TemplateError: an own template of the office is broken.
    """
    report = inspect_site(
        site=site,
        unit=unit,
        run=run,
        findings=findings,
        registry=registry,
        profile=profile,
        rules=rules,
        office=office,
        pictures=None if evidence is None else small_pictures(sorted(findings, key=order), evidence),
    )
    day = (run.ended or run.started).astimezone(ZoneInfo(office.timezone)).date()
    path = out_dir / f"网站巡查情况（{_file_part(site.id)}，{day}，第{run.run}号）.html"
    html = render("site.html", {"report": report}, own=templates)
    write_atomically(path, html.encode("utf-8"))
    return path


def _worst(verified: Iterable[FindingRecord]) -> list[FindingRecord]:
    """What must be corrected, vetoes first, then what stands on the home page, then the most places."""
    wanted = [record for record in verified if record.severity is not Severity.ADVICE]
    return sorted(
        wanted,
        key=lambda record: (order(record)[0], not record.on_home, -record.occurrences, record.rule),
    )


def _summary(records: Sequence[FindingRecord], describer: Describer) -> Iterable[RuleLine]:
    grouped: dict[tuple[str, Severity], list[FindingRecord]] = {}
    for record in sorted(records, key=order):
        grouped.setdefault((record.rule, record.severity), []).append(record)
    severities = list(Severity)
    ranked = sorted(grouped.items(), key=lambda one: (severities.index(one[0][1]), -len(one[1]), one[0][0]))
    for (code, severity), members in ranked:
        verified = sum(record.status in VERIFIED for record in members)
        yield RuleLine(
            title=describer.rule_title(code),
            severity=severity,
            verified=verified,
            suspected=len(members) - verified,
            fix=full_width(describer.text(members[0].fix, 600)),
        )


def _file_part(text: str) -> str:
    """A host or an id as part of a name of a file (which holds 255 bytes at most)."""
    return re.sub(r"[^\w.-]", "_", text)[:40].lstrip(".") or "site"
