"""The main list of a page: told from menus, side boxes, rankings, related links and pagers by its structure.

Rows with dates and real titles weigh most; what the page itself calls a side box, a menu or a ranking weighs
little, even where its dates are newer; a pager behind a list and the breadcrumb before it speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import cast

from lxml import html

from govcrawl.model import ListItem, ListOrigin
from govcrawl.pages.addresses import normalise
from govcrawl.pages.dates import find_dates, latest_possible
from govcrawl.pages.elements import collapse
from govcrawl.pages.links import called_address
from govcrawl.pages.page import Page
from govcrawl.pages.rows import Group, Row, full_title, groups_of

MAX_ITEMS = 2000

_ASIDE = re.compile(
    r"(?:^|[\s_\-])(?:side|sider|sidebar|aside|rank|ranking|hot|hits|related|relate|recommend|tuijian|paihang"
    r"|xgxw|xgyd|remen|friend|friendlink|yqlj|links?|foot|footer|bottom|copyright|header|top_?nav|nav|navbar"
    r"|menu|submenu|topbar|crumbs?|breadcrumb|location|position|dqwz|pager?|pages|paging|pagination|share|login|search"
    r"|leftnav|left_?menu)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
_ASIDE_HEADING = re.compile(
    r"排行|热点|热门|点击(?:量|率)|浏览量|相关(?:阅读|链接|文章|新闻|信息|资讯|推荐|文档|内容|稿件|文件)|猜你喜欢|推荐(?:阅读|信息|新闻|文章)"
    r"|最新(?:更新|发布|信息|文章|推荐|资讯)|友情链接|一周|本月|图文推荐|延伸阅读|上一篇|下一篇|附件"
)
_PAGER = re.compile(
    r"(?:上一?页|下一?页|末\s?页|尾\s?页|最后一页|后一页|下页|共\s{0,3}\d{1,6}\s{0,3}(?:页|条)|\d{1,5}\s?/\s?\d{1,5}\s?页?|转到|createPageHTML|next\s?page)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MainList:
    """The main list of a page."""

    items: tuple[ListItem, ...]
    element: html.HtmlElement
    """What holds the rows; of a data island its script."""
    origin: ListOrigin
    pager: bool
    aside: bool
    """The page calls it a side box, a menu or a ranking, and shows nothing better."""
    score: float

    @property
    def dated(self) -> int:
        """Entries with a date, with or without a year."""
        return sum(item.day is not None or item.latest is not None for item in self.items)

    def points(self, prose: int) -> int:
        """What speaks for a list page, beside a page's characters of running text (`prose_of`)."""
        points = (2 if self.dated >= 3 and not self.aside else 0) + (1 if self.dated >= 8 else 0)
        return points + (2 if self.pager and self.dated else 0) + (1 if prose < 120 else 0)

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


def _find(page: Page, today: date) -> MainList | None:
    best: MainList | None = None
    for island in page.islands:
        found = _best(page, island.root, today)
        if found:
            found = replace(found, element=island.script, origin=ListOrigin.ISLAND, score=found.score * 1.5)
            best = found if best is None or found.score > best.score else best
    static = _best(page, page.root, today)
    if best is None or (static is not None and static.score > best.score):
        best = static
    return best


def _best(page: Page, root: html.HtmlElement, today: date) -> MainList | None:
    groups = page_groups(page, root, today)
    scored = [(score, group) for group in groups if (score := score_of(group)) > 0]
    if not scored:
        return None
    score, group = max(scored, key=lambda pair: pair[0])
    parts = _same_list(group, groups)
    rows = [row for part in parts for row in part.rows]
    items = items_of(rows, page, today)
    return MainList(
        items,
        group.container,
        ListOrigin.STATIC,
        has_pager(group.container),
        is_aside(group.container),
        score,
    )


def page_groups(page: Page, root: html.HtmlElement, today: date) -> list[Group]:
    """Groups of a page or of one of its islands, found once."""
    key = ("groups", id(root), today)
    if key not in page.memo:
        page.memo[key] = groups_of(root, today)
    return cast("list[Group]", page.memo[key])


def score_of(group: Group) -> float:
    """How much a group looks like a main list; 0: not at all."""
    count = len(group.rows)
    if group.dated == 1 and not _single_entry(group):
        return 0.0
    worth = min(1.5, max(0.2, group.title_length / 12))
    if group.dated * 2 >= count:
        score = min(group.dated, 40) * worth + (2.0 if count > 1 else 0.0)
    elif group.title_length >= 8 and count > 2:
        score = min(count, 40) * worth * 0.25
    else:
        return 0.0
    if is_aside(group.container):
        score *= 0.2
    if has_pager(group.container):
        score *= 2.5
    return score


def _single_entry(group: Group) -> bool:
    """One dated row in what is made for rows, and little else in it: a column with a single entry."""
    row = group.rows[0]
    return (
        len(group.rows) == 1
        and row.dated
        and row.inside
        and group.container.tag in {"ul", "ol", "dl", "tbody", "table"}
        and row.length <= len(row.title) + 60
    )


