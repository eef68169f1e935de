"""Links in windows that float above the page (飘窗): by style, by name, or by script.

A bar that is fixed to an edge for sharing, for codes to scan or for the way back to the top floats too; it
counts only where a link in it leads outside. What is merely called 飘窗 in a menu does not float, and what
stands in a comment does not stand in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import html

from govcrawl.pages.addresses import host_of, registrable_domain
from govcrawl.pages.elements import remembered

if TYPE_CHECKING:
    from govcrawl.pages.page import Page

_MOST_LINKS = 12
"""A window with more links is a menu or a header that is fixed to the edge."""
_LEADING = frozenset({"a", "area", "iframe", "embed", "object"})

_FIXED = re.compile(r"position\s{0,4}:\s{0,4}fixed", re.IGNORECASE)
_ABSOLUTE = re.compile(r"position\s{0,4}:\s{0,4}absolute", re.IGNORECASE)
_PLACED = re.compile(r"(?:^|[;\s])(?:left|right|top|bottom)\s{0,4}:", re.IGNORECASE)
_FULL_WIDTH = re.compile(r"(?:^|[;\s])width\s{0,4}:\s{0,4}100\s{0,2}%", re.IGNORECASE)
_SHOWN_NOT = re.compile(r"display\s{0,4}:\s{0,4}none", re.IGNORECASE)
_STYLE_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,1500})\}")
_LAST_NAME = re.compile(r"([#.])([A-Za-z_][\w\-]{0,60})\s{0,5}$")

_NAME = re.compile(
    r"(?:^|[\s_\-])(?:float(?:ad|ads|ing|er|s|win|window|div|box|img|pic|layer|panel|banner|logo|icon|link|tan|move)?\d{0,3}"
    r"|piao\w{0,12}|ad_?float\w{0,8}|floating[_\-]?\w{0,12}|move_?ad\w{0,6}|ad_?move\w{0,6}|xuanfu\w{0,10}|couplet\w{0,8}"
    r"|duilian\w{0,8}|ad_?window\w{0,12}|scroll_?win\w{0,6}|popup_?ad\w{0,6})(?:$|[\s_\-])",
    re.IGNORECASE,
)
_LAYOUT_NAME = re.compile(
    r"float[_\-]?(?:left|right|none|clear|fix|l|r|start|end)(?:$|[\s_\-])", re.IGNORECASE
)
_BAR_NAME = re.compile(
    r"share|bdshare|weixin|wechat|wx|qrcode|ewm|erweima|gotop|go_top|back_?top|totop|toolbar|kefu|service|wza|help"
    r"|side_?bar|right_?bar|nav|menu|header",
    re.IGNORECASE,
)
# Calls by which the usual scripts make an element float, with its id in front or in the brackets.
_CALL = re.compile(
    r"(?:new\s+)?(?:AdMove|FloatAd\w{0,10}|floatAd\w{0,10}|floatingAd|initFloat\w{0,10}|Floaters?|addFloat\w{0,6}|PiaoChuang|piaochuang"
    r"|jqFloat|moveAd|ScrollAd|Fly|duilian)\s{0,3}\(\s{0,3}['\"]#?([\w\-]{1,60})['\"]"
    r"|['\"]#([\w\-]{1,60})['\"]\s{0,3}\)\s{0,3}\.\s{0,3}(?:float\w{0,12}|jqFloat|piao\w{0,10}|adMove|moveAd)\s{0,3}\("
)
_CALL_WORDS = ("loat", "iao", "oveAd", "dMove", "ScrollAd", "Fly", "duilian")
"""One of these stands in every such call; to look for them first takes a tenth of the time."""


def floating_links(page: Page) -> frozenset[int]:
    """Indexes of the links that stand in a window floating above the page."""
    # What a floating script writes out itself has no element of its own but the script.
    found: set[int] = set(page.written)
    windows = list(_windows(page))
    if not windows:
        return frozenset(found)
    positions: dict[html.HtmlElement, list[int]] = {}
    for link in page.links:
        positions.setdefault(page.element(link), []).append(link.index)
    own = registrable_domain(host_of(page.url))
    for window, needs_outside in windows:
        inside = [index for element in window.iter() for index in positions.get(element, ())]
        leading = [
            index
            for index in inside
            if page.links[index].element in _LEADING and page.links[index].url.startswith("http")
        ]
        outside = [
            index
            for index in leading
            if (host := host_of(page.links[index].url)) and registrable_domain(host) != own
        ]
        if 0 < len(leading) <= _MOST_LINKS and (outside or not needs_outside):
            found.update(inside)
    return frozenset(found)


def _windows(page: Page) -> Iterator[tuple[html.HtmlElement, bool]]:
    """Elements that float, and whether only a link to the outside makes them more than a bar."""
    classes, identities = page.classes, page.identities
    fixed, placed = _named_by_rules(page)
    if fixed or placed:
        there = {f".{name}" for names in classes for name in names.split()}
        there.update(f"#{identity}" for identity in identities)
        fixed, placed = fixed & there, placed & there
    called = _called(page) & identities
    if (
        fixed
        or placed
        or called
        or any(look.fixed or look.placed for look in map(_look, page.styles))
        or any(map(_may_float, classes | identities))
    ):
        yield from _floating(page.root, fixed, placed, called)  # else, as on most pages, there is nothing


def _floating(
    root: html.HtmlElement, fixed: Set[str], placed: Set[str], called: Set[str]
) -> Iterator[tuple[html.HtmlElement, bool]]:
    """Look at each element; by the names that rules fix or place, and those that scripts call."""
    for element in root.iter("div", "a", "img", "table", "span", "section", "dl", "ins", "iframe"):
        style, identity, classes = element.get("style"), element.get("id"), element.get("class")
        if identity and identity in called:
            yield element, False
            continue
        look = _look(style) if style else _UNSTYLED
        if look.out_of_sight:
            continue
        name = _named(f"{classes or ''} {identity or ''}") if classes or identity else _NAMELESS
        names: Set[str] = _selectors(classes, identity) if fixed or placed else frozenset()
        if (
            look.fixed
            or names & fixed
            or (look.placed and _on_top(element))
            or (names & placed and (name.floats or _on_top(element)))
        ):
            yield element, name.bar
        elif name.floats and element.find(".//img") is not None and not _in_menu(element):
            yield element, True


@dataclass(frozen=True, slots=True)
class _Look:
    """What an inline style says."""

    fixed: bool = False
    placed: bool = False
    out_of_sight: bool = False
    """It is not shown, or goes over the whole width."""


@dataclass(frozen=True, slots=True)
class _Name:
    """What class and id say."""

    floats: bool = False
    bar: bool = False


_UNSTYLED, _NAMELESS = _Look(), _Name()


@remembered
def _look(style: str) -> _Look:
    return _Look(
        fixed=_FIXED.search(style) is not None,
        placed=_ABSOLUTE.search(style) is not None and _PLACED.search(style) is not None,
        out_of_sight=_SHOWN_NOT.search(style) is not None or _FULL_WIDTH.search(style) is not None,
    )


@remembered
def _named(name: str) -> _Name:
    floats = _NAME.search(name) is not None and _LAYOUT_NAME.search(name) is None
    return _Name(floats, _BAR_NAME.search(name) is not None)


@remembered
def _may_float(name: str) -> bool:
    """May a class, or an id, be that of a window."""
    return _NAME.search(name) is not None


def _selectors(classes: str | None, identity: str | None) -> set[str]:
    """How a style sheet names an element: .class and #id."""
    return {f"#{identity or ''}", *(f".{one}" for one in (classes or "").split())}


