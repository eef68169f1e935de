"""The client on real sockets: every way in which an answer can fail has its own name."""

from __future__ import annotations

import asyncio
import base64
import gzip
import socket
import ssl
import struct
import zlib
from contextlib import ExitStack
from pathlib import Path

import pytest
from loopback_servers import Authority, Heard, asking, closed_port, fixed, has_ipv6, page, serving

from govcrawl.model import Answer, Cause
from govcrawl.net.exchange import _Connector
from govcrawl.net.gate import Gate
from govcrawl.net.resolver import LookupFailed, NoAddress, NoSuchName, SystemLookup
from govcrawl.net.tls import TlsWeakness

SITE = "www.example.gov.cn"


async def get(answer: bytes, **keywords: object) -> Answer:
    """Ask a server that always says the same."""
    async with serving(fixed(answer)) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
        return await client.ask(f"http://{SITE}/", **keywords)  # type: ignore[arg-type]


def test_a_page_comes_back_whole() -> None:
    answer = asyncio.run(get(page("<title>你好</title>", extra="Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n")))
    assert (answer.status, answer.error, answer.reason) == (200, None, "")
    assert answer.body.decode() == "<title>你好</title>"
    assert answer.headers["set-cookie"] == "a=1\nb=2"
    assert (answer.ip, answer.family, answer.truncated) == ("127.0.0.1", 4, False)


def test_host_header_and_path_are_as_the_page_wrote_them() -> None:
    async def run() -> Heard:
        async with (
            serving(fixed(page())) as server,
            asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client,
        ):
            await client.ask(f"http://user:secret@{SITE}/a%2fb/%E4%B8%AD中 文?q=%u4e2d&x='#part")
            return server.requests[0]

    heard = asyncio.run(run())
    assert heard.headers["host"] == SITE
    assert heard.path == "/a%2fb/%E4%B8%AD%E4%B8%AD%20%E6%96%87?q=%u4e2d&x='", "the address was rewritten"
    assert "authorization" not in heard.headers, "a password from a page's link was sent"
    assert heard.headers["accept-encoding"] == "gzip, deflate"


def test_headers_with_line_breaks_are_not_sent() -> None:
    async def run() -> Heard:
        async with (
            serving(fixed(page())) as server,
            asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client,
        ):
            await client.ask(
                f"http://{SITE}/", headers={"Referer": "http://a/\r\nX-Evil: 1", "Cookie": "a=1"}
            )
            return server.requests[0]

    heard = asyncio.run(run())
    assert "x-evil" not in heard.headers
    assert "referer" not in heard.headers
    assert heard.headers["cookie"] == "a=1"


def test_nobody_listens() -> None:
    async def run() -> Answer:
        async with asking({f"{SITE}:80": f"127.0.0.1:{closed_port()}"}) as client:
            return await client.ask(f"http://{SITE}/")

    answer = asyncio.run(run())
    assert (answer.error, answer.status, answer.family) == (Cause.REFUSED, None, 4)


