"""One page: decoded once, parsed once. Everything that reads HTML reads this tree.

Hostile input is expected: what is read is bounded (bytes, depth, lengths), and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType

from lxml import etree, html

from govcrawl.model import AdvertName, Evidence, Link
from govcrawl.pages.addresses import normalise, resolver
from govcrawl.pages.advert_names import advert_names
from govcrawl.pages.decoding import Decoded, decode
from govcrawl.pages.elements import attribute_values, collapse, evidence_of, hidden_elements
from govcrawl.pages.floating import floating_links
from govcrawl.pages.islands import Island, read_islands
from govcrawl.pages.links import Linked, collect_links
from govcrawl.pages.prose import Shown
from govcrawl.pages.refreshes import immediate_refresh

# Closing tags that may be left out, and that libxml2 takes for the end though a page goes on behind them.
_EARLY_ENDS = re.compile(r"</(?:html|body)\s{0,20}>", re.IGNORECASE)
_ENDS = ("</html", "</body", "</HTML", "</BODY")
_TAIL = 40
"""Characters behind which an end is the true one."""
_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"GIF8",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
)
_HTML_TYPES = ("html", "xml", "unknown", "octet-stream", "text/plain")
_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|div|table|script|a|p|ul|frameset|span|br|img)\b",
    re.IGNORECASE,
)
# lxml.html looks up a class for each element, in Python; here all are of one.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)


def read_page(body: bytes, url: str, content_type: str = "") -> Page:
    """Read one response: `url` is its final address, `content_type` the HTTP header's value. Never raises."""
    return Page(body, url, content_type)


