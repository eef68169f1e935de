"""Columns of a site that nobody registered: searched from its home page, for a person to confirm.

`Discovery` decides what to ask and what the answers mean; whoever drives it (the spider, `govcrawl
discover`) only asks:

    search = Discovery(home, scope, today)
    while leads := search.next():
        for lead in leads:
            search.see(lead, seen_of(...))
    search.proposals()
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from govcrawl.model import (
    Cause,
    Column,
    ColumnReading,
    ColumnState,
    ColumnType,
    Kind,
    LinkVerdict,
    ListItem,
    Verdict,
)
from govcrawl.pages import Page, Scope, kind_of, read_column
from govcrawl.pages.breadcrumbs import breadcrumb
from govcrawl.pages.menus import Role
from govcrawl.registry.column_types import TypeOrigin, type_of_column
from govcrawl.registry.leads import (
    Lead,
    articles_of,
    hosts_elsewhere,
    leads_of_home,
    leads_of_section,
    place_key,
    unseen,
)

MOST_PAGES = 60
"""Pages of a site that are asked in all, the home page among them."""
_FIRST = 45
"""Of these for links of the home page alone, so that some are left for what lies below."""
_ARTICLES = 8
"""Articles that are asked for their breadcrumb."""
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


class Discovery:
    """The search for a site's columns. Bounded: at most MOST_PAGES, one level below what the home page names.

    Args:
        home: the home page (behind its entrances).
        scope: of the site.
        today: the day as of which lists are read.
    """

    def __init__(self, home: Page, scope: Scope, today: date) -> None:
        self._home = home
        self._scope = scope
        self._today = today
        self._known = {place_key(home.url)}
        self._first = leads_of_home(home, scope)
        self._below: list[Lead] = []
        self._round = 0
        self._found: dict[str, tuple[Lead, Proposal]] = {}
        self.asked = 1
        """Pages so far, the home page among them."""

    @property
    def elsewhere(self) -> list[tuple[str, int]]:
        """Hosts of the same domain to which the menus lead as to columns, and how often: perhaps aliases."""
        return hosts_elsewhere(self._home, self._scope)

    @property
    def cut(self) -> int:
        """Links that were left out because MOST_PAGES had been asked."""
        return sum(1 for _ in unseen([*self._first, *self._below], self._known))

    def next(self) -> list[Lead]:
        """What is to be asked next: a round of links of the home page, of those below, of articles; or []."""
        while self._round < 4:
            self._round += 1
            left = MOST_PAGES - self.asked
            if self._round == 1:
                leads = self._first[: min(_FIRST, left)]
            elif self._round == 3:
                leads = articles_of(self._home, self._scope, self._known, min(_ARTICLES, left))
            else:
                below = sorted(self._below, key=lambda lead: lead.rank)
                leads = list(
                    {place_key(lead.url): lead for lead in reversed([*below, *self._first])}.values()
                )
                leads = list(unseen(reversed(leads), self._known))[:left]
            leads = list(unseen(leads, self._known))
            self._known.update(place_key(lead.url) for lead in leads)
            self.asked += len(leads)
            if leads:
                return leads
        return []

    def see(self, lead: Lead, seen: Seen) -> None:
        """Take what came of asking a lead."""
        page = seen.page
        if page is not None and page.refresh is not None and self._scope.owns(page.refresh):
            if not lead.forwarded and not lead.is_article:
                self._known.discard(place_key(page.refresh))  # /tzgg/ that leads to /tzgg/index.html
                self._below.append(replace(lead, url=page.refresh, forwarded=True))
            return
        if page is not None and (self._round == 1 or lead.is_article):
            self._look_below(lead, page, seen.reading.items)
        if seen.nowhere or lead.is_article:
            return
        key = place_key(lead.url if seen.page is None else seen.page.url)
        if key == place_key(self._home.url) or key in self._found:
            return
        proposal = proposal_of(lead, seen, self._today)
        if proposal is not None:
            self._found[key] = (lead, proposal)

    def proposals(self) -> list[Proposal]:
        """The columns, those above before those below, in the order of the home page."""
        unique: dict[object, tuple[Lead, Proposal]] = {}
        for key, (lead, proposal) in self._found.items():
            rows = tuple(item.url for item in proposal.reading.items[:5])
            # One list under two addresses; lists of three rows may be alike by chance.
            same: object = (proposal.column.name, rows) if len(rows) >= 3 else key
            old = unique.get(same)
            if old is None or lead.rank < old[0].rank:
                unique[same] = (lead, proposal)
        found = [proposal for _, proposal in unique.values()]
        folders = {place_key(proposal.column.url) for proposal in found}
        return [_below(proposal, folders) for proposal in found]

    def _look_below(self, lead: Lead, page: Page, items: Sequence[ListItem]) -> None:
        entries = {item.url for item in items}  # of a list of names (leaders, offices) all look like a menu's
        below = [one for one in leads_of_section(page, self._scope) if one.url not in entries]
        if lead.is_article:  # its menus are those of every page: only where it stands is news
            steps = {crumb.url for crumb in breadcrumb(page)}
            below = [one for one in below if one.url in steps]
        self._below += below


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
    elif kind_of(page, today) is Kind.HOME:
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


def _below(proposal: Proposal, folders: set[str]) -> Proposal:
    """Of the second level where its address lies in the folder of another column."""
    parts = place_key(proposal.column.url).split("/")
    if any("/".join(parts[:end]) in folders for end in range(2, len(parts))):
        return replace(proposal, column=replace(proposal.column, level=2))
    return proposal


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
