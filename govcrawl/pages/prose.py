"""What a page shows: its visible text, its running text, and its own words beside links and navigation.

Running text is what tells an article from a list, and both from a soft error. One compiled XSLT writes the
text out in C, with marks where elements begin and end; a walk over the elements in Python takes four times
as long. The marks are noncharacters of Unicode that no text may hold; a page that holds them all the same
spoils its own reading and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from lxml import etree, html

from govcrawl.pages.elements import collapse, is_hidden

MAX_TEXT = 500_000
"""Characters of visible text that are kept of a page."""
MAX_OWN = 2_000
"""Characters of a page's own words that are kept: who has more has enough."""

_FOOTER = re.compile(r"版权所有|ICP备|主办单位|公网安备|网站标识码|备案号|技术支持|Copyright", re.IGNORECASE)
_FOOTER_LENGTH = 600
"""Characters up to which a block that names its maker is a footer."""


class Shown:
    """What a reader sees of a page. The page is read at once, the rest made when it is first asked for."""

    def __init__(self, root: html.HtmlElement, hidden: Sequence[html.HtmlElement]) -> None:
        """`hidden`: the outermost elements of the page's body that are not shown."""
        body = root.find("body")
        self._marked, self._seen = _marked(root if body is None else body, hidden), body is not None
        if body is not None and is_hidden(body):
            self._seen = False  # until a script shows it

    @cached_property
    def text(self) -> str:
        """Visible text, whitespace collapsed, at most MAX_TEXT characters."""
        return collapse(_plain(self._marked))[:MAX_TEXT] if self._seen else ""

    @cached_property
    def prose(self) -> int:
        """Characters of the largest block of running text, footers left out.

        Of a long one, which no footer is, those of its longest piece between two other blocks will do: what
        kind of page it is does not depend on how much more there is, and most articles are told at once.
        """
        if not self._seen:
            return 0
        text = _alone(self._marked)
        longest = _longest_piece(text)
        return longest if longest >= _FOOTER_LENGTH else _largest(_blocks(text))

    @cached_property
    def own(self) -> str:
        """What stands beside links, navigation and footer: lower case, no blanks, at most MAX_OWN characters.

        That of a body that a script is to show too, and of a page that has none.
        """
        text = _LINKED.sub(_SEAM, self._marked[:MAX_TEXT])
        if _NAV in text:
            text = _outside(text)
        words = "".join(_plain(text).split())[: 10 * MAX_OWN]
        return collapse(words).replace(" ", "")[:MAX_OWN].lower()


_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Around a block."""
_LINK, _UNLINK = "\ufdd2", "\ufdd3"
"""Around a link or a control with words that are not the page's own."""
_SEAM = "\ufdd4"
"""Where anything else begins or ends: texts of two elements never touch."""
_CONTROL, _UNCONTROL = "\ufdd5", "\ufdd6"
"""Around what is shown and is no text of the author's."""
_NAV, _UNNAV = "\ufdd7", "\ufdd8"
"""Around what the page calls its navigation or its footer."""

_UNSEEN = "script|style|noscript|template"
_LINKS = "a|select|button"
_CONTROLS = "textarea|option|title|iframe|form|svg"
_NAVS = "nav|footer"
_INLINE = "p|span|font|strong|b|em|i|u|h1|h2|h3|h4|h5|h6|br|center|small|big|sub|sup|label|img|blockquote"
"""What stands inside a paragraph, and the paragraph itself: its text counts for the block around it."""


_BLOCKS = "body|div|table|tbody|tr|td|th|ul|ol|li|dl|dt|dd|section|article|header|main|hr|input|pre"
"""All else are blocks too; these are named because a name is found faster than a condition is tried."""


def _unless_office(mark: str) -> str:
    """The mark of a block; <o:p>, which word processors leave behind, stands inside a paragraph."""
    return (
        f"""<xsl:choose><xsl:when test="name()='o:p'">{_SEAM}</xsl:when>"""
        f"<xsl:otherwise>{mark}</xsl:otherwise></xsl:choose>"
    )


def _in_mode(tags: str, mode: str, before: str, inner: str, behind: str) -> str:
    """Write one template; "" is the mode outside of links and controls."""
    of, into = (f' mode="{name}"' if name else "" for name in (mode, inner))
    content = "" if tags == _UNSEEN else f"<xsl:apply-templates{into}/>"
    return f'<xsl:template match="{tags}"{of}>{before}{content}{behind}</xsl:template>'


