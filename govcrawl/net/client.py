"""Asking: one request on one connection, and what came back, whatever the network does.

Used by `check-links`, the probes and `doctor` as it is, and by Scrapy through `govcrawl.net.handler`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from govcrawl.config import CrawlConfig
from govcrawl.model import Answer, Cause, Ipv6State
from govcrawl.net.connect import Addresses, Endpoint, Overrides, host_key
from govcrawl.net.exchange import Exchange
from govcrawl.net.gate import Gate, process_gate
from govcrawl.net.leases import LeasesAway
from govcrawl.net.ports import knock
from govcrawl.net.proxy import Ipv6Proxy
from govcrawl.net.resolver import Lookup, Resolver
from govcrawl.net.tls import TlsWeakness, lenient_context
from govcrawl.net.wire import BadAddressError, Wire, wire

HTTPS = 443
BODY_LIMIT = 4 * 2**20
"""Bytes of a body that are kept by default."""
NO_ADDRESS = "bad address"
"""How the reason begins for what can't be asked at all."""
_RETRY_AFTER = {429, 503}
_KNOCK = 5.0
"""Seconds in which a port has to take a connection; Internet.nl gives four."""
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_ACCEPT_LANGUAGE = "zh-CN,zh;q=0.9,en;q=0.5"
_OURS = {"accept-encoding", "connection", "host", "content-length", "transfer-encoding", "keep-alive"}
"""Headers that the client alone sets."""


class Ask(Protocol):
    """How anything here asks: `Client.ask`, or `ask_through` a crawler."""

    async def __call__(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit: int = BODY_LIMIT,
        family: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - seconds by phase, not one deadline
        fresh: bool = False,
    ) -> Answer:
        """As `Client.ask`."""


