"""Units, sites, columns and accounts, as the office registers them (INTERFACES: registry.yaml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class UnitKind(StrEnum):
    """What level and kind of office a unit is."""

    CITY = "市政府"
    COUNTY = "旗县市区政府"
    ZONE = "开发区管委会"
    CITY_DEPARTMENT = "市直部门"
    COUNTY_DEPARTMENT = "旗县市区部门"
    TOWNSHIP = "苏木乡镇街道"
    INSTITUTION = "事业单位"
    OTHER = "其他"


class SiteKind(StrEnum):
    """Portal of a government, or site of a department."""

    PORTAL = "门户网站"
    DEPARTMENT = "部门网站"


class SiteStatus(StrEnum):
    """Whether a site or an account is in operation."""

    RUNNING = "正常运行"
    SUSPENDED = "临时下线"
    CLOSED = "永久下线"


class ColumnType(StrEnum):
    """The kind of a column; the profile says how often each must be updated."""

    NEWS = "动态要闻"
    NOTICES = "通知公告"
    POLICIES = "政策文件"
    INTERPRETATION = "政策解读"
    PERSONNEL = "人事信息"
    PLANS = "规划计划"
    ANNUAL_REPORTS = "年度报告"
    OVERVIEW = "概况信息"
    INTERACTION = "互动交流"
    SERVICES = "办事服务"
    OTHER = "其他"
    STATIC = "静态信息"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An office that sponsors sites or accounts, or answers for the content of columns (单位)."""

    id: str
    name: str
    kind: UnitKind = UnitKind.OTHER
    short_names: tuple[str, ...] = ()
    parent: str | None = None
    emails: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The full name first, then the short ones."""
        return (self.name, *self.short_names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A registered list section of a site (栏目)."""

    name: str
    url: str
    type: ColumnType
    level: int = 1
    unit: str | None = None
    """Id of the unit that answers for the content (内容保障单位); None: the site's sponsor."""
    confirmed: bool = True
    """False for a column that was discovered and that nobody has looked at."""
    archived: bool = False
    max_age_days: int | None = None
    """Overrides the profile's days for this one column; needs a reason."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Another edition of a site (a language, a mobile or an accessible one): not crawled twice."""

    url: str
    lang: str = "zh"
    kind: str = "语言版"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One registered website: a scope of addresses, not necessarily one host (网站)."""

    id: str
    name: str
    unit: str
    url: str
    kind: SiteKind = SiteKind.DEPARTMENT
    code: str = ""
    """网站标识码, kept as text."""
    status: SiteStatus = SiteStatus.RUNNING
    scope: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    platform: str | None = None
    filings: Mapping[str, str] = field(default_factory=dict)
    """Of approval, icp, police, mlps, mark."""
    former_urls: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    approval_reason: str = ""
    """Why what the measures discourage is allowed here; silences the hints of `registry check`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account on one new-media platform (政务新媒体账号)."""

    id: str
    unit: str
    platform: str
    name: str
    url: str | None = None
    status: SiteStatus = SiteStatus.RUNNING
    verified_owner: str | None = None
    filed: bool | None = None
    hosts: tuple[str, ...] = ()
    approval_reason: str = ""
    """As of a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All that an office has registered. Ids are unique within each kind."""

    units: tuple[Unit, ...] = ()
    sites: tuple[Site, ...] = ()
    accounts: tuple[Account, ...] = ()

    def unit(self, unit_id: str | None) -> Unit | None:
        """The unit of that id, or None."""
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def site(self, site_id: str) -> Site | None:
        """The site of that id, or None."""
        return next((site for site in self.sites if site.id == site_id), None)

    def subordinates(self, unit_id: str) -> Iterator[Unit]:
        """The units below one, at any depth; a circle of parents ends where it closes."""
        seen = {unit_id}
        level = [unit_id]
        while level:
            below = [u for u in self.units if u.parent in level and u.id not in seen]
            seen.update(unit.id for unit in below)
            yield from below
            level = [unit.id for unit in below]
