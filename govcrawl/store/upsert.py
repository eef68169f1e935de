"""INSERT … ON CONFLICT, which both databases spell alike and SQLAlchemy keeps by dialect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase, Session

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    Insert = sqlite.Insert | postgresql.Insert

T = TypeVar("T")

CHUNK = 500
"""Values a statement: far below the limits of both databases."""


def insert_for(session: Session, table: type[DeclarativeBase]) -> Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the session."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(_table(table))
    from sqlalchemy.dialects import postgresql  # costs every start of a crawl a twentieth of a second

    return postgresql.insert(_table(table))


def upsert(
    session: Session,
    statement: Insert,
    rows: Sequence[dict[str, Any]],
    *,
    key: str,
    update: dict[str, ColumnElement[Any]],
    where: ColumnElement[bool] | None = None,
) -> None:
    """Adds rows; those whose key is there already are changed by `update`, where `where` holds.

    Rows go in by key, so that two processes lock them in the same order; a key stands once in `rows`.
    """
    if rows:
        ordered = sorted(rows, key=lambda row: str(row[key]))
        session.execute(
            statement.on_conflict_do_update(index_elements=[key], set_=update, where=where), ordered
        )


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists of at most `CHUNK`."""
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _table(mapped: type[DeclarativeBase]) -> Table:
    # The table itself, not the mapped class: rows go to the driver as they are, in one batch.
    assert isinstance(mapped.__table__, Table)
    return mapped.__table__
