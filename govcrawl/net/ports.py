"""Does a port take connections, and do they come to speak TLS: over one address family, without HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence

from govcrawl.model import Cause, Ipv6State
from govcrawl.net.connect import Endpoint, literal
from govcrawl.net.failures import cause_of

_TRIED = 3
"""Addresses of one host that are tried, one after another: one that works is enough."""
_OURS = frozenset({Cause.LOCAL, Cause.UNROUTABLE})

Open = Callable[[Endpoint], Awaitable[socket.socket]]
"""Makes a connection elsewhere than directly, as through a proxy; raises OSError."""


async def knock(
    ends: Sequence[Endpoint],
    host: str,
    *,
    tls: ssl.SSLContext | None,
    seconds: float,
    open_: Open | None = None,
) -> tuple[Ipv6State, Ipv6State]:
    """Connect, and hang up.

    Args:
        ends: addresses of one family; at least one.
        host: whose name TLS asks for.
        tls: None: no handshake is made.
        seconds: for connection and handshake, each.
        open_: how to connect; default directly.

    Returns:
        Whether it takes connections, and whether they come to speak TLS. What failed on this machine
        (no route, no sockets, its proxy) is "not tested".
    """
    opened = secure = Ipv6State.NOT_TESTED
    for end in ends[:_TRIED]:
        opened = await _connected(end, None, "", seconds, open_)
        if opened is Ipv6State.YES:
            if tls is not None:
                secure = await _connected(end, tls, host, seconds, open_)
            break
    return opened, secure


async def _connected(
    end: Endpoint, tls: ssl.SSLContext | None, host: str, seconds: float, open_: Open | None
) -> Ipv6State:
    more: dict[str, object] = {}
    if tls is not None:
        more = {"ssl": tls, "server_hostname": literal(host) or host}
    try:
        if open_ is not None:
            more["sock"] = await open_(end)  # has a time limit of its own, so that its slowness is its own
        else:
            more |= {"host": end.ip, "port": end.port}
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(**more)  # type: ignore[arg-type]  # by name
    except (OSError, ValueError) as error:  # a timeout and what TLS complains of are among them
        cause, _ = cause_of(error)
        return Ipv6State.NOT_TESTED if cause in _OURS else Ipv6State.NO
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(1.0):
            await writer.wait_closed()
    return Ipv6State.YES
