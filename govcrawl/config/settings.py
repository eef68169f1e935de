"""The settings as frozen dataclasses: a field is a key of `govcrawl.toml`, its default the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from govcrawl import __version__

_Day = date
"""For classes with a field of that name."""


class ConfigError(Exception):
    """A setting that can't be used; the message is one Chinese line that names file and key."""


@dataclass(frozen=True, slots=True)
class OfficeConfig:
    """`[office]`: who inspects."""

    name: str = "示例市人民政府办公室"
    region: str = "示例市"
    timezone: str = "Asia/Shanghai"
    contact: str = ""
    phone: str = ""
    duty: tuple[str, ...] = ()
    county_word: str = "旗县市区"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days, weeks and months are counted."""
        return ZoneInfo(self.timezone)

    def day(self, moment: datetime) -> date:
        """The calendar day of a moment (aware) in the office's zone."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """`[database]`: where everything is kept."""

    url: str = "sqlite:///var/govcrawl.db"


@dataclass(frozen=True, slots=True)
class RulesConfig:
    """`[rules]`: a shipped profile or a path, and single values that override it (`overrides`)."""

    profile: str = "tongliao-2023"
    overrides: Mapping[str, float | int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrawlConfig:
    """`[crawl]` and `[crawl.resolve]`: how sites are asked."""

    user_agent: str = ""
    concurrency_per_host: int = 8
    concurrency_outside: int = 2
    delay: float = 0.0
    """Seconds between two requests to one server."""
    max_pages_per_site: int = 5000
    depth: int = 4
    max_outside_links: int = 20_000
    """Addresses outside a site that one run of it asks."""
    max_minutes: float = 240
    """Minutes after which a run begins no further page or link of a site. What is bounded in number (columns,
    pages shown, proof of what was found) is still done; then it judges what it has."""
    window: str = ""
    """Hours of the office's day in which sites are asked, as `22:00-06:00`; empty: always."""
    confirm_after: float = 2.0
    """Seconds to the second try of a clear answer (404, 410, redirect loop)."""
    confirm_after_transient: float = 120.0
    """Seconds to the second try of what may pass (dns, refused, reset, timeout, tls, 5xx)."""
    link_fresh_hours: float = 24
    check_fragments: bool = False
    """Tell, as advice, links to parts of pages (`#part`) that are not there."""
    robots: Literal["outside", "always", "never"] = "outside"
    control_urls: tuple[str, ...] = ()
    ipv6_canary: tuple[str, ...] = ()
    ipv6_proxy: str = ""
    commercial_domains: str = ""
    filter_lists: tuple[str, ...] = (
        "https://easylist-downloads.adblockplus.org/easylist.txt",
        "https://easylist-downloads.adblockplus.org/easylistchina.txt",
    )
    """Addresses of advertising rules (EasyList syntax) that `govcrawl filters update` fetches."""
    browser: Literal["auto", "always", "never"] = "auto"
    render_pages: int = 3
    """Pages of a site that the browser shows for advertisements that only scripts load, the home page
    first; beside the lists that need it. 0: none."""
    allow_private_addresses: bool = False
    timeout: float = 20.0
    """Seconds that one request may take in all."""
    max_page_bytes: int = 4 * 2**20
    """Of a page's body, decompressed; what is longer is cut, and the run says so."""
    resolve: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def hours(self) -> tuple[time, time] | None:
        """Begin and end of the window; None: always.

        Raises:
            ConfigError: the window can't be read, or is empty.
        """
        if not self.window.strip():
            return None
        try:
            start, end = (time.fromisoformat(part.strip()) for part in self.window.split("-"))
        except ValueError:
            start = end = time()
        if start == end or start.tzinfo or end.tzinfo:
            raise ConfigError(f"[crawl] window 应为 22:00-06:00 这样的时段，现为 {self.window!r}")
        return start, end


@dataclass(frozen=True, slots=True)
class MailConfig:
    """`[mail]`: how papers leave; the password comes from GOVCRAWL_MAIL_PASSWORD alone."""

    host: str = "localhost"
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    sender: str = "示例市政府办公室 <wzjg@example.gov.cn>"


@dataclass(frozen=True, slots=True)
class AdExceptionConfig:
    """One `[[ads.exceptions]]`: a domain that the office has allowed, why and since when."""

    domain: str
    reason: str
    date: _Day
    site: str = ""
    """Id of a site; empty: all sites."""
    until: _Day | None = None
    """Last day on which it holds."""


@dataclass(frozen=True, slots=True)
class AdsConfig:
    """`[ads]`: what the office has decided about advertisements."""

    exceptions: tuple[AdExceptionConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributionConfig:
    """`[attribution]`: from whom the office lets its sites reprint, beside the shipped list."""

    allowed_sources: tuple[str, ...] = ()
    """Names, or patterns in which * stands for any characters."""
    allowed_sources_file: str = ""
    """A text file of the same, one a line; # begins a comment."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of an office's working folder."""

    folder: Path
    """What relative paths are relative to: the folder of `govcrawl.toml`."""
    file: Path | None = None
    """None: no file was found, all is default."""
    office: OfficeConfig = field(default_factory=OfficeConfig)
    database: DatabaseConfig = field(default_factory=DatabaseConfig)
    rules: RulesConfig = field(default_factory=RulesConfig)
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    mail: MailConfig = field(default_factory=MailConfig)
    ads: AdsConfig = field(default_factory=AdsConfig)
    attribution: AttributionConfig = field(default_factory=AttributionConfig)

    @property
    def user_agent(self) -> str:
        """What sites see: the office's own choice, else program, version and whom to call."""
        if self.crawl.user_agent:
            return self.crawl.user_agent
        contact = "".join(c for c in self.office.contact if c.isascii() and c.isprintable() and c not in "()")
        return f"govcrawl/{__version__}" + (f" (+{contact})" if contact else "")

    @property
    def database_url(self) -> str:
        """The database's address; a relative SQLite path is taken from the working folder."""
        prefix = "sqlite:///"
        url = self.database.url
        if not url.startswith(prefix) or url.removeprefix(prefix) in {"", ":memory:"}:
            return url
        return prefix + str((self.folder / url.removeprefix(prefix)).resolve())

    def path(self, relative: str) -> Path:
        """A path of the settings, taken from the working folder."""
        return (self.folder / relative).expanduser().resolve()

    @property
    def data(self) -> Path:
        """Where reports, evidence and the embedded database go."""
        return self.folder / "var"

    @property
    def filters(self) -> Path:
        """Where the office's own lists of advertising rules lie."""
        return self.data / "filters"
