"""Pictures beside a notice: those of its findings, numbered as the list numbers them, sound ones alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from openpyxl import load_workbook
from samples import REGISTRY, link

from govcrawl.config import Config
from govcrawl.model import FindingRecord, Notice, NoticeItem
from govcrawl.office.notice_mail import notice_message
from govcrawl.office.notices import NoticeDesk
from govcrawl.store.evidence_files import EvidenceFolder, small_of
from reports.notice_documents import LIST
from reports.notice_pictures import shots_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"


def _pictured(folder: Path, number: int, *, size: int = 100, screenshot: str = "") -> FindingRecord:
    content = PNG + bytes([number]) * size
    kept = EvidenceFolder(folder).keep("portal", 5, f"{number:020d}.png", content)
    record = link(number, "http", 404)
    return replace(
        record,
        evidence=replace(record.evidence, screenshot=screenshot or kept.path),
        detail={**record.detail, "picture": {"sha256": kept.sha256}},
    )


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    return tmp_path / "var" / "evidence"


def _export(folder: Path, records: Sequence[FindingRecord]) -> tuple[Path, list[str]]:
    """The folder of the unit, and the last column of the list."""
    items = tuple(
        NoticeItem(fingerprint=record.fingerprint, deadline=NOW + timedelta(days=5)) for record in records
    )
    notice = Notice(number="2026-012", unit="zfb", issued=NOW, items=items)
    paths = NoticeDesk(Config(folder=folder), NOW).write(notice, records, REGISTRY)
    place = paths[0].parent
    rows = list(load_workbook(place / LIST).active.iter_rows(min_row=2, values_only=True))
    assert rows[0][-1] == "截图"
    return place, [str(row[-1] or "") for row in rows[1:]]


def test_pictures_lie_beside_the_papers_by_the_numbers_of_the_list(tmp_path: Path, evidence: Path) -> None:
    records = [_pictured(evidence, 3), link(1, "http", 404), _pictured(evidence, 2)]
    place, told = _export(tmp_path, records)
    names = [f"截图/{number:03}.png" for number, text in enumerate(told, 1) if text]
    assert [text for text in told if text] == names
    assert len(names) == 2, "a finding that never had a picture has none, and nothing is said of it"
    assert sorted(path.name for path in (place / "截图").iterdir()) == [name[3:] for name in names]
    written = {path.read_bytes() for path in (place / "截图").iterdir()}
    assert written == {PNG + bytes([number]) * 100 for number in (2, 3)}, "as they are in the evidence"


def test_what_was_changed_or_is_gone_is_said_and_never_shown(tmp_path: Path, evidence: Path) -> None:
    changed, gone = _pictured(evidence, 1), _pictured(evidence, 2)
    EvidenceFolder(evidence).keep("portal", 5, f"{1:020d}.png", PNG + b"other")
    (evidence / str(gone.evidence.screenshot)).unlink()
    place, told = _export(tmp_path, [changed, gone])
    assert sorted(told) == ["未附：截图已被改动", "未附：截图文件不存在"]
    assert not (place / "截图").exists()


@pytest.mark.parametrize("path", ["../outside.png", "/etc/hostname", "portal/../../outside.png", "a\0b.png"])
def test_a_path_that_leads_out_of_the_evidence_is_not_followed(
    tmp_path: Path, evidence: Path, path: str
) -> None:
    (evidence.parent / "outside.png").parent.mkdir(parents=True, exist_ok=True)
    (evidence.parent / "outside.png").write_bytes(PNG)
    record = _pictured(evidence, 1, screenshot=path)
    noted = {"sha256": hashlib.sha256(PNG).hexdigest()}
    place, told = _export(tmp_path, [replace(record, detail={**record.detail, "picture": noted})])
    assert told == ["未附：截图文件不存在"]
    assert not (place / "截图").exists()


def test_the_mail_of_a_notice_shows_small_pictures_as_parts_of_its_own(
    tmp_path: Path, evidence: Path
) -> None:
    record = _pictured(evidence, 1)
    small = b"\xff\xd8\xff\xe0" + b"small" * 40
    EvidenceFolder(evidence).keep("portal", 5, small_of(f"{1:020d}.png"), small)
    item = NoticeItem(fingerprint=record.fingerprint, deadline=NOW + timedelta(days=5))
    notice = Notice(number="2026-012", unit="zfb", issued=NOW, items=(item,))
    message = notice_message(
        Config(folder=tmp_path), notice, [record], REGISTRY, NOW, to=["a@example.gov.cn"]
    )
    parts = list(message_from_bytes(message.content).walk())
    (picture,) = [part for part in parts if part.get_content_type() == "image/jpeg"]
    assert picture.get_payload(decode=True) == small
    (page,) = [part for part in parts if part.get_content_type() == "text/html"]
    assert f"cid:{str(picture['Content-ID']).strip('<>')}".encode() in page.get_payload(decode=True)


def test_pictures_of_an_earlier_export_go_and_other_files_stay(tmp_path: Path, evidence: Path) -> None:
    records = [_pictured(evidence, 1), _pictured(evidence, 2)]
    place, _ = _export(tmp_path, records)
    (place / "截图" / "说明.txt").write_text("办公室自己的文件", encoding="utf-8")
    _export(tmp_path, records[:1])
    assert sorted(path.name for path in (place / "截图").iterdir()) == ["001.png", "说明.txt"]


def test_what_is_too_much_is_left_out_and_said(evidence: Path) -> None:
    records = [
        _pictured(evidence, 1, size=900),
        _pictured(evidence, 2, size=900),
        _pictured(evidence, 3, size=50),
    ]
    shots = shots_of(records, evidence, most=1000)
    assert [shots[record.fingerprint].name for record in records] == ["001.png", "", "003.png"]
    assert "过大" in shots[records[1].fingerprint].told
