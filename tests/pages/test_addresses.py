"""Addresses made comparable, and whose they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcrawl.model import Site, Version
from govcrawl.pages import Scope, normalise, registrable_domain
from govcrawl.pages.addresses import resolver

NORMAL = {
    "http://a.cn": "http://a.cn/",
    "HTTP://A.CN:80/x/../y/./z#f": "http://a.cn/y/z",
    "https://a.cn:443/": "https://a.cn/",
    "http://a.cn:8080/x": "http://a.cn:8080/x",
    "http://user:pass@a.cn/": "http://a.cn/",
    "http://测试.中国/": "http://xn--0zwm56d.xn--fiqs8s/",
    "http:/a.cn/x": "http://a.cn/x",
    "http://a.cn/%7ex%2F": "http://a.cn/%7ex%2F",
    "http://a.cn?x=1": "http://a.cn/?x=1",
    "http://[2001:db8::1]:80/x": "http://[2001:db8::1]/x",
    "http://a.cn/a|b;c,d": "http://a.cn/a|b;c,d",
    "http://a.cn/?u=http://b.cn/c?d": "http://a.cn/?u=http://b.cn/c?d",
    "　http://a.cn/x\u200b": "http://a.cn/x",
    "mailto:a@b.cn": "mailto:a@b.cn",
    "javascript:void(0)": "javascript:void(0)",
}


@pytest.mark.parametrize(("raw", "expected"), NORMAL.items())
def test_normalise(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


@pytest.mark.parametrize("raw", NORMAL.values())
def test_normalising_twice_changes_nothing(raw: str) -> None:
    assert normalise(raw) == raw


@pytest.mark.parametrize(
    "raw", ["", "   ", "http://", "http://[::1", "http://a.cn:99999/", "http://a b.cn/", "x.html"]
)
def test_what_is_no_address(raw: str) -> None:
    assert normalise(raw) is None


def test_an_address_is_bounded() -> None:
    assert normalise("http://a.cn/" + "x" * 3000) is None
    assert len(normalise("javascript:" + "x" * 9000) or "") <= 2000


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("b.html", "http://a.cn/d/b.html"),
        ("./b.html", "http://a.cn/d/b.html"),
        ("../b.html", "http://a.cn/b.html"),
        ("../../../b.html", "http://a.cn/b.html"),
        ("/b.html", "http://a.cn/b.html"),
        ("//b.cn/c", "http://b.cn/c"),
        ("?p=2", "http://a.cn/d/e.html?p=2"),
        ("\\b\\c.html", "http://a.cn/b/c.html"),
    ],
)
def test_relative_addresses(raw: str, expected: str) -> None:
    assert normalise(raw, "http://a.cn/d/e.html") == expected


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.dg.gov.cn", "dg.gov.cn"),
        ("jyj.example.gov.cn", "example.gov.cn"),
        ("example.com.cn", "example.com.cn"),
        ("a.b.example.com", "example.com"),
        ("gov.cn", "gov.cn"),
        ("192.0.2.1", "192.0.2.1"),
        ("localhost", "localhost"),
    ],
)
def test_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def _site(url: str = "http://www.example.gov.cn/", site_id: str = "portal", **more: object) -> Site:
    return Site(id=site_id, name="示例市人民政府", unit="zfb", url=url, **more)  # type: ignore[arg-type]  # kwargs of a dataclass


def test_scope_without_prefixes_is_the_host_its_apex_and_www() -> None:
    scope = Scope(_site())
    for url in ("http://www.example.gov.cn/a", "https://example.gov.cn/", "http://www.example.gov.cn:8080/x"):
        assert scope.owns(url), url
    for url in ("http://jyj.example.gov.cn/", "http://www.other.cn/", "mailto:a@example.gov.cn", "http://"):
        assert not scope.owns(url), url


def test_departments_of_a_portal_are_outside_but_no_third_party() -> None:
    scope = Scope(_site())
    assert not scope.owns("http://jyj.example.gov.cn/")
    assert not scope.third_party("http://jyj.example.gov.cn/")
    assert scope.third_party("http://www.example.com/")
    assert not scope.third_party("javascript:;")


def test_aliases_exclusions_and_versions() -> None:
    scope = Scope(
        _site(
            aliases=("old.example.cn",),
            exclude=("http://www.example.gov.cn/archive/",),
            versions=(
                Version(url="http://www.example.gov.cn/en/"),
                Version(url="http://www.example.gov.cn/"),
            ),
        )
    )
    assert scope.owns("http://old.example.cn/a")
    assert scope.owns("http://www.example.gov.cn/news/")
    assert not scope.owns("http://www.example.gov.cn/archive/2001/")
    assert not scope.owns("http://www.example.gov.cn/en/index.html")
    assert not scope.third_party("http://old.example.cn/a")


def test_sites_that_share_a_host_the_longest_prefix_owns() -> None:
    portal = _site()
    bureau = _site("http://www.example.gov.cn/jyj/", "jyj", scope=("http://www.example.gov.cn/jyj/",))
    township = _site(
        "http://www.example.gov.cn/jyj/sub/", "sub", scope=("http://www.example.gov.cn/jyj/sub/",)
    )
    everyone = (portal, bureau, township)
    owners = {
        url: [site.id for site in everyone if Scope(site, everyone).owns(url)]
        for url in (
            "http://www.example.gov.cn/zwgk/",
            "http://www.example.gov.cn/jyj/a.html",
            "http://www.example.gov.cn/jyj/sub/a.html",
            "http://example.gov.cn/jyj/",
        )
    }
    assert list(owners.values()) == [["portal"], ["jyj"], ["sub"], ["jyj"]], owners


def test_a_prefix_ends_with_a_path_segment() -> None:
    scope = Scope(_site(scope=("http://www.example.gov.cn/jyj",)))
    assert scope.owns("http://www.example.gov.cn/jyj")
    assert scope.owns("http://www.example.gov.cn/jyj/a.html")
    assert not scope.owns("http://www.example.gov.cn/jyjs/a.html")


BASES = (
    "",
    "http://www.example.gov.cn/",
    "http://www.example.gov.cn/zwgk/tzgg/index.html",
    "https://www.example.gov.cn:8443/a/b;c/d.jsp?u=/x/y#z/z",
    "http://www.example.gov.cn",
    "http://www.example.gov.cn/a/../b/",
    "file:///c/d/e",
)


@given(
    raw=st.one_of(
        st.text(alphabet="/.?#;:\\ab1 \t%=＂中\u200b", max_size=12),
        st.sampled_from(
            [
                "http:",
                "//",
                "/\\b.cn/x",
                "http://b.cn",
                "HTTPS:/b.cn/../x",
                "?a=1",
                ".",
                "mailto:a",
                "x" * 400,
            ]
        ),
    ),
    base=st.sampled_from(BASES),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_a_resolver_remembers_and_changes_nothing(raw: str, base: str, encoding: str) -> None:
    resolve = resolver(base, encoding)
    assert resolve(raw) == normalise(raw, base, encoding)
    assert resolver(base, encoding)(raw) == resolve(raw), "the second time it is remembered"
