"""`findings show`: where the files that prove a finding lie, and whether they are what they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govcrawl.commands import evidence as command
from govcrawl.commands.main import run
from govcrawl.model import Evidence, Finding, Origin, Rule, Severity
from govcrawl.store import FindingReported, Store
from govcrawl.store.evidence_files import EvidenceFolder

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
RULE = Rule(code="link-broken", title="链接错误", severity=Severity.PROBLEM, basis="依据", fix="更正")
TRIES = [
    {"at": "2026-11-22T14:04:11+00:00", "method": "HEAD", "status": 404, "error": None, "ms": 31},
    {"at": "2026-11-22T14:06:13+00:00", "method": "GET", "status": None, "error": "timeout", "ms": 20000},
]


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office without a desktop."""
    monkeypatch.chdir(tmp_path)
    for name in ("GOVCRAWL_CONFIG", "GOVCRAWL_DATABASE_URL", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "600")
    (tmp_path / "govcrawl.toml").write_text('[office]\nname = "示例市政府办"\n', encoding="utf-8")
    return tmp_path


def _kept(detail: dict[str, object], screenshot: str | None = None) -> str:
    """The fingerprint of a finding that the office has."""
    finding = Finding(
        rule="link-broken",
        subject="x",
        page=HOME,
        title="链接错误",
        certain=True,
        evidence=Evidence(screenshot=screenshot),
        detail=detail,
    )
    told = FindingReported(
        site="portal", finding=finding, check="dead_links", rule=RULE, origin=Origin.PERSON
    )
    with Store.open(f"sqlite:///{Path.cwd()}/var/govcrawl.db", now=NOW) as store:
        return store.report(told, who="张某", now=NOW).fingerprint


def _proved() -> tuple[str, Path, Path]:
    """A finding with a picture and an archive, and where both lie."""
    files = EvidenceFolder(Path.cwd() / "var" / "evidence")
    picture, archive = (
        files.keep("portal", 5, "a.png", b"picture"),
        files.keep("portal", 5, "b.warc.gz", b"b"),
    )
    detail: dict[str, object] = {
        "picture": {"sha256": picture.sha256, "note": "红框内为问题所在"},
        "archive": {"path": archive.path, "sha256": archive.sha256, "at": "2026-11-22T14:04:11+00:00"},
        "tries": TRIES,
    }
    return _kept(detail, picture.path), files.root / picture.path, files.root / archive.path


def _shown(capsys: pytest.CaptureFixture[str], fingerprint: str, *options: str) -> str:
    with pytest.raises(SystemExit) as ended:
        run(["findings", "show", fingerprint, *options])
    printed = capsys.readouterr()
    assert ended.value.code in {0, None}, printed
    return printed.out


def test_sound_changed_and_gone_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint, picture, archive = _proved()
    text = _shown(capsys, fingerprint)
    assert f"{picture}（截图完好）" in text
    assert f"{archive}（存档完好）" in text
    archive.write_bytes(b"another")
    text = _shown(capsys, fingerprint)
    assert f"{archive}（存档已被改动）" in text
    assert "截图完好" in text, "the picture is still what it was"
    archive.unlink()
    text = _shown(capsys, fingerprint)
    assert f"{archive}（存档文件不存在）" in text
    assert "存档完好" not in text


def test_hashes_notes_and_every_try_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint, _, _ = _proved()
    text = _shown(capsys, fingerprint)
    told = json.loads(_shown(capsys, fingerprint, "--json"))
    for kind in ("screenshot", "archive"):
        assert f"SHA-256 {told['files'][kind]['sha256']}" in text
    assert "红框内为问题所在" in text
    assert "2026-11-22 22:04:11" in text
    assert "返回 404" in text
    assert "连接超时" in text
    assert "20000 毫秒" in text


def test_json_has_path_hash_and_state(capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint, picture, archive = _proved()
    picture.unlink()
    archive.write_bytes(b"another")
    files = json.loads(_shown(capsys, fingerprint, "--json"))["files"]
    assert (files["screenshot"]["path"], files["screenshot"]["state"]) == (str(picture), "gone")
    assert (files["archive"]["path"], files["archive"]["state"]) == (str(archive), "changed")
    assert len(files["archive"]["sha256"]) == 64, "the hash is the one noted, not that of the changed file"


def test_why_there_is_no_file_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    detail: dict[str, object] = {
        "picture": {"reason": "本机没有浏览器"},
        "archive": {"reason": "页面未能再次获取"},
    }
    fingerprint = _kept(detail)
    text = _shown(capsys, fingerprint)
    assert "无（本机没有浏览器）" in text
    assert "无（页面未能再次获取）" in text
    assert json.loads(_shown(capsys, fingerprint, "--json"))["files"] == {}


def test_a_path_that_leads_out_is_no_file_of_evidence(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (office / "var").mkdir()
    (office / "var" / "outside.png").write_bytes(b"picture")
    fingerprint = _kept({"archive": {"path": "../../etc/passwd", "sha256": ""}}, "../outside.png")
    text = _shown(capsys, fingerprint, "--open")
    assert "截图文件不存在" in text
    assert "存档文件不存在" in text
    assert "该问题没有佐证文件" in text
    files = json.loads(_shown(capsys, fingerprint, "--json"))["files"]
    assert {kind: told["path"] for kind, told in files.items()} == {"screenshot": None, "archive": None}


def test_a_name_that_no_disk_holds_ends_no_command(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (office / "var" / "evidence").mkdir(parents=True)
    fingerprint = _kept({"picture": {"sha256": "0" * 64}}, f"{'长' * 300}/5/a.png")
    text = _shown(capsys, fingerprint, "--open")
    assert "截图无法读取" in text
    assert "该问题没有佐证文件" in text


def test_open_without_a_desktop_prints_the_folder(capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint, picture, _ = _proved()
    assert f"本机没有桌面，佐证材料在 {picture.parent}" in _shown(capsys, fingerprint, "--open")
    assert "没有桌面" not in _shown(capsys, fingerprint), "without --open nothing is to be opened"


def test_open_with_a_desktop_gives_the_folder_to_its_opener(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint, picture, _ = _proved()
    given: list[list[str]] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(command.sys, "platform", "linux")
    monkeypatch.setattr(command.shutil, "which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(command.subprocess, "Popen", lambda words, **_: given.append(words))
    assert f"已打开 {picture.parent}" in _shown(capsys, fingerprint, "--open")
    assert given == [["/usr/bin/xdg-open", str(picture.parent)]]


@pytest.mark.parametrize("odd", ["x", 7, [], [None, 3, {"at": 1}], {"path": 5}, {"reason": 3}])
def test_odd_notes_end_no_command(odd: object, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint = _kept({"picture": odd, "archive": odd, "tries": odd})
    assert fingerprint in _shown(capsys, fingerprint, "--open")
    assert fingerprint in _shown(capsys, fingerprint, "--json")
