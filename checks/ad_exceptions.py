"""What an office has allowed: domains that are no finding on one site, or on all, with reason and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checks.commercial import suffixes
from govcrawl.model import Context
from govcrawl.pages.addresses import host_of

_Day = date


@dataclass(frozen=True, slots=True, kw_only=True)
class AdException:
    """One decision of the office (`[[ads.exceptions]]`)."""

    domain: str
    """Lower case; subdomains belong to it."""
    reason: str
    date: _Day
    """When it was decided: from that day on it holds."""
    site: str = ""
    """Id of the site; "": of all sites of the office."""
    until: _Day | None = None
    """Last day on which it holds; None: until it is taken back."""

    @property
    def zh(self) -> str:
        """For papers."""
        end = f"，至{self.until}" if self.until else ""
        return f"{self.domain}（{self.date}{end}，{self.reason}）"

    def holds(self, site: str, today: _Day) -> bool:
        """Is it in force for a site on a day."""
        return self.site in {"", site} and self.date <= today and (self.until is None or today <= self.until)


def exceptions_in_force(ctx: Context) -> tuple[AdException, ...]:
    """The office's decisions (`options`) that hold for this site today."""
    known: tuple[AdException, ...] = ctx.options.get("ad_exceptions", ())
    return tuple(exception for exception in known if exception.holds(ctx.site.id, ctx.today))


def is_excepted(url: str, ctx: Context) -> bool:
    """Has the office decided that this address is no finding here."""
    held = exceptions_in_force(ctx)
    if not held:
        return False
    parents = set(suffixes(host_of(url)))
    return any(exception.domain in parents for exception in held)
