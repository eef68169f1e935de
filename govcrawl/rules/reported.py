"""Rules of what people find and no check does, so that such a finding has a title, a basis and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from govcrawl.model import Rule, Severity
from govcrawl.rules import availability
from govcrawl.rules.catalogue import load_catalogue

CHECK = "reported"
"""What stands as the check of such a finding."""
OTHER = "other-problem"
_INDICATORS = "国办秘函〔2019〕19号《政府网站与政务新媒体检查指标》"

REPORTED: Mapping[str, Rule] = MappingProxyType(
    {
        rule.code: rule
        for rule in (
            Rule(
                code="content-error",
                title="内容表述错误",
                severity=Severity.PROBLEM,
                basis=f"{_INDICATORS}：发布解读、信息内容准确",
                fix="请核对并更正页面内容，同类内容一并自查。",
                check=CHECK,
            ),
            Rule(
                code="information-leak",
                title="泄露个人信息或内部信息",
                severity=Severity.PROBLEM,
                basis=f"{_INDICATORS}：安全、泄密事故等严重问题",
                fix="请立即撤下或遮盖有关内容（包括附件和缓存），并核查发布审核过程。",
                check=CHECK,
            ),
            Rule(
                code="service-unavailable",
                title="办事服务不可用",
                severity=Severity.PROBLEM,
                basis=f"{_INDICATORS}：办事服务",
                fix="请恢复该服务，或更正办事指南和入口链接。",
                check=CHECK,
            ),
            Rule(
                code="interaction-unanswered",
                title="互动回应不及时",
                severity=Severity.PROBLEM,
                basis=f"{_INDICATORS}：互动回应差",
                fix="请答复有关留言，并按规定时限办理。",
                check=CHECK,
            ),
            Rule(
                code=OTHER,
                title="其他问题",
                severity=Severity.PROBLEM,
                basis="《通辽市政府网站和政务新媒体管理办法》第十九条",
                fix="请按问题描述整改。",
                check=CHECK,
            ),
        )
    }
)


def known_rules() -> dict[str, Rule]:
    """All rules by code: those of the installed checks, of visits to home pages, and of what people report.

    Raises:
        CatalogueError: as `load_catalogue`.
    """
    return {**REPORTED, availability.RULE.code: availability.RULE, **load_catalogue().rules}
