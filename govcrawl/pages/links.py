"""All links of a page, of every kind, with where each stands.

What counts as a link is what a visitor's browser asks for, at once or at a click: not comments, not hints
such as dns-prefetch, not the targets of forms (an address without its fields says nothing about the form).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lxml import html

from govcrawl.model import Link
from govcrawl.pages.elements import collapse, raw_text
from govcrawl.pages.islands import Island

MAX_LINKS = 20_000
"""Links that are kept of one page."""

_ASKED_RELATIONS = {
    "stylesheet",
    "icon",
    "apple-touch-icon",
    "manifest",
    "preload",
    "modulepreload",
    "alternate",
}
_LAZY = ("data-src", "data-original", "data-lazy-src", "lazy-src")
_CALL = re.compile(
    r"(?:window\s{0,3}\.\s{0,3})?open\s{0,3}\(\s{0,3}(['\"])([^'\"\s()]{2,2000})\1"
    r"|location(?:\s{0,3}\.\s{0,3}href)?\s{0,3}=\s{0,3}(?:encodeURI\s{0,3}\(\s{0,3})?(['\"])([^'\"\s()]{2,2000})\3",
)
# Scripts of floating windows write their own link: in markup, or as a setting.
_FLOATING_WORDS = (
    *("floatad", "float_ad", "floater", "floatwin", "float_win", "admove", "ad_move", "movead", "move_ad"),
    *("piaochuang", "飘窗", "飘浮", "漂浮", "duilian", "couplet"),
)
_MAY_FLOAT = ("float", "move", "piaochuang", "飘", "漂", "duilian", "couplet")
"""One of these stands in each of the words above."""
_WRITTEN = re.compile(
    r"(?:href\s{0,3}=\s{0,3}|\b(?:href|link|url|linkurl)\s{0,3}:\s{0,3})\\?['\"](https?://[^'\"\\\s<>]{4,1000})",
    re.IGNORECASE,
)
_LINE_COMMENT = re.compile(r"^\s{0,200}//[^\n]*|<!--.{0,5000}?-->|/\*.{0,5000}?\*/", re.MULTILINE | re.DOTALL)
_REFRESH = re.compile(
    r"^\s*(\d{0,6})(?:\.\d*)?\s*[;,]?\s*(?:url\s*=)?\s*['\"]?\s*([^'\">\s][^'\">]{0,2000})", re.IGNORECASE
)


Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Linked:
    """Links, and by index the elements that hold them."""

    links: tuple[Link, ...]
    elements: tuple[html.HtmlElement, ...]
    islands: Mapping[int, Island]
    """Islands by the index of the links that stand in them."""
    written: frozenset[int]
    """Indexes of the links that scripts of floating windows write."""


def collect_links(root: html.HtmlElement, islands: tuple[Island, ...], resolve: Resolve) -> Linked:
    """The links of a page, in its order, then those of its data islands; `resolve` makes them absolute."""
    links: list[Link] = []
    elements: list[html.HtmlElement] = []
    inside: dict[int, Island] = {}
    written: set[int] = set()

    def take(tree: html.HtmlElement, island: Island | None) -> None:
        for element in tree.iter(*_ADDRESSES):
            tag = str(element.tag)
            for raw in _ADDRESSES[tag](element):
                if raw is None or not (stripped := raw.strip()) or stripped[0] == "#":
                    continue
                if len(links) >= MAX_LINKS:
                    return
                index, kind = len(links), tag
                if tag == "script" and raw != element.get("src"):
                    kind = "a"
                    written.add(index)
                if island is not None:
                    inside[index] = island
                links.append(
                    Link(
                        # What can't be an address is a link all the same: the one who asks it says why not.
                        url=resolve(stripped) or stripped[:2000],
                        raw=stripped[:2000],
                        element=kind,
                        text=_text(element, tag),
                        line=(element.sourceline or 0) if island is None else island.line,
                        index=index,
                    )
                )
                elements.append(element)

    take(root, None)
    for island in islands:
        take(island.root, island)
    return Linked(tuple(links), tuple(elements), inside, frozenset(written))


def refresh_target(content: str) -> tuple[int, str] | None:
    """Seconds and raw address of a meta refresh; None: it names no address."""
    match = _REFRESH.match(content[:3000])
    return (int(match[1] or 0), match[2].strip()) if match else None


def called_address(script: str) -> str | None:
    """The address that a short script (an onclick, a javascript: link) opens, where it is written out."""
    match = _CALL.search(script[:4000])
    if match is None:
        return None
    address = match[2] or match[4]
    return None if address.lower().startswith(("javascript:", "about:", "#")) else address


def _text(element: html.HtmlElement, tag: str) -> str:
    if tag in {"script", "link", "meta", "iframe", "frame"}:
        return (element.get("title") or "")[:200]
    text = element.text or "" if not len(element) else raw_text(element)
    if tag in {"a", "option", "object"} and (text := collapse(text)):
        return text[:200]
    text = element.get("alt") or element.get("title") or element.get("aria-label") or ""
    if not text and tag == "a":
        text = next((t for i in element.iter("img") if (t := i.get("alt") or i.get("title"))), "")
    return collapse(text)[:200]


_Addresses = Iterable[str | None]


def _of_anchor(element: html.HtmlElement) -> _Addresses:
    href = element.get("href")
    if href and href[0] in "/.hH":
        return (href,)  # nearly all of them
    if href is not None and href.lstrip()[:11].lower() == "javascript:":
        opened = called_address(href) or called_address(element.get("onclick") or "")
        return (opened or href,)
    if (not href or href.startswith("#")) and (click := element.get("onclick")):
        return (href, called_address(click))
    return (href,)


def _of_picture(element: html.HtmlElement) -> _Addresses:
    src = element.get("src")
    yield src
    for name in _LAZY:
        lazy = element.get(name)
        if lazy and lazy != src:
            yield lazy
    yield from _of_srcset(element)


def _of_srcset(element: html.HtmlElement) -> _Addresses:
    if srcset := element.get("srcset"):
        for part in srcset[:4000].split(", ")[:10]:
            yield part.strip().split(" ")[0].rstrip(",")


def _of_media(element: html.HtmlElement) -> _Addresses:
    yield element.get("src")
    yield element.get("poster")


def _of_source(element: html.HtmlElement) -> _Addresses:
    yield element.get("src")
    yield from _of_srcset(element)


def _of_link(element: html.HtmlElement) -> _Addresses:
    if _ASKED_RELATIONS & set((element.get("rel") or "").lower().split()):
        yield element.get("href")


def _of_meta(element: html.HtmlElement) -> _Addresses:
    if (element.get("http-equiv") or "").strip().lower() == "refresh":
        target = refresh_target(element.get("content") or "")
        if target:
            yield target[1]


def _of_option(element: html.HtmlElement) -> _Addresses:
    """Friendly links are often a drop-down box that opens the chosen value."""
    value = element.get("value") or ""
    if value.strip()[:8].lower().startswith(("http://", "https://")):
        yield value


def _of_input(element: html.HtmlElement) -> _Addresses:
    if (element.get("type") or "").lower() == "image":
        yield element.get("src")
    if click := element.get("onclick"):
        yield called_address(click)


def _of_script(element: html.HtmlElement) -> _Addresses:
    yield element.get("src")
    text = element.text
    if text and len(text) < 200_000 and _floats(text):
        for match in _WRITTEN.finditer(_LINE_COMMENT.sub("", text)):
            yield match[1]


def _floats(script: str) -> bool:
    """Does it speak of a floating window, in upper or lower case."""
    lower = script.lower()
    return any(word in lower for word in _MAY_FLOAT) and any(word in lower for word in _FLOATING_WORDS)


def _attribute(name: str) -> Callable[[html.HtmlElement], _Addresses]:
    def read(element: html.HtmlElement) -> _Addresses:
        return (element.get(name),)

    return read


_ADDRESSES: dict[str, Callable[[html.HtmlElement], _Addresses]] = {
    "a": _of_anchor,
    "area": _of_anchor,
    "link": _of_link,
    "script": _of_script,
    "img": _of_picture,
    "iframe": _attribute("src"),
    "frame": _attribute("src"),
    "embed": _attribute("src"),
    "object": _attribute("data"),
    "meta": _of_meta,
    "source": _of_source,
    "video": _of_media,
    "audio": _of_media,
    "option": _of_option,
    "input": _of_input,
}
