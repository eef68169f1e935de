"""Findings that people, the 找错 platform or a superior brought: from words to the store's shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from govcrawl.model import Finding, Origin, Registry, Rule, Severity, Site
from govcrawl.office.sheet_rows import Headings, rows_of
from govcrawl.registry.lookup import owner_of, sites_called, units_called
from govcrawl.rules.reported import CHECK
from govcrawl.store import FindingReported

_TEXT = 500
_HEADINGS: Headings = {
    "site": ("网站", "网站名称", "网站标识码", "所属网站"),
    "page": ("问题页面", "页面地址", "网页地址", "页面网址", "问题网址", "网址", "所在页面"),
    "target": ("问题链接", "错误链接", "链接地址"),
    "title": ("问题描述", "留言内容", "问题", "问题内容", "描述"),
    "rule": ("问题类型", "类型"),
    "number": ("留言编号", "编号", "问题编号", "流水号"),
    "unit": ("责任单位", "单位", "内容保障单位"),
}


class ReportedError(Exception):
    """Something reported that can't be taken; one Chinese line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One problem in the words of who brought it; empty: not said."""

    site: str = ""
    """Id, 网站标识码 or name; empty: the site that owns the page."""
    page: str = ""
    target: str = ""
    title: str = ""
    rule: str = ""
    """Code or title of a rule."""
    number: str = ""
    """Number of a 找错 message, of a superior's notice …"""
    unit: str = ""
    """Id or name of the unit that must mend it; empty: by the column, else the sponsor."""


def to_store(
    told: Reported,
    registry: Registry,
    rules: Mapping[str, Rule],
    *,
    default: str,
    origin: Origin,
    deadline: datetime | None,
    severity: Severity | None = None,
) -> FindingReported:
    """What the store takes in.

    Args:
        told: the words.
        registry: sites, columns and units by which they are understood.
        rules: known rules by code.
        default: code of the rule where none is named.
        origin: who brought it.
        deadline: by when it must be answered; None: set by the correction notice.
        severity: None: the rule's own.

    Raises:
        ReportedError: no description, no address, or a site, unit or rule that is not known.
    """
    title, page = _line(told.title), told.page.strip()
    if not title:
        raise ReportedError("没有写问题描述")
    site = _site(told.site.strip(), page, registry)
    page = page or site.url
    if urlsplit(page).scheme not in {"http", "https"}:
        raise ReportedError(f"问题页面应为 http:// 或 https:// 开头的网址，现为“{page[:60]}”")
    rule = _rule(told.rule.strip(), rules, default)
    under = [column for column in site.columns if page.startswith(column.url)]
    column = max(under, key=lambda one: len(one.url), default=None)
    target, number = told.target.strip() or None, told.number.strip()
    # A message's own number tells it from all others; without one, other words of a page are another thing.
    subject = f"{page} {number or target or hashlib.sha256(title.encode()).hexdigest()[:16]}"
    if rule.check != CHECK and target and not number:
        subject = target  # as the check names it: what the machine finds too is the same finding
    unit = _unit(told.unit.strip(), registry) or (column.unit if column else None) or site.unit
    finding = Finding(
        rule=rule.code,
        subject=subject,
        page=page,
        title=title,
        certain=True,
        target=target,
        column=None if column is None else column.url,
        severity=severity,
        on_home=page.rstrip("/") == site.url.rstrip("/"),
        detail={"number": number} if number else {},
    )
    return FindingReported(
        site=site.id,
        finding=finding,
        check=rule.check,
        rule=rule,
        unit=unit,
        sponsor=site.unit,
        origin=origin,
        deadline=deadline,
    )


def read_reported(path: Path) -> Iterator[tuple[int, Reported]]:
    """The lines of a spreadsheet with their row numbers, headings matched by the words offices use.

    Raises:
        SheetError: no spreadsheet, or no sheet with a description and an address or a site.
    """
    for number, cells in rows_of(path, _HEADINGS, [("title",), ("page", "site")]):
        yield number, Reported(**cells)


def _line(text: str) -> str:
    return " ".join(text.split())[:_TEXT]


def _site(word: str, page: str, registry: Registry) -> Site:
    """The site that is named, else the one that owns the page."""
    if word:
        found = sites_called(registry.sites, word)
        if len(found) != 1:
            said = "没有登记标识、标识码或名称" if not found else "不止一个网站的标识码或名称"
            raise ReportedError(f"{said}为“{word[:40]}”的网站")
        return found[0]
    if not page:
        raise ReportedError("没有写问题页面，也没有写网站")
    owner = owner_of(registry.sites, page)
    if owner is None:
        raise ReportedError(f"网址“{page[:60]}”不属于任何登记的网站，请写明网站")
    return owner


def _rule(word: str, rules: Mapping[str, Rule], default: str) -> Rule:
    if not word:
        return rules[default]
    found = rules.get(word) or next((rule for rule in rules.values() if rule.title == word), None)
    if found is None:
        raise ReportedError(f"没有名为“{word[:40]}”的问题类型（见 govcrawl findings kinds）")
    return found


def _unit(word: str, registry: Registry) -> str | None:
    if not word:
        return None
    found = units_called(registry.units, word)
    if len(found) != 1:
        said = "没有登记名称" if not found else "不止一个单位名称"
        raise ReportedError(f"{said}为“{word[:40]}”的单位")
    return found[0].id
