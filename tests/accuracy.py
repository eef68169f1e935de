"""How well pages are read: `python tests/accuracy.py` over the labelled corpus, a row for each kind of fact.

Right, wrong, nothing read, of how many; then the misses by name with what was read. Each fact is one
`Measure`, defined in the part of the file that belongs to it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import gne
import htmldate
from corpus import TODAY, Saved, corpus_folder, saved_pages

from govcrawl.model import ArticleReading, ColumnReading, DateOrigin, Kind
from govcrawl.pages import Page, read_page
from govcrawl.pages.articles import read_article
from govcrawl.pages.columns import read_column
from govcrawl.pages.dates import find_dates
from govcrawl.pages.decoding import decode
from govcrawl.pages.home import read_home
from govcrawl.pages.kinds import kind_of

_BY_CONTENT = re.compile(r"^(?:hidden link|ad:|hacked|joke)|not labelled")


@dataclass
class Case:
    """One labelled page and what is read from it, each reading made once."""

    saved: Saved

    @cached_property
    def page(self) -> Page:
        # The addresses at which the pages stood were not kept: the readers must do without.
        return read_page(self.saved.body, "")

    @cached_property
    def column(self) -> ColumnReading:
        return read_column(self.page, TODAY)

    @cached_property
    def kind(self) -> str:
        return str(kind_of(self.page, TODAY))

    @cached_property
    def article(self) -> ArticleReading:
        return read_article(self.page, today=TODAY)

    def label(self, name: str) -> str:
        return self.saved.labels[name]


@dataclass
class Measure:
    """One kind of fact: what the label says (None: not to be counted) and what was read (None: nothing)."""

    name: str
    expected: Callable[[Case], str | None]
    read: Callable[[Case], str | None]
    same: Callable[[str, str], bool] = lambda label, value: label == value
    goal: float = 0.0
    """Share that is to be right."""
    right: int = 0
    wrong: int = 0
    nothing: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.nothing

    def take(self, case: Case) -> None:
        label = self.expected(case)
        if label is None:
            return
        value = self.read(case)
        if value is not None and self.same(label, value):
            self.right += 1
            return
        if value is None:
            self.nothing += 1
        else:
            self.wrong += 1
        self.misses.append(f"{case.saved.file}: {label} is read as {value or 'nothing'}")


def page_measures() -> list[Measure]:
    """Kind and encoding of a page, entries and newest date of its main list."""

    def kind(case: Case) -> str | None:
        return case.label("kind")

    def kind_by_form(case: Case) -> str | None:
        # Some pages are labelled `other` for what they say (spam, advertising, hidden links, a parody) though
        # they have the form of a home page or an article; and two were not labelled at all.
        content = case.label("kind") == Kind.OTHER and _BY_CONTENT.search(case.label("notes"))
        return None if content else case.label("kind")

    def encoding(case: Case) -> str | None:
        if "UTF-16 LE" in case.label("notes"):
            return "utf-16-le"
        return {"utf8": "utf-8", "gb18030": "gb18030"}.get(case.label("byte_encoding"))

    def entries(case: Case) -> str | None:
        return case.label("list_items") or None if case.label("kind") == Kind.LIST else None

    def newest(case: Case) -> str | None:
        return case.label("newest_item_date") or None if case.label("kind") == Kind.LIST else None

    def home_newest(case: Case) -> str | None:
        return case.label("newest_item_date") or None if case.label("kind") == Kind.HOME else None

    def read_newest(case: Case) -> str | None:
        newest = read_home(case.page, TODAY).newest_shown
        return str(newest) if newest else None

    return [
        Measure("kind", kind, lambda case: case.kind, goal=0.95),
        Measure("kind by form", kind_by_form, lambda case: case.kind, goal=0.95),
        Measure("encoding", encoding, lambda case: case.page.encoding, goal=1.0),
        Measure(
            "list entries",
            entries,
            lambda case: str(len(case.column.items)),
            same=lambda label, value: abs(int(label) - int(value)) <= 1,
            goal=0.90,
        ),
        Measure(
            "newest date",
            newest,
            lambda case: str(case.column.newest) if case.column.newest else None,
            goal=0.95,
        ),
        Measure("home newest", home_newest, read_newest, goal=0.95),
    ]


def article_measures() -> list[Measure]:
    """Date, source and reprint of articles; htmldate on the same pages for comparison."""

    def of_articles(name: str) -> Callable[[Case], str | None]:
        return lambda case: case.label(name) or None if case.label("kind") == Kind.ARTICLE else None

    def published(case: Case) -> str | None:
        # A guess blames nobody, so here it counts as nothing read.
        found = case.article.published
        return str(found.day) if found and found.origin is not DateOrigin.GUESS else None

    def by_htmldate(case: Case) -> str | None:
        return htmldate.find_date(case.page.root, original_date=True, max_date=TODAY.isoformat())

    def by_gne(case: Case) -> str | None:
        found = gne.GeneralNewsExtractor().extract(decode(case.saved.body, "").text)
        dates = find_dates(str(found.get("publish_time") or ""), TODAY)
        return str(dates[0].day) if dates and dates[0].day else None

    def source(case: Case) -> str | None:
        return case.article.source.name if case.article.source else None

    def reprint(case: Case) -> str | None:
        return {True: "yes", False: "no", None: None}[case.article.reprint]

    return [
        Measure("date", of_articles("pub_date"), published, goal=0.98),
        Measure("  by htmldate", of_articles("pub_date"), by_htmldate),
        Measure("  by GNE", of_articles("pub_date"), by_gne),
        Measure("source", of_articles("source_named"), source, goal=0.95),
        Measure("reprint", of_articles("reprint"), reprint),
    ]


def measures() -> list[Measure]:
    """All that is measured."""
    return [*page_measures(), *article_measures()]


def measure(folder: Path) -> Sequence[Measure]:
    """Run all readers over the corpus."""
    table = measures()
    for saved in saved_pages(folder):
        case = Case(saved)
        for each in table:
            each.take(case)
    return table


def main() -> int:
    folder = corpus_folder()
    if folder is None:
        print("no labelled corpus (GOVCRAWL_CORPUS, or shared/corpus beside the checkout): nothing measured")
        return 0
    table = measure(folder)
    print(f"{'':14}{'right':>7}{'wrong':>7}{'nothing':>9}{'of':>6}{'share':>8}{'goal':>7}")
    for each in table:
        share = each.right / each.total if each.total else 0.0
        print(
            f"{each.name:14}{each.right:7}{each.wrong:7}{each.nothing:9}{each.total:6}{share:8.1%}{each.goal:7.0%}"
        )
    for each in table:
        for miss in each.misses:
            print(f"{each.name:14} {miss}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
