"""The quarterly notice (季通报): how the sites of a city stand, what is wrong, who must act.

Rests on articles 19 and 20 of the measures. A site is 不合格 by a verified veto alone, and one that could not
be judged is named apart: it is neither. Pure: the same records give the same paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from govcrawl.model import (
    FindingRecord,
    Profile,
    Registry,
    Rule,
    RunRecord,
    Severity,
    Site,
    SiteKind,
    SiteStatus,
)
from reports.blocks import unit_name
from reports.corrections import Corrections, by_unit, corrections_of
from reports.entries import HIJACKED, VERIFIED, Describer
from reports.monthly import Numbers
from reports.periods import Office, Quarter, day_zh, moment_zh
from reports.results import Standing, run_that_counts, runs_within, site_name, standing_of
from reports.weekly import basis_of
from reports.weeks import WeekLine, longest, weeks_of
from reports.wording import full_width

_EXAMPLES = 3
"""Sites that are named with a kind of problem."""
_SOUND = frozenset({Standing.PASSED, Standing.NO_VETO})


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteResult:
    """One site in the table."""

    name: str
    code: str
    url: str
    unit: str
    kind: SiteKind
    standing: Standing
    reason: str
    """Vetoes of one that failed; why one could not be judged."""
    vetoes: int
    problems: int

    @property
    def word(self) -> str:
        """合格, 不合格 or 未能判定."""
        return "合格" if self.standing in _SOUND else self.standing.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Sites of one kind, counted."""

    name: str
    sites: int
    qualified: int
    failed: int

    @property
    def judged(self) -> int:
        """How many could be judged."""
        return self.qualified + self.failed

    @property
    def rate(self) -> float | None:
        """Share qualified of those judged, 0 to 1; None: none could be."""
        return self.qualified / self.judged if self.judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One kind of problem."""

    name: str
    severity: Severity
    count: int
    sites: int
    examples: tuple[str, ...]
    """示例市教育局（3项）, most first; none where the public must not be led there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarterly:
    """Everything that the quarterly paper shows."""

    quarter: Quarter
    office: Office
    title: str
    made: str
    until: str
    """The last day counted, where it is not the last of the quarter; else nothing."""
    public: bool
    basis: tuple[str, ...]
    profile: str
    registered: int
    accounts: int
    total: Group
    groups: tuple[Group, ...]
    last_rate: float | None
    """Share qualified of the quarter before; None: not known."""
    sites: tuple[SiteResult, ...]
    problems: tuple[Problem, ...]
    weeks: tuple[WeekLine, ...]
    corrections: Corrections
    praised: tuple[str, ...]
    """Units all of whose sites are qualified and that corrected all they had to."""
    late: tuple[str, ...]
    """Units with overdue findings: 示例市教育局（2项）."""
    findings: tuple[FindingRecord, ...]
    """What the ledger lists; empty in public."""
    registry: Registry
    rules: Mapping[str, Rule]

    @property
    def failed(self) -> tuple[SiteResult, ...]:
        """Sites that do not qualify."""
        return tuple(site for site in self.sites if site.standing is Standing.FAILED)

    @property
    def unknown(self) -> tuple[SiteResult, ...]:
        """Sites that could not be judged."""
        return tuple(site for site in self.sites if site.standing is Standing.UNKNOWN)

    @property
    def most_in_a_week(self) -> int:
        """The greatest number of the chart of weeks."""
        return longest(self.weeks)

    @property
    def demands(self) -> tuple[str, ...]:
        """What units are asked to do, numbered; only what concerns somebody."""
        asked = []
        if self.failed:
            asked.append("不合格网站的主办单位应立即整改，查明原因，并书面反馈整改情况。")
        asked.append(
            "各单位应对照通报的问题类型开展自查，按整改通知单的期限完成整改；有异议的，在期限内说明理由。"
        )
        if self.unknown:
            asked.append(
                "因网站限制程序访问等原因未能判定的，请主办单位将巡查程序列入允许访问的范围，以便如实反映情况。"
            )
        return tuple(f"（{'一二三'[at]}）{text}" for at, text in enumerate(asked))

    def to_json(self) -> dict[str, object]:
        """The numbers, for `report quarterly --json`."""
        return {
            "period": {
                "quarter": self.quarter.code,
                "start": str(self.quarter.start),
                "end": str(self.quarter.end),
            },
            "title": self.title,
            "sites": {
                "registered": self.registered,
                "running": self.total.sites,
                "qualified": self.total.qualified,
                "failed": self.total.failed,
                "unknown": len(self.unknown),
                "rate": self.total.rate,
                "last_rate": self.last_rate,
            },
            "failed_sites": [
                {"site": one.name, "unit": one.unit, "reason": one.reason} for one in self.failed
            ],
            "groups": [
                {"kind": one.name, "sites": one.sites, "qualified": one.qualified, "failed": one.failed}
                for one in self.groups
            ],
            "problems": [{"rule": one.name, "count": one.count, "sites": one.sites} for one in self.problems],
            "weeks": [line.to_json() for line in self.weeks],
            "corrections": self.corrections.to_json(),
            "praised": list(self.praised),
            "late": list(self.late),
            "by_site": [
                {
                    "site": one.name,
                    "standing": one.standing.name.lower(),
                    "vetoes": one.vetoes,
                    "problems": one.problems,
                }
                for one in self.sites
            ],
            "ledger": len(self.findings),
        }


