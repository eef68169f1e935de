"""Every kind of paper of an office, made of any findings and written in all its formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from samples import NOW, OFFICE, PROFILE, REGISTRY, RULES, Sample, SampleOffice, link, runs

from govcrawl.model import FindingRecord, Notice, NoticeItem, Registry, RunRecord, Status
from govcrawl.store import Event, Transition
from reports.documents import write_monthly, write_quarterly, write_weekly
from reports.monthly import Numbers, correct_month
from reports.notice_documents import write_notice
from reports.notices import paper_of
from reports.periods import Month, Quarter
from reports.quarterly import notice_of_quarter


def _numbers(records: list[FindingRecord], period: Month | Quarter) -> Numbers:
    """A period in which every second finding was mended, a day after it was found."""
    first, end = period.instants(OFFICE.timezone)
    after, trails = [], {}
    for place, record in enumerate(records):
        steps = [_step(record.first_seen, Event.SEEN_CERTAIN, None, Status.CONFIRMED)]
        if place % 2:
            at = record.first_seen + timedelta(days=1)
            steps.append(_step(at, Event.SEEN_RIGHT, Status.CONFIRMED, Status.CORRECTED))
            record = replace(record, status=Status.CORRECTED, status_since=at, was_confirmed=True)
        after.append(record)
        trails[record.fingerprint] = steps
    return Numbers(before=[], after=after, trails=trails, first=first, end=end)


def _step(at: datetime, event: Event, before: Status | None, after: Status) -> Transition:
    return Transition(
        at=at,
        event=event,
        before=before,
        after=after,
        who="",
        reason=None,
        run=1,
        was_confirmed=True,
        recurred=False,
        overdue=False,
        deadline=None,
        exempt_until=None,
        notice=None,
    )


def weekly(records: list[FindingRecord], city: Registry, office: SampleOffice, folder: Path) -> list[Path]:
    return write_weekly(
        Sample(registry=city, findings=records, before=records[::3], office=office, runs=_runs()).inspect(),
        folder,
    )


def monthly(records: list[FindingRecord], city: Registry, office: SampleOffice, folder: Path) -> list[Path]:
    month = Month(2026, 11)
    numbers = _numbers(records, month)
    paper = correct_month(
        month=month,
        office=office,
        registry=city,
        numbers=numbers,
        last=numbers,
        profile=PROFILE,
        rules=RULES,
        now=numbers.end,
    )
    return write_monthly(paper, folder)


def quarterly(records: list[FindingRecord], city: Registry, office: SampleOffice, folder: Path) -> list[Path]:
    quarter = Quarter(2026, 4)
    numbers = _numbers(records, quarter)
    paper = notice_of_quarter(
        quarter=quarter,
        office=office,
        registry=city,
        runs=_runs(),
        numbers=numbers,
        last=None,
        profile=PROFILE,
        rules=RULES,
        now=numbers.end,
    )
    return write_quarterly(paper, folder)


def notice(records: list[FindingRecord], city: Registry, office: SampleOffice, folder: Path) -> list[Path]:
    due = datetime(2026, 12, 1, 16, tzinfo=UTC)
    told = Notice(
        number="2026-012",
        unit="zfb",
        issued=NOW,
        items=tuple(NoticeItem(fingerprint=key, deadline=due) for key in {r.fingerprint for r in records}),
    )
    paper = paper_of(told, records, registry=city, rules=RULES, office=office, basis=PROFILE.basis)
    return write_notice(paper, folder)


KINDS: Mapping[str, Callable[[list[FindingRecord], Registry, SampleOffice, Path], list[Path]]] = {
    "weekly": weekly,
    "monthly": monthly,
    "quarterly": quarterly,
    "notice": notice,
}


def write(
    kind: str,
    records: list[FindingRecord],
    folder: Path,
    city: Registry = REGISTRY,
    office: SampleOffice = OFFICE,
) -> dict[str, Path]:
    """The files of a paper, by their endings (of a notice: docx, xlsx, and the reply sheet as reply.xlsx)."""
    paths = KINDS[kind](records, city, office, folder)
    return {("reply" if "反馈" in path.name else "") + path.suffix: path for path in paths}


def many(count: int) -> list[FindingRecord]:
    """Dead links of the sample's sites."""
    sites = [site.id for site in REGISTRY.sites[:4]]
    return [
        link(n, "http", 404, site=sites[n % 4], target=f"http://gone.example.org/{n}") for n in range(count)
    ]


def _runs() -> list[RunRecord]:
    return runs()
