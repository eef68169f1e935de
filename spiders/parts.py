"""Links to parts of pages (`#part`) over a whole site, and whether the pages have them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from govcrawl.model import PartReading
from govcrawl.pages.fragments import PartLink, has_part

_MOST_NAMES = 400_000
"""Names that are kept of all pages together; of pages beyond it is not known what they have."""
_MOST_LINKS = 20_000
"""Parts that are looked for."""
_MORE_PAGES = 20


@dataclass(slots=True)
class _Sought:
    link: PartLink
    pages: list[str] = field(default_factory=list)
    count: int = 0


class Parts:
    """Collects them page by page; nothing is asked for them.

    Args:
        owns: is a page one of the site's own; parts of others are not looked for.
    """

    def __init__(self, owns: Callable[[str], bool]) -> None:
        self._owns = owns
        self._names: dict[str, Collection[str] | None] = {}
        self._kept = 0
        self._sought: dict[tuple[str, str], _Sought] = {}

    def add(self, urls: Iterable[str], names: Collection[str] | None, links: Iterable[PartLink]) -> None:
        """Note one page.

        Args:
            urls: as it was asked, and its final address.
            names: of its parts; None: not known.
            links: that stand in it.
        """
        addresses = list(dict.fromkeys(urls))
        if names is not None and self._kept + len(names) > _MOST_NAMES:
            names = None
        self._kept += len(names or ())
        for url in addresses:
            self._names[url] = None if names is None else frozenset(names)
        page = addresses[-1]
        for link in links:
            key = (link.url, link.part)
            if key not in self._sought and (len(self._sought) >= _MOST_LINKS or not self._owns(link.url)):
                continue
            sought = self._sought.setdefault(key, _Sought(link))
            sought.count += 1
            if len(sought.pages) <= _MORE_PAGES:
                sought.pages.append(page)

    def readings(self) -> tuple[PartReading, ...]:
        """What became of each link; a page that was not read is not known to have or lack anything."""
        return tuple(
            PartReading(
                url=sought.link.url,
                part=sought.link.part,
                page=sought.pages[0],
                text=sought.link.text,
                there=has_part(self._names.get(sought.link.url), sought.link.part),
                evidence=sought.link.evidence,
                occurrences=sought.count,
                more_pages=tuple(sought.pages[1:]),
            )
            for sought in self._sought.values()
        )
