"""Servers on [::1] and 127.0.0.1 that do what a case of tests/fixtures/ipv6 describes, and their probe."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urljoin

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

from govcrawl.config import CrawlConfig
from govcrawl.model import Ipv6Reading, Ipv6State
from govcrawl.net.client import Client
from govcrawl.net.gate import Gate
from govcrawl.net.nameservers import NameServers
from govcrawl.net.resolver import NoSuchName
from spiders.ipv6 import Connects, Ipv6Probe
from spiders.ipv6_route import Route
from tests.city.certificate import self_signed

_ZONE = "example.gov.cn."
_HOSTS = {4: "127.0.0.1", 6: "::1"}


async def read_case(case: Mapping[str, Any], pages: Mapping[str, str]) -> Ipv6Reading:
    """Serve a case, and probe its site as a crawl does."""
    site = case.get("site", "www.example.gov.cn")
    async with AsyncExitStack() as stack:
        resolve: dict[str, tuple[str, ...]] = {}
        port = 80
        if "dns" in case:  # the site is looked up: both families answer at one port
            first = await stack.enter_async_context(serving(case["http"]["four"], pages, 4))
            await stack.enter_async_context(serving(case["http"]["six"], pages, 6, port=first))
            port = first
        else:
            for scheme, number in (("http", 80), ("https", 443)):
                if scheme in case:
                    resolve[f"{site}:{number}"] = tuple(
                        [
                            await stack.enter_async_context(listening(what, pages, family, scheme))
                            for family, what in _families(case[scheme])
                        ]
                    )
        for host, families in case.get("hosts", {}).items():
            both = {"both": (4, 6), "four": (4,)}[families]
            resolve[f"{host}:80"] = tuple(
                [await stack.enter_async_context(listening("article", pages, f, "http")) for f in both]
            )
        canary = await stack.enter_async_context(listening("article", pages, 6, "http"))
        resolve["canary.example.net:80"] = (canary,)
        client = Client(
            CrawlConfig(resolve=resolve, timeout=1.0, allow_private_addresses=True),
            user_agent="govcrawl/test",
            gate=Gate(),
            lookup=_lookup,
            connect_timeout=1.0,
            read_timeout=0.5,
        )
        stack.push_async_callback(client.close)
        servers = await stack.enter_async_context(name_servers(case.get("dns", {"resolver": "silent"})))
        probe = Ipv6Probe(
            ask=client.ask,
            addresses=client.addresses,
            connects=client.connects if "dns" not in case else _no_ports(),
            name_servers=servers,
            route=Route(client.ask, ["http://canary.example.net/"]),
            pause=0.01,
            patience=0.01,
        )
        home = f"http://{site}/" if port == 80 else f"http://{site}:{port}/"
        course = probe.begin(home, [urljoin(home, url) for url in case.get("resources", ())])
        return await course.finish([urljoin(home, url) for url in case.get("links", ())])


def _families(what: Mapping[str, Any]) -> list[tuple[int, Any]]:
    return [({"four": 4, "six": 6}[name], behaviour) for name, behaviour in what.items()]


def _no_ports() -> Connects:
    """Ports 80 and 443 of loopback itself are nobody's to test."""

    async def connects(host: str, port: int, family: int) -> tuple[Ipv6State, Ipv6State]:
        return Ipv6State.NOT_TESTED, Ipv6State.NOT_TESTED

    return connects


async def _lookup(host: str, family: int) -> list[str]:
    if host.endswith(".gov.cn"):
        return [_HOSTS[family]]
    raise NoSuchName(host)


@asynccontextmanager
async def listening(what: Any, pages: Mapping[str, str], family: int, scheme: str) -> AsyncIterator[str]:
    """The end ("ip:port") of a server that behaves so."""
    host = _HOSTS[family]
    if what == "refuse":
        with socket.socket(socket.AF_INET6 if family == 6 else socket.AF_INET) as held:
            held.bind((host, 0))  # taken, and not listened on
            yield _end(family, held.getsockname()[1])
        return
    tls = self_signed() if scheme == "https" and what != "plain" else None
    async with serving("article" if what == "plain" else what, pages, family, tls=tls) as port:
        yield _end(family, port)


