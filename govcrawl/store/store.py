"""The store as the other rooms use it: each method is one transaction, done when it returns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from govcrawl.model import (
    ExternalNotice,
    FindingRecord,
    LeaseAsked,
    LeaseGiven,
    LinkVerdict,
    Mail,
    MailState,
    Notice,
    NoticeItem,
    Probe,
    ProbeRound,
    PublishedArticle,
    Registry,
    ReportKind,
    ReportRecord,
    RunRecord,
    Status,
    Submission,
)
from govcrawl.store import (
    adoption_rows,
    external_rows,
    finding_life,
    finding_queries,
    finding_rows,
    lease_rows,
    link_rows,
    mail_rows,
    notice_rows,
    page_rows,
    probe_rows,
    prune_rows,
    registry_rows,
    report_rows,
    run_rows,
    schema,
)
from govcrawl.store.engine import clear_errors, connect, parse_url, reader, sqlite_path, writer
from govcrawl.store.errors import ActionRefused, Conflict, StoreUnavailable
from govcrawl.store.lifecycle import Event, Given
from govcrawl.store.nights import Nights
from govcrawl.store.prune_rows import Keeping
from govcrawl.store.shapes import FindingReported, FindingSeen, LinkMemory, PageSeen, RunOutcome, Transition
from govcrawl.store.tables import RunRow

LINK_FRESH = timedelta(hours=24)


class Store:
    """A database that is open. Threads may share it; processes open their own.

    Every method may raise `StoreError`: one Chinese line, without the password of the database.
    All times are aware; they come back in UTC.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reader(engine)
        self._writer = writer(engine)

    @classmethod
    def open(cls, url: str, *, now: datetime, create: bool = True) -> Store:
        """Opens a database by its SQLAlchemy address.

        An empty one is made (with `create`); an older SQLite file is copied beside itself, then
        upgraded.

        Raises:
            StoreUnavailable: it can't be reached or made.
            SchemaTooOld: an older PostgreSQL database; the message names `govcrawl db upgrade`.
            SchemaTooNew: it was written by a newer program, or by another one.
            StoreDamaged: the file is no database.
        """
        parsed = parse_url(url)
        path = sqlite_path(parsed)
        if path is not None and not path.exists():
            if not create:
                raise StoreUnavailable(f"数据库文件不存在：{path}。")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnavailable(f"无法建立数据库文件夹：{path.parent}（{error.strerror}）。") from None
        engine = connect(parsed)
        try:
            with clear_errors(parsed):
                schema.ensure(engine, now=now, create=create)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Registry

    def registry(self) -> Registry:
        """The registry as it was saved last; empty before."""
        with self._reading() as session:
            return registry_rows.read(session)

    def save_registry(self, registry: Registry, *, now: datetime) -> None:
        """Makes the registry what is given, whole or not at all.

        A missing site with runs or findings is kept as 永久下线, a missing unit that something still
        names is kept; of everything else that changes or goes, the former state is noted.

        Raises:
            RegistryRefused: an id stands twice, or a unit that is named is not there.
        """
        with self._writing() as session:
            registry_rows.save(session, registry, now)

    # Nights

    @property
    def nights(self) -> Nights:
        """Nights and their queues of sites."""
        return Nights(self._reading, self._writing)

    # Runs

    def begin_run(
        self,
        site: str,
        *,
        trial: bool,
        as_of: date | None,
        profile: str,
        checks: Collection[str],
        now: datetime,
        owner: str,
    ) -> int:
        """Takes the site's lock and opens a run; returns its number.

        `owner` is what `govcrawl.store.locks.this_owner()` says. The lock of a process that is gone, or
        that was silent for ten minutes, is taken over; its run is closed as partial.

        Raises:
            SiteBusy: another run of the site goes on.
        """
        try:
            with self._writing() as session:
                return run_rows.begin(
                    session,
                    site,
                    trial=trial,
                    as_of=as_of,
                    profile=profile,
                    checks=checks,
                    now=now,
                    owner=owner,
                ).id
        except Conflict:
            with self._reading() as session:
                running = run_rows.running_run(session, site, lock=False)
                if running is None:
                    raise StoreUnavailable(f"网站 {site} 的巡查未能登记，请稍后再试。") from None
                raise run_rows.busy(running, now) from None

    def heartbeat(self, run: int, now: datetime) -> None:
        """Says that a run is alive; at least every few minutes (`record_pages` does it too).

        Raises:
            RunClosed: it was taken over: stop.
        """
        with self._writing() as session:
            run_rows.open_run(session, run).heartbeat_at = now

    def record_pages(self, run: int, pages: Sequence[PageSeen], now: datetime) -> None:
        """Stores a batch of pages (some hundred at a time); of an address that stands twice the last.

        Raises:
            RunClosed: the run has ended or was taken over.
        """
        with self._writing() as session:
            row = run_rows.open_run(session, run)
            page_rows.record(session, row, pages, now)
            adoption_rows.record_articles(session, row.site, pages, now)

    def known_pages(self, urls: Iterable[str]) -> Mapping[str, PageSeen]:
        """What any run, trials included, stored of those addresses; unknown ones are left out."""
        with self._reading() as session:
            return page_rows.known(session, urls)

    def remember_links(
        self, verdicts: Iterable[LinkVerdict], *, now: datetime, fresh_for: timedelta = LINK_FRESH
    ) -> None:
        """Notes one round of verdicts on outside links; good ones are due again after `fresh_for`."""
        with self._writing() as session:
            link_rows.remember(session, verdicts, now=now, fresh_for=fresh_for)

    def link_memory(self, urls: Iterable[str]) -> Mapping[str, LinkMemory]:
        """What is known of those outside addresses; unknown ones are left out."""
        with self._reading() as session:
            return link_rows.memory(session, urls)

    def lease_servers(self, holder: str, asked: Sequence[LeaseAsked], now: datetime) -> list[LeaseGiven]:
        """Claims, renews and gives up servers, so that one process at a time asks each; in the given order.

        `holder`: `govcrawl.store.locks.this_owner()`, then "#" and a number within the process.
        """
        with self._writing() as session:
            return lease_rows.exchange(session, holder, asked, now)

    def finish_run(self, run: int, outcome: RunOutcome, *, now: datetime) -> list[FindingRecord]:
        """Closes a run and settles its findings, in one transaction; returns them as they now stand.

        A run that saw under half of the pages of the last complete one of its site calls nothing
        corrected and says so in `limits_hit`. A trial touches no registered finding.

        Raises:
            RunClosed: the run has ended or was taken over; nothing is written.
        """
        with self._writing() as session:
            row = run_rows.open_run(session, run)
            complete = run_rows.close(session, row, outcome, now)
            return finding_life.settle_run(session, row, outcome, complete=complete, now=now)

    def settle_second_tries(
        self, run: int, seen: Iterable[FindingSeen], right: Iterable[str], *, now: datetime
    ) -> list[FindingRecord]:
        """Settles what a run that has ended left suspected, by tries that were due only later.

        `seen`: findings as they are stated now, with all their tries. `right`: fingerprints of those that
        were seen right. A finding that a person or another run has touched since stays as it is. The
        counts of the run stay what they were when it ended.
        """
        with self._writing() as session:
            row = session.get(RunRow, run)
            if row is None or row.trial:
                return []
            return finding_life.settle_second_tries(session, row, seen, right, now=now)

    def abort_run(self, run: int, reason: str, now: datetime) -> None:
        """Closes a run that failed, with a Chinese reason; one that is closed already stays as it is."""
        with self._writing() as session:
            run_rows.abort_if_open(session, run, reason, now)

    def runs(
        self,
        *,
        site: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        trials: bool = True,
        limit: int | None = None,
    ) -> list[RunRecord]:
        """Runs that began at `since` or later and before `until`, the newest first."""
        with self._reading() as session:
            return run_rows.listed(session, site=site, since=since, until=until, trials=trials, limit=limit)

    def run(self, run: int) -> RunRecord | None:
        """One run, or None."""
        with self._reading() as session:
            return run_rows.one(session, run)

    # Findings

    def findings(
        self,
        *,
        site: str | None = None,
        unit: str | None = None,
        statuses: Collection[Status] | None = None,
        run: int | None = None,
        at: datetime | None = None,
        include_trials: bool = False,
    ) -> list[FindingRecord]:
        """Findings, by site, the weightiest first.

        `run`: only what that run saw (of a trial its own findings). `at`: as they stood at that
        moment, rebuilt from the audit trail and the observations; `statuses` then means that moment.
        """
        with self._reading() as session:
            return finding_queries.listed(
                session,
                site=site,
                unit=unit,
                statuses=statuses,
                run=run,
                at=at,
                include_trials=include_trials,
            )

    def finding(self, fingerprint_prefix: str) -> FindingRecord | None:
        """The registered finding whose fingerprint begins so, or None.

        Raises:
            FingerprintUnclear: several do.
        """
        with self._reading() as session:
            row = finding_queries.by_prefix(session, fingerprint_prefix)
            return None if row is None else finding_rows.record(row)

    def history(self, fingerprint: str) -> list[Transition]:
        """The audit trail of a registered finding, the oldest line first; empty for an unknown one."""
        with self._reading() as session:
            row = finding_queries.by_prefix(session, fingerprint)
            return [] if row is None else finding_queries.history(session, row)

    def trails(self, since: datetime, until: datetime) -> Mapping[str, list[Transition]]:
        """The audit trails of findings to which something happened from `since` on and before `until`.

        By fingerprint, each whole from its beginning to `until`, the oldest line first.
        """
        with self._reading() as session:
            return finding_queries.trails(session, since, until)

    def act(
        self,
        fingerprint: str,
        event: Event,
        *,
        who: str,
        reason: str,
        now: datetime,
        exempt_until: datetime | None = None,
        deadline: datetime | None = None,
        notice: str | None = None,
    ) -> FindingRecord:
        """A step that a person takes (confirm, dismiss, exempt, notify …), with a line in the trail.

        Raises:
            ActionRefused: the finding is not known, or the step is not possible; the line says why.
            FingerprintUnclear: the beginning of a fingerprint fits several.
        """
        with self._writing() as session:
            row = finding_queries.by_prefix(session, fingerprint, lock=True)
            if row is None:
                raise ActionRefused(f"没有编号为“{fingerprint[:40]}”的问题。")
            given = Given(exempt_until=exempt_until, deadline=deadline, notice=notice)
            return finding_life.act(session, row, event, given, who=who, reason=reason, now=now)

    def report(self, reported: FindingReported, *, who: str, now: datetime) -> FindingRecord:
        """Takes in a finding that a person, the 找错 platform or a superior brought.

        Raises:
            ActionRefused: without a name, or with the machine as origin.
        """
        with self._writing() as session:
            return finding_life.report(session, reported, who=who, now=now)

    def pass_time(self, now: datetime, *, site: str | None = None) -> int:
        """Ends exemptions and marks deadlines that have passed; returns how many findings changed.

        `finish_run` and `act` do it for the findings they touch; `nightly` and reports call it first.
        """
        with self._writing() as session:
            return finding_life.pass_time(session, finding_life.due(session, now, site), now)

    # Correction notices

    def issue_notice(
        self, unit: str, items: Sequence[NoticeItem], facts: Notice, *, year: int, who: str, now: datetime
    ) -> Notice:
        """Issues a notice with the next number of the year; its findings become `notified`.

        Of `facts` its number, unit, time and items are not looked at.

        Raises:
            ActionRefused: no name, nothing to tell, or a finding that can't be notified; nothing is written.
        """
        with self._writing() as session:
            return notice_rows.issue(session, unit, items, facts, year=year, who=who, now=now)

    def notice_sent(
        self,
        number: str,
        *,
        channel: str,
        at: datetime,
        deadlines: Mapping[str, NoticeItem],
        who: str,
        now: datetime,
    ) -> Notice:
        """Notes how and when a notice went out; from then its deadlines run (given by fingerprint).

        Raises:
            ActionRefused: the notice is not known, or no name is given.
        """
        with self._writing() as session:
            return notice_rows.sent(
                session, number, channel=channel, at=at, deadlines=deadlines, who=who, now=now
            )

    def notices_reminded(self, numbers: Collection[str], *, now: datetime) -> None:
        """Notes a reminder of those notices."""
        with self._writing() as session:
            notice_rows.reminded(session, numbers, now)

    def notices(self, *, unit: str | None = None, numbers: Collection[str] | None = None) -> list[Notice]:
        """Notices, the oldest first; unknown numbers are left out."""
        with self._reading() as session:
            return notice_rows.listed(session, unit=unit, numbers=numbers)

    def notice_findings(self, number: str) -> list[FindingRecord]:
        """The findings of a notice as they now stand, in its order.

        Raises:
            ActionRefused: the notice is not known.
        """
        with self._reading() as session:
            return notice_rows.findings_of(session, number)

    def add_external(self, notice: ExternalNotice, *, now: datetime) -> ExternalNotice:
        """Enters a notice from above, which gets its number here.

        Raises:
            ActionRefused: nobody is named, or it says neither who gave it nor what it says.
        """
        with self._writing() as session:
            return external_rows.add(session, notice, now)

    def withdraw_external(self, notice: int, *, who: str, reason: str) -> ExternalNotice:
        """Notes that a notice from above does not count.

        Raises:
            ActionRefused: it is not known or was withdrawn, or name or reason is missing.
        """
        with self._writing() as session:
            return external_rows.withdraw(session, notice, who=who, reason=reason)

    def external_notices(self) -> list[ExternalNotice]:
        """Notices from above, withdrawn ones too, the newest first."""
        with self._reading() as session:
            return external_rows.listed(session)

    # Outbox

    def queue_mail(
        self, key: str, recipients: Collection[str], subject: str, content: bytes, *, now: datetime
    ) -> Mail:
        """Puts a mail into the outbox, once a key: one that is there stays as it is."""
        with self._writing() as session:
            return mail_rows.queue(session, key, recipients, subject, content, now=now)

    def untold(self, rules: Collection[str]) -> list[FindingRecord]:
        """Confirmed findings of some rules of which whoever is on duty has not heard since."""
        with self._reading() as session:
            return [finding_rows.record(row) for row in finding_queries.untold(session, rules)]

    def tell_duty(
        self,
        fingerprints: Collection[str],
        rules: Collection[str],
        mail: Callable[[str], tuple[Collection[str], str, bytes]],
        *,
        now: datetime,
    ) -> Mail | None:
        """Queues one mail about findings, and notes that they were told; both or neither.

        Args:
            fingerprints: what the mail tells; if another process told any of it meanwhile, nothing is queued.
            rules: of which findings are told.
            mail: recipients, subject and content of the mail that bears a key.
            now: when.
        """
        with self._writing() as session:
            rows = {row.fingerprint: row for row in finding_queries.untold(session, rules, lock=True)}
            if not fingerprints or not set(fingerprints) <= rows.keys():
                return None
            for fingerprint in fingerprints:
                rows[fingerprint].duty_told_at = now
            key = f"duty/{now:%Y%m%dT%H%M%S}/{min(fingerprints)}"
            recipients, subject, content = mail(key)
            return mail_rows.queue(session, key, recipients, subject, content, now=now)

    def claim_mail(self, now: datetime, *, ids: Collection[int] | None = None) -> tuple[Mail, bytes] | None:
        """The next mail that is due and its content, marked as being sent; None: nothing is due."""
        with self._writing() as session:
            return mail_rows.claim(session, now=now, ids=ids)

    def note_mail(self, mail: int, *, error: str, permanent: bool, now: datetime) -> Mail:
        """Notes how sending ended: no error is sent, a permanent one refused, another is tried later."""
        with self._writing() as session:
            return mail_rows.note(session, mail, error=error, permanent=permanent, now=now)

    def retry_mail(self, mail: int, *, now: datetime) -> Mail:
        """A person wants a mail tried again that was refused, waits, or may have gone out.

        Raises:
            ActionRefused: it is not known, or was sent.
        """
        with self._writing() as session:
            return mail_rows.again(session, mail, now=now)

    def mails(self, states: Collection[MailState] | None = None) -> list[Mail]:
        """The outbox, the oldest first."""
        with self._reading() as session:
            return mail_rows.listed(session, states)

    # Upkeep

    def prune(self, keeping: Keeping, now: datetime, *, dry: bool = False) -> Mapping[str, int]:
        """Takes out what is older than it is kept; returns rows by kind (with `dry`: that would go)."""
        with self._writing() as session:
            return prune_rows.prune(session, keeping, now, dry=dry)

    def named_evidence(self, keeping: Keeping, now: datetime) -> tuple[set[str], set[int]]:
        """Files of evidence that must stay, and the runs that have ended."""
        with self._reading() as session:
            return prune_rows.named_evidence(session, keeping, now), prune_rows.finished_runs(session)

    # Availability

    def record_probes(self, round_: ProbeRound) -> None:
        """Keeps one visit to every site; what is older than nine days goes."""
        with self._writing() as session:
            probe_rows.record(session, round_)

    def last_probes(self) -> datetime | None:
        """When the last round of visits was; None: there was none."""
        with self._reading() as session:
            return probe_rows.last_round(session)

    def probes(self, site: str, since: datetime) -> list[Probe]:
        """The visits to a site from rounds that count, the oldest first."""
        with self._reading() as session:
            return probe_rows.counted(session, site, since)

    def settle_probes(
        self, site: str, seen: FindingSeen | None, rule: str, *, now: datetime
    ) -> FindingRecord | None:
        """Takes in what a week of visits says of a site; returns the finding that it concerns, if any.

        Args:
            site: its id.
            seen: the finding; None: the site is reached as it must be, and an open one is right now.
            rule: code of the rule that was judged.
            now: when.
        """
        with self._writing() as session:
            return finding_life.settle_probes(session, site, seen, rule, now=now)

    # Adoption

    def submit(self, submissions: Iterable[Submission], *, now: datetime) -> int:
        """Takes in what units submitted; returns how many were new.

        One that was imported before takes over what is now told of its adoption, and nothing else.
        """
        with self._writing() as session:
            return adoption_rows.submit(session, submissions, now)

    def submissions(self, first: date, last: date, *, known: datetime | None = None) -> list[Submission]:
        """What was submitted, or adopted by a higher level, from one day to another (both included).

        `known`: only what was imported by then; None: all.
        """
        with self._reading() as session:
            return adoption_rows.submissions(session, first, last, known)

    def articles(
        self, first: date, last: date, *, since: datetime, until: datetime, known: datetime | None = None
    ) -> list[PublishedArticle]:
        """What portals published from one day to another (both included).

        Args:
            first: of the days of publication.
            last: of the days of publication.
            since: of articles without a readable date: the moment from which on a run saw them first.
            until: the moment before which it did.
            known: only what a run had seen by then; None: all.
        """
        with self._reading() as session:
            return adoption_rows.articles(session, first, last, since=since, until=until, known=known)

    # Reports

    def draft_report(self, report: ReportRecord) -> ReportRecord:
        """Keeps a draft in the place of the one before it; its version follows the last issued one."""
        with self._writing() as session:
            return report_rows.draft(session, report)

    def issue_report(self, report: ReportRecord, *, now: datetime) -> ReportRecord:
        """Makes a draft final, with its number, signer, date and files.

        Raises:
            ActionRefused: it is not known, is final already, or was made anew meanwhile.
        """
        with self._writing() as session:
            return report_rows.issue(session, report, now)

    def reports(self, kinds: Collection[ReportKind] | None = None) -> list[ReportRecord]:
        """All reports, the newest first."""
        with self._reading() as session:
            return report_rows.listed(session, kinds)

    def report_called(self, report: int) -> ReportRecord | None:
        """One report by its number, or None."""
        with self._reading() as session:
            return report_rows.one(session, report)

    def issued_report(self, kind: ReportKind, period: str, *, public: bool = False) -> ReportRecord | None:
        """The version in force of a period's report; None: none was issued."""
        with self._reading() as session:
            return report_rows.last_issued(session, kind, period, public=public)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with clear_errors(self._engine.url), Session(self._reader) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with clear_errors(self._engine.url), Session(self._writer) as session, session.begin():
            yield session
