"""A finding as papers show it: place, evidence and remedy in words, safe to print.

One `Entry` serves the weekly inspection and the report of a site; everything from pages in it is
cut, and addresses of hijacked targets are masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from govcrawl.model import FindingRecord, Registry, Rule, Severity, Status
from reports.evidence import Fact, facts, seen
from reports.periods import moment_zh
from reports.pictures import Picture, picture_note
from reports.wording import cut, defang, defanger, full_width, host_of, is_web, visible

VERIFIED = frozenset({Status.CONFIRMED, Status.NOTIFIED, Status.REPLIED, Status.DISPUTED})
"""States of an open finding that somebody, or a second try, has confirmed."""

HIJACKED = "link-hijacked"
NOT_JUDGED = "column-unreadable"
"""This rule says what the crawler could not read: told apart, never counted among the problems."""

TITLE_LIMIT = 300
ADDRESS_LIMIT = 300
SNIPPET_LIMIT = 500
_FACT_LIMIT = 1000
_SELECTOR_LIMIT = 200
_PAGES_SHOWN = 20
_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is shown, and where a click leads (None: it is no link)."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finding, ready to be shown."""

    fingerprint: str
    rule: str
    """Title of its rule."""
    severity: Severity
    fix: str
    title: str
    status: str
    """已核实；11月16日首次发现，11月22日仍存在."""
    mark: str
    """新增, 复发, 未整改 or nothing."""
    column: str
    page: Address
    target: Address | None
    where: str
    """首页，共12处, as far as it applies."""
    side: str
    """站内链接 or 站外链接, of a finding with a target."""
    more_pages: tuple[Address, ...]
    facts: tuple[Fact, ...]
    snippet: str
    line: int | None
    selector: str
    deadline: str
    picture: Picture | None = None
    picture_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """All findings of one rule in one site, with what they share."""

    code: str
    title: str
    severity: Severity
    basis: str
    fix: str
    entries: tuple[Entry, ...]


