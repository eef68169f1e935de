"""Medians with their spread, and tables that can be pasted into a document."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from statistics import median


def spread(values: Sequence[float], digits: int = 1) -> str:
    """The median and, where the values differ, the least and the greatest: `12.3 (11.9–14.0)`.

    Raises:
        ValueError: there is no value.
    """
    if not values:
        raise ValueError("nothing was measured")
    middle = f"{median(values):,.{digits}f}"
    if min(values) == max(values):
        return middle
    return f"{middle} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up on a terminal, too; all but the first are set to the right."""
    widths = [max(3, *(width(row[at]) for row in (headings, *rows))) for at in range(len(headings))]
    lines = [_line(headings, widths)]
    lines.append(
        "|" + "|".join("-" * (w + 1) + ("-" if at == 0 else ":") for at, w in enumerate(widths)) + "|"
    )
    lines += [_line(row, widths) for row in rows]
    return "\n".join(lines)


def width(text: str) -> int:
    """Columns of a terminal that a text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = []
    for at, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (wide - width(cell))
        padded.append(f" {cell}{space} " if at == 0 else f" {space}{cell} ")
    return "|" + "|".join(padded) + "|"
