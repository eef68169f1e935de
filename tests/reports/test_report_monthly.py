"""The monthly correction as files: reads well with nothing, with much, with hostile text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hostile
import pytest
from docx import Document
from lxml import html
from samples import OFFICE, PROFILE, REGISTRY, RULES, finding, findings

from govcrawl.model import FindingRecord, Registry, Status
from govcrawl.store import Event, Transition
from reports.documents import write_monthly
from reports.monthly import MonthlyCorrection, Numbers, correct_month
from reports.official import Imprint
from reports.periods import Month, PeriodError, Quarter

NOVEMBER = Month(2026, 11)
FIRST, END = NOVEMBER.instants("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 1, tzinfo=UTC)


def _numbers(after: list[FindingRecord], **changes: object) -> Numbers:
    values = {"before": [], "after": after, "trails": _trails(after), "first": FIRST, "end": END}
    return Numbers(**(values | changes))


def _trails(records: list[FindingRecord]) -> dict[str, list[Transition]]:
    """Each verified on the 5th; the corrected ones mended on the 15th."""
    return {
        record.fingerprint: [
            _step(5, Event.SEEN_CERTAIN, None, Status.CONFIRMED),
            *(
                [_step(15, Event.SEEN_RIGHT, Status.CONFIRMED, Status.CORRECTED)]
                if record.status is Status.CORRECTED
                else []
            ),
        ]
        for record in records
    }


def _step(day: int, event: Event, before: Status | None, after: Status) -> Transition:
    return Transition(
        at=datetime(2026, 11, day, tzinfo=UTC),
        event=event,
        before=before,
        after=after,
        who="",
        reason=None,
        run=1,
        was_confirmed=after is not Status.SUSPECTED,
        recurred=False,
        overdue=False,
        deadline=None,
        exempt_until=None,
        notice=None,
    )


def _paper(after: list[FindingRecord], registry: Registry = REGISTRY, **changes: object) -> MonthlyCorrection:
    return correct_month(
        month=NOVEMBER,
        office=OFFICE,
        registry=registry,
        numbers=_numbers(after),
        last=changes.pop("last", None),
        profile=PROFILE,
        rules=RULES,
        now=NOW,
    )


def _html(paths: list[Path]) -> str:
    tree = html.document_fromstring(paths[0].read_text(encoding="utf-8"))
    return re.sub(r"\s+", "", tree.find("body").text_content())


def _docx(paths: list[Path]) -> str:
    document = Document(str(paths[1]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join([paragraph.text for paragraph in document.paragraphs] + cells)


def _mended(number: int, unit: str = "jyj") -> FindingRecord:
    return finding(
        "link-broken",
        f"m{number}",
        unit=unit,
        status=Status.CORRECTED,
        was_confirmed=True,
        status_since=datetime(2026, 11, 15, tzinfo=UTC),
    )


def test_a_month_tells_the_rate_the_rank_and_the_days(tmp_path: Path) -> None:
    late = finding(
        "link-broken",
        "late",
        unit="zfb",
        status=Status.NOTIFIED,
        overdue=True,
        deadline=END - timedelta(days=5),
    )
    paper = _paper([_mended(1), _mended(2), late])
    assert [(line.name, line.rank) for line in paper.units] == [
        ("示例市教育局", 1),
        ("示例市人民政府办公室", 2),
    ]
    paths = write_monthly(paper, tmp_path)
    for text in (_html(paths), _docx(paths)):
        for said in (
            "应整改问题3项",
            "已整改（销号）2项",
            "整改率66.7%",
            "平均用时10.0天",
            "超过期限未整改的1项",
        ):
            assert said in text.replace("问题 ", "问题"), f"{said} is missing:\n{text[:1500]}"
        assert "应于2026年11月25日前完成" in text, "the last day in time is named, not the day after it"
    assert "草稿" in Document(str(paths[1])).sections[0].header.paragraphs[0].text


def test_the_month_before_stands_beside(tmp_path: Path) -> None:
    october = Month(2026, 10).instants("Asia/Shanghai")
    last = Numbers(before=[], after=[], trails={}, first=october[0], end=october[1])
    assert _paper([_mended(1)], last=last).last is not None
    assert "上月" in _html(write_monthly(_paper([_mended(1)], last=last), tmp_path))


def test_nothing_to_correct_reads_well(tmp_path: Path) -> None:
    paths = write_monthly(_paper([]), tmp_path)
    for text in (_html(paths), _docx(paths)):
        assert "本月没有应整改的问题" in text
        assert "没有逾期、有异议或再次出现的问题" in text
        assert "None" not in text
        assert "0.0%" not in text


def test_an_issued_paper_bears_the_office_s_number_and_no_draft_mark(tmp_path: Path) -> None:
    paths = write_monthly(
        _paper([_mended(1)]), tmp_path, Imprint("示政办发〔2026〕9号", "李某", "2026年12月1日", issued=True)
    )
    text = _docx(paths)
    assert "示政办发〔2026〕9号" in text
    assert "2026年12月1日" in text
    assert Document(str(paths[1])).sections[0].header.paragraphs[0].text == ""


def test_equal_rates_share_a_rank() -> None:
    paper = _paper([_mended(1, "jyj"), _mended(2, "zfb"), finding("link-broken", "open", unit="xq")])
    assert [line.rank for line in paper.units] == [1, 1, 3]


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_is_only_text(tmp_path: Path, text: str) -> None:
    records = [replace(record, unit="jyj") for record in hostile.records(text)]
    paths = write_monthly(_paper(records, hostile.registry(text)), tmp_path, Imprint(text, text, text))
    tree = html.document_fromstring(paths[0].read_text(encoding="utf-8"))
    assert not tree.xpath("//script | //img | //svg[@onload] | //textarea")
    assert not {"\x00", "\u202e"} & set(_docx(paths))


def test_five_thousand_findings_stay_readable(tmp_path: Path) -> None:
    records = [finding("link-broken", f"n{number}", unit="jyj") for number in range(5000)]
    paths = write_monthly(_paper(records), tmp_path)
    assert paths[0].stat().st_size < 1_500_000
    assert "见《问题整改台账》" in _html(paths)


def test_the_sample_city_fits(tmp_path: Path) -> None:
    paper = _paper(findings())
    assert paper.numbers.due == sum(line.numbers.due for line in paper.units)
    assert write_monthly(paper, tmp_path)[2].exists()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2028-2", "2028-02-01", "2028-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_months(text: str, start: str, end: str) -> None:
    month = Month.parse(text)
    assert (str(month.start), str(month.end)) == (start, end)
    assert (
        month.instants("Asia/Shanghai")[1]
        == Month.of(month.end + timedelta(days=1)).instants("Asia/Shanghai")[0]
    )


@pytest.mark.parametrize(
    ("text", "start", "end", "zh"),
    [
        ("2026-Q4", "2026-10-01", "2026-12-31", "2026年第四季度"),
        ("2027Q1", "2027-01-01", "2027-03-31", "2027年第一季度"),
    ],
)
def test_quarters(text: str, start: str, end: str, zh: str) -> None:
    quarter = Quarter.parse(text)
    assert (str(quarter.start), str(quarter.end), quarter.zh) == (start, end, zh)
    assert Quarter.of(quarter.end) == quarter
    assert quarter.before.end + timedelta(days=1) == quarter.start


@pytest.mark.parametrize("text", ["2026-13", "2026-0", "2026", "26-1", "0000-01", "2026-Q1"])
def test_what_is_no_month_is_said(text: str) -> None:
    with pytest.raises(PeriodError, match="2026-11"):
        Month.parse(text)


@pytest.mark.parametrize("text", ["2026-Q5", "2026-Q0", "2026", "0000-Q1"])
def test_what_is_no_quarter_is_said(text: str) -> None:
    with pytest.raises(PeriodError, match="2026-Q4"):
        Quarter.parse(text)
