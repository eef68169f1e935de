"""The contract of a check: metadata first, pure judging methods below.

A check subclasses `Check`, states its rules, and overrides one of the methods. It is given
readings and a context, never the network, the store or the clock; the same input gives the same
findings. It is found through the entry-point group `govcrawl.checks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from govcrawl.model.answers import LinkVerdict
from govcrawl.model.findings import Finding, Rule
from govcrawl.model.profile import Profile
from govcrawl.model.readings import ArticleReading, ColumnReading, LinkTarget, SiteReading
from govcrawl.model.registry import Column, Site

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNames:
    """The names by which a site's own publishers go: what bears one of them is no reprint."""

    own: tuple[str, ...] = ()
    """Names and short names of the sponsor, of the site itself, and of the units of its columns."""
    subordinate: tuple[str, ...] = ()
    """Names of units below the sponsor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a check may know beside the reading that it judges."""

    site: Site
    profile: Profile
    today: date
    """The day as of which freshness is judged, in the office's zone."""
    registered: bool = True
    """False: an address that nobody registered; its columns were guessed."""
    names: SiteNames = field(default_factory=SiteNames)
    page_column: Column | None = None
    """The column that the judged page, article or list belongs to, if any."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Lists that an office adds to the shipped ones, by name (`commercial_domains`)."""


class Check:
    """Base of all checks. A method that is not overridden finds nothing."""

    id: ClassVar[str]
    title: ClassVar[str]
    """Chinese, a few characters: 错断链."""
    rules: ClassVar[tuple[Rule, ...]]

    def page(self, page: Any, ctx: Context) -> Iterator[Finding]:
        """Judge one page (a `govcrawl.pages.Page`)."""
        yield from ()

    def article(self, reading: ArticleReading, ctx: Context) -> Iterator[Finding]:
        """Judge one article."""
        yield from ()

    def original(self, reading: ArticleReading, verdict: LinkVerdict, ctx: Context) -> Iterator[Finding]:
        """Judge an article by the original that it links to (`reading.original_url`), once that was asked."""
        yield from ()

    def column(self, reading: ColumnReading, ctx: Context) -> Iterator[Finding]:
        """Judge one registered or discovered column (`ctx.page_column`)."""
        yield from ()

    def link(self, target: LinkTarget, verdict: LinkVerdict, ctx: Context) -> Iterator[Finding]:
        """Judge one address that the site links to."""
        yield from ()

    def site(self, reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        """Judge the site as a whole, at the end of a run."""
        yield from ()

    def undecided(self, reading: SiteReading, ctx: Context) -> Iterator[tuple[str, str]]:
        """Pairs of rule and page about which this run gives no answer; page "": the rule as a whole.

        That such a finding is missing is no proof that its fault was mended.
        """
        yield from ()
