"""What earlier runs kept of pages, fetched from the store in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from govcrawl.net.hops import Stored
from govcrawl.store import PageSeen, Store
from spiders.facts import PageFacts, unpack

BELIEVED = timedelta(days=7)
"""For so long a page is believed when it says that it has not changed; then it is fetched whole."""


class Memory:
    """Recalls pages. Each is recalled at most once in a run, and then forgotten here.

    Args:
        store: holds the pages.
        version: of the readings that this run reads by (`spiders.facts.version`).
        now: the time.
        used: False: nothing is recalled, every page is fetched whole.
    """

    def __init__(self, store: Store, *, version: str, now: Callable[[], datetime], used: bool) -> None:
        self._store = store
        self._now = now
        self._used = used
        self._known: dict[str, PageSeen | None] = {}
        self.version = version

    def prepare(self, urls: Iterable[str]) -> None:
        """Fetch from the store what it has of pages that are about to be visited."""
        if not self._used:
            return
        asked = [url for url in urls if url not in self._known]
        if asked:
            found = self._store.known_pages(asked)
            self._known.update({url: found.get(url) for url in asked})

    def knows(self, url: str) -> bool:
        """Needs the store no more be asked for this page before it is recalled."""
        return not self._used or url in self._known

    def recall(self, url: str) -> tuple[Stored, PageFacts] | None:
        """How to ask whether a page has changed, and what is kept of it; None: fetch it whole."""
        if not self._used:
            return None
        self.prepare([url])
        known = self._known.pop(url)
        return None if known is None else stored_of(known, self._now(), self.version)


def stored_of(known: PageSeen, now: datetime, wanted: str) -> tuple[Stored, PageFacts] | None:
    """How to ask whether a page has changed, and what is kept of it; None: fetch it whole.

    Args:
        known: the page as the store has it.
        now: the time.
        wanted: the version of readings that this run reads by.
    """
    if known.reader_version != wanted or known.readings is None or now - known.fetched_at > BELIEVED:
        return None
    facts = unpack(known.readings)
    if facts is None:
        return None
    stored = Stored(
        etag=known.etag or "", last_modified=known.last_modified or "", content_hash=known.content_hash or ""
    )
    return stored, facts
