"""How the plan of the city is written down: sites, columns, articles, and marks of faults and traps."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.city.shapes import Served

LINK = frozenset({"link-broken", "link-hijacked"})
ADS = frozenset({"ad-network", "ad-link", "ad-floating"})
DATED = frozenset({"column-stale", "column-empty", "column-unreadable"})
SOURCES = frozenset(
    {"source-missing", "source-vague", "source-conflict", "source-not-authoritative", "title-altered"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands at a place: a fault that must be found there, or a trap where nothing may be."""

    rules: frozenset[str]
    note: str
    target: str = ""
    """Address that the place links to; one that begins with / is the site's own."""
    cause: str | None = None
    places: int = 1
    members: int = 0
    severity: str | None = None
    unsaid: tuple[str, ...] = ()
    trap: bool = False
    asked: bool | None = True
    unverified: bool = False
    unjudged: bool = False


def fault(rule: str, note: str, target: str = "", cause: str | None = None, places: int = 1) -> Mark:
    """A planted fault."""
    return Mark(rules=frozenset({rule}), note=note, target=target, cause=cause, places=places)


def gambling(note: str, target: str) -> Mark:
    """A planted link to what has become a gambling site: a veto."""
    return Mark(rules=frozenset({"link-hijacked"}), note=note, target=target, severity="veto")


def parked(note: str, target: str) -> Mark:
    """A planted link to a domain that is for sale, which must not be called gambling."""
    return Mark(rules=frozenset({"link-hijacked"}), note=note, target=target, unsaid=("赌博", "色情", "违法"))


def veto(rule: str, note: str, members: int) -> Mark:
    """A planted veto that rests on at least so many other findings."""
    return Mark(rules=frozenset({rule}), note=note, members=members)


def trap(
    rules: frozenset[str],
    note: str,
    target: str = "",
    *,
    asked: bool | None = True,
    unverified: bool = False,
    unjudged: bool = False,
) -> Mark:
    """A place where none of the rules may be found."""
    return Mark(
        rules=rules,
        note=note,
        target=target,
        trap=True,
        asked=asked,
        unverified=unverified,
        unjudged=unjudged,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article with something about it. What is not said is made up by seed."""

    title: str
    age: int
    """Days since publication."""
    slug: str = ""
    row: bool = True
    """The list shows its date."""
    dated: bool = True
    """It shows its own date, has it in a meta tag and (where the site does so) in its address."""
    date_html: str = ""
    """Markup of its date, with {iso} and {chinese}, in place of the site's own."""
    source: str | None = None
    """Text behind 来源：; "" is an empty label; None is no label."""
    source_html: str = ""
    """The whole of the source's markup, in place of label and text."""
    meta_source: str | None = None
    meta_age: int | None = None
    """Age of the PubDate tag where it differs from the date that is shown."""
    body: tuple[str, ...] = ()
    """Paragraphs as HTML, before the made-up ones."""
    tail: str = ""
    """HTML behind the text."""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A registered column and the list that it shows."""

    path: str
    """Under the site's root; from the host's root where it begins with http."""
    name: str
    type: str = "动态要闻"
    shape: str = "ul"
    """ul, brackets, slashes, chinese, short, before, detailed, relative, groups, twice, table, dl, blocks,
    pictures, month-day, island, letters, undated; or no list: document, hub, empty, empty-count,
    script-dead, script-live, redirect, blocked, missing."""
    newest: int = 1
    """Age in days of the newest entry."""
    step: int = 3
    rows: int = 6
    level: int = 1
    unit: str | None = None
    archived: bool = False
    max_age_days: int | None = None
    reason: str = ""
    pinned: tuple[int, ...] = ()
    """Ages of entries that are held at the top."""
    pin_mark: bool = True
    """They bear the word 置顶."""
    migrated: bool = False
    """Addresses hold the day on which the articles were moved to this system, a few days ago."""
    future: int = 0
    """Days ahead of the date that the first row shows (a meeting, a deadline); 0: none."""
    aside: tuple[str, int] | None = None
    """A side box: its heading, and the age of its newest entry."""
    older_pages: int = 0
    articles: tuple[Article, ...] = ()
    marks: tuple[Mark, ...] = ()
    target: str = ""
    """Where a redirect leads, or what a script asks."""
    registered: bool = True
    on_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A registered site."""

    id: str
    unit: str
    name: str
    code: str
    url: str
    kind: str = "部门网站"
    who: str = ""
    """The short name by which it calls itself."""
    topic: str = "综合"
    """Field of work, by which titles and sentences are chosen."""
    frame: str = "div"
    """div, table, blocks, island."""
    charset: str = "utf-8"
    absolute: bool = False
    """Links of the template are written with scheme and host."""
    header_today: bool = False
    """The header shows today's date."""
    dated_paths: bool = False
    """Addresses of articles hold their date."""
    home_path: str = ""
    """Of a home page that is only an entrance: where the real one is."""
    home_min_age: int = 0
    """The home page shows only entries that are at least so old: it was not built again."""
    home_extra: str = ""
    footer_extra: str = ""
    scripts: str = ""
    aliases: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    marks: tuple[Mark, ...] = ()
    """Seen on the home page, or of the site as a whole."""
    extras: dict[str, Served] = field(default_factory=dict)
    """Other addresses of the site, by path from the host's root."""
    walled: bool = False
    """Every address answers 403 to programs."""
    ipv6: str = "good"
    """good, counter (the same but for a number), none (no address), unreachable, default-page and
    old-home (differs), low (links)."""

    def address(self, path: str) -> str:
        """The full address of a path under the site's root."""
        return path if path.startswith("http") else self.url.rstrip("/") + path

    def href(self, base: str, url: str) -> str:
        """How a page at `base` writes a link: whole where the site does so or the host is another one."""
        host = urlsplit(url).netloc
        if self.absolute or urlsplit(base).netloc != host:
            return url
        return url.removeprefix(f"http://{host}")