class Describer:
    """Makes entries out of records, with the registry's names and the catalogue's titles.

    Args:
        registry: names of units, sites, columns.
        rules: the catalogue by code, for titles.
        records: all findings of the paper; hosts of hijacked targets among them are masked everywhere.
        zone: zone in which times are written.
        pictures: of findings, by fingerprint; papers for the public are given none.
    """

    def __init__(
        self,
        registry: Registry,
        rules: Mapping[str, Rule],
        records: Sequence[FindingRecord],
        zone: str,
        pictures: Mapping[str, Picture] | None = None,
    ) -> None:
        self._pictures = pictures or {}
        self._registry = registry
        self._rules = rules
        self._zone = zone
        self._titles = {record.fingerprint: record.title for record in records}
        self._columns = {column.url: column.name for site in registry.sites for column in site.columns}
        self.mask = mask_of(records, registry)

    def rule_title(self, code: str) -> str:
        """链接错误, of a rule; the code where the catalogue does not know it (a removed check)."""
        rule = self._rules.get(code)
        return full_width(rule.title) if rule is not None else code

    def text(self, text: str, limit: int = TITLE_LIMIT) -> str:
        """Text with hijacked hosts masked and hidden marks shown, cut."""
        return cut(visible(self.mask(cut(text, limit * 2))), limit)

    def address(self, url: str, *, clickable: bool = True) -> Address:
        """An address as it may be shown; masked ones and odd ones are never links."""
        shown = self.mask(cut(url, ADDRESS_LIMIT * 2))
        same = shown == cut(url, ADDRESS_LIMIT * 2)
        linked = clickable and same and is_web(url) and len(url) <= 2000
        return Address(cut(visible(shown), ADDRESS_LIMIT), url if linked else None)

    def column(self, url: str | None) -> str:
        """Name of a column; its address where it is not registered; nothing where there is none."""
        if url is None:
            return ""
        return self.text(self._columns.get(url) or url, 80)

    def entry(self, record: FindingRecord, *, mark: str = "") -> Entry:
        """One finding, ready to be shown."""
        target = None
        if record.target is not None and record.rule == HIJACKED:
            masked = defang(cut(record.target, ADDRESS_LIMIT * 2))
            target = Address(cut(visible(masked), ADDRESS_LIMIT), None)
        elif record.target is not None and record.target != record.page:
            target = self.address(record.target)
        return Entry(
            fingerprint=record.fingerprint,
            rule=self.rule_title(record.rule),
            severity=record.severity,
            fix=full_width(self.text(record.fix, 600)),
            title=full_width(self.text(record.title)),
            status=f"{full_width(record.status.zh)}；{seen(record, self._zone)}",
            mark=mark,
            column=self.column(record.column),
            page=self.address(record.page),
            target=target,
            where=_where(record),
            side="" if target is None else "站外链接" if record.external else "站内链接",
            more_pages=tuple(self.address(page) for page in record.more_pages[:_PAGES_SHOWN]),
            facts=tuple(self._safe(fact) for fact in facts(record, self._titles, self._zone)),
            snippet=self.text(record.evidence.snippet, SNIPPET_LIMIT),
            line=record.evidence.line,
            selector=self.text(record.evidence.selector, _SELECTOR_LIMIT),
            picture=self._pictures.get(record.fingerprint),
            picture_note=self.text(picture_note(record)),
            deadline="" if record.deadline is None else moment_zh(record.deadline, self._zone),
        )

    def groups(
        self, records: Iterable[FindingRecord], mark: Callable[[FindingRecord], str]
    ) -> tuple[RuleGroup, ...]:
        """The findings by rule, the worst first, then the most frequent; inside a rule by `order`."""
        grouped: dict[tuple[str, Severity, str, str], list[FindingRecord]] = {}
        for record in sorted(records, key=order):
            grouped.setdefault((record.rule, record.severity, record.basis, record.fix), []).append(record)
        worst = sorted(
            grouped.items(), key=lambda item: (_SEVERITIES.index(item[0][1]), -len(item[1]), item[0])
        )
        return tuple(
            RuleGroup(
                code=code,
                title=self.rule_title(code),
                severity=severity,
                basis=full_width(self.text(basis)),
                fix=full_width(self.text(fix, 600)),
                entries=tuple(self.entry(record, mark=mark(record)) for record in members),
            )
            for (code, severity, basis, fix), members in worst
        )

    def _safe(self, fact: Fact) -> Fact:
        return Fact(fact.label, self.text(fact.text, _FACT_LIMIT))


def counted(record: FindingRecord) -> bool:
    """Is it open and a problem or hint of the unit (and not of what the crawler could not read)."""
    return record.open and record.rule != NOT_JUDGED


def order(record: FindingRecord) -> tuple[object, ...]:
    """Worst first; then by rule; the home page first, inside before outside, many places before few."""
    return (
        _SEVERITIES.index(record.severity),
        record.rule,
        not record.on_home,
        record.external,
        -record.occurrences,
        record.target or record.page,
        record.fingerprint,
    )


def mask_of(records: Iterable[FindingRecord], registry: Registry) -> Callable[[str], str]:
    """What masks the hosts of hijacked targets in any text; registered sites' own hosts stay readable."""
    own = {host_of(site.url) for site in registry.sites}
    hosts: set[str] = set()
    for record in records:
        if record.rule == HIJACKED:
            hosts.add(host_of(record.target or ""))
            hosts.add(host_of(str(record.detail.get("final_url") or "")))
    inside = {host for host in hosts if any(site == host or site.endswith(f".{host}") for site in own)}
    return defanger(hosts - inside)


def _where(record: FindingRecord) -> str:
    places = f"共{record.occurrences}处" if record.occurrences > 1 else ""
    return "，".join(part for part in ("首页" if record.on_home else "", places) if part)
