"""What differs between the registry that is there and the one that an import would make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from govcrawl.model import Account, Column, Registry, Site, SiteStatus, Unit
from govcrawl.registry.fields import Kind
from govcrawl.registry.incoming import Incoming
from govcrawl.registry.lookup import address_key
from govcrawl.registry.plan import Change, Entry, ImportPlan
from govcrawl.registry.validate import Places

Thing = Unit | Site | Column | Account


def plan_of(
    current: Registry,
    result: Registry,
    incoming: Incoming,
    places: Places,
    *,
    slugs: Sequence[Entry],
    notes: Sequence[str],
    retire: bool,
) -> ImportPlan:
    """The plan: additions and changes field by field, what is missing, and with `retire` what goes offline.

    A kind of which the files hold no row at all is not missing: a file of accounts says nothing about sites.
    The columns of a site are missing only where the files hold some column of it.
    """
    missing: list[Entry] = []
    if incoming.units:
        missing += [_entry(unit) for unit in current.units if (Kind.UNIT, "", unit.id.lower()) not in places]
    sites, accounts = result.sites, result.accounts
    retired: list[Entry] = []
    if incoming.sites:
        gone = [s for s in current.sites if s.status is not SiteStatus.CLOSED]
        gone = [s for s in gone if (Kind.SITE, "", s.id.lower()) not in places]
        missing += [_entry(site) for site in gone]
        if retire:
            closed = {site.id for site in gone}
            retired += [_entry(site) for site in gone]
            sites = tuple(replace(s, status=SiteStatus.CLOSED) if s.id in closed else s for s in sites)
    listed = {site for kind, site, _ in places if kind is Kind.COLUMN}
    for at, site in enumerate(sites):
        if site.id not in listed:
            continue
        left = [c for c in site.columns if not c.archived]
        left = [c for c in left if (Kind.COLUMN, site.id, address_key(c.url)) not in places]
        missing += [_entry(column, site.id) for column in left]
        if retire and left:
            retired += [_entry(column, site.id) for column in left]
            gone_urls = {column.url for column in left}
            columns = tuple(replace(c, archived=True) if c.url in gone_urls else c for c in site.columns)
            sites = (*sites[:at], replace(site, columns=columns), *sites[at + 1 :])
    if incoming.accounts:
        away = [a for a in current.accounts if a.status is not SiteStatus.CLOSED]
        away = [a for a in away if (Kind.ACCOUNT, "", a.id.lower()) not in places]
        missing += [_entry(account) for account in away]
        if retire:
            ended = {account.id for account in away}
            retired += [_entry(account) for account in away]
            accounts = tuple(replace(a, status=SiteStatus.CLOSED) if a.id in ended else a for a in accounts)
    final = replace(result, sites=sites, accounts=accounts)
    added, changed = differences(current, final)
    return ImportPlan(
        result=final,
        added=added,
        changed=changed,
        missing=tuple(missing),
        retired=tuple(retired),
        slugs=tuple(slugs),
        notes=tuple(notes),
    )


def differences(old: Registry, new: Registry) -> tuple[tuple[Entry, ...], tuple[Change, ...]]:
    """What the second has more, and each field in which both differ."""
    added: list[Entry] = []
    changed: list[Change] = []
    _compare(old.units, new.units, added, changed)
    _compare(old.sites, new.sites, added, changed)
    before = {site.id: site.columns for site in old.sites}
    for site in new.sites:
        _compare(before.get(site.id, ()), site.columns, added, changed, site.id)
    _compare(old.accounts, new.accounts, added, changed)
    return tuple(added), tuple(changed)


def _compare(
    old: Iterable[Thing],
    new: Iterable[Thing],
    added: list[Entry],
    changed: list[Change],
    site: str | None = None,
) -> None:
    before = {_key(thing): thing for thing in old}
    for thing in new:
        entry = _entry(thing, site)
        known = before.get(_key(thing))
        if known is None:
            added.append(entry)
            continue
        for field in fields(thing):
            was, now = getattr(known, field.name), getattr(thing, field.name)
            if was != now and field.name not in {"id", "columns"}:
                changed.append(Change(entry=entry, field=field.name, old=was, new=now))


def _key(thing: Thing) -> str:
    return address_key(thing.url) if isinstance(thing, Column) else thing.id


def _entry(thing: Thing, site: str | None = None) -> Entry:
    if isinstance(thing, Column):
        return Entry(kind=Kind.COLUMN, id=thing.url, name=thing.name, site=site)
    kind = Kind.UNIT if isinstance(thing, Unit) else Kind.SITE if isinstance(thing, Site) else Kind.ACCOUNT
    return Entry(kind=kind, id=thing.id, name=thing.name)
