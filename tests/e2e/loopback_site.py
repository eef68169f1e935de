"""Small made-up websites on loopback, written in the test that uses them, some of them malicious.

One socket serves all hosts; the Host header says which is meant. What a test changes in `pages` while
the server runs is what the next request gets: so a fault is mended between two runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """One answer.

    `chunks` is sent after `body`, each piece as soon as the crawler takes it, `pause` seconds apart: for
    what is too large or too slow to be made at once. Without `length` the body ends with the connection.
    """

    body: bytes = b""
    status: int = 200
    kind: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    chunks: Callable[[], Iterator[bytes]] | None = None
    pause: float = 0.0
    gate: threading.Event | None = None
    """Nothing is answered before it is set."""
    drop: bool = False
    """The connection is closed without an answer."""


Maker = Callable[[str], Reply]
"""Answers any path below the one that it stands for, with `*` at its end."""


def html(body: str, title: str = "示例市人民政府", head: str = "") -> Reply:
    """A page in UTF-8."""
    return Reply(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body>{body}</body></html>".encode()
    )


def redirect(to: str, status: int = 302) -> Reply:
    """A redirect."""
    return Reply(status=status, headers=(("Location", to),))


NOT_FOUND = Reply("<html><title>404</title><body>您访问的页面不存在</body></html>".encode(), status=404)


@dataclass
class Sites:
    """A context manager: inside it the pages are served, and `resolve` says where."""

    pages: dict[str, Reply | Maker] = field(default_factory=dict)
    """By address without scheme: `www.example.gov.cn/zwyw/`; with `*` at the end, all below."""
    asked: list[str] = field(default_factory=list)
    """Addresses in the order in which they were asked, HEAD and GET alike."""

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sites", daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._closed = socket.socket()
        self._seen = threading.Condition()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(30)
        # Bound and not listened on: connections are refused, and nobody else gets the port.
        self._closed.bind(("127.0.0.1", 0))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._closed.close()

    @property
    def hosts(self) -> set[str]:
        """All hosts that have a page."""
        return {address.partition("/")[0] for address in self.pages}

    @property
    def refusing(self) -> int:
        """A port of 127.0.0.1 on which connections are refused."""
        port: int = self._closed.getsockname()[1]
        return port

    def resolve(self, **down: str) -> str:
        """Lines for `[crawl.resolve]`; `down` hosts (dots written as `_`) lead to the refusing port."""
        refused = {name.replace("_", ".") for name in down}
        lines = [f'"{host}:80" = "127.0.0.1:{self.port}"' for host in sorted(self.hosts - refused)]
        lines += [f'"{host}:80" = "127.0.0.1:{self.refusing}"' for host in sorted(refused)]
        return "\n".join(lines)

    def wait_for(self, count: int, seconds: float = 60.0) -> None:
        """Returns when so many requests have come; fails the test when they don't."""
        with self._seen:
            came = self._seen.wait_for(lambda: len(self.asked) >= count, seconds)
        assert came, f"only {len(self.asked)} of {count} requests came within {seconds} s: {self.asked[-5:]}"

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=256)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the crawler went away, as it may, or the test is over
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; returns whether the connection may be used again."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        host = next((line[5:].strip() for line in head if line.lower().startswith("host:")), "")
        address = host.partition(":")[0].lower() + path
        reply = self._find(address)
        with self._seen:
            self.asked.append(address)
            self._seen.notify_all()
        if reply.gate is not None:
            await asyncio.to_thread(reply.gate.wait, 120)
        if reply.drop:
            return False
        endless = reply.chunks is not None
        lines = [f"HTTP/1.1 {reply.status} Status", f"Content-Type: {reply.kind}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        lines.append("Connection: close" if endless else f"Content-Length: {len(reply.body)}")
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        if method != "HEAD":
            writer.write(reply.body)
            await writer.drain()
            for chunk in reply.chunks() if reply.chunks is not None else ():
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(reply.pause)
        await writer.drain()
        return not endless

    def _find(self, address: str) -> Reply:
        reply: Reply | Maker | None = None
        for key in (address, address.partition("?")[0]):
            reply = reply or self.pages.get(key)
        if reply is None:
            below = [key for key in self.pages if key.endswith("*") and address.startswith(key[:-1])]
            reply = self.pages[max(below, key=len)] if below else NOT_FOUND
        return reply if isinstance(reply, Reply) else reply(address)


@contextlib.contextmanager
def serving(pages: dict[str, Reply | Maker]) -> Iterator[Sites]:
    """The pages, served until the end of the block."""
    with Sites(dict(pages)) as sites:
        yield sites
