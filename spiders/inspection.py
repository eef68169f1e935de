"""The inspection of one site, from the home page to the findings that are kept.

Home page first, then the columns, then the site's own pages breadth first; links that lead elsewhere
are asked meanwhile. What a limit cut, what could not be read and what was not tested is said in the
run; nothing that was not seen is held against a unit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from checks.ad_exceptions import is_excepted
from govcrawl.model import (
    AppHostReading,
    Column,
    ColumnReading,
    FindingRecord,
    HomeReading,
    Ipv6Reading,
    LinkTarget,
    LinkVerdict,
    Site,
    SiteKind,
    SiteReading,
    Verdict,
)
from govcrawl.net.browser_visits import BrowserVisits
from govcrawl.net.client import Ask
from govcrawl.net.links import LinkChecker
from govcrawl.pages import read_home, read_page, verdicts
from spiders.apps import apps_of, read_apps
from spiders.columns import ColumnReader
from spiders.desk import Desk
from spiders.evidence import gather_evidence
from spiders.facts import PageFacts, version
from spiders.frontier import Entry, Frontier
from spiders.ipv6 import Course, Ipv6Probe
from spiders.job import Job
from spiders.judging import Judge
from spiders.links import LinkRound
from spiders.memory import Memory
from spiders.outcome import Gathered, Outcome, keep, keep_without_home
from spiders.pages import PageRound
from spiders.parts import Parts
from spiders.reading import Reader
from spiders.screen import Place, Screen, pages_to_watch, shown_pages, take_floating, told_by_browser
from spiders.settling import Settlement
from spiders.shared_links import SharedLinks
from spiders.spool import Spool
from spiders.targets import Targets
from spiders.visits import Visit, Visitor

if TYPE_CHECKING:
    from govcrawl.net.browser import Renderer

_ENTRANCES = 3
"""Pages that are only an entrance, one after another, that are followed to the real home page."""
_FETCHED = frozenset(
    {"script", "img", "link", "iframe", "frame", "source", "video", "audio", "embed", "object"}
)
"""Elements that a browser fetches by itself to show a page."""


class Inspection:
    """One run: `inspect` does all of it and keeps the result."""

    def __init__(
        self,
        job: Job,
        run: int,
        *,
        ask: Ask,
        probe: Ipv6Probe,
        renderer: Renderer | None,
        now: Callable[[], datetime],
        shared: SharedLinks | None = None,
    ) -> None:
        crawl = job.config.crawl
        self._job = job
        self._run = run
        self._now = now
        self._site = job.site
        self._scope = job.scope()
        wants_ads = any(check.id == "ads" for check in job.catalogue.checks)
        watches = wants_ads and crawl.render_pages > 0
        self._screen = None if renderer is None else Screen(renderer, watches, self._scope)
        self._checker = LinkChecker(
            ask,
            verdicts,
            crawl=crawl,
            now=now,
            user_agent=job.config.user_agent,
            home_urls=(job.site.url,),
            registered_hosts=job.hosts,
            browser=None
            if renderer is None
            else BrowserVisits(renderer, ask, now=now, agent=job.config.user_agent),
        )
        self._probe = probe
        self._frontier = Frontier(max_pages=job.max_pages, depth=job.depth)
        self._targets = Targets(self._scope)
        self._links = LinkRound(self._checker, crawl, job.store, now, until=job.until, shared=shared)
        self._frontier.time_limit = self._links.time_limit
        self._judge = Judge(job)
        names = job.context().names
        # What is kept reads the same on later days alone: of no use as of a day before it was read.
        day = job.config.office.day(now())
        used = not self._judge.judges_pages and job.today >= day
        self._memory = Memory(
            job.store, version=version(names, parts=crawl.check_fragments), now=now, used=used
        )
        beside = not (self._judge.judges_pages or job.beside_others)
        self._desk = Desk(Reader(job.today, names, crawl.check_fragments), beside=beside)
        self._spool = Spool(job.config.data)
        self._visitor = Visitor(
            checker=self._checker,
            memory=self._memory,
            desk=self._desk,
            scope=self._scope,
            frontier=self._frontier,
            targets=self._targets,
            judge=self._judge,
            columns={column.url: column for column in job.site.columns},
            new_target=self._found,
            limit=crawl.max_page_bytes,
            spool=self._spool,
            keeps=job.today <= day,
            parts=Parts(self._scope.owns) if crawl.check_fragments else None,
            keeps_articles=not job.trial and job.site.kind is SiteKind.PORTAL,
        )
        self._pages = PageRound(
            self._visitor,
            at_once=crawl.concurrency_per_host,
            over=lambda: self._links.over,
            store=job.store,
            run=run,
            now=now,
        )
        self._column_reader = ColumnReader(
            self._visitor, self._screen, job.today, at_once=crawl.concurrency_per_host
        )
        self._columns: list[tuple[Column, ColumnReading]] = []
        self._home: HomeReading | None = None
        self._ipv6: Ipv6Reading | None = None
        self._apps: tuple[AppHostReading, ...] = ()
        self._silent = 0
        """Addresses of the site that got no answer since it fell silent altogether."""
        self._verdicts: dict[str, LinkVerdict] = {}

    @property
    def pages(self) -> int:
        """Pages of the site that were read so far."""
        return self._visitor.pages

    async def inspect(self) -> Outcome:
        """Inspect the site and keep what was found."""
        home = await self._visit_home()
        if home.facts is None:
            if home.verdict.verdict is Verdict.HIJACKED:
                self._judge.link(_home_target(self._site, home.url), home.verdict)
            return keep_without_home(self._job, self._run, home, self._judge, self._now())
        course = self._begin_ipv6(home.facts)
        apps = asyncio.ensure_future(self._read_apps())
        try:
            await self._read_columns(home)
            await asyncio.gather(self._pages.read(), self._show_pages(home.facts.url))
            await self._pages.read()  # what only the rendered lists led to
            self._take_floating(home.facts.url)
            settled = self._settlement()
            await settled.settle()
            await settled.doubt_silence(home)
            self._verdicts, self._silent = settled.verdicts, settled.silent
            if course is not None:
                self._ipv6 = await course.finish(self._visitor.near)
                self._apps = await apps
            await settled.prove()
        finally:
            await self._links.cancel()
            apps.cancel()
            if course is not None:
                await course.cancel()
            await self._desk.close()
        self._judge_all(home.facts.url)
        await gather_evidence(
            self._job,
            self._run,
            self._judge,
            spool=self._spool,
            checker=self._checker,
            unchanged=self._visitor.unchanged,
            scope=self._scope,
            renderer=None if self._screen is None else self._screen.renderer,
            records=self._open_findings,
            now=self._now,
        )
        self._spool.close()
        return self._keep(home.facts.url)

    # Gathering

    async def _visit_home(self) -> Visit:
        """The home page, through its entrances; tried twice before it is called unreachable."""
        url = self._site.url
        parse = not self._site.columns  # then the page itself is needed, to find columns in it
        for _ in range(_ENTRANCES):
            self._frontier.claim(url)
            visit = await self._visitor.visit(Entry(url, 0), parse=parse)
            broke_off = visit.page is not None and not visit.whole and not visit.answer.truncated
            if broke_off or visit.verdict.verdict in {Verdict.SUSPECT, Verdict.HIJACKED}:
                await asyncio.sleep(self._job.config.crawl.confirm_after)
                visit = await self._visitor.visit(Entry(url, 0), again=visit.verdict, parse=parse)
            if visit.facts is None or visit.facts.home is None:
                return visit
            self._home = visit.facts.home if visit.whole else None
            entrance = visit.facts.home.entrance
            if entrance is None or self._frontier.knows(entrance) or not self._scope.owns(entrance):
                break
            url = entrance
        if self._home is not None and self._home.needs_rendering and self._screen is not None:
            rendered = await self._screen.render(self._home.url)
            if rendered.html and not rendered.unanswered and self._scope.owns(rendered.url):
                page = read_page(rendered.html.encode(), self._home.url, "text/html; charset=utf-8")
                self._home = read_home(page, self._job.today, rendered=True)
        return visit

    async def _read_columns(self, home: Visit) -> None:
        """Every column of the site; of a site without any, those that the home page suggests."""
        if self._site.columns:
            self._columns = await self._column_reader.read(self._site.columns, home.url)
        elif home.page is not None:
            self._columns = await self._column_reader.discover(home.page)
            self._site = replace(self._site, columns=tuple(column for column, _ in self._columns))
            self._visitor.columns.update({column.url: column for column, _ in self._columns})
            self._judge.adopt(self._site)

    async def _show_pages(self, home: str) -> None:
        """In the browser: the lists that need it, and some pages for what only a browser sees."""
        await self._column_reader.render(self._columns)
        if self._screen is not None:
            told = {record.page for record in told_by_browser(self._open_findings)}
            most = self._job.config.crawl.render_pages
            await self._screen.watch(pages_to_watch(home, told, self._templates()), most)

    def _templates(self) -> Iterator[str]:
        """A list and an article of each column in turn: what a template loads, all its pages load."""
        for column, reading in self._columns:
            yield column.url
            yield from [item.url for item in reading.items if self._visitor.is_page(item.url)][:1]

    def _take_floating(self, home: str) -> None:
        """Links that float in shown pages; what a browser saw before floats still where none has looked."""
        shown = {} if self._screen is None else self._screen.shown
        if self._screen is not None:
            for target in take_floating(self._screen, self._targets, self._scope, self._place(home)):
                self._links.add(target)
        for record in told_by_browser(self._open_findings):
            known = self._targets.get(record.target or "")
            if record.rule == "ad-floating" and record.page not in shown and known is not None:
                known.floating = known.by_browser = True

    def _place(self, home: str) -> Place:
        return lambda url: (self._visitor.column_of(url), url == home)

    def _found(self, target: LinkTarget) -> None:
        """A new address: pages of the site answer for themselves, all else is asked."""
        if not self._visitor.is_page(target.url):
            self._links.add(target)

    @cached_property
    def _open_findings(self) -> list[FindingRecord]:
        """What earlier runs found of this site and is still open."""
        return [record for record in self._job.store.findings(site=self._job.key) if record.open]

    def _settlement(self) -> Settlement:
        """What becomes of the links that were met; once all pages are read."""
        return Settlement(
            crawl=self._job.config.crawl,
            scope=self._scope,
            checker=self._checker,
            visitor=self._visitor,
            links=self._links,
            open_findings=self._open_findings,
        )

    def _begin_ipv6(self, home: PageFacts) -> Course | None:
        """Probing goes on beside the crawl, and costs it no time."""
        if all(check.id != "ipv6" for check in self._job.catalogue.checks):
            return None
        resources = [link.url for link in home.links if link.element in _FETCHED]
        return self._probe.begin(home.url, resources)

    async def _read_apps(self) -> tuple[AppHostReading, ...]:
        """The apps that have no run of their own and are asked in this one."""
        if not self._job.registered or all(check.id != "ipv6" for check in self._job.catalogue.checks):
            return ()
        return await read_apps(self._probe, list(apps_of(self._job.site, self._job.registry)), self._now)

    # Judging and keeping

    def _judge_all(self, home: str) -> None:
        known = {target.url for target in self._targets}
        for column, reading in self._columns:
            verdict = self._verdicts.get(column.url)
            if verdict is not None and verdict.verdict in {Verdict.BROKEN, Verdict.HIJACKED}:
                if column.url not in known:
                    self._judge.link(_column_target(column), verdict)
                continue  # told as a dead or hijacked link; never twice
            self._judge.column(reading, column)
        for target in self._targets:
            verdict = self._verdicts.get(target.url)
            if verdict is not None:
                target.title = verdict.title
                self._judge.link(target, verdict)
        screen = self._screen
        shown = () if screen is None else shown_pages(screen, self._targets, self._scope, self._place(home))
        told = {record.page for record in told_by_browser(self._open_findings)}
        unshown = sorted(told - {page.url for page in shown})
        for article, owner in self._visitor.reprints:
            original = self._verdicts.get(article.original_url)
            if original is not None:
                self._judge.original(article, original, owner)
        self._judge.site(
            SiteReading(
                url=home,
                home=self._home,
                columns=tuple((column.url, reading) for column, reading in self._columns),
                ipv6=self._ipv6,
                apps=self._apps,
                finished=self._now(),
                shown=shown,
                unshown=tuple(unshown),
                parts=None if self._visitor.parts is None else self._visitor.parts.readings(),
                originals=tuple(
                    (article, self._verdicts.get(article.original_url))
                    for article, _ in self._visitor.reprints
                ),
            )
        )

    def _keep(self, home: str) -> Outcome:
        return keep(
            self._job,
            self._run,
            Gathered(
                site=self._site,
                judge=self._judge,
                visitor=self._visitor,
                frontier=self._frontier,
                links_cut=self._links.limits_hit(),
                targets=self._targets,
                verdicts=self._verdicts,
                columns=self._columns,
                ipv6=self._ipv6,
                apps=self._apps,
                silent=self._silent,
                excepted=self._excepted(),
                shown=self._screen is not None and self._screen.watches and home in self._screen.shown,
            ),
            self._now(),
        )

    def _excepted(self) -> frozenset[str]:
        """Targets of open findings that the office has allowed since: they are missing, and not corrected."""
        ctx = self._job.context(self._site)
        targets = (record.target for record in self._open_findings if record.check == "ads")
        return frozenset(target for target in targets if target and is_excepted(target, ctx))


def _home_target(site: Site, url: str) -> LinkTarget:
    """The home page itself, as an address to judge."""
    return LinkTarget(url=url, text=site.name, element="a", page=url, on_home=True, occurrences=1)


def _column_target(column: Column) -> LinkTarget:
    """A registered column that no page links to, as an address to judge: the registry names it."""
    return LinkTarget(
        url=column.url,
        text=column.name,
        element="a",
        page=column.url,
        column=column.url,
        occurrences=1,
    )
