"""Registry files of any kind that is taken: YAML, spreadsheets, CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from govcrawl.registry.errors import RegistryError, RowError
from govcrawl.registry.incoming import Incoming
from govcrawl.registry.sheets import MAX_BYTES, Table, read_csv, read_workbook
from govcrawl.registry.tables import from_tables
from govcrawl.registry.yaml_in import from_yaml

YAML_ENDINGS = (".yaml", ".yml")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls")
CSV_ENDINGS = (".csv",)


def read_files(paths: Sequence[Path]) -> Incoming:
    """The rows of several files together: .yaml, .xlsx, .xls and .csv, in the order given.

    Raises:
        RegistryError: a file is not there, is too large (20 MB; unpacked 200 MB; 100 000 rows), is of no kind
            that is taken, or holds nothing of a registry. Faults of single cells are in `Incoming.errors`.
    """
    total = Incoming()
    errors: list[RowError] = []
    for path in paths:
        try:
            total += _read(path)
        except RegistryError as error:
            errors += error.errors
    if errors:
        raise RegistryError([*errors, *total.errors])
    return total


def read_tables(path: Path) -> list[Table]:
    """The sheets of an .xlsx, .xls or .csv file.

    Raises:
        RegistryError: as `read_files`.
    """
    return _tables(path, WORKBOOK_ENDINGS + CSV_ENDINGS)


def _read(path: Path) -> Incoming:
    if path.suffix.lower() in YAML_ENDINGS:
        data = _content(path, YAML_ENDINGS)
        try:
            return from_yaml(data.decode("utf-8-sig"), file=path.name)
        except UnicodeDecodeError:
            raise _refused(path, "不是 UTF-8 编码，请另存为 UTF-8。") from None
    incoming = from_tables(_tables(path, YAML_ENDINGS + WORKBOOK_ENDINGS + CSV_ENDINGS))
    if not (incoming.units or incoming.sites or incoming.columns or incoming.accounts or incoming.errors):
        reasons = "".join(incoming.notes)
        raise _refused(path, f"没有读到单位、网站、栏目或账号。{reasons}")
    return incoming


def _tables(path: Path, endings: Sequence[str]) -> list[Table]:
    data = _content(path, endings)
    return read_csv(path, data) if path.suffix.lower() in CSV_ENDINGS else read_workbook(path)


def _content(path: Path, endings: Sequence[str]) -> bytes:
    """The bytes of a file of one of these kinds; of a workbook none, which another process opens."""
    ending = path.suffix.lower()
    if ending not in endings:
        kinds = "、".join(one for one in (".yaml", ".xlsx", ".xls", ".csv") if one in endings)
        raise _refused(path, f"不支持{ending or '没有扩展名的文件'}，可用 {kinds}。")
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise _refused(path, "不是文件。")
        if size > MAX_BYTES:
            raise _refused(path, f"文件过大（{size // 2**20} MB，上限 {MAX_BYTES // 2**20} MB），未打开。")
        return b"" if ending in WORKBOOK_ENDINGS else path.read_bytes()
    except OSError as error:
        raise _refused(path, f"无法读取（{error.strerror or error}）。") from None


def _refused(path: Path, message: str) -> RegistryError:
    return RegistryError([RowError(file=path.name, message=message)])
