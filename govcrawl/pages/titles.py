"""Where the title of an article stands: the place from which everything else is measured.

Dates and sources are believed by their distance from the title: what stands between it and the first
paragraph speaks of the article, what stands elsewhere may speak of anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from govcrawl.pages.lines import Line, Lines
from govcrawl.pages.page import Page


class Zone(IntEnum):
    """Where a line stands; lower ones are believed before higher ones."""

    HEAD = 0
    """From the title to the first paragraph."""
    ABOVE = 1
    """A few lines above the title: a table of facts about a document, a crumb trail."""
    AFTER = 2
    """In the text or behind it. Where no title was found: anywhere."""
    FAR = 3
    """Far above the title: the page's header and navigation."""


@dataclass(frozen=True, slots=True)
class Place:
    """The title and the zones around it."""

    title: str
    lines: tuple[Line, ...]
    """The lines that hold it: more than one where a page repeats it for telephones or for sharing."""
    named: bool
    """Whether a meta tag names the title."""
    _heads: Mapping[int, int]
    """By index of a title's line the index of the first line that is none of its head any more."""

    @property
    def heads(self) -> Iterable[tuple[int, int]]:
        """Begin and end (indexes of lines) of each head."""
        return self._heads.items()

    def zone(self, index: int) -> Zone:
        """Tell the zone of the line of that index."""
        if any(begin <= index < end for begin, end in self._heads.items()):
            return Zone.HEAD
        if not self.lines or index > self.lines[0].number:
            return Zone.AFTER
        return Zone.ABOVE if self.lines[0].number - index <= _LINES_ABOVE else Zone.FAR


def find_title(page: Page, lines: Lines) -> Place:
    """Find the title's text and lines, by the meta tags and <title>, else by the first heading."""
    named = [text for name in _TITLE_METAS for text in page.metas.get(name, ()) if text]
    site = {fold(text) for name in ("sitename", "columnname") for text in page.metas.get(name, ())}
    found = _matching(lines, named, page.title, site) or _headings(lines, site)
    heads = {line.number: _end_of_head(lines, line.number) for line in found}
    title = named[0] if named else found[0].text if found else _first_part(page.title)
    return Place(title[:300], tuple(found), bool(named), heads)


def title_above(lines: Lines, place: Place, dated: Line | None) -> str:
    """Where neither tags nor headings name the title: the line above that of the date; else empty."""
    if place.lines or place.named or dated is None or dated.number == 0:
        return ""
    line = lines[dated.number - 1]
    text = line.text
    plain = line.unlinked == text and 6 <= len(text) <= 120 and not is_paragraph(text)
    return text if plain and not _LABELS.search(text) and not _NO_TITLE.search(text) else ""


def fold(text: str) -> str:
    """Fold a text for comparing: letters and figures only, lower case."""
    return _NO_LETTER.sub("", text).lower()


def is_paragraph(text: str) -> bool:
    """Whether a line is running text rather than a line of labels or a short heading."""
    if len(text) < 24:
        return text.endswith("。") and len(text) > 8
    if "。" not in text and _LABELS.search(text):
        return False
    return "。" in text or text.endswith(("：", ":", "；")) or (len(text) > 80 and text.count("，") > 1)


def is_row(lines: Lines, line: Line) -> bool:
    """Whether a line stands beside or under a link of its own, as the rows of a list do."""
    if len(line.text) - len(line.unlinked) >= _LINK_OF_ROW:
        return True
    above = lines[line.number - 1] if line.number else None
    return above is not None and len(above.text) >= _LINK_OF_ROW and not above.unlinked


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

_TITLE_METAS = ("articletitle", "og:title", "twitter:title")
_LINES_ABOVE = 40
_LINES_OF_HEAD = 15
_LONGEST_TITLE = 200
_MOST_REPEATS = 8
_LINK_OF_ROW = 8
_NO_LETTER = re.compile(r"[\W_]+")
_LABELS = re.compile(
    r"来\s{0,4}源\s?[:：∶]|(?:时\s{0,4}间|日\s{0,4}期)\s?[:：∶]|字\s?[号体]|(?:浏览|点击|阅读)\s?(?:次|量|数)"
)
_PARTS = re.compile(r"\s{0,3}(?:[_|｜]|--|\s[-–—]\s?)\s{0,3}")
_SITE_PART = re.compile(r"(?:网站?|政府|厅|局|委员会|办公室|部|平台|门户)$")
_NO_TITLE = re.compile(
    r"网站|门户|欢迎|当前位置|您(?:现在)?的位置|^首页|导航|搜索|友情链接|相关|推荐|热点|排行|分享"
)


def _matching(lines: Lines, named: list[str], title: str, site: set[str]) -> list[Line]:
    wanted = [folded for folded in map(fold, named) if len(folded) >= 4]
    whole = fold(title)
    parts = [fold(part) for part in _PARTS.split(title)]
    if any(not _SITE_PART.search(part) for part in parts):
        site = site | {part for part in parts if _SITE_PART.search(part)}
    opening = [part for part in parts if len(part) >= 8 and part not in site]
    known = " ".join((*named, title))
    scored: list[tuple[int, Line]] = []
    for line in lines.beginning_in(known):
        text = line.text
        if not 4 <= len(text) <= _LONGEST_TITLE:
            continue
        folded = fold(text)
        if folded in site:
            continue
        score = 0
        for name in wanted:
            if folded == name or (folded.startswith(name) and len(folded) <= len(name) + 12):
                score = max(score, 1000 + len(name))
            elif len(folded) >= 6 and folded in name:
                score = max(score, len(folded))
        if len(folded) >= 8 and folded in whole:
            score = max(score, len(folded))
        elif any(folded.startswith(part) and len(folded) <= len(part) + 12 for part in opening):
            score = max(score, len(folded) - 12)
        if score and line.unlinked:
            scored.append((score, line))
    best = max((score for score, _ in scored), default=0)
    return [line for score, line in scored if score * 10 >= best * 9][:_MOST_REPEATS]


def _headings(lines: Lines, site: set[str]) -> list[Line]:
    for line in lines.headings():
        if (
            6 <= len(line.text) <= _LONGEST_TITLE
            and not _NO_TITLE.search(line.text)
            and fold(line.text) not in site
            and line.unlinked
        ):
            return [line]
    return []


def _end_of_head(lines: Lines, begin: int) -> int:
    for number in range(begin + 1, min(begin + _LINES_OF_HEAD, len(lines))):
        if is_paragraph(lines[number].text):
            return number
    return begin + _LINES_OF_HEAD


def _first_part(title: str) -> str:
    return _PARTS.split(title, maxsplit=1)[0] or title
