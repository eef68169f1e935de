"""Repeated rows of a page: groups of siblings that each hold a link, with the date that stands at it.

Everything that looks like a list is found here, menus and side boxes too; which of them is the page's main
list is for `lists` to say. A row is a child of a container with one to four links; a date is looked for in
the row, else behind it (`<a>…</a> 2020-12-04<br>`, two table rows an entry), else before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from lxml import html

from govcrawl.pages.dates import FoundDate, find_dates
from govcrawl.pages.elements import collapse

MAX_ENTRIES = 4000
"""Links of a page that are looked at as possible entries."""
_CLIMB = 9
"""Levels from a link up to its row, at most."""
_LINKS_A_ROW = 4
_ROW_TEXT = 1500
"""Characters of a row's text that are read for a date."""

_NO_ENTRY = re.compile(
    r"[\d\s<>«»‹›\[\]().…|｜/·\-]*"
    r"|[\[【<>«»(（\s]*(?:上一?页|下一?页|上页|下页|首\s?页|末\s?页|尾\s?页|第一页|最后一页|前一页|后一页|前页|后页|转到|跳转|GO"
    r"|更\s?多|more|查看(?:更多|详情|全文|详细)?|详细|详情|阅读全文|点击(?:查看|进入|下载)?|进入|下载|展开|收起|返回(?:顶部|首页)?)"
    r"[\]】<>«»)）\s.…+：:]*",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:…+|\.{2,})$")
_PINNED = re.compile(r"[\[【(（]?\s?置\s?顶\s?[\]】)）:：]?")
_DIGIT = re.compile(r"\d|[今昨前]天|刚刚|[一二]〇|二○")
_GLUED_ONLY = re.compile(r"[-/.\d:\s\[\]()（）【】]+")


@dataclass(slots=True)
class Entry:
    """One link that may be an entry."""

    anchor: html.HtmlElement
    title: str
    href: str
    picture: bool
    """It has no text of its own, the title is the picture's."""


@dataclass(slots=True)
class Row:
    """One row of a group."""

    element: html.HtmlElement
    title: str
    anchor: html.HtmlElement
    links: int
    length: int
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
    members: list[html.HtmlElement] = field(default_factory=list)
    """Containers that were put together."""


def entries_of(root: html.HtmlElement) -> list[Entry]:
    """The links that have a text which may be a title; neighbours with one address are one entry."""
    found: list[Entry] = []
    for anchor in root.iter("a"):
        entry = _entry(anchor)
        if entry is None:
            continue
        last = found[-1] if found else None
        if last and entry.href == last.href and _leads_somewhere(entry.href) and _close(last.anchor, anchor):
            if (last.picture and not entry.picture) or (
                last.picture == entry.picture and len(entry.title) > len(last.title) + 2 and not entry.picture
            ):
                found[-1] = entry
            continue
        found.append(entry)
        if len(found) >= MAX_ENTRIES:
            break
    return found


def groups_of(root: html.HtmlElement, today: date) -> list[Group]:
    """All groups of rows, the single ones too, in the order of the page."""
    entries = entries_of(root)
    by_parent: dict[html.HtmlElement, dict[html.HtmlElement, list[Entry]]] = {}
    for entry in entries:
        child = entry.anchor
        for level, parent in enumerate(entry.anchor.iterancestors()):
            if level >= _CLIMB:
                break
            by_parent.setdefault(parent, {}).setdefault(child, []).append(entry)
            if parent.tag == "body":
                break
            child = parent
    groups = []
    for parent, children in by_parent.items():
        rows = [_row(child, inside) for child, inside in children.items() if len(inside) <= _LINKS_A_ROW]
        if rows and len(rows) * 2 >= len(children):
            groups.append(Group(parent, rows))
    for group in groups:
        _date(group, today)
        group.dated = sum(row.dated for row in group.rows)
        group.title_length = sum(len(row.title) for row in group.rows) / len(group.rows)
    return groups


def _entry(anchor: html.HtmlElement) -> Entry | None:
    text = anchor.text or "" if not len(anchor) else "".join(str(part) for part in anchor.itertext())
    text = collapse(text)
    title = collapse(anchor.get("title") or "")
    picture = False
    if not text:
        for image in anchor.iter("img"):
            text = title or collapse(image.get("alt") or image.get("title") or "")
            picture = True
            break
        if not text:
            return None
    if _NO_ENTRY.fullmatch(text[:60]) and len(text) < 60:
        return None
    return Entry(anchor, text, (anchor.get("href") or "").strip(), picture)


def full_title(anchor: html.HtmlElement, text: str) -> str:
    """The title as a reader would say it: @title where the text is cut with …, marks of pinning off."""
    title = collapse(anchor.get("title") or "")
    cut = _CUT.sub("", text)
    if title and len(title) > len(cut) and (cut != text or len(title) < 300) and _begins_alike(title, cut):
        text = title
    return _PINNED.sub("", text, count=1).strip(" ·•●▪■◆►>-—\t")[:300] or text[:300]


def _begins_alike(whole: str, cut: str) -> bool:
    plain = cut.lstrip(" ·•●▪■◆►>-—")
    return bool(plain) and whole.replace(" ", "").startswith(plain.replace(" ", "")[:60])


def _leads_somewhere(href: str) -> bool:
    return bool(href) and not href.startswith("#") and not href[:11].lower().startswith("javascript:")


