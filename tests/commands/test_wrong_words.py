"""Words on the command line that nobody thought of: one clear line or the parser's own, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scrapy", "crawl", "nosuch"], "没有名为 nosuch 的爬虫；可用：site"),
        (["govcrawl", "runs", "show", "9" * 30], "Invalid value"),
        (["govcrawl", "runs", "list", "--limit", "9" * 30], "Invalid value"),
    ],
)
def test_is_wrong_use(words: list[str], said: str, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "GOVCRAWL_CONFIG"}
    environ |= {"SCRAPY_SETTINGS_MODULE": "govcrawl.settings", "PYTHONUTF8": "1", "COLUMNS": "160"}
    done = subprocess.run(
        [str(BIN / words[0]), *words[1:]],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert said in done.stderr
