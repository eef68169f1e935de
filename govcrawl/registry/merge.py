"""Bringing files into the registry: a pure function from what is registered and what was read to a plan.

What a file does not say stays as it is; what is not in the files is reported, never deleted; one fault and
nothing is taken over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urljoin

from govcrawl.model import Account, Column, Registry, Site, Unit
from govcrawl.pages.addresses import Scope
from govcrawl.registry.contacts import with_contacts
from govcrawl.registry.differences import plan_of
from govcrawl.registry.errors import RegistryError, RowError, nearest, shown
from govcrawl.registry.fields import FIELDS, FILINGS, Kind
from govcrawl.registry.incoming import Incoming, IncomingRow
from govcrawl.registry.lookup import (
    Slugs,
    accounts_called,
    address_key,
    in_force,
    name_key,
    sites_at,
    sites_called,
    units_called,
)
from govcrawl.registry.plan import Entry, ImportPlan
from govcrawl.registry.validate import Places, faults
from govcrawl.registry.values import WithoutScheme

_HINTED = 200
"""Errors that get the nearest known name: it is dear to find, and nobody reads more."""
_NEEDED = {
    Kind.UNIT: ("name",),
    Kind.SITE: ("name", "unit", "url"),
    Kind.COLUMN: ("name", "url", "type"),
    Kind.ACCOUNT: ("unit", "platform", "name"),
}


def merge(current: Registry, incoming: Incoming, *, retire: bool = False) -> ImportPlan:
    """What importing these rows would make of the registry.

    Rows are matched by id; without one a site by its code, then its home address, an account by platform and
    name, a unit by name or short name, a column by its address; the rest is new and gets an id made from
    its host.

    Args:
        current: what is registered now.
        incoming: rows of one or several files.
        retire: take what is missing from the files out of operation (sites and accounts 永久下线, columns
            archived; units have no status and stay).

    Raises:
        RegistryError: with every wrong row, its file, sheet, row and column; then nothing may be imported.
    """
    work = _Merge(current, incoming)
    work.take_units()
    work.take_sites()
    work.take_columns()
    work.take_accounts()
    units, notes = with_contacts(work.units, work.sites, work.site_rows)
    result = Registry(
        units=tuple(units.values()),
        sites=tuple(work.sites.values()),
        accounts=tuple(work.accounts.values()),
    )
    errors = [*incoming.errors, *work.errors]
    # Faults of the whole (circles, doubles) only make sense on rows that could all be placed.
    errors = errors or faults(result, work.places)
    if errors:
        raise RegistryError(errors)
    return plan_of(
        current,
        result,
        incoming,
        work.places,
        slugs=work.slugs_made,
        notes=[*incoming.notes, *notes],
        retire=retire,
    )


class _Merge:
    def __init__(self, current: Registry, incoming: Incoming):
        self.current = current
        self.incoming = incoming
        self.units: dict[str, Unit] = {unit.id: unit for unit in current.units}
        self.sites: dict[str, Site] = {site.id: site for site in current.sites}
        self.accounts: dict[str, Account] = {account.id: account for account in current.accounts}
        self.errors: list[RowError] = []
        self.places: Places = {}
        self.slugs_made: list[Entry] = []
        self.site_rows: dict[IncomingRow, str] = {}
        self.scopes: list[tuple[Site, Scope]] = []
        self.units_by_word: dict[str, list[Unit]] = {}
        self.sites_by_word: dict[str, list[Site]] = {}

    # -- units

    def take_units(self) -> None:
        rows = self.incoming.units
        slugs = Slugs([*self.units, *_ids(rows)])
        parents: list[tuple[IncomingRow, str]] = []
        for row in rows:
            called = self._units_meant(row)
            if len(called) > 1:
                self._unclear(row, "name", "单位", row.text("name") or "", [u.name for u in called], [])
                continue
            old = called[0] if called else None
            if not self._complete(Kind.UNIT, row, old):
                continue
            unit_id = old.id if old else row.text("id") or self._new_unit_slug(row, slugs)
            if not self._claim(Kind.UNIT, unit_id, row):
                continue
            given = _given(row, Unit, old)
            if old and row.text("id") is None:
                # Found by its name: a short name, or a blank in it, is not to become the name.
                given.pop("name", None)
            unit = replace(old, **given) if old else Unit(**{**given, "id": unit_id})
            self.units[unit_id] = unit
            self._made_slug(Kind.UNIT, row, old, unit_id, unit.name)
            if "parent" in row.values:
                parents.append((row, unit_id))
        for row, unit_id in parents:
            parent = row.text("parent")
            found = self._unit_id(row, "parent", parent) if parent else None
            if found or not parent:
                self.units[unit_id] = replace(self.units[unit_id], parent=found)

    def _units_meant(self, row: IncomingRow) -> list[Unit]:
        if unit_id := row.text("id"):
            return [unit for unit in self.current.units if unit.id == unit_id]
        name = row.text("name")
        return units_called(self.current.units, name) if name else []

    def _new_unit_slug(self, row: IncomingRow, slugs: Slugs) -> str:
        names = {name_key(n) for n in (str(row.values["name"]), *row.texts("short_names"))}
        for site in self.incoming.sites:
            sponsor, url = site.text("unit"), site.text("url")
            if sponsor and url and name_key(sponsor) in names:
                return slugs.of_host(url)
        return slugs.numbered("unit")

    # -- sites and columns

    def take_sites(self) -> None:
        slugs = Slugs([*self.sites, *_ids(self.incoming.sites)])
        for given_row in self.incoming.sites:
            row = given_row
            old = self._site_of(row)
            row = row if old else _sponsored(row)
            if not self._complete(Kind.SITE, row, old):
                continue
            given = _given(row, Site, old)
            if sponsor := row.text("unit"):
                found = self._unit_id(row, "unit", sponsor)
                if found is None:
                    continue
                given["unit"] = found
            site_id = old.id if old else row.text("id") or slugs.of_host(str(row.values["url"]))
            if not self._claim(Kind.SITE, site_id, row):
                continue
            filings = given.get("filings", dict(old.filings) if old else {})
            filings = {
                **filings,
                **{k: row.values[f"filings.{k}"] for k in FILINGS if f"filings.{k}" in row.values},
            }
            given["filings"] = {key: filings[key] for key in FILINGS if filings.get(key)}
            home = str(given.get("url") or (old.url if old else ""))
            for key in ("scope", "exclude"):
                if key in given:
                    given[key] = tuple(
                        urljoin(home, part) if part.startswith("/") else part for part in given[key]
                    )
            site = replace(old, **given) if old else Site(**{**given, "id": site_id})
            self.sites[site_id] = site
            self.site_rows[row] = site_id
            self._made_slug(Kind.SITE, row, old, site_id, site.name)

    def _site_of(self, row: IncomingRow) -> Site | None:
        if site_id := row.text("id"):
            return self.current.site(site_id)
        code, url = row.text("code"), row.text("url")
        found = [site for site in self.current.sites if code and name_key(site.code) == name_key(code)]
        found = found or (sites_at(self.current.sites, url) if url else [])
        return found[0] if found else None

    def take_columns(self) -> None:
        known: dict[str, dict[str, Column]] = {}
        for row in self.incoming.columns:
            site = self._site_of_column(row)
            if site is None:
                continue
            if site.id not in known:
                known[site.id] = {address_key(column.url): column for column in site.columns}
            url = row.text("url")
            key = address_key(url) if url else ""
            old = known[site.id].get(key)
            if not self._complete(Kind.COLUMN, row, old):
                continue
            given = _given(row, Column, old)
            if "unit" in row.values:
                named = row.text("unit")
                found = self._unit_id(row, "unit", named) if named else None
                if named and found is None:
                    continue
                given["unit"] = found
            if self._claim(Kind.COLUMN, key, row, site.id):
                known[site.id][key] = replace(old, **given) if old else Column(**given)
        for site_id, columns in known.items():
            self.sites[site_id] = replace(self.sites[site_id], columns=tuple(columns.values()))

    def _site_of_column(self, row: IncomingRow) -> Site | None:
        if row.owner is not None:
            site_id = self.site_rows.get(row.owner)
            return self.sites[site_id] if site_id else None  # its site has an error of its own
        named = row.text("site")
        if named:
            if named not in self.sites_by_word:
                self.sites_by_word[named] = sites_called(self.sites.values(), named)
            found = self.sites_by_word[named]
            if len(found) != 1:
                self._unclear(row, "site", "网站", named, [s.name for s in found], self._site_names())
            return found[0] if len(found) == 1 else None
        if "site" in row.failed or not (url := row.text("url")):
            if "url" not in row.failed and "site" not in row.failed:
                self._fail(row, "site", "缺少“所属网站”，且没有可据以判断的栏目网址。")
            return None
        if not self.scopes:
            running = in_force(list(self.sites.values()))
            self.scopes = [(site, Scope(site, running)) for site in running]
        owners = [site for site, scope in self.scopes if scope.owns(url)]
        if len(owners) != 1:
            self._fail(row, "site", f"未写明所属网站，且按栏目网址{shown(url)}不能确定是哪个网站。")
        return owners[0] if len(owners) == 1 else None

    def _site_names(self) -> list[str]:
        return [name for site in self.sites.values() for name in (site.name, site.id)]

    # -- accounts

    def take_accounts(self) -> None:
        slugs = Slugs([*self.accounts, *_ids(self.incoming.accounts)])
        for row in self.incoming.accounts:
            old = self._account_of(row)
            if not self._complete(Kind.ACCOUNT, row, old):
                continue
            given = _given(row, Account, old)
            if sponsor := row.text("unit"):
                found = self._unit_id(row, "unit", sponsor)
                if found is None:
                    continue
                given["unit"] = found
            account_id = (
                old.id if old else row.text("id") or slugs.of_account(given["unit"], given["platform"])
            )
            if not self._claim(Kind.ACCOUNT, account_id, row):
                continue
            if old and row.text("id") is None:
                given = {name: value for name, value in given.items() if name not in {"platform", "name"}}
            account = replace(old, **given) if old else Account(**{**given, "id": account_id})
            self.accounts[account_id] = account
            self._made_slug(Kind.ACCOUNT, row, old, account_id, account.name)

    def _account_of(self, row: IncomingRow) -> Account | None:
        if account_id := row.text("id"):
            return next((a for a in self.current.accounts if a.id == account_id), None)
        platform, name = row.text("platform"), row.text("name")
        found = accounts_called(self.current.accounts, platform, name) if platform and name else []
        return found[0] if found else None

    # -- what all have in common

    def _complete(self, kind: Kind, row: IncomingRow, old: object | None) -> bool:
        """Says what is missing; a field that could not be read has been told of already."""
        if old is not None:
            return not row.failed
        missing = [n for n in _NEEDED[kind] if not row.values.get(n) and n not in row.failed]
        for name in missing:
            heading = FIELDS[kind][name].heading
            known = f"（{name}）" if row.place.labels.get(name) == name else ""
            self._fail(row, name, f"缺少{heading}{known}。", heading)
        return not missing and not row.failed

    def _claim(self, kind: Kind, key: str, row: IncomingRow, site: str = "") -> bool:
        claimed = key if kind is Kind.COLUMN else key.lower()
        first = self.places.setdefault((kind, site, claimed), row.place)
        if first is not row.place:
            name = "url" if kind is Kind.COLUMN else "id" if row.text("id") else "name"
            self._fail(row, name, f"与{first}重复：都是{kind.zh} {shown(key)}。")
            return False
        return True

    def _unit_id(self, row: IncomingRow, name: str, text: str) -> str | None:
        if text not in self.units_by_word:  # ids and names are settled when the first reference is looked up
            self.units_by_word[text] = units_called(self.units.values(), text)
        found = self.units_by_word[text]
        if len(found) != 1:
            known = [known for unit in self.units.values() for known in (*unit.names, unit.id)]
            self._unclear(row, name, "单位", text, [unit.name for unit in found], known)
        return found[0].id if len(found) == 1 else None

    def _unclear(
        self, row: IncomingRow, name: str, what: str, text: str, found: list[str], known: list[str]
    ) -> None:
        if found:
            among = "、".join(shown(one) for one in found[:5])
            self._fail(row, name, f"{what}{shown(text)}不明确，可能是{among}；请写全称或编号。")
            return
        close = nearest(text, known, 0.5) if len(self.errors) < _HINTED else None
        hint = f"最接近的是{shown(close)}。" if close else f"请先在“{what}”表中登记。"
        self._fail(row, name, f"{what}{shown(text)}没有登记，{hint}")

    def _made_slug(self, kind: Kind, row: IncomingRow, old: object | None, new_id: str, name: str) -> None:
        if old is None and row.text("id") is None:
            self.slugs_made.append(Entry(kind=kind, id=new_id, name=name))

    def _fail(self, row: IncomingRow, name: str, message: str, label: str = "") -> None:
        self.errors.append(row.place.error(name, message, label))


def _ids(rows: Iterable[IncomingRow]) -> list[str]:
    return [found for row in rows if (found := row.text("id"))]


def _given(row: IncomingRow, model: type[Unit | Site | Column | Account], old: object) -> dict[str, Any]:
    """What the row says of fields that the model has; ids and references are settled by matching."""
    known = {field.name for field in fields(model)} - {"id", "unit", "parent"}
    given: dict[str, Any] = {name: value for name, value in row.values.items() if name in known}
    if given.get("url"):
        given["url"] = _settled(given["url"], getattr(old, "url", None))
    return given


def _settled(value: object, old: str | None) -> str:
    """An address as it will be registered: one that was written without a scheme keeps the old one."""
    if isinstance(value, WithoutScheme) and old is not None and address_key(old) == address_key(value):
        return old
    return str(value)


def _sponsored(row: IncomingRow) -> IncomingRow:
    """Of a new site for which a sheet names only who undertakes it, that unit is the sponsor."""
    if "unit" in row.values or "unit" in row.failed or not row.values.get("undertaker"):
        return row
    labels = {**row.place.labels, "unit": row.place.labels["undertaker"]}
    values = {**row.values, "unit": row.values["undertaker"]}
    return replace(row, values=values, place=replace(row.place, labels=labels))
