"""Files that prove findings: pictures and pages as they were, in `var/evidence/SITE/RUN/`.

A finding names its files by their path below the folder of evidence, and by the SHA-256 that each
had when it was written: whoever holds the paper can tell whether a file was changed since.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from govcrawl.files import write_atomically

FOLDER = "evidence"
"""Of the office's data folder (`var/evidence`)."""
MOST_BYTES = 8 * 2**20
"""Of one file; a picture or a page that is larger is not kept."""
_BLOCK = 2**20
_NAME = re.compile(r"[^\w.-]")


class FileState(StrEnum):
    """What became of a file since it was written."""

    SOUND = "sound"
    CHANGED = "changed"
    GONE = "gone"
    UNKNOWN = "unknown"
    """It is there and can't be read."""

    @property
    def zh(self) -> str:
        """The words in papers."""
        return {"sound": "完好", "changed": "已被改动", "gone": "文件不存在", "unknown": "无法读取"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was written."""

    path: str
    """Below the folder of evidence, with `/`."""
    sha256: str
    bytes: int


class EvidenceFolder:
    """The files of evidence of an office.

    Args:
        root: `var/evidence`; made when the first file is written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, site: str, run: int, name: str, content: bytes) -> Kept:
        """Write a file whole, or not at all; one that is there already is replaced.

        Only the office's own user and group may read it, for pages and pictures hold personal data.

        Raises:
            OSError: it can't be written.
            ValueError: it is larger than `MOST_BYTES`.
        """
        if len(content) > MOST_BYTES:
            raise ValueError(f"{name} has {len(content)} bytes, more than {MOST_BYTES}")
        path = f"{_part(site)}/{run}/{_part(name)}"
        write_atomically(self.root / path, content, mode=0o640)
        return Kept(path, hashlib.sha256(content).hexdigest(), len(content))

    def place(self, path: str) -> Path | None:
        """Where a file of evidence lies; None for a path that leads out of the folder."""
        parts = PurePosixPath(path).parts
        if not parts or PurePosixPath(path).is_absolute() or ".." in parts or "\0" in path:
            return None
        return self.root.joinpath(*parts)

    def read(self, path: str, most: int = MOST_BYTES) -> bytes | None:
        """The content of a file; None where it is not there, too large, or can't be read."""
        place = self.place(path)
        try:
            if place is None or not place.is_file() or place.stat().st_size > most:
                return None
            return place.read_bytes()
        except OSError:
            return None

    def state(self, path: str, sha256: str) -> FileState:
        """Is a file still what it was when the finding was kept."""
        place = self.place(path)
        return FileState.GONE if place is None else state_of(place, sha256)

    def files(self) -> list[str]:
        """All paths below the folder, sorted; half-written ones left out."""
        found = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        return sorted(
            path.relative_to(self.root).as_posix() for path in found if not path.name.startswith(".")
        )


def state_of(place: Path, sha256: str) -> FileState:
    """Is a file still what it was when its SHA-256 was noted."""
    digest = hashlib.sha256()
    try:
        if not place.is_file():
            return FileState.GONE
        with place.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return FileState.UNKNOWN
    return FileState.SOUND if digest.hexdigest() == sha256.lower() else FileState.CHANGED


def paths_of(detail: Mapping[str, object], evidence: Mapping[str, object]) -> set[str]:
    """The files that a finding (or one sighting of it) names."""
    archive = detail.get("archive")
    named = {str(evidence["screenshot"])} if evidence.get("screenshot") else set()
    named |= {small_of(path) for path in named}
    if isinstance(archive, Mapping) and archive.get("path"):
        named.add(str(archive["path"]))
    return named


def small_of(picture: str) -> str:
    """The path of the small picture beside a full one: papers show it."""
    stem = picture.rpartition(".")[0] or picture
    return f"{stem}.small.jpg"


def expendable(files: Iterable[str], *, named: Collection[str], finished: Collection[int]) -> list[str]:
    """The files that may go: no finding whose correction is open names them any more.

    Pure; `prune` removes what this names.

    Args:
        files: paths as `EvidenceFolder.files` gives them.
        named: paths that findings name which are open (all their sightings: an older notice rests on an
            older file), or were closed so lately that a unit may still dispute them.
        finished: numbers of the runs that have ended: files of a run that goes on are named only at its
            end. Files that lie elsewhere than `SITE/RUN/` are left alone.
    """
    may_go = []
    for path in files:
        parts = path.split("/")
        ended = len(parts) == 3 and parts[1].isdecimal() and int(parts[1]) in finished
        if ended and path not in named:
            may_go.append(path)
    return may_go


def _part(text: str) -> str:
    """A host, an id or a name as one part of a path (which holds 255 bytes at most)."""
    return _NAME.sub("_", text)[:80].strip(".") or "site"
