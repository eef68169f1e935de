"""The adoption notice as an official paper (.docx), and its spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from reports.adoption import AdoptionNotice, Group, Tally, UnitAdoption
from reports.official import Imprint, Paper
from reports.sheets import Head, as_text, fill, save
from reports.wording import defang, is_web

_NAMED = 30
"""Units or sources that a sentence names; the annex and the spreadsheet have all."""

_SCORES = (
    ("类别", 22),
    ("名次", 6),
    ("单位", 30),
    ("报送", 8),
    ("门户网站采用", 12),
    ("自治区（省）级采用", 16),
    ("国家级采用", 12),
    ("本月得分", 10),
    ("本年报送", 10),
    ("本年采用", 10),
    ("本年得分", 10),
)
"""Headings of the sheet of scores, with their widths."""


def points_zh(points: float | None) -> str:
    """A score as it is written: no decimals where there are none; — where it is not known."""
    return "—" if points is None else f"{points:g}"


def adoption_document(paper: AdoptionNotice, imprint: Imprint) -> bytes:
    """The .docx file; what the office does not give (发文字号, 签发人, 成文日期) is left blank."""
    page = Paper(draft=imprint.draft)
    if imprint.number:
        page.line(imprint.number, centred=True)
    page.title(paper.title)
    page.line("各有关单位：")
    basis = f"依据{'、'.join(paper.basis)}，" if paper.basis else ""
    page.text(f"{basis}现将{paper.month.zh}信息报送和采用情况通报如下。")
    page.heading("一、总体情况")
    page.text("".join(overview(paper)))
    page.heading("二、各单位采用情况")
    if not paper.groups:
        page.text("没有登记参加排名的单位。")
    for count, group in enumerate(paper.groups, 1):
        page.heading(f"（{'一二三四'[count - 1]}）{group.title}", level=2)
        page.text("".join(group_text(group)))
    page.heading("三、统计说明")
    for text in notes(paper):
        page.text(text)
    if paper.groups:
        page.line("")
        page.text("附件：各单位信息报送和采用情况表")
    page.signature(paper.office.name, imprint)
    if paper.groups:
        page.page_break()
        page.line("附件")
        page.line("各单位信息报送和采用情况表", centred=True)
        for group in paper.groups:
            page.heading(group.title, level=2)
            page.table(
                (
                    "名次",
                    "单位",
                    "报送",
                    "市政府门户网站采用",
                    "自治区（省）级采用",
                    "国家级采用",
                    "本月得分",
                    "本年采用",
                    "本年得分",
                ),
                [_cells(line) for line in group.lines],
                (12, 46, 14, 19, 15, 15, 14, 14, 14),
            )
    return page.to_bytes()


def overview(paper: AdoptionNotice) -> list[str]:
    """Sentences of the month as a whole."""
    total = paper.total
    told = []
    if total.submitted:
        told.append(f"本月各单位报送信息{total.submitted}条。")
    else:
        told.append("本月没有登记各单位的报送信息。")
    if total.adopted:
        told.append(f"被采用{total.adopted}条次，其中{_adopters(total)}。")
    else:
        told.append("本月没有信息被采用。")
    if paper.own.portal:
        told.append(f"{paper.office.name}编发的信息{paper.own.portal}条，不参加排名。")
    return told


def group_text(group: Group) -> list[str]:
    """Sentences of one group: who leads, and who has nothing."""
    best = [line for line in group.lines if line.rank == 1]
    told = []
    if best:
        score = best[0].month.points
        tail = f"（{points_zh(score)}分）" if score is not None else f"（{best[0].month.adopted}条）"
        told.append(f"居首位的是{_names([line.name for line in best])}{tail}。")
        told.append(f"有信息被采用的单位{sum(line.month.adopted > 0 for line in group.lines)}个。")
    else:
        told.append("本月没有信息被采用。")
    unused = [line.name for line in group.lines if line.month.submitted and not line.month.adopted]
    if unused:
        told.append(f"已报送但未被采用的单位{len(unused)}个：{_names(unused)}。")
    if group.none:
        told.append(f"未报送且未被采用的单位{len(group.none)}个：{_names(group.none)}。")
    return told


def notes(paper: AdoptionNotice) -> list[str]:
    """How it was counted, and what could not be."""
    told = [
        "市政府门户网站的采用数按网站稿件标注的来源统计，来源为两个以上单位的分别计数；同一稿件在多个栏目发布的计一次。"
        "自治区（省）级、国家级的采用数依据登记的采用情况。"
    ]
    if paper.points:
        worth = "，".join(f"{word}每条{points_zh(points)}分" for word, points in paper.points)
        told.append(
            f"计分标准：{worth}。" + ("" if paper.points_verified else "该标准尚未核定，得分为试算结果。")
        )
    else:
        told.append("未设定计分标准，按采用条数排名。")
    for portal in paper.portals:
        unread = "" if portal.whole else "，此后发布的稿件可能没有计入"
        told.append(f"{portal.name}：{portal.read}{unread}。")
    if not paper.portals:
        told.append("没有登记正常运行的门户网站，门户网站的采用数未能统计。")
    if paper.undated:
        told.append(f"有{paper.undated}篇稿件未读到发布日期，未计入。")
    if paper.unsourced:
        told.append(f"本月稿件中有{paper.unsourced}篇未读到来源，未计入。")
    if paper.unmapped:
        count = sum(one.count for one in paper.unmapped)
        names = _names([f"{one.source}（{one.count}篇）" for one in paper.unmapped])
        told.append(f"有{count}篇稿件的来源未能对应到登记的单位，待人工核对后补计：{names}。")
    return told


def write_adoption_sheet(paper: AdoptionNotice, path: Path) -> None:
    """The spreadsheet: scores, adopted articles, submissions, sources that a person should look at.

    Raises:
        OSError: the file can't be written.
    """
    book = Workbook(write_only=True)
    title = f"信息采用情况（{paper.month.zh}）"
    _sheet(
        book,
        "得分表",
        _SCORES,
        [
            (group.title, *_cells(line)[:7], str(line.year.submitted), *_cells(line)[7:])
            for group in paper.groups
            for line in group.lines
        ],
        title,
    )
    _sheet(
        book,
        "采用稿件",
        [("单位", 30), ("标题", 60), ("发布日期", 12), ("标注来源", 24), ("网址", 60)],
        [(unit, one.title, str(one.published), one.source, _address(one.url)) for unit, one in paper.adopted],
        title,
    )
    _sheet(
        book,
        "报送信息",
        [("单位", 30), ("标题", 60), ("报送日期", 12), ("采用层级", 12), ("采用单位", 24), ("采用日期", 12)],
        [
            (
                unit,
                one.title,
                str(one.submitted),
                one.level.zh if one.level else "",
                one.adopter,
                str(one.adopted or ""),
            )
            for unit, one in paper.submitted
        ],
        title,
    )
    _sheet(
        book,
        "来源待核对",
        [("标注来源", 30), ("篇数", 8), ("例：标题", 60), ("例：网址", 60)],
        [(one.source, str(one.count), one.title, _address(one.url)) for one in paper.unmapped],
        title,
    )
    save(book, path)


def _sheet(
    book: Workbook, name: str, heads: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]], title: str
) -> None:
    lines = [
        [int(cell) if cell.isdigit() and len(cell) < 9 else as_text(cell) for cell in row] for row in rows
    ]
    fill(book.create_sheet(name), [Head(*head) for head in heads], lines, title)


def _cells(line: UnitAdoption) -> tuple[str, ...]:
    month, year = line.month, line.year
    return (
        str(line.rank or "—"),
        line.name,
        str(month.submitted),
        str(month.portal),
        str(month.region),
        str(month.nation),
        points_zh(month.points),
        str(year.adopted),
        points_zh(year.points),
    )


def _adopters(total: Tally) -> str:
    parts = (("市政府门户网站", total.portal), ("自治区（省）级", total.region), ("国家级", total.nation))
    return "、".join(f"{word}{count}条" for word, count in parts if count)


def _names(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")


def _address(url: str) -> str:
    return url if is_web(url) else defang(url)
