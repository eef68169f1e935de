"""Second tries at the end of a night: what failed once in its runs, asked again when that is due.

A run never idles for what may pass (`confirm_after_transient`). What it left suspected for want of a second
try is asked here, each address once for all sites, and is then confirmed, lifted, or left as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from govcrawl.config import CrawlConfig
from govcrawl.model import (
    HOST_NOT_REACHABLE,
    Cause,
    Context,
    Finding,
    FindingRecord,
    LinkTarget,
    LinkVerdict,
    Status,
    Verdict,
    fingerprint,
)
from govcrawl.net.attempts import UNREACHED
from govcrawl.net.links import LinkChecker
from govcrawl.pages.verdicts import judge
from govcrawl.rules import Catalogue
from govcrawl.store import FindingSeen
from spiders.links import due, place_of, tries_of

RULE = "link-broken"
_MOST = 3
"""Further tries of one address: a timeout that becomes a 404 needs a third."""
_AT_ONCE = 64
"""Hosts that are asked at the same time; each link after link."""


@dataclass(slots=True, kw_only=True)
class Waiting:
    """An address that failed once, with the findings of all sites that rest on it."""

    earlier: LinkVerdict
    """By the finding whose try is the youngest: due for all when it is due for that one."""
    records: list[FindingRecord] = field(default_factory=list)

    @property
    def due(self) -> datetime:
        """When a further try would settle it, UTC."""
        moment = due(self.earlier)
        assert moment is not None, "only what is due some time waits"
        return moment


@dataclass(frozen=True, slots=True)
class Settled:
    """What the further tries say of one finding."""

    record: FindingRecord
    verdict: LinkVerdict
    """Judged by the finding's own tries and the further ones."""

    @property
    def right(self) -> bool:
        """Is the suspicion lifted: the address opens, or the host that was called away answers."""
        if self.verdict.verdict is Verdict.OK:
            return True
        status = self.verdict.status
        return _of_host(self.record) and status is not None and status < 500 and not self.verdict.blocked


def waiting(records: Iterable[FindingRecord], *, until: datetime) -> list[Waiting]:
    """The addresses that a try by `until` would settle, the earliest first.

    Args:
        records: findings of the runs of a night.
        until: what is due later is left for another night.
    """
    by_url: dict[str, Waiting] = {}
    for record in records:
        verdict = _earlier(record)
        if verdict is None:
            continue
        known = by_url.setdefault(verdict.url, Waiting(earlier=verdict))
        known.records.append(record)
        if verdict.tries[-1].at > known.earlier.tries[-1].at:
            known.earlier = verdict
    return sorted((each for each in by_url.values() if each.due <= until), key=lambda each: each.due)


