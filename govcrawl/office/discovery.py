"""Asking a site for its columns: the home page through its entrances, then what `Discovery` wants to see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from govcrawl.config import Config
from govcrawl.model import ColumnState, LinkVerdict, Registry, Site, Verdict
from govcrawl.net.browser import Renderer
from govcrawl.net.client import Client
from govcrawl.net.installed import find_browser
from govcrawl.net.links import LinkChecker
from govcrawl.pages import Page, Scope, normalise, read_column, read_home, read_page, verdicts
from govcrawl.registry.discovery import Discovery, Seen, seen_of
from govcrawl.registry.leads import Lead, place_key
from govcrawl.registry.lookup import in_force
from govcrawl.registry.site_proposals import SiteProposals, site_stub

_ENTRANCES = 3
"""Pages that are only an entrance, one after another, that are followed to the real home page."""
_RENDERED = 20
"""Lists that are shown in the browser, one after another, a few seconds each at most."""


class UnknownSiteError(Exception):
    """What was named is neither a registered site nor an address; one Chinese line."""


def subject(named: str, registry: Registry) -> Site | str:
    """The registered site that is meant, by id or home address; else the address of one that is not.

    Raises:
        UnknownSiteError: it is neither.
    """
    named = named.strip()
    if (site := registry.site(named)) is not None:
        return site
    url = normalise(named if "://" in named else f"http://{named}")
    host = urlsplit(url).hostname if url and url.startswith(("http://", "https://")) else None
    if url is None or host is None or ("." not in host and ":" not in host):
        raise UnknownSiteError(f"没有登记标识为 {named[:200]} 的网站，也不是可以访问的网址")
    key = place_key(url)
    same = [site for site in registry.sites if key in map(place_key, _homes(site))]
    return next(iter(in_force(same) or same), url)


def _homes(site: Site) -> list[str]:
    """Addresses at which a site's home page is asked for."""
    return [site.url, *(alias if "//" in alias else f"http://{alias}/" for alias in site.aliases)]


async def discover(
    config: Config, registry: Registry, subject: Site | str, now: Callable[[], datetime]
) -> SiteProposals:
    """What a site's columns may be.

    Args:
        config: the settings in force.
        registry: whose sites share hosts with it, and the sponsor of a site that is not registered.
        subject: a registered site, or the home address of another.
        now: the time, UTC.

    Returns:
        Proposals, or why the home page could not be read (`failure`). Raises nothing for what a site does.
    """
    url = subject.url if isinstance(subject, Site) else subject
    host = urlsplit(url).hostname or ""
    site = subject if isinstance(subject, Site) else Site(id=host, name=host, unit="", url=url)
    hosts = [host, *site.aliases]
    client = Client(config.crawl, user_agent=config.user_agent, registered_hosts=hosts)
    checker = LinkChecker(
        client.ask,
        verdicts,
        crawl=config.crawl,
        now=now,
        user_agent=config.user_agent,
        home_urls=(url,),
        registered_hosts=hosts,
    )
    browser = None if config.crawl.browser == "never" else find_browser()
    renderer = None if browser is None else Renderer(client.ask, browser, user_agent=config.user_agent)
    scope = Scope(site, [other for other in registry.sites if other.id != site.id])
    errand = _Errand(config, checker, renderer, scope, config.office.day(now()))
    try:
        home = await errand.home(url)
        if isinstance(home, str):
            return SiteProposals(site=site, registered=isinstance(subject, Site), failure=home)
        search = await errand.search(home)
    finally:
        if renderer is not None:
            await renderer.close()
        await client.close()
    unit = None
    if not isinstance(subject, Site):
        site, unit = site_stub(home, url, registry)
    return SiteProposals(
        site=site,
        registered=isinstance(subject, Site),
        proposals=tuple(search.proposals()),
        unit=unit,
        asked=search.asked,
        cut=search.cut,
        elsewhere=tuple(search.elsewhere),
    )