class Page:
    """What one response holds. Cheap facts are attributes, the rest is read when it is first asked for."""

    def __init__(self, body: bytes, url: str, content_type: str = ""):
        binary = body.startswith(_BINARY)
        decoded = Decoded("", "binary", None) if binary else decode(body, content_type)
        self.url: str = url
        """Final address of the page."""
        self.encoding: str = decoded.encoding
        """What the bytes were read as: utf-8, gb18030 …, or binary."""
        self.declared_encoding: str | None = decoded.declared
        """What the page, else the server, says that it is."""
        self.is_html: bool = not binary and _is_html(decoded.text, content_type)
        """False for a document, a picture, JSON …: `root` is then an empty document."""
        self.blank: bool = not body.strip()
        """There is nothing but whitespace."""
        self.source: str = decoded.text if self.is_html else ""
        """The page as it was written, decoded."""
        self.root: html.HtmlElement = _parse(self.source)
        self.memo: dict[tuple[object, ...], object] = {}
        """What readers found out about this page and ask for again."""

    @cached_property
    def base_url(self) -> str:
        """What relative addresses are relative to: the first <base href>, else the page's own address."""
        for base in self.root.iter("base"):
            if (href := base.get("href")) and (address := normalise(href, self.url)):
                return address if address.startswith("http") else self.url
        return self.url

    @cached_property
    def resolve(self) -> Callable[[str], str | None]:
        """What makes an address of this page absolute; None: it can't be one."""
        return resolver(self.base_url, self.encoding)

    @cached_property
    def metas(self) -> Mapping[str, tuple[str, ...]]:
        """Contents by lower-case name (or property, or http-equiv), in their order, empty ones kept."""
        found: dict[str, list[str]] = {}
        for meta in self.root.iter("meta"):
            name = meta.get("name") or meta.get("property") or meta.get("http-equiv")
            if name and (content := meta.get("content")) is not None:
                found.setdefault(name.strip().lower(), []).append(collapse(content)[:1000])
        return MappingProxyType({name: tuple(contents) for name, contents in found.items()})

    @cached_property
    def title(self) -> str:
        """The text of <title>, whitespace collapsed, at most 300 characters."""
        for title in self.root.iter("title"):
            if text := collapse("".join(title.itertext())):
                return text[:300]
        return ""

    @cached_property
    def islands(self) -> tuple[Island, ...]:
        """Data islands: lists that are kept in a script element and put into the page when it is shown."""
        return read_islands(self.root)

    @cached_property
    def _linked(self) -> Linked:
        return collect_links(self.root, self.islands, self.resolve)

    @property
    def links(self) -> tuple[Link, ...]:
        """All links in the order of the page, those of data islands last; none that stands in a comment."""
        return self._linked.links

    @property
    def written(self) -> frozenset[int]:
        """Indexes of the links that scripts of floating windows write."""
        return self._linked.written

    @cached_property
    def refresh(self) -> str | None:
        """Where the page sends its visitor at once, by meta refresh or script; None: it does not."""
        return immediate_refresh(self)

    @cached_property
    def hidden(self) -> frozenset[html.HtmlElement]:
        """Elements that are not shown, by attribute or inline style, with all that stands in them."""
        found: set[html.HtmlElement] = set()
        for outer in self._hidden:
            if outer not in found:
                found.update(outer.iter())
        return frozenset(found)

    @cached_property
    def _hidden(self) -> list[html.HtmlElement]:
        return hidden_elements(self.root, self.styles)

    @cached_property
    def styles(self) -> frozenset[str]:
        """The inline styles that stand in the page, each once: a hundred elements share a handful."""
        return frozenset(attribute_values(self.root, "style"))

    @cached_property
    def classes(self) -> frozenset[str]:
        """The values of all class attributes, each once."""
        return frozenset(attribute_values(self.root, "class"))

    @cached_property
    def identities(self) -> frozenset[str]:
        """The values of all id attributes."""
        return frozenset(attribute_values(self.root, "id"))

    @cached_property
    def shown(self) -> Shown:
        """The visible text, and how much of it is running text."""
        return Shown(self.root, self._hidden)

    @property
    def text(self) -> str:
        """Visible text, whitespace collapsed, bounded."""
        return self.shown.text

    @cached_property
    def floating(self) -> frozenset[int]:
        """Indexes of the links that stand in a window floating above the page."""
        return floating_links(self)

    @cached_property
    def advert_names(self) -> Mapping[int, AdvertName]:
        """By index of the link: names of advertisements around links that lead to other domains."""
        return advert_names(self)

    def element(self, link: Link) -> html.HtmlElement:
        """The element of one of this page's links. Raises IndexError for a link of another page."""
        return self._linked.elements[link.index]

    def evidence(self, link: Link) -> Evidence:
        """What shows a link as it stands in the page: snippet, source line, element path."""
        proof = evidence_of(self.element(link))
        if (island := self._linked.islands.get(link.index)) is None:
            return proof
        return Evidence(snippet=proof.snippet, line=island.line, selector=evidence_of(island.script).selector)

    def evidence_of(self, element: html.HtmlElement) -> Evidence:
        """What shows an element of this page: outer HTML of at most 500 characters, line, path."""
        return evidence_of(element)


def _is_html(text: str, content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    if kind and not any(known in kind for known in _HTML_TYPES):
        return False
    start = text[:20_000].lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")) and not _TAG.search(start[:200]):
        return False
    if start.startswith("<?xml") and not re.search(r"<(?:!doctype\s+)?html\b", start[:4000], re.IGNORECASE):
        return False
    return _TAG.search(start) is not None or "html" in kind


def _parse(text: str) -> html.HtmlElement:
    if any(-1 < text.find(end) < len(text) - _TAIL for end in _ENDS):
        text = _EARLY_ENDS.sub("", text)
    data = text.encode("utf-8", "replace")
    for deep in (False, True):
        parser = html.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=deep, collect_ids=False
        )
        parser.set_element_class_lookup(_ONE_CLASS)
        try:
            root = html.document_fromstring(data, parser=parser)
        except (etree.LxmlError, ValueError, AssertionError):
            break
        # Unclosed tags may nest by the hundred; libxml2 then stops reading. `data` is bounded, so that
        # reading on is safe.
        if not any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
            return root
        last = root
    else:
        return last
    return html.document_fromstring("<html><head></head><body></body></html>")
