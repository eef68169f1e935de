"""The benchmarks measure what they say: the made-up site, its servers, the arithmetic of the tables."""

from __future__ import annotations

import re
import shutil
import sys
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import pytest

from benchmarks import server as servers
from benchmarks.cases import Said, grade
from benchmarks.contenders import Result, Target, bare_spider, first_night, second_night
from benchmarks.crawls import main as bench
from benchmarks.goals import Measured, goals
from benchmarks.link_cases import Case, cases
from benchmarks.process import Cost, run
from benchmarks.reading import ALL, LIST, LXML, READERS, SOURCE, TOGETHER, measure, report
from benchmarks.server import Asked, serving
from benchmarks.site import Plan, plan, write
from benchmarks.split import heading_of, read_stacks
from benchmarks.tables import spread, table, width

DAY = date(2026, 11, 25)
_HREF = re.compile(r'<a [^>]*href="([^"]+)"')


def _file(folder: Path, path: str) -> Path:
    return folder / (path.removeprefix("/") + ("index.html" if path.endswith("/") else ""))


def _walk(folder: Path) -> tuple[set[str], set[str]]:
    """Every page that links lead to from the home page, and every address that is not there."""
    found, lost, queue = {"/"}, set(), ["/"]
    while queue:
        at = queue.pop()
        for href in _HREF.findall(_file(folder, at).read_text(encoding="utf-8")):
            path = urljoin(at, href)
            if not _file(folder, path).is_file():
                lost.add(path)
            elif path not in found:
                found.add(path)
                queue.append(path)
    return found, lost


@pytest.mark.parametrize("pages", [1, 2, 5, 47, 400])
def test_the_site_holds_exactly_what_its_plan_says(pages: int, tmp_path: Path) -> None:
    site = plan(pages, DAY)
    assert len(set(site.pages)) == pages, "two pages share an address, or there are too few"
    write(site, tmp_path)
    found, lost = _walk(tmp_path)
    assert found == set(site.pages), "pages that no link leads to would count as read"
    assert lost == set(site.dead), "the truth about dead links is not what the pages show"


def test_the_site_is_of_the_size_that_is_told(tmp_path: Path) -> None:
    site = plan(1000, DAY)
    write(site, tmp_path)
    assert len(site.dead) == 20
    assert site.slow, "no slow page"
    for path in site.pages[::23]:
        file = _file(tmp_path, path)
        assert 28_000 <= file.stat().st_size <= 33_000, path
        assert 50 <= len(_HREF.findall(file.read_text(encoding="utf-8"))) <= 60, path


def test_the_same_site_is_made_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(plan(60, DAY), tmp_path / name)
    ones = sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert ones
    for path in ones:
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes(), f"{path.name} differs from run to run"


