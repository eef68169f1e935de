"""Apps over IPv6, and machines without a route: what can't be asked is told once, and blames nobody."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checks.ipv6 import Ipv6
from govcrawl.config import CrawlConfig
from govcrawl.model import (
    Account,
    AppHostReading,
    Cause,
    Context,
    Finding,
    Ipv6State,
    Registry,
    Site,
    SiteKind,
    SiteReading,
    SiteStatus,
    Unit,
)
from govcrawl.net.client import Client
from govcrawl.net.connect import Addresses
from govcrawl.net.gate import Gate
from govcrawl.net.nameservers import NameServers
from govcrawl.rules import load_profile
from spiders.apps import apps_of, read_apps
from spiders.ipv6 import Ipv6Probe
from spiders.ipv6_route import Route
from tests.net.loopback_servers import has_ipv6
from tests.spiders.ipv6_servers import listening

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
UNITS = (
    Unit(id="zfb", name="示例市人民政府办公室"),
    Unit(id="jyj", name="示例市教育局", parent="zfb"),
    Unit(id="jks", name="示例市教育局考试中心", parent="jyj"),
)


def site(site_id: str, unit: str, **facts: Any) -> Site:
    return Site(id=site_id, name=site_id, unit=unit, url=f"http://{site_id}.example.gov.cn/", **facts)


def app(account_id: str, unit: str, **facts: Any) -> Account:
    facts = {"platform": "移动客户端", "hosts": ("api.example.gov.cn",)} | facts
    return Account(id=account_id, unit=unit, name="示例通", **facts)


SITES = (
    site("zhuanti", "zfb"),
    site("portal", "zfb", kind=SiteKind.PORTAL),
    site("jyj", "jyj"),
    site("jyj2", "jyj"),
)


@pytest.mark.parametrize(
    ("account", "judged"),
    [
        (app("a", "zfb"), ["portal"]),
        (app("a", "jyj"), ["jyj"]),
        (app("a", "jks"), ["jyj"]),
        (app("a", "zfb", platform="微信公众号"), []),
        (app("a", "zfb", hosts=()), []),
        (app("a", "zfb", status=SiteStatus.CLOSED), []),
        (app("a", "nobody"), []),
    ],
)
def test_an_app_is_judged_in_the_run_of_one_site(account: Account, judged: list[str]) -> None:
    registry = Registry(units=UNITS, sites=SITES, accounts=(account,))
    assert [one.id for one in SITES if list(apps_of(one, registry))] == judged


def judged(apps: tuple[AppHostReading, ...]) -> list[Finding]:
    ctx = Context(site=SITES[1], profile=load_profile("tongliao-2023"), today=NOON.date())
    return list(Ipv6().site(SiteReading(url=SITES[1].url, home=None, apps=apps), ctx))


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1 to listen on")
@pytest.mark.parametrize(
    ("behaviours", "rules"),
    [
        ({4: "article", 6: "article"}, []),
        ({4: "article", 6: 404}, []),
        ({4: "article"}, ["ipv6-no-address"]),
        ({4: "article", 6: "refuse"}, ["ipv6-unreachable"]),
        ({4: "refuse", 6: "refuse"}, []),
        ({6: "article"}, []),
    ],
)
def test_hosts_of_apps_on_real_sockets(behaviours: Mapping[int, Any], rules: list[str]) -> None:
    async def story() -> tuple[AppHostReading, ...]:
        async with AsyncExitStack() as stack:
            ends = [
                await stack.enter_async_context(listening(what, {"article": "ok"}, family, "https"))
                for family, what in behaviours.items()
            ]
            client = Client(
                CrawlConfig(resolve={"api.example.gov.cn:443": tuple(ends)}),
                user_agent="govcrawl/test",
                gate=Gate(),
            )
            stack.push_async_callback(client.close)
            probe = Ipv6Probe(
                ask=client.ask,
                addresses=client.addresses,
                connects=client.connects,
                name_servers=NameServers(),
                route=Route(client.ask, ()),
                pause=0.0,
                patience=0.01,
            )
            return await read_apps(probe, [app("tong", "zfb")], lambda: NOON)

    findings = judged(asyncio.run(story()))
    assert [finding.rule for finding in findings] == rules
    for finding in findings:
        assert (finding.account, finding.page) == ("tong", "https://api.example.gov.cn/")
        assert "示例通" in finding.title
        assert finding.on_home is False


class _Counting:
    """A probe that knows no host, and counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def addresses(self, host: str, port: int) -> Addresses:
        self.asked.append(host)
        return Addresses(host=host, port=port, error=Cause.DNS, reason="resolver")


