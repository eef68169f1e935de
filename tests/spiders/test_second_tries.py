"""The end of a night: links that failed once are asked again when that is due, on real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from govcrawl.config import Config, CrawlConfig
from govcrawl.model import Cause, FindingRecord, Status, Verdict
from govcrawl.net.client import Client
from govcrawl.net.links import LinkChecker
from govcrawl.office.nightly import SiteNight
from govcrawl.office.second_tries import SecondTries, run_second_tries
from govcrawl.pages import verdicts
from govcrawl.store import Event
from spiders.second_tries import longest_wait, try_again, waiting
from tests.spiders.conftest import HOME, NOON, Office, article

HOST = "www.example.gov.cn"
OUTSIDE = "gone.example.net"
OWN = HOME + "fj/gone.html"
PAGE = (200, article("市政府召开第9次常务会议研究工作"))
DROPPED = (0, "")
"""An answer that never comes: the connection is closed instead."""


@dataclass
class Clock:
    """Time that passes only when someone waits."""

    time: datetime = NOON
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.waits.append(seconds)
            self.time += timedelta(seconds=seconds)


@dataclass
class Web:
    """A server on loopback, for all hosts of a test."""

    pages: dict[str, tuple[int, str]]
    port: int = 0
    asked: list[str] = field(default_factory=list)


@contextmanager
def web(pages: dict[str, tuple[int, str]]) -> Iterator[Web]:
    made = Web({HOME: PAGE} | pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = f"http://{self.headers['host']}{self.path}"
            made.asked.append(url)
            status, text = made.pages.get(url, (404, "没有这个页面"))
            if status == 0:
                self.close_connection = True
                return
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def settings(port: int, **crawl: Any) -> CrawlConfig:
    return CrawlConfig(
        confirm_after=0.0,
        confirm_after_transient=120.0,
        robots="never",
        browser="never",
        timeout=5.0,
        resolve={f"{host}:80": (f"127.0.0.1:{port}",) for host in (HOST, OUTSIDE)},
        **crawl,
    )


def night(office: Office) -> tuple[SiteNight, FindingRecord]:
    """A run that left one link suspected, for its second try was not due."""
    outcome = office.inspect(transient=120.0)
    (left,) = [record for record in outcome.records if record.rule == "link-broken"]
    assert left.status is Status.SUSPECTED, left
    return SiteNight(outcome.site, outcome.run, 1, ""), left


def second_tries(
    office: Office, nights: list[SiteNight], here: Web, **crawl: Any
) -> tuple[SecondTries, Clock, list[tuple[int, float]]]:
    clock, told = Clock(NOON + timedelta(seconds=20)), list[tuple[int, float]]()
    config = Config(folder=Path(), crawl=settings(here.port, **crawl))
    done = run_second_tries(
        config,
        office.store,
        nights,
        waits=lambda addresses, seconds: told.append((addresses, seconds)),
        now=clock.now,
        sleep=clock.sleep,
    )
    return done, clock, told


def test_what_fails_again_is_confirmed_with_both_tries(office: Office) -> None:
    office.site.refusing.add(OWN)
    one, left = night(office)
    with web({OWN: DROPPED}) as here:
        done, clock, told = second_tries(office, [one], here)
    assert done == SecondTries(confirmed=1), done
    assert told == [(1, 100.0)], "how long the night waits must be said before it waits"
    assert clock.waits == [100.0], "it should wait until the second try is due, and no longer"
    now = office.store.finding(left.fingerprint)
    assert now is not None
    assert now.status is Status.CONFIRMED
    assert len(now.evidence.observed) == 2, "both tries belong to the proof"
    assert [attempt["error"] for attempt in now.detail["tries"]] == ["refused", "reset"]  # type: ignore[attr-defined]
    assert now.evidence.snippet == left.evidence.snippet
    assert now.evidence.selector == left.evidence.selector
    assert "连接被中断" in now.title
    assert one.run is not None
    (seen,) = [r for r in office.store.findings(run=one.run.run) if r.rule == "link-broken"]
    assert seen.status is Status.CONFIRMED
    trail = office.store.history(left.fingerprint)
    assert [step.event for step in trail] == [Event.SEEN_UNCERTAIN, Event.SEEN_CERTAIN]


def test_what_opens_is_lifted(office: Office) -> None:
    office.site.refusing.add(OWN)
    one, left = night(office)
    with web({OWN: PAGE}) as here:
        done, _, _ = second_tries(office, [one], here)
    assert done == SecondTries(lifted=1), done
    now = office.store.finding(left.fingerprint)
    assert now is not None
    assert (now.status, now.was_confirmed) == (Status.CORRECTED, False), (
        "a suspicion was lifted, nothing mended"
    )


def test_a_404_after_a_refusal_is_asked_a_third_time(office: Office) -> None:
    """A timeout says nothing about a 404: only another 404 confirms it."""
    office.site.refusing.add(OWN)
    one, left = night(office)
    with web({OWN: (404, "没有")}) as here:
        done, _, _ = second_tries(office, [one], here)
    now = office.store.finding(left.fingerprint)
    assert now is not None
    assert done == SecondTries(confirmed=1), now.detail
    assert (now.detail["cause"], now.detail["status"]) == ("http", 404)
    assert here.asked.count(OWN) == 2


def test_a_site_whose_home_does_not_open_either_is_not_blamed_for_its_links(office: Office) -> None:
    office.site.refusing.add(OWN)
    one, left = night(office)
    with web({OWN: DROPPED, HOME: DROPPED}) as here:
        done, _, _ = second_tries(office, [one], here)
    assert done == SecondTries(left=1), done
    now = office.store.finding(left.fingerprint)
    assert now is not None
    assert now.status is Status.SUSPECTED


def test_an_outside_address_is_asked_and_remembered(office: Office) -> None:
    office.site.pages[HOME + "zwyw/2.html"] = article(
        "市政府召开第2次常务会议研究工作", more=f'<p><a href="http://{OUTSIDE}/x">相关链接</a></p>'
    )
    url = f"http://{OUTSIDE}/x"
    office.site.refusing.add(url)
    one, left = night(office)
    assert left.external
    with web({url: PAGE}) as here:
        done, _, _ = second_tries(office, [one], here)
    assert done == SecondTries(lifted=1), done
    assert office.store.link_memory([url])[url].verdict is Verdict.OK


def test_what_a_person_said_meanwhile_counts(office: Office) -> None:
    office.site.refusing.add(OWN)
    one, left = night(office)
    office.store.act(left.fingerprint, Event.CONFIRM, who="张三", reason="已人工核实", now=NOON)
    with web({OWN: PAGE}) as here:
        done, _, _ = second_tries(office, [one], here)
    now = office.store.finding(left.fingerprint)
    assert now is not None
    assert (now.status, done) == (Status.CONFIRMED, SecondTries()), "a person's word is not undone at night"
    assert not here.asked


def test_outside_the_hours_nothing_is_asked(office: Office) -> None:
    office.site.refusing.add(OWN)
    one, _ = night(office)
    with web({OWN: PAGE}) as here:
        done, clock, _ = second_tries(office, [one], here, window="22:00-06:00")
    assert (done.left, done.confirmed, done.lifted) == (1, 0, 0)
    assert "22:00-06:00" in done.reason
    assert not here.asked
    assert not clock.waits


def test_only_what_is_due_in_time_waits(office: Office) -> None:
    office.site.refusing.add(OWN)
    _, left = night(office)
    soon, late = NOON + timedelta(seconds=140), NOON + timedelta(seconds=119)
    (wait,) = waiting([left], until=soon)
    assert wait.due == NOON + timedelta(seconds=120)
    assert longest_wait([wait], NOON) == 120.0
    assert longest_wait([], NOON) == 0.0
    assert waiting([left], until=late) == []
    longer = replace(left, detail={**left.detail, "retry_after": 3600.0})
    assert waiting([longer], until=soon) == [], "a Retry-After of an hour is for another night"
    for other in (
        replace(left, status=Status.CONFIRMED),
        replace(left, rule="ad-link"),
        replace(left, target=None),
        replace(left, detail={**left.detail, "retry_after": None}),
        replace(left, detail={**left.detail, "tries": "not a list"}),
    ):
        assert waiting([other], until=soon) == []


def test_an_address_of_two_sites_is_asked_once_and_judged_by_the_tries_of_each(office: Office) -> None:
    office.site.refusing.add(OWN)
    _, left = night(office)
    tries = [dict(attempt, at=(NOON + timedelta(seconds=60)).isoformat()) for attempt in left.detail["tries"]]  # type: ignore[attr-defined]
    other = replace(left, site="jyj", external=True, detail={**left.detail, "tries": tries})
    left = replace(left, external=True)
    clock = Clock()
    until = NOON + timedelta(seconds=300)

    async def run(port: int) -> list[tuple[str | None, Verdict, int]]:
        crawl = settings(port)
        client = Client(crawl, user_agent="govcrawl/test", clock=clock.now)
        checker = LinkChecker(client.ask, verdicts, crawl=crawl, now=clock.now)
        found = await try_again(
            waiting([left, other], until=until),
            checker=checker,
            crawl=crawl,
            home_of=lambda site: None,
            until=until,
            now=clock.now,
            sleep=clock.sleep,
        )
        await client.close()
        return [(each.record.site, each.verdict.verdict, len(each.verdict.tries)) for each in found]

    with web({OWN: (500, "出错")}) as here:
        found = asyncio.run(run(here.port))
    assert found == [("portal", Verdict.BROKEN, 2), ("jyj", Verdict.BROKEN, 2)]
    assert here.asked == [OWN], "one address is asked once for all sites"
    assert clock.waits == [180.0], "it is due for both when it is due for the younger"


@pytest.mark.parametrize(("status", "lifted"), [(404, True), (503, False)])
def test_a_host_that_answers_is_not_away(office: Office, status: int, lifted: bool) -> None:
    """Said once for all its links; one answer lifts it, though the link that was asked may be dead."""
    links = "".join(f'<p><a href="http://{OUTSIDE}/{n}">友情链接{n}</a></p>' for n in range(6))
    office.site.pages[HOME + "zwyw/2.html"] = article("市政府召开第2次常务会议研究工作", more=links)
    office.site.refusing.update(f"http://{OUTSIDE}/{n}" for n in range(6))
    one, left = night(office)
    assert left.detail["cause"] == Cause.REFUSED
    assert f"网站 {OUTSIDE} 无法访问" in left.title
    with web({f"http://{OUTSIDE}/{n}": (status, "没有") for n in range(6)}) as here:
        done, _, _ = second_tries(office, [one], here)
    assert done == (SecondTries(lifted=1) if lifted else SecondTries(confirmed=1)), done


def test_nothing_is_left_and_nothing_is_said(office: Office) -> None:
    outcome = office.inspect()
    with web({}) as here:
        done, _, told = second_tries(office, [SiteNight(outcome.site, outcome.run, 0, "")], here)
    assert (done, told, here.asked) == (SecondTries(), [], [])
