"""A report is a draft until it is issued, and then stays as it is: `report issue`, `--reissue`, `list`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document

from govcrawl.commands import report as command
from govcrawl.commands.main import run
from govcrawl.model import (
    Finding,
    Origin,
    Registry,
    ReportKind,
    Rule,
    Severity,
    Site,
    SiteKind,
    Submission,
    Unit,
    UnitKind,
)
from govcrawl.net.installed import find_browser
from govcrawl.store import Event, FindingReported, Store

FOUND = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
CITY = Registry(
    units=(
        Unit(id="zfb", name="示例市人民政府办公室", kind=UnitKind.CITY),
        Unit(id="jyj", name="示例市教育局", kind=UnitKind.CITY_DEPARTMENT),
    ),
    sites=(Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME, kind=SiteKind.PORTAL),),
)
IMPRINT = ("--number", "示政办发〔2026〕9号", "--signer", "李某", "--date", "2026-12-02")
PERIODS = {
    "weekly": ("--week", "2026-W48"),
    "monthly": ("--month", "2026-11"),
    "quarterly": ("--quarter", "2026-Q4"),
    "adoption": ("--month", "2026-11"),
}


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with two findings of November."""
    monkeypatch.chdir(tmp_path)
    for name in ("GOVCRAWL_CONFIG", "GOVCRAWL_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    _clock(monkeypatch, NOW)
    settings = '[office]\nname = "示例市人民政府办公室"\nregion = "示例市"\n[crawl]\nbrowser = "never"\n'
    (tmp_path / "govcrawl.toml").write_text(settings, encoding="utf-8")
    with _store(tmp_path) as store:
        store.save_registry(CITY, now=FOUND)
        for number in range(2):
            _report(store, number, FOUND)
    return tmp_path


def _clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(command, "now", lambda: moment)


def _store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/var/govcrawl.db", now=FOUND)


def _report(store: Store, number: int, at: datetime) -> None:
    rule = Rule(code="link-broken", title="链接错误", severity=Severity.PROBLEM, basis="依据", fix="更正")
    finding = Finding(rule="link-broken", subject=str(number), page=HOME, title="链接错误", certain=True)
    told = FindingReported(
        site="portal", finding=finding, check="dead_links", rule=rule, unit="zfb", origin=Origin.PERSON
    )
    store.report(told, who="张某", now=at)


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["report", *words])
    return int(ended.value.code or 0)


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    capsys.readouterr()
    assert _run(*words, "--json") == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def _paths(told: dict[str, object]) -> list[Path]:
    paths = told["paths"]
    assert isinstance(paths, list)
    return [Path(path) for path in paths]


def _header(path: Path) -> str:
    return str(Document(str(path)).sections[0].header.paragraphs[0].text)


