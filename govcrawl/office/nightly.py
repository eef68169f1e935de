"""The night: one site after another, each a crawl of its own, so that one that fails stops no other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path

from govcrawl.config import Config, ConfigError
from govcrawl.model import RunRecord, RunResult, Site, SiteStatus
from govcrawl.store import Store

_INSPECTED = frozenset({RunResult.COMPLETE, RunResult.PARTIAL})


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
        return self.run is not None and self.run.result in _INSPECTED


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


def run_night(
    config: Config, store: Store, sites: Sequence[Site], *, started: Callable[[Site], None] = lambda _: None
) -> Iterator[SiteNight]:
    """Crawl sites in turn, each in a process of its own; yields each when it is done."""
    store.pass_time(datetime.now(UTC))
    logs = config.data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for site in sites:
        begun = datetime.now(UTC)
        if not in_window(config.crawl.hours, begun.astimezone(config.office.zone)):
            yield SiteNight(site, None, 0, f"已到巡查时段（{config.crawl.window}）之外，未开始")
            continue
        started(site)
        log = logs / f"{begun.astimezone(config.office.zone):%Y-%m-%d}-{site.id}.log"
        status = _crawl(config, site, log)
        yield _night_of(store, site, begun, status, log)


def counted_anew(store: Store, night: SiteNight) -> SiteNight:
    """The same, its open findings counted as they stand now."""
    if night.run is None:
        return night
    return replace(night, findings=_open_findings(store, night.run))


def _crawl(config: Config, site: Site, log: Path) -> int:
    command = [sys.executable, "-m", "scrapy", "crawl", "site", "-a", f"site={site.id}"]
    with log.open("ab") as output:
        return subprocess.run(  # noqa: S603  # our own command; the id was checked against the registry
            command,
            cwd=config.folder,
            env=_environment(os.environ, config),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode


def _environment(environ: Mapping[str, str], config: Config) -> dict[str, str]:
    chosen = {"SCRAPY_SETTINGS_MODULE": "govcrawl.settings", "PYTHONUTF8": "1"}
    if config.file is not None:
        chosen["GOVCRAWL_CONFIG"] = str(config.file)
    return {**environ, **chosen}


def _night_of(store: Store, site: Site, begun: datetime, status: int, log: Path) -> SiteNight:
    run = next((r for r in store.runs(site=site.id, since=begun, trials=False)), None)
    if run is None or run.result is None or (status != 0 and run.result in _INSPECTED):
        return SiteNight(site, None, 0, f"巡查未能完成（退出状态 {status}，详见 {log}）")
    findings = _open_findings(store, run)
    if run.result in _INSPECTED:
        return SiteNight(site, run, findings, "")
    reasons = "、".join(dict.fromkeys(item.reason for item in run.not_tested))
    return SiteNight(site, run, findings, f"{run.result.zh}{'：' + reasons if reasons else ''}")


def _open_findings(store: Store, run: RunRecord) -> int:
    return sum(finding.open for finding in store.findings(run=run.run))
