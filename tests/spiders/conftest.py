"""A small site in memory, and an office to inspect it: no network, no clock but the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import dns.asyncresolver
import pytest

from govcrawl.config import Config, CrawlConfig
from govcrawl.model import Answer, Cause, Column, ColumnType, Ipv6State, Registry, Site, Unit
from govcrawl.net.client import Ask
from govcrawl.net.connect import Addresses
from govcrawl.net.nameservers import NameServers
from govcrawl.rules import load_catalogue, load_profile
from govcrawl.store import Store, this_owner
from spiders.inspection import Inspection
from spiders.ipv6 import Ipv6Probe
from spiders.ipv6_links import AddressesOf
from spiders.ipv6_route import Route
from spiders.job import Job
from spiders.outcome import Outcome

HOME = "http://www.example.gov.cn/"
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def row(address: str, title: str, day: str) -> str:
    return f'<li><a href="{address}">{title}</a><span>{day}</span></li>'


def article(title: str, *, day: str = "2026-11-20", more: str = "") -> str:
    text = "会议指出，要认真贯彻落实上级部署，统筹抓好各项重点工作，切实保障和改善民生。" * 6
    return (
        f"<html><head><meta charset='utf-8'><title>{title}_示例市人民政府</title></head><body>"
        f"<h1>{title}</h1><div>发布时间：{day} 10:00 来源：示例市人民政府办公室</div>"
        f"<div class='content'><p>{text}</p><p>{text}</p>{more}</div></body></html>"
    )


def listing(title: str, rows: str) -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<div class='position'>当前位置：<a href='/'>首页</a> &gt; {title}</div><ul class='list'>{rows}</ul>"
        "</body></html>"
    )


@dataclass
class SmallSite:
    """Pages by address; answers like a server that knows ETags. Addresses that are not there answer 404."""

    pages: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    refusing: set[str] = field(default_factory=set)
    """Addresses at which nobody listens."""
    asked: list[tuple[str, int]] = field(default_factory=list)
    """Address and status of every answer."""
    clock: datetime = NOON

    async def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit: int = 4 * 2**20,
        family: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - of the protocol
        fresh: bool = False,
    ) -> Answer:
        await asyncio.sleep(0)
        if url in self.refusing:
            return Answer(url=url, at=self.clock, ms=1, error=Cause.REFUSED, reason="connect")
        status, text = (200, self.pages[url]) if url in self.pages else (404, "没有这个页面")
        content = text.encode()
        etag = f'"{sha256(content).hexdigest()[:16]}"'
        if status == 200 and self.validators and (headers or {}).get("if-none-match") == etag:
            status, content = 304, b""
        self.asked.append((url, status))
        kind = {"content-type": "text/html; charset=utf-8"} | ({"etag": etag} if self.validators else {})
        return Answer(url=url, at=self.clock, ms=1, status=status, headers=kind, body=content, ip="192.0.2.1")

    async def addresses(self, host: str, port: int) -> Addresses:
        return Addresses(host=host, port=port, error=Cause.LOCAL, reason="resolver")

    def statuses(self, url: str) -> list[int]:
        return [status for asked, status in self.asked if asked == url]


@dataclass
class Office:
    """Inspects a small site night by night, into one database."""

    store: Store
    site: SmallSite
    folder: Path
    columns: tuple[Column, ...] = ()
    checks: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    crawl: dict[str, Any] = field(default_factory=dict)
    """Further settings of `[crawl]`."""

    def inspect(
        self,
        *,
        night: int = 0,
        today: date | None = None,
        transient: float = 0.0,
        renderer: Any = None,
        **told: Any,
    ) -> Outcome:
        """One run; `transient` is `confirm_after_transient`; `told` are fields of the job (max_pages …)."""
        self.site.asked.clear()
        self.site.clock = NOON + timedelta(days=night)
        crawl = CrawlConfig(
            confirm_after=0.0,
            confirm_after_transient=transient,
            robots="never",
            browser="never",
            **self.crawl,
        )
        registered = Site(
            id="portal",
            name="示例市人民政府",
            unit="zfb",
            url=HOME,
            columns=self.columns,
            aliases=self.aliases,
        )
        registry = Registry(units=(Unit(id="zfb", name="示例市人民政府办公室"),), sites=(registered,))
        catalogue = load_catalogue()
        job = Job(
            config=Config(folder=self.folder, crawl=crawl),
            store=self.store,
            registry=registry,
            site=registered,
            registered=True,
            catalogue=catalogue.only(self.checks) if self.checks else catalogue,
            left_out=(),
            profile=load_profile("tongliao-2023"),
            today=today or self.site.clock.date(),
            as_of=None,
            max_pages=1000,
            depth=5,
            options={},
        )
        job = replace(job, **told)
        self.store.save_registry(registry, now=self.site.clock)
        run = self.store.begin_run(
            "portal",
            trial=job.trial,
            as_of=job.as_of,
            profile=job.profile.name,
            checks=[check.id for check in job.catalogue.checks],
            now=self.site.clock,
            owner=this_owner(),
        )
        inspection = Inspection(
            job,
            run,
            ask=self.site.ask,
            probe=probe(self.site.ask, self.site.addresses),
            renderer=renderer,
            now=lambda: self.site.clock,
        )
        return asyncio.run(inspection.inspect())


def probe(ask: Ask, addresses: AddressesOf, canary: tuple[str, ...] = ()) -> Ipv6Probe:
    """A probe without pauses, that tests no port and finds no name server."""

    async def connects(host: str, port: int, family: int) -> tuple[Ipv6State, Ipv6State]:
        return Ipv6State.NOT_TESTED, Ipv6State.NOT_TESTED

    return Ipv6Probe(
        ask=ask,
        addresses=addresses,
        connects=connects,
        name_servers=NameServers(dns.asyncresolver.Resolver(configure=False)),
        route=Route(ask, canary),
        pause=0.0,
        patience=0.0,
    )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with a portal of one column and three articles; one link of an article is dead."""
    titles = {n: f"市政府召开第{n}次常务会议研究工作" for n in (1, 2, 3)}
    rows = "".join(row(f"/zwyw/{n}.html", title, "2026-11-20") for n, title in titles.items())
    pages = {
        HOME: listing("示例市人民政府", row("/zwyw/", "示例要闻", "") + rows),
        HOME + "zwyw/": listing("示例要闻", rows),
        HOME + "zwyw/1.html": article("市政府召开第1次常务会议研究工作"),
        HOME + "zwyw/2.html": article(
            "市政府召开第2次常务会议研究工作", more='<p><a href="/fj/gone.html">附件说明</a></p>'
        ),
        HOME + "zwyw/3.html": article("市政府召开第3次常务会议研究工作"),
    }
    column = Column(name="示例要闻", url=HOME + "zwyw/", type=ColumnType.NEWS)
    store = Store.open(f"sqlite:///{tmp_path}/office.db", now=NOON)
    return Office(store, SmallSite(pages), tmp_path, (column,))
