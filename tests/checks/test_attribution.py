"""The check of attribution: only reprints, only what is certain enough."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checks.attribution import Attribution, says_nothing
from govcrawl.model import ArticleReading, Context, DateOrigin, PublishedDate, Source, SourceOrigin

CHECK = Attribution()
SHOWN = PublishedDate(date(2026, 11, 20), DateOrigin.SHOWN)


def article(**facts: Any) -> ArticleReading:
    return ArticleReading(url="http://www.example.gov.cn/a/1.html", title="全国秋粮收购超一亿吨", **facts)


@pytest.mark.parametrize(
    "name", ["网络", "互联网", "转载", "来源网络", "网络转载", "转载自网络", "其他", "网 络。", "未知"]
)
def test_vague(name: str, ctx: Context) -> None:
    assert says_nothing(name)
    (finding,) = CHECK.article(article(source=Source(name, SourceOrigin.SHOWN)), ctx)
    assert (finding.rule, finding.certain) == ("source-vague", True)
    assert finding.detail["source"] == name


@pytest.mark.parametrize(
    "name",
    [
        "新华社",
        "中国网络电视台",
        "人民网",
        "互联网信息办公室",
        "网信示例",
        "示例市教育局",
        "转载自新华网",
        "无锡日报",
    ],
)
def test_a_name_that_holds_such_a_word_is_a_source(name: str, ctx: Context) -> None:
    found = CHECK.article(article(source=Source(name, SourceOrigin.SHOWN), reprint=True), ctx)
    assert "source-vague" not in [finding.rule for finding in found]


def test_reprint_without_a_source(ctx: Context) -> None:
    (finding,) = CHECK.article(article(reprint=True, reprint_reason="dateline", published=SHOWN), ctx)
    assert (finding.rule, finding.certain) == ("source-missing", True)
    (unsure,) = CHECK.article(article(reprint=True, reprint_reason="dateline"), ctx)
    assert not unsure.certain, "the line below the title was not found: a label may have been missed"
    (empty,) = CHECK.article(article(reprint=True, source_label=True, source_label_empty=True), ctx)
    assert empty.certain


@pytest.mark.parametrize(
    "facts",
    [
        {"reprint": False},
        {"reprint": None},
        {"reprint": True, "source": Source("新华社", SourceOrigin.TEXT)},
        {"reprint": True, "meta_source": "新华社"},
        {"reprint": None, "source_label": True, "source_label_empty": True},
    ],
)
def test_originals_the_unknown_and_the_named_are_none(facts: dict[str, Any], ctx: Context) -> None:
    assert list(CHECK.article(article(published=SHOWN, **facts), ctx)) == []
