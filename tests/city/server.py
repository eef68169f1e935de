"""Serves the city on loopback: real sockets, ephemeral ports, virtual hosts by the Host header.

It runs in a thread with an event loop of its own. Each kind of door is one socket:

| door | over IPv4 | over IPv6 |
| --- | --- | --- |
| `web` | answers | answers (with `City.pages6`) |
| `web4` | answers | no address |
| `web-refuse6` | answers | refuses |
| `refuse` | refuses | no address |
| `reset` | accepts, reads, resets | no address |
| `stall` | accepts, never answers | no address |
| `plain` | speaks HTTP where TLS is expected | no address |
| `tls` | HTTPS with a certificate that it signed itself | no address |
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Mapping
from types import TracebackType

from tests.city import extras
from tests.city.certificate import self_signed
from tests.city.shapes import City, Served, address_key

_LONGEST_HEAD = 64 * 1024


class CityServer:
    """A context manager: inside it the city answers, and `resolve` says where.

    With `ipv6=False`, or where `[::1]` does not work, the sites have IPv4 addresses only.
    """

    def __init__(self, city: City, *, ipv6: bool = True) -> None:
        self.city = city
        self.ipv6 = ipv6 and has_ipv6()
        self.requests: Counter[tuple[str, str]] = Counter()
        """How often each host and path was asked, all methods together."""
        self.resolve: dict[str, list[str]] = {}
        """For `[crawl.resolve]`: what each host and port of the city leads to."""
        self._doors: dict[str, list[str]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="city", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._held: list[socket.socket] = []
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> CityServer:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        for held in self._held:
            held.close()

    def show(self, city: City) -> None:
        """Answers from now on with another city (the same one, mended); `resolve` is made anew."""
        self.city = city
        self.resolve = self._resolve()

    def asked(self, url: str) -> int:
        """How often an address was asked (0: never)."""
        return self.requests[address_key(url)]

    def by_host(self) -> Counter[str]:
        """Requests by host."""
        hosts: Counter[str] = Counter()
        for (host, _), count in self.requests.items():
            hosts[host] += count
        return hosts

    async def _start(self) -> None:
        web4 = await self._listen(socket.AF_INET)
        self._doors = {
            "web": [f"127.0.0.1:{web4}"],
            "web4": [f"127.0.0.1:{web4}"],
            "web-refuse6": [f"127.0.0.1:{web4}"],
            "refuse": [f"127.0.0.1:{self._refusing(socket.AF_INET)}"],
            "reset": [f"127.0.0.1:{await self._listen(socket.AF_INET, trick='reset')}"],
            "stall": [f"127.0.0.1:{await self._listen(socket.AF_INET, trick='stall')}"],
            "plain": [f"127.0.0.1:{await self._listen(socket.AF_INET, trick='plain')}"],
            "tls": [f"127.0.0.1:{await self._listen(socket.AF_INET, tls=self_signed())}"],
        }
        if self.ipv6:
            self._doors["web"].append(f"[::1]:{await self._listen(socket.AF_INET6)}")
            self._doors["web-refuse6"].append(f"[::1]:{self._refusing(socket.AF_INET6)}")
        self.resolve = self._resolve()

    def _resolve(self) -> dict[str, list[str]]:
        return {name: list(self._doors[door]) for name, door in sorted(self.city.hosts.items())}

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for writer in list(self._open):
            writer.transport.abort()
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _listen(
        self, family: socket.AddressFamily, *, trick: str = "", tls: ssl.SSLContext | None = None
    ) -> int:
        six = family == socket.AF_INET6

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._open.add(writer)
            try:
                await self._talk(reader, writer, six=six, trick=trick)
            except (OSError, EOFError, asyncio.LimitOverrunError):
                pass  # the crawler went away or sent no request: nothing to answer
            except asyncio.CancelledError:
                pass  # the server stops; streams would report the cancelled task as an error
            finally:
                self._open.discard(writer)
                writer.close()

        address = "::1" if six else "127.0.0.1"
        server = await asyncio.start_server(
            talk, address, 0, family=family, ssl=tls, limit=_LONGEST_HEAD, backlog=512
        )
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def _refusing(self, family: socket.AddressFamily) -> int:
        """A port that is taken and not listened on: connections are refused, and nobody else gets it."""
        held = socket.socket(family)
        held.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self._held.append(held)
        port: int = held.getsockname()[1]
        return port

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, six: bool, trick: str
    ) -> None:
        if trick == "plain":
            await reader.read(1)
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            method, path, _ = lines[0].split(" ", 2)
            fields = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines[1:] if line)
            }
            length = fields.get("content-length", "0")
            await reader.readexactly(int(length) if length.isdigit() else 0)
            host = fields.get("host", "").rsplit(":", 1)[0].lower()
            self.requests[(host, path)] += 1
            if trick == "stall":
                await asyncio.Event().wait()
            served = _DROPPED if trick == "reset" else self._find(host, path, six=six)
            if served.first is not None and self.requests[(host, path)] == 1:
                served = served.first
            await asyncio.sleep(served.delay)
            if served.drop:
                _reset(writer)
                return
            if served.cookie and served.cookie not in fields.get("cookie", ""):
                served = Served(
                    status=403, headers=(("Set-Cookie", f"{served.cookie}; path=/"),), body=b"denied"
                )
            if served.head is not None and method == "HEAD":
                served = Served(status=served.head)
            writer.write(_answer(served, method, fields))
            await writer.drain()
            if fields.get("connection", "").lower() == "close" or lines[0].endswith("HTTP/1.0"):
                return

    def _find(self, host: str, path: str, *, six: bool) -> Served:
        bare = path.partition("?")[0]
        if six:
            for key in ((host, path), (host, "*")):
                if key in self.city.pages6:
                    return self.city.pages6[key]
        for key in ((host, path), (host, bare)):
            if key in self.city.pages:
                return self.city.pages[key]
        for (name, beginning), make in self.city.endless.items():
            if name == host and path.startswith(beginning):
                return make(path)
        return self.city.catch_all.get(host, extras.NOT_FOUND)


def has_ipv6() -> bool:
    """Can this machine listen on [::1]."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


_DROPPED = Served(drop=True)


def _answer(served: Served, method: str, fields: Mapping[str, str]) -> bytes:
    tag = f'"{hashlib.sha256(served.body).hexdigest()[:16]}"'
    status, body = served.status, served.body
    if status == 200 and fields.get("if-none-match") == tag:
        status, body = 304, b""
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", "Server: city"]
    lines += [f"{name}: {value}" for name, value in served.headers]
    if status != 304:
        lines += [f"Content-Type: {served.content_type}", f"Content-Length: {len(body)}"]
    if served.status == 200:
        lines.append(f"ETag: {tag}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if method == "HEAD" else head + body


def _reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    304: "Not Modified",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    412: "Precondition Failed",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
