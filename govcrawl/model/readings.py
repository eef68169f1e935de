"""What was read from pages and probes: facts, not judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govcrawl.model.answers import LinkVerdict
    from govcrawl.model.findings import Evidence


class Kind(StrEnum):
    """What a page is (INTERFACES, section 5)."""

    ARTICLE = "article"
    LIST = "list"
    HOME = "home"
    OTHER = "other"


class DateOrigin(StrEnum):
    """Where a date was found; earlier members are believed before later ones."""

    SHOWN = "shown"
    META = "meta"
    ROW = "row"
    ADDRESS = "address"
    GUESS = "guess"
    """By htmldate: weak, never a ground for blame."""


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A date of publication in the site's zone (Asia/Shanghai), never later than today."""

    day: date
    origin: DateOrigin
    time: time | None = None

    def __str__(self) -> str:
        """YYYY-MM-DD, with THH:MM where the page shows a time of day."""
        return f"{self.day}T{self.time:%H:%M}" if self.time else str(self.day)


class SourceOrigin(StrEnum):
    """Where a source was found."""

    SHOWN = "shown"
    META = "meta"
    TEXT = "text"
    """In the text itself, in brackets at its end or in a dateline."""


@dataclass(frozen=True, slots=True)
class Source:
    """The named source of an article: the name alone, without label."""

    name: str
    origin: SourceOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link as it stands in one page."""

    url: str
    """Absolute, normalised, without fragment; schemes that are no page (mailto:, javascript:) as written."""
    raw: str
    element: str
    """a, area, link, script, img, iframe, meta, source, video …"""
    text: str
    """Link text, else alt or title; whitespace collapsed, at most 200 characters."""
    line: int
    index: int
    """Position in `Page.links`; `Page.evidence(link)` finds the element by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertName:
    """How a page itself calls the place of a link, where that sounds like an advertisement."""

    classes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    """Of the link and of what stands around it."""
    picture: str = ""
    """Address of the link's picture, where its folder is named so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One entry of a page's main list."""

    title: str
    url: str
    day: date | None = None
    """None: no date, or one whose year is not known."""
    latest: date | None = None
    """Where the year is not known: the latest day not after today that it can be."""
    pinned: bool = False
    future: bool = False
    """Its date is later than today: never counted for the newest."""

    def to_json(self) -> dict[str, object]:
        """As in `items` of `govcrawl extract --json`."""
        return {
            "title": self.title,
            "url": self.url,
            "published": None if self.day is None else self.day.isoformat(),
        }


class ListOrigin(StrEnum):
    """How a list was read."""

    STATIC = "static"
    ISLAND = "data-island"
    RENDERED = "rendered"
    ARTICLES = "articles"
    """The list shows no dates; they were taken from the articles that it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCall:
    """How a page's own script asks for further entries of its list."""

    url: str
    """Absolute, on the page's own host."""
    form: tuple[tuple[str, str], ...] = ()
    """Fields of the form that goes along by POST; (): it is asked by GET."""


