"""What people bring, and what waits for a person: `govcrawl findings add`, `import`, `review`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from govcrawl.commands import reported as command
from govcrawl.commands.main import app, run
from govcrawl.model import Column, ColumnType, FindingRecord, Origin, Registry, Severity, Site, Status, Unit
from govcrawl.rules.deadlines import last_day
from govcrawl.store import Event, Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
CITY = Registry(
    units=(
        Unit(id="zfb", name="示例市人民政府办公室"),
        Unit(id="jyj", name="示例市教育局", short_names=("市教育局",)),
    ),
    sites=(
        Site(
            id="portal",
            code="1505000001",
            name="示例市人民政府",
            unit="zfb",
            url=HOME,
            columns=(Column(name="教育动态", url=f"{HOME}jy/", type=ColumnType.NEWS, unit="jyj"),),
        ),
    ),
)


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GOVCRAWL_CONFIG", "GOVCRAWL_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(command, "now", lambda: NOW)
    (tmp_path / "govcrawl.toml").write_text('[office]\nname = "示例市人民政府办公室"\n', encoding="utf-8")
    with _store(tmp_path) as store:
        store.save_registry(CITY, now=NOW)
    return tmp_path


def _store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/var/govcrawl.db", now=NOW)


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["findings", *words])
    return int(ended.value.code or 0)


def _found(folder: Path) -> list[FindingRecord]:
    with _store(folder) as store:
        return store.findings()


def _sheet(folder: Path, heads: list[str], *lines: list[str]) -> str:
    book = Workbook()
    book.active.append(["“我为政府网站找错”留言"])
    book.active.append(heads)
    for line in lines:
        book.active.append(line)
    book.save(folder / "留言.xlsx")
    return "留言.xlsx"


HEADS = ["留言编号", "网站名称", "问题页面", "问题描述"]


def test_what_a_person_adds_is_confirmed_and_goes_to_the_unit_of_the_column(office: Path) -> None:
    assert (
        _run(
            "add",
            "--title",
            "联系电话有误",
            "--page",
            f"{HOME}jy/1.html",
            "--rule",
            "content-error",
            "--who",
            "张某",
        )
        == 0
    )
    (record,) = _found(office)
    assert (record.status, record.origin, record.unit, record.sponsor) == (
        Status.CONFIRMED,
        Origin.PERSON,
        "jyj",
        "zfb",
    )
    assert (record.rule, record.severity, record.deadline) == ("content-error", Severity.PROBLEM, None)
    assert record.column == f"{HOME}jy/"


def test_an_error_report_carries_its_number_and_three_working_days(office: Path) -> None:
    assert (
        _run("add", "--title", "打不开", "--site", "1505000001", "--origin", "找错", "--number", "A-7") == 0
    )
    (record,) = _found(office)
    assert (record.origin, record.detail["number"], record.page) == (Origin.ERROR_REPORT, "A-7", HOME)
    assert record.deadline is not None
    assert str(last_day(record.deadline, "Asia/Shanghai")) == "2026-11-26"


def test_messages_are_imported_once_and_a_closed_one_stays_closed(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = _sheet(
        office, HEADS, ["A-1", "示例市人民政府", "", "错别字"], ["A-2", "", f"{HOME}jy/2.html", "附件打不开"]
    )
    assert _run("import", name, "--dry-run") == 0
    assert _found(office) == []
    assert _run("import", name) == 0
    first = next(record for record in _found(office) if record.detail["number"] == "A-1")
    with _store(office) as store:
        store.act(first.fingerprint, Event.CLOSE, who="张某", reason="已改", now=NOW + timedelta(hours=1))
    capsys.readouterr()
    assert _run("import", name) == 0
    assert "2 条以前已登记" in capsys.readouterr().out
    assert {record.status for record in _found(office)} == {Status.CORRECTED, Status.CONFIRMED}


def test_one_wrong_row_imports_nothing_and_is_named(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = _sheet(
        office,
        HEADS,
        ["A-1", "示例市人民政府", "", "错别字"],
        ["A-2", "无此网站", "", "问题"],
        ["A-3", "", "", "x"],
    )
    assert _run("import", name) == 2
    error = capsys.readouterr().err
    assert "第4行：没有登记标识、标识码或名称为“无此网站”的网站" in error
    assert "第5行：没有写问题页面，也没有写网站" in error
    assert _found(office) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "--title", " ", "--site", "portal"), "没有写问题描述"),
        (("add", "--title", "x", "--page", "http://elsewhere.example.com/"), "不属于任何登记的网站"),
        (("add", "--title", "x", "--site", "portal", "--page", "javascript:alert(1)"), "http://"),
        (("add", "--title", "x", "--site", "portal", "--rule", "nothing"), "没有名为"),
        (("add", "--title", "x", "--site", "portal", "--unit", "无此单位"), "没有登记名称"),
        (("import", "missing.xlsx"), ""),
        (("review", "--all", "confirm"), "限定范围"),
        (("review", "--all", "dismiss", "--site", "portal"), "理由"),
        (("review", "--all", "drop", "--site", "portal"), "confirm 或 dismiss"),
    ],
)
def test_wrong_use_is_one_line(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_a_sheet_of_something_else_is_refused(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("import", _sheet(office, ["姓名", "电话"], ["张某", "1"])) == 2
    assert "没有找到“问题描述”" in capsys.readouterr().err


@pytest.fixture
def disputed(office: Path) -> list[str]:
    """Three findings that wait for a person."""
    for number in range(3):
        assert _run("add", "--title", f"问题{number}", "--site", "portal", "--number", str(number)) == 0
    keys = [record.fingerprint for record in sorted(_found(office), key=lambda record: record.title)]
    with _store(office) as store:
        for key in keys:
            store.act(key, Event.DISPUTE, who="李某", reason="不认可", now=NOW)
    return keys


def test_a_review_goes_through_one_after_another(office: Path, disputed: list[str]) -> None:
    result = CliRunner().invoke(app, ["findings", "review", "--who", "张某"], input="y\nn\n已核实为误报\nq\n")
    assert result.exit_code == 0, result.output
    assert "单位意见" in result.output
    assert "本次处理 2 个" in result.output
    states = sorted(record.status for record in _found(office))
    assert states == sorted([Status.CONFIRMED, Status.DISMISSED, Status.DISPUTED])


def test_all_of_a_kind_are_settled_in_one_go(office: Path, disputed: list[str]) -> None:
    assert _run("review", "--all", "dismiss", "--rule", "other-problem", "--reason", "重复登记") == 0
    assert {record.status for record in _found(office)} == {Status.DISMISSED}


def test_the_same_dead_link_by_a_person_and_by_the_machine_is_one_finding(office: Path) -> None:
    from govcrawl.model import fingerprint

    target = "http://gone.example.com/"
    assert (
        _run("add", "--title", "链接打不开", "--site", "portal", "--rule", "link-broken", "--target", target)
        == 0
    )
    assert _found(office)[0].fingerprint == fingerprint("portal", "link-broken", target)
