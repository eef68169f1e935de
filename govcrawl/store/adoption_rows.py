"""Submissions of units, and the articles of portals that they may have become."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from govcrawl.model import Level, PublishedArticle, Submission
from govcrawl.store.columns import TITLE_LIMIT, URL_LIMIT, clean, key_of
from govcrawl.store.shapes import PageSeen
from govcrawl.store.tables import PortalArticleRow, SubmissionRow
from govcrawl.store.upsert import chunks, insert_for, upsert

_NAME_LIMIT = 200


def submit(session: Session, submissions: Iterable[Submission], now: datetime) -> int:
    """Takes submissions in; returns how many are new.

    One that is there takes over what is now told of its adoption, and nothing else.
    """
    rows = {row["key"]: row for row in (_submission(one, now) for one in submissions)}
    known: set[str] = set()
    for keys in chunks(rows):
        known.update(session.scalars(select(SubmissionRow.key).where(SubmissionRow.key.in_(keys))))
    statement = insert_for(session, SubmissionRow)
    new = statement.excluded
    changes: dict[str, ColumnElement[Any]] = {name: new[name] for name in ("level", "adopter", "adopted")}
    upsert(session, statement, list(rows.values()), key="key", update=changes, where=new.level.is_not(None))
    return len(rows.keys() - known)


def submissions(session: Session, first: date, last: date, known: datetime | None = None) -> list[Submission]:
    """What was submitted, or adopted by a higher level, from one day to another (both included).

    `known`: only what was imported by then; None: all.
    """
    query = select(SubmissionRow).where(
        or_(
            SubmissionRow.submitted.between(first, last),
            SubmissionRow.adopted.between(first, last),
        )
    )
    if known is not None:
        query = query.where(SubmissionRow.imported_at <= known)
    return [
        Submission(
            unit=row.unit,
            title=row.title,
            submitted=row.submitted,
            level=None if row.level is None else Level(row.level),
            adopter=row.adopter,
            adopted=row.adopted,
        )
        for row in session.scalars(query.order_by(SubmissionRow.submitted, SubmissionRow.key))
    ]


def record_articles(session: Session, site: str, pages: Iterable[PageSeen], now: datetime) -> None:
    """Writes what the articles among some pages say of themselves."""
    rows = {
        key_of(page.url): {
            "key": key_of(page.url),
            "site": site,
            "url": clean(page.url, URL_LIMIT),
            "title": clean(page.article.title, TITLE_LIMIT),
            "published": page.article.published,
            "source": clean(page.article.source, _NAME_LIMIT),
            "reprint": page.article.reprint,
            "first_seen_at": now,
            "seen_at": now,
        }
        for page in pages
        if page.article is not None
    }
    statement = insert_for(session, PortalArticleRow)
    new = statement.excluded
    kept = {"key", "url", "first_seen_at"}
    changes: dict[str, ColumnElement[Any]] = {
        column.name: new[column.name]
        for column in PortalArticleRow.__table__.columns
        if column.name not in kept
    }
    upsert(session, statement, list(rows.values()), key="key", update=changes)


def articles(
    session: Session,
    first: date,
    last: date,
    *,
    since: datetime,
    until: datetime,
    known: datetime | None = None,
) -> list[PublishedArticle]:
    """What portals published from one day to another (both included).

    Of those without a date that could be read: what was first seen from `since` to before `until`.
    `known`: only what was seen by then; None: all.
    """
    query = select(PortalArticleRow).where(
        or_(
            PortalArticleRow.published.between(first, last),
            and_(
                PortalArticleRow.published.is_(None),
                PortalArticleRow.first_seen_at >= since,
                PortalArticleRow.first_seen_at < until,
            ),
        )
    )
    if known is not None:
        query = query.where(PortalArticleRow.first_seen_at <= known)
    return [
        PublishedArticle(
            site=row.site,
            url=row.url,
            title=row.title,
            published=row.published,
            source=row.source,
            reprint=row.reprint,
            first_seen=row.first_seen_at,
        )
        for row in session.scalars(query.order_by(PortalArticleRow.published, PortalArticleRow.key))
    ]


def _submission(one: Submission, now: datetime) -> dict[str, Any]:
    title = clean(one.title, TITLE_LIMIT)
    return {
        "key": key_of("\x1f".join((one.unit, "".join(title.split()), one.submitted.isoformat()))),
        "unit": one.unit,
        "title": title,
        "submitted": one.submitted,
        "level": None if one.level is None else one.level.value,
        "adopter": clean(one.adopter, _NAME_LIMIT),
        "adopted": one.adopted,
        "imported_at": now,
    }
