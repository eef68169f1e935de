"""Proposed columns: as registry YAML for a person to check, and into the registry, unconfirmed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from govcrawl.model import Column, ColumnReading, ColumnState, ListOrigin, Registry, Site, SiteKind, Unit
from govcrawl.pages import Page
from govcrawl.registry.discovery import Proposal
from govcrawl.registry.errors import plain
from govcrawl.registry.leads import place_key
from govcrawl.registry.lookup import Slugs, units_called
from govcrawl.registry.yaml_out import flow

_COMMENT = 300
"""Characters of one comment."""
_HOSTS = 5
_SPONSOR = re.compile(r"主办(?:单位)?\s{0,3}[:：]\s{0,3}([一-鿿（）]{4,40})")
_CODE = re.compile(r"(?:网站)?标识码\s{0,3}[:：]?\s{0,3}([0-9A-Za-z]{10})(?![0-9A-Za-z])")
_CODE_TAG = re.compile(r"[0-9A-Za-z]{10}")
_AFTER_NAME = re.compile(r"(?:承办|协办|版权|网站|技术|联系|备案|地址|电话|维护).*")
_TITLE_PARTS = re.compile(r"\s?[-_—–|]+\s?")
_STATES = {
    ColumnState.READ: "静态列表",
    ColumnState.EMPTY: "空栏目",
    ColumnState.NEEDS_RENDERING: "脚本生成的列表",
    ColumnState.UNREADABLE: "未能读取",
    ColumnState.NOT_A_LIST: "不是列表",
}
_ORIGINS: dict[ListOrigin | None, str] = {
    ListOrigin.ISLAND: "列表数据写在页面脚本中",
    ListOrigin.RENDERED: "由浏览器读取",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProposals:
    """What was found of one site."""

    site: Site
    """As registered, else the stub that `site_stub` makes."""
    registered: bool
    proposals: tuple[Proposal, ...] = ()
    unit: Unit | None = None
    """The sponsor where it is not registered either."""
    asked: int = 0
    """Pages that were asked."""
    cut: int = 0
    """Links that were left out at the limit of pages."""
    elsewhere: tuple[tuple[str, int], ...] = ()
    """Hosts of the same domain to which its menus lead, and how often."""
    failure: str = ""
    """Chinese: why the home page could not be read; then there is no proposal."""

    @property
    def new(self) -> tuple[Proposal, ...]:
        """Those that are not registered, by any spelling of their address."""
        known = {place_key(column.url) for column in self.site.columns}
        return tuple(one for one in self.proposals if place_key(one.column.url) not in known)

    def to_json(self) -> dict[str, object]:
        """The object of `govcrawl discover --json`."""
        new = {one.column.url for one in self.new}
        return {
            "site": self.site.id,
            "name": self.site.name,
            "url": self.site.url,
            "registered": self.registered,
            "failure": self.failure or None,
            "pages": self.asked,
            "cut": self.cut,
            "elsewhere": [{"host": host, "links": count} for host, count in self.elsewhere],
            "columns": [{**one.to_json(), "registered": one.column.url not in new} for one in self.proposals],
        }


def site_stub(home: Page, url: str, registry: Registry) -> tuple[Site, Unit | None]:
    """A site that nobody registered, as far as its home page tells; and its sponsor where that is new.

    Args:
        home: the home page.
        url: its registered address to be.
        registry: for ids that are free, and for the sponsor.
    """
    text = home.text
    title = next((part for part in _TITLE_PARTS.split(home.title) if part), "")
    site_id = Slugs(site.id for site in registry.sites).of_host(url)
    tagged = next((name for name in home.metas.get("sitename", ()) if name), "")
    name = (tagged or title or site_id)[:100]
    match = _SPONSOR.search(text)
    sponsor = (_AFTER_NAME.sub("", match[1]) if match else "") or name
    called = units_called(registry.units, sponsor)
    unit = None
    if len(called) != 1:
        unit = Unit(id=Slugs(known.id for known in registry.units).of_host(url), name=sponsor)
    code = next((tag for tag in home.metas.get("siteidcode", ()) if _CODE_TAG.fullmatch(tag)), "")
    if not code and (found := _CODE.search(text)):
        code = found[1]
    kind = SiteKind.PORTAL if name.endswith("人民政府") else SiteKind.DEPARTMENT
    unit_id = unit.id if unit else called[0].id
    return Site(id=site_id, name=name, unit=unit_id, url=url, kind=kind, code=code), unit


def with_columns(
    registry: Registry, site_id: str, columns: Iterable[Column]
) -> tuple[Registry, tuple[Column, ...]]:
    """The registry with a site's new columns behind its own, and these columns.

    A column whose address is registered in any spelling is left as it is, and so is everything else.

    Raises:
        KeyError: no such site.
    """
    site = registry.site(site_id)
    if site is None:
        raise KeyError(site_id)
    known = {place_key(column.url) for column in site.columns}
    added: list[Column] = []
    for column in columns:
        if (key := place_key(column.url)) not in known:
            known.add(key)
            added.append(replace(column, confirmed=False))
    if not added:
        return registry, ()
    grown = replace(site, columns=(*site.columns, *added))
    sites = tuple(grown if other.id == site_id else other for other in registry.sites)
    return replace(registry, sites=sites), tuple(added)


def proposals_yaml(found: Sequence[SiteProposals]) -> str:
    """Registry YAML of what is not registered; each line says what a person should look at.

    Importing it adds the columns unconfirmed, and changes nothing that is registered.
    """
    lines = [
        "# 以下为自动发现的栏目，均未确认。请逐项核对名称、类型和网址，删去不是栏目的行，",
        "# 再用 govcrawl registry import 导入，用 govcrawl registry confirm 确认。",
    ]
    units = {one.unit.id: one.unit for one in found if one.unit is not None and not one.failure}
    if units:
        lines.append("units:")
        for unit in units.values():
            values = {"id": unit.id, "name": unit.name, "kind": str(unit.kind)}
            lines.append(f"  - {flow(values)}  # 请核对：主办单位按首页猜测")
    sites = [line for one in found for line in _site(one)]
    lines += (
        ["sites:", *sites]
        if any(not line.lstrip().startswith("#") for line in sites)
        else [*sites, "sites: []"]
    )
    return "\n".join(lines) + "\n"


def remark(proposal: Proposal) -> str:
    """What a person should know of a proposal, in one Chinese line."""
    parts = [_how(proposal.reading), f"来自{proposal.found_in}"]
    if proposal.doubts:
        parts.append(f"请核对：{'、'.join(proposal.doubts)}")
    return plain("；".join(part for part in parts if part), _COMMENT)


def _site(one: SiteProposals) -> Iterator[str]:
    site = one.site
    if one.failure:
        yield _comment(f"  # {site.id}（{site.name}）：{one.failure}")
        return
    new = one.new
    known = len(one.proposals) - len(new)
    told = f"访问 {one.asked} 页，发现栏目 {len(one.proposals)} 个" + (
        f"，其中已登记 {known} 个" if known else ""
    )
    if one.cut:
        told += f"；另有 {one.cut} 个链接超出页数上限，未访问"
    yield _comment(f"  # {site.name}：{told}")
    for host, count in one.elsewhere[:_HOSTS]:
        told = f"导航等处有 {count} 个链接指向 {host}；如属本网站，请在 aliases 中登记后再发现一次"
        yield _comment(f"  # {told}")
    if one.registered and not new:
        return
    yield f"  - id: {flow(site.id)}"
    if not one.registered:
        facts = {"code": site.code, "name": site.name, "unit": site.unit, "url": site.url}
        facts |= {"kind": str(site.kind)}
        for key, value in facts.items():
            if value:
                yield f"    {key}: {flow(value)}  # 请核对" if key != "url" else f"    {key}: {flow(value)}"
    yield "    columns:" if new else "    columns: []"
    for proposal in new:
        column = proposal.column
        values = {
            "name": column.name,
            "url": column.url,
            "type": str(column.type),
            "level": column.level,
            "confirmed": False,
        }
        yield f"      - {flow(values)}  # {remark(proposal)}"


def _comment(line: str) -> str:
    return "  " + plain(line, _COMMENT).lstrip()


def _how(reading: ColumnReading) -> str:
    if reading.state is not ColumnState.READ:
        return _STATES[reading.state]
    how = _ORIGINS.get(reading.origin, _STATES[reading.state])
    if reading.newest is not None:
        return f"最新一条 {reading.newest}，共 {len(reading.items)} 条（{how}）"
    if reading.newest_latest is not None:
        return f"最新一条不晚于 {reading.newest_latest}，共 {len(reading.items)} 条（{how}，未写年份）"
    return f"共 {len(reading.items)} 条（{how}）"
