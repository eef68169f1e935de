"""`govcrawl calendar` as an office uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govcrawl.commands.main import run

_2031 = (
    '[2031]\nsource = "国办发明电〔2030〕1号"\nholidays = [2031-01-01, 2031-01-02]\nworkdays = [2031-01-04]\n'
)
_2032 = '[2032]\nsource = "国办发明电〔2031〕1号"\nholidays = [2032-01-01]\nworkdays = []\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOVCRAWL_CONFIG", raising=False)
    (tmp_path / "govcrawl.toml").write_text('[office]\nname = "示例市人民政府办公室"\n', encoding="utf-8")
    return tmp_path


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["calendar", *words])
    return int(ended.value.code or 0)


def test_years_are_imported_one_after_another_and_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("a.toml", _2031), ("b.toml", _2032)):
        (folder / name).write_text(text, encoding="utf-8")
        assert _run("import", name) == 0
    capsys.readouterr()
    assert _run("show", "2031") == 0
    shown = capsys.readouterr().out
    assert "放假：1月1日至2日" in shown
    assert "调休上班：1月4日" in shown
    assert _run("show", "2032", "--json") == 0
    assert json.loads(capsys.readouterr().out)["holidays"] == ["2032-01-01"]


def test_a_year_that_nobody_announced_is_said_to_be_estimated(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("show", "2099") == 0
    assert "暂按周末推算" in capsys.readouterr().out


def test_a_wrong_file_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.toml").write_text(_2031, encoding="utf-8")
    assert _run("import", "a.toml") == 0
    before = (folder / "var" / "holidays.toml").read_bytes()
    (folder / "b.toml").write_text(_2032 + "workday = []\n", encoding="utf-8")
    assert _run("import", "b.toml") == 2
    assert "不认识的项" in capsys.readouterr().err
    assert (folder / "var" / "holidays.toml").read_bytes() == before, "a refused file must change nothing"
