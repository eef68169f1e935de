"""Servers on loopback that misbehave on purpose, for the tests of `govcrawl.net`."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from govcrawl.config import CrawlConfig
from govcrawl.net.client import Client
from govcrawl.net.gate import Gate

Reply = Callable[["Heard", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Heard:
    """One request as the server heard it."""

    method: str
    path: str
    headers: dict[str, str]
    connection: int
    """Running number of the connection it came on."""


@dataclass
class Server:
    """A server that is running."""

    port: int
    requests: list[Heard] = field(default_factory=list)
    active: int = 0
    most: int = 0


def page(
    body: bytes | str = "<html><title>示例</title><body>正文</body></html>",
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
    extra: str = "",
) -> bytes:
    """A whole answer."""
    data = body.encode() if isinstance(body, str) else body
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{extra}\r\n".encode()
        + data
    )


def fixed(answer: bytes) -> Reply:
    """Always the same bytes."""

    async def reply(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return reply


@asynccontextmanager
async def serving(
    reply: Reply, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Run a server whose every answer `reply` writes; the connection stays open after it."""
    seen: Server
    connections = 0
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        mine = connections
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")
                method, path, _ = first.split(" ", 2)
                named = [line.split(":", 1) for line in lines if ":" in line]
                heard = Heard(method, path, {n.lower(): v.strip() for n, v in named}, mine)
                seen.requests.append(heard)
                seen.active += 1
                seen.most = max(seen.most, seen.active)
                try:
                    await reply(heard, writer)
                finally:
                    seen.active -= 1
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            return
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(talk, host, 0, ssl=tls)
    seen = Server(port=server.sockets[0].getsockname()[1])
    try:
        yield seen
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def asking(
    resolve: dict[str, str | tuple[str, ...]] | None = None, **more: object
) -> AsyncIterator[Client]:
    """A client with its own gate, that never leaves loopback; `more` goes to it or to its settings."""
    for_client = {
        name: more.pop(name)
        for name in ("lookup", "registered_hosts", "gate", "connect_timeout", "read_timeout", "clock")
        if name in more
    }
    listed = {name: (ends,) if isinstance(ends, str) else ends for name, ends in (resolve or {}).items()}
    crawl = CrawlConfig(resolve=listed, **more)  # type: ignore[arg-type]
    for_client.setdefault("gate", Gate())
    for_client.setdefault("lookup", no_dns)
    client = Client(crawl, user_agent="govcrawl/test", **for_client)  # type: ignore[arg-type]
    try:
        yield client
    finally:
        await client.close()


async def no_dns(host: str, family: int) -> list[str]:
    """Stands for the DNS in tests: whoever asks it wanted to leave loopback."""
    raise AssertionError(f"the DNS was asked for {host} (IPv{family})")


def has_ipv6() -> bool:
    """Can a server listen on ::1 here (containers often have no IPv6 at all)."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def closed_port() -> int:
    """A port on which nobody listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Authority:
    """Makes certificates; `ca` is the file that trusts them."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, folder: Path) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Authority")])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=800))
            .not_valid_after(now + dt.timedelta(days=800))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(folder, key, certificate)

    @property
    def ca(self) -> str:
        return str(self.folder / "ca.pem")

    def context(self, name: str = "www.example.gov.cn", *, days: int = 30) -> ssl.SSLContext:
        """For a server: a certificate for that name, valid for so many days (negative: expired)."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = dt.datetime.now(dt.UTC)
        names: list[x509.GeneralName] = [x509.DNSName(name)]
        with contextlib.suppress(ValueError):
            names = [x509.IPAddress(ipaddress.ip_address(name))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=400))
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )
        chain = self.folder / f"{certificate.serial_number}.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context
