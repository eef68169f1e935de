"""The memory of outside links: asked once a night for all sites together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, literal, null, select
from sqlalchemy.orm import Session

from govcrawl.model import Cause, LinkVerdict, Try, Verdict
from govcrawl.store.columns import DETAIL_LIMIT, TITLE_LIMIT, URL_LIMIT, bounded, clean, key_of
from govcrawl.store.shapes import LinkMemory
from govcrawl.store.tables import LinkRow
from govcrawl.store.upsert import chunks, insert_for, upsert

_TRIES = 10
_LONGEST_WAIT = 7 * 86_400.0
"""Seconds; whatever a server asks for."""
_OURS = frozenset({Cause.LOCAL, Cause.UNROUTABLE, Cause.FORBIDDEN_ADDRESS})
"""Causes that speak of this machine or of our own rules, not of the other side."""


def remember(
    session: Session, verdicts: Iterable[LinkVerdict], *, now: datetime, fresh_for: timedelta
) -> None:
    """Notes the verdicts of one round of questions; of an address that stands twice the last.

    A verdict is as old as its last try. One that is not newer than what is known (an answer out of
    this very memory, handed in again) changes nothing: a good link is not good for ever.

    `fresh_for`: how long a good link is not asked again. A failure is due at once, or after its
    `retry_after`. Skipped addresses, and verdicts that speak of this machine, leave no trace.
    """
    latest = {
        verdict.url: verdict
        for verdict in verdicts
        if verdict.verdict is not Verdict.SKIPPED and verdict.cause not in _OURS
    }
    good, failed, neutral = [], [], []
    for verdict in latest.values():
        if verdict.blocked:
            neutral.append(_values(verdict, now, fresh_for))
        elif verdict.verdict in {Verdict.BROKEN, Verdict.SUSPECT}:
            failed.append(_values(verdict, now, fresh_for))
        else:
            good.append(_values(verdict, now, fresh_for))
    statement = insert_for(session, LinkRow)
    new = statement.excluded
    common: dict[str, ColumnElement[Any]] = {
        name: new[name] for name in ("verdict", "last", "checked_at", "next_due")
    }
    # The count goes up in the database, not here: other processes may count the same address.
    newer = new.checked_at > LinkRow.checked_at
    upsert(session, statement, neutral, key="key", update=common, where=newer)
    upsert(
        session,
        statement,
        good,
        key="key",
        where=newer,
        update=common | {"failures": literal(0), "first_failed_at": null()},
    )
    first = func.coalesce(LinkRow.first_failed_at, new.first_failed_at)
    upsert(
        session,
        statement,
        failed,
        key="key",
        where=newer,
        update=common | {"failures": LinkRow.failures + 1, "first_failed_at": first},
    )


def memory(session: Session, urls: Iterable[str]) -> dict[str, LinkMemory]:
    """What is known of those addresses; the ones never asked are not in it."""
    by_key: dict[str, list[str]] = {}
    for url in urls:
        by_key.setdefault(key_of(url), []).append(url)
    found: dict[str, LinkMemory] = {}
    for keys in chunks(by_key):
        for row in session.scalars(select(LinkRow).where(LinkRow.key.in_(keys))):
            for url in by_key[row.key]:
                found[url] = _memory(row, url)
    return found


def _values(verdict: LinkVerdict, now: datetime, fresh_for: timedelta) -> dict[str, Any]:
    failing = verdict.verdict in {Verdict.BROKEN, Verdict.SUSPECT} and not verdict.blocked
    asked = min(now, verdict.tries[-1].at) if verdict.tries else now
    due = asked
    if verdict.verdict is Verdict.OK:
        due = asked + fresh_for
    elif verdict.retry_after is not None:
        due = asked + timedelta(seconds=min(verdict.retry_after, _LONGEST_WAIT))
    first = verdict.tries[0].at if verdict.tries else now
    return {
        "key": key_of(verdict.url),
        "url": clean(verdict.url, URL_LIMIT),
        "host": clean(_host(verdict.url), 255),
        "verdict": verdict.verdict.value,
        "last": _plain(verdict),
        "checked_at": asked,
        "first_failed_at": first if failing else None,
        "failures": int(failing),
        "next_due": due,
    }


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _plain(verdict: LinkVerdict) -> dict[str, Any]:
    return bounded(
        {
            "cause": verdict.cause,
            "status": verdict.status,
            "final_url": verdict.final_url[:URL_LIMIT],
            "redirects": verdict.redirects,
            "blocked": verdict.blocked,
            "reason": verdict.reason[:TITLE_LIMIT],
            "title": verdict.title[:TITLE_LIMIT],
            "retry_after": verdict.retry_after,
            "advice": verdict.advice[:TITLE_LIMIT],
            "tries": [
                {
                    "method": attempt.method[:20],
                    "status": attempt.status,
                    "error": attempt.error,
                    "ms": attempt.ms,
                    "at": attempt.at.isoformat(),
                    "reason": attempt.reason[:TITLE_LIMIT],
                    "final_url": attempt.final_url[:1_000],
                    "redirects": attempt.redirects,
                    "ip": attempt.ip,
                }
                for attempt in verdict.tries[-_TRIES:]
            ],
        },
        DETAIL_LIMIT,
    )


def _memory(row: LinkRow, url: str) -> LinkMemory:
    return LinkMemory(
        url=url,
        host=row.host,
        last=_verdict(row, url),
        checked_at=row.checked_at,
        first_failed_at=row.first_failed_at,
        failures=row.failures,
        next_due=row.next_due,
    )


def _verdict(row: LinkRow, url: str) -> LinkVerdict:
    last = row.last
    return LinkVerdict(
        url=url,
        verdict=Verdict(row.verdict),
        cause=_cause(last.get("cause")),
        status=last.get("status"),
        final_url=last.get("final_url", ""),
        redirects=last.get("redirects", 0),
        tries=tuple(
            Try(
                method=attempt["method"],
                status=attempt["status"],
                error=_cause(attempt["error"]),
                ms=attempt["ms"],
                at=datetime.fromisoformat(attempt["at"]),
                reason=attempt["reason"],
                final_url=attempt["final_url"],
                redirects=attempt["redirects"],
                ip=attempt["ip"],
            )
            for attempt in last.get("tries", ())
        ),
        blocked=last.get("blocked", False),
        reason=last.get("reason", ""),
        title=last.get("title", ""),
        retry_after=last.get("retry_after"),
        advice=last.get("advice", ""),
    )


def _cause(word: str | None) -> Cause | None:
    return None if word is None else Cause(word)
