"""A correction notice as files: the paper (.docx), the list of findings and the reply sheet (.xlsx)."""

from __future__ import annotations

from pathlib import Path

from govcrawl.files import write_atomically
from reports.notices import NoticeLine, NoticePaper
from reports.official import Imprint, Paper
from reports.sheets import Head, write_sheet

_IN_TEXT = 10
"""Findings that the paper itself tells, the worst first; all of them are in its annex."""
PAPER, LIST, REPLY = "整改通知单.docx", "问题清单.xlsx", "整改反馈表.xlsx"
REPLY_HEADS = (
    Head("序号", 6),
    Head("问题编号", 24),
    Head("问题", 48),
    Head("链接", 40),
    Head("整改措施", 28),
    Head("是否完成", 10),
    Head("完成时间", 14),
    Head("责任人", 12),
    Head("联系电话", 16),
    Head("有异议及理由", 32),
)
"""Columns of the sheet that comes back; the last six are the unit's."""
_LIST_HEADS = (
    Head("序号", 6),
    Head("问题编号", 24),
    Head("网站名称", 24),
    Head("问题等级", 12),
    Head("问题类型", 16),
    Head("问题描述", 48),
    Head("所在页面", 40),
    Head("问题链接", 40),
    Head("其他位置", 30),
    Head("依据", 40),
    Head("整改建议", 40),
    Head("整改期限", 20),
    Head("截图", 20),
)


def write_notice(paper: NoticePaper, folder: Path) -> list[Path]:
    """Write the three files of a notice into a folder.

    Raises:
        OSError: a file can't be written.
    """
    number = "草稿" if paper.draft else f"编号：{paper.number}"
    write_atomically(folder / PAPER, _document(paper))
    write_sheet(
        folder / LIST,
        "问题清单",
        _LIST_HEADS,
        [_listed(line) for line in paper.lines],
        title=f"{paper.unit}政府网站问题清单（{number}）",
    )
    paths = [folder / PAPER, folder / LIST]
    if not paper.draft:
        write_sheet(
            folder / REPLY,
            "整改反馈表",
            REPLY_HEADS,
            [_to_answer(line) for line in paper.lines],
            title=f"整改反馈表（{number}）",
        )
        paths.append(folder / REPLY)
    return paths


def _document(paper: NoticePaper) -> bytes:
    page = Paper(draft=paper.draft)
    page.line(f"编号：{paper.number or '（签发时编）'}", right=True)
    if paper.document_number:
        page.line(paper.document_number, centred=True)
    page.title(f"{paper.title}（特急）" if paper.urgent else paper.title)
    page.line(f"{paper.unit}：")
    page.text(_opening(paper))
    page.heading("一、存在的问题")
    for line in paper.lines[:_IN_TEXT]:
        page.text(_told(line))
    if (rest := len(paper.lines) - _IN_TEXT) > 0:
        page.text(f"其余{rest}个问题及全部问题的具体位置见附件1。")
    page.heading("二、整改要求")
    for text in _demands(paper):
        page.text(text)
    page.line("")
    page.text("附件：1．问题清单")
    page.text("　　　2．整改反馈表")
    page.signature(paper.office, Imprint(paper.document_number, paper.signer, paper.dated))
    if paper.contact or paper.phone:
        page.text(f"（联系人：{paper.contact or '　　　'}，联系电话：{paper.phone or '　　　'}）")
    page.page_break()
    page.line("附件1")
    page.line("问题清单", centred=True)
    page.table(
        ("序号", "问题类型", "问题及所在位置", "整改建议", "整改期限"),
        [(str(line.serial), line.rule, _place(line), line.fix, line.due) for line in paper.lines],
        (12, 22, 66, 34, 22),
    )
    return page.to_bytes()


def _opening(paper: NoticePaper) -> str:
    basis = f"依据{paper.basis[0]}" if paper.basis else "依据政府网站管理有关规定"
    counted = [
        f"{name}{number}个"
        for name, number in (("单项否决问题", paper.vetoes), ("需整改问题", paper.problems))
        if number
    ]
    seen = f"经{paper.period}巡查核实" if paper.period else "经巡查核实"
    what = "、".join(counted) or "下列问题"
    return f"{basis}，{seen}，你单位负责的政府网站（栏目）存在{what}。现将有关情况通知如下。"


def _told(line: NoticeLine) -> str:
    more = f"（{line.places}）" if line.places else ""
    again = "该问题曾整改，现再次出现。" if line.recurred else ""
    problem = f"{line.serial}．{line.site}：{line.problem.rstrip('。')}{more}。"
    return f"{problem}所在页面：{line.page}。{again}整改期限：{line.due}。"


def _demands(paper: NoticePaper) -> list[str]:
    several = len({line.due for line in paper.lines}) > 1
    due = paper.first_due or "规定期限内"
    when = f"各问题的整改期限见上，最早一项为{due}" if several else f"于{due}完成整改"
    demands = [
        f"（一）请按整改建议逐项整改，{when}；同类问题请一并自查。",
        "（二）整改完成后，请填写《整改反馈表》（附件2）按原渠道反馈，无须登录系统；整改情况以复核结果为准。",
        "（三）对认定有异议的，请在《整改反馈表》“有异议及理由”栏写明理由（可附截图），于整改期限内反馈；"
        "异议核查期间，该问题不计入逾期。",
    ]
    demands.append("（四）送达日期晚于下发日期的，整改期限自送达之日起顺延。")
    if paper.estimated:
        demands.append("（五）部分期限所在年份的节假日安排尚未公布，暂按周末推算，以公布的安排为准。")
    return demands


def _place(line: NoticeLine) -> str:
    target = f"\n问题链接：{line.target}" if line.target and line.target != line.page else ""
    more = f"\n{line.more}" if line.more else ""
    return f"{line.problem}\n所在页面：{line.page}{target}{more}"


def _listed(line: NoticeLine) -> list[str | int]:
    return [
        line.serial,
        line.fingerprint,
        line.site,
        line.severity,
        line.rule,
        line.problem,
        line.page,
        line.target,
        line.more,
        line.basis,
        line.fix,
        line.due,
        line.picture,
    ]


def _to_answer(line: NoticeLine) -> list[str | int]:
    return [line.serial, line.fingerprint, line.problem, line.target or line.page, "", "", "", "", "", ""]
