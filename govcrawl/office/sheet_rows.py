"""Lines of a spreadsheet that an office keeps: found by their headings, whatever stands above them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from govcrawl.registry.errors import RegistryError
from govcrawl.registry.files import read_tables
from govcrawl.registry.sheets import Table

MOST_ROWS = 5_000
"""Lines of one file that are read; a longer one is refused, not cut."""
_HEAD_ROWS = 10

Headings = Mapping[str, tuple[str, ...]]
"""Field to the words under which offices keep it, the first one in the sheet wins."""


class SheetError(Exception):
    """A file that can't be taken; one Chinese line, or a line for each fault."""


def rows_of(
    path: Path, headings: Headings, needs: Sequence[Collection[str]]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of the first sheet that has the headings, with their row numbers; blank lines are left out.

    Args:
        path: an .xlsx, .xls or .csv file.
        headings: what is looked for; blanks and brackets in a sheet's headings do not count.
        needs: of each group one field at least must have its heading.

    Raises:
        SheetError: no spreadsheet, no such headings, or too many lines.
    """
    try:
        tables = read_tables(path)
    except RegistryError as error:
        raise SheetError(str(error)) from error
    for table in tables:
        found = _layout(table, headings, needs)
        if found is None:
            continue
        head, columns = found
        lines = table.rows[head + 1 :]
        if len(lines) > MOST_ROWS:
            raise SheetError(f"{path.name} 超过{MOST_ROWS}行，请分成几个文件")
        for number, row in enumerate(lines, head + 2):
            cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
            if any(cells.values()):
                yield number, cells
        return
    raise SheetError(f"{path.name} 中没有找到{'和'.join(_named(headings, group) for group in needs)}的表头")


def described(faults: Sequence[tuple[int, str]]) -> str:
    """The faults of a file in one text, a line each, at most ten."""
    lines = [f"第{number}行：{fault}" for number, fault in faults[:10]]
    if len(faults) > len(lines):
        lines.append(f"另有{len(faults) - len(lines)}行有错")
    return "\n".join(lines)


def _named(headings: Headings, group: Collection[str]) -> str:
    first, *others = (f"“{headings[name][0]}”" for name in group)
    return first + (f"（或{'、'.join(others)}）" if others else "")


def _layout(
    table: Table, headings: Headings, needs: Sequence[Collection[str]]
) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(table.rows[:_HEAD_ROWS]):
        words = [re.sub(r"\s|（[^（）]*）|\([^()]*\)", "", cell) for cell in row]
        columns = {}
        for name, known in headings.items():
            at = next((words.index(word) for word in known if word in words), None)
            if at is not None:
                columns[name] = at
        if all(any(name in columns for name in group) for group in needs):
            return number, columns
    return None
