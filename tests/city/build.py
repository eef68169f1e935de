"""Builds the city: from the plan of its sites to pages, faults and traps as of one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin, urlsplit

from tests.city import extras, frames, mending, outside
from tests.city.bureaus_land import FARMING, WATER
from tests.city.bureaus_social import CULTURE, EDUCATION, HEALTH
from tests.city.columns import ColumnPages
from tests.city.counties import FANLI, GXQ, KFQ, YANGBEN
from tests.city.frames import Frame
from tests.city.lists import Row
from tests.city.portal import PORTAL
from tests.city.register import registry_yaml
from tests.city.shapes import City, Served, address_key
from tests.city.specs import Site
from tests.city.truth import Truth
from tests.city.walled import AUDIT
from tests.city.writing import Written

SITES: tuple[Site, ...] = (
    PORTAL,
    EDUCATION,
    HEALTH,
    FARMING,
    WATER,
    CULTURE,
    FANLI,
    YANGBEN,
    KFQ,
    GXQ,
    AUDIT,
)


def build(today: date, *, mended: bool = False) -> City:
    """The city as of one day (in the office's zone). The same day gives the same city.

    `mended`: as it is when every unit has corrected what was found; then nothing is planted.
    """
    builder = _Builder(today)
    for site in SITES:
        builder.site(mending.mended(site) if mended else site)
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
        catch_all=outside.catch_all() | builder.walls,
        walled=tuple(site.id for site in SITES if site.walled),
        planted=tuple(builder.truth.planted),
        traps=tuple(builder.truth.traps),
        tolerated=tuple(builder.truth.tolerated),
        hosts=dict.fromkeys((f"{host}:80" for host in outside.hosts()), "web4")
        | dict.fromkeys((f"{host}:80" for host in outside.DUAL), "web")
        | outside.DOORS
        | builder.doors,
        commercial_domains=outside.COMMERCIAL,
    )


class _Builder:
    def __init__(self, today: date) -> None:
        self.today = today
        self.pages: dict[tuple[str, str], Served] = {}
        self.pages6: dict[tuple[str, str], Served] = {}
        self.doors: dict[str, str] = {}
        self.walls: dict[str, Served] = {}
        self.truth = Truth()

    def site(self, site: Site) -> None:
        """One site: its columns, its home page, its other addresses, its state over IPv6."""
        home = site.address(site.home_path or "/")
        nav = [(column.name, site.href(home, site.address(column.path))) for column in site.columns]
        frame = Frame(
            site=site, today=self.today, nav=nav, home=site.url if site.aliases else site.href(home, site.url)
        )
        listed = {
            column.path: ColumnPages(
                site=site, column=column, frame=frame, today=self.today, serve=self._serve, truth=self.truth
            ).write()
            for column in site.columns
        }
        self._home(site, frame, home, listed)
        for path, served in site.extras.items():
            self._serve(urljoin(site.url, path), served)
        hosts = {urlsplit(site.address(column.path)).hostname for column in site.columns}
        for host in sorted(filter(None, hosts | {urlsplit(site.url).hostname})):
            self._host(site, host)
        self._ipv6(site, home)
        for mark in site.marks:
            self.truth.of_site(site, mark)
        if site.walled:
            host = str(urlsplit(site.url).hostname)
            self.pages = {key: page for key, page in self.pages.items() if key[0] != host}
            self.walls[host] = extras.blocked()

    def _serve(self, url: str, served: Served) -> None:
        self.pages[address_key(url)] = served

    def _home(self, site: Site, frame: Frame, home: str, listed: Mapping[str, Sequence[Written]]) -> None:
        blocks = []
        for column in site.columns:
            if not column.on_home:
                continue
            shown = [one for one in listed[column.path] if one.article.age >= site.home_min_age][:6]
            rows = [
                Row(
                    title=one.article.title,
                    href=site.href(home, one.url),
                    day=one.day if one.article.row else None,
                )
                for one in shown
            ]
            blocks.append(frames.home_block(column.name, site.href(home, site.address(column.path)), rows))
        metas = frame.site_metas() | {"ColumnName": "首页", "ColumnType": "首页"}
        served = frame.page(site.name, "\n".join(blocks) + site.home_extra, metas=metas)
        self._serve(home, served)
        if site.home_path:
            self._serve(site.url, extras.entrance(site.home_path))
        if site.absolute:
            # The same pages once more, with the name of the file written out.
            self._serve(urljoin(site.url, "/index.html"), served)
            first = site.address(site.columns[0].path)
            self._serve(urljoin(first, "index.html"), self.pages[address_key(first)])

    def _host(self, site: Site, host: str) -> None:
        for path, served in _FILES.items():
            self._serve(f"http://{host}{path}", served)
        names = [host]
        if host.startswith("www."):
            names.append(host.removeprefix("www."))
            first = site.columns[0].path
            for path in ("/", first, f"{first}index_1.html", *_FILES, *site.extras):
                self.pages[(names[1], path)] = self.pages[(host, path)]
        own = host == urlsplit(site.url).hostname
        state = site.ipv6 if own or site.ipv6 == "good" else "none"
        door = {"none": "web4", "unreachable": "web-refuse6"}.get(state, "web")
        self.doors |= {f"{name}:80": door for name in names}

    def _ipv6(self, site: Site, home: str) -> None:
        host = str(urlsplit(site.url).hostname)
        if site.ipv6 == "counter":
            page = self.pages[address_key(home)]
            self.pages6[address_key(home)] = replace(page, body=page.body.replace(b"102938", b"102951"))
        elif site.ipv6 == "low":
            self.pages6[(host, "*")] = extras.html("502 Bad Gateway", "nginx", status=502)
            self.pages6[address_key(home)] = self.pages[address_key(home)]
        elif site.ipv6 == "default-page":
            self.pages6[(host, "*")] = extras.html(
                "Welcome to nginx!", "The web server is successfully installed."
            )
        elif site.ipv6 == "old-home":
            self.pages6[address_key(home)] = extras.html(
                f"{site.name}（改版前）", "网站正在升级改造，旧版页面停止更新，请稍后访问。"
            )


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
