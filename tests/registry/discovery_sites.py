"""Made-up sites to search for columns: of a fixture file, or of the made-up city; no network between."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urljoin

from govcrawl.model import Answer, Cause, Site
from govcrawl.pages import Page, Scope, verdicts
from govcrawl.registry.discovery import Discovery, Proposal, Seen, seen_of
from govcrawl.registry.leads import Lead
from tests.city.shapes import City, address_key

FIXTURES = Path(__file__).parents[1] / "fixtures" / "discovery"
TODAY = date(2026, 11, 25)
Get = Callable[[str], Answer]
_AT = datetime(2026, 11, 25, tzinfo=UTC)
_PAGE = re.compile(r"^==> (\S+)(?: (\d{3}))?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """How a search ended."""

    proposals: list[Proposal]
    search: Discovery
    leads: list[Lead]
    """All that was asked, in order."""


def pages_of(name: str) -> dict[str, tuple[int, str]]:
    """Status and HTML by address, from `<name>.pages`."""
    text = (FIXTURES / f"{name}.pages").read_text(encoding="utf-8")
    _, *parts = _PAGE.split(text)
    return {
        url: (int(status or 200), html)
        for url, status, html in zip(*(parts[i::3] for i in range(3)), strict=True)
    }


def expected_of(name: str) -> list[dict[str, str]]:
    """The columns that `<name>.tsv` lists."""
    with (FIXTURES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def from_pages(pages: Mapping[str, tuple[int, str]]) -> Get:
    def get(url: str) -> Answer:
        status, html = pages.get(url, (404, "<html><title>404</title></html>"))
        return _answer(url, status, html.encode(), "text/html; charset=utf-8")

    return get


def from_city(city: City) -> Get:
    def get(url: str) -> Answer:
        for _ in range(5):
            served = city.pages.get(address_key(url)) or city.catch_all.get(address_key(url)[0])
            if served is None:
                return _answer(url, 404, b"", "text/html")
            to = {name.lower(): value for name, value in served.headers}.get("location")
            if to is None:
                return _answer(url, served.status, served.body, served.content_type)
            url = urljoin(url, to)
        return replace(_answer(url, 302, b"", "text/html"), error=Cause.REDIRECT_LOOP)

    return get


def search(site: Site, get: Get, *, others: tuple[Site, ...] = (), today: date = TODAY) -> Found | None:
    """The whole search as `govcrawl discover` drives it; None: the home page can't be read."""
    scope = Scope(site, others)
    url, home = site.url, None
    for _ in range(3):  # through its entrances
        home = _look(url, get, scope, today).page
        if home is None or home.refresh is None or not scope.owns(home.refresh):
            break
        url = home.refresh
    if home is None:
        return None
    found = Discovery(home, scope, today)
    asked: list[Lead] = []
    while leads := found.next():
        asked += leads
        for lead in leads:
            found.see(lead, _look(lead.url, get, scope, today))
    return Found(found.proposals(), found, asked)


def _look(url: str, get: Get, scope: Scope, today: date) -> Seen:
    answer = get(url)
    look = verdicts.look(url, [answer], expect="page")
    verdict = verdicts.judge(url, [look.attempt], look, confirm_after=0, confirm_after_transient=0)
    page = look.page if isinstance(look.page, Page) else None
    return seen_of(url, verdict, page, scope, today)


def _answer(url: str, status: int, body: bytes, kind: str) -> Answer:
    return Answer(url=url, at=_AT, ms=1, status=status, headers={"content-type": kind}, body=body)
