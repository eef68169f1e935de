"""Addresses as they go over the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcrawl.net.wire import BadAddressError, ascii_location, join, wire


@pytest.mark.parametrize(
    ("url", "sent", "host", "port"),
    [
        ("http://www.example.gov.cn", "http://www.example.gov.cn/", "www.example.gov.cn", 80),
        ("HTTP://WWW.Example.gov.cn:80/A", "http://www.example.gov.cn/A", "www.example.gov.cn", 80),
        ("https://a.example:8443/?q", "https://a.example:8443/?q", "a.example", 8443),
        ("http://u:p@a.example/", "http://a.example/", "a.example", 80),
        ("http://a.example/x#part", "http://a.example/x", "a.example", 80),
        (
            "http://a.example/中 文?查=询",
            "http://a.example/%E4%B8%AD%20%E6%96%87?%E6%9F%A5=%E8%AF%A2",
            "a.example",
            80,
        ),
        ("http://a.example/%D6%D0", "http://a.example/%D6%D0", "a.example", 80),
        ("http://a.example/%zz/100%", "http://a.example/%zz/100%", "a.example", 80),
        ("http://a.example\\b\\c", "http://a.example/b/c", "a.example", 80),
        ("http://示例.中国/", "http://xn--fsq092h.xn--fiqs8s/", "xn--fsq092h.xn--fiqs8s", 80),
        ("http://[2400:3200::1]:81/", "http://[2400:3200::1]:81/", "2400:3200::1", 81),
        ("http://my_host.example/", "http://my_host.example/", "my_host.example", 80),
    ],
)
def test_wire(url: str, sent: str, host: str, port: int) -> None:
    found = wire(url)
    assert (found.url, found.host, found.port) == (sent, host, port)


@pytest.mark.parametrize(
    "url",
    ["", "/x", "mailto:a@b", "ftp://a.example/", "http://", "http://a b/", "http://a..b/", "http://-/", "http://:80/",
     "http://a.example:0/", "http://a.example:99999/", "http://a.example:x/", "http://[::1/", "http://[zz]/",
     "http://a\x00b/", "http://" + "a" * 300 + "/", "http://a.example/" + "x" * 9000],
)  # fmt: skip
def test_no_address(url: str) -> None:
    with pytest.raises(BadAddressError):
        wire(url)


@given(st.text(max_size=60))
def test_whatever_a_page_writes_is_ascii_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"http://a.example/{text}", f"http://a.example/?{text}"):
        try:
            sent = wire(url).url
        except BadAddressError:
            continue
        assert sent.isascii()
        assert not set(sent) & set(" \t\r\n\0"), sent
        assert wire(sent).url == sent, "what was made ready once stays as it is"


@given(st.text(max_size=60))
def test_a_location_never_crashes(text: str) -> None:
    assert isinstance(join("http://a.example/x/y?z", text), str)


@pytest.mark.parametrize(
    ("location", "joined"),
    [
        ("/b", "http://a.example/b"),
        ("b", "http://a.example/x/b"),
        ("?q=1", "http://a.example/x/y?q=1"),
        ("//b.example/c", "http://b.example/c"),
        ("https://b.example", "https://b.example/"),
        ("\\b\\c", "http://a.example/b/c"),
        ("/a b", "http://a.example/a%20b"),
        ("../../c", "http://a.example/c"),
        ("weixin://dl", "weixin://dl"),
        ("http://[", "http://["),
    ],
)
def test_join(location: str, joined: str) -> None:
    assert join("http://a.example/x/y?z", location) == joined


def test_bytes_of_a_location_stay_what_they_are() -> None:
    assert ascii_location("/公告.html".encode("gbk")) == "/%B9%AB%B8%E6.html"
    assert ascii_location("/公告.html".encode()) == "/%E5%85%AC%E5%91%8A.html"
    assert ascii_location(b" /a%20b ") == "/a%20b"
