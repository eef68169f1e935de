"""The main list of a page: told from menus, side boxes, rankings, related links and pagers by its structure.

Rows with dates and real titles weigh most; what the page itself calls a side box, a menu or a ranking weighs
little, even where its dates are newer; a pager behind a list and the column's own name over it speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import cast

from lxml import html

from govcrawl.model import ListItem, ListOrigin
from govcrawl.pages.elements import collapse, raw_text
from govcrawl.pages.items import items_of
from govcrawl.pages.page import Page
from govcrawl.pages.rows import CONTAINERS, Group, Row, groups_of
from govcrawl.pages.surroundings import Surroundings, is_aside, may_have_pager

_TITLE_PARTS = re.compile(r"\s?[-_—–|]+\s?")
_BLOCK = 3
"""Dated rows of a block that may be one of several of a list."""
_CANDIDATES = 8
"""Groups with the most and longest dated titles, of which one is the main list."""
_PLAIN_TITLE = 8
"""Mean characters of a title in a list without dates; menus have shorter names."""
_PLAIN_SHARE = 0.4
"""Share of such a list's text that its titles are."""
_FEW = 2
"""Boxes within a list that hold further rows of it; more are boxes of a page."""

_POINTS_OF_PAGER = 2
MOST_POINTS = 5
"""What `MainList.points` comes to at most on a page with a paragraph of running text."""


@dataclass(frozen=True)
class MainList:
    """The main list of a page. Its entries are read when they are first asked for."""

    rows: tuple[Row, ...]
    _read: Callable[[], tuple[ListItem, ...]]
    element: html.HtmlElement
    """What holds the rows; of a data island its script."""
    origin: ListOrigin
    pager: bool
    aside: bool
    """The page calls it a side box, a menu or a ranking, and shows nothing better."""
    vouched: bool
    """A pager behind it or the column's own name over it says that it is the column's list."""
    score: float

    @cached_property
    def items(self) -> tuple[ListItem, ...]:
        """The entries in their order, each once."""
        return self._read()

    @cached_property
    def dated(self) -> int:
        """Entries with a date, with or without a year."""
        if not any(row.dated for row in self.rows):
            return 0
        return sum(item.day is not None or item.latest is not None for item in self.items)

    def points(self, prose: int) -> int:
        """What speaks for a list page, beside a page's characters of running text (`Shown.prose`)."""
        points = (2 if self.dated >= 3 and not self.aside else 0) + (1 if self.dated >= 8 else 0)
        return points + (_POINTS_OF_PAGER if self.pager and self.dated else 0) + (1 if prose < 120 else 0)

    @property
    def newest(self) -> date | None:
        """Greatest date of the entries; pinned and future ones set aside, unless only pinned are there."""
        ordinary = [item.day for item in self.items if item.day and not item.future and not item.pinned]
        pinned = [item.day for item in self.items if item.day and not item.future]
        return max(ordinary or pinned, default=None)

    @property
    def newest_latest(self) -> date | None:
        """Where years are not known: the day than which no entry can be newer; None: nothing is known."""
        counted = [item for item in self.items if not item.future and not item.pinned]
        if not counted or any(item.day is None and item.latest is None for item in counted):
            return None
        return max(day for item in counted if (day := item.day or item.latest))


def main_list(page: Page, today: date) -> MainList | None:
    """The main list, its entries in their order, each once; None: the page shows none."""
    key = ("main list", today)
    if key not in page.memo:
        page.memo[key] = _find(page, today)
    return cast("MainList | None", page.memo[key])


def most_points(page: Page, prose: int) -> int:
    """What `MainList.points` comes to at most on this page: told without looking for its list."""
    pager = bool(page.islands) or may_have_pager(page.root)
    return MOST_POINTS - (0 if pager else _POINTS_OF_PAGER) + (1 if prose < 120 else 0)


def page_groups(page: Page, root: html.HtmlElement, today: date) -> list[Group]:
    """Groups of a page or of one of its islands, found once."""
    key = ("groups", root, today)
    if key not in page.memo:
        page.memo[key] = groups_of(root, today)
    return cast("list[Group]", page.memo[key])


def column_names(page: Page) -> set[str]:
    """What the page may call its own column: ColumnName, and the first part of the title."""
    parts = [part for part in _TITLE_PARTS.split(page.title) if part]
    names = {name.strip() for name in page.metas.get("columnname", ())}
    if len(parts) > 1:
        names.add(parts[0])
    return {name for name in names if 1 < len(name) <= 20}


def _find(page: Page, today: date) -> MainList | None:
    names = column_names(page)
    best: MainList | None = None
    for island in page.islands:
        found = _best(page, island.root, names, today)
        if found:
            found = replace(
                found,
                element=island.script,
                origin=ListOrigin.ISLAND,
                vouched=True,
                score=found.score * 1.5,
            )
            best = found if best is None or found.score > best.score else best
    static = _best(page, page.root, names, today)
    if best is None or (static is not None and static.score > best.score):
        best = static
    return best


