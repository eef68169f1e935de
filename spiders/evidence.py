"""Evidence for what a unit may dispute, gathered when all is judged: the page as it was, and pictures."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govcrawl.model import Answer, Finding, FindingRecord, Severity, Status, fingerprint
from govcrawl.net.links import LinkChecker
from govcrawl.pages import Page, Scope
from govcrawl.store.archives import warc_of
from govcrawl.store.evidence_files import FOLDER, EvidenceFolder, FileState
from spiders.job import Job
from spiders.judging import Judge
from spiders.pictures import PictureRound, untried_first
from spiders.spool import Spool

if TYPE_CHECKING:
    from govcrawl.net.browser import Renderer

_log = logging.getLogger(__name__)
_MOST_PAGES = 300
"""Pages that one run archives."""
_MOST_FETCHED = 50
"""Pages that are fetched once more for it; the others get their turn in the next runs."""
_ESTABLISHED = frozenset({Status.CONFIRMED, Status.NOTIFIED, Status.REPLIED, Status.DISPUTED})
_SEVERITIES = list(Severity)


async def gather_evidence(
    job: Job,
    run: int,
    judge: Judge,
    *,
    spool: Spool,
    checker: LinkChecker,
    unchanged: set[str],
    scope: Scope,
    renderer: Renderer | None,
    records: Sequence[FindingRecord],
    now: Callable[[], datetime],
) -> None:
    """Archives and pictures for the findings of a run; nothing of it changes what was found.

    Args:
        job: the site, the profile, the office.
        run: its number.
        judge: has judged everything; its findings are given their evidence.
        spool: the pages that were read.
        checker: fetches what the spool does not hold.
        unchanged: final addresses of pages that have not changed since an earlier run.
        scope: pages that belong to the site: no other is photographed.
        renderer: the browser; None: there is none, or it is not to be used.
        records: the open findings of earlier runs.
        now: the time, UTC.
    """
    known = {record.fingerprint: record for record in records}
    folder = EvidenceFolder(job.config.data / FOLDER)
    archivist = Archivist(
        site=job.key,
        run=run,
        folder=folder,
        spool=spool,
        checker=checker,
        unchanged=unchanged,
        limit=job.config.crawl.max_page_bytes,
        records=known,
    )
    await archivist.archive(judge, disputable(judge.found(), known, job))
    pictures = PictureRound(
        job=job, run=run, folder=folder, renderer=renderer, scope=scope, records=known, now=now
    )
    await pictures.take(judge, disputable(judge.found(), known, job))


def disputable(findings: Iterable[Finding], records: Mapping[str, FindingRecord], job: Job) -> list[Finding]:
    """The findings that a unit may dispute by what a page shows, the worst first.

    What is only suspected accuses nobody yet; a veto that sums up others rests on theirs; a page that is
    itself away shows nothing. What a person confirmed counts as confirmed.
    """
    chosen = []
    for finding in findings:
        record = records.get(fingerprint(job.key, finding.rule, finding.subject))
        sure = finding.certain or (record is not None and record.status in _ESTABLISHED)
        shows = finding.evidence.snippet or finding.evidence.selector or finding.target or finding.column
        if sure and shows and "members" not in finding.detail and finding.page != finding.target:
            chosen.append(finding)
    rules = job.catalogue.rules

    def weight(finding: Finding) -> tuple[object, ...]:
        severity = finding.severity or rules[finding.rule].severity
        rank = _SEVERITIES.index(severity)
        return (rank, not finding.on_home, -finding.occurrences, finding.rule, finding.subject)

    return sorted(chosen, key=weight)


@dataclass(slots=True, kw_only=True)
class Archivist:
    """Keeps the pages on which findings rest as they were received, one file a page.

    A page that has not changed keeps the archive of the night when it was read.
    """

    site: str
    run: int
    folder: EvidenceFolder
    spool: Spool
    checker: LinkChecker
    unchanged: set[str]
    """Final addresses of pages that have not changed since an earlier run."""
    limit: int
    """Bytes of a page."""
    records: Mapping[str, FindingRecord]
    """Open findings by fingerprint."""
    _known: dict[str, dict[str, object]] = field(default_factory=dict)
    _fetched: int = 0

    async def archive(self, judge: Judge, findings: Sequence[Finding]) -> None:
        """Archive the page of each finding, and note path and hash in its detail."""
        for record in self.records.values():
            kept = record.detail.get("archive")
            if isinstance(kept, Mapping) and self._sound(kept):
                self._known[record.page] = dict(kept)
        noted: dict[str, dict[str, object]] = {}
        for finding in untried_first(findings, self.records, self.site, "archive"):
            page = finding.page
            if page not in noted:
                noted[page] = (
                    await self._archived(page)
                    if len(noted) < _MOST_PAGES
                    else {"reason": f"每次巡查最多存档{_MOST_PAGES}个页面"}
                )
            judge.prove(replace(finding, detail={**finding.detail, "archive": noted[page]}))

    async def _archived(self, page: str) -> dict[str, object]:
        """What is noted of one page: its file, or why there is none."""
        earlier = self._known.get(page)
        if earlier is not None and page in self.unchanged:
            return earlier
        answer = self.spool.get(page) or await self._fetch(page)
        if answer is None:
            return earlier or {"reason": "页面未能再次获取，本次未存档", "failed": True}
        content = hashlib.sha256(answer.body).hexdigest()
        if earlier is not None and earlier.get("content") == content:
            return earlier
        name = f"{hashlib.sha256(page.encode('utf-8', 'backslashreplace')).hexdigest()[:12]}.warc.gz"
        try:
            kept = self.folder.keep(self.site, self.run, name, warc_of(answer))
        except (OSError, ValueError) as error:
            _log.warning("the page %s could not be archived: %s", page, error)
            return earlier or {"reason": "存档文件未能写入"}
        return {
            "path": kept.path,
            "sha256": kept.sha256,
            "bytes": kept.bytes,
            "content": content,
            "at": answer.at.astimezone(UTC).isoformat(timespec="seconds"),
        }

    async def _fetch(self, page: str) -> Answer | None:
        if self._fetched >= _MOST_FETCHED:
            return None
        self._fetched += 1
        fetched = await self.checker.fetch(page, limit=self.limit)
        return fetched.answer if isinstance(fetched.page, Page) else None

    def _sound(self, kept: Mapping[str, object]) -> bool:
        path, sha256 = kept.get("path"), kept.get("sha256")
        if not isinstance(path, str) or not isinstance(sha256, str):
            return False
        return self.folder.state(path, sha256) is FileState.SOUND
