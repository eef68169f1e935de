"""The tables. What they mean, row by row; how they came about is in `migrations/`.

Ids of units, sites and accounts are the office's own. Findings, runs and pages name a site by its
id without a foreign key: a trial run belongs to a host that nobody registered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from govcrawl.store.columns import KEY_LENGTH, BigId, UtcDateTime

Strings = list[str]
Object = dict[str, Any]
Blob = bytes


class Base(DeclarativeBase):
    """Names every constraint alike, so that a migration can name it on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads a plain dictionary here)
        str: Text(),
        datetime: UtcDateTime(),
        Strings: JSON(none_as_null=True),
        Object: JSON(none_as_null=True),
        list[Object]: JSON(none_as_null=True),
    }


def _unit_key() -> ForeignKey:
    # Checked at the end of the transaction: parents may stand after their children.
    return ForeignKey("units.id", deferrable=True, initially="DEFERRED")


class UnitRow(Base):
    """An office that sponsors sites or accounts, or answers for columns."""

    __tablename__ = "units"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    short_names: Mapped[Strings]
    parent: Mapped[str | None] = mapped_column(_unit_key())
    emails: Mapped[Strings]
    cc: Mapped[Strings]
    contact: Mapped[str]
    phone: Mapped[str]


class SiteRow(Base):
    """A registered website."""

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(_unit_key())
    url: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    scope: Mapped[Strings]
    exclude: Mapped[Strings]
    aliases: Mapped[Strings]
    versions: Mapped[list[Object]]
    platform: Mapped[str | None]
    filings: Mapped[Object]
    former_urls: Mapped[Strings]
    approval_reason: Mapped[str]


class ColumnRow(Base):
    """A registered list section of a site, in the order of the registry."""

    __tablename__ = "site_columns"

    site: Mapped[str] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    type: Mapped[str]
    level: Mapped[int]
    unit: Mapped[str | None] = mapped_column(_unit_key())
    confirmed: Mapped[bool]
    archived: Mapped[bool]
    max_age_days: Mapped[int | None]
    reason: Mapped[str]


class AccountRow(Base):
    """An account on a new-media platform."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    unit: Mapped[str] = mapped_column(_unit_key())
    platform: Mapped[str]
    name: Mapped[str]
    url: Mapped[str | None]
    status: Mapped[str]
    verified_owner: Mapped[str | None]
    filed: Mapped[bool | None]
    hosts: Mapped[Strings]
    approval_reason: Mapped[str]


class RegistryChangeRow(Base):
    """What was added to the registry, changed in it or taken out, and how it stood before."""

    __tablename__ = "registry_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    """unit, site (with its columns), account."""
    key: Mapped[str]
    change: Mapped[str]
    """added, changed, closed (missing, kept as 永久下线), removed."""
    before: Mapped[Object | None]


class RunRow(Base):
    """One crawl of one site. It goes on as long as `ended_at` is null."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_site_started_at", "site", "started_at"),
        # The lock: one running run a site, whoever asks.
        Index(
            "uq_runs_running",
            "site",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},  # a number that was given is never given again
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str]
    trial: Mapped[bool]
    as_of: Mapped[date | None]
    profile: Mapped[str]
    checks: Mapped[Strings]
    owner: Mapped[str]
    heartbeat_at: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None]
    claimed_complete: Mapped[bool]
    """The crawler's own judgement, before it was compared with earlier runs."""
    pages: Mapped[int]
    columns_read: Mapped[int]
    columns_unreadable: Mapped[int]
    links_ok: Mapped[int]
    links_broken: Mapped[int]
    links_unverified: Mapped[int]
    not_tested: Mapped[list[Object]]
    limits_hit: Mapped[Strings]
    unverified: Mapped[list[Object]]
    rules: Mapped[Strings]
    """The rules that were really judged."""
    method: Mapped[Strings | None]
    """With which lists, and how, it was judged: Chinese sentences; null for runs of earlier versions."""


