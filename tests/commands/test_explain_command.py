"""Every rule that a finding can bear is explained: those of checks, of visits, and of what people report."""

from __future__ import annotations

from pathlib import Path

import pytest

from govcrawl.commands.main import run
from govcrawl.rules import known_rules

RULES = known_rules()


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_is_explained_with_basis_and_remedy(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "govcrawl.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        run(["explain", code])
    assert not ended.value.code
    told = capsys.readouterr().out
    for said in (RULES[code].title, RULES[code].severity.zh, RULES[code].basis, RULES[code].fix):
        assert said in told
