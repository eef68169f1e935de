"""Asking a site over IPv6, beside its crawl: address, ports, visits to the home page, name servers.

A course begins with the crawl and ends after it, so that its visits are spread over the run and cost it next
to nothing. Facts only: what they mean is the check's to say.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from govcrawl.model import Answer, Ipv6Reading, Ipv6State, PortReading, ZoneReading
from govcrawl.net.client import Ask
from govcrawl.net.connect import literal
from govcrawl.net.nameservers import NameServers, ZoneUnknown
from govcrawl.net.redirects import follow
from govcrawl.pages import Page, read_page
from govcrawl.pages.likeness import alike
from spiders.ipv6_links import AddressesOf, hosts_without, links_over6, server_of
from spiders.ipv6_route import Route
from spiders.ipv6_visits import Visit, is_transient, outcome

Connects = Callable[[str, int, int], Awaitable[tuple[Ipv6State, Ipv6State]]]
"""`Client.connects`: host, port, family."""
_log = logging.getLogger(__name__)
_PORTS = (80, 443)
_SAME = 0.98
"""Above this two looks at a page are the same; below it the page is compared with itself, too."""
CRASHED = "IPv6 检查程序出错，未检查IPv6（详见日志）"
_NO_AAAA = "域名解析没有给出 AAAA 记录的明确答复，未检查IPv6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipv6Probe:
    """How sites are asked over IPv6, and what proves this machine's own route."""

    ask: Ask
    addresses: AddressesOf
    route: Route
    pause: float
    """Seconds between two tries of a clear answer (`[crawl] confirm_after`)."""
    patience: float
    """Seconds between two tries of what may pass: refused, reset, silent (`confirm_after_transient`)."""
    connects: Connects
    name_servers: NameServers

    def begin(self, home: str, resources: Sequence[str] = ()) -> Course:
        """Begin to probe a site whose home page opens by default (over IPv4, where the site has it).

        Args:
            home: address of the home page.
            resources: what the home page makes a browser fetch.
        """
        return Course(self, home, resources)


