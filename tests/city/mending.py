"""The city after its units have mended everything: for the inspection that follows a correction."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.city import extras
from tests.city.specs import Article, Column, Mark, Site

_UNLISTED = {"empty", "empty-count", "script-dead", "blocked", "missing"}


def mended(site: Site) -> Site:
    """The site without a fault: news in its columns, links taken out, sources named, IPv6 in order.

    Addresses of articles stay what they were, and so do all traps.
    """
    if site.walled:
        return site
    marks = [*site.marks, *(mark for column in site.columns for mark in column.marks)]
    gone = [form for mark in marks if not mark.trap for form in _forms(site, mark)]
    return replace(
        site,
        columns=tuple(_column(site, column) for column in site.columns),
        marks=_traps(site.marks),
        home_extra=_without(site.home_extra, gone).replace(extras.V4_ONLY, ""),
        footer_extra=_without(site.footer_extra, gone),
        home_min_age=0,
        ipv6="good" if any(mark.rules & _IPV6 for mark in site.marks if not mark.trap) else site.ipv6,
    )


_IPV6 = frozenset({"ipv6-no-address", "ipv6-unreachable", "ipv6-differs", "ipv6-links-low"})


def _column(site: Site, column: Column) -> Column:
    rules = {rule for mark in column.marks if not mark.trap for rule in mark.rules}
    articles = tuple(_article(site, article) for article in column.articles)
    if column.shape in _UNLISTED:
        return replace(column, shape="ul", newest=2, articles=articles, marks=_traps(column.marks))
    if "column-stale" in rules:
        articles += (
            Article(title=f"{column.name}恢复更新", age=1),
            Article(title=f"{column.name}再次更新", age=2),
        )
    return replace(column, articles=articles, marks=_traps(column.marks))


def _article(site: Site, article: Article) -> Article:
    faults = [mark for mark in article.marks if not mark.trap]
    rules = {rule for mark in faults for rule in mark.rules}
    gone = [form for mark in faults for form in _forms(site, mark)]
    better = replace(
        article,
        marks=_traps(article.marks),
        body=tuple(_without(text, gone) for text in article.body),
        tail=_without(article.tail, gone),
    )
    if "date-missing" in rules:
        better = replace(better, dated=True, row=True)
    if rules & {"source-missing", "source-vague", "source-conflict", "source-not-authoritative"}:
        better = replace(better, source="示例日报", source_html="", meta_source=None)
    return better


def _traps(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.trap)


def _forms(site: Site, mark: Mark) -> list[str]:
    """The ways in which the city's pages write a target."""
    if not mark.target:
        return []
    whole = site.address(mark.target)
    return [mark.target, whole, re.sub(r"^https?://[^/]+", "", whole) or "/"]


def _without(html: str, targets: list[str]) -> str:
    """Takes out the elements that lead to one of the targets."""
    for target in targets:
        address = re.escape(target)
        html = re.sub(
            rf'<(a|script)\b[^>]*\b(?:href|src)="{address}"[^>]*>.*?</\1>', "", html, flags=re.DOTALL
        )
        html = re.sub(rf'<img\b[^>]*\bsrc="{address}"[^>]*>', "", html)
    return html