async def try_again(
    waits: Sequence[Waiting],
    *,
    checker: LinkChecker,
    crawl: CrawlConfig,
    home_of: Callable[[str], str | None],
    until: datetime,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> list[Settled]:
    """Ask again, host by host, and judge each finding anew; those that no answer came for are left out.

    Args:
        waits: of `waiting`.
        checker: asks; made for this phase.
        crawl: `[crawl]` of the settings.
        home_of: address of the home page of a site, by its id.
        until: no try is waited for any longer.
        now: the time, UTC.
        sleep: waits so many seconds.
    """
    places = asyncio.Semaphore(_AT_ONCE)
    settled: list[Settled] = []

    async def host(queue: Sequence[Waiting]) -> None:
        for wait in queue:
            verdict = wait.earlier
            for _ in range(_MOST):
                moment = due(verdict)
                if moment is None or moment > until:
                    break
                await sleep(max(0.0, (moment - now()).total_seconds()))
                async with places:
                    verdict = await _again(checker, wait, verdict)
            settled.extend(_judged(wait, verdict, crawl))

    queues: dict[str, list[Waiting]] = {}
    for wait in waits:
        queues.setdefault(place_of(wait.earlier.url), []).append(wait)
    await asyncio.gather(*(host(queue) for queue in queues.values()))
    return await _without_silent_sites(settled, checker, crawl, home_of)


def longest_wait(waits: Sequence[Waiting], now: datetime) -> float:
    """Seconds until the last of them is due; 0: all are."""
    return max([0.0, *((wait.due - now).total_seconds() for wait in waits)])


def sightings(
    settled: Iterable[Settled], catalogue: Catalogue, context_of: Callable[[str], Context | None]
) -> Iterator[FindingSeen]:
    """The findings as their check states them now: confirmed, or suspected with one more try.

    Args:
        settled: of `try_again`.
        catalogue: of the installed checks.
        context_of: of a site, by its id; None: it is not registered any more.
    """
    for each in settled:
        record = each.record
        context = context_of(record.site or "")
        if each.right or context is None or record.rule not in catalogue.rules:
            continue
        for finding in _findings(each, catalogue, context):
            if fingerprint(record.site or "", finding.rule, finding.subject) != record.fingerprint:
                continue  # it fails in another way now: the next run says so with all that it sees
            yield FindingSeen(
                finding=finding,
                check=record.check,
                rule=catalogue.rules[record.rule],
                unit=record.unit,
                sponsor=record.sponsor,
                points=record.points,
                profile=record.profile,
                subject_state=str(finding.detail.get("cause") or ""),
            )


def _findings(each: Settled, catalogue: Catalogue, context: Context) -> Iterator[Finding]:
    record, verdict = each.record, each.verdict
    if _of_host(record):
        verdict = replace(verdict, reason=HOST_NOT_REACHABLE)
    evidence = record.evidence
    target = LinkTarget(
        url=verdict.url,
        text=str(record.detail.get("text") or ""),
        element=str(record.detail.get("element") or "a"),
        page=record.page,
        column=record.column,
        snippet=evidence.snippet,
        line=evidence.line or 0,
        selector=evidence.selector,
        on_home=record.on_home,
        external=record.external,
        occurrences=record.occurrences,
        more_pages=list(record.more_pages),
    )
    for check in catalogue.checks:
        if check.id == record.check:
            for finding in check.link(target, verdict, context):
                shown = replace(finding.evidence, screenshot=evidence.screenshot)
                yield replace(finding, evidence=shown)


def _earlier(record: FindingRecord) -> LinkVerdict | None:
    """The verdict that a suspected finding was made of, as far as a further try could change it."""
    detail = record.detail
    after = detail.get("retry_after")
    tries = tries_of(detail.get("tries"))
    if record.rule != RULE or record.status is not Status.SUSPECTED or not record.target or not tries:
        return None
    if isinstance(after, bool) or not isinstance(after, int | float):
        return None
    cause, status = detail.get("cause"), detail.get("status")
    return LinkVerdict(
        url=record.target,
        verdict=Verdict.SUSPECT,
        cause=Cause(cause) if isinstance(cause, str) and cause in set(Cause) else None,
        status=status if isinstance(status, int) else None,
        tries=tuple(tries),
        retry_after=float(after),
    )


async def _again(checker: LinkChecker, wait: Waiting, verdict: LinkVerdict) -> LinkVerdict:
    first = wait.records[0]
    return await checker.again(
        verdict.url,
        verdict,
        referer=first.page,
        element=str(first.detail.get("element") or "a"),
        text=str(first.detail.get("text") or ""),
    )


def _judged(wait: Waiting, verdict: LinkVerdict, crawl: CrawlConfig) -> Iterator[Settled]:
    """The new tries, put to the earlier ones of each finding."""
    youngest = wait.earlier.tries[-1].at
    new = tuple(attempt for attempt in verdict.tries if attempt.at > youngest)
    if not new:
        return
    for record in wait.records:
        own = verdict
        if verdict.verdict in {Verdict.BROKEN, Verdict.SUSPECT} and not verdict.blocked:
            own = judge(
                verdict.url,
                (*tries_of(record.detail.get("tries")), *new),
                confirm_after=crawl.confirm_after,
                confirm_after_transient=crawl.confirm_after_transient,
            )
        yield Settled(record, own)


async def _without_silent_sites(
    settled: Iterable[Settled],
    checker: LinkChecker,
    crawl: CrawlConfig,
    home_of: Callable[[str], str | None],
) -> list[Settled]:
    """Without links of a site to itself that failed while its home page does not open either.

    A site that has shut us out, or is down for the moment, says nothing about its single links.
    """
    opens: dict[str, bool] = {}
    kept = []
    for each in settled:
        verdict, site = each.verdict, each.record.site or ""
        silent = (verdict.status or 0) >= 500 or (verdict.status is None and verdict.cause in UNREACHED)
        if silent and not each.record.external:
            home = home_of(site)
            if site not in opens and home is not None:
                fetched = await checker.fetch(home, limit=crawl.max_page_bytes)
                opens[site] = fetched.verdict.verdict is Verdict.OK
            if not opens.get(site, False):
                continue
        kept.append(each)
    return kept


def _of_host(record: FindingRecord) -> bool:
    """Does the finding speak of a whole host and not of one of its links."""
    return record.detail.get("reason") == HOST_NOT_REACHABLE
