"""What a page shows: its visible text, and how much of it is running text.

Running text is what tells an article from a list, and both from a soft error. One walk over the tree finds
both, for each walk costs as much as a good part of the parse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree, html

from govcrawl.pages.elements import collapse, is_hidden

MAX_TEXT = 500_000
"""Characters of visible text that are kept of a page."""
MAX_ELEMENTS = 60_000
"""Elements of a page whose text is read: no page for people has more."""

_INLINE_TAGS = (
    "p span font strong b em i u h1 h2 h3 h4 h5 h6 br center small big sub sup label img o:p blockquote"
)
_INLINE = frozenset(_INLINE_TAGS.split())
"""What stands inside a paragraph, and the paragraph itself: its text counts for the block around it."""
_UNSEEN = frozenset({"script", "style", "noscript", "template"})
_NO_PROSE = frozenset({"a", "select", "textarea", "button", "option", "title", "iframe", "form", "svg"})
"""Shown, but no text of the author's: links and controls."""
_FOOTER = re.compile(r"版权所有|ICP备|主办单位|公网安备|网站标识码|备案号|技术支持|Copyright", re.IGNORECASE)
_FOOTER_LENGTH = 600
"""Characters up to which a block that names its maker is a footer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader sees of a page."""

    text: str
    """Visible text, whitespace collapsed."""
    prose: int
    """Characters of the largest block of running text, footers left out."""
    block: html.HtmlElement | None
    """That block."""


def shown(root: html.HtmlElement) -> Shown:
    """Read the visible text of a page, at most MAX_TEXT characters, and find its running text."""
    body = root.find("body")
    if body is None:
        return Shown("", 0, None)
    texts: list[str] = []
    parts: dict[html.HtmlElement, list[str]] = {}
    # For each open element the block that its text counts for; None within links and controls.
    opened: list[html.HtmlElement | None] = [body]
    seen = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            opened.pop()
            text = element.tail
        else:
            seen += 1
            if seen > MAX_ELEMENTS:
                break
            tag, around = element.tag, opened[-1]
            if tag in _UNSEEN or is_hidden(element):
                opened.append(None)
                walk.skip_subtree()
                continue
            if around is None or tag in _NO_PROSE:
                opened.append(None)
            else:
                opened.append(around if tag in _INLINE else element)
            text = element.text
        if text and not text.isspace():
            texts.append(text)
            if (block := opened[-1]) is not None:
                parts.setdefault(block, []).append(text)
    prose, block = _largest(parts)
    return Shown(collapse(" ".join(texts))[:MAX_TEXT], prose, block)


def _largest(parts: dict[html.HtmlElement, list[str]]) -> tuple[int, html.HtmlElement | None]:
    lengths = [(sum(map(len, map(str.strip, texts))), place) for place, texts in enumerate(parts.values())]
    blocks = list(parts.items())
    for length, place in sorted(lengths, reverse=True)[:10]:
        block, texts = blocks[place]
        if length >= _FOOTER_LENGTH or not _FOOTER.search("".join(texts)):
            return length, block
    return 0, None
