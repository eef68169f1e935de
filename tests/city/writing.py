"""How articles are written: the line of date and source, the text, the meta tags."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape

from tests.city import words
from tests.city.specs import Article, Column, Site

_OTHERS = ("示例日报", "新华社", "示例市融媒体中心", "人民日报")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An article with its address, ready to be shown."""

    article: Article
    url: str
    day: date
    """When it was published."""


def entries(site: Site, column: Column, who: str) -> list[Article]:
    """All articles of a column, the newest first: made-up ones, with the special ones in their places."""
    ages = [column.newest + number * column.step for number in range(column.rows)]
    titles = words.titles(column.path + site.id, column.type, who, site.topic)
    choice = random.Random(site.id + column.path)
    plain = [Article(title=next(titles), age=age, source=_plain_source(choice, who)) for age in ages]
    if column.shape == "undated":
        names = ("张某", "李某某", "王某", "赵某某", "刘某", "陈某某")
        plain = [
            Article(title=f"{name}　{post}", age=entry.age, row=False, dated=False)
            for entry, name, post in zip(
                plain, names, ("主要负责人", "副职", "副职", "党组成员", "党组成员"), strict=False
            )
        ]
    mixed = [*plain, *column.articles]
    mixed.sort(key=lambda article: article.age)
    if column.future and mixed:
        mixed[0] = replace(mixed[0], title=mixed[0].title + "（报名有截止日期）")
    return mixed


def address(site: Site, column: Column, article: Article, today: date, number: int) -> str:
    """The address of an article, as the site's content system makes it."""
    day = today - timedelta(days=article.age % 5 if column.migrated else article.age)
    if article.slug:
        return site.address(article.slug)
    if site.frame == "island":
        return site.address(
            f"/art/{day:%Y/%-m/%-d}/art_{column.path.split('/')[2].removeprefix('col')}_{number}.html"
        )
    folder = site.address(column.path)
    if site.dated_paths and article.dated:
        return f"{folder}{day:%Y%m}/t{day:%Y%m%d}_{7000 + number}.html"
    return f"{folder}{10000 + number}.html"


def main_html(site: Site, written: Written, who: str) -> str:
    """Title, line of date and source, text, and what stands below it."""
    article = written.article
    texts = [*article.body, *(escape(text) for text in words.paragraphs(written.url, who, site.topic))]
    body = "\n".join(f"<p>　　{text}</p>" for text in texts)
    line = _line(site, written)
    if site.frame == "table":
        return (
            f"<table width='100%'><tr><td align='center'><h2>{escape(article.title)}</h2></td></tr>"
            f"<tr><td align='center' class='info'>{line}</td></tr>"
            f"<tr><td id='zoom'>{body}{article.tail}</td></tr></table>"
        )
    return (
        f'<div class="article"><h1>{escape(article.title)}</h1><div class="info">{line}</div>'
        f'<div class="TRS_Editor" id="zoom">{body}</div>{article.tail}'
        '<div class="share">分享到：<a href="javascript:void(0)">微信</a> '
        '<a href="http://service.weibo.com/share/share.php">微博</a></div></div>'
    )


def metas(site: Site, written: Written, today: date) -> dict[str, str]:
    """ArticleTitle, PubDate and ContentSource, where the site writes them."""
    article = written.article
    tags = {"ArticleTitle": article.title}
    if site.frame != "table" and article.dated and not article.date_html:
        day = written.day if article.meta_age is None else today - timedelta(days=article.meta_age)
        tags["PubDate"] = f"{day.isoformat()} 09:{written.day.day:02d}"
    if article.meta_source is not None:
        tags["ContentSource"] = article.meta_source
    elif article.source and site.frame in {"div", "island"}:
        tags["ContentSource"] = article.source
    return tags


def letter_html(written: Written, who: str, topic: str) -> str:
    """A letter from a citizen, and its reply."""
    text = words.paragraphs(written.url, who, topic, 2)
    day = written.day.isoformat()
    return (
        f"<table class='letter'><tr><th>来信标题</th><td>{escape(written.article.title)}</td></tr>"
        f"<tr><th>来信内容</th><td>您好，请问{escape(written.article.title)}，应当到哪里办理？</td></tr>"
        f"<tr><th>回复单位</th><td>{escape(who)}</td></tr><tr><th>发布时间</th><td>{day}</td></tr>"
        f"<tr><th>回复内容</th><td>您好！{escape(''.join(text))}感谢您的关注。</td></tr></table>"
    )


def leader_html(written: Written) -> str:
    """What a leader is responsible for."""
    return (
        f'<div class="leader"><img src="/images/pic1.png" alt="照片"><h3>{escape(written.article.title)}</h3>'
        "<p>工作分工：负责综合协调、政务公开、督查考核等工作，联系有关部门和单位。</p></div>"
    )


def document_html(site: Site, column: Column, day: date) -> str:
    """A column that is one page: an overview, the functions of an office (undated), a plan (dated)."""
    undated = column.type in {"静态信息", "概况信息"}
    line = (
        ""
        if undated
        else f'<div class="info">发布时间：{day.isoformat()} 09:00　来源：{escape(site.who)}</div>'
    )
    texts = words.paragraphs(site.id + column.path, site.who, site.topic, 4)
    return (
        f'<div class="gk"><h2>{escape(column.name)}</h2>{line}'
        + "".join(f"<p>　　{escape(text)}</p>" for text in texts)
        + "<p>内设机构：办公室、政策法规科、综合业务科、监督检查科。办公地址：示例市示例大街1号。</p></div>"
    )


def _plain_source(choice: random.Random, who: str) -> str | None:
    """Half name the unit itself, a third nothing (originals need no source), the rest another publisher."""
    kind = choice.random()
    if kind < 0.5:
        return who
    return None if kind < 0.8 else choice.choice(_OTHERS)


def _line(site: Site, written: Written) -> str:
    article, day = written.article, written.day
    own = article.date_html.format(iso=day.isoformat(), chinese=f"{day.year}年{day.month}月{day.day}日")
    clock = f"{8 + day.day % 9:02d}:{day.day + 20:02d}"
    source = article.source_html
    views = 100 + day.day * 7
    if site.frame == "div":
        date_part = own or (f"发布时间：{day.isoformat()} {clock}" if article.dated else "")
        source = source or ("" if article.source is None else f"来源：{escape(article.source)}")
        return _joined((date_part, source, f"浏览次数：<span>{views}</span>", "字体：[大 中 小]"), "　")
    if site.frame == "table":
        date_part = f"发布日期: {day.year}年{day.month}月{day.day}日" if article.dated else ""
        source = source or ("" if article.source is None else f"信息来源: {escape(article.source)}")
        return _joined((date_part, source, f"点击数: {views}"), " | ")
    if site.frame == "blocks":
        date_part = own or (f'<span class="t">{day.isoformat()} {clock}</span>' if article.dated else "")
        source = source or (
            ""
            if article.source is None
            else f'<span class="lab">来源：</span><span class="val">{escape(article.source)}</span>'
        )
        return _joined((date_part, source), "\n")
    date_part = f"<td>发布日期：{day.isoformat()}</td>" if article.dated else ""
    source = source or ("" if article.source is None else f"文章来源：{escape(article.source)}")
    return f"<table><tr>{date_part}<td>{source}</td><td>浏览量：{views}</td></tr></table>"


def _joined(parts: Sequence[str], between: str) -> str:
    return between.join(part for part in parts if part)
