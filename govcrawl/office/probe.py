"""`govcrawl probe`: a visit to every home page, and once a day the judgement of the week before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from govcrawl.config import Config
from govcrawl.model import Cause, Probe, ProbeRound, ProbeState, Profile, Registry, Site, SiteStatus
from govcrawl.net.client import Ask, Client
from govcrawl.net.redirects import follow
from govcrawl.office.deadlines import profile_of
from govcrawl.pages import verdicts
from govcrawl.pages.verdicts import Standing
from govcrawl.rules.availability import RULE, Availability, availability_of, finding_of
from govcrawl.rules.profile import require
from govcrawl.store import FindingSeen, Store

_MEASURES = ("days", "visits", "share", "spacing")
_AT_ONCE = 32
"""Home pages that are asked at the same time; each within the limits of its server."""
_MANY = 4
"""Sites from which "most of them at once" says something about this machine."""
_BODY = 64 * 2**10
"""Bytes of a page that are read: enough to tell a challenge from a page."""
_ODD = frozenset({Cause.EMPTY, Cause.SOFT_404, Cause.WRONG_TYPE})
"""It answers, and shows something else than a home page: another rule's matter."""
_STATES = {
    Standing.GOOD: ProbeState.UP,
    Standing.CLEAR: ProbeState.DOWN,
    Standing.PASSING: ProbeState.DOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A round, and what was judged after it."""

    round: ProbeRound
    judged: dict[str, Availability]
    """By site; empty where the week was judged today already, or the round was of some sites alone."""


def probe(config: Config, store: Store, sites: Sequence[Site], *, now: Callable[[], datetime]) -> Probed:
    """Visit sites once. A round over all sites in operation is kept; the first of a day judges a week.

    Args:
        config: of the office.
        store: registry, and where rounds are kept.
        sites: whom to visit.
        now: the clock, UTC.
    """
    registry = store.registry()
    profile = profile_of(config)
    require(profile, "home.timeout_seconds", *(f"availability.{name}" for name in _MEASURES))
    begun = now()
    made = asyncio.run(_round(config, sites, profile, begun, now))
    if {site.id for site in sites} != {site.id for site in in_operation(registry)}:
        return Probed(round=made, judged={})
    before = store.last_probes()
    store.record_probes(made)
    today = config.office.day(begun)
    if before is not None and config.office.day(before) == today:
        return Probed(round=made, judged={})
    return Probed(round=made, judged=_judge(config, store, registry, profile, now()))


def in_operation(registry: Registry) -> list[Site]:
    """The sites that must be reachable."""
    return [site for site in registry.sites if site.status is SiteStatus.RUNNING]


def week_of(config: Config, store: Store, site: str, now: datetime) -> Availability:
    """What the visits of the week before say of a site."""
    profile = profile_of(config)
    since = now - timedelta(days=profile.count("availability.days") + 2)
    today = config.office.day(now)
    return availability_of(
        store.probes(site, since), today=today, zone=config.office.timezone, profile=profile
    )


def void_of(probes: Sequence[Probe], controls: Sequence[ProbeState]) -> str:
    """Why a round proves nothing about any site; empty: it counts.

    Args:
        probes: of the round.
        controls: what addresses showed that must answer (`[crawl] control_urls`).
    """
    if controls and ProbeState.UP not in controls:
        return "对照网址都无法访问，疑似本机网络故障"
    said = [probe for probe in probes if probe.state is not ProbeState.UNKNOWN]
    down = sum(probe.state is ProbeState.DOWN for probe in said)
    if len(said) >= _MANY and down * 2 > len(said):
        return "多数网站同时无法访问，疑似本机网络故障"
    if down and not controls and len(said) < _MANY:
        return "没有设置对照网址（[crawl] control_urls），无法排除本机网络故障"
    return ""


async def visit(ask: Ask, url: str, *, seconds: float) -> tuple[ProbeState, int | None, str, int]:
    """State, status, cause and milliseconds of one visit. Never raises for what a server does.

    Args:
        ask: `Client.ask`.
        url: the home page.
        seconds: for each request of its redirects; waiting for the server's turn does not count.
    """
    answer = await follow(partial(ask, timeout=seconds), url, limit=_BODY, fresh=True)
    attempt = verdicts.look(url, [answer], expect="page", home=True).attempt
    state = _STATES.get(verdicts.standing(attempt), ProbeState.UNKNOWN)
    if attempt.error in _ODD:
        state = ProbeState.UNKNOWN
    return state, attempt.status, "" if attempt.error is None else str(attempt.error), answer.ms


async def _round(
    config: Config, sites: Sequence[Site], profile: Profile, begun: datetime, now: Callable[[], datetime]
) -> ProbeRound:
    seconds = profile.number("home.timeout_seconds")
    client = Client(config.crawl, user_agent=config.user_agent, clock=now)
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(site: Site) -> Probe:
        async with turn:
            at = now()
            state, status, cause, ms = await visit(client.ask, site.url, seconds=seconds)
        return Probe(site=site.id, at=at, state=state, status=status, cause=cause, ms=ms)

    async def control(url: str) -> ProbeState:
        return (await visit(client.ask, url, seconds=seconds))[0]

    try:
        controls = await asyncio.gather(*map(control, config.crawl.control_urls))
        probes = await asyncio.gather(*map(one, sites))
    finally:
        await client.close()
    return ProbeRound(at=begun, probes=tuple(probes), void=void_of(probes, controls))


def _judge(
    config: Config, store: Store, registry: Registry, profile: Profile, now: datetime
) -> dict[str, Availability]:
    judged = {}
    for site in in_operation(registry):
        week = judged[site.id] = week_of(config, store, site.id, now)
        if week.reason:
            continue  # not known: what is open stays open
        seen = None
        if week.over:
            seen = FindingSeen(
                finding=finding_of(site, week, profile),
                check=RULE.check,
                rule=RULE,
                unit=site.unit,
                sponsor=site.unit,
                profile=profile.name,
                subject_state=f"{week.last:%G-W%V}",  # a false alarm of one week says nothing of another
            )
        store.settle_probes(site.id, seen, RULE.code, now=now)
    return judged