class Client:
    """Asks politely, within limits, and never raises for what the network does.

    Args:
        crawl: `[crawl]` of the settings.
        user_agent: what servers see.
        registered_hosts: hosts that are inspected by duty, allowed `concurrency_per_host` at once; all
            others get `concurrency_outside`. More may be added by `register`.
        clock: the time now, UTC.
        gate: default the one of this process.
        lookup: asks the DNS; default the machine's resolver.
        connect_timeout: seconds for connection and handshake; never more than three quarters of a
            request's whole time.
        read_timeout: seconds without a byte.

    Raises:
        ConfigError: `[crawl.resolve]` or `[crawl] ipv6_proxy` can't be used.
    """

    def __init__(
        self,
        crawl: CrawlConfig,
        *,
        user_agent: str,
        registered_hosts: Collection[str] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        gate: Gate | None = None,
        lookup: Lookup | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 15.0,
    ) -> None:
        self.crawl = crawl
        self.user_agent = user_agent
        self.gate = gate or process_gate()
        self._clock = clock
        self._registered = {host_key(host) for host in registered_hosts}
        self.resolver = Resolver(
            Overrides(crawl.resolve),
            allow_private=crawl.allow_private_addresses,
            lookup=lookup,
            known_names=[host for url in crawl.control_urls if (host := urlsplit(url).hostname)],
        )
        self._weakness = TlsWeakness()
        self._proxy = Ipv6Proxy(crawl.ipv6_proxy) if crawl.ipv6_proxy else None
        self._exchange = Exchange(
            self.resolver, connect_timeout=connect_timeout, read_timeout=read_timeout, proxy=self._proxy
        )
        self._tls = lenient_context()
        self._knock = min(_KNOCK, connect_timeout)

    def register(self, hosts: Collection[str]) -> None:
        """These hosts are inspected by duty: they may be asked faster."""
        self._registered.update(host_key(host) for host in hosts)

    async def addresses(self, host: str, port: int = 80) -> Addresses:
        """What is known of a host's addresses: by `[crawl.resolve]`, else the DNS. Never raises."""
        return await self.resolver.addresses(host, port)

    async def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit: int = BODY_LIMIT,
        family: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - seconds by phase, not one deadline
        fresh: bool = False,
    ) -> Answer:
        """One request; redirects are not followed, certificates are looked at but never required.

        Args:
            url: http or https; sent as it is where already percent-encoded.
            method: GET, HEAD, POST …
            body: what is sent along (POST).
            headers: beside and above our own (names in any case; user-agent, accept, referer, cookie …).
            limit: bytes of the body to keep, after decompression; what follows is not read.
            family: 4 or 6; None: IPv4 where the host has it, else IPv6.
            timeout: seconds for the request in all, waiting at the gate not counted; default `[crawl]
                timeout`.
            fresh: on a connection of its own, with the name asked anew.

        Returns:
            Always an answer; what failed is its `error`.
        """
        started = self._clock()
        try:
            place = wire(url)
        except BadAddressError as error:
            return Answer(
                url=url, method=method, at=started, ms=0, error=Cause.DNS, reason=f"{NO_ADDRESS}: {error}"
            )
        if fresh:
            self.resolver.forget(place.host)
        found = await self.addresses(place.host, place.port)
        ends = found.of_family(family)
        if found.error is not None or not ends:
            return Answer(
                url=url,
                method=method,
                at=started,
                ms=0,
                error=found.error or (Cause.DNS if found.v6_known or family != 6 else Cause.LOCAL),
                reason=found.reason or f"no address of family {family}",
                family=family,
            )
        server = self.gate.server(server_names(found), self._limit(place.host))
        try:
            async with self.gate.through(server, self.crawl.delay):
                answer = await self._send(
                    url,
                    place,
                    found,
                    method,
                    headers or {},
                    body,
                    limit,
                    family,
                    timeout or self.crawl.timeout,
                    fresh,
                )
                if answer.status in _RETRY_AFTER:
                    self.gate.back_off(server, answer.retry_after)
                elif answer.status is not None:
                    self.gate.well(server)
        except LeasesAway as error:
            return Answer(url=url, method=method, at=started, ms=0, error=Cause.LOCAL, reason=str(error))
        return answer

    async def connects(self, host: str, port: int, family: int) -> tuple[Ipv6State, Ipv6State]:
        """Does a port take connections over one family, and do they speak TLS (asked of 443 alone).

        "Not tested": the address is not known, must not be asked, is not listed in `[crawl.resolve]`,
        or this machine failed. A host without an address of the family does not take any.
        """
        found = await self.addresses(host, port)
        ends = found.of_family(family)
        if found.error is not None or not ends:
            known = found.error in {None, Cause.DNS} and (family != 6 or found.v6_known)
            return (Ipv6State.NO if known else Ipv6State.NOT_TESTED), Ipv6State.NOT_TESTED
        server = self.gate.server(server_names(found), self._limit(host))
        try:
            async with self.gate.through(server, self.crawl.delay):
                return await knock(
                    ends,
                    host,
                    tls=self._tls if port == HTTPS else None,
                    seconds=self._knock,
                    open_=self._proxy.open if self._proxy is not None and self._proxy.serves(ends) else None,
                )
        except LeasesAway:
            return Ipv6State.NOT_TESTED, Ipv6State.NOT_TESTED

    async def close(self) -> None:
        """Close all connections. The client can't be used afterwards."""
        await self._exchange.close()

    def _limit(self, host: str) -> int:
        registered = host_key(host) in self._registered
        return self.crawl.concurrency_per_host if registered else self.crawl.concurrency_outside

    async def _send(
        self,
        url: str,
        place: Wire,
        found: Addresses,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        limit: int,
        family: int | None,
        seconds: float,
        fresh: bool,
    ) -> Answer:
        at = self._clock()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        ends = found.of_family(family)
        sent = self._headers(headers)
        seen = await self._exchange.ask(place, ends, method, sent, limit, seconds, fresh=fresh, body=body)
        if family is None and seen.unreached and found.v4 and found.v6:
            # As browsers do: a host that answers over one of its families is there.
            other = await self._exchange.ask(
                place, found.v6, method, sent, limit, seconds, fresh=fresh, body=body
            )
            seen = seen if other.unreached else other
        answer = Answer(
            url=url,
            method=method,
            at=at,
            ms=round((loop.time() - begun) * 1000),
            status=seen.status,
            headers=seen.headers,
            body=seen.body,
            truncated=seen.truncated,
            ip=seen.ip,
            family=6 if ":" in seen.ip else 4,
            error=seen.error,
            reason=seen.reason,
        )
        if place.scheme == "https" and seen.status is not None and not seen.proxied:
            end = Endpoint(seen.ip, seen.port or place.port)
            return await self._weakness.noted(answer, place.host, end, seen.tls_version)
        return answer

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        ours = {
            "user-agent": self.user_agent,
            "accept": _ACCEPT,
            "accept-language": _ACCEPT_LANGUAGE,
            "accept-encoding": "gzip, deflate",
        }
        for name, value in headers.items():
            if name.lower() not in _OURS and not set(value) & {"\r", "\n", "\0"}:
                ours[name.lower()] = value
        return ours


def server_names(found: Addresses) -> list[str]:
    """By what a server is known: its addresses; with the port where an override says so."""
    return [str(end) if found.overridden else end.ip for end in found.all]
