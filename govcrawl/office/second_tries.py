"""The end of a night: links that failed once in its runs are asked again, and their findings settled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from govcrawl.config import Config
from govcrawl.model import Context, FindingRecord, Registry, Status
from govcrawl.net.client import Client
from govcrawl.net.links import LinkChecker
from govcrawl.office.deadlines import profile_of
from govcrawl.office.nightly import SiteNight, in_window
from govcrawl.pages import verdicts
from govcrawl.rules import load_catalogue
from govcrawl.store import Store
from spiders.job import hosts_by_duty, names_of
from spiders.leases import leased
from spiders.second_tries import Settled, Waiting, longest_wait, sightings, try_again, waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondTries:
    """How the second tries of a night went, in findings."""

    confirmed: int = 0
    lifted: int = 0
    left: int = 0
    """Still suspected: no try was due in time, or it brought no conclusion."""
    reason: str = ""
    """Why none was made (Chinese); empty where some were, or none was wanted."""


def run_second_tries(
    config: Config,
    store: Store,
    nights: Sequence[SiteNight],
    *,
    waits: Callable[[int, float], None] = lambda addresses, seconds: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> SecondTries:
    """Ask again what the runs of a night left suspected for want of a second try that was due.

    It takes at most `confirm_after_transient` seconds of waiting; what a server wants to be left alone for
    longer stays suspected until another night.

    Args:
        config: of the office.
        store: holds the runs.
        nights: the sites of the night, all done.
        waits: told how many addresses are asked, and how many seconds until the last of them is due.
        now: the time, UTC.
        sleep: waits so many seconds.
    """
    records = [record for night in nights for record in _left_open(store, night)]
    until = now() + timedelta(seconds=config.crawl.confirm_after_transient)
    wanted = waiting(records, until=until)
    if not wanted:
        return SecondTries(left=len(records))
    if not in_window(config.crawl.hours, now().astimezone(config.office.zone)):
        return SecondTries(left=len(records), reason=f"已到巡查时段（{config.crawl.window}）之外")
    waits(len(wanted), longest_wait(wanted, now()))
    registry = store.registry()
    settled = asyncio.run(_ask(config, store, registry, wanted, until, now, sleep))
    return _settle(config, store, registry, records, settled, now())


def _left_open(store: Store, night: SiteNight) -> list[FindingRecord]:
    if night.run is None or not night.inspected:
        return []
    found = store.findings(run=night.run.run, statuses={Status.SUSPECTED})
    return [r for r in found if r.run == night.run.run and r.detail.get("retry_after") is not None]


async def _ask(
    config: Config,
    store: Store,
    registry: Registry,
    wanted: Sequence[Waiting],
    until: datetime,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
) -> list[Settled]:
    hosts = hosts_by_duty(registry.sites)
    client = Client(config.crawl, user_agent=config.user_agent, registered_hosts=hosts, clock=now)
    homes = {site.id: site.url for site in registry.sites}
    checker = LinkChecker(
        client.ask,
        verdicts,
        crawl=config.crawl,
        now=now,
        user_agent=config.user_agent,
        home_urls=tuple(homes.values()),
        registered_hosts=hosts,
    )
    try:
        async with leased(store, now=lambda: datetime.now(UTC)):
            return await try_again(
                wanted,
                checker=checker,
                crawl=config.crawl,
                home_of=homes.get,
                until=until,
                now=now,
                sleep=sleep,
            )
    finally:
        await client.close()


def _settle(
    config: Config,
    store: Store,
    registry: Registry,
    records: Sequence[FindingRecord],
    settled: Sequence[Settled],
    now: datetime,
) -> SecondTries:
    profile = profile_of(config)
    catalogue = load_catalogue()

    def context_of(site_id: str) -> Context | None:
        site = registry.site(site_id)
        if site is None:
            return None
        names = names_of(site, registry)
        return Context(site=site, profile=profile, today=config.office.day(now), names=names)

    by_run: dict[int, list[Settled]] = {}
    for each in settled:
        if each.record.run is not None:
            by_run.setdefault(each.record.run, []).append(each)
    confirmed = lifted = 0
    for run, those in by_run.items():
        seen = list(sightings(those, catalogue, context_of))
        right = [each.record.fingerprint for each in those if each.right]
        for record in store.settle_second_tries(run, seen, right, now=now):
            confirmed += record.status is Status.CONFIRMED
            lifted += record.status is Status.CORRECTED
    outside = (each.verdict for each in settled if each.record.external)
    store.remember_links(outside, now=now, fresh_for=timedelta(hours=config.crawl.link_fresh_hours))
    return SecondTries(confirmed=confirmed, lifted=lifted, left=len(records) - confirmed - lifted)
