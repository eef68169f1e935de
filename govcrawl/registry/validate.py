"""What must hold of a registry as a whole: nobody twice, no reference into the void, no circle of parents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from govcrawl.model import Registry, Site, SiteStatus, Unit
from govcrawl.registry.errors import RowError, shown
from govcrawl.registry.fields import FIELDS, Kind
from govcrawl.registry.incoming import Place
from govcrawl.registry.lookup import address_key, in_force, name_key

Places = dict[tuple[Kind, str, str], Place]
"""(kind, of a column its site's id, lower-case id or a column's address key) to where a file states it."""


def faults(registry: Registry, places: Mapping[tuple[Kind, str, str], Place]) -> list[RowError]:
    """Every fault, told at the row that states it; of what no row states, without a place."""
    check = _Check(registry, places)
    return [*check.units(), *check.sites(), *check.columns(), *check.accounts()]


class _Check:
    def __init__(self, registry: Registry, places: Mapping[tuple[Kind, str, str], Place]):
        self.registry = registry
        self.places = places
        self.unit_ids = {unit.id for unit in registry.units}

    def units(self) -> Iterator[RowError]:
        yield from self._doubled(Kind.UNIT, "id", [(u.id, u.id.lower()) for u in self.registry.units])
        yield from self._doubled(Kind.UNIT, "name", [(u.id, name_key(u.name)) for u in self.registry.units])
        parents = {unit.id: unit.parent for unit in self.registry.units}
        told: set[str] = set()
        for unit in self.registry.units:
            if unit.parent is None:
                continue
            if unit.parent not in self.unit_ids:
                yield self.error(Kind.UNIT, unit.id, "parent", f"上级单位{shown(unit.parent)}没有登记。")
            elif unit.id not in told and (circle := _circle(unit, parents)):
                told.update(circle)
                chain = " → ".join(shown(self._name(one)) for one in (*circle, circle[0]))
                yield self.error(Kind.UNIT, unit.id, "parent", f"上级单位互为上下级，成环：{chain}。")

    def _name(self, unit_id: str) -> str:
        unit = self.registry.unit(unit_id)
        return unit.name if unit else unit_id

    def sites(self) -> Iterator[RowError]:
        sites = self.registry.sites
        yield from self._doubled(Kind.SITE, "id", [(s.id, s.id.lower()) for s in sites])
        yield from self._doubled(Kind.SITE, "code", [(s.id, name_key(s.code)) for s in sites if s.code])
        running = in_force(sites)
        homes = [(s.id, address_key(s.url)) for s in running]
        yield from self._doubled(Kind.SITE, "url", homes)
        twice = {key for key, times in Counter(key for _, key in homes).items() if times > 1}
        yield from self._shared(running, twice)
        for site in sites:
            if site.unit not in self.unit_ids:
                yield self.error(Kind.SITE, site.id, "unit", f"主办单位{shown(site.unit)}没有登记。")

    def _shared(self, running: list[Site], twice: set[str]) -> Iterator[RowError]:
        owners: dict[str, Site] = {}
        for site in running:
            if address_key(site.url) in twice:
                continue  # told of already
            for prefix in _prefixes(site):
                first = owners.setdefault(prefix, site)
                if first is not site:
                    yield self.error(
                        Kind.SITE,
                        site.id,
                        "scope",
                        f"与网站“{first.name}”（{first.id}）的范围相同（{prefix}），无法区分网页归属；"
                        "请写明各自的网站范围（网址前缀）。",
                    )
                    break

    def columns(self) -> Iterator[RowError]:
        for site in self.registry.sites:
            seen: dict[str, str] = {}
            for column in site.columns:
                key = address_key(column.url)
                if first := seen.get(key):
                    message = f"网址与同一网站的栏目“{first}”重复：{shown(column.url)}。"
                    yield self.error(Kind.COLUMN, key, "url", message, site.id)
                seen.setdefault(key, column.name)
                if column.unit is not None and column.unit not in self.unit_ids:
                    message = f"内容保障单位{shown(column.unit)}没有登记。"
                    yield self.error(Kind.COLUMN, key, "unit", message, site.id)
                if column.max_age_days is not None and not column.reason:
                    message = "单独规定更新期限的，须写明理由。"
                    yield self.error(Kind.COLUMN, key, "reason", message, site.id)

    def accounts(self) -> Iterator[RowError]:
        accounts = self.registry.accounts
        yield from self._doubled(Kind.ACCOUNT, "id", [(a.id, a.id.lower()) for a in accounts])
        seen: set[tuple[str, str]] = set()
        for account in accounts:
            called = (name_key(account.platform), name_key(account.name))
            if called in seen:
                message = f"平台{shown(account.platform)}上的账号{shown(account.name)}登记了两次。"
                yield self.error(Kind.ACCOUNT, account.id, "name", message)
            if account.status is not SiteStatus.CLOSED:  # a name may be taken up again after it was given up
                seen.add(called)
            if account.unit not in self.unit_ids:
                yield self.error(Kind.ACCOUNT, account.id, "unit", f"主办单位{shown(account.unit)}没有登记。")

    def _doubled(self, kind: Kind, name: str, pairs: list[tuple[str, str]]) -> Iterator[RowError]:
        seen: dict[str, str] = {}
        for thing, key in pairs:
            if (first := seen.get(key)) is not None:
                heading = FIELDS[kind][name].heading
                # Where only one of both stands in the files, the message belongs to that row.
                at, other = (thing, first) if (kind, "", thing.lower()) in self.places else (first, thing)
                where = self.places.get((kind, "", other.lower()))
                row = f"（第{where.row}行）" if where else "（已登记）"
                yield self.error(
                    kind, at, name, f"{heading}{shown(key)}与{kind.zh} {shown(other)}{row}重复。"
                )
            seen.setdefault(key, thing)

    def error(self, kind: Kind, key: str, name: str, message: str, site: str = "") -> RowError:
        place = self.places.get((kind, site, key if kind is Kind.COLUMN else key.lower()))
        if place is None:
            owner = f"（网站 {site}）" if site else ""
            return RowError(message=f"已登记的{kind.zh} {shown(key)}{owner}：{message}")
        return place.error(name, message, FIELDS[kind][name].heading)


def _circle(start: Unit, parents: Mapping[str, str | None]) -> list[str]:
    """The ids of the circle that a unit is part of, or none; one that only leads into a circle is not."""
    chain = [start.id]
    while (above := parents.get(chain[-1])) is not None:
        if above == start.id:
            return chain
        if above in chain:
            return []
        chain.append(above)
    return []


def _prefixes(site: Site) -> list[str]:
    """What the site owns, comparable: its scope, else its host."""
    if site.scope:
        return [address_key(prefix) for prefix in site.scope]
    return [address_key(urlsplit(site.url)._replace(path="/", query="", fragment="").geturl())]
