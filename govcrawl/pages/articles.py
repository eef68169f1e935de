"""What an article says of itself: title, date of publication, source, and whether it is a reprint.

The date is looked for in this order, and its origin kept: shown beside the title, meta tags, the row of the
list that led here, the address, and last a guess that no one may be blamed by. A date later than today
is none; neither is a date of today in the header, of an event in the text, of the writing of a
document, of a related article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from govcrawl.model import (
    ArticleReading,
    DateOrigin,
    Evidence,
    PublishedDate,
    SiteNames,
    Source,
    SourceOrigin,
)
from govcrawl.pages.dates import FoundDate, date_in_address, find_dates
from govcrawl.pages.lines import Line, Lines
from govcrawl.pages.page import Page
from govcrawl.pages.reprints import dateline_medium, judge_reprint
from govcrawl.pages.showndates import ShownDate, Trust, find_shown_dates
from govcrawl.pages.sources import SourceLabel, clean_name, find_source_labels, same_source
from govcrawl.pages.titles import Place, Zone, find_title


def read_article(
    page: Page, *, today: date, row: date | None = None, names: SiteNames | None = None
) -> ArticleReading:
    """Read one article.

    `row` is the date in the list row that led here; `names` are those of the site's own publishers (without
    them, whether it is a reprint is told by what the page says of its site). Never raises for what a
    page holds.
    """
    lines = Lines(page.root)
    place = find_title(page, lines)
    labels = find_source_labels(lines)
    shown = find_shown_dates(page, lines, place, labels, today)
    meta = _meta_date(page, today)
    address = date_in_address(page.url)
    published, dated = _published(page, lines, shown, (meta, row, address), today)
    label = _best_label(labels, place)
    source, meta_source = _source(page, lines, place, label)
    reprint = judge_reprint(page, lines, place, source, label, names)
    proof = _proof(page, lines, dated or (label.line if label else None), place)
    own_labels = [each for each in labels if not each.in_text]
    differs = published and published.origin is DateOrigin.SHOWN and meta
    return ArticleReading(
        url=page.url,
        title=place.title,
        published=published,
        meta_date=meta.day
        if differs and meta and published and abs(meta.day - published.day) > timedelta(days=1)
        else None,
        source=source,
        meta_source=meta_source,
        source_label=bool(labels),
        source_label_empty=bool(own_labels) and not any(each.name for each in own_labels),
        reprint=reprint.answer,
        reprint_reason=reprint.reason,
        reprint_snippet=reprint.snippet,
        text_length=_text_length(lines, place),
        snippet=proof.snippet,
        line=proof.line or 0,
        selector=proof.selector,
    )


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

_DATE_METAS = (
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "publishedtime",
    "publisheddate",
    "articlepublishedtime",
    "ogpublishedtime",
    "ogreleasedate",
    "ogtime",
    "datepublished",
    "firstpublishedtime",
    "releasedate",
    "dctermsissued",
    "dcdateissued",
    "dcdate",
)
"""Names of meta tags without case and punctuation, the standard's own first (国办发〔2017〕47号, 网页标签)."""
_SOURCE_METAS = ("contentsource", "source", "articlesource", "newssource", "ogsource")
_LETTERS = re.compile(r"[^a-z]")
_LONGEST_FOR_GUESS = 400_000


def _meta_values(page: Page, wanted: Sequence[str]) -> list[str]:
    """Contents of the meta tags of these names, in the order of the names; empty ones left out."""
    folded: dict[str, list[str]] = {}
    for name, contents in page.metas.items():
        folded.setdefault(_LETTERS.sub("", name), []).extend(contents)
    return [content for name in wanted for content in folded.get(name, ()) if content.strip()]


def _meta_date(page: Page, today: date) -> FoundDate | None:
    for content in _meta_values(page, _DATE_METAS):
        for found in find_dates(content, today, limit=1):
            if found.day is not None and found.day <= today:
                return found
    return None


def _published(
    page: Page,
    lines: Lines,
    shown: Sequence[ShownDate],
    others: tuple[FoundDate | None, date | None, date | None],
    today: date,
) -> tuple[PublishedDate | None, Line | None]:
    """Choose the date of publication; with it the line that shows it, if one does."""
    meta, row, address = others
    known = [day for day in (meta.day if meta else None, row, address) if day is not None]
    for candidate in shown:
        if candidate.trust is Trust.WRITTEN:
            continue
        found = candidate.found
        day = found.day
        if found.month_day is not None:
            # The page leaves the year out; another origin that agrees on month and day knows it.
            day = next((other for other in known if (other.month, other.day) == found.month_day), None)
        if day is not None and day <= today:
            return PublishedDate(day, DateOrigin.SHOWN, found.time), candidate.line
    if meta is not None and meta.day is not None:
        return PublishedDate(meta.day, DateOrigin.META, meta.time), None
    if row is not None and row <= today:
        return PublishedDate(row, DateOrigin.ROW), None
    if address is not None and address <= today:
        return PublishedDate(address, DateOrigin.ADDRESS), None
    guessed = _guess(page, lines, shown, today)
    return (PublishedDate(guessed, DateOrigin.GUESS) if guessed else None), None
