"""Publishers by name: which ones a government site may reprint from, and when two names are one publisher."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib.resources import files

from govcrawl.model import SiteNames
from govcrawl.pages.media import is_medium
from govcrawl.pages.reprints import judge_source
from govcrawl.pages.sources import normal_name, same_source

MOST_ALLOWED = 5_000
"""Entries of an office's own list."""
LONGEST_NAME = 80
"""Characters of one entry."""


class Standing(Enum):
    """Whether a source is one to reprint from."""

    ALLOWED = "allowed"
    PLATFORM = "platform"
    """The name of a platform, where anybody publishes."""
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class AllowedSources:
    """A list of allowed sources: names and patterns, made ready for comparing."""

    names: frozenset[str]
    patterns: tuple[tuple[str, ...], ...]
    """Each cut at its stars: only the ends and the order of the pieces are compared, without backtracking."""

    @classmethod
    def of(cls, entries: Iterable[str]) -> AllowedSources:
        """Read entries: a name, or a pattern with `*`. Empty ones and comments (#) are left out."""
        names: set[str] = set()
        patterns: list[tuple[str, ...]] = []
        for entry in entries:
            text = entry.partition("#")[0].strip()
            if "*" in text:
                pieces = tuple(_fold(piece) for piece in text.split("*"))
                if any(pieces):
                    patterns.append(pieces)
            elif folded := _fold(text):
                names.add(folded)
        return cls(frozenset(names), tuple(patterns))

    def allows(self, name: str) -> bool:
        """Is this source on the list, by its name, by the longer form of one, or by a pattern."""
        folded, bare = _fold(name), normal_name(name)
        if folded in self.names or bare in self.names:
            return True
        return any(_matches(pieces, form) for pieces in self.patterns for form in (folded, bare)) or any(
            folded.startswith(listed) for listed in self.names if len(listed) >= 2
        )


NONE_ADDED = AllowedSources(frozenset(), ())


def standing(
    name: str, names: SiteNames, added: AllowedSources = NONE_ADDED, *, region: str = ""
) -> Standing:
    """Tell the standing of a source; of several that are named together the best one counts.

    Args:
        name: as the page names it.
        names: of the site's own publishers; they and the media of their place are allowed.
        added: what the office allows beside the shipped list.
        region: that the office inspects: its media are allowed to all its sites.
    """
    allowed, platforms = _shipped()
    places = _places((*names.own, region))
    best = Standing.UNLISTED
    for each in joint(name):
        if added.allows(each):
            return Standing.ALLOWED
        if platforms.allows(each):
            best = Standing.PLATFORM
        elif (
            is_own(each, names) is True
            or allowed.allows(each)
            or (is_medium(each) and _fold(each).startswith(places))
        ):
            return Standing.ALLOWED
    return best


def is_own(name: str, names: SiteNames) -> bool | None:
    """Is this a name of the site's own publishers or of units below them; None: not known."""
    elsewhere = judge_source(name, (*names.own, *names.subordinate))
    return None if elsewhere is None else not elsewhere


def joint(name: str) -> tuple[str, ...]:
    """The publishers that are named together (示例日报、示例电视台), at most eight; one: itself."""
    name = _TAKEN_FROM.sub("", name)
    parts = [part.strip() for part in _JOINT.split(name) if part.strip()][:8]
    return tuple(parts) if len(parts) > 1 and all(len(part) >= 2 for part in parts) else (name,)


def one_publisher(one: str, other: str, names: SiteNames) -> bool:
    """May two names be of one publisher: equal, short forms, a house and its website, both the site's own."""
    return any(_one(first, second, names) for first in joint(one) for second in joint(other))


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

_JOINT = re.compile(r"[、，,；;/／|｜&]|\s+|(?<=[报网社台局])[和与及](?=\S{2})")
_TAKEN_FROM = re.compile(r"^(?:转载自|转载于|转自|摘自|选自|来源于|综合)\s?[:：]?")
_NO_LETTER = re.compile(r"[\s\W_]+")
_ENDS = re.compile(
    r"(?:报业集团|报业传媒集团|新闻客户端|客户端|微信公众号|公众号|微信|微博|官网|网站|门户网站|报社|新闻网|在线|新闻|网|报|社)$"
)
# Houses and their outlets, whose names have no word in common.
_FAMILIES = (
    ("新华社", "新华网", "新华每日电讯", "新华视点", "新华通讯社"),
    ("人民日报", "人民网", "中国共产党新闻网", "海外网"),
    ("中央广播电视总台", "中央广电总台", "央视", "央广", "中央电视台", "cctv", "中国网络电视台", "国际在线"),
    ("中国新闻社", "中国新闻网", "中新社", "中新网"),
    ("经济日报", "中国经济网"),
    ("中国青年报", "中青在线", "中青网"),
    ("工人日报", "中工网"),
    ("农民日报", "中国农网"),
    ("国务院", "中国政府网", "中华人民共和国中央人民政府", "中央人民政府"),
)


def _fold(name: str) -> str:
    # "+" is part of the name of a house.
    return _NO_LETTER.sub("", name.replace("+", "plus").replace("＋", "plus")).lower()


def _matches(pieces: tuple[str, ...], text: str) -> bool:
    first, *middle, last = pieces
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _one(one: str, other: str, names: SiteNames) -> bool:
    if same_source(one, other) or (is_own(one, names) is True and is_own(other, names) is True):
        return True
    first, second = _fold(one), _fold(other)
    if any(first.startswith(family) and second.startswith(family) for family in _FAMILIES):
        return True
    first, second = _bare(first), _bare(second)
    return len(first) >= 2 and first == second


def _bare(name: str) -> str:
    for _ in range(3):
        shorter = _ENDS.sub("", name)
        if len(shorter) < 2 or shorter == name:
            break
        name = shorter
    return name


def _places(names: Iterable[str]) -> tuple[str, ...]:
    """The place names with which these names begin (示例市水利局 → 示例)."""
    found = {match[1] for name in names if (match := _PLACE.match(name))}
    return tuple(sorted(found)) or ("\0",)


_PLACE = re.compile(r"(?:中共)?([\u4e00-\u9fff]{2,6}?)(?:省|市|自治区|自治州|州|盟|地区|县|区|旗)")


@lru_cache(maxsize=1)
def _shipped() -> tuple[AllowedSources, AllowedSources]:
    """The shipped list: what is allowed, and the names of platforms."""
    entries: dict[str, list[str]] = {}
    part = entries.setdefault("", [])
    text = files("checks").joinpath("data/allowed_sources.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            part = entries.setdefault(line.strip("[] "), [])
        else:
            part.append(line)
    platforms = entries.pop("平台名称")
    return AllowedSources.of(entry for group in entries.values() for entry in group), AllowedSources.of(
        platforms
    )
