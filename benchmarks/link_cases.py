"""The planted links: those of the tests, and those that need a server of their own kind."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

_NET_TESTS = Path(__file__).resolve().parents[1] / "tests" / "net"
sys.path.insert(0, str(_NET_TESTS))

from loopback_servers import Authority, Heard, closed_port, page, serving  # noqa: E402 (beside the tests)
from test_links import CASES, PATHS, TEXT, World, html, to  # noqa: E402

Reply = bytes | Callable[[World, Heard, asyncio.StreamWriter], Awaitable[None]]
_OK, _SUSPECT, _SKIPPED, _HIJACKED = "ok", "suspect", "skipped", "hijacked"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is served."""

    scheme: str
    host: str
    port: int | None
    """None: nothing is served, `path` is the whole address."""
    path: str

    def url(self, *, named: bool) -> str:
        """The address: by a name that is listed under `[crawl.resolve]`, or by the port on loopback."""
        if self.port is None:
            return self.path
        return f"{self.scheme}://{self.host if named else f'{self.host}:{self.port}'}{self.path}"

    @property
    def key(self) -> str:
        """Its name under `[crawl.resolve]`."""
        return f"{self.host}:{443 if self.scheme == 'https' else 80}"

    @property
    def end(self) -> str:
        """Its address under `[crawl.resolve]`; "" where nothing is served."""
        return f"127.0.0.1:{self.port}" if self.port is not None else ""


@dataclass(frozen=True, slots=True)
class Case:
    """One planted link."""

    name: str
    expected: str
    """`verdict` or `verdict: cause`, as `govcrawl check-links` names them."""
    path: str
    paths: dict[str, Reply] = field(default_factory=dict)
    kind: str = "http"
    """http, raw (what is no HTTP), refused, nothing; or a certificate: good, expired, other-name."""

    @property
    def dead(self) -> bool:
        """Is a dead or hijacked link."""
        return self.expected.startswith(("broken", _HIJACKED))

    @property
    def alive(self) -> bool:
        """Is a living link."""
        return self.expected == _OK

    @contextlib.asynccontextmanager
    async def served(self, host: str, work: Path) -> AsyncIterator[Place]:
        """Serve it under this name; the server is new, and counts from nothing."""
        if self.kind == "nothing":
            yield Place("", host, None, self.path)
        elif self.kind == "refused":
            yield Place("http", host, closed_port(), self.path)
        elif self.kind == "raw":
            server = await asyncio.start_server(_no_tls, "127.0.0.1", 0)
            async with server:
                yield Place("https", host, server.sockets[0].getsockname()[1], self.path)
        elif self.kind == "http":
            async with serving(World(dict(self.paths)).reply) as http:
                yield Place("http", host, http.port, self.path)
        else:
            name = "other.example.org" if self.kind == "other-name" else host
            context = _authority(work).context(name, days=-3 if self.kind == "expired" else 30)
            async with serving(World(dict(self.paths)).reply, tls=context) as https:
                yield Place("https", host, https.port, self.path)


def cases() -> list[Case]:
    """All planted links: the table of the tests, then those of this file."""
    tested = [
        Case(path, f"{verdict}: {cause}" if cause else str(verdict), path, dict(PATHS))
        for path, verdict, cause, _, _ in CASES
    ]
    return tested + _answers() + _heads() + _pages() + _connections()


# ---------------------------------------------------------------------------------------------
# Below: the cases that the table of the tests does not have.


def _status(code: str, expected: str) -> Case:
    return Case(f"answer {code}", expected, "/x.html", {"/x.html": page(html("提示", "请稍后"), status=code)})


def _answers() -> list[Case]:
    return [
        _status("400 Bad Request", "broken: http"),
        _status("401 Unauthorized", _SUSPECT),
        _status("405 Method Not Allowed", _SUSPECT),
        _status("412 Precondition Failed", _SUSPECT),
        _status("418 I'm a teapot", _SUSPECT),
        _status("451 Unavailable For Legal Reasons", _SUSPECT),
        _status("502 Bad Gateway", "broken: http"),
        _status("504 Gateway Timeout", "broken: http"),
        _status("521 Web Server Is Down", _SUSPECT),
        _status("999 Request Denied", _SUSPECT),
    ]