@pytest.mark.parametrize("after", [b"", b"HTTP/1.1 200 OK\r\nContent-Le"], ids=["at once", "in the headers"])
def test_connection_reset(after: bytes) -> None:
    async def reset(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(after)
        await writer.drain()
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def run() -> Answer:
        async with serving(reset) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
            return await client.ask(f"http://{SITE}/", fresh=True)

    answer = asyncio.run(run())
    assert (answer.error, answer.status) == (Cause.RESET, None), answer


def test_closed_without_a_word() -> None:
    async def close(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> Answer:
        async with serving(close) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
            return await client.ask(f"http://{SITE}/", fresh=True)

    answer = asyncio.run(run())
    assert (answer.error, answer.reason, answer.status) == (Cause.RESET, "no answer", None)


def test_no_http_at_all() -> None:
    answer = asyncio.run(get(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"))
    assert (answer.error, answer.reason) == (Cause.RESET, "no http answer")
    assert answer.ms < 5_000, "it waited for more of what is no answer"


async def stall(heard: Heard, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def test_silence_after_the_connection_is_a_read_timeout() -> None:
    async def run() -> Answer:
        async with serving(stall) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
            return await client.ask(f"http://{SITE}/", timeout=0.2)

    answer = asyncio.run(run())
    assert (answer.error, answer.reason, answer.status) == (Cause.TIMEOUT, "read", None)


def test_a_handshake_that_never_ends_is_a_connect_timeout() -> None:
    async def run() -> Answer:
        silent = await asyncio.start_server(lambda r, w: asyncio.Event().wait(), "127.0.0.1", 0)
        port = silent.sockets[0].getsockname()[1]
        async with silent, asking({f"{SITE}:443": f"127.0.0.1:{port}"}) as client:
            return await client.ask(f"https://{SITE}/", timeout=0.3)

    answer = asyncio.run(run())
    assert (answer.error, answer.reason) == (Cause.TIMEOUT, "connect")


def test_a_connection_that_is_never_accepted_is_a_connect_timeout() -> None:
    async def run(port: int) -> Answer:
        async with asking({f"{SITE}:80": f"127.0.0.1:{port}"}) as client:
            return await client.ask(f"http://{SITE}/", timeout=0.4)

    # A full backlog: the kernel drops further SYNs, as a firewall does.
    with socket.socket() as full, ExitStack() as held:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        if _accepts(full.getsockname()):
            pytest.skip("this kernel accepts beyond the backlog: no connection to it stays open-ended")
        answer = asyncio.run(run(full.getsockname()[1]))
    assert (answer.error, answer.reason) == (Cause.TIMEOUT, "connect"), answer


def _accepts(address: tuple[str, int]) -> bool:
    """Is a plain connection made, whatever the client under test does."""
    try:
        with socket.create_connection(address, timeout=0.4):
            return True
    except TimeoutError:
        return False


def test_a_drip_ends_at_the_total_time_and_keeps_the_status() -> None:
    async def drip(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def run() -> Answer:
        async with serving(drip) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
            return await client.ask(f"http://{SITE}/", timeout=0.3)

    answer = asyncio.run(run())
    assert (answer.status, answer.error, answer.reason) == (200, Cause.TIMEOUT, "read")
    assert answer.body.startswith(b"x")
    assert answer.ms < 3000


def test_an_endless_body_is_cut() -> None:
    async def endless(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async def run() -> Answer:
        async with serving(endless) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
            return await client.ask(f"http://{SITE}/", limit=100_000)

    answer = asyncio.run(run())
    assert (answer.status, answer.error, answer.truncated, len(answer.body)) == (200, None, True, 100_000)


def test_a_gzip_bomb_is_cut_and_never_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 60_000_000, 9)
    answer = asyncio.run(get(page(bomb, extra="Content-Encoding: gzip\r\n"), limit=1_000_000))
    assert (answer.status, answer.truncated, len(answer.body)) == (200, True, 1_000_000)


def test_a_bomb_of_empty_members_ends() -> None:
    empty = gzip.compress(b"")
    answer = asyncio.run(get(page(empty * 20_000, extra="Content-Encoding: gzip\r\n"), limit=10_000_000))
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"hello" * 1000)),
        ("x-gzip", gzip.compress(b"hello" * 500) + gzip.compress(b"hello" * 500)),
        ("deflate", zlib.compress(b"hello" * 1000)),
        ("deflate", zlib.compress(b"hello" * 1000)[2:-4]),
        ("gzip", b"hello" * 1000),
        ("identity", b"hello" * 1000),
    ],
    ids=["gzip", "two members", "zlib", "bare deflate", "declared and not done", "identity"],
)
def test_encodings_are_undone(encoding: str, packed: bytes) -> None:
    answer = asyncio.run(get(page(packed, extra=f"Content-Encoding: {encoding}\r\n")))
    assert (answer.body, answer.reason, answer.truncated) == (b"hello" * 1000, "", False)


def test_an_encoding_that_nobody_asked_for_is_said() -> None:
    answer = asyncio.run(get(page(b"\x0b\x02\x80", extra="Content-Encoding: br\r\n")))
    assert (answer.status, answer.body, answer.reason) == (200, b"", "unknown content-encoding")


def test_a_lying_content_length_keeps_what_came() -> None:
    async def lie(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>short</p>"
        )
        await writer.drain()
        writer.close()

    async def run() -> Answer:
        async with serving(lie) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
            return await client.ask(f"http://{SITE}/")

    answer = asyncio.run(run())
    assert (answer.status, answer.body) == (200, b"<p>short</p>")
    assert (answer.error, answer.reason) == (Cause.RESET, "body broke off")


@pytest.mark.parametrize(
    "flood",
    [
        b"".join(b"X-%d: y\r\n" % n for n in range(5000)),
        b"X-Long: " + b"y" * 1_000_000 + b"\r\n",
    ],
    ids=["many", "long"],
)
def test_a_flood_of_headers_is_our_limit_and_no_fault(flood: bytes) -> None:
    answer = asyncio.run(get(b"HTTP/1.1 200 OK\r\n" + flood + b"\r\n"))
    assert (answer.error, answer.reason) == (Cause.LOCAL, "headers too large")


def test_a_redirect_is_handed_back_unfollowed() -> None:
    answer = asyncio.run(get(page("", status="302 Found", extra="Location: /next\r\n")))
    assert (answer.status, answer.location) == (302, "/next")


def test_fresh_means_a_new_connection() -> None:
    async def run() -> list[int]:
        async with (
            serving(fixed(page())) as server,
            asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client,
        ):
            for fresh in (False, False, True, True):
                await client.ask(f"http://{SITE}/", fresh=fresh)
            return [heard.connection for heard in server.requests]

    assert asyncio.run(run()) == [1, 1, 2, 3]


def test_an_idle_connection_that_the_server_closed_is_no_fault() -> None:
    async def once(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(page())
        await writer.drain()
        writer.close()

    async def run() -> list[int | None]:
        async with serving(once) as server, asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}) as client:
            return [(await client.ask(f"http://{SITE}/")).status for _ in range(5)]

    assert asyncio.run(run()) == [200] * 5


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1 to listen on")
def test_families_are_asked_apart() -> None:
    async def run() -> tuple[Answer, Answer, Answer]:
        async with (
            serving(fixed(page("four"))) as four,
            serving(fixed(page("six")), host="::1") as six,
            asking({f"{SITE}:80": (f"[::1]:{six.port}", f"127.0.0.1:{four.port}")}) as client,
        ):
            url = f"http://{SITE}/"
            return await client.ask(url), await client.ask(url, family=6), await client.ask(url, family=4)

    either, six, four = asyncio.run(run())
    assert (either.body, four.body, six.body) == (b"four", b"four", b"six")
    assert (four.family, six.family, six.ip) == (4, 6, "::1")


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1 to listen on")
def test_a_host_that_only_answers_over_ipv6_is_there() -> None:
    """Browsers try both families: nobody who has IPv6 would call such a page unreachable."""

    async def run() -> tuple[Answer, Answer]:
        async with (
            serving(fixed(page("six")), host="::1") as six,
            asking({f"{SITE}:80": (f"127.0.0.1:{closed_port()}", f"[::1]:{six.port}")}) as client,
        ):
            return await client.ask(f"http://{SITE}/"), await client.ask(f"http://{SITE}/", family=4)

    either, four = asyncio.run(run())
    assert (either.status, either.family, either.error) == (200, 6, None)
    assert (four.status, four.family, four.error) == (None, 4, Cause.REFUSED)


def test_a_host_that_answers_over_neither_is_refused_over_the_first() -> None:
    async def run() -> Answer:
        listed = (f"127.0.0.1:{closed_port()}", f"[::1]:{closed_port()}")
        async with asking({f"{SITE}:80": listed}) as client:
            return await client.ask(f"http://{SITE}/")

    answer = asyncio.run(run())
    assert (answer.family, answer.error) == (4, Cause.REFUSED)


def test_a_family_that_the_host_has_not() -> None:
    async def run() -> Answer:
        async with asking({f"{SITE}:80": "127.0.0.1:9"}) as client:
            return await client.ask(f"http://{SITE}/", family=6)

    answer = asyncio.run(run())
    assert (answer.error, answer.reason) == (Cause.DNS, "no address of family 6")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://inside.example.com/",
        "http://mixed.example.com/",
    ],
)
def test_addresses_inside_are_never_asked(url: str) -> None:
    async def dns(host: str, family: int) -> list[str]:
        if family == 6 or host.endswith(".example"):
            raise NoSuchName(host)
        return {"inside.example.com": ["192.168.1.1"], "mixed.example.com": ["198.51.100.7", "127.0.0.1"]}[
            host
        ]

    async def run() -> Answer:
        async with asking(lookup=dns) as client:
            return await client.ask(url)

    answer = asyncio.run(run())
    assert (answer.error, answer.status) == (Cause.FORBIDDEN_ADDRESS, None)


