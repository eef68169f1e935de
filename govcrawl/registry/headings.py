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
    Kind.COLUMN: {"name": "栏目名称", "url": "栏目网址"},
    Kind.ACCOUNT: {"name": "账号名称", "platform": "平台"},
    Kind.SITE: {"name": "网站名称", "url": "首页网址", "code": "网站标识码"},
    Kind.UNIT: {"name": "单位名称"},
}
"""Fields that only a sheet of this kind has; a bare 名称 or 网址 does not tell."""
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
    doubled: tuple[tuple[int, int], ...] = ()
    """Columns of which the second has the field of the first."""
    passed_over: tuple[str, ...] = ()
    """Headings that no field answers to."""


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
    count = 0
    for name in _TELLING[kind]:
        count += any(_ALIASES[kind].get(key) == name and key not in _BARE for key in keys)
    return count


def _layout(kind: Kind, index: int, row: Sequence[str]) -> Layout:
    fields: dict[int, Field] = {}
    headings: dict[int, str] = {}
    doubled: list[tuple[int, int]] = []
    passed_over: list[str] = []
    first: dict[str, int] = {}
    known = {field.name: field for field in IN_SHEETS[kind]}
    for at, cell in enumerate(row):
        written = re.sub(r"\s+", "", cell)
        name = _ALIASES[kind].get(heading_key(cell))
        if name is None:
            if written:
                passed_over.append(written[:40])
            continue
        headings[at] = written
        if name in first:
            doubled.append((first[name], at))
            continue
        first[name] = at
        fields[at] = known[name]
    if kind is Kind.SITE and "unit" not in first and "undertaker" in first:
        # Where a sheet names only who undertakes a site, that unit answers for it.
        fields[first["undertaker"]] = known["unit"]
    return Layout(
        kind=kind,
        heading_row=index,
        fields=fields,
        headings=headings,
        doubled=tuple(doubled),
        passed_over=tuple(passed_over),
    )


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
