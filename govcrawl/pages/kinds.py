"""What kind of page it is, and all that is read from it in one object (INTERFACES, section 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from govcrawl.model import ColumnState, Kind, ListItem
from govcrawl.pages.articles import read_article
from govcrawl.pages.columns import read_column
from govcrawl.pages.elements import raw_text, text_of
from govcrawl.pages.hijack import hijacked
from govcrawl.pages.home import read_home
from govcrawl.pages.lists import MOST_POINTS, MainList, main_list, most_points, page_groups
from govcrawl.pages.page import Page, read_page
from govcrawl.pages.signs import BREADCRUMB, article_points
from govcrawl.pages.soft404 import is_home, says_closed, says_missing

_TITLE_PARTS = re.compile(r"\s?[-_—–|]+\s?")
_CHANNEL = re.compile(
    r"(?:新闻|要闻|动态|资讯|公告|通知|公示|公开|政务|政策|法规|文件|解读|服务|互动|办事|专题|专栏|栏目|频道|视频"
    r"|图片|信息|概况|机构|工作)(?:中心|频道|专区|专栏|栏目)?$"
)
"""Ends of the names of columns; a site's own name ends in 网, 政府, 局 …"""
_COLUMN_NAME = 12
"""Characters of a column's name."""
_FACTS = 4
"""Rows of name and value from which a page states facts of one thing."""
_HOME_FOLDERS = 2
"""Slashes in the path of a home page at most (/portal/index.html)."""
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
    """Article, list, home page or something else, by what the page shows; a home page by its address too."""
    if not page.is_html:
        return Kind.OTHER
    prose = page.shown.prose
    article = article_points(page)
    at_root = _at_root(page)
    if prose >= 120 and not at_root and _outweighs(article, MOST_POINTS, prose):
        return Kind.ARTICLE  # whatever lists stand beside it
    if _is_notice(page):
        return Kind.OTHER  # whatever menus and news stand around it
    if article >= 4 and not at_root and _outweighs(article, most_points(page, prose), prose):
        return Kind.ARTICLE  # no list of this page can weigh more
    found = main_list(page, today)
    listing = found.points(prose) if found else 0
    home = _is_home(page, today)
    if article >= 3 and _outweighs(article, listing, prose) and not (home and (at_root or article < 4)):
        return Kind.ARTICLE
    if home:
        return Kind.HOME
    if listing >= 3:
        return Kind.LIST
    if article >= 3:
        return Kind.ARTICLE
    return Kind.LIST if _is_column(page, found, prose, today) else Kind.OTHER


def _is_notice(page: Page) -> bool:
    """Does it say that there is nothing here, or was the address taken over by something else."""
    own = page.shown.own
    missing = not (page.url and is_home(page.url)) and says_missing(page, own)
    return bool(missing or says_closed(page, own) or hijacked(page))


def _outweighs(article: int, listing: int, prose: int) -> bool:
    """Do the points of an article outweigh those of a list; running text decides between equals."""
    return article > listing or (article == listing and prose >= 300)


def _is_column(page: Page, found: MainList | None, prose: int, today: date) -> bool:
    """A list without dates, an empty one, or one that a script writes; never a page with hardly any link."""
    tagged = any(page.metas.get("columnname", ()))
    if prose >= 120 or not (tagged or sum(link.element == "a" for link in page.links) >= 5):
        return False
    if found is not None and not found.aside and (len(found.items) >= 8 or _names_column(page)):
        return True
    if (tagged or BREADCRUMB.search(page.text)) and not _states_facts(page):
        return True
    return read_column(page, today).state in {ColumnState.EMPTY, ColumnState.NEEDS_RENDERING}


def _states_facts(page: Page) -> bool:
    """A table of names and values without links, as of a service's guide or an office's address."""
    pairs = 0
    for row in page.root.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        if len(cells) == 2 and row.find(".//a") is None and all(raw_text(cell).strip() for cell in cells):
            pairs += 1
    return pairs >= _FACTS


def _is_home(page: Page, today: date) -> bool:
    """Several blocks of news under headings of their own, none of them the page's only matter."""
    if _at_root(page) and page.refresh is not None:
        return True
    return gathers_blocks(page, today) and (_at_root(page) or not _names_column(page))


def gathers_blocks(page: Page, today: date) -> bool:
    """Does it show the beginnings of several lists: a home page, or a channel over several columns.

    At the top of a host one block is enough.
    """
    found = main_list(page, today)
    parts = urlsplit(page.url)
    blocks = [
        group
        for group in page_groups(page, page.root, today)
        if len(group.rows) >= 3 and group.title_length >= 7 and (group.dated >= 2 or len(group.rows) >= 4)
    ]
    if _at_root(page):
        return len(blocks) >= 1 and not (found is not None and found.pager and found.dated >= 15)
    if parts.path.count("/") > _HOME_FOLDERS or BREADCRUMB.search(page.text):
        return False
    if _headed_by_title(page) or (found is not None and found.pager and len(blocks) < 4):
        return False
    dated = [group for group in blocks if group.dated >= 2]
    return len(dated) >= 2 or len(blocks) >= 4


def _at_root(page: Page) -> bool:
    """Is it the top of a host, where a home page stands, and no article whatever the tags say."""
    parts = urlsplit(page.url)
    return bool(parts.netloc) and not parts.query and _ROOT_PATH.fullmatch(parts.path) is not None


def _names_column(page: Page) -> bool:
    """`新闻中心-示例市人民政府`: the title begins with a name as columns have it, and no site."""
    parts = [part for part in _TITLE_PARTS.split(page.title) if part]
    if len(parts) < 2 or len(parts[0]) > _COLUMN_NAME:
        return False
    return _CHANNEL.search(parts[0]) is not None or _headed_by_title(page)


def _headed_by_title(page: Page) -> bool:
    """`通知公告-示例市人民政府` over a heading 通知公告: a column's title begins with its own heading."""
    parts = [part for part in _TITLE_PARTS.split(page.title) if part]
    if len(parts) < 2 or len(parts[0]) > _COLUMN_NAME:
        return False
    return any(text_of(heading)[:60].endswith(parts[0]) for heading in page.root.iter("h1", "h2", "h3", "h4"))


def extract(body: bytes, url: str, content_type: str, today: date, kind: Kind | None = None) -> Extract:
    """Read one page; `kind` overrides what it seems to be. Never raises for what a page holds."""
    page = read_page(body, url, content_type)
    kind = kind or kind_of(page, today)
    if kind is Kind.ARTICLE:
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
        column = read_column(page, today)
        return Extract(
            url=url,
            kind=kind,
            encoding=page.encoding,
            title=page.title,
            items=column.items,
            newest=column.newest,
        )
    newest = read_home(page, today).newest_shown if kind is Kind.HOME else None
    return Extract(url=url, kind=kind, encoding=page.encoding, title=page.title, newest=newest)
