"""A crawl that is killed, stopped, or started twice: what was stored stays, and the next run completes."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from loopback_site import Reply, Sites
from office_folder import Office, Running
from portal_site import HOST, REGISTRY, listing, portal

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
ARTICLES = 60
HELD = 55
"""From this article on, the site does not answer before the gate is opened."""


@dataclass
class Large:
    """A portal of some ninety pages, the last of which can be held back."""

    office: Office
    sites: Sites
    gate: threading.Event

    def start(self) -> Running:
        """Start a crawl."""
        return self.office.start("scrapy", "crawl", "site", "-a", "site=portal", "-O", "killed.json")

    def stored(self) -> int:
        """Pages in the database, as another process sees them."""
        with closing(
            sqlite3.connect(f"file:{self.office.folder}/var/govcrawl.db?mode=ro", uri=True)
        ) as database:
            count: int = database.execute("SELECT count(*) FROM pages").fetchone()[0]
        return count

    def wait_until_stored(self, seconds: float = 60.0) -> int:
        """The number of pages in the database as soon as there are any."""
        ends = time.monotonic() + seconds
        while not (count := self.stored()):
            assert time.monotonic() < ends, (
                f"no page was stored within {seconds} s; asked: {len(self.sites.asked)}"
            )
            time.sleep(0.05)
        return count


@pytest.fixture
def large(new_office: Callable[[], Office]) -> Iterator[Large]:
    office, gate = new_office(), threading.Event()
    pages = portal(TODAY)
    page, articles = listing("/gzdt/", "工作动态", [TODAY - timedelta(days=n) for n in range(ARTICLES)])
    pages[f"{HOST}/gzdt/"] = page
    pages |= articles
    for address in list(articles)[HELD:]:
        reply = articles[address]
        assert isinstance(reply, Reply)
        pages[address] = Reply(reply.body, gate=gate)
    home = pages[f"{HOST}/"]
    assert isinstance(home, Reply)
    pages[f"{HOST}/"] = Reply(home.body.replace(b"</ul>", "</ul><a href='/gzdt/'>工作动态</a>".encode(), 1))
    with Sites(pages) as sites:
        office.configure(sites.resolve(), timeout=60.0)
        office.register(REGISTRY)
        yield Large(office, sites, gate)
        gate.set()


def test_what_a_killed_crawl_stored_stays_and_the_next_one_completes(large: Large) -> None:
    running = large.start()
    count = large.wait_until_stored()
    running.send(signal.SIGKILL)
    killed = running.done()
    assert killed.status == -signal.SIGKILL
    assert large.stored() >= count >= 40, "pages that were stored are gone"
    run = large.office.last_run()
    assert (run["result"], run["ended"]) == (None, None), f"a killed run is reported as done: {run}"
    assert large.office.json("findings", "list", "--all") == []
    shown = large.office("govcrawl", "runs", "list").ended()
    assert "未结束" in shown.out

    large.gate.set()
    done, findings = large.office.crawl("site=portal")
    done.ended()
    assert len(findings) == 6, f"the next run finds what is wrong:\n{done}"
    second, first = large.office.json("runs", "list")
    assert second["result"] == "complete"
    assert first["result"] == "partial", f"the killed run is closed by the next one: {first}"
    assert first["ended"] is not None
    assert any("意外中止" in text for text in first["limits_hit"]), f"and says why: {first['limits_hit']}"
    assert large.stored() >= 90


def test_a_second_run_of_the_same_site_is_refused_while_the_first_goes_on(large: Large) -> None:
    running = large.start()
    large.wait_until_stored()
    large.office("scrapy", "crawl", "site", "-a", "site=portal").refused(
        3, "portal", "正在巡查", str(running.pid)
    )
    night = large.office("govcrawl", "nightly", "portal").ended(3)
    assert "未能判定" in night.out
    large.gate.set()
    done = running.done().ended()
    assert "完成" in done.out
    runs = large.office.json("runs", "list")
    assert [run["result"] for run in runs] == ["complete"], "the refused ones left no run behind"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_is_closed_as_partial_with_a_note(large: Large, number: signal.Signals) -> None:
    running = large.start()
    count = large.wait_until_stored()
    running.send(number)
    stopped = running.done(30.0).ended(3)
    assert large.stored() >= count
    run = large.office.last_run()
    assert run["result"] == "partial", f"{run}\n{stopped}"
    assert run["ended"] is not None
    assert any("中断" in text for text in run["limits_hit"]), f"nothing says why it is partial: {run}"
    assert "巡查被中断" in stopped.said, f"nothing tells the one who stopped it what became of it:\n{stopped}"
    assert large.office.json("findings", "list", "--all") == [], "a run that was stopped judges nothing"
    large.gate.set()
    done, findings = large.office.crawl("site=portal")
    done.ended()
    assert len(findings) == 6
