"""Reply sheets (整改反馈表) that units send back: what each line says, read tolerantly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from govcrawl.registry.errors import RegistryError
from govcrawl.registry.sheets import Table, read_workbook
from reports.wording import cut, visible

_FINGERPRINT = re.compile(r"[0-9a-f]{20}")
_DONE = frozenset({"是", "已完成", "完成", "已整改", "整改完成", "√", "✓", "y", "yes", "1"})
_NOT_DONE = frozenset({"否", "未完成", "未整改", "整改中", "正在整改", "×", "n", "no", "0"})
_NO_DISPUTE = frozenset({"无", "无异议", "没有", "否", "/", "-", "—", "无意见"})
_HEAD_ROWS = 10
"""Rows in which the headings are looked for: a unit may put its own lines above them."""
_TEXT = 500
_HEADINGS = ("问题编号", "整改措施", "是否完成", "完成时间", "责任人", "联系电话", "有异议及理由")


class ReplyError(Exception):
    """A sheet that is no reply; the message is one Chinese line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a unit says of one finding."""

    row: int
    """In the sheet, counted from 1."""
    fingerprint: str
    disputed: str
    """Why the unit does not agree; empty: it does."""
    done: bool | None
    """None: the line says neither."""
    text: str
    """Measures, time, person and telephone, in one line for the audit trail."""


def read_replies(path: Path) -> list[Reply]:
    """The answered lines of a reply sheet; those left blank are left out.

    Raises:
        ReplyError: no spreadsheet, no sheet with the headings, or a line that contradicts itself.
    """
    try:
        tables = read_workbook(path)
    except RegistryError as error:
        raise ReplyError(str(error)) from error
    for table in tables:
        if (found := _headings(table)) is not None:
            row, columns = found
            return list(_replies(table, row, columns))
    raise ReplyError(f"{path.name} 中没有《整改反馈表》：没有找到“问题编号”“是否完成”“有异议及理由”等表头")


def _headings(table: Table) -> tuple[int, Mapping[str, int]] | None:
    """The row of the headings and the column of each."""
    for number, row in enumerate(table.rows[:_HEAD_ROWS]):
        columns = {name: at for at, cell in enumerate(row) if (name := re.sub(r"\s", "", cell)) in _HEADINGS}
        if {"问题编号", "是否完成", "有异议及理由"} <= columns.keys():
            return number, columns
    return None


def _replies(table: Table, head: int, columns: Mapping[str, int]) -> Iterable[Reply]:
    seen: dict[str, int] = {}
    for number, row in enumerate(table.rows[head + 1 :], head + 2):
        cells = {name: _cell(row, at) for name, at in columns.items()}
        key = cells["问题编号"].lower()
        reply = _reply(number, key, cells)
        if reply is None:
            continue
        if not _FINGERPRINT.fullmatch(key):
            raise ReplyError(f"第{number}行的问题编号“{key[:40]}”不完整，请保留原表中的编号")
        if key in seen:
            raise ReplyError(f"第{number}行与第{seen[key]}行是同一个问题（{key[:8]}），请合并后再导入")
        seen[key] = number
        yield reply


def _reply(number: int, key: str, cells: Mapping[str, str]) -> Reply | None:
    word = cells["是否完成"].lower().rstrip("。.")
    dispute = "" if cells["有异议及理由"] in _NO_DISPUTE else cells["有异议及理由"]
    done = True if word in _DONE else False if word in _NOT_DONE else None
    if word and done is None:
        raise ReplyError(f"第{number}行“是否完成”应填“是”或“否”，现为“{word[:20]}”")
    said = [
        f"{name}：{cells[name]}" for name in ("整改措施", "完成时间", "责任人", "联系电话") if cells.get(name)
    ]
    if done is None and not dispute and not said:
        return None
    if done and dispute:
        raise ReplyError(f"第{number}行既填“已完成”又填有异议，请只留一项")
    return Reply(row=number, fingerprint=key, disputed=dispute, done=done, text="；".join(said))


def _cell(row: Sequence[str], at: int) -> str:
    return cut(visible(row[at].strip()), _TEXT) if at < len(row) else ""
