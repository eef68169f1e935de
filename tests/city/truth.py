"""What is planted and where: from the marks of the plan to faults and traps with full addresses."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from tests.city.shapes import Planted, Tolerated, Trap
from tests.city.specs import Mark, Site


class Truth:
    """The faults, traps and tolerated findings of the city, as they are gathered while it is built."""

    def __init__(self) -> None:
        self.planted: list[Planted] = []
        self.traps: list[Trap] = []
        self.tolerated: list[Tolerated] = []

    def of_column(self, site: Site, mark: Mark, column: str, unit: str) -> None:
        """A mark of a column as a whole."""
        self._add(site, mark, place=column, column=column, page=None, unit=unit)

    def of_page(self, site: Site, mark: Mark, page: str, unit: str) -> None:
        """A mark of one page, or of what it links to."""
        self._add(site, mark, place=page, column=None, page=page, unit=unit)

    def of_site(self, site: Site, mark: Mark) -> None:
        """A mark of the home page or of the whole site."""
        home = site.address(site.home_path or "/")
        # Of a site as a whole the finding may name the entrance or the page behind it.
        either = bool(site.home_path) and not mark.target
        self._add(site, mark, place=site.url, column=None, page=None if either else home, unit=site.unit)

    def undated_page(self, site: Site, page: str) -> None:
        """A page of static information, which needs no date."""
        rules = frozenset({"date-missing"})
        self.traps.append(Trap(site=site.id, rules=rules, address=page, note="静态信息的页面，没有日期"))

    def may_be_unreadable(self, site: Site, column: str, note: str) -> None:
        """A column that may be told as not readable, or not."""
        self.tolerated.append(Tolerated(site=site.id, rule="column-unreadable", address=column, note=note))

    def _add(
        self, site: Site, mark: Mark, *, place: str, column: str | None, page: str | None, unit: str
    ) -> None:
        target = _whole(site, mark.target)
        if mark.trap:
            self.traps.append(
                Trap(
                    site=site.id,
                    rules=mark.rules,
                    address=target or place,
                    note=mark.note,
                    asked=mark.asked,
                    unverified=mark.unverified,
                    unjudged=mark.unjudged,
                )
            )
            return
        (rule,) = mark.rules
        self.planted.append(
            Planted(
                site=site.id,
                rule=rule,
                note=mark.note,
                page=page,
                target=target or None,
                column=column,
                unit=unit,
                sponsor=site.unit,
                on_home=(page == site.address(site.home_path or "/")) if target else None,
                external=(urlsplit(target).hostname not in _hosts(site)) if target else None,
                cause=mark.cause,
                places=mark.places,
                members=mark.members,
                severity=mark.severity,
                unsaid=mark.unsaid,
                needs_ipv6=rule.startswith("ipv6-") and rule != "ipv6-no-address",
            )
        )


def _hosts(site: Site) -> set[str | None]:
    return {urlsplit(site.url).hostname, *site.aliases}


def _whole(site: Site, target: str) -> str:
    """The full address of a mark's target: under the site's root, or as it stands."""
    if not target.startswith("/"):
        return target
    return site.address(target) if urlsplit(site.url).path != "/" else urljoin(site.url, target)
