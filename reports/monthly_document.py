"""The monthly correction as an official paper (.docx)."""

from __future__ import annotations

from reports.corrections import Corrections
from reports.monthly import MonthlyCorrection, Named
from reports.official import Imprint, Paper
from reports.wording import percent

_NAMED = 20
"""Findings of a kind that the paper names; the ledger has all."""


def monthly_document(paper: MonthlyCorrection, imprint: Imprint) -> bytes:
    """The .docx file; what the office does not give (发文字号, 签发人, 成文日期) is left blank."""
    page = Paper(draft=imprint.draft)
    if imprint.number:
        page.line(imprint.number, centred=True)
    page.title(paper.title)
    page.line("各有关单位：")
    basis = f"依据{'、'.join(paper.basis)}，" if paper.basis else ""
    page.text(f"{basis}现将{paper.month.zh}{paper.office.region}政府网站和政务新媒体问题整改情况通报如下。")
    page.heading("一、总体情况")
    page.text(_overview(paper))
    page.heading("二、各单位整改情况")
    page.text(_units(paper))
    page.heading("三、“我为政府网站找错”留言办理情况")
    reports = paper.reports
    page.text(
        f"本月收到留言{reports.received}条，其中属实或待核的{reports.true}条；已办理{reports.answered}条，"
        f"其中按期办理{reports.in_time}条。"
        if reports.received
        else "本月没有登记“找错”留言。"
    )
    page.heading("四、逾期、有异议和再次出现的问题")
    kinds = (
        ("逾期未整改的问题", paper.overdue),
        ("有异议、待核查的问题", paper.disputed),
        ("整改后再次出现的问题", paper.recurred),
    )
    told = [(title, rows) for title, rows in kinds if rows]
    for count, (title, rows) in enumerate(told, 1):
        page.heading(f"（{'一二三'[count - 1]}）{title}", level=2)
        for text in _named(rows):
            page.text(text)
    if not told:
        page.text("没有逾期、有异议或再次出现的问题。")
    page.line("")
    page.text("附件：1．各单位整改情况表")
    page.text("　　　2．问题整改台账（另附电子表格）")
    page.signature(paper.office.name, imprint)
    page.page_break()
    page.line("附件1")
    page.line("各单位整改情况表", centred=True)
    page.table(
        ("名次", "单位", "应整改", "已整改", "整改率", "上月", "逾期", "异议", "再次出现"),
        [
            (
                str(line.rank or "—"),
                line.name,
                str(line.numbers.due),
                str(line.numbers.corrected),
                percent(line.numbers.rate),
                percent(None if line.last is None else line.last.rate),
                str(line.numbers.overdue),
                str(line.numbers.disputed),
                str(line.numbers.recurred),
            )
            for line in paper.units
        ],
        (12, 48, 15, 15, 16, 16, 12, 12, 10),
    )
    return page.to_bytes()


def _overview(paper: MonthlyCorrection) -> str:
    numbers = paper.numbers
    told = []
    if numbers.due:
        spent = "" if numbers.days is None else f"，平均用时{numbers.days:.1f}天"
        last = paper.last
        compared = "" if last is None or last.rate is None else f"（上月{percent(last.rate)}）"
        told.append(
            f"本月应整改问题{numbers.due}项（含上月结转），已整改（销号）{numbers.corrected}项{_hand(numbers)}，"
            f"整改率{percent(numbers.rate)}{compared}{spent}；尚未完成整改{numbers.open}项。"
        )
    else:
        told.append("本月没有应整改的问题。")
    if numbers.issued:
        told.append(f"以整改通知单下发问题{numbers.issued}项，单位反馈{numbers.answered}项。")
    if numbers.overdue:
        told.append(f"超过期限未整改的{numbers.overdue}项。")
    if numbers.recurred:
        told.append(f"整改后再次出现的{numbers.recurred}项。")
    return "".join(told)


def _hand(numbers: Corrections) -> str:
    """How many of them a person closed; the others were seen right by a run."""
    return (
        f"（其中人工核实销号{numbers.by_hand}项）"
        if numbers.by_hand
        else "（均经复查确认）"
        if numbers.corrected
        else ""
    )


def _units(paper: MonthlyCorrection) -> str:
    """Names the best and those with overdue findings, each only where there are any."""
    whole = [line.name for line in paper.units if line.numbers.rate == 1]
    late = [f"{line.name}（{line.numbers.overdue}项）" for line in paper.units if line.numbers.overdue]
    if not paper.units:
        return "本月各单位没有应整改的问题。"
    told = [f"本月有整改任务的单位{len(paper.units)}个，各单位整改情况见附件1。"]
    for what, names in (
        (f"全部完成整改的单位{len(whole)}个", whole),
        (f"有逾期未整改问题的单位{len(late)}个", late),
    ):
        if names:
            more = "等" if len(names) > _NAMED else ""
            told.append(f"{what}：{'、'.join(names[:_NAMED])}{more}。")
    return "".join(told)


def _named(rows: tuple[Named, ...]) -> list[str]:
    lines = [
        f"{count}．{row.unit}：{row.site}，{row.title.rstrip('。')}{f'（{row.note}）' if row.note else ''}。"
        for count, row in enumerate(rows[:_NAMED], 1)
    ]
    if len(rows) > _NAMED:
        lines.append(f"其余{len(rows) - _NAMED}项见问题整改台账。")
    return lines
