"""The few cookies that a link check keeps: enough to be let in as a browser is, and no more."""

from __future__ import annotations

import re
from collections import OrderedDict
from urllib.parse import urlsplit

_HOSTS = 2_000
_PER_HOST = 20
_LONGEST = 2_048
_PAIR = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100})=([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e \",]*)")


class Cookies:
    """Cookies by host, for one run. Path, domain and expiry are not kept: a chain of redirects is short."""

    def __init__(self) -> None:
        self._jar: OrderedDict[str, dict[str, str]] = OrderedDict()

    def take(self, url: str, set_cookie: str) -> None:
        """Keep what a `set-cookie` header says (several: one a line)."""
        host = urlsplit(url).hostname or ""
        for line in set_cookie.split("\n"):
            pair = _PAIR.match(line.split(";", 1)[0].strip())
            if pair is None or len(line) > _LONGEST:
                continue
            kept = self._jar.setdefault(host, {})
            if re.search(r";\s*max-age\s*=\s*(?:0|-\d+)\s*(?:;|$)", line, re.IGNORECASE):
                kept.pop(pair[1], None)
            elif pair[1] in kept or len(kept) < _PER_HOST:
                kept[pair[1]] = pair[2].strip()
        while len(self._jar) > _HOSTS:
            self._jar.popitem(last=False)

    def header(self, url: str) -> str:
        """The `cookie` header for an address; "": none."""
        kept = self._jar.get(urlsplit(url).hostname or "", {})
        return "; ".join(f"{name}={value}" for name, value in kept.items())
