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
from govcrawl.pages.originals import find_credit, original_link, original_title
from govcrawl.pages.page import Page
from govcrawl.pages.reprints import Dateline, find_dateline, judge_reprint
from govcrawl.pages.showndates import ShownDate, Trust, find_shown_dates
from govcrawl.pages.sources import SourceLabel, clean_name, find_source_labels, same_source
from govcrawl.pages.titles import Place, Zone, find_title, is_row, title_above
from govcrawl.pages.weakdates import guess_date


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
    labels = _of_this_article(lines, find_source_labels(lines, place), place)
    shown = find_shown_dates(page, lines, place, labels, today)
    meta = _meta_date(page, today)
    address = date_in_address(page.url)
    published, dated = _published(page, lines, place, shown, (meta, row, address), today)
    label = _best_label(labels, place)
    dateline = find_dateline(lines, place)
    source, meta_source = _source(page, dateline, label)
    called, original = original_link(page, place, lines)
    reprint = judge_reprint(page, lines, place, source, label, names, f"{called} {original}".strip())
    credit = find_credit(page, lines, place, label, dateline)
    proof = _proof(page, dated or (label.line if label else None), place, lines)
    own_labels = [each for each in labels if not each.in_text]
    meta_day = meta.day if meta else None
    if not (
        meta_day and published and published.origin is DateOrigin.SHOWN and _apart(meta_day, published.day)
    ):
        meta_day = None
    return ArticleReading(
        url=page.url,
        title=title_above(lines, place, dated) or place.title,
        published=published,
        meta_date=meta_day,
        future_date=_future(page, shown, today),
        source=source,
        meta_source=meta_source,
        source_label=bool(labels),
        source_label_empty=bool(own_labels) and not any(each.name for each in own_labels),
        reprint=reprint.answer,
        reprint_reason=reprint.reason,
        reprint_snippet=reprint.snippet,
        credit=credit.name if credit else "",
        credit_where=credit.where if credit else "",
        credit_snippet=credit.snippet if credit else "",
        original_title=original_title(lines),
        original_url=original,
        text_length=lines.length(place.lines[0].number + 1 if place.lines else 0),
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
"""Names of meta tags without case and punctuation, first the standard's own (国办发〔2017〕47号)."""
_SOURCE_METAS = ("contentsource", "source", "articlesource", "newssource", "ogsource")
_LETTERS = re.compile(r"[^a-z]")


def _apart(one: date, other: date) -> bool:
    return abs(one - other) > timedelta(days=1)


def _meta_values(page: Page, wanted: Sequence[str]) -> list[str]:
    """Contents of the meta tags of these names, in the order of the names; empty ones left out."""
    folded: dict[str, list[str]] = {}
    for name, contents in page.metas.items():
        folded.setdefault(_LETTERS.sub("", name), []).extend(contents)
    return [content for name in wanted for content in folded.get(name, ()) if content.strip()]


def _future(page: Page, shown: Sequence[ShownDate], today: date) -> date | None:
    """A date of publication later than today: shown where such dates stand, else in the meta tags."""
    for each in shown:
        if each.trust <= Trust.LINE and each.found.day is not None:
            return each.found.day if each.found.day > today else None
    for content in _meta_values(page, _DATE_METAS):
        for found in find_dates(content, today, limit=1):
            if found.day is not None:
                return found.day if found.day > today else None
    return None


def _meta_date(page: Page, today: date) -> FoundDate | None:
    for content in _meta_values(page, _DATE_METAS):
        for found in find_dates(content, today, limit=1):
            if found.day is not None and found.day <= today:
                return found
    return None


def _published(
    page: Page,
    lines: Lines,
    place: Place,
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
    guessed = guess_date(page, lines, place, shown, today)
    return (PublishedDate(guessed, DateOrigin.GUESS) if guessed else None), None


def _of_this_article(lines: Lines, labels: list[SourceLabel], place: Place) -> list[SourceLabel]:
    """Leave out the labels in the rows of a list of other articles."""
    rows = [
        label
        for label in labels
        if not label.in_text and place.zone(label.line.number) is not Zone.HEAD and is_row(lines, label.line)
    ]
    return [label for label in labels if label not in rows] if len(rows) >= 3 else labels


def _best_label(labels: Sequence[SourceLabel], place: Place) -> SourceLabel | None:
    """Choose the label nearest to the title that has a name behind it; one in the text comes after others."""

    def rank(label: SourceLabel) -> tuple[bool, bool, Zone, int]:
        return (not label.name, label.in_text, place.zone(label.line.number), label.line.number)

    return min(labels, key=rank, default=None)


def _source(
    page: Page, dateline: Dateline | None, label: SourceLabel | None
) -> tuple[Source | None, str | None]:
    """Choose the source; with it that of the meta tags where it names another one."""
    meta = next((name for name in map(clean_name, _meta_values(page, _SOURCE_METAS)) if name), None)
    if label is not None and label.name:
        name = label.name
        if meta and len(meta) > len(name) and meta.startswith(name) and _cut_off(label.line, name):
            name = meta
        origin = SourceOrigin.TEXT if label.in_text else SourceOrigin.SHOWN
        return Source(name, origin), meta if meta and not same_source(name, meta) else None
    if meta is not None:
        return Source(meta, SourceOrigin.META), None
    if dateline is not None and not dateline.medium.startswith("本"):
        return Source(dateline.medium, SourceOrigin.TEXT), None
    return None, None


def _cut_off(line: Line, name: str) -> bool:
    """Whether the page shows the name cut short (示例日报、示例…)."""
    at = line.text.find(name)
    return at >= 0 and line.text[at + len(name) :].lstrip().startswith(("...", "…", ".."))


def _proof(page: Page, line: Line | None, place: Place, lines: Lines) -> Evidence:
    """What proves the reading: the line of date and source, else the title."""
    for each in (line, *place.lines[:1]):
        element = lines.element(each) if each is not None else None
        if element is not None:
            return page.evidence_of(element)
    return Evidence()
