"""A finding as papers show it: place, evidence and remedy in words, safe to print.

One `Entry` serves the weekly inspection and the report of a site; everything from pages in it is
cut, and addresses of hijacked targets are masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from govcrawl.model import FindingRecord, Registry, Rule, Severity, Status
from reports.periods import day_zh, moment_zh
from reports.wording import CAUSES, cut, defang, defanger, full_width, host_of, is_web, visible

VERIFIED = frozenset({Status.CONFIRMED, Status.NOTIFIED, Status.REPLIED, Status.DISPUTED})
"""States of an open finding that somebody, or a second try, has confirmed."""

HIJACKED = "link-hijacked"
NOT_JUDGED = "column-unreadable"
"""This rule says what the crawler could not read: told apart, never counted among the problems."""

TITLE_LIMIT = 300
ADDRESS_LIMIT = 300
SNIPPET_LIMIT = 500
_FACT_LIMIT = 200
_MEMBERS_LIMIT = 800
_PAGES_SHOWN = 20
_TIMES_SHOWN = 6
_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is shown, and where a click leads (None: it is no link)."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of evidence."""

    label: str
    text: str


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
    """

    def __init__(
        self,
        registry: Registry,
        rules: Mapping[str, Rule],
        records: Sequence[FindingRecord],
        zone: str,
    ) -> None:
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
            status=f"{full_width(record.status.zh)}；{self._seen(record)}",
            mark=mark,
            column=self.column(record.column),
            page=self.address(record.page),
            target=target,
            where=_where(record),
            side="" if target is None else "站外链接" if record.external else "站内链接",
            more_pages=tuple(self.address(page) for page in record.more_pages[:_PAGES_SHOWN]),
            facts=tuple(self._facts(record)),
            snippet=self.text(record.evidence.snippet, SNIPPET_LIMIT),
            line=record.evidence.line,
            selector=self.text(record.evidence.selector, _FACT_LIMIT),
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

    def _facts(self, record: FindingRecord) -> Iterable[Fact]:
        detail = record.detail
        times = self._times(record.evidence.observed)
        if answer := _answer(detail):
            yield Fact("检测结果", self.text(answer, _FACT_LIMIT) + (f"；检测时间：{times}" if times else ""))
        elif times:
            yield Fact("检测时间", times)
        if age := _age(detail):
            yield Fact("更新情况", self.text(age, _FACT_LIMIT))
        for key, label in _FACT_LABELS.items():
            if (value := detail.get(key)) not in (None, "", (), [], {}) and (text := _chinese(key, value)):
                yield Fact(label, full_width(self.text(text, _FACT_LIMIT)))
        if members := self._members(detail.get("members")):
            yield Fact("涉及问题", self.text(members, _MEMBERS_LIMIT))
        if record.status is Status.DISPUTED and record.reason:
            yield Fact("单位意见", self.text(record.reason, _FACT_LIMIT))

    def _seen(self, record: FindingRecord) -> str:
        first, last = (day_zh_of(moment, self._zone) for moment in (record.first_seen, record.last_seen))
        return f"{first}发现" if first == last else f"{first}首次发现，{last}仍存在"

    def _members(self, members: object) -> str:
        listed = [str(member) for member in members] if isinstance(members, list | tuple) else []
        titles = [self._titles[one] for one in listed if one in self._titles]
        shown = "；".join(full_width(title).rstrip("。") for title in titles[:_PAGES_SHOWN])
        rest = len(listed) - min(len(titles), _PAGES_SHOWN)
        if not titles:
            return f"共{len(listed)}项" if listed else ""
        return shown + (f"；另有{rest}项" if rest else "")

    def _times(self, observed: Sequence[str]) -> str:
        shown = []
        for text in observed[:_TIMES_SHOWN]:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                continue
            if moment.tzinfo is not None:
                shown.append(moment_zh(moment, self._zone))
        for index in range(len(shown) - 1, 0, -1):
            day, time = shown[index].split(" ")
            if shown[index - 1].startswith(f"{day} "):
                shown[index] = time
        more = len(observed) - len(shown)
        return "、".join(shown) + (f"等{len(observed)}次" if shown and more > 0 else "")


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


def day_zh_of(moment: datetime, zone: str) -> str:
    """11月16日, of a moment in the zone."""
    return moment_zh(moment, zone).split(" ", 1)[0]


_FACT_LABELS = {
    "final_url": "最终地址",
    "target_title": "目标页标题",
    "matched": "识别依据",
    "terms": "识别依据",
    "network": "广告网络",
    "domain": "所属域名",
    "source": "所标来源",
    "reprint_reason": "转载依据",
    "meta_date": "页面标签日期",
    "addresses": "IPv6 地址",
    "status4": "IPv4 访问状态码",
    "status6": "IPv6 访问状态码",
    "similarity": "首页内容相似度",
    "links_tested": "抽测链接数",
    "links_reachable": "其中 IPv6 可访问",
    "links_failed_hosts": "IPv6 不可访问的主机",
    "reason": "说明",
}


_PHRASES = {
    "nxdomain": "域名不存在",
    "connect": "建立连接超时",
    "read": "等待内容超时",
    "expired": "证书已过期",
    "name mismatch": "证书与域名不符",
    "unknown issuer": "证书签发机构不受信任",
    "protocol too old": "加密协议版本过低",
    "host not reachable": "该服务器多次无法访问",
    "source": "所标来源为其他单位",
    "dateline": "文中有媒体电头",
    "reprint mark": "文中标明转载",
    "link to original": "文中有原文链接",
}
"""Short English phrases of the readers, in words."""


def _where(record: FindingRecord) -> str:
    places = f"共{record.occurrences}处" if record.occurrences > 1 else ""
    return "，".join(part for part in ("首页" if record.on_home else "", places) if part)


def _answer(detail: Mapping[str, object]) -> str:
    cause, status = detail.get("cause"), detail.get("status")
    words = CAUSES.get(str(cause), str(cause)) if cause else ""
    if status and not words:
        return f"HTTP 状态码 {status}"
    return f"{words}（HTTP {status}）" if status else words


def _age(detail: Mapping[str, object]) -> str:
    newest, age, limit = detail.get("newest"), detail.get("age_days"), detail.get("threshold_days")
    parts = []
    if newest:
        try:
            parts.append(f"最新一条为{day_zh(date.fromisoformat(str(newest)[:10]), year=True)}")
        except ValueError:
            parts.append(f"最新一条为{visible(cut(str(newest), 40))}")
    if age is not None:
        parts.append(f"已{_plain(age)}天未更新")
    if limit is not None:
        parts.append(f"规定期限{_plain(limit)}天")
    return "，".join(parts)


def _chinese(key: str, value: object) -> str:
    """The value in words; phrases of the program itself that have no Chinese word are left out."""
    text = _plain(value)
    if key in {"reason", "reprint_reason"} and text.isascii():
        return _PHRASES.get(text, "")
    return text


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0%}" if 0 <= value <= 1 and value != int(value) else f"{value:g}"
    if isinstance(value, list | tuple):
        return "、".join(_plain(one) for one in value[:10]) + ("…" if len(value) > 10 else "")
    return cut(str(value), _FACT_LIMIT * 2)