@pytest.mark.parametrize("kind", list(PERIODS))
def test_a_draft_says_so_and_an_issued_paper_does_not(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    draft = _json(capsys, kind, *PERIODS[kind])
    assert (draft["state"], draft["version"]) == ("draft", 1)
    issued = _json(capsys, "issue", str(draft["id"]), *IMPRINT)
    assert (issued["state"], issued["numbers"]) == ("issued", draft["numbers"])
    for paths, marked in ((_paths(draft), True), (_paths(issued), False)):
        page = paths[0].read_text(encoding="utf-8")
        assert ('<p class="draft">草稿</p>' in page) is marked
        for document in paths:
            if document.suffix == ".docx":
                assert (_header(document) == "草稿") is marked
                text = "\n".join(paragraph.text for paragraph in Document(str(document)).paragraphs)
                assert ("示政办发〔2026〕9号" in text) is not marked


def test_what_was_issued_does_not_change_when_the_database_does(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _json(capsys, "monthly", *PERIODS["monthly"])
    issued = _json(capsys, "issue", str(draft["id"]), *IMPRINT)
    before = [path.read_bytes() for path in _paths(issued)]
    with _store(office) as store:  # somebody enters a finding of November afterwards
        _report(store, 7, FOUND + timedelta(days=3))
    _clock(monkeypatch, NOW + timedelta(days=3))
    again = _json(capsys, "monthly", *PERIODS["monthly"])
    assert (again["state"], again["id"], again["numbers"]) == ("issued", issued["id"], issued["numbers"])
    assert [path.read_bytes() for path in _paths(again)] == before
    assert _run("monthly", *PERIODS["monthly"]) == 0
    told = capsys.readouterr()
    assert "已于2026年12月2日定稿（第1版），没有重新编制" in told.err
    assert len(told.out.splitlines()) == 3


def test_issued_anew_is_another_version_and_the_old_one_stays(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _json(capsys, "issue", str(_json(capsys, "monthly")["id"]), *IMPRINT)
    before = [path.read_bytes() for path in _paths(first)]
    with _store(office) as store:
        _report(store, 7, FOUND + timedelta(days=3))
    _clock(monkeypatch, NOW + timedelta(days=3))
    draft = _json(capsys, "monthly", "--reissue")
    assert draft["numbers"] != first["numbers"]
    second = _json(capsys, "issue", str(draft["id"]))
    assert (second["version"], second["id"] != first["id"]) == (2, True)
    assert [path.read_bytes() for path in _paths(first)] == before
    assert not set(_paths(first)) & set(_paths(second))
    assert _json(capsys, "monthly")["id"] == second["id"], "the newest version is in force"


def test_a_draft_is_issued_with_its_own_numbers_or_not_at_all(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _json(capsys, "monthly")
    with _store(office) as store:
        store.act(store.findings()[0].fingerprint, Event.CLOSE, who="张某", reason="已办", now=NOW)
    later = NOW + timedelta(hours=5)
    _clock(monkeypatch, later)
    issued = _json(capsys, "issue", str(draft["id"]))
    assert issued["numbers"] == draft["numbers"], "what happened after the draft was made is not in it"

    other = _json(capsys, "quarterly", *PERIODS["quarterly"])
    with _store(office) as store:
        site = replace(CITY.sites[0], name="示例市政府网")
        added = replace(site, id="second", url="http://second.example.gov.cn/")
        store.save_registry(replace(CITY, sites=(site, added)), now=later)
    assert _run("issue", str(other["id"])) == 2
    error = capsys.readouterr().err
    assert "数据有变化" in error
    assert "govcrawl report quarterly --quarter 2026-Q4" in error
    assert not (office / "var" / "reports" / "issued" / "quarterly").exists(), "nothing is left behind"


def test_the_adoption_notice_is_as_of_its_draft(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _json(capsys, "adoption")
    later = NOW + timedelta(hours=5)
    with _store(office) as store:
        told = Submission(unit="jyj", title="迟到的一条", submitted=FOUND.date())
        store.submit([told], now=later)
    _clock(monkeypatch, later)
    assert _json(capsys, "issue", str(draft["id"]))["numbers"] == draft["numbers"]


def test_the_list_tells_drafts_versions_and_what_became_of_files(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("list") == 0
    assert "还没有编制过报告" in capsys.readouterr().out
    issued = _json(capsys, "issue", str(_json(capsys, "monthly")["id"]))
    _json(capsys, "quarterly", *PERIODS["quarterly"], "--public")
    page, document, _ = _paths(issued)
    page.chmod(0o644)
    page.write_text("改过", encoding="utf-8")
    document.unlink()
    told = json.loads(_out(capsys, "list", "--json"))
    states = [file["state"] for one in told if one["state"] == "issued" for file in one["files"]]
    assert states == ["已被改动", "文件不存在", "完好"]
    table = _out(capsys, "list")
    assert "季通报公开稿" in table
    assert "草稿" in table
    assert _run("monthly") == 0
    assert "已被改动，与定稿时不符" in capsys.readouterr().err


def _out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert _run(*words) == 0
    return capsys.readouterr().out


def test_issued_files_are_not_written_to_by_accident(capsys: pytest.CaptureFixture[str]) -> None:
    issued = _json(capsys, "issue", str(_json(capsys, "monthly")["id"]))
    assert {path.stat().st_mode & 0o777 for path in _paths(issued)} == {0o444}


@pytest.mark.skipif(find_browser() is None, reason="no browser here: PDF is made by one")
def test_with_a_browser_a_pdf_lies_beside_and_is_issued_with_the_rest(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = office / "govcrawl.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("never", "auto"), encoding="utf-8")
    draft = _json(capsys, "monthly")
    issued = _json(capsys, "issue", str(draft["id"]))
    for told in (draft, issued):
        paper = _paths(told)[-1]
        assert (paper.suffix, paper.stem) == (".pdf", _paths(told)[0].stem)
        assert paper.read_bytes().startswith(b"%PDF-")
    assert json.loads(_out(capsys, "list", "--json"))[0]["files"][-1]["state"] == "完好"


def test_without_a_browser_it_is_said_that_there_is_no_pdf(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("monthly") == 0
    assert "没有生成 PDF：[crawl] browser 为 never" in capsys.readouterr().err
    assert _run("issue", "1") == 0
    assert "没有生成 PDF" in capsys.readouterr().err


def test_public_and_internal_papers_are_issued_apart(capsys: pytest.CaptureFixture[str]) -> None:
    internal = _json(capsys, "quarterly", *PERIODS["quarterly"])
    _json(capsys, "issue", str(internal["id"]))
    public = _json(capsys, "quarterly", *PERIODS["quarterly"], "--public", "--until", "2026-11-30")
    assert public["state"] == "draft"
    issued = _json(capsys, "issue", str(public["id"]))
    assert issued["numbers"] == public["numbers"], "the last day counted is kept with the draft"
    assert len(_paths(issued)) == 2, "no ledger for the public"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("issue", "99"), "没有编号为 99 的报告"),
        (("issue", "1", "--date", "明天"), "YYYY-MM-DD"),
        (("issue", "eins"), ""),
    ],
)
def test_wrong_use_is_one_line(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    _json(capsys, "monthly")
    assert _run(*words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_an_issued_report_is_not_issued_twice(capsys: pytest.CaptureFixture[str]) -> None:
    _run("issue", str(_json(capsys, "monthly")["id"]))
    assert _run("issue", "1") == 2
    assert "已经定稿，不能更改" in capsys.readouterr().err


def test_kinds_of_papers_have_words() -> None:
    assert {kind.value for kind in ReportKind} == set(PERIODS)
