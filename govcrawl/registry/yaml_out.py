"""The registry as YAML: what `govcrawl registry export` writes, and what `govcrawl init` begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib import resources

import yaml

from govcrawl.model import Account, Column, Registry, Site, Unit, Version
from govcrawl.registry.fields import WRITTEN, Kind

_NEVER_FOLD = 10**9


def to_yaml(registry: Registry) -> str:
    """The whole registry; importing it gives the same registry again, for no field is left out."""
    lines = ["units:"] if registry.units else ["units: []"]
    lines += [f"  - {flow(_plain(Kind.UNIT, unit))}" for unit in registry.units]
    lines += ["sites:"] if registry.sites else ["sites: []"]
    for site in registry.sites:
        lines += _site(site)
    lines += ["accounts:"] if registry.accounts else ["accounts: []"]
    lines += [f"  - {flow(_plain(Kind.ACCOUNT, account))}" for account in registry.accounts]
    return "\n".join(lines) + "\n"


def empty_registry_yaml() -> str:
    """The file that an office starts from: no rows, every field explained, an example to uncomment."""
    return resources.files("govcrawl.registry").joinpath("starting.yaml").read_text(encoding="utf-8")


def _site(site: Site) -> list[str]:
    pairs = [f"{key}: {flow(value)}" for key, value in _plain(Kind.SITE, site).items()]
    lines = [f"  - {pairs[0]}", *(f"    {pair}" for pair in pairs[1:])]
    lines += ["    columns:"] if site.columns else ["    columns: []"]
    return lines + [f"      - {flow(_plain(Kind.COLUMN, column))}" for column in site.columns]


def _plain(kind: Kind, thing: Unit | Site | Column | Account) -> dict[str, object]:
    """The fields in the order of INTERFACES, as what YAML knows."""
    values: dict[str, object] = {}
    for field in WRITTEN[kind]:
        name = field.name.partition(".")[0]
        if name not in values and not (kind is Kind.COLUMN and name == "site"):
            values[name] = _simple(getattr(thing, name))
    return values


def _simple(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Version):
        return {"url": value.url, "lang": value.lang, "kind": value.kind}
    if isinstance(value, Mapping):
        return {str(key): _simple(part) for key, part in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_simple(part) for part in value]
    return value


def flow(value: object) -> str:
    """One value as YAML on one line."""
    text: str = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=_NEVER_FOLD
    )
    return text.removesuffix("\n").removesuffix("\n...").strip()