def test_a_listed_literal_address_is_allowed_on_its_port_alone() -> None:
    async def run() -> tuple[Answer, Answer]:
        async with serving(fixed(page("here"))) as server:
            listed = {f"127.0.0.1:{server.port}": f"127.0.0.1:{server.port}"}
            async with asking(listed) as client:
                return (
                    await client.ask(f"http://127.0.0.1:{server.port}/"),
                    await client.ask("http://127.0.0.1:1/"),
                )

    here, elsewhere = asyncio.run(run())
    assert here.body == b"here"
    assert (elsewhere.error, elsewhere.reason) == (Cause.LOCAL, "port not listed")


def test_a_literal_address_goes_where_the_override_says() -> None:
    async def run() -> Answer:
        async with (
            serving(fixed(page("moved"))) as server,
            asking({"203.0.113.5:80": f"127.0.0.1:{server.port}"}) as client,
        ):
            return await client.ask("http://203.0.113.5/")

    assert asyncio.run(run()).body == b"moved"
    assert "_resolve_host" in vars(_Connector), "aiohttp's hook for hosts of digits"


def test_a_listed_host_is_never_looked_up() -> None:
    async def run() -> Answer:
        async with asking({f"{SITE}:80": "127.0.0.1:9"}) as client:
            return await client.ask(f"https://{SITE}/")

    answer = asyncio.run(run())
    assert (answer.error, answer.reason) == (Cause.LOCAL, "port not listed")


