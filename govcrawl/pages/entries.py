"""Links that may be entries of a list: those with a title, not pagers, buttons and marks of templates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html

from govcrawl.pages.elements import collapse, raw_text

MAX_ENTRIES = 4000
"""Links of a page that are looked at as possible entries."""

_NO_ENTRY = re.compile(
    r"[\d\s<>«»‹›\[\]().…|｜/·\-]*"
    r"|[\[【<>«»(（\s]*(?:上一?[页篇]|下一?[页篇]|首\s?页|末\s?页|尾\s?页|第一页|最后一页|前一?页|后一?页|转到|跳转|GO"
    r"|更\s?多|more|查看(?:更多|详情|全文|详细)?|详细|详情|阅读(?:全文|原文|更多)|全文|点击(?:查看|进入|下载)?|进入|下载|展开|收起|返回(?:顶部|首页)?)"
    r"[\]】<>«»)）\s.…+：:]*",
    re.IGNORECASE,
)
_BEGINS_NO_ENTRY = frozenset("<>«»‹›[]().…|｜/·-【(（上下首末尾第最前后转跳GgMm更查详阅全点进展收返")
"""With one of these, a figure or a blank each of them begins: to ask so rules nearly all titles out."""
_CUT = re.compile(r"(?:…+|\.{2,})$")
PINNED = re.compile(
    r"[\[【(（]\s?置\s?顶\s?[\]】)）]|置\s?顶\s?[:：]|(?:^|(?<=[\s>]))置\s?顶|(?<![\u4e00-\u9fff])置\s?顶(?![\u4e00-\u9fff])"
)
"""The mark of a pinned entry in its text."""
_TEMPLATE = re.compile(r"\{\{|\$\{|<%|\{#")
_BULLETS = " ·•●▪■◆►▶>»-—\t"
_LABELLED_TITLE = re.compile(r"(?:文章|信息)?标\s?题\s?[:：]\s{0,3}([^\r\n]{2,300})")
_WRITTEN_TITLE = re.compile(
    r"(?:title|biaoti|bt)\w{0,10}\s{0,3}=\s{0,3}(['\"])([^'\"\n]{2,300})\1"
    r"|document\.write\s{0,3}\(\s{0,3}(['\"])([^'\"\n<>]{2,300})\3",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Entry:
    """One link that may be an entry."""

    anchor: html.HtmlElement
    title: str
    href: str
    picture: bool
    """It has no text of its own, the title is the picture's."""


def entries_of(root: html.HtmlElement) -> list[Entry]:
    """The links that have a text which may be a title; neighbours with one address are one entry."""
    found: list[Entry] = []
    for anchor in root.iter("a"):
        entry = _entry(anchor)
        if entry is None:
            continue
        last = found[-1] if found else None
        if last and entry.href == last.href and _leads_somewhere(entry.href) and _close(last.anchor, anchor):
            longer = last.picture == entry.picture and len(entry.title) > len(last.title) + 2
            if not entry.picture and (last.picture or longer):
                found[-1] = entry
            continue
        found.append(entry)
        if len(found) >= MAX_ENTRIES:
            break
    return found


def full_title(anchor: html.HtmlElement, text: str) -> str:
    """The title as a reader would say it: @title where the text is cut with …, marks of pinning off."""
    title = _titled(anchor)
    cut = _CUT.sub("", text)
    if title and len(title) > len(cut) and _begins_alike(title, cut):
        text = title
    unmarked = PINNED.sub("", text, count=1) if "置" in text else text
    return unmarked.strip(_BULLETS)[:300] or text[:300]


def _entry(anchor: html.HtmlElement) -> Entry | None:
    picture = False
    text = _text_within(anchor) if len(anchor) else collapse(anchor.text or "")
    if not text:
        if (image := next(anchor.iter("img"), None)) is None:
            return None
        text = _titled(anchor) or collapse(image.get("alt") or image.get("title") or "")
        picture = True
        if not text:
            return None
    first = text[0]
    if (
        len(text) < 60
        and (first in _BEGINS_NO_ENTRY or first.isdecimal() or first.isspace())
        and _NO_ENTRY.fullmatch(text)
    ) or (("{" in text or "<" in text) and _TEMPLATE.search(text)):
        return None
    return Entry(anchor, text, (anchor.get("href") or "").strip(), picture)


def _text_within(anchor: html.HtmlElement) -> str:
    """The title in a link that holds more: its heading, where title, summary and date share one link."""
    for heading in anchor.iter("h1", "h2", "h3", "h4", "h5", "h6", "dt", "script"):
        if heading.tag == "script":
            written = _WRITTEN_TITLE.search((heading.text or "")[:2000])
            return collapse(written[2] or written[4]) if written else ""
        text = collapse(raw_text(heading))
        if text and not _NO_ENTRY.fullmatch(text):  # the day of a split date is written as a heading too
            return text
    text = collapse(raw_text(anchor))
    titled = _titled(anchor)
    if len(titled) >= 4 and len(text) > len(titled) and titled in text:
        return titled
    return text


def _titled(anchor: html.HtmlElement) -> str:
    raw = anchor.get("title")
    if not raw:
        return ""
    labelled = _LABELLED_TITLE.search(raw[:1000]) if "标" in raw else None
    return collapse(labelled[1] if labelled else raw[:1000])


def _begins_alike(whole: str, cut: str) -> bool:
    plain = cut.lstrip(_BULLETS)
    return bool(plain) and whole.replace(" ", "").startswith(plain.replace(" ", "")[:60])


def _leads_somewhere(href: str) -> bool:
    return bool(href) and not href.startswith("#") and not href[:11].lower().startswith("javascript:")


def _close(one: html.HtmlElement, other: html.HtmlElement) -> bool:
    """Do both stand in one row: under a common ancestor near by."""
    above = {node for node, _ in zip(one.iterancestors(), range(4), strict=False)}
    return any(node in above for node, _ in zip(other.iterancestors(), range(4), strict=False))
