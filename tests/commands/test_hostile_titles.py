"""Titles come from pages: what a terminal would obey is not printed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from govcrawl.commands.main import run
from govcrawl.model import Finding, Origin, Rule, Severity
from govcrawl.store import FindingReported, Store

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"


def test_escapes_in_a_title_do_not_reach_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = Rule(code="link-broken", title="链接错误", severity=Severity.PROBLEM, basis="依据", fix="更正")
    title = "链接“\x1b]0;pwned\x07\x1b[2J\u202e”无法访问"
    finding = Finding(rule="link-broken", subject="x", page=HOME, title=title, certain=True)
    with Store.open(f"sqlite:///{tmp_path}/office.db", now=NOW) as store:
        told = store.report(
            FindingReported(
                site="portal", finding=finding, check="dead_links", rule=rule, origin=Origin.PERSON
            ),
            who="张某",
            now=NOW,
        )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVCRAWL_DATABASE_URL", f"sqlite:///{tmp_path}/office.db")
    for words in (
        ["findings", "list"],
        ["findings", "show", told.fingerprint],
        ["findings", "dismiss", told.fingerprint, "--reason", "误报", "--who", "张某"],
    ):
        with pytest.raises(SystemExit) as ended:
            run(words)
        assert ended.value.code in {0, None}
        printed = capsys.readouterr().out
        assert "pwned" in printed, f"{words}: the title itself should be there: {printed!r}"
        assert not set("\x1b\x07\u202e") & set(printed), f"{words} printed {printed!r}"
