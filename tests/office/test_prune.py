"""What is old goes; findings, and what open ones rest on, never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govcrawl.config import Config
from govcrawl.model import Evidence, Finding, Rule, RunResult, Severity
from govcrawl.office.prune import prune
from govcrawl.store import Event, FindingSeen, PageSeen, RunOutcome, RunScope, Store
from govcrawl.store.evidence_files import EvidenceFolder

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
RULE = Rule(
    code="link-broken",
    title="链接错误",
    severity=Severity.PROBLEM,
    basis="依据",
    fix="更正",
    check="dead_links",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/var/govcrawl.db", now=NOW) as made:
        yield made


def _run(store: Store, at: datetime, *pictures: str, trial: bool = False, site: str = "portal") -> int:
    """A run that saw a finding for each picture, and one page."""
    number = store.begin_run(
        site, trial=trial, as_of=None, profile="", checks=["dead_links"], now=at, owner="here"
    )
    store.record_pages(number, [PageSeen(url=f"{HOME}{number}", status=200, fetched_at=at)], at)
    findings = [
        FindingSeen(
            finding=Finding(
                rule="link-broken",
                subject=f"http://gone.example.net/{subject}",
                page=HOME,
                title="链接错误",
                certain=True,
                evidence=Evidence(screenshot=picture),
            ),
            check="dead_links",
            rule=RULE,
            unit="zfb",
        )
        for picture in pictures
        for subject in [picture.rsplit("/", 1)[1]]
    ]
    scope = RunScope(rules=frozenset({"link-broken"}), pages=frozenset({HOME}), complete=False)
    outcome = RunOutcome(result=RunResult.COMPLETE, pages=1, findings=findings, scope=scope)
    store.finish_run(number, outcome, now=at + timedelta(minutes=5))
    return number


def _picture(folder: Path, run: int, name: str) -> str:
    return EvidenceFolder(folder / "var" / "evidence").keep("portal", run, name, b"picture").path


def _prune(folder: Path, store: Store, now: datetime = NOW, *, dry: bool = False) -> dict[str, Any]:
    return prune(Config(folder=folder), store, now, dry=dry).to_json()


def _files(folder: Path) -> list[str]:
    return EvidenceFolder(folder / "var" / "evidence").files()


def test_young_things_stay(tmp_path: Path, store: Store) -> None:
    _run(store, NOW - timedelta(days=5), _picture(tmp_path, 1, "a.png"))
    done = _prune(tmp_path, store)
    assert not any(dict(done["rows"]).values()), done
    assert _files(tmp_path) == ["portal/1/a.png"]


def test_old_pages_and_runs_go_and_findings_stay_with_their_trail(tmp_path: Path, store: Store) -> None:
    old, late = NOW - timedelta(days=900), NOW - timedelta(days=5)
    picture = _picture(tmp_path, 1, "a.png")
    _run(store, old, picture)
    _run(store, late, picture)
    found = store.findings()
    history = store.history(found[0].fingerprint)
    rows = dict(_prune(tmp_path, store)["rows"])
    assert (rows["runs"], rows["pages"], rows["sightings"]) == (1, 1, 1)
    assert [run.run for run in store.runs()] == [2]
    assert [(one.fingerprint, one.status) for one in store.findings()] == [
        (one.fingerprint, one.status) for one in found
    ]
    assert [(step.event, step.at) for step in store.history(found[0].fingerprint)] == [
        (step.event, step.at) for step in history
    ]


def test_a_run_by_which_a_finding_stands_stays_however_old(tmp_path: Path, store: Store) -> None:
    _run(store, NOW - timedelta(days=900), _picture(tmp_path, 1, "a.png"))
    rows = dict(_prune(tmp_path, store)["rows"])
    assert (rows["runs"], rows["sightings"]) == (0, 0)


def test_evidence_of_open_findings_stays_and_that_of_closed_ones_for_their_time(
    tmp_path: Path, store: Store
) -> None:
    _run(
        store, NOW - timedelta(days=300), _picture(tmp_path, 1, "open.png"), _picture(tmp_path, 1, "shut.png")
    )
    _picture(tmp_path, 1, "nobody.png")
    shut = next(one for one in store.findings() if "shut" in str(one.evidence.screenshot))
    store.act(shut.fingerprint, Event.CLOSE, who="张某", reason="已改", now=NOW - timedelta(days=100))
    done = _prune(tmp_path, store, dry=True)
    assert (done["files"], len(_files(tmp_path))) == (1, 3), "a dry run takes nothing"
    assert _prune(tmp_path, store)["files"] == 1
    assert _files(tmp_path) == ["portal/1/open.png", "portal/1/shut.png"]
    _prune(tmp_path, store, NOW + timedelta(days=120))
    assert _files(tmp_path) == ["portal/1/open.png"], "nobody disputes it any more"


def test_files_of_a_run_that_goes_on_are_left_alone(tmp_path: Path, store: Store) -> None:
    number = store.begin_run("portal", trial=False, as_of=None, profile="", checks=[], now=NOW, owner="here")
    _picture(tmp_path, number, "a.png")
    assert _prune(tmp_path, store)["files"] == 0


def test_trials_go_with_their_findings_and_registered_ones_stay(tmp_path: Path, store: Store) -> None:
    old = NOW - timedelta(days=40)
    _run(store, old, "portal/1/a.png")
    _run(store, old, "portal/2/b.png", trial=True, site="www.example.com")
    rows = dict(_prune(tmp_path, store)["rows"])
    assert (rows["runs"], rows["trial_findings"]) == (1, 1)
    assert [run.site for run in store.runs()] == ["portal"]
    assert len(store.findings(include_trials=True)) == 1