def _close(one: html.HtmlElement, other: html.HtmlElement) -> bool:
    """Do both stand in one row: under a common ancestor near by."""
    above = list(zip(one.iterancestors(), range(4), strict=False))
    nodes = {node for node, _ in above}
    return any(node in nodes for node, _ in zip(other.iterancestors(), range(4), strict=False))


def _row(element: html.HtmlElement, inside: list[Entry]) -> Row:
    titled = [entry for entry in inside if not entry.picture] or inside
    best = max(titled, key=lambda entry: len(entry.title))
    return Row(element, best.title, best.anchor, len(inside), 0)


def _date(group: Group, today: date) -> None:
    """Find the date of each row: inside it, else behind it, else before it."""
    for row in group.rows:
        segments = list(_segments(row.element))
        row.length = sum(len(text) for text, _ in segments)
        row.pinned = any("置" in text and _PINNED.search(text) for text, _ in segments)
        _take(row, best_date(segments, today))
        row.inside = row.dated
    inside = sum(row.dated for row in group.rows)
    if inside * 2 >= len(group.rows):
        return
    rows = {row.element for row in group.rows}
    behind = [best_date(list(_beside(row.element, rows, forward=True)), today) for row in group.rows]
    before = [best_date(list(_beside(row.element, rows, forward=False)), today) for row in group.rows]
    count_behind, count_before = (sum(found is not None for found in side) for side in (behind, before))
    if max(count_behind, count_before) > inside:
        for row, found in zip(group.rows, behind if count_behind >= count_before else before, strict=True):
            _take(row, found)


def _take(row: Row, found: FoundDate | None) -> None:
    row.day = found.day if found else None
    row.month_day = found.month_day if found and found.day is None else None


_Segment = tuple[str, bool]
"""Text, and whether it stands in a link."""


def _segments(element: html.HtmlElement, with_tail: bool = False) -> Iterator[_Segment]:
    total = 0
    in_link = element.tag == "a"
    link: html.HtmlElement | None = element if in_link else None
    for node in element.iter():
        tag = node.tag
        if tag == "a":
            link = node
        if (text := node.text) and tag not in {"script", "style"} and (text := collapse(text)):
            yield text[:_ROW_TEXT], link is not None and (node is link or _within(node, link))
            total += len(text)
        if node is not element and (tail := node.tail) and (tail := collapse(tail)):
            parent = node.getparent()
            yield (
                tail[:_ROW_TEXT],
                link is not None and parent is not None and (parent is link or _within(parent, link)),
            )
            total += len(tail)
        if total > _ROW_TEXT:
            return


def _within(node: html.HtmlElement, link: html.HtmlElement) -> bool:
    return any(above is link for above in node.iterancestors())


def _beside(element: html.HtmlElement, rows: set[html.HtmlElement], *, forward: bool) -> Iterator[_Segment]:
    """Text between a row and the next one (or the one before it)."""
    node: html.HtmlElement | None = element
    for _ in range(6):
        if forward:
            if node is not None and node.tail and (text := collapse(node.tail)):
                yield text[:200], False
            node = None if node is None else node.getnext()
            if node is None or node in rows:
                return
            yield from _segments(node)
        else:
            earlier = None if node is None else node.getprevious()
            if earlier is None:
                parent = None if node is None else node.getparent()
                if parent is not None and parent.text and (text := collapse(parent.text)):
                    yield text[-200:], False
                return
            if earlier.tail and (text := collapse(earlier.tail)):
                yield text[-200:], False
            if earlier in rows:
                return
            yield from _segments(earlier)
            node = earlier


def best_date(segments: Iterable[_Segment], today: date) -> FoundDate | None:
    """The date of a row among its texts: the one that fills its text node most, with a year if there is one.

    A date in the middle of a title or a summary is an event's and is left alone.
    """
    parts = list(segments)
    joined = " ".join(text for text, _ in parts)
    if not _DIGIT.search(joined):
        return None
    spans: list[tuple[int, int, bool]] = []
    at = 0
    for text, linked in parts:
        spans.append((at, at + len(text), linked))
        at += len(text) + 1
    best: tuple[tuple[bool, float], FoundDate] | None = None
    for found in find_dates(joined, today):
        worth = _worth(joined, spans, found)
        if worth > 0:
            rank = (found.day is not None, worth)
            if best is None or rank > best[0]:
                best = (rank, found)
    return best[1] if best else None


def _worth(joined: str, spans: list[tuple[int, int, bool]], found: FoundDate) -> float:
    """How much a date looks like the row's own: 1 alone in its text node, 0 in the middle of a sentence."""
    touched = [span for span in spans if span[0] < found.end and span[1] > found.start]
    if not touched:
        return 0.0
    start, end = touched[0][0], touched[-1][1]
    length = max(1, len(joined[start:end].strip(" []()（）【】〔〕|·:：")))
    share = min(1.0, (found.end - found.start) / length)
    if share > 0.6:
        return share
    linked = any(span[2] for span in touched)
    before, behind = joined[start : found.start], joined[found.end : end]
    numeric = _GLUED_ONLY.fullmatch(joined[found.start : found.end]) is not None
    at_start = not before.strip(" [(（【·•")
    at_end = not behind.strip(" ])）】")
    if linked:
        # In a title: only glued to its end, or to its beginning, in figures, as no sentence writes it.
        return 0.3 if numeric and (at_end or (at_start and found.day is not None)) else 0.0
    if before.rstrip().endswith(("时间：", "时间:", "日期：", "日期:", "发布：", "[", "(", "（", "【")):
        return 0.55
    return 0.5 if at_end or at_start else (0.2 if numeric and found.day is not None else 0.0)
