"""A home page's own freshness: the newest date of its news blocks, or where an entrance leads."""

from __future__ import annotations

from datetime import date

from govcrawl.model import HomeReading
from govcrawl.pages.items import items_of
from govcrawl.pages.page import Page
from govcrawl.pages.rows import groups_of


def read_home(page: Page, today: date) -> HomeReading:
    """What a home page shows: dates of lists only, never today's date, a copyright year or a calendar."""
    items = []
    for root in (page.root, *(island.root for island in page.islands)):
        for group in groups_of(root, today):
            if group.dated and group.title_length >= 5:
                items += [item for item in items_of(group.rows, page, today) if item.day or item.latest]
    known = [item for item in items if item.day and not item.future and not item.pinned]
    best = max(known, key=lambda item: item.day or date.min, default=None)
    entrance = page.refresh
    return HomeReading(
        url=page.url,
        newest=best.day if best else None,
        newest_title=best.title if best else "",
        newest_url=best.url if best else "",
        dated_items=len({(item.title, item.day or item.latest) for item in items}),
        entrance=entrance,
    )
