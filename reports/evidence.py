"""What proves a finding, in words: answers, times, dates, and what the checks noted (`detail`).

Values come from pages and from third parties' checks: anything may stand in them. Here they are
only put into words; `entries` cuts and masks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from govcrawl.model import FindingRecord, Status
from reports.periods import day_zh, day_zh_of
from reports.wording import CAUSES, cut, full_width

_VALUE_LIMIT = 400
_MEMBERS_SHOWN = 20
_TIMES_SHOWN = 6

_FACT_LABELS = {
    "final_url": "最终地址",
    "target_title": "目标页标题",
    "kind": "页面类别",
    "matched": "识别依据",
    "network": "广告网络",
    "source": "所标来源",
    "credit": "正文所示来源",
    "credit_snippet": "正文原句",
    "meta_source": "页面标签来源",
    "original_title": "原文标题",
    "original_url": "原文地址",
    "title_similarity": "标题相似度",
    "reprint_by": "转载依据",
    "reprint_snippet": "文中原句",
    "meta_date": "页面标签日期",
    "newest_title": "最新信息",
    "inferred_date": "推断日期",
    "addresses": "IPv6 地址",
    "status4": "IPv4 返回",
    "status6": "IPv6 返回",
    "similarity": "首页相似度",
    "share": "支持率",
    "tested": "抽测链接数",
    "failed": "未通过的链接",
    "hosts": "不支持的域名",
    "hosts_tested": "检查的站外域名数",
    "visits": "IPv6 访问次数",
    "visits_good": "其中成功",
    "zone": "域名",
    "without": "没有 IPv6 地址的域名服务器",
    "silent": "不通过 IPv6 应答的域名服务器",
    "reason": "说明",
}
"""Notes of checks that papers show, and what they are called there."""

_SHARES = frozenset({"similarity", "title_similarity", "share"})
"""Notes that are a part of one, written in per cent."""

_OWN_PHRASES = frozenset({"reason", "reprint_by", "kind"})
"""Notes that may hold a short English phrase of the program: put into words, or left out."""

_JUDGED_BY_CONTENT = frozenset({"redirect-loop", "too-many-redirects", "soft-404", "empty", "wrong-type"})
"""Causes that the status of a try does not show."""

_PHRASES = {
    "source": "所标来源为其他单位",
    "dateline": "文中有媒体电头",
    "reprint mark": "文中标明转载",
    "link to original": "文中有原文链接",
}
_TAKEN_OVER = {"gambling": "涉及赌博", "pornography": "涉及色情", "parked": "域名停放或出售"}
"""What an address was taken over by; behind it stand the terms that say so."""
_PHRASES_OF_CAUSES = {
    ("dns", "nxdomain"): "域名不存在",
    ("dns", "no address"): "域名没有设置地址",
    ("timeout", "connect"): "建立连接超时",
    ("timeout", "read"): "等待内容超时",
    ("timeout", "redirects"): "多次跳转后超时",
    ("tls", "expired"): "证书已过期",
    ("tls", "name mismatch"): "证书与域名不符",
    ("tls", "unknown issuer"): "证书签发机构不受信任",
    ("tls", "protocol too old"): "加密协议版本过低",
    ("tls", "not tls"): "该端口没有提供安全连接",
    ("soft-404", "home page"): "跳转到了首页",
    ("soft-404", "same answer as for a made-up address"): "与访问不存在的地址所得内容相同",
    ("wrong-type", "html in place of a document"): "文档地址返回的是网页",
}
"""Short English phrases of the program, in words; most mean something beside one cause only."""


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
    tries = _tries(detail.get("tries"), zone)
    if answer := _answer(detail, tries):
        yield Fact("检测结果", answer)
    if tries:
        yield Fact("检测经过", tries)
    elif times := _times(record.evidence.observed, zone):
        yield Fact("检测时间", times)
    if age := _age(detail):
        yield Fact("更新情况", age)
    for key, label in _FACT_LABELS.items():
        value = detail.get(key)
        if value in (None, "", (), [], {}) or (key == "final_url" and value == record.target):
            continue
        if text := _chinese(key, value, str(detail.get("cause") or "")):
            yield Fact(label, full_width(text))
    if columns := _columns(detail.get("columns")):
        yield Fact("涉及栏目", columns)
    elif members := _members(detail.get("members"), titles):
        yield Fact("涉及问题", members)
    if archive := _archive(detail.get("archive"), zone):
        yield Fact("页面存档", archive)
    if record.status is Status.DISPUTED and record.reason:
        yield Fact("单位意见", cut(record.reason, _VALUE_LIMIT))


def seen(record: FindingRecord, zone: str) -> str:
    """11月16日首次发现，11月22日仍存在."""
    first, last = day_zh_of(record.first_seen, zone), day_zh_of(record.last_seen, zone)
    return f"{first}发现" if first == last else f"{first}首次发现，{last}仍存在"


def _answer(detail: Mapping[str, object], tries: str) -> str:
    """What the link's answer was; nothing where the tries (in words) say the same."""
    cause, status = str(detail.get("cause") or ""), detail.get("status")
    if tries and (cause not in _JUDGED_BY_CONTENT or CAUSES[cause] in tries):
        return ""
    words = CAUSES.get(cause, cause)
    if not words:
        return f"HTTP 状态码 {status}" if status else ""
    return f"{words}（HTTP {status}）" if status else words


