"""What an answer says of a lead, and whether it is proposed as a column: pure decisions about one page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from govcrawl.model import (
    Cause,
    Column,
    ColumnReading,
    ColumnState,
    ColumnType,
    LinkVerdict,
    Verdict,
)
from govcrawl.pages import Page, Scope, read_column
from govcrawl.pages.breadcrumbs import breadcrumb
from govcrawl.pages.kinds import gathers_blocks
from govcrawl.pages.menus import Role
from govcrawl.registry.column_types import TypeOrigin, type_of_column
from govcrawl.registry.leads import Lead

_NO_NAME = re.compile("首页|公共头|无|正文|列表|栏目|默认", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s?[-_—–|]+\s?")
_LONGEST_NAME = 20
_GONE = frozenset(
    {Cause.SOFT_404, Cause.EMPTY, Cause.WRONG_TYPE, Cause.REDIRECT_LOOP, Cause.TOO_MANY_REDIRECTS, Cause.DNS}
)
_FOUND_IN = {
    Role.MENU: "导航",
    Role.HEADING: "栏目标题或路径",
    Role.MORE: "“更多”链接",
    Role.LINK: "页面链接",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of asking a lead."""

    page: Page | None
    """None: there is nothing to read, or not the whole of it."""
    reading: ColumnReading
    nowhere: bool = False
    """It is no column: not there, out of the site, a file."""
    refused: bool = False
    """The site answers, but not to a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A column that is proposed, unconfirmed, with what a person should know of it."""

    column: Column
    reading: ColumnReading
    found_in: str
    """Chinese: 导航, “更多”链接 …"""
    type_origin: TypeOrigin
    doubts: tuple[str, ...] = ()
    """Chinese: why a person should look."""

    def to_json(self) -> dict[str, object]:
        """One entry of `govcrawl discover --json`."""
        newest = self.reading.newest or self.reading.newest_latest
        return {
            "name": self.column.name,
            "url": self.column.url,
            "type": str(self.column.type),
            "level": self.column.level,
            "confirmed": self.column.confirmed,
            "type_origin": str(self.type_origin),
            "state": str(self.reading.state),
            "origin": None if self.reading.origin is None else str(self.reading.origin),
            "items": len(self.reading.items),
            "newest": None if newest is None else newest.isoformat(),
            "found_in": self.found_in,
            "doubts": list(self.doubts),
        }


def seen_of(
    url: str, verdict: LinkVerdict, page: Page | None, scope: Scope, today: date, *, whole: bool = True
) -> Seen:
    """What an answer says of a lead.

    Args:
        url: the lead's.
        verdict: of a first attempt, or of more.
        page: the page that it showed, if it showed one.
        scope: of the site.
        today: the day as of which its list is read.
        whole: did all of the page arrive.
    """
    if verdict.verdict is Verdict.OK and scope.owns(verdict.final_url):
        if page is None or not page.is_html:
            return _unread(url, "栏目直接指向文档，不判断更新情况", nowhere=True)
        if not whole:
            return _unread(url, "栏目页面未能完整接收（连接中断或超时），不判断更新情况")
        return Seen(page=page, reading=replace(read_column(page, today), url=url))
    if verdict.verdict is Verdict.OK:
        return _unread(url, "栏目跳转到站外系统，不判断更新情况", nowhere=True)
    if verdict.blocked:
        return replace(_unread(url, f"网站拒绝程序访问该栏目（返回 {verdict.status}）"), refused=True)
    gone = verdict.status in {404, 410} or verdict.cause in _GONE or verdict.verdict is Verdict.HIJACKED
    return _unread(url, "栏目页面未能访问", nowhere=gone or verdict.verdict is Verdict.SKIPPED)


def _unread(url: str, reason: str, *, nowhere: bool = False) -> Seen:
    state = ColumnState.NOT_A_LIST if nowhere else ColumnState.UNREADABLE
    return Seen(page=None, reading=ColumnReading(url=url, state=state, reason=reason), nowhere=nowhere)


