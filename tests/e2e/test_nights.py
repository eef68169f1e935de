"""Nights in several processes: sites that hang, processes that are killed, nights that come twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from loopback_site import Reply, Sites, html
from office_folder import Office

from govcrawl.config import load
from govcrawl.model import RunResult, Site
from govcrawl.office import night_run, night_worker
from govcrawl.store import Store, this_owner

_TEXT = "示例部门的首页，介绍本部门的职责和工作动态。" * 20
_HEAD = "units:\n  - {id: zfb, name: 示例市人民政府办公室, kind: 市政府}\nsites:\n"


@dataclass
class City:
    """Some small sites, each on a server of its own."""

    office: Office
    gate: threading.Event
    servers: dict[str, Sites] = field(default_factory=dict)

    def rows(self, question: str) -> list[Any]:
        """What the database says, as another process sees it."""
        path = f"file:{self.office.folder}/var/govcrawl.db?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=30)) as database:
            return database.execute(question).fetchall()

    def wait(self, question: str, seconds: float = 60.0) -> list[Any]:
        """The rows as soon as there are any."""
        ends = time.monotonic() + seconds
        while not (rows := self.rows(question)):
            assert time.monotonic() < ends, f"nothing within {seconds} s: {question}"
            time.sleep(0.05)
        return rows


@pytest.fixture
def city(new_office: Callable[[], Office]) -> Iterator[City]:
    city = City(new_office(), threading.Event())
    with ExitStack() as stack:
        for name in ("a", "b", "c"):
            host = f"{name}.example.gov.cn"
            links = "".join(f"<a href='/{n}.html'>工作动态{n}</a>" for n in range(4))
            pages: dict[str, Any] = {f"{host}/{n}.html": html(_TEXT, title=f"动态{n}") for n in range(4)}
            pages[f"{host}/"] = html(links + _TEXT, title=f"示例部门{name}")
            city.servers[name] = stack.enter_context(Sites(pages))
        held = city.servers["a"].pages["a.example.gov.cn/3.html"]
        assert isinstance(held, Reply)
        city.servers["a"].pages["a.example.gov.cn/3.html"] = Reply(held.body, gate=city.gate)
        city.office.register(
            _HEAD
            + "".join(
                f"  - {{id: {name}, name: 示例部门{name}, unit: zfb, url: 'http://{name}.example.gov.cn/'}}\n"
                for name in city.servers
            )
        )
        yield city
        city.gate.set()


def configure(city: City, crawl: str = "", timeout: float = 60.0) -> None:
    resolve = "\n".join(server.resolve() for server in city.servers.values())
    city.office.configure(resolve, crawl, timeout=timeout)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_outside_address_is_asked_once_for_all_sites_and_told_to_each(city: City, jobs: str) -> None:
    links = (
        "<a href='http://out.example.org/good.html'>好</a><a href='http://out.example.org/dead.html'>坏</a>"
    )
    outside = city.servers["a"]  # on one of the servers, as it happens
    outside.pages["out.example.org/good.html"] = html(_TEXT, title="相关网站")
    city.gate.set()
    for name, server in city.servers.items():
        address = f"{name}.example.gov.cn/0.html"
        server.pages[address] = html(_TEXT + links, title="动态0")
    configure(city)
    city.office("govcrawl", "nightly", "--jobs", jobs).ended(0)
    asked = [address for address in outside.asked if address.startswith("out.example.org/")]
    assert asked.count("out.example.org/good.html") == 1, asked
    # Once, and once more to be sure: that is due at the end of a run, in each process for itself.
    assert 2 <= asked.count("out.example.org/dead.html") <= 1 + int(jobs), asked
    found = city.office.json("findings", "list", "--all")
    told = [(one["site"], one["target"], one["status"]) for one in found if one["rule"] == "link-broken"]
    dead = "http://out.example.org/dead.html"
    assert sorted(told) == [(name, dead, "confirmed") for name in ("a", "b", "c")]


TAKEN = "SELECT holder FROM night_sites WHERE site = 'a' AND state = 'taken'"
OTHERS_DONE = (
    "SELECT 1 FROM night_sites WHERE site IN ('b', 'c') AND state = 'done' GROUP BY 1 HAVING count(*) = 2"
)


def test_two_processes_share_a_night_and_a_second_night_is_refused_with_one_line(city: City) -> None:
    configure(city)
    night = city.office.start("govcrawl", "nightly", "--jobs", "2", "--json")
    city.wait(OTHERS_DONE)
    city.office("govcrawl", "nightly").refused(3, "夜间巡查正在进行", str(night.pid))
    city.office("govcrawl", "nightly", "b").ended(0)  # which is done, and nobody's any more
    city.gate.set()
    told = night.done().ended(0).json
    assert [(one["site"], one["inspected"]) for one in told] == [("a", True), ("b", True), ("c", True)]
    owners = city.rows("SELECT DISTINCT owner FROM runs WHERE id <= 3")
    assert len(owners) == 2, f"both processes have had a site: {owners}"


def test_a_killed_process_of_the_night_costs_no_site(city: City) -> None:
    configure(city)
    night = city.office.start("govcrawl", "nightly", "--jobs", "1")
    city.wait(OTHERS_DONE)
    ((holder,),) = city.wait(TAKEN)
    os.kill(int(holder.split("|")[3]), signal.SIGKILL)
    city.gate.set()
    done = night.done().ended(0)
    assert "意外结束" in done.err, f"somebody should be told:\n{done}"
    results = city.rows("SELECT result FROM runs WHERE site = 'a' ORDER BY id")
    assert results == [("partial",), ("complete",)], (
        "the killed run is closed, and the site was crawled again"
    )
    assert len(city.rows("SELECT 1 FROM runs WHERE site IN ('b', 'c')")) == 2, (
        "what was done is not done again"
    )


def test_a_site_beyond_its_limit_is_ended_and_the_others_go_on(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(city)
    monkeypatch.setattr(night_worker, "hard_limit", lambda crawl: timedelta(seconds=3))
    monkeypatch.setattr(night_worker, "_memory", lambda: 0)  # that of the tests' own process says nothing
    monkeypatch.setenv("GOVCRAWL_CONFIG", str(city.office.folder / "govcrawl.toml"))
    settings = load()
    now = datetime.now(UTC)
    with Store.open(settings.database_url, now=now) as store:
        night = store.nights.begin([(name, "") for name in city.servers], owner=this_owner(), now=now)
        worker = night_worker.Worker(
            settings, night, jobs=1, at_once=3, until=None, store=store, tell=lambda pages: None
        )
        asyncio.run(worker.work())
        told = {site.site: site for site in store.nights.sites(night)}
        runs = {run.site: run for run in store.runs()}
    assert {name for name, site in told.items() if not site.reason} == {"b", "c"}
    assert "超过时间上限" in told["a"].reason
    assert runs["a"].result is RunResult.PARTIAL
    assert any("超过时间上限" in line for line in runs["a"].limits_hit), runs["a"].limits_hit
    assert {runs["b"].result, runs["c"].result} == {RunResult.COMPLETE}


def test_a_process_that_falls_silent_is_ended_and_its_site_tried_once_more(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(city)
    monkeypatch.setattr(night_run, "SILENT", timedelta(seconds=8))
    monkeypatch.setenv("GOVCRAWL_CONFIG", str(city.office.folder / "govcrawl.toml"))
    settings = load()
    stopped: list[int] = []

    def started(site: Site) -> None:
        if site.id == "a" and not stopped:
            ((holder,),) = city.rows(TAKEN)
            stopped.append(int(holder.split("|")[3]))
            os.kill(stopped[0], signal.SIGSTOP)  # as a process in an endless loop: alive, and says nothing
            city.gate.set()

    with Store.open(settings.database_url, now=datetime.now(UTC)) as store:
        sites = store.registry().sites
        nights = list(night_run.run_night(settings, store, sites, jobs=1, started=started))
    assert stopped
    assert not os.path.exists(f"/proc/{stopped[0]}"), "it was ended"  # noqa: PTH110 - a process, not a file
    assert {night.site.id: night.inspected for night in nights} == {"a": True, "b": True, "c": True}


def test_outside_the_hours_nothing_is_begun(city: City) -> None:
    hour = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(hours=3)
    configure(city, f'window = "{hour:%H:%M}-{hour + timedelta(hours=1):%H:%M}"')
    done = city.office("govcrawl", "nightly").ended(3)
    assert "巡查时段" in done.out.replace("\n", "")
    assert city.rows("SELECT 1 FROM runs") == []


def test_when_the_night_itself_is_killed_its_processes_end_and_the_next_night_does_it_all(city: City) -> None:
    configure(city)
    night = city.office.start("govcrawl", "nightly", "--jobs", "2")
    city.wait(OTHERS_DONE)
    ((holder,),) = city.wait(TAKEN)
    night.send(signal.SIGKILL)
    night.done()
    pid = int(holder.split("|")[3])
    ends = time.monotonic() + 30
    while os.path.exists(f"/proc/{pid}"):  # noqa: PTH110 - a process, not a file
        assert time.monotonic() < ends, "a process of the night outlives it"
        time.sleep(0.05)
    city.gate.set()
    city.office("govcrawl", "nightly").ended(0)
    assert city.rows("SELECT result FROM runs WHERE site = 'a' ORDER BY id") == [("partial",), ("complete",)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_night_that_is_stopped_closes_its_runs(city: City, number: signal.Signals) -> None:
    configure(city)
    night = city.office.start("govcrawl", "nightly", "--jobs", "1")
    city.wait(OTHERS_DONE)
    city.wait(TAKEN)
    night.send(number)
    done = night.done(40.0)
    assert done.status not in {0, -signal.SIGKILL}, f"stopped, and says so:\n{done}"
    assert "Traceback" not in done.said, str(done)
    ((result, ended),) = city.rows("SELECT result, ended_at FROM runs WHERE site = 'a'")
    assert (result, ended is None) == ("partial", False)
    assert city.rows("SELECT ended_at FROM nights WHERE ended_at IS NULL") == []
