"""What was seen of pages: written in batches by a run, read by any later run over the same addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from govcrawl.store.columns import READINGS_LIMIT, TITLE_LIMIT, URL_LIMIT, clean, clean_or_none, key_of
from govcrawl.store.shapes import PageSeen
from govcrawl.store.tables import PageRow, RunRow
from govcrawl.store.upsert import chunks, insert_for, upsert

_HEADER_LIMIT = 1_000
_CONTENT = (
    "kind",
    "title",
    "bytes",
    "content_hash",
    "etag",
    "last_modified",
    "reader_version",
    "readings",
    "fetched_at",
)
"""Columns that speak of the content: left alone by a visit that got none."""


def record(session: Session, run: RunRow, pages: Sequence[PageSeen], now: datetime) -> None:
    """Writes a batch, and counts the addresses that are new to this run into its `pages`."""
    rows = {row["key"]: row for row in (_values(page, run.id, now) for page in pages)}
    counted: set[str] = set()
    for keys in chunks(rows):
        counted.update(
            session.scalars(select(PageRow.key).where(PageRow.key.in_(keys), PageRow.run == run.id))
        )
    statement = insert_for(session, PageRow)
    new = statement.excluded
    changes: dict[str, ColumnElement[Any]] = {
        "run": new.run,
        "status": new.status,
        "column": new.column,
        "seen_at": new.seen_at,
    }
    for name in _CONTENT:
        stays = PageRow.__table__.c[name]
        changes[name] = case((new.content_hash.is_(None), stays), else_=new[name])
    upsert(session, statement, list(rows.values()), key="key", update=changes)
    run.pages += len(rows.keys() - counted)
    run.heartbeat_at = now


def known(session: Session, urls: Iterable[str]) -> dict[str, PageSeen]:
    """What is stored of those addresses; the ones never seen are not in it."""
    by_key: dict[str, list[str]] = {}
    for url in urls:
        by_key.setdefault(key_of(url), []).append(url)
    found: dict[str, PageSeen] = {}
    for keys in chunks(by_key):
        for row in session.scalars(select(PageRow).where(PageRow.key.in_(keys))):
            for url in by_key[row.key]:
                found[url] = _page(row, url)
    return found


def _values(page: PageSeen, run: int, now: datetime) -> dict[str, Any]:
    too_long = page.readings is not None and len(page.readings) > READINGS_LIMIT
    return {
        "key": key_of(page.url),
        "url": clean(page.url, URL_LIMIT),
        "run": run,
        "status": page.status,
        "kind": clean(page.kind, 50),
        "title": clean(page.title, TITLE_LIMIT),
        "column": clean_or_none(page.column, URL_LIMIT),
        "bytes": page.bytes,
        "content_hash": clean_or_none(page.content_hash or None, 200),
        # A validator that was cut would be a wrong one: without it the page is asked whole.
        "etag": _validator(page.etag),
        "last_modified": _validator(page.last_modified),
        "reader_version": None if too_long else clean_or_none(page.reader_version, 100),
        "readings": None if too_long else page.readings,
        "fetched_at": page.fetched_at,
        "seen_at": now,
    }


def _validator(header: str | None) -> str | None:
    return header if header and len(header) <= _HEADER_LIMIT and header.isprintable() else None


def _page(row: PageRow, url: str) -> PageSeen:
    return PageSeen(
        url=url,
        status=row.status,
        kind=row.kind,
        title=row.title,
        column=row.column,
        bytes=row.bytes,
        content_hash=row.content_hash,
        etag=row.etag,
        last_modified=row.last_modified,
        reader_version=row.reader_version,
        readings=row.readings,
        fetched_at=row.fetched_at,
    )
