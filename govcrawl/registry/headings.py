"""Which sheet holds what, which row is its heading, and which column is which field.

Offices write their sheets by hand: a title above, headings in any order with blanks, line breaks, notes in
brackets and stars in them, sheets named as they like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govcrawl.registry.fields import IN_SHEETS, Field, Kind

SEARCHED_ROWS = 30
"""Rows from the top among which the heading is looked for."""

_NOTE = re.compile(r"[(\[【〔<《].*?[)\]】〕>》]")
_MARKS = re.compile(r"[\s*:：、。·_\-—/\\.]+")
_SHEET_WORDS = {
    Kind.COLUMN: ("栏目", "columns"),
    Kind.ACCOUNT: ("账号", "帐号", "新媒体", "accounts"),
    Kind.SITE: ("网站", "站点", "sites"),
    Kind.UNIT: ("单位", "部门", "units"),
}
_TELLING = {
    Kind.COLUMN: {"name": 3, "url": 3},
    Kind.ACCOUNT: {"name": 3, "platform": 1},
    Kind.SITE: {"name": 1, "url": 1, "code": 1},
    Kind.UNIT: {"name": 1},
}
"""Fields whose headings tell the kind of a sheet, unless they are bare words such as 名称."""
_BARE = {"名称", "网址", "单位", "类型", "类别", "状态", "编号", "id", "url", "网站", "栏目", "账号"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a sheet is to be read."""

    kind: Kind
    heading_row: int
    """Index into the rows."""
    fields: Mapping[int, Field]
    """Index of a column to its field."""
    headings: Mapping[int, str]
    """Index of a column to its heading as written."""
    passed_over: tuple[str, ...] = ()
    """Headings that no field answers to, or that another column answers to already."""


def heading_key(text: str) -> str:
    """What the spellings of one heading share: no blanks, notes in brackets, stars, colons, width or case."""
    folded = unicodedata.normalize("NFKC", text[:200]).casefold()
    bare = _MARKS.sub("", _NOTE.sub("", folded))
    return bare or _MARKS.sub("", folded)


def layout_of(name: str, rows: Sequence[Sequence[str]]) -> Layout | None:
    """The layout of a sheet, by its name and headings; None: it holds nothing of the registry."""
    named = [kind for kind, words in _SHEET_WORDS.items() if any(word in name.casefold() for word in words)]
    best: tuple[tuple[int, int, int], Kind, int] | None = None
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        keys = [heading_key(cell) for cell in row]
        for kind in Kind:
            found = {_ALIASES[kind][key] for key in keys if key in _ALIASES[kind]}
            telling = _telling(kind, keys)
            if "name" not in found and "url" not in found and telling == 0:
                continue
            if telling == 0 and kind not in named[:1]:
                continue
            if len(found) < 2 and telling == 0:
                continue
            # Its own name decides between kinds whose headings both fit; then the more telling headings.
            rank = (telling + (2 if kind in named[:1] else 0), len(found), -index)
            if best is None or rank > best[0]:
                best = (rank, kind, index)
    return None if best is None else _layout(best[1], best[2], rows[best[2]])


def _telling(kind: Kind, keys: Sequence[str]) -> int:
    """How surely headings speak of this kind: a column's or account's own ones name nothing else."""
    weights = _TELLING[kind]
    said = {_ALIASES[kind].get(key) for key in keys if key not in _BARE}
    return sum(weight for name, weight in weights.items() if name in said)


def _layout(kind: Kind, index: int, row: Sequence[str]) -> Layout:
    known = {field.name: field for field in IN_SHEETS[kind]}
    written = {at: re.sub(r"\s+", "", cell)[:40] for at, cell in enumerate(row) if cell.strip()}
    columns: dict[str, list[int]] = {}
    for at in written:
        if name := _ALIASES[kind].get(heading_key(row[at])):
            columns.setdefault(name, []).append(at)
    # Of two columns for one field (首页网址 and 网站域名) the one that bears its first word is read.
    chosen = {name: min(ats, key=lambda at: _rank(known[name], row[at])) for name, ats in columns.items()}
    fields = {at: known[name] for name, at in sorted(chosen.items(), key=lambda pair: pair[1])}
    return Layout(
        kind=kind,
        heading_row=index,
        fields=fields,
        headings={at: written[at] for at in fields},
        passed_over=tuple(f"{word}（第{at + 1}列）" for at, word in written.items() if at not in fields),
    )


def _rank(field: Field, heading: str) -> int:
    return [heading_key(word) for word in (field.heading, *field.also)].index(heading_key(heading))


def _aliases(fields: Sequence[Field]) -> dict[str, str]:
    """Heading keys to field names; a field's own heading comes before another's second word for it."""
    found: dict[str, str] = {}
    for field in fields:
        found.setdefault(heading_key(field.heading), field.name)
    for field in fields:
        for word in field.also:
            found.setdefault(heading_key(word), field.name)
    return found


_ALIASES = {kind: _aliases(fields) for kind, fields in IN_SHEETS.items()}