def test_private_addresses_where_they_are_allowed() -> None:
    async def run() -> Answer:
        async with serving(fixed(page("here"))) as server, asking(allow_private_addresses=True) as client:
            return await client.ask(f"http://2130706433:{server.port}/")

    assert asyncio.run(run()).body == b"here"


@pytest.mark.parametrize(
    ("url", "cause", "reason"),
    [
        ("http://nothing.invalid/", Cause.DNS, "nxdomain"),
        ("http://gone.example.com/", Cause.DNS, "nxdomain"),
        ("http://servfail.example.com/", Cause.LOCAL, "resolver"),
        ("http:///nohost", Cause.DNS, "bad address: host"),
        ("http://a..b/", Cause.DNS, "bad address: host"),
        ("http://www.example.com:99999/", Cause.DNS, None),
        ("ftp://www.example.com/", Cause.DNS, "bad address: scheme"),
    ],
)
def test_names_that_lead_nowhere(url: str, cause: Cause, reason: str | None) -> None:
    async def dns(host: str, family: int) -> list[str]:
        if host == "a.dns.cn":
            return ["203.0.113.1"]
        if host == "servfail.example.com":
            raise LookupFailed(host)
        raise NoSuchName(host)

    async def run() -> Answer:
        async with asking(lookup=dns) as client:
            return await client.ask(url)

    answer = asyncio.run(run())
    assert answer.error is cause
    assert reason is None or answer.reason == reason