def test_a_server_of_two_editions_is_asked_once_and_what_is_cut_is_said() -> None:
    probe = _Counting()
    hosts = tuple(f"api{number}.example.gov.cn" for number in range(23))
    apps = [app("android", "zfb", hosts=hosts), app("ios", "zfb", hosts=hosts[:1])]
    readings = asyncio.run(read_apps(probe, apps, lambda: NOON))  # type: ignore[arg-type]
    assert probe.asked.count(hosts[0]) == 2, "one look a port, for both editions together"
    assert {reading.account for reading in readings if reading.host == hosts[0]} == {"android", "ios"}
    left = [reading for reading in readings if "最多检查20个" in reading.reason]
    assert [reading.host for reading in left] == list(hosts[20:]), "what was not asked must be said"
    assert all(reading.has_address is Ipv6State.NOT_TESTED for reading in left)


def test_an_app_that_was_not_asked_keeps_its_findings() -> None:
    reading = AppHostReading(
        account="tong", unit="zfb", name="示例通", host="api.example.gov.cn", has_address=Ipv6State.YES
    )
    ctx = Context(site=SITES[1], profile=load_profile("tongliao-2023"), today=NOON.date())
    pairs = set(Ipv6().undecided(SiteReading(url=SITES[1].url, home=None, apps=(reading,)), ctx))
    assert ("ipv6-unreachable", "https://api.example.gov.cn/") in pairs
    assert judged((reading,)) == []


_IN_NAMESPACE = """
import asyncio, json, sys
from govcrawl.config import CrawlConfig
from govcrawl.net.client import Client
from govcrawl.net.nameservers import NameServers
from govcrawl.office.doctor import _has_v6_route
from spiders.ipv6 import Ipv6Probe
from spiders.ipv6_route import Route
from tests.spiders.ipv6_servers import listening

async def main():
    readings = []
    async with listening("article", {"article": "<p>home</p>"}, 4, "http") as four:
        for canary, public, host in (
            (("http://canary.example.net/",), "2400:3200::1", "www.example.gov.cn"),
            ((), "2400:3200::1", "www.example.gov.cn"),
        ):
            async def lookup(name, family):
                return ["127.0.0.1"] if family == 4 else [public]
            port = four.rpartition(":")[2]
            listed = {host + ":80": (four, "[" + public + "]:80")} if canary == () else {}
            crawl = CrawlConfig(resolve=listed, allow_private_addresses=True)
            client = Client(crawl, user_agent="govcrawl/test", lookup=lookup)
            probe = Ipv6Probe(
                ask=client.ask, addresses=client.addresses, connects=client.connects,
                name_servers=NameServers(seconds=0.1), route=Route(client.ask, canary),
                pause=0.0, patience=0.0,
            )
            home = "http://" + host + ("/" if listed else ":" + port + "/")
            reading = await probe.begin(home).finish()
            readings.append([str(reading.has_address), str(reading.reachable), reading.reason])
            await client.close()
    print(json.dumps([_has_v6_route(), readings]))

asyncio.run(main())
"""


def namespace() -> list[str]:
    """What runs a command without any network but loopback; [] where that is not allowed."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return []
    words = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    done = subprocess.run([*words, "true"], capture_output=True, timeout=20, check=False)
    return words if done.returncode == 0 else []


def test_a_machine_without_a_route_says_not_tested_and_blames_nobody() -> None:
    words = namespace()
    if not words:
        pytest.skip("this machine allows no network namespace")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [*words, sys.executable, "-c", _IN_NAMESPACE],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    has_route, readings = json.loads(done.stdout)
    assert has_route is False, "doctor must see that there is no route"
    for has_address, reachable, reason in readings:
        assert (has_address, reachable) == ("yes", "not-tested"), reason
        assert "没有 IPv6 路由" in reason
        assert "ipv6_proxy" in reason, "what to do about it must be said"