def proposal_of(lead: Lead, seen: Seen, today: date) -> Proposal | None:
    """A lead as an unconfirmed column, if what it shows may be one; None where it does not.

    An empty or unreadable page of a menu proves nothing, so it is left to a person as well.
    """
    page, reading = seen.page, seen.reading
    if page is None:
        if lead.role is not Role.MENU or not lead.names:
            return None
        kind, origin = type_of_column(lead.names[0])
        if kind is ColumnType.OTHER and not seen.refused:  # neither name nor answer speaks for a column
            return None
        return _proposal(lead, reading, lead.names[0], kind, origin, 2 if lead.above else 1, [reading.reason])
    steps = [crumb.name for crumb in breadcrumb(page)]
    named = _named(lead, page, steps)
    if named is None:
        return None
    name, certain = named
    kind, origin = type_of_column(name, page.metas.get("columntype", ()), reading.items)
    if not _may_be_column(lead, page, reading, kind, certain=certain):
        return None
    doubts = [] if certain else ["页面上的栏目名称与链接文字不一致或没有，请核对名称"]
    if reading.state is not ColumnState.READ:
        doubts.append(reading.reason)
    elif gathers_blocks(page, today):
        kind, origin = ColumnType.OTHER, TypeOrigin.NONE
        doubts.append("该页汇总多个下级栏目的信息，是否登记请核对")
    elif reading.newest is None and reading.newest_latest is None:
        doubts.append("列表没有显示日期")
    level = 2 if lead.above or len(steps) >= 2 else 1
    return _proposal(lead, reading, name, kind, origin, level, doubts)


def _proposal(
    lead: Lead,
    reading: ColumnReading,
    name: str,
    kind: ColumnType,
    origin: TypeOrigin,
    level: int,
    doubts: list[str],
) -> Proposal:
    if origin is TypeOrigin.NONE:
        doubts.append("类型未能判断，暂作“其他”")
    elif origin is not TypeOrigin.TAG:
        doubts.append(f"类型按{'栏目名称' if origin is TypeOrigin.NAME else '条目标题'}猜测")
    column = Column(name=name, url=lead.url, type=kind, level=level, confirmed=False)
    return Proposal(
        column=column,
        reading=reading,
        found_in=_FOUND_IN[lead.role],
        type_origin=origin,
        doubts=tuple(doubts),
    )


def _may_be_column(
    lead: Lead, page: Page, reading: ColumnReading, kind: ColumnType, *, certain: bool
) -> bool:
    state = reading.state
    if state is ColumnState.READ:
        return len(reading.items) >= 2 and (lead.role is not Role.LINK or certain or bool(reading.newest))
    if state is ColumnState.NOT_A_LIST:
        if page.refresh is not None:
            return False
        if "下级栏目" in reading.reason:
            return lead.role in {Role.MENU, Role.HEADING}
        if lead.role is not Role.MENU:
            return False
        # One document: the page itself must call it by the menu's name, for articles go by their column's.
        of_its_own = lead.url.endswith("/") and lead.names[0] in _shown_names(page)
        return of_its_own or kind in {ColumnType.STATIC, ColumnType.OVERVIEW}
    if state is ColumnState.UNREADABLE:  # a form, a calendar, a map, unless the page itself says otherwise
        return lead.role is Role.MENU and certain and lead.names[0] in _shown_names(page)
    return lead.role is not Role.LINK or certain


def _named(lead: Lead, page: Page, steps: list[str]) -> tuple[str, bool] | None:
    """The column's name, and whether page and links agree on it; None: nothing names it."""
    tags = [name for name in page.metas.get("columnname", ()) if _is_name(name)]
    shown = _shown_names(page)
    for name in lead.names:
        if name in shown:
            return name, True
    for name in lead.names:
        for own in shown:
            if name in own or own in name:
                return own, True
    if tags and steps and tags[0] == steps[-1]:
        return tags[0], not lead.names
    parts = [part for part in _TITLE_PARTS.split(page.title) if _is_name(part)]
    if lead.names:
        name = lead.names[0]
        return name, any(name in part for part in parts) or any(name in step for step in steps)
    name = next(iter([*shown, *parts[:1]]), "")
    return (name, bool(shown)) if name else None


def _shown_names(page: Page) -> list[str]:
    """What the page calls its column, by tag and breadcrumb."""
    tags = [name for name in page.metas.get("columnname", ()) if _is_name(name)]
    return list(dict.fromkeys([*tags, *(crumb.name for crumb in breadcrumb(page)[-1:])]))


def _is_name(text: str) -> bool:
    return 2 <= len(text) <= _LONGEST_NAME and not _NO_NAME.fullmatch(text)
