"""Notices from above and proposed talks as an office types them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govcrawl.commands import escalation as command
from govcrawl.commands import notices as notices_command
from govcrawl.commands.main import run
from govcrawl.model import Finding, Origin, Registry, Rule, Severity, Site, Unit
from govcrawl.store import FindingReported, Store

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
ABOVE = (
    "external",
    "add",
    "--from",
    "自治区人民政府办公厅",
    "--unit",
    "市教育局",
    "--text",
    "首页长期不更新",
)


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GOVCRAWL_CONFIG", "GOVCRAWL_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    _clock(monkeypatch, NOW)
    (tmp_path / "govcrawl.toml").write_text('[office]\nname = "示例市人民政府办公室"\n', encoding="utf-8")
    units = (
        Unit(id="jyj", name="示例市教育局", short_names=("市教育局",)),
        Unit(id="zfb", name="示例市人民政府办公室"),
    )
    with _store(tmp_path) as store:
        site = Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME)
        store.save_registry(Registry(units=units, sites=(site,)), now=NOW)
    return tmp_path


def _clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    for module in (command, notices_command):
        monkeypatch.setattr(module, "now", lambda: moment)


def _store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/var/govcrawl.db", now=NOW)


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["notices", *words])
    return int(ended.value.code or 0)


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> object:
    capsys.readouterr()
    assert _run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_notice_from_above_is_entered_counts_and_can_be_withdrawn(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run(*ABOVE, "--date", "2026-10-01", "--who", "张某") == 0
    told = _json(capsys, "talks")
    assert isinstance(told, dict)
    assert [(one["unit"], one["step"]) for one in told["proposals"]] == [("示例市教育局", "talk")]
    assert [Path(path).suffix for path in told["paths"]] == [".html", ".docx"]
    assert all(Path(path).is_file() for path in told["paths"])
    assert _run("external", "withdraw", "1", "--reason", "单位登记错误", "--who", "李某") == 0
    assert _run("external", "withdraw", "1", "--reason", "再一次") == 2
    told = _json(capsys, "talks")
    assert isinstance(told, dict)
    assert not told["proposals"]
    listed = _json(capsys, "external", "list")
    assert isinstance(listed, list)
    assert (listed[0]["who"], listed[0]["withdrawn"]) == ("张某", "单位登记错误（李某）"), "both are kept"


def test_deadlines_that_passed_are_counted_from_the_trail(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = Rule(code="link-broken", title="链接错误", severity=Severity.PROBLEM, basis="依据", fix="更正")
    with _store(office) as store:
        for number in range(3):
            finding = Finding(
                rule="link-broken", subject=str(number), page=HOME, title="链接错误", certain=True
            )
            told = FindingReported(
                site="portal",
                finding=finding,
                check="dead_links",
                rule=rule,
                unit="jyj",
                origin=Origin.PERSON,
            )
            store.report(told, who="张某", now=NOW)
    assert _run("issue", "--who", "张某") == 0
    assert not _proposals(capsys), "nothing is late yet"
    _clock(monkeypatch, NOW + timedelta(days=20))
    (late,) = _proposals(capsys)
    assert (late["unit"], late["step"]) == ("示例市教育局", "name")
    assert "编号:2026-001（3项）" in str(late["reasons"])
    assert not _proposals(capsys, "--until", "2026-11-26"), "as of that day nothing was late"


def _proposals(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    told = _json(capsys, "talks", *words)
    assert isinstance(told, dict)
    return list(told["proposals"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ABOVE, "--date", "2026-12-01"), "晚于今天"),
        ((*ABOVE, "--date", "十月"), "YYYY-MM-DD"),
        (
            ("external", "add", "--from", "厅", "--unit", "某某局", "--text", "x", "--date", "2026-10-01"),
            "某某局",
        ),
        (
            ("external", "add", "--from", " ", "--unit", "jyj", "--text", "x", "--date", "2026-10-01"),
            "通报机关",
        ),
        (("external", "withdraw", "9", "--reason", "x"), "没有登记编号为 9"),
        (("external", "withdraw", "9", "--reason", " "), "没有登记编号为 9"),
        (("talks", "--until", "明天"), "YYYY-MM-DD"),
    ],
)
def test_wrong_use_is_one_line(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_without_a_shared_fault_there_is_no_letter_and_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("platforms") == 0
    told = capsys.readouterr()
    assert (told.out, "没有同一平台多个网站共有的" in told.err) == ("", True)
    assert _json(capsys, "platforms") == []


def test_a_profile_without_such_thresholds_is_one_line(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = office / "govcrawl.toml"
    text = settings.read_text(encoding="utf-8") + '[rules]\nprofile = "national-2019"\n'
    settings.write_text(text, encoding="utf-8")
    assert _run("talks") == 2
    error = capsys.readouterr().err
    assert "检查指标 national-2019 没有规定 escalation.days" in error
    assert "Traceback" not in error
