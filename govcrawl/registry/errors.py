"""What is wrong with a registry file, told so that an office clerk finds the cell."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_LINES = 50
"""Errors that one message lists; the rest is counted."""
MAX_SHOWN = 40
"""Characters of a wrong value that are repeated in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """One fault in one place. `row` counts from 1 (of YAML: the line), 0: the whole file or sheet."""

    message: str
    """Chinese: what was read and what is expected."""
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    """The heading (of YAML: the key) as it stands in the file."""

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        if self.sheet:
            place.append(f"“{self.sheet}”")
        if self.row:
            place.append(f"第{self.row}行")
        if self.column:
            place.append(f"“{self.column}”")
        return f"{' '.join(place)}：{self.message}" if place else self.message


class RegistryError(Exception):
    """A registry that can't be taken over; `errors` holds every fault, str() one line for each."""

    def __init__(self, errors: Iterable[RowError]):
        self.errors: list[RowError] = list(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        lines = [plain(str(error), 500) for error in self.errors[:MAX_LINES]]
        if (more := len(self.errors) - MAX_LINES) > 0:
            lines.append(f"另有 {more} 处错误未列出。")
        return "\n".join(lines)


def plain(text: str, limit: int) -> str:
    """One line without control characters (a terminal would obey them), at most `limit` characters."""
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c for c in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def shown(value: object) -> str:
    """A value that was read, in quotation marks and short enough for a message."""
    return f"“{plain(str(value), MAX_SHOWN)}”"


def nearest(word: str, known: Sequence[str], cutoff: float = 0.3) -> str | None:
    """The known word that is most like a mistyped one, or None."""
    found = difflib.get_close_matches(word[:100], known, n=1, cutoff=cutoff)
    return found[0] if found else None


def unknown_word(word: str, known: Sequence[str]) -> str:
    """The sentence for a word that is not on a short list: names the nearest one and the whole list."""
    close = nearest(word, known)
    hint = f"最接近的是“{close}”；" if close else ""
    return f"{shown(word)}不在可选范围内，{hint}可选：{'、'.join(known)}。"
