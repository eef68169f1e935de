"""Pictures that go with a correction notice: copied out of the evidence, and only while they are sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from govcrawl.files import write_atomically
from govcrawl.model import FindingRecord
from govcrawl.store.evidence_files import EvidenceFolder, FileState

FOLDER = "截图"
MOST_BYTES = 40 * 2**20
"""Of all pictures of one notice: it must still go through an office's own channels."""
_KINDS = {".png": ".png", ".jpg": ".jpg", ".jpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class Shot:
    """The picture of one finding of a notice."""

    told: str
    """What the list says: the file's name, or why there is none."""
    name: str = ""
    """Of the file below `截图`; empty: none is copied."""
    content: bytes = b""


def shots_of(records: Iterable[FindingRecord], evidence: Path, *, most: int = MOST_BYTES) -> dict[str, Shot]:
    """The pictures of findings, by fingerprint, named by the findings' places in the notice.

    One that was changed since it was taken proves nothing and is not copied; one of which nobody noted what
    it was (no hash) neither. Findings that never had a picture are left out.

    Args:
        records: in the order of the notice.
        evidence: folder of evidence (`var/evidence`).
        most: bytes of all pictures together.
    """
    files = EvidenceFolder(evidence)
    found: dict[str, Shot] = {}
    room = most
    for serial, record in enumerate(records, 1):
        path = record.evidence.screenshot
        if not path:
            continue
        noted = record.detail.get("picture")
        sha256 = str(noted.get("sha256") or "") if isinstance(noted, Mapping) else ""
        state = files.state(path, sha256)
        content = files.read(path) if state is FileState.SOUND else None
        if content is None:
            found[record.fingerprint] = Shot(f"未附：截图{state.zh}")
        elif len(content) > room:
            found[record.fingerprint] = Shot("未附：截图合计过大，请向检查单位索取")
        else:
            room -= len(content)
            name = f"{serial:03}{_KINDS.get(Path(path).suffix.lower(), '.png')}"
            found[record.fingerprint] = Shot(f"{FOLDER}/{name}", name, content)
    return found


def write_shots(shots: Mapping[str, Shot], folder: Path) -> list[Path]:
    """Write the pictures below a notice's folder; those of an earlier export go.

    Raises:
        OSError: a file can't be written.
    """
    place = folder / FOLDER
    wanted = {shot.name for shot in shots.values() if shot.name}
    if place.is_dir():
        for old in place.iterdir():
            if old.is_file() and old.name not in wanted and old.suffix in _KINDS:
                old.unlink()
    paths = []
    for shot in shots.values():
        if shot.name:
            write_atomically(place / shot.name, shot.content, mode=0o640)
            paths.append(place / shot.name)
    return paths