def test_a_resolver_that_knows_nothing_blames_nobody() -> None:
    async def dead(host: str, family: int) -> list[str]:
        raise NoSuchName(host)

    async def run() -> tuple[Answer, Answer]:
        async with asking(lookup=dead) as client:
            return await client.ask("http://gone.example.com/"), await client.ask("http://gone.invalid/")

    unknown, invalid = asyncio.run(run())
    assert (unknown.error, unknown.reason) == (Cause.LOCAL, "resolver")
    assert invalid.error is Cause.DNS, "RFC 6761: .invalid needs no resolver"


def test_the_machines_own_resolver_knows_this_machine() -> None:
    async def run() -> list[str]:
        return await SystemLookup()("localhost", 4)

    assert asyncio.run(run()) == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (socket.EAI_NONAME, NoSuchName),
        (socket.EAI_NODATA, NoAddress),
        (socket.EAI_AGAIN, LookupFailed),
        (socket.EAI_FAIL, LookupFailed),
    ],
)
def test_what_the_machines_own_resolver_says(
    monkeypatch: pytest.MonkeyPatch, number: int, told: type[Exception]
) -> None:
    def fails(*arguments: object) -> list[object]:
        raise socket.gaierror(number, "as the C library says")

    async def run() -> None:
        monkeypatch.setattr(socket, "getaddrinfo", fails)
        await SystemLookup()("www.example.org", 4)

    with pytest.raises(told):
        asyncio.run(run())


def test_a_resolver_that_invents_addresses_blames_nobody() -> None:
    """Some providers answer for names that do not exist with a server of their own."""

    async def inventive(host: str, family: int) -> list[str]:
        if family == 6:
            raise NoSuchName(host)
        return ["93.184.216.34"]

    async def run() -> Answer:
        async with asking(lookup=inventive) as client:
            return await client.ask("http://gone.example.com/")

    answer = asyncio.run(run())
    assert (answer.error, answer.reason) == (Cause.LOCAL, "resolver lies")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(
    ("name", "days", "trusted", "weakness"),
    [
        (SITE, 30, True, ""),
        (SITE, -3, True, "expired"),
        ("other.example.gov.cn", 30, True, "name mismatch"),
        (SITE, 30, False, "unknown issuer"),
    ],
)
def test_a_bad_certificate_is_noted_and_the_page_fetched(
    authority: Authority, name: str, days: int, trusted: bool, weakness: str
) -> None:
    async def run() -> tuple[Answer, Answer, int]:
        async with (
            serving(fixed(page("secure")), tls=authority.context(name, days=days)) as server,
            asking({f"{SITE}:443": f"127.0.0.1:{server.port}"}) as client,
        ):
            verifying = ssl.create_default_context(cafile=authority.ca if trusted else None)
            client._weakness = TlsWeakness(verifying)
            first, second = await client.ask(f"https://{SITE}/"), await client.ask(f"https://{SITE}/")
            return first, second, len(server.requests)

    first, second, requests = asyncio.run(run())
    assert (first.status, first.body, first.tls_weakness) == (200, b"secure", weakness)
    assert (second.tls_weakness, requests) == (weakness, 2)


def test_an_old_protocol_is_still_spoken(authority: Authority) -> None:
    old = authority.context()
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1

    async def run() -> Answer:
        async with (
            serving(fixed(page("old")), tls=old) as server,
            asking({f"{SITE}:443": f"127.0.0.1:{server.port}"}) as client,
        ):
            return await client.ask(f"https://{SITE}/")

    answer = asyncio.run(run())
    assert (answer.status, answer.body, answer.tls_weakness) == (200, b"old", "protocol too old")


OAKLEY_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
"""The prime of 1024 bits of RFC 2409, 6.2: what old servers came with."""


