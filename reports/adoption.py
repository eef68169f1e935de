"""The adoption notice (信息采用情况通报): what units submitted, what was published of it, and their scores.

Rests on article 21 of the measures. What the portal adopted is read off its articles by their source, so that
it can be looked up; what higher levels adopted is imported. Pure: the same records give the same paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from govcrawl.model import (
    Level,
    Profile,
    PublishedArticle,
    Registry,
    RunRecord,
    RunResult,
    SiteKind,
    Submission,
    Unit,
    UnitKind,
)
from govcrawl.registry.lookup import in_force, name_key
from reports.named_units import NamedUnits
from reports.periods import Month, Office, moment_zh
from reports.weekly import basis_of
from reports.wording import full_width

_GROUPS: tuple[tuple[str, frozenset[UnitKind]], ...] = (
    ("旗县市区和开发区", frozenset({UnitKind.COUNTY, UnitKind.ZONE})),
    ("市直部门和单位", frozenset({UnitKind.CITY_DEPARTMENT, UnitKind.INSTITUTION})),
    ("苏木乡镇街道", frozenset({UnitKind.TOWNSHIP})),
    ("旗县市区部门和其他单位", frozenset({UnitKind.COUNTY_DEPARTMENT, UnitKind.OTHER})),
)
"""Ranked apart; the city's own office ranks with nobody."""
_POINTS = {None: "adoption.portal", Level.REGION: "adoption.region", Level.NATION: "adoption.nation"}
"""Key of the profile by who adopted it; None: the portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one unit submitted within a period, and who adopted how much."""

    submitted: int = 0
    portal: int = 0
    region: int = 0
    nation: int = 0
    points: float | None = None
    """None: the profile gives no points."""

    @property
    def adopted(self) -> int:
        """By whom ever."""
        return self.portal + self.region + self.nation

    @property
    def none(self) -> bool:
        """Nothing was submitted, and nothing adopted."""
        return not (self.submitted or self.adopted)

    def to_json(self) -> dict[str, object]:
        """The numbers, for `report adoption --json`."""
        return {
            "submitted": self.submitted,
            "portal": self.portal,
            "region": self.region,
            "nation": self.nation,
            "points": self.points,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAdoption:
    """One unit's line."""

    unit: str
    name: str
    rank: int | None
    """By the month's points, or by what was adopted where there are none; equals share a rank.

    None: nothing was adopted.
    """
    month: Tally
    year: Tally
    """From the first of January to the month's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Units that are ranked with one another."""

    title: str
    lines: tuple[UnitAdoption, ...]

    @property
    def none(self) -> tuple[str, ...]:
        """The names of those that submitted nothing and had nothing adopted in the month."""
        return tuple(line.name for line in self.lines if line.month.none)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """A source that belongs to no known unit, for a person to look at."""

    source: str
    count: int
    title: str
    url: str
    """Of one article that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """How far a portal was read."""

    name: str
    read: str
    """Chinese: the last complete inspection after which the articles are counted, or that there is none."""
    whole: bool
    """It was inspected completely after the month's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionNotice:
    """Everything that the paper shows."""

    month: Month
    office: Office
    title: str
    made: str
    unfinished: bool
    basis: tuple[str, ...]
    profile: str
    groups: tuple[Group, ...]
    own: Tally
    """Of the city's own office, which is not ranked."""
    total: Tally
    """Of all ranked units; an article of two units counts once for each."""
    points: tuple[tuple[str, float], ...]
    """What one adopted item is worth, by who adopted it."""
    points_verified: bool
    adopted: tuple[tuple[str, PublishedArticle], ...]
    """Unit's name and article, for the ledger."""
    submitted: tuple[tuple[str, Submission], ...]
    unmapped: tuple[Unmapped, ...]
    reprints: int
    """Articles of the month from other publishers."""
    unsourced: int
    """Articles of the month whose source was not read."""
    undated: int
    """Articles first seen in the month whose day was not read: counted for nobody."""
    portals: tuple[Portal, ...]

    def to_json(self) -> dict[str, object]:
        """The numbers, for `report adoption --json`."""
        return {
            "period": {"month": self.month.code, "start": str(self.month.start), "end": str(self.month.end)},
            "title": self.title,
            "total": self.total.to_json(),
            "points_verified": self.points_verified,
            "reprints": self.reprints,
            "unsourced": self.unsourced,
            "undated": self.undated,
            "unmapped": [{"source": one.source, "count": one.count} for one in self.unmapped],
            "portals": [{"name": one.name, "read": one.read, "complete": one.whole} for one in self.portals],
            "units": [
                {
                    "group": group.title,
                    "unit": line.unit,
                    "name": line.name,
                    "rank": line.rank,
                    "month": line.month.to_json(),
                    "year": line.year.to_json(),
                }
                for group in self.groups
                for line in group.lines
            ],
        }


def adoption_of(
    *,
    month: Month,
    office: Office,
    registry: Registry,
    articles: Sequence[PublishedArticle],
    submissions: Sequence[Submission],
    runs: Iterable[RunRecord],
    profile: Profile,
    now: datetime,
) -> AdoptionNotice:
    """The paper of one month.

    Args:
        month: its calendar month.
        office: who issues it.
        registry: units, and the portals that are read.
        articles: of the year up to the month's end, and those without a day first seen in the month.
        submissions: submitted, or adopted by a higher level, in the year up to the month's end.
        runs: of the portals, those after the month's end included.
        profile: points of an adopted item (`adoption.portal`, `.region`, `.nation`).
        now: when the paper is made.
    """
    names = NamedUnits(registry, office.region)
    dated = _once([one for one in articles if one.published is not None])
    credited = [(unit, article) for article in dated for unit in names.of(article.source)]
    first = date(month.year, 1, 1)
    months = _tallies(credited, submissions, month.start, month.end, profile)
    years = _tallies(credited, submissions, first, month.end, profile)
    empty = _scored(Tally(), profile)
    groups = tuple(
        group
        for title, kinds in _GROUPS
        if (group := Group(title=title, lines=_lines(registry, kinds, months, years, empty))).lines
    )
    of_month = [one for one in dated if _within(one.published, month.start, month.end)]
    unknown = [one for one in of_month if one.source and not names.of(one.source)]
    named = {unit.id: unit.name for unit in registry.units}
    values = [profile.get(key) for key in _POINTS.values()]
    _, end = month.instants(office.timezone)
    return AdoptionNotice(
        month=month,
        office=office,
        title=f"{office.region or office.name}{month.zh}信息采用情况通报",
        made=moment_zh(now, office.timezone, year=True),
        unfinished=now < end,
        basis=basis_of(profile, "articles.adoption")[:1],  # the national indicators know no such notice
        profile=full_width(profile.title),
        groups=groups,
        own=_sum(
            (months.get(unit.id, empty) for unit in registry.units if unit.kind is UnitKind.CITY), profile
        ),
        total=_sum((line.month for group in groups for line in group.lines), profile),
        points=tuple(
            (word, points)
            for word, level in (
                ("市政府门户网站", None),
                (Level.REGION.zh, Level.REGION),
                (Level.NATION.zh, Level.NATION),
            )
            if (points := _points(profile, level)) is not None
        ),
        points_verified=all(value is not None and value.verified for value in values),
        adopted=tuple(
            (named[unit], article)
            for unit, article in credited
            if _within(article.published, month.start, month.end)
        ),
        submitted=tuple(
            (named.get(one.unit, one.unit), one)
            for one in submissions
            if _within(one.submitted, month.start, month.end)
            or _within(_adopted(one), month.start, month.end)
        ),
        unmapped=_unmapped([one for one in unknown if one.reprint is not True]),
        reprints=sum(one.reprint is True for one in unknown),
        unsourced=sum(not one.source for one in of_month),
        undated=sum(one.published is None for one in articles),
        portals=_portals(registry, list(runs), end, office.timezone),
    )


def _once(articles: Iterable[PublishedArticle]) -> list[PublishedArticle]:
    """An article that stands at two addresses of a portal (two columns) is one."""
    found: dict[tuple[str, str, date | None], PublishedArticle] = {}
    for one in articles:
        found.setdefault((name_key(one.title), name_key(one.source), one.published), one)
    return list(found.values())


def _tallies(
    credited: Iterable[tuple[str, PublishedArticle]],
    submissions: Iterable[Submission],
    first: date,
    last: date,
    profile: Profile,
) -> dict[str, Tally]:
    portal = Counter(unit for unit, article in credited if _within(article.published, first, last))
    submitted: Counter[str] = Counter()
    higher: Counter[tuple[str, Level]] = Counter()
    for one in submissions:
        submitted[one.unit] += _within(one.submitted, first, last)
        if one.level is not None:
            higher[one.unit, one.level] += _within(_adopted(one), first, last)
    return {
        unit: _scored(
            Tally(
                submitted=submitted[unit],
                portal=portal[unit],
                region=higher[unit, Level.REGION],
                nation=higher[unit, Level.NATION],
            ),
            profile,
        )
        for unit in portal.keys() | submitted.keys() | {unit for unit, _ in higher}
    }


def _adopted(one: Submission) -> date | None:
    """The day on which a higher level published it; where the file does not say, that of submission."""
    return None if one.level is None else one.adopted or one.submitted


def _within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _scored(tally: Tally, profile: Profile) -> Tally:
    worth = {
        None: tally.portal,
        Level.REGION: tally.region,
        Level.NATION: tally.nation,
    }
    points = [(count, _points(profile, level)) for level, count in worth.items()]
    if any(value is None for _, value in points):
        return tally
    return replace(tally, points=sum(count * (value or 0) for count, value in points))


def _points(profile: Profile, level: Level | None) -> float | None:
    value = profile.get(_POINTS[level])
    return None if value is None or value.value is None else profile.number(_POINTS[level])


def _sum(tallies: Iterable[Tally], profile: Profile) -> Tally:
    found = list(tallies)
    total = Tally(
        submitted=sum(one.submitted for one in found),
        portal=sum(one.portal for one in found),
        region=sum(one.region for one in found),
        nation=sum(one.nation for one in found),
    )
    return _scored(total, profile)


def _lines(
    registry: Registry,
    kinds: Iterable[UnitKind],
    months: Mapping[str, Tally],
    years: Mapping[str, Tally],
    empty: Tally,
) -> tuple[UnitAdoption, ...]:
    """The units of a group, the best first; within equals in the registry's order."""
    units: list[Unit] = [unit for unit in registry.units if unit.kind in kinds]

    def worth(unit: Unit) -> float:
        tally = months.get(unit.id, empty)
        return tally.adopted if tally.points is None else tally.points

    def order(unit: Unit) -> tuple[float, float, int]:
        year = years.get(unit.id, empty)
        return (
            -worth(unit),
            -(year.adopted if year.points is None else year.points),
            -months.get(unit.id, empty).submitted,
        )

    units.sort(key=order)
    ranked = [worth(unit) for unit in units]
    return tuple(
        UnitAdoption(
            unit=unit.id,
            name=unit.name,
            rank=ranked.index(worth(unit)) + 1 if months.get(unit.id, empty).adopted else None,
            month=months.get(unit.id, empty),
            year=years.get(unit.id, empty),
        )
        for unit in units
    )


def _unmapped(articles: Iterable[PublishedArticle]) -> tuple[Unmapped, ...]:
    """The sources that belong to nobody, the most frequent first."""
    sources: dict[str, list[PublishedArticle]] = {}
    for one in articles:
        sources.setdefault(name_key(one.source), []).append(one)
    found = [
        Unmapped(source=some[0].source, count=len(some), title=some[0].title, url=some[0].url)
        for some in sources.values()
    ]
    return tuple(sorted(found, key=lambda one: -one.count))


def _portals(registry: Registry, runs: Sequence[RunRecord], end: datetime, zone: str) -> tuple[Portal, ...]:
    told = []
    for site in in_force([site for site in registry.sites if site.kind is SiteKind.PORTAL]):
        complete = [run for run in runs if run.site == site.id and run.result is RunResult.COMPLETE]
        last = max((run.started for run in complete), default=None)
        read = "未能完整巡查" if last is None else f"统计至{moment_zh(last, zone, year=True)}的巡查"
        told.append(Portal(name=site.name, read=read, whole=last is not None and last >= end))
    return tuple(told)