class Course:
    """One site's probing, under way."""

    def __init__(self, probe: Ipv6Probe, home: str, resources: Sequence[str]) -> None:
        self._probe = probe
        self._home = home
        self._resources = resources
        self._ended = asyncio.Event()
        """The crawl has ended: nothing to spread visits over any more."""
        self._links: Sequence[str] = ()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def finish(self, links: Sequence[str] = ()) -> Ipv6Reading:
        """Make the last visit, ask the links, and tell everything.

        Args:
            links: second- and third-level pages inside the site that opened; a sample is asked again.
        """
        self._links = links
        self._ended.set()
        try:
            return await self._task
        except Exception:  # a fault of ours, met on what some server sent, must not end the run: it is said
            _log.exception("the IPv6 probe of %s failed", self._home)
            return Ipv6Reading(url=self._home, has_address=Ipv6State.NOT_TESTED, reason=CRASHED)

    async def cancel(self) -> None:
        """Give up; nothing is told."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> Ipv6Reading:
        probe = self._probe
        found = await probe.addresses(*server_of(self._home))
        zone = await self._zone(overridden=found.overridden)
        base = Ipv6Reading(url=self._home, has_address=Ipv6State.NO, zone=zone)
        if not found.v6_known or (found.error is not None and not found.own_v6):
            return replace(base, has_address=Ipv6State.NOT_TESTED, reason=_NO_AAAA)
        if not found.own_v6:
            return replace(base, zone=await self._asked(zone))
        (outside, without), reason = await asyncio.gather(
            hosts_without(probe.addresses, self._home, self._resources),
            probe.route.lacks(overridden=found.overridden),
        )
        base = replace(
            base,
            has_address=Ipv6State.YES,
            addresses=tuple(str(end) for end in found.own_v6),
            outside_tested=outside,
            outside_without=without,
            reason=reason,
        )
        return base if reason else await self._over6(base, overridden=found.overridden)

    async def _over6(self, base: Ipv6Reading, *, overridden: bool) -> Ipv6Reading:
        ports, zone, visits = await asyncio.gather(self._ports(), self._asked(base.zone), self._visits())
        base = replace(base, zone=zone)
        result = outcome(visits)
        if result.reachable is Ipv6State.NO and (
            reason := await self._probe.route.lacks(overridden=overridden, anew=True)
        ):
            return replace(base, reason=reason)  # the route broke during the run: no fault of the site
        good = [visit for visit in visits if visit.good]
        last = (good or visits)[-1].six
        usual = next((visit.four for visit in visits if visit.four is not None), None)
        base = replace(
            base,
            ports=ports,
            reachable=result.reachable,
            reason=result.reason,
            visits=result.counted,
            visits_good=result.good,
            status4=None if usual is None else usual.status,
            status6=last.status,
            tries=tuple(visit.to_json() for visit in visits),
        )
        if result.reachable is not Ipv6State.YES:
            return base
        base = await self._compared(base, usual, last)
        links = await links_over6(
            self._probe.ask, self._probe.addresses, self._links, pause=self._probe.pause
        )
        return replace(
            base,
            links_tested=links.tested,
            links_reachable=links.tested - len(links.failed),
            links_failed=links.failed,
        )

    # The name servers

    async def _zone(self, *, overridden: bool) -> ZoneReading | None:
        """Of a host that stands in `[crawl.resolve]` nothing is looked up, its name servers included."""
        host, _ = server_of(self._home)
        if literal(host) is not None or overridden:
            return None
        try:
            return await self._probe.name_servers.zone_of(host)
        except ZoneUnknown:
            return None

    async def _asked(self, zone: ZoneReading | None) -> ZoneReading | None:
        """With their answers, where this machine can ask."""
        if zone is None or not any(server.addresses for server in zone.servers):
            return zone
        if await self._probe.route.lacks(overridden=False, direct=True):
            return zone
        return await self._probe.name_servers.asked(zone)

    # The ports

    async def _ports(self) -> tuple[PortReading, ...]:
        """Both ports over both families; what is lost over IPv6 is asked once more when the crawl ends."""
        first = await asyncio.gather(*(self._port(port) for port in _PORTS))
        if not any(reading.lost for reading in first):
            return tuple(first)
        await asyncio.gather(self._ended.wait(), asyncio.sleep(self._probe.pause))
        return tuple([await self._port(reading.port) if reading.lost else reading for reading in first])

    async def _port(self, port: int) -> PortReading:
        host, _ = server_of(self._home)
        (open4, tls4), (open6, tls6) = await asyncio.gather(
            *(self._probe.connects(host, port, family) for family in (4, 6))
        )
        return PortReading(port=port, open4=open4, open6=open6, tls4=tls4, tls6=tls6)

    # The home page

    async def _visits(self) -> list[Visit]:
        """Three visits: at the beginning, a pause later, at the end of the crawl.

        After a good one nothing is waited for that the crawl does not wait for; after one that failed the
        time passes that a link is given before it is called dead.
        """
        visits = [await self._visit(compare=True)]
        if visits[0].good is False:
            await asyncio.sleep(self._probe.patience if is_transient(visits[0].six) else self._probe.pause)
        else:
            await _either(self._ended, self._probe.pause)
        visits.append(await self._visit())
        if self._ended.is_set() and not any(visit.good for visit in visits):
            return visits  # two tries that differ in time and connection: as many as a dead link has
        await self._ended.wait()
        visits.append(await self._visit())
        return visits

    async def _visit(self, *, compare: bool = False) -> Visit:
        """Over IPv6, and over IPv4 where that is needed to know what a failure means."""
        four = None
        if compare:
            four, six = await asyncio.gather(self._see(4), self._see(6))
        else:
            six = await self._see(6)
        visit = Visit(six, four)
        if visit.good is False and four is None:
            visit = Visit(six, await self._see(4))
        return visit

    async def _see(self, family: int) -> Answer:
        return await follow(self._probe.ask, self._home, family=family, fresh=True)

    async def _compared(self, base: Ipv6Reading, usual: Answer | None, answer: Answer) -> Ipv6Reading:
        """How alike the home page is over both; where it is not, how alike it is to itself."""
        if usual is None or not (usual.status == 200 == answer.status) or usual.error or answer.error:
            return base
        six, four = _page(answer), _page(usual)
        similarity = alike(four, six)
        if similarity is None or similarity >= _SAME:
            return replace(base, similarity=None if similarity is None else round(similarity, 4))
        again = await self._see(4)
        if again.status != 200 or again.error is not None:
            return base
        page = _page(again)
        similarity = max(similarity, alike(page, six) or 0.0)
        return replace(base, similarity=round(similarity, 4), steadiness=round(alike(four, page) or 0.0, 4))


def _page(answer: Answer) -> Page:
    return read_page(answer.body, answer.url, answer.headers.get("content-type", ""))


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, so many seconds at most."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
