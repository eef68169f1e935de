"""The pages of one column: its list (or what stands in its place), and its articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

from tests.city import extras, frames, lists, writing
from tests.city.frames import Frame
from tests.city.lists import Row
from tests.city.register import UNITS
from tests.city.shapes import Served
from tests.city.specs import Article, Column, Site
from tests.city.truth import Truth
from tests.city.writing import Written

_NO_ENTRIES = {"document", "hub", "empty", "empty-count", "script-dead", "redirect", "blocked", "missing"}
_TAGS = {
    "动态要闻": "工作动态",
    "政策文件": "政策文件",
    "政策解读": "政策解读",
    "年度报告": "信息公开年报",
    "概况信息": "概况信息",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPages:
    """Writes the pages of one column of one site."""

    site: Site
    column: Column
    frame: Frame
    today: date
    serve: Callable[[str, Served], None]
    truth: Truth

    @property
    def url(self) -> str:
        """The address of the column."""
        return self.site.address(self.column.path)

    @property
    def unit(self) -> str:
        """Who answers for its content."""
        return self.column.unit or self.site.unit

    @property
    def who(self) -> str:
        """The short name of that unit."""
        return UNITS[self.unit].short

    def write(self) -> list[Written]:
        """Serves the column and its articles; returns those that a home page may show, the newest first."""
        site, column = self.site, self.column
        entries = self._entries()
        pinned = [self._written(_pinned(column, age), age) for age in column.pinned]
        if column.shape == "redirect":
            self.serve(self.url, extras.redirect(column.target))
        elif column.shape == "blocked":
            self.serve(self.url, extras.blocked())
            if site.walled:
                self.truth.may_be_unreadable(site, self.url, "整个网站拦截程序访问")
        elif column.shape == "missing":
            self.truth.may_be_unreadable(site, self.url, "栏目地址本身是死链，已按链接错误报告")
        else:
            self._list(pinned, entries)
        for one in (*pinned, *entries):
            self._article(one)
            if not one.article.dated and column.type == "静态信息":
                self.truth.undated_page(site, one.url)
        if column.shape == "script-live":
            self.truth.may_be_unreadable(site, self.url, "没有浏览器的机器读不到脚本列表")
        for mark in column.marks:
            self.truth.of_column(site, mark, self.url, self.unit)
        return entries

    def _entries(self) -> list[Written]:
        if self.column.shape in _NO_ENTRIES:
            return []
        articles = writing.entries(self.site, self.column, self.who)
        # Counted from the oldest, so that what is published later moves no address.
        return [self._written(article, len(articles) - place) for place, article in enumerate(articles)]

    def _written(self, article: Article, number: int) -> Written:
        return Written(
            article=article,
            url=writing.address(self.site, self.column, article, self.today, number),
            day=self.today - timedelta(days=article.age),
        )

    def _list(self, pinned: Sequence[Written], entries: Sequence[Written]) -> None:
        column = self.column
        rows = [self._row(one, pinned=column.pin_mark) for one in pinned] + [
            self._row(one) for one in entries
        ]
        if column.future:
            first = len(pinned)
            ahead = self.today + timedelta(days=column.future)
            rows[first] = Row(title=rows[first].title, href=rows[first].href, day=ahead)
        crumbs = [(column.name, self.url if self.site.absolute else urlsplit(self.url).path)]
        page = self.frame.page(
            f"{column.name}_{self.site.name}",
            self._main(rows),
            metas=self._metas(),
            crumbs=crumbs,
            aside=self._aside(entries),
        )
        self.serve(self.url, page)
        if column.older_pages:
            self._older(len(entries))

    def _metas(self) -> Mapping[str, str]:
        kind = _TAGS.get(self.column.type, "其他")
        return self.frame.site_metas() | {"ColumnName": self.column.name, "ColumnType": kind}

    def _row(self, one: Written, *, pinned: bool = False) -> Row:
        day = one.day if one.article.row else None
        return Row(title=one.article.title, href=self.site.href(self.url, one.url), day=day, pinned=pinned)

    def _main(self, rows: Sequence[Row]) -> str:
        site, column = self.site, self.column
        if column.shape == "document":
            return writing.document_html(site, column, self.today - timedelta(days=column.newest))
        if column.shape == "hub":
            below = [
                other for other in site.columns if other.path.startswith(column.path) and other is not column
            ]
            return frames.hub(
                [(other.name, site.href(self.url, site.address(other.path))) for other in below]
            )
        if column.shape in {"script-dead", "script-live"}:
            dead = column.shape == "script-dead"
            answer = extras.failing() if dead else extras.data(lists.as_json(rows))
            self.serve(urljoin(site.url, column.target), answer)
            return lists.script_made(column.target)
        return lists.render(column.shape, rows, self.today) + (frames.PAGER if column.older_pages else "")

    def _older(self, count: int) -> None:
        """A second page, with older entries."""
        rows = []
        for number in range(5):
            age = self.column.newest + (count + number) * self.column.step + 20
            article = Article(title=f"往期要闻之{number + 1}", age=age, source=self.site.who)
            one = self._written(article, 500 + number)
            self._article(one)
            rows.append(self._row(one))
        main = lists.render(self.column.shape, rows, self.today)
        page = self.frame.page(f"{self.column.name}_{self.site.name}", main, metas=self._metas())
        self.serve(urljoin(self.url, "index_1.html"), page)

    def _aside(self, entries: Sequence[Written]) -> str:
        if self.column.aside is None:
            return ""
        heading, age = self.column.aside
        rows = [
            Row(
                title=one.article.title,
                href=self.site.href(self.url, one.url),
                day=self.today - timedelta(days=age + number),
            )
            for number, one in enumerate(entries[:5])
        ]
        return frames.side_box(heading, rows)

    def _article(self, one: Written) -> None:
        site, column = self.site, self.column
        metas = self.frame.site_metas() | {"ColumnName": column.name}
        if column.shape == "letters":
            main = writing.letter_html(one, self.who, site.topic)
        elif column.shape == "undated":
            main = writing.leader_html(one)
        else:
            main = writing.main_html(site, one, self.who)
            metas |= writing.metas(site, one, self.today)
        title = f"{one.article.title}_{site.name}"
        self.serve(one.url, self.frame.page(title, main, metas=metas, crumbs=[(column.name, self.url)]))
        for mark in one.article.marks:
            self.truth.of_page(site, mark, one.url, self.unit)


def _pinned(column: Column, age: int) -> Article:
    return Article(title=f"关于{column.name}栏目的说明（{age}）", age=age)