def _end(family: int, port: int) -> str:
    return f"[::1]:{port}" if family == 6 else f"127.0.0.1:{port}"


@asynccontextmanager
async def serving(
    what: Any, pages: Mapping[str, str], family: int, *, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    count: dict[str, int] = {}
    total = [0]
    tasks: set[asyncio.Task[Any]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                told = what
                if isinstance(what, dict) and "home" in what:
                    told = what["home"] if path == "/" else what.get(path, what.get("/", "article"))
                elif path != "/" and not isinstance(what, dict):
                    told = "article"
                count[path] = count.get(path, 0) + 1
                total[0] += 1
                if isinstance(told, list):
                    told = told[min(count[path], len(told)) - 1]
                if told == "silent":
                    await asyncio.Event().wait()
                if told == "reset":
                    writer.transport.abort()
                    return
                # The families count apart, and from different numbers: each request shows another one.
                writer.write(_answer(told, pages, total[0] + (4 if family == 6 else 0)))
                await writer.drain()
        except (OSError, EOFError, asyncio.CancelledError):
            return
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(talk, _HOSTS[family], port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _answer(told: Any, pages: Mapping[str, str], number: int) -> bytes:
    status, body, more = 200, "", ""
    if isinstance(told, int):
        status, body = told, f"<html><body>{told}</body></html>"
    elif isinstance(told, dict):
        status, more = 302, f"Location: {told['to']}\r\n"
    else:
        body = pages[told].replace("{n}", str(number))
    data = body.encode()
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: text/html; charset=utf-8\r\n{more}"
    return f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


@asynccontextmanager
async def name_servers(what: Mapping[str, str]) -> AsyncIterator[NameServers]:
    """The DNS of a case on one port: a resolver on 127.0.0.1, name servers on [::1] (`none`: no AAAA)."""
    loop = asyncio.get_running_loop()

    class Answers(asyncio.DatagramProtocol):
        def __init__(self, silent: bool) -> None:
            self.silent = silent

        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, peer: Any) -> None:
            if not self.silent:
                self.transport.sendto(_dns_answer(dns.message.from_wire(data), what).to_wire(), peer)

    four, _ = await loop.create_datagram_endpoint(
        lambda: Answers(what.get("resolver") == "silent"), local_addr=("127.0.0.1", 0)
    )
    port = four.get_extra_info("sockname")[1]
    six, _ = await loop.create_datagram_endpoint(
        lambda: Answers("silent" in what.values()), local_addr=("::1", port)
    )
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], port, 1.0
    try:
        yield NameServers(resolver, port=port, allow_private=True, seconds=0.3)
    finally:
        with contextlib.suppress(OSError):
            four.close()
            six.close()


def _dns_answer(question: dns.message.Message, what: Mapping[str, str]) -> dns.message.Message:
    """Of a zone with these name servers, for its SOA, NS and their AAAA."""
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.AA | dns.flags.RA
    asked = question.question[0]
    name, kind = asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype)
    records: list[str] = []
    if name == _ZONE and kind == "SOA":
        records = [f"ns1.{_ZONE} admin.{_ZONE} 1 3600 600 86400 300"]
    elif name == _ZONE and kind == "NS":
        records = [f"{server}.{_ZONE}" for server in what]
    elif kind == "AAAA" and what.get(name.split(".")[0], "none") != "none":
        records = ["::1"]
    if records:
        answer.answer.append(dns.rrset.from_text(name, 300, "IN", kind, *records))
    else:
        soa = f"ns1.{_ZONE} admin.{_ZONE} 1 3600 600 86400 300"
        answer.authority.append(dns.rrset.from_text(_ZONE, 300, "IN", "SOA", soa))
    return answer
