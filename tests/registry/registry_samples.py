"""What the tests of the registry share: the made-up city, and ways to make spreadsheets."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from govcrawl.model import Registry
from govcrawl.registry import RegistryError, from_yaml, merge

CITY = Path(__file__).parents[1] / "fixtures" / "registry" / "city.yaml"


def city() -> Registry:
    return of_yaml(CITY.read_text(encoding="utf-8"))


def of_yaml(text: str, current: Registry | None = None) -> Registry:
    return merge(current or Registry(), from_yaml(text, file="登记表.yaml")).result


def errors_of(text: str, current: Registry | None = None) -> list[str]:
    """The lines of the error that importing this YAML raises; none: it was taken."""
    try:
        of_yaml(text, current)
    except RegistryError as error:
        return str(error).splitlines()
    return []


def workbook(
    path: Path, sheets: dict[str, Sequence[Sequence[object]]], merged: dict[str, list[str]] | None = None
) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in (merged or {}).get(name, []):
            sheet.merge_cells(cells)
    assert first is not None
    book.remove(first)
    book.save(path)
    return path


def old_workbook(
    path: Path,
    sheet: str,
    rows: Sequence[Sequence[str | float]],
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> Path:
    """An .xls file (BIFF8 in a compound file), of our own making, for there is no writer for it here.

    `merged`: first row, last row, first column, last column, counted from 0.
    """
    cells = b""
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", at, column, 0)
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                cells += _record(0x0204, place + struct.pack("<HB", len(value), 1) + text)
            else:
                cells += _record(0x0203, place + struct.pack("<d", value))
    if merged:
        ranges = b"".join(struct.pack("<HHHH", *one) for one in merged)
        cells += _record(0x00E5, struct.pack("<H", len(merged)) + ranges)
    name = sheet.encode("utf-16-le")

    def start(kind: int) -> bytes:
        return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    head = start(0x0005) + _record(0x0042, struct.pack("<H", 1200))
    listed = struct.pack("<IBBBB", 0, 0, 0, len(sheet), 1) + name
    offset = len(head) + len(_record(0x0085, listed)) + len(_record(0x000A, b""))
    listed = struct.pack("<I", offset) + listed[4:]
    stream = (
        head + _record(0x0085, listed) + _record(0x000A, b"") + start(0x0010) + cells + _record(0x000A, b"")
    )
    path.write_bytes(_compound(stream))
    return path


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream, large enough not to lie in the mini stream."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    assert sectors <= 120, "one allocation sector is enough for a test"
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [table, end, *(n + 3 for n in range(sectors - 1)), end]
    allocation = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream))
    directory = directory.ljust(512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *([free] * 108))
    return head + allocation + directory + stream
