"""The night: which sites it has, in which hours, and how it went for each. How it is led: `night_run`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from govcrawl.config import ConfigError
from govcrawl.model import RunRecord, Site, SiteStatus
from govcrawl.store import Store


@dataclass(frozen=True, slots=True)
class SiteNight:
    """How the night went for one site."""

    site: Site
    run: RunRecord | None
    """None: no run was made, or it came to no end."""
    findings: int
    """Open findings that the run saw."""
    reason: str
    """Why it was not inspected (Chinese); empty where it was."""

    @property
    def inspected(self) -> bool:
        """Could the site be judged at all."""
        return self.run is not None and self.run.result is not None and self.run.result.inspected


def exit_status(nights: Sequence[SiteNight]) -> int:
    """0: all sites were inspected; 1: some were not; 3: none could be (INTERFACES, section 3)."""
    inspected = sum(night.inspected for night in nights)
    if inspected == len(nights):
        return 0
    return 1 if inspected else 3


def in_window(hours: tuple[time, time] | None, moment: datetime) -> bool:
    """Does a moment of the office's day lie in its window (`CrawlConfig.hours`; None: always)."""
    if hours is None:
        return True
    start, end = hours
    clock = moment.time()
    return start <= clock < end if start <= end else clock >= start or clock < end


def due(sites: Iterable[Site], wanted: Collection[str]) -> list[Site]:
    """The sites of a night: those in operation, or of these the named ones.

    Raises:
        ConfigError: a name that no site in operation bears.
    """
    running = [site for site in sites if site.status is SiteStatus.RUNNING]
    if not wanted:
        return running
    known = {site.id for site in running}
    if unknown := [name for name in wanted if name not in known]:
        raise ConfigError(f"没有登记标识为 {'、'.join(unknown)} 的在运行网站")
    return [site for site in running if site.id in set(wanted)]


def end_of_window(hours: tuple[time, time] | None, moment: datetime) -> datetime | None:
    """When the window ends in which a moment lies (in the office's zone); None: it never does."""
    if hours is None:
        return None
    end = moment.replace(hour=hours[1].hour, minute=hours[1].minute, second=hours[1].second, microsecond=0)
    return end if end > moment else end + timedelta(days=1)


def counted_anew(store: Store, night: SiteNight) -> SiteNight:
    """The same, its open findings counted as they stand now."""
    if night.run is None:
        return night
    return replace(night, findings=open_findings(store, night.run))


def open_findings(store: Store, run: RunRecord) -> int:
    """Open findings that a run saw."""
    return sum(finding.open for finding in store.findings(run=run.run))