def is_aside(container: html.HtmlElement) -> bool:
    """Does the page call it a side box, a menu, a ranking: by class, id or the heading over it."""
    node: html.HtmlElement | None = container
    for _ in range(5):
        if node is None or node.tag in {"body", "html"}:
            break
        name = f"{node.get('class') or ''} {node.get('id') or ''}"
        if name != " " and _ASIDE.search(name):
            return True
        node = node.getparent()
    heading = heading_of(container)
    return bool(_ASIDE_HEADING.search(heading[:40]))


def heading_of(container: html.HtmlElement) -> str:
    """The short text that stands over a group, at most 60 characters; "" where there is none near by."""
    node: html.HtmlElement | None = container
    for _ in range(3):
        if node is None:
            return ""
        before = node.getprevious()
        steps = 0
        while before is not None and steps < 3:
            if before.tag not in {"script", "style", "link"}:
                text = collapse("".join(str(t) for t in before.itertext()))
                if text:
                    return text[:60] if len(text) <= 60 else ""
            before = before.getprevious()
            steps += 1
        node = node.getparent()
    return ""


def has_pager(container: html.HtmlElement) -> bool:
    """Does a pager stand behind it, near by."""
    node: html.HtmlElement | None = container
    for _ in range(4):
        if node is None or node.tag in {"body", "html"}:
            return False
        behind = node.getnext()
        for _ in range(4):
            if behind is None:
                break
            if behind.tag != "style":
                text = "".join(str(t) for t in behind.itertext())[:3000]
                if len(text) < 3000 and _PAGER.search(text):
                    return True
            behind = behind.getnext()
        node = node.getparent()
    return False


def _same_list(group: Group, groups: Sequence[Group]) -> list[Group]:
    """The group, with those that go on with it: one list in several blocks, or panes of one column.

    Blocks under headings of their own go together only where the page gives them one class and no pager
    follows: a column that shows the beginnings of its sub-columns, none of which is the main one.
    """
    look = _look(group)
    place = group.container.getparent()
    if place is None:
        return [group]
    headed_too = bool(group.container.get("class") or place.get("class")) and not has_pager(group.container)
    parts = [group]
    for other in groups:
        if other is group or not other.dated or _look(other) != look:
            continue
        beside = other.container.getparent()
        if beside is None or (beside.tag, beside.get("class")) != (place.tag, place.get("class")):
            continue
        if beside is place:
            together = headed_too or not _headed(other.container)
        else:
            together = beside.getparent() is place.getparent() and (
                headed_too or not (_headed(beside) or _headed(other.container))
            )
        if together and not is_aside(other.container):
            parts.append(other)
    if len(parts) > 1:
        order = {element: at for at, element in enumerate(group.container.getroottree().getroot().iter())}
        parts.sort(key=lambda part: order.get(part.container, 0))
    return parts


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


def items_of(rows: Sequence[Row], page: Page, today: date) -> tuple[ListItem, ...]:
    """Entries from rows, each once."""
    items: list[ListItem] = []
    seen: set[tuple[str, object]] = set()
    years = _years(rows, today)
    for row, day in zip(rows, years, strict=True):
        title = _title(row, today)
        url = _address(row, page)
        latest = None
        if day is None and row.month_day:
            latest = latest_possible(row.month_day, today)
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
    return tuple(items)


def _years(rows: Sequence[Row], today: date) -> list[date | None]:
    """Days of rows; a missing year is filled in only between two rows that leave one possibility."""
    days = [row.day for row in rows]
    known = [day for day in days if day is not None]
    if len(known) == len(days) or len(known) < 2 or any(a < b for a, b in pairwise(known)):
        return days
    for at, row in enumerate(rows):
        if days[at] is not None or row.month_day is None:
            continue
        above = next((day for day in reversed(days[:at]) if day), None)
        below = next((day for day in days[at + 1 :] if day), None)
        if above is None or below is None:
            continue
        fitting = []
        for year in range(below.year, above.year + 1):
            try:
                candidate = date(year, *row.month_day)
            except ValueError:
                continue
            if below <= candidate <= above:
                fitting.append(candidate)
        if len(fitting) == 1:
            days[at] = fitting[0]
    return days


def _title(row: Row, today: date) -> str:
    title = full_title(row.anchor, row.title)
    for found in find_dates(title, today, limit=4):
        if not row.dated or (found.day, found.day is None and found.month_day) != (
            row.day,
            row.day is None and row.month_day,
        ):
            continue
        before, behind = title[: found.start].strip(" [(（【"), title[found.end :].strip(" ])）】")
        if not before and behind:
            return behind
        if before and not behind:
            return before
    return title


def _address(row: Row, page: Page) -> str:
    """Absolute address of an entry, "" where only a script knows it."""
    href = (row.anchor.get("href") or "").strip()
    if not href or href.startswith("#") or href[:11].lower().startswith("javascript:"):
        href = called_address(href) or called_address(row.anchor.get("onclick") or "") or ""
        if not href:
            return ""
    return normalise(href, page.base_url, page.encoding) or href[:2000]
