"""Every address that a site links to, with the places where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from govcrawl.model import Column, Link, LinkTarget
from govcrawl.pages import Page, Scope

_MAX_PAGES = 20
_RANK = {"a": 0, "area": 1, "iframe": 2, "frame": 2}
_EMPTY: frozenset[int] = frozenset()


class Targets:
    """Collects links page by page: one `LinkTarget` an address, one count a place."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._targets: dict[str, LinkTarget] = {}

    def add_page(
        self, page: Page, *, column: Column | None, on_home: bool, new: Callable[[LinkTarget], None]
    ) -> None:
        """Note all links of a page; `new` is called for each address that was not known.

        A place is a page: an address that stands five times in one page is one place. The home page
        takes the front place of the evidence, for that is where a visitor meets the link.
        """
        seen: set[str] = set()
        for link in page.links:
            if not link.url.startswith(("http://", "https://")):
                continue
            target = self._targets.get(link.url)
            floating = link.index in page.floating
            if target is None:
                target = self._new(link, page, column, on_home, floating)
                new(target)
            elif link.url not in seen:
                target.occurrences += 1
                if page.url != target.page and len(target.more_pages) < _MAX_PAGES:
                    target.more_pages.append(page.url)
            if on_home and not target.on_home:
                self._move_to(target, link, page, column)
            if floating and not target.floating:
                target.floating = True
                self._prove(target, link, page)
            seen.add(link.url)

    def __iter__(self) -> Iterator[LinkTarget]:
        """All targets in the order in which they were met."""
        return iter(self._targets.values())

    def __len__(self) -> int:
        return len(self._targets)

    def get(self, url: str) -> LinkTarget | None:
        """The target of an address, or None."""
        return self._targets.get(url)

    def _new(
        self, link: Link, page: Page, column: Column | None, on_home: bool, floating: bool
    ) -> LinkTarget:
        target = LinkTarget(
            url=link.url,
            text=link.text,
            element=link.element,
            page=page.url,
            column=column.url if column else None,
            on_home=on_home,
            external=not self._scope.owns(link.url),
            third_party=self._scope.third_party(link.url),
            occurrences=1,
            floating=floating,
        )
        self._prove(target, link, page)
        self._targets[link.url] = target
        return target

    def _move_to(self, target: LinkTarget, link: Link, page: Page, column: Column | None) -> None:
        if target.page != page.url:
            target.more_pages.insert(0, target.page)
            del target.more_pages[_MAX_PAGES:]
        target.page = page.url
        target.column = column.url if column else None
        target.on_home = True
        self._prove(target, link, page)

    @staticmethod
    def _prove(target: LinkTarget, link: Link, page: Page) -> None:
        evidence = page.evidence(link)
        target.snippet, target.line, target.selector = evidence.snippet, evidence.line or 0, evidence.selector
        if link.text or _RANK.get(link.element, 9) < _RANK.get(target.element, 9):
            target.text, target.element = link.text, link.element
