"""How the office's inspection stands: last night, what waits for people, mail, and room on the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from govcrawl.config import Config
from govcrawl.model import MailState, Status
from govcrawl.rules.deadlines import URGENT
from govcrawl.store import Store
from govcrawl.store.engine import parse_url, sqlite_path
from govcrawl.store.evidence_files import FOLDER

_SLOWEST = 5
_WALKED = 200_000
"""Files whose sizes are added up at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastNight:
    """The last `nightly`."""

    started: datetime
    ended: datetime | None
    """None: it goes on, or was killed."""
    sites: int
    inspected: int
    failed: tuple[tuple[str, str], ...]
    """Sites that could not be judged, each with the reason (Chinese)."""
    waiting: int
    """Sites whose turn has not come."""
    slowest: tuple[tuple[str, float], ...]
    """Sites with the seconds that they took, the slowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeStatus:
    """Everything that `govcrawl status` shows."""

    night: LastNight | None
    probed: datetime | None
    """When home pages were last visited."""
    suspected: int
    """Findings that wait for a person."""
    disputed: int
    urgent: int
    """Confirmed urgent findings (`rules.deadlines.URGENT`) that are in no notice yet."""
    overdue: int
    queued: int
    """Mails that wait."""
    unsure: int
    """Mails of which nobody knows whether they went out."""
    refused: int
    database: int | None
    """Bytes; None: not a file here."""
    evidence: int
    """Bytes."""
    free: int
    """Bytes free where the office's data lie."""

    def to_json(self) -> dict[str, object]:
        """For `status --json`."""
        night = self.night
        return {
            "night": None
            if night is None
            else {
                "started": night.started.isoformat(timespec="seconds"),
                "ended": None if night.ended is None else night.ended.isoformat(timespec="seconds"),
                "sites": night.sites,
                "inspected": night.inspected,
                "failed": [{"site": site, "reason": reason} for site, reason in night.failed],
                "waiting": night.waiting,
                "slowest": [{"site": site, "seconds": round(seconds, 1)} for site, seconds in night.slowest],
            },
            "probed": None if self.probed is None else self.probed.isoformat(timespec="seconds"),
            "findings": {
                "suspected": self.suspected,
                "disputed": self.disputed,
                "urgent": self.urgent,
                "overdue": self.overdue,
            },
            "mail": {"queued": self.queued, "unsure": self.unsure, "refused": self.refused},
            "bytes": {"database": self.database, "evidence": self.evidence, "free": self.free},
        }


def status_of(config: Config, store: Store) -> OfficeStatus:
    """How things stand; deadlines are passed by then (`Store.pass_time`)."""
    open_findings = [record for record in store.findings() if record.open]
    mails = [mail.state for mail in store.mails()]
    path = sqlite_path(parse_url(config.database_url))
    data = config.data if config.data.is_dir() else config.folder
    return OfficeStatus(
        night=_night(store),
        probed=store.last_probes(),
        suspected=sum(record.status is Status.SUSPECTED for record in open_findings),
        disputed=sum(record.status is Status.DISPUTED for record in open_findings),
        urgent=sum(record.status is Status.CONFIRMED and record.rule in URGENT for record in open_findings),
        overdue=sum(record.overdue for record in open_findings),
        queued=mails.count(MailState.QUEUED),
        unsure=mails.count(MailState.SENDING),
        refused=mails.count(MailState.REFUSED),
        database=None if path is None or not path.exists() else path.stat().st_size,
        evidence=sum(_sizes(config.data / FOLDER)),
        free=shutil.disk_usage(data).free,
    )


def _night(store: Store) -> LastNight | None:
    last = store.nights.last()
    if last is None:
        return None
    number, started, ended = last
    rows = store.nights.sites(number)
    seen, failed, slowest = 0, [], []
    for row in rows:
        run = None if row.run is None else store.run(row.run)
        if row.taken_at is not None and row.ended_at is not None:
            slowest.append((row.site, (row.ended_at - row.taken_at).total_seconds()))
        if run is not None and run.result is not None and run.result.inspected:
            seen += 1
        elif row.ended_at is not None:
            reason = row.reason or (run.not_tested[0].reason if run and run.not_tested else "")
            failed.append((row.site, reason))
    return LastNight(
        started=started,
        ended=ended,
        sites=len(rows),
        inspected=seen,
        failed=tuple(failed),
        waiting=sum(row.ended_at is None for row in rows),
        slowest=tuple(sorted(slowest, key=lambda one: -one[1])[:_SLOWEST]),
    )


def _sizes(folder: Path) -> Iterator[int]:
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            count += 1
            if count > _WALKED:
                return
            try:
                yield (Path(place) / name).stat().st_size
            except OSError:  # it has just gone
                continue