class ColumnState(StrEnum):
    """Whether a column could be read."""

    READ = "read"
    EMPTY = "empty"
    """The page says so, or shows a list without an entry, and nothing speaks of a script."""
    NEEDS_RENDERING = "needs-rendering"
    UNREADABLE = "unreadable"
    NOT_A_LIST = "not-a-list"
    """Leads straight to one document, to sub-columns or to an outside system: nothing to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReading:
    """What a list page shows. From `pages` without the registry's facts; the spider adds `column`."""

    url: str
    state: ColumnState
    items: tuple[ListItem, ...] = ()
    newest: date | None = None
    """Greatest date of the entries, pinned and future ones set aside; None: not known."""
    newest_latest: date | None = None
    """Where years are not known: no entry can be newer than this."""
    origin: ListOrigin | None = None
    reason: str = ""
    """Chinese, for the report: why it could not be read, or what says that it is empty."""
    snippet: str = ""
    line: int = 0
    selector: str = ""
    """Snippet, source line and element path of the list (or of what says that it is empty)."""
    calls: tuple[DataCall, ...] = ()
    """How its script asks for further entries, where the page says so."""
    frame: str = ""
    """Address of a frame of the same host that may hold the list, where the page itself shows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReading:
    """What an article says of itself."""

    url: str
    title: str
    published: PublishedDate | None = None
    meta_date: date | None = None
    """The date of the meta tags where it differs from the shown one by more than a day."""
    source: Source | None = None
    meta_source: str | None = None
    """ContentSource where it names another source than the shown one."""
    source_label_empty: bool = False
    """A label such as 来源 is there and nothing stands behind it."""
    source_label: bool = False
    """A label such as 来源 is there."""
    future_date: date | None = None
    """A date of publication is shown, but one later than today, so that it can't be `published`."""
    reprint: bool | None = None
    """Does the text come from another publisher than the site's own unit; None: not known."""
    reprint_reason: str = ""
    """What says so: "source", "dateline", "reprint mark", "link to original"."""
    reprint_snippet: str = ""
    credit: str = ""
    """The publisher that the text itself names, beside what the label says; empty: none."""
    credit_where: str = ""
    """Where it does: "title", "text" (in brackets, or in a line behind it), "dateline"."""
    credit_snippet: str = ""
    original_title: str = ""
    """What stands behind 原标题."""
    original_url: str = ""
    """Where the link to the original (原文链接) leads, on another domain; absolute, without fragment."""
    text_length: int = 0
    """Characters of main text."""
    snippet: str = ""
    line: int = 0
    selector: str = ""
    """Of the line that shows date and source, else of the title: what proves the reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeReading:
    """What a home page shows of its own freshness."""

    url: str
    newest: date | None = None
    newest_title: str = ""
    newest_url: str = ""
    dated_items: int = 0
    entrance: str | None = None
    """Where a page that is only an entrance (meta refresh, location.href, a splash picture) leads."""
    needs_rendering: bool = False
    year_known: bool = True
    """False: `newest` is of an entry without a year, and is the latest day not after today that it can be."""
    newest_shown: date | None = None
    """Greatest day that is shown with its year; the same as `newest` where `year_known`."""
    future: int = 0
    """Entries dated later than today, which were set aside."""
    lasting: bool = False
    """It would read the same on any later day: nothing in it was guessed or left out by the day."""


class Ipv6State(StrEnum):
    """Answer of one IPv6 probe."""

    YES = "yes"
    NO = "no"
    NOT_TESTED = "not-tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServer:
    """One name server of a zone, as seen over IPv6."""

    name: str
    addresses: tuple[str, ...] = ()
    """Its AAAA records; empty: it has none."""
    answers: Ipv6State = Ipv6State.NOT_TESTED
    """Does every one of them answer a question for the zone over IPv6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneReading:
    """The name servers of the zone in which a host lies."""

    zone: str
    """Without a dot at the end."""
    servers: tuple[NameServer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReading:
    """One port of a site over both families: does it take connections, and do they come to speak TLS."""

    port: int
    open4: Ipv6State = Ipv6State.NOT_TESTED
    open6: Ipv6State = Ipv6State.NOT_TESTED
    tls4: Ipv6State = Ipv6State.NOT_TESTED
    tls6: Ipv6State = Ipv6State.NOT_TESTED

    @property
    def lost(self) -> str:
        """What works over IPv4 and not over IPv6: "tcp", "tls" or ""."""
        if self.open4 is Ipv6State.YES and self.open6 is Ipv6State.NO:
            return "tcp"
        return "tls" if self.tls4 is Ipv6State.YES and self.tls6 is Ipv6State.NO else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppHostReading:
    """A back-end host of an app (移动客户端) over IPv6."""

    account: str
    unit: str
    """Ids of the account and of its unit."""
    name: str
    """Name of the app."""
    host: str
    has_address: Ipv6State
    addresses: tuple[str, ...] = ()
    reachable: Ipv6State = Ipv6State.NOT_TESTED
    """Does one of the ports that are open over IPv4 take connections over IPv6."""
    ports: tuple[PortReading, ...] = ()
    observed: tuple[str, ...] = ()
    """ISO 8601 times of the tries, UTC."""
    reason: str = ""
    """Chinese: why something was not tested."""

    @property
    def page(self) -> str:
        """The address that stands for the host in findings."""
        return f"https://{self.host}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipv6Reading:
    """What was seen of a site over IPv6."""

    url: str
    has_address: Ipv6State
    addresses: tuple[str, ...] = ()
    reachable: Ipv6State = Ipv6State.NOT_TESTED
    similarity: float | None = None
    """How alike the home page is over IPv6 and IPv4, 0 to 1; None: not compared."""
    status4: int | None = None
    status6: int | None = None
    tries: tuple[Mapping[str, object], ...] = ()
    links_tested: int = 0
    links_reachable: int = 0
    """Of a sample of second- and third-level links inside the site: those that open over IPv6."""
    links_failed: tuple[str, ...] = ()
    reason: str = ""
    """Chinese: why something was not tested."""
    steadiness: float | None = None
    """How alike two visits over IPv4 are, where that was looked at: a page that differs from itself proves
    nothing about IPv6."""
    visits: int = 0
    """Visits to the home page over IPv6 that say something about the site."""
    visits_good: int = 0
    ports: tuple[PortReading, ...] = ()
    zone: ZoneReading | None = None
    """None: its name servers were not looked at, or the DNS did not tell them."""
    outside_tested: int | None = None
    """Outside hosts of the home page's resources whose AAAA records are known; None: not looked at."""
    outside_without: tuple[str, ...] = ()
    """Those of them that have no IPv6 address."""


@dataclass(slots=True, kw_only=True)
class LinkTarget:
    """One address, and all the places of the site from which it is linked."""

    url: str
    text: str
    element: str
    page: str
    """The page that stands for all places: the home page if it is among them, else the first."""
    column: str | None = None
    """URL of the column that the page belongs to."""
    snippet: str = ""
    line: int = 0
    selector: str = ""
    on_home: bool = False
    external: bool = False
    third_party: bool = False
    """Its registrable domain is not the site's."""
    occurrences: int = 0
    more_pages: list[str] = field(default_factory=list)
    floating: bool = False
    """It stands in a window that floats above the page."""
    title: str = ""
    """Title of the target where it was read."""
    advert: AdvertName | None = None
    """How a page calls its place, where that sounds like an advertisement."""
    by_browser: bool = False
    """That it is there, or that it floats, a browser saw alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """One request that a page made when a browser showed it."""

    url: str
    kind: str
    """As browsers call it: script, image, xhr, fetch, iframe …"""
    frame: str
    """Address of the frame that asked: the page's own, or that of a frame in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingLink:
    """A link in a window that floats above a page, as a browser computed it."""

    url: str
    text: str = ""
    """Its text, else alt or title of the picture; at most 200 characters."""
    snippet: str = ""
    selector: str = ""
    moving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """What a browser saw of a page that its HTML does not show."""

    url: str
    requests: tuple[PageRequest, ...] = ()
    """Of third parties alone, without those that stand in the HTML."""
    on_home: bool = False
    column: str | None = None
    """URL of the column that the page belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReading:
    """A link to a part of one of the site's pages, and whether the page has it."""

    url: str
    """The page that is linked to, without fragment."""
    part: str
    page: str
    """Where the link stands first."""
    text: str
    there: bool | None
    """None: not known, for that page was not read whole, or scripts build it."""
    evidence: Evidence
    occurrences: int = 1
    more_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReading:
    """What a whole run gathered, for the checks that judge a site."""

    url: str
    home: HomeReading | None
    columns: tuple[tuple[str, ColumnReading], ...] = ()
    """Pairs of column URL and reading, of all registered columns that were asked."""
    ipv6: Ipv6Reading | None = None
    apps: tuple[AppHostReading, ...] = ()
    """Back-end hosts of the apps that are judged in this site's run."""
    second_level: tuple[ColumnReading, ...] = ()
    """Readings of the pages that a home page without news leads to."""
    finished: datetime | None = None
    originals: tuple[tuple[ArticleReading, LinkVerdict | None], ...] = ()
    """Articles that link to their original, and what came of asking for it; None: it was not asked."""
    shown: tuple[ShownPage, ...] = ()
    """Pages that a browser showed."""
    parts: tuple[PartReading, ...] | None = None
    """Links of the site to parts of its pages (`#part`); None: they were not looked at."""
    unshown: tuple[str, ...] = ()
    """Pages of which an earlier run's browser told something, and that none has shown in this run."""
