"""Builds the city: from the plan (portal, bureaus, counties) to pages, faults and traps of one day."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

from tests.city import extras, frames, lists, outside, writing
from tests.city.bureaus import BUREAUS
from tests.city.counties import COUNTIES
from tests.city.frames import Frame
from tests.city.lists import Row
from tests.city.portal import PORTAL
from tests.city.register import UNITS, registry_yaml
from tests.city.shapes import City, Planted, Served, Tolerated, Trap, address_key
from tests.city.specs import Article, Column, Mark, Site
from tests.city.writing import Written

SITES: tuple[Site, ...] = (PORTAL, *BUREAUS, *COUNTIES)
_NO_LIST = {"document", "hub", "empty", "empty-count", "script-dead", "redirect"}
_OLD_HOME = extras.html(
    "样本县人民政府门户网站（改版前）", "网站正在升级改造，旧版页面停止更新，请稍后访问。"
)
_DEFAULT = extras.html("Welcome to nginx!", "If you see this page, the web server is successfully installed.")


def build(today: date) -> City:
    """The city as of one day (in the office's zone). The same day gives the same city."""
    builder = _Builder(today)
    for site in SITES:
        builder.site(site)
    return City(
        today=today,
        registry_yaml=registry_yaml(SITES),
        sites=tuple(site.id for site in SITES),
        pages=builder.pages | outside.pages(),
        pages6=builder.pages6,
        endless={
            ("slj.example.gov.cn", "/rl/calendar.html?"): extras.calendar("/rl/calendar.html"),
            ("slj.example.gov.cn", "/sqcx/form.jsp?"): extras.sessions("/sqcx/form.jsp"),
        },
        catch_all=outside.catch_all(),
        planted=tuple(builder.planted),
        traps=tuple(builder.traps),
        tolerated=tuple(builder.tolerated),
        hosts=builder.doors
        | dict.fromkeys((f"{host}:80" for host in outside.hosts()), "web4")
        | outside.DOORS,
        commercial_domains=outside.COMMERCIAL,
    )


class _Builder:
    def __init__(self, today: date) -> None:
        self.today = today
        self.pages: dict[tuple[str, str], Served] = {}
        self.pages6: dict[tuple[str, str], Served] = {}
        self.planted: list[Planted] = []
        self.traps: list[Trap] = []
        self.tolerated: list[Tolerated] = []
        self.doors: dict[str, str] = {}

    def site(self, site: Site) -> None:
        """One site: its columns, its home page, its other addresses, its state over IPv6."""
        home = site.address(site.home_path or "/")
        nav = [(column.name, self._href(site, home, site.address(column.path))) for column in site.columns]
        frame = Frame(site=site, today=self.today, nav=nav, home=self._href(site, home, site.url))
        listed: dict[str, list[Written]] = {}
        for column in site.columns:
            listed[column.path] = self._column(site, column, frame)
        self._home(site, frame, home, listed)
        for host in {urlsplit(site.address(column.path)).hostname for column in site.columns} | {
            urlsplit(site.url).hostname
        }:
            self._host(site, str(host))
        for path, served in site.extras.items():
            self._serve(urljoin(site.url, path), served)
        self._ipv6(site, home)
        for mark in site.marks:
            self._mark(site, mark, page=site.address(site.home_path or "/"), unit=site.unit, target_only=True)

    # columns and articles

    def _column(self, site: Site, column: Column, frame: Frame) -> list[Written]:
        url = site.address(column.path)
        unit = column.unit or site.unit
        who = UNITS[unit].short
        written = self._write(site, column, who, url)
        metas = frame.site_metas() | {
            "ColumnName": column.name,
            "ColumnType": _COLUMN_TAGS.get(column.type, "其他"),
        }
        crumbs = [(column.name, url if site.absolute else urlsplit(url).path)]
        rows = self._rows(site, column, written, url)
        if column.shape == "redirect":
            self._serve(url, extras.redirect(column.target))
        else:
            main = self._main(site, column, rows, url)
            box = self._aside(site, column, written, url)
            title = f"{column.name}_{site.name}"
            self._serve(url, _page(frame.page(title, main, metas=metas, crumbs=crumbs, aside=box), site))
        if column.older_pages:
            self._older(site, column, frame, metas, len(written))
        for one in written:
            self._article(site, column, frame, one, who, unit)
        if column.archived or column.type == "静态信息" or column.shape == "document":
            self.traps.extend(
                Trap(
                    site=site.id,
                    rules=frozenset({"date-missing"}),
                    address=one.url,
                    note="静态栏目里没有日期的页面",
                )
                for one in written
                if not one.article.dated
            )
        if column.shape == "script-live":
            self.tolerated.append(
                Tolerated(
                    site=site.id, rule="column-unreadable", address=url, note="没有浏览器的机器读不到脚本列表"
                )
            )
        for mark in column.marks:
            self._mark(site, mark, page=url, unit=unit, column=url)
        return written

    def _write(self, site: Site, column: Column, who: str, url: str) -> list[Written]:
        if column.shape in _NO_LIST:
            return []
        result = []
        for number, article in enumerate(writing.entries(site, column, who), 1):
            day = self.today - timedelta(days=article.age)
            address = writing.address(site, column, article, self.today, number)
            result.append(
                Written(article=article, url=address, day=day, row_day=day if article.row else None)
            )
        return result

    def _rows(self, site: Site, column: Column, written: list[Written], base: str) -> list[Row]:
        rows = [
            Row(title=one.article.title, href=self._href(site, base, one.url), day=one.row_day)
            for one in written
        ]
        if column.future and rows:
            ahead = self.today + timedelta(days=column.future)
            rows[0] = Row(title=rows[0].title, href=rows[0].href, day=ahead)
        for age in reversed(column.pinned):
            old = writing.address(site, column, Article(title="", age=age), self.today, age)
            title = f"关于{column.name}栏目的说明（{age}）"
            one = Written(
                article=Article(title=title, age=age),
                url=old,
                day=self.today - timedelta(days=age),
                row_day=None,
            )
            written.append(one)
            rows.insert(0, Row(title=title, href=self._href(site, base, old), day=one.day, pinned=True))
        return rows

    def _main(self, site: Site, column: Column, rows: list[Row], url: str) -> str:
        if column.shape == "document":
            return writing.document_html(site, column)
        if column.shape == "hub":
            below = [
                other for other in site.columns if other.path.startswith(column.path) and other is not column
            ]
            items = "".join(
                f'<div class="sub"><h3><a href="{self._href(site, url, site.address(other.path))}">{other.name}</a></h3></div>'
                for other in below
            )
            return f'<div class="subcolumns">{items}</div>'
        if column.shape in {"script-dead", "script-live"}:
            failing = column.shape == "script-dead"
            answer = (
                extras.html("500", "Internal Server Error", status=500)
                if failing
                else extras.data(lists.as_json(rows))
            )
            self._serve(urljoin(site.url, column.target), answer)
            return lists.script_made(column.target)
        pager = (
            '<a href="index_1.html">下一页</a><script>createPageHTML(2,0,"index","html");</script>'
            if column.older_pages
            else ""
        )
        return lists.render(column.shape, rows) + pager

    def _older(self, site: Site, column: Column, frame: Frame, metas: dict[str, str], count: int) -> None:
        url = site.address(column.path)
        rows = []
        for number in range(5):
            age = column.newest + (count + number) * column.step + 20
            article = Article(title=f"往期要闻之{number + 1}", age=age, source=site.who)
            address = writing.address(site, column, article, self.today, 500 + number)
            one = Written(article=article, url=address, day=self.today - timedelta(days=age), row_day=None)
            self._article(site, column, frame, one, site.who, site.unit)
            rows.append(Row(title=article.title, href=address, day=one.day))
        page = frame.page(f"{column.name}_{site.name}", lists.render(column.shape, rows), metas=metas)
        self._serve(urljoin(url, "index_1.html"), _page(page, site))

    def _aside(self, site: Site, column: Column, written: list[Written], base: str) -> str:
        if column.aside is None:
            return ""
        heading, age = column.aside
        rows = [
            Row(
                title=one.article.title,
                href=self._href(site, base, one.url),
                day=self.today - timedelta(days=age + number),
            )
            for number, one in enumerate(written[:5])
        ]
        return frames.side_box(heading, rows)

    def _article(self, site: Site, column: Column, frame: Frame, one: Written, who: str, unit: str) -> None:
        crumbs = [(column.name, site.address(column.path))]
        metas = frame.site_metas() | {"ColumnName": column.name}
        if column.shape == "letters":
            main = writing.letter_html(one, who, site.topic)
        elif column.shape == "undated":
            main = writing.leader_html(one)
        else:
            main = writing.main_html(site, one, who)
            metas |= writing.metas(site, one, self.today)
        self._serve(
            one.url,
            _page(frame.page(f"{one.article.title}_{site.name}", main, metas=metas, crumbs=crumbs), site),
        )
        for mark in one.article.marks:
            self._mark(site, mark, page=one.url, unit=unit)

    # home pages, hosts, IPv6

    def _home(self, site: Site, frame: Frame, home: str, listed: dict[str, list[Written]]) -> None:
        blocks = []
        for column in site.columns:
            if not column.on_home:
                continue
            shown = [one for one in listed[column.path] if one.article.age >= site.home_min_age][:6]
            rows = [
                Row(title=one.article.title, href=self._href(site, home, one.url), day=one.row_day)
                for one in shown
            ]
            blocks.append(
                frames.home_block(column.name, self._href(site, home, site.address(column.path)), rows)
            )
        metas = frame.site_metas() | {"ColumnName": "首页", "ColumnType": "首页"}
        served = _page(frame.page(site.name, "\n".join(blocks) + site.home_extra, metas=metas), site)
        self._serve(home, served)
        if site.home_path:
            refresh = f'<html><head><meta http-equiv="refresh" content="0;url={site.home_path}"><title></title></head><body></body></html>'
            self._serve(site.url, Served(body=refresh.encode()))
        if site.absolute:
            self._serve(urljoin(site.url, "/index.html"), served)
            for column in site.columns:
                url = site.address(column.path)
                if column.shape in {"ul", "table"}:
                    self.pages[address_key(urljoin(url, "index.html"))] = self.pages[address_key(url)]

    def _host(self, site: Site, host: str) -> None:
        root = f"http://{host}/"
        for path, served in _FILES.items():
            self._serve(urljoin(root, path), served)
        others = [host.removeprefix("www.")] if host.startswith("www.") else []
        for other in others:
            for (known, path), served in list(self.pages.items()):
                if known == host:
                    self.pages[(other, path)] = served
        own = host == urlsplit(site.url).hostname
        state = site.ipv6 if own else "none"
        door = {"none": "web4", "unreachable": "web-refuse6"}.get(state, "web")
        for name in (host, *others):
            self.doors[f"{name}:80"] = door

    def _ipv6(self, site: Site, home: str) -> None:
        host = str(urlsplit(site.url).hostname)
        if site.ipv6 == "low":
            self.pages6[(host, "*")] = extras.html("502 Bad Gateway", "nginx", status=502)
            self.pages6[address_key(home)] = self.pages[address_key(home)]
        elif site.ipv6 == "differs" and site.frame == "island":
            self.pages6[address_key(home)] = _OLD_HOME
        elif site.ipv6 == "differs":
            self.pages6[(host, "*")] = _DEFAULT

    # what is planted

    def _mark(
        self,
        site: Site,
        mark: Mark,
        *,
        page: str,
        unit: str,
        column: str | None = None,
        target_only: bool = False,
    ) -> None:
        target = urljoin(site.url, mark.target) if mark.target.startswith("/") else mark.target
        if mark.target.startswith("/") and urlsplit(site.url).path != "/":
            target = site.address(mark.target)
        if mark.trap:
            self.traps.append(
                Trap(
                    site=site.id, rules=mark.rules, address=target or page, note=mark.note,
                    asked=mark.asked, unverified=mark.unverified,
                )
            )  # fmt: skip
            return
        (rule,) = mark.rules
        # Where a site as a whole is at fault, the finding may name the entrance or the page behind it.
        whole = target_only and not mark.target
        self.planted.append(
            Planted(
                site=site.id, rule=rule, note=mark.note, page=None if column or (whole and site.home_path) else page,
                target=target or None, column=column, unit=unit, cause=mark.cause, places=mark.places,
                members=mark.members, needs_ipv6=rule.startswith("ipv6-") and rule != "ipv6-no-address",
            )
        )  # fmt: skip

    # small things

    def _serve(self, url: str, served: Served) -> None:
        self.pages[address_key(url)] = served

    def _href(self, site: Site, base: str, url: str) -> str:
        """How a page at `base` writes a link: whole where the site does so or the host is another one."""
        same = urlsplit(base).netloc == urlsplit(url).netloc
        return url if site.absolute or not same else url.removeprefix(f"http://{urlsplit(url).netloc}")


def _page(body: bytes, site: Site) -> Served:
    """A page; old systems name no charset in the header."""
    return Served(
        body=body, content_type="text/html" if site.frame == "table" else "text/html; charset=utf-8"
    )


_COLUMN_TAGS = {
    "动态要闻": "工作动态",
    "政策文件": "政策文件",
    "政策解读": "政策解读",
    "年度报告": "信息公开年报",
    "概况信息": "概况信息",
}
_FILES: dict[str, Served] = {
    "/css/style.css": extras.STYLE,
    "/js/jquery.min.js": extras.SCRIPT,
    "/js/main.js": extras.SCRIPT,
    "/js/jpage.js": extras.SCRIPT,
    "/images/logo.png": extras.PICTURE,
    "/images/red.png": extras.PICTURE,
    "/images/pic0.png": extras.PICTURE,
    "/images/pic1.png": extras.PICTURE,
    "/images/pic2.png": extras.PICTURE,
}
