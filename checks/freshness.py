"""The check of freshness: columns, articles and the home page against the profile's days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from urllib.parse import urlsplit

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
    ListOrigin,
    Rule,
    Severity,
    SiteReading,
    fingerprint,
)

_INDICATORS = "国办秘函〔2019〕19号"
_GUIDE = "国办发〔2017〕47号"
_SHOWN = frozenset({DateOrigin.SHOWN, DateOrigin.META})
_UNREAD = frozenset({ColumnState.UNREADABLE, ColumnState.NEEDS_RENDERING})
_NOTICE_TYPES = frozenset({ColumnType.NOTICES, ColumnType.POLICIES})


@dataclass(frozen=True, slots=True)
class Age:
    """How old the newest entry of a column is, against what is allowed."""

    newest: date
    exact: bool
    """False: the year is not shown; `newest` is the latest day that it can be."""
    days: int
    threshold: int
    sure: bool
    """The number of days is verified, and the newest entry was certainly among those that were dated."""
    verified: bool
    """Of the number of days alone."""

    @property
    def stale(self) -> bool:
        """Older than allowed (INTERFACES: age_days > threshold_days)."""
        return self.days > self.threshold


def age_of(column: Column, reading: ColumnReading, ctx: Context) -> Age | None:
    """The age of a column that was read; None where no date is known or none is asked of its type."""
    newest = reading.newest or reading.newest_latest
    allowed = _allowed(column, ctx)
    if reading.state is not ColumnState.READ or newest is None or allowed is None:
        return None
    threshold, verified = allowed
    # Only the first articles of a list without dates were asked; nothing says that it begins with the newest.
    # One dated ahead may be a slip in the newest entry: a person has to look.
    ahead = any(item.future for item in reading.items)
    sure = verified and reading.origin is not ListOrigin.ARTICLES and not ahead
    return Age(newest, reading.newest is not None, (ctx.today - newest).days, threshold, sure, verified)


def _allowed(column: Column, ctx: Context) -> tuple[int, bool] | None:
    """Days that a column may stand without an update, and whether that is verified; None: no limit."""
    if column.max_age_days is not None:
        return column.max_age_days, True
    value = ctx.profile.get(f"days.{column.type}")
    return None if value is None else (ctx.profile.count(f"days.{column.type}"), value.verified)


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
        elif _open(column, reading, ctx):
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
            title=f"栏目“{column.name}”{shown}，已{age.days}天未更新（要求{age.threshold}天内）"
            + _ahead(sum(item.future for item in reading.items)),
            certain=column.confirmed and age.sure,
            detail={
                "newest": age.newest.isoformat(),
                "newest_exact": age.exact,
                "future_items": sum(item.future for item in reading.items),
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
        if reading.future_date is not None:
            return  # a date is shown; that it lies ahead is no matter of this rule
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
        shown = "为" if home.newest is None or home.year_known else "不晚于"
        if newest is None or (ctx.today - newest).days <= threshold:
            return
        age = (ctx.today - newest).days
        yield Finding(
            rule="home-stale",
            subject=reading.url,
            page=reading.url,
            title=f"{place}最新内容日期{shown}{newest:%Y年%-m月%-d日}，已{age}天未更新（要求{threshold}天内）"
            + _ahead(home.future),
            # A page of a site that nobody registered may be no home page at all.
            certain=certain
            and not home.future
            and (ctx.registered or urlsplit(reading.url).path in {"", "/"})
            and ctx.profile["home.stale_days"].verified,
            on_home=True,
            detail={
                "newest": newest.isoformat(),
                "newest_title": home.newest_title,
                "newest_url": home.newest_url,
                "age_days": age,
                "threshold_days": threshold,
                "dated_items": home.dated_items,
                "future_items": home.future,
            },
        )

    @staticmethod
    def _vetoes(reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        for count in _counts(reading, ctx):
            if len(count.columns) < count.limit:
                continue
            yield Finding(
                rule=count.rule,
                subject=reading.url,
                page=reading.url,
                title=f"{count.words}的栏目合计{len(count.columns)}个（达到{count.limit}个即单项否决）",
                certain=count.sure >= count.limit and count.verified,
                detail={
                    "count": len(count.columns),
                    "certain_count": count.sure,
                    "threshold": count.limit,
                    "members": [fingerprint(ctx.site.id, count.member_rule, c.url) for c in count.columns],
                    "columns": [{"name": c.name, "url": c.url} for c in count.columns],
                },
            )

    def undecided(self, reading: SiteReading, ctx: Context) -> Iterator[tuple[str, str]]:
        """A home page or a column without a date, and counts that unread columns could bring to the limit."""
        if reading.home is None or _home_newest(reading.home, reading)[0] is None:
            yield "home-stale", ""
        for column, read in _columns(reading, ctx):
            if read.state is ColumnState.READ and _open(column, read, ctx):
                yield "column-stale", column.url
        for count in _counts(reading, ctx):
            if len(count.columns) < count.limit <= len(count.columns) + count.unread:
                yield count.rule, ""


@dataclass(frozen=True, slots=True)
class _Count:
    """One of the vetoes by number, counted over a site."""

    rule: str
    member_rule: str
    words: str
    columns: list[Column]
    sure: int
    """Of the columns, those whose own finding is certain."""
    unread: int
    """Columns that could belong here too; nobody could read them."""
    limit: int
    verified: bool


def _counts(reading: SiteReading, ctx: Context) -> Iterator[_Count]:
    columns = _columns(reading, ctx)
    unread = [c for c, r in columns if _open(c, r, ctx)]
    stale = {
        c: age.sure and c.confirmed
        for c, r in columns
        if (age := age_of(c, r, ctx)) is not None and age.stale and age.days > _days_of_type(c, ctx)
    }
    blank = {c: c.confirmed for c, r in columns if r.state is ColumnState.EMPTY}
    unseen = sum(r.state in _UNREAD for _, r in columns)
    prompt = {c: sure for c, sure in stale.items() if _prompt(c)}
    words = "动态要闻类（2周）和通知公告、政策文件类一级栏目（6个月）未更新"
    for rule, member_rule, said, members, more in (
        ("columns-not-updated", "column-stale", words, prompt, sum(map(_prompt, unread))),
        ("columns-long-stale", "column-stale", "应更新而长期未更新", stale, len(unread)),
        ("columns-blank", "column-empty", "空白", blank, unseen),
    ):
        key = f"veto.{rule.replace('-', '_')}"
        limit, verified = ctx.profile.count(key), ctx.profile[key].verified
        yield _Count(rule, member_rule, said, list(members), sum(members.values()), more, limit, verified)


def _columns(reading: SiteReading, ctx: Context) -> list[tuple[Column, ColumnReading]]:
    by_url = {column.url: column for column in ctx.site.columns if not column.archived}
    return [(by_url[url], r) for url, r in reading.columns if url in by_url]


def _open(column: Column, reading: ColumnReading, ctx: Context) -> bool:
    """Has a column that must be updated at times no answer to whether it was."""
    if _allowed(column, ctx) is None:
        return False
    return reading.state in _UNREAD or (
        reading.state is ColumnState.READ and age_of(column, reading, ctx) is None
    )


def _prompt(column: Column) -> bool:
    """Does it count for 栏目不更新 (一): news, and first-level notices and policies."""
    return column.type is ColumnType.NEWS or (column.type in _NOTICE_TYPES and column.level == 1)


def _days_of_type(column: Column, ctx: Context) -> int:
    """Days of the veto: what an office asks of one column beyond them is a problem, and no veto."""
    key = f"days.{column.type}"
    return ctx.profile.count(key) if ctx.profile.get(key) is not None else 0


def _ahead(entries: int) -> str:
    """Says that entries were set aside, so that what contradicts the sentence is in it."""
    return f"，另有{entries}条标注日期晚于巡查日期，未计入，需人工核实" if entries else ""


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
