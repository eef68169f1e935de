"""Repeated rows of a page: groups of siblings that each hold a link, with the date that stands at it.

Everything that looks like a list is found here, menus and side boxes too; which of them is the page's main
list is for `lists` to say. A row is a child of a container with one to four links; a date is looked for in
the row, else behind it (`<a>…</a> 2020-12-04<br>`, two table rows an entry), else before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise

from lxml import html

from govcrawl.pages.elements import collapse, raw_text, texts_of
from govcrawl.pages.entries import PINNED, Entry, entries_of
from govcrawl.pages.rowdates import (
    DATE_HINT,
    Segment,
    date_among,
    date_in_attributes,
    plain_date,
    publication_column,
    segments_of,
)

_CLIMB = 9
"""Levels from a link up to its row, at most."""
_DEEPEST = 200
"""Levels below which nobody nests a list: tags that were never closed."""
_LINKS_A_ROW = 4
_DATED_LIST = 3
"""Dated rows from which a page shows its dates."""
_LONG_ROW = 1000
"""Characters from which what holds a link is a text and no row."""
CONTAINERS = frozenset({"ul", "ol", "dl", "tbody", "table"})
"""What is made for rows, even for a single one."""
_LONG_GAP = 400
"""Characters, blanks included, from which what stands between two rows is something of its own."""
_MENU_NAME = 6
"""Mean characters of a title below which rows are a menu, whose attributes are not looked through."""

_PINNED_NAME = re.compile(
    r"(?:^|[\s_\-/])(?:zhi_?ding|is_?top|stick(?:y|top)?|top_?icon|icon_?top|zd)(?:$|[\s_\-.])", re.IGNORECASE
)
_STANDS_APART = re.compile(
    r"[0-9０-９今昨前刚](?:(?<=[0-9０-９])[0-9０-９]?\s?[-/.月－／．]\s?[0-9０-９]{1,2}(?![0-9０-９])|(?<=[今昨前])天|(?<=[今昨])日"
    r"|(?<=刚)刚|(?<=[0-9])\s?(?:天|小时|分钟)前)"
)
"""What a date between rows has; years of copyright (2016-2026) and telephone numbers have not."""
_BOXES = frozenset({"ul", "ol", "dl", "table", "script", "style", "form", "iframe"})
"""What may stand between two rows but holds no date of either."""


@dataclass(slots=True)
class Row:
    """One row of a group."""

    element: html.HtmlElement
    title: str
    anchor: html.HtmlElement
    length: int = 0
    """Characters of all text in the row."""
    day: date | None = None
    month_day: tuple[int, int] | None = None
    inside: bool = False
    """The date stands in the row itself."""
    pinned: bool = False

    @property
    def dated(self) -> bool:
        """Does a date stand at it, with or without a year."""
        return self.day is not None or self.month_day is not None


@dataclass(slots=True)
class Group:
    """Siblings that each are a row."""

    container: html.HtmlElement
    rows: list[Row]
    dated: int = 0
    title_length: float = 0.0
    """Mean characters of a title."""
    compound: tuple[html.HtmlElement, ...] = ()
    """Siblings of the rows that hold rows of their own (pinned entries in a table within the table)."""


def groups_of(root: html.HtmlElement, today: date) -> list[Group]:
    """All groups of rows, inner before outer ones; single rows only in a container that is made for rows."""
    entries = entries_of(root)
    if not entries:
        return []
    groups = [
        Group(container, rows)
        for container, children in _containers(entries)
        if (rows := [_row(child, inside) for child, inside in children if len(inside) <= _LINKS_A_ROW])
        and len(rows) * 2 >= len(children)
    ]
    for group in groups:
        if DATE_HINT.search(raw_text(group.container)):
            _date(group, today)
    if not any(group.dated >= _DATED_LIST for group in groups):
        _date_by_attributes(groups, today)
    _drop_compound_rows(groups)
    for group in groups:
        group.title_length = sum(len(row.title) for row in group.rows) / max(1, len(group.rows))
    return [group for group in groups if group.rows]


_Children = list[tuple[html.HtmlElement, list[Entry]]]


def _containers(entries: list[Entry]) -> list[tuple[html.HtmlElement, _Children]]:
    """Elements that hold entries in more than one child, with those children; and single rows of lists.

    Where two neighbours among the entries part ways, there stands a container: so a page of n entries has
    fewer than n, and they are found without looking at the rest of the page.
    """
    chains = [_chain(entry.anchor) for entry in entries]
    if any(len(chain) > _DEEPEST for chain in chains):
        entries = [entry for entry, chain in zip(entries, chains, strict=True) if len(chain) <= _DEEPEST]
        chains = [chain for chain in chains if len(chain) <= _DEEPEST]
    parting = [_common(one, other) for one, other in pairwise(chains)]
    found: list[tuple[html.HtmlElement, _Children]] = []
    # Open containers, outermost first: depth, and where among the entries each of its children begins.
    stack: list[tuple[int, list[int]]] = []

    def close(depth: int, starts: list[int], end: int) -> None:
        container = chains[starts[0]][depth]
        bounds = [*starts, end]
        children = [(chains[start][depth + 1], entries[start:stop]) for start, stop in pairwise(bounds)]
        found.append((container, children))

    for at, depth in enumerate(parting):
        begin = at
        while stack and stack[-1][0] > depth:
            closed, starts = stack.pop()
            close(closed, starts, at + 1)
            begin = starts[0]
        if stack and stack[-1][0] == depth:
            stack[-1][1].append(at + 1)
        else:
            stack.append((depth, [begin, at + 1]))
    while stack:
        depth, starts = stack.pop()
        close(depth, starts, len(entries))
    found += _single_rows(entries, chains, parting)
    return found


def _single_rows(
    entries: list[Entry], chains: list[list[html.HtmlElement]], parting: list[int]
) -> Iterator[tuple[html.HtmlElement, _Children]]:
    """Lists and tables with one entry: containers below the place where it parts from its neighbours."""
    for at, (entry, chain) in enumerate(zip(entries, chains, strict=True)):
        shared = max(parting[at - 1] if at else 0, parting[at] if at < len(parting) else 0)
        for depth in range(max(shared + 1, len(chain) - _CLIMB), len(chain) - 1):
            if chain[depth].tag in CONTAINERS:
                yield chain[depth], [(chain[depth + 1], [entry])]


def _chain(element: html.HtmlElement) -> list[html.HtmlElement]:
    """The element's ancestors from the root, and itself."""
    chain = [element, *islice(element.iterancestors(), _DEEPEST)]
    chain.reverse()
    return chain


