"""What proves a finding, in words: answers, times, dates, and what the checks noted (`detail`).

Values come from pages and from third parties' checks: anything may stand in them. Here they are
only put into words; `entries` cuts and masks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from govcrawl.model import FindingRecord, Status
from reports.periods import day_zh, day_zh_of, moment_zh
from reports.wording import CAUSES, cut, full_width

_VALUE_LIMIT = 400
_MEMBERS_SHOWN = 20
_TIMES_SHOWN = 6

_FACT_LABELS = {
    "final_url": "最终地址",
    "target_title": "目标页标题",
    "matched": "识别依据",
    "terms": "识别依据",
    "network": "广告网络",
    "domain": "所属域名",
    "source": "所标来源",
    "reprint_reason": "转载依据",
    "meta_date": "页面标签日期",
    "addresses": "IPv6 地址",
    "status4": "IPv4 访问状态码",
    "status6": "IPv6 访问状态码",
    "similarity": "首页内容相似度",
    "links_tested": "抽测链接数",
    "links_reachable": "其中 IPv6 可访问",
    "links_failed_hosts": "IPv6 不可访问的主机",
    "reason": "说明",
}
"""Notes of checks that papers show, and what they are called there."""

_PHRASES = {
    "nxdomain": "域名不存在",
    "connect": "建立连接超时",
    "read": "等待内容超时",
    "expired": "证书已过期",
    "name mismatch": "证书与域名不符",
    "unknown issuer": "证书签发机构不受信任",
    "protocol too old": "加密协议版本过低",
    "host not reachable": "该服务器多次无法访问",
    "source": "所标来源为其他单位",
    "dateline": "文中有媒体电头",
    "reprint mark": "文中标明转载",
    "link to original": "文中有原文链接",
}
"""Short English phrases of the readers, in words."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of evidence."""

    label: str
    text: str


def facts(record: FindingRecord, titles: Mapping[str, str], zone: str) -> Iterator[Fact]:
    """The evidence of a finding, line by line.

    `titles` are those of the paper's findings by fingerprint: a veto names what it is made up of.
    """
    detail = record.detail
    times = _times(record.evidence.observed, zone)
    if answer := _answer(detail):
        yield Fact("检测结果", answer + (f"；检测时间：{times}" if times else ""))
    elif times:
        yield Fact("检测时间", times)
    if age := _age(detail):
        yield Fact("更新情况", age)
    for key, label in _FACT_LABELS.items():
        if (value := detail.get(key)) not in (None, "", (), [], {}) and (text := _chinese(key, value)):
            yield Fact(label, full_width(text))
    if members := _members(detail.get("members"), titles):
        yield Fact("涉及问题", members)
    if record.status is Status.DISPUTED and record.reason:
        yield Fact("单位意见", cut(record.reason, _VALUE_LIMIT))


def seen(record: FindingRecord, zone: str) -> str:
    """11月16日首次发现，11月22日仍存在."""
    first, last = day_zh_of(record.first_seen, zone), day_zh_of(record.last_seen, zone)
    return f"{first}发现" if first == last else f"{first}首次发现，{last}仍存在"


def _answer(detail: Mapping[str, object]) -> str:
    cause, status = detail.get("cause"), detail.get("status")
    words = CAUSES.get(str(cause), str(cause)) if cause else ""
    if status and not words:
        return f"HTTP 状态码 {status}"
    return f"{words}（HTTP {status}）" if status else words


def _age(detail: Mapping[str, object]) -> str:
    newest, age, limit = detail.get("newest"), detail.get("age_days"), detail.get("threshold_days")
    parts = []
    if newest:
        try:
            parts.append(f"最新一条为{day_zh(date.fromisoformat(str(newest)[:10]), year=True)}")
        except ValueError:
            parts.append(f"最新一条为{cut(str(newest), 40)}")
    if age is not None:
        parts.append(f"已{_plain(age)}天未更新")
    if limit is not None:
        parts.append(f"规定期限{_plain(limit)}天")
    return "，".join(parts)


def _chinese(key: str, value: object) -> str:
    """The value in words; phrases of the program itself that have no Chinese word are left out."""
    text = _plain(value)
    if key in {"reason", "reprint_reason"} and text.isascii():
        return _PHRASES.get(text, "")
    return text


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0%}" if 0 <= value <= 1 and value != int(value) else f"{value:g}"
    if isinstance(value, list | tuple):
        return "、".join(_plain(one) for one in value[:10]) + ("…" if len(value) > 10 else "")
    return cut(str(value), _VALUE_LIMIT)


def _members(members: object, titles: Mapping[str, str]) -> str:
    listed = [str(member) for member in members] if isinstance(members, list | tuple) else []
    named = [titles[one] for one in listed if one in titles][:_MEMBERS_SHOWN]
    if not named:
        return f"共{len(listed)}项" if listed else ""
    rest = len(listed) - len(named)
    shown = "；".join(full_width(cut(title, 80)).rstrip("。") for title in named)
    return shown + (f"；另有{rest}项" if rest else "")


def _times(observed: Sequence[str], zone: str) -> str:
    """11月22日 22:04、22:06: the day is not repeated."""
    shown: list[str] = []
    before = ""
    for text in observed[:_TIMES_SHOWN]:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        if moment.tzinfo is None:
            continue
        day, clock = moment_zh(moment, zone).split(" ")
        shown.append(clock if day == before else f"{day} {clock}")
        before = day
    more = len(observed) - len(shown)
    return "、".join(shown) + (f"等{len(observed)}次" if shown and more > 0 else "")
