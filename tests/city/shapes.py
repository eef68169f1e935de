"""The shapes of the made-up city: what is served, what is planted, what is a trap.

A *fault* is planted once and must be found once. A *trap* looks like a fault and is none: what is
found there is a false alarm. What depends on the machine (a browser that draws a list) is tolerated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import quote, urlsplit

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One answer of the city's server."""

    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    """Seconds before the first byte."""
    drop: bool = False
    """The connection is reset instead of answered."""
    head: int | None = None
    """The status that HEAD gets where the server does not know it."""
    cookie: str = ""
    """Without this cookie the answer is 403 and sets it, as a wall against robots does."""
    first: Served | None = None
    """Given to the first request for the address, instead of this one (a host that stumbles)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault that must be found, exactly once."""

    site: str
    rule: str
    note: str
    """Chinese: what was planted, and behind what it hides."""
    page: str | None = None
    """Address on which it is seen; None: not compared."""
    target: str | None = None
    column: str | None = None
    unit: str | None = None
    """Who must correct it; None: not compared."""
    sponsor: str | None = None
    on_home: bool | None = None
    external: bool | None = None
    """Of a link: does it stand on the home page, does it lead outside; None: not compared."""
    cause: str | None = None
    """`detail.cause` of a broken link; None: not compared."""
    places: int = 1
    """The least number of places (`occurrences`) that the finding must count."""
    members: int = 0
    """For the vetoes of a site: the least number of findings that `detail.members` must list."""
    severity: str | None = None
    """None: not compared."""
    unsaid: tuple[str, ...] = ()
    """Words that would wrong the unit, and must not stand in the title."""
    needs_ipv6: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """What looks like a fault: none of the rules may be found at the address."""

    site: str
    rules: frozenset[str]
    address: str
    """A page, a target or a column."""
    note: str
    asked: bool | None = True
    """True: the crawl must have asked for the address, else the trap proves nothing.
    False: it must not have been asked (a link in a comment). None: either way."""
    unjudged: bool = False
    """The run of the site must say that it was blocked, and never that it is complete."""
    unverified: bool = False
    """The run must list the address among the links that could not be verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerated:
    """A finding that may be there or not, for a reason that lies in the machine."""

    site: str
    rule: str
    address: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city as of one day: everything that is served, and the truth about it."""

    today: date
    registry_yaml: str
    sites: tuple[str, ...]
    """Ids, in the order of the registry."""
    pages: Mapping[tuple[str, str], Served]
    """By host and path (with query, percent-encoded)."""
    pages6: Mapping[tuple[str, str], Served]
    """What is served over IPv6 where that differs; the path `*` stands for all others of a host."""
    endless: Mapping[tuple[str, str], Callable[[str], Served]]
    """Paths without end (calendars, session ids), by host and beginning of the path."""
    catch_all: Mapping[str, Served]
    """What a host answers for a path that it does not have, instead of a 404."""
    walled: tuple[str, ...]
    """Ids of sites that let no program in."""
    planted: tuple[Planted, ...]
    traps: tuple[Trap, ...]
    tolerated: tuple[Tolerated, ...] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    """How each `host:port` is served: see `server.Door`."""
    commercial_domains: tuple[str, ...] = ()
    """What the office adds to the shipped list."""

    def only(self, *sites: str) -> City:
        """The same city, of which only these sites are inspected."""
        return replace(
            self,
            sites=tuple(site for site in self.sites if site in sites),
            walled=tuple(site for site in self.walled if site in sites),
            planted=tuple(planted for planted in self.planted if planted.site in sites),
            traps=tuple(trap for trap in self.traps if trap.site in sites),
            tolerated=tuple(one for one in self.tolerated if one.site in sites),
        )

    def count(self, *, inside_only: bool = True) -> int:
        """The number of HTML pages of the registered sites (or of all hosts)."""
        return sum(
            served.content_type.startswith("text/html") and served.status == 200
            for (host, _), served in self.pages.items()
            if not inside_only or host.endswith("example.gov.cn")
        )


_KEPT = "/%:@!$&'()*+,;=-._~?"


def address_key(url: str) -> tuple[str, str]:
    """Host and path (with query) under which an address is served; characters percent-encoded."""
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_KEPT)
    return (parts.hostname or "", f"{path}?{quote(parts.query, safe=_KEPT)}" if parts.query else path)


def same_address(one: str | None, other: str | None) -> bool:
    """Do two addresses name one page: default ports, fragments and encoding set aside."""
    if one is None or other is None:
        return one is other
    if not one.startswith("http") or not other.startswith("http"):
        return one == other
    return address_key(one) == address_key(other) and urlsplit(one).scheme == urlsplit(other).scheme
