"""The quarterly notice as an official paper (.docx)."""

from __future__ import annotations

from reports.official import Imprint, Paper
from reports.quarterly import Quarterly
from reports.wording import percent

_NAMED = 30


def quarterly_document(paper: Quarterly, imprint: Imprint) -> bytes:
    """The .docx file; what the office does not give (发文字号, 签发人, 成文日期) is left blank."""
    page = Paper(draft=imprint.draft)
    if imprint.number:
        page.line(imprint.number, centred=True)
    page.title(paper.title)
    page.line("各有关单位：")
    basis = f"依据{'、'.join(paper.basis)}，" if paper.basis else ""
    until = f"（截至{paper.until}）" if paper.until else ""
    page.text(
        f"{basis}{paper.office.name}对{paper.office.region}正常运行的政府网站开展了检查。"
        f"现将{paper.quarter.zh}{until}检查情况通报如下。"
    )
    page.heading("一、总体情况")
    page.text(_overview(paper))
    page.heading("二、不合格网站")
    if paper.failed:
        for count, site in enumerate(paper.failed[:_NAMED], 1):
            page.text(f"{count}．{site.name}（主办单位：{site.unit}）：{site.reason}。")
        if len(paper.failed) > _NAMED:
            page.text(f"其余{len(paper.failed) - _NAMED}个见附件。")
    else:
        page.text("没有不合格的网站。")
    page.heading("三、主要问题")
    for count, one in enumerate(paper.problems, 1):
        among = f"，主要涉及{'、'.join(one.examples)}" if one.examples else ""
        page.text(f"{count}．{one.name}（{one.severity.zh}）{one.count}项，涉及网站{one.sites}个{among}。")
    if not paper.problems:
        page.text("没有已核实、尚未整改的问题。")
    page.heading("四、问题整改情况")
    page.text(_corrected(paper))
    page.heading("五、工作要求")
    for text in paper.demands:
        page.text(text)
    page.line("")
    page.text("附件：政府网站检查结果")
    page.signature(paper.office.name, imprint)
    if paper.public:
        page.line("（此件公开发布）")
    page.page_break()
    page.line("附件")
    page.line("政府网站检查结果", centred=True)
    page.table(
        ("序号", "网站标识码", "网站名称", "主办单位", "结果", "原因"),
        [
            (
                str(at),
                site.code or "—",
                site.name,
                site.unit,
                site.word,
                site.reason if site.word != "合格" else "",
            )
            for at, site in enumerate(paper.sites, 1)
        ],
        (10, 28, 34, 32, 21, 31),
    )
    return page.to_bytes()


def _overview(paper: Quarterly) -> str:
    total = paper.total
    if not total.sites:
        return "没有登记正常运行的网站。"
    told = [f"正常运行的政府网站{total.sites}个。"]
    if total.rate is None:
        told.append("本季度没有能够作出判定的网站。")
    else:
        compared = "" if paper.last_rate is None else f"（上季度{percent(paper.last_rate)}）"
        failed = f"不合格{total.failed}个" if total.failed else "没有不合格的网站"
        told.append(
            f"作出判定的{total.judged}个，合格{total.qualified}个，合格率{percent(total.rate)}{compared}；{failed}。"
        )
    if paper.unknown:
        names = "、".join(site.name for site in paper.unknown[:_NAMED])
        more = "等" if len(paper.unknown) > _NAMED else ""
        told.append(f"未能完成检查、不作判定的{len(paper.unknown)}个（{names}{more}），不计入合格率。")
    if paper.accounts:
        told.append(f"登记政务新媒体账号{paper.accounts}个，本季度未开展技术检测，不作通报。")
    return "".join(told)


def _corrected(paper: Quarterly) -> str:
    numbers = paper.corrections
    if not numbers.due:
        told = ["本季度没有应整改的问题。"]
    else:
        spent = "" if numbers.days is None else f"，平均用时{numbers.days:.1f}天"
        late = f"，其中逾期{numbers.overdue}项" if numbers.overdue else ""
        told = [
            f"本季度应整改问题{numbers.due}项，已整改（销号）{numbers.corrected}项，"
            f"整改率{percent(numbers.rate)}{spent}；尚未完成{numbers.open}项{late}。"
        ]
    if numbers.recurred:
        told.append(f"整改后再次出现{numbers.recurred}项。")
    if paper.praised:
        told.append(f"对所办网站全部合格、问题全部完成整改的{'、'.join(paper.praised)}予以表扬。")
    if paper.late:
        told.append(f"存在逾期未整改问题的单位：{'、'.join(paper.late)}。")
    return "".join(told)
