"""Articles that show no date of publication: what their other dates are of, and what is left to guess by."""

from __future__ import annotations

from datetime import date

import pytest

from govcrawl.model import DateOrigin, PublishedDate
from govcrawl.pages import read_page
from govcrawl.pages.articles import read_article

TODAY = date(2026, 5, 30)
URL = "http://jyj.example.gov.cn/jydt/content_1.html"
TEXT = (
    "<p>　　近日，示例市教育局召开工作会议，总结上半年工作，部署下半年任务。会议要求，各地抓好落实。</p>"
    "<p>　　会议强调，要把各项措施落到实处，让群众满意。</p>"
)
SOURCE = "<div class='info'>来源：示例市教育局</div>"


def published(
    above: str = SOURCE, text: str = TEXT, title: str = "示例市教育局召开工作会议"
) -> PublishedDate | None:
    markup = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_示例市教育局</title></head><body>"
        f"<div class='nav'><a href='/'>首页</a></div><h1>{title}</h1>{above}<div class='con'>{text}</div>"
        "<div class='footer'><p>主办：示例市教育局</p></div></body></html>"
    )
    page = read_page(markup.encode(), URL, "text/html; charset=utf-8")
    return read_article(page, today=TODAY).published


@pytest.mark.parametrize(
    "above",
    [
        "<p>截止日期：2024-06-13</p>",
        "<p>截止日期：</p><p>2024-06-13</p>",
        "<div>征集时间：2024-06-13</div>",
        "<div>有效期至：2024-06-13</div>",
        "<p>报名时间：2024-06-01至2024-06-13</p>",
        "<p>公示期：2024年6月1日—2024年6月13日</p>",
        "<div>会议时间：2024-06-13　地点：一楼会议室</div>",
        "<p>时间：2024年6月13日上午9:00</p><p>地点：示例市文化馆</p>",
        "<p>活动时间：2024年6月13日</p>",
        "<p>实施日期：2024-06-13</p>",
        "<p>生效日期：2024-06-13</p>",
        "<p>示例市人民政府公告2024-06-13号</p>",
        "<p>Copyright 2024-06-13 示例市教育局</p>",
        "<p>上一篇：<a href='/jydt/content_2.html'>示例市教育局召开座谈会</a> 2024-06-13</p>",
    ],
)
def test_a_date_that_the_page_calls_something_else_is_no_guess(above: str) -> None:
    assert published(SOURCE + above) is None, "no date is better than that of a deadline, an event, a number"
    assert published(text=TEXT + above) is None, "nor below the text"


@pytest.mark.parametrize("title", ["关于2024-06-13停水的通知", "示例市2024年6月13日天气通报"])
def test_a_date_of_the_title_is_no_guess(title: str) -> None:
    assert published(title=title) is None


def test_a_date_in_running_text_is_no_guess() -> None:
    text = "<p>　　2024年6月13日，示例市教育局召开会议，总结工作，部署任务。会议要求，各地要抓好落实。</p>"
    assert published(text=text) is None


@pytest.mark.parametrize(
    "signature",
    [
        "<p>示例市教育局</p><p>2024年6月13日</p>",
        "<p>示例市教育局 2024年6月13日</p>",
        "<p>二〇二四年六月十三日</p>",
    ],
)
def test_a_signature_is_a_guess_and_marked_as_one(signature: str) -> None:
    found = published(text=TEXT + signature)
    assert found is not None, "a document is signed on some day"
    assert (found.day, found.origin) == (date(2024, 6, 13), DateOrigin.GUESS)


def test_a_label_of_publication_wins_wherever_a_deadline_stands() -> None:
    above = "<div>截止日期：2024-06-30　发布日期：2024-06-13</div>"
    found = published(above)
    assert found is not None
    assert (found.day, found.origin) == (date(2024, 6, 13), DateOrigin.SHOWN)


def test_a_title_that_ends_like_a_label_is_none() -> None:
    found = published("<div>2024-06-13</div>", title="示例市教育工作简报第十二期")
    assert found is not None
    assert (found.day, found.origin) == (date(2024, 6, 13), DateOrigin.SHOWN)


@pytest.mark.parametrize("clock", ["8时5分", "08:05", "上午8:05", "08：05"])
def test_the_time_of_day_is_kept(clock: str) -> None:
    assert str(published(f"<div>发布时间：2024年6月13日 {clock}</div>")) == "2024-06-13T08:05"