def notice_of_quarter(
    *,
    quarter: Quarter,
    office: Office,
    registry: Registry,
    runs: Sequence[RunRecord],
    numbers: Numbers,
    last: tuple[Sequence[RunRecord], Numbers] | None,
    profile: Profile,
    rules: Mapping[str, Rule],
    now: datetime,
    until: date | None = None,
    public: bool = False,
) -> Quarterly:
    """The paper of one quarter.

    Args:
        quarter: the period.
        office: who gives notice.
        registry: units, sites, accounts.
        runs: those of the quarter (others are not looked at).
        numbers: findings and audit trails, up to the last day counted.
        last: runs and numbers of the quarter before; None: nothing was kept then.
        profile: the profile in force.
        rules: the catalogue.
        now: when the paper is made, aware.
        until: the last day counted, where the paper is signed before the quarter ends.
        public: leave out addresses and what leads to open security problems.
    """
    sites = _sites(registry, runs, numbers, rules)
    units = {unit.id for unit in registry.units}
    by = by_unit(numbers.before, numbers.after, numbers.trails, numbers.first, numbers.end, units)
    names = {unit.id: unit.name for unit in registry.units}
    return Quarterly(
        quarter=quarter,
        office=office,
        title=f"{office.name}关于{quarter.zh}{_whole(office.region)}政府网站和政务新媒体检查情况的通报",
        made=moment_zh(now, office.timezone, year=True),
        until="" if until is None or until >= quarter.end else day_zh(until, year=True),
        public=public,
        basis=basis_of(profile, "articles.public"),
        profile=full_width(profile.title),
        registered=len(registry.sites),
        accounts=len(registry.accounts),
        total=_group("合计", sites),
        groups=tuple(
            _group(kind.value, own) for kind in SiteKind if (own := [s for s in sites if s.kind is kind])
        ),
        last_rate=None if last is None else _group("", _sites(registry, last[0], last[1], rules)).rate,
        sites=tuple(sites),
        problems=_problems(numbers.after, registry, rules, office, public=public),
        weeks=weeks_of(numbers.after, numbers.trails, numbers.first, numbers.end, office.timezone),
        corrections=corrections_of(numbers.before, numbers.after, numbers.trails, numbers.first, numbers.end),
        praised=_praised(registry, sites, by),
        late=tuple(f"{names[key]}（{one.overdue}项）" for key, one in by.items() if key and one.overdue),
        findings=() if public else tuple(record for record in numbers.after if record.open),
        registry=registry,
        rules=rules,
    )


def _whole(region: str) -> str:
    """全市 of 示例市, as titles have it; of a name that ends with no level the name itself."""
    return f"全{region[-1]}" if region[-1:] in set("省市区县旗盟州") else region


def _sites(
    registry: Registry, runs: Sequence[RunRecord], numbers: Numbers, rules: Mapping[str, Rule]
) -> list[SiteResult]:
    own_runs = runs_within(runs, numbers.first, numbers.end)
    by_site: dict[str | None, list[FindingRecord]] = {}
    for record in numbers.after:
        by_site.setdefault(record.site, []).append(record)
    return [
        _result(site, registry, run_that_counts(own_runs, site.id), by_site.get(site.id, []), numbers, rules)
        for site in registry.sites
        if site.status is SiteStatus.RUNNING
    ]


def _result(
    site: Site,
    registry: Registry,
    run: RunRecord | None,
    own: Sequence[FindingRecord],
    numbers: Numbers,
    rules: Mapping[str, Rule],
) -> SiteResult:
    standing, reason = standing_of(own, run, rules, numbers.first)
    verified = [record.severity for record in own if record.status in VERIFIED]
    return SiteResult(
        name=site.name,
        code=site.code,
        url=site.url,
        unit=unit_name(registry, site.unit),
        kind=site.kind,
        standing=standing,
        reason=reason,
        vetoes=verified.count(Severity.VETO),
        problems=verified.count(Severity.PROBLEM),
    )


def _group(name: str, sites: Sequence[SiteResult]) -> Group:
    return Group(
        name=name,
        sites=len(sites),
        qualified=sum(site.standing in _SOUND for site in sites),
        failed=sum(site.standing is Standing.FAILED for site in sites),
    )


def _problems(
    records: Sequence[FindingRecord],
    registry: Registry,
    rules: Mapping[str, Rule],
    office: Office,
    *,
    public: bool,
) -> tuple[Problem, ...]:
    """Kinds of verified problems that stand, vetoes first, then the most frequent."""
    describer = Describer(registry, rules, records, office.timezone)
    kinds: dict[tuple[Severity, str], list[FindingRecord]] = {}
    for record in records:
        if record.status in VERIFIED and record.severity is not Severity.ADVICE:
            kinds.setdefault((record.severity, record.rule), []).append(record)
    found = []
    for (severity, rule), own in kinds.items():
        sites = Counter(site_name(registry, record) for record in own)
        hidden = public and rule == HIJACKED
        found.append(
            Problem(
                name=describer.rule_title(rule),
                severity=severity,
                count=len(own),
                sites=len(sites),
                examples=()
                if hidden
                else tuple(
                    f"{describer.text(name, 60)}（{count}项）" for name, count in sites.most_common(_EXAMPLES)
                ),
            )
        )
    weight = list(Severity)
    return tuple(sorted(found, key=lambda one: (weight.index(one.severity), -one.count, one.name)))


def _praised(
    registry: Registry, sites: Sequence[SiteResult], by: Mapping[str | None, Corrections]
) -> tuple[str, ...]:
    """Units whose sites all qualify and that had something to correct and corrected all of it."""
    sound: dict[str, bool] = {}
    for site in sites:
        sound[site.unit] = sound.get(site.unit, True) and site.standing in _SOUND
    return tuple(
        unit.name
        for unit in registry.units
        if sound.get(unit.name) and (one := by.get(unit.id)) is not None and one.rate == 1
    )
