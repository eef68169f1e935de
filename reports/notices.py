"""The correction notice (整改通知单) as its papers show it: in words, safe to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from govcrawl.model import FindingRecord, Notice, Registry, Rule, Severity
from govcrawl.rules.deadlines import last_day
from reports.entries import HIJACKED, mask_of, order
from reports.notice_pictures import Shot
from reports.periods import Office, day_zh, moment_zh
from reports.pictures import Picture
from reports.results import site_name
from reports.wording import cut, defang, full_width, visible

NO_PICTURES: Mapping[str, Shot] = MappingProxyType({})
"""Of papers that go without pictures beside them."""
NO_SMALL: Mapping[str, Picture] = MappingProxyType({})
"""Of papers that show none."""
_TITLE = 300
_ADDRESS = 500
_PAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One finding of a notice."""

    serial: int
    fingerprint: str
    rule: str
    """Title of its rule."""
    severity: str
    site: str
    problem: str
    page: str
    target: str
    """The address at fault; of a hijacked one masked, never to be clicked. Empty: there is none."""
    places: str
    """共12处, or nothing."""
    more: str
    """共12处，另见：…, with further pages; or nothing."""
    basis: str
    fix: str
    due: str
    """2026年12月2日前, with 暂按周末推算 where it is so; of an urgent one with its hour."""
    recurred: bool
    small: str = ""
    """Its small picture as a `data:` address, for the mail; empty: none."""
    picture: str = ""
    """File of its picture beside the papers, or why there is none; empty: it never had one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePaper:
    """Everything that a notice's documents say."""

    draft: bool
    """Not issued: every page says 草稿, and there is no number."""
    number: str
    unit: str
    office: str
    contact: str
    phone: str
    region: str
    urgent: bool
    document_number: str
    signer: str
    dated: str
    """成文日期 as papers write it, or nothing."""
    basis: tuple[str, ...]
    period: str
    """When the findings were seen: 2026年11月16日至11月22日, or one day."""
    lines: tuple[NoticeLine, ...]
    first_due: str
    vetoes: int
    problems: int
    estimated: bool

    @property
    def title(self) -> str:
        """The heading of the paper."""
        return f"{self.region}政府网站整改通知单"


def in_notice(notice: Notice, findings: Sequence[FindingRecord]) -> list[FindingRecord]:
    """The findings of a notice in the order in which its papers number them."""
    told = {item.fingerprint for item in notice.items}
    return sorted((record for record in findings if record.fingerprint in told), key=order)


def paper_of(
    notice: Notice,
    findings: Sequence[FindingRecord],
    *,
    registry: Registry,
    rules: Mapping[str, Rule],
    office: Office,
    basis: Sequence[str],
    pictures: Mapping[str, Shot] = NO_PICTURES,
    small: Mapping[str, Picture] = NO_SMALL,
) -> NoticePaper:
    """The paper of a notice; one without a number is a draft.

    Args:
        notice: with the deadline of each finding.
        findings: those of the notice, in any order; one without a deadline in the notice is left out.
        registry: names of units and sites.
        rules: titles of rules by code.
        office: who issues it.
        basis: documents of the profile, in Chinese.
        pictures: what goes with the papers, by fingerprint.
        small: small pictures for the mail, by fingerprint.
    """
    zone = office.timezone
    items = {item.fingerprint: item for item in notice.items}
    told = in_notice(notice, findings)
    mask = mask_of(told, registry)
    unit = registry.unit(notice.unit)
    lines = []
    for serial, record in enumerate(told, 1):
        item = items[record.fingerprint]
        line = _line(serial, record, _due(item.deadline, item.estimated, zone), registry, rules, mask)
        shot = pictures.get(record.fingerprint)
        lines.append(
            replace(
                line,
                picture="" if shot is None else shot.told,
                small=small[record.fingerprint].data if record.fingerprint in small else "",
            )
        )
    first = notice.first_deadline
    return NoticePaper(
        draft=not notice.number,
        number=notice.number,
        unit=notice.unit if unit is None else unit.name,
        office=office.name,
        contact=office.contact,
        phone=office.phone,
        region=office.region,
        urgent=notice.urgent,
        document_number=visible(notice.document_number),
        signer=visible(notice.signer),
        dated="" if notice.dated is None else day_zh(notice.dated, year=True),
        basis=tuple(basis),
        period=_period([record.last_seen for record in told], zone),
        lines=tuple(lines),
        first_due="" if first is None else _due(first, False, zone),
        vetoes=sum(record.severity is Severity.VETO for record in told),
        problems=sum(record.severity is Severity.PROBLEM for record in told),
        estimated=any(item.estimated for item in notice.items),
    )


def _line(
    serial: int,
    record: FindingRecord,
    due: str,
    registry: Registry,
    rules: Mapping[str, Rule],
    mask: Callable[[str], str],
) -> NoticeLine:
    rule = rules.get(record.rule)
    target = record.target or ""
    pages = [mask(cut(visible(page), _ADDRESS)) for page in record.more_pages[:_PAGES]]
    places = "" if record.occurrences < 2 else f"共{record.occurrences}处"
    also = f"另见：{'；'.join(pages)}" if pages else ""
    return NoticeLine(
        serial=serial,
        fingerprint=record.fingerprint,
        rule=record.rule if rule is None else rule.title,
        severity=record.severity.zh,
        site=visible(site_name(registry, record)),
        problem=full_width(mask(visible(cut(record.title, _TITLE)))),
        page=mask(visible(cut(record.page, _ADDRESS))),
        target=defang(visible(cut(target, _ADDRESS)))
        if record.rule == HIJACKED
        else mask(visible(cut(target, _ADDRESS))),
        places=places,
        more="，".join(part for part in (places, also) if part),
        basis=full_width(record.basis),
        fix=full_width(record.fix),
        due=due,
        recurred=record.recurred,
    )


def _due(moment: datetime, estimated: bool, zone: str) -> str:
    day = last_day(moment, zone)
    local = moment_zh(moment, zone, year=True)
    text = f"{day_zh(day, year=True)}前" if local.endswith(" 00:00") else f"{local}前"
    return f"{text}（暂按周末推算）" if estimated else text


def _period(moments: Sequence[datetime], zone: str) -> str:
    if not moments:
        return ""
    first, last = (
        moment_zh(moment, zone, year=True).split(" ", 1)[0] for moment in (min(moments), max(moments))
    )
    return first if first == last else f"{first}至{last}"
