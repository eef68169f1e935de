"""`Store.nights`: a night's queue of sites; each method is one transaction, done when it returns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from govcrawl.store import night_rows
from govcrawl.store.errors import StoreError
from govcrawl.store.shapes import NightSite
from govcrawl.store.tables import NightRow

Transaction = Callable[[], AbstractContextManager[Session]]


class Nights:
    """What `nightly` and its processes share. Every method may raise `StoreError`."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def begin(self, sites: Sequence[tuple[str, str]], *, owner: str, now: datetime) -> int:
        """Opens a night; returns its number.

        Args:
            sites: ids, each with the name of its server ("": not known), in the order to be taken.
            owner: `this_owner()` of the process that leads the night.
            now: UTC.

        Raises:
            NightBusy: a night that goes on has one of these sites in its queue.
        """
        with self._writing() as session:
            return night_rows.begin(session, sites, owner=owner, now=now)

    def beat(self, night: int, now: datetime) -> None:
        """The process that leads the night is alive; at least every few minutes."""
        with self._writing() as session:
            row = session.get(NightRow, night)
            if row is not None:
                row.heartbeat_at = now

    def begun(self, night: int) -> datetime:
        """When a night began (UTC).

        Raises:
            StoreError: there is no such night.
        """
        with self._reading() as session:
            row = session.get(NightRow, night)
            if row is None:
                raise StoreError(f"没有第 {night} 次夜间巡查的记录。")
            return row.started_at

    def end(self, night: int, now: datetime) -> None:
        """The night is over."""
        with self._writing() as session:
            row = session.get(NightRow, night)
            if row is not None:
                row.ended_at = now

    def take(self, night: int, holder: str, now: datetime) -> NightSite | None:
        """The next site for a process, which it holds from now on; None: none that it may take now."""
        with self._writing() as session:
            return night_rows.take(session, night, holder, now)

    def done(
        self, night: int, site: str, holder: str, *, run: int | None, reason: str = "", now: datetime
    ) -> None:
        """A site came to its end, with its run or, without one, with a reason (Chinese)."""
        with self._writing() as session:
            night_rows.done(session, night, site, holder, run=run, reason=reason, now=now)

    def give_back(
        self, night: int, holder: str, *, hung: Collection[str], reason: str, now: datetime
    ) -> list[NightSite]:
        """What a process that is gone held: waiting again, or failed for that reason; those sites.

        `hung`: the sites for which it was ended; they are not tried again.
        """
        with self._writing() as session:
            return night_rows.give_back(session, night, holder, hung=hung, reason=reason, now=now)

    def give_up(self, night: int, *, reason: str, now: datetime) -> None:
        """What still waits is not begun any more in this night, for that reason (Chinese)."""
        with self._writing() as session:
            night_rows.give_up(session, night, reason=reason, now=now)

    def sites(self, night: int) -> list[NightSite]:
        """The sites of a night as they stand, in their order."""
        with self._reading() as session:
            return night_rows.sites(session, night)

    def last(self) -> tuple[int, datetime, datetime | None] | None:
        """Number, begin and end of the last night (None: it goes on, or was killed); None: there was none."""
        with self._reading() as session:
            row = session.scalars(select(NightRow).order_by(NightRow.id.desc()).limit(1)).one_or_none()
            return None if row is None else (row.id, row.started_at, row.ended_at)

    def last_runs(self) -> dict[str, tuple[float, int]]:
        """Seconds that the last whole run of each site took, and its pages, by id."""
        with self._reading() as session:
            return night_rows.last_runs(session)
