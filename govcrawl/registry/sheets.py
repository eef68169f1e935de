"""Spreadsheets and CSV files as tables of text, with limits before anything is opened."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govcrawl.registry.errors import RegistryError, RowError
from govcrawl.registry.sheet_process import MAX_CELL, MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, MAX_SHEETS

MAX_BYTES = 20 * 1024 * 1024
"""Of one file."""
MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes of all parts of an .xlsx file, as its own directory states them."""
MAX_PARTS = 2_000
MAX_SECONDS = 120
"""Until a file must have been read."""

_READER = Path(__file__).with_name("sheet_process.py")
_PROBLEMS = {
    "password": "文件有打开密码，请去掉密码后再导入。",
    "format": "不是可读的 Excel 文件；如由其他系统导出，请用 Excel 或 WPS 打开后另存为 .xlsx。",
    "rows": f"行数过多（超过 {MAX_ROWS} 行），请删去多余的行和工作表。",
    "columns": f"列数过多（超过 {MAX_COLUMNS} 列），请删去多余的列。",
    "characters": f"内容过多（超过 {MAX_CHARACTERS} 字），请删去无关的工作表。",
    "sheets": f"工作表过多（超过 {MAX_SHEETS} 个）。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet. `rows[0]` is row 1; rows may be of different lengths."""

    file: str
    sheet: str
    """Of a CSV file its name without the ending."""
    rows: list[list[str]]
    hidden: bool = False
    own: list[int] = field(default_factory=list)
    """For each row the number of cells that it holds itself, not by a merged cell from above."""

    @property
    def label(self) -> str:
        """For messages: the sheet, "" for a CSV file, which has none."""
        return "" if self.file.lower().endswith(".csv") else self.sheet


def read_workbook(path: Path) -> list[Table]:
    """The sheets of an .xlsx or .xls file; merged cells filled downwards.

    Raises:
        RegistryError: it is too large, protected, or can't be read.
    """
    if zipfile.is_zipfile(path):
        _check_parts(path)
    command = [sys.executable, "-I", str(_READER), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=MAX_SECONDS, check=False)  # noqa: S603  # our own file, no shell
    except subprocess.TimeoutExpired:
        raise _refused(path, f"读取超过 {MAX_SECONDS} 秒，已停止。") from None
    if done.returncode != 0:
        raise _refused(path, "读取时内存或时间超出限制，已停止；文件可能损坏，或在很远的单元格里有内容。")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        raise _refused(path, _PROBLEMS[answer["error"]])
    tables = []
    for sheet in answer["sheets"]:
        rows: list[list[str]] = sheet["rows"]
        own = [sum(1 for cell in row if cell.strip()) for row in rows]
        _fill_down(rows, sheet["merged"])
        tables.append(Table(file=path.name, sheet=sheet["name"], rows=rows, hidden=sheet["hidden"], own=own))
    return tables


def read_csv(path: Path, data: bytes) -> list[Table]:
    """The one table of a CSV file in UTF-8 (with or without BOM), UTF-16 with BOM, or GB 18030.

    Raises:
        RegistryError: the encoding is none of these, or a limit is passed.
    """
    text = _decode(path, data)
    delimiter = max(",\t;", key=text[:4096].count)
    rows: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= MAX_ROWS:
                raise _refused(path, _PROBLEMS["rows"])
            if len(record) > MAX_COLUMNS:
                raise _refused(path, _PROBLEMS["columns"])
            rows.append([cell[: MAX_CELL + 1] for cell in record])
    except csv.Error as error:
        raise _refused(path, f"不是可读的 CSV 文件（{error}）。") from None
    own = [sum(1 for cell in row if cell.strip()) for row in rows]
    return [Table(file=path.name, sheet=path.stem, rows=rows, own=own)]


def _decode(path: Path, data: bytes) -> str:
    marked_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked_utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refused(path, "编码无法识别，请另存为“CSV UTF-8”。")


def _check_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _refused(path, _PROBLEMS["format"]) from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _refused(path, f"解压后过大（超过 {MAX_UNPACKED // 2**20} MB），未打开。")


def _fill_down(rows: list[list[str]], merged: list[list[list[int]]]) -> None:
    """A merged cell stands for each of its rows; across, it belongs to its first column only."""
    for (top, left), (bottom, _) in merged:
        if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
            continue
        for row in rows[top + 1 : bottom + 1]:
            row.extend([""] * (left + 1 - len(row)))
            row[left] = row[left] or rows[top][left]


def _refused(path: Path, message: str) -> RegistryError:
    return RegistryError([RowError(file=path.name, message=message)])
