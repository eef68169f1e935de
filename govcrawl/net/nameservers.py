"""The name servers of a host's zone: have they IPv6 addresses, and do they answer there (dnspython)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import dns.asyncquery
import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from govcrawl.model import Ipv6State, NameServer, ZoneReading
from govcrawl.net.connect import embeds_v4, forbidden

_MOST = 8
"""Name servers of a zone that are looked at."""
_PER_SERVER = 4
"""Addresses of one that are asked."""
_LIFETIME = 10.0
"""Seconds for one question to the machine's own resolver, repetitions included."""


class ZoneUnknown(Exception):  # noqa: N818 - an answer, not an error of ours
    """The machine's resolver did not tell the zone or its name servers."""


@dataclass(slots=True)
class NameServers:
    """Looks at zones, each once.

    Args:
        resolver: asks the DNS; default the machine's own, by its resolver configuration.
        port: at which name servers are asked.
        allow_private: ask also what `forbidden` names.
        seconds: for one question over IPv6, as Internet.nl's test gives it.
    """

    resolver: dns.asyncresolver.Resolver | None = None
    port: int = 53
    allow_private: bool = False
    seconds: float = 4.0
    _known: dict[dns.name.Name, asyncio.Task[tuple[NameServer, ...]]] = field(default_factory=dict)

    async def zone_of(self, host: str) -> ZoneReading:
        """The zone of a host, and the AAAA records of its name servers; none of them is asked yet.

        Raises:
            ZoneUnknown: the resolver failed, or there is no such zone.
        """
        try:
            resolver = self._resolver()
            zone = await dns.asyncresolver.zone_for_name(dns.name.from_text(host), resolver=resolver)
            task = self._known.get(zone)
            if task is None:
                task = self._known[zone] = asyncio.get_running_loop().create_task(self._servers(zone))
            servers = await asyncio.shield(task)
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise ZoneUnknown(f"{host}: {error}") from error
        return ZoneReading(zone=zone.to_text(omit_final_dot=True), servers=servers)

    async def asked(self, reading: ZoneReading) -> ZoneReading:
        """The same, each server with an address asked for the zone over IPv6: this machine needs a route."""
        zone = dns.name.from_text(reading.zone)
        answers = await asyncio.gather(*(self._answers(zone, server.addresses) for server in reading.servers))
        servers = (
            NameServer(name=server.name, addresses=server.addresses, answers=state)
            for server, state in zip(reading.servers, answers, strict=True)
        )
        return ZoneReading(zone=reading.zone, servers=tuple(servers))

    def _resolver(self) -> dns.asyncresolver.Resolver:
        if self.resolver is None:
            self.resolver = dns.asyncresolver.Resolver()
            self.resolver.lifetime = _LIFETIME
        return self.resolver

    async def _servers(self, zone: dns.name.Name) -> tuple[NameServer, ...]:
        answer = await self._resolver().resolve(zone, dns.rdatatype.NS)
        names = sorted(record.target for record in answer)[:_MOST]
        found = await asyncio.gather(*(self._addresses(name) for name in names))
        return tuple(
            NameServer(name=name.to_text(omit_final_dot=True), addresses=addresses)
            for name, addresses in zip(names, found, strict=True)
        )

    async def _addresses(self, name: dns.name.Name) -> tuple[str, ...]:
        """Only "no such record" is an answer of none; a resolver that fails fails the whole reading."""
        try:
            answer = await self._resolver().resolve(name, dns.rdatatype.AAAA)
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            return ()
        return tuple(self._usable(record.address for record in answer))

    def _usable(self, addresses: Iterable[str]) -> list[str]:
        """Without mapped and other addresses that nobody outside can ask."""
        usable = (ip for ip in addresses if not embeds_v4(ip) and (self.allow_private or not forbidden(ip)))
        return sorted(usable)[:_PER_SERVER]

    async def _answers(self, zone: dns.name.Name, addresses: tuple[str, ...]) -> Ipv6State:
        if not addresses:
            return Ipv6State.NOT_TESTED
        states = await asyncio.gather(*(self._answer(zone, address) for address in addresses))
        return next(
            (state for state in (Ipv6State.NO, Ipv6State.NOT_TESTED) if state in states), Ipv6State.YES
        )

    async def _answer(self, zone: dns.name.Name, address: str) -> Ipv6State:
        """Asked twice by datagram and then by stream: one that is lost proves nothing."""
        question = dns.message.make_query(zone, dns.rdatatype.SOA)
        ways: tuple[Callable[[], Awaitable[dns.message.Message]], ...] = (
            lambda: dns.asyncquery.udp(question, address, timeout=self.seconds, port=self.port),
            lambda: dns.asyncquery.udp(question, address, timeout=self.seconds, port=self.port),
            lambda: dns.asyncquery.tcp(question, address, timeout=self.seconds, port=self.port),
        )
        for way in ways:
            try:
                await way()
            except (ConnectionError, EOFError, dns.exception.DNSException):
                continue  # refused, silent, or something that is no answer: the next try may fare better
            except OSError:
                return Ipv6State.NOT_TESTED  # no route, no socket: of this machine
            return Ipv6State.YES
        return Ipv6State.NO
