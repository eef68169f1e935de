"""One site, one job: what is inspected, by which rules, as of which day. Made before Scrapy starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from checks.ad_exceptions import AdException
from checks.ad_filters import AdFilters, BraveFilters, shipped_text
from checks.commercial import parse_domains
from checks.sources import LONGEST_NAME, MOST_ALLOWED, AllowedSources
from govcrawl.config import Config, load
from govcrawl.model import Check, Context, Profile, Registry, Site, SiteNames, SiteStatus
from govcrawl.net.connect import Overrides
from govcrawl.net.installed import find_browser
from govcrawl.net.proxy import Ipv6Proxy
from govcrawl.pages import Scope, normalise
from govcrawl.registry.platforms import platform_hosts
from govcrawl.rules import (
    Catalogue,
    CatalogueError,
    FilterList,
    FilterListError,
    ProfileError,
    load_catalogue,
    load_profile,
)
from govcrawl.rules.filter_lists import filter_lists, text_of
from govcrawl.store import Store, this_owner

ARGUMENTS = ("site", "url", "as_of", "max_pages", "depth", "checks", "config")


class JobError(Exception):
    """A job that can't be done as asked: wrong use or bad input (exit status 2); one Chinese line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that an inspection needs beside the network. `store` is open and belongs to the caller."""

    config: Config
    store: Store
    registry: Registry
    site: Site
    registered: bool
    """False: an address that nobody registered; a trial."""
    catalogue: Catalogue
    left_out: tuple[Check, ...]
    """Checks that were not asked for (`-a checks=`)."""
    profile: Profile
    today: date
    """The day as of which freshness is judged."""
    as_of: date | None
    """The same where it was given: then the run is a trial."""
    max_pages: int
    depth: int
    options: Mapping[str, Any]
    filter_lists: tuple[FilterList, ...] = ()
    """The office's own lists of advertising rules, beside the shipped one."""
    until: datetime | None = None
    """When it begins nothing more, beside its own limit of time: the end of the office's hours."""
    beside_others: bool = False
    """Other sites are crawled in the same process: it takes no second one for itself."""

    @property
    def trial(self) -> bool:
        """Stored, reported and fed, but never changing a registered site's findings."""
        return not self.registered or self.as_of is not None

    @property
    def key(self) -> str:
        """What runs and fingerprints name the site by: its id, of a trial by address its host."""
        return self.site.id

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts that are inspected by duty: this site's and those of all sites in operation, aliases too."""
        return hosts_by_duty((self.site, *self.registry.sites), also=self.site)

    def scope(self) -> Scope:
        """Which addresses belong to the site; of sites that share a host the longest prefix owns a page."""
        return Scope(self.site, [site for site in self.registry.sites if site.id != self.site.id])

    def context(self, site: Site | None = None) -> Context:
        """What checks may know; `site` where its columns were discovered meanwhile."""
        return Context(
            site=site or self.site,
            profile=self.profile,
            today=self.today,
            registered=self.registered,
            names=names_of(site or self.site, self.registry),
            options=self.options,
        )


def hosts_by_duty(sites: Iterable[Site], *, also: Site | None = None) -> tuple[str, ...]:
    """Hosts of all sites in operation, aliases too; and those of one site in any case."""
    sites = [site for site in sites if site.status is SiteStatus.RUNNING or site is also]
    named = {urlsplit(site.url).hostname or "" for site in sites}
    return tuple(sorted(named.union(*(site.aliases for site in sites))))


def names_of(site: Site, registry: Registry) -> SiteNames:
    """The names by which a site's own publishers go (see `SiteNames`)."""
    ids = [site.unit, *(column.unit for column in site.columns if column.unit)]
    own = [name for unit_id in ids if (unit := registry.unit(unit_id)) for name in unit.names]
    below = [name for unit in registry.subordinates(site.unit) for name in unit.names]
    return SiteNames(own=tuple(dict.fromkeys((site.name, *own))), subordinate=tuple(dict.fromkeys(below)))


def prepare(
    arguments: Mapping[str, str],
    *,
    now: datetime | None = None,
    filters: tuple[tuple[FilterList, ...], AdFilters] | None = None,
) -> Job:
    """Check the spider's arguments and open what the job needs.

    Args:
        arguments: as `scrapy crawl site -a` gives them (`ARGUMENTS`).
        now: UTC; default the clock.
        filters: of `filters_in_force`, for a process that crawls many sites; None: made anew.

    Raises:
        JobError: an argument that can't be used, or a site that is not registered.
        ConfigError, StoreError: settings or database can't be used.
    """
    now = now or datetime.now(UTC)
    if unknown := [name for name in arguments if name not in ARGUMENTS]:
        raise JobError(f"没有名为 {'、'.join(unknown)} 的参数；可用：{'、'.join(ARGUMENTS)}")
    if bool(arguments.get("site")) == bool(arguments.get("url")):
        raise JobError(
            "请用 -a site=网站标识 巡查已登记的网站，或用 -a url=网址 巡查未登记的网站（二者选一）"
        )
    config = load(Path(arguments["config"]) if arguments.get("config") else None)
    as_of = _day(arguments.get("as_of"))
    max_pages = _count(arguments, "max_pages", config.crawl.max_pages_per_site, least=1)
    depth = _count(arguments, "depth", config.crawl.depth, least=0)
    try:
        everything = catalogue = load_catalogue()
        if wanted := [name.strip() for name in arguments.get("checks", "").split(",") if name.strip()]:
            catalogue = catalogue.only(wanted)
        profile = load_profile(config.rules.profile, folder=config.folder, overrides=config.rules.overrides)
    except (CatalogueError, ProfileError) as error:
        raise JobError(str(error)) from error
    if config.crawl.browser == "always" and find_browser() is None:
        raise JobError("[crawl] browser = always，但本机没有找到 chromium 或 google-chrome")
    try:
        lists, engine = filters or filters_in_force(config)
    except FilterListError as error:
        raise JobError(str(error)) from error
    Overrides(config.crawl.resolve)  # a wrong entry is said now, not by a run that ends at once
    if config.crawl.ipv6_proxy:
        Ipv6Proxy(config.crawl.ipv6_proxy)  # as above
    added = _added(config, engine)
    store = Store.open(config.database_url, now=now)
    try:
        registry = store.registry()
        site, registered = _subject(arguments, registry)
    except BaseException:
        store.close()
        raise
    return Job(
        config=config,
        store=store,
        registry=registry,
        site=site,
        registered=registered,
        catalogue=catalogue,
        left_out=tuple(check for check in everything.checks if check not in catalogue.checks),
        profile=profile,
        today=as_of or config.office.day(now),
        as_of=as_of,
        max_pages=max_pages,
        depth=depth,
        options={**added, "own_hosts": _own_hosts(site, registry)},
        filter_lists=lists,
    )


