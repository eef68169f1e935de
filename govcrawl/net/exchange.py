"""One request and its answer over aiohttp, one address family at a time, within limits."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

from govcrawl.model import Cause
from govcrawl.net.connect import Endpoint
from govcrawl.net.failures import NO_HTTP, PROXY, cause_of
from govcrawl.net.lenient import ask_roughly
from govcrawl.net.proxy import Ipv6Proxy
from govcrawl.net.resolver import Resolver
from govcrawl.net.tls import lenient_context
from govcrawl.net.wire import Unpacker, Wire, ascii_location

_RAW_FACTOR = 2
"""A compressed body may take so many times the limit on the wire before it is given up."""
_KEEP_ALIVE = 15.0
"""Seconds that an idle connection is kept."""
_MAX_HEADERS = 256
_MAX_LINE = 65_536


@dataclass(slots=True)
class Seen:
    """What an exchange told, also where it broke in the middle."""

    ip: str
    port: int | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    truncated: bool = False
    tls_version: str = ""
    error: Cause | None = None
    reason: str = ""
    proxied: bool = False
    """It was asked through the proxy: nothing but the answer is known of the connection."""

    @property
    def unreached(self) -> bool:
        """No connection came about."""
        return self.status is None and (self.reason == "connect" or self.error is Cause.UNROUTABLE)


class Exchange:
    """Sends requests and reads answers; never raises for what the network does.

    Args:
        resolver: gives the addresses that may be connected to.
        connect_timeout: seconds for connection and handshake.
        read_timeout: seconds without a byte.
        proxy: through which public IPv6 addresses are asked; None: all are asked directly.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        connect_timeout: float,
        read_timeout: float,
        proxy: Ipv6Proxy | None = None,
    ) -> None:
        self._resolver = resolver
        self._proxy = proxy
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._tls = lenient_context()
        self._sessions: dict[tuple[int, bool, bool], aiohttp.ClientSession] = {}

    async def ask(
        self,
        place: Wire,
        ends: Sequence[Endpoint],
        method: str,
        headers: Mapping[str, str],
        limit: int,
        seconds: float,
        *,
        fresh: bool,
        body: bytes = b"",
    ) -> Seen:
        """One request to the addresses `ends`, all of one family.

        Args:
            place: what is asked.
            ends: as the resolver gives them for that family; at least one.
            method: GET, HEAD …
            headers: all that are sent beside Host and Connection.
            limit: bytes of the body to keep, decompressed.
            seconds: for everything.
            fresh: on a connection of its own.
            body: what is sent along.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + seconds
        seen = Seen(ip=ends[0].ip)
        unpacker: Unpacker | None = None
        proxied = self._proxy is not None and self._proxy.serves(ends)
        try:
            async with self._session(ends[0].family, fresh, proxied).request(
                method,
                yarl.URL(place.url, encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=seconds,
                    connect=min(self._connect_timeout, seconds * 0.75),
                    sock_read=min(self._read_timeout, seconds),
                ),
            ) as response:
                _take(seen, response)
                unpacker = Unpacker(response.headers.get("content-encoding", ""), limit)
                seen.truncated = await _read(response, unpacker, limit)
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as failure:
            seen.error, seen.reason = cause_of(failure)
        if proxied:
            # The other side of the connection is the proxy; and its silence is not the site's.
            seen.ip, seen.port, seen.proxied = ends[0].ip, ends[0].port, True
            if seen.error is Cause.TIMEOUT and seen.reason == "connect":
                seen.error, seen.reason = Cause.LOCAL, PROXY
        if seen.reason == NO_HTTP and not body and not proxied:  # what is sent along is never sent twice
            await self._ask_roughly(seen, place, ends[0], method, headers, limit, ends_at - loop.time())
        elif unpacker is not None:
            _keep(seen, unpacker)
        return seen

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _ask_roughly(
        self,
        seen: Seen,
        place: Wire,
        end: Endpoint,
        method: str,
        headers: Mapping[str, str],
        limit: int,
        seconds: float,
    ) -> None:
        """Once more where aiohttp could not read the answer: a browser may."""
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                rough = await ask_roughly(place, end, method, headers, limit, self._tls)
        except (OSError, asyncio.LimitOverrunError):
            return  # what was wrong the first time is what is said
        if rough is None:
            return
        seen.status, seen.error, seen.reason = rough.status, None, ""
        _take_headers(seen, rough.headers)
        seen.truncated = rough.body.full
        _keep(seen, rough.body)

    def _session(self, family: int, fresh: bool, proxied: bool) -> aiohttp.ClientSession:
        session = self._sessions.get((family, fresh, proxied))
        if session is None:
            connector = _Connector(
                resolver=_Checked(self._resolver, family),
                use_dns_cache=False,
                force_close=fresh,
                limit=0,  # the gate limits
                ssl=self._tls,
                keepalive_timeout=None if fresh else _KEEP_ALIVE,
            )
            connector.proxy = self._proxy if proxied else None
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                response_class=_Response,
                skip_auto_headers=("user-agent", "accept", "accept-encoding", "content-type"),
                max_line_size=_MAX_LINE,
                max_field_size=_MAX_LINE,
                max_headers=_MAX_HEADERS,
            )
            self._sessions[family, fresh, proxied] = session
        return session


def _take(seen: Seen, response: aiohttp.ClientResponse) -> None:
    seen.status = response.status
    _take_headers(seen, response.raw_headers)
    if isinstance(response, _Response) and response.peer is not None:
        seen.ip, seen.port = response.peer
        seen.tls_version = response.tls_version


def _take_headers(seen: Seen, headers: Sequence[tuple[bytes, bytes]]) -> None:
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        value = ascii_location(raw_value) if name == "location" else _decoded(raw_value)
        if name == "set-cookie" and name in seen.headers:
            value = f"{seen.headers[name]}\n{value}"
        seen.headers[name] = value


def _decoded(value: bytes) -> str:
    """Headers are ASCII by the book, and UTF-8 or GBK where they are not."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return value.decode("utf-8", "replace").replace("\0", "")


