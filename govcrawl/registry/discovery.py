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

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from govcrawl.model import ListItem
from govcrawl.pages import Page, Scope
from govcrawl.pages.breadcrumbs import breadcrumb
from govcrawl.registry.leads import (
    Lead,
    articles_of,
    hosts_elsewhere,
    leads_of_home,
    leads_of_section,
    place_key,
    unseen,
)
from govcrawl.registry.proposal import Proposal, Seen, proposal_of, seen_of

MOST_PAGES = 60
"""Pages of a site that are asked in all, the home page among them."""
_FIRST = 45
"""Of these for links of the home page alone, so that some are left for what lies below."""
_ARTICLES = 8
"""Articles that are asked for their breadcrumb."""

__all__ = ["MOST_PAGES", "Discovery", "Proposal", "Seen", "seen_of"]


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
                leads = [*sorted(self._below, key=lambda lead: lead.rank), *self._first]
            leads = list(unseen(leads, self._known))[:left]
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
                if place_key(page.refresh) == place_key(lead.url):  # /tzgg/ that leads to /tzgg/index.html
                    self._known.discard(place_key(lead.url))
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
        """The columns in the order in which they were met: of the home page, then those below."""
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


def _below(proposal: Proposal, folders: set[str]) -> Proposal:
    """Of the second level where its address lies in the folder of another column."""
    parts = place_key(proposal.column.url).split("/")
    if any("/".join(parts[:end]) in folders for end in range(2, len(parts))):
        return replace(proposal, column=replace(proposal.column, level=2))
    return proposal
