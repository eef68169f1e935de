"""`govcrawl prune`: old pages, runs and evidence go; findings and what open ones rest on stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from govcrawl.config import Config
from govcrawl.office.deadlines import profile_of
from govcrawl.rules.profile import require
from govcrawl.store import Keeping, Store
from govcrawl.store.evidence_files import FOLDER, EvidenceFolder, expendable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What went, or would go."""

    rows: dict[str, int]
    files: int
    bytes: int
    failed: int
    """Files that could not be taken out."""

    def to_json(self) -> dict[str, object]:
        """For `prune --json`."""
        return {"rows": self.rows, "files": self.files, "bytes": self.bytes, "failed": self.failed}


def prune(config: Config, store: Store, now: datetime, *, dry: bool) -> Pruned:
    """Thin out by the profile's days (`keep.…`).

    A file that no finding names any more goes first from the folder, then from memory: killed in between, the
    next call goes on. Runs that go on are left alone.
    """
    profile = profile_of(config)
    require(profile, *(f"keep.{name}" for name in ("pages", "runs", "trials", "nights", "disputes")))
    keeping = Keeping(
        pages=profile.count("keep.pages"),
        runs=profile.count("keep.runs"),
        trials=profile.count("keep.trials"),
        nights=profile.count("keep.nights"),
        disputes=profile.count("keep.disputes"),
    )
    folder = EvidenceFolder(config.data / FOLDER)
    # The files are listed before the findings are asked: what a run writes meanwhile is not among them.
    files = folder.files()
    named, finished = store.named_evidence(keeping, now)
    count = size = failed = 0
    for path in expendable(files, named=named, finished=finished):
        place = folder.place(path)
        try:
            assert place is not None
            length = place.stat().st_size
            if not dry:
                place.unlink()
        except OSError:
            failed += 1
            continue
        count, size = count + 1, size + length
    if not dry:
        _empty(folder.root)
    return Pruned(rows=dict(store.prune(keeping, now, dry=dry)), files=count, bytes=size, failed=failed)


def _empty(root: Path) -> None:
    """Folders of runs that hold nothing any more."""
    for folder in sorted(root.glob("*/*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