def _keep(seen: Seen, unpacker: Unpacker) -> None:
    seen.body = bytes(unpacker.body)
    seen.reason = seen.reason or unpacker.problem


async def _read(response: aiohttp.ClientResponse, unpacker: Unpacker, limit: int) -> bool:
    """Read the body into the unpacker. Returns whether there was more than the limit."""
    raw = 0
    async for piece in response.content.iter_any():
        raw += len(piece)
        unpacker.feed(piece)
        if unpacker.full or raw > limit * _RAW_FACTOR + 65_536:
            response.close()  # the rest is not wanted, so the connection is of no more use
            return True
    unpacker.end()
    return False


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

    def __init__(self, resolver: Resolver, family: int) -> None:
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

    Neither `_resolve_host` nor `_wrap_create_connection` is of aiohttp's public interface;
    tests/net/test_client.py and tests/net/test_ipv6_proxy.py hold them.
    """

    proxy: Ipv6Proxy | None = None
    """Through which all connections are made."""

    async def _resolve_host(self, host: str, port: int, traces: object = None) -> list[ResolveResult]:
        return await self._resolver.resolve(host, port, family=self._family)

    async def _wrap_create_connection(self, *args: Any, addr_infos: Any, **kwargs: Any) -> Any:
        if self.proxy is None:
            return await super()._wrap_create_connection(*args, addr_infos=addr_infos, **kwargs)
        for told in ("req", "timeout", "client_error"):  # for aiohttp's own errors: ours go up as they are
            kwargs.pop(told, None)
        ip, port = addr_infos[0][4][:2]
        sock = await self.proxy.open(Endpoint(ip, port))
        return await self._loop.create_connection(*args, **kwargs, sock=sock)
