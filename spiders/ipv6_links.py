"""Over IPv6: pages behind the home page, and the hosts of what a home page is made of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from govcrawl.net.client import Ask
from govcrawl.net.connect import Addresses
from govcrawl.net.redirects import follow
from spiders.ipv6_visits import Visit

AddressesOf = Callable[[str, int], Awaitable[Addresses]]
"""`Client.addresses`: host and port."""
_SAMPLE = 20
"""Links of a site that are asked again over IPv6."""
_HOSTS = 40
"""Hosts of a home page's resources that are looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksOver6:
    """Of a sample of links."""

    tested: int
    failed: tuple[str, ...]


async def links_over6(ask: Ask, addresses: AddressesOf, links: Sequence[str], *, pause: float) -> LinksOver6:
    """Which of the pages that open by default do not open over IPv6; a sample of them is asked.

    Args:
        ask: `Client.ask`.
        addresses: `Client.addresses`.
        links: addresses of pages.
        pause: seconds to the second try.
    """
    sample = _sample(links)
    opened = await asyncio.gather(*(_opens(ask, addresses, url, pause) for url in sample))
    return LinksOver6(
        tested=sum(each is not None for each in opened),
        failed=tuple(url for url, opens in zip(sample, opened, strict=True) if opens is False),
    )


async def _opens(ask: Ask, addresses: AddressesOf, url: str, pause: float) -> bool | None:
    """Does a page open over IPv6; None: nothing is known."""
    found = await addresses(*server_of(url))
    if found.error is not None or not found.v6_known:
        return None
    if not found.own_v6:
        return False
    good = Visit(await follow(ask, url, limit=1024, family=6)).good
    if good is False:
        await asyncio.sleep(pause)
        six = await follow(ask, url, limit=1024, family=6, fresh=True)
        # It opened in the crawl; if it has gone since, that is no matter of IPv6.
        good = Visit(six, await follow(ask, url, limit=1024, family=4, fresh=True)).good
    return good


async def hosts_without(
    addresses: AddressesOf, home: str, resources: Sequence[str]
) -> tuple[int | None, tuple[str, ...]]:
    """How many outside hosts of a home page's resources the DNS told of, and those without IPv6 address.

    Args:
        addresses: `Client.addresses`.
        home: the home page; its own host is not outside.
        resources: addresses of scripts, style sheets, pictures, frames. Of a host in `[crawl.resolve]` what
            is listed there for the port is all it has.
    """
    own = urlsplit(home).hostname
    places: dict[str, int] = {}
    for url in resources:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.hostname and parts.hostname != own:
            places.setdefault(*server_of(url))
    asked = list(places.items())[:_HOSTS]
    found = await asyncio.gather(*(addresses(host, port) for host, port in asked))
    known = [each for each in found if each.error is None and each.v6_known]
    if asked and not known:
        return None, ()
    return len(known), tuple(each.host for each in known if not each.own_v6)


def server_of(url: str) -> tuple[str, int]:
    """Host and port that an address is asked of."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _sample(links: Sequence[str]) -> list[str]:
    """Evenly spread over all of them, the same for the same links."""
    if len(links) <= _SAMPLE:
        return list(links)
    return [links[position * len(links) // _SAMPLE] for position in range(_SAMPLE)]
