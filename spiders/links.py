"""Asking where links lead: once each, host by host, with second tries when they are due."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from govcrawl.config import CrawlConfig
from govcrawl.model import HOST_NOT_REACHABLE, Cause, LinkTarget, LinkVerdict, Try, Verdict
from govcrawl.net.links import GIVE_UP_AFTER, LinkChecker
from govcrawl.pages.verdicts import judge
from govcrawl.store import Store
from spiders.shared_links import SharedLinks

_AT_ONCE = 64
"""Hosts that are asked at the same time; each within the limits of its server."""
_UNREACHED = frozenset({Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS})


class LinkRound:
    """All links of a run that no visit answers: outside addresses, attachments, pictures, scripts.

    Each host has its own queue and its own few workers, so that a slow host holds up nobody else.
    """

    def __init__(
        self,
        checker: LinkChecker,
        crawl: CrawlConfig,
        store: Store,
        now: Callable[[], datetime],
        *,
        until: datetime | None = None,
        shared: SharedLinks | None = None,
    ) -> None:
        self._checker = checker
        self._crawl = crawl
        self._store = store
        self._now = now
        self._shared = shared
        self._queues: dict[str, deque[LinkTarget]] = {}
        self._workers: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._asked: set[str] = set()
        self._outside = 0
        budget = now() + timedelta(minutes=crawl.max_minutes)
        self._ends = budget if until is None else min(budget, until)
        self.time_limit = (
            f"达到巡查时间上限（{crawl.max_minutes:g}分钟）" if self._ends == budget else "已到巡查时段结束"
        )
        """What ends the time of the run, in words."""
        self.cut_by_number: set[str] = set()
        """Outside addresses beyond `max_outside_links`."""
        self.cut_by_time: set[str] = set()
        """Addresses whose turn had not come after `max_minutes`."""
        self.verdicts: dict[str, LinkVerdict] = {}

    def add(self, target: LinkTarget) -> None:
        """Queue an address; one that was asked in this round is not asked again."""
        if target.url in self._asked:
            return
        self._asked.add(target.url)
        if target.external:
            if self._outside >= self._crawl.max_outside_links:
                self.cut_by_number.add(target.url)
                return
            self._outside += 1
        host = place_of(target.url)
        queue = self._queues.setdefault(host, deque())
        queue.append(target)
        crawl = self._crawl
        if self._workers[host] < (
            crawl.concurrency_outside if target.external else crawl.concurrency_per_host
        ):
            self._workers[host] += 1
            task = asyncio.ensure_future(self._work(host, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    @property
    def over(self) -> bool:
        """Is the run's time over: nothing more is begun."""
        return self._now() >= self._ends

    def limits_hit(self) -> list[str]:
        """What was cut, as Chinese sentences for the run's summary."""
        said = []
        if self.cut_by_number:
            most = self._crawl.max_outside_links
            said.append(f"达到站外链接数量上限（{most}个），另有{len(self.cut_by_number)}个站外链接未检查")
        if self.cut_by_time:
            said.append(f"{self.time_limit}，另有{len(self.cut_by_time)}个链接未检查")
        return said

    async def settle(self) -> None:
        """Wait until every queued address has its first verdict."""
        while self._tasks:
            done, _ = await asyncio.wait(set(self._tasks), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a fault of ours must surface, not vanish in a task

    async def cancel(self) -> None:
        """End all work, for a run that is ended from outside."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def confirm(
        self, verdicts: dict[str, LinkVerdict], target_of: Callable[[str], LinkTarget | None]
    ) -> None:
        """Second tries of what failed once, as far as they are due.

        A run never idles for what may pass (`confirm_after_transient`): it waits at most
        `confirm_after` seconds; what is not due by then stays suspected until another night.
        """
        if self.over:
            return
        patience = self._now() + timedelta(seconds=self._crawl.confirm_after)
        waiting = {url for url, verdict in verdicts.items() if due(verdict) is not None}
        while waiting:
            now = self._now()
            ready = [url for url in waiting if (moment := due(verdicts[url])) is not None and moment <= now]
            if ready:
                waiting.difference_update(ready)
                await self._again(ready, verdicts, target_of)
                continue
            nearest = min(moment for url in waiting if (moment := due(verdicts[url])) is not None)
            if nearest > patience:
                return
            await asyncio.sleep(max((nearest - now).total_seconds(), 0.01))

    async def _again(
        self,
        urls: list[str],
        verdicts: dict[str, LinkVerdict],
        target_of: Callable[[str], LinkTarget | None],
    ) -> None:
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(url: str) -> None:
            async with places:
                target = target_of(url)
                element = target.element if target else "a"
                ask = partial(
                    self._checker.again,
                    url,
                    verdicts[url],
                    referer=target.page if target else "",
                    element=element,
                    text=target.text if target else "",
                )
                if self._shared is not None and target is not None and target.external:
                    verdicts[url] = await self._shared.again(verdicts[url], element, ask)
                else:
                    verdicts[url] = await ask()

        await asyncio.gather(*(one(url) for url in urls))

    async def _work(self, host: str, queue: deque[LinkTarget]) -> None:
        try:
            while queue:
                target = queue.popleft()
                async with self._places:
                    if self.over:
                        self.cut_by_time.update({target.url, *(other.url for other in queue)})
                        queue.clear()
                        return
                    self.verdicts[target.url] = self._remembered(target) or await self._first(target)
        finally:
            self._workers[host] -= 1

    async def _first(self, target: LinkTarget) -> LinkVerdict:
        ask = partial(
            self._checker.first, target.url, referer=target.page, element=target.element, text=target.text
        )
        if self._shared is None or not target.external:
            return await ask()
        return await self._shared.first(target.url, target.element, ask)

    def _remembered(self, target: LinkTarget) -> LinkVerdict | None:
        """The verdict of an outside address that was good lately, of whatever site: not asked again."""
        if not target.external or self._crawl.link_fresh_hours <= 0:
            return None
        memory = self._store.link_memory([target.url]).get(target.url)
        if memory is None or memory.verdict is not Verdict.OK:
            return None
        fresh = timedelta(hours=self._crawl.link_fresh_hours)
        return memory.last if self._now() - memory.checked_at < fresh else None


def place_of(url: str) -> str:
    """Host and port of an address, by which links are queued; "" for what is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def with_earlier_tries(
    verdict: LinkVerdict, earlier: object, *, confirm_after: float, confirm_after_transient: float
) -> LinkVerdict:
    """A link that failed once in this run, judged together with the failure that an earlier run kept.

    A second try "another night" confirms as well as one in the same run: a small site's crawl ends long
    before its second try is due.

    Args:
        verdict: of this run.
        earlier: `detail["tries"]` of the open finding; what can't be read of it counts for nothing.
        confirm_after: seconds between two tries of a clear answer.
        confirm_after_transient: seconds between two tries of what may pass.
    """
    if verdict.verdict is not Verdict.SUSPECT or verdict.blocked or verdict.retry_after is None:
        return verdict
    before = tries_of(earlier)
    if not before:
        return verdict
    judged = judge(
        verdict.url,
        (before[-1], *verdict.tries),
        confirm_after=confirm_after,
        confirm_after_transient=confirm_after_transient,
    )
    return judged if judged.verdict is Verdict.BROKEN else verdict


def tries_of(kept: object) -> list[Try]:
    """The tries that a finding keeps (`detail["tries"]`), oldest first; what can't be read is left out."""
    found = []
    for entry in kept if isinstance(kept, list) else []:
        try:
            found.append(
                Try(
                    method=str(entry["method"]),
                    status=entry["status"],
                    error=None if entry["error"] is None else Cause(entry["error"]),
                    ms=int(entry["ms"]),
                    at=datetime.fromisoformat(entry["at"]),
                    reason=entry.get("reason") or "",
                )
            )
        except (KeyError, TypeError, ValueError):
            continue
    return found


def name_dead_hosts(
    verdicts: Mapping[str, LinkVerdict], known: Collection[str] = ()
) -> dict[str, LinkVerdict]:
    """The verdicts on links of hosts that gave no answer at all, which are said once and not link by link.

    A host counts as not reachable where at least GIVE_UP_AFTER of its links got no connection and none got
    an answer. All its links then bear that reason; causes and tries stay.

    Args:
        verdicts: of all links of a run, by address.
        known: hosts (with port) that an open finding calls not reachable. One link is enough for them: a
            site that took out some of its links has not mended the rest, and its finding goes on.
    """
    failed: dict[str, list[str]] = {}
    answered: set[str] = set()
    for url, verdict in verdicts.items():
        host = place_of(url)
        if not host:
            continue  # no address, so no host that could be down
        if verdict.cause in _UNREACHED and verdict.status is None:
            failed.setdefault(host, []).append(url)
        elif verdict.tries:
            answered.add(host)
    return {
        url: replace(verdicts[url], reason=HOST_NOT_REACHABLE)
        for host, urls in failed.items()
        if host not in answered and (len(urls) >= GIVE_UP_AFTER or host in known)
        for url in urls
    }


def due(verdict: LinkVerdict) -> datetime | None:
    """When a second try would settle a suspect; None where none would."""
    if verdict.verdict is not Verdict.SUSPECT or verdict.retry_after is None or not verdict.tries:
        return None
    return verdict.tries[-1].at + timedelta(seconds=verdict.retry_after)
