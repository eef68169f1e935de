"""Addresses that were taken over: their page has become gambling, pornography, a parked or for-sale domain.

To link there is a veto item, so nothing is said on one word, nor of a page that speaks *about* the matter:
a police warning, an article, the state lottery's own site.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from govcrawl.pages.addresses import host_of, registrable_domain
from govcrawl.pages.page import Page

_TEXT = 3000
"""Characters of text that are looked at; what took an address over says so at once."""
_LONG = 2500
"""Characters of text from which a page about domains is an article, not a parked domain."""
_BLANK = re.compile(r"[\s\u200b\u200c\u200d\ufeff]+")
_WEIGHTS = {"title": 3, "keywords": 2, "description": 2, "text": 1}


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    threshold: int
    terms: tuple[tuple[str, int, bool], ...]
    """Term, weight, strong or not."""
    about: tuple[str, ...]
    any_strong: re.Pattern[str]
    """Any of the strong terms: almost every page is dismissed by this alone."""


def hijacked(page: Page, *, link_text: str = "") -> str:
    """What an address was taken over by, as "kind: term,term…"; "": nothing says so.

    The kinds are "gambling", "pornography" and "parked" (parked or for sale).

    Args:
        page: what the address shows.
        link_text: of the link that leads there; a title that still bears it needs twice the weight.
    """
    fields = {
        "title": _squeezed(page.title),
        "keywords": _squeezed(" ".join(page.metas.get("keywords", ()))),
        "description": _squeezed(" ".join(page.metas.get("description", ()))),
        "text": page.text[: _TEXT * 2].replace(" ", "").lower()[:_TEXT],
    }
    linked = _squeezed(link_text)
    own = registrable_domain(host_of(page.url))
    needed = 2 if len(linked) >= 4 and linked in fields["title"] else 1
    for kind in _kinds():
        if kind.name == "parked" and len(page.text) > _LONG:
            continue
        named = own if kind.name == "parked" and own in fields["title"] + fields["text"][:300] else ""
        found = _found(kind, fields, kind.threshold * needed, named)
        if found:
            return f"{kind.name}: {','.join(found)}"
    return ""


def _found(kind: _Kind, fields: dict[str, str], threshold: int, named: str) -> list[str]:
    """The terms that make the case, strongest first; empty: there is none.

    `named` is the page's own domain where it names itself, as those that are for sale do.
    """
    if not any(kind.any_strong.search(text) for text in fields.values()) or _speaks_about(kind, fields):
        return []
    score = 3 if named else 0
    strong, headed = False, bool(named)
    found: list[tuple[int, str]] = [(-3, named)] if named else []
    for term, weight, is_strong in kind.terms:
        places = [name for name, text in fields.items() if term in text]
        if not places:
            continue
        worth = weight * max(_WEIGHTS[name] for name in places)
        score += worth
        strong |= is_strong
        headed |= places != ["text"]
        found.append((-worth, term))
    # 域名转让 holds 域名 and 转让 and is one word all the same.
    words = [term for _, term in found]
    distinct = [term for term in words if not any(term != other and term in other for other in words)]
    if not strong or not headed or len(distinct) < 2 or score < threshold:
        return []
    return [term for _, term in sorted(found) if term in distinct][:5]


def _speaks_about(kind: _Kind, fields: dict[str, str]) -> bool:
    """Does it look at the matter from outside: said at the head, or more than once in the text."""
    head = fields["title"] + fields["description"]
    if any(term in head for term in kind.about):
        return True
    return sum(term in fields["text"] for term in kind.about) >= 3


def _squeezed(text: str) -> str:
    return _BLANK.sub("", text).lower()


@cache
def _kinds() -> tuple[_Kind, ...]:
    raw = tomllib.loads((files("govcrawl.pages") / "data" / "hijack.toml").read_text(encoding="utf-8"))
    return tuple(
        _Kind(
            name=name,
            threshold=kind["threshold"],
            terms=tuple(
                [(term, kind["strong"], True) for term in dict.fromkeys(kind["strong_terms"])]
                + [(term, kind["weak"], False) for term in dict.fromkeys(kind["weak_terms"])]
            ),
            about=tuple(kind["about"]),
            any_strong=re.compile("|".join(map(re.escape, kind["strong_terms"]))),
        )
        for name, kind in raw.items()
    )