@pytest.mark.parametrize("kind", ["nginx", "python"])
def test_servers_answer_conditionally_and_count(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "python":
        monkeypatch.setattr(servers.shutil, "which", lambda *_, **__: None)
    elif not (shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")):
        pytest.skip("no nginx here: benchmarks/setup.sh --server installs it")
    root = tmp_path / "site"
    write(plan(5, DAY), root)
    with serving(root, tmp_path / "work") as server:
        assert ("Python" in server.name) == (kind == "python")
        with urllib.request.urlopen(server.url) as answer:
            assert answer.headers["LinkChecker"] == "1", "linkchecker would pause between requests"
            etag = answer.headers["ETag"]
            assert answer.headers["Last-Modified"]
            assert answer.read() == (root / "index.html").read_bytes()
        for headers, status in (({"If-None-Match": etag}, 304), ({"If-None-Match": '"other"'}, 200)):
            assert _status(server.url, headers) == status, headers
        assert _status(f"{server.url}lost.html", {}) == 404
        assert server.asked() == Asked(requests=4, conditional=2, unchanged=1)
        assert server.asked() == Asked(0, 0, 0), "requests would be counted twice"


def _status(url: str, headers: dict[str, str]) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_crawls_of_a_small_site(tmp_path: Path) -> None:
    """What is measured really crawls: every page asked, the dead links told, the second night the same."""
    site = plan(64, DAY)
    write(site, tmp_path / "site")
    assert site.dead
    with serving(tmp_path / "site", tmp_path / "work") as server:
        target = Target(site, server)
        for name in ("bare", "office"):
            (tmp_path / name).mkdir()
        bare = bare_spider(target, tmp_path / "bare")
        first = first_night(target, tmp_path / "office")
        second = second_night(target, tmp_path / "office")
    for result in (bare, first, second):
        assert result.dead == frozenset(site.dead)
        assert result.asked.requests >= len(site.pages) + len(site.dead)
        assert result.cost.cpu > 0
        assert result.cost.peak > 20_000_000, "less than Python alone holds: the memory is not measured"
    assert first.facts["pages"] == len(site.pages)
    assert first.fingerprints == second.fingerprints, "an unchanged site gave other findings"
    assert first.asked.unchanged == 0
    assert second.asked.unchanged >= len(site.pages), "pages were asked without their validators"


def test_a_command_that_hangs_is_ended_and_its_cost_known(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import time\nfor _ in range(10**6): pass\ntime.sleep(60)"]
    cost = run(words, cwd=tmp_path, out=tmp_path / "out", err=tmp_path / "err", longest=1.5)
    assert cost.status == -9
    assert cost.wall < 30
    assert 0 < cost.cpu < cost.wall


def test_medians_and_tables() -> None:
    assert spread([3.0, 1.0, 2.0]) == "2.0 (1.0–3.0)"
    assert spread([1234.5], 0) == "1,234"
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])
    lines = table(("名称", "n"), [("示例市", "1"), ("b", "1,000")]).splitlines()
    assert len({width(line) for line in lines}) == 1, "columns do not line up"
    assert lines[1].endswith(":|"), "numbers are set to the right"


def _result(site: Plan, *, wall: float, cpu: float, dead: tuple[str, ...] | None = None) -> Result:
    reported = frozenset(site.dead if dead is None else dead)
    asked = Asked(len(site.pages), len(site.pages), len(site.pages))
    return Result(Cost(wall, cpu, 10**8, 0), asked, reported, {"pages_parsed": 0})


def test_goals_tell_what_was_reached_and_what_was_missed() -> None:
    site = plan(1001, DAY)
    start = [_result(plan(1, DAY), wall=1, cpu=1.0)]
    measured = {
        "a": Measured(site, [_result(site, wall=30, cpu=10)], start),
        "b": Measured(site, [_result(site, wall=10, cpu=5)], start),
        "c": Measured(site, [_result(site, wall=5, cpu=3)], start),
    }
    assert measured["b"].beyond == [4.0]
    said = goals(measured, Measured(site))
    verdicts = {line.split("|")[1].strip(): line.split("|")[4].strip() for line in said.splitlines()[2:]}
    assert verdicts["pages/s of (b) to those of (a)"] == "met"
    assert verdicts["CPU of (b) beyond start-up, a page"] == "met"
    assert verdicts["CPU of (c) to that of (b)"] == "MISSED"
    assert verdicts["dead links that (b) told wrongly or missed"] == "met"
    assert not any("(d)" in what for what in verdicts), "a tool that did not run can't be judged"
    wrong = _result(site, wall=10, cpu=9, dead=(*site.dead[1:], site.pages[3]))
    assert measured["b"].falsely_dead(wrong) == {site.pages[3]}
    assert measured["b"].missed(wrong) == {site.dead[0]}
    measured["b"].runs = [wrong]
    assert goals(measured, Measured(site)).count("MISSED") == 2, "8 ms a page, and two links told wrongly"


def test_stacks_go_under_their_innermost_heading() -> None:
    stacks = read_stacks(
        "run (scrapy/cmdline.py);visit (/x/spiders/visits.py);decode (/x/govcrawl/pages/decoding.py) 7\n"
        "no count here\n"
        "run (scrapy/cmdline.py);<module> (/x/checks/ads.py);_find (<frozen importlib._bootstrap>) 2\n"
    )
    assert [stack.count for stack in stacks] == [7, 2]
    assert heading_of(stacks[0].frames) == "decode and parse"
    assert heading_of(stacks[1].frames) == "starting (imports)"
    assert heading_of(["a (/x/checks/ads.py)", "b (/x/sqlalchemy/engine.py)"]) == "store"
    assert heading_of(["main (/usr/bin/thing)"]) == "other"


@pytest.mark.parametrize(
    ("expected", "words", "exact", "mark"),
    [
        ("broken: http", "broken: http", True, "right"),
        ("broken: http", "broken: dns", True, "other"),
        ("broken: http", "dead", False, "right"),
        ("broken: http", "alive", False, "missed"),
        ("hijacked", "said nothing", False, "not asked"),
        ("ok", "dead", False, "false alarm"),
        ("suspect", "dead", False, "false alarm"),
        ("suspect", "alive", False, "right"),
        ("suspect", "ok", True, "other"),
        ("skipped", "said nothing", False, "right"),
    ],
)
def test_grades(expected: str, words: str, exact: bool, mark: str) -> None:
    dead = words.startswith(("dead", "broken"))
    said = Said(words, dead=dead, alive=words in {"alive", "ok"})
    assert grade(Case("x", expected, "/"), said, exact=exact) == mark


def test_there_are_at_least_sixty_planted_links_each_named_once() -> None:
    known = cases()
    assert len(known) >= 60
    assert len({case.name for case in known}) == len(known)


def test_reading_is_timed_stage_by_stage(tmp_path: Path) -> None:
    site = plan(400, DAY)
    write(site, tmp_path)
    path = site.columns[0].articles[0].path
    kind, times = measure(_file(tmp_path, path).read_bytes(), DAY, runs=1) or ("", {})
    assert kind == "article"
    assert {LXML, TOGETHER, ALL, SOURCE, *READERS[:2]} <= times.keys()
    assert LIST not in times
    assert times[ALL] > times[TOGETHER] > 0
    assert measure(b"%PDF-1.7", DAY, runs=1) is None
    assert "nothing measured" in report("small", [], runs=1)


def test_a_second_night_alone_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench(["--only", "c"])
    assert "ask for both" in capsys.readouterr().err
