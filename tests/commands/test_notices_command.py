"""A correction notice from the confirmed finding to the unit's answer, as an office types it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from govcrawl.commands import notices as command
from govcrawl.commands.main import run
from govcrawl.model import Finding, Origin, Registry, Rule, Severity, Site, Status, Unit
from govcrawl.store import FindingReported, Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday
HOME = "http://www.example.gov.cn/"
CITY = Registry(
    units=(
        Unit(id="zfb", name="示例市人民政府办公室"),
        Unit(id="jyj", name="示例市教育局", short_names=("市教育局",), parent="zfb"),
    ),
    sites=(Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME),),
)


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOVCRAWL_CONFIG", raising=False)
    monkeypatch.delenv("GOVCRAWL_DATABASE_URL", raising=False)
    monkeypatch.setattr(command, "now", lambda: NOW)
    (tmp_path / "govcrawl.toml").write_text('[office]\nname = "示例市人民政府办公室"\n', encoding="utf-8")
    with _store(tmp_path) as store:
        store.save_registry(CITY, now=NOW)
    return tmp_path


def _store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/var/govcrawl.db", now=NOW)


def _found(folder: Path, subject: str, *, unit: str | None = "jyj", rule: str = "link-broken") -> str:
    """A confirmed finding; returns its fingerprint."""
    kind = Rule(code=rule, title="链接错误", severity=Severity.PROBLEM, basis="依据", fix="更正链接")
    finding = Finding(
        rule=rule, subject=subject, page=HOME, target=subject, title=f"{subject}无法访问", certain=True
    )
    told = FindingReported(
        site="portal", finding=finding, check="dead_links", rule=kind, unit=unit, origin=Origin.PERSON
    )
    with _store(folder) as store:
        return store.report(told, who="张某", now=NOW).fingerprint


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["notices", *words])
    return int(ended.value.code or 0)


def _status(folder: Path, fingerprint: str) -> Status:
    with _store(folder) as store:
        record = store.finding(fingerprint)
    assert record is not None
    return record.status


def test_from_issue_to_reply(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mended, disputed, silent = (_found(office, f"http://a.example.com/{n}") for n in range(3))
    assert _run("issue", "--who", "张某") == 0
    said = capsys.readouterr().out
    assert "编号:2026-001 示例市教育局：3 个问题" in said
    folder = office / "var" / "notices" / "2026-001" / "示例市教育局"
    assert {path.name for path in folder.iterdir()} == {"整改通知单.docx", "问题清单.xlsx", "整改反馈表.xlsx"}

    assert _run("sent", "2026-001", "--channel", "OA", "--who", "张某") == 0
    assert "2026-11-30" in capsys.readouterr().out, "five working days after Monday 23 November"

    book = load_workbook(folder / "整改反馈表.xlsx")
    for row in book.active.iter_rows(min_row=3):
        if row[1].value == mended:
            row[4].value, row[5].value, row[7].value = "已更正", "是", "王某"
        if row[1].value == disputed:
            row[9].value = "该站点当日停机维护，已报备"
    book.save(office / "反馈.xlsx")
    assert _run("reply", "反馈.xlsx", "--dry-run") == 0
    assert _status(office, mended) is Status.NOTIFIED, "--dry-run must change nothing"
    assert _run("reply", "反馈.xlsx", "--who", "张某") == 0
    assert [_status(office, key) for key in (mended, disputed, silent)] == [
        Status.REPLIED,
        Status.DISPUTED,
        Status.NOTIFIED,
    ]
    with _store(office) as store:
        assert "该站点当日停机维护" in (store.history(disputed)[-1].reason or "")

    capsys.readouterr()
    assert _run("list", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["statuses"] == {"replied": 1, "disputed": 1, "notified": 1}


def test_a_second_issue_finds_nothing_more_to_tell(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _found(office, "http://a.example.com/1")
    assert _run("issue") == 0
    capsys.readouterr()
    assert _run("issue") == 0
    assert "没有需要下发" in capsys.readouterr().out


def test_a_draft_changes_nothing(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = _found(office, "http://a.example.com/1")
    assert _run("issue", "--draft") == 0
    assert _status(office, key) is Status.CONFIRMED
    with _store(office) as store:
        assert store.notices() == []
    assert (office / "var" / "notices" / "草稿" / "示例市教育局" / "整改通知单.docx").exists()


def test_a_parent_gets_one_bundle(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _found(office, "http://a.example.com/1", unit="jyj")
    _found(office, "http://a.example.com/2", unit="zfb")
    assert _run("issue", "--unit", "zfb", "--with-children", "--json") == 0
    (notice,) = json.loads(capsys.readouterr().out)["notices"]
    assert (notice["unit"], len(notice["findings"])) == ("zfb", 2)


def test_urgent_takes_the_urgent_ones_alone(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = _found(office, "http://a.example.com/1")
    urgent = _found(office, "http://b.example.com/", rule="link-hijacked")
    assert _run("issue", "--urgent") == 0
    assert (_status(office, usual), _status(office, urgent)) == (Status.CONFIRMED, Status.NOTIFIED)


def test_findings_of_no_unit_are_said(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _found(office, "http://a.example.com/1", unit=None)
    assert _run("issue") == 0
    assert "1 个已核实问题没有登记责任单位" in capsys.readouterr().err


def test_what_is_due_is_reminded_of_and_noted(office: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    _found(office, "http://a.example.com/1")
    assert _run("issue") == 0
    assert _run("remind") == 0
    assert "没有临近期限" in capsys.readouterr().out
    late = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
    monkeypatch.setattr(command, "now", lambda: late)
    assert _run("remind") == 0
    assert "已逾期" in capsys.readouterr().out
    with _store(office) as store:
        assert store.notices()[0].reminded == late


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("issue", "--with-children"), "--unit"),
        (("issue", "--unit", "无此单位"), "没有登记"),
        (("issue", "--date", "明天"), "YYYY-MM-DD"),
        (("sent", "2026-009", "--channel", "OA"), "没有编号"),
        (("sent", "2026-001", "--channel", "OA", "--date", "2027-01-01"), "还没有到"),
        (("export", "2026-009"), "没有编号"),
        (("reply", "无此文件.xlsx"), ""),
    ],
)
def test_wrong_use_is_one_line(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_a_folder_that_can_not_be_written_is_said_and_the_notice_stays(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _found(office, "http://a.example.com/1")
    (office / "blocked").write_text("", encoding="utf-8")
    assert _run("issue", "--out", "blocked") == 3
    assert "notices export" in capsys.readouterr().err
    assert _run("export", "2026-001") == 0
    assert (office / "var" / "notices" / "2026-001" / "示例市教育局" / "整改通知单.docx").exists()
