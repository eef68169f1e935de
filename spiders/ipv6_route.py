"""Has this machine a way to IPv6 addresses, and is it proven."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from govcrawl.model import Cause
from govcrawl.net.client import Ask
from govcrawl.net.failures import PROXY
from spiders.ipv6_visits import NO_PROXY, NO_ROUTE, REMEDY

_NO_CANARY = (
    "没有设置 [crawl] ipv6_canary（已知可用的 IPv6 网址），不能证明本机 IPv6 通畅，"
    "未检查能否通过 IPv6 访问；请设置一两个网址"
)
_SILENT = f"本机 IPv6 不通（ipv6_canary 没有应答），未检查能否通过 IPv6 访问；{REMEDY}"
_BY_PROXY = "通过代理不能检查域名服务器的 IPv6 应答"


class Route:
    """What proves that silence over IPv6 is the other side's.

    Args:
        ask: `Client.ask`.
        canary: addresses that are known to answer over IPv6 (`[crawl] ipv6_canary`).
        proxied: IPv6 is asked through a proxy.
    """

    def __init__(self, ask: Ask, canary: Sequence[str], *, proxied: bool = False) -> None:
        self._ask = ask
        self._canary = tuple(canary)
        self._proxied = proxied
        self._told: asyncio.Task[str] | None = None

    async def lacks(self, *, overridden: bool, anew: bool = False, direct: bool = False) -> str:
        """Why nothing may be said about what does not answer over IPv6 (Chinese); "": it may.

        Args:
            overridden: what is to be asked stands in `[crawl.resolve]`: the system itself says where there
                is no route to it.
            anew: ask the known hosts again.
            direct: it can't be asked through a proxy (datagrams).
        """
        if overridden:
            return ""
        if direct and self._proxied:
            return _BY_PROXY
        if self._told is None or anew:
            self._told = asyncio.get_running_loop().create_task(self._prove())
        return await asyncio.shield(self._told)

    async def _prove(self) -> str:
        if not self._canary:
            return _NO_CANARY
        reason = _SILENT
        for url in self._canary:
            answer = await self._ask(url, family=6, limit=1024, fresh=True)
            if answer.status is not None:
                return ""
            if answer.error is Cause.UNROUTABLE:
                reason = NO_ROUTE
            elif answer.error is Cause.LOCAL and answer.reason == PROXY:
                reason = NO_PROXY
        return reason
