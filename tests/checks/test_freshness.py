"""The check of freshness: every rule with its faults, and the traps beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from checks.freshness import Freshness
from govcrawl.model import (
    ArticleReading,
    Column,
    ColumnReading,
    ColumnState,
    ColumnType,
    Context,
    DateOrigin,
    Finding,
    HomeReading,
    ListItem,
    ListOrigin,
    PublishedDate,
    SiteReading,
    fingerprint,
)

TODAY = date(2026, 11, 25)
HOME = "http://www.example.gov.cn/"
URL = HOME + "zwyw/"
CHECK = Freshness()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def reading(state: ColumnState = ColumnState.READ, **facts: object) -> ColumnReading:
    return ColumnReading(url=URL, state=state, items=(ListItem(title="常务会议", url=URL + "1"),), **facts)  # type: ignore[arg-type]  # facts of one test


def rules(findings: object) -> list[str]:
    return [finding.rule for finding in findings]  # type: ignore[attr-defined]  # an iterator of findings


@pytest.mark.parametrize(
    ("kind", "age", "found"),
    [
        (ColumnType.NEWS, 14, []),  # stale only above the threshold
        (ColumnType.NEWS, 15, ["column-stale"]),
        (ColumnType.NOTICES, 184, []),
        (ColumnType.NOTICES, 185, ["column-stale"]),
        (ColumnType.POLICIES, 185, ["column-stale"]),
        (ColumnType.PLANS, 366, []),
        (ColumnType.PLANS, 367, ["column-stale"]),
        (ColumnType.STATIC, 4000, []),  # a type without a threshold is not judged
        (ColumnType.OTHER, 4000, []),
    ],
)
def test_threshold_by_type(
    kind: ColumnType, age: int, found: list[str], column_ctx: Callable[..., Context]
) -> None:
    findings = list(CHECK.column(reading(newest=ago(age)), column_ctx(kind)))
    assert rules(findings) == found, f"a {kind} column whose newest entry is {age} days old"
    for finding in findings:
        assert finding.certain, "a confirmed column, judged by a verified number, is certain"
        assert finding.detail["age_days"] == age
        assert finding.detail["newest"] == ago(age).isoformat()


def test_stale_by_an_unverified_number_is_only_suspected(column_ctx: Callable[..., Context]) -> None:
    (finding,) = CHECK.column(reading(newest=ago(300)), column_ctx(ColumnType.INTERPRETATION))
    assert not finding.certain, "nobody has verified the days of 政策解读, so a person has to look"


def test_stale_guessed_column_is_only_suspected(column_ctx: Callable[..., Context]) -> None:
    (finding,) = CHECK.column(reading(newest=ago(30)), column_ctx(confirmed=False))
    assert not finding.certain, "a column that nobody confirmed must never give more than a suspicion"


def test_own_days_of_a_column_override_the_profile(column_ctx: Callable[..., Context]) -> None:
    ctx = column_ctx(max_age_days=60, reason="每月发布")
    assert rules(CHECK.column(reading(newest=ago(59)), ctx)) == []
    assert rules(CHECK.column(reading(newest=ago(61)), ctx)) == ["column-stale"]


def test_archived_column_is_left_alone(column_ctx: Callable[..., Context]) -> None:
    for state in ColumnState:
        assert rules(CHECK.column(reading(state, newest=ago(900)), column_ctx(archived=True))) == []


def test_without_a_year_only_what_is_certain_counts(column_ctx: Callable[..., Context]) -> None:
    certain = list(CHECK.column(reading(newest_latest=ago(40)), column_ctx()))
    assert rules(certain) == ["column-stale"], "even the latest possible day is too old: stale is certain"
    assert certain[0].detail["newest_exact"] is False
    assert rules(CHECK.column(reading(newest_latest=ago(3)), column_ctx())) == [], "the unit gets the benefit"


@pytest.mark.parametrize("state", [ColumnState.UNREADABLE, ColumnState.NEEDS_RENDERING])
def test_what_we_could_not_read_is_no_fault(state: ColumnState, column_ctx: Callable[..., Context]) -> None:
    (finding,) = CHECK.column(reading(state, reason="列表由脚本生成"), column_ctx())
    assert finding.rule == "column-unreadable"
    assert not finding.certain
    assert rules(CHECK.column(reading(state), column_ctx(ColumnType.STATIC))) == [], (
        "of a column that has no days to keep there was no question to answer"
    )


def test_a_list_without_any_date_is_unreadable_not_stale(column_ctx: Callable[..., Context]) -> None:
    assert rules(CHECK.column(reading(), column_ctx())) == ["column-unreadable"]


@pytest.mark.parametrize(
    ("state", "found"), [(ColumnState.EMPTY, ["column-empty"]), (ColumnState.NOT_A_LIST, [])]
)
def test_empty_and_not_a_list(
    state: ColumnState, found: list[str], column_ctx: Callable[..., Context]
) -> None:
    assert rules(CHECK.column(reading(state), column_ctx())) == found


@pytest.mark.parametrize(
    ("origin", "found"),
    [
        (DateOrigin.SHOWN, []),
        (DateOrigin.META, []),
        (DateOrigin.ROW, ["date-missing"]),
        (DateOrigin.ADDRESS, ["date-missing"]),
        (DateOrigin.GUESS, ["date-missing"]),
        (None, ["date-missing"]),
    ],
)
def test_date_missing(origin: DateOrigin | None, found: list[str], ctx: Context) -> None:
    published = PublishedDate(ago(3), origin) if origin else None
    article = ArticleReading(url=URL + "1.html", title="市政府召开常务会议", published=published)
    findings = list(CHECK.article(article, ctx))
    assert rules(findings) == found
    assert not any(finding.certain for finding in findings), "a date that we did not see is for a person"


def home(**facts: object) -> HomeReading:
    return HomeReading(url=HOME, **facts)  # type: ignore[arg-type]  # facts of one test


def site(
    home_reading: HomeReading | None, columns: tuple[tuple[str, ColumnReading], ...] = ()
) -> SiteReading:
    return SiteReading(url=HOME, home=home_reading, columns=columns)


@pytest.mark.parametrize(("age", "found"), [(14, []), (15, ["home-stale"])])
def test_home_stale(age: int, found: list[str], ctx: Context) -> None:
    assert rules(CHECK.site(site(home(newest=ago(age), dated_items=5)), ctx)) == found


def test_home_that_could_not_be_read_blames_nobody(ctx: Context) -> None:
    assert rules(CHECK.site(site(None), ctx)) == []
    assert rules(CHECK.site(site(home(needs_rendering=True)), ctx)) == []
    assert rules(CHECK.site(site(home()), ctx)) == [], "no dates anywhere: not known"


def test_navigation_home_page_is_judged_by_the_pages_below(column_ctx: Callable[..., Context]) -> None:
    ctx = column_ctx()
    old = (URL, reading(newest=ago(30)))
    (finding,) = (f for f in CHECK.site(site(home(), (old,)), ctx) if f.rule == "home-stale")
    assert not finding.certain
    fresh = (URL, reading(newest=ago(2)))
    assert "home-stale" not in rules(CHECK.site(site(home(), (fresh,)), ctx))
    unread = (URL, reading(ColumnState.UNREADABLE))
    assert "home-stale" not in rules(CHECK.site(site(home(), (old, unread)), ctx)), (
        "a page below that could not be read may be the fresh one"
    )


def many(ctx: Context, kind: ColumnType, count: int, state: ColumnState, **facts: object) -> list[Finding]:
    """Site findings of a site with so many columns of one kind, all in one state, 400 days old."""
    confirmed = bool(facts.pop("confirmed", True))
    columns = tuple(
        Column(name=f"栏目{n}", url=f"{URL}{n}/", type=kind, confirmed=confirmed, **facts)  # type: ignore[arg-type]
        for n in range(count)
    )
    readings = tuple(
        (column.url, replace(reading(state, newest=ago(400)), url=column.url)) for column in columns
    )
    return list(CHECK.site(site(None, readings), replace(ctx, site=replace(ctx.site, columns=columns))))


def test_vetoes_by_number(ctx: Context) -> None:
    read, empty = ColumnState.READ, ColumnState.EMPTY
    assert rules(many(ctx, ColumnType.NEWS, 4, read)) == []
    assert rules(many(ctx, ColumnType.NEWS, 5, read)) == ["columns-not-updated"]
    assert rules(many(ctx, ColumnType.NEWS, 10, read)) == ["columns-not-updated", "columns-long-stale"]
    assert rules(many(ctx, ColumnType.PLANS, 9, read)) == []
    assert rules(many(ctx, ColumnType.PLANS, 10, read)) == ["columns-long-stale"]
    assert rules(many(ctx, ColumnType.NEWS, 4, empty)) == []
    assert rules(many(ctx, ColumnType.NEWS, 5, empty)) == ["columns-blank"]
    assert rules(many(ctx, ColumnType.NEWS, 12, ColumnState.UNREADABLE)) == []


def test_second_level_notices_do_not_count_for_the_prompt_veto(ctx: Context) -> None:
    assert rules(many(ctx, ColumnType.NOTICES, 5, ColumnState.READ, level=2)) == []
    assert rules(many(ctx, ColumnType.NOTICES, 5, ColumnState.READ, level=1)) == ["columns-not-updated"]


def test_veto_of_guessed_columns_is_only_suspected(ctx: Context) -> None:
    (finding,) = many(ctx, ColumnType.NEWS, 5, ColumnState.READ, confirmed=False)
    assert not finding.certain


def test_veto_names_its_members(ctx: Context) -> None:
    (finding,) = many(ctx, ColumnType.NEWS, 5, ColumnState.READ)
    expected = [fingerprint("portal", "column-stale", f"{URL}{n}/") for n in range(5)]
    assert finding.detail["members"] == expected, (
        "members are the fingerprints of the findings that make it up"
    )
    assert finding.certain


def test_a_missing_answer_lifts_no_earlier_finding(ctx: Context) -> None:
    """Four stale columns and one that nobody could read: the veto of five is not known to be mended."""
    columns = tuple(Column(name=f"栏目{n}", url=f"{URL}{n}/", type=ColumnType.NEWS) for n in range(5))
    stale = [(c.url, replace(reading(newest=ago(400)), url=c.url)) for c in columns]

    def open_questions(last: ColumnReading, count: int = 4) -> set[tuple[str, str]]:
        readings = (*stale[:count], (columns[4].url, replace(last, url=columns[4].url)))
        facts = site(HomeReading(url=HOME, newest=ago(1)), readings)
        return set(CHECK.undecided(facts, replace(ctx, site=replace(ctx.site, columns=columns))))

    assert open_questions(reading(newest=ago(1))) == set()
    assert open_questions(reading(ColumnState.UNREADABLE)) == {("columns-not-updated", "")}
    assert open_questions(reading(ColumnState.UNREADABLE), count=3) == set(), "one more makes only four"
    assert open_questions(reading()) == {("columns-not-updated", ""), ("column-stale", columns[4].url)}, (
        "a list that shows no date any more was not mended"
    )
    assert ("home-stale", "") in set(CHECK.undecided(site(None, ()), ctx))


def test_dates_of_the_first_articles_alone_are_no_proof(column_ctx: Callable[..., Context]) -> None:
    """A list without dates may begin with its oldest entry."""
    (finding,) = CHECK.column(reading(newest=ago(30), origin=ListOrigin.ARTICLES), column_ctx())
    assert not finding.certain


def test_stricter_days_of_one_column_make_no_veto(ctx: Context) -> None:
    def vetoes(age: int) -> list[str]:
        columns = tuple(
            Column(name=f"栏目{n}", url=f"{URL}{n}/", type=ColumnType.NEWS, max_age_days=3) for n in range(5)
        )
        readings = tuple((c.url, replace(reading(newest=ago(age)), url=c.url)) for c in columns)
        return rules(CHECK.site(site(None, readings), replace(ctx, site=replace(ctx.site, columns=columns))))

    assert vetoes(10) == [], "the veto is two weeks, whatever the office asks of its columns"
    assert vetoes(15) == ["columns-not-updated"]


def test_home_without_years_is_said_to_be_no_newer(ctx: Context) -> None:
    home = HomeReading(url=HOME, newest=ago(200), year_known=False)
    (finding,) = CHECK.site(site(home, ()), ctx)
    assert "最新内容日期不晚于" in finding.title


def test_entries_dated_ahead_leave_only_a_suspicion_that_names_them(
    column_ctx: Callable[..., Context], ctx: Context
) -> None:
    """A slip in the date of the newest entry must not make a confirmed fault, still less a veto."""
    ahead = ListItem(title="人口抽样调查", url=URL + "2", day=ago(-3), future=True)
    listed = replace(reading(newest=ago(15)), items=(ahead,))
    (column,) = CHECK.column(listed, column_ctx())
    (veto,) = CHECK.site(site(home(newest=ago(15), dated_items=5, future=1)), ctx)
    for finding in (column, veto):
        assert not finding.certain
        assert "另有1条" in finding.title
        assert finding.detail["future_items"] == 1


def test_an_article_dated_ahead_does_show_a_date(ctx: Context) -> None:
    article = ArticleReading(url=URL + "1.html", title="人口抽样调查", future_date=ago(-3))
    assert rules(CHECK.article(article, ctx)) == []
