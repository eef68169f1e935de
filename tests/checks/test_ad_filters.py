"""The engine of advertising rules behind our own two methods."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.ad_filters import BraveFilters, shipped_filters, shipped_text

PAGE = "http://www.example.gov.cn/index.html"
FILTERS = shipped_filters()


def of(*rules: str) -> BraveFilters:
    return BraveFilters(lambda: ["\n".join(rules)])


def test_a_rule_that_names_the_host() -> None:
    match = FILTERS.matches("https://pos.baidu.com/s?wid=1", PAGE, "script")
    assert match is not None
    assert (match.rule, match.network) == ("||pos.baidu.com^", "百度联盟")
    assert match.third_party
    assert match.names_host


def test_a_rule_that_hits_by_a_part_names_nobody() -> None:
    own = FILTERS.matches("http://www.example.gov.cn/guanggao/1.jpg", PAGE, "img")
    assert own is not None
    assert not own.third_party
    assert not own.names_host
    other = FILTERS.matches("http://img.example.com/ads/1.js", PAGE, "script")
    assert other is not None
    assert other.third_party
    assert not other.names_host
    assert other.network == "example.com"


@pytest.mark.parametrize(
    "url",
    [
        "https://hm.baidu.com/hm.js?1",
        "https://s4.cnzz.com/z_stat.php?id=1",
        "https://js.users.51.la/1.js",
        "https://sdk.51.la/js-sdk-pro.min.js",
        "https://bszs.conac.cn/sitename?method=show",
        "https://dcs.conac.cn/js/01.js",
        "https://zfwzgl.www.gov.cn/exposure/jiucuo.js",
        "https://search.kaipuyun.cn/ads/s.js",
        "https://bdimg.share.baidu.com/static/api/js/share.js",
        "https://api.map.baidu.com/ads/api?v=3.0",
    ],
)
def test_other_lists_do_not_overrule_the_exceptions_of_ours(url: str) -> None:
    """Lists of others block statistics and vendors; `important` would even overrule an exception."""
    theirs = [
        "||hm.baidu.com^$important",
        "||cnzz.com^$third-party,important",
        "||51.la^",
        "||conac.cn^",
        "||zfwzgl.www.gov.cn^$important",
        "||kaipuyun.cn^$important,script",
        "/ads/*$important",
        "||share.baidu.com^",
    ]
    filters = BraveFilters(lambda: [shipped_text(), "\n".join(theirs)])
    assert filters.matches(url, PAGE, "script") is None, f"{url} advertises nothing"
    assert filters.matches("http://x.example.com/ads/1.js", PAGE, "script") is not None


def test_kinds_and_parties_are_told_apart() -> None:
    filters = of("||a.example.com^$script", "||b.example.com^$third-party", "||c.example.com^$subdocument")
    assert filters.matches("http://a.example.com/", PAGE, "script") is not None
    assert filters.matches("http://a.example.com/", PAGE, "img") is None
    assert filters.matches("http://b.example.com/", PAGE, "xhr") is not None
    assert filters.matches("http://b.example.com/", "http://www.example.com/", "xhr") is None
    assert filters.matches("http://b.example.com/", PAGE, "img", third_party=False) is None
    assert filters.matches("http://c.example.com/", PAGE, "iframe") is not None
    assert filters.matches("http://c.example.com/", PAGE, "document") is not None


def test_names_of_advertisements_and_their_exceptions() -> None:
    filters = of("##.ad", "###ads", "##.ad > a", "www.example.gov.cn#@#.ad")
    assert filters.hides(["ad", "list"], ["ads", "nav"], "http://other.example.com/") == ("#ads", ".ad")
    assert filters.hides(["ad", "list"], ["ads", "nav"], PAGE) == ("#ads",)
    assert filters.hides([], [], PAGE) == ()


def test_lists_are_read_when_first_asked_and_once() -> None:
    asked: list[int] = []

    def texts() -> list[str]:
        asked.append(1)
        return ["||a.example.com^"]

    filters = BraveFilters(texts)
    assert not asked
    for _ in range(3):
        assert filters.matches("http://a.example.com/", PAGE, "script") is not None
    assert asked == [1]


@given(st.text(max_size=300), st.text(max_size=50), st.text(max_size=20))
def test_nothing_that_a_page_holds_raises(url: str, source: str, kind: str) -> None:
    for address in (url, f"http://{url}", f"https://a.example.com/{url}"):
        FILTERS.matches(address, f"http://{source}", kind)
    FILTERS.hides([url], [source], f"http://{source}")


def test_a_very_long_address_is_cut_not_refused() -> None:
    url = "https://pos.baidu.com/" + "x" * 1_000_000
    assert FILTERS.matches(url, PAGE, "script") is not None


def test_every_rule_of_the_shipped_list_is_understood() -> None:
    """A rule with a slip would be dropped in silence."""
    for line in shipped_text().splitlines():
        if not line.startswith("||"):
            continue
        host, _, path = line.removeprefix("||").rstrip("^").partition("/")
        url = f"http://{host}/{path}x"
        assert FILTERS.matches(url, PAGE, "script") is not None, f"{line} does not hit {url}"


def test_no_term_holds_another() -> None:
    """One word would count as two."""
    document = tomllib.loads((files("checks") / "data" / "commercial_terms.toml").read_text("utf-8"))
    terms = [term for entry in document.values() for term in entry["terms"]]
    assert len(terms) == len(set(terms))
    doubles = [(one, other) for one in terms for other in terms if one != other and one in other]
    assert doubles == [], "a page that says the longer word would count for both"
