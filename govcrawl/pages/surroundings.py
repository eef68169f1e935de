"""What stands around a group of rows: its heading, a pager behind it, what the page calls its box."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from lxml import html

from govcrawl.pages.elements import collapse, raw_text

_ASIDE = re.compile(
    r"(?:^|[\s_\-])(?:side|sider|sidebar|aside|rank|ranking|hot|hits|related|relate|recommend|tuijian|paihang"
    r"|xgxw|xgyd|remen|friend|friendlink|yqlj|links?|foot|footer|bottom|copyright|header|top_?nav|nav|navbar"
    r"|menu|submenu|topbar|crumbs?|breadcrumb|location|position|dqwz|pager?|pages|paging|pagination|share|login"
    r"|search|leftnav|left_?menu)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
_ASIDE_HEADING = re.compile(
    r"排行|热点|热门|点击(?:量|率)|浏览量|猜你喜欢|推荐(?:阅读|信息|新闻|文章)"
    r"|相关(?:阅读|链接|文章|新闻|信息|资讯|推荐|文档|内容|稿件|文件)"
    r"|最新(?:更新|发布|信息|文章|推荐|资讯)|友情链接|一周|本月|图文推荐|延伸阅读|上一篇|下一篇|附件"
)
_CRUMBS = re.compile(r"位置|[>›»]|首页")
_PREVIEW_HEADING = re.compile(r"更\s?多|\bmore\b|>>\s*$", re.IGNORECASE)
# Begins with one class of characters, so that the search skips all others at full speed.
_PAGER = re.compile(
    r"[上下末尾最后总共\dcCnN.lL](?:(?<=[上下])一?页|(?<=[末尾])\s?页|(?<=最)后一页|(?<=后)一页"
    r"|(?:(?<=总)共|(?<=共)有?)\s{0,3}\d{1,6}\s{0,3}(?:页|条|篇)|(?<=\d)\d{0,4}\s?/\s?\d{1,5}\s?页"
    r"|(?i:(?<=c)reatePageHTML|(?<=n)ext\s?page|(?<=\.)pagination\(|(?<=l)aypage))"
)
_PAGER_TEXT = 3000
"""Characters of a part behind a group that may be a pager: one that is longer is something else."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What speaks for and against a group being a page's main list."""

    aside: bool
    """The page calls it a side box, a menu, a ranking."""
    preview: bool
    """Its heading leads to more: it is the beginning of another column's list."""
    named: bool
    """The column's own name stands over it."""
    pager: bool

    @property
    def weight(self) -> float:
        """The factor by which it counts."""
        weight = 0.2 if self.aside else 0.5 if self.preview else 2.0 if self.named else 1.0
        return weight * (2.5 if self.pager else 1.0)

    @classmethod
    def of(cls, container: html.HtmlElement, names: Collection[str]) -> Surroundings:
        """Read them; `names` is what the column may be called."""
        heading = heading_of(container)
        aside = _boxed_aside(container) or _ASIDE_HEADING.search(heading) is not None
        preview = _PREVIEW_HEADING.search(heading) is not None
        # A breadcrumb ends with the column's name too, and stands over everything.
        named = not _CRUMBS.search(heading) and any(heading.endswith(name) for name in names)
        return cls(aside, preview, named, has_pager(container))


def is_aside(container: html.HtmlElement) -> bool:
    """Does the page call it a side box, a menu, a ranking: by class, id or the heading over it."""
    return _boxed_aside(container) or _ASIDE_HEADING.search(heading_of(container)) is not None


def _boxed_aside(container: html.HtmlElement) -> bool:
    node: html.HtmlElement | None = container
    for _ in range(5):
        if node is None or node.tag in {"body", "html"}:
            return False
        classes, identity = node.get("class"), node.get("id")
        if (classes or identity) and _ASIDE.search(f"{classes or ''} {identity or ''}"):
            return True
        node = node.getparent()
    return False


def heading_of(container: html.HtmlElement) -> str:
    """The short text that stands over a group, at most 60 characters; "" where there is none near by."""
    node: html.HtmlElement | None = container
    for _ in range(3):
        if node is None or node.tag == "body":
            return ""
        before = node.getprevious()
        for _ in range(3):
            if before is None:
                break
            if before.tag not in {"script", "style", "link"} and (text := _short_text(before, 61)):
                return text if len(text) <= 60 else ""
            before = before.getprevious()
        node = node.getparent()
    return ""


def has_pager(container: html.HtmlElement) -> bool:
    """Does a pager stand behind the rows, near by, or as the last of them."""
    if len(container) and _PAGER.search(_short_text(container[-1], 400)):
        return True
    node: html.HtmlElement | None = container
    for _ in range(4):
        if node is None or node.tag in {"body", "html"}:
            return False
        behind = node.getnext()
        for _ in range(4):
            if behind is None:
                break
            if behind.tag != "style":
                text = _short_text(behind, _PAGER_TEXT)
                if len(text) < _PAGER_TEXT and _PAGER.search(text):
                    return True
            behind = behind.getnext()
        node = node.getparent()
    return False


def may_have_pager(root: html.HtmlElement) -> bool:
    """Is there anything in a page for which `has_pager` could be true: where not, no one looks closer."""
    # Without blanks it holds all that the pattern finds with them.
    return _PAGER.search(collapse(raw_text(root)).replace(" ", "")) is not None


def _short_text(element: html.HtmlElement, limit: int) -> str:
    """The text of an element, scripts too; of a long one only that it is as long as `limit`."""
    text = raw_text(element)
    return collapse(text)[:limit] if len(text) < 10 * limit else "…" * limit
