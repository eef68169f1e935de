"""Is a link one to a commercial page: by its domain, else by words that weigh enough together."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from govcrawl.model import Context, LinkTarget
from govcrawl.pages.addresses import host_of

THRESHOLD = 3
"""Sum of weights from which words suggest a commercial page; no class of terms weighs as much."""
NAMED_AS_ADVERT = 2
"""What it weighs that the page itself calls the place an advertisement (`.ad`, `/guanggao/`)."""
_TAKEN_OUT = "-"
"""Class of a domain that is none, though it lies under one that is."""
_OFFICIAL = (".gov.cn", ".edu.cn", ".mil.cn", ".xn--zfr164b", ".xn--55qw42g")
"""The last two are .政务 and .公益, as addresses bear them."""
_ABOUT = (
    *("防范", "警惕", "谨防", "打击", "查处", "整治", "违法", "典型案例", "通报", "消费提示", "风险提示"),
    *("公告", "通知", "管理办法", "广告法", "条例", "监管", "约谈", "治理", "曝光", "反诈", "骗局", "陷阱"),
    *("提醒", "预警", "处罚", "立案", "意见", "实施细则", "政策", "新闻发布", "会议", "调研", "诈骗", "查获"),
    *(
        "启动",
        "举办",
        "召开",
        "开展",
        "出台",
        "落地",
        "新政",
        "下调",
        "上调",
        "消费券",
        "促消费",
        "惠企",
        "报道",
    ),
)
"""Who speaks of these speaks about selling, as news and papers do, and sells nothing."""
_PAYING = ("缴费", "缴纳", "缴款", "代收", "代缴", "非税", "缴税", "社保", "医保", "公积金", "参保", "征信")
_PUBLIC = (
    *(
        "政府采购",
        "公共资源交易",
        "招标投标",
        "惠民",
        "便民服务",
        "政务服务",
        "就业服务",
        "人才网",
        "助学贷款",
    ),
    *("创业担保贷款", "公益", "中标", "采购意向", "脱贫地区农副产品", "体育彩票管理中心", "福利彩票发行"),
)
"""Public tasks that use the words of selling."""


@dataclass(frozen=True, slots=True)
class Commercial:
    """Why an address is taken for a commercial page."""

    kind: str
    """Class of the domain (房产销售), or 疑似推广 where only words say so."""
    matched: tuple[str, ...]
    """The domain, or the words."""
    certain: bool


def commercial(target: LinkTarget, ctx: Context, named: tuple[str, ...] = ()) -> Commercial | None:
    """Is this the address of a commercial page; None: nothing says so, or what it is speaks against it.

    Args:
        target: with text (or alt of its picture), and the target's title where it was fetched.
        ctx: `options` holds the office's own domains (`commercial_domains`) and the hosts of its
            accounts (`own_hosts`).
        named: names of advertisements that the page gives to the place of the link.
    """
    host = host_of(target.url)
    if not host or is_official(host, ctx):
        return None
    words = f"{target.text} {target.title}"
    about = any(word in words for word in _ABOUT)
    domain, kind = _class_of(host, ctx.options.get("commercial_domains", {}))
    if kind == _TAKEN_OUT:
        return None
    if kind:
        # An article about a shop's misdeeds may stand on the shop's own platform: a person has to look.
        return Commercial(kind, (domain,), certain=not about)
    if about or any(word in words for word in (*_PAYING, *_PUBLIC)):
        return None
    matched, weight = _weigh(words)
    if not matched:
        return None
    if named:
        weight += NAMED_AS_ADVERT
    if weight < THRESHOLD or len(matched) + len(named) < 2:
        return None
    return Commercial("疑似推广", (*matched, *named), certain=False)


def is_official(host: str, ctx: Context) -> bool:
    """Does a host advertise nothing, whatever is said of it.

    Government, schools, state media, public services, procurement, banks as channels of payment; the
    hosts that the office has registered, and the platforms on which its units have accounts.
    """
    if f".{host}".endswith(_OFFICIAL):
        return True
    known = _never_commercial()
    mine: frozenset[str] = ctx.options.get("own_hosts", frozenset())
    own: Mapping[str, str] = ctx.options.get("commercial_domains", {})
    for suffix in suffixes(host):
        if own.get(suffix) == _TAKEN_OUT or suffix in mine:
            return True
        if suffix in own:
            return False
        if suffix in known:
            return True
    return False


def parse_domains(text: str) -> dict[str, str]:
    """A list of domains: one a line, `domain class`, `#` opens a comment; the default class is 商业网站.

    The class `-` takes a domain out of the shipped list.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if words:
            found[words[0].lower().strip(".")] = words[1] if len(words) > 1 else "商业网站"
    return found


def suffixes(host: str) -> Iterator[str]:
    """The host and its parents, the longest first: a.b.c, b.c."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def _class_of(host: str, own: Mapping[str, str]) -> tuple[str, str]:
    """The longest entry that a host belongs to, and its class; empty: it belongs to none."""
    shipped = _commercial_domains()
    for suffix in suffixes(host):
        if kind := own.get(suffix) or shipped.get(suffix):
            return suffix, kind
    return "", ""


def _weigh(words: str) -> tuple[list[str], int]:
    """The terms in some words, and the sum of weights of their classes."""
    matched: list[str] = []
    weight = 0
    for points, terms in _terms():
        if hits := [term for term in terms if term in words]:
            weight += points
            matched += hits
    return matched, weight


@lru_cache(maxsize=1)
def _terms() -> tuple[tuple[int, tuple[str, ...]], ...]:
    document: dict[str, Any] = tomllib.loads(_data("commercial_terms.toml"))
    return tuple((int(entry["weight"]), tuple(entry["terms"])) for entry in document.values())


@lru_cache(maxsize=1)
def _commercial_domains() -> dict[str, str]:
    return parse_domains(_data("commercial_domains.txt"))


@lru_cache(maxsize=1)
def _never_commercial() -> dict[str, str]:
    return parse_domains(_data("never_commercial.txt"))


def _data(name: str) -> str:
    return (files("checks") / "data" / name).read_text(encoding="utf-8")
