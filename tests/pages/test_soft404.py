"""Pages that answer 200 and mean 404, and those that only speak of it."""

from __future__ import annotations

import pytest

from govcrawl.pages import read_page
from govcrawl.pages.soft404 import is_home, led_away, says_closed, says_missing

LONG = "近日，示例市组织开展政府网站检查，对发现的问题逐一登记、逐一整改，并将结果予以公布。" * 20
FRAME = (
    "<ul class='nav'>" + "".join(f"<li><a href='/{n}/'>政务公开栏目{n}</a></li>" for n in range(40)) + "</ul>"
)


def said(title: str, body: str, head: str = "") -> str:
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    read = read_page(page.encode(), "http://www.example.com/a/1.html", "text/html; charset=utf-8")
    return says_missing(read, read.shown.own)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("404", ""),
        ("404 Not Found", "<h1>404 Not Found</h1><hr>nginx"),
        ("HTTP Status 404 – Not Found", "<h1>HTTP Status 404</h1>"),
        ("404页面", "<p>很抱歉</p>"),
        ("错误 404", "<p>返回首页</p>"),
        ("页面不存在", "<p>5秒后返回</p>"),
        ("您访问的页面不存在_示例市人民政府", FRAME + "<p>请检查网址</p>"),
        ("示例市人民政府", "<p>抱歉，您访问的页面不存在或已被删除！</p>" + FRAME),
        ("示例市人民政府", "<div>您 要 查 看 的 页 面 不 存 在，请返回首页</div>"),
        ("提示信息", "该信息已被删除"),
        ("出错了", "<p>对不起，找不到您要访问的页面</p>"),
        ("Error", "The page you are looking for is temporarily unavailable"),
        ("没有找到站点", "<p>您的请求在Web服务器中没有找到对应的站点！</p>"),
    ],
)
def test_missing(title: str, body: str) -> None:
    assert said(title, body), f"not seen to be missing: {title!r} {body[:60]!r}"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("示例市召开会议", LONG),
        ("关于网站“页面不存在”问题的整改情况", LONG),
        ("您访问的页面不存在怎么办", "发布时间：2026-11-02 来源：示例市政府办 " + LONG[:200]),
        ("网站页面不存在", "来信：打开通知提示页面不存在。答复：已经修复，您访问的页面不存在的问题已处理。"),
        ("示政发〔2026〕404号", "<p>全文见附件。</p>"),
        ("关于表彰404名先进个人的决定", "<p>名单见附件</p>"),
        ("示例市第404医院", "<p>地址：示例路1号</p>"),
        ("通知公告", FRAME + "<p>暂无信息</p>"),
        ("站内搜索", "<p>没有找到相关结果</p>"),
        ("示例市人民政府", FRAME + "<div style='display:none'>您访问的链接即将离开本站，是否继续？</div>"),
        ("示例市人民政府", FRAME),
        ("", ""),
        ("国道404线封闭施工公告", "<p>11月起封闭</p>"),
    ],
)
def test_there(title: str, body: str) -> None:
    assert said(title, body) == "", f"wrongly called missing: {title!r}"


@pytest.mark.parametrize(
    ("asked", "final", "said"),
    [
        ("/a/t1.html", "/", "home page"),
        ("/a/t1.html", "/index.html", "home page"),
        ("/f/1.pdf", "/", "home page"),
        ("/a/t1.html", "/404.html", "error page"),
        ("/a/", "/error/", "error page"),
        ("/a/t1.html", "/b/t1.html", ""),
        ("/a/", "/", ""),
        ("/index.html", "/", ""),
        ("/index.jsp", "/index.html", ""),
        ("/wiki/404.html", "/w/404.html", ""),
        ("/", "/portal/", ""),
    ],
)
def test_redirects_that_give_up(asked: str, final: str, said: str) -> None:
    assert led_away(f"http://www.example.com{asked}", f"http://www.example.com{final}") == said


def test_another_hosts_home_page_is_its_own_matter() -> None:
    assert led_away("http://www.example.com/a/1.html", "http://www.example.org/") == ""
    assert led_away("http://example.com/a/1.html", "https://www.example.com/") == "home page"


def test_home_pages() -> None:
    assert is_home("http://www.example.com/")
    assert is_home("http://www.example.com/index.shtml")
    assert not is_home("http://www.example.com/?id=3")
    assert not is_home("http://www.example.com/zwgk/")


def test_a_huge_page_is_read_in_bounded_time() -> None:
    assert said("示例", "<p>" + "页面" * 200_000 + "</p>") == ""


def test_a_site_that_was_shut_is_shut_on_its_home_page_too() -> None:
    shut = "<html><title>您访问的站点已被关闭</title><body>请联系管理员</body></html>"
    notice = f"<html><title>关于示例网站已关闭的公告</title><body>{LONG}</body></html>"
    for page, closed in ((shut, True), (notice, False)):
        read = read_page(page.encode(), "http://www.example.com/")
        assert bool(says_closed(read, read.shown.own)) is closed


def test_own_text_is_what_stands_beside_links_and_navigation() -> None:
    page = (
        "<html><body><nav>导航<p>菜单</p></nav>甲<a href=/x>链接<b>粗</b></a>乙"
        "<p>丙 丁<script>var x</script>戊</p>"
        "<div style='display:none'>隐藏</div>己<footer>版权</footer></body></html>"
    )
    assert read_page(page.encode(), "http://www.example.com/").shown.own == "甲乙丙丁戊己"
