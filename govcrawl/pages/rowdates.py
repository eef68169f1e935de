"""The date of one row among its texts: its own, not an event's in the title or a deadline in the summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from lxml import html

from govcrawl.pages.dates import FoundDate, find_dates
from govcrawl.pages.elements import collapse, raw_text, texts_of

_END = 100
MAX_TEXT = 2000
"""Characters of a row that are read."""

Segment = tuple[str, bool]
"""One text node, whitespace collapsed, and whether it stands in a link."""
RowDate = tuple[date | None, tuple[int, int] | None]
"""A day; or None with month and day where the year is not shown."""

DATE_HINT = re.compile(
    r"[0-9０-９今昨前刚一二](?:(?<=[0-9０-９])\s?(?:[-/.年月－／．]\s?[0-9０-９]|[月日]|(?:天|日|小时|分钟|秒)之?前)"
    r"|(?<=[12])[09][0-9][0-9]|(?<=[１２])[０９]|(?<=[今昨])[天日]|(?<=前)天|(?<=刚)刚|(?<=[一二])[〇○零Ｏ])"
)
"""What every text with a date has."""
_FIGURE = re.compile(r"[0-9０-９]|[今昨前]天|[今昨]日|刚刚|[一二][〇○零Ｏ]")
_PLAIN = re.compile(
    r"[\s\[(（]{0,40}(?:(?:发布|发表|更新)?(?:时间|日期)\s?[:：]\s?)?"
    r"((?:19|20)\d\d)(?:-(\d\d?)-(\d\d?)|/(\d\d?)/(\d\d?)|年(\d\d?)月(\d\d?)日)"
    r"(?:\s\d\d?:\d\d(?::\d\d)?)?(?:\s{1,4}(?:阅读|浏览|点击)(?:次数|量)\s?[:：]?\s?\d{0,8})?[\s\])）]{0,40}"
)
_PLAIN_LENGTH = 100
_NUMERIC = re.compile(r"[-/.\d:\s\[\]()（）【】]+")
_CLOCK = re.compile(r"(?:今[天日]|现在|当前(?:日期|时间)?|系统时间|北京时间)\s?是?\s?[:：]?\s?$")
"""What stands before the date of a clock in the header."""
_LABEL = re.compile(r"(?:时间|日期|发布|于)\s?[:：]?\s?$|[\[(（【]\s?$")
_OTHER_LABEL = re.compile(
    r"(?:成文|印发|签发|制发|落款|实施|施行|生效|失效|废止|截止|截至|结束|到期)(?:时间|日期|日)?\s?[:：]?\s?$"
)
"""What stands before a date that is the document's, and not its publication's."""
_NAMES_DAY = re.compile(r"(?:时\s?间|日\s?期)$")
_NAMES_PUBLICATION = re.compile(r"发布|公开|发表|上网|登载")
_MOST_CELLS = 12
_LONGEST_HEADING = 20
_PIECE = re.compile(r"[\[(（\s]*[\d年月日/.\-]{1,11}[\])）\s]*")
_NUMBER = re.compile(r"(\d{1,4})\s?([年月日]?)")
_DATE_ATTRIBUTES = ("datetime", "data-time", "data-date", "data-pubdate", "pubdate", "date")
_DATED = frozenset(_DATE_ATTRIBUTES)
_FIRST_CHILDREN = 5
_LABELLED = re.compile(r"(?:发布|更新|发表)?(?:时\s?间|日\s?期)\s?[:：]\s?([^\r\n]{6,40})")


def segments_of(element: html.HtmlElement) -> list[Segment]:
    """The text nodes of an element in their order, without scripts, at most MAX_TEXT characters."""
    linked = {text for link in element.iter("a") for text in (texts_of(link) if len(link) else (link.text,))}
    unseen = {script.text for script in element.iter("script", "style")}
    found: list[Segment] = []
    total = 0
    for text in texts_of(element):
        if text.isspace() or text in unseen:
            continue
        found.append((_ends(collapse(text[:MAX_TEXT])), text in linked))
        total += len(text)
        if total > MAX_TEXT:
            break
    return found


def _ends(text: str) -> str:
    """Beginning and end of a long text: what stands in the middle of it is no row's date."""
    return text if len(text) <= 2 * _END else f"{text[:_END]} … {text[-_END:]}"


def plain_date(texts: Sequence[str]) -> date | None:
    """The one day that is a text node of its own in full figures: what most lists show; None: look closer."""
    found: date | None = None
    for text in texts:
        if len(text) < _PLAIN_LENGTH and (match := _PLAIN.fullmatch(text)):
            if found is not None:
                return None
            try:
                year, *rest = [int(group) for group in match.groups() if group]
                found = date(year, *rest)
            except ValueError:
                return None
    return found


def publication_column(container: html.HtmlElement) -> int | None:
    """Which cell of a table's rows shows the day of publication, where its first row names several days.

    None: the rows show one day at most, or nothing says which is which.
    """
    above = container.getprevious()
    head = above if above is not None and above.tag == "thead" else container
    first = next(head.iterchildren("tr"), None)
    if first is None or len(first) > _MOST_CELLS or any(cell.get("colspan") for cell in first):
        return None
    names = [collapse(raw_text(cell))[:_LONGEST_HEADING] for cell in first]
    days = [at for at, name in enumerate(names) if _NAMES_DAY.search(name)]
    own = [at for at in days if not _OTHER_LABEL.search(names[at])]
    if len(days) < 2 or not own:
        return None
    return next((at for at in own if _NAMES_PUBLICATION.search(names[at])), own[0])


