"""Rules of advertisements in the syntax of EasyList: does an address, or a name, belong to one?

The engine stands behind two methods of our own (`AdFilters`), so that it can be replaced. Nothing here is
an ad blocker: a hit is a fact that `checks.ads` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from govcrawl.pages.addresses import host_of, registrable_domain

if TYPE_CHECKING:
    import adblock

_LONGEST = 4096
"""Characters of an address that are looked at."""
_MOST_NAMES = 50
"""Classes and ids that are asked about at once."""
_KINDS = {
    "script": "script",
    "iframe": "sub_frame",
    "frame": "sub_frame",
    "document": "sub_frame",
    "img": "image",
    "image": "image",
    "input": "image",
    "embed": "object",
    "object": "object",
    "link": "stylesheet",
    "stylesheet": "stylesheet",
    "source": "media",
    "video": "media",
    "audio": "media",
    "media": "media",
    "xhr": "xmlhttprequest",
    "fetch": "xmlhttprequest",
    "font": "font",
    "websocket": "websocket",
    "ping": "ping",
    "beacon": "ping",
}
"""Elements of a page, and a browser's kinds of requests, as the engine calls them."""
_NAMES_HOST = re.compile(r"\|\|([a-z0-9\-_.*]+)", re.IGNORECASE)
_SIMPLE = re.compile(r"[.#][^\s.#>+~:\[\]]+")
_NETWORK = "! network:"


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that an address hits."""

    rule: str
    """As it stands in its list."""
    third_party: bool
    """The address and the page belong to two registrable domains."""
    names_host: bool
    """The rule names the host of the address (`||host^`): nobody else is meant. Else it hits by a part
    of the address (`/ad/`), which many use."""
    network: str
    """Whose advertisements these are: by the shipped list, else the registrable domain."""


class AdFilters(Protocol):
    """What the checks ask of an engine. Both methods are pure, and never raise for what pages hold."""

    def matches(
        self, url: str, source_url: str, kind: str, *, third_party: bool | None = None
    ) -> Match | None:
        """The rule by which a request is one of advertisements; None: no rule, or an exception.

        Args:
            url: that is asked.
            source_url: of the page, or of the frame, that asks.
            kind: the element that names it (script, iframe, img …) or a browser's kind of request.
            third_party: where that is known already; default by registrable domains.
        """
        ...

    def hides(self, classes: Collection[str], ids: Collection[str], url: str) -> tuple[str, ...]:
        """Of the names that an element of this page bears, those of advertisements: `.ad`, `#ads`."""
        ...


class BraveFilters:
    """Brave's engine (`adblock`), built of some lists when it is first asked.

    Args:
        texts: gives the lists, in any order; called once. What it raises, the first question raises.
    """

    def __init__(self, texts: Callable[[], Iterable[str]]) -> None:
        self._texts = texts
        self._networks: dict[str, str] = {}

    def matches(
        self, url: str, source_url: str, kind: str, *, third_party: bool | None = None
    ) -> Match | None:
        """As `AdFilters.matches`."""
        host, source = host_of(url), host_of(source_url)
        if not host or not url.startswith(("http://", "https://", "ws://", "wss://")):
            return None
        if third_party is None:
            third_party = registrable_domain(host) != registrable_domain(source)
        found = self._engine.check_network_urls_with_hostnames(
            url[:_LONGEST], host, source, _KINDS.get(kind, "other"), third_party
        )
        if not found.matched or not found.filter:
            return None
        named = _NAMES_HOST.match(found.filter)
        return Match(
            rule=found.filter,
            third_party=third_party,
            names_host=named is not None and "." in named[1].strip(".*"),
            network=self._networks.get(found.filter) or registrable_domain(host),
        )

    def hides(self, classes: Collection[str], ids: Collection[str], url: str) -> tuple[str, ...]:
        """As `AdFilters.hides`."""
        asked = {*(f".{name}" for name in classes), *(f"#{name}" for name in ids)}
        if not asked:
            return ()
        engine = self._engine
        found = engine.hidden_class_id_selectors(
            list(classes)[:_MOST_NAMES],
            list(ids)[:_MOST_NAMES],
            engine.url_cosmetic_resources(url[:_LONGEST]).exceptions,
        )
        return tuple(sorted(name for name in found if name in asked and _SIMPLE.fullmatch(name)))

    @cached_property
    def _engine(self) -> adblock.Engine:
        import adblock

        rules = adblock.FilterSet(debug=True)  # else a hit does not say which rule it was
        for text in self._texts():
            self._networks.update(_networks(text))
            # `important` would let a list of others overrule the exceptions of ours.
            rules.add_filter_list(_without_important(text))
        return adblock.Engine(rules, optimize=False)  # joined rules can't be told apart


@lru_cache(maxsize=1)
def shipped_text() -> str:
    """The shipped list."""
    return (files("checks") / "data" / "ad_filters.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shipped_filters() -> AdFilters:
    """The shipped list alone."""
    return BraveFilters(lambda: [shipped_text()])


def _without_important(text: str) -> str:
    if "important" not in text:
        return text
    lines = []
    for line in text.splitlines():
        if "important" in line and "$" in line and "#" not in line:
            rule, _, options = line.rpartition("$")
            kept = [option for option in options.split(",") if option.strip() != "important"]
            line = f"{rule}${','.join(kept)}" if kept else rule
        lines.append(line)
    return "\n".join(lines)


def _networks(text: str) -> dict[str, str]:
    """Rules and the networks that they belong to, where a list says so."""
    found: dict[str, str] = {}
    if _NETWORK not in text:
        return found
    network = ""
    for line in text.splitlines():
        if line.startswith(_NETWORK):
            network = line.removeprefix(_NETWORK).strip()
        elif network and line and not line.startswith(("!", "@@")) and "##" not in line:
            found[line.strip()] = network
    return found
