"""The table of verdicts: what attempts say together, and what one answer says by itself."""

# ruff: noqa: E501 - a row of the tables is a line
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from govcrawl.model import Answer, Cause, Look, Try, Verdict
from govcrawl.pages import verdicts
from govcrawl.pages.verdicts import compared, is_apex, is_document, judge, look, skipped

NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)
URL = "http://www.example.com/a/t20240613_1.html"


def tried(what: int | Cause, at: float = 0.0, reason: str = "") -> Try:
    """An attempt so many seconds after noon: a status, or what failed."""
    status = what if isinstance(what, int) else None
    error = what if isinstance(what, Cause) else None
    if error in {Cause.SOFT_404, Cause.EMPTY, Cause.WRONG_TYPE}:
        status = 200
    return Try(method="GET", status=status, error=error, ms=5, at=NOON + timedelta(seconds=at), reason=reason)


OK, BROKEN, SUSPECT, SKIPPED = Verdict.OK, Verdict.BROKEN, Verdict.SUSPECT, Verdict.SKIPPED

CASES: list[tuple[str, list[Try], Verdict, Cause | None, bool, float | None]] = [
    # name, attempts, verdict, cause, blocked, seconds until a further attempt settles it
    ("a page", [tried(200)], OK, None, False, None),
    ("a part of one", [tried(206)], OK, None, False, None),
    ("404 once", [tried(404)], SUSPECT, Cause.HTTP, False, 2),
    ("404 twice, far enough apart", [tried(404), tried(404, 2)], BROKEN, Cause.HTTP, False, None),
    ("404 twice, too soon", [tried(404), tried(404, 0.5)], SUSPECT, Cause.HTTP, False, 1.5),
    ("410 twice", [tried(410), tried(410, 2)], BROKEN, Cause.HTTP, False, None),
    ("400 twice", [tried(400), tried(400, 3)], BROKEN, Cause.HTTP, False, None),
    ("404, then there", [tried(404), tried(200, 2)], OK, None, False, None),
    ("there, then 404", [tried(200), tried(404, 200)], SUSPECT, Cause.HTTP, False, 2),
    ("404, there, 404", [tried(404), tried(200, 100), tried(404, 200)], SUSPECT, Cause.HTTP, False, 2),
    ("404, then refused as a robot", [tried(404), tried(403, 2)], SUSPECT, None, True, 2),
    ("404, 403, 404", [tried(404), tried(403, 2), tried(404, 4)], BROKEN, Cause.HTTP, False, None),
    ("a timeout does not confirm a 404", [tried(Cause.TIMEOUT), tried(404, 500)], SUSPECT, Cause.HTTP, False, 2),
    ("a 404 does confirm a timeout", [tried(404), tried(Cause.TIMEOUT, 120)], BROKEN, Cause.TIMEOUT, False, None),
    ("404, then no resolver", [tried(404), tried(Cause.LOCAL, 2)], SUSPECT, Cause.LOCAL, False, None),
    *[
        (f"{cause} once", [tried(cause)], SUSPECT, cause, False, 120.0)
        for cause in (Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS)
    ],
    *[
        (f"{cause} twice", [tried(cause), tried(cause, 120)], BROKEN, cause, False, None)
        for cause in (Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS)
    ],
    ("dns twice within seconds", [tried(Cause.DNS), tried(Cause.DNS, 2)], SUSPECT, Cause.DNS, False, 118),
    ("dns three times", [tried(Cause.DNS), tried(Cause.DNS, 2), tried(Cause.DNS, 121)], BROKEN, Cause.DNS, False, None),
    ("500 once", [tried(500)], SUSPECT, Cause.HTTP, False, 120),
    ("500 twice within seconds", [tried(500), tried(500, 2)], SUSPECT, Cause.HTTP, False, 118),
    ("500 twice", [tried(500), tried(502, 130)], BROKEN, Cause.HTTP, False, None),
    ("503 that passes", [tried(503), tried(200, 120)], OK, None, False, None),
    ("408 twice within seconds", [tried(408), tried(408, 2)], SUSPECT, Cause.HTTP, False, 118),
    *[
        (f"{cause} twice", [tried(cause), tried(cause, 2)], BROKEN, cause, False, None)
        for cause in (Cause.REDIRECT_LOOP, Cause.TOO_MANY_REDIRECTS, Cause.SOFT_404, Cause.EMPTY, Cause.WRONG_TYPE)
    ],
    *[
        (f"{status} once", [tried(status)], SUSPECT, None, True, 2)
        for status in (401, 403, 405, 412, 418, 429, 451, 521, 999)
    ],
    *[
        (f"{status} for ever", [tried(status), tried(status, 200), tried(status, 9000)], SUSPECT, None, True, None)
        for status in (401, 403, 405, 412, 418, 429, 451, 521, 999)
    ],
    ("403, then let in", [tried(403), tried(200, 2)], OK, None, False, None),
    ("a challenge", [tried(503, reason="robot: challenge")], SUSPECT, None, True, 2),
    ("a script that sets a cookie", [tried(200, reason="robot: cookie script")], SUSPECT, None, True, 2),
    ("no route", [tried(Cause.UNROUTABLE)], SUSPECT, Cause.UNROUTABLE, False, 120),
    ("no route, ever", [tried(Cause.UNROUTABLE), tried(Cause.UNROUTABLE, 9000)], SUSPECT, Cause.UNROUTABLE, False, None),
    ("our resolver", [tried(Cause.LOCAL, reason="resolver")], SUSPECT, Cause.LOCAL, False, 120),
    ("port not listed", [tried(Cause.LOCAL, reason="port not listed")], SUSPECT, Cause.LOCAL, False, None),
    ("inside", [tried(Cause.FORBIDDEN_ADDRESS)], SKIPPED, Cause.FORBIDDEN_ADDRESS, False, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tries", "verdict", "cause", "blocked", "later"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_attempts_to_verdict(
    tries: list[Try], verdict: Verdict, cause: Cause | None, blocked: bool, later: float | None
) -> None:
    found = judge(URL, tries, confirm_after=2.0, confirm_after_transient=120.0)
    assert (found.verdict, found.cause, found.blocked) == (verdict, cause, blocked)
    assert found.retry_after == (None if later is None else pytest.approx(later))
    assert found.tries == tuple(tries)


def test_nothing_is_broken_by_one_attempt() -> None:
    for what in [*Cause, *range(100, 1000)]:
        found = judge(URL, [tried(what)], confirm_after=0.0, confirm_after_transient=0.0)
        assert found.verdict is not BROKEN, f"one attempt that says {what} was believed"


def answer(
    body: str | bytes = "",
    status: int = 200,
    *,
    url: str = URL,
    kind: str = "text/html; charset=utf-8",
    **more: object,
) -> Answer:
    headers = {"content-type": kind, **more.pop("headers", {})}  # type: ignore[dict-item]
    data = body.encode() if isinstance(body, str) else body
    return Answer(url=url, at=NOON, ms=3, status=status, headers=headers, body=data, **more)  # type: ignore[arg-type]


def html(title: str = "", text: str = "", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><div>{text}</div></body></html>"


ARTICLE = "　　示例市政务服务中心自本月起调整办事时间，方便群众就近办理。" * 60


@pytest.mark.parametrize(
    ("url", "got", "keywords", "error", "reason"),
    [
        (URL, answer(html("示例", ARTICLE)), {}, None, ""),
        (URL, answer(""), {}, Cause.EMPTY, "empty body"),
        (URL, answer("  \n"), {}, Cause.EMPTY, "empty body"),
        (URL, answer("", 204), {}, Cause.EMPTY, "no content"),
        ("http://www.example.com/a.js", answer(""), {"element": "script"}, None, ""),
        (URL, answer("", reason="unknown content-encoding"), {}, None, "unknown content-encoding"),
        (URL, answer(html("示例", "正文"), error=Cause.RESET, reason="body broke off"), {}, None, "body broke off"),
        (URL, answer("", error=Cause.TIMEOUT, reason="read"), {}, Cause.TIMEOUT, "read"),
        (URL, answer("", 302), {}, Cause.EMPTY, "redirect without address"),
        ("http://www.example.com/f.pdf", answer(b"%PDF-1.7 ...", kind="application/pdf"), {}, None, ""),
        ("http://www.example.com/f.pdf", answer(b"%PDF-1.7 ..."), {}, None, ""),
        ("http://www.example.com/f.PDF", answer(html("提示", "系统出现错误")), {}, Cause.WRONG_TYPE, "html in place of a document"),
        ("http://www.example.com/f.doc", answer(html("404", "页面不存在")), {}, Cause.WRONG_TYPE, "404"),
        ("http://www.example.com/f.pdf", answer(html("在线阅读", ARTICLE)), {}, None, ""),
        ("http://www.example.com/p.jpg", answer(html("x", "y")), {"element": "img"}, Cause.WRONG_TYPE, "html in place of a resource"),
        ("http://www.example.com/p.jpg", answer(b"\xff\xd8\xff\xe0", kind="text/html"), {"element": "img"}, None, ""),
        ("http://www.example.com/", answer(html("404 Not Found", "nginx")), {}, None, ""),
        (URL, answer(html("404 Not Found", "nginx")), {}, Cause.SOFT_404, "404"),
        (URL, answer(html("请稍候", ""), 503, headers={"cf-mitigated": "challenge"}), {}, None, "robot: challenge"),
        (URL, answer("<html><script>document.cookie='k=1';location.reload()</script></html>"), {}, None, "robot: cookie script"),
        (URL, answer("<script>var arg1='A';document.cookie='acw_sc__v2='+x;</script>"), {}, None, "robot: challenge"),
        (URL, answer(html("网站防火墙", "您的请求可能对网站造成安全威胁，已被拦截")), {}, None, "robot: firewall"),
        (URL, answer(html("网站防火墙建设情况", "发布时间：2026-11-01 " + ARTICLE)), {}, None, ""),
        (URL, answer(html("404", "请求已被拦截"), 404), {}, None, ""),
    ],
)  # fmt: skip
def test_what_one_answer_says(
    url: str, got: Answer, keywords: dict[str, str], error: Cause | None, reason: str
) -> None:
    seen = look(url, [got], **keywords)  # type: ignore[arg-type]
    assert (seen.attempt.error, seen.attempt.reason) == (error, reason)


def test_an_entrance_page_is_followed_and_not_judged() -> None:
    seen = look(URL, [answer('<html><meta http-equiv="refresh" content="0;url=/new/"></html>')])
    assert seen.follow == "http://www.example.com/new/"
    assert not seen.compare


def test_a_download_page_leads_to_its_document() -> None:
    page = '<html><meta http-equiv="refresh" content="0;url=/real.pdf"><body>正在下载</body></html>'
    seen = look("http://www.example.com/f.pdf", [answer(page)])
    assert (seen.attempt.error, seen.follow) == (None, "http://www.example.com/real.pdf")


def test_redirects_are_counted_and_where_they_end() -> None:
    seen = look(URL, [answer("", 302), answer(html("新", ARTICLE), url="http://www.example.com/new/1.html")])
    assert (seen.attempt.redirects, seen.attempt.final_url) == (1, "http://www.example.com/new/1.html")
    assert (seen.attempt.status, seen.attempt.error, seen.title) == (200, None, "新")


@pytest.mark.parametrize(
    ("status", "header", "later"),
    [
        (429, "30", 30),
        (429, "1", 2),
        (429, "86400", 3600),
        (429, "Mon, 16 Nov 2026 04:01:00 GMT", 60),
        (429, "soon", 2),
        (503, "600", 600),
        (503, "30", 120),
        (404, "", 2),
    ],
)
def test_a_server_that_asks_for_patience_gets_it(status: int, header: str, later: float) -> None:
    seen = look(URL, [answer("later", status, headers={"retry-after": header})])
    found = judge(URL, [seen.attempt], seen, confirm_after=2.0, confirm_after_transient=120.0)
    assert found.retry_after == pytest.approx(later)


def test_a_loop_is_a_loop_whatever_the_last_answer() -> None:
    seen = look(URL, [answer("", 302), answer("", 302)], stopped=Cause.REDIRECT_LOOP)
    assert (seen.attempt.error, seen.attempt.status) == (Cause.REDIRECT_LOOP, 302)


def test_a_hijacked_page_is_hijacked_and_no_fault() -> None:
    bad = html(
        "澳门葡京娱乐城_百家乐官网",
        "注册送彩金 投注 棋牌",
        '<meta name="keywords" content="真人娱乐,老虎机">',
    )
    seen = look(URL, [answer(bad)])
    found = judge(URL, [seen.attempt], seen, confirm_after=2.0, confirm_after_transient=120.0)
    assert found.verdict is Verdict.HIJACKED
    assert not seen.compare, "a parked domain answers any address alike: it must stay hijacked"
    assert found.reason.startswith("gambling: ")


def same(first: str, second: str, *, moved: tuple[str, str] = ("", "")) -> Cause | None:
    """Are these two pages, of the link and of a made-up address, told to be one."""
    chains = [
        [answer("", 302), answer(body, url=to)] if to else [answer(body)]
        for body, to in zip((first, second), moved, strict=True)
    ]
    return compared(look(URL, chains[0]), look(URL, chains[1])).attempt.error


def test_the_same_answer_as_for_a_made_up_address() -> None:
    one = html("示例网", "您好，欢迎访问示例网，本次请求编号 8832719。请从首页进入。")
    other = html("示例网", "您好，欢迎访问示例网，本次请求编号 1199203。请从首页进入。")
    assert same(one, other) is Cause.SOFT_404
    assert same(one, html("示例网", "关于延长开放时间的公告，详见附件，特此通知全体市民。")) is None
    assert same(one, html("别的网", "您好，欢迎访问示例网，本次请求编号 1199203。请从首页进入。")) is None


def test_an_empty_frame_that_scripts_fill_is_no_missing_page() -> None:
    shell = (
        '<html><title>政务服务</title><body><div id="app"></div><script src="/app.js"></script></body></html>'
    )
    assert same(shell, shell) is None


def test_an_application_with_a_notice_of_loading_is_not_compared() -> None:
    frame = (
        "<html><title>政务服务</title><body><header>示例市政务服务网，您好，请登录或注册</header>"
        '<div id="app"><p>加载中，请稍候</p></div><script src="/app.js"></script></body></html>'
    )
    assert not look(URL, [answer(frame)]).compare


def test_a_form_to_sign_in_is_no_firewall() -> None:
    form = "<form>用户名<input name=u>密码<input type=password>请输入验证码，完成安全验证<input></form>"
    assert look(URL, [answer(html("统一身份认证", form))]).attempt.reason == ""


def test_redirected_to_where_a_made_up_address_is_redirected() -> None:
    folder = "http://www.example.com/old/column/"
    home = html("示例网", "首页")
    top = "http://www.example.com/"
    asked = look(folder, [answer("", 302, url=folder), answer(home, url=top)])
    assert asked.compare
    learnt = look(folder, [answer("", 302), answer(home, url=top)])
    assert compared(asked, learnt).attempt.error is Cause.SOFT_404
    honest = look(folder, [answer(html("404", "没有"), 404)])
    assert compared(asked, honest).attempt.error is None


def test_long_pages_and_home_pages_are_not_compared() -> None:
    assert not look(URL, [answer(html("示例", ARTICLE))]).compare
    assert not look("http://www.example.com/index.html", [answer(html("示例", "短"))]).compare
    assert not look(URL, [answer(html("示例", "短"))], home=True).compare
    assert look(URL, [answer(html("示例", "短"))]).compare


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mailto:a@example.com", "scheme mailto"),
        ("tel:12345", "scheme tel"),
        ("javascript:void(0)", "scheme javascript"),
        ("data:text/html,x", "scheme data"),
        ("JavaScript:void(0)", "scheme javascript"),
        ("weixin://dl", "scheme weixin"),
        ("sms:10086", "scheme sms"),
        ("ftp://a.example/x", "scheme ftp"),
        ("thunder://x", "scheme thunder"),
        ("tps:1", "scheme tps"),
    ],
)
def test_what_is_no_address_is_skipped(url: str, reason: str) -> None:
    verdict = skipped(url)
    assert verdict is not None
    assert (verdict.verdict, verdict.reason) == (Verdict.SKIPPED, reason)


