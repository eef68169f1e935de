"""Scrapy through our client: a real crawl in a process of its own, without Twisted's reactor."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import textwrap

from loopback_servers import Heard, page, serving

CRAWL = textwrap.dedent(
    """
    import json, sys
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess
    from govcrawl.config import CrawlConfig
    from govcrawl.net.handler import asker, client_of

    port = sys.argv[1]
    told = {}

    class Probe(scrapy.Spider):
        name = "probe"

        async def start(self):
            for path in ("ok", "missing", "moved"):
                yield scrapy.Request(
                    f"http://www.example.gov.cn/{path}", self.got, errback=self.failed, dont_filter=True,
                    meta={"handle_httpstatus_all": True, "dont_redirect": True, "ask": {"limit": 50}},
                )
            yield scrapy.Request("http://gone.invalid/", self.got, errback=self.failed)

        async def got(self, response):
            answer = response.meta["answer"]
            told[response.url] = [response.status, answer.status, len(response.body), type(response).__name__]
            if response.url.endswith("/ok"):
                ask = asker(self.crawler)
                for name, keywords in {
                    "http://www.example.gov.cn/ok": {"fresh": True, "limit": 9},
                    "http://www.example.gov.cn/missing": {},
                    "http://gone.invalid/": {},
                    "http://127.0.0.1:1/": {},
                }.items():
                    answer = await ask(name, **keywords)
                    told["ask " + name] = [answer.status, str(answer.error), len(answer.body)]
                told["same client"] = client_of(self.crawler) is client_of(self.crawler)

        def failed(self, failure):
            answer = failure.request.meta["answer"]
            told[failure.request.url] = [failure.type.__name__, str(answer.error), answer.reason]

    process = AsyncCrawlerProcess({
        "TWISTED_REACTOR_ENABLED": False,
        "LOG_LEVEL": "ERROR",
        "USER_AGENT": "govcrawl/test",
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_HANDLERS": {scheme: "govcrawl.net.handler.AskHandler" for scheme in ("http", "https")},
        "RETRY_ENABLED": False,
        "GOVCRAWL_CRAWL": CrawlConfig(resolve={"www.example.gov.cn:80": (f"127.0.0.1:{port}",)}),
    })
    process.crawl(Probe)
    process.start()
    print(json.dumps(told))
    """
)


def test_a_crawl_gets_responses_and_answers() -> None:
    async def reply(heard: Heard, writer: asyncio.StreamWriter) -> None:
        if heard.path == "/missing":
            writer.write(page("<p>no</p>", status="404 Not Found"))
        elif heard.path == "/moved":
            writer.write(page("", status="302 Found", extra="Location: /ok\r\n"))
        else:
            writer.write(page("x" * 100))
        await writer.drain()

    async def run() -> tuple[str, str, list[str]]:
        async with serving(reply) as server:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                CRAWL,
                str(server.port),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            out, err = await child.communicate()
            return (
                out.decode(),
                err.decode(),
                [heard.headers.get("user-agent", "") for heard in server.requests],
            )

    out, err, agents = asyncio.run(run())
    assert err == "", err
    told = json.loads(out)
    assert told["http://www.example.gov.cn/ok"] == [200, 200, 50, "Response"]
    assert told["http://www.example.gov.cn/missing"][:2] == [404, 404]
    assert told["http://www.example.gov.cn/moved"][:2] == [302, 302]
    assert told["http://gone.invalid/"] == ["CannotResolveHostError", "dns", "nxdomain"]
    assert told["ask http://www.example.gov.cn/ok"] == [200, "None", 9]
    assert told["ask http://www.example.gov.cn/missing"] == [404, "None", 9]
    assert told["ask http://gone.invalid/"] == [None, "dns", 0]
    assert told["ask http://127.0.0.1:1/"] == [None, "forbidden-address", 0]
    assert told["same client"] is True
    assert set(agents) == {"govcrawl/test"}
