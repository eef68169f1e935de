"""What stands around the content: head, header, navigation, side boxes, footer, in four styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from tests.city.lists import Row
from tests.city.shapes import HTML, Served
from tests.city.specs import Site

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The template of one site as of one day."""

    site: Site
    today: date
    nav: Sequence[tuple[str, str]]
    """Names and hrefs of the columns."""
    home: str
    """Href of the home page."""

    def page(
        self,
        title: str,
        main: str,
        *,
        metas: Mapping[str, str],
        crumbs: Sequence[tuple[str, str]] = (),
        aside: str = "",
    ) -> Served:
        """A whole page, encoded as the site does it; old systems name no charset in the header."""
        site = self.site
        layout = _TABLE if site.frame == "table" else _DIV
        text = layout.format(
            charset=site.charset,
            title=escape(title),
            metas="\n".join(
                f'<meta name="{name}" content="{escape(value)}">' for name, value in metas.items()
            ),
            header=self._header(),
            nav=self._nav(),
            crumbs=self._crumbs(crumbs),
            main=main,
            aside=aside,
            footer=self._footer(),
        )
        return Served(
            body=text.encode("gb18030" if site.charset.startswith("gb") else "utf-8"),
            content_type="text/html" if site.frame == "table" else HTML,
        )

    def site_metas(self) -> dict[str, str]:
        """The tags that stand on every page."""
        host = self.site.url.split("/")[2]
        return {"SiteName": self.site.name, "SiteDomain": host, "SiteIDCode": self.site.code}

    def _header(self) -> str:
        today = ""
        if self.site.header_today:
            day = self.today
            today = f'<div class="today">今天是{day.year}年{day.month}月{day.day}日 星期'
            today += f"{_WEEKDAYS[day.weekday()]}</div>"
        logo = f'<img src="/images/logo.png" alt="{escape(self.site.name)}">'
        return (
            f'{today}<a class="logo" href="{self.home}">{logo} '
            f'<span class="sitename">{escape(self.site.name)}</span></a>'
            '<form action="#" method="get"><input name="q"><a href="javascript:void(0)">搜索</a></form>'
        )

    def _nav(self) -> str:
        items = "".join(f'<li><a href="{escape(href)}">{escape(name)}</a></li>' for name, href in self.nav)
        return f'<ul class="nav"><li><a href="{self.home}">首页</a></li>{items}</ul>'

    def _crumbs(self, crumbs: Sequence[tuple[str, str]]) -> str:
        if not crumbs:
            return ""
        steps = "".join(f' &gt; <a href="{escape(href)}">{escape(name)}</a>' for name, href in crumbs)
        return f'<div class="position">当前位置：<a href="{self.home}">首页</a>{steps}</div>'

    def _footer(self) -> str:
        site = self.site
        extra = site.footer_extra.replace("{today}", self.today.isoformat())
        host = site.url.split("/")[2]
        return (
            f"<p>主办单位：{escape(site.name)}　网站标识码：{site.code}　"
            '<a href="http://beian.miit.gov.cn/">示ICP备00000000号</a>　'
            '<a href="http://www.beian.gov.cn/">示公网安备000000号</a></p>'
            '<p>联系电话：<a href="tel:00000000000">0000-0000000</a>　'
            f'<a href="mailto:{site.unit}@example.gov.cn">联系我们</a>　'
            f"版权所有 © 2016-{self.today.year} {host} {extra}</p>"
            '<a href="http://bszs.conac.cn/"><img src="/images/red.png" alt="党政机关"></a>'
            '<script src="http://dcs.conac.cn/js/1505.js"></script>'
            '<script src="http://zfwzgl.www.gov.cn/exposure/jiucuo.js"></script>'
            f'<script src="/js/main.js"></script>{site.scripts}'
        )


def side_box(heading: str, rows: Sequence[Row]) -> str:
    """A box beside the list, with entries and dates of its own."""
    items = "".join(
        f'<li><a href="{escape(row.href)}">{escape(row.title)}</a><span>{row.day:%Y-%m-%d}</span></li>'
        for row in rows
        if row.day
    )
    return f'<div class="sidebar"><h3>{escape(heading)}</h3><ul>{items}</ul></div>'


def hub(columns: Sequence[tuple[str, str]]) -> str:
    """A column that only lists the columns below it."""
    items = "".join(
        f'<div class="sub"><h3><a href="{escape(href)}">{escape(name)}</a></h3></div>'
        for name, href in columns
    )
    return f'<div class="subcolumns">{items}</div>'


def home_block(name: str, href: str, rows: Sequence[Row]) -> str:
    """A news block of a home page."""
    items = "".join(
        f'<li><a href="{escape(row.href)}">{escape(row.title)}</a>'
        + (f"<span>{row.day:%Y-%m-%d}</span>" if row.day else "")
        + "</li>"
        for row in rows
    )
    heading = f'<h2><a href="{escape(href)}">{escape(name)}</a></h2>'
    return f'<div class="block">{heading}<ul class="news">{items}</ul></div>'


PAGER = '<a href="index_1.html">下一页</a><script>createPageHTML(2,0,"index","html");</script>'
_DIV = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{charset}">
<title>{title}</title>
{metas}
<link rel="stylesheet" href="/css/style.css">
<script src="/js/jquery.min.js"></script>
</head>
<body>
<div class="header">{header}</div>
<div class="menu">{nav}</div>
{crumbs}
<div class="container"><div class="main">
{main}
</div>
{aside}
</div>
<div class="footer">{footer}</div>
</body>
</html>
"""
_TABLE = """<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title}</title>
{metas}
<link href="/css/style.css" rel="stylesheet" type="text/css">
</head>
<body bgcolor="#ffffff">
<table width="1000" align="center" border="0"><tr><td colspan="2" class="header">{header}</td></tr>
<tr><td colspan="2">{nav}</td></tr>
<tr><td colspan="2">{crumbs}</td></tr>
<tr><td valign="top" width="740">{main}</td><td valign="top">{aside}</td></tr>
<tr><td colspan="2" align="center">{footer}</td></tr></table>
</body>
</html>
"""
