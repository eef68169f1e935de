"""The check of freshness: columns, articles and the home page against the profile's days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from govcrawl.model import (
    ArticleReading,
    Check,
    Column,
    ColumnReading,
    ColumnState,
    ColumnType,
    Context,
    DateOrigin,
    Evidence,
    Finding,
    HomeReading,
    Rule,
    Severity,
    SiteReading,
    fingerprint,
)

_INDICATORS = "国办秘函〔2019〕19号"
_GUIDE = "国办发〔2017〕47号"
_SHOWN = frozenset({DateOrigin.SHOWN, DateOrigin.META})
_NOTICE_TYPES = frozenset({ColumnType.NOTICES, ColumnType.POLICIES})


@dataclass(frozen=True, slots=True)
class Age:
    """How old the newest entry of a column is, against what is allowed."""

    newest: date
    exact: bool
    """False: the year is not shown; `newest` is the latest day that it can be."""
    days: int
    threshold: int
    verified: bool

    @property
    def stale(self) -> bool:
        """Older than allowed (INTERFACES: age_days > threshold_days)."""
        return self.days > self.threshold


def age_of(column: Column, reading: ColumnReading, ctx: Context) -> Age | None:
    """The age of a column that was read; None where no date is known or none is asked of its type."""
    newest = reading.newest or reading.newest_latest
    if reading.state is not ColumnState.READ or newest is None:
        return None
    if column.max_age_days is not None:
        threshold, verified = column.max_age_days, True
    else:
        value = ctx.profile.get(f"days.{column.type}")
        if value is None or not isinstance(value.value, int):
            return None
        threshold, verified = value.value, value.verified
    return Age(newest, reading.newest is not None, (ctx.today - newest).days, threshold, verified)


def _evidence(reading: ColumnReading) -> Evidence:
    return Evidence(snippet=reading.snippet, line=reading.line or None, selector=reading.selector)


class Freshness(Check):
    """Freshness (更新情况): are home page and columns updated as often as the profile asks?

    What is judged is the newest date that a reader of the page sees. A pinned entry or one dated in the
    future never counts; side boxes and a date of today in the header are no entries. Where the year of a
    date is not shown, only what is certain is said: even the latest possible day must be too old.

    Three answers. A column whose list a script builds, or whose dates can't be read, is
    `column-unreadable`: a note that we could not read it, never a fault of the unit. A column that nobody
    has confirmed, and one judged by a number that is not verified, is at most suspected.

    One stale column is a problem to correct. It becomes a veto only by number: `columns-not-updated`,
    `columns-long-stale` and `columns-blank` count over the site and list their members.
    """

    id: ClassVar[str] = "freshness"
    title: ClassVar[str] = "信息更新"
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="home-stale",
            title="首页不更新",
            severity=Severity.VETO,
            basis=f"{_INDICATORS} 单项否决指标“首页不更新”",
            fix="请在首页及时发布本地区、本部门重要信息，确保2周内有更新；首页栏目已停用的，调整首页布局。",
        ),
        Rule(
            code="column-stale",
            title="栏目更新不及时",
            severity=Severity.PROBLEM,
            basis=f"{_INDICATORS}“栏目不更新”；《管理办法》第十条",
            fix="请按规定频次发布信息；确实无力持续更新的栏目，应归并或调整，并在登记信息中更新。",
        ),
        Rule(
            code="column-empty",
            title="空白栏目",
            severity=Severity.PROBLEM,
            basis=f"{_INDICATORS}“空白栏目”；{_GUIDE}",
            fix="请补充栏目内容；不再使用的栏目应撤销入口或归并。",
        ),
        Rule(
            code="column-unreadable",
            title="栏目未能读取",
            severity=Severity.ADVICE,
            basis="巡查技术限制，不作为问题",
            fix="请人工查看该栏目更新情况；列表由脚本生成的，建议同时提供静态列表，便于公众和搜索引擎访问。",
        ),
        Rule(
            code="date-missing",
            title="未标明发布时间",
            severity=Severity.PROBLEM,
            basis=f"{_GUIDE} 附件《网页设计规范》：内容页应显示发布时间",
            fix="请在文章标题下方标明发布时间（格式：年-月-日 时:分），并填写页面标签 PubDate。",
        ),
        Rule(
            code="columns-not-updated",
            title="栏目不更新",
            severity=Severity.VETO,
            basis=f"{_INDICATORS} 单项否决指标“栏目不更新”（一）",
            fix="请逐一更新所列栏目；无力维护的栏目及时归并，并更新登记信息。",
        ),
        Rule(
            code="columns-long-stale",
            title="栏目长期不更新",
            severity=Severity.VETO,
            basis=f"{_INDICATORS} 单项否决指标“栏目不更新”（二）",
            fix="请逐一更新所列栏目；无力维护的栏目及时归并，并更新登记信息。",
        ),
        Rule(
            code="columns-blank",
            title="空白栏目较多",
            severity=Severity.VETO,
            basis=f"{_INDICATORS} 单项否决指标“栏目不更新”（三）",
            fix="请补充所列栏目内容，或撤销空白栏目入口。",
        ),
    )

    def column(self, reading: ColumnReading, ctx: Context) -> Iterator[Finding]:
        """Stale, empty or not readable: at most one of them for a column."""
        column = ctx.page_column
        if column is None or column.archived:
            return
        if reading.state is ColumnState.EMPTY:
            yield Finding(
                rule="column-empty",
                subject=column.url,
                page=column.url,
                column=column.url,
                title=f"栏目“{column.name}”没有内容",
                certain=column.confirmed,
                detail={"reason": reading.reason},
                evidence=_evidence(reading),
            )
            return
        age = age_of(column, reading, ctx)
        if age is not None and age.stale:
            yield self._stale(column, reading, age)
        elif self._unread(column, reading, ctx, age):
            yield Finding(
                rule="column-unreadable",
                subject=column.url,
                page=column.url,
                column=column.url,
                title=f"栏目“{column.name}”未能读取更新时间，需人工核实",
                certain=False,
                detail={
                    "reason": reading.reason or "列表未显示可以确定的日期",
                    "state": str(reading.state),
                },
                evidence=_evidence(reading),
            )

    @staticmethod
    def _unread(column: Column, reading: ColumnReading, ctx: Context, age: Age | None) -> bool:
        """Was a column that has to be updated at times left without an answer.

        Where only the year is missing, the latest possible day speaks for the unit: no question is left.
        """
        if column.max_age_days is None and ctx.profile.get(f"days.{column.type}") is None:
            return False
        if reading.state in {ColumnState.UNREADABLE, ColumnState.NEEDS_RENDERING}:
            return True
        return reading.state is ColumnState.READ and age is None

    @staticmethod
    def _stale(column: Column, reading: ColumnReading, age: Age) -> Finding:
        shown = (
            f"最新内容日期为{age.newest:%Y年%-m月%-d日}"
            if age.exact
            else f"最新内容不晚于{age.newest:%Y年%-m月%-d日}"
        )
        return Finding(
            rule="column-stale",
            subject=column.url,
            page=column.url,
            column=column.url,
            title=f"栏目“{column.name}”{shown}，已{age.days}天未更新（要求{age.threshold}天内）",
            certain=column.confirmed and age.verified,
            detail={
                "newest": age.newest.isoformat(),
                "newest_exact": age.exact,
                "age_days": age.days,
                "threshold_days": age.threshold,
                "threshold_verified": age.verified,
                "column_type": str(column.type),
                "read_from": None if reading.origin is None else str(reading.origin),
            },
            evidence=_evidence(reading),
        )

    def article(self, reading: ArticleReading, ctx: Context) -> Iterator[Finding]:
        """An article that shows no date, grouped by the column (or folder) that it stands in."""
        if reading.published is not None and reading.published.origin in _SHOWN:
            return
        place = ctx.page_column.url if ctx.page_column else reading.url.rsplit("/", 1)[0] + "/"
        yield Finding(
            rule="date-missing",
            subject=place,
            page=reading.url,
            column=ctx.page_column.url if ctx.page_column else None,
            title=f"文章“{reading.title[:60]}”页面未标明发布时间",
            certain=False,
            detail={
                "inferred_date": None if reading.published is None else str(reading.published),
                "inferred_from": None if reading.published is None else str(reading.published.origin),
            },
            evidence=Evidence(snippet=reading.snippet, line=reading.line or None, selector=reading.selector),
        )

    def site(self, reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        """The vetoes: home page not updated, and columns by number."""
        yield from self._home(reading, ctx)
        yield from self._vetoes(reading, ctx)

    @staticmethod
    def _home(reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        home = reading.home
        if home is None:
            return
        newest, certain, place = _home_newest(home, reading)
        threshold = ctx.profile.count("home.stale_days")
        if newest is None or (ctx.today - newest).days <= threshold:
            return
        age = (ctx.today - newest).days
        yield Finding(
            rule="home-stale",
            subject=reading.url,
            page=reading.url,
            title=f"{place}最新内容日期为{newest:%Y年%-m月%-d日}，已{age}天未更新（要求{threshold}天内）",
            certain=certain and ctx.profile["home.stale_days"].verified,
            on_home=True,
            detail={
                "newest": newest.isoformat(),
                "newest_title": home.newest_title,
                "newest_url": home.newest_url,
                "age_days": age,
                "threshold_days": threshold,
                "dated_items": home.dated_items,
            },
        )

    @staticmethod
    def _vetoes(reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        by_url = {column.url: column for column in ctx.site.columns if not column.archived}
        readings = [(by_url[url], r) for url, r in reading.columns if url in by_url]
        stale = [(c, a) for c, r in readings if (a := age_of(c, r, ctx)) is not None and a.stale]

        def sure_stale(pair: tuple[Column, Age]) -> bool:
            return pair[0].confirmed and pair[1].verified

        prompt = [
            (c, a)
            for c, a in stale
            if c.type is ColumnType.NEWS or (c.type in _NOTICE_TYPES and c.level == 1)
        ]
        blank = [(c, None) for c, r in readings if r.state is ColumnState.EMPTY]
        groups: tuple[tuple[str, str, str, list[Column], int], ...] = (
            (
                "columns-not-updated",
                "column-stale",
                "动态要闻类（2周）和通知公告、政策文件类一级栏目（6个月）未更新",
                [c for c, _ in prompt],
                sum(map(sure_stale, prompt)),
            ),
            (
                "columns-long-stale",
                "column-stale",
                "应更新而长期未更新",
                [c for c, _ in stale],
                sum(map(sure_stale, stale)),
            ),
            (
                "columns-blank",
                "column-empty",
                "空白",
                [c for c, _ in blank],
                sum(c.confirmed for c, _ in blank),
            ),
        )
        for rule, member_rule, words, columns, sure in groups:
            value = ctx.profile[f"veto.{rule.replace('-', '_')}"]
            limit = ctx.profile.count(f"veto.{rule.replace('-', '_')}")
            if len(columns) < limit:
                continue
            yield Finding(
                rule=rule,
                subject=reading.url,
                page=reading.url,
                title=f"{words}的栏目合计{len(columns)}个（达到{limit}个即单项否决）",
                certain=sure >= limit and value.verified,
                detail={
                    "count": len(columns),
                    "certain_count": sure,
                    "threshold": limit,
                    "members": [fingerprint(ctx.site.id, member_rule, c.url) for c in columns],
                    "columns": [{"name": c.name, "url": c.url} for c in columns],
                },
            )


def _home_newest(home: HomeReading, reading: SiteReading) -> tuple[date | None, bool, str]:
    """The newest date that speaks for the home page, whether it is certain, and where it stands.

    A home page without dated entries is a navigation page: then the second-level pages speak (国办秘函
    〔2019〕19号), but only if all of them could be read.
    """
    if home.newest is not None:
        return home.newest, not home.needs_rendering, "首页"
    if home.needs_rendering:
        return None, False, ""
    below = [r for _, r in reading.columns if r.state is not ColumnState.NOT_A_LIST]
    below += [r for r in reading.second_level if r.state is not ColumnState.NOT_A_LIST]
    newest: Callable[[ColumnReading], date | None] = lambda r: r.newest or r.newest_latest  # noqa: E731
    dates = [day for r in below if (day := newest(r)) is not None]
    if not dates or len(dates) < sum(r.state is not ColumnState.EMPTY for r in below):
        return None, False, ""
    return max(dates), False, "首页为导航页，所链二级页面"
