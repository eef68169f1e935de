"""The same fault on several sites of one platform (集约化平台): one cause, told to its operator too.

Sites of one platform share templates: a dead link in one is a finding of each site, and is mended once.
Each site's own finding stays and is counted; a group is a pointer to them and is counted nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from govcrawl.model import FindingRecord, Registry, Site
from reports.entries import Address, Describer, counted, order

_LEAST = 2
"""Sites from which a fault is the platform's."""


@dataclass(frozen=True, slots=True)
class PlatformFault:
    """One fault of a platform's shared part, with the findings that it makes."""

    platform: str
    """Id, as the registry has it."""
    records: tuple[FindingRecord, ...]
    """One or more of each site, the worst first."""
    sites: tuple[str, ...]
    """Ids, in the order of the registry; at least two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformLine:
    """The same, as a paper shows it."""

    platform: str
    """Id; the name of the unit that runs it, where the registry has a unit of that id or name."""
    operator: str
    """The unit that runs it; empty: not registered."""
    rule: str
    title: str
    target: Address | None
    sites: tuple[str, ...]
    suspected: bool
    """No finding of it is confirmed yet."""


def platform_faults(records: Iterable[FindingRecord], registry: Registry) -> list[PlatformFault]:
    """Open findings that are one fault on at least two sites of a platform, by platform.

    One fault is: the same rule, the same target (of a site's own address, the same path), and the same
    element path; where no path is known, the same cause. What has no target stands in no shared template.
    """
    places = {site.id: number for number, site in enumerate(registry.sites)}
    sites = {site.id: site for site in registry.sites if site.platform}
    groups: dict[tuple[str, ...], list[FindingRecord]] = {}
    for record in records:
        site = sites.get(record.site or "")
        if site is not None and record.target and counted(record):
            groups.setdefault((site.platform or "", *_fault(record, site)), []).append(record)
    found = []
    for (platform, *_), those in groups.items():
        named = sorted({record.site or "" for record in those}, key=lambda name: places[name])
        if len(named) >= _LEAST:
            found.append(PlatformFault(platform, tuple(sorted(those, key=order)), tuple(named)))
    return sorted(found, key=lambda fault: (fault.platform, order(fault.records[0])))


def shared_with(faults: Iterable[PlatformFault], registry: Registry) -> Mapping[str, str]:
    """For the ledger: of each finding of such a fault the platform and the other sites, in words."""
    names = {site.id: site.name for site in registry.sites}
    told = {}
    for fault in faults:
        for record in fault.records:
            others = "、".join(names[site] for site in fault.sites if site != record.site)
            told[record.fingerprint] = f"平台{fault.platform}，另见：{others}"
    return told


def platform_lines(
    faults: Sequence[PlatformFault], registry: Registry, describer: Describer, verified: Iterable[str]
) -> tuple[PlatformLine, ...]:
    """The lines of a paper.

    Args:
        faults: of `platform_faults`.
        registry: names of sites and units.
        describer: makes what comes from pages safe to print.
        verified: statuses in which a finding counts as confirmed.
    """
    names = {site.id: site.name for site in registry.sites}
    sure = frozenset(verified)
    return tuple(
        PlatformLine(
            platform=describer.text(fault.platform, 100),
            operator=operator_of(fault.platform, registry),
            rule=describer.rule_title(fault.records[0].rule),
            title=describer.entry(fault.records[0]).title,
            target=describer.entry(fault.records[0]).target,
            sites=tuple(names[site] for site in fault.sites),
            suspected=not any(record.status in sure for record in fault.records),
        )
        for fault in faults
    )


def _fault(record: FindingRecord, site: Site) -> tuple[str, str, str]:
    place = record.evidence.selector or f"cause {record.detail.get('cause')} {record.detail.get('status')}"
    return record.rule, _target(record, site), place


def _target(record: FindingRecord, site: Site) -> str:
    """The target; of an address of the site itself only what follows the host, for that is the template's."""
    target = record.target or ""
    try:
        parts, home = urlsplit(target), urlsplit(site.url)
    except ValueError:
        return target
    own = {home.hostname, *site.aliases}
    return parts._replace(scheme="", netloc="").geturl() if parts.hostname in own else target


def operator_of(platform: str, registry: Registry) -> str:
    """The unit that runs a platform: the one that is called as the platform is; empty: none is registered."""
    for unit in registry.units:
        if platform in {unit.id, *unit.names}:
            return unit.name
    return ""
