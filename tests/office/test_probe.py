"""Rounds of visits on real sockets: what counts, what voids a round, and what a week becomes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from govcrawl.config import Config, CrawlConfig
from govcrawl.model import Probe, ProbeRound, ProbeState, Registry, Site, SiteStatus, Status, Unit
from govcrawl.office.probe import probe, void_of
from govcrawl.store import Event, Store

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
UP, DOWN, UNKNOWN = ProbeState.UP, ProbeState.DOWN, ProbeState.UNKNOWN
PAGE = "<html><head><title>示例市</title></head><body>" + "示例要闻" * 50 + "</body></html>"


@dataclass
class _City:
    """Sites by host name on one loopback server; `broken` says what a host does instead of answering."""

    port: int
    broken: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def _serving() -> Iterator[_City]:
    city = _City(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = (self.headers["Host"] or "").partition(":")[0]
            city.asked.append(host)
            how = city.broken.get(host, "200")
            if how == "hang":
                threading.Event().wait(3)
                return
            body = PAGE.encode()
            self.send_response(int(how))
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    city.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield city
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def city() -> Iterator[_City]:
    with _serving() as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/office.db", now=NOW) as made:
        yield made


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _office(city: _City, folder: Path, store: Store, names: Sequence[str], **crawl: object) -> Config:
    sites = tuple(
        Site(id=name, name=name, unit="zfb", url=f"http://{name}.example.gov.cn/") for name in names
    )
    store.save_registry(Registry(units=(Unit(id="zfb", name="示例市人民政府办公室"),), sites=sites), now=NOW)
    resolve = {f"{name}.example.gov.cn:80": (f"127.0.0.1:{city.port}",) for name in (*names, "control")}
    values = {"resolve": resolve, "robots": "never", "control_urls": ("http://control.example.gov.cn/",)}
    return Config(folder=folder, crawl=CrawlConfig(**(values | crawl)))


def _probe(config: Config, store: Store, at: datetime = NOW) -> ProbeRound:
    return probe(config, store, store.registry().sites, now=lambda: at).round


def test_each_home_page_is_visited_once_and_told_as_it_is(city: _City, tmp_path: Path, store: Store) -> None:
    config = _office(city, tmp_path, store, ["fine", "error", "refuses", "shuts", "gone", "ok2", "ok3"])
    city.broken = {
        "error.example.gov.cn": "503",
        "refuses.example.gov.cn": "403",
        "gone.example.gov.cn": "404",
    }
    resolve = {**config.crawl.resolve, "shuts.example.gov.cn:80": (f"127.0.0.1:{_closed_port()}",)}
    made = _probe(replace(config, crawl=replace(config.crawl, resolve=resolve)), store)
    states = {one.site: (one.state, one.status, one.cause) for one in made.probes}
    assert states["fine"] == (UP, 200, "")
    assert states["error"][:2] == (DOWN, 503)
    assert states["gone"][:2] == (DOWN, 404)
    assert states["refuses"][:2] == (UNKNOWN, 403), "a robot that is refused is nobody's outage"
    assert states["shuts"] == (DOWN, None, "refused")
    assert made.void == ""
    assert city.asked.count("fine.example.gov.cn") == 1


def test_a_page_that_does_not_come_in_time_is_a_failure(city: _City, tmp_path: Path, store: Store) -> None:
    config = _office(city, tmp_path, store, ["slow", "a", "b"])
    city.broken = {"slow.example.gov.cn": "hang"}
    config = replace(config, rules=replace(config.rules, overrides={"home.timeout_seconds": 1}))
    states = {one.site: (one.state, one.cause) for one in _probe(config, store).probes}
    assert states["slow"] == (DOWN, "timeout")
    assert states["a"] == (UP, "")


def test_a_round_of_a_machine_without_network_is_void_and_kept_as_such(
    city: _City, tmp_path: Path, store: Store
) -> None:
    names = ["a", "b", "c", "d", "e"]
    config = _office(city, tmp_path, store, names)
    city.broken = {f"{name}.example.gov.cn": "502" for name in [*names, "control"]}
    made = _probe(config, store)
    assert "对照网址" in made.void
    assert not store.probes("a", NOW - timedelta(days=1)), "it is in no one's statistics"
    del city.broken["control.example.gov.cn"]
    assert "多数网站" in _probe(config, store).void


@pytest.mark.parametrize(
    ("states", "controls", "void"),
    [
        ([UP, UP, DOWN], [UP], False),
        ([UP, DOWN, DOWN], [UP], False),
        ([UP, UP, DOWN, DOWN], [UP], False),
        ([UP, DOWN, DOWN, DOWN], [UP], True),
        ([DOWN], [UP], False),
        ([DOWN], [DOWN, UP], False),
        ([UP], [DOWN], True),
        ([UP], [UNKNOWN], True),
        ([DOWN], [], True),
        ([UP], [], False),
        ([UP, UP, UP, DOWN], [], False),
        ([UNKNOWN, UNKNOWN, UNKNOWN, DOWN], [UP], False),
    ],
)
def test_when_a_round_proves_nothing(
    states: list[ProbeState], controls: list[ProbeState], void: bool
) -> None:
    probes = [Probe(site=str(n), at=NOW, state=state) for n, state in enumerate(states)]
    assert bool(void_of(probes, controls)) is void


def _past(store: Store, state: ProbeState, *, before: datetime, void: str = "") -> None:
    """A week of hourly rounds over the sites a and b; a fails twice a day where it is to."""
    for hours in range(24 * 7, 0, -1):
        at = before - timedelta(hours=hours)
        bad = state if at.hour % 12 == 0 else UP
        store.record_probes(
            ProbeRound(
                at=at, void=void, probes=(Probe(site="a", at=at, state=bad), Probe(site="b", at=at, state=UP))
            )
        )


def test_a_week_of_failures_is_a_suspected_veto_and_a_good_week_corrects_it(
    city: _City, tmp_path: Path, store: Store
) -> None:
    config = _office(city, tmp_path, store, ["a", "b"])
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    _past(store, DOWN, before=midnight)
    probed = probe(config, store, store.registry().sites, now=lambda: NOW)
    assert (probed.judged["a"].over, probed.judged["b"].over) == (True, False)
    (found,) = store.findings()
    assert (found.rule, found.site, found.status) == ("site-unavailable", "a", Status.SUSPECTED)
    assert "失败14次" in found.title
    assert not probe(config, store, store.registry().sites, now=lambda: NOW).judged, "once a day"
    store.act(found.fingerprint, Event.CONFIRM, who="张某", reason="", now=NOW)
    _past(store, UP, before=midnight + timedelta(days=7))
    probe(config, store, store.registry().sites, now=lambda: NOW + timedelta(days=7))
    (after,) = store.findings()
    assert after.status is Status.CORRECTED
    assert after.first_seen == found.first_seen


def test_a_week_that_can_not_be_judged_leaves_open_what_is(city: _City, tmp_path: Path, store: Store) -> None:
    config = _office(city, tmp_path, store, ["a", "b"])
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    _past(store, DOWN, before=midnight)
    probe(config, store, store.registry().sites, now=lambda: NOW)
    probe(config, store, store.registry().sites, now=lambda: NOW + timedelta(days=8))
    (found,) = store.findings()
    assert found.status is Status.SUSPECTED, "no visits, no answer"


def test_void_rounds_blame_nobody(city: _City, tmp_path: Path, store: Store) -> None:
    config = _office(city, tmp_path, store, ["a", "b"])
    _past(store, DOWN, before=datetime(2026, 11, 24, 16, 0, tzinfo=UTC), void="多数网站同时无法访问")
    probe(config, store, store.registry().sites, now=lambda: NOW)
    assert not store.findings()


def test_some_sites_alone_and_sites_out_of_operation_are_kept_out(
    city: _City, tmp_path: Path, store: Store
) -> None:
    config = _office(city, tmp_path, store, ["a", "b"])
    probe(config, store, store.registry().sites[:1], now=lambda: NOW)
    assert store.last_probes() is None, "a visit by hand is no sample"
    registry = store.registry()
    closed = replace(registry.sites[1], status=SiteStatus.SUSPENDED)
    store.save_registry(replace(registry, sites=(registry.sites[0], closed)), now=NOW)
    probe(config, store, [registry.sites[0]], now=lambda: NOW)
    assert store.last_probes() == NOW
