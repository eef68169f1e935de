"""The check of attribution: reprints must be traceable to their source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from govcrawl.model import (
    ArticleReading,
    Check,
    Context,
    DateOrigin,
    Evidence,
    Finding,
    Rule,
    Severity,
)

_BASIS = "《管理办法》第十一条：转载信息应保证来源可溯"
# Names that point to no publisher. Whole names only: 中国网络电视台 is a source, 网络 is none.
_VAGUE = re.compile(
    r"(?:来(?:源|自)(?:于)?)?(?:互联网|网络|网上|因特网|国际互联网|网页|网站|网文|转载|网络转载|互联网转载|转载自网络|转自网络"
    r"|摘自网络|网络整理|网络综合|综合网络|本站整理|其他|其它|未知|不详|佚名|无|转载自互联网|网友|网摘|其他网站|有关网站|百度)"
)
_JUNK = re.compile(r"[\s  .。,,、·_—\-]+")


def says_nothing(source: str) -> bool:
    """Is this source a word that names no publisher."""
    return bool(_VAGUE.fullmatch(_JUNK.sub("", source)))


class Attribution(Check):
    """Attribution (信息来源): is every reprint traceable to its source?

    Article 11 of the measures asks that what is reprinted can be traced. Only reprints are judged, and
    only where the text itself says that it is one (a dateline, 转载, a link to the original) or where its
    source names another publisher. An original without a source is none; where nobody can tell, nothing
    is said.

    `source-missing`: a reprint that shows no source and has none in its tags. `source-vague`: the named
    source says nothing (网络, 互联网, 转载 …).
    """

    id: ClassVar[str] = "attribution"
    title: ClassVar[str] = "信息来源"
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="source-missing",
            title="转载未注明来源",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请在文章标题下方注明来源（原发布单位或媒体名称），并填写页面标签 ContentSource。",
        ),
        Rule(
            code="source-vague",
            title="来源标注不明确",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请将来源改为原发布单位或媒体的规范名称；无法核实来源的信息，应当撤下。",
        ),
    )

    def article(self, reading: ArticleReading, ctx: Context) -> Iterator[Finding]:
        """At most one finding for an article."""
        column = ctx.page_column.url if ctx.page_column else None
        evidence = Evidence(snippet=reading.snippet, line=reading.line or None, selector=reading.selector)
        title = reading.title[:60]
        if reading.source is not None:
            if says_nothing(reading.source.name):
                yield Finding(
                    rule="source-vague",
                    subject=reading.url,
                    page=reading.url,
                    column=column,
                    title=f"文章“{title}”来源标注为“{reading.source.name}”，无法追溯",
                    certain=True,
                    detail={"source": reading.source.name, "found_in": str(reading.source.origin)},
                    evidence=evidence,
                )
            return
        if reading.reprint is not True or reading.meta_source:
            return
        # That no label was read is certain only where the line below the title was found and understood.
        line_read = reading.published is not None and reading.published.origin is DateOrigin.SHOWN
        yield Finding(
            rule="source-missing",
            subject=reading.url,
            page=reading.url,
            column=column,
            title=f"文章“{title}”为转载信息，未注明来源",
            certain=reading.source_label_empty or line_read,
            detail={
                "reprint_by": reading.reprint_reason,
                "reprint_snippet": reading.reprint_snippet,
                "label_empty": reading.source_label_empty,
            },
            evidence=evidence,
        )
