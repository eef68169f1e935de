"""A process that asks sites, all on one server: `python shared_server.py DATABASE PORT LIMIT HOST…`.

Started by test_shared_server.py; several of them stand for the processes of a night.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from govcrawl.config import CrawlConfig
from govcrawl.net.client import Client
from govcrawl.store import Store
from spiders.leases import leased

_REQUESTS = 12
"""Of each site."""


def _now() -> datetime:
    return datetime.now(UTC)


async def main(database: str, port: str, limit: str, hosts: list[str]) -> None:
    """Ask every site at once, as fast as the gate lets requests through."""
    resolve = {f"{host}:80": (f"127.0.0.1:{port}",) for host in hosts}
    crawl = CrawlConfig(concurrency_per_host=int(limit), resolve=resolve)
    client = Client(crawl, user_agent="test", registered_hosts=hosts)
    with Store.open(database, now=_now()) as store:
        async with leased(store, now=_now):
            answers = await asyncio.gather(
                *(client.ask(f"http://{host}/{n}") for host in hosts for n in range(_REQUESTS))
            )
        await client.close()
    failed = [answer.reason for answer in answers if answer.status != 200]
    print(len(answers), len(failed), failed[:3])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