class PageRow(Base):
    """What is known of one address from the last time it was asked, by whatever run."""

    __tablename__ = "pages"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    url: Mapped[str]
    run: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), index=True)
    status: Mapped[int | None]
    kind: Mapped[str]
    title: Mapped[str]
    column: Mapped[str | None]
    bytes: Mapped[int]
    content_hash: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    reader_version: Mapped[str | None]
    readings: Mapped[Blob | None]
    fetched_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class FindingRow(Base):
    """One problem as it stands. A trial's findings are its own (`trial_run`), else that is 0."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("fingerprint", "trial_run"),
        Index("ix_findings_site_status", "site", "status"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(20))
    trial_run: Mapped[int] = mapped_column(BigId)
    subject_state: Mapped[str]
    """In what state the subject was when it was last seen; compared for dismissed ones."""
    check: Mapped[str]
    rule: Mapped[str]
    severity: Mapped[str]
    points: Mapped[float | None]
    basis: Mapped[str]
    fix: Mapped[str]
    site: Mapped[str | None]
    account: Mapped[str | None]
    unit: Mapped[str | None] = mapped_column(index=True)
    sponsor: Mapped[str | None]
    column: Mapped[str | None]
    page: Mapped[str]
    target: Mapped[str | None]
    occurrences: Mapped[int]
    more_pages: Mapped[Strings]
    on_home: Mapped[bool]
    external: Mapped[bool]
    title: Mapped[str]
    detail: Mapped[Object]
    evidence: Mapped[Object]
    origin: Mapped[str]
    status: Mapped[str]
    status_since: Mapped[datetime]
    was_confirmed: Mapped[bool]
    recurred: Mapped[bool]
    overdue: Mapped[bool]
    seen_right: Mapped[bool]
    deadline: Mapped[datetime | None]
    exempt_until: Mapped[datetime | None]
    notice: Mapped[str | None]
    reason: Mapped[str | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    changed_at: Mapped[datetime]
    """When the last step of its life was written: reports of the past start from here."""
    duty_told_at: Mapped[datetime | None]
    """When whoever is on duty was told; one that was confirmed later is told anew."""
    run: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
    profile: Mapped[str | None]


class ObservationRow(Base):
    """A finding as one run saw it."""

    __tablename__ = "observations"

    finding: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime]
    certain: Mapped[bool]
    proves: Mapped[bool]
    """Its title, detail and evidence became those of the finding (`update_from_sighting`)."""
    severity: Mapped[str]
    points: Mapped[float | None]
    page: Mapped[str]
    occurrences: Mapped[int]
    more_pages: Mapped[Strings]
    on_home: Mapped[bool]
    title: Mapped[str]
    detail: Mapped[Object]
    evidence: Mapped[Object]


class TransitionRow(Base):
    """One step in the life of a finding: the audit trail. Rows are added, never changed or taken out."""

    __tablename__ = "transitions"
    __table_args__ = (Index("ix_transitions_finding_at", "finding", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    finding: Mapped[int] = mapped_column(ForeignKey("findings.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    event: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str]
    who: Mapped[str]
    reason: Mapped[str | None]
    run: Mapped[int | None] = mapped_column(BigId)
    """No foreign key: an old run may be thinned out, what happened stays."""
    was_confirmed: Mapped[bool]
    recurred: Mapped[bool]
    overdue: Mapped[bool]
    seen_right: Mapped[bool]
    deadline: Mapped[datetime | None]
    exempt_until: Mapped[datetime | None]
    notice: Mapped[str | None]


class LinkRow(Base):
    """What is known of an outside address from all sites together."""

    __tablename__ = "links"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    url: Mapped[str]
    host: Mapped[str] = mapped_column(index=True)
    verdict: Mapped[str]
    last: Mapped[Object]
    """The whole verdict with its tries."""
    checked_at: Mapped[datetime]
    first_failed_at: Mapped[datetime | None]
    failures: Mapped[int]
    """Times in a row, by different rounds of questions."""
    next_due: Mapped[datetime] = mapped_column(index=True)


class ServerLeaseRow(Base):
    """Who may ask a server now, and who waits to (`lease_rows`)."""

    __tablename__ = "server_leases"

    server: Mapped[str] = mapped_column(String(80), primary_key=True)
    """An address, with the port where that tells servers apart."""
    holder: Mapped[str] = mapped_column(String(500), primary_key=True)
    held: Mapped[bool]
    """False: it waits."""
    resting: Mapped[bool]
    """Given up, and to be left alone until `expires_at`."""
    since: Mapped[datetime]
    """When it began to hold, or to wait."""
    expires_at: Mapped[datetime]


class NightRow(Base):
    """One `nightly`. It goes on as long as `ended_at` is null and its owner lives."""

    __tablename__ = "nights"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(index=True)
    heartbeat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class NightSiteRow(Base):
    """One site of a night: the queue from which its processes take."""

    __tablename__ = "night_sites"

    night: Mapped[int] = mapped_column(ForeignKey("nights.id", ondelete="CASCADE"), primary_key=True)
    site: Mapped[str] = mapped_column(String(255), primary_key=True)
    position: Mapped[int]
    """In what order they are taken."""
    server: Mapped[str]
    """By what its home page's server is known; empty: not known."""
    state: Mapped[str]
    """waiting, taken, done, failed."""
    holder: Mapped[str]
    """The process that took it."""
    alone: Mapped[bool]
    """To be crawled with no other site in the process: it may be the one that ended an earlier one."""
    tries: Mapped[int]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    run: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
    reason: Mapped[str]
    """Why it was not inspected (Chinese)."""