def _best(page: Page, root: html.HtmlElement, names: set[str], today: date) -> MainList | None:
    groups = page_groups(page, root, today)
    plain = sorted(
        ((score, group) for group in groups if (score := _plain_score(group, _going_on(group, groups))) > 0),
        key=lambda pair: pair[0],
        reverse=True,
    )
    if not plain:
        return None
    # What stands around a group is costly to read, and can't make a trifle the main list.
    enough = plain[0][0] / 20
    score, _, group, around = max(
        (
            (score * around.weight, -place, group, around)
            for place, (score, group) in enumerate(plain[:_CANDIDATES])
            if score >= enough
            for around in (Surroundings.of(group.container, names),)
        ),
        key=lambda candidate: candidate[:2],
    )
    parts = _same_list(group, groups, around)
    rows = tuple(row for part in parts for row in part.rows)
    return MainList(
        rows,
        partial(items_of, rows, page, today, in_order=len(parts) == 1),
        group.container,
        ListOrigin.STATIC,
        around.pager,
        around.aside,
        around.pager or around.named,
        score,
    )


def _going_on(group: Group, groups: Sequence[Group]) -> int:
    """Dated rows of further blocks of the same list: alike, beside it, without a heading between."""
    if group.dated < _BLOCK or group.dated < len(group.rows):
        return 0
    place, look = group.container.getparent(), _look(group)
    return sum(
        other.dated
        for other in groups
        if other is not group
        and other.dated >= _BLOCK
        and other.container.getparent() is place
        and _look(other) == look
        and not _headed(other.container)
    )


def _plain_score(group: Group, going_on: int) -> float:
    """How much a group looks like a list of entries; 0: not at all."""
    count = len(group.rows)
    if group.dated == 1 and not _single_entry(group):
        return 0.0
    worth = min(1.5, max(0.2, group.title_length / 12))
    if group.dated * 2 >= count:
        return min(group.dated + going_on, 40) * worth + (2.0 if count > 1 else 0.0)
    return min(count, 40) * worth * 0.25 if _is_plain_list(group) else 0.0


def _is_plain_list(group: Group) -> bool:
    """Rows of one kind that are titles and little else: a list that shows no dates."""
    if len(group.rows) < 3 or group.title_length < _PLAIN_TITLE or group.container.tag == "body":
        return False
    if len({row.element.tag for row in group.rows}) > 1:
        return False
    text = len("".join(raw_text(group.container).split()))
    return sum(len(row.title) for row in group.rows) >= _PLAIN_SHARE * text


def _single_entry(group: Group) -> bool:
    """One dated row in what is made for rows, and little else in it: a column with a single entry."""
    row = group.rows[0]
    return (
        len(group.rows) == 1
        and row.dated
        and row.inside
        and group.container.tag in CONTAINERS
        and row.length <= len(row.title) + 60
    )


def _same_list(group: Group, groups: Sequence[Group], around: Surroundings) -> list[Group]:
    """The group, with those that go on with it: one list in several blocks, or panes of one column.

    Blocks under headings of their own go together only where they have one class and are of a size,
    none bears the column's name, and no pager follows: a column that shows the beginnings of its
    sub-columns, none of which is the main one.
    """
    look = _look(group)
    place = group.container.getparent()
    if place is None:
        return [group]
    classed = bool(group.container.get("class") or place.get("class"))
    headed_too = classed and not around.named and not around.pager
    parts = [group]
    for other in groups:
        if other is group or not other.dated:
            continue
        if group.compound and len(other.rows) < len(group.rows) and _within(other.container, group.compound):
            parts.append(other)
            continue
        if _look(other) != look:
            continue
        together, headed = _beside(group.container, other.container)
        alike = headed_too and len(group.rows) <= 2 * len(other.rows)
        if together and (alike or not headed) and not is_aside(other.container):
            parts.append(other)
    if len(parts) > 1:
        order = {element: at for at, element in enumerate(group.container.getroottree().getroot().iter())}
        parts.sort(key=lambda part: order.get(part.container, 0))
    return parts


def _within(container: html.HtmlElement, boxes: Sequence[html.HtmlElement]) -> bool:
    return len(boxes) <= _FEW and any(
        above in boxes for above, _ in zip(container.iterancestors(), range(6), strict=False)
    )


def _beside(one: html.HtmlElement, other: html.HtmlElement) -> tuple[bool, bool]:
    """Do two containers stand in equal boxes side by side; and is there a heading over the other's box."""
    headed = False
    for _ in range(3):
        headed = headed or _headed(other)
        above, beyond = one.getparent(), other.getparent()
        if above is None or beyond is None:
            break
        if above is beyond:
            return True, headed
        if (above.tag, above.get("class")) != (beyond.tag, beyond.get("class")):
            break
        one, other = above, beyond
    return False, headed


def _look(group: Group) -> tuple[object, ...]:
    container = group.container
    return container.tag, container.get("class"), group.rows[0].element.tag


def _headed(container: html.HtmlElement) -> bool:
    before = container.getprevious()
    if before is None:
        parent = container.getparent()
        return bool(parent is not None and collapse(parent.text or ""))
    if before.tag == container.tag:
        return False
    return bool(collapse("".join(str(t) for t in before.itertext())))
