"""Columns of a site that nobody registered: proposed from its home page, for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from govcrawl.model import Column, ColumnReading, ColumnState, ColumnType
from govcrawl.pages import Page, Scope

MAX_CANDIDATES = 40
"""Links of a home page that are asked for being columns."""

# From the most telling word to the least; a name that holds none is of type 其他, which is not judged.
_TYPES: tuple[tuple[ColumnType, re.Pattern[str]], ...] = (
    (ColumnType.INTERPRETATION, re.compile("解读|图解|一图读懂")),
    (ColumnType.ANNUAL_REPORTS, re.compile("年报|年度报告")),
    (ColumnType.PLANS, re.compile("规划|计划")),
    (ColumnType.PERSONNEL, re.compile("人事|招考|招聘|任免|公务员")),
    (ColumnType.POLICIES, re.compile("政策|文件|法规|规章|规范性")),
    (ColumnType.NOTICES, re.compile("通知|公告|公示|通告")),
    (ColumnType.INTERACTION, re.compile("互动|信箱|留言|访谈|征集|调查|咨询|投诉|建议|12345")),
    (ColumnType.SERVICES, re.compile("服务|办事|指南|下载")),
    (ColumnType.STATIC, re.compile("领导|机构|职能|职责|概况|简介|关于|地图|联系|声明")),
    (ColumnType.NEWS, re.compile("要闻|新闻|动态|资讯|信息|快讯|头条|工作|聚焦|关注")),
)
_FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|jpg|png|gif|mp4|apk|css|js)$", re.IGNORECASE)
_ARTICLE = re.compile(
    r"/t?20\d{6}_|/20\d{2}/\d|_\d{5,}\.|/art_|/content/post_|/\d{4,}\.s?html?$", re.IGNORECASE
)
_MARKS = str.maketrans("", "", ">»·>|[]")
_NAMED = re.compile(r"[一-鿿·、0-9A-Za-z()()]{2,12}")
_NOT_COLUMNS = re.compile(
    "首页|更多|登录|注册|收藏|无障碍|长者|English|繁体|返回|上一页|下一页|手机版|移动版|网站地图|联系我们|打印|关闭|邮箱"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link of the home page that may lead to a column."""

    name: str
    url: str


def guess_type(name: str) -> ColumnType:
    """The type that a column's name suggests; 其他 where it suggests none."""
    return next((kind for kind, words in _TYPES if words.search(name)), ColumnType.OTHER)


def candidates(home: Page, scope: Scope) -> Iterator[Candidate]:
    """Links of a home page that look like columns: short names, addresses of folders inside the site."""
    seen: set[str] = {home.url}
    for link in home.links:
        name = "".join(link.text.split()).translate(_MARKS)
        if link.element not in {"a", "area"} or link.url in seen or not _NAMED.fullmatch(name):
            continue
        path = urlsplit(link.url).path
        if not link.url.startswith("http") or not scope.owns(link.url) or path in {"", "/"}:
            continue
        if _FILES.search(path) or _ARTICLE.search(link.url) or _NOT_COLUMNS.search(name):
            continue
        seen.add(link.url)
        yield Candidate(name, link.url)
        if len(seen) > MAX_CANDIDATES:
            return


def propose(candidate: Candidate, reading: ColumnReading) -> Column | None:
    """A candidate as an unconfirmed column, if its page reads as one; None where it does not.

    An empty page of a guessed column proves nothing, so it is left to a person as well.
    """
    if reading.state is ColumnState.READ and len(reading.items) >= 2:
        return Column(
            name=candidate.name, url=candidate.url, type=guess_type(candidate.name), confirmed=False
        )
    if reading.state in {ColumnState.EMPTY, ColumnState.NEEDS_RENDERING}:
        return Column(
            name=candidate.name, url=candidate.url, type=guess_type(candidate.name), confirmed=False
        )
    return None
