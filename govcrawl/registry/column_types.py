"""The type of a column that nobody registered: from its ColumnType tag, its name, its entries' titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from govcrawl.model import ColumnType, ListItem

_TAGS = {
    "概况信息": ColumnType.OVERVIEW,
    "机构职能": ColumnType.STATIC,
    "机构设置": ColumnType.STATIC,
    "负责人信息": ColumnType.STATIC,
    "领导信息": ColumnType.STATIC,
    "信息公开指南": ColumnType.STATIC,
    "信息公开制度": ColumnType.STATIC,
    "依申请公开": ColumnType.STATIC,
    "工作动态": ColumnType.NEWS,
    "动态要闻": ColumnType.NEWS,
    "要闻动态": ColumnType.NEWS,
    "通知公告": ColumnType.NOTICES,
    "政策文件": ColumnType.POLICIES,
    "政策解读": ColumnType.INTERPRETATION,
    "信息公开年报": ColumnType.ANNUAL_REPORTS,
    "人事信息": ColumnType.PERSONNEL,
    "规划计划": ColumnType.PLANS,
    "办事服务": ColumnType.SERVICES,
    "咨询投诉": ColumnType.INTERACTION,
    "征集调查": ColumnType.INTERACTION,
    "在线访谈": ColumnType.INTERACTION,
    "互动交流": ColumnType.INTERACTION,
    "静态信息": ColumnType.STATIC,
}
"""Values that the standard for tags of pages lists (and near ones that are as clear)."""

# From the most telling word to the least; a name that holds none is of type 其他, which is not judged.
_NAMES: tuple[tuple[ColumnType, re.Pattern[str]], ...] = (
    (ColumnType.INTERPRETATION, re.compile("解读|图解|一图读懂|一图看懂|政策问答")),
    (ColumnType.ANNUAL_REPORTS, re.compile("年报|年度报告")),
    (ColumnType.STATIC, re.compile("公开指南|公开制度|公开规定|依申请公开|机构改革方案|权责清单|权力清单")),
    (ColumnType.PLANS, re.compile("规划|计划")),
    (ColumnType.INTERACTION, re.compile("信箱|信件|来信|留言|访谈|征集|调查|咨询|投诉|意见建议|互动|12345")),
    (ColumnType.PERSONNEL, re.compile("人事|招考|招聘|任免|公务员|干部任前|公开选调")),
    (ColumnType.NEWS, re.compile("领导活动|领导讲话|领导动态|政策动态|机构动态")),
    (ColumnType.NOTICES, re.compile("通知|公告|公示|通告|招标|采购")),
    (ColumnType.POLICIES, re.compile("政策|文件|法规|规章|规范性|政令")),
    (ColumnType.STATIC, re.compile("领导|机构|职能|职责|负责人|处室|科室|直属单位|联系方式")),
    (ColumnType.OVERVIEW, re.compile("概况|概览|简介|历史沿革|自然地理|地理|人口|走进|风土人情")),
    (ColumnType.SERVICES, re.compile("服务|办事|指南|下载")),
    (ColumnType.NEWS, re.compile("要闻|新闻|动态|资讯|快讯|头条|聚焦|关注|信息$|工作$")),
)
_NEWS_TAG = re.compile("要闻|新闻|动态")
_NOTICE_TITLE = re.compile(r"(?:通知|公告|公示|通告)(?:[（(].{0,20}[)）])?$")
_TITLES = 4
"""Entries from which their titles tell a type."""
_SHARE = 0.7


class TypeOrigin(StrEnum):
    """What a type was guessed from."""

    TAG = "tag"
    NAME = "name"
    TITLES = "titles"
    NONE = "none"
    """Nothing: the type is 其他."""


def type_of_name(name: str) -> ColumnType:
    """The type that a column's name suggests; 其他 where it suggests none."""
    return next((kind for kind, words in _NAMES if words.search(name)), ColumnType.OTHER)


def type_of_tag(values: Iterable[str]) -> ColumnType | None:
    """The type that a ColumnType tag says; None: it says nothing of use (公共头, 其他, a number, a title).

    Many sites write the column's own name into it; it is then read as a name, but for its weakest words.
    """
    for value in values:
        word = value.strip()
        if word in _TAGS:
            return _TAGS[word]
        kind = type_of_name(word) if len(word) <= 12 else ColumnType.OTHER
        if kind is not ColumnType.OTHER and (kind is not ColumnType.NEWS or _NEWS_TAG.search(word)):
            return kind
    return None


def type_of_column(
    name: str, tags: Iterable[str] = (), items: Sequence[ListItem] = ()
) -> tuple[ColumnType, TypeOrigin]:
    """A column's type and what it was guessed from: the tag first, then the name, then the titles."""
    if (tagged := type_of_tag(tags)) is not None:
        return tagged, TypeOrigin.TAG
    if (named := type_of_name(name)) is not ColumnType.OTHER:
        return named, TypeOrigin.NAME
    notices = sum(_NOTICE_TITLE.search(item.title) is not None for item in items)
    if len(items) >= _TITLES and notices >= _SHARE * len(items):
        return ColumnType.NOTICES, TypeOrigin.TITLES
    return ColumnType.OTHER, TypeOrigin.NONE
