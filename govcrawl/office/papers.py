"""The papers of an office by kind and period, made from the store as of a moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from govcrawl.config import Config
from govcrawl.files import write_atomically
from govcrawl.model import ReportKind, ReportRecord, RunRecord
from govcrawl.net.installed import find_browser
from govcrawl.office.deadlines import profile_of
from govcrawl.rules import known_rules
from govcrawl.rules.deadlines import end_of
from govcrawl.store import Store
from govcrawl.store.evidence_files import FOLDER
from reports.adoption import adoption_of
from reports.documents import write_adoption, write_monthly, write_quarterly, write_weekly
from reports.entries import order
from reports.monthly import Numbers, correct_month
from reports.official import Imprint
from reports.periods import Month, Quarter, Week, day_zh
from reports.pictures import small_pictures
from reports.quarterly import notice_of_quarter
from reports.results import runs_within
from reports.weekly import inspect_week

Period = Week | Month | Quarter
_LAST = timedelta(microseconds=1)
"""From the end of a period back to its last moment: an exemption or a deadline that runs to the end of the
last day is over with the next one."""
PERIODS: Mapping[ReportKind, type[Week] | type[Month] | type[Quarter]] = {
    ReportKind.WEEKLY: Week,
    ReportKind.MONTHLY: Month,
    ReportKind.QUARTERLY: Quarter,
    ReportKind.ADOPTION: Month,
}
"""What each kind is a report of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A paper whose numbers are settled; `write` puts it into a folder."""

    period: Period
    numbers: Mapping[str, object]
    write: Callable[[Path, Imprint], list[Path]]
    hint: str = ""
    """Chinese: what whoever made it should know."""


def make(report: ReportRecord, settings: Config, store: Store) -> Made:
    """The paper that a record names, as of the moment at which the record was made.

    Args:
        report: kind, period, moment, and for the quarterly notice the last day and for whom.
        settings: the office.
        store: what is known; deadlines are passed by then (`Store.pass_time`).

    Raises:
        PeriodError: its period is none.
    """
    period = PERIODS[report.kind].parse(report.period)
    if isinstance(period, Week):
        return _weekly(period, report, settings, store)
    if isinstance(period, Quarter):
        return _quarterly(period, report, settings, store)
    return (_adoption if report.kind is ReportKind.ADOPTION else _monthly)(period, report, settings, store)


def print_beside(paths: Sequence[Path], settings: Config) -> tuple[list[Path], str]:
    """Each HTML file of a report as PDF beside it, where this machine has a browser.

    Returns:
        The PDF files, and a Chinese sentence on why there are none; empty: all is there.

    Raises:
        OSError: a file can't be read or written.
    """
    from govcrawl.net.printing import PrintError, print_pages  # slow to import

    executable = None if settings.crawl.browser == "never" else find_browser()
    if executable is None:
        why = "[crawl] browser 为 never" if settings.crawl.browser == "never" else "本机没有浏览器"
        return [], f"没有生成 PDF：{why}"
    pages = [path for path in paths if path.suffix == ".html"]
    try:
        printed = print_pages(executable, [path.read_text(encoding="utf-8") for path in pages])
    except PrintError as error:
        return [], f"没有生成 PDF：浏览器出错（{error}）"
    made = []
    for path, content in zip(pages, printed, strict=True):
        made.append(path.with_suffix(".pdf"))
        write_atomically(made[-1], content)
    return made, ""


class Changed(Exception):  # noqa: N818 (what it says reads better)
    """What a draft told is no longer what the store says of that moment; one Chinese line."""


def issue_paper(
    draft: ReportRecord, settings: Config, store: Store, now: datetime
) -> tuple[ReportRecord, str]:
    """Make a draft final: written once more as of its own moment, into a folder that nothing writes to again.

    The files are those of the draft without its mark, with number, signer and date; their SHA-256 is kept.
    Were they made from other numbers than the draft (names or profile were changed, a run was still going
    on), whoever signed would have signed something else: then nothing is issued.

    Args:
        draft: as it is kept, with number, signer, date and who makes it final.
        settings: the office.
        store: where it is kept.
        now: when.

    Returns:
        The report as it is kept, and why it has no PDF (empty: it has).

    Raises:
        Changed: the numbers are not those of the draft.
        ActionRefused: it was made final or made anew meanwhile.
        OSError: a file can't be written.
    """
    paper = make(draft, settings, store)
    if _plain(paper.numbers) != _plain(draft.numbers):
        raise Changed("草稿编制之后，其中的数据有变化")
    final = replace(draft, issued=now)
    name = f"{draft.period}-public" if draft.public else draft.period
    folder = settings.data / "reports" / "issued" / draft.kind.value / name / f"v{draft.version}"
    written = paper.write(folder, imprint_of(final))
    printed, unprinted = print_beside(written, settings)
    files = []
    for path in [*written, *printed]:
        path.chmod(0o444)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append((path.relative_to(settings.data).as_posix(), digest))
    return store.issue_report(replace(final, files=tuple(files)), now=now), unprinted


def _plain(numbers: Mapping[str, object]) -> str:
    return json.dumps(numbers, ensure_ascii=False, sort_keys=True, default=str)


def imprint_of(report: ReportRecord) -> Imprint:
    """What stands on the paper of a record; a draft says so on every page."""
    dated = "" if report.dated is None else day_zh(report.dated, year=True)
    return Imprint(report.number, report.signer, dated, issued=report.issued is not None)


def _weekly(week: Week, report: ReportRecord, settings: Config, store: Store) -> Made:
    begin, end = week.instants(settings.office.timezone)
    end = min(end, report.made)
    runs = store.runs(since=begin - timedelta(days=14), until=end, trials=False)
    found = store.findings(at=end - _LAST)
    paper = inspect_week(
        week=week,
        office=settings.office,
        registry=store.registry(),
        runs=runs,
        findings=found,
        before=store.findings(at=begin - _LAST),
        profile=profile_of(settings),
        rules=known_rules(),
        now=report.made,
        pictures=small_pictures(sorted(found, key=order), settings.data / FOLDER),
    )
    hint = ""
    if not runs_within(runs, begin, end):
        current = f"{settings.office.day(report.made):%G-W%V}"
        hint = f"{week.zh}没有巡查记录，报告中各网站均为未能判定；本周请用 --week {current}"
    return Made(
        period=week,
        numbers=paper.to_json(),
        write=lambda folder, imprint: write_weekly(paper, folder, imprint, templates=_templates(settings)),
        hint=hint,
    )


def _monthly(month: Month, report: ReportRecord, settings: Config, store: Store) -> Made:
    zone = settings.office.timezone
    own, last = (_numbers(store, one, zone, report.made) for one in (month, month.before))
    paper = correct_month(
        month=month,
        office=settings.office,
        registry=store.registry(),
        numbers=own,
        last=last if last.after else None,
        profile=profile_of(settings),
        rules=known_rules(),
        now=report.made,
    )
    return Made(
        period=month,
        numbers=paper.to_json(),
        write=lambda folder, imprint: write_monthly(paper, folder, imprint, templates=_templates(settings)),
    )


def _quarterly(quarter: Quarter, report: ReportRecord, settings: Config, store: Store) -> Made:
    zone = settings.office.timezone
    limit = report.made if report.until is None else min(report.made, end_of(report.until, zone))
    own = _numbers(store, quarter, zone, limit)
    before = _numbers(store, quarter.before, zone, report.made)
    earlier = runs_within(_runs(store, before), before.first, before.end)
    paper = notice_of_quarter(
        quarter=quarter,
        office=settings.office,
        registry=store.registry(),
        runs=_runs(store, own),
        numbers=own,
        last=(earlier, before) if earlier else None,
        profile=profile_of(settings),
        rules=known_rules(),
        now=report.made,
        until=report.until,
        public=report.public,
    )
    return Made(
        period=quarter,
        numbers=paper.to_json(),
        write=lambda folder, imprint: write_quarterly(paper, folder, imprint, templates=_templates(settings)),
    )


def _adoption(month: Month, report: ReportRecord, settings: Config, store: Store) -> Made:
    begin, end = month.instants(settings.office.timezone)
    first = date(month.year, 1, 1)
    paper = adoption_of(
        month=month,
        office=settings.office,
        registry=store.registry(),
        articles=store.articles(first, month.end, since=begin, until=end, known=report.made),
        submissions=store.submissions(first, month.end, known=report.made),
        runs=store.runs(since=begin, until=report.made, trials=False),
        profile=profile_of(settings),
        now=report.made,
    )
    return Made(
        period=month,
        numbers=paper.to_json(),
        write=lambda folder, imprint: write_adoption(paper, folder, imprint, templates=_templates(settings)),
    )


def _numbers(store: Store, period: Month | Quarter, zone: str, limit: datetime) -> Numbers:
    """What the store knows of a period, up to a moment."""
    first, end = period.instants(zone)
    end = min(end, limit)
    return Numbers(
        before=store.findings(at=first - _LAST),
        after=store.findings(at=end - _LAST),
        trails=store.trails(first, end),
        first=first,
        end=end,
    )


def _runs(store: Store, numbers: Numbers) -> list[RunRecord]:
    """Those of a period, and of some days before it: one may reach into it."""
    return store.runs(since=numbers.first - timedelta(days=7), until=numbers.end, trials=False)


def _templates(settings: Config) -> Path:
    return settings.folder / "templates"
