"""The adoption notice: who is credited with what, and how it reads with nothing, much, or hostile text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import hostile
import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from samples import OFFICE

from govcrawl.model import (
    Account,
    Level,
    Profile,
    PublishedArticle,
    Registry,
    RunRecord,
    RunResult,
    Site,
    SiteKind,
    SiteStatus,
    Submission,
    Unit,
    UnitKind,
)
from govcrawl.rules import load_profile
from reports.adoption import AdoptionNotice, UnitAdoption, adoption_of
from reports.documents import write_adoption
from reports.named_units import NamedUnits
from reports.official import Imprint
from reports.periods import Month

NOVEMBER = Month(2026, 11)
NOW = datetime(2026, 12, 2, 1, tzinfo=UTC)
PROFILE = load_profile("tongliao-2023")
HOME = "http://www.example.gov.cn/"
REGISTRY = Registry(
    units=(
        Unit(id="zfb", name="示例市人民政府办公室", short_names=("市政府办",), kind=UnitKind.CITY),
        Unit(id="jyj", name="示例市教育局", kind=UnitKind.CITY_DEPARTMENT),
        Unit(id="wjw", name="示例市卫生健康委员会", short_names=("市卫健委",), kind=UnitKind.CITY_DEPARTMENT),
        Unit(id="east", name="东山旗人民政府", short_names=("东山旗",), kind=UnitKind.COUNTY),
        Unit(id="west", name="西河县人民政府", short_names=("西河县",), kind=UnitKind.COUNTY),
        Unit(id="town", name="柳林镇人民政府", short_names=("柳林镇",), kind=UnitKind.TOWNSHIP),
        Unit(id="other", name="东山旗教育局", short_names=("旗教育局",), kind=UnitKind.COUNTY_DEPARTMENT),
        Unit(id="third", name="西河县教育局", short_names=("旗教育局",), kind=UnitKind.COUNTY_DEPARTMENT),
    ),
    sites=(
        Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME, kind=SiteKind.PORTAL),
        Site(id="jyj", name="示例市教育信息网", unit="jyj", url="http://jyj.example.gov.cn/"),
    ),
    accounts=(Account(id="east-wx", unit="east", platform="微信公众号", name="东山发布"),),
)
_DAY = date(2026, 11, 10)


def _article(
    number: int, source: str, day: date | None = _DAY, *, title: str = "", reprint: bool | None = False
) -> PublishedArticle:
    return PublishedArticle(
        site="portal",
        url=f"{HOME}zwyw/{number}.html",
        title=title or f"全市第{number}次会议召开",
        published=day,
        source=source,
        reprint=reprint,
        first_seen=NOW,
    )


def _paper(
    articles: Sequence[PublishedArticle] = (),
    submissions: Sequence[Submission] = (),
    *,
    registry: Registry = REGISTRY,
    runs: Sequence[RunRecord] = (),
    profile: Profile = PROFILE,
    now: datetime = NOW,
) -> AdoptionNotice:
    return adoption_of(
        month=NOVEMBER,
        office=OFFICE,
        registry=registry,
        articles=articles,
        submissions=submissions,
        runs=runs,
        profile=profile,
        now=now,
    )


def _line(paper: AdoptionNotice, unit: str) -> UnitAdoption:
    return next(line for group in paper.groups for line in group.lines if line.unit == unit)


@pytest.mark.parametrize(
    ("source", "units"),
    [
        ("示例市教育局", ["jyj"]),
        ("市教育局", ["jyj"]),  # its name without the region, as everybody writes it
        (" 市 教育局", ["jyj"]),
        ("示例市教育信息网", ["jyj"]),
        ("市教育局官网", ["jyj"]),
        ("市教育局微信公众号", ["jyj"]),
        ("东山发布", ["east"]),
        ("市教育局、市卫健委", ["jyj", "wjw"]),
        ("市教育局 市卫健委", ["jyj", "wjw"]),
        ("市教育局、市教育局", ["jyj"]),
        # traps
        ("教育局", []),  # of whom
        ("旗教育局", []),  # two units are called so
        ("市教育局、某某公司", []),  # half of it is not known
        ("内蒙古教育", []),
        ("网站", []),
        ("", []),
        ("、、", []),
    ],
)
def test_a_source_means_the_units_that_it_names(source: str, units: list[str]) -> None:
    assert list(NamedUnits(REGISTRY, "示例市").of(source)) == units


def test_articles_count_for_the_unit_of_their_source_within_month_and_year() -> None:
    paper = _paper(
        [
            _article(1, "市教育局"),
            _article(2, "市教育局", date(2026, 11, 1)),
            _article(3, "市教育局", date(2026, 11, 30)),
            _article(4, "市教育局", date(2026, 10, 31)),
            _article(5, "市教育局", date(2026, 1, 1)),
            _article(6, "市卫健委、市教育局"),
        ]
    )
    assert (_line(paper, "jyj").month.portal, _line(paper, "jyj").year.portal) == (4, 6)
    assert (_line(paper, "wjw").month.portal, _line(paper, "wjw").year.portal) == (1, 1)
    assert paper.total.portal == 5, "an article of two units counts once for each"
    assert [unit for unit, _ in paper.adopted].count("示例市教育局") == 4


def test_one_article_at_two_addresses_counts_once() -> None:
    same = "全市教育工作会议召开"
    paper = _paper(
        [
            _article(1, "市教育局", title=same),
            _article(2, "市教育局", title="全市教育工作会议 召开"),
            _article(3, "市教育局", date(2026, 11, 11), title=same),  # another day: another article
            _article(4, "市卫健委", title=same),
        ]
    )
    assert _line(paper, "jyj").month.portal == 2
    assert _line(paper, "wjw").month.portal == 1


def test_what_could_not_be_read_is_said_and_counts_for_nobody() -> None:
    paper = _paper(
        [
            _article(1, "市教育局", None),
            _article(2, ""),
            _article(3, "某某工作室"),
            _article(4, "某某工作室"),
            _article(5, "新华社", reprint=True),
            _article(6, "某某工作室", date(2026, 10, 1)),
        ]
    )
    assert (paper.undated, paper.unsourced, paper.reprints) == (1, 1, 1)
    assert [(one.source, one.count) for one in paper.unmapped] == [("某某工作室", 2)]
    assert all(line.month.portal == 0 for group in paper.groups for line in group.lines)


def test_submissions_and_higher_levels_count_on_their_own_days() -> None:
    paper = _paper(
        submissions=[
            Submission(unit="jyj", title="一", submitted=_DAY),
            Submission(
                unit="jyj",
                title="二",
                submitted=date(2026, 10, 20),
                level=Level.REGION,
                adopted=date(2026, 11, 3),
            ),
            Submission(unit="jyj", title="三", submitted=date(2026, 11, 8), level=Level.NATION),
            Submission(
                unit="jyj",
                title="四",
                submitted=date(2026, 11, 28),
                level=Level.NATION,
                adopted=date(2026, 12, 1),
            ),
        ]
    )
    line = _line(paper, "jyj")
    assert (line.month.submitted, line.month.region, line.month.nation) == (3, 1, 1)
    assert (line.year.submitted, line.year.adopted) == (4, 2), "what December adopted is December's"
    assert line.month.points == 5 + 10


def test_groups_are_ranked_apart_equals_share_a_rank_and_nothing_has_none() -> None:
    paper = _paper([_article(1, "东山旗"), _article(2, "西河县"), _article(3, "市政府办")])
    counties = next(group for group in paper.groups if group.title == "旗县市区和开发区")
    assert [(line.unit, line.rank) for line in counties.lines] == [("east", 1), ("west", 1)]
    assert _line(paper, "town").rank is None
    towns = next(group for group in paper.groups if group.title == "苏木乡镇街道")
    assert towns.none == ("柳林镇人民政府",)
    assert paper.own.portal == 1
    assert all(line.unit != "zfb" for group in paper.groups for line in group.lines), (
        "its own office ranks nowhere"
    )


def test_without_points_nothing_is_scored_and_what_was_adopted_ranks() -> None:
    bare = replace(
        PROFILE,
        values={key: value for key, value in PROFILE.values.items() if not key.startswith("adoption.")},
    )
    paper = _paper([_article(1, "市教育局"), _article(2, "市卫健委"), _article(3, "市卫健委")], profile=bare)
    assert [line.unit for line in paper.groups[1].lines] == ["wjw", "jyj"]
    assert paper.groups[1].lines[0].month.points is None
    assert paper.points == ()


def test_how_far_a_portal_was_read_is_said() -> None:
    def run(result: RunResult, started: datetime) -> RunRecord:
        return RunRecord(run=1, site="portal", started=started, result=result)

    late = datetime(2026, 12, 1, 20, tzinfo=UTC)
    early = datetime(2026, 11, 29, 20, tzinfo=UTC)
    assert _paper(runs=[run(RunResult.COMPLETE, late)]).portals[0].whole
    assert not _paper(runs=[run(RunResult.COMPLETE, early), run(RunResult.PARTIAL, late)]).portals[0].whole
    unread = _paper(runs=[run(RunResult.BLOCKED, late)]).portals[0]
    assert (unread.whole, unread.read) == (False, "未能完整巡查")
    closed = replace(
        REGISTRY, sites=tuple(replace(site, status=SiteStatus.CLOSED) for site in REGISTRY.sites)
    )
    assert not _paper(registry=closed).portals


def _files(
    paper: AdoptionNotice, folder: Path, imprint: Imprint | None = None
) -> tuple[str, str, dict[str, int]]:
    """Text of the page and of the document, and rows of each sheet."""
    page, document, sheet = write_adoption(paper, folder, imprint or Imprint())
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    assert not tree.xpath("//script | //@onerror | //@onload"), "nothing from outside may run"
    read = Document(str(document))
    words = "\n".join(
        [paragraph.text for paragraph in read.paragraphs]
        + [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    )
    book = load_workbook(sheet)
    for one in book:
        assert all(cell.data_type != "f" for row in one.iter_rows() for cell in row), "a formula in a sheet"
    return "".join(tree.text_content().split()), words, {one.title: one.max_row - 2 for one in book}


def test_the_paper_reads_well_with_nothing(tmp_path: Path) -> None:
    page, document, sheets = _files(_paper(registry=Registry()), tmp_path)
    for text in ("本月没有登记各单位的报送信息。", "本月没有信息被采用。", "没有登记参加排名的单位。"):
        assert text in page
        assert text in document
    assert "附件" not in document
    assert set(sheets.values()) == {0}


def test_the_paper_tells_what_was_counted(tmp_path: Path) -> None:
    articles = [_article(1, "市教育局"), _article(2, "某某工作室"), _article(3, "市教育局", None)]
    told = [Submission(unit="wjw", title="卫健工作", submitted=_DAY)]
    page, document, sheets = _files(
        _paper(articles, told), tmp_path, Imprint("示政办函〔2026〕9号", "李某", "2026年12月2日")
    )
    for text in (
        "示例市2026年11月信息采用情况通报",
        "本月各单位报送信息1条。被采用1条次，其中市政府门户网站1条。",
        "居首位的是示例市教育局（1分）。",
        "已报送但未被采用的单位1个：示例市卫生健康委员会。",
        "未报送且未被采用的单位1个：柳林镇人民政府。",
        "该标准尚未核定，得分为试算结果。",
        "有1篇稿件未读到发布日期，未计入。",
        "某某工作室（1篇）",
    ):
        assert text in page, f"{text} is missing in the page"
        assert text in document, f"{text} is missing in the document"
    assert "示政办函〔2026〕9号" in document
    assert sheets == {"得分表": 7, "采用稿件": 1, "报送信息": 1, "来源待核对": 1}


def test_the_numbers_are_json_and_the_same_as_the_paper() -> None:
    paper = _paper([_article(1, "市教育局")])
    told = json.loads(json.dumps(paper.to_json(), ensure_ascii=False))
    unit = next(one for one in told["units"] if one["unit"] == "jyj")
    assert unit["month"] == {"submitted": 0, "portal": 1, "region": 0, "nation": 0, "points": 1}
    assert (told["total"]["portal"], told["points_verified"]) == (1, False)


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    units = tuple(replace(unit, name=text + unit.id) for unit in REGISTRY.units)
    registry = replace(REGISTRY, units=units)
    articles = [_article(1, text, title=text), replace(_article(2, text + "jyj", title=text), url=text)]
    told = [Submission(unit="jyj", title=text, submitted=_DAY, level=Level.NATION, adopter=text)]
    _files(_paper(articles, told, registry=registry), tmp_path)
