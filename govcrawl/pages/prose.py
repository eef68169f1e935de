"""How much running text a page has: what tells an article from a list and a soft error from both."""

from __future__ import annotations

import re

from lxml import html

_INLINE_TAGS = (
    "p span font strong b em i u h1 h2 h3 h4 h5 h6 br center small big sub sup label img o:p blockquote"
)
_INLINE = frozenset(_INLINE_TAGS.split())
"""What stands inside a paragraph, and the paragraph itself: its text counts for the block around it."""
_OUT_TAGS = "script style a select textarea button option title head noscript template iframe form svg"
_OUT = frozenset(_OUT_TAGS.split())
"""No text of the author's: links, controls, what is not shown."""
_FOOTER = re.compile(r"版权所有|ICP备|主办单位|公网安备|网站标识码|备案号|技术支持|Copyright", re.IGNORECASE)


def prose_of(root: html.HtmlElement) -> tuple[int, html.HtmlElement | None]:
    """Characters of the largest block of running text, footers left out, and its element."""
    holder: dict[html.HtmlElement, html.HtmlElement | None] = {}
    length: dict[html.HtmlElement, int] = {}
    sample: dict[html.HtmlElement, str] = {}
    for element in root.iter():
        parent = element.getparent()
        around = holder.get(parent) if parent is not None else None
        tag = element.tag
        own: html.HtmlElement | None
        if tag in _OUT or (around is None and parent is not None):
            own = None
        elif tag in _INLINE and around is not None:
            own = around
        else:
            own = element
        holder[element] = own
        if own is not None and (text := element.text) and (text := text.strip()):
            length[own] = length.get(own, 0) + len(text)
            sample[own] = sample.get(own, "")[-200:] + text[:200]
        if around is not None and (text := element.tail) and (text := text.strip()):
            length[around] = length.get(around, 0) + len(text)
            sample[around] = sample.get(around, "")[-200:] + text[:200]
    best, most = None, 0
    for block, count in length.items():
        if count > most and not (count < 600 and _FOOTER.search(sample[block])):
            best, most = block, count
    return most, best
