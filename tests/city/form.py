"""Is a finding written as INTERFACES, sections 4 and 8, promise: every key, evidence, nothing clickable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

KEYS = frozenset(
    [
        "schema_version",
        "fingerprint",
        "check",
        "rule",
        "severity",
        "points",
        "basis",
        "fix",
        "site",
        "account",
        "unit",
        "sponsor",
        "column",
        "page",
        "target",
        "occurrences",
        "more_pages",
        "on_home",
        "external",
        "title",
        "detail",
        "evidence",
        "status",
        "overdue",
        "recurred",
        "origin",
        "first_seen",
        "last_seen",
        "deadline",
        "exempt_until",
        "reason",
        "notice",
        "run",
        "profile",
    ]
)
_EVIDENCE = frozenset({"snippet", "line", "selector", "screenshot", "observed"})
_SEVERITIES = frozenset({"veto", "problem", "advice"})
_STATUSES = frozenset(
    {"suspected", "confirmed", "notified", "replied", "disputed", "corrected", "dismissed", "exempt"}
)


def faults_of_form(finding: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the form of one finding, in Chinese; nothing where it is right."""
    missing = KEYS - set(finding)
    if missing:
        yield f"缺少键：{'、'.join(sorted(missing))}"
        return
    if finding["severity"] not in _SEVERITIES or finding["status"] not in _STATUSES:
        yield f"性质或状态不合规定：{finding['severity']}、{finding['status']}"
    for key in ("fingerprint", "check", "rule", "basis", "fix", "page", "title", "first_seen", "last_seen"):
        if not finding[key]:
            yield f"{key} 是空的"
    evidence = finding["evidence"]
    if not isinstance(evidence, Mapping) or not set(evidence) >= _EVIDENCE:
        yield "佐证材料缺少键"
        return
    if finding["occurrences"] < 1 + len(finding["more_pages"]) or len(finding["more_pages"]) > 20:
        yield f"处数与页面不符：{finding['occurrences']}处，另列{len(finding['more_pages'])}页"
    if (
        finding["rule"] == "link-broken"
        and finding["status"] == "confirmed"
        and len(set(evidence["observed"])) < 2
    ):
        yield "已核实的链接错误不足两次访问"
    if finding["rule"] == "link-hijacked" and str(finding["target"]) in finding["title"]:
        yield "标题里的异常网址可以直接点击"
    if (
        finding["target"]
        and finding["rule"] in {"link-broken", "ad-link", "ad-network"}
        and not evidence["snippet"]
    ):
        yield "没有链接所在的源代码片段"
