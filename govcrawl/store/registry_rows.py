"""The registry in its tables: read whole, saved whole, with a line for whatever changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text, union
from sqlalchemy.orm import Session

from govcrawl.model import (
    Account,
    Column,
    ColumnType,
    Registry,
    Site,
    SiteKind,
    SiteStatus,
    Unit,
    UnitKind,
    Version,
)
from govcrawl.store.columns import bounded
from govcrawl.store.errors import RegistryRefused
from govcrawl.store.tables import (
    AccountRow,
    Base,
    ColumnRow,
    FindingRow,
    RegistryChangeRow,
    RunRow,
    SiteRow,
    UnitRow,
)

_LOCK = 0x676F7267
_CHANGE_LIMIT = 1_000_000
_Entry = Unit | Site | Account


def read(session: Session) -> Registry:
    """The registry as it was saved last, in its order."""
    columns: dict[str, list[Column]] = {}
    for row in session.scalars(select(ColumnRow).order_by(ColumnRow.site, ColumnRow.position)):
        columns.setdefault(row.site, []).append(_column(row))
    return Registry(
        units=tuple(_unit(row) for row in session.scalars(select(UnitRow).order_by(UnitRow.position))),
        sites=tuple(
            _site(row, tuple(columns.get(row.id, ())))
            for row in session.scalars(select(SiteRow).order_by(SiteRow.position))
        ),
        accounts=tuple(
            _account(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.position))
        ),
    )


def save(session: Session, registry: Registry, now: datetime) -> None:
    """Makes the registry what is given.

    A site that is missing from it and has runs or findings is kept as 永久下线, and so is a unit that
    something still names: past reports need their names. Other missing entries go. Every change is
    written to `registry_changes` with what stood there before, so no id is ever forgotten.

    Raises:
        RegistryRefused: an id stands twice, or a unit that is named does not exist.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    before = read(session)
    after = _with_kept(session, before, registry)
    _refuse_contradictions(after)
    changes = list(_changes(before, registry, after, now))
    for table in (ColumnRow, AccountRow, SiteRow, UnitRow):
        session.execute(delete(table))
    new: tuple[tuple[type[Base], list[dict[str, Any]]], ...] = (
        (UnitRow, [_unit_values(unit, at) for at, unit in enumerate(after.units)]),
        (SiteRow, [_site_values(site, at) for at, site in enumerate(after.sites)]),
        (ColumnRow, [values for site in after.sites for values in _column_values(site)]),
        (AccountRow, [asdict(account) | {"position": at} for at, account in enumerate(after.accounts)]),
        (RegistryChangeRow, changes),
    )
    for table_of, rows in new:
        if rows:
            session.execute(insert(table_of), [_plain(row) for row in rows])


def _with_kept(session: Session, before: Registry, given: Registry) -> Registry:
    """The given registry, and behind it what must not vanish."""
    given_sites = {site.id for site in given.sites}
    given_units = {unit.id for unit in given.units}
    inspected = set(
        session.scalars(union(select(RunRow.site), select(FindingRow.site).where(FindingRow.trial_run == 0)))
    )
    sites = given.sites + tuple(
        replace(site, status=SiteStatus.CLOSED)
        for site in before.sites
        if site.id not in given_sites and site.id in inspected
    )
    named = set(session.scalars(union(select(FindingRow.unit), select(FindingRow.sponsor))))
    for site in sites:
        if site.id not in given_sites:
            named.update((site.unit, *(column.unit for column in site.columns)))
    old = {unit.id: unit for unit in before.units}
    waiting = [unit for unit in sorted(name for name in named if name) if unit in old]
    kept: dict[str, Unit] = {}
    while waiting:
        unit = old[waiting.pop()]
        if unit.id in given_units or unit.id in kept:
            continue
        kept[unit.id] = unit
        if unit.parent in old:
            waiting.append(unit.parent)
    return replace(given, units=given.units + tuple(u for u in before.units if u.id in kept), sites=sites)


