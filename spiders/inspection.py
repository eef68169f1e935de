"""The inspection of one site, from the home page to the findings that are kept.

Home page first, then the columns, then the site's own pages breadth first; links that lead elsewhere
are asked meanwhile. What a limit cut, what could not be read and what was not tested is said in the
run; nothing that was not seen is held against a unit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from govcrawl.model import (
    Column,
    ColumnReading,
    ColumnState,
    HomeReading,
    Ipv6Reading,
    LinkTarget,
    LinkVerdict,
    ListOrigin,
    SiteReading,
    Verdict,
)
from govcrawl.net.browser import Renderer
from govcrawl.net.client import Ask
from govcrawl.net.links import LinkChecker
from govcrawl.pages import Page, read_column, read_home, read_page, verdicts
from govcrawl.registry.discovery import candidates, guess_type, propose
from spiders.frontier import Entry, Frontier, without_session
from spiders.ipv6 import AddressesOf, Ipv6Probe
from spiders.job import Job
from spiders.judging import Judge
from spiders.links import LinkRound
from spiders.outcome import Gathered, Outcome, keep, keep_without_home
from spiders.targets import Targets
from spiders.visits import Visit, Visitor

_ENTRANCES = 3
"""Pages that are only an entrance, one after another, that are followed to the real home page."""
_DATED_ARTICLES = 5
"""Articles that are asked for their date where a column's list shows none."""
_STORE_EVERY = 50
"""Pages after which what was seen is stored: so much is lost at most when the process is killed."""
_T = TypeVar("_T")


