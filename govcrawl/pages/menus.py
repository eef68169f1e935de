"""Links that may lead to columns: of menus, of headings, of 更多, each with the name that it goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import html

from govcrawl.model import Link
from govcrawl.pages.addresses import host_of, normalise
from govcrawl.pages.elements import text_of
from govcrawl.pages.page import Page


class Role(StrEnum):
    """Where such a link stands; earlier members say more for a column than later ones."""

    MENU = "menu"
    HEADING = "heading"
    MORE = "more"
    LINK = "link"
    """Elsewhere in the page."""


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A link with a name as short as those of columns are."""

    name: str
    """Without marks and blanks; of 更多 the heading of its block; "": the page names none that is clear."""
    link: Link
    role: Role
    above: str | None = None
    """Address of the menu's entry under which it stands; None: of the first level."""


_MARKS = re.compile(r"[\s\u200b\ufeff>»›·•▪■◆★\[\]【】<«|+]+")
_NAMED = re.compile(r"[一-鿿0-9A-Za-z][一-鿿、0-9A-Za-z()（）“”《》：:\-—·]{1,15}")
_MORE = re.compile(r"(?:查看|点击|阅读|浏览)?(?:更多|more)(?:信息|内容|…|\.{3})?", re.IGNORECASE)
_MORE_OF = re.compile(r"(?:查看|点击)?更多|more", re.IGNORECASE)
_MENU = re.compile(
    r"(?:^|[\s_\-])(?:main|top|sub|left|second|head)?_?-?(?:nav|navi|navbar|navigation|menus?|daohang|dh|lanmu|lm|channel)"
    r"(?:$|[\s_\-\d])|menu|nav(?:list|box|con)?\b|subcolumn",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:^|[\s_\-])(?:tit|title|hd|head|heading|bt|tabs?)(?:$|[\s_\-\d])", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_GROUPS = frozenset({"ul", "ol", "dl", "table", "tr", "td", "nav", "div", "section", "p", "map"})
_DAY = re.compile(r"\d{1,4}[-/.月]\d{1,2}")
_CLIMB = 8
"""Elements upwards that are looked at around a link."""
_MOST_ANCHORS = 300
_MOST_LINKS = 3000
"""Short links of one page that are looked at; a menu has tens of them."""
_MOST_GROUPS = 300
_MOST_MORE = 100
_MOST_TEXT = 5000
"""Characters of a group that are read for dates."""


def column_links(page: Page) -> Iterator[ColumnLink]:
    """The links of a page that are named as columns are, in its order; addresses may come again."""
    menus: dict[html.HtmlElement, bool] = {}
    mores = shorts = 0
    for link in page.links:
        if link.element not in {"a", "area"} or not link.url.startswith(("http://", "https://")):
            continue
        if not host_of(link.url):  # what can't be an address is a link all the same, and leads nowhere
            continue
        element = page.element(link)
        name = _MARKS.sub("", link.text)
        if _MORE.fullmatch(name) or _MORE_OF.match(name):
            mores += 1
            yield ColumnLink(_heading(element) if mores <= _MOST_MORE else "", link, Role.MORE)
        elif _NAMED.fullmatch(name):
            shorts += 1
            if shorts > _MOST_LINKS:
                return
            if _in_menu(element, menus):
                yield ColumnLink(name, link, Role.MENU, _above(element, page))
            else:
                yield ColumnLink(name, link, Role.HEADING if _is_heading(element) else Role.LINK)


def block_of(page: Page, link: Link) -> int:
    """The list in which a link stands, as a number that links of one list share."""
    element = page.element(link)
    return hash(next(element.iterancestors("ul", "ol", "dl", "tbody", "table"), element.getparent()))


def _in_menu(element: html.HtmlElement, known: dict[html.HtmlElement, bool]) -> bool:
    """Does it stand in what the page calls a menu, or among links that are all as short as names."""
    nearest: html.HtmlElement | None = None
    for node in _around(element):
        if node.tag == "nav" or _MENU.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return _is_menu(node, known)
        if nearest is None and node.tag in _GROUPS and _several(node):
            nearest = node
    return nearest is not None and _is_menu(nearest, known)


def _is_menu(group: html.HtmlElement, known: dict[html.HtmlElement, bool]) -> bool:
    if group not in known and len(known) >= _MOST_GROUPS:
        return False
    if group not in known:
        names = [name for anchor in _anchors(group) if (name := _name(anchor))]
        short = sum(len(name) <= 12 for name in names)
        dated = len(_DAY.findall(_beginning(group)))
        known[group] = len(names) >= 3 and short >= 0.8 * len(names) and dated <= 2
    return known[group]


def _name(anchor: html.HtmlElement) -> str:
    """What it shows, of a picture what stands for it."""
    text = text_of(anchor) or anchor.get("title") or anchor.get("alt") or ""
    if not text:
        text = next((alt for image in anchor.iter("img") if (alt := image.get("alt"))), "")
    return _MARKS.sub("", text)


def _beginning(group: html.HtmlElement) -> str:
    parts: list[str] = []
    total = 0
    for text in group.itertext():
        parts.append(str(text))
        total += len(text)
        if total >= _MOST_TEXT:
            break
    return "".join(parts)


def _anchors(group: html.HtmlElement) -> list[html.HtmlElement]:
    return [anchor for anchor, _ in zip(group.iter("a", "area"), range(_MOST_ANCHORS + 1), strict=False)]


def _several(node: html.HtmlElement) -> bool:
    return sum(1 for _ in zip(node.iter("a", "area"), range(3), strict=False)) == 3


def _above(element: html.HtmlElement, page: Page) -> str | None:
    """The entry under which it stands: the first link of an item of the menu that holds several."""
    for node in _around(element):
        if node.tag in {"li", "dl", "dd"}:
            head = next(node.itersiblings("dt", preceding=True), None) if node.tag == "dd" else node
            first = None if head is None else next(iter(head.iter("a")), None)
            if first is not None and first is not element and (href := first.get("href")):
                address = _address(page, href)
                return address if address != _address(page, element.get("href") or "") else None
        elif node.tag in {"nav", "table"}:
            break
    return None


def _address(page: Page, href: str) -> str | None:
    address = normalise(href, page.base_url, page.encoding)
    return address if address and address.startswith("http") else None


def _is_heading(element: html.HtmlElement) -> bool:
    for node, _ in zip(_around(element), range(3), strict=False):
        if node.tag in _HEADINGS or _TITLE.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
    return False


def _heading(element: html.HtmlElement) -> str:
    """What stands over the block that a 更多 belongs to, where it is one short name."""
    own = _MARKS.sub("", _MORE_OF.sub("", element.get("title") or text_of(element)))
    if _NAMED.fullmatch(own):
        return own
    node = element
    for _ in range(4):
        parent = node.getparent()
        if parent is None or parent.tag in {"body", "html"}:
            return ""
        before = [parent.text or ""]
        for child in parent:
            if child is node:
                break
            before += [text_of(child), child.tail or ""]
        if text := _MARKS.sub("", "".join(before)):
            return text if _NAMED.fullmatch(text) else ""
        node = parent
    return ""


def _around(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    node = element.getparent()
    for _ in range(_CLIMB):
        if node is None or node.tag in {"body", "html"}:
            return
        yield node
        node = node.getparent()
