"""`[crawl] ipv6_proxy`: asking IPv6 addresses from a machine that has a route to them.

The proxy is given literal addresses that our own resolver checked, never names: where a request goes stays
our choice. What the proxy itself can't do says nothing about a site.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from python_socks.async_.asyncio import Proxy

from govcrawl.config import ConfigError
from govcrawl.net.connect import Endpoint, embeds_v4, forbidden
from govcrawl.net.failures import ProxyFailedError

_SECONDS = 7.0
"""For the connection to the proxy and through it; less than a client's own `connect_timeout`."""
_SOCKS_REFUSED = 5
"""RFC 1928, 6: the only reply that speaks of the other side for certain."""


class Ipv6Proxy:
    """A SOCKS5 or HTTP (CONNECT) proxy.

    HTTP has no word for "the other side refused": through such a proxy a site that refuses is not told from
    a proxy that fails, and stays "not tested". SOCKS5 tells them apart.

    Args:
        url: socks5://[user:password@]host:port or http://….

    Raises:
        ConfigError: another scheme, or no host and port.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url.strip())
            usable = parts.scheme in {"socks5", "http"} and parts.hostname and parts.port
        except ValueError:
            usable = False
        if not usable:
            raise ConfigError(
                "[crawl] ipv6_proxy 应写作 socks5://主机:端口 或 http://主机:端口（可带 用户:密码@）"
            )
        self._url = url.strip()
        self._socks = parts.scheme == "socks5"

    def serves(self, ends: Sequence[Endpoint]) -> bool:
        """Are these asked through the proxy: public IPv6 addresses alone, whatever the settings allow.

        Loopback and private addresses are of this machine's network, not of the proxy's.
        """
        return bool(ends) and all(
            end.family == 6 and not forbidden(end.ip) and not embeds_v4(end.ip) for end in ends
        )

    async def open(self, end: Endpoint) -> socket.socket:
        """A connected socket to a literal address, by way of the proxy.

        Raises:
            ConnectionRefusedError: the other side refused, says the proxy (SOCKS5).
            ProxyFailedError: anything else, the proxy's own time limit included.
        """
        if not self.serves([end]):
            raise ProxyFailedError(f"{end} is not for the proxy")
        try:
            return await Proxy.from_url(self._url, rdns=False).connect(end.ip, end.port, timeout=_SECONDS)
        except ProxyError as error:
            if self._socks and error.error_code == _SOCKS_REFUSED:
                raise ConnectionRefusedError(errno.ECONNREFUSED, f"{end}: {error}") from None
            raise ProxyFailedError(str(error)) from error
        except (ProxyConnectionError, ProxyTimeoutError, OSError) as error:
            raise ProxyFailedError(str(error)) from error
