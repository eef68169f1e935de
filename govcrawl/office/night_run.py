"""Leading a night: a queue of sites in the database, and the processes that take from it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO
from urllib.parse import urlsplit

from govcrawl.config import Config
from govcrawl.model import RunResult, Site
from govcrawl.net.client import server_names
from govcrawl.net.connect import Overrides
from govcrawl.net.resolver import Resolver
from govcrawl.office.limits import SILENT, last_limit
from govcrawl.office.nightly import SiteNight, end_of_window, in_window, open_findings
from govcrawl.store import NightSite, NightState, Store, StoreUnavailable, this_owner

SITES_AT_ONCE = 16
"""Sites that a process crawls at once: while one waits for its server, another is read."""
_LOOK = 0.25
"""Seconds between two looks at the queue and the processes."""
_BEAT = 60.0
"""Seconds between two signs of life of the night."""
_PATIENCE, _AWAY = 300.0, 2.0
"""Seconds that the database may be away, and after which it is tried again."""
_FRUITLESS = 3
"""Processes one after another that ended without having taken a site: then none is started any more."""
_LEAVE = 20.0
"""Seconds that a process gets to end by itself when the night is stopped."""
_LOOK_UPS = 64
_INSPECTED = frozenset({RunResult.COMPLETE, RunResult.PARTIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a night stands, while it goes on."""

    running: tuple[Site, ...]
    pages: int
    """Read in this night so far."""
    left: float | None
    """Seconds that it will take still, by how long the sites took last time; None: not known yet."""


def run_night(
    config: Config,
    store: Store,
    sites: Sequence[Site],
    *,
    jobs: int,
    started: Callable[[Site], None] = lambda _: None,
    pulse: Callable[[Pulse], None] = lambda _: None,
    warn: Callable[[str], None] = lambda _: None,
) -> Iterator[SiteNight]:
    """Crawl sites in `jobs` processes, several at once in each; yields each when it is done.

    The longest begin first, by how long all sites of their server took last time. What a process that is
    gone or hangs had under way is tried once more, alone in a process; a site whose limit of time made the
    process be ended is not. At the end of the office's hours nothing more is begun, and what is under way
    ends with what it has.

    Raises:
        NightBusy: another night has some of these sites in its queue.
        StoreError: the database can't be used.
    """
    begun = _now()
    store.pass_time(begun)
    local = begun.astimezone(config.office.zone)
    if not in_window(config.crawl.hours, local):
        for site in sites:
            yield SiteNight(site, None, 0, _outside(config))
        return
    until = end_of_window(config.crawl.hours, local)
    durations = {site: seconds for site, (seconds, _) in store.nights.last_runs().items()}
    queue = in_order(sites, asyncio.run(_servers(config, sites)), durations)
    night = store.nights.begin(queue, owner=this_owner(), now=begun)
    lead = _Lead(config, store, night, {site.id: site for site in sites}, durations, until, jobs, warn)
    try:
        yield from lead.run(started, pulse)
    finally:
        lead.stop()
        store.nights.end(night, _now())


