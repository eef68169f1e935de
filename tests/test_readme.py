"""The README's commands, run as they stand, in an office of the made-up city."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from tests.city import CityServer, build, write_office

ROOT = Path(__file__).parent.parent
_RUN = re.compile(r"<!-- run -->\n```sh\n(.*?)```", re.DOTALL)


def test_commands_of_the_readme(tmp_path: Path) -> None:
    """Every block that is marked `run`, in order, in one folder, by one shell that stops at a failure."""
    blocks = _RUN.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(blocks) >= 2, "README.md should hold blocks marked <!-- run -->"
    city = build(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    with CityServer(city) as server:
        write_office(tmp_path, city, server)
        _only_the_portal(tmp_path / "registry.yaml")
        done = subprocess.run(
            ["bash", "-euxc", "\n".join(blocks)],
            cwd=tmp_path,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, (
        f"a command of README.md failed:\n{done.stderr[-3000:]}\n{done.stdout[-2000:]}"
    )
    assert (tmp_path / "findings.xlsx").stat().st_size > 0


def _only_the_portal(path: Path) -> None:
    """One site is enough to see that the commands work."""
    registry = yaml.safe_load(path.read_text(encoding="utf-8"))
    registry["sites"] = [site for site in registry["sites"] if site["id"] == "portal"]
    path.write_text(yaml.safe_dump(registry, allow_unicode=True), encoding="utf-8")


def test_check_of_the_readme_works() -> None:
    """The twenty lines that show how to add a check are a check that finds what it says."""
    from datetime import date

    from govcrawl.model import ArticleReading, Check, Context, Site
    from govcrawl.rules import load_profile

    (source,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, object] = {}
    exec(compile(source, "README.md", "exec"), names)
    kind = names["ShortTitles"]
    assert isinstance(kind, type)
    assert issubclass(kind, Check)
    site = Site(id="a", name="示例", unit="u", url="http://www.example.gov.cn/")
    ctx = Context(site=site, profile=load_profile("tongliao-2023"), today=date(2026, 11, 25))
    found = list(kind().article(ArticleReading(url=f"{site.url}1", title="通知"), ctx))
    assert [finding.rule for finding in found] == ["title-short"]
    assert not list(kind().article(ArticleReading(url=f"{site.url}2", title="关于开展检查的通知"), ctx))
