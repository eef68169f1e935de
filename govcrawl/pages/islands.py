"""Data islands: lists that JCMS (大汉) keeps as XML in a script element.

    <script type="text/xml"><datastore>…<recordset><record><![CDATA[<li>…</li>]]></record>…

A browser's script puts the records into the page; what a reader sees stands in them, as HTML of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

MAX_RECORDS = 2000
_OPEN, _CLOSE = "<![CDATA[", "]]>"


@dataclass(frozen=True, slots=True)
class Island:
    """The records of one data island, parsed."""

    root: html.HtmlElement
    """A div with one div a record."""
    script: html.HtmlElement
    """The script element in the page that holds them."""
    line: int
    """Source line of that element."""
    records: int


def read_islands(root: html.HtmlElement) -> tuple[Island, ...]:
    """The data islands of a page that hold at least one record."""
    return tuple(_islands(root))


def _islands(root: html.HtmlElement) -> Iterator[Island]:
    for script in root.iter("script"):
        if "xml" not in (script.get("type") or "").lower():
            continue
        records = list(records_in(script.text or ""))
        if not records:
            continue
        markup = "<div>" + "".join(f"<div>{record}</div>" for record in records) + "</div>"
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        try:
            parsed = html.fragment_fromstring(markup.encode("utf-8", "replace"), parser=parser)
        except (etree.LxmlError, ValueError, AssertionError):
            continue
        yield Island(parsed, script, script.sourceline or 0, len(records))


def records_in(xml: str) -> Iterator[str]:
    """What stands in the CDATA of each record; by plain search, in time linear to the input."""
    at = count = 0
    while count < MAX_RECORDS and (start := xml.find("<record>", at)) >= 0:
        end = xml.find("</record>", start)
        if end < 0:
            end = len(xml)
        inner = xml[start + len("<record>") : end].strip()
        if inner.startswith(_OPEN):
            inner = inner[len(_OPEN) :].removesuffix(_CLOSE)
        if inner.strip():
            yield inner
            count += 1
        at = end + 1