def _common(one: list[html.HtmlElement], other: list[html.HtmlElement]) -> int:
    """Depth of the innermost common ancestor."""
    depth = min(len(one), len(other)) - 1
    while depth and one[depth] is not other[depth]:
        depth -= 1
    # A link within a link (which only broken markup has) parts from it above.
    return min(depth, len(one) - 2, len(other) - 2)


def _drop_compound_rows(groups: list[Group]) -> None:
    """A box that holds dated rows of its own is no row, however few they are."""
    holders: set[html.HtmlElement] = set()
    for group in groups:
        if group.dated >= 2:
            holders.add(group.container)
            holders.update(
                above for above, _ in zip(group.container.iterancestors(), range(_CLIMB), strict=False)
            )
    for group in groups:
        if any(row.element in holders for row in group.rows):
            group.compound = tuple(row.element for row in group.rows if row.element in holders)
            group.rows = [row for row in group.rows if row.element not in holders]
            group.dated = _dated(group.rows)


def _row(element: html.HtmlElement, inside: list[Entry]) -> Row:
    if len(inside) == 1:
        return Row(element, inside[0].title, inside[0].anchor)
    titled = [entry for entry in inside if not entry.picture] or inside
    best = max(titled, key=lambda entry: len(entry.title))
    return Row(element, best.title, best.anchor)


def _date_by_attributes(groups: list[Group], today: date) -> None:
    """Where no list of a page shows dates: those that stand in attributes."""
    for group in groups:
        if sum(len(row.title) for row in group.rows) < _MENU_NAME * max(_DATED_LIST, len(group.rows)):
            continue
        for row in group.rows:
            if not row.dated:
                _take(row, date_in_attributes(row.element, row.anchor, today))
                row.inside = row.dated
        group.dated = _dated(group.rows)


