"""What kind of page it is, and all that is read from it in one object (INTERFACES, section 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from govcrawl.model import Kind, ListItem
from govcrawl.pages.home import read_home
from govcrawl.pages.lists import main_list
from govcrawl.pages.page import Page, read_page

_ARTICLE_MARKS = re.compile(
    r"【?打\s?印】?|字\s?[体号]|关闭(?:窗口|本页)?|扫一扫|责任编辑|来\s?源\s?[:：]|发布(?:时间|日期)\s?[:：]"
)
_BREADCRUMB = re.compile(r"当前(?:所在)?位置|您?(?:现在)?的?位置|所在位置")


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
    """Article, list, home page or something else, by what the page shows."""
    found = main_list(page, today)
    if found is not None and found.dated >= 3:
        return Kind.LIST
    if _ARTICLE_MARKS.search(page.text):
        return Kind.ARTICLE
    return Kind.OTHER


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