class Inspection:
    """One run: `inspect` does all of it and keeps the result."""

    def __init__(
        self,
        job: Job,
        run: int,
        *,
        ask: Ask,
        addresses: AddressesOf,
        renderer: Renderer | None,
        now: Callable[[], datetime],
    ) -> None:
        crawl = job.config.crawl
        self._job = job
        self._run = run
        self._now = now
        self._site = job.site
        self._renderer = renderer
        self._scope = job.scope()
        self._checker = LinkChecker(
            ask,
            verdicts,
            crawl=crawl,
            now=now,
            user_agent=job.config.user_agent,
            home_urls=(job.site.url,),
            registered_hosts=job.hosts,
        )
        self._probe = Ipv6Probe(ask=ask, addresses=addresses, canary=crawl.ipv6_canary)
        self._frontier = Frontier(max_pages=job.max_pages, depth=job.depth)
        self._targets = Targets(self._scope)
        self._links = LinkRound(self._checker, crawl, job.store, now)
        self._judge = Judge(job)
        self._visitor = Visitor(
            checker=self._checker,
            scope=self._scope,
            frontier=self._frontier,
            targets=self._targets,
            judge=self._judge,
            today=job.today,
            names=job.context().names,
            columns={column.url: column for column in job.site.columns},
            new_target=self._found,
            limit=crawl.max_page_bytes,
        )
        self._columns: list[tuple[Column, ColumnReading]] = []
        self._home: HomeReading | None = None
        self._ipv6: Ipv6Reading | None = None
        self._verdicts: dict[str, LinkVerdict] = {}

    async def inspect(self) -> Outcome:
        """Inspect the site and keep what was found."""
        home = await self._visit_home()
        if home.page is None:
            return keep_without_home(self._job, self._run, home, self._now())
        try:
            await self._read_columns(home)
            await asyncio.gather(self._read_pages(), self._render_columns())
            await self._read_pages()  # what only the rendered lists led to
            await self._check_links()
            await self._read_ipv6(home)
        finally:
            await self._links.cancel()
        self._judge_all(home)
        return self._keep()

    # Gathering

    async def _visit_home(self) -> Visit:
        """The home page, through its entrances; tried twice before it is called unreachable."""
        url = self._site.url
        for _ in range(_ENTRANCES):
            self._frontier.claim(url)
            visit = await self._visitor.visit(Entry(url, 0))
            if visit.verdict.verdict is Verdict.SUSPECT or (visit.page is not None and not visit.whole):
                await asyncio.sleep(self._job.config.crawl.confirm_after)
                visit = await self._visitor.visit(Entry(url, 0), again=visit.verdict)
            if visit.page is None:
                return visit
            entrance = visit.page.refresh
            if entrance is None or self._frontier.knows(entrance) or not self._scope.owns(entrance):
                break
            url = entrance
        if visit.page is not None and visit.whole:
            self._home = read_home(visit.page, self._job.today)
            if self._home.needs_rendering and (page := await self._rendered(visit.page.url)) is not None:
                self._home = read_home(page, self._job.today, rendered=True)
        return visit

    async def _read_columns(self, home: Visit) -> None:
        """Every column of the site; of a site without any, those that the home page suggests."""
        if not self._site.columns:
            await self._discover(home)
            return
        columns = [column for column in self._site.columns if not column.archived]
        readings = await self._at_most(self._read_column(column, home.url) for column in columns)
        self._columns = list(zip(columns, readings, strict=True))

    async def _discover(self, home: Visit) -> None:
        """Columns of a site that nobody registered: none confirmed, so nothing is more than suspected."""
        if home.page is None:
            return
        guesses = list(candidates(home.page, self._scope))
        guessed = [
            Column(name=guess.name, url=guess.url, type=guess_type(guess.name), confirmed=False)
            for guess in guesses
        ]
        readings = await self._at_most(self._read_column(column, home.url) for column in guessed)
        for guess, reading in zip(guesses, readings, strict=True):
            column = propose(guess, reading)
            if column is not None:
                self._columns.append((column, reading))
        self._site = replace(self._site, columns=tuple(column for column, _ in self._columns))
        self._visitor.columns.update({column.url: column for column, _ in self._columns})
        self._judge.adopt(self._site)

    async def _read_column(self, column: Column, referer: str) -> ColumnReading:
        self._frontier.claim(column.url)
        visit = await self._visitor.visit(Entry(column.url, 1, referer, column.url), column=column)
        if visit.left_site:
            return ColumnReading(
                url=column.url, state=ColumnState.NOT_A_LIST, reason="栏目跳转到站外系统，不判断更新情况"
            )
        if visit.page is None or not visit.whole:
            return _unread(column, visit)
        reading = replace(read_column(visit.page, self._job.today), url=column.url)
        if reading.state is ColumnState.NEEDS_RENDERING and self._renderer is None:
            return replace(reading, reason=f"{reading.reason}，本机没有浏览器")
        self._visitor.note_rows(reading.items)
        undated = reading.newest is None and reading.newest_latest is None
        if reading.state is ColumnState.READ and reading.items and undated:
            return await self._date_by_articles(reading, column)
        return reading

    async def _render_columns(self) -> None:
        """Lists that a script makes, in the browser, while the other pages are read."""
        if self._renderer is None:
            return
        for at, (column, reading) in enumerate(self._columns):
            if reading.state is ColumnState.NEEDS_RENDERING:
                self._columns[at] = (column, await self._read_rendered(reading, column, self._renderer))

    async def _read_rendered(
        self, reading: ColumnReading, column: Column, renderer: Renderer
    ) -> ColumnReading:
        """A list as the browser shows it; else as it was read.

        An empty list is believed only where everything that the page asked for was answered.
        """
        rendered = await renderer.render(column.url)
        if not rendered.html:
            return replace(reading, reason=f"{reading.reason}，浏览器未能显示该页面")
        shown = read_page(rendered.html.encode(), column.url, "text/html; charset=utf-8")
        found = replace(read_column(shown, self._job.today, rendered=True), url=column.url)
        if found.state is ColumnState.READ or not rendered.unanswered:
            self._visitor.take_links(shown, Entry(column.url, 1, column=column.url), column)
            return found
        return replace(
            found,
            state=ColumnState.UNREADABLE,
            reason=f"列表由脚本读取，{len(rendered.unanswered)}个接口没有应答",
        )

    async def _rendered(self, url: str) -> Page | None:
        if self._renderer is None:
            return None
        rendered = await self._renderer.render(url)
        if not rendered.html or rendered.unanswered:
            return None
        return read_page(rendered.html.encode(), url, "text/html; charset=utf-8")

    async def _date_by_articles(self, reading: ColumnReading, column: Column) -> ColumnReading:
        """The newest date of a list that shows none, from the first articles that it leads to.

        Only if all of them show one: an article without a date could be the newest.
        """
        urls = [item.url for item in reading.items if self._visitor.is_page(item.url)][:_DATED_ARTICLES]
        for url in urls:
            if not self._frontier.knows(url):
                self._frontier.claim(url)
                await self._visitor.visit(Entry(url, 2, column.url, column.url))
        days = [day for url in urls if (day := self._visitor.article_days.get(url)) is not None]
        if not days or len(days) < len(urls):
            return replace(reading, reason="列表未显示日期，所链文章的发布时间也未能全部读取")
        return replace(reading, newest=max(days), origin=ListOrigin.ARTICLES)

    async def _read_pages(self) -> None:
        """The site's own pages, as many at once as its server may be asked."""
        running: set[asyncio.Task[Visit]] = set()
        try:
            while True:
                while len(running) < self._job.config.crawl.concurrency_per_host:
                    entry = self._frontier.take()
                    if entry is None:
                        break
                    running.add(asyncio.ensure_future(self._visitor.visit(entry)))
                if not running:
                    break
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                if len(self._visitor.seen) >= _STORE_EVERY:
                    self._store_pages()
        finally:
            for task in running:
                task.cancel()
        self._store_pages()

    def _store_pages(self) -> None:
        self._job.store.record_pages(self._run, self._visitor.take_seen(), self._now())

    def _found(self, target: LinkTarget) -> None:
        """A new address: pages of the site answer for themselves, all else is asked."""
        if not self._visitor.is_page(target.url):
            self._links.add(target)

    async def _check_links(self) -> None:
        await self._links.settle()
        visited = {without_session(url): verdict for url, verdict in self._visitor.verdicts.items()}
        untouched = self._frontier.cut_by_pages | self._frontier.cut_as_trap
        for target in self._targets:
            if target.url in self._visitor.verdicts or target.url in self._links.verdicts:
                continue
            if (same := visited.get(without_session(target.url))) is not None:
                self._visitor.verdicts[target.url] = replace(same, url=target.url)
            elif target.url not in untouched:
                self._links.add(target)
        await self._links.settle()
        self._verdicts = {**self._links.verdicts, **self._visitor.verdicts}
        await self._links.confirm(self._verdicts, self._targets.get)

    async def _read_ipv6(self, home: Visit) -> None:
        if home.page is None or not any(check.id == "ipv6" for check in self._job.catalogue.checks):
            return
        self._ipv6 = await self._probe.read(home.page, home.answer.status or 0, self._visitor.near)

    # Judging and keeping

    def _judge_all(self, home: Visit) -> None:
        known = {target.url for target in self._targets}
        for column, reading in self._columns:
            verdict = self._verdicts.get(column.url)
            if verdict is not None and verdict.verdict is Verdict.BROKEN:
                if column.url not in known:
                    self._judge.link(_column_target(column), verdict)
                continue  # told as a dead link; never twice
            self._judge.column(reading, column)
        for target in self._targets:
            verdict = self._verdicts.get(target.url)
            if verdict is not None:
                target.title = verdict.title
                self._judge.link(target, verdict)
        self._judge.site(
            SiteReading(
                url=home.page.url if home.page else self._site.url,
                home=self._home,
                columns=tuple((column.url, reading) for column, reading in self._columns),
                ipv6=self._ipv6,
                finished=self._now(),
            )
        )

    def _keep(self) -> Outcome:
        return keep(
            self._job,
            self._run,
            Gathered(
                site=self._site,
                judge=self._judge,
                visitor=self._visitor,
                frontier=self._frontier,
                targets=self._targets,
                verdicts=self._verdicts,
                columns=self._columns,
                ipv6=self._ipv6,
            ),
            self._now(),
        )

    async def _at_most(self, jobs: Iterable[Awaitable[_T]]) -> list[_T]:
        """Await many, as many at once as the site's server may be asked; results in order."""
        places = asyncio.Semaphore(self._job.config.crawl.concurrency_per_host)

        async def one(job: Awaitable[_T]) -> _T:
            async with places:
                return await job

        return list(await asyncio.gather(*(one(job) for job in jobs)))


def _unread(column: Column, visit: Visit) -> ColumnReading:
    if visit.page is not None:
        return ColumnReading(
            url=column.url,
            state=ColumnState.UNREADABLE,
            reason="栏目页面未能完整接收（连接中断或超时），不判断更新情况",
        )
    if visit.verdict.verdict is Verdict.OK:
        return ColumnReading(
            url=column.url, state=ColumnState.NOT_A_LIST, reason="栏目直接指向文档，不判断更新情况"
        )
    if visit.verdict.blocked:
        reason = f"网站拒绝程序访问该栏目（返回 {visit.verdict.status}）"
    else:
        reason = "栏目页面未能访问"
    return ColumnReading(url=column.url, state=ColumnState.UNREADABLE, reason=reason)


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
