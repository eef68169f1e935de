"""Where a request goes: host overrides, addresses by family, and which of them must not be asked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govcrawl.config import ConfigError
from govcrawl.model import PORT_NOT_LISTED, Cause

_V4 = ipaddress.IPv4Address
_V6 = ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ALSO = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # shared address space, with the metadata service of one cloud in it
        "168.63.129.16/32",  # metadata service of another
        "192.0.0.0/24",  # IETF protocol assignments, with the metadata service of a third
        "192.88.99.0/24",
        "::/96",  # IPv4-compatible, RFC 4291
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo and other protocol assignments
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
"""What `ipaddress` calls global in some versions of Python and is no host that anyone links to (RFC 6890)."""


def forbidden(ip: str) -> bool:
    """Must this literal address not be asked: not a public unicast one, or one that embeds such.

    Private, loopback, link-local, metadata, multicast and reserved ranges by the registries of IANA
    (RFC 6890), and what IPv6 wraps around them: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056).
    What is no address at all is forbidden too.
    """
    try:
        address = ipaddress.ip_address(ip.split("%", 1)[0])
    except ValueError:
        return True
    if isinstance(address, _V6) and (inner := _embedded(address)) is not None:
        return forbidden(str(inner))
    return (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or any(address in network for network in _ALSO)
    )


def _embedded(address: _V6) -> _V4 | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return _V4(int(address) & 0xFFFFFFFF)
    return None


def embeds_v4(ip: str) -> bool:
    """Is this literal IPv6 address an IPv4 address in disguise: mapped, 6to4, or made by a DNS64.

    A name with only such ones has no IPv6 address of its own.
    """
    try:
        address = ipaddress.ip_address(ip.split("%", 1)[0])
    except ValueError:
        return False
    return isinstance(address, _V6) and _embedded(address) is not None


def literal(host: str) -> str | None:
    """The address that a host of digits means, in any form that the C library and browsers take."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if host and set(host) <= set("0123456789abcdefx.") and host.rsplit(".", 1)[-1][:1].isdigit():
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return None
    return None


def host_key(host: str) -> str:
    """A host in the one form in which it is looked up: lower case, no brackets, no dot at the end."""
    return host.removeprefix("[").removesuffix("]").rstrip(".").lower()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A literal address and the port to connect to."""

    ip: str
    port: int

    @property
    def family(self) -> int:
        """4 or 6."""
        return 6 if ":" in self.ip else 4

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if self.family == 6 else f"{self.ip}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What is known of the addresses of one host and port."""

    host: str
    port: int
    v4: tuple[Endpoint, ...] = ()
    v6: tuple[Endpoint, ...] = ()
    overridden: bool = False
    """The host stands in `[crawl.resolve]`: the DNS was not asked, loopback is allowed."""
    error: Cause | None = None
    """DNS: it has no address ("nxdomain", "no address"). LOCAL: this machine could not find out
    ("resolver", "resolver lies", "port not listed"). FORBIDDEN_ADDRESS: one of them must not be asked."""
    reason: str = ""
    v6_known: bool = True
    """False: that `v6` is empty says nothing, for the DNS did not answer the question for AAAA."""

    @property
    def all(self) -> tuple[Endpoint, ...]:
        """IPv4 first."""
        return self.v4 + self.v6

    @property
    def nxdomain(self) -> bool:
        """Does the name not exist at all."""
        return self.error is Cause.DNS and self.reason == "nxdomain"

    @property
    def own_v6(self) -> tuple[Endpoint, ...]:
        """What AAAA records really tell: without IPv4 addresses in disguise (`embeds_v4`)."""
        return tuple(end for end in self.v6 if not embeds_v4(end.ip))

    def of_family(self, family: int | None) -> tuple[Endpoint, ...]:
        """Those of family 4 or 6; None: IPv4 where there is one, else IPv6.

        One family at a time, so that a failure names one cause: a missing route over IPv6 must not
        colour the answer of an IPv4 server, nor the reverse.
        """
        if family == 4:
            return self.v4
        if family == 6:
            return self.v6
        return self.v4 or self.v6


class OverrideError(ConfigError):
    """An entry of `[crawl.resolve]` that can't be used; the message names it (Chinese)."""


class Overrides:
    """`[crawl.resolve]`: hosts that are asked elsewhere, like `curl --resolve`.

    Args:
        entries: "host:port" to one or more "ip:port" ("[v6]:port").

    Raises:
        OverrideError: an entry that is none.
    """

    def __init__(self, entries: Mapping[str, Sequence[str]] | None = None) -> None:
        self._ports: dict[str, dict[int, tuple[Endpoint, ...]]] = {}
        for name, targets in (entries or {}).items():
            host, port = _split(name, name)
            listed = tuple(_endpoint(target, name) for target in targets)
            if not listed:
                raise OverrideError(f"[crawl.resolve] {name!r} 没有给出地址")
            self._ports.setdefault(host_key(host), {})[port] = listed

    def __contains__(self, host: str) -> bool:
        return host_key(host) in self._ports

    @property
    def hosts(self) -> frozenset[str]:
        """All hosts that stand here."""
        return frozenset(self._ports)

    def find(self, host: str, port: int) -> Addresses | None:
        """The listed addresses; None where the host does not stand here at all."""
        ports = self._ports.get(host_key(host))
        if ports is None:
            return None
        listed = ports.get(port)
        if listed is None:
            return Addresses(
                host=host,
                port=port,
                overridden=True,
                error=Cause.LOCAL,
                reason=PORT_NOT_LISTED,
                v6_known=False,
            )
        return Addresses(
            host=host,
            port=port,
            overridden=True,
            v4=tuple(end for end in listed if end.family == 4),
            v6=tuple(end for end in listed if end.family == 6),
        )


def _split(text: str, name: str) -> tuple[str, int]:
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise OverrideError(f'[crawl.resolve] {name!r} 应写作 "主机:端口" = "IP:端口"，现为 {text!r}')
    return host.removeprefix("[").removesuffix("]"), int(port)


def _endpoint(text: str, name: str) -> Endpoint:
    host, port = _split(text, name)
    try:
        return Endpoint(str(ipaddress.ip_address(host)), port)
    except ValueError:
        raise OverrideError(f"[crawl.resolve] {name!r} 的 {host!r} 不是 IP 地址") from None
