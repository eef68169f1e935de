"""Where a page says that it stands, in the shapes that systems print it."""

from __future__ import annotations

import pytest

from govcrawl.pages import read_page
from govcrawl.pages.breadcrumbs import breadcrumb

URL = "http://www.example.gov.cn/zwgk/tzgg/"
HOME = '<a href="/">首页</a>'
ONE = '<a href="/zwgk/">政务公开</a>'
TWO = '<a href="./">通知公告</a>'
TITLE = "示例市人民政府办公室关于做好二〇二六年度某项工作的通知"


def steps(body: str) -> list[str]:
    page = read_page(f"<html><body>{body}<p>正文一段</p></body></html>".encode(), URL)
    return [crumb.name for crumb in breadcrumb(page)]


@pytest.mark.parametrize(
    "body",
    [
        f"<div class=position>当前位置：{HOME} &gt; {ONE} &gt; {TWO}</div>",
        f"<div>您当前的位置：{HOME} » {ONE} » {TWO}</div>",
        f"<div><span>您的位置</span><span>：</span>{HOME}--&gt;{ONE}--&gt;{TWO}--&gt;列表</div>",
        f"<table><tr><td>当前位置：{HOME} / {ONE} / 通知公告</td></tr></table>",
        f"<ul class=breadcrumb><li>{HOME}</li><li>{ONE}</li><li>{TWO}</li></ul>",
        f"<div class=dqwz>{HOME}＞{ONE}＞{TWO}＞正文</div>",
        "<div>当前所在位置：<a href='/'>网站首页</a> 政务公开 通知公告</div>",
        f"<div>当前位置：{HOME} &gt; {ONE} &gt; 通知公告 <a href='/dy/'><img src='/dy.png'></a></div>",
        f"<div>当前位置：{HOME} &gt; {ONE} &gt; {TWO} &gt; {TITLE}</div>",
    ],
)
def test_steps(body: str) -> None:
    assert steps(body) == ["政务公开", "通知公告"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>会议指出，要找准所在位置，明确目标。</p>",
        f"<div class=nav>{HOME}{ONE}{TWO}</div>",
        "<div class=position>当前位置：" + "<a href='/x/'>栏目</a>" * 40 + "</div>",
        "<div class=position><a href='/zp/'>招聘职位</a> <a href='/zp/2/'>更多职位</a></div>",
        "<div class=position>" + "字" * 1000 + f"{HOME}{ONE}</div>",
    ],
)
def test_what_is_no_breadcrumb(body: str) -> None:
    assert steps(body) == []


def test_addresses_of_steps() -> None:
    page = read_page(
        f"<html><body><div>当前位置：{HOME} &gt; {ONE} &gt; 通知公告</div></body></html>".encode(), URL
    )
    assert [crumb.url for crumb in breadcrumb(page)] == ["http://www.example.gov.cn/zwgk/", None]