def date_among(segments: Sequence[Segment], today: date) -> RowDate | None:
    """The date that fills its text node most, with a year if one has it; None: the row shows none of its own.

    A date may go over several nodes (13 | 2020-12). A date in the middle of a sentence is left alone.
    """
    segments = [
        segment for segment in segments if _FIGURE.search(segment[0]) or _OTHER_LABEL.search(segment[0])
    ]
    joined = " ".join(text for text, _ in segments)
    if not DATE_HINT.search(joined):
        return None
    spans: list[tuple[int, int, bool]] = []
    at = 0
    for text, linked in segments:
        spans.append((at, at + len(text), linked))
        at += len(text) + 1
    best: FoundDate | None = None
    rank = (False, False, 0.0)
    for found in find_dates(joined, today):
        worth = _worth(joined, spans, found)
        # The day on which a document was written, or ends, stands beside that of its publication.
        own = _OTHER_LABEL.search(joined[max(0, found.start - 12) : found.start]) is None
        if worth > 0 and (found.day is not None, own, worth) > rank:
            best, rank = found, (found.day is not None, own, worth)
    if best is None or best.day is None:
        pieces = _from_pieces([text for text, _ in segments])
        if pieces is not None:
            return pieces, None
    return None if best is None else (best.day, best.month_day if best.day is None else None)


def date_in_attributes(element: html.HtmlElement, anchor: html.HtmlElement, today: date) -> RowDate | None:
    """A date in an attribute: of the row or what stands in it directly, of <time>, or labelled in @title."""
    for node in (element, *element[:_FIRST_CHILDREN], *element.iter("time")):
        if _DATED.isdisjoint(node.keys()):
            continue
        for name in _DATE_ATTRIBUTES:
            if (
                (value := node.get(name))
                and (found := find_dates(value[:40], today, limit=1))
                and found[0].day
            ):
                return found[0].day, None
    title = anchor.get("title")
    if (
        title
        and ("时" in title or "日" in title)
        and (label := _LABELLED.search(title[:1000]))
        and (found := find_dates(label[1], today, limit=1))
    ):
        return found[0].day, found[0].month_day if found[0].day is None else None
    return None


def _worth(joined: str, spans: Sequence[tuple[int, int, bool]], found: FoundDate) -> float:
    """How much a date looks like the row's own: 1 alone in its text node, 0 in the middle of a sentence."""
    touched = [span for span in spans if span[0] < found.end and span[1] > found.start]
    if not touched:
        return 0.0
    start, end = touched[0][0], touched[-1][1]
    length = max(1, len(joined[start:end].strip(" []()（）【】〔〕|·:：")))
    share = min(1.0, (found.end - found.start) / length)
    if _CLOCK.search(joined[max(0, found.start - 12) : found.start]):
        return 0.0
    if share > 0.6:
        return share
    before, behind = joined[start : found.start], joined[found.end : end]
    numeric = _NUMERIC.fullmatch(joined[found.start : found.end]) is not None
    at_start = not before.strip(" [(（【·•")
    at_end = not behind.strip(" ])）】")
    if any(linked for _, _, linked in touched):
        # In a title: only glued to its end, or to its beginning, in figures, as no sentence writes it.
        return 0.3 if numeric and (at_end or (at_start and found.day is not None)) else 0.0
    if _LABEL.search(before[-12:]):
        return 0.55
    return 0.5 if at_end or at_start else (0.2 if numeric and found.day is not None else 0.0)


def _from_pieces(texts: Sequence[str]) -> date | None:
    """A date whose parts stand in boxes of their own: 04 | 2020年12月, 12月 | 04日 | 2020, 2020 | 12 | 04."""
    boxes = [
        [(int(figure), unit) for figure, unit in _NUMBER.findall(text)]
        for text in texts
        if len(text) <= 13 and _PIECE.fullmatch(text)
    ]
    boxes = [box for box in boxes if box]
    if sum(map(len, boxes)) != 3:
        return None
    dated = [at for at, box in enumerate(boxes) if any(1990 <= figure <= 2100 for figure, _ in box)]
    if len(dated) != 1:
        return None
    at = dated[0]
    year = next(figure for figure, _ in boxes[at] if figure >= 1990)
    beside = [number for number in boxes[at] if number[0] != year]
    others = [number for place, box in enumerate(boxes) if place != at for number in box]
    if len(beside) + len(others) != 2 or not others:
        return None
    if beside:
        month, day = beside[0], others[0]
    elif len(boxes) == 2 or at == 0:
        month, day = others
    else:
        month, day = others
        if month[1] == "日" or day[1] == "月":
            month, day = day, month
        elif month[1] != "月" and day[1] != "日":
            return None  # 04 | 12 | 2020: which is the month can't be told
    try:
        return date(year, month[0], day[0])
    except ValueError:
        return None
