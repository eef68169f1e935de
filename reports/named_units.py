"""Which units a named source of an article means: by their own names, short names, sites and accounts."""

from __future__ import annotations

import re

from govcrawl.model import Registry
from govcrawl.registry.lookup import name_key

_BETWEEN = re.compile(r"[、，,；;/|＋+&\s]+")
_MEDIUM = re.compile(r"(?:政府)?(?:门户|官方)?(?:网站|官网|网)$|(?:官方)?(?:微信)?公众号$|(?:官方)?微博$")
"""What stands behind a unit's name where its own medium is meant."""


class NamedUnits:
    """Finds units by the sources of articles.

    A name that two units bear means neither; a source that names several units means all of them, and none
    where one of its names is not known.

    Args:
        registry: units with their sites and accounts.
        region: the office's own region (示例市): 市教育局 is then 示例市教育局.
    """

    def __init__(self, registry: Registry, region: str) -> None:
        self._units: dict[str, set[str]] = {}
        for unit in registry.units:
            for name in (unit.name, *unit.short_names):
                self._add(name, unit.id)
            if region and unit.name.startswith(region) and len(unit.name) > len(region):
                self._add(region[-1] + unit.name.removeprefix(region), unit.id)
        for site in registry.sites:
            self._add(site.name, site.unit)
        for account in registry.accounts:
            self._add(account.name, account.unit)

    def of(self, source: str) -> tuple[str, ...]:
        """The ids of the units that a source names, in its order; (): it names none that is known."""
        whole = self._one(source)
        if whole:
            return (whole,)
        found = [self._one(part) for part in _BETWEEN.split(source.strip()) if part]
        return tuple(dict.fromkeys(found)) if all(found) else ()

    def _add(self, name: str, unit: str) -> None:
        if key := name_key(name):
            self._units.setdefault(key, set()).add(unit)

    def _one(self, name: str) -> str:
        key = name_key(name)
        units = self._units.get(key) or self._units.get(_MEDIUM.sub("", key), set())
        return next(iter(units)) if len(units) == 1 else ""
