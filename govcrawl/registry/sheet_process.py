"""Opens one .xlsx or .xls file and prints its cells as JSON; run as a process of its own by `sheets`.

A spreadsheet of a few bytes can claim a cell in the last row of the last column, and the reader then asks for
more memory than any machine has. Here that ends this process only, at its memory limit, and not the import.
Uses nothing of ours, for it is run by path (`python -I sheet_process.py FILE`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from typing import Any

import python_calamine

MAX_ROWS = 100_000
"""Of all sheets together, blank ones included up to the last used one."""
MAX_COLUMNS = 256
MAX_CELL = 2_000
"""Characters of a cell; one more is kept, so that the reader sees that it was longer."""
MAX_CHARACTERS = 20_000_000
"""Of all cells together."""
MAX_SHEETS = 100
MEMORY = 1 << 30
"""Bytes of address space."""
SECONDS = 60
"""Of processor time."""


def main(path: str) -> int:
    """Prints {"sheets": [...]} or {"error": word}; the exit status is 0 for both."""
    with contextlib.suppress(ImportError):  # no such module on Windows: the limits of `sheets` remain
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {"sheets": _sheets(path)}
    except python_calamine.PasswordError:
        answer = {"error": "password"}
    except _TooMuchError as error:
        answer = {"error": str(error)}
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        answer = {"error": "format", "detail": str(error)[:200]}
    json.dump(answer, sys.stdout)
    return 0


class _TooMuchError(Exception):
    pass


def _sheets(path: str) -> list[dict[str, Any]]:
    book = python_calamine.load_workbook(path)
    if len(book.sheets_metadata) > MAX_SHEETS:
        raise _TooMuchError("sheets")
    found: list[dict[str, Any]] = []
    left, characters = MAX_ROWS, 0
    for about in book.sheets_metadata:
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        hidden = about.visible is not python_calamine.SheetVisibleEnum.Visible
        if hidden:
            found.append({"name": about.name, "hidden": True, "rows": [], "merged": []})
            continue
        sheet = book.get_sheet_by_name(about.name)
        left -= sheet.total_height
        if left < 0:
            raise _TooMuchError("rows")
        if sheet.total_width > MAX_COLUMNS:
            raise _TooMuchError("columns")
        _, first = sheet.start or (0, 0)
        rows: list[list[str]] = []
        for row in sheet.iter_rows():  # from the first row of the sheet, but from the first used column
            cells = [_text(cell) for cell in row]
            characters += sum(map(len, cells))
            if characters > MAX_CHARACTERS:
                raise _TooMuchError("characters")
            rows.append([""] * first + cells if any(cells) else [])
        merged = sheet.merged_cell_ranges or []
        found.append({"name": about.name, "hidden": False, "rows": rows, "merged": merged[:MAX_ROWS]})
    return found


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        # A code typed as a number: 1505000001.0 is 1505000001. Beyond 2**53 the file has lost digits.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, dt.datetime):
        day = cell.date().isoformat()
        return day if cell.time() == dt.time() else f"{day} {cell.time().isoformat('minutes')}"
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)[: MAX_CELL + 1]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
