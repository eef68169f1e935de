"""Words of the papers, and what makes text from pages safe to read in them.

Texts that come from pages are hostile: they are cut, control marks in them are made visible, and
addresses of hijacked targets are written so that no program makes a link of them. Escaping is the
template's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

CAUSES = {
    "dns": "域名无法解析",
    "refused": "服务器拒绝连接",
    "reset": "连接中断",
    "timeout": "连接超时",
    "tls": "安全连接（HTTPS）无法建立",
    "http": "服务器返回错误",
    "redirect-loop": "页面循环跳转",
    "too-many-redirects": "跳转次数过多",
    "soft-404": "页面提示内容不存在",
    "empty": "返回空白页面",
    "wrong-type": "返回的内容与文件类型不符",
    "forbidden-address": "地址不允许访问",
    "unroutable": "本机无可用网络路由",
    "local": "本机网络故障",
}
"""What a cause (`govcrawl.model.Cause`) is called in papers."""

CHECKS = {
    "freshness": "信息更新",
    "dead_links": "链接可用性",
    "ads": "商业广告",
    "attribution": "信息来源",
    "ipv6": "IPv6支持",
}
"""What the shipped checks are called in papers; others go by their id."""

ORIGINS = {"machine": "技术检测", "person": "人工检查"}
"""What origins are called in papers that are not in Chinese themselves."""

_HAN = "\u3007\u4e00-\u9fff《》“”〔〕、。"
_URL = re.compile(
    r"h(?:tt|xx)ps?://(?:[^\s()\u2e80-\u9fff\uff00-\uffef]|\([^\s()\u2e80-\u9fff\uff00-\uffef]{0,80}\))+"
)
_KEPT = "\ue000"
"""Stands for an address while the marks around it are widened."""
_PAIR = re.compile(r"\(([^()]*)\)")
_IS_HAN = re.compile(f"[{_HAN}]")
_MARK = re.compile(rf"(?<=[{_HAN}）])\s*([,:;?!])\s*(?![/\d])|(?<=[{_HAN}）])([,:;])(?=\d)")
_WIDE = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def percent(share: float | None) -> str:
    """A share of one in per cent, 66.7%; a dash where there is none."""
    return "—" if share is None else f"{share:.1%}"


def full_width(text: str) -> str:
    """Our own Chinese sentences with full-width punctuation; addresses in them stay as they are."""
    text = text.replace(_KEPT, "\ufffd")
    addresses = iter(_URL.findall(text))
    wide = _PAIR.sub(_wide_pair, _URL.sub(_KEPT, text))
    wide = _MARK.sub(lambda m: _WIDE[m[1] or m[2]], wide)
    return re.sub(_KEPT, lambda _: next(addresses), wide)


def visible(text: str) -> str:
    """The text with control, zero-width and direction marks and broken characters made visible.

    A right-to-left mark in a page's title would otherwise turn round what stands beside it.
    """
    return _HIDDEN.sub(lambda m: f"⟨U+{ord(m[0]):04X}⟩", text)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_web(url: str) -> bool:
    """May the address be made a link: http or https with a host, and nothing hidden in it."""
    if _HIDDEN.search(url) or any(mark in url for mark in "\\\r\n\t "):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def host_of(url: str) -> str:
    """The host of an address in lower case, or nothing."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def defang(url: str) -> str:
    """`hxxp://bad[.]example/path`: readable, and no link for any program that shows it.

    Every dot of the host is bracketed, so that none of it is taken for an address.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url.replace(".", "[.]")
    end = re.search(r"[/?#]", rest)
    host, path = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    masked = re.sub("http", "hxxp", scheme, flags=re.IGNORECASE)
    return f"{masked}://{host.replace('.', '[.]')}{_mask_schemes(path)}"


def defanger(hosts: Iterable[str]) -> Callable[[str], str]:
    """A function that masks the given hosts wherever they stand in a text, in addresses or alone."""
    wanted = sorted({host for host in hosts if host}, key=lambda host: (-len(host), host))
    if not wanted:
        return lambda text: text
    alternatives = "|".join(re.escape(host) for host in wanted)
    pattern = re.compile(
        rf"(?:(https?)(://))?((?:[\w-]{{1,63}}\.){{0,8}}(?:{alternatives}))(?![A-Za-z0-9-])", re.IGNORECASE
    )

    def mask(found: re.Match[str]) -> str:
        scheme = re.sub("http", "hxxp", found[1], flags=re.IGNORECASE) if found[1] else ""
        return f"{scheme}{found[2] or ''}{found[3].replace('.', '[.]')}"

    return lambda text: pattern.sub(mask, text)


def _wide_pair(found: re.Match[str]) -> str:
    """Brackets are widened where Chinese stands in them or before them."""
    before = found.string[found.start() - 1 : found.start()]
    chinese = _IS_HAN.search(before + found[1]) is not None
    return f"（{found[1]}）" if chinese else found[0]


def _mask_schemes(text: str) -> str:
    return re.sub(r"http(s?)://", r"hxxp\1://", text, flags=re.IGNORECASE)
