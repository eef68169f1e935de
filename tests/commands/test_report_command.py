"""`govcrawl report monthly` and `quarterly` as an office types them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govcrawl.commands import report as command
from govcrawl.commands.main import run
from govcrawl.model import Finding, Origin, Registry, Rule, Severity, Site, Unit
from govcrawl.store import Event, FindingReported, Store

NOW = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
FOUND = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
MENDED = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with two findings of November, one of them closed."""
    monkeypatch.chdir(tmp_path)
    for name in ("GOVCRAWL_CONFIG", "GOVCRAWL_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(command, "now", lambda: NOW)
    (tmp_path / "govcrawl.toml").write_text(
        '[office]\nname = "示例市人民政府办公室"\nregion = "示例市"\n[crawl]\nbrowser = "never"\n',
        encoding="utf-8",
    )
    rule = Rule(code="link-broken", title="链接错误", severity=Severity.PROBLEM, basis="依据", fix="更正")
    with Store.open(f"sqlite:///{tmp_path}/var/govcrawl.db", now=FOUND) as store:
        unit = Unit(id="zfb", name="示例市人民政府办公室")
        store.save_registry(
            Registry(units=(unit,), sites=(Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME),)),
            now=FOUND,
        )
        for number in range(2):
            finding = Finding(
                rule="link-broken", subject=str(number), page=HOME, title="链接错误", certain=True
            )
            told = FindingReported(
                site="portal",
                finding=finding,
                check="dead_links",
                rule=rule,
                unit="zfb",
                origin=Origin.PERSON,
            )
            record = store.report(told, who="张某", now=FOUND)
        store.act(record.fingerprint, Event.CLOSE, who="张某", reason="已办", now=MENDED)
    return tmp_path


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["report", *words])
    return int(ended.value.code or 0)


def test_the_last_month_is_the_default(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("monthly", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["period"] == "2026-11"
    numbers = told["numbers"]
    assert (numbers["due"], numbers["corrected"], numbers["rate"], numbers["days"]) == (2, 1, 0.5, 4.0)
    assert [Path(path).suffix for path in told["paths"]] == [".html", ".docx", ".xlsx"]
    assert all(Path(path).is_file() for path in told["paths"])


def test_a_quarter_that_is_not_over_is_counted_up_to_now(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("quarterly", "--quarter", "2026-Q4", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["numbers"]["corrections"]["due"] == 2
    assert told["numbers"]["sites"]["unknown"] == 1, "no run in the quarter: not judged, not failed"


def test_until_counts_up_to_that_day_alone(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("quarterly", "--quarter", "2026-Q4", "--until", "2026-11-07", "--json") == 0
    numbers = json.loads(capsys.readouterr().out)["numbers"]["corrections"]
    assert (numbers["due"], numbers["corrected"]) == (2, 0), "what was mended on the 9th is open on the 7th"


def test_the_public_paper_comes_without_a_ledger(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("quarterly", "--quarter", "2026-Q4", "--public") == 0
    assert [Path(line).suffix for line in capsys.readouterr().out.splitlines()] == [".html", ".docx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("monthly", "--month", "2026-13"), "2026-11"),
        (("monthly", "--month", "2027-01"), "还没有到"),
        (("monthly", "--date", "明天"), "YYYY-MM-DD"),
        (("quarterly", "--quarter", "2026-Q7"), "2026-Q4"),
        (("quarterly", "--quarter", "2027-Q1"), "还没有到"),
        (("quarterly", "--quarter", "2026-Q4", "--until", "2026-09-01"), "之内"),
    ],
)
def test_wrong_periods_are_one_line(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*words) == 2
    assert said in capsys.readouterr().err


def test_a_folder_that_can_not_be_written_is_said(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (office / "blocked").write_text("", encoding="utf-8")
    for name in ("monthly", "quarterly"):
        assert _run(name, "--out", "blocked") == 3
        assert "无法写入" in capsys.readouterr().err