def _date(group: Group, today: date) -> None:
    """Find the date of each row: inside it, else behind it, else before it."""
    rows = group.rows
    for row in rows:
        _date_inside(row, today)
    if rows[0].element.tag == "tr" and (column := publication_column(group.container)) is not None:
        for row in rows:
            if column < len(row.element):
                _take(row, date_among(segments_of(row.element[column]), today))
    group.dated = inside = _dated(rows)
    if inside * 2 >= len(rows) or any(row.length > _LONG_ROW for row in rows):
        return
    elements = {row.element for row in rows}
    if not _has_hint_between(group.container, elements):
        return
    behind = [date_among(list(_behind(row.element, elements)), today) for row in rows]
    before = [date_among(list(_before(row.element, elements)), today) for row in rows]
    count_behind, count_before = (sum(found is not None for found in side) for side in (behind, before))
    if max(count_behind, count_before) > inside:
        for row, found in zip(rows, behind if count_behind >= count_before else before, strict=True):
            _take(row, found)
        group.dated = _dated(rows)


def _dated(rows: list[Row]) -> int:
    return sum(row.day is not None or row.month_day is not None for row in rows)


def _date_inside(row: Row, today: date) -> None:
    text = raw_text(row.element)
    if len(text) > _LONG_ROW and (len(text) > 10 * _LONG_ROW or len(collapse(text)) > _LONG_ROW):
        row.length = len(text)
        return
    if DATE_HINT.search(text):
        parts = [part for part in texts_of(row.element) if not part.isspace()]
        row.length = sum(map(len, map(str.strip, parts)))
        if (plain := plain_date(parts)) is not None:
            row.day = plain
        else:
            _take(row, date_among(segments_of(row.element), today))
    row.inside = row.dated
    if row.dated:
        row.pinned = _is_pinned(row.element, text)


def _has_hint_between(container: html.HtmlElement, rows: set[html.HtmlElement]) -> bool:
    """Is there anything like a date between the rows."""
    if container.text and _STANDS_APART.search(container.text):
        return True
    for child in container:
        if child.tail and _STANDS_APART.search(child.tail):
            return True
        if child not in rows and child.tag not in _BOXES and _STANDS_APART.search(raw_text(child)):
            return True
    return False


def _take(row: Row, found: tuple[date | None, tuple[int, int] | None] | None) -> None:
    row.day, row.month_day = found or (None, None)


def _is_pinned(element: html.HtmlElement, text: str) -> bool:
    if "置" in text and PINNED.search(text):
        return True
    for mark in element.iter("img", "i", "em", "span"):
        if mark.tag == "img":
            name = f"{mark.get('alt') or ''} {mark.get('src') or ''}"
        elif len(mark.text or "") <= 4:
            name = mark.get("class") or ""
        else:
            continue
        if name and ("置顶" in name or _PINNED_NAME.search(name)):
            return True
    return False


def _behind(element: html.HtmlElement, rows: set[html.HtmlElement]) -> Iterator[Segment]:
    """Texts between a row and the next one."""
    node = element
    for _ in range(6):
        if node.tail and (text := collapse(node.tail[:400])):
            yield text, False
        following = node.getnext()
        if following is None or following in rows or len(raw_text(following)) > _LONG_GAP:
            return
        yield from segments_of(following)
        node = following


def _before(element: html.HtmlElement, rows: set[html.HtmlElement]) -> Iterator[Segment]:
    """Texts between a row and the one before it."""
    node = element
    for _ in range(6):
        earlier = node.getprevious()
        if earlier is None:
            parent = node.getparent()
            if parent is not None and parent.text and (text := collapse(parent.text[-400:])):
                yield text, False
            return
        if earlier.tail and (text := collapse(earlier.tail[-400:])):
            yield text, False
        if earlier in rows or len(raw_text(earlier)) > _LONG_GAP:
            return
        yield from segments_of(earlier)
        node = earlier
