"""Submissions and portal articles in the store, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from store_samples import night

from govcrawl.model import Level, Submission
from govcrawl.store import ArticleSeen, PageSeen, Store

URL = "http://www.example.gov.cn/zwyw/{}.html"
MONTH = (date(2026, 11, 1), date(2026, 11, 30))
NOW = night(1)
ALWAYS = {"since": NOW - timedelta(days=40), "until": NOW + timedelta(days=40)}


def _run(store: Store, now: datetime = NOW) -> int:
    return store.begin_run(
        "portal", trial=False, as_of=None, profile="", checks=["ads"], now=now, owner="here"
    )


def _page(number: int, article: ArticleSeen | None, now: datetime = NOW) -> PageSeen:
    return PageSeen(url=URL.format(number), status=200, kind="article", fetched_at=now, article=article)


def _article(day: date | None = date(2026, 11, 5), source: str = "市教育局") -> ArticleSeen:
    return ArticleSeen(title="全市教育工作会议召开", published=day, source=source, reprint=False)


def test_articles_are_found_by_their_day_and_pages_without_one_are_left_out(store: Store) -> None:
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)]
    pages = [_page(number, _article(day)) for number, day in enumerate(days)]
    store.record_pages(_run(store), [*pages, _page(9, None)], NOW)
    found = store.articles(*MONTH, **ALWAYS)
    assert [one.published for one in found] == days[1:3]
    assert (found[0].site, found[0].source, found[0].reprint) == ("portal", "市教育局", False)


def test_an_article_read_again_keeps_when_it_was_first_seen(store: Store) -> None:
    run = _run(store)
    store.record_pages(run, [_page(1, _article(source="本站"))], NOW)
    store.record_pages(run, [_page(1, _article(source="市教育局"))], NOW + timedelta(days=3))
    (found,) = store.articles(*MONTH, **ALWAYS)
    assert (found.source, found.first_seen) == ("市教育局", NOW), (
        "what it says now, and since when it is known"
    )


def test_an_article_without_a_day_counts_where_it_was_first_seen(store: Store) -> None:
    store.record_pages(_run(store), [_page(1, _article(day=None))], NOW)
    assert len(store.articles(*MONTH, since=NOW, until=NOW + timedelta(seconds=1))) == 1
    assert not store.articles(*MONTH, since=NOW - timedelta(days=9), until=NOW)
    assert not store.articles(*MONTH, since=NOW + timedelta(seconds=1), until=NOW + timedelta(days=9))


def test_a_submission_that_is_imported_again_is_not_counted_twice(store: Store) -> None:
    one = Submission(unit="jyj", title="全市教育工作会议召开", submitted=date(2026, 11, 3))
    other = Submission(unit="wjw", title="全市教育工作会议召开", submitted=date(2026, 11, 3))
    assert store.submit([one, other, one], now=NOW) == 2
    spaced = Submission(unit="jyj", title="全市教育工作 会议召开", submitted=date(2026, 11, 3))
    assert store.submit([spaced], now=NOW) == 0
    assert sorted(found.unit for found in store.submissions(*MONTH)) == ["jyj", "wjw"]


def test_adoption_by_a_higher_level_is_added_later_and_never_taken_back(store: Store) -> None:
    plain = Submission(unit="jyj", title="全市教育工作会议召开", submitted=date(2026, 10, 30))
    adopted = Submission(
        unit="jyj",
        title="全市教育工作会议召开",
        submitted=date(2026, 10, 30),
        level=Level.REGION,
        adopter="自治区政府网",
        adopted=date(2026, 11, 4),
    )
    store.submit([plain], now=NOW)
    assert not store.submissions(*MONTH), "submitted in October, adopted by nobody yet"
    store.submit([adopted], now=NOW)
    store.submit([plain], now=NOW)
    assert store.submissions(*MONTH) == [adopted], "adopted in November: it is one of that month too"
