"""Who is meant: units, sites and accounts found by what files call them, and ids made for new ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from govcrawl.model import Account, Site, SiteStatus, Unit
from govcrawl.pages.addresses import Scope, host_of, normalise, registrable_domain

_PLATFORM_SLUGS = {
    "微信公众号": "wx",
    "微信": "wx",
    "微信视频号": "sph",
    "视频号": "sph",
    "微博": "wb",
    "新浪微博": "wb",
    "抖音": "dy",
    "快手": "ks",
    "今日头条": "tt",
    "头条号": "tt",
    "移动客户端": "app",
    "app": "app",
    "小程序": "mini",
    "微信小程序": "mini",
}


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """What two spellings of one name share: width, case and blanks do not count."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


@lru_cache(maxsize=65536)
def address_key(url: str) -> str:
    """What two spellings of one address share; http and https are one, a fragment counts (`#/list`)."""
    address = normalise(url) or url
    _, _, fragment = url.partition("#")
    return address.partition("://")[2] + (f"#{fragment}" if fragment else "")


def units_called(units: Iterable[Unit], text: str) -> list[Unit]:
    """The units of that id; else of that name; else of that short name. More than one: not clear."""
    known = list(units)
    key = name_key(text)
    return (
        [unit for unit in known if unit.id == text]
        or [unit for unit in known if name_key(unit.name) == key]
        or [unit for unit in known if key in map(name_key, unit.short_names)]
    )


def sites_called(sites: Iterable[Site], text: str) -> list[Site]:
    """The sites of that id; else code, name, home address. Closed ones only if no other is meant."""
    known = list(sites)
    key = name_key(text)
    place = address_key(text) if "." in text else ""
    found = (
        [site for site in known if site.id == text]
        or [site for site in known if site.code and name_key(site.code) == key]
        or [site for site in known if name_key(site.name) == key]
        or [site for site in known if place and address_key(site.url) == place]
    )
    return in_force(found) or found


def sites_at(sites: Iterable[Site], url: str) -> list[Site]:
    """The sites with that home address; closed ones only if there is no other."""
    key = address_key(url)
    found = [site for site in sites if address_key(site.url) == key]
    return in_force(found) or found


def owner_of(sites: Iterable[Site], url: str) -> Site | None:
    """The site that an address belongs to; of sites that share a host the longest prefix owns it."""
    known = list(sites)
    return next((site for site in known if Scope(site, known).owns(url)), None)


def accounts_called(accounts: Iterable[Account], platform: str, name: str) -> list[Account]:
    """The accounts of that name on that platform; closed ones only if there is no other."""
    wanted = (name_key(platform), name_key(name))
    found = [a for a in accounts if (name_key(a.platform), name_key(a.name)) == wanted]
    return [a for a in found if a.status is not SiteStatus.CLOSED] or found


def in_force(sites: Sequence[Site]) -> list[Site]:
    """Those that are not closed for good."""
    return [site for site in sites if site.status is not SiteStatus.CLOSED]


class Slugs:
    """Makes ids that nobody has yet; upper and lower case are one, for ids become file names."""

    def __init__(self, taken: Iterable[str]):
        self._taken = {slug.lower() for slug in taken}

    def of_host(self, url: str) -> str:
        """From an address: `jyj` of jyj.example.gov.cn, `example` of www.example.gov.cn."""
        host = host_of(normalise(url) or url)
        domain = registrable_domain(host)
        own = domain.partition(".")[0] if domain != host or "." not in host or "[" in host else host
        below = host.removesuffix(domain).rstrip(".").removeprefix("www").strip(".")
        last = [part for part in urlsplit(url).path.split("/") if part and "." not in part][-1:]
        short = _slug("-".join([below or own, *last]))
        return self.free([short, _slug("-".join(part for part in (below, own, *last) if part))])

    def of_account(self, unit: str, platform: str) -> str:
        """From the unit and the platform: `jyj-wx`."""
        return self.free([_slug(f"{unit}-{_PLATFORM_SLUGS.get(name_key(platform), 'account')}")])

    def numbered(self, word: str) -> str:
        """The word with the first number that is free: `unit-1`."""
        number = 1
        while f"{word}-{number}".lower() in self._taken:
            number += 1
        return self._take(f"{word}-{number}")

    def free(self, wanted: Sequence[str]) -> str:
        """The first of some slugs that is free, else the last with a number; it is taken from then on."""
        candidates = [slug for slug in wanted if slug] or ["site"]
        for slug in candidates:
            if slug.lower() not in self._taken:
                return self._take(slug)
        number = 2
        while f"{candidates[-1]}-{number}".lower() in self._taken:
            number += 1
        return self._take(f"{candidates[-1]}-{number}")

    def _take(self, slug: str) -> str:
        self._taken.add(slug.lower())
        return slug


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-_")[:50].rstrip("-_")
