"""Spreadsheets: a title, headings, rows; nothing in them runs, nothing is a link.

Text from pages stands in them. A cell that a spreadsheet would run as a formula is written as text,
and control marks that no spreadsheet takes are made visible.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from govcrawl.files import write_atomically
from reports.wording import cut, visible

CELL_LIMIT = 2000
"""Characters of a cell; a spreadsheet takes 32 767, nobody reads them."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With what a text begins that a spreadsheet would run."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading."""

    title: str
    width: int
    """In characters of the sheet's font."""


def write_sheet(
    path: Path, name: str, heads: Sequence[Head], lines: Iterable[Sequence[str | int]], *, title: str
) -> None:
    """Write a workbook of one sheet, atomically.

    Raises:
        OSError: the file can't be written.
    """
    book = Workbook(write_only=True)
    made = [[as_text(cell) if isinstance(cell, str) else cell for cell in line] for line in lines]
    fill(book.create_sheet(name), heads, made, title)
    save(book, path)


def save(book: Workbook, path: Path) -> None:
    """Write a workbook, atomically.

    Raises:
        OSError: the file can't be written.
    """
    content = io.BytesIO()
    book.save(content)
    write_atomically(path, content.getvalue())


def as_text(text: str) -> str:
    r"""A cell's text: hidden marks made visible (a carriage return too), cut."""
    return cut(visible(text.replace("\r", "\n")), CELL_LIMIT)


def fill(
    sheet: Any,  # a WriteOnlyWorksheet: the stubs do not know what it hands on to a Worksheet
    heads: Sequence[Head],
    lines: Iterable[Sequence[str | int]],
    title: str,
) -> None:
    """A sheet with a title, headings that stay, and rows of texts made by `as_text`."""
    thin = Side(style="thin", color="999999")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for index, head in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(index)].width = head.width
    sheet.freeze_panes = "A3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "2:2"
    top = WriteOnlyCell(sheet, value=cut(as_text(title), 100))
    top.data_type = "s"
    top.font = Font(name="宋体", size=16, bold=True)
    sheet.append([top])
    bold, grey = Font(name="宋体", size=10, bold=True), PatternFill("solid", fgColor="EEEEEE")
    centred = Alignment(horizontal="center", vertical="center", wrap_text=True)
    heading = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=head.title)
        cell.font, cell.fill, cell.border, cell.alignment = bold, grey, border, centred
        heading.append(cell)
    sheet.append(heading)
    styles = _styles(sheet, border)
    count = 2
    for line in lines:
        sheet.append([_cell(sheet, value, styles) for value in line])
        count += 1
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(heads))}{max(count, 2)}"


def _styles(sheet: Any, border: Border) -> tuple[Any, Any, Any]:
    """Styles of a number, of a text, and of a text that looks like a formula.

    Made once: setting font, border and alignment on each of half a million cells takes minutes.
    """
    made = []
    for text, formula in ((False, False), (True, False), (True, True)):
        cell: Any = WriteOnlyCell(sheet)  # the stubs do not know `_style`
        cell.font = Font(name="宋体", size=10)
        cell.border = border
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if text:
            cell.number_format = "@"
        cell.quotePrefix = formula  # keeps it text when somebody edits the cell
        made.append(cell._style)
    number, plain, guarded = made
    return number, plain, guarded


def _cell(sheet: Any, value: str | int, styles: tuple[Any, Any, Any]) -> Any:
    cell: Any = WriteOnlyCell(sheet, value=value if value != "" else None)
    if isinstance(value, str):
        if value:
            cell.data_type = "s"
        cell._style = styles[2] if value.startswith(FORMULA) else styles[1]
    else:
        cell._style = styles[0]
    return cell