@dataclass(frozen=True, slots=True)
class _Errand:
    """The asking for one site."""

    config: Config
    checker: LinkChecker
    renderer: Renderer | None
    scope: Scope
    today: date
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def home(self, url: str) -> Page | str:
        """The home page behind its entrances; else why it could not be read (Chinese)."""
        been: set[str] = set()
        while True:
            been.add(url)
            fetched = await self._fetch(url, "")
            if fetched.verdict.verdict is Verdict.SUSPECT:
                await self.sleep(self.config.crawl.confirm_after)
                fetched = await self._fetch(url, "", fetched.verdict)
            verdict, page = fetched.verdict, fetched.page
            if verdict.verdict is not Verdict.OK or page is None:
                return _failure(verdict)
            if not self.scope.owns(page.url):
                return f"首页跳转到站外地址 {page.url[:200]}，请核对网址"
            entrance = page.refresh or read_home(page, self.today).entrance
            if (
                entrance is None
                or entrance in been
                or len(been) > _ENTRANCES
                or not self.scope.owns(entrance)
            ):
                return page
            url = entrance

    async def search(self, home: Page) -> Discovery:
        """The whole search, as many pages at once as the site's server may be asked."""
        search = Discovery(home, self.scope, self.today)
        leads = search.next()
        if not leads and (rendered := await self._rendered(home)) is not None:
            search = Discovery(rendered, self.scope, self.today)
            leads = search.next()
        shown = 0
        places = asyncio.Semaphore(self.config.crawl.concurrency_per_host)

        async def look(lead: Lead) -> Seen:
            async with places:
                fetched = await self._fetch(lead.url, lead.found_on)
            verdict = fetched.verdict
            return seen_of(lead.url, verdict, fetched.page, self.scope, self.today, whole=fetched.whole)

        while leads:
            answers = await asyncio.gather(*(look(lead) for lead in leads))
            for lead, seen in zip(leads, answers, strict=True):
                if seen.reading.state is ColumnState.NEEDS_RENDERING and shown < _RENDERED:
                    shown += 1
                    seen = await self._in_browser(lead, seen)
                search.see(lead, seen)
            leads = search.next()
        return search

    async def _in_browser(self, lead: Lead, seen: Seen) -> Seen:
        """A list that a script makes, as the browser shows it; else as it was.

        An empty list is believed only where everything that the page asked for was answered.
        """
        if self.renderer is None:
            return seen
        rendered = await self.renderer.render(lead.url)
        if not rendered.html or not self.scope.owns(rendered.url):
            return seen
        page = read_page(rendered.html.encode(), lead.url, "text/html; charset=utf-8")
        reading = replace(read_column(page, self.today, rendered=True), url=lead.url)
        if reading.state is not ColumnState.READ and rendered.unanswered:
            return seen
        return replace(seen, page=page, reading=reading)

    async def _fetch(self, url: str, referer: str, earlier: LinkVerdict | None = None) -> _Got:
        limit = self.config.crawl.max_page_bytes
        fetched = await self.checker.fetch(url, referer=referer, limit=limit, earlier=earlier)
        page = fetched.page if isinstance(fetched.page, Page) and fetched.page.is_html else None
        verdict, answer = fetched.verdict, fetched.answer
        # Where the page itself sent its visitor on is no redirect that the verdict tells of.
        if page is not None:
            verdict = replace(verdict, final_url=page.url)
        whole = (answer.error is None and not answer.reason) or b"</html" in answer.body[-2048:].lower()
        return _Got(verdict, page, whole)

    async def _rendered(self, home: Page) -> Page | None:
        """The home page as the browser shows it: where the menu itself is written by a script."""
        if self.renderer is None:
            return None
        rendered = await self.renderer.render(home.url)
        if not rendered.html or not self.scope.owns(rendered.url):
            return None
        return read_page(rendered.html.encode(), home.url, "text/html; charset=utf-8")


@dataclass(frozen=True, slots=True)
class _Got:
    verdict: LinkVerdict
    page: Page | None
    whole: bool


def _failure(verdict: LinkVerdict) -> str:
    if verdict.blocked:
        return f"首页拒绝程序访问（返回 {verdict.status}）"
    if verdict.verdict is Verdict.SKIPPED:
        return "首页地址指向内部网络，按设置不访问（[crawl] allow_private_addresses）"
    if verdict.verdict is Verdict.HIJACKED:
        return "首页疑似已被他人占用，请人工核实"
    if verdict.verdict is Verdict.OK:
        return "首页返回的不是网页"
    what = f"返回 {verdict.status}" if verdict.status else str(verdict.cause or verdict.reason)
    return f"首页无法访问（{what}）"
