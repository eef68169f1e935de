"""What a reprint says of its original: its address, its title, and the medium that the text itself credits.

These are facts for comparing. A label above the text may name another publisher than the text does, and a
title may have been altered; whether either is a fault, the check says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from govcrawl.pages.addresses import registrable_domain
from govcrawl.pages.lines import Lines
from govcrawl.pages.media import any_of, is_medium
from govcrawl.pages.page import Page
from govcrawl.pages.reprints import Dateline
from govcrawl.pages.sources import SourceLabel, all_source_labels, clean_name
from govcrawl.pages.titles import Place, Zone, is_row

MOST_LINKS = 3_000
"""Links of a page that are looked at."""


@dataclass(frozen=True, slots=True)
class Credit:
    """The publisher that a text itself names, beside what the label says."""

    name: str
    where: str
    """"title", "text" or "dateline"."""
    snippet: str


def find_credit(
    page: Page, lines: Lines, place: Place, label: SourceLabel | None, dateline: Dateline | None
) -> Credit | None:
    """Find whom the text credits: in its title, in brackets at its end, in its dateline.

    "据新华社报道" is no credit: so begins a text of one's own that refers to another.
    """
    if match := _BEFORE_TITLE.match(place.title):
        name = match["medium"].strip()
        if is_medium(name):
            return Credit(name, "title", place.title[:200])
    for title in (place.title, page.title):
        if match := _BEHIND_TITLE.search(title):
            return Credit(match["medium"], "title", title[:200])
    if label is not None and label.name and not label.in_text:
        for other in reversed(all_source_labels(lines)):
            in_text = other.in_text and place.zone(other.line.number) is not Zone.FAR
            if other.name and (in_text or _is_credit_line(lines, place, other)):
                return Credit(other.name, "text", other.line.text[-200:])
    if (
        dateline is None
        or dateline.medium.startswith("本")
        or dateline.text == place.title
        or _REFERRING.match(dateline.text)
    ):
        return None
    return Credit(dateline.medium, "dateline", dateline.text[:200])


def original_title(lines: Lines) -> str:
    """Read the title behind "原标题："; empty where none is named."""
    for line in islice(lines.having(_ORIGINAL_WORD), 5):
        if match := _ORIGINAL_TITLE.match(line.text):
            title = match["title"].strip().strip("）)】]").strip()
            # What follows in one line with it speaks of something else.
            return _NEXT_LABEL.split(title, maxsplit=1)[0].strip()[:300]
    return ""


def original_link(page: Page, place: Place, lines: Lines) -> tuple[str, str]:
    """Find the link to the original on another domain: its words and its absolute address, else empty ones.

    Either the link is called so (原文链接), or it stands behind such words. An interpretation links to the
    policy that it explains: that is no original.
    """
    if "解读" in place.title or not (lines.mention("原文") or lines.mention("原标题")):
        return "", ""
    here = registrable_domain(page.url)
    for element in islice(page.root.iter("a"), MOST_LINKS):
        href = (element.get("href") or "").strip()
        if not href or not (text := _called_original(element)):
            continue
        address = page.resolve(href)
        if address and address.startswith(("http://", "https://")) and registrable_domain(address) != here:
            return text, address.partition("#")[0]
    return "", ""


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

_BEFORE_TITLE = re.compile(r"\s?[【\[](?P<medium>[^】\]]{2,12})[】\]]")
# Behind a title only the names of media that nobody else bears: a site may call itself 示例在线.
_NAMED = any_of(
    """
人民网 新华网 新华社 央视网 央视新闻 光明网 中新网 中国新闻网 人民日报 光明日报 经济日报 中国经济网 求是网
环球网
"""
)
_BEHIND_TITLE = re.compile(rf"(?:[_|｜（(【—]|--|\s[-–]\s?)\s?(?P<medium>{_NAMED})[）)】]?\s?$")
_REFERRING = re.compile(r"\W{0,4}据")
_ORIGINAL_WORD = re.compile("原标题")
_ORIGINAL_TITLE = re.compile(r"[\s（(【\[]{0,3}原标题\s?[:：]\s?(?P<title>.{2,400})")
_NEXT_LABEL = re.compile(r"[）)】\]]\s|\s(?:来源|作者|编辑|责任编辑|原文链接|记者)\s?[:：]")
_ORIGINAL_LINK = re.compile(
    r"[\[【（(>]?(?:点击|点此)?(?:阅读|查看|浏览)?(?:文章|新闻|报道)?原文(?:链接|地址|出处|网址)?[\]】）):：>]?"
)
_BEHIND_WORDS = re.compile(r"(?:原文(?:链接|地址|出处|网址)|原标题)\s?[:：]\s?$")


def _called_original(element: HtmlElement) -> str:
    """The words that call this link the original, else an empty text."""
    own = element.text or ""
    if len(own) <= 20 and _ORIGINAL_LINK.fullmatch(own.strip()):
        return own.strip()
    before = element.getprevious()
    parent = element.getparent()
    text = (before.tail if before is not None else parent.text if parent is not None else None) or ""
    match = _BEHIND_WORDS.search(text[-30:].rstrip() if text else "")
    return match[0].strip() if match else ""


def _is_credit_line(lines: Lines, place: Place, label: SourceLabel) -> bool:
    """Whether a label behind the text names a medium: 来源：示例日报, in a line of its own."""
    line = label.line
    return (
        place.zone(line.number) is Zone.AFTER
        and bool(place.lines)
        and is_medium(clean_name(label.name))
        and len(line.text) <= 40
        and not is_row(lines, line)
    )
