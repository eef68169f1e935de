"""The registry as an .xlsx file with the sheets 单位, 网站, 栏目, 账号."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from govcrawl.model import (
    Account,
    Column,
    ColumnType,
    Registry,
    Site,
    SiteKind,
    SiteStatus,
    Unit,
    UnitKind,
    Version,
)
from govcrawl.registry.fields import WRITTEN, Field, Kind
from govcrawl.registry.lookup import sites_called, units_called

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_CHOICES: dict[tuple[Kind, str], type[StrEnum]] = {
    (Kind.UNIT, "kind"): UnitKind,
    (Kind.SITE, "kind"): SiteKind,
    (Kind.SITE, "status"): SiteStatus,
    (Kind.COLUMN, "type"): ColumnType,
    (Kind.ACCOUNT, "status"): SiteStatus,
}
_WIDE = {"name": 28, "url": 44, "scope": 36, "emails": 28, "unit": 28, "parent": 28}
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` stands for a character in .xlsx (ECMA-376, 22.9.2.19) unless its first mark is escaped."""
_SPARE_ROWS = 500
"""Rows below the last one that offer the same choices, for what an office adds."""


def write_workbook(registry: Registry, path: Path) -> None:
    """Writes all of the registry; reading it gives the same registry again.

    Each cell is text: what looks like a formula, a number or a date stays what it is. The file appears whole
    or not at all.

    Raises:
        OSError: it can't be written.
    """
    from openpyxl import Workbook  # what only reads a registry, as every crawl does, starts without it

    book = Workbook()
    first = book.active
    for kind in Kind:
        sheet = book.create_sheet(kind.zh)
        fields = WRITTEN[kind]
        rows = [
            [_cell(registry, kind, field, thing) for field in fields] for thing in _things(registry, kind)
        ]
        _fill(sheet, kind, fields, rows)
    if first is not None:
        book.remove(first)
    beside = path.with_name(f".{path.name}.part")
    try:
        book.save(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


_Thing = Unit | Site | Account | tuple[Site, Column]


def _things(registry: Registry, kind: Kind) -> Iterable[_Thing]:
    if kind is Kind.UNIT:
        return registry.units
    if kind is Kind.SITE:
        return registry.sites
    if kind is Kind.ACCOUNT:
        return registry.accounts
    return [(site, column) for site in registry.sites for column in site.columns]


def _cell(registry: Registry, kind: Kind, field: Field, thing: _Thing) -> str:
    if isinstance(thing, tuple):
        site, column = thing
        if field.name == "site":
            return _site_word(registry, site)
        value: object = getattr(column, field.name)
    elif field.name.startswith("filings.") and isinstance(thing, Site):
        value = thing.filings.get(field.name.removeprefix("filings."), "")
    else:
        value = getattr(thing, field.name)
    if field.name in {"unit", "parent"} and isinstance(value, str):
        return _unit_word(registry, value)
    if field.items is not None and isinstance(value, tuple):
        return field.items.join([_text(part) for part in value])
    return _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Version):
        return f"{value.url} {value.lang} {value.kind}"
    return str(value)


def _unit_word(registry: Registry, unit_id: str) -> str:
    """The name, which people read; the id where the name would mean someone else."""
    unit = registry.unit(unit_id)
    return (
        unit.name
        if unit and [u.id for u in units_called(registry.units, unit.name)] == [unit_id]
        else unit_id
    )


def _site_word(registry: Registry, site: Site) -> str:
    return site.name if [s.id for s in sites_called(registry.sites, site.name)] == [site.id] else site.id


def _fill(sheet: Worksheet, kind: Kind, fields: tuple[Field, ...], rows: list[list[str]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for at, field in enumerate(fields, start=1):
        head = sheet.cell(1, at, field.heading)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="DDE6F0")
        head.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(at)].width = _WIDE.get(field.name, 16)
        choices = _CHOICES.get((kind, field.name))
        if choices:
            offer = DataValidation(type="list", formula1=f'"{",".join(word.value for word in choices)}"')
            letter = get_column_letter(at)
            offer.add(f"{letter}2:{letter}{len(rows) + _SPARE_ROWS}")
            sheet.add_data_validation(offer)
        for line, row in enumerate(rows, start=2):
            cell = sheet.cell(line, at)
            cell.value = _ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", row[at - 1])) or None
            if cell.value is not None:
                cell.data_type = "s"  # openpyxl takes what begins with = for a formula
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(fields))}{len(rows) + 1}"
