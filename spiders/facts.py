"""What is kept of a page from one night to the next, so that an unchanged page is not parsed again.

Kept are readings, never judgements: profile, registry and day may have changed, so judging always runs
anew. What would read otherwise on another day (a list without years, an entry dated tomorrow, an article
whose date was not found) is not kept, and its page is read anew.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

import msgspec

from govcrawl.model import (
    AdvertName,
    ArticleReading,
    ColumnReading,
    ColumnState,
    DateOrigin,
    HomeReading,
    Kind,
    Link,
    SiteNames,
)
from govcrawl.pages import READER_VERSION
from govcrawl.pages.fragments import PartLink

_MOST = 8 * 2**20
"""Bytes of unpacked facts: what is longer was not packed by us."""
_TRUSTED = frozenset({DateOrigin.SHOWN, DateOrigin.META})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """All that a run needs of a page that it does not hold."""

    url: str
    """Final address."""
    title: str
    kind: Kind
    links: tuple[Link, ...]
    floating: tuple[int, ...]
    """Indexes of links in floating windows."""
    adverts: tuple[tuple[int, AdvertName], ...] = ()
    """Indexes of links whose place the page calls an advertisement, and how."""
    written: tuple[str, ...] = ()
    """Further pages of its list that only a script links to."""
    article: ArticleReading | None = None
    column: ColumnReading | None = None
    """Where it was read as the list of a column."""
    home: HomeReading | None = None
    """Where it was read as a home page."""
    parts: tuple[str, ...] | None = None
    """Names of its parts; None: not known, or not looked at."""
    part_links: tuple[PartLink, ...] = ()
    """Its links to parts of pages, where they are looked at."""

    @property
    def lasting(self) -> bool:
        """Would it read the same on any later day."""
        if self.home is not None and not self.home.lasting:
            return False
        if self.column is not None and not _lasts(self.column):
            return False
        if self.kind is Kind.ARTICLE and self.article is not None:
            published = self.article.published
            return published is not None and published.origin in _TRUSTED
        return True


def _lasts(column: ColumnReading) -> bool:
    if column.state is ColumnState.READ:
        return all(item.day is not None and not item.future for item in column.items)
    return column.state in {ColumnState.EMPTY, ColumnState.NOT_A_LIST}


def version(names: SiteNames, *, parts: bool = False) -> str:
    """The version of readings: of the reader, and of the names by which it tells a reprint.

    `parts`: what was read of links to parts of pages is in it.
    """
    digest = hashlib.sha256("\x00".join((*names.own, "\x01", *names.subordinate)).encode()).hexdigest()
    return f"{READER_VERSION}:{digest[:12]}{'#' if parts else ''}"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(PageFacts)


def pack(facts: PageFacts) -> bytes:
    """For the store."""
    return zlib.compress(_encoder.encode(facts), 1)


def unpack(blob: bytes) -> PageFacts | None:
    """From the store; None for what can't be read, which is then read anew."""
    try:
        inflater = zlib.decompressobj()
        packed = inflater.decompress(blob, _MOST)
        return _decoder.decode(packed) if inflater.eof else None
    except (zlib.error, msgspec.MsgspecError):
        return None
