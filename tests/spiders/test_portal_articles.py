"""Articles of a portal are kept with date and source, for the adoption notice; of other sites none are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from govcrawl.model import PublishedArticle, Site, SiteKind
from tests.spiders.conftest import HOME, NOON, Office, article


def _site(office: Office, kind: SiteKind) -> Site:
    return Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME, kind=kind, columns=office.columns)


def _kept(office: Office) -> dict[str, PublishedArticle]:
    days = (date(2026, 11, 1), date(2026, 11, 30))
    around = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=9)}
    return {one.url: one for one in office.store.articles(*days, **around)}


def test_articles_of_a_portal_are_kept_and_changes_are_taken_over(office: Office) -> None:
    portal = _site(office, SiteKind.PORTAL)
    office.inspect(site=portal)
    kept = _kept(office)
    assert sorted(kept) == [f"{HOME}zwyw/{number}.html" for number in (1, 2, 3)], "articles, no lists"
    first = kept[f"{HOME}zwyw/1.html"]
    assert (first.published, first.source) == (date(2026, 11, 20), "示例市人民政府办公室")
    page = office.site.pages[first.url]
    office.site.pages[first.url] = page.replace("来源：示例市人民政府办公室", "来源：市教育局")
    office.inspect(site=portal, night=1)
    again = _kept(office)
    assert (again[first.url].source, again[first.url].first_seen) == ("市教育局", first.first_seen)
    assert len(again) == 3, "unchanged ones (304) are still there"


def test_an_article_dated_ahead_is_kept_without_a_day(office: Office) -> None:
    office.site.pages[f"{HOME}zwyw/1.html"] = article("市政府召开第1次常务会议研究工作", day="2027-01-01")
    for listing in (HOME, f"{HOME}zwyw/"):
        office.site.pages[listing] = office.site.pages[listing].replace("2026-11-20", "")
    office.inspect(site=_site(office, SiteKind.PORTAL))
    assert _kept(office)[f"{HOME}zwyw/1.html"].published is None


@pytest.mark.parametrize("told", [{"kind": SiteKind.DEPARTMENT}, {"as_of": date(2026, 11, 25)}])
def test_departments_and_trials_leave_none(office: Office, told: dict[str, object]) -> None:
    site = _site(office, SiteKind.PORTAL)
    changes = {"site": replace(site, kind=told["kind"])} if "kind" in told else {"site": site, **told}
    office.inspect(**changes)
    assert not _kept(office)
