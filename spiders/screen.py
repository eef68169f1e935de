"""The browser of one run: which pages it shows beside the lists that need it, and what it saw there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checks.ads import BY_BROWSER, network_subject
from govcrawl.model import Column, Evidence, FindingRecord, FloatingLink, Link, LinkTarget, ShownPage
from govcrawl.pages import Scope, normalise

if TYPE_CHECKING:
    from govcrawl.net.browser import Rendered, Renderer
    from spiders.targets import Prove, Targets

Place = Callable[[str], tuple[Column | None, bool]]
"""The column that a shown page belongs to, and whether it is the home page."""


@dataclass(slots=True)
class Screen:
    """Shows each page once at most, and keeps what it asked for and what floats in it.

    Has the renderer's own method, so that what reads lists needs to know nothing of advertisements.
    """

    renderer: Renderer
    watches: bool
    """Do the checks of this run want to know of requests and windows."""
    scope: Scope
    shown: dict[str, Rendered] = field(default_factory=dict)
    """By address as it was asked; what could not be shown, and what led away from the site, is left out."""
    _away: dict[str, Rendered] = field(default_factory=dict)

    async def render(self, url: str) -> Rendered:
        """As `Renderer.render`.

        What stands elsewhere in the end (a redirect, a script) is another site's page: it answers for none
        of this one's.
        """
        known = self.shown.get(url) or self._away.get(url)
        if known is not None:
            return known
        rendered = await self.renderer.render(url, windows=self.watches)
        if rendered.html:
            (self.shown if self.scope.owns(rendered.url) else self._away)[url] = rendered
        return rendered

    async def watch(self, urls: Iterable[str], most: int) -> None:
        """Show the first of these pages, so many at most."""
        if self.watches:
            for url in list(dict.fromkeys(urls))[:most]:
                await self.render(url)


def pages_to_watch(home: str, told_before: Collection[str], others: Iterable[str]) -> Iterator[str]:
    """The home page, what a browser told something of before, then others; each once."""
    yield from dict.fromkeys((home, *sorted(told_before), *others))


def told_by_browser(records: Iterable[FindingRecord]) -> list[FindingRecord]:
    """Open findings that a browser saw alone."""
    return [record for record in records if record.detail.get("seen_by") == BY_BROWSER]


def take_floating(screen: Screen, targets: Targets, scope: Scope, place: Place) -> list[LinkTarget]:
    """Note third parties' links that float in shown pages; those that are new have still to be asked."""
    new: list[LinkTarget] = []
    for url, rendered in screen.shown.items():
        for window in rendered.floating:
            address = normalise(window.url)
            if address is None or not scope.third_party(address):
                continue
            known = targets.get(address)
            if known is not None:
                if not known.floating:
                    known.floating = known.by_browser = True
                continue
            link = Link(url=address, raw=window.url, element="a", text=window.text, line=0, index=0)
            column, on_home = place(url)
            targets.add_page(
                url,
                [link],
                frozenset({0}),
                adverts={},
                prove=_proof(window),
                column=column,
                on_home=on_home,
                new=new.append,
            )
            if (target := targets.get(address)) is not None:
                target.by_browser = True
    return new


def _proof(window: FloatingLink) -> Prove:
    def prove(_: Link) -> Evidence:
        return Evidence(snippet=window.snippet, selector=window.selector)

    return prove


def shown_pages(screen: Screen, targets: Targets, scope: Scope, place: Place) -> tuple[ShownPage, ...]:
    """What each shown page asked of third parties, without what stands in its HTML anyway."""
    written: dict[str, set[str]] = {}
    for target in targets:
        if target.third_party:
            pages = written.setdefault(network_subject(target.url), set())
            pages.update((target.page, *target.more_pages))
    found = []
    for url, rendered in screen.shown.items():
        column, on_home = place(url)
        found.append(
            ShownPage(
                url=url,
                requests=tuple(
                    request
                    for request in rendered.requests
                    if scope.third_party(request.url)
                    if url not in written.get(network_subject(request.url), ())
                ),
                on_home=on_home,
                column=None if column is None else column.url,
            )
        )
    return tuple(found)
