"""The few cookies that a link check keeps: enough to be let in as a browser is, and no more."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import urlsplit

_PLACES = 4_000
_PER_PLACE = 20
_LONGEST = 2_048
_PAIR = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100})=([^\x00-\x1f\x7f;]*)")
_DOMAIN = re.compile(r";\s*domain\s*=\s*\.?([a-z0-9.\-]{1,253})\s*(?:;|$)", re.IGNORECASE)
_OVER = re.compile(r";\s*max-age\s*=\s*(?:0|-\d+)\s*(?:;|$)", re.IGNORECASE)
_SHARED = re.compile(r"(?:com|net|org|gov|edu|ac|mil|co)\.[a-z]{2}|[a-z0-9\-]+")
"""Domains under which strangers register: a cookie for all of them is refused (RFC 6265, 5.3)."""


class Cookies:
    """Cookies by host and domain, for one run.

    A single sign-on sets its cookie for the whole domain, and a chain that never gets it back runs in a
    circle. Paths and dates are not kept: a chain of redirects is short.
    """

    def __init__(self) -> None:
        self._jar: OrderedDict[str, dict[str, str]] = OrderedDict()

    def take(self, url: str, set_cookie: str) -> None:
        """Keep what a `set-cookie` header says (several: one a line)."""
        host = urlsplit(url).hostname or ""
        for line in set_cookie.split("\n"):
            pair = _PAIR.match(line.split(";", 1)[0].strip())
            place = _place(host, line)
            if pair is None or place is None or len(line) > _LONGEST:
                continue
            kept = self._jar.setdefault(place, {})
            if _OVER.search(line):
                kept.pop(pair[1], None)
            elif pair[1] in kept or len(kept) < _PER_PLACE:
                kept[pair[1]] = pair[2].strip()
        while len(self._jar) > _PLACES:
            self._jar.popitem(last=False)

    def header(self, url: str) -> str:
        """The `cookie` header for an address; "": none."""
        found: dict[str, str] = {}
        for place in _places(urlsplit(url).hostname or ""):
            found |= self._jar.get(place, {})
        return "; ".join(f"{name}={value}" for name, value in found.items())


def _place(host: str, line: str) -> str | None:
    """Where a cookie belongs: a host, or ".domain"; None: it is none of this host's business."""
    match = _DOMAIN.search(line)
    if match is None:
        return host
    domain = match[1].lower().strip(".")
    if domain == host:
        return f".{domain}"
    if not host.endswith(f".{domain}") or _SHARED.fullmatch(domain):
        return None
    return f".{domain}"


def _places(host: str) -> Iterator[str]:
    """Widest first, so that the host's own cookie wins."""
    labels = host.split(".")
    for start in range(max(len(labels) - 1, 0), -1, -1):
        yield "." + ".".join(labels[start:])
    yield host