_TRANSFORM = etree.XSLT(
    etree.XML(
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        '<xsl:output method="text" encoding="UTF-8"/>'
        + _in_mode("*", "", _unless_office(_OPEN), "", _unless_office(_CLOSE))
        + _in_mode(_BLOCKS, "", _OPEN, "", _CLOSE)
        + _in_mode(_INLINE, "", _SEAM, "", _SEAM)
        + _in_mode(_UNSEEN, "", _SEAM, "", "")
        + _in_mode(_LINKS, "", _LINK, "linked", _UNLINK)
        + _in_mode(_CONTROLS, "", _CONTROL, "control", _UNCONTROL)
        + _in_mode(_NAVS, "", _OPEN + _NAV, "", _UNNAV + _CLOSE)
        + _in_mode("*", "control", _SEAM, "control", _SEAM)
        + _in_mode(_UNSEEN, "control", _SEAM, "", "")
        + _in_mode(_LINKS, "control", _LINK, "linked", _UNLINK)
        + _in_mode(_NAVS, "control", _NAV, "control", _UNNAV)
        + _in_mode("*", "linked", _SEAM, "linked", _SEAM)
        + _in_mode(_UNSEEN, "linked", _SEAM, "", "")
        + "</xsl:stylesheet>"
    )
)
# What is not closed goes on to the end: else a page full of such marks would be searched for each of them.
_LINKED = re.compile(f"{_LINK}[^{_UNLINK}]*{_UNLINK}?")
_CONTROLLED = re.compile(f"{_CONTROL}[^{_UNCONTROL}]*{_UNCONTROL}?")
_EDGE = re.compile(rf"([{_OPEN}{_CLOSE}])[\s{_SEAM}]*")
_NAV_EDGE = re.compile(f"([{_NAV}{_UNNAV}])")


def _marked(top: html.HtmlElement, hidden: Sequence[html.HtmlElement]) -> str:
    """All text below an element and behind it, with the marks, without what is not shown."""
    with _emptied(hidden):
        try:
            return str(_TRANSFORM(top)) + _SEAM + (top.tail or "")
        except etree.LxmlError:  # deeper than any parser of pages reads
            return ""


@contextmanager
def _emptied(elements: Sequence[html.HtmlElement]) -> Iterator[None]:
    """Take out for a while what stands in elements: quicker by far than to copy the page without it."""
    hiding = frozenset(elements)
    held = [
        (element, element.text, list(element))
        for element in elements
        if hiding.isdisjoint(element.iterancestors())  # what stands in another one goes with that
    ]
    for element, _, children in held:
        element.text = None
        for child in children:
            element.remove(child)
    try:
        yield
    finally:
        for element, text, children in reversed(held):
            element.text = text
            element.extend(children)


def _plain(marked: str) -> str:
    # Nine plain replacements are several times as fast as one str.translate.
    for mark in (_SEAM, _OPEN, _CLOSE, _LINK, _UNLINK, _CONTROL, _UNCONTROL, _NAV, _UNNAV):
        marked = marked.replace(mark, " ")
    return marked


def _outside(marked: str) -> str:
    """Leave out navigation and footers, which may hold each other."""
    depth, kept = 0, []
    for piece in _NAV_EDGE.split(marked):
        if piece == _NAV:
            depth += 1
        elif piece == _UNNAV:
            depth -= 1
        elif depth <= 0:
            kept.append(piece)
    return _SEAM.join(kept)


def _alone(marked: str) -> str:
    """The page without the words of links and controls: blocks and seams are what is still marked."""
    return _LINKED.sub(_SEAM, _CONTROLLED.sub(_SEAM, marked)).replace(_NAV, "").replace(_UNNAV, "")


def _longest_piece(text: str) -> int:
    """Characters of the longest text that no block interrupts."""
    return _length(max(max(text.split(_OPEN), key=len).split(_CLOSE), key=len))


def _length(text: str) -> int:
    return sum(map(len, map(str.strip, text.split(_SEAM))))


def _blocks(text: str) -> Iterable[list[str]]:
    """The texts of each block that has some, as they stand in it, in the order of the first of each."""
    pieces = _EDGE.split(text)
    texts: dict[int, list[str]] = {}
    # What stands behind the body counts for it, and it is the first that opens.
    block, opened, around = 1, 0, [1]
    for at in range(1, len(pieces), 2):
        if pieces[at] == _OPEN:
            opened += 1
            around.append(block)
            block = opened
        else:
            block = around.pop() if around else 1
        if text := pieces[at + 1]:
            texts.setdefault(block, []).append(text)
    return texts.values()


def _largest(blocks: Iterable[list[str]]) -> int:
    parted = [_SEAM.join(texts).split(_SEAM) for texts in blocks]
    lengths = [(sum(map(len, map(str.strip, texts))), place) for place, texts in enumerate(parted)]
    for length, place in sorted(lengths, reverse=True)[:10]:
        text = "".join(text for text in parted[place] if not text.isspace())
        if length >= _FOOTER_LENGTH or not _FOOTER.search(text):
            return length
    return 0
