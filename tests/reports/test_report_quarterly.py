"""The quarterly notice: who qualifies, who does not, who could not be judged; what stays inside."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import hostile
import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from samples import OFFICE, PROFILE, REGISTRY, RULES, SampleOffice, finding

from govcrawl.model import FindingRecord, Registry, RunRecord, RunResult, Severity, Status
from reports.documents import write_quarterly
from reports.monthly import Numbers
from reports.official import Imprint
from reports.periods import Quarter
from reports.quarterly import Quarterly, notice_of_quarter

QUARTER = Quarter(2026, 4)
FIRST, END = QUARTER.instants("Asia/Shanghai")
NOW = END + timedelta(hours=1)
NIGHT = datetime(2026, 12, 20, 14, tzinfo=UTC)


def _run(site: str, result: RunResult = RunResult.COMPLETE, number: int = 1) -> RunRecord:
    return RunRecord(
        run=number, site=site, started=NIGHT, ended=NIGHT, result=result, pages=100, columns_read=3
    )


ALL_SEEN = [_run(site.id, number=at) for at, site in enumerate(REGISTRY.sites, 1)]


def _paper(
    records: list[FindingRecord],
    runs: list[RunRecord] | None = None,
    registry: Registry = REGISTRY,
    **changes: object,
) -> Quarterly:
    numbers = Numbers(before=records, after=records, trails={}, first=FIRST, end=END)
    return notice_of_quarter(
        quarter=QUARTER,
        office=changes.pop("office", OFFICE),
        registry=registry,
        runs=ALL_SEEN if runs is None else runs,
        numbers=numbers,
        last=changes.pop("last", None),
        profile=PROFILE,
        rules=RULES,
        now=NOW,
        **changes,
    )


def _veto(site: str = "jyj", **changes: object) -> FindingRecord:
    values = {
        "site": site,
        "unit": "jyj",
        "severity": Severity.VETO,
        "last_seen": NIGHT,
        "status": Status.CONFIRMED,
    }
    return finding("columns-not-updated", site, **(values | changes))


def _texts(paths: list[Path]) -> tuple[str, str]:
    tree = html.document_fromstring(paths[0].read_text(encoding="utf-8"))
    document = Document(str(paths[1]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    shown = re.sub(r"\s+", "", tree.find("body").text_content())
    return shown, "".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_a_verified_veto_fails_a_site_and_nothing_else_does(tmp_path: Path) -> None:
    broken = finding("link-broken", "x", site="portal", unit="zfb")
    paper = _paper([_veto(), broken])
    assert [(site.name, site.word) for site in paper.sites] == [
        ("示例市人民政府", "合格"),
        ("示例市教育局", "不合格"),
        ("示例县人民政府", "合格"),
        ("示例经济开发区", "合格"),
    ]
    assert (paper.total.judged, paper.total.rate) == (4, 0.75)
    for text in _texts(write_quarterly(paper, tmp_path)):
        assert "合格率75.0%" in text
        assert "示例市教育局" in text


@pytest.mark.parametrize(
    "veto", [_veto(status=Status.SUSPECTED), _veto(status=Status.DISPUTED)], ids=["suspected", "disputed"]
)
def test_a_veto_that_is_not_settled_is_neither(veto: FindingRecord) -> None:
    site = _paper([veto]).sites[1]
    assert site.word == "未能判定", "an unsettled veto must neither fail nor clear a site"


def test_sites_that_could_not_be_judged_are_named_and_not_counted(tmp_path: Path) -> None:
    runs = [_run("portal"), _run("jyj", RunResult.BLOCKED), _run("xian", RunResult.UNREACHABLE)]
    paper = _paper([], runs)
    assert [site.name for site in paper.unknown] == ["示例市教育局", "示例县人民政府", "示例经济开发区"]
    assert (paper.total.judged, paper.total.rate) == (1, 1.0)
    for text in _texts(write_quarterly(paper, tmp_path)):
        assert "不计入合格率" in text
        assert "示例市教育局" in text


def test_runs_outside_the_quarter_say_nothing_of_it() -> None:
    old = [replace(run, started=FIRST - timedelta(days=1), ended=None) for run in ALL_SEEN]
    assert _paper([], old).total.judged == 0


def test_the_share_of_the_quarter_before_stands_beside(tmp_path: Path) -> None:
    first, end = QUARTER.before.instants("Asia/Shanghai")
    runs = [
        replace(run, started=first + timedelta(days=3), ended=first + timedelta(days=3)) for run in ALL_SEEN
    ]
    numbers = Numbers(
        before=[], after=[_veto(last_seen=first + timedelta(days=3))], trails={}, first=first, end=end
    )
    paper = _paper([], last=(runs, numbers))
    assert (paper.last_rate, paper.total.rate) == (0.75, 1.0)
    assert all(
        "上季度75.0%" in text.replace("上季度 ", "上季度")
        for text in _texts(write_quarterly(paper, tmp_path))
    )


def test_the_public_sees_no_addresses_no_hijacked_targets_and_gets_no_ledger(tmp_path: Path) -> None:
    hijacked = finding(
        "link-hijacked",
        "h",
        site="xian",
        unit="xq",
        target="http://bad-example.test/x",
        severity=Severity.VETO,
    )
    paths = write_quarterly(_paper([hijacked, _veto()], public=True), tmp_path)
    assert [path.suffix for path in paths] == [".html", ".docx"]
    for text in (paths[0].read_text(encoding="utf-8"), *_texts(paths)):
        assert "bad-example" not in text
        assert "http://jyj.example.gov.cn" not in text
    problem = next(one for one in _paper([hijacked], public=True).problems if one.count)
    assert problem.examples == (), "counted, not shown"
    assert _paper([hijacked]).problems[0].examples == ("示例县人民政府（1项）",)


def test_an_early_paper_says_up_to_when_it_counts(tmp_path: Path) -> None:
    paper = _paper([], until=date(2026, 12, 25))
    assert paper.until == "2026年12月25日"
    assert all("截至2026年12月25日" in text for text in _texts(write_quarterly(paper, tmp_path)))
    assert _paper([], until=date(2026, 12, 31)).until == ""


def test_nothing_registered_reads_well(tmp_path: Path) -> None:
    for text in _texts(write_quarterly(_paper([], [], Registry()), tmp_path)):
        assert "没有登记正常运行的网站" in text
        assert "None" not in text


@pytest.mark.parametrize(
    ("region", "whole"), [("示例市", "全市"), ("示例旗", "全旗"), ("示例新城", "示例新城"), ("", "")]
)
def test_the_title_names_the_level(region: str, whole: str) -> None:
    paper = _paper([], office=SampleOffice(region=region))
    assert f"2026年第四季度{whole}政府网站" in paper.title


def test_the_ledger_holds_what_is_open(tmp_path: Path) -> None:
    paths = write_quarterly(
        _paper([_veto(), finding("link-broken", "done", status=Status.CORRECTED)]), tmp_path
    )
    assert load_workbook(paths[2]).active.max_row == 3


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_is_only_text(tmp_path: Path, text: str) -> None:
    paper = _paper(hostile.records(text), registry=hostile.registry(text))
    paths = write_quarterly(paper, tmp_path, Imprint(text, text, text))
    tree = html.document_fromstring(paths[0].read_text(encoding="utf-8"))
    assert not tree.xpath("//script | //img | //svg[@onload] | //textarea")
    assert not {"\x00", "\u202e"} & set(_texts(paths)[1])
