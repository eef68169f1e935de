"""Proposed talks: on which grounds, and never on one that does not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import hostile
import pytest
from docx import Document
from lxml import html
from samples import OFFICE

from govcrawl.model import ExternalNotice, Registry, ReportKind, ReportRecord, Unit
from govcrawl.rules import load_profile
from reports.talks import Overdue, Step, TalkList, talk_list, window
from reports.talks_document import write_talks

UNTIL = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
PROFILE = load_profile("tongliao-2023")
REGISTRY = Registry(
    units=(
        Unit(id="jyj", name="示例市教育局"),
        Unit(id="wjw", name="示例市卫生健康委员会"),
        Unit(id="east", name="东山旗人民政府"),
    )
)


def _quarter(
    period: str, *units: str, version: int = 1, public: bool = False, issued: bool = True
) -> ReportRecord:
    failed = [{"site": f"{unit}网站", "unit": unit, "reason": "首页不更新"} for unit in units]
    return ReportRecord(
        id=0,
        kind=ReportKind.QUARTERLY,
        period=period,
        public=public,
        version=version,
        made=NOW,
        issued=NOW if issued else None,
        numbers={"failed_sites": failed},
    )


def _above(unit: str, day: date = date(2026, 6, 1), **changes: object) -> ExternalNotice:
    notice = ExternalNotice(
        id=1,
        source="自治区人民政府办公厅",
        number="内政办通报〔2026〕3号",
        dated=day,
        unit=unit,
        text="首页长期不更新",
        who="张某",
        entered=NOW,
    )
    return replace(notice, **changes)


def _list(
    reports: list[ReportRecord] | None = None,
    external: list[ExternalNotice] | None = None,
    overdue: list[Overdue] | None = None,
    registry: Registry = REGISTRY,
) -> TalkList:
    return talk_list(
        until=UNTIL,
        office=OFFICE,
        registry=registry,
        reports=reports or [],
        external=external or [],
        overdue=overdue or [],
        profile=PROFILE,
    )


def _told(paper: TalkList) -> list[tuple[str, Step]]:
    return [(one.unit, one.step) for one in paper.proposals]


def test_named_in_several_quarters_is_a_talk_and_once_is_none() -> None:
    paper = _list(
        [_quarter("2026-Q2", "示例市教育局", "东山旗人民政府"), _quarter("2026-Q3", "示例市教育局")]
    )
    assert _told(paper) == [("示例市教育局", Step.TALK)]
    (reason,) = paper.proposals[0].reasons
    assert "2026年第2季度（示例市教育局网站）" in reason or "2026年第二季度（示例市教育局网站）" in reason
    assert not paper.proposals[0].verified, "the measures do not say how many times are several"


def test_versions_and_the_public_paper_of_one_quarter_count_once() -> None:
    unit = "示例市教育局"
    assert not _told(
        _list(
            [
                _quarter("2026-Q3", unit),
                _quarter("2026-Q3", unit, version=2),
                _quarter("2026-Q3", unit, public=True),
            ]
        )
    )
    corrected = [_quarter("2026-Q2", unit), _quarter("2026-Q3", unit), _quarter("2026-Q3", version=2)]
    assert not _told(_list(corrected)), "the version in force does not name it any more"


def test_drafts_and_quarters_long_past_do_not_count() -> None:
    unit = "示例市教育局"
    assert not _told(_list([_quarter("2026-Q3", unit), _quarter("2026-Q2", unit, issued=False)]))
    assert not _told(_list([_quarter("2026-Q3", unit), _quarter("2025-Q2", unit)]))


def test_one_notice_from_above_is_a_talk_unless_it_was_withdrawn_or_is_old() -> None:
    first, last = window(UNTIL, PROFILE)
    paper = _list(external=[_above("wjw")])
    assert _told(paper) == [("示例市卫生健康委员会", Step.TALK)]
    assert paper.proposals[0].verified
    assert "内政办通报〔2026〕3号" in paper.proposals[0].reasons[0]
    assert _told(_list(external=[_above("wjw", first)]))
    assert not _told(_list(external=[_above("wjw", date(2025, 11, 1))]))
    assert not _told(_list(external=[_above("wjw", withdrawn="登记错误（李某）")]))
    assert not _told(_list(external=[_above("wjw", last.replace(month=12))])), "not yet, as of that day"


def test_overdue_findings_name_a_unit_and_alone_are_no_talk() -> None:
    two = [Overdue(unit="east", notice="2026-003", count=2)]
    assert not _told(_list(overdue=two))
    three = [*two, Overdue(unit="east", notice="2026-007", count=1)]
    paper = _list(overdue=three)
    assert _told(paper) == [("东山旗人民政府", Step.NAME)]
    assert paper.proposals[0].reasons == (
        "整改通知单中有3项逾期未整改：编号:2026-003（2项）、编号:2026-007（1项）。",
    )
    both = _list(external=[_above("east")], overdue=three)
    assert _told(both) == [("东山旗人民政府", Step.TALK)], "one unit stands once, with all its reasons"
    assert len(both.proposals[0].reasons) == 2


def test_a_unit_that_left_the_registry_is_still_named() -> None:
    paper = _list(external=[_above("gone")], registry=Registry())
    assert _told(paper) == [("gone", Step.TALK)]


def _texts(paper: TalkList, folder: Path) -> tuple[str, str]:
    page, document = write_talks(paper, folder)
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    assert not tree.xpath("//script | //@onerror | //@onload | //img")
    read = Document(str(document))
    return "".join(tree.text_content().split()), "\n".join(paragraph.text for paragraph in read.paragraphs)


def test_the_paper_is_internal_and_only_proposes(tmp_path: Path) -> None:
    full = _list(external=[_above("wjw")], overdue=[Overdue(unit="east", notice="2026-003", count=3)])
    for text in _texts(full, tmp_path):
        for said in (
            "内部资料",
            "建议约谈的单位1个、建议通报相关负责人的单位1个",
            "一、建议约谈的单位",
            "二、建议通报相关负责人的单位",
            "三、建议条件",
            "由有关负责同志决定",
            "（该数值尚未核定）",
        ):
            assert said in text, f"{said} is missing"
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o007 == 0, "nobody but the office reads it"


def test_nothing_to_propose_reads_well(tmp_path: Path) -> None:
    for text in _texts(_list(), tmp_path):
        assert "没有达到建议条件的单位" in text
        assert "一、建议条件" in text


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    notice = _above("jyj", text=text, source=text, number=text)
    paper = _list([_quarter("2026-Q2", text), _quarter("2026-Q3", text)], [notice])
    for written in _texts(paper, tmp_path):
        assert not {"\x00", "\u202e"} & set(written)
