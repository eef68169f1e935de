"""The check of advertisements: networks, commercial links, floating windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import ClassVar
from urllib.parse import urlsplit

from govcrawl.model import (
    Check,
    Context,
    Evidence,
    Finding,
    LinkTarget,
    LinkVerdict,
    Rule,
    Severity,
    Verdict,
)

_RESOURCES = frozenset({"script", "iframe", "frame", "img", "embed", "object", "link", "source"})
_CLICKED = frozenset({"a", "area", "iframe", "frame"})
_OFFICIAL = (".gov.cn", ".edu.cn", ".mil.cn", ".xn--zfr164b", ".xn--55qw42g")
"""The last two are .政务 and .公益, as addresses bear them."""
_BASIS = "国办发〔2017〕47号及省级规定：政府网站不得刊登商业广告或链接商业广告页面（依据待核对原文）"
_THRESHOLD = 3
"""Sum of weights from which words of a link and of its target's title suggest a commercial page; no
single term weighs as much."""
_TERMS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    # Class, weight of each term, terms. One term of a class counts once.
    (
        "offer",
        1,
        ("优惠", "促销", "特价", "折扣", "包邮", "秒杀", "限时", "抢购", "免费领取", "赠送", "团购"),
    ),
    ("price", 1, ("仅售", "元起", "万起", "首付", "月供", "低至", "报价", "批发价", "零利息", "低息")),
    (
        "goods",
        2,
        (
            "官方旗舰店",
            "专卖店",
            "商城",
            "网店",
            "楼盘",
            "售楼",
            "豪宅",
            "别墅",
            "代购",
            "减肥",
            "丰胸",
            "壮阳",
        ),
    ),
    ("finance", 2, ("贷款", "网贷", "信用卡套现", "理财产品", "配资", "彩票投注", "炒股", "保险代理")),
    ("course", 2, ("培训班", "辅导班", "招生热线", "考证", "包过", "代写", "速成")),
    (
        "call",
        1,
        (
            "立即购买",
            "点击购买",
            "订购热线",
            "加盟",
            "招商热线",
            "在线下单",
            "咨询热线",
            "立即申请",
            "下载APP领",
        ),
    ),
)
_ABOUT = (
    "防范",
    "警惕",
    "打击",
    "查处",
    "整治",
    "违法",
    "典型案例",
    "通报",
    "消费提示",
    "风险提示",
    "公告",
    "通知",
    "管理办法",
)


class Ads(Check):
    """Commercial advertisements (商业广告): does the site carry or link to any?

    `ad-network`: the page loads a resource of an advertising network from a third party. `ad-link`: a
    link leads to a commercial page (a shop, property, loans, lottery …). `ad-floating`: the same in a
    window that floats above the page; it replaces `ad-link` for that link.

    Official sites call their own banners `ad` and `飘窗` too, so names of classes and folders prove
    nothing here, and what lies on the site's own domain is never an advertisement. Statistics (百度统计,
    CNZZ, 51.la), maps, share buttons, search services, 党政机关标识 and 找错 are none. What only the words
    of a link suggest is suspected, for a person to look at.
    """

    id: ClassVar[str] = "ads"
    title: ClassVar[str] = "商业广告"
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="ad-network",
            title="加载广告联盟资源",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请从页面（多为模板）中删除该广告代码；确为统计用途的，改用不投放广告的统计服务。",
        ),
        Rule(
            code="ad-link",
            title="链接商业广告页面",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请删除该链接。",
        ),
        Rule(
            code="ad-floating",
            title="飘窗链接商业广告",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请立即关闭该飘窗。",
        ),
    )

    def link(self, target: LinkTarget, verdict: LinkVerdict, ctx: Context) -> Iterator[Finding]:
        """At most one finding for an address."""
        host = _host(target.url)
        if not host or not target.third_party or verdict.verdict is Verdict.HIJACKED:
            return
        if target.element in _RESOURCES and (network := network_of(target.url)) is not None:
            yield self._finding(
                "ad-network",
                target,
                f"页面加载广告联盟“{network}”的资源（{target.url[:120]}）",
                certain=True,
                detail={"network": network, "element": target.element},
            )
            return
        if target.element not in _CLICKED or host.endswith(_OFFICIAL):
            return
        found = commercial(target, ctx)
        if found is None:
            return
        rule = "ad-floating" if target.floating else "ad-link"
        what = "飘窗" if target.floating else "链接"
        yield self._finding(
            rule,
            target,
            f"{what}“{target.text[:40]}”指向商业页面（{found.kind}）：{target.url[:120]}",
            certain=found.certain,
            detail={"kind": found.kind, "matched": list(found.matched), "text": target.text},
        )

    @staticmethod
    def _finding(
        rule: str, target: LinkTarget, title: str, *, certain: bool, detail: dict[str, object]
    ) -> Finding:
        return Finding(
            rule=rule,
            subject=target.url,
            page=target.page,
            target=target.url,
            column=target.column,
            title=title,
            certain=certain,
            detail=detail,
            evidence=Evidence(snippet=target.snippet, line=target.line or None, selector=target.selector),
            occurrences=target.occurrences,
            more_pages=tuple(target.more_pages),
            on_home=target.on_home,
            external=True,
        )


@dataclass(frozen=True, slots=True)
class Commercial:
    """Why an address is taken for a commercial page."""

    kind: str
    matched: tuple[str, ...]
    certain: bool


def commercial(target: LinkTarget, ctx: Context) -> Commercial | None:
    """Is this the address of a commercial page: by its domain, else by weighted words.

    The lists are the shipped one and the office's own (`[crawl] commercial_domains`).
    """
    host = _host(target.url)
    own: dict[str, str] = ctx.options.get("commercial_domains", {})
    for suffix in _suffixes(host):
        if kind := own.get(suffix) or _commercial_domains().get(suffix):
            return Commercial(kind, (suffix,), certain=True)
    words = f"{target.text} {target.title}"
    if any(word in words for word in _ABOUT):
        return None
    matched: list[str] = []
    weight = 0
    for _, points, terms in _TERMS:
        hits = [term for term in terms if term in words]
        if hits:
            weight += points
            matched += hits
    if weight >= _THRESHOLD and len(matched) >= 2:
        return Commercial("疑似推广", tuple(matched), certain=False)
    return None


def network_of(url: str) -> str | None:
    """The advertising network that a resource's address belongs to, or None.

    An entry of the list is a host, or a host and a path's beginning; subdomains belong to it.
    """
    host = _host(url)
    if not host:
        return None
    path = urlsplit(url).path or "/"
    networks = _ad_networks()
    for suffix in _suffixes(host):
        for prefix, name in networks.get(suffix, ()):
            if path.startswith(prefix):
                return name
    return None


def parse_domains(text: str) -> dict[str, str]:
    """A list of domains: one a line, `domain class`, `#` opens a comment; the default class is 商业网站."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if words:
            found[words[0].lower().strip(".")] = words[1] if len(words) > 1 else "商业网站"
    return found


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _suffixes(host: str) -> Iterator[str]:
    """The host and its parents: a.b.c, b.c."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


@lru_cache(maxsize=1)
def _ad_networks() -> dict[str, tuple[tuple[str, str], ...]]:
    networks: dict[str, tuple[tuple[str, str], ...]] = {}
    for address, name in parse_domains(_data("ad_networks.txt")).items():
        host, slash, path = address.partition("/")
        networks[host] = (*networks.get(host, ()), (slash + path or "/", name))
    return networks


@lru_cache(maxsize=1)
def _commercial_domains() -> dict[str, str]:
    return parse_domains(_data("commercial_domains.txt"))


def _data(name: str) -> str:
    return (files("checks") / "data" / name).read_text(encoding="utf-8")
