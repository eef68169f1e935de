"""What can't wait until Monday (security, privacy, a site out of reach), told to whoever is on duty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from govcrawl.config import Config
from govcrawl.model import FindingRecord, MailState, Registry, Status
from govcrawl.office.outbox import deliver
from govcrawl.rules import known_rules
from govcrawl.rules.deadlines import URGENT
from govcrawl.store import Store
from reports.blocks import unit_name
from reports.entries import Describer
from reports.mail import AddressError, Message, compose
from reports.periods import moment_zh
from reports.rendering import render
from reports.results import site_name

_MOST = 200
"""Findings that one mail tells; it names the number of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentLine:
    """One urgent finding, ready to be shown."""

    site: str
    unit: str
    rule: str
    title: str
    page: str
    fix: str
    since: str
    """When it was seen first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """What is urgent, and whether it was told."""

    lines: tuple[UrgentLine, ...]
    """Confirmed, and in no correction notice yet."""
    told: str
    """Chinese: who was told now, or why nobody was; empty: nothing is new."""
    sent: bool
    """False: something is new, and it did not go out."""


def tell_duty(settings: Config, store: Store, password: str, *, now: Callable[[], datetime]) -> Urgent:
    """Tell whoever is on duty (`[office] duty`) what is new among the urgent findings, each once.

    Args:
        settings: the office, its mail server and its addresses.
        store: holds the findings and the outbox.
        password: of the mail server.
        now: the clock.
    """
    registry = store.registry()
    found = [record for record in store.findings(statuses=[Status.CONFIRMED]) if record.rule in URGENT]
    lines = tuple(lines_of(found, registry, settings))
    new = store.untold(URGENT)
    if not new:
        return Urgent(lines=lines, told="", sent=True)
    if not settings.office.duty:
        told = f"有{len(new)}项紧急问题尚未通知值班人员：没有设置 [office] duty"
        return Urgent(lines=lines, told=told, sent=False)
    moment = now()

    def mail(key: str) -> tuple[Sequence[str], str, bytes]:
        message = message_of(new, registry, settings, key, moment)
        return message.recipients, message.subject, message.content

    try:
        queued = store.tell_duty([record.fingerprint for record in new], URGENT, mail, now=moment)
    except AddressError as error:
        return Urgent(lines=lines, told=f"值班人员未能通知：[office] duty {error}", sent=False)
    if queued is None:  # another process has told it this very moment
        return Urgent(lines=lines, told="", sent=True)
    whom = "、".join(queued.recipients)
    for ended in deliver(store, settings.mail, password, now=now, ids=[queued.id]):
        if ended.state is MailState.SENT:
            return Urgent(lines=lines, told=f"已发邮件通知值班人员：{whom}", sent=True)
        why = ended.error or "服务器收下后没有答复，是否送出不明"
        told = f"值班人员（{whom}）未能通知：{why}；邮件在待发邮件中（govcrawl mail list）"
        return Urgent(lines=lines, told=told, sent=False)
    return Urgent(lines=lines, told=f"通知值班人员的邮件正由另一进程发送：{whom}", sent=True)


def lines_of(records: Sequence[FindingRecord], registry: Registry, settings: Config) -> list[UrgentLine]:
    """The findings in words; addresses of hijacked targets are masked."""
    rules = known_rules()
    zone = settings.office.timezone
    describer = Describer(registry, rules, records, zone)
    entries = ((record, describer.entry(record)) for record in records)
    return [
        UrgentLine(
            site=site_name(registry, record),
            unit=unit_name(registry, record.unit),
            rule=entry.rule,
            title=entry.title,
            page=entry.page.text,
            fix=entry.fix,
            since=moment_zh(record.first_seen, zone, year=True),
        )
        for record, entry in entries
    ]


def message_of(
    records: Sequence[FindingRecord], registry: Registry, settings: Config, key: str, moment: datetime
) -> Message:
    """The mail to whoever is on duty.

    Raises:
        AddressError: an address of `[office] duty` can't be used.
    """
    lines = lines_of(records, registry, settings)
    sites = len({line.site for line in lines})
    title = f"政府网站紧急问题提醒：{sites}个网站{len(lines)}项"
    html = render(
        "urgent_mail.html",
        {"title": title, "office": settings.office, "lines": lines[:_MOST], "count": len(lines)},
        own=settings.folder / "templates",
    )
    return compose(
        sender=settings.mail.sender,
        to=settings.office.duty,
        subject=f"【特急】{title}",
        html=html,
        identity=key.replace("/", "-"),
        moment=moment,
    )
