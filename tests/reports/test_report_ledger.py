"""The ledger: complete, opened by two readers, and nothing in it runs."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace

import hostile
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from samples import REGISTRY, RULES, finding, findings, link, runs

from govcrawl.model import Status
from reports.ledger import CELL_LIMIT, HEADS, SHEET, UNVERIFIED_SHEET, rows, write_csv, write_ledger

TITLES = [head.title for head in HEADS]


def read(path, sheet=SHEET):
    """The table as both readers see it; they must agree."""
    ours = [[cell.value for cell in row] for row in load_workbook(path)[sheet].iter_rows(min_row=2)]
    theirs = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    width = len(ours[0])
    blank = [["" if cell is None else str(cell) for cell in row] for row in ours]
    other = [
        [str(int(c)) if isinstance(c, float) else str(c) for c in [*row, *[""] * width][:width]]
        for row in theirs[1:]
    ]
    assert [[c.replace("\r\n", "\n") for c in row] for row in other] == blank
    return ours[0], ours[1:]


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_every_finding_has_its_row(tmp_path, count):
    path = tmp_path / "台账.xlsx"
    records = [link(n, "http", 404, target=f"http://a.example.org/{n}") for n in range(count)]
    write_ledger(records, REGISTRY, path, rules=RULES)
    heads, lines = read(path)
    assert heads == TITLES
    assert [line[0] for line in lines] == list(range(1, count + 1))
    assert {line[1] for line in lines} == {record.fingerprint for record in records}


def test_a_row_says_who_where_what_and_how(tmp_path):
    path = tmp_path / "台账.xlsx"
    record = findings()[0]
    write_ledger([record], REGISTRY, path, rules=RULES)
    _, [line] = read(path)
    told = dict(zip(TITLES, line, strict=True))
    assert told["责任单位"] == "示例市教育局", "the unit that answers, not the sponsor"
    assert told["网站名称"] == "示例市人民政府"
    assert told["网站标识码"] == "1505000001"
    assert told["栏目"] == "教育动态"
    assert told["问题类型"] == "栏目更新不及时"
    assert told["问题等级"] == "需整改问题"
    assert told["状态"] == "整改中"
    assert told["整改期限"] == "2026-11-27 17:00"
    assert told["首次发现"] == "2026-11-16 22:00"
    assert told["整改措施"] is None


def test_rows_go_by_unit_and_worst_first():
    veto = finding("columns-not-updated", unit="jyj")
    doubtful = finding("columns-blank", unit="jyj", status=Status.SUSPECTED)
    mine = link(1, "http", 404)
    lost = link(2, "http", 404, unit="gone")
    told = list(rows([lost, doubtful, veto, mine], REGISTRY))
    assert [row[1] for row in told] == [r.fingerprint for r in (mine, veto, doubtful, lost)]
    assert told[-1][2] == "责任单位未登记"


def test_unverified_links_have_a_sheet_of_their_own(tmp_path):
    path = tmp_path / "台账.xlsx"
    write_ledger([], REGISTRY, path, runs=runs())
    heads, lines = read(path, UNVERIFIED_SHEET)
    assert heads[2] == "链接地址"
    assert [line[2] for line in lines] == [link["url"] for link in runs()[1].unverified]
    write_ledger([], REGISTRY, path, runs=[replace(run, unverified=()) for run in runs()])
    assert load_workbook(path).sheetnames == [SHEET]


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_no_cell_runs_or_links(tmp_path, text):
    path = tmp_path / "台账.xlsx"
    registry = hostile.registry(text)
    write_ledger(hostile.records(text), registry, path, runs=hostile.hostile_runs(text), title=text)
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}, f"{cell.coordinate} is a {cell.data_type}"
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    assert len(cell.value) <= CELL_LIMIT
                    if cell.value.startswith(("=", "+", "-", "@", "\t")):
                        assert cell.quotePrefix or cell.row == 1, f"{cell.coordinate} runs once it is edited"
    with zipfile.ZipFile(path) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
        assert not any("hyperlink" in name.lower() for name in parts.namelist())
    read(path)


def test_hijacked_addresses_are_masked(tmp_path):
    path = tmp_path / "台账.xlsx"
    write_ledger(findings(), REGISTRY, path)
    _, lines = read(path)
    text = "\n".join(str(cell) for line in lines for cell in line)
    assert "bad-example.test" not in text
    assert "hxxp://bad-example[.]test/promo?id=1" in text


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_no_cell_of_the_csv_runs(tmp_path, text):
    path = tmp_path / "台账.csv"
    records = hostile.records(text)
    write_csv(records, hostile.registry(text), path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for GBK without the mark"
    with path.open(encoding="utf-8-sig", newline="") as file:
        heads, *lines = csv.reader(file)
    assert heads == TITLES
    assert len(lines) == len(records)
    assert not [cell for line in lines for cell in line if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
