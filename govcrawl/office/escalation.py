"""What the list of proposed talks rests on, read from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from govcrawl.config import Config
from govcrawl.office.deadlines import profile_of
from govcrawl.rules.deadlines import end_of
from govcrawl.rules.profile import require
from govcrawl.store import Event, Store
from reports.talks import Overdue, TalkList, talk_list, window


def talks(settings: Config, store: Store, until: date) -> TalkList:
    """The list as of a day; deadlines are passed by then (`Store.pass_time`)."""
    profile = profile_of(settings)
    require(profile, *(f"escalation.{name}" for name in ("days", "external", "notices", "overdue")))
    return talk_list(
        until=until,
        office=settings.office,
        registry=store.registry(),
        reports=store.reports(),
        external=store.external_notices(),
        overdue=list(_overdue(store, *window(until, profile), settings.office.timezone)),
        profile=profile,
    )


def _overdue(store: Store, first: date, last: date, zone: str) -> Iterator[Overdue]:
    """Deadlines of correction notices that passed from one day to another (both included)."""
    begin, end = end_of(first - timedelta(days=1), zone), end_of(last, zone)
    units = {record.fingerprint: record.unit for record in store.findings()}
    passed: Counter[tuple[str, str]] = Counter()
    for fingerprint, steps in store.trails(begin, end).items():
        unit = units.get(fingerprint)
        for step in steps:
            if step.event is Event.DEADLINE_PASSED and begin <= step.at < end and unit and step.notice:
                passed[unit, step.notice] += 1
    for (unit, notice), count in passed.items():
        yield Overdue(unit=unit, notice=notice, count=count)