def test_a_weak_key_is_still_spoken_to_and_noted(authority: Authority, tmp_path: Path) -> None:
    weak = authority.context()
    file = tmp_path / "dh.pem"
    prime = b"\x02\x81\x81\x00" + OAKLEY_2.to_bytes(128, "big")
    der = b"\x30\x81" + bytes([len(prime) + 3]) + prime + b"\x02\x01\x02"
    text = base64.encodebytes(der).decode()
    file.write_text(f"-----BEGIN DH PARAMETERS-----\n{text}-----END DH PARAMETERS-----\n")
    weak.set_ciphers("DHE:@SECLEVEL=0")
    weak.load_dh_params(str(file))
    weak.maximum_version = ssl.TLSVersion.TLSv1_2

    async def run() -> Answer:
        async with (
            serving(fixed(page("weak")), tls=weak) as server,
            asking({f"{SITE}:443": f"127.0.0.1:{server.port}"}) as client,
        ):
            client._weakness = TlsWeakness(ssl.create_default_context(cafile=authority.ca))
            return await client.ask(f"https://{SITE}/")

    answer = asyncio.run(run())
    assert (answer.status, answer.body, answer.tls_weakness) == (200, b"weak", "weak key")


def test_plain_http_on_the_tls_port() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(page(status="400 Bad Request"))
        await writer.drain()
        writer.close()

    async def run() -> Answer:
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, asking({f"{SITE}:443": f"127.0.0.1:{port}"}) as client:
            return await client.ask(f"https://{SITE}/")

    answer = asyncio.run(run())
    assert (answer.error, answer.reason) == (Cause.TLS, "not tls")


def test_the_limit_of_a_server_is_never_exceeded() -> None:
    """Two names on one address, with no delay: together they get what one server gets."""

    async def brief(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.005)
        writer.write(page())
        await writer.drain()

    async def run() -> tuple[int, int]:
        async with serving(brief) as server:
            end = f"127.0.0.1:{server.port}"
            gate = Gate()
            resolve = {f"{SITE}:80": end, "b.example.gov.cn:80": end}
            async with (
                asking(resolve, concurrency_outside=3, gate=gate) as one,
                asking(resolve, concurrency_outside=3, gate=gate) as two,
            ):
                urls = [f"http://{host}/{n}" for n in range(15) for host in (SITE, "b.example.gov.cn")]
                answers = await asyncio.gather(*(c.ask(url) for url in urls for c in (one, two)))
                assert {answer.status for answer in answers} == {200}
            return server.most, len(server.requests)

    most, requests = asyncio.run(run())
    assert requests == 60
    assert most == 3, f"{most} requests at once at a server that may get 3"


def test_registered_hosts_are_asked_faster() -> None:
    async def brief(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.005)
        writer.write(page())
        await writer.drain()

    async def run() -> int:
        async with (
            serving(brief) as server,
            asking(
                {f"{SITE}:80": f"127.0.0.1:{server.port}"}, concurrency_per_host=6, registered_hosts=[SITE]
            ) as client,
        ):
            await asyncio.gather(*(client.ask(f"http://{SITE}/{n}") for n in range(30)))
            return server.most

    assert asyncio.run(run()) == 6


def test_a_server_that_asks_for_patience_gets_it() -> None:
    waited: list[float] = []
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        waited.append(seconds)
        now += seconds

    async def run() -> None:
        gate = Gate(monotonic=lambda: now, sleep=sleep)
        busy = page(status="429 Too Many Requests", extra="Retry-After: 7\r\n")
        async with (
            serving(fixed(busy)) as server,
            asking({f"{SITE}:80": f"127.0.0.1:{server.port}"}, gate=gate) as client,
        ):
            for _ in range(3):
                await client.ask(f"http://{SITE}/")

    asyncio.run(run())
    assert waited == [7.0, 7.0]


def test_patience_is_bounded() -> None:
    gate = Gate(monotonic=lambda: 0.0)
    server = gate.server(["203.0.113.9"], 2)
    assert gate.back_off(server, 86_400) == 60.0
    assert [gate.back_off(server) for _ in range(8)][-1] == 60.0
