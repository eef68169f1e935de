"""A home page's own freshness: the newest date of its news blocks, or where an entrance leads."""

from __future__ import annotations

import re
from datetime import date

from govcrawl.model import HomeReading, ListItem
from govcrawl.pages.addresses import host_of, registrable_domain
from govcrawl.pages.elements import text_of
from govcrawl.pages.items import items_of
from govcrawl.pages.lists import page_groups
from govcrawl.pages.page import Page
from govcrawl.pages.rows import CONTAINERS, Group, Row
from govcrawl.pages.signs import script_sign

_SPLASH_TEXT = 120
"""Characters that a splash page may show beside the way in (进入网站, 版权所有 …)."""
_SPLASH_TARGETS = 3
_SHORT_ROW = 200
_CLOCK = re.compile(r"今天|今日|现在|当前|星期|周[一二三四五六日]|农历|欢迎")
_HEADLINE_TEXT = 400
"""Characters of a box that shows one entry, with its summary."""


def read_home(page: Page, today: date, *, rendered: bool = False) -> HomeReading:
    """What a home page shows of its freshness on `today`.

    Only rows of blocks that carry dates count: never today's date in the header, a calendar, a copyright
    year, a single date in a text. `rendered`: the page is what a browser made of it.
    """
    entries = [
        item
        for root in (page.root, *(island.root for island in page.islands))
        for group in page_groups(page, root, today)
        if _is_news(group)
        for item in items_of([row for row in group.rows if not _is_clock(row, today)], page, today)
        if item.day or item.latest
    ]
    items = [item for item in entries if not item.future]
    newest = max((item for item in items if not item.pinned), key=_latest, default=None)
    entrance = page.refresh or (None if items else _way_in(page))
    return HomeReading(
        url=page.url,
        newest=_latest(newest) if newest else None,
        newest_title=newest.title if newest else "",
        newest_url=newest.url if newest else "",
        dated_items=len({(item.title, item.day or item.latest) for item in items}),
        entrance=entrance,
        needs_rendering=not (rendered or items or entrance) and script_sign(page) is not None,
        year_known=newest is None or newest.day is not None,
        newest_shown=max((item.day for item in items if item.day and not item.pinned), default=None),
        future=sum(item.future for item in entries),
        lasting=bool(entries) and all(item.day and not item.future for item in entries),
    )


def _latest(item: ListItem) -> date:
    """The day of an entry; without a year the latest that it can be: no page is called staler than it is."""
    return item.day or item.latest or date.min


def _is_news(group: Group) -> bool:
    """Rows with titles, most of which bear a date; or a headline in a box of its own."""
    if group.title_length < 5 or group.dated * 2 < len(group.rows):
        return False
    if group.dated >= 2:
        return True
    return (
        len(group.rows) == 1
        and group.container.tag in CONTAINERS
        and len(text_of(group.container)) <= _HEADLINE_TEXT
    )


def _way_in(page: Page) -> str | None:
    """Where a splash page or a frame set leads: the first of very few pages of the site that it names."""
    if not page.is_html or len(page.text) > _SPLASH_TEXT:
        return None
    own = registrable_domain(host_of(page.url))
    targets: dict[str, None] = {}
    for link in page.links:
        if link.element not in {"a", "area", "frame", "iframe"} or not link.url.startswith("http"):
            continue
        if registrable_domain(host_of(link.url)) == own and link.url != page.url:
            targets.setdefault(link.url)
    return next(iter(targets)) if 0 < len(targets) <= _SPLASH_TARGETS else None


def _is_clock(row: Row, today: date) -> bool:
    """Is it no entry, but the header that says what day it is: such words stand outside its title."""
    if row.day != today or row.length > _SHORT_ROW:
        return False
    text = "".join(str(part) for part in row.element.itertext())
    return _CLOCK.search(text.replace(row.title, "")) is not None
