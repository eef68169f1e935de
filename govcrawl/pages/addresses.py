"""Addresses: made absolute and comparable, and told whether they lie inside a site.

Resolution follows the WHATWG URL standard where browsers and RFC 3986 differ (backslashes, tabs, spaces,
characters beyond ASCII): what an inspector's browser opens is what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import quote, quote_from_bytes, urljoin, urlsplit

import idna
import tldextract

from govcrawl.model import Site

MAX_LENGTH = 2000
"""Characters of the longest address that is taken for one."""
_REMEMBERED = 300
"""Characters of the longest address that is remembered as a page writes it."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_PLAIN = re.compile(
    r"https?://(?:[a-z0-9][a-z0-9\-]{0,62}\.){1,9}[a-z][a-z0-9\-]{0,62}(?:/[A-Za-z0-9_~!$&'()*+,;=:@%\-]+(?:\.[A-Za-z0-9_~%\-]+)*)*/?"
)
# What most relative addresses look like: no scheme, no host, nothing to encode, dots only in front.
_NAME = r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*"
_RELATIVE = re.compile(rf"(/|(?:\.\.?/){{0,20}})((?:{_NAME}/)*(?:{_NAME})?(?:\?[A-Za-z0-9_\-=&.%]+)?)")
_BLANKS = re.compile(r"[\t\r\n]")
_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "/%:@!$&'()*+,;=~[]|"
_QUERY_SAFE = "/%:@!$&()*+,;=~[]|?{}^`\\"
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,62})(?:\.[a-z0-9_\-]{1,63})*\.?")
_NO_DOWNLOAD = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def normalise(url: str, base: str = "", encoding: str = "utf-8") -> str | None:
    """An absolute http or https address that two spellings of one target share; None: it can't be one.

    Host in lower case and IDNA, default port, user and fragment dropped, dot segments resolved, characters
    beyond ASCII percent-encoded: in the path as UTF-8, in the query as the page's `encoding`, as browsers do.
    Addresses of other schemes (mailto:, javascript:, data: …) are returned as written, cut at MAX_LENGTH
    characters. Never raises.
    """
    raw = url.strip(" \t\r\n\x00\x0b\x0c\xa0\u3000\ufeff\u200b")
    if not raw:
        return None
    if len(raw) <= MAX_LENGTH and _PLAIN.fullmatch(raw) and "/.." not in raw and "/./" not in raw:
        return raw if raw.count("/") > 2 else raw + "/"
    if base and len(raw) <= MAX_LENGTH and _RELATIVE.fullmatch(raw) and (plain := _joined(raw, base)):
        return plain
    raw = _BLANKS.sub("", raw)
    scheme = _SCHEME.match(raw)
    if scheme and scheme[1].lower() not in _PORTS:
        # `www.example.gov.cn:8080/x` and `localhost:80` look like schemes and are relative for a browser too.
        return raw[:MAX_LENGTH]
    if len(raw) > MAX_LENGTH:
        return None
    raw, _, _ = raw.partition("#")
    raw, mark, query = raw.partition("?")
    raw = raw.replace("\\", "/")
    if scheme:  # browsers take `http:/host` and `http:host` for `http://host`
        rest = raw[scheme.end() :].lstrip("/")
        if not rest:
            return None
        raw = f"{scheme[1].lower()}://{rest}"
    try:
        joined = urlsplit(urljoin(base, raw + mark + query) if base else raw + mark + query)
        host, port = joined.hostname or "", joined.port
    except ValueError:
        return None
    if joined.scheme not in _PORTS or not (host := _ascii_host(host)):
        return None
    place = host if port in {None, _PORTS[joined.scheme]} else f"{host}:{port}"
    path = quote(_without_dots(joined.path), safe=_PATH_SAFE, encoding="utf-8", errors="replace")
    address = f"{joined.scheme}://{place}{path or '/'}"
    if joined.query:
        address += "?" + _query(joined.query, encoding)
    return address if len(address) <= MAX_LENGTH * 3 else None


def resolver(base: str, encoding: str) -> Callable[[str], str | None]:
    """A function that does for many addresses of one page what `normalise` does with this base and encoding.

    What the pages of a site share is remembered: their menus lead to the same places.
    """
    bare = base.partition("#")[0].partition("?")[0]
    whole = bare.startswith(("http://", "https://")) and bare.count("/") > 2
    folder = bare[: bare.rfind("/") + 1] if whole else base
    origin = "/".join(bare.split("/", 3)[:3]) + "/" if whole else base

    def resolve(raw: str) -> str | None:
        # What begins with a query, or is nothing but slashes, needs more of the base than its folder.
        if len(raw) <= _REMEMBERED:
            if raw[:1] == "/" and raw[1:2].isalnum():
                return _remembered(raw, origin, encoding)
            if raw[:1].isalnum() or raw[:1] == ".":
                return _remembered(raw, folder, encoding)
        return normalise(raw, base, encoding)

    return resolve


@lru_cache(maxsize=16_384)
def _remembered(raw: str, base: str, encoding: str) -> str | None:
    return normalise(raw, base, encoding)


def _joined(raw: str, base: str) -> str | None:
    """A plain relative address joined to its base, faster than by urljoin; None: it is not that plain."""
    if raw.startswith(("?", "//")):
        return None
    place = _place(base)
    if place is None:
        return None
    origin, folders = place
    if raw[0] == "/":
        return origin + raw
    at = len(folders)
    while raw.startswith("."):
        if raw.startswith("../"):
            at, raw = max(0, at - 1), raw[3:]
        elif raw.startswith("./"):
            raw = raw[2:]
        else:
            return None
    return f"{origin}/{''.join(folders[:at])}{raw}"