class NoticeRow(Base):
    """A correction notice: what one unit was told, and how."""

    __tablename__ = "notices"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    unit: Mapped[str] = mapped_column(index=True)
    """No foreign key: a unit may leave the registry, what it was told stays."""
    issued_at: Mapped[datetime]
    urgent: Mapped[bool]
    document_number: Mapped[str]
    signer: Mapped[str]
    dated: Mapped[date | None]
    channel: Mapped[str]
    sent_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class NoticeItemRow(Base):
    """A finding of a notice, with the deadline that it set."""

    __tablename__ = "notice_items"

    notice: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    finding: Mapped[int] = mapped_column(ForeignKey("findings.id"), primary_key=True, index=True)
    position: Mapped[int]
    deadline: Mapped[datetime]
    estimated: Mapped[bool]


class ExternalNoticeRow(Base):
    """A notice from above that names a unit; one that was wrong is withdrawn, never taken out."""

    __tablename__ = "external_notices"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str]
    number: Mapped[str]
    dated: Mapped[date]
    unit: Mapped[str]
    """No foreign key: a unit may leave the registry, what was said of it stays."""
    text: Mapped[str]
    who: Mapped[str]
    entered_at: Mapped[datetime]
    withdrawn: Mapped[str]


class MailRow(Base):
    """A mail in the outbox, whole."""

    __tablename__ = "mails"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    recipients: Mapped[Strings]
    subject: Mapped[str]
    content: Mapped[Blob]
    """The message as it is sent (RFC 5322)."""
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int]
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str]


class SubmissionRow(Base):
    """A piece of information that a unit submitted, and which higher level adopted it."""

    __tablename__ = "submissions"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    """Of unit, title and day: a file that is imported again changes nothing."""
    unit: Mapped[str]
    title: Mapped[str]
    submitted: Mapped[date] = mapped_column(index=True)
    level: Mapped[str | None]
    adopter: Mapped[str]
    adopted: Mapped[date | None]
    imported_at: Mapped[datetime]


class PortalArticleRow(Base):
    """An article of a portal: what it says of its date and source, as a run last read it."""

    __tablename__ = "portal_articles"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    """Of the address."""
    site: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    published: Mapped[date | None] = mapped_column(index=True)
    source: Mapped[str]
    reprint: Mapped[bool | None]
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class ReportRow(Base):
    """One version of a report of one period."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("kind", "period", "public", "version"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]
    period: Mapped[str]
    public: Mapped[bool]
    until: Mapped[date | None]
    version: Mapped[int]
    made_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    """None: a draft."""
    who: Mapped[str]
    number: Mapped[str]
    signer: Mapped[str]
    dated: Mapped[date | None]
    numbers: Mapped[Object]
    files: Mapped[list[Object]]


class ProbeRoundRow(Base):
    """One visit to every site in operation."""

    __tablename__ = "probe_rounds"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    void: Mapped[str]
    """Why it proves nothing; empty: it counts."""


class ProbeRow(Base):
    """One visit to one home page."""

    __tablename__ = "probes"
    __table_args__ = (Index("ix_probes_site_at", "site", "at"),)

    round: Mapped[int] = mapped_column(ForeignKey("probe_rounds.id", ondelete="CASCADE"), primary_key=True)
    site: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime]
    state: Mapped[str]
    status: Mapped[int | None]
    cause: Mapped[str]
    ms: Mapped[int]
