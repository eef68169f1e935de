"""Asking a site over IPv6: address, reachability, sameness, and the hosts of its links."""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from govcrawl.model import Answer, Cause, Ipv6Reading, Ipv6State
from govcrawl.net.client import Ask
from govcrawl.net.connect import Addresses
from govcrawl.net.redirects import follow
from govcrawl.pages import Page, read_page
from govcrawl.pages.challenges import BLOCKING

_COMPARED = 20_000
"""Characters of text that are compared: enough to tell two sites apart, little enough to be quick."""
_CHANGING = re.compile(r"[\d\s:/.\-年月日时分秒]+")
"""Clocks, counters, dates: they differ between two visits over the same family too."""
_SAMPLE = 20
"""Links of a site that are asked again over IPv6."""
_OURS = frozenset({Cause.LOCAL, Cause.UNROUTABLE, Cause.FORBIDDEN_ADDRESS})
_NO_CANARY = "没有设置 [crawl] ipv6_canary（已知可用的 IPv6 网址），不能证明本机 IPv6 通畅，未检查能否访问"
_NO_ROUTE = "本机 IPv6 不通（ipv6_canary 没有应答），未检查能否访问"

AddressesOf = Callable[[str, int], Awaitable[Addresses]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipv6Probe:
    """How a probe asks, and what proves this machine's own route."""

    ask: Ask
    addresses: AddressesOf
    canary: Sequence[str]
    pause: float
    """Seconds between two tries: a fault is believed only if it lasts."""

    async def read(self, home: str, links: Sequence[str]) -> Ipv6Reading:
        """Probe a site whose home page opens by default (over IPv4, where the site has it).

        Args:
            home: address of the home page.
            links: second- and third-level pages inside the site that opened; a sample is asked again.
        """
        found = await self._addresses(home)
        if found.error is Cause.LOCAL or not found.v6_known:
            return Ipv6Reading(
                url=home,
                has_address=Ipv6State.NOT_TESTED,
                reason="域名解析没有给出 AAAA 记录的明确答复，未检查IPv6",
            )
        if not found.v6:
            return Ipv6Reading(url=home, has_address=Ipv6State.NO)
        addresses = tuple(str(end) for end in found.v6)
        if reason := await self._no_route(overridden=found.overridden):
            return Ipv6Reading(url=home, has_address=Ipv6State.YES, addresses=addresses, reason=reason)
        return await self._over6(home, addresses, links)

    async def _over6(self, home: str, addresses: tuple[str, ...], links: Sequence[str]) -> Ipv6Reading:
        usual = await follow(self.ask, home)
        status4 = usual.status
        tries: list[Mapping[str, object]] = []
        answer = await self._home6(home, tries)
        if not _stands(answer, status4):
            await asyncio.sleep(self.pause)
            answer = await self._home6(home, tries, fresh=True)
        if reason := _not_theirs(answer, status4):
            return Ipv6Reading(
                url=home,
                has_address=Ipv6State.YES,
                addresses=addresses,
                status4=status4,
                status6=answer.status,
                tries=tuple(tries),
                reason=reason,
            )
        reachable = _stands(answer, status4)
        similarity = None
        if reachable and answer.status == 200 == status4:
            similarity = round(alike(_page(usual), _page(answer)), 4)
        tested, failed = await self._links(links) if reachable else (0, ())
        return Ipv6Reading(
            url=home,
            has_address=Ipv6State.YES,
            addresses=addresses,
            reachable=Ipv6State.YES if reachable else Ipv6State.NO,
            similarity=similarity,
            status4=status4,
            status6=answer.status,
            tries=tuple(tries),
            links_tested=tested,
            links_reachable=tested - len(failed),
            links_failed=failed,
        )

    async def _home6(self, url: str, tries: list[Mapping[str, object]], *, fresh: bool = False) -> Answer:
        answer = await follow(self.ask, url, family=6, fresh=fresh)
        tries.append(
            {
                "at": answer.at.isoformat(timespec="seconds"),
                "url": answer.url,
                "ip": answer.ip,
                "status": answer.status,
                "error": None if answer.error is None else str(answer.error),
                "reason": answer.reason or None,
                "ms": answer.ms,
            }
        )
        return answer

    async def _no_route(self, *, overridden: bool) -> str:
        """Why nothing may be said about reachability; empty where a known host answers over IPv6."""
        if overridden:
            return ""
        if not self.canary:
            return _NO_CANARY
        for url in self.canary:
            answer = await self.ask(url, family=6, limit=1024)
            if answer.status is not None:
                return ""
        return _NO_ROUTE

    async def _links(self, links: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """How many links were tested, and those that do not open over IPv6."""
        sample = _sample(links)
        opened = await asyncio.gather(*(self._opens(url) for url in sample))
        failed = [url for url, opens in zip(sample, opened, strict=True) if opens is False]
        return sum(opens is not None for opens in opened), tuple(failed)

    async def _opens(self, url: str) -> bool | None:
        """Does a page open over IPv6, which it does by default; None: this machine could not ask."""
        found = await self._addresses(url)
        if found.error is not None or not found.v6_known:
            return None
        if not found.v6:
            return False
        answer = await follow(self.ask, url, family=6, limit=1024)
        if not _stands(answer, None):
            await asyncio.sleep(self.pause)
            answer = await follow(self.ask, url, family=6, limit=1024, fresh=True)
        if _stands(answer, None):
            return True
        return None if _not_theirs(answer, None) else False

    async def _addresses(self, url: str) -> Addresses:
        parts = urlsplit(url)
        return await self.addresses(
            parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        )


def _sample(links: Sequence[str]) -> list[str]:
    """Evenly spread over all of them, the same for the same links."""
    if len(links) <= _SAMPLE:
        return list(links)
    return [links[position * len(links) // _SAMPLE] for position in range(_SAMPLE)]


def alike(one: Page, other: Page) -> float:
    """How alike two pages are, 0 to 1: their text without numbers and dates.

    The quick ratio of Internet.nl's IPv6 test, on text instead of markup, so that nonces and view
    states do not count.
    """
    first, second = (_CHANGING.sub("", page.text[:_COMPARED]) for page in (one, other))
    if first == second:
        return 1.0
    return difflib.SequenceMatcher(None, first, second, autojunk=False).quick_ratio()


def _page(answer: Answer) -> Page:
    return read_page(answer.body, answer.url, answer.headers.get("content-type", ""))


def _not_theirs(answer: Answer, status4: int | None) -> str:
    """Why a failure over IPv6 says nothing about the site (Chinese); "": it does."""
    if answer.error in _OURS:
        return "本机 IPv6 访问受限，未检查能否访问"
    if not _stands(answer, status4) and answer.status in BLOCKING:
        return f"网站拒绝程序通过 IPv6 访问（返回 {answer.status}），不判断能否访问"
    return ""


def _stands(answer: Answer, status4: int | None) -> bool:
    """Does the site answer over IPv6 as it does over IPv4, or better."""
    return answer.status is not None and (answer.status < 400 or answer.status == status4)