@lru_cache(maxsize=256)
def _place(base: str) -> tuple[str, list[str]] | None:
    """Origin and folders (each with its slash) of a base that is normalised; None: it is not."""
    address = normalise(base)
    if address is None or not address.startswith("http"):
        return None
    scheme, _, rest = address.partition("://")
    host, _, path = rest.partition("?")[0].partition("/")
    return f"{scheme}://{host}", [f"{folder}/" for folder in path.split("/")[:-1]]


def _query(query: str, encoding: str) -> str:
    try:
        encoded = query.encode(encoding, "xmlcharrefreplace")
    except LookupError:
        encoded = query.encode("utf-8", "replace")
    return quote_from_bytes(encoded, safe=_QUERY_SAFE)


def _ascii_host(host: str) -> str:
    """Lower case and IDNA; "" where it is no host name."""
    host = host.lower()
    if ":" in host:  # an IPv6 address, brackets taken off by urlsplit
        return f"[{host}]" if re.fullmatch(r"[0-9a-f:.]{2,45}", host) else ""
    if not host.isascii():
        host = host.replace("。", ".").replace("．", ".")
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    host = host.rstrip(".")
    return host if len(host) <= 253 and _HOST.fullmatch(host) else ""


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4: also for what climbs above the root, which urljoin leaves in."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    parts = path.split("/")
    for part in parts[1:]:
        if part == "..":
            if kept:
                kept.pop()
        elif part != ".":
            kept.append(part)
    if parts[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def host_of(url: str) -> str:
    """The host of an address in lower case, "" where there is none. Never raises."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """What was registered at a registry: "www.dg.gov.cn" gives "dg.gov.cn".

    By the public suffix list that tldextract packs, never by download. An address of digits, or a name
    without a known suffix, is given back as it is.
    """
    return _NO_DOWNLOAD(host).top_domain_under_public_suffix or host


class Scope:
    """Which addresses belong to one site (INTERFACES, section 2).

    Its host, the apex and `www` of it, its aliases, and of these only what lies under `scope` where that is
    given; minus `exclude`, minus other `versions`. `others` are the registered sites that may share a host:
    the longest prefix owns a page.
    """

    def __init__(self, site: Site, others: Iterable[Site] = ()):
        self._hosts = _hosts_of(site)
        self._domain = registrable_domain(host_of(site.url))
        self._mine = _prefixes(site)
        self._out = tuple(_key(url) for url in (*site.exclude, *(version.url for version in site.versions)))
        # A version that is the site's own root (a language switch by cookie) must not shut the site out.
        self._out = tuple(key for key in self._out if key and key not in self._mine)
        self._theirs = tuple(
            prefix
            for other in others
            if other.id != site.id
            for prefix in _prefixes(other)
            if prefix not in self._mine
        )

    def owns(self, url: str) -> bool:
        """Is this a page of the site itself, to be crawled and judged as such."""
        key = _key(url)
        if not key or not self.same_host(url):
            return False
        mine = max((len(p) for p in self._mine if _under(key, p)), default=-1)
        if mine < 0 or any(_under(key, p) for p in self._out):
            return False
        return all(len(p) <= mine for p in self._theirs if _under(key, p))

    def same_host(self, url: str) -> bool:
        """Is it on the site's host, the apex or `www` of it, or an alias; any port, either scheme."""
        return host_of(url) in self._hosts

    def third_party(self, url: str) -> bool:
        """Is it under another registrable domain than the site and its aliases."""
        host = host_of(url)
        if not host or host in self._hosts:
            return False
        return registrable_domain(host) not in {self._domain, *map(registrable_domain, self._hosts)}


def _hosts_of(site: Site) -> frozenset[str]:
    hosts: set[str] = set()
    for name in (site.url, *site.aliases, *site.scope):
        host = host_of(normalise(name if "//" in name else f"http://{name}") or "")
        if host:
            hosts.add(host)
            hosts.add(host[4:] if host.startswith("www.") else f"www.{host}")
    return frozenset(hosts)


def _prefixes(site: Site) -> tuple[str, ...]:
    """Keys of what a site owns: its scope, else all of its hosts."""
    if site.scope:
        keys = [_key(url if "//" in url else urljoin(site.url, url)) for url in site.scope]
        hosts = {_bare(host) for host in _hosts_of(site)}
        # A scope given for the host holds for its aliases too.
        return tuple(
            dict.fromkeys(f"{h}{k[len(k.split('/', 1)[0]) :]}" for k in keys if k for h in sorted(hosts))
        )
    return tuple(sorted({f"{_bare(host)}/" for host in _hosts_of(site)}))


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _key(url: str) -> str:
    """Host without `www.`, and path: scheme and port say nothing about whose page it is."""
    address = normalise(url)
    if address is None or not address.startswith("http"):
        return ""
    parts = urlsplit(address)
    return f"{_bare(parts.hostname or '')}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _under(key: str, prefix: str) -> bool:
    """Prefixes end at a slash or at the end of a path segment: /jyj is not over /jyjs."""
    if not key.startswith(prefix):
        return False
    return prefix.endswith("/") or key[len(prefix) : len(prefix) + 1] in {"", "/", "?", "."}
