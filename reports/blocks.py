"""Findings by the unit that must correct them, then by site, then by rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from govcrawl.model import FindingRecord, Registry
from reports.counts import Tally
from reports.entries import VERIFIED, Address, Describer, RuleGroup, order
from reports.results import site_name

UNKNOWN_UNIT = "责任单位未登记"


def unit_name(registry: Registry, key: str | None) -> str:
    """The name of a unit as papers write it; of one that is not registered that it is not."""
    unit = registry.unit(key)
    return UNKNOWN_UNIT if unit is None else unit.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBlock:
    """The findings of one site that one unit must correct."""

    name: str
    code: str
    home: Address | None
    groups: tuple[RuleGroup, ...]
    count: int

    @property
    def hidden(self) -> int:
        """How many stand only in the ledger."""
        return self.count - sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitBlock:
    """What one unit must correct."""

    name: str
    tally: Tally
    sites: tuple[SiteBlock, ...]


BODY_WHOLE = 600
"""Findings that the body of a paper shows in all: some two hundred pages, a page of the browser of 3 MB."""


def shown_of(records: Sequence[FindingRecord], limit: int, whole: int = BODY_WHOLE) -> frozenset[str]:
    """Fingerprints of the findings that the body shows: of each site the first `limit`, verified first.

    Where that is more than `whole` in all, each site shows fewer, alike for all; at least one.
    """
    by_site: dict[str | None, list[FindingRecord]] = {}
    for record in records:
        by_site.setdefault(record.site or record.account, []).append(record)
    sizes = [len(own) for own in by_site.values()]
    while limit > 1 and sum(min(size, limit) for size in sizes) > whole:
        limit -= 1
    shown: set[str] = set()
    for own in by_site.values():
        own.sort(key=lambda record: (record.status not in VERIFIED, order(record)))
        shown.update(record.fingerprint for record in own[:limit])
    return frozenset(shown)


def unit_blocks(
    records: Sequence[FindingRecord],
    registry: Registry,
    describer: Describer,
    *,
    shown: frozenset[str],
    mark: Callable[[FindingRecord], str],
) -> tuple[UnitBlock, ...]:
    """The findings by unit in the registry's order (unknown units last), then by site.

    `shown` holds the fingerprints to list (of the others only the number is told); `mark` says what
    a finding is marked with (新增 …).
    """
    known = {unit.id: unit for unit in registry.units}
    order_of_sites = {site.id: index for index, site in enumerate(registry.sites)}
    by_unit: dict[str | None, list[FindingRecord]] = {}
    for record in records:
        by_unit.setdefault(record.unit if record.unit in known else None, []).append(record)
    blocks = []
    for unit_id in [*known, None]:
        own = by_unit.get(unit_id)
        if own is None:
            continue
        sites: dict[str | None, list[FindingRecord]] = {}
        for record in own:
            sites.setdefault(record.site or record.account, []).append(record)
        ordered = sorted(
            sites, key=lambda key: (order_of_sites.get(key or "", len(order_of_sites)), key or "")
        )
        blocks.append(
            UnitBlock(
                name=UNKNOWN_UNIT if unit_id is None else known[unit_id].name,
                tally=Tally.of(own),
                sites=tuple(
                    _site_block(sites[key], registry, describer, shown=shown, mark=mark) for key in ordered
                ),
            )
        )
    return tuple(blocks)


def _site_block(
    records: Sequence[FindingRecord],
    registry: Registry,
    describer: Describer,
    *,
    shown: frozenset[str],
    mark: Callable[[FindingRecord], str],
) -> SiteBlock:
    site = registry.site(records[0].site) if records[0].site is not None else None
    listed = [record for record in records if record.fingerprint in shown]
    return SiteBlock(
        name=site_name(registry, records[0]),
        code="" if site is None else site.code,
        home=None if site is None else describer.address(site.url),
        groups=describer.groups(listed, mark),
        count=len(records),
    )
