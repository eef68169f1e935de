"""A process of the night: crawls sites, several at once, that it takes from the night's queue.

    python -P -m govcrawl.office.night_worker NIGHT JOBS AT_ONCE [UNTIL]     what `nightly` starts

It ends when nothing is left to take, after `MOST_SITES` (so that what a crawl leaves behind in memory never
adds up), or when whoever started it is gone. Every few seconds it says on its standard output that it is
alive and how many pages it has read: a process that is silent hangs, and is ended.

Scrapy's `AsyncCrawlerProcess` owns its loop and stops when all its crawls are done; here crawls come and go
one by one, so it is its base, `AsyncCrawlerRunner`, in a loop of our own. What a process has only once is
shared: the gate and its leases, the browser, the rules of advertisements.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging

from govcrawl import settings as project
from govcrawl.commands.crawl import collect_seldom
from govcrawl.config import Config, ConfigError, load
from govcrawl.net.installed import find_browser
from govcrawl.office.limits import hard_limit
from govcrawl.rules import FilterListError
from govcrawl.store import NightSite, NightState, Store, StoreError, this_owner
from spiders.job import JobError, begin, filters_in_force, prepare
from spiders.leases import leased
from spiders.shared_links import SharedLinks

if TYPE_CHECKING:
    from govcrawl.net.browser import Chromium

MOST_SITES = 50
"""Sites after which a process is replaced."""
_MOST_BYTES = 300 * 2**20
"""Of its own memory: a process that has more takes no further site while it crawls any, and then ends."""
_MOST_PAGES, _USUAL_PAGES = 15_000, 500
"""Pages that the sites under way may have together before a further one is begun (their links are what takes
memory), and pages of a site of which nothing is known."""
_BEAT = 5.0
"""Seconds between two signs of life."""
_PAUSE = 0.25
"""Seconds between two sites that are begun."""
_LOOK = 1.0
"""Seconds to the next look into the queue after one in which nothing could be taken."""
_SAVE = 1.0
"""Seconds after which what was found of outside links is written for the other processes."""
_TICK = 0.1
_BUSY = 0.15
"""Seconds: a process whose loop is later than that is busy enough, and begins no further site."""
_log = logging.getLogger(__name__)
_log_file: contextvars.ContextVar[Path | None] = contextvars.ContextVar("log_file", default=None)


@dataclass(slots=True)
class _Crawl:
    """A site that is being crawled."""

    site: NightSite
    run: int
    crawler: Any
    ends: float
    """Monotonic seconds at which it is ended."""
    ended: bool = False


class Worker:
    """Takes sites and crawls them.

    Args:
        config: of the office.
        night: number of the night.
        jobs: processes that share the night.
        at_once: sites at once.
        until: when nothing more is begun, and runs end with what they have; None: no such moment.
        store: of the queue; open.
        tell: says that it is alive, and how many pages were read; raises OSError where nobody listens.
    """

    def __init__(
        self,
        config: Config,
        night: int,
        *,
        jobs: int,
        at_once: int,
        until: datetime | None,
        store: Store,
        tell: Callable[[int], None],
    ) -> None:
        self._config = config
        self._night = night
        self._at_once = at_once
        self._until = until
        self._store = store
        self._tell = tell
        self._owner = this_owner()
        self._runner = AsyncCrawlerRunner(Settings(project.of_project()))
        self._crawls: dict[asyncio.Task[None], _Crawl] = {}
        self._taken = 0
        self._pages = 0
        self._stopping = ""
        self._filters = filters_in_force(config)
        self._expected = {site: pages for site, (_, pages) in store.nights.last_runs().items()}
        self._shared = SharedLinks(
            store,
            since=store.nights.begun(night),
            now=_now,
            fresh_for=timedelta(hours=config.crawl.link_fresh_hours),
            holder=f"{self._owner}#links" if jobs > 1 else "",
        )
        self._chromium: Chromium | None = None
        self._next = 0.0
        """Monotonic seconds of the next look into the queue."""
        self._lag = 0.0
        """Seconds by which the loop was late lately."""

    async def work(self) -> None:
        """Crawl until there is nothing left to take."""
        executable = None if self._config.crawl.browser == "never" else find_browser()
        if executable is not None:
            from govcrawl.net.browser import Chromium  # slow to import

            self._chromium = Chromium(executable)
        self._tell(0)  # who holds what is taken from now on
        pulse = asyncio.gather(self._beat(), self._watch_lag(), self._save_links())
        try:
            async with leased(self._store, now=_now):
                while self._take_some():
                    await asyncio.wait(
                        self._crawls or {asyncio.ensure_future(asyncio.sleep(_PAUSE))},
                        timeout=_PAUSE,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                    self._look_after()
        finally:
            pulse.cancel()
            with suppress(asyncio.CancelledError):
                await pulse
            with suppress(StoreError):
                self._shared.save()
            if self._chromium is not None:
                await self._chromium.close()

    def stop(self, reason: str) -> None:
        """End what is crawled, and take nothing more."""
        self._stopping = reason
        for crawl in self._crawls.values():
            self._end(crawl, reason)

    def _take_some(self) -> bool:
        """Take sites as far as there is room; is there anything to wait for."""
        try:
            if time.monotonic() >= self._next and self._may_take():
                site = self._store.nights.take(self._night, self._owner, _now())
                if site is not None:  # one at a time: to begin it holds up those that are under way
                    self._taken += 1
                    self._begin(site)
                    return True
                self._next = time.monotonic() + _LOOK
            if self._crawls:
                return True
            return self._may_take() and any(
                site.state is NightState.WAITING for site in self._store.nights.sites(self._night)
            )
        except StoreError:
            if not self._crawls:
                raise
            return True  # what is crawled goes on, and meets the same error if that lasts

    def _may_take(self) -> bool:
        if self._stopping or len(self._crawls) >= self._at_once or self._taken >= MOST_SITES:
            return False
        if self._until is not None and _now() >= self._until:
            return False
        if not self._crawls:
            return not self._taken or _memory() < _MOST_BYTES
        if self._load() >= _MOST_PAGES:
            return False
        # What is asked must not run into its time limit because this process is too busy to listen.
        return self._lag < _BUSY and _memory() < _MOST_BYTES

    def _load(self) -> int:
        """Pages of the sites under way: read so far, or by their last run where that had more."""
        return sum(
            max(self._expected.get(crawl.site.site, _USUAL_PAGES), _pages(crawl))
            for crawl in self._crawls.values()
        )

    def _begin(self, site: NightSite) -> None:
        try:
            job = prepare({"site": site.site}, filters=self._filters)
            job = replace(job, until=self._until, beside_others=self._at_once > 1)
            try:
                run = begin(job)
            except BaseException:
                job.store.close()
                raise
        except (JobError, ConfigError, StoreError) as error:
            self._done(site, None, str(error))
            return
        log = log_of(self._config, site.site)
        _log_file.set(log)  # what the crawl's own tasks log goes there
        crawler = self._runner.create_crawler("site")
        crawler.settings.set("GOVCRAWL_SUMMARY", str(log), priority="cmdline")
        task = self._runner.crawl(crawler, job=job, run=run, chromium=self._chromium, shared=self._shared)
        _log_file.set(None)
        ends = time.monotonic() + hard_limit(self._config.crawl).total_seconds()
        self._crawls[task] = _Crawl(site, run, crawler, ends)

    def _look_after(self) -> None:
        for task in [task for task in self._crawls if task.done()]:
            crawl = self._crawls.pop(task)
            error = None if task.cancelled() else task.exception()
            if error is not None:
                _log.error("%s: %r", crawl.site.site, error)
            spider = _spider(crawl.crawler)
            self._pages += _pages(crawl)
            whole = spider is not None and spider.outcome is not None
            self._done(crawl.site, crawl.run, "" if whole else self._reason(crawl))
        for crawl in self._crawls.values():
            if time.monotonic() >= crawl.ends:
                self._end(
                    crawl,
                    f"超过时间上限（{hard_limit(self._config.crawl).total_seconds() / 60:g}分钟），已中止",
                )

    def _reason(self, crawl: _Crawl) -> str:
        record = self._store.run(crawl.run)
        said = record.limits_hit[-1] if record is not None and record.limits_hit else ""
        return f"巡查未能完成（{said or '程序出错'}，详见 {log_of(self._config, crawl.site.site)}）"

    def _done(self, site: NightSite, run: int | None, reason: str) -> None:
        try:
            self._store.nights.done(self._night, site.site, self._owner, run=run, reason=reason, now=_now())
        except StoreError as error:  # it stays taken, and is tried once more when this process has ended
            _log.error("%s: %s", site.site, error)

    def _end(self, crawl: _Crawl, reason: str) -> None:
        spider = _spider(crawl.crawler)
        if spider is not None and not crawl.ended:
            crawl.ended = True
            spider.end(reason)

    async def _save_links(self) -> None:
        while True:
            await asyncio.sleep(_SAVE)
            try:
                self._shared.save()
            except StoreError as error:  # what was not written is asked once more by another process
                _log.warning("%s", error)

    async def _watch_lag(self) -> None:
        while True:
            begun = time.monotonic()
            await asyncio.sleep(_TICK)
            self._lag = 0.7 * self._lag + 0.3 * (time.monotonic() - begun - _TICK)

    async def _beat(self) -> None:
        while True:
            pages = self._pages + sum(_pages(crawl) for crawl in self._crawls.values())
            try:
                self._tell(pages)
            except OSError:
                self.stop("主进程已退出，已中止")
                return
            await asyncio.sleep(_BEAT)


def log_of(config: Config, site: str) -> Path:
    """Where what is said about a site in a night goes."""
    day = config.office.day(_now())
    return config.data / "logs" / f"{day}-{site}.log"


def _spider(crawler: Any) -> Any:
    """The site spider of a crawl; None: it could not be made."""
    return getattr(crawler, "spider", None)


def _pages(crawl: _Crawl) -> int:
    spider = _spider(crawl.crawler)
    return 0 if spider is None else int(spider.pages)


class _ByCrawl(logging.Handler):
    """Writes what a crawl logs into the file of its site, the rest to standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line, or more with a traceback."""
        try:
            text = self.format(record) + "\n"
            file = _log_file.get()
            if file is None:
                sys.stderr.write(text)
            else:
                with file.open("a", encoding="utf-8") as log:
                    log.write(text)
        except OSError:
            self.handleError(record)


def main(arguments: list[str]) -> int:
    """Crawl for a night; 3 where settings or database can't be used."""
    night, jobs, at_once, *until = arguments
    config = load()
    configure_logging(Settings({"LOG_INSTALL_ROOT_HANDLER": False, "LOG_LEVEL": "WARNING"}))
    handler = _ByCrawl()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s [%(name)s] %(levelname)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    try:
        with Store.open(config.database_url, now=_now()) as store:
            asyncio.run(_work(config, int(night), int(jobs), int(at_once), until, store))
    except StoreError as error:
        _log.error("%s", error)
        return 3
    except (JobError, FilterListError) as error:
        _log.error("%s", error)
        return 2
    return 0


async def _work(config: Config, night: int, jobs: int, at_once: int, until: list[str], store: Store) -> None:
    worker = Worker(
        config,
        night,
        jobs=jobs,
        at_once=at_once,
        until=datetime.fromisoformat(until[0]) if until else None,
        store=store,
        tell=_tell,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, worker.stop, "收到停止信号，已中止")
    if not sys.stdin.isatty():  # who started us holds the other end, and says nothing
        loop.add_reader(sys.stdin.fileno(), _parted, loop, worker)
    collect_seldom()
    await worker.work()


def _parted(loop: asyncio.AbstractEventLoop, worker: Worker) -> None:
    loop.remove_reader(sys.stdin.fileno())
    worker.stop("主进程已退出，已中止")


def _tell(pages: int) -> None:
    sys.stdout.write(json.dumps({"owner": this_owner(), "pages": pages}) + "\n")
    sys.stdout.flush()


def _memory() -> int:
    """Bytes that this process holds in memory; 0 where the machine does not say."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
