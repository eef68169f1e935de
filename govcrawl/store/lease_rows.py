"""Leases: which process may ask a server now, so that its limits hold over all processes and machines.

A server is held by one process at a time, whole: its delay, its back-off and the number of requests at once
are then the business of that process's own gate. Whoever waits stands in the table too; first come, first
served. A lease ends when it is given up, when it was not renewed for `LEASE_SECONDS`, or at once when its
holder is seen to be gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from govcrawl.model import LEASE_SECONDS, LeaseAsked, LeaseGiven
from govcrawl.store.columns import clean
from govcrawl.store.locks import is_dead
from govcrawl.store.tables import ServerLeaseRow
from govcrawl.store.upsert import chunks

NAME_LIMIT = 80
_LASTS = timedelta(seconds=LEASE_SECONDS)
_LONGEST_PAUSE = 60.0
_PG_LOCK = 0x676F7663
"""Of the transactions that deal in leases (PostgreSQL); rows that are not there yet can't be locked."""


def exchange(session: Session, holder: str, asked: Sequence[LeaseAsked], now: datetime) -> list[LeaseGiven]:
    """Claims, renews and gives up; answers in the order of `asked`.

    Of a server with several addresses all are given or none. A lease that reaches further into the future
    than any can (the clock was set back) counts for nothing.

    Args:
        session: of a writing transaction.
        holder: `locks.this_owner()`, then "#" and what tells several holders of one process apart.
        asked: servers; each once.
        now: UTC.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PG_LOCK})
    rows = _Rows(session, holder, {clean(name, NAME_LIMIT) for ask in asked for name in ask.names}, now)
    return [rows.answer(ask) for ask in asked]


class _Rows:
    """The rows of some servers, all holders."""

    def __init__(self, session: Session, holder: str, names: set[str], now: datetime) -> None:
        self._session = session
        self._holder = clean(holder, 500)
        self._now = now
        self._local = session.get_bind().dialect.name == "sqlite"
        self._dead: dict[str, bool] = {}
        self._by_name: dict[str, dict[str, ServerLeaseRow]] = {}
        for chunk in chunks(sorted(names)):
            for row in session.scalars(select(ServerLeaseRow).where(ServerLeaseRow.server.in_(chunk))):
                self._by_name.setdefault(row.server, {})[row.holder] = row

    def answer(self, ask: LeaseAsked) -> LeaseGiven:
        names = list(dict.fromkeys(clean(name, NAME_LIMIT) for name in ask.names))
        own = [row for name in names if (row := self._rows(name).get(self._holder))]
        others = [row for name in names for row in self._others(name)]
        if not ask.wanted:
            for row in own:
                self._give_up(row, ask.pause)
            return LeaseGiven(held=False, others=any(not row.held for row in others))
        held = len(own) == len(names) and all(row.held for row in own)
        since = self._now if not own else min(row.since for row in own)
        if not held and not self._blocked(since, others):
            held, since = True, self._now
        for name in names:
            self._set(name, held, since)
        return LeaseGiven(held=held, others=any(not row.held for row in others))

    def _rows(self, name: str) -> dict[str, ServerLeaseRow]:
        return self._by_name.setdefault(name, {})

    def _others(self, name: str) -> list[ServerLeaseRow]:
        rows = self._rows(name)
        for row in list(rows.values()):
            if row.holder != self._holder and self._is_over(row):
                self._session.delete(row)
                del rows[row.holder]
        return [row for row in rows.values() if row.holder != self._holder]

    def _is_over(self, row: ServerLeaseRow) -> bool:
        if row.expires_at <= self._now or row.expires_at > self._now + 2 * _LASTS:
            return True
        if row.resting:
            return False  # nobody holds it: the server is left alone
        if row.holder not in self._dead:
            owner = row.holder.rpartition("#")[0]
            self._dead[row.holder] = is_dead(owner, self._now, self._now, local=self._local)
        return self._dead[row.holder]

    def _blocked(self, since: datetime, others: Sequence[ServerLeaseRow]) -> bool:
        mine = (since, self._holder)
        return any(row.held or (row.since, row.holder) < mine for row in others)

    def _set(self, name: str, held: bool, since: datetime) -> None:
        rows = self._rows(name)
        row = rows.get(self._holder)
        if row is None:
            row = rows[self._holder] = ServerLeaseRow(server=name, holder=self._holder)
            self._session.add(row)
        row.held, row.resting, row.since, row.expires_at = held, False, since, self._now + _LASTS

    def _give_up(self, row: ServerLeaseRow, pause: float) -> None:
        if row.held and pause > 0:
            row.resting = True
            row.expires_at = self._now + timedelta(seconds=min(pause, _LONGEST_PAUSE))
            return
        self._session.delete(row)
        del self._by_name[row.server][row.holder]