def in_order(
    sites: Sequence[Site], servers: Mapping[str, str], durations: Mapping[str, float]
) -> list[tuple[str, str]]:
    """The queue: ids with their servers, in the order in which they are to be taken.

    What bounds a night is the server that takes longest, for its sites share its limits: first come those
    of the server whose sites took longest together, of these the longest first. A site that nothing is
    known of is taken to need as long as the middle one of the known.

    Args:
        sites: of the night.
        servers: name of the server by the site's id; "": not known, it counts as one of its own.
        durations: seconds of the last run by the site's id.
    """
    known = sorted(durations[site.id] for site in sites if site.id in durations)
    usual = known[len(known) // 2] if known else 1.0
    took = {site.id: durations.get(site.id, usual) for site in sites}
    together: dict[str, float] = {}
    for site in sites:
        server = servers.get(site.id) or f"#{site.id}"
        together[server] = together.get(server, 0.0) + took[site.id]

    def rank(site: Site) -> tuple[float, float]:
        return -together[servers.get(site.id) or f"#{site.id}"], -took[site.id]

    return [(site.id, servers.get(site.id, "")) for site in sorted(sites, key=rank)]


async def _servers(config: Config, sites: Sequence[Site]) -> dict[str, str]:
    """By what the server of each home page is known; "" where the name has no address."""
    resolver = Resolver(Overrides(config.crawl.resolve), allow_private=config.crawl.allow_private_addresses)
    places = asyncio.Semaphore(_LOOK_UPS)

    async def one(site: Site) -> str:
        try:
            parts = urlsplit(site.url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            return ""
        if not parts.hostname:
            return ""
        async with places:
            return min(server_names(await resolver.addresses(parts.hostname, port)), default="")

    names = await asyncio.gather(*(one(site) for site in sites))
    return {site.id: name for site, name in zip(sites, names, strict=True)}


class _Process:
    """One process of the night."""

    def __init__(
        self, config: Config, night: int, jobs: int, at_once: int, until: datetime | None, log: IO[bytes]
    ) -> None:
        # -P: modules that lie in the office's folder are no part of the program.
        command = [sys.executable, "-P", "-m", "govcrawl.office.night_worker"]
        told = [str(night), str(jobs), str(at_once), *([] if until is None else [until.isoformat()])]
        self._popen = subprocess.Popen(  # noqa: S603  # our own command
            [*command, *told],
            cwd=config.folder,
            env=_environment(os.environ, config),
            stdin=subprocess.PIPE,  # its end tells the process that this one is gone
            stdout=subprocess.PIPE,
            stderr=log,
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._in = self._popen.stdin
        self._out = self._popen.stdout
        os.set_blocking(self._out.fileno(), False)
        self._rest = b""
        self.heard = time.monotonic()
        self.pages = 0
        self.pid = self._popen.pid
        self.owner = ""
        """As the queue names it; known from its first site on."""

    def listen(self) -> int | None:
        """Take in what it said; its exit status, or None while it runs."""
        with suppress(BlockingIOError):
            while said := self._out.read(65536):
                self.heard = time.monotonic()
                *lines, self._rest = (self._rest + said).split(b"\n")
                for line in lines[-1:]:
                    with suppress(ValueError, KeyError, TypeError):
                        told = json.loads(line)
                        self.pages, self.owner = int(told["pages"]), str(told["owner"])
        return self._popen.poll()

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            self._popen.terminate()

    def kill(self) -> None:
        """End it, and wait until it has ended."""
        with suppress(ProcessLookupError):
            self._popen.kill()
        self._popen.wait()

    def wait(self, seconds: float) -> bool:
        """Has it ended within so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(seconds)
            return True
        return False

    def close(self) -> None:
        """Give back what was held for it."""
        self._in.close()
        self._out.close()


class _Lead:
    """Starts, watches and replaces the processes of a night."""

    def __init__(
        self,
        config: Config,
        store: Store,
        night: int,
        sites: Mapping[str, Site],
        durations: Mapping[str, float],
        until: datetime | None,
        jobs: int,
        warn: Callable[[str], None],
    ) -> None:
        self._config, self._store, self._night = config, store, night
        self._sites, self._durations, self._until = sites, durations, until
        self._jobs, self._warn = min(jobs, len(sites)), warn
        # A process with one site alone may read in a second one.
        self._at_once = min(SITES_AT_ONCE, -(-len(sites) // self._jobs))
        self._begun = time.monotonic()
        self._beaten = self._begun
        self._processes: list[_Process] = []
        self._pages = 0
        self._fruitless = 0
        logs = config.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        day = config.office.day(_now())
        self._log_path = logs / f"{day}-nightly.log"
        self._log = self._log_path.open("ab")

    def run(self, started: Callable[[Site], None], pulse: Callable[[Pulse], None]) -> Iterator[SiteNight]:
        """Until every site has come to an end."""
        begun: set[str] = set()
        ended: set[str] = set()
        away: float | None = None
        while True:
            try:
                rows = self._store.nights.sites(self._night)
                if away is None:
                    self._watch(rows)
                    self._fill(rows)
                away = None
            except StoreUnavailable as error:  # busy, or away for a while: the processes wait too
                if away is None:
                    away = time.monotonic()
                    self._warn(str(error))
                if time.monotonic() - away > _PATIENCE:
                    raise
                time.sleep(_AWAY)
                continue
            for row in rows:
                if row.state is NightState.TAKEN and row.site not in begun:
                    begun.add(row.site)
                    started(self._sites[row.site])
            for row in rows:
                if row.site not in ended and row.state in {NightState.DONE, NightState.FAILED}:
                    ended.add(row.site)
                    yield self._night_of(row)
            if len(ended) == len(rows):
                return
            pulse(self._pulse(rows))
            time.sleep(_LOOK)

    def stop(self) -> None:
        """End all processes; those that were interrupted close their runs before."""
        for process in self._processes:
            process.terminate()
        ends = time.monotonic() + _LEAVE
        for process in self._processes:
            if not process.wait(max(ends - time.monotonic(), 0.1)):
                process.kill()
            process.close()
        self._processes.clear()
        self._log.close()

    def _fill(self, rows: Sequence[NightSite]) -> None:
        waiting = [row for row in rows if row.state is NightState.WAITING]
        if not waiting:
            return
        if self._until is not None and _now() >= self._until:
            self._give_up(_outside(self._config))
        elif self._fruitless >= _FRUITLESS:
            self._give_up(f"巡查进程无法启动（详见 {self._log_path}）")
        else:
            idle = len(self._processes) - sum(row.state is NightState.TAKEN for row in rows)
            while len(self._processes) < self._jobs and idle < len(waiting):
                idle += 1
                self._processes.append(
                    _Process(self._config, self._night, self._jobs, self._at_once, self._until, self._log)
                )

    def _give_up(self, reason: str) -> None:
        self._store.nights.give_up(self._night, reason=reason, now=_now())

    def _watch(self, rows: Sequence[NightSite]) -> None:
        now, clock = time.monotonic(), _now()
        if now - self._beaten >= _BEAT:
            self._beaten = now
            self._store.nights.beat(self._night, clock)
        for process in list(self._processes):
            status = process.listen()
            held = [row for row in rows if row.state is NightState.TAKEN and row.holder == process.owner]
            late = [
                row for row in held if row.taken_at and clock - row.taken_at > last_limit(self._config.crawl)
            ]
            if status is not None:
                self._ended(process, held, status)
            elif late:
                process.kill()
                minutes = f"{last_limit(self._config.crawl) / timedelta(minutes=1):g}"
                self._lost(process, [row.site for row in late], f"超过时间上限（{minutes}分钟），已中止")
            elif now - process.heard > SILENT.total_seconds():
                process.kill()
                self._lost(process, [], "巡查进程停止响应，已中止")

    def _ended(self, process: _Process, held: Sequence[NightSite], status: int) -> None:
        if held or status:
            said = f"被信号 {-status} 中止" if status < 0 else f"退出状态 {status}"
            self._warn(f"巡查进程 {process.pid} 意外结束（{said}），其网站另行巡查")
        fruitless = bool(status) and not held
        self._lost(process, [], f"巡查进程意外结束（详见 {self._log_path}）", fruitless=fruitless)

    def _lost(self, process: _Process, hung: Sequence[str], reason: str, *, fruitless: bool = False) -> None:
        """A process that has ended: what it held is given back."""
        process.close()
        self._processes.remove(process)
        self._pages += process.pages
        self._fruitless = self._fruitless + 1 if fruitless else 0
        if process.owner:
            self._store.nights.give_back(self._night, process.owner, hung=hung, reason=reason, now=_now())

    def _night_of(self, row: NightSite) -> SiteNight:
        site = self._sites[row.site]
        run = None if row.run is None else self._store.run(row.run)
        if run is None or run.result is None or row.reason:
            return SiteNight(site, None, 0, row.reason or "巡查未能完成")
        findings = open_findings(self._store, run)
        if run.result in _INSPECTED:
            return SiteNight(site, run, findings, "")
        reasons = "、".join(dict.fromkeys(item.reason for item in run.not_tested))
        return SiteNight(site, run, findings, f"{run.result.zh}{'：' + reasons if reasons else ''}")

    def _pulse(self, rows: Sequence[NightSite]) -> Pulse:
        pages = self._pages + sum(process.pages for process in self._processes)
        running = tuple(self._sites[row.site] for row in rows if row.state is NightState.TAKEN)
        return Pulse(running=running, pages=pages, left=self._left(rows))

    def _left(self, rows: Sequence[NightSite]) -> float | None:
        """By the share of the work that is done, where a site's work is what it took last time."""
        known = [self._durations[row.site] for row in rows if row.site in self._durations]
        usual = sum(known) / len(known) if known else 1.0
        work = {row.site: max(self._durations.get(row.site, usual), 0.1) for row in rows}
        ended = {NightState.DONE, NightState.FAILED}
        done = sum(work[row.site] for row in rows if row.state in ended)
        if not done:
            return None
        return (time.monotonic() - self._begun) * (sum(work.values()) - done) / done


def _environment(environ: Mapping[str, str], config: Config) -> dict[str, str]:
    chosen = {"SCRAPY_SETTINGS_MODULE": "govcrawl.settings", "PYTHONUTF8": "1"}
    if config.file is not None:
        chosen["GOVCRAWL_CONFIG"] = str(config.file)
    return {**environ, **chosen}


def _outside(config: Config) -> str:
    return f"已到巡查时段（{config.crawl.window}）之外，未开始"


def _now() -> datetime:
    return datetime.now(UTC)
