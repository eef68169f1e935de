"""The site spider: `scrapy crawl site -a site=ID` (or `-a url=URL`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy.crawler import Crawler

from govcrawl.net.client import Ask
from govcrawl.net.handler import asker, client_of
from govcrawl.net.installed import find_browser
from govcrawl.net.nameservers import NameServers
from govcrawl.store import RunClosed, StoreError
from spiders.inspection import Inspection
from spiders.ipv6 import Ipv6Probe
from spiders.ipv6_route import Route
from spiders.job import Job, begin, prepare
from spiders.leases import leased
from spiders.outcome import Outcome
from spiders.shared_links import SharedLinks

if TYPE_CHECKING:
    from govcrawl.net.browser import Chromium

_HEARTBEAT = 60.0
"""Seconds between two signs of life of a run."""


class SiteSpider(scrapy.Spider):
    """Inspects one site and yields its findings, each once, as they stand when the run ends.

    Arguments (all text): see `spiders.job.prepare`. `scrapy crawl` checks them before and hands on the
    job itself, and for a process that crawls many sites the browser and the outside links that they share.
    """

    name = "site"

    def __init__(
        self,
        job: Job,
        run: int,
        chromium: Chromium | None = None,
        shared: SharedLinks | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._job = job
        self._run = run
        self._chromium = chromium
        self._shared = shared
        self._inspection: Inspection | None = None
        self._task: asyncio.Task[Outcome] | None = None
        self._ended = ""
        self.outcome: Outcome | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Prepare the job where it was not handed on, and tell Scrapy's parts how to ask.

        Raises:
            JobError, ConfigError, StoreError: as `prepare` and `begin`.
        """
        job: Job = kwargs.pop("job", None) or prepare(kwargs)
        run: int = kwargs.pop("run", None) or begin(job)
        crawler.settings.set("GOVCRAWL_CRAWL", job.config.crawl, priority="spider")
        crawler.settings.set("USER_AGENT", job.config.user_agent, priority="spider")
        crawler.settings.set("GOVCRAWL_REGISTERED_HOSTS", list(job.hosts), priority="spider")
        return super().from_crawler(crawler, *args, job=job, run=run, **kwargs)

    @property
    def exit_status(self) -> int:
        """For the command line; 3 also where the run came to no end."""
        return 3 if self.outcome is None else self.outcome.exit_status

    async def start(self) -> AsyncIterator[dict[str, object]]:
        """Inspect, then yield the findings. A store that fails ends the run with one line, no traceback."""
        self._task = asyncio.ensure_future(self._inspect())
        try:
            self.outcome = await self._task
        except asyncio.CancelledError:
            if not self._ended:
                raise
            return
        except StoreError as error:
            self.logger.error("%s", error)
            return
        self._count(self.outcome)
        for record in self.outcome.records:
            yield record.to_json()

    @property
    def pages(self) -> int:
        """Pages that were read so far."""
        return 0 if self._inspection is None else self._inspection.pages

    def end(self, reason: str) -> None:
        """End the inspection now: what it stored stays, it judges nothing, and its run says why (Chinese)."""
        if self._task is not None and not self._task.done():
            self._ended = reason
            self._task.cancel()

    async def _inspect(self) -> Outcome:
        pulse = asyncio.ensure_future(self._beat())
        ask = asker(self.crawler)
        browser = None if self._job.config.crawl.browser == "never" else find_browser()
        renderer = None
        if browser is not None:
            from govcrawl.net.browser import Renderer  # slow to import, and many machines have no browser

            renderer = Renderer(ask, browser, user_agent=self._job.config.user_agent, chromium=self._chromium)
        try:
            self._inspection = inspection = Inspection(
                self._job,
                self._run,
                ask=ask,
                probe=self._probe(ask),
                renderer=renderer,
                now=_now,
                shared=self._shared,
            )
            async with leased(self._job.store, now=_now):
                return await inspection.inspect()
        finally:
            pulse.cancel()
            if renderer is not None:
                await renderer.close()

    def _probe(self, ask: Ask) -> Ipv6Probe:
        client, crawl = client_of(self.crawler), self._job.config.crawl
        return Ipv6Probe(
            ask=ask,
            addresses=client.addresses,
            connects=client.connects,
            name_servers=NameServers(),
            route=Route(ask, crawl.ipv6_canary, proxied=bool(crawl.ipv6_proxy)),
            pause=crawl.confirm_after,
            patience=crawl.confirm_after_transient,
        )

    def closed(self, reason: str) -> None:
        """A run that was ended from outside keeps what it stored, and says so."""
        self.end(f"巡查被中断（{reason}）")
        try:
            if self.outcome is None:
                said = self._ended or f"巡查被中断（{reason}）"
                self._job.store.abort_run(self._run, said, _now())
        except StoreError as error:
            self.logger.error("%s", error)
        finally:
            self._job.store.close()

    async def _beat(self) -> None:
        """Say that the run is alive. A database that is busy for once must not end the signs of life."""
        while True:
            await asyncio.sleep(_HEARTBEAT)
            try:
                self._job.store.heartbeat(self._run, _now())
            except RunClosed:
                return  # the next pages that are stored end the run, and say why
            except StoreError as error:
                self.logger.warning("%s", error)

    def _count(self, outcome: Outcome) -> None:
        stats = self.crawler.stats
        if stats is None:
            return
        run = outcome.run
        for name in (
            "pages",
            "columns_read",
            "columns_unreadable",
            "links_ok",
            "links_broken",
            "links_unverified",
        ):
            stats.set_value(f"govcrawl/{name}", getattr(run, name))
        stats.set_value("govcrawl/pages_parsed", outcome.parsed)
        stats.set_value("govcrawl/pages_unchanged", outcome.unchanged)
        for record in outcome.records:
            stats.inc_value(f"govcrawl/findings/{record.rule}")


def _now() -> datetime:
    return datetime.now(UTC)