def _subject(arguments: Mapping[str, str], registry: Registry) -> tuple[Site, bool]:
    if site_id := arguments.get("site"):
        site = registry.site(site_id)
        if site is None:
            known = "、".join(site.id for site in registry.sites[:20])
            hint = f"已登记：{known}" if known else "尚未登记任何网站，请先运行 govcrawl registry import 文件"
            raise JobError(f"没有登记标识为 {site_id} 的网站；{hint}")
        if site.status is SiteStatus.CLOSED:
            raise JobError(f"网站 {site_id}（{site.name}）已登记为永久下线，不再巡查")
        return site, True
    given = arguments["url"].strip()
    url = normalise(given if "://" in given else f"http://{given}")
    host = urlsplit(url).hostname if url and url.startswith(("http://", "https://")) else None
    if url is None or not host:
        raise JobError(f"网址无法识别：{given[:200]}（应以 http:// 或 https:// 开头）")
    return Site(id=host, name=host, unit="", url=url), False


def begin(job: Job, *, now: datetime | None = None) -> int:
    """Open the run of a job.

    Raises:
        StoreError: the site is being inspected by another process, or the database can't be written.
    """
    return job.store.begin_run(
        job.key,
        trial=job.trial,
        as_of=job.as_of,
        profile=job.profile.name,
        checks=[check.id for check in job.catalogue.checks],
        now=now or datetime.now(UTC),
        owner=this_owner(),
    )


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise JobError(f"as_of 应为 YYYY-MM-DD 形式的日期，现为 {text!r}") from None


def _count(arguments: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = arguments.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < least:
        raise JobError(f"{name} 应为不小于 {least} 的整数，现为 {text!r}")
    return int(text)


def filters_in_force(config: Config) -> tuple[tuple[FilterList, ...], AdFilters]:
    """The office's own lists of advertising rules, and all rules with the shipped ones.

    They become an engine when they are first asked.

    Raises:
        FilterListError: a list is not what was imported.
    """
    lists = filter_lists(config.filters)
    texts = [text_of(config.filters, entry) for entry in lists]
    return lists, BraveFilters(lambda: [shipped_text(), *texts])


def _added(config: Config, filters: AdFilters) -> dict[str, Any]:
    """What an office adds to the shipped lists.

    Raises:
        JobError: a file of it can't be read.
    """
    return {
        "commercial_domains": _commercial_domains(config),
        "region": config.office.region,
        "allowed_sources": _allowed_sources(config),
        "ad_filters": filters,
        "ad_exceptions": tuple(
            AdException(
                domain=entry.domain, reason=entry.reason, date=entry.date, site=entry.site, until=entry.until
            )
            for entry in config.ads.exceptions
        ),
    }


def _own_hosts(site: Site, registry: Registry) -> frozenset[str]:
    """Hosts of all registered sites, and the platforms on which the site's units have accounts."""
    sites = {host for one in registry.sites for host in (urlsplit(one.url).hostname or "", *one.aliases)}
    own = {site.unit, *(column.unit for column in site.columns if column.unit)}
    units = own | {below.id for unit in own if unit for below in registry.subordinates(unit)}
    accounts = (account for account in registry.accounts if account.unit in units)
    return frozenset(sites - {""}).union(*(platform_hosts(account) for account in accounts))


def _commercial_domains(config: Config) -> dict[str, str]:
    if not config.crawl.commercial_domains:
        return {}
    path = config.path(config.crawl.commercial_domains)
    try:
        return parse_domains(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise JobError(f"[crawl] commercial_domains 指定的文件无法读取：{path}：{error}") from error


def _allowed_sources(config: Config) -> AllowedSources:
    """What the office allows beside the shipped list of sources, from the settings and from its file."""
    entries = list(config.attribution.allowed_sources)
    if config.attribution.allowed_sources_file:
        path = config.path(config.attribution.allowed_sources_file)
        try:
            entries += path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise JobError(
                f"[attribution] allowed_sources_file 指定的文件无法读取：{path}：{error}"
            ) from error
    if len(entries) > MOST_ALLOWED or any(len(entry) > LONGEST_NAME for entry in entries):
        raise JobError(f"[attribution] 允许的来源不能超过{MOST_ALLOWED}条，每条不能超过{LONGEST_NAME}个字")
    return AllowedSources.of(entries)
