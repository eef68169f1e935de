"""Is the title of a reprint still that of its original: yes, no, not known."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from govcrawl.model import LinkVerdict, Verdict

ALIKE = 0.5
"""Share of common characters from which two titles are surely of one text, one of them altered."""
SHORTEST = 6
"""Letters of a title; what is shorter is the name of a site or a column."""


def original_title_of(verdict: LinkVerdict) -> str:
    """The title of an original that was fetched; empty where nothing can be compared.

    A home page, to which many sites send a visitor whose page is gone, has another title by right.
    """
    if verdict.verdict is not Verdict.OK or not verdict.title:
        return ""
    try:
        parts = urlsplit(verdict.final_url or verdict.url)
    except ValueError:
        return ""
    if not parts.query and (parts.path in {"", "/"} or _HOME.fullmatch(parts.path)):
        return ""
    return verdict.title if any(_is_title(part) for part in _PARTS.split(verdict.title)) else ""


def same_title(shown: str, original: str) -> bool:
    """Do two titles differ in nothing but punctuation, blanks, width, brackets of media, and names of sites.

    One that was cut short (…) is the same where it agrees as far as it goes.
    """
    wanted = forms(shown)
    found = forms(original)
    if not wanted.isdisjoint(found):
        return True
    for short, long in ((original, wanted), (shown, found)):
        if cut := _CUT.search(short):
            begin = _fold(short[: cut.start()])
            if len(begin) >= SHORTEST and any(form.startswith(begin) for form in long):
                return True
    return False


def likeness(shown: str, original: str) -> float:
    """How alike two titles are, 0 to 1, by the best of the forms that they may have."""
    return max(
        (
            SequenceMatcher(None, one, other, autojunk=False).ratio()
            for one in forms(shown)
            for other in forms(original)
        ),
        default=0.0,
    )


def forms(title: str) -> frozenset[str]:
    """A title as it may have been meant: whole, without names of sites around it, without brackets."""
    text = unicodedata.normalize("NFKC", title)[:300]
    parts = [part for part in _PARTS.split(text) if part.strip()][:8]
    runs = {text, *("".join(parts[:end]) for end in range(1, len(parts) + 1)), *parts}
    bare = {_AROUND.sub("", run.strip()) for run in runs}
    return frozenset(folded for run in runs | bare if len(folded := _fold(run)) >= SHORTEST)


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

_PARTS = re.compile(r"[_|]|-{1,2}|[—–]{1,2}|\s{2,}")
_AROUND = re.compile(r"^[【\[(（][^】\])）]{1,12}[】\])）]|[【\[(（][^】\])）]{1,12}[】\])）]$")
_NO_LETTER = re.compile(r"[\W_]+")
_CUT = re.compile(r"(?:\.{2,}|…+)\s?$")
_HOME = re.compile(r"/(?:index|default|home)\.[a-z]{3,5}", re.IGNORECASE)
_SITE = re.compile(r"(?:网站?|门户|首页|客户端|频道|政府|数字报|电子版|电子报)$")


def _fold(text: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).lower()


def _is_title(part: str) -> bool:
    return len(_fold(part)) >= SHORTEST and _SITE.search(part.strip()) is None
