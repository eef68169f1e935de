"""Reading the columns of a site: its registered ones, or those that its home page suggests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from govcrawl.model import Column, ColumnReading, ColumnState, ListOrigin, Verdict
from govcrawl.pages import Page, read_column, read_page
from govcrawl.pages.further import answered, next_call
from govcrawl.registry.discovery import Discovery, Seen, seen_of
from govcrawl.registry.leads import Lead
from spiders.frontier import Entry, canonical
from spiders.visits import Visit, Visitor

if TYPE_CHECKING:
    from govcrawl.net.browser import Renderer
    from spiders.screen import Screen

_LEFT = "栏目跳转到站外系统，不判断更新情况"
_DATED_ARTICLES = 5
"""Articles that are asked for their date where a column's list shows none."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """Reads columns through a site's visitor, and in the browser what only scripts show."""

    visitor: Visitor
    renderer: Renderer | Screen | None
    today: date
    at_once: int
    """Columns that are asked at the same time."""
    _articles: dict[str, asyncio.Task[Visit]] = field(default_factory=dict)
    """Visits of articles that are asked for their date: two columns may lead to one."""

    async def read(self, columns: Iterable[Column], referer: str) -> list[tuple[Column, ColumnReading]]:
        """Each column with what its list shows; archived ones are left out."""
        asked = [column for column in columns if not column.archived]
        readings = await self._at_most(self._one(column, referer) for column in asked)
        return list(zip(asked, readings, strict=True))

    async def discover(self, home: Page) -> list[tuple[Column, ColumnReading]]:
        """Columns that nobody registered: none confirmed, so nothing about them is more than suspected."""
        search = Discovery(home, self.visitor.scope, self.today)
        while leads := search.next():
            seen = await self._at_most(self._see(lead) for lead in leads)
            for lead, one in zip(leads, seen, strict=True):
                search.see(lead, one)
        found = [(proposal.column, proposal.reading) for proposal in search.proposals()]
        readings = await self._at_most(self._completed(reading, column) for column, reading in found)
        return [(column, reading) for (column, _), reading in zip(found, readings, strict=True)]

    async def _see(self, lead: Lead) -> Seen:
        self.visitor.frontier.claim(lead.url)
        visit = await self.visitor.visit(Entry(lead.url, 1, lead.found_on), parse=True)
        scope = self.visitor.scope
        return seen_of(lead.url, visit.verdict, visit.page, scope, self.today, whole=visit.whole)

    async def render(self, columns: list[tuple[Column, ColumnReading]]) -> None:
        """Read in the browser, in place, the lists that a script makes."""
        if self.renderer is None:
            return
        for at, (column, reading) in enumerate(columns):
            if reading.state is ColumnState.NEEDS_RENDERING:
                columns[at] = (column, await self._rendered(reading, column, self.renderer))

    async def _one(self, column: Column, referer: str) -> ColumnReading:
        self.visitor.frontier.claim(column.url)
        visit = await self.visitor.visit(Entry(column.url, 1, referer, column.url), column=column)
        if visit.left_site:
            return ColumnReading(url=column.url, state=ColumnState.NOT_A_LIST, reason=_LEFT)
        reading = visit.facts.column if visit.facts is not None and visit.whole else None
        if reading is None:
            return _unread(column, visit)
        return await self._completed(reading, column)

    async def _completed(self, reading: ColumnReading, column: Column) -> ColumnReading:
        """A reading with what other pages add to it, and with what this machine lacks to read it."""
        if reading.frame:
            reading = await self._framed(reading, column)
        if reading.calls:
            reading = await self._called(reading, column)
        if reading.state is ColumnState.NEEDS_RENDERING and self.renderer is None:
            return replace(reading, reason=f"{reading.reason}，本机没有浏览器")
        self.visitor.note_rows(reading.items)
        if reading.state is ColumnState.READ and reading.items and not _settled(reading):
            return await self._date_by_articles(reading, column)
        return reading

    async def _framed(self, reading: ColumnReading, column: Column) -> ColumnReading:
        """The list that stands in a frame of the same host; else the reading as it was. One level deep."""
        if not self.visitor.is_page(reading.frame):
            return reading
        self.visitor.frontier.claim(reading.frame)
        visit = await self.visitor.visit(Entry(reading.frame, 1, column.url, column.url), column=column)
        found = visit.facts.column if visit.facts is not None and visit.whole else None
        if found is None or found.state not in {ColumnState.READ, ColumnState.EMPTY}:
            return reading
        return replace(found, frame="")

    async def _called(self, reading: ColumnReading, column: Column) -> ColumnReading:
        """Ask the page's own interface for further entries, to follow their links, within all limits.

        They decide about the newest date only where the page itself does not: further groups are older.
        """
        visitor, waiting, depth = self.visitor, list(reading.calls), 1
        while waiting:
            call, depth = waiting.pop(0), depth + 1
            form = urlencode(call.form).encode()
            key = f"{call.url}{'&' if '?' in call.url else '?'}{form.decode()}" if form else call.url
            if not visitor.scope.owns(call.url) or not visitor.frontier.admit(key, depth):
                break
            answer = await visitor.checker.data(call.url, form=form, referer=column.url, limit=visitor.limit)
            if answer is None or answer.status != 200 or answer.error is not None:
                break
            kind = answer.headers.get("content-type", "")
            page = answered(column.url, answer.body, kind)
            if page is None:
                break
            entry = Entry(column.url, 1, column=column.url)
            visitor.take_links(page.url, page.links, frozenset(), {}, entry, column, page.evidence)
            found = read_column(page, self.today)
            visitor.note_rows(found.items)
            if not _settled(reading) and found.state is ColumnState.READ and _begins_with(found, reading):
                reading = replace(found, url=column.url, origin=ListOrigin.ISLAND, calls=())
            following = next_call(column.url, answer.body, kind)
            if following is not None and not waiting:
                waiting.append(following)
        return reading

    async def _rendered(
        self, reading: ColumnReading, column: Column, renderer: Renderer | Screen
    ) -> ColumnReading:
        """A list as the browser shows it; else as it was read.

        An empty list is believed only where everything that the page asked for was answered.
        """
        rendered = await renderer.render(column.url)
        if not rendered.html:
            return replace(reading, reason=f"{reading.reason}，浏览器未能显示该页面")
        if not self.visitor.scope.owns(rendered.url):
            return replace(reading, state=ColumnState.NOT_A_LIST, reason=_LEFT)
        shown = read_page(rendered.html.encode(), column.url, "text/html; charset=utf-8")
        found = replace(read_column(shown, self.today, rendered=True), url=column.url)
        if found.state is not ColumnState.READ and rendered.unanswered:
            return replace(
                found,
                state=ColumnState.UNREADABLE,
                reason=f"列表由脚本读取，{len(rendered.unanswered)}个接口没有应答",
            )
        entry = Entry(column.url, 1, column=column.url)
        self.visitor.take_links(
            shown.url, shown.links, shown.floating, shown.advert_names, entry, column, shown.evidence
        )
        return found

    async def _date_by_articles(self, reading: ColumnReading, column: Column) -> ColumnReading:
        """The newest date of a list that shows none, from the first articles that it leads to.

        Only if all of them show one: an article without a date could be the newest.
        """
        visitor = self.visitor
        urls = [item.url for item in reading.items if visitor.is_page(item.url)][:_DATED_ARTICLES]
        days = [day for url in urls if (day := await self._day_of(url, column)) is not None]
        if not days or len(days) < len(urls):
            return replace(reading, reason="列表未显示日期，所链文章的发布时间也未能全部读取")
        return replace(reading, newest=max(days), origin=ListOrigin.ARTICLES)

    async def _day_of(self, url: str, column: Column) -> date | None:
        """The day that an article shows of itself; asked once, whoever wants to know it waits."""
        visitor, key = self.visitor, canonical(url)
        if key not in self._articles and visitor.frontier.claim(url):
            entry = Entry(url, 2, column.url, column.url)
            self._articles[key] = asyncio.ensure_future(visitor.visit(entry))
        asked = (await self._articles[key]).url if key in self._articles else url
        return visitor.article_days.get(asked)

    async def _at_most(self, jobs: Iterable[Awaitable[_T]]) -> list[_T]:
        """Await many, so many at once; results in order."""
        places = asyncio.Semaphore(self.at_once)

        async def one(job: Awaitable[_T]) -> _T:
            async with places:
                return await job

        return list(await asyncio.gather(*(one(job) for job in jobs)))


def _settled(reading: ColumnReading) -> bool:
    """Does it say how new its newest entry is, or that there is none."""
    if reading.state is ColumnState.READ:
        return reading.newest is not None or reading.newest_latest is not None
    return reading.state in {ColumnState.EMPTY, ColumnState.NOT_A_LIST}


def _begins_with(found: ColumnReading, shown: ColumnReading) -> bool:
    """Do further entries hold what the page shows first, so that none is newer than theirs."""
    if not _settled(found):
        return False
    return not shown.items or shown.items[0].url in {item.url for item in found.items}


def _unread(column: Column, visit: Visit) -> ColumnReading:
    if visit.page is not None:
        return ColumnReading(
            url=column.url,
            state=ColumnState.UNREADABLE,
            reason="栏目页面过大，只读取了前面部分，不判断更新情况"
            if visit.answer.truncated
            else "栏目页面未能完整接收（连接中断或超时），不判断更新情况",
        )
    if visit.verdict.verdict is Verdict.OK:
        return ColumnReading(
            url=column.url, state=ColumnState.NOT_A_LIST, reason="栏目直接指向文档，不判断更新情况"
        )
    if visit.verdict.verdict is Verdict.HIJACKED:
        reason = "栏目页面内容异常，疑似被篡改或占用"
    elif visit.verdict.blocked:
        reason = f"网站拒绝程序访问该栏目（返回 {visit.verdict.status}）"
    else:
        reason = "栏目页面未能访问"
    return ColumnReading(url=column.url, state=ColumnState.UNREADABLE, reason=reason)
