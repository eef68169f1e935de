"""Where a page says that it stands: 当前位置：首页 > 政务公开 > 通知公告."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from govcrawl.pages.addresses import normalise
from govcrawl.pages.elements import collapse, text_of
from govcrawl.pages.page import Page
from govcrawl.pages.signs import BREADCRUMB

_BOX = re.compile(
    r"crumb|position|location|dqwz|weizhi|(?:^|[\s_\-])(?:wz|path|place)(?:$|[\s_\-])", re.IGNORECASE
)
_LONGEST = 300
"""Characters of a line that may be a breadcrumb."""
_MOST = 8
"""Steps of one; a longer one is a menu."""
_NAME = 20
"""Characters of one step; a longer one is the title of an article."""
_MARKS = re.compile(r"\s*(?:-{1,3}>|>+|＞+|›+|»+|→+|/+|\\+|\||::)\s*")
_HOME = re.compile(r"(?:网站|本站|返回)?(?:首页|主页|home)", re.IGNORECASE)
_NO_STEP = re.compile(r"(?:正文|内容|列表|详情|详细(?:信息|内容)?|浏览|信息(?:列表|浏览|内容))(?:页面?)?")


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of a breadcrumb."""

    name: str
    url: str | None
    """None: it is not linked."""


def breadcrumb(page: Page) -> tuple[Crumb, ...]:
    """The steps below the home page, as the page names them; () where it shows no breadcrumb.

    Steps that name no column (正文, 列表 …) and the title of an article are left out.
    """
    return next((crumbs for line in _lines(page) if (crumbs := _steps(line, page))), ())


def _lines(page: Page) -> Iterator[html.HtmlElement]:
    """Elements that may hold the breadcrumb: by its label, then by what the page calls the box."""
    if BREADCRUMB.search(page.text):
        for element in page.root.iter(
            "div", "p", "span", "td", "li", "ul", "b", "strong", "em", "i", "h3", "dt"
        ):
            if not BREADCRUMB.search(element.text or "") and not any(
                BREADCRUMB.search(child.tail or "") for child in element
            ):
                continue
            node: html.HtmlElement | None = element
            for _ in range(3):  # the label may stand in an element of its own
                if node is None or node.tag == "body":
                    break
                if node.find(".//a") is not None:
                    yield node
                    break
                node = node.getparent()
    for element in page.root.iter("div", "p", "span", "td", "ul", "ol"):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if name != " " and _BOX.search(name):
            yield element


def _steps(line: html.HtmlElement, page: Page) -> tuple[Crumb, ...]:
    anchors = list(line.iter("a"))
    text = text_of(line)
    if not anchors or len(anchors) > _MOST or len(text) > _LONGEST:
        return ()
    first = text_of(anchors[0])
    if not _HOME.fullmatch(first.replace(" ", "")) and not BREADCRUMB.search(text):
        return ()
    crumbs = [
        Crumb(name, normalise(anchor.get("href") or "", page.base_url, page.encoding))
        for anchor in anchors
        if (name := collapse(text_of(anchor)).strip(" >＞»›"))
    ]
    last = next((words for anchor in reversed(anchors) if (words := text_of(anchor))), "")
    behind = text.rpartition(last)[2] if last else text
    unlinked = _MARKS.split(behind) if _MARKS.search(behind) else behind.split()
    crumbs += [Crumb(name.strip(), None) for name in unlinked if name.strip()]
    return tuple(
        crumb
        for crumb in crumbs[: _MOST + 1]
        if len(crumb.name) <= _NAME
        and not _HOME.fullmatch(crumb.name.replace(" ", ""))
        and not _NO_STEP.fullmatch(crumb.name)
    )
