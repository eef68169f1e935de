"""The link checker on real sockets: each planted case gets its right verdict, and none is asked in vain."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from loopback_servers import Authority, Heard, Server, asking, closed_port, page, serving

from govcrawl.model import Answer, Cause, LinkVerdict, Verdict
from govcrawl.net.client import Client
from govcrawl.net.gate import Gate
from govcrawl.net.links import LinkChecker
from govcrawl.net.resolver import NoSuchName
from govcrawl.pages import Page, verdicts

HOST = "www.example.org"
TEXT = "示例市体育馆自下月起延长开放时间，市民可凭有效证件免费入场，详情请咨询服务台。" * 30
OK, BROKEN, SUSPECT, HIJACKED, SKIPPED = (
    Verdict.OK,
    Verdict.BROKEN,
    Verdict.SUSPECT,
    Verdict.HIJACKED,
    Verdict.SKIPPED,
)


class Clock:
    """Time that passes only when someone waits."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 16, 4, tzinfo=UTC)
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.time += timedelta(seconds=seconds)


def html(title: str, text: str = TEXT, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><p>{text}</p></body></html>"


Reply = bytes | Callable[["World", Heard, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class World:
    """A site on loopback, a clock, a client and a checker."""

    paths: dict[str, Reply]
    clock: Clock = field(default_factory=Clock)
    seen: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    server: Server = field(init=False)
    client: Client = field(init=False)
    checker: LinkChecker = field(init=False)

    async def reply(self, heard: Heard, writer: asyncio.StreamWriter) -> None:
        path = heard.path
        self.seen[path] = self.seen.get(path, 0) + 1
        answer = self.paths.get(path, page(html("404", "没有"), status="404 Not Found"))
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(self, heard, writer)

    async def ask(self, url: str, **keywords: object) -> Answer:
        self.asked.append(url)
        return await self.client.ask(url, **keywords)  # type: ignore[arg-type]

    async def settle(self, url: str, *, longest: float = 1000.0) -> LinkVerdict:
        return await self.checker.settle(url, longest=longest, sleep=self.clock.sleep)


@asynccontextmanager
async def world(
    paths: dict[str, Reply], *, hosts: tuple[str, ...] = (HOST,), **settings: object
) -> AsyncIterator[World]:
    made = World(paths)
    async with serving(made.reply) as server:
        end = f"127.0.0.1:{server.port}"
        resolve: dict[str, str | tuple[str, ...]] = {f"{host}:80": end for host in hosts}
        resolve |= settings.pop("resolve", {})  # type: ignore[arg-type, call-overload]
        settings.setdefault("robots", "never")
        gate = Gate(sleep=made.clock.sleep, monotonic=lambda: made.clock.time.timestamp())
        async with asking(resolve, clock=made.clock.now, gate=gate, **settings) as client:
            made.server, made.client = server, client
            made.checker = LinkChecker(
                made.ask,
                verdicts,
                crawl=client.crawl,
                now=made.clock.now,
                user_agent="govcrawl/test",
                sleep=made.clock.sleep,
            )
            yield made


def to(address: str, status: str = "302 Found", extra: str = "") -> bytes:
    return page("", status=status, extra=f"Location: {address}\r\n{extra}")


async def reset(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def stall(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def flaky(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Fails once, then works."""
    writer.write(
        page(html("活动"), status="503 Service Unavailable" if world.seen[heard.path] == 1 else "200 OK")
    )


async def for_browsers(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Lets in who looks like a browser."""
    browser = "Mozilla" in heard.headers["user-agent"]
    writer.write(page(html("欢迎"), status="200 OK" if browser else "403 Forbidden"))


async def with_cookie(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Sends to itself until the cookie comes back."""
    known = "seen=1" in heard.headers.get("cookie", "")
    writer.write(
        page(html("欢迎")) if known else to(heard.path, extra="Set-Cookie: seen=1; Path=/; HttpOnly\r\n")
    )


async def counting(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Redirects for ever, each time elsewhere."""
    number = int(heard.path.rpartition("/")[2])
    world.paths[f"/count/{number + 1}"] = counting
    writer.write(to(f"/count/{number + 1}"))


async def endless(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html("长页").encode())
    while True:
        writer.write(b"<p>more</p>" * 5000)
        await writer.drain()


async def lying(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999999\r\n\r\n"
        + html("短页").encode()
    )
    await writer.drain()
    writer.close()


GBK = "/" + quote("公告".encode("gbk")) + ".html"
PATHS: dict[str, Reply] = {
    "/ok.html": page(html("示例")),
    "/gone.html": page("gone", status="410 Gone"),
    "/500.html": page("x", status="500 Internal Server Error"),
    "/flaky.html": flaky,
    "/moved.html": to("/ok.html", "301 Moved Permanently"),
    "/relative": to("ok.html"),
    "/loop": to("/loop2"),
    "/loop2": to("/loop"),
    "/cookie": with_cookie,
    "/count/1": counting,
    "/to-dead": to("/nowhere.html"),
    "/inside": to("http://127.0.0.1:1/admin"),
    "/metadata": to("http://169.254.169.254/latest"),
    "/app": to("weixin://dl/business"),
    "/no-location": page("", status="302 Found"),
    "/soft.html": page(html("页面不存在", "您访问的页面不存在")),
    "/home-again.html": to("/"),
    "/": page(html("示例网首页", "欢迎")),
    "/error-page.html": to("/error.html"),
    "/error.html": page(html("提示", "系统繁忙")),
    "/empty.html": page(""),
    "/doc.pdf": page(b"%PDF-1.7", kind="application/pdf"),
    "/lost.pdf": page(html("提示", "文件不存在")),
    "/big.zip": page(b"PK\x03\x04" + b"\0" * 3_000_000, kind="application/zip"),
    "/robot.html": for_browsers,
    "/403.html": page("no", status="403 Forbidden"),
    "/429.html": page("slow", status="429 Too Many Requests"),
    "/waf.html": page(html("访问验证", "请完成安全验证")),
    "/cookie-script.html": page("<script>document.cookie='a=1';location.reload()</script>"),
    "/reset.html": reset,
    "/stall.html": stall,
    "/bomb.html": page(
        gzip.compress(html("炸弹").encode() + b" " * 50_000_000), extra="Content-Encoding: gzip\r\n"
    ),
    "/endless.html": endless,
    "/lying.html": lying,
    "/casino.html": page(
        html("澳门葡京娱乐城_真人百家乐", "注册送彩金 投注", "<meta name=keywords content='老虎机,彩票平台'>")
    ),
    "/police.html": page(html("警方破获网络赌博案", "民警查处百家乐、时时彩等赌博平台，抓获多人。")),
    "/entrance.html": page('<meta http-equiv="refresh" content="0;url=/soft.html">'),
    "/entrance-ok.html": page('<meta http-equiv="refresh" content="0;url=/ok.html">'),
    GBK: page(html("公告")),
}  # fmt: skip

CASES = [
    ("/ok.html", OK, None, 200, 1),
    ("/nowhere.html", BROKEN, Cause.HTTP, 404, 2),
    ("/gone.html", BROKEN, Cause.HTTP, 410, 2),
    ("/500.html", BROKEN, Cause.HTTP, 500, 2),
    ("/flaky.html", OK, None, 200, 2),
    ("/moved.html", OK, None, 200, 1),
    ("/relative", OK, None, 200, 1),
    ("/loop", BROKEN, Cause.REDIRECT_LOOP, 302, 2),
    ("/cookie", OK, None, 200, 1),
    ("/count/1", BROKEN, Cause.TOO_MANY_REDIRECTS, 302, 2),
    ("/to-dead", BROKEN, Cause.HTTP, 404, 2),
    ("/inside", SKIPPED, Cause.FORBIDDEN_ADDRESS, None, 1),
    ("/metadata", SKIPPED, Cause.FORBIDDEN_ADDRESS, None, 1),
    ("/app", OK, None, 302, 1),
    ("/no-location", BROKEN, Cause.EMPTY, 302, 2),
    ("/soft.html", BROKEN, Cause.SOFT_404, 200, 2),
    ("/home-again.html", BROKEN, Cause.SOFT_404, 200, 2),
    ("/error-page.html", BROKEN, Cause.SOFT_404, 200, 2),
    ("/", OK, None, 200, 1),
    ("/empty.html", BROKEN, Cause.EMPTY, 200, 2),
    ("/doc.pdf", OK, None, 200, 1),
    ("/lost.pdf", BROKEN, Cause.WRONG_TYPE, 200, 2),
    ("/big.zip", OK, None, 200, 1),
    ("/robot.html", OK, None, 200, 2),
    ("/403.html", SUSPECT, None, 403, 2),
    ("/429.html", SUSPECT, None, 429, 2),
    ("/waf.html", SUSPECT, None, 200, 2),
    ("/cookie-script.html", SUSPECT, None, 200, 2),
    ("/reset.html", BROKEN, Cause.RESET, None, 2),
    ("/stall.html", BROKEN, Cause.TIMEOUT, None, 2),
    ("/bomb.html", OK, None, 200, 1),
    ("/endless.html", OK, None, 200, 1),
    ("/lying.html", OK, None, 200, 1),
    ("/casino.html", HIJACKED, None, 200, 1),
    ("/police.html", OK, None, 200, 1),
    ("/entrance.html", BROKEN, Cause.SOFT_404, 200, 2),
    ("/entrance-ok.html", OK, None, 200, 1),
    ("/公告.html", OK, None, 200, 1),
]


@pytest.mark.parametrize(
    ("path", "verdict", "cause", "status", "tries"), CASES, ids=[case[0] for case in CASES]
)
def test_planted_cases(
    path: str, verdict: Verdict, cause: Cause | None, status: int | None, tries: int
) -> None:
    async def run() -> LinkVerdict:
        async with world(dict(PATHS), timeout=0.4) as here:
            return await here.settle(f"http://{HOST}{path}")

    found = asyncio.run(run())
    assert (found.verdict, found.cause, found.status) == (verdict, cause, status), found
    assert len(found.tries) == tries, found.tries
    assert found.blocked == (verdict is SUSPECT)


def test_where_a_link_led_is_kept() -> None:
    async def run() -> LinkVerdict:
        async with world(dict(PATHS)) as here:
            return await here.settle(f"http://{HOST}/moved.html")

    found = asyncio.run(run())
    assert (found.redirects, found.final_url, found.title) == (1, f"http://{HOST}/ok.html", "示例")


def test_a_second_attempt_waits_and_comes_as_a_browser_on_a_new_connection() -> None:
    async def run() -> World:
        async with world({}) as here:
            found = await here.checker.settle(
                f"http://{HOST}/x.html",
                longest=10,
                sleep=here.clock.sleep,
                referer="http://www.example.gov.cn/",
            )
            assert found.verdict is BROKEN
            return here

    here = asyncio.run(run())
    assert here.clock.waits == [2.0]
    one, two = here.server.requests
    assert one.connection != two.connection
    assert one.headers["user-agent"] == "govcrawl/test"
    assert two.headers["user-agent"].startswith("Mozilla/5.0"), (
        "the second attempt should come as a browser would"
    )
    assert two.headers["user-agent"].endswith("govcrawl/test"), "who asks must not be hidden"
    assert one.headers["referer"] == two.headers["referer"] == "http://www.example.gov.cn/"


def test_what_may_pass_is_not_called_broken_within_seconds() -> None:
    async def run() -> LinkVerdict:
        async with world(dict(PATHS)) as here:
            return await here.settle(f"http://{HOST}/500.html", longest=5.0)

    found = asyncio.run(run())
    assert (found.verdict, found.cause, len(found.tries)) == (SUSPECT, Cause.HTTP, 1)
    assert found.retry_after == pytest.approx(120.0)


def test_the_same_page_for_every_address_is_a_soft_404() -> None:
    async def anything(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(page(html("示例网", "欢迎访问示例网，请从首页进入各栏目，查看最新信息。")))

    class Everything(dict[str, Reply]):
        def get(self, key: str, default: object = None) -> Reply:  # type: ignore[override]
            return super().get(key, anything)

    async def run() -> tuple[LinkVerdict, LinkVerdict, dict[str, int]]:
        paths = Everything(
            {"/short.html": page(html("联系我们", "电话 0000-0000000，地址示例路 1 号，邮编 000000"))}
        )
        async with world(paths) as here:
            lost = await here.settle(f"http://{HOST}/lost.html")
            there = await here.settle(f"http://{HOST}/short.html")
            await here.settle(f"http://{HOST}/lost-too.html")
            return lost, there, here.seen

    lost, there, seen = asyncio.run(run())
    assert (lost.verdict, lost.cause) == (BROKEN, Cause.SOFT_404)
    assert there.verdict is OK, "a short page of its own was taken for the host's answer to anything"
    made_up = [path for path in seen if path not in {"/lost.html", "/lost-too.html", "/short.html"}]
    assert len(made_up) == 1, f"the made-up address is asked once a host: {made_up}"
    assert seen[made_up[0]] == 1


def test_an_application_that_is_one_frame_for_all_addresses_is_alive() -> None:
    frame = page('<title>办事大厅</title><div id="app"></div><script src="/app.js"></script>')

    async def run() -> LinkVerdict:
        async with world({"/hall/1": frame}) as here:
            here.paths = type("Any", (dict,), {"get": lambda self, key, default=None: frame})()
            return await here.settle(f"http://{HOST}/hall/1")

    assert asyncio.run(run()).verdict is OK


def test_a_host_that_fails_in_a_row_is_asked_no_more() -> None:
    async def run() -> tuple[list[LinkVerdict], list[LinkVerdict], int]:
        async with world({}, resolve={"dead.example.org:80": f"127.0.0.1:{closed_port()}"}) as here:
            urls = [f"http://dead.example.org/{n}" for n in range(40)]
            first = [await here.checker.first(url) for url in urls]
            await here.clock.sleep(130)
            again = [await here.checker.again(url, verdict) for url, verdict in zip(urls, first, strict=True)]
            return first, again, len(here.asked)

    first, again, asked = asyncio.run(run())
    assert {verdict.verdict for verdict in first} == {SUSPECT}
    assert {verdict.cause for verdict in first} == {Cause.REFUSED}
    assert first[20].reason == "host not reachable"
    assert first[20].retry_after is not None
    assert {verdict.verdict for verdict in again} == {BROKEN}
    assert again[20].cause is Cause.REFUSED
    assert asked == 6, "five links, then one for all"


def test_links_of_a_dead_host_that_wait_their_turn_are_not_asked_any_more() -> None:
    async def run() -> tuple[list[LinkVerdict], int]:
        async with world({}, resolve={"dead.example.org:80": f"127.0.0.1:{closed_port()}"}) as here:
            urls = [f"http://dead.example.org/{n}" for n in range(60)]
            found = await asyncio.gather(*(here.checker.first(url) for url in urls))
            return found, len(here.asked)

    found, asked = asyncio.run(run())
    assert {(verdict.verdict, verdict.cause) for verdict in found} == {(SUSPECT, Cause.REFUSED)}
    assert asked <= 6, f"{asked} of 60 links of a dead host were asked, though all at once"


def test_robots_are_kept_for_the_sites_own_pages_where_the_office_says_always() -> None:
    async def run(robots: str) -> LinkVerdict:
        paths = {
            "/robots.txt": page("User-agent: *\nDisallow: /", kind="text/plain"),
            "/ok.html": page(html("示例")),
        }
        async with world(paths, robots=robots) as here:
            return (await here.checker.fetch(f"http://{HOST}/ok.html", limit=100_000)).verdict

    kept = asyncio.run(run("always"))
    assert (kept.verdict, kept.blocked, kept.reason) == (SUSPECT, True, "robots.txt")
    for robots in ("outside", "never"):
        assert asyncio.run(run(robots)).verdict is OK, f"registered sites are inspected by duty ({robots})"


def test_a_page_that_is_fetched_to_be_read_is_parsed_once() -> None:
    async def run() -> tuple[object, object, object]:
        paths: dict[str, Reply] = {
            "/robots.txt": page("User-agent: *\nDisallow: /", kind="text/plain"),
            "/ok.html": page(html("示例")),
            "/doc.pdf": page(b"%PDF-1.7", kind="application/pdf"),
            GBK: page(html("公告")),
        }
        async with world(paths, robots="outside") as here:
            fetched = await here.checker.fetch(f"http://{HOST}/ok.html", limit=100_000)
            assert fetched.verdict.verdict is OK
            assert fetched.answer.body == html("示例").encode()
            spelled = await here.checker.fetch(f"http://{HOST}/公告.html", limit=100_000)
            assert spelled.answer.status == 200, "the answer must be that of the spelling that opened"
            document = await here.checker.fetch(f"http://{HOST}/doc.pdf", limit=100_000)
            assert "/robots.txt" not in here.seen
            return fetched.page, spelled.page, document.page

    one, spelled, none = asyncio.run(run())
    assert isinstance(one, Page)
    assert one.title == "示例"
    assert isinstance(spelled, Page)
    assert none is None


def test_a_host_that_comes_back_is_asked_again() -> None:
    async def up_later(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        if len(world.clock.waits) == 0:
            await reset(world, heard, writer)
        else:
            writer.write(page(html("回来了")))

    async def run() -> list[LinkVerdict]:
        urls = [f"http://{HOST}/{n}.html" for n in range(8)]
        async with world({f"/{n}.html": up_later for n in range(8)}) as here:
            first = [await here.checker.first(url) for url in urls]
            await here.clock.sleep(130)
            again = [await here.checker.again(url, verdict) for url, verdict in zip(urls, first, strict=True)]
            assert {verdict.verdict for verdict in first} == {SUSPECT}
            return again

    assert {verdict.verdict for verdict in asyncio.run(run())} == {OK}


def test_a_host_that_refuses_in_a_row_is_left_alone() -> None:
    async def run() -> tuple[list[LinkVerdict], int]:
        busy = page("slow down", status="429 Too Many Requests")
        async with world({f"/{n}": busy for n in range(30)}) as here:
            found = [await here.checker.first(f"http://{HOST}/{n}") for n in range(30)]
            return found, len(here.server.requests)

    found, requests = asyncio.run(run())
    assert {(verdict.verdict, verdict.blocked) for verdict in found} == {(SUSPECT, True)}
    assert requests == 5


def test_a_host_that_refuses_is_not_pressed() -> None:
    async def run() -> tuple[LinkVerdict, int]:
        busy = page("slow down", status="429 Too Many Requests")
        async with world({f"/{n}": busy for n in range(30)}) as here:
            found = [await here.checker.first(f"http://{HOST}/{n}") for n in range(30)]
            again = [await here.checker.again(verdict.url, verdict) for verdict in found]
            assert {verdict.retry_after for verdict in again} == {None}
            return again[0], len(here.server.requests)

    found, requests = asyncio.run(run())
    assert (found.verdict, found.status, requests) == (SUSPECT, 429, 5)


def test_a_host_that_is_out_of_service_is_told_so_once() -> None:
    async def run() -> tuple[list[LinkVerdict], list[LinkVerdict], int]:
        down = page("维护中", status="503 Service Unavailable")
        async with world({f"/{n}": down for n in range(30)}) as here:
            urls = [f"http://{HOST}/{n}" for n in range(30)]
            first = [await here.checker.first(url) for url in urls]
            await here.clock.sleep(121)
            again = [await here.checker.again(url, verdict) for url, verdict in zip(urls, first, strict=True)]
            return first, again, len(here.server.requests)

    first, again, requests = asyncio.run(run())
    assert {(verdict.verdict, verdict.status) for verdict in first} == {(SUSPECT, 503)}
    assert {(verdict.verdict, verdict.cause, verdict.status) for verdict in again} == {
        (BROKEN, Cause.HTTP, 503)
    }
    assert requests == 6, "five links, then one for all: each 503 doubles the pause"


def test_names() -> None:
    async def dns(host: str, family: int) -> list[str]:
        if host == "a.dns.cn":
            return ["203.0.113.1"]
        raise NoSuchName(host)

    async def run() -> dict[str, LinkVerdict]:
        async with world({"/x": page(html("有"))}, hosts=("www.example.com",), lookup=dns) as here:
            urls = [
                "http://gone.invalid/",
                "http://gone.example.org/",
                "http://example.com/x",
                "http://www.example.com:8080/",
            ]
            return {url: await here.settle(url) for url in urls}

    found = asyncio.run(run())
    for url in ("http://gone.invalid/", "http://gone.example.org/"):
        assert (found[url].verdict, found[url].cause, found[url].reason) == (BROKEN, Cause.DNS, "nxdomain")
    apex = found["http://example.com/x"]
    assert (apex.verdict, apex.reason, apex.final_url) == (OK, "other spelling", "http://www.example.com/x")
    port = found["http://www.example.com:8080/"]
    assert (port.verdict, port.cause, port.reason) == (SUSPECT, Cause.LOCAL, "port not listed")


def test_a_dead_resolver_blames_nobody() -> None:
    async def dead(host: str, family: int) -> list[str]:
        raise NoSuchName(host)

    async def run() -> LinkVerdict:
        async with world({}, lookup=dead) as here:
            return await here.settle("http://somewhere.example.org/")

    found = asyncio.run(run())
    assert (found.verdict, found.cause, found.reason) == (SUSPECT, Cause.LOCAL, "resolver")


def test_while_this_machine_is_offline_nobody_is_blamed() -> None:
    async def dns(host: str, family: int) -> list[str]:
        if family == 6 or host.endswith(".example"):
            raise NoSuchName(host)
        return ["127.0.0.2"]

    async def run(control: str) -> LinkVerdict:
        async with world(
            {"/alive": page("yes")},
            lookup=dns,
            allow_private_addresses=True,
            resolve={"offline.example.org:80": f"127.0.0.1:{closed_port()}"},
            control_urls=(control,),
        ) as here:
            return await here.settle(f"http://far.example.org:{closed_port()}/")

    offline = asyncio.run(run("http://offline.example.org/"))
    assert (offline.verdict, offline.cause, offline.reason) == (SUSPECT, Cause.LOCAL, "network")
    online = asyncio.run(run(f"http://{HOST}/alive"))
    assert (online.verdict, online.cause) == (BROKEN, Cause.REFUSED)


@pytest.mark.parametrize(
    ("robots", "path", "verdict"),
    [
        (page("User-agent: *\nDisallow: /private/", kind="text/plain"), "/private/1.html", SUSPECT),
        (page("User-agent: *\nDisallow: /private/", kind="text/plain"), "/public.html", OK),
        (page("User-agent: govcrawl\nDisallow: /", kind="text/plain"), "/public.html", SUSPECT),
        (page("User-agent: other\nDisallow: /", kind="text/plain"), "/public.html", OK),
        (page(html("首页")), "/public.html", OK),
        (page("x", status="403 Forbidden"), "/public.html", OK),
        (page("x", status="500 Internal Server Error"), "/public.html", OK),
        (to("/robots2.txt"), "/public.html", SUSPECT),
    ],
)
def test_robots_of_outside_hosts_are_kept(robots: bytes, path: str, verdict: Verdict) -> None:
    paths: dict[str, Reply] = {
        "/robots.txt": robots,
        "/robots2.txt": page("User-agent: *\nDisallow: /", kind="text/plain"),
        "/public.html": page(html("公开")),
        "/private/1.html": page(html("内部")),
    }

    async def run() -> tuple[LinkVerdict, dict[str, int]]:
        async with world(paths, robots="outside") as here:
            await here.checker.first(f"http://{HOST}{path}")
            return await here.settle(f"http://{HOST}{path}"), here.seen

    found, seen = asyncio.run(run())
    assert found.verdict is verdict
    assert seen["/robots.txt"] == 1
    if verdict is SUSPECT:
        assert (found.blocked, found.reason, found.tries) == (True, "robots.txt", ())
        assert path not in seen


@pytest.mark.parametrize(
    ("delay", "waits", "verdict"),
    [("5", [5.0, 5.0], OK), ("10", [10.0, 10.0], OK), ("11", [], SUSPECT), ("x", [], OK)],
)
def test_pauses_that_an_outside_host_wants_are_kept_within_a_limit(
    delay: str, waits: list[float], verdict: Verdict
) -> None:
    paths: dict[str, Reply] = {
        "/robots.txt": page(f"User-agent: *\nCrawl-delay: {delay}", kind="text/plain"),
        **{f"/{n}.html": page(html("公开")) for n in range(3)},
    }

    async def run() -> tuple[list[LinkVerdict], World]:
        async with world(paths, robots="outside") as here:
            return [await here.settle(f"http://{HOST}/{n}.html") for n in range(3)], here

    found, here = asyncio.run(run())
    assert {each.verdict for each in found} == {verdict}
    assert [wait for wait in here.clock.waits if wait] == waits
    if verdict is SUSPECT:
        assert {(each.blocked, each.reason) for each in found} == {(True, "crawl-delay")}
        assert set(here.seen) == {"/robots.txt"}, "a host that wants longer pauses is not asked at all"


@pytest.mark.parametrize(("delay", "waits", "read"), [("5", [5.0, 5.0], 3), ("60", [], 0)])
def test_pauses_are_kept_for_pages_too_where_robots_always_are(
    delay: str, waits: list[float], read: int
) -> None:
    paths: dict[str, Reply] = {
        "/robots.txt": page(f"User-agent: *\nCrawl-delay: {delay}", kind="text/plain"),
        **{f"/{n}.html": page(html("公开")) for n in range(3)},
    }

    async def run() -> tuple[list[LinkVerdict], World]:
        async with world(paths, robots="always") as here:
            urls = [f"http://{HOST}/{n}.html" for n in range(3)]
            return [(await here.checker.fetch(url, limit=10_000)).verdict for url in urls], here

    found, here = asyncio.run(run())
    assert [wait for wait in here.clock.waits if wait] == waits
    assert [each.verdict for each in found].count(OK) == read
    assert all(each.blocked for each in found if each.verdict is not OK), "not asked, so not known"


def test_pauses_are_of_no_weight_where_robots_are_not_kept() -> None:
    async def run() -> list[float]:
        robots = page("User-agent: *\nCrawl-delay: 60", kind="text/plain")
        async with world({"/robots.txt": robots, "/a.html": page(html("甲"))}) as here:
            assert (await here.settle(f"http://{HOST}/a.html")).verdict is OK
            return here.clock.waits

    assert asyncio.run(run()) == []


def test_what_is_no_address_is_skipped_without_asking() -> None:
    async def run() -> list[LinkVerdict]:
        async with world({}) as here:
            urls = [
                "mailto:a@example.org",
                "javascript:void(0)",
                "tel:1",
                "data:,x",
                "http://127.0.0.1/",
                "http://[::1]:80/",
            ]
            return [await here.settle(url) for url in urls]

    assert {verdict.verdict for verdict in asyncio.run(run())} == {SKIPPED}


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///x",
        "http://a b/",
        "http://[/",
        "http://x:y/",
        "http://www..example.org/",
        "htttp://www.example.org/",
        "www.example.org:80/x",
        "file:///D:/a.doc",
    ],
)
def test_broken_addresses_are_dead_links_and_no_crash(url: str) -> None:
    async def run() -> tuple[LinkVerdict, LinkVerdict]:
        async with world({}) as here:
            return await here.settle(url), (await here.checker.fetch(url, limit=1000)).verdict

    for found in asyncio.run(run()):
        assert (found.verdict, found.cause) == (BROKEN, Cause.DNS), found
        assert found.reason.startswith("bad address")


def test_a_bad_certificate_is_advice_and_no_dead_link(tmp_path: Path) -> None:
    """The page opens once the browser's warning is clicked away: the weakness is told apart."""

    async def run() -> LinkVerdict:
        async def reply(heard: Heard, writer: asyncio.StreamWriter) -> None:
            writer.write(page(html("旧证书")))
            await writer.drain()

        context = Authority.new(tmp_path).context(HOST, days=-3)
        async with (
            serving(reply, tls=context) as server,
            world({}, resolve={f"{HOST}:443": f"127.0.0.1:{server.port}"}) as here,
        ):
            return await here.settle(f"https://{HOST}/")

    found = asyncio.run(run())
    assert (found.verdict, found.cause) == (OK, None)
    assert found.advice, "what a browser would have warned of is not said"


def test_plain_http_behind_an_https_link_is_a_tls_failure() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(page(status="400 Bad Request"))
        await writer.drain()
        writer.close()

    async def run() -> LinkVerdict:
        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        resolve = {"plain.example.org:443": f"127.0.0.1:{server.sockets[0].getsockname()[1]}"}
        async with server, world({}, resolve=resolve) as here:
            return await here.settle("https://plain.example.org/")

    found = asyncio.run(run())
    assert (found.verdict, found.cause, found.reason) == (BROKEN, Cause.TLS, "not tls")


def test_sign_on_by_another_host_of_the_domain_is_no_loop() -> None:
    """The cookie is set by sso. for the whole domain; without it the chain would run in a circle."""

    async def guarded(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        if "ticket=1" in heard.headers.get("cookie", ""):
            writer.write(page(html("办事大厅")))
        else:
            writer.write(to("http://sso.example.org/login"))

    login = to("http://www.example.org/hall", extra="Set-Cookie: ticket=1; Domain=.example.org; Path=/\r\n")

    async def run() -> LinkVerdict:
        paths: dict[str, Reply] = {"/hall": guarded, "/login": login}
        async with world(paths, hosts=(HOST, "sso.example.org")) as here:
            return await here.settle(f"http://{HOST}/hall")

    found = asyncio.run(run())
    assert (found.verdict, found.redirects, len(found.tries)) == (OK, 2, 1)


def test_links_of_one_host_are_checked_at_once_and_within_its_limit() -> None:
    async def slow(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.005)
        writer.write(page(html("示例")))

    async def run() -> tuple[int, set[Verdict]]:
        async with world({f"/{n}": slow for n in range(40)}, concurrency_outside=2) as here:
            found = await asyncio.gather(*(here.settle(f"http://{HOST}/{n}") for n in range(40)))
            return here.server.most, {verdict.verdict for verdict in found}

    assert asyncio.run(run()) == (2, {OK})
