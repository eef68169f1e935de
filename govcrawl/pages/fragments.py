"""Parts of pages that links name (`#part`): which parts a page has, and which it and others are said to have.

A browser looks for an element with that id, else for an anchor of that name, first as it is written, then
percent-decoded (WHATWG HTML, section 7.4.6.4). What names no part is never judged: nothing, `top`, text
fragments (`:~:text=`), and routes of applications (`#/…`, `#!…`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from govcrawl.model import Evidence
from govcrawl.pages.elements import collapse, text_of
from govcrawl.pages.page import Page
from govcrawl.pages.signs import script_sign

MOST_PARTS = 2_000
"""Names that are kept of one page; of one with more it is not known what it lacks."""
MOST_LINKS = 200
"""Links to parts that are kept of one page."""
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLink:
    """A link to a part of a page."""

    url: str
    """The page, absolute, without fragment."""
    part: str
    """As it is written behind #."""
    text: str
    evidence: Evidence


def part_of(fragment: str) -> str | None:
    """The name of a part; None for a fragment that names none."""
    name = fragment.partition(":~:")[0].strip()
    if not name or name.lower() == "top" or name.startswith(("/", "!")) or len(name) > _LONGEST:
        return None
    return name


def parts_of(page: Page) -> tuple[str, ...] | None:
    """The names of all parts of a page; None: not known, for scripts build it, or there are too many."""
    if not page.is_html or script_sign(page) is not None:
        return None
    names = set(page.identities) | {name for anchor in page.root.iter("a") if (name := anchor.get("name"))}
    return tuple(sorted(names)) if len(names) <= MOST_PARTS else None


def has_part(parts: Collection[str] | None, part: str) -> bool | None:
    """Does a page with these parts have that one; None: not known."""
    if parts is None:
        return None
    return any(name in parts for name in _readings(part))


def part_links(page: Page) -> Iterator[PartLink]:
    """The links of a page to parts of this page and of others, in its order, each name of a page once."""
    seen: set[tuple[str, str]] = set()
    for anchor in page.root.iter("a", "area"):
        address, mark, fragment = (anchor.get("href") or "").strip().partition("#")
        part = part_of(fragment) if mark else None
        # A script at the link moves the page by itself, or does something else.
        if part is None or anchor.get("onclick") or address.lower().startswith("javascript:"):
            continue
        url = page.resolve(address) if address else page.url
        if url is None or not url.startswith(("http://", "https://")) or (url, part) in seen:
            continue
        seen.add((url, part))
        text = collapse(text_of(anchor))[:200]
        yield PartLink(url=url, part=part, text=text, evidence=page.evidence_of(anchor))
        if len(seen) >= MOST_LINKS:
            return


def _readings(part: str) -> Iterator[str]:
    """A name as it is written, and percent-decoded; older pages are in GBK."""
    yield part
    if "%" in part:
        raw = unquote_to_bytes(part)
        for encoding in ("utf-8", "gb18030"):
            yield raw.decode(encoding, "replace")
