"""A small portal with one or two faults of each check, and its registry: the site that most tests inspect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from loopback_site import Maker, Reply, html

HOST = "www.example.gov.cn"
HOME = f"http://{HOST}/"
NEWS, NOTICES, EDUCATION = f"{HOME}zwyw/", f"{HOME}tzgg/", f"{HOME}jydt/"
GONE = "http://gone.example.org/lost.html"
ADVERT = "http://cpro.baidustatic.com/cpro/ui/c.js"

REGISTRY = f"""\
units:
  - {{id: zfb, name: 示例市人民政府办公室, short_names: [市政府办], kind: 市政府}}
  - {{id: jyj, name: 示例市教育局, short_names: [市教育局], kind: 市直部门, parent: zfb}}
sites:
  - id: portal
    code: "1505000001"
    name: 示例市人民政府
    unit: zfb
    url: {HOME}
    kind: 门户网站
    columns:
      - {{name: 示例要闻, url: {NEWS}, type: 动态要闻, level: 1}}
      - {{name: 通知公告, url: {NOTICES}, type: 通知公告, level: 1}}
      - {{name: 教育动态, url: {EDUCATION}, type: 动态要闻, unit: jyj}}
"""

_TEXT = "会议指出，全市各级各部门要认真落实各项任务，压实责任，改进作风，确保各项工作取得实效。" * 6


def article(title: str, day: date | None, source: str = "示例市人民政府办公室") -> Reply:
    """An article as such sites show them; without a day, or a source, where they are empty."""
    line = "".join(
        (f"<span>发布时间：{day}</span> " if day else "", f"<span>来源：{source}</span>" if source else "")
    )
    return html(
        f"<div class='nav'><a href='/'>首页</a></div><h1>{title}</h1><div class='info'>{line}</div>"
        f"<div class='content'><p>{_TEXT}</p><p>{_TEXT}</p></div><p>【打印】【关闭】</p>",
        title=f"{title}_示例市人民政府",
    )


def listing(folder: str, name: str, days: Iterable[date]) -> tuple[Reply, dict[str, Reply | Maker]]:
    """A column's list with one article a day, and these articles."""
    rows, articles = [], {}
    for number, day in enumerate(days):
        path = f"{folder}t{day:%Y%m%d}_{1000 + number}.html"
        title = f"{name}第{number + 1}号：示例市召开专题会议研究部署有关工作"
        rows.append(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>")
        articles[f"{HOST}{path}"] = article(title, day)
    page = html(
        f"<div class='nav'><a href='/'>首页</a></div><h2>{name}</h2><ul class='list'>{''.join(rows)}</ul>",
        title=f"{name}_示例市人民政府",
    )
    return page, dict(articles)


def portal(today: date, *, extra: str = "") -> dict[str, Reply | Maker]:
    """All pages of the portal and of the hosts that it links to.

    Faults: 通知公告 is more than half a year old, 教育动态 four weeks; a dead link on the home page and in a
    column; an advertising script; an article whose source says nothing; no IPv6 address.
    """
    pages: dict[str, Reply | Maker] = {}
    fresh = [today - timedelta(days=back) for back in range(1, 9)]
    for folder, name, days in (
        ("/zwyw/", "示例要闻", fresh),
        ("/tzgg/", "通知公告", [day - timedelta(days=300) for day in fresh]),
        ("/jydt/", "教育动态", [day - timedelta(days=28) for day in fresh]),
    ):
        pages[f"{HOST}{folder}"], articles = listing(folder, name, days)
        pages |= articles
    pages[f"{HOST}/zwyw/vague.html"] = article("关于冬季用电安全的提示", fresh[0], "网络")
    news = "".join(
        f"<li><a href='/zwyw/t{day:%Y%m%d}_{1000 + number}.html'>示例市召开会议部署第{number}项工作</a>"
        f"<span>{day}</span></li>"
        for number, day in enumerate(fresh)
    )
    pages[f"{HOST}/"] = html(
        "<div class='nav'><a href='/'>首页</a> <a href='/zwyw/'>示例要闻</a> <a href='/tzgg/'>通知公告</a> "
        f"<a href='/jydt/'>教育动态</a></div><ul>{news}</ul>"
        f"<p><a href='{GONE}'>旧版网站</a> <a href='http://good.example.org/'>友情链接</a> "
        f"<a href='/zwyw/vague.html'>提示</a></p><script src='{ADVERT}'></script>{extra}"
    )
    pages["good.example.org/"] = html("<p>示例市图书馆欢迎您。</p>" * 20, title="示例市图书馆")
    pages["gone.example.org/"] = html("<p>示例市旧版网站已停用。</p>" * 20, title="旧版网站")
    pages["cpro.baidustatic.com/cpro/ui/c.js"] = Reply(b"var a = 1;", kind="text/javascript")
    return pages
