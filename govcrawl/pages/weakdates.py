"""Weak last resorts for the date of an article that shows none: good to look at, never to blame by.

Where the page says what a date is of, no date is better than that one: what stands in the title, in running
text, or beside a word for an event, a deadline, a document number or a copyright is no guess either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lxml import etree

from govcrawl.pages.dates import find_dates, latest_possible
from govcrawl.pages.lines import Line, Lines
from govcrawl.pages.otherdates import is_of_something_else
from govcrawl.pages.page import Page
from govcrawl.pages.showndates import ShownDate, Trust
from govcrawl.pages.titles import Place, is_paragraph, is_row


def guess_date(
    page: Page, lines: Lines, place: Place, shown: Sequence[ShownDate], today: date
) -> date | None:
    """Guess by a date without year, of the writing, of the signature, last by what htmldate thinks."""
    for candidate in shown:
        day = candidate.found.day
        if candidate.found.month_day is not None and candidate.trust < Trust.WRITTEN:
            # A shown date without its year: no later than this.
            day = latest_possible(candidate.found.month_day, today)
        if day is not None and day <= today:
            return day
    return _signature(lines, place, today) or _by_htmldate(page, lines, place, today)


_LONGEST_CODE = 500_000
_LINES_OF_SIGNATURE = 300
_LINES = 3_000
_LONGEST_SIGNATURE = 24


def _signature(lines: Lines, place: Place, today: date) -> date | None:
    """The day in the last short line that ends with one."""
    for line in reversed(lines[-_LINES_OF_SIGNATURE:]):
        if len(line.text) > _LONGEST_SIGNATURE or line in place.lines or is_row(lines, line):
            continue
        dates = find_dates(line.text, today, limit=1)
        if not dates or dates[0].end != len(line.text) or is_of_something_else(lines, line, dates[0]):
            continue
        if dates[0].day is not None and dates[0].day <= today:
            return dates[0].day
    return None


def _by_htmldate(page: Page, lines: Lines, place: Place, today: date) -> date | None:
    code = etree.tostring(page.root, encoding="unicode")
    if len(code) > _LONGEST_CODE:
        return None
    # Costs as much as all other reading fifty times over, and to import as much again: only now.
    import htmldate

    try:
        found = htmldate.find_date(
            page.root, original_date=True, min_date="1995-01-01", max_date=today.isoformat()
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    # It makes up a month or a day that is missing: believed only where the page writes that day.
    guessed = date.fromisoformat(found) if found else None
    if guessed is None or guessed > today or not _is_written(guessed, code):
        return None
    return guessed if _may_be_its_own(lines, place, guessed, today) else None


def _may_be_its_own(lines: Lines, place: Place, guessed: date, today: date) -> bool:
    """Does the page show that day where it may be the article's, or nowhere (it stands in an attribute)."""
    shows = False
    for line in lines[:_LINES]:
        for found in find_dates(line.text, today, limit=5):
            if found.day != guessed:
                continue
            if is_row(lines, line):
                return False
            shows = True
            if _stands_free(lines, line, place) and not is_of_something_else(lines, line, found):
                return True
    return not shows


def _stands_free(lines: Lines, line: Line, place: Place) -> bool:
    return line not in place.lines and not is_paragraph(line.text)


def _is_written(day: date, code: str) -> bool:
    forms = [f"{{0}}{sep}{{1:02}}{sep}{{2:02}}" for sep in ("-", "/", ".", "")]
    forms += [f"{{0}}{sep}{{1}}{sep}{{2}}" for sep in "-/."]
    forms += ["{0}年{1:02}月{2:02}日", "{0}年{1}月{2}日"]
    return any(form.format(day.year, day.month, day.day) in code for form in forms)
