"""What `govcrawl findings show` tells of evidence: files with their state, and every try."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from govcrawl.model import FindingRecord
    from govcrawl.store.evidence_files import EvidenceFolder

_TRIES = 50


def file_rows(found: FindingRecord, folder: EvidenceFolder) -> list[tuple[str, str]]:
    """Picture and archive: where they lie, and whether they are still what they were; or why not there."""
    rows = []
    for label, path, noted in _named(found):
        if path:
            state = folder.state(path, str(noted.get("sha256") or ""))
            rows.append((label, f"{folder.place(path) or path}（{label}{state.zh}）"))
            rows.append((f"{label}哈希", f"SHA-256 {noted.get('sha256')}"))
            if note := noted.get("note"):
                rows.append((f"{label}说明", str(note)))
        elif reason := noted.get("reason"):
            rows.append((label, f"无（{reason}）"))
    return rows


def file_states(found: FindingRecord, folder: EvidenceFolder) -> dict[str, object]:
    """The same for programs: path on this machine, hash and state of each file."""
    kinds = {"截图": "screenshot", "存档": "archive"}
    states: dict[str, object] = {}
    for label, path, noted in _named(found):
        if path:
            sha256 = str(noted.get("sha256") or "")
            place = folder.place(path)
            states[kinds[label]] = {
                "path": None if place is None else str(place),
                "sha256": sha256,
                "state": str(folder.state(path, sha256)),
            }
    return states


def try_rows(found: FindingRecord, zone: ZoneInfo) -> list[list[str]]:
    """Every try that was made: time, how it was asked, what came, how long it took."""
    from reports.wording import CAUSES

    tries = found.detail.get("tries")
    rows = []
    for one in tries[:_TRIES] if isinstance(tries, list | tuple) else ():
        if not isinstance(one, Mapping):
            continue
        error, status = one.get("error"), one.get("status")
        answer = CAUSES.get(str(error), str(error)) if error else ""
        answer += f"{'，' if answer else ''}返回 {status}" if status else ""
        ms = one.get("ms")
        rows.append(
            [
                _moment(one.get("at"), zone),
                str(one.get("method") or ""),
                answer or "没有应答",
                f"{ms} 毫秒" if isinstance(ms, int | float) else "",
            ]
        )
    return rows


def folder_of(found: FindingRecord, folder: EvidenceFolder) -> Path | None:
    """The folder in which the finding's files lie; None where it has none."""
    for _, path, _ in _named(found):
        place = folder.place(path) if path else None
        try:
            if place is not None and place.parent.is_dir():
                return place.parent
        except OSError:  # a name that no disk holds, or a folder that may not be looked into
            continue
    return None


def open_folder(folder: Path) -> bool:
    """Show a folder in the desktop's file manager; False where there is no desktop."""
    opener = {"darwin": "open", "win32": "explorer"}.get(sys.platform, "xdg-open")
    program = shutil.which(opener)
    if program is None or (opener == "xdg-open" and not _has_desktop()):
        return False
    try:
        subprocess.Popen(  # noqa: S603 - the desktop's own opener, with a path of ours
            [program, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return True


def _has_desktop() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _named(found: FindingRecord) -> list[tuple[str, str, Mapping[str, object]]]:
    """Label, path ("": none) and what is noted of each kind of file."""
    picture, archive = found.detail.get("picture"), found.detail.get("archive")
    picture = picture if isinstance(picture, Mapping) else {}
    archive = archive if isinstance(archive, Mapping) else {}
    return [
        ("截图", found.evidence.screenshot or "", picture),
        ("存档", str(archive.get("path") or ""), archive),
    ]


def _moment(text: object, zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return ""
    return "" if moment.tzinfo is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