def _on_top(element: html.HtmlElement) -> bool:
    """Does it lie on the page itself: what is placed inside a box is layout."""
    parent = element.getparent()
    return parent is not None and parent.tag in {"body", "form"}


def _in_menu(element: html.HtmlElement) -> bool:
    return any(above.tag in {"nav", "li"} for above in element.iterancestors())


def _named_by_rules(page: Page) -> tuple[set[str], set[str]]:
    """Ids and classes that a <style> of the page fixes above it, and those that it places absolutely."""
    fixed: set[str] = set()
    placed: set[str] = set()
    for style in page.root.iter("style"):
        rules = (style.text or "")[:200_000]
        if "position" not in rules.lower():
            continue
        for rule in _STYLE_RULE.finditer(rules):
            body = rule[2]
            if _FULL_WIDTH.search(body) or _SHOWN_NOT.search(body):
                continue
            names = {f"{m[1]}{m[2]}" for part in rule[1].split(",") if (m := _LAST_NAME.search(part))}
            if _FIXED.search(body):
                fixed |= names
            elif _ABSOLUTE.search(body) and _PLACED.search(body):
                placed |= names
    return fixed, placed


def _called(page: Page) -> set[str]:
    """Ids of elements that a script of the page sets afloat."""
    return {
        match[1] or match[2]
        for script in page.root.iter("script")
        if (code := script.text) and any(word in code for word in _CALL_WORDS)
        for match in _CALL.finditer(code[:200_000])
    }