@pytest.mark.parametrize(
    "url",
    ["htttp://www.example.com/", "htp://a.example/", "ttp://a.example/", "hhttps://a.example/", "www.example.com:8080/x",
     "localhost.local:80", "file:///D:/通知.doc", "http//a", "//"],
)  # fmt: skip
def test_slips_are_not_skipped_for_nobody_can_open_them(url: str) -> None:
    assert skipped(url) is None


def test_addresses_are_not_skipped() -> None:
    assert skipped("http://www.example.com/") is None
    assert skipped("HTTPS://www.example.com/") is None


@pytest.mark.parametrize(
    ("url", "document"),
    [
        ("http://a.example/f.pdf", True),
        ("http://a.example/f.DOCX?x=1", True),
        ("http://a.example/f.html", False),
        ("http://a.example/f.pdf/", False),
        ("http://[a/f.pdf", False),
    ],
)
def test_documents_by_their_address(url: str, document: bool) -> None:
    assert is_document(url) is document


def test_a_registered_domain_itself() -> None:
    assert is_apex("http://example.gov.cn/x")
    assert not is_apex("http://www.example.gov.cn/x")
    assert not is_apex("http://203.0.113.7/")
    assert not is_apex("http://localhost/")


def test_the_module_offers_what_the_link_checker_asks_for() -> None:
    for name in ("look", "judge", "compared", "skipped", "is_document", "is_apex"):
        assert callable(getattr(verdicts, name)), name
    assert isinstance(look(URL, [answer("x")]), Look)
