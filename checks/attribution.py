"""The check of attribution: reprints must be traceable to their source, and not distort it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from checks.sources import NONE_ADDED, AllowedSources, Standing, is_own, one_publisher, standing
from checks.titles import ALIKE, likeness, original_title_of, same_title
from govcrawl.model import (
    ArticleReading,
    Check,
    ColumnType,
    Context,
    DateOrigin,
    Evidence,
    Finding,
    LinkVerdict,
    Rule,
    Severity,
    SiteReading,
    SourceOrigin,
)
from govcrawl.pages.media import is_local_media_centre, is_medium

_BASIS = "《管理办法》第十一条：转载信息应保证来源可溯"
_BASIS_TITLE = "《管理办法》第十一条：转载信息不得歪曲、篡改标题原意和信息内容"
# Names that point to no publisher. Whole names only: 中国网络电视台 is a source, 网络 is none.
_VAGUE = re.compile(
    r"(?:来(?:源|自)(?:于)?)?(?:互联网|网络|网上|因特网|国际互联网|网页|网站|网文|转载|网络转载|互联网转载|转载自网络|转自网络"
    r"|摘自网络|网络整理|网络综合|综合网络|本站整理|其他|其它|未知|不详|佚名|无|转载自互联网|网友|网摘|其他网站|有关网站|百度)"
)
_JUNK = re.compile(r"[\s  .。,,、·_—\-]+")
# What a system writes by itself names nobody.
_ACCOUNT = re.compile(
    r"(?:admin|administrator|root|system|test|系统|网站)?(?:管理员|维护员|网管)?", re.IGNORECASE
)
_NEWS = frozenset(
    {
        ColumnType.NEWS,
        ColumnType.NOTICES,
        ColumnType.INTERPRETATION,
        ColumnType.OTHER,
    }
)
"""Types of columns that publish news and information. In the others stand introductions, guides, rules."""
_INTRODUCTION = re.compile(
    r"(?:简介|概况|简历|履历|机构设置|机构职能|主要职责|工作职责|内设机构|领导分工|领导信息|领导之窗"
    r"|(?:办事|服务|申报|办理)指南|办理流程|办事流程|联系方式|联系我们)(?:[（(][^）)]{0,20}[）)])?$"
)
_LEGAL_TEXT = re.compile(
    r"(?:(?<!方)法|条例|(?:管理|实施|暂行|试行|奖励|考核|处罚)办法|规定|细则|规则|章程|令)(?:[（(][^）)]{0,20}[）)])?》?$"
)
_NOTICE = re.compile(r"(?:通知|公告|公示|通告|通报|批复|函|意见|决定|方案|计划)(?:[（(][^）)]{0,20}[）)])?$")


def says_nothing(source: str) -> bool:
    """Is this source a word that names no publisher."""
    return bool(_VAGUE.fullmatch(_JUNK.sub("", source)))


class Attribution(Check):
    """Attribution (信息来源): is every reprint traceable to its source, and left as it was?

    Article 11 of the measures asks that what is reprinted can be traced. Only reprints are judged, and
    only where the text itself says that it is one (a dateline, 转载, a link to the original) or where its
    source names another publisher. An original without a source is none; where nobody can tell, nothing
    is said. Introductions, guides, legal texts and a unit's own notices are none.

    `source-missing`: a reprint that shows no source and has none in its tags. `source-vague`: the named
    source says nothing (网络, 互联网, 转载 …). `source-conflict`: label and tag, or label and text, name
    different publishers. `source-not-authoritative`: a reprint whose source is not on the list of allowed
    sources. `title-altered`: the title differs from that of the original that the page links to.
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
        Rule(
            code="source-conflict",
            title="来源标注不一致",
            severity=Severity.ADVICE,
            basis=_BASIS,
            fix="请核对原文，将页面显示的来源、页面标签 ContentSource 和正文中的来源统一为原发布单位或媒体。",
        ),
        Rule(
            code="source-not-authoritative",
            title="转载来源不在规范名单内",
            severity=Severity.ADVICE,
            basis=_BASIS,
            fix="请改从中央和省级媒体、政府网站等规范来源转载，或者注明最初发布单位；"
            "确属可以转载的来源，请报检查单位列入名单（配置 [attribution] allowed_sources）。",
        ),
        Rule(
            code="title-altered",
            title="转载标题与原文不一致",
            severity=Severity.ADVICE,
            basis=_BASIS_TITLE,
            fix="请对照原文核实标题；确需改动标题的，不得歪曲原意，并在正文前注明“原标题”。",
        ),
    )

    def article(self, reading: ArticleReading, ctx: Context) -> Iterator[Finding]:
        """Judge an article by what it says of itself."""
        if not concerns(reading, ctx):
            return
        source = reading.source
        if source is not None and says_nothing(source.name):
            yield _finding(
                "source-vague",
                reading,
                ctx,
                f"文章“{reading.title[:60]}”来源标注为“{source.name}”，无法追溯",
                detail={"source": source.name, "found_in": str(source.origin)},
            )
        elif source is not None:
            yield from _conflict(reading, ctx)
            yield from _not_authoritative(reading, ctx)
        elif reading.reprint is True and not reading.meta_source:
            # That no label was read is certain only where the line below the title was found and understood.
            line_read = reading.published is not None and reading.published.origin is DateOrigin.SHOWN
            yield _finding(
                "source-missing",
                reading,
                ctx,
                f"文章“{reading.title[:60]}”为转载信息，未注明来源",
                certain=reading.source_label_empty or line_read,
                detail={
                    "reprint_by": reading.reprint_reason,
                    "reprint_snippet": reading.reprint_snippet,
                    "label_empty": reading.source_label_empty,
                },
            )

    def original(self, reading: ArticleReading, verdict: LinkVerdict, ctx: Context) -> Iterator[Finding]:
        """Compare the title with that of the original, where this was fetched and shows one."""
        if reading.reprint is not True or not concerns(reading, ctx):
            return
        original = original_title_of(verdict)
        if not original or not reading.title or same_title(reading.title, original):
            return
        if reading.original_title and same_title(reading.original_title, original):
            return  # altered, and said so
        alike = likeness(reading.title, original)
        yield _finding(
            "title-altered",
            reading,
            ctx,
            f"文章“{reading.title[:60]}”的标题与原文标题“{original[:60]}”不一致",
            certain=alike >= ALIKE,
            target=reading.original_url,
            detail={
                "title": reading.title,
                "original_title": original,
                "original_url": reading.original_url,
                "title_similarity": round(alike, 2),
            },
        )

    def undecided(self, reading: SiteReading, ctx: Context) -> Iterator[tuple[str, str]]:
        """Titles whose original was not reached, or shows no title to compare with."""
        for article, verdict in reading.originals:
            if verdict is None or not original_title_of(verdict):
                yield "title-altered", article.url


