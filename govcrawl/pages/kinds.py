"""What kind of page it is, and all that is read from it in one object (INTERFACES, section 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from govcrawl.model import ColumnState, Kind, ListItem
from govcrawl.pages.columns import read_column
from govcrawl.pages.home import read_home
from govcrawl.pages.lists import MainList, main_list
from govcrawl.pages.page import Page, read_page
from govcrawl.pages.prose import prose_of
from govcrawl.pages.rows import groups_of

_MARKS = re.compile(
    r"打\s?印|字\s?[体号]\s?[:：]|关闭(?:窗口|本页)|责任编辑|来\s{0,4}源\s{0,2}[:：]|(?:发布|发表)(?:时间|日期)\s{0,2}[:：]"
    r"|(?:浏览|阅读)(?:次数|量)|点击(?:数|次数|量)|扫一扫|分享到"
)
_DATE_LINE = re.compile(
    r"(?:时间|日期|发布于|发布)\s{0,3}[:：]?\s{0,5}[\[(（]?\s?(?:19|20)\d\d\s?[-/.年]"
    r"|(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?\s{0,3}(?:\d{1,2}:\d{2}(?::\d{2})?)?.{0,8}来\s{0,4}源"
)
_BREADCRUMB = re.compile(r"当前(?:所在)?的?位置|您(?:现在|当前|目前)?所?(?:在|处)?的?位置|所在位置")
_MORE = re.compile(r"更\s?多|\bmore\b", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s?[-_—–|]+\s?")
_SITE_WORDS = re.compile(r"网$|网站|门户|政府|首页")
_ROOT_PATH = re.compile(r"/?(?:(?:index|default|home|main)\d?\.[a-z]{3,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What `govcrawl extract` prints of one page, without its name."""

    url: str
    kind: Kind
    encoding: str
    title: str
    published: str | None = None
    source: str | None = None
    reprint: bool | None = None
    items: tuple[ListItem, ...] = ()
    newest: date | None = None

    def to_json(self) -> dict[str, object]:
        """All keys of INTERFACES, section 5, but `input`, which only the caller knows."""
        return {
            "url": self.url,
            "kind": str(self.kind),
            "encoding": self.encoding,
            "title": self.title,
            "published": self.published,
            "source": self.source,
            "reprint": self.reprint,
            "items": [item.to_json() for item in self.items],
            "newest": None if self.newest is None else self.newest.isoformat(),
        }


def kind_of(page: Page, today: date) -> Kind:
    """Article, list, home page or something else, by what the page shows and, for a home page, its address."""
    if not page.is_html:
        return Kind.OTHER
    article = _article_points(page)
    listing, found = _list_points(page, today)
    if article >= 3 and article > listing:
        return Kind.ARTICLE
    if _is_home(page, found, today):
        return Kind.HOME
    if listing >= 3:
        return Kind.LIST
    if article >= 3:
        return Kind.ARTICLE
    frame = read_column(page, today).state
    return Kind.LIST if frame in {ColumnState.EMPTY, ColumnState.NEEDS_RENDERING} else Kind.OTHER


def _article_points(page: Page) -> int:
    text = page.text
    points = 3 if any(any(page.metas.get(name, ())) for name in ("articletitle", "pubdate")) else 0
    prose, _ = prose_of(page.root)
    points += 2 if prose >= 300 else (1 if prose >= 120 else 0)
    points += 2 if 0 < len(_DATE_LINE.findall(text)) <= 3 else 0
    return points + (1 if len(set(_MARKS.findall(text))) >= 2 else 0)


def _list_points(page: Page, today: date) -> tuple[int, MainList | None]:
    found = main_list(page, today)
    if found is None:
        return 0, None
    dated = found.dated
    points = (2 if dated >= 3 and not found.aside else 0) + (1 if dated >= 8 else 0)
    points += 2 if found.pager and dated >= 1 else 0
    points += 1 if prose_of(page.root)[0] < 120 else 0
    return points, found


def _is_home(page: Page, found: MainList | None, today: date) -> bool:
    """Several blocks of news under headings of their own, none of them the page's only matter."""
    parts = urlsplit(page.url)
    at_root = bool(parts.netloc) and not parts.query and _ROOT_PATH.fullmatch(parts.path) is not None
    if at_root and page.refresh is not None:
        return True
    blocks = [
        group
        for group in groups_of(page.root, today)
        if len(group.rows) >= 3 and group.title_length >= 7 and (group.dated >= 2 or len(group.rows) >= 4)
    ]
    if at_root:
        return len(blocks) >= 1 and not (found is not None and found.pager and found.dated >= 15)
    if _BREADCRUMB.search(page.text) or _names_column(page.title):
        return False
    if found is not None and found.pager and len(blocks) < 4:
        return False
    dated = [group for group in blocks if group.dated >= 2]
    return len(dated) >= 2 or len(blocks) >= 4


def _names_column(title: str) -> bool:
    """`通知公告-示例市人民政府`: a column's title begins with the column, a home page's with the site."""
    parts = [part for part in _TITLE_PARTS.split(title) if part]
    return len(parts) > 1 and len(parts[0]) <= 8 and not _SITE_WORDS.search(parts[0])


def extract(
    body: bytes, url: str, content_type: str = "", *, today: date, kind: Kind | None = None
) -> Extract:
    """Read one page; `kind` overrides what it seems to be. Never raises for what a page holds."""
    page = read_page(body, url, content_type)
    kind = kind or kind_of(page, today)
    if kind is Kind.ARTICLE:
        from govcrawl.pages.articles import read_article

        article = read_article(page, today=today)
        return Extract(
            url=url,
            kind=kind,
            encoding=page.encoding,
            title=article.title,
            published=None if article.published is None else str(article.published),
            source=None if article.source is None else article.source.name,
            reprint=article.reprint,
        )
    if kind is Kind.LIST:
        found = main_list(page, today)
        return Extract(
            url=url,
            kind=kind,
            encoding=page.encoding,
            title=page.title,
            items=found.items if found else (),
            newest=found.newest if found else None,
        )
    newest = read_home(page, today).newest if kind is Kind.HOME else None
    return Extract(url=url, kind=kind, encoding=page.encoding, title=page.title, newest=newest)
