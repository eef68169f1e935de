"""A column as its list page shows it: read, empty, written by a script, or no list at all."""

from __future__ import annotations

import re
from datetime import date

from govcrawl.model import ColumnReading, ColumnState
from govcrawl.pages.elements import evidence_of
from govcrawl.pages.lists import MainList, main_list
from govcrawl.pages.page import Page

_SAYS_EMPTY = re.compile(
    r"暂\s?无\s?(?:相关)?(?:信息|数据|内容|记录|文章|资料|新闻|公告|文件)|没有(?:找到|查询到)?(?:相关|任何|符合条件的)?(?:信息|数据|记录|内容)"
    r"|(?:总共|共有?)\s{0,3}0\s{0,3}(?:条|篇|个)|栏目(?:下)?(?:暂)?无(?:信息|内容|文章)|该栏目(?:暂)?无"
)


def read_column(page: Page, today: date) -> ColumnReading:
    """What a registered column's page shows on `today`; a rendered page is read like a static one."""
    if not page.is_html:
        return ColumnReading(url=page.url, state=ColumnState.NOT_A_LIST, reason="栏目地址直接打开一个文件")
    found = main_list(page, today)
    if found is not None and found.items and (found.dated or len(found.items) > 2):
        return _read(page, found)
    return ColumnReading(url=page.url, state=ColumnState.UNREADABLE, reason="未能从页面中识别出信息列表")


def _read(page: Page, found: MainList) -> ColumnReading:
    proof = evidence_of(found.element)
    return ColumnReading(
        url=page.url,
        state=ColumnState.READ,
        items=found.items,
        newest=found.newest,
        newest_latest=found.newest_latest,
        origin=found.origin,
        snippet=proof.snippet,
        line=proof.line or 0,
        selector=proof.selector,
    )