def concerns(reading: ArticleReading, ctx: Context) -> bool:
    """Is this an article that may be a reprint: no introduction, guide, legal text, or own notice.

    A text with a dateline is news, whatever its title. In the column of another type nothing is judged.
    """
    column = ctx.page_column
    if column is not None and column.type not in _NEWS:
        return False
    if reading.reprint_reason == "dateline":
        return True
    title = reading.title.strip()
    if _INTRODUCTION.search(title) or _LEGAL_TEXT.search(title):
        return False
    return not (_NOTICE.search(title) and any(title.startswith(n) for n in ctx.names.own if len(n) >= 3))


# ---------------------------------------------------------------------------------------------
# Below: how it is done.


def _conflict(reading: ArticleReading, ctx: Context) -> Iterator[Finding]:
    """The label against the text that it stands above, else against the tag: one finding at most."""
    source = reading.source
    if source is None or source.origin is not SourceOrigin.SHOWN:
        return
    label, names, credit, meta = source.name, ctx.names, reading.credit, reading.meta_source
    own = is_own(label, names)
    if credit and not says_nothing(credit) and _credits_another(reading, label, own, ctx):
        yield _finding(
            "source-conflict",
            reading,
            ctx,
            f"文章“{reading.title[:60]}”来源标注为“{label}”，正文显示来自“{credit}”",
            # A medium that names the medium from which it took the text may be named in its turn.
            certain=own is True and is_medium(credit),
            detail={
                "source": label,
                "credit": credit,
                "credit_where": reading.credit_where,
                "credit_snippet": reading.credit_snippet,
            },
        )
    elif meta and not says_nothing(meta) and not _ACCOUNT.fullmatch(meta):
        if one_publisher(label, meta, names):
            return
        yield _finding(
            "source-conflict",
            reading,
            ctx,
            f"文章“{reading.title[:60]}”页面显示来源为“{label}”，页面标签为“{meta}”，两者不一致",
            certain=own is not None and is_own(meta, names) is not None,
            detail={"source": label, "meta_source": meta},
        )


def _credits_another(reading: ArticleReading, label: str, own: bool | None, ctx: Context) -> bool:
    credit = reading.credit
    if one_publisher(label, credit, ctx.names) or is_own(credit, ctx.names) is True:
        return False
    if reading.credit_where == "dateline":
        # What another publisher took over from an agency bears the agency's dateline by right. The media
        # centre of the same place writes for its government.
        return own is True and not is_local_media_centre(credit)
    return is_medium(credit)


def _not_authoritative(reading: ArticleReading, ctx: Context) -> Iterator[Finding]:
    source = reading.source
    if source is None or reading.reprint is not True or is_own(source.name, ctx.names) is True:
        return
    added = ctx.options.get("allowed_sources", NONE_ADDED)
    if not isinstance(added, AllowedSources):
        raise TypeError(f"allowed_sources is no list of sources: {type(added).__name__}")
    region = str(ctx.options.get("region", ""))
    place = standing(source.name, ctx.names, added, region=region)
    if place is Standing.ALLOWED:
        return
    said = "是发布平台名称，不是原发布单位" if place is Standing.PLATFORM else "不在规范的转载来源名单内"
    yield _finding(
        "source-not-authoritative",
        reading,
        ctx,
        f"转载文章“{reading.title[:60]}”的来源“{source.name}”{said}",
        # The shipped list can't know every publisher: sure is a platform, or what an office's own leaves out.
        certain=place is Standing.PLATFORM or added != NONE_ADDED,
        detail={"source": source.name, "standing": place.value, "office_list": added != NONE_ADDED},
    )


def _finding(
    rule: str,
    reading: ArticleReading,
    ctx: Context,
    title: str,
    *,
    detail: dict[str, object],
    certain: bool = True,
    target: str | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        subject=reading.url,
        page=reading.url,
        column=ctx.page_column.url if ctx.page_column else None,
        title=title,
        certain=certain,
        target=target,
        external=target is not None,
        detail=detail,
        evidence=Evidence(snippet=reading.snippet, line=reading.line or None, selector=reading.selector),
    )
