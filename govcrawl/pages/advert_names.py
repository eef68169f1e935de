"""Links that stand where a page itself speaks of an advertisement: in a box, or around a picture, named so.

Official sites call their own banners so. Here it is only noted, for links that lead to other domains; what
it is worth the check decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from lxml import html

from govcrawl.model import AdvertName
from govcrawl.pages.addresses import host_of, registrable_domain
from govcrawl.pages.elements import remembered

if TYPE_CHECKING:
    from govcrawl.pages.page import Page

_LEADING = frozenset({"a", "area", "iframe", "frame"})
_UPWARDS = 4
"""Elements around a link that are looked at."""
_MOST = 8
"""Names that are noted of one link."""
_NAME = re.compile(
    r"(?:^|[_\-])(?:ads?|adv|advert\w{0,10}|ad(?:box|img|pic|banner|bar|area|list|side|left|right|top|bottom|word)s?)"
    r"(?:$|[_\-\d])|guanggao|^gg(?:$|[_\-\dw]|box|img|tu)|tuiguang|sponsor|couplet|duilian|float",
    re.IGNORECASE,
)
_FOLDER = re.compile(
    r"/(?:ads?|adv|advert\w{0,8}|ad_?(?:img|file|pic)s?|guanggao\w{0,4}|ggimg|gggl)/", re.IGNORECASE
)


def advert_names(page: Page) -> Mapping[int, AdvertName]:
    """By index of the link: the names of advertisements around links that lead to other domains."""
    named = any(map(_is_named, page.classes)) or any(map(_is_named, page.identities))
    pictures = [link for link in page.links if link.element == "img" and _is_filed(link.url)]
    if not named and not pictures:
        return MappingProxyType({})  # as on most pages
    inside: dict[html.HtmlElement, str] = {}
    for picture in pictures:
        around = next(page.element(picture).iterancestors("a"), None)
        if around is not None:
            inside.setdefault(around, picture.url)
    own = registrable_domain(host_of(page.url))
    others: dict[str, bool] = {}
    found: dict[int, AdvertName] = {}
    for link in page.links:
        if link.element not in _LEADING or not (host := host_of(link.url)):
            continue
        if host not in others:
            others[host] = registrable_domain(host) != own
        if others[host]:
            element = page.element(link)
            name = _around(element, inside.get(element, ""))
            if name is not None:
                found[link.index] = name
    return MappingProxyType(found)


def _around(element: html.HtmlElement, picture: str) -> AdvertName | None:
    classes: list[str] = []
    ids: list[str] = []
    for node in (element, *islice(element.iterancestors(), _UPWARDS)):
        if node.tag in {"body", "html"}:
            break
        if (names := node.get("class")) and _is_named(names):
            classes += [name for name in names.split() if _is_named(name)]
        if (name := node.get("id")) and _is_named(name):
            ids.append(name)
    if not classes and not ids and not picture:
        return None
    return AdvertName(classes=tuple(classes[:_MOST]), ids=tuple(ids[:_MOST]), picture=picture)


@remembered
def _is_named(names: str) -> bool:
    """Is one of these classes, or ids, a name of advertisements."""
    return len(names) <= 300 and any(map(_NAME.search, names.split()))


@remembered
def _is_filed(url: str) -> bool:
    return _FOLDER.search(url) is not None