def _age(detail: Mapping[str, object]) -> str:
    newest, age, limit = detail.get("newest"), detail.get("age_days"), detail.get("threshold_days")
    parts = []
    if newest:
        word = "最新一条不晚于" if detail.get("newest_exact") is False else "最新一条为"
        try:
            parts.append(word + day_zh(date.fromisoformat(str(newest)[:10]), year=True))
        except ValueError:
            parts.append(word + cut(str(newest), 40))
    if age is not None:
        parts.append(f"已{_plain(age)}天未更新")
    if limit is not None:
        unsure = "（待与文件核对）" if detail.get("threshold_verified") is False else ""
        parts.append(f"规定期限{_plain(limit)}天{unsure}")
    return "，".join(parts)


def _tries(tries: object, zone: str) -> str:
    """11月22日 22:04:11 返回 404；22:06:13 返回 404: what each try was answered, oldest first."""
    told = []
    before = ""
    entries = tries if isinstance(tries, list | tuple) else []
    for entry in entries[:_TIMES_SHOWN]:
        if not isinstance(entry, Mapping):
            continue
        at, status, error = entry.get("at"), entry.get("status"), entry.get("error")
        answer = CAUSES.get(str(error), str(error)) if error else ""
        answer += f"（HTTP {status}）" if error and status else f"返回 {status}" if status else ""
        if not isinstance(at, str) or not answer:
            continue
        day, clock = _moment(at, zone)
        told.append(f"{clock if day == before else f'{day} {clock}'} {answer}".strip())
        before = day
    more = len(entries) - len(told)
    return "；".join(told) + (f"；共{len(entries)}次" if told and more > 0 else "")


def _archive(archive: object, zone: str) -> str:
    """When the page was kept as it was, in which file, and the hash that shows any change of it."""
    if not isinstance(archive, Mapping) or not archive.get("sha256"):
        return ""
    day, clock = _moment(str(archive.get("at")), zone)
    when = f"{day} {clock} 存档，" if clock else ""
    path, digest = cut(str(archive.get("path")), 200), cut(str(archive["sha256"]), 64)
    return f"{when}文件 {path}，存档哈希（SHA-256）{digest}"


def _moment(text: str, zone: str) -> tuple[str, str]:
    """11月22日 and 22:04:11; nothing for what is no aware time. Two tries may be seconds apart."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "", ""
    if moment.tzinfo is None:
        return "", ""
    local = moment.astimezone(ZoneInfo(zone))
    return day_zh(local.date()), f"{local:%H:%M:%S}"


def _chinese(key: str, value: object, cause: str) -> str:
    """The value in words; phrases of the program itself that have no Chinese word are left out."""
    if key in _SHARES and isinstance(value, int | float):
        return f"{value:.0%}"
    text = _plain(value)
    taken, colon, terms = text.partition(": ")
    if key == "reason" and colon and taken in _TAKEN_OVER:
        return f"{_TAKEN_OVER[taken]}：{terms.replace(',', '、')}"
    if key in _OWN_PHRASES and text.isascii():
        return _PHRASES_OF_CAUSES.get((cause, text)) or _PHRASES.get(text, "")
    return text


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return "、".join(_plain(one) for one in value[:10]) + ("…" if len(value) > 10 else "")
    return cut(str(value), _VALUE_LIMIT)


def _columns(columns: object) -> str:
    listed = columns if isinstance(columns, list | tuple) else []
    names = [str(one["name"]) for one in listed if isinstance(one, Mapping) and one.get("name")]
    shown = "、".join(cut(name, 40) for name in names[:_MEMBERS_SHOWN])
    return shown + (f"等{len(names)}个" if len(names) > _MEMBERS_SHOWN else "")


def _members(members: object, titles: Mapping[str, str]) -> str:
    listed = [str(member) for member in members] if isinstance(members, list | tuple) else []
    named = [titles[one] for one in listed if one in titles][:_MEMBERS_SHOWN]
    if not named:
        return f"共{len(listed)}项" if listed else ""
    rest = len(listed) - len(named)
    shown = "；".join(full_width(cut(title, 80)).rstrip("。") for title in named)
    return shown + (f"；另有{rest}项" if rest else "")


def _times(observed: Sequence[str], zone: str) -> str:
    """11月22日 22:04:11、22:06:13: the day is not repeated."""
    shown: list[str] = []
    before = ""
    for text in observed[:_TIMES_SHOWN]:
        day, clock = _moment(text, zone)
        if clock:
            shown.append(clock if day == before else f"{day} {clock}")
            before = day
    more = len(observed) - len(shown)
    return "、".join(shown) + (f"等{len(observed)}次" if shown and more > 0 else "")
