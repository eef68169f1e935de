"""Serves many made-up sites, each on an address of its own, every answer as late as real servers are.

    python -m benchmarks.slow_server FOLDER PORT SITES

`FOLDER/N/` holds the site whose server is 127.1.0.N. Delays are lognormal (median 300 ms, at most 5 s) and
go by address and path, so that every run meets the same ones. Answers carry `ETag` and obey `If-None-Match`.
A line on standard input asks for the counts since the last one: by server, requests, delay, most at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist

MEDIAN, TAIL = 0.3, 5.0
"""Seconds: the middle delay, and the longest."""
_SIGMA = 0.9
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "application/javascript",
    ".png": "image/png",
}


@dataclass(slots=True)
class Count:
    """What one server was asked."""

    requests: int = 0
    delay: float = 0.0
    active: int = 0
    most: int = 0


def delay_of(address: str, path: str) -> float:
    """Seconds that a server takes for a path, the same in every run."""
    share = int.from_bytes(hashlib.sha256(f"{address}{path}".encode()).digest()[:6]) / 2**48
    normal = NormalDist().inv_cdf(min(max(share, 1e-6), 1 - 1e-6))
    return min(MEDIAN * math.exp(_SIGMA * normal), TAIL)


def address_of(number: int) -> str:
    """Where a site is served."""
    return f"127.1.0.{number + 1}"


class _Site:
    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self.count = Count()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                await self._answer(head, writer)
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        method, path, _ = head.split("\r\n", 1)[0].split(" ", 2)
        count, late = self.count, delay_of(self._address, path)
        count.requests += 1
        count.delay += late
        count.active += 1
        count.most = max(count.most, count.active)
        await asyncio.sleep(late)
        count.active -= 1
        file = self._folder / path.partition("?")[0].lstrip("/")
        if file.is_dir():
            file /= "index.html"
        if not file.is_file() or ".." in file.parts:
            status, extra, body = "404 Not Found", "", b"<title>404</title>"
        else:
            facts = file.stat()
            etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
            extra = f"ETag: {etag}\r\n"
            same = f"if-none-match: {etag}" in head.lower().replace(etag.lower(), etag)
            status, body = ("304 Not Modified", b"") if same else ("200 OK", file.read_bytes())
        kind = _KINDS.get(file.suffix, "application/octet-stream")
        length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}{length}\r\n".encode())
        if method != "HEAD":
            writer.write(body)
        await writer.drain()


async def _serve(folder: Path, port: int, number: int) -> None:
    sites = [_Site(folder / str(n), address_of(n)) for n in range(number)]
    servers = [
        await asyncio.start_server(site.talk, address_of(n), port, backlog=256)
        for n, site in enumerate(sites)
    ]
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps([asdict(site.count) for site in sites]), flush=True)
        for site in sites:
            site.count = Count(active=site.count.active)
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
