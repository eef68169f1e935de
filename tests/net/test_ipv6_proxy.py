"""`[crawl] ipv6_proxy`: public IPv6 addresses alone are asked through it, and its failures are its own."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from loopback_servers import asking, closed_port, fixed, page, serving

from govcrawl.config import ConfigError
from govcrawl.model import Answer, Cause, Ipv6State
from govcrawl.net.connect import Endpoint
from govcrawl.net.proxy import Ipv6Proxy

SITE = "www.example.gov.cn"
PUBLIC = "2400:3200::1"
YES, NO, UNTESTED = Ipv6State.YES, Ipv6State.NO, Ipv6State.NOT_TESTED


@dataclass
class Proxy:
    """A SOCKS5 and HTTP proxy on loopback that leads every address to one port of this machine."""

    target: int = 0
    reply: int = 0
    """SOCKS5: 0 is success. HTTP: 0 is 200."""
    mute: bool = False
    """Takes connections and says nothing."""
    port: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.readexactly(1)
            if self.mute:
                await reader.read()
                return
            if first == b"\x05":
                await self._socks(reader, writer)
            else:
                await self._http(first, reader, writer)
        except (OSError, EOFError):
            return
        finally:
            writer.close()

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        assert kind == 4, f"a proxy is given literal IPv6 addresses, never names (address type {kind})"
        ip = str(ipaddress.IPv6Address(await reader.readexactly(16)))
        self.asked.append((ip, int.from_bytes(await reader.readexactly(2), "big")))
        writer.write(bytes((5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0)))
        if self.reply == 0:
            await self._relay(reader, writer)

    async def _http(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
        method, place, _ = head.split(" ", 2)
        assert method == "CONNECT", head
        ip, _, port = place.rpartition(":")
        self.asked.append((ip.strip("[]"), int(port)))
        writer.write(f"HTTP/1.1 {self.reply or 200} Said\r\n\r\n".encode())
        if self.reply == 0:
            await self._relay(reader, writer)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", self.target)

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(65_536):
                sink.write(data)
                await sink.drain()
            sink.close()

        await asyncio.gather(pump(reader, ours), pump(theirs, writer), return_exceptions=True)


@asynccontextmanager
async def proxying(target: int, **how: int | bool) -> AsyncIterator[Proxy]:
    proxy = Proxy(target=target, **how)  # type: ignore[arg-type]  # by name
    server = await asyncio.start_server(proxy.talk, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


async def dns(host: str, family: int) -> list[str]:
    return [PUBLIC] if family == 6 else ["8.8.4.4"]


def ask(scheme: str, reply: int = 0) -> tuple[Answer, tuple[Ipv6State, Ipv6State], Proxy]:
    async def story() -> tuple[Answer, tuple[Ipv6State, Ipv6State], Proxy]:
        async with (
            serving(fixed(page("six"))) as server,
            proxying(server.port, reply=reply) as proxy,
            asking(ipv6_proxy=f"{scheme}://127.0.0.1:{proxy.port}", lookup=dns) as client,
        ):
            answer = await client.ask(f"http://{SITE}/", family=6)
            return answer, await client.connects(SITE, 80, 6), proxy

    return asyncio.run(story())


@pytest.mark.parametrize("scheme", ["socks5", "http"])
def test_a_site_is_asked_through_the_proxy_by_its_checked_address(scheme: str) -> None:
    answer, connects, proxy = ask(scheme)
    assert (answer.status, answer.body, answer.ip, answer.family) == (200, b"six", PUBLIC, 6)
    assert connects == (YES, UNTESTED)
    assert set(proxy.asked) == {(PUBLIC, 80)}


@pytest.mark.parametrize(
    ("scheme", "reply", "error", "connects"),
    [
        ("socks5", 5, Cause.REFUSED, NO),
        ("socks5", 1, Cause.LOCAL, UNTESTED),
        ("socks5", 2, Cause.LOCAL, UNTESTED),
        ("socks5", 3, Cause.LOCAL, UNTESTED),
        ("socks5", 4, Cause.LOCAL, UNTESTED),
        ("http", 403, Cause.LOCAL, UNTESTED),
        ("http", 407, Cause.LOCAL, UNTESTED),
        ("http", 502, Cause.LOCAL, UNTESTED),
    ],
)
def test_only_a_refusal_that_the_proxy_reports_is_the_sites(
    scheme: str, reply: int, error: Cause, connects: Ipv6State
) -> None:
    answer, told, _ = ask(scheme, reply)
    assert (answer.status, answer.error) == (None, error), f"{answer.error} {answer.reason}"
    assert told[0] is connects


def test_a_proxy_that_is_away_or_mute_says_nothing_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govcrawl.net.proxy._SECONDS", 0.3)

    async def story(port: int) -> Answer:
        async with asking(ipv6_proxy=f"socks5://127.0.0.1:{port}", lookup=dns) as client:
            assert (await client.connects(SITE, 443, 6))[0] is UNTESTED
            return await client.ask(f"https://{SITE}/", family=6)

    async def mute() -> Answer:
        async with proxying(0, mute=True) as proxy:
            return await story(proxy.port)

    for answer in (asyncio.run(story(closed_port())), asyncio.run(mute())):
        assert (answer.error, answer.reason) == (Cause.LOCAL, "proxy")


def test_a_proxy_that_is_slower_than_the_request_may_take_is_no_fault_of_the_site() -> None:
    async def story() -> Answer:
        async with (
            proxying(0, mute=True) as proxy,
            asking(ipv6_proxy=f"http://127.0.0.1:{proxy.port}", lookup=dns) as client,
        ):
            return await client.ask(f"http://{SITE}/", family=6, timeout=0.4)

    answer = asyncio.run(story())
    assert answer.error is Cause.LOCAL, f"told as {answer.error} {answer.reason}"


def test_what_is_not_public_ipv6_never_goes_through_the_proxy() -> None:
    """Neither IPv4, nor loopback of `[crawl.resolve]`, nor private addresses that the settings allow."""

    async def story() -> tuple[Answer, Proxy]:
        async with (
            serving(fixed(page("four"))) as server,
            proxying(server.port) as proxy,
            asking(
                {f"{SITE}:80": f"127.0.0.1:{server.port}"}, ipv6_proxy=f"socks5://127.0.0.1:{proxy.port}"
            ) as client,
        ):
            return await client.ask(f"http://{SITE}/"), proxy

    answer, proxy = asyncio.run(story())
    assert (answer.body, proxy.asked) == (b"four", [])
    serves = Ipv6Proxy("socks5://127.0.0.1:1080").serves
    assert serves([Endpoint(PUBLIC, 80)])
    for ip in ("::1", "fd00::1", "fe80::1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2001:db8::1", "8.8.8.8"):
        assert not serves([Endpoint(ip, 80)]), ip
    assert not serves([Endpoint(PUBLIC, 80), Endpoint("::1", 80)])
    assert not serves([])


def test_an_address_that_must_not_be_asked_is_not_asked_through_the_proxy_either() -> None:
    async def inward(host: str, family: int) -> list[str]:
        return ["fd00::1"] if family == 6 else ["8.8.4.4"]

    async def story() -> Answer:
        async with asking(ipv6_proxy=f"socks5://127.0.0.1:{closed_port()}", lookup=inward) as client:
            assert (await client.connects(SITE, 80, 6))[0] is UNTESTED
            return await client.ask(f"http://{SITE}/", family=6)

    assert asyncio.run(story()).error is Cause.FORBIDDEN_ADDRESS


@pytest.mark.parametrize(
    "url", ["127.0.0.1:1080", "socks4://a:1", "socks5://host", "http://:80", "socks5://a:x"]
)
def test_a_setting_that_is_no_proxy_is_said(url: str) -> None:
    with pytest.raises(ConfigError, match="ipv6_proxy"):
        Ipv6Proxy(url)
