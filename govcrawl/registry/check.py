"""What the measures forbid or discourage, as far as the registry shows it (管理办法, articles 5 to 7).

Pure: no request is made. What the registry does not say is not known: it is asked for in a hint, never
taken for a breach. What is forbidden only in principle (原则上) is a hint, which an approval with a reason
silences.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from govcrawl.model import Account, Registry, Site, SiteKind, SiteStatus, Unit, UnitKind
from govcrawl.pages.addresses import Scope, host_of, normalise
from govcrawl.registry.errors import plain
from govcrawl.registry.fields import FIELDS, Kind
from govcrawl.registry.lookup import name_key

_OPENING = "《管理办法》第六条第（一）项第1目"
_FILINGS = "《管理办法》第六条第（一）项第3目"
_CLOSING = "《管理办法》第六条第（二）项第2目"
_ACCOUNT_FILING = "《管理办法》第七条第（一）项"
_ONE_ACCOUNT = "《管理办法》第七条第（二）项"
_BELOW = "《管理办法》第七条第（三）项"
_NAMES = "《管理办法》第七条第（四）项"
_GUIDE = "国办发〔2017〕47号《政府网站发展指引》"
_DOMAINS = "国办函〔2018〕55号"

_CODE = re.compile(r"\d{10}|[A-Za-z]{2}\d{8}")
_CHINESE_GOV = "xn--zfr164b"  # .政务
_GOVERNMENTS = {UnitKind.CITY, UnitKind.COUNTY, UnitKind.ZONE}
APP_PLATFORMS = {"移动客户端", "app", "客户端", "手机客户端"}


class Level(StrEnum):
    """How grave it is."""

    ERROR = "error"
    """Forbidden."""
    HINT = "hint"
    """Discouraged, or not known."""

    @property
    def zh(self) -> str:
        """The word in papers."""
        return {"error": "不符合规定", "hint": "提示"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryHint:
    """One thing that a person should look at."""

    level: Level
    rule: str
    """A stable code, such as `site-second`."""
    basis: str
    """Document and article."""
    kind: Kind
    subject: str
    """Id of the unit, site or account."""
    message: str
    """Chinese, one line."""

    def to_json(self) -> dict[str, str]:
        """The object of `govcrawl registry check --json`."""
        return {
            "level": str(self.level),
            "rule": self.rule,
            "basis": self.basis,
            "kind": self.kind.one,
            "subject": self.subject,
            "message": self.message,
        }


def check(registry: Registry) -> list[RegistryHint]:
    """Everything that the registry shows to be forbidden (errors first) or that needs a look (hints)."""
    found: list[RegistryHint] = []
    for site in registry.sites:
        unit = registry.unit(site.unit)
        found += _site_opened(site, unit)
        found += _site_domain(site, unit)
        found += _site_papers(site)
        found += _site_columns(site, registry)
    found += _second_sites(registry)
    for account in registry.accounts:
        found += _account(account, registry.unit(account.unit))
    found += _second_accounts(registry)
    for unit in registry.units:
        found += _unit(unit, registry)
    return sorted(found, key=lambda hint: hint.level is Level.HINT)


def _error(rule: str, basis: str, kind: Kind, subject: str, message: str) -> RegistryHint:
    return RegistryHint(
        level=Level.ERROR, rule=rule, basis=basis, kind=kind, subject=subject, message=plain(message, 500)
    )


def _hint(rule: str, basis: str, kind: Kind, subject: str, message: str) -> RegistryHint:
    return RegistryHint(
        level=Level.HINT, rule=rule, basis=basis, kind=kind, subject=subject, message=plain(message, 500)
    )


# -- sites


def _second_sites(registry: Registry) -> Iterator[RegistryHint]:
    by_unit: dict[str, list[Site]] = defaultdict(list)
    for site in registry.sites:
        if site.status is SiteStatus.RUNNING:
            by_unit[site.unit].append(site)
    for unit_id, sites in by_unit.items():
        if len(sites) < 2 or len([site for site in sites if not site.approval_reason]) < 2:
            continue
        unit = registry.unit(unit_id)
        names = "、".join(f"“{site.name}”（{site.id}）" for site in sites)
        message = (
            f"“{unit.name if unit else unit_id}”有 {len(sites)} 个正常运行的网站：{names}。"
            "一个单位最多开设一个网站，请整合；确经批准的，请填写批准事由。"
        )
        yield _error("site-second", f"{_OPENING}；{_GUIDE}", Kind.UNIT, unit_id, message)


def _site_opened(site: Site, unit: Unit | None) -> Iterator[RegistryHint]:
    if site.status is not SiteStatus.RUNNING or unit is None:
        return
    approved = bool(site.approval_reason or site.filings.get("approval"))
    if unit.kind in {UnitKind.COUNTY_DEPARTMENT, UnitKind.TOWNSHIP} and not approved:
        message = (
            f"“{unit.name}”（{unit.kind}）开设了网站“{site.name}”。此类单位原则上不得开设政府网站，"
            "内容应由上级政府门户网站承载；确经批准的，请填写批准文号或批准事由。"
        )
        yield _hint("site-not-allowed", f"{_OPENING}；{_GUIDE}", Kind.SITE, site.id, message)
    if site.kind is SiteKind.PORTAL and unit.kind not in _GOVERNMENTS and not approved:
        message = f"“{site.name}”登记为门户网站，但主办单位“{unit.name}”登记为{unit.kind}，请核对。"
        yield _hint("portal-sponsor", _OPENING, Kind.SITE, site.id, message)


def _site_domain(site: Site, unit: Unit | None) -> Iterator[RegistryHint]:
    if site.status is not SiteStatus.RUNNING:
        return
    host = host_of(normalise(site.url) or site.url)
    official = host == "gov.cn" or host.endswith((".gov.cn", f".{_CHINESE_GOV}", f".{_CHINESE_GOV}.cn"))
    institution = unit is not None and unit.kind is UnitKind.INSTITUTION
    if not official and not institution:
        message = f"“{site.name}”的域名 {host} 不以 .gov.cn 或 .政务 结尾，政府网站不得使用其他后缀的域名。"
        yield _error("domain-suffix", _DOMAINS, Kind.SITE, site.id, message)
    elif official and institution and not site.approval_reason:
        message = f"“{site.name}”由事业单位主办，使用 .gov.cn 域名；不承担行政职能的事业单位不使用，请核对。"
        yield _hint("domain-institution", _DOMAINS, Kind.SITE, site.id, message)
    elif official and site.kind is SiteKind.PORTAL and not host.startswith("www."):
        message = f"门户网站“{site.name}”的域名 {host} 不是 www.×××.gov.cn 的形式，请核对。"
        yield _hint("domain-portal", _DOMAINS, Kind.SITE, site.id, message)


def _site_papers(site: Site) -> Iterator[RegistryHint]:
    if site.code and not _CODE.fullmatch(site.code):
        message = f"“{site.name}”的网站标识码“{plain(site.code, 30)}”应为 10 位数字，或 2 位字母加 8 位数字。"
        yield _error("code-format", _GUIDE, Kind.SITE, site.id, message)
    if site.status is not SiteStatus.RUNNING:
        if not site.filings.get("approval") and not site.approval_reason:
            message = f"“{site.name}”{site.status}，未登记批准文号。网站下线须逐级上报审核获批，请补填。"
            yield _hint("closing-approval", _CLOSING, Kind.SITE, site.id, message)
        return
    missing = [] if site.code else ["网站标识码"]
    missing += [
        FIELDS[Kind.SITE][f"filings.{key}"].heading
        for key in ("approval", "icp", "police", "mlps", "mark")
        if not site.filings.get(key)
    ]
    if missing:
        message = f"“{site.name}”未登记：{'、'.join(missing)}。未通过备案的网站不得上线运行，请核实后补填。"
        yield _hint("filings-unknown", _FILINGS, Kind.SITE, site.id, message)


def _site_columns(site: Site, registry: Registry) -> Iterator[RegistryHint]:
    if site.status is SiteStatus.CLOSED:
        return
    scope = Scope(site, [other for other in registry.sites if other.status is not SiteStatus.CLOSED])
    outside = [column for column in site.columns if not scope.owns(column.url)]
    if outside:
        named = "、".join(f"“{column.name}”" for column in outside[:5])
        more = f"等 {len(outside)} 个" if len(outside) > 5 else ""
        message = (
            f"“{site.name}”的栏目{named}{more}，网址不在本网站范围内，请核对栏目网址、网站范围或其他域名。"
        )
        yield _hint("column-outside", "《管理办法》第六条第（二）项第3目", Kind.SITE, site.id, message)
    unconfirmed = sum(1 for column in site.columns if not column.confirmed)
    if unconfirmed:
        message = f"“{site.name}”有 {unconfirmed} 个自动发现的栏目尚未经人工确认，其问题只列为疑似。"
        yield _hint("column-unconfirmed", "《管理办法》第十条", Kind.SITE, site.id, message)


# -- accounts


def _account(account: Account, unit: Unit | None) -> Iterator[RegistryHint]:
    if account.status is not SiteStatus.RUNNING:
        return
    subject = f"{account.platform}账号“{account.name}”"
    if account.filed is False:
        message = f"{subject}登记为未备案。开设政务新媒体须经审核获批并备案。"
        yield _error("account-unfiled", _ACCOUNT_FILING, Kind.ACCOUNT, account.id, message)
    unknown = [] if account.filed is not None else ["是否备案"]
    unknown += [] if account.verified_owner else ["认证主体"]
    app = name_key(account.platform) in APP_PLATFORMS
    unknown += ["后台域名（用于检测 IPv6）"] if app and not account.hosts else []
    if unknown:
        message = f"{subject}未登记：{'、'.join(unknown)}，请核实后补填。"
        yield _hint("account-unknown", f"{_ACCOUNT_FILING}、第（四）项", Kind.ACCOUNT, account.id, message)
    if unit is None or account.approval_reason:
        return
    if account.verified_owner and name_key(account.verified_owner) not in map(name_key, unit.names):
        message = f"{subject}的认证主体“{account.verified_owner}”与主办单位“{unit.name}”不一致，请核对。"
        yield _hint("account-owner", _NAMES, Kind.ACCOUNT, account.id, message)
    if unit.kind is UnitKind.INSTITUTION and unit.parent:
        message = (
            f"{subject}由二级单位“{unit.name}”开设，原则上应整合到上级主管单位；确需保留的，请填写批准事由。"
        )
        yield _hint("account-below", _BELOW, Kind.ACCOUNT, account.id, message)


def _second_accounts(registry: Registry) -> Iterator[RegistryHint]:
    by_unit: dict[str, list[Account]] = defaultdict(list)
    for account in registry.accounts:
        if account.status is SiteStatus.RUNNING and not account.approval_reason:
            by_unit[account.unit].append(account)
    for unit_id, accounts in by_unit.items():
        unit = registry.unit(unit_id)
        owner = unit.name if unit else unit_id
        counts = Counter(name_key(account.platform) for account in accounts)
        for key, count in counts.items():
            if count < 2:
                continue
            same = [account for account in accounts if name_key(account.platform) == key]
            names = "、".join(f"“{account.name}”" for account in same)
            message = (
                f"“{owner}”在{same[0].platform}上有 {count} 个账号：{names}。"
                "原则上一个单位在同一平台只开设一个，请优化集成；确经批准的，请填写批准事由。"
            )
            yield _hint("account-second", _ONE_ACCOUNT, Kind.UNIT, unit_id, message)
        one_each = [account for account in accounts if counts[name_key(account.platform)] == 1]
        if len({name_key(account.name) for account in one_each}) > 1:
            names = "、".join(f"“{account.name}”（{account.platform}）" for account in one_each)
            message = f"“{owner}”在不同平台上的账号名称不一致：{names}。原则上应保持一致。"
            yield _hint("account-names", _NAMES, Kind.UNIT, unit_id, message)


# -- units


def _unit(unit: Unit, registry: Registry) -> Iterator[RegistryHint]:
    running = [site for site in registry.sites if site.unit == unit.id and site.status is SiteStatus.RUNNING]
    if unit.kind in {UnitKind.CITY, UnitKind.COUNTY} and not any(s.kind is SiteKind.PORTAL for s in running):
        message = (
            f"“{unit.name}”（{unit.kind}）没有登记正常运行的门户网站。"
            "旗县级以上人民政府应建设本级政府网站，请核对。"
        )
        yield _hint("portal-missing", _OPENING, Kind.UNIT, unit.id, message)
    if unit.emails:
        return
    duties = "主办网站" if running else ""
    if not duties and any(
        column.unit == unit.id
        for site in registry.sites
        if site.status is SiteStatus.RUNNING
        for column in site.columns
    ):
        duties = "保障栏目内容"
    if not duties and any(a.unit == unit.id and a.status is SiteStatus.RUNNING for a in registry.accounts):
        duties = "开设政务新媒体"
    if duties:
        message = f"“{unit.name}”{duties}，但未登记联系邮箱，整改通知单和报告无法送达。"
        yield _hint("unit-mail", "《管理办法》第十九条", Kind.UNIT, unit.id, message)