def _head(status: str) -> Reply:
    async def reply(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        answer = page(html("示例")) if heard.method == "GET" else page("", status=status)
        writer.write(answer)
        await writer.drain()

    return reply


async def _slow(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1.0)
    writer.write(page(html("示例")))
    await writer.drain()


_SCRIPT = "<script>document.cookie='pass='+(6*7)+';path=/';location.reload()</script>"


async def _by_script(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Opens in a real browser alone; needs one on this machine."""
    known = "pass=42" in heard.headers.get("cookie", "")
    writer.write(page(html("办事指南")) if known else page(_SCRIPT, status="412 Precondition Failed"))
    await writer.drain()


async def _cut_headers(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + html("旧服务器").encode())
    await writer.drain()
    writer.close()


async def _closes(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.close()


def _heads() -> list[Case]:
    """Servers that know no HEAD; only GET may judge."""
    return [
        Case(f"HEAD {code}, GET 200", _OK, "/x.html", {"/x.html": _head(code)})
        for code in ("404 Not Found", "405 Method Not Allowed", "501 Not Implemented")
    ]


def _one(name: str, expected: str, path: str, answer: Reply) -> Case:
    return Case(name, expected, path, {path: answer})


def _pages() -> list[Case]:
    article = html("我市修复网站404页面", "近日，有市民反映网站部分页面不存在或已删除，" + TEXT)
    word = page(b"\xd0\xcf\x11\xe0" * 99, kind="application/octet-stream")
    for_sale = page(html("该域名正在出售", "该域名出售，联系购买此域名 domain for sale"))
    robots = page("User-agent: *\nDisallow: /", kind="text/plain")
    pauses = page("User-agent: *\nCrawl-delay: 60", kind="text/plain")
    alive = page(html("示例"))
    return [
        _one("title says 404", "broken: soft-404", "/x.html", page(html("404 Not Found", "返回首页"))),
        _one("text says deleted", "broken: soft-404", "/x.html", page(html("提示", "该信息已删除"))),
        _one("article about missing pages", _OK, "/x.html", page(article)),
        _one("document as octet-stream", _OK, "/a.doc", word),
        _one("error page for document", "broken: wrong-type", "/a.doc", page(html("错误", "文件不存在"))),
        Case("redirect 308", _OK, "/a", {"/a": to("/b", "308 Permanent Redirect"), "/b": alive}),
        _one("domain for sale", _HIJACKED, "/", for_sale),
        _one("412, until a script has set a cookie", _OK, "/x.html", _by_script),
        _one("521 to whoever asks, script or not", _SUSPECT, "/x.html", page(_SCRIPT, status="521 Down")),
        Case("robots.txt wants long pauses", _SUSPECT, "/x.html", {"/robots.txt": pauses, "/x.html": alive}),
        Case("robots.txt forbids", _SUSPECT, "/x.html", {"/robots.txt": robots, "/x.html": alive}),
    ]


def _connections() -> list[Case]:
    alive: dict[str, Reply] = {"/x.html": page(html("示例"))}
    return [
        Case("slow, within the time", _OK, "/x.html", {"/x.html": _slow}),
        Case("headers end in LF alone", _OK, "/x.html", {"/x.html": _cut_headers}),
        Case("closes without an answer", "broken: reset", "/x.html", {"/x.html": _closes}),
        Case("nobody listens", "broken: refused", "/x.html", kind="refused"),
        Case("name under .invalid", "broken: dns", "http://gone.invalid/", kind="nothing"),
        Case("scheme misspelt", "broken: dns", "htttp://www.example.org/", kind="nothing"),
        Case("mailto:", _SKIPPED, "mailto:office@example.gov.cn", kind="nothing"),
        Case("javascript:", _SKIPPED, "javascript:void(0)", kind="nothing"),
        Case("certificate: unknown issuer", _OK, "/x.html", alive, kind="good"),
        Case("certificate: expired", _OK, "/x.html", alive, kind="expired"),
        Case("certificate: other name", _OK, "/x.html", alive, kind="other-name"),
        Case("https that speaks no TLS", "broken: tls", "/x.html", kind="raw"),
    ]


async def _no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        writer.write(page("", status="400 Bad Request"))
        await writer.drain()
    writer.close()


_authorities: dict[Path, Authority] = {}


def _authority(work: Path) -> Authority:
    if work not in _authorities:
        _authorities[work] = Authority.new(work)
    return _authorities[work]
