"""Cookies go back where they belong, and nowhere else."""

from __future__ import annotations

import pytest

from govcrawl.net.cookies import Cookies

URL = "http://sso.example.gov.cn/login"


@pytest.mark.parametrize(
    ("line", "url", "sent"),
    [
        ("a=1; Path=/; HttpOnly", URL, "a=1"),
        ("a=1", "http://www.example.gov.cn/", ""),
        ("a=1; Domain=.example.gov.cn", "http://www.example.gov.cn/", "a=1"),
        ("a=1; domain=example.gov.cn; Secure", "https://example.gov.cn/", "a=1"),
        ("a=1; Domain=sso.example.gov.cn", URL, "a=1"),
        ("a=1; Domain=gov.cn", "http://www.other.gov.cn/", ""),
        ("a=1; Domain=cn", "http://www.other.cn/", ""),
        ("a=1; Domain=other.gov.cn", "http://other.gov.cn/", ""),
        ("a=1; Max-Age=0", URL, ""),
        ("=1", URL, ""),
        ("a b=1", URL, ""),
        ("a=" + "x" * 3000, URL, ""),
        ("a=x\x01y", URL, "a=x"),
        ("", URL, ""),
    ],
)
def test_where_a_cookie_goes(line: str, url: str, sent: str) -> None:
    cookies = Cookies()
    cookies.take(URL, line)
    assert cookies.header(url) == sent


def test_several_and_taken_back() -> None:
    cookies = Cookies()
    cookies.take(URL, "a=1\nb=2; Domain=example.gov.cn\na=3")
    assert cookies.header(URL) == "b=2; a=3"
    cookies.take(URL, "a=; Max-Age=0")
    assert cookies.header(URL) == "b=2"


def test_a_flood_of_cookies_is_bounded() -> None:
    cookies = Cookies()
    for number in range(5_000):
        cookies.take(f"http://h{number}.example.gov.cn/", "\n".join(f"c{n}=1" for n in range(25)))
    assert len(cookies._jar) <= 4_000
    assert cookies.header("http://h4999.example.gov.cn/").count("=") == 20
