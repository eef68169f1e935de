"""Asking: one request on one connection, and what came back, whatever the network does.

Used by `check-links`, the probes and `doctor` as it is, and by Scrapy through `govcrawl.net.handler`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from govcrawl.config import CrawlConfig
from govcrawl.model import Answer, Cause
from govcrawl.net.connect import Addresses, Endpoint, Overrides, host_key
from govcrawl.net.failures import cause_of
from govcrawl.net.gate import Gate, process_gate
from govcrawl.net.resolver import Lookup, Resolver
from govcrawl.net.tls import TlsWeakness, lenient_context
from govcrawl.net.wire import BadAddressError, Unpacker, Wire, wire

BODY_LIMIT = 4 * 2**20
"""Bytes of a body that are kept by default."""
NO_ADDRESS = "bad address"
"""How the reason begins for what can't be asked at all."""
_RAW_FACTOR = 2
"""A compressed body may take so many times the limit on the wire before it is given up."""
_RETRY_AFTER = {429, 503}
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
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._registered = {host_key(host) for host in registered_hosts}
        self.resolver = Resolver(
            Overrides(crawl.resolve),
            allow_private=crawl.allow_private_addresses,
            lookup=lookup,
            known_names=[host for url in crawl.control_urls if (host := urlsplit(url).hostname)],
        )
        self._tls = lenient_context()
        self._weakness = TlsWeakness()
        self._sessions: dict[tuple[int | None, bool], aiohttp.ClientSession] = {}

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
        limit: int = BODY_LIMIT,
        family: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - seconds by phase, not one deadline
        fresh: bool = False,
    ) -> Answer:
        """One request; redirects are not followed, certificates are looked at but never required.

        Args:
            url: http or https; sent as it is where already percent-encoded.
            method: GET, HEAD, POST …
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
        server = self.gate.server(_names(found), self._limit(place.host))
        async with self.gate.through(server, self.crawl.delay):
            answer = await self._send(
                url, place, ends, method, headers or {}, limit, family, timeout or self.crawl.timeout, fresh
            )
            if answer.status in _RETRY_AFTER:
                self.gate.back_off(server, retry_after(answer, self._clock()))
            elif answer.status is not None:
                self.gate.well(server)
        return answer

    async def close(self) -> None:
        """Close all connections. The client can't be used afterwards."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        self.resolver.close()

    def _limit(self, host: str) -> int:
        registered = host_key(host) in self._registered
        return self.crawl.concurrency_per_host if registered else self.crawl.concurrency_outside

    async def _send(
        self,
        url: str,
        place: Wire,
        ends: tuple[Endpoint, ...],
        method: str,
        headers: Mapping[str, str],
        limit: int,
        family: int | None,
        seconds: float,
        fresh: bool,
    ) -> Answer:
        at = self._clock()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        seen = _Seen(ip=ends[0].ip)
        error: Cause | None = None
        reason = ""
        try:
            async with self._session(family, fresh).request(
                method,
                yarl.URL(place.url, encoded=True),
                headers=self._headers(headers),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=seconds,
                    connect=min(self._connect_timeout, seconds * 0.75),
                    sock_read=min(self._read_timeout, seconds),
                ),
            ) as response:
                seen.take(response)
                await _read(response, seen, limit)
        except asyncio.CancelledError:
            raise
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as failure:
            error, reason = cause_of(failure)
        unpacker = seen.unpacker
        answer = Answer(
            url=url,
            method=method,
            at=at,
            ms=round((loop.time() - begun) * 1000),
            status=seen.status,
            headers=seen.headers,
            body=bytes(unpacker.body) if unpacker else b"",
            truncated=seen.truncated,
            ip=seen.ip,
            family=6 if ":" in seen.ip else 4,
            error=error,
            reason=reason or (unpacker.problem if unpacker else ""),
            tls_weakness="",
        )
        if place.scheme == "https" and seen.status is not None:
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

    def _session(self, family: int | None, fresh: bool) -> aiohttp.ClientSession:
        session = self._sessions.get((family, fresh))
        if session is None:
            connector = _Connector(
                resolver=_Checked(self.resolver, family),
                use_dns_cache=False,
                force_close=fresh,
                limit=0,  # the gate limits
                ssl=self._tls,
                keepalive_timeout=None if fresh else 15.0,
            )
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                response_class=_Response,
                skip_auto_headers=("user-agent", "accept", "accept-encoding", "content-type"),
                max_line_size=16_384,
                max_field_size=65_536,
                max_headers=256,
            )
            self._sessions[family, fresh] = session
        return session


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3); None: none that can be read."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isdecimal() and len(value) < 8:
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _names(found: Addresses) -> list[str]:
    """By what a server is known: its addresses; with the port where an override says so."""
    return [str(end) if found.overridden else end.ip for end in found.all]


class _Seen:
    """What a response told so far: kept when the connection breaks in the middle."""

    def __init__(self, ip: str) -> None:
        self.ip = ip
        self.port: int | None = None
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.tls_version = ""
        self.truncated = False
        self.unpacker: Unpacker | None = None

    def take(self, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        for name, value in response.headers.items():
            lower = name.lower()
            if lower == "set-cookie" and lower in self.headers:
                value = f"{self.headers[lower]}\n{value}"
            self.headers[lower] = value
        if isinstance(response, _Response) and response.peer is not None:
            self.ip, self.port = response.peer
            self.tls_version = response.tls_version


async def _read(response: aiohttp.ClientResponse, seen: _Seen, limit: int) -> None:
    unpacker = seen.unpacker = Unpacker(response.headers.get("content-encoding", ""), limit)
    raw = 0
    async for piece in response.content.iter_any():
        raw += len(piece)
        unpacker.feed(piece)
        if unpacker.full or raw > limit * _RAW_FACTOR + 65_536:
            seen.truncated = True
            response.close()  # the rest is not wanted, so the connection is of no more use
            return
    unpacker.end()


class _Response(aiohttp.ClientResponse):
    """Remembers the other side: its connection is gone once a short body has been read."""

    peer: tuple[str, int] | None = None
    tls_version: str = ""

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        transport = connection.transport
        if transport is not None:
            peer = transport.get_extra_info("peername")
            if peer:
                self.peer = (str(peer[0]), int(peer[1]))
            secure = transport.get_extra_info("ssl_object")
            if isinstance(secure, ssl.SSLObject):
                self.tls_version = secure.version() or ""
        return await super().start(connection)


class _Checked(AbstractResolver):
    """Gives aiohttp the addresses that were checked, and no others."""

    def __init__(self, resolver: Resolver, family: int | None) -> None:
        self._resolver = resolver
        self._family = family

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        found = await self._resolver.addresses(host, port)
        ends = found.of_family(self._family)
        if found.error is not None or not ends:
            raise OSError(None, f"{host}: {found.reason or 'no address'}")
        return [
            ResolveResult(
                hostname=host,
                host=end.ip,
                port=end.port,
                family=socket.AF_INET6 if end.family == 6 else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for end in ends
        ]

    async def close(self) -> None:
        """Nothing is held here."""


class _Connector(aiohttp.TCPConnector):
    """Hosts of digits pass our resolver too: they may stand in `[crawl.resolve]`, and must be checked.

    `_resolve_host` is not of aiohttp's public interface; tests/net/test_client.py holds it.
    """

    async def _resolve_host(self, host: str, port: int, traces: object = None) -> list[ResolveResult]:
        return await self._resolver.resolve(host, port, family=self._family)
