"""Small pictures of evidence, as papers for the unit concerned embed them. Papers for the public get none."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from govcrawl.model import FindingRecord
from govcrawl.store.evidence_files import EvidenceFolder, FileState, small_of
from reports.wording import cut, full_width

MOST_BYTES = 2 * 2**20
"""Of all pictures that one paper embeds: it must still go by mail. The others are named."""
_SMALL_BYTES = 60_000
_JPEG = b"\xff\xd8\xff"
_TEXT_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a finding."""

    data: str
    """`data:` address of the small one; empty where the paper only names the full one."""
    name: str
    """Path of the full one below the folder of evidence."""
    state: str = ""
    """已被改动, 文件不存在 …: what is wrong with the full one; empty: nothing."""


def small_pictures(
    records: Iterable[FindingRecord], folder: Path, *, most: int = MOST_BYTES
) -> dict[str, Picture]:
    """The pictures of findings, by fingerprint; what is not there any more is left out.

    A picture of which either file was changed since it was taken is named with that, and never shown.

    Args:
        records: in the order in which they get a picture while there is room.
        folder: of evidence (`var/evidence`).
        most: bytes of all pictures together.
    """
    files = EvidenceFolder(folder)
    found: dict[str, Picture] = {}
    room = most
    for record in records:
        name = record.evidence.screenshot
        if not name:
            continue
        noted = record.detail.get("picture")
        noted = noted if isinstance(noted, Mapping) else {}
        state = files.state(name, str(noted.get("sha256") or ""))
        content = files.read(small_of(name), _SMALL_BYTES) or b""
        data = ""
        if state is not FileState.CHANGED and _is_the_small_one(content, noted) and len(content) <= room:
            room -= len(content)
            data = f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
        if data or state is not FileState.GONE:
            wrong = "" if state is FileState.SOUND else state.zh
            found[record.fingerprint] = Picture(data, cut(name, _TEXT_LIMIT), wrong)
    return found


def _is_the_small_one(content: bytes, noted: Mapping[str, object]) -> bool:
    """Is it a JPEG, and the one that was written (where its hash was noted)."""
    sha256 = noted.get("small_sha256")
    same = sha256 is None or hashlib.sha256(content).hexdigest() == sha256
    return same and content.startswith(_JPEG)


def picture_note(record: FindingRecord) -> str:
    """What the picture shows, as its caption says it; nothing where that was not noted."""
    noted = record.detail.get("picture")
    note = noted.get("note") if isinstance(noted, Mapping) else None
    return full_width(cut(str(note), _TEXT_LIMIT)) if note else ""


def without_pictures(records: Iterable[FindingRecord]) -> tuple[str, ...]:
    """Why findings have no picture, each reason once with its number, the most frequent first."""
    reasons: Counter[str] = Counter()
    for record in records:
        noted = record.detail.get("picture")
        if not record.evidence.screenshot and isinstance(noted, Mapping) and noted.get("reason"):
            reasons[full_width(cut(str(noted["reason"]), _TEXT_LIMIT)).rstrip("。")] += 1
    return tuple(f"{count}项没有截图：{reason}。" for reason, count in reasons.most_common())
