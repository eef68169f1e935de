"""The list of proposed talks as an internal paper (.html, .docx)."""

from __future__ import annotations

from pathlib import Path

from govcrawl.files import write_atomically
from reports.official import Paper
from reports.periods import day_zh
from reports.rendering import render
from reports.talks import Proposal, TalkList

NAME = "约谈建议名单"


def write_talks(paper: TalkList, folder: Path, *, templates: Path | None = None) -> list[Path]:
    """Write the paper into a folder; one of an earlier day stays beside it.

    Raises:
        OSError: a file can't be written.
        jinja2.TemplateError: an own template of the office is broken.
    """
    paths = [folder / f"{NAME}（{paper.last}）{ending}" for ending in (".html", ".docx")]
    values = {"paper": paper, "opening": opening(paper), "closing": closing()}
    write_atomically(paths[0], render("talks.html", values, own=templates).encode("utf-8"), mode=0o640)
    write_atomically(paths[1], _document(paper), mode=0o640)
    return paths


def opening(paper: TalkList) -> str:
    """What the paper rests on, and what it found."""
    basis = f"依据{'、'.join(paper.basis)}，" if paper.basis else ""
    days = f"{day_zh(paper.first, year=True)}至{day_zh(paper.last, year=True)}"
    if not paper.proposals:
        return f"{basis}经统计，{days}没有达到建议条件的单位。"
    parts = [
        f"建议{what}的单位{len(units)}个"
        for what, units in (("约谈", paper.talks), ("通报相关负责人", paper.named))
        if units
    ]
    return f"{basis}经统计，{days}{'、'.join(parts)}。"


def closing() -> str:
    """Who decides."""
    return (
        "以上为依据检查和整改记录整理的建议，供研究；是否约谈、通报，由有关负责同志决定。"
        "本名单为内部资料，不公开。"
    )


def _document(paper: TalkList) -> bytes:
    page = Paper()
    page.line("内部资料", right=True)
    page.title(paper.title)
    page.text(opening(paper))
    chapters = [
        (title, units)
        for title, units in (("建议约谈的单位", paper.talks), ("建议通报相关负责人的单位", paper.named))
        if units
    ]
    for count, (title, units) in enumerate(chapters):
        page.heading(f"{'一二'[count]}、{title}")
        for number, one in enumerate(units, 1):
            page.text(_told(number, one))
    page.heading(f"{'一二三'[len(chapters)]}、建议条件")
    for text in paper.thresholds:
        page.text(text)
    page.text(closing())
    page.line("")
    page.line(f"{paper.office.name}　　", right=True)
    page.line(f"{day_zh(paper.last, year=True)}　　", right=True)
    return page.to_bytes()


def _told(number: int, one: Proposal) -> str:
    unsure = "（所依据的数值尚未核定）" if not one.verified else ""
    return f"{number}．{one.unit}{unsure}：{''.join(one.reasons)}"
