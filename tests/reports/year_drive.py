"""A year of events taken through the program, as the office's commands and the night do it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from year_events import RULES, Act, Answer, Event, Run, Told, Year, check_of

from govcrawl.config import Config
from govcrawl.config.settings import OfficeConfig
from govcrawl.model import (
    Finding,
    FindingRecord,
    Notice,
    NotTested,
    Origin,
    Registry,
    RunResult,
    Status,
    fingerprint,
)
from govcrawl.office.notices import NoticeDesk, by_unit
from govcrawl.rules import known_rules
from govcrawl.store import Event as Step
from govcrawl.store import FindingReported, FindingSeen, RunOutcome, RunScope, Store, this_owner
from reports.notice_documents import REPLY, write_notice
from reports.notices import NoticePaper
from reports.replies import read_replies

OFFICE = OfficeConfig(name="示例市人民政府办公室", region="示例市")
WHO = "张某"


class Office:
    """One office with its store; `happens` takes one event through it."""

    def __init__(self, year: Year, store: Store, folder: Path) -> None:
        self.year = year
        self.store = store
        self.settings = Config(folder=folder, office=OFFICE)
        self.rules = known_rules()
        self.registry: Registry = year.registry
        self.keys = {n: fingerprint(f.site, f.rule, f.subject) for n, f in year.faults.items()}
        self.numbers = {key: n for n, key in self.keys.items()}
        self.notices: dict[int, list[Notice]] = {}
        store.save_registry(year.registry, now=year.events[0].at - timedelta(days=1))

    def happens(self, event: Event) -> None:
        """One event, by the same doors as in an office."""
        match event:
            case Run():
                self._run(event)
            case Told():
                self._send(event) if event.sent else self._issue(event)
            case Answer():
                self._answer(event)
            case Act(what="report"):
                self._report(event)
            case Act():
                self._act(event)

    def _run(self, run: Run) -> None:
        trial = run.pages % 10 == 0
        if trial:  # somebody tries a look of his own, which must change no number
            self._settle(run, [self._finding(n, True) for n in list(self.year.faults)[:5]], trial=True)
        self._settle(run, [self._finding(number, certain) for number, certain in run.seen])

    def _settle(self, run: Run, findings: list[FindingSeen], *, trial: bool = False) -> None:
        faults = self.year.faults
        known = [n for n in self.year.faults if faults[n].site == run.site]
        looked = {n for n, _ in run.seen} | set(run.right)
        tested = frozenset(code for code in RULES if check_of(code) not in run.not_tested)
        number = self.store.begin_run(
            run.site,
            now=run.started,
            trial=trial,
            as_of=None,
            profile="tongliao-2023",
            checks=("dead_links", "freshness", "attribution", "ipv6"),
            owner=this_owner(),
        )
        ok, broken, unverified = run.links
        outcome = RunOutcome(
            result=RunResult(run.result),
            pages=run.pages,
            columns_read=run.columns[0],
            columns_unreadable=run.columns[1],
            links_ok=ok,
            links_broken=broken,
            links_unverified=unverified,
            not_tested=[NotTested(check, "本次没有检测。") for check in run.not_tested],
            limits_hit=run.limits,
            unverified=[{"url": url, "status": 403} for url in run.refused],
            findings=findings,
            scope=RunScope(
                rules=tested,
                pages=frozenset(faults[n].page for n in known if n in looked),
                complete=run.result == "complete",
            ),
        )
        self.store.finish_run(number, outcome, now=run.at)

    def _finding(self, number: int, certain: bool) -> FindingSeen:
        fault = self.year.faults[number]
        rule = self.rules[fault.rule]
        site = self.registry.site(fault.site)
        assert site is not None
        return FindingSeen(
            finding=self._said(number, certain),
            check=rule.check,
            rule=rule,
            unit=fault.unit,
            sponsor=site.unit,
            profile="tongliao-2023",
        )

    def _said(self, number: int, certain: bool) -> Finding:
        fault = self.year.faults[number]
        return Finding(
            rule=fault.rule,
            subject=fault.subject,
            page=fault.page,
            title=f"{fault.title}：第{number}处",
            certain=certain,
            target=fault.target,
            column=fault.column,
            detail={"cause": fault.cause},
        )

    def _report(self, act: Act) -> None:
        seen = self._finding(act.fault, True)
        told = FindingReported(
            site=self.year.faults[act.fault].site,
            finding=seen.finding,
            check=seen.check,
            rule=seen.rule,
            origin=Origin(act.origin),
            unit=seen.unit,
            sponsor=seen.sponsor,
            deadline=act.due,
        )
        self.store.report(told, who=WHO, now=act.at)

    def _act(self, act: Act) -> None:
        self.store.act(
            self.keys[act.fault],
            Step(act.what),
            who=WHO,
            reason="见记录",
            now=act.at,
            exempt_until=act.until,
        )

    def _issue(self, told: Told) -> None:
        """`notices issue`: what is confirmed, to each unit; the deadlines must be those of the list."""
        self.store.pass_time(told.at)
        desk = NoticeDesk(self.settings, told.at)
        found = self.store.findings(statuses=[Status.CONFIRMED])
        issued = []
        for unit, records in by_unit(found, self.registry).items():
            items, _ = desk.deadlines(records, told.at)
            if items:
                facts = Notice(number="", unit=unit, issued=told.at, items=tuple(items))
                year = OFFICE.day(told.at).year
                issued.append(self.store.issue_notice(unit, items, facts, year=year, who=WHO, now=told.at))
        given = {self.numbers[item.fingerprint]: item.deadline for one in issued for item in one.items}
        assert given == dict(told.deadlines), (
            f"notices of {told.at}: other findings or deadlines than an own count of working days gives"
        )
        self.notices[told.batch] = issued

    def _send(self, told: Told) -> None:
        desk = NoticeDesk(self.settings, told.at)
        for notice in self.notices[told.batch]:
            items, _ = desk.deadlines(self.store.notice_findings(notice.number), told.at)
            due = {item.fingerprint: item for item in items}
            self.store.notice_sent(
                notice.number, channel="OA", at=told.at, deadlines=due, who=WHO, now=told.at
            )

    def _answer(self, answer: Answer) -> None:
        """Units fill in the reply sheets of their notices, and the office reads them."""
        lines = {self.keys[number]: disputed for number, disputed in answer.lines}
        by_notice: dict[str, list[FindingRecord]] = {}
        for key in lines:
            record = self.store.finding(key)
            assert record is not None
            assert record.notice is not None, f"{key} is not in a notice, and yet the list answers it"
            by_notice.setdefault(record.notice, []).append(record)
        desk = NoticeDesk(self.settings, answer.at)
        for notice in self.store.notices(numbers=by_notice.keys()):
            said = {key: lines[key] for key in sorted(r.fingerprint for r in by_notice[notice.number])}
            if int(notice.number[-1]) % 5 == 0:  # of every fifth the sheet itself, for files take their time
                paper = desk.paper(notice, self.store.notice_findings(notice.number), self.registry)
                said = _by_sheet(paper, self.settings.data / "notices" / notice.number, said)
            for key, disputed in said.items():
                step = Step.DISPUTE if disputed else Step.REPLY
                self.store.act(key, step, who=WHO, reason="单位反馈", now=answer.at)


def _by_sheet(paper: NoticePaper, folder: Path, lines: Mapping[str, bool]) -> dict[str, bool]:
    """What a unit writes into its sheet (是否完成, or 有异议及理由) and the office reads from it."""
    write_notice(paper, folder)
    path = folder / REPLY
    book: Any = load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        key = str(row[1].value or "")
        if key in lines:
            row[5].value, row[7].value = ("", "李某") if lines[key] else ("是", "李某")
            row[9].value = "情况不属实" if lines[key] else ""
    book.save(path)
    read = {reply.fingerprint: bool(reply.disputed) for reply in read_replies(path)}
    assert read.keys() == lines.keys(), f"the sheet {path} answers other findings than the unit filled in"
    return read
