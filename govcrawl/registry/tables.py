"""Rows from the sheets of an office (INTERFACES, section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from govcrawl.registry.errors import RowError, plain
from govcrawl.registry.fields import Kind
from govcrawl.registry.headings import Layout, heading_key, layout_of
from govcrawl.registry.incoming import Incoming, IncomingRow, Place
from govcrawl.registry.sheet_process import MAX_CELL
from govcrawl.registry.sheets import Table
from govcrawl.registry.values import clean

_FOOTER = re.compile(
    r"(?:填表|填报|制表|审核|审批|合计|共计|总计|备注|说明|注|日期)(?:人|单位|说明|日期)?\s*[:：]|(?:合计|共计|总计)$"
)
_FAULT_OF_FORMULA = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|GETTING_DATA)")
_ORDINAL = {"序号", "编号", "no", "序"}


def from_tables(tables: Iterable[Table]) -> Incoming:
    """The rows of all sheets that hold units, sites, columns or accounts; what was passed over is in `notes`.

    A blank cell says nothing (the registered value stays); 无 or a dash says that there is none.
    """
    total = Incoming()
    for table in tables:
        total += _read(table)
    return total


def _read(table: Table) -> Incoming:
    where = f"{table.file}“{table.sheet}”" if table.label else table.file
    if table.hidden:
        return Incoming(notes=(f"{where}：隐藏的工作表，未读取。",))
    layout = layout_of(table.sheet, table.rows)
    if layout is None:
        filled = any(cell.strip() for row in table.rows for cell in row)
        if not filled:
            return Incoming()
        return Incoming(notes=(f"{where}：没有找到单位、网站、栏目或账号的表头，未读取。",))
    reader = _Reader(table, layout)
    rows = [row for index in range(layout.heading_row + 1, len(table.rows)) if (row := reader.row(index))]
    notes = [f"{where}：{plain(note, 200)}" for note in reader.notes]
    passed_over = [word for word in layout.passed_over if heading_key(word) not in _ORDINAL]
    if passed_over:
        notes.append(f"{where}：未读取的列：{'、'.join(passed_over[:20])}。")
    return Incoming(
        units=tuple(rows) if layout.kind is Kind.UNIT else (),
        sites=tuple(rows) if layout.kind is Kind.SITE else (),
        columns=tuple(rows) if layout.kind is Kind.COLUMN else (),
        accounts=tuple(rows) if layout.kind is Kind.ACCOUNT else (),
        errors=tuple(reader.errors),
        notes=tuple(notes),
    )


class _Reader:
    def __init__(self, table: Table, layout: Layout):
        self.table = table
        self.layout = layout
        self.notes: list[str] = []
        self.errors: list[RowError] = []
        self.labels = {field.name: layout.headings[at] for at, field in layout.fields.items()}
        self.heading = [heading_key(cell) for cell in table.rows[layout.heading_row]]

    def row(self, index: int) -> IncomingRow | None:
        """One row; None: it is blank, the heading again, or the line for signatures below."""
        cells = self.table.rows[index]
        said = {at: cells[at] for at in self.layout.fields if at < len(cells) and clean(cells[at])}
        if not said or self.table.own[index] == 0:
            return None
        if all(heading_key(cell) == self.heading[at] for at, cell in said.items()):
            return None
        first = next(clean(cell) for cell in cells if clean(cell))
        if _FOOTER.match(first) and len(said) <= 2:
            self.notes.append(f"第{index + 1}行“{first[:20]}”不是登记内容，未读取。")
            return None
        place = Place(file=self.table.file, sheet=self.table.label, row=index + 1, labels=self.labels)
        values: dict[str, object] = {}
        failed: set[str] = set()
        for at, cell in said.items():
            field = self.layout.fields[at]
            try:
                values[field.name] = field.read_cell(self._checked(cell))
            except ValueError as error:
                failed.add(field.name)
                self.errors.append(place.error(field.name, str(error)))
        return IncomingRow(values=values, place=place, failed=frozenset(failed))

    @staticmethod
    def _checked(cell: str) -> str:
        if len(cell) > MAX_CELL:
            raise ValueError(f"内容过长（超过 {MAX_CELL} 字），请删减。")
        if _FAULT_OF_FORMULA.fullmatch(cell.strip()):
            raise ValueError(f"单元格是公式错误（{cell.strip()}），请改为具体内容。")
        return cell
