"""`govcrawl discover` and `registry confirm`, as a clerk types them, over a made-up city on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from govcrawl.net.installed import find_browser
from govcrawl.registry.leads import place_key
from tests.city import City, CityServer, build, write_office

GOVCRAWL = Path(sys.executable).parent / "govcrawl"
LONGEST = 120
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[City, CityServer]]:
    today: date = (datetime.now(UTC) + timedelta(hours=8)).date()
    city = build(today)
    with CityServer(city, ipv6=False) as server:
        yield city, server


@pytest.fixture
def office(served: tuple[City, CityServer], tmp_path: Path) -> tuple[Path, Run]:
    """A folder whose registry knows all sites of the city, and only the first column of each."""
    city, server = served
    folder = tmp_path / "office"
    write_office(folder, city, server)
    settings = (folder / "govcrawl.toml").read_text(encoding="utf-8")
    settings = settings.replace('browser = "auto"', 'browser = "never"')
    (folder / "govcrawl.toml").write_text(settings, encoding="utf-8")
    known = yaml.safe_load(city.registry_yaml)
    for site in known["sites"]:
        site["columns"] = site["columns"][:1]
    known["sites"] = [site for site in known["sites"] if site["id"] in {"jyj", "wlj", "kfq", "sjj"}]
    text = yaml.safe_dump(known, allow_unicode=True, sort_keys=False)
    (folder / "registry.yaml").write_text(text, encoding="utf-8")

    def run(*words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        done = subprocess.run(
            [str(GOVCRAWL), *words],
            cwd=folder,
            env=environment | {"LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        told = f"$ govcrawl {' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        assert done.returncode == status, f"expected exit status {status}, got {done.returncode}:\n{told}"
        assert "Traceback" not in done.stdout + done.stderr, told
        return done

    run("registry", "import", "registry.yaml")
    return folder, run


def columns_of(folder: Path, run: Run, site: str) -> list[dict[str, Any]]:
    run("registry", "export", "out.yaml", "--force")
    registry = yaml.safe_load((folder / "out.yaml").read_text(encoding="utf-8"))
    columns: list[dict[str, Any]] = next(one["columns"] for one in registry["sites"] if one["id"] == site)
    return columns


def truth_of(city: City, site: str) -> set[str]:
    sites = yaml.safe_load(city.registry_yaml)["sites"]
    return {place_key(c["url"]) for one in sites if one["id"] == site for c in one["columns"]}


def test_new_columns_are_printed_as_yaml_that_can_be_imported(
    office: tuple[Path, Run], served: tuple[City, CityServer]
) -> None:
    folder, run = office
    before = columns_of(folder, run, "jyj")
    out = run("discover", "jyj").stdout
    assert columns_of(folder, run, "jyj") == before, "without --write nothing may be written"
    lines = [line for line in out.splitlines() if line.lstrip().startswith("- {")]
    assert lines, out
    assert all("  # " in line for line in lines), f"each line says what a person should know:\n{out}"
    assert any("请核对：" in line for line in lines), out
    (folder / "found.yaml").write_text(out, encoding="utf-8")
    run("registry", "import", "found.yaml")
    after = columns_of(folder, run, "jyj")
    assert after[: len(before)] == before, "what was registered must stay as it was"
    assert not any(column["confirmed"] for column in after[len(before) :]), "nobody has looked at them yet"
    assert {place_key(column["url"]) for column in after} == truth_of(served[0], "jyj")


def test_write_adds_what_is_new_once_and_says_so(office: tuple[Path, Run]) -> None:
    folder, run = office
    before = columns_of(folder, run, "kfq")
    out = run("discover", "http://zone.example.gov.cn/kfq/index.html", "--write").stdout
    after = columns_of(folder, run, "kfq")
    added = after[len(before) :]
    assert after[: len(before)] == before
    assert len(added) >= 10, f"a site that shares its host is found by its address:\n{out}"
    for column in added:
        assert column["confirmed"] is False
        assert column["url"].startswith("http://zone.example.gov.cn/kfq/"), (
            "the neighbour's columns are not its own"
        )
        assert f"新增 kfq {column['name']}" in out, f"what was added must be printed:\n{out}"
    assert "共新增 0 个栏目" in run("discover", "kfq", "--write").stdout
    assert columns_of(folder, run, "kfq") == after


def test_confirming_and_retyping(office: tuple[Path, Run]) -> None:
    folder, run = office
    run("discover", "wlj", "--write")
    new = [column for column in columns_of(folder, run, "wlj") if not column["confirmed"]]
    first, second = new[0]["url"], new[1]["url"]
    out = run("registry", "confirm", "wlj", first, "--retype", f"{second}=政策解读").stdout
    assert new[0]["name"] in out
    assert "→ 政策解读" in out
    state = {c["url"]: (c["confirmed"], c["type"]) for c in columns_of(folder, run, "wlj")}
    assert state[first] == (True, new[0]["type"])
    assert state[second] == (True, "政策解读")
    assert not any(state[column["url"]][0] for column in new[2:]), "only what was named is confirmed"
    refused = run("registry", "confirm", "wlj", f"{first}nowhere/", status=2)
    assert "没有登记这些栏目" in refused.stderr
    wrong = run("registry", "confirm", "wlj", "--retype", f"{first}=新闻动态", status=2)
    assert "动态要闻" in wrong.stderr, "the nearest type should be named"
    told = json.loads(run("registry", "confirm", "wlj", "--json").stdout)
    assert {entry["url"] for entry in told} == {column["url"] for column in new[2:]}
    assert all(column["confirmed"] for column in columns_of(folder, run, "wlj"))


def test_a_site_that_nobody_registered_gets_a_stub(office: tuple[Path, Run]) -> None:
    folder, run = office
    out = run("discover", "http://fanli.example.gov.cn").stdout
    stub = yaml.safe_load(out)["sites"][0]
    assert (stub["name"], stub["url"]) == ("范例县人民政府", "http://fanli.example.gov.cn/")
    assert stub["unit"] == "fanli", "the sponsor is registered, and named in the footer"
    assert stub["kind"] == "门户网站"
    (folder / "stub.yaml").write_text(out, encoding="utf-8")
    run("registry", "import", "stub.yaml")
    assert columns_of(folder, run, stub["id"])
    refused = run("discover", "nmj.example.gov.cn", "--write", status=2)
    assert "不是已登记网站" in refused.stderr


def test_all_sites_as_json_with_those_that_could_not_be_read(office: tuple[Path, Run]) -> None:
    _, run = office
    found = {one["site"]: one for one in json.loads(run("discover", "--all", "--json", status=1).stdout)}
    assert set(found) == {"jyj", "wlj", "kfq", "sjj"}
    assert "403" in found["sjj"]["failure"], "a site that refuses programs is named with the reason"
    column = next(c for c in found["jyj"]["columns"] if c["name"] == "通知公告")
    assert column == column | {
        "type": "通知公告",
        "level": 1,
        "registered": False,
        "confirmed": False,
        "state": "read",
        "origin": "static",
        "type_origin": "name",
        "found_in": "导航",
        "doubts": ["类型按栏目名称猜测"],
    }
    assert date.fromisoformat(column["newest"])
    assert [c["registered"] for c in found["jyj"]["columns"]].count(True) == 1


@pytest.mark.skipif(find_browser() is None, reason="no browser on this machine")
def test_lists_that_a_script_makes_are_read_in_the_browser(office: tuple[Path, Run]) -> None:
    folder, run = office
    settings = folder / "govcrawl.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('browser = "never"', 'browser = "auto"'), encoding="utf-8")
    columns = json.loads(run("discover", "www.example.gov.cn", "--json").stdout)["columns"]
    states = {column["name"]: (column["state"], column["origin"]) for column in columns}
    assert states["数据动态"] == ("read", "rendered")
    assert states["信箱统计"] == ("needs-rendering", None), "its interface fails: what it holds is not known"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["discover"], 2, "--all"),
        (["discover", "jyj", "--all"], 2, "二者选一"),
        (["discover", "nosuch"], 2, "nosuch"),
        (["discover", "ftp://www.example.gov.cn/"], 2, "ftp://"),
        (["discover", "sjj"], 3, "403"),
        (["discover", "http://nowhere.example.gov.cn/"], 3, "首页"),
        (["registry", "confirm", "nosuch"], 2, "nosuch"),
        (["registry", "confirm", "jyj", "--retype", "http://jyj.example.gov.cn/"], 2, "URL=类型"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line(
    office: tuple[Path, Run], words: list[str], status: int, said: str
) -> None:
    done = office[1](*words, status=status)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, f"one clear line, not:\n{done.stderr}"
    assert lines[0].startswith("错误：")
    assert said in lines[0]
