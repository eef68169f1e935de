"""Entries of a list from its rows: title, address, day, what is pinned, what is dated later than today."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from govcrawl.model import ListItem
from govcrawl.pages.dates import date_in_address, find_dates, latest_possible
from govcrawl.pages.entries import full_title
from govcrawl.pages.links import called_address
from govcrawl.pages.page import Page
from govcrawl.pages.rows import Row

MAX_ITEMS = 2000
_FIGURES = re.compile(r"\d\s?[-/.年月]\s?\d")
_MOST_PINNED = 5
"""Rows at the head of a list that may be pinned without a mark."""


def items_of(rows: Sequence[Row], page: Page, today: date, *, in_order: bool = True) -> tuple[ListItem, ...]:
    """Entries from rows, each once, at most MAX_ITEMS; `in_order`: the rows stand in one block."""
    items: list[ListItem] = []
    seen: set[tuple[str, object]] = set()
    addresses = [_address(row, page) for row in rows]
    days = _with_years(rows, addresses, today)
    for row, day, url in zip(rows, days, addresses, strict=True):
        title = _title(row, today)
        latest = latest_possible(row.month_day, today) if day is None and row.month_day else None
        key = (title, url or (day, latest))
        if key in seen:
            continue
        seen.add(key)
        items.append(
            ListItem(
                title=title,
                url=url,
                day=day,
                latest=latest,
                pinned=row.pinned,
                future=day is not None and day > today,
            )
        )
        if len(items) >= MAX_ITEMS:
            break
    return _pinned_without_mark(items) if in_order else tuple(items)


def _with_years(rows: Sequence[Row], addresses: Sequence[str], today: date) -> list[date | None]:
    """Days of rows. A missing year is filled in only where it is certain.

    Certain is: the address bears the same month and day (t20240613_ beside 06-13), or the row stands between
    two dated ones of a list in order that leave one possibility. Lists of blocks mix years without order.
    """
    days = [row.day for row in rows]
    for at, (row, address) in enumerate(zip(rows, addresses, strict=True)):
        if days[at] is not None or row.month_day is None:
            continue
        filed = date_in_address(address)
        if filed is not None and (filed.month, filed.day) == row.month_day and filed <= today:
            days[at] = filed
    known = [day for day in days if day is not None]
    if len(known) in {len(days), 0, 1} or any(above < below for above, below in pairwise(known)):
        return days
    for at, row in enumerate(rows):
        if days[at] is None and row.month_day is not None:
            days[at] = _between(row.month_day, days[:at], days[at + 1 :])
    return days


def _between(
    month_day: tuple[int, int], above: Sequence[date | None], below: Sequence[date | None]
) -> date | None:
    newer = next((day for day in reversed(above) if day), None)
    older = next((day for day in below if day), None)
    if newer is None or older is None:
        return None
    fitting = []
    for year in range(older.year, newer.year + 1):
        try:
            candidate = date(year, *month_day)
        except ValueError:  # 29 February
            continue
        if older <= candidate <= newer:
            fitting.append(candidate)
    return fitting[0] if len(fitting) == 1 else None


def _pinned_without_mark(items: list[ListItem]) -> tuple[ListItem, ...]:
    """Mark the rows at the head of an otherwise ordered list that are older than what follows them."""
    days = [item.day for item in items]
    for head in range(1, min(_MOST_PINNED, len(items) // 2) + 1):
        rest = [day for day in days[head:] if day is not None]
        if len(rest) < 2 or any(above < below for above, below in pairwise(rest)):
            continue
        if all(day is not None and day < rest[0] for day in days[:head]):
            return (*(replace(item, pinned=True) for item in items[:head]), *items[head:])
        break
    return tuple(items)


def _title(row: Row, today: date) -> str:
    """The title without the row's own date where that is glued to it."""
    title = full_title(row.anchor, row.title)
    if not row.dated or not _FIGURES.search(title):
        return title
    for found in find_dates(title, today, limit=4):
        if (found.day, found.day is None and found.month_day) != (row.day, row.day is None and row.month_day):
            continue
        before, behind = title[: found.start].strip(" [(（【"), title[found.end :].strip(" ])）】")
        if bool(before) != bool(behind):
            return before or behind
    return title


def _address(row: Row, page: Page) -> str:
    """Absolute address of an entry, "" where only a script knows it."""
    href = (row.anchor.get("href") or "").strip()
    if not href or href.startswith("#") or href[:11].lower().startswith("javascript:"):
        href = called_address(href) or called_address(row.anchor.get("onclick") or "") or ""
        if not href:
            return ""
    return page.resolve(href) or href[:2000]
