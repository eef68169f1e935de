"""What units submit, and the adoption notice: `govcrawl submissions` and `govcrawl report adoption`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from govcrawl.commands import report as report_command
from govcrawl.commands import submissions as command
from govcrawl.commands.main import run
from govcrawl.model import Level, Registry, Site, SiteKind, Submission, Unit, UnitKind
from govcrawl.store import ArticleSeen, PageSeen, Store

NOW = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
CITY = Registry(
    units=(
        Unit(id="zfb", name="示例市人民政府办公室", kind=UnitKind.CITY),
        Unit(id="jyj", name="示例市教育局", short_names=("市教育局",), kind=UnitKind.CITY_DEPARTMENT),
    ),
    sites=(Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME, kind=SiteKind.PORTAL),),
)
HEADS = ["序号", "报送单位", "信息标题", "报送日期", "采用层级", "采用单位", "采用时间（年月日）"]


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GOVCRAWL_CONFIG", "GOVCRAWL_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for module in (command, report_command):
        monkeypatch.setattr(module, "now", lambda: NOW)
    settings = '[office]\nname = "示例市人民政府办公室"\nregion = "示例市"\n[crawl]\nbrowser = "never"\n'
    (tmp_path / "govcrawl.toml").write_text(settings, encoding="utf-8")
    with _store(tmp_path) as store:
        store.save_registry(CITY, now=NOW)
    return tmp_path


def _store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/var/govcrawl.db", now=NOW)


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(list(words))
    return int(ended.value.code or 0)


def _sheet(folder: Path, *lines: list[object], heads: list[str] = HEADS) -> str:
    book = Workbook()
    book.active.append(["11月信息报送情况"])
    book.active.append(heads)
    for line in lines:
        book.active.append(line)
    book.save(folder / "报送.xlsx")
    return "报送.xlsx"


def _submissions(folder: Path) -> list[Submission]:
    with _store(folder) as store:
        return store.submissions(date(2026, 1, 1), date(2026, 12, 31))


def test_a_sheet_as_offices_keep_it_is_taken_once(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _sheet(
        office,
        [1, "市教育局", "全市教育工作会议召开", date(2026, 11, 3)],
        [2, "示例市教育局", "开学工作", "2026年11月4日", "自治区", "自治区政府网", "2026.11.6"],
        [3, "市教育局", "门户已发", "2026/11/5", "市级"],
        [None, "", "", ""],
    )
    assert _run("submissions", "import", file) == 0
    assert "已登记 3 条信息" in capsys.readouterr().out
    assert _run("submissions", "import", file) == 0
    assert "已登记 0 条信息，3 条以前已登记" in capsys.readouterr().out
    found = _submissions(office)
    assert [one.submitted.day for one in found] == [3, 4, 5]
    assert (found[1].level, found[1].adopter, found[1].adopted) == (
        Level.REGION,
        "自治区政府网",
        date(2026, 11, 6),
    )
    assert found[2].level is None, "what the city's own portal adopted is read off its pages"


def test_a_csv_is_taken_too(office: Path) -> None:
    (office / "报送.csv").write_bytes(
        "报送单位,标题,报送日期\n市教育局,会议召开,2026-11-03\n".encode("gb18030")
    )
    assert _run("submissions", "import", "报送.csv") == 0
    assert len(_submissions(office)) == 1


def test_one_wrong_line_and_nothing_is_taken(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _sheet(
        office,
        [1, "市教育局", "好的一行", "2026-11-03"],
        [2, "某某局", "不认识的单位", "2026-11-03"],
        [3, "市教育局", "", "2026-11-03"],
        [4, "市教育局", "日期不对", "2026-13-03"],
        [5, "市教育局", "没有日期", ""],
        [6, "市教育局", "还没有到", "2026-12-03"],
        [7, "市教育局", "层级不明", "2026-11-03", "三等"],
        [8, "市教育局", "先采用后报送", "2026-11-03", "国家级", "", "2026-11-01"],
    )
    assert _run("submissions", "import", file) == 2
    error = capsys.readouterr().err
    for said in (
        "第4行：没有登记名称为“某某局”的单位",
        "第5行：没有写标题",
        "第6行：报送日期应写作",
        "第7行：没有写报送日期",
        "第8行：报送日期2026-12-03晚于今天",
        "第9行：采用层级应为",
        "第10行：采用日期2026-11-01早于报送日期",
    ):
        assert said in error
    assert not _submissions(office)


def test_dry_run_and_what_is_no_such_sheet_take_nothing(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        _run("submissions", "import", _sheet(office, [1, "市教育局", "一", "2026-11-03"]), "--dry-run") == 0
    )
    assert "可以导入 1 条信息" in capsys.readouterr().out
    assert _run("submissions", "import", _sheet(office, ["张某"], heads=["姓名"])) == 2
    assert "没有找到“报送单位”和“信息标题”和“报送日期”的表头" in capsys.readouterr().err
    assert _run("submissions", "import", "没有.xlsx") == 2
    assert not _submissions(office)


def test_the_notice_of_a_month_by_command(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("submissions", "import", _sheet(office, [1, "市教育局", "全市教育工作会议召开", "2026-11-03"]))
    with _store(office) as store:
        number = store.begin_run(
            "portal", trial=False, as_of=None, profile="", checks=["ads"], now=NOW, owner="here"
        )
        article = ArticleSeen(
            title="全市教育工作会议召开", published=date(2026, 11, 4), source="市教育局", reprint=False
        )
        page = PageSeen(url=HOME + "1.html", status=200, kind="article", fetched_at=NOW, article=article)
        store.record_pages(number, [page], NOW - timedelta(days=1))
    capsys.readouterr()
    assert _run("report", "adoption", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["report"], told["period"]) == ("adoption", "2026-11"), "the last complete month by default"
    assert (told["numbers"]["total"]["submitted"], told["numbers"]["total"]["portal"]) == (1, 1)
    assert [Path(path).suffix for path in told["paths"]] == [".html", ".docx", ".xlsx"]
    assert all(Path(path).is_file() for path in told["paths"])
    assert _run("submissions", "list", "--month", "2026-11") == 0
    assert "全市教育工作会议召开" in capsys.readouterr().out
    assert _run("submissions", "list", "--month", "2026-11", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["unit"] == "jyj"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "adoption", "--month", "2026-13"), "--month"),
        (("report", "adoption", "--month", "2027-01"), "还没有到"),
        (("submissions", "list", "--month", "十一月"), "--month"),
    ],
)
def test_wrong_use_is_one_line(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