def _refuse_contradictions(registry: Registry) -> None:
    kinds: tuple[tuple[str, tuple[_Entry, ...]], ...] = (
        ("单位", registry.units),
        ("网站", registry.sites),
        ("账号", registry.accounts),
    )
    for kind, entries in kinds:
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                raise RegistryRefused(f"登记信息未保存：{kind}编号“{entry.id}”重复。")
            seen.add(entry.id)
    units = {unit.id for unit in registry.units}
    for what, unit in _named_units(registry):
        if unit is not None and unit not in units:
            raise RegistryRefused(f"登记信息未保存：{what}的单位“{unit}”没有登记。")


def _named_units(registry: Registry) -> Iterator[tuple[str, str | None]]:
    for unit in registry.units:
        yield f"单位“{unit.name}”上级", unit.parent
    for site in registry.sites:
        yield f"网站“{site.name}”主办", site.unit
        for column in site.columns:
            yield f"网站“{site.name}”栏目“{column.name}”", column.unit
    for account in registry.accounts:
        yield f"账号“{account.name}”", account.unit


def _changes(
    before: Registry, given: Registry, after: Registry, now: datetime
) -> Iterator[dict[str, object]]:
    for kind, olds, wanted, news in (
        ("unit", before.units, given.units, after.units),
        ("site", before.sites, given.sites, after.sites),
        ("account", before.accounts, given.accounts, after.accounts),
    ):
        yield from _changes_of(kind, _by_id(olds), _by_id(wanted), _by_id(news), now)


def _changes_of(
    kind: str,
    old: Mapping[str, _Entry],
    wanted: Mapping[str, _Entry],
    new: Mapping[str, _Entry],
    now: datetime,
) -> Iterator[dict[str, object]]:
    for key in {**old, **new}:
        if old.get(key) == new.get(key):
            continue
        if key not in old:
            change = "added"
        elif key not in new:
            change = "removed"
        else:
            change = "changed" if key in wanted else "closed"
        then = None if key not in old else bounded(asdict(old[key]), _CHANGE_LIMIT)
        yield {"at": now, "kind": kind, "key": key, "change": change, "before": then}


def _by_id(entries: Iterable[_Entry]) -> dict[str, _Entry]:
    return {entry.id: entry for entry in entries}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Tuples as lists and enums as their words: what JSON and text columns take."""
    plain = {}
    for key, value in values.items():
        if isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, UnitKind | SiteKind | SiteStatus | ColumnType):
            value = value.value
        plain[key] = value
    return plain


def _unit_values(unit: Unit, position: int) -> dict[str, Any]:
    return asdict(unit) | {"position": position}


def _site_values(site: Site, position: int) -> dict[str, Any]:
    values = asdict(site) | {"position": position, "filings": dict(site.filings)}
    del values["columns"]
    return values


def _column_values(site: Site) -> list[dict[str, Any]]:
    return [asdict(column) | {"site": site.id, "position": at} for at, column in enumerate(site.columns)]


def _unit(row: UnitRow) -> Unit:
    return Unit(
        id=row.id,
        name=row.name,
        kind=UnitKind(row.kind),
        short_names=tuple(row.short_names),
        parent=row.parent,
        emails=tuple(row.emails),
        cc=tuple(row.cc),
        contact=row.contact,
        phone=row.phone,
    )


def _site(row: SiteRow, columns: tuple[Column, ...]) -> Site:
    return Site(
        id=row.id,
        name=row.name,
        unit=row.unit,
        url=row.url,
        kind=SiteKind(row.kind),
        code=row.code,
        status=SiteStatus(row.status),
        scope=tuple(row.scope),
        exclude=tuple(row.exclude),
        aliases=tuple(row.aliases),
        versions=tuple(Version(**version) for version in row.versions),
        platform=row.platform,
        filings=dict(row.filings),
        former_urls=tuple(row.former_urls),
        columns=columns,
        approval_reason=row.approval_reason,
    )


def _column(row: ColumnRow) -> Column:
    return Column(
        name=row.name,
        url=row.url,
        type=ColumnType(row.type),
        level=row.level,
        unit=row.unit,
        confirmed=row.confirmed,
        archived=row.archived,
        max_age_days=row.max_age_days,
        reason=row.reason,
    )


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        unit=row.unit,
        platform=row.platform,
        name=row.name,
        url=row.url,
        status=SiteStatus(row.status),
        verified_owner=row.verified_owner,
        filed=row.filed,
        hosts=tuple(row.hosts),
        approval_reason=row.approval_reason,
    )
