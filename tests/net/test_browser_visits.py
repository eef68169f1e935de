"""Links that refuse programs, opened in the real browser of this machine: real sockets, real scripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from loopback_servers import Heard, page
from test_links import HOST, TEXT, Reply, World, html, to, world

from govcrawl.model import Cause, LinkVerdict, Verdict
from govcrawl.net.browser import Renderer
from govcrawl.net.browser_visits import BrowserVisits
from govcrawl.net.installed import find_browser
from govcrawl.net.links import LinkChecker
from govcrawl.pages import verdicts

BROWSER = find_browser()
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")

_SCRIPT = "<html><script>document.cookie='pass='+(6*7)+';path=/';location.reload()</script></html>"


def behind(status: str, cookie: str = "pass=42", title: str = "办事指南", text: str = TEXT) -> Reply:
    """A page that is shown to who has run the script that sets its cookie; all others get the script."""

    async def reply(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        known = cookie in heard.headers.get("cookie", "")
        writer.write(page(html(title, text)) if known else page(_SCRIPT, status=status))
        await writer.drain()

    return reply


@asynccontextmanager
async def browsing(paths: dict[str, Reply], most: int = 20) -> AsyncIterator[tuple[World, LinkChecker]]:
    async with world(paths) as here:
        assert BROWSER is not None
        renderer = Renderer(here.client.ask, BROWSER, user_agent="govcrawl/test")
        visits = BrowserVisits(
            renderer, here.client.ask, now=here.clock.now, agent="govcrawl/test", most=most
        )
        checker = LinkChecker(
            here.ask,
            verdicts,
            crawl=here.client.crawl,
            now=here.clock.now,
            user_agent="govcrawl/test",
            browser=visits,
        )
        try:
            yield here, checker
        finally:
            await renderer.close()


def settle(paths: dict[str, Reply], path: str = "/x.html") -> tuple[LinkVerdict, World]:
    async def run() -> tuple[LinkVerdict, World]:
        async with browsing(paths) as (here, checker):
            url = f"http://{HOST}{path}"
            referer = "http://www.example.gov.cn/"
            found = await checker.settle(url, longest=10, sleep=here.clock.sleep, referer=referer)
            return found, here

    return asyncio.run(run())


@pytest.mark.parametrize(
    "status", ["200 OK", "403 Forbidden", "412 Precondition Failed", "418 I'm a teapot", "521 Down"]
)
def test_a_page_behind_a_script_that_sets_a_cookie_opens(status: str) -> None:
    found, here = settle({"/x.html": behind(status)})
    assert (found.verdict, found.status, found.title) == (Verdict.OK, 200, "办事指南"), found
    assert found.tries[-1].reason == "in a browser", "the evidence should say how it opened"
    assert len(found.tries) == 3
    assert not found.blocked
    for heard in here.server.requests[2:]:
        assert heard.headers["user-agent"].endswith("govcrawl/test"), "who asks must not be hidden"
    assert here.server.requests[2].headers.get("referer") == "http://www.example.gov.cn/"


def test_a_challenge_with_503_opens_where_time_alone_solves_it() -> None:
    body = (
        "<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script></html>"
    )

    async def reply(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        known = "pass=1" in heard.headers.get("cookie", "")
        busy = page(body, status="503 Service Unavailable", extra="cf-mitigated: challenge\r\n")
        writer.write(page(html("公开目录")) if known else busy)
        await writer.drain()

    script = page("document.cookie='pass=1';location.reload()", kind="text/javascript")
    found, _ = settle({"/x.html": reply, "/cdn-cgi/challenge-platform/x.js": script})
    assert (found.verdict, found.title) == (Verdict.OK, "公开目录"), found


def test_what_refuses_the_browser_too_could_not_be_verified() -> None:
    found, here = settle({"/x.html": page("no", status="403 Forbidden")})
    assert (found.verdict, found.blocked, found.status) == (Verdict.SUSPECT, True, 403)
    assert found.retry_after is None
    assert here.seen["/x.html"] == 3, "two attempts, and one visit of the browser"


@pytest.mark.parametrize("status", ["200 OK", "412 Precondition Failed"])
def test_a_script_that_goes_round_for_ever_is_ended(status: str) -> None:
    found, here = settle({"/x.html": page(_SCRIPT, status=status)})
    assert (found.verdict, found.blocked) == (Verdict.SUSPECT, True)
    assert here.seen["/x.html"] <= 2 + 5, "a page may load anew a few times, not for ever"


def test_a_blank_page_is_no_page() -> None:
    blank = "<script>document.cookie='a=1';if(0)location.reload();document.currentScript.remove()</script>"
    found, _ = settle({"/x.html": page(blank)})
    assert (found.verdict, found.blocked) == (Verdict.SUSPECT, True), "nothing was shown, so nothing is known"


def test_a_button_is_not_pressed() -> None:
    press = "document.cookie='pass=42';location.reload()"
    body = f'<html><title>安全验证</title><button onclick="{press}">请完成安全验证</button></html>'
    found, _ = settle({"/x.html": page(body, status="403 Forbidden")})
    assert (found.verdict, found.blocked) == (Verdict.SUSPECT, True), "challenges are not solved"


def test_a_missing_page_behind_a_refusal_is_broken_by_two_visits() -> None:
    found, _ = settle(
        {"/x.html": behind("412 Precondition Failed", title="页面不存在", text="您访问的页面不存在")}
    )
    assert (found.verdict, found.cause) == (Verdict.BROKEN, Cause.SOFT_404), found.tries


@pytest.mark.parametrize(
    "status", ["401 Unauthorized", "429 Too Many Requests", "451 Unavailable For Legal Reasons"]
)
def test_what_is_refused_to_everybody_is_not_opened(status: str) -> None:
    found, here = settle({"/x.html": page("no", status=status)})
    assert (found.verdict, found.blocked) == (Verdict.SUSPECT, True)
    assert here.seen["/x.html"] == 2


def test_cookies_of_one_link_are_not_sent_with_the_next() -> None:
    async def run() -> tuple[LinkVerdict, LinkVerdict, list[str]]:
        async with browsing({"/a.html": behind("412 P"), "/b.html": behind("412 P")}) as (here, checker):
            links = [f"http://{HOST}/{name}.html" for name in "ab"]
            first, second = [await checker.settle(url, longest=10, sleep=here.clock.sleep) for url in links]
            cookies = [h.headers.get("cookie", "") for h in here.server.requests if h.path == "/b.html"]
            return first, second, cookies

    first, second, cookies = asyncio.run(run())
    assert (first.verdict, second.verdict) == (Verdict.OK, Verdict.OK)
    assert cookies == ["", "", "", "pass=42"], "each visit starts without the cookies of another"


def test_cookies_of_a_redirect_are_kept_and_the_end_is_named() -> None:
    async def gate(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        answer = to("/in.html", extra="Set-Cookie: ticket=9; Path=/\r\n")
        writer.write(
            answer if "pass=42" in heard.headers.get("cookie", "") else page(_SCRIPT, status="412 P")
        )
        await writer.drain()

    async def inside(world: World, heard: Heard, writer: asyncio.StreamWriter) -> None:
        known = "ticket=9" in heard.headers.get("cookie", "")
        writer.write(page(html("里面")) if known else page("no", status="403 Forbidden"))
        await writer.drain()

    found, _ = settle({"/x.html": gate, "/in.html": inside})
    assert (found.verdict, found.title) == (Verdict.OK, "里面"), found
    assert found.final_url == f"http://{HOST}/in.html"


def test_a_run_opens_a_bounded_number_and_a_host_that_refuses_three() -> None:
    async def run(paths: dict[str, Reply], most: int) -> list[int]:
        async with browsing(paths, most) as (here, checker):
            for path in paths:
                await checker.settle(f"http://{HOST}{path}", longest=10, sleep=here.clock.sleep)
            return [here.seen[path] for path in paths]

    closed: dict[str, Reply] = {f"/{n}.html": page("no", status="403 Forbidden") for n in range(5)}
    assert asyncio.run(run(closed, 20)) == [3, 3, 3, 2, 2], "a host that refuses the browser is left alone"
    opening: dict[str, Reply] = {f"/{n}.html": behind("412 P") for n in range(3)}
    assert asyncio.run(run(opening, 2)) == [4, 4, 2], "two visits were allowed in all"


def test_the_browser_reaches_no_address_that_must_not_be_asked() -> None:
    """A refused page that leads to the machine's own network is not followed there."""
    body = "<script>document.cookie='a=1';location.href='http://169.254.169.254/latest'</script>"
    found, _ = settle({"/x.html": page(body, status="412 Precondition Failed")})
    assert found.verdict is Verdict.SUSPECT
    assert found.blocked
