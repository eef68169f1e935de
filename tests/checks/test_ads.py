"""The check of advertisements: networks, commercial links, floating windows, and what is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from checks.ads import Ads, network_of
from checks.commercial import parse_domains
from govcrawl.model import Context, LinkTarget, LinkVerdict, Verdict

CHECK = Ads()
Make = Callable[..., LinkVerdict]
MakeTarget = Callable[..., LinkTarget]


def found(target: LinkTarget, verdict: LinkVerdict, ctx: Context) -> list[tuple[str, bool]]:
    return [(finding.rule, finding.certain) for finding in CHECK.link(target, verdict, ctx)]


@pytest.mark.parametrize(
    "url",
    [
        "https://pos.baidu.com/s?wid=300",
        "https://cpro.baidustatic.com/cpro/ui/c.js",
        "http://googleads.g.doubleclick.net/pagead/ads",
        "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
        "http://p.tanx.com/ex?i=1",
        "http://images.sohu.com/cs/jsfile/js/c.js",
    ],
)
@pytest.mark.parametrize("element", ["script", "iframe", "img"])
def test_resource_of_a_network(
    url: str, element: str, target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    assert found(target(url, element=element, text=""), verdict(url), ctx) == [("ad-network", True)]


@pytest.mark.parametrize(
    "url",
    [
        "https://hm.baidu.com/hm.js?1",
        "https://s4.cnzz.com/z_stat.php?id=1",
        "https://js.users.51.la/1.js",
        "https://dcs.conac.cn/js/01.js",
        "https://zfwzgl.www.gov.cn/exposure/jiucuo.js",
        "https://api.map.baidu.com/api?v=3.0",
        "https://bdimg.share.baidu.com/static/api/js/share.js",
        "https://search.kaipuyun.cn/s.js",
        "https://images.sohu.com/logo.png",
    ],
)
def test_statistics_maps_and_official_scripts_are_none(
    url: str, target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    assert found(target(url, element="script", text=""), verdict(url), ctx) == [], f"{url} advertises nothing"


def test_own_banner_folder_is_none(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    for url in ("http://www.example.gov.cn/ad/1.jpg", "http://img.example.gov.cn/guanggao/b.js"):
        assert found(target(url, element="img", third_party=False), verdict(url), ctx) == []


def test_commercial_domain(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    url = "https://item.taobao.com/item.htm?id=1"
    assert found(target(url), verdict(url), ctx) == [("ad-link", True)]
    floating = target(url, floating=True)
    assert found(floating, verdict(url), ctx) == [("ad-floating", True)], "it replaces ad-link"
    assert found(target(url, element="img"), verdict(url), ctx) == [], "a picture from there is no link"


def test_domains_of_the_office(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    own = replace(
        ctx, options={"commercial_domains": parse_domains("shop.example.com 网上商城 # 某店\n\n#x")}
    )
    url = "http://www.shop.example.com/"
    assert found(target(url), verdict(url), ctx) == []
    (finding,) = CHECK.link(target(url), verdict(url), own)
    assert finding.detail["kind"] == "网上商城"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("盛世豪庭楼盘 首付10万起 售楼热线", "盛世豪庭"),
        ("特产商城限时优惠", "特产商城 立即购买"),
        ("低息贷款 立即申请", ""),
    ],
)
def test_words_of_several_classes_are_a_hint(
    text: str, title: str, target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    url = "http://promo.example.com/"
    assert found(target(url, text=text, title=title), verdict(url), ctx) == [("ad-link", False)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("商城", "某某商城"),  # one word is never enough
        ("国家企业信用信息公示系统", ""),
        ("防范非法贷款 警惕低息贷款 立即申请陷阱", ""),  # about it
        ("关于整治违法商业广告的通知", "楼盘 首付 促销"),
        ("中国政府采购网", ""),
        ("惠民保官方微信", "微信公众号"),
    ],
)
def test_words_that_are_no_hint(
    text: str, title: str, target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    url = "http://info.example.org/"
    assert found(target(url, text=text, title=title), verdict(url), ctx) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://www.gov.cn/x",
        "http://zwfw.example.gov.cn/",
        "http://www.example.edu.cn/",
        "http://xn--fsqu00a.xn--zfr164b/",  # 例子.政务, as `normalise` writes it
    ],
)
def test_official_domains_are_never_commercial(
    url: str, target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    offer = target(url, text="商城限时优惠 立即购买 首付", floating=True)
    assert found(offer, verdict(url), ctx) == []


def test_hijacked_is_told_by_another_rule(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    url = "https://item.taobao.com/"
    assert found(target(url), verdict(url, Verdict.HIJACKED), ctx) == []


def test_network_names_are_whole_labels(ctx: Context) -> None:
    page = "http://www.example.gov.cn/"
    for url in ("http://notl.qq.com/", "http://mypos.baidu.com/", "not an address", "http://[::1"):
        assert network_of(url, page, "script", ctx) is None, f"{url} belongs to no network"


def test_where_a_link_was_redirected_to_is_a_hint(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    url, shop = "http://t.example.org/a1b2", "https://item.jd.com/1.html"
    (finding,) = CHECK.link(target(url), verdict(url, final_url=shop), ctx)
    assert (finding.rule, finding.certain) == ("ad-link", False)
    assert finding.detail["final_url"] == shop
    assert found(target(url), verdict(url, final_url="http://www.gov.cn/"), ctx) == []
    assert found(target(url), verdict(url, final_url="https://paimai.jd.com/1"), ctx) == []
    official = "http://zwfw.other.gov.cn/pay"
    assert found(target(official), verdict(official, final_url=shop), ctx) == []
