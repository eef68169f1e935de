"""Every address that a site links to, with the places where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from govcrawl.model import AdvertName, Column, Evidence, Link, LinkTarget
from govcrawl.pages import Page, Scope
from govcrawl.pages.verdicts import skipped

_MAX_PAGES = 20
_RANK = {"a": 0, "area": 1, "iframe": 2, "frame": 2}

Prove = Callable[[Link], Evidence | None]


class Targets:
    """Collects links page by page: one `LinkTarget` an address, one count a place."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._targets: dict[str, LinkTarget] = {}
        self.unproved: set[str] = set()
        """Addresses without evidence, for the page that stands for them is not at hand."""

    def add_page(
        self,
        url: str,
        links: Iterable[Link],
        floating: frozenset[int],
        *,
        adverts: Mapping[int, AdvertName],
        prove: Prove | None,
        column: Column | None,
        on_home: bool,
        new: Callable[[LinkTarget], None],
    ) -> None:
        """Note all links of a page.

        A place is a page: an address that stands five times in one page is one place. The home page
        takes the front place of the evidence, for that is where a visitor meets the link.

        Args:
            url: final address of the page.
            links: of the page.
            floating: indexes of those in floating windows.
            adverts: by index: how the page calls their place, where that sounds like an advertisement.
            prove: gives the evidence of a link, or None where it has none; None: the page is not at hand.
            column: that the page belongs to.
            on_home: it is the home page.
            new: called for each address that was not known.
        """
        seen: set[str] = set()
        for link in links:
            if not link.url.startswith(("http://", "https://")) and skipped(link.url) is not None:
                continue  # mailto:, javascript: …; slips such as htttp:// are links that nobody can open
            target = self._targets.get(link.url)
            if target is None:
                target = self._new(link, url, column, on_home)
                self._prove(target, link, prove)
                new(target)
            elif link.url not in seen:
                target.occurrences += 1
                if url != target.page and len(target.more_pages) < _MAX_PAGES:
                    target.more_pages.append(url)
            if on_home and not target.on_home:
                self._move(target, url, column)
                target.on_home = True
                self._prove(target, link, prove)
            if link.index in floating and not target.floating:
                target.floating = True
                self._prove(target, link, prove)
            if target.advert is None and link.index in adverts:
                target.advert = adverts[link.index]
            seen.add(link.url)

    def __iter__(self) -> Iterator[LinkTarget]:
        """All targets in the order in which they were met."""
        return iter(self._targets.values())

    def __len__(self) -> int:
        return len(self._targets)

    def get(self, url: str) -> LinkTarget | None:
        """The target of an address, or None."""
        return self._targets.get(url)

    def prove_as_before(self, target: LinkTarget, page: str, evidence: Evidence) -> bool:
        """Take the evidence of an earlier run, if the link still stands on that page; whether it does.

        Only for a page that has not changed since: its place in the page is then the same.
        """
        if page != target.page:
            if page not in target.more_pages or target.on_home:
                return False
            target.more_pages.remove(page)
            target.more_pages.insert(0, target.page)
            target.page = page
        _take(target, evidence)
        self.unproved.discard(target.url)
        return True

    def prove_by(self, target: LinkTarget, page: Page) -> None:
        """Take the evidence from the page that stands for a target, now that it is at hand."""
        for link in page.links:
            if link.url == target.url:
                self._prove(target, link, page.evidence)
                return

    def _new(self, link: Link, page: str, column: Column | None, on_home: bool) -> LinkTarget:
        target = LinkTarget(
            url=link.url,
            text=link.text,
            element=link.element,
            page=page,
            column=column.url if column else None,
            on_home=on_home,
            external=not self._scope.owns(link.url),
            third_party=self._scope.third_party(link.url),
            occurrences=1,
        )
        self._targets[link.url] = target
        return target

    @staticmethod
    def _move(target: LinkTarget, page: str, column: Column | None) -> None:
        if target.page != page:
            target.more_pages.insert(0, target.page)
            del target.more_pages[_MAX_PAGES:]
        target.page = page
        target.column = column.url if column else None

    def _prove(self, target: LinkTarget, link: Link, prove: Prove | None) -> None:
        if link.text or _RANK.get(link.element, 9) < _RANK.get(target.element, 9):
            target.text, target.element = link.text, link.element
        evidence = None if prove is None else prove(link)
        if evidence is None:
            target.snippet, target.line, target.selector = "", 0, ""
            self.unproved.add(target.url)
            return
        _take(target, evidence)
        self.unproved.discard(target.url)


def _take(target: LinkTarget, evidence: Evidence) -> None:
    target.snippet, target.line, target.selector = evidence.snippet, evidence.line or 0, evidence.selector
