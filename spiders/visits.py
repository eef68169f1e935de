"""Visiting pages: each fetched once, read once, judged once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from govcrawl.model import (
    AdvertName,
    Answer,
    ArticleReading,
    Column,
    DateOrigin,
    Link,
    LinkTarget,
    LinkVerdict,
    ListItem,
    Verdict,
)
from govcrawl.net.links import LinkChecker
from govcrawl.pages import Page, Scope
from govcrawl.store import ArticleSeen, PageSeen
from spiders.desk import Desk
from spiders.facts import PageFacts, pack
from spiders.frontier import Entry, Frontier
from spiders.judging import Judge
from spiders.memory import Memory
from spiders.parts import Parts
from spiders.reading import ReadPage, Wanted
from spiders.spool import Spool
from spiders.targets import Prove, Targets

_CLICKED = frozenset({"a", "area", "iframe", "frame", "meta"})
_NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|gz|tar|exe|apk|ipa|jpe?g|png|gif|bmp|webp|svg|ico|css|js|json"
    r"|xml|txt|mp3|mp4|m4v|wav|wmv|avi|flv|swf|mov|woff2?|ttf|eot)$",
    re.IGNORECASE,
)
_TRUSTED = frozenset({DateOrigin.SHOWN, DateOrigin.META})


@dataclass(slots=True)
class Visit:
    """One page that was asked."""

    url: str
    """As it was asked."""
    verdict: LinkVerdict
    answer: Answer
    read: ReadPage | None = None
    """The page as it was read now; None where there was nothing to read, or where it has not changed."""
    facts: PageFacts | None = None
    """What the page says, read now or kept from an earlier run; None: there was nothing to read (it
    failed, is no HTML, led out of the site)."""
    left_site: bool = False
    """Redirects led out of the site."""
    whole: bool = True
    """False: the page broke off, or is longer than the limit: what it does not show proves nothing."""

    @property
    def page(self) -> Page | None:
        """The parsed page, where it was read in this process."""
        return None if self.read is None else self.read.page


@dataclass(slots=True)
class Visitor:
    """Fetches and reads pages of one site, and hands each on to judge, targets and frontier."""

    checker: LinkChecker
    memory: Memory
    desk: Desk
    scope: Scope
    frontier: Frontier
    targets: Targets
    judge: Judge
    columns: dict[str, Column]
    new_target: Callable[[LinkTarget], None]
    limit: int
    """Bytes of a page."""
    spool: Spool
    """Where the pages are kept as they came."""
    keeps: bool = True
    """False: readings are not kept for later runs, for they are read as of a day that has not come."""
    keeps_articles: bool = False
    """Date and source of articles are kept for the adoption notice."""
    parts: Parts | None = None
    """Where links to parts of pages are collected; None: they are not looked at."""
    verdicts: dict[str, LinkVerdict] = field(default_factory=dict)
    """Of every page that was asked, by the address that was asked."""
    article_days: dict[str, date] = field(default_factory=dict)
    """Days that articles show of themselves, by address: for columns whose list shows none."""
    reprints: list[tuple[ArticleReading, Column | None]] = field(default_factory=list)
    """Articles that link to their original, with their columns: judged once that was asked."""
    rows: dict[str, date] = field(default_factory=dict)
    """Days of list rows, by the address they lead to."""
    cut: set[str] = field(default_factory=set)
    """Pages that were longer than the limit."""
    broken_off: set[str] = field(default_factory=set)
    """Pages that broke off on the way; what they show is believed, what they lack is not."""
    seen: list[PageSeen] = field(default_factory=list)
    """Pages that are not stored yet; `take_seen` empties it."""
    parsed: int = 0
    """Pages of the site that were parsed."""
    unchanged: set[str] = field(default_factory=set)
    """Final addresses of pages that have not changed since an earlier run: their readings serve again."""
    near: list[str] = field(default_factory=list)
    """Pages of the second and third level that were read, as they were asked."""
    _met: dict[str, int] = field(default_factory=dict)
    """Least depth at which an address was met."""

    @property
    def pages(self) -> int:
        """Pages of the site that were read, now or before."""
        return self.parsed + len(self.unchanged)

    async def visit(
        self,
        entry: Entry,
        *,
        column: Column | None = None,
        again: LinkVerdict | None = None,
        parse: bool = False,
    ) -> Visit:
        """Fetch and read one page of the site; judges it, and queues where it leads.

        Args:
            entry: the page; depth 0 is the home page.
            column: the column whose list this page is.
            again: the verdict of an earlier try, for a second one that differs.
            parse: the page itself is needed, changed or not.
        """
        wanted = Wanted(
            home=entry.depth == 0, column=column.url if column else None, row=self.rows.get(entry.url)
        )
        # Home page and columns are read here, for the page itself may be needed.
        elsewhere = not (parse or wanted.home or column or self.judge.judges_pages)
        kept = None if parse else self.memory.recall(entry.url)
        if kept is not None and not _serves(kept[1], entry, column):
            kept = None
        fetched = await self.checker.fetch(
            entry.url,
            referer=entry.referer,
            limit=self.limit,
            earlier=again,
            stored=kept[0] if kept else None,
            read=partial(self.desk.anywhere if elsewhere else self.desk.here, wanted=wanted),
        )
        verdict, answer = fetched.verdict, fetched.answer
        read = fetched.page if isinstance(fetched.page, ReadPage) else None
        visit = Visit(entry.url, verdict, answer, whole=_is_whole(answer) and not answer.truncated)
        self.verdicts[entry.url] = verdict
        if kept is not None and answer.status == 304 and self.scope.owns(kept[1].url):
            visit.facts = kept[1]
            self.unchanged.add(kept[1].url)
            self._take(visit, kept[1], entry, column)
        elif verdict.verdict is Verdict.OK and not self.scope.owns(read.facts.url if read else answer.url):
            visit.left_site = True
        elif verdict.verdict is Verdict.OK and read is not None:
            self.parsed += 1
            visit.read, visit.facts = read, read.facts
            self.spool.put(answer, visit.url, read.facts.url)
            if read.page is not None:
                self.judge.page(read.page, self._owner(read.facts, entry, column))
            self._take(visit, read.facts, entry, column)
        if answer.truncated and visit.read is not None:
            self.cut.add(entry.url)
        if visit.read is not None and not visit.whole and not answer.truncated:
            self.broken_off.add(entry.url)
        else:
            self.broken_off.discard(entry.url)  # the second try of a home page may bring all of it
        self.seen.append(self._page_seen(visit, column.url if column else entry.column))
        return visit

    def _take(self, visit: Visit, facts: PageFacts, entry: Entry, column: Column | None) -> None:
        """Take what a page says, whether it was parsed now or in an earlier run."""
        if 1 <= entry.depth <= 2:
            self.near.append(entry.url)
        owner = self._owner(facts, entry, column)
        prove = visit.read.prove if visit.read else None
        self.take_links(
            facts.url, facts.links, frozenset(facts.floating), dict(facts.adverts), entry, owner, prove
        )
        for url in facts.written:  # no links: one that is not there is nobody's fault
            if self.is_page(url):
                self.frontier.add(Entry(url, entry.depth + 1, facts.url, owner.url if owner else None))
        if self.parts is not None:
            known = facts.parts if visit.whole else None
            self.parts.add((visit.url, facts.url), known, facts.part_links)
        if facts.article is not None:
            published = facts.article.published
            if published is not None and published.origin in _TRUSTED:
                self.article_days[visit.url] = published.day
            if visit.whole:
                self.judge.article(facts.article, owner)
                if facts.article.original_url:
                    self.reprints.append((facts.article, owner))

    def take_links(
        self,
        url: str,
        links: Iterable[Link],
        floating: frozenset[int],
        adverts: Mapping[int, AdvertName],
        entry: Entry,
        owner: Column | None,
        prove: Prove | None,
    ) -> None:
        """Note where a page leads, and queue what belongs to the site."""
        on_home = entry.depth == 0
        self.targets.add_page(
            url,
            links,
            floating,
            adverts=adverts,
            prove=prove,
            column=owner,
            on_home=on_home,
            new=self.new_target,
        )
        column = owner.url if owner else None
        depth = entry.depth + 1
        for link in links:
            # Most links of a page are known from the pages before: one look-up has to do for them.
            if link.element not in _CLICKED or self._met.get(link.url, depth + 1) <= depth:
                continue
            self._met[link.url] = depth
            if self.is_page(link.url):
                self.frontier.add(Entry(link.url, depth, url, column))

    def column_of(self, url: str) -> Column | None:
        """The column that a page is the list of, or in whose folder it lies."""
        return self.columns.get(url) or self._column_by_folder(url)

    def _owner(self, facts: PageFacts, entry: Entry, column: Column | None) -> Column | None:
        return column or self.columns.get(entry.column or "") or self._column_by_folder(facts.url)

    def is_page(self, url: str) -> bool:
        """May this address of a link be a page of the site, to be read."""
        return (
            url.startswith(("http://", "https://"))
            and self.scope.owns(url)
            and not _NO_PAGE.search(urlsplit(url).path)
        )

    def _column_by_folder(self, url: str) -> Column | None:
        """The column in whose folder a page lies; the longest folder wins."""
        best: Column | None = None
        for column in self.columns.values():
            folder = column.url.rsplit("/", 1)[0] + "/"
            deeper = best is None or len(column.url) > len(best.url)
            if url.startswith(folder) and urlsplit(folder).path != "/" and deeper:
                best = column
        return best

    def note_rows(self, items: Iterable[ListItem]) -> None:
        """Remember the days of a column's rows, for the articles that they lead to."""
        for item in items:
            if item.day is not None:
                self.rows.setdefault(item.url, item.day)

    def _page_seen(self, visit: Visit, column: str | None) -> PageSeen:
        answer, facts = visit.answer, visit.facts
        read = visit.read if answer.status == 200 else None
        keeps = self.keeps and read is not None and visit.whole and read.facts.lasting
        return PageSeen(
            url=visit.url,
            status=answer.status,
            kind="" if facts is None else str(facts.kind),
            title="" if facts is None else facts.title,
            column=column,
            bytes=len(answer.body),
            content_hash=read.content_hash if read else None,
            etag=answer.headers.get("etag") if read else None,
            last_modified=answer.headers.get("last-modified") if read else None,
            reader_version=self.memory.version if read else None,
            readings=(read.packed or pack(read.facts)) if keeps and read else None,
            fetched_at=answer.at,
            article=_article_seen(facts.article) if self.keeps_articles and facts and visit.whole else None,
        )

    def take_seen(self) -> list[PageSeen]:
        """The pages that are to be stored, once."""
        taken, self.seen = self.seen, []
        return taken


def _article_seen(article: ArticleReading | None) -> ArticleSeen | None:
    if article is None:
        return None
    published = article.published
    return ArticleSeen(
        title=article.title,
        published=None if published is None or published.origin is DateOrigin.GUESS else published.day,
        source="" if article.source is None else article.source.name,
        reprint=article.reprint,
    )


def _is_whole(answer: Answer) -> bool:
    """Did all of a page arrive, as far as the server and the page itself tell.

    On many old servers the announced length is wrong: what ends as a page ends is whole, whatever the
    connection said.
    """
    return (answer.error is None and not answer.reason) or b"</html" in answer.body[-2048:].lower()


def _serves(facts: PageFacts, entry: Entry, column: Column | None) -> bool:
    """Do kept facts hold what this visit asks: the list of a column, the news of a home page."""
    if column is not None and (facts.column is None or facts.column.url != column.url):
        return False
    return entry.depth > 0 or facts.home is not None
