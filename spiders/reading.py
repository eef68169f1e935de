"""Reading a page: what an answer shows of a link, and all that the page says, in one go.

Pure, and light to import: a process that does nothing but read uses it too (`spiders.reading_process`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from govcrawl.model import Answer, Cause, Evidence, Kind, Link, Look, SiteNames
from govcrawl.pages import Page, kind_of, read_article, read_column, read_home, verdicts
from govcrawl.pages.fragments import part_links, parts_of
from govcrawl.pages.verdicts import Standing, standing
from govcrawl.pages.written_pagers import written_pages
from spiders.facts import PageFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """As what a page is to be read."""

    home: bool = False
    column: str | None = None
    """Address of the column whose list it is."""
    row: date | None = None
    """The day that a list shows beside the link that leads here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page that was read."""

    facts: PageFacts
    content_hash: str
    """SHA-256 of the body, hexadecimal."""
    prove: Callable[[Link], Evidence | None]
    """The evidence of a link; None: whoever read the page has shown that address before."""
    page: Page | None = None
    """The page itself; None where another process read it."""
    packed: bytes | None = None
    """The facts as the store keeps them, where that is done already."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the pages of one site."""

    today: date
    names: SiteNames
    parts: bool = False
    """Read links to parts of pages too."""

    def read(
        self,
        url: str,
        answers: Sequence[Answer],
        *,
        stopped: Cause | None = None,
        home: bool = False,
        wanted: Wanted,
    ) -> Look:
        """What one attempt at a page showed; its `page` is a `ReadPage`, or None: there is none to read.

        Args:
            url: the page, as it was asked.
            answers: from the first to the last of its redirects; at least one.
            stopped: why redirects were followed no further.
            home: the address is known to be a home page.
            wanted: as what it is read.
        """
        seen = verdicts.look(url, answers, stopped=stopped, expect="page", home=home)
        page = seen.page
        # What can only become a fault says nothing that anybody would keep.
        if not isinstance(page, Page) or seen.hijacked or standing(seen.attempt) is not Standing.GOOD:
            return replace(seen, page=None)
        read = ReadPage(
            facts=self._facts(page, wanted),
            content_hash=hashlib.sha256(answers[-1].body).hexdigest(),
            prove=page.evidence,
            page=page,
        )
        return replace(seen, page=read)

    def _facts(self, page: Page, wanted: Wanted) -> PageFacts:
        kind = Kind.HOME if wanted.home else kind_of(page, self.today)
        article = None
        if kind is Kind.ARTICLE and wanted.column is None:
            article = read_article(page, today=self.today, row=wanted.row, names=self.names)
        column = None
        if wanted.column is not None:
            column = replace(read_column(page, self.today), url=wanted.column)
        return PageFacts(
            url=page.url,
            title=page.title,
            kind=kind,
            links=page.links,
            floating=tuple(page.floating),
            adverts=tuple(page.advert_names.items()),
            written=written_pages(page),
            article=article,
            column=column,
            home=read_home(page, self.today) if wanted.home else None,
            parts=parts_of(page) if self.parts else None,
            part_links=tuple(part_links(page)) if self.parts else (),
        )
