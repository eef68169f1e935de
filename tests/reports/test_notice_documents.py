"""The files of a correction notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import hostile
import pytest
from docx import Document
from openpyxl import load_workbook
from samples import NOW, OFFICE, PROFILE, REGISTRY, RULES, finding

from govcrawl.model import FindingRecord, Notice, NoticeItem, Severity
from reports.notice_documents import LIST, PAPER, REPLY, write_notice
from reports.notices import NoticePaper, paper_of

DUE = NOW.replace(hour=16, minute=0) + timedelta(days=4)  # midnight in Shanghai after 27 November


def _paper(records: list[FindingRecord], registry=REGISTRY, **changes: object) -> NoticePaper:
    items = tuple(NoticeItem(fingerprint=record.fingerprint, deadline=DUE) for record in records)
    notice = Notice(number="2026-012", unit="jyj", issued=NOW, items=items)
    return paper_of(
        replace(notice, **changes),
        records,
        registry=registry,
        rules=RULES,
        office=OFFICE,
        basis=PROFILE.basis,
    )


def _text(path: Path) -> str:
    document = Document(str(path))
    parts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        parts += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(parts)


def _headers(path: Path) -> list[str]:
    return [
        paragraph.text for section in Document(str(path)).sections for paragraph in section.header.paragraphs
    ]


def test_an_issued_notice_says_what_by_when_and_how_to_dispute(tmp_path: Path) -> None:
    veto = finding("columns-not-updated", title="5个栏目超过期限未更新", severity=Severity.VETO)
    broken = finding(
        "link-broken", "http://gone.example.com/", target="http://gone.example.com/", recurred=True
    )
    paths = write_notice(
        _paper(
            [broken, veto], document_number="示政办函〔2026〕8号", signer="李某", dated=date(2026, 11, 23)
        ),
        tmp_path,
    )
    assert [path.name for path in paths] == [PAPER, LIST, REPLY]
    text = _text(tmp_path / PAPER)
    for said in (
        "编号：2026-012",
        "示政办函〔2026〕8号",
        "示例市教育局：",
        "单项否决问题1个、需整改问题1个",
        "2026年11月27日前",
        "有异议",
        "无须登录",
        "自送达之日起顺延",
        "该问题曾整改，现再次出现",
        "2026年11月23日",
        "签发人：李某",
        "市政府办政务公开科 张某",
    ):
        assert said in text, f"the notice does not say {said!r}:\n{text}"
    assert text.index("5个栏目") < text.index("gone.example.com"), "the worst stands first"
    assert _headers(tmp_path / PAPER) == [""], "an issued notice is no draft"


def test_a_draft_says_so_on_every_page_and_brings_no_reply_sheet(tmp_path: Path) -> None:
    paths = write_notice(_paper([finding("link-broken")], number=""), tmp_path)
    assert [path.name for path in paths] == [PAPER, LIST]
    assert _headers(tmp_path / PAPER) == ["草稿"]
    assert "2026-012" not in _text(tmp_path / PAPER)


def test_what_the_office_did_not_give_is_left_blank(tmp_path: Path) -> None:
    write_notice(_paper([finding("link-broken")]), tmp_path)
    text = _text(tmp_path / PAPER)
    assert "　　年　　月　　日" in text
    assert "签发人" not in text


def test_an_estimated_deadline_says_so(tmp_path: Path) -> None:
    record = finding("link-broken")
    item = NoticeItem(fingerprint=record.fingerprint, deadline=DUE, estimated=True)
    write_notice(_paper([record], items=(item,)), tmp_path)
    assert "暂按周末推算" in _text(tmp_path / PAPER)


def test_an_urgent_notice_names_the_hour(tmp_path: Path) -> None:
    record = finding("link-hijacked", "http://bad.example.net/", target="http://bad.example.net/x")
    item = NoticeItem(fingerprint=record.fingerprint, deadline=NOW + timedelta(hours=24))
    write_notice(_paper([record], urgent=True, items=(item,)), tmp_path)
    text = _text(tmp_path / PAPER)
    assert "2026年11月24日 09:00前" in text
    assert "特急" in text
    assert "http://bad.example.net" not in text, (
        "the address of a hijacked target must not be readable as one"
    )
    assert "bad[.]example[.]net" in text


def test_the_reply_sheet_has_a_line_a_finding_and_blank_cells_for_the_unit(tmp_path: Path) -> None:
    records = [
        finding("link-broken", str(number), target=f"http://a.example.com/{number}") for number in range(3)
    ]
    write_notice(_paper(records), tmp_path)
    sheet = load_workbook(tmp_path / REPLY).active
    assert sheet["A1"].value == "整改反馈表（编号：2026-012）"
    lines = list(sheet.iter_rows(min_row=3, values_only=True))
    assert {line[1] for line in lines} == {record.fingerprint for record in records}
    assert all(cell is None for line in lines for cell in line[4:])


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    records = hostile.records(text)
    write_notice(_paper(records, hostile.registry(text), document_number=text, signer=text), tmp_path)
    told = _text(tmp_path / PAPER)
    assert not {"\x00", "\u202e", "\u200b"} & set(told)
    for name in (LIST, REPLY):
        for row in load_workbook(tmp_path / name).active.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}, f"{name} {cell.coordinate} would be run: {cell.value!r}"
                assert cell.hyperlink is None


def test_many_findings_are_all_told(tmp_path: Path) -> None:
    records = [finding("link-broken", f"http://a.example.com/{n}") for n in range(500)]
    write_notice(_paper(records), tmp_path)
    assert len(Document(str(tmp_path / PAPER)).tables[0].rows) == 501
    assert "其余490个问题" in _text(tmp_path / PAPER), "the paper itself stays short, its annex tells all"
