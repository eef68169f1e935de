"""The letter to a platform's operator (平台共性问题告知函): what one change of a template mends on all sites.

It asks and explains; the sites' own correction notices go to their units as ever. Only confirmed findings
stand in it, for a company can't be asked to prove a suspicion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from govcrawl.files import write_atomically
from govcrawl.model import FindingRecord, Registry, Rule
from reports.entries import VERIFIED, Describer
from reports.official import Imprint, Paper
from reports.periods import Office
from reports.platforms import PlatformFault, operator_of, platform_faults
from reports.sheets import Head, write_sheet
from reports.wording import cut

LETTER, LIST = "平台共性问题告知函.docx", "共性问题清单.xlsx"
_IN_TEXT = 15
_SITES = 10
_HEADS = (
    Head("序号", 6),
    Head("问题编号", 24),
    Head("网站名称", 26),
    Head("问题类型", 16),
    Head("问题描述", 48),
    Head("所在页面", 40),
    Head("元素位置", 36),
    Head("问题链接", 40),
    Head("整改建议", 40),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFault:
    """One fault of the shared part."""

    title: str
    target: str
    fix: str
    sites: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """A line for each site's own finding: number, site, rule, words, page, element, target, remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformLetter:
    """Everything that the letter to one operator says."""

    platform: str
    operator: str
    """Empty: the registry has no unit of the platform's id or name."""
    office: Office
    faults: tuple[SharedFault, ...]


def letters(
    records: Sequence[FindingRecord], registry: Registry, rules: Mapping[str, Rule], office: Office
) -> list[PlatformLetter]:
    """A letter for each platform with confirmed faults that its sites share, by platform.

    Args:
        records: all findings; what is not confirmed, or closed, is left out.
        registry: sites with their platforms; a unit of the platform's id or name is its operator.
        rules: titles by code.
        office: who writes.
    """
    confirmed = [record for record in records if record.status in VERIFIED]
    describer = Describer(registry, rules, confirmed, office.timezone)
    names = {site.id: site.name for site in registry.sites}
    found: dict[str, list[PlatformFault]] = {}
    for fault in platform_faults(confirmed, registry):
        found.setdefault(fault.platform, []).append(fault)
    return [
        PlatformLetter(
            platform=describer.text(platform, 100),
            operator=operator_of(platform, registry),
            office=office,
            faults=tuple(_shared(fault, describer, names) for fault in faults),
        )
        for platform, faults in found.items()
    ]


def write_letter(letter: PlatformLetter, folder: Path, imprint: Imprint) -> list[Path]:
    """Write the letter (.docx) and its list (.xlsx) into a folder.

    Raises:
        OSError: a file can't be written.
    """
    write_atomically(folder / LETTER, _document(letter, imprint))
    rows = [row for fault in letter.faults for row in fault.rows]
    write_sheet(
        folder / LIST,
        "共性问题清单",
        _HEADS,
        [[number, *row] for number, row in enumerate(rows, 1)],
        title=f"{letter.platform}平台共性问题清单",
    )
    return [folder / LETTER, folder / LIST]


def _document(letter: PlatformLetter, imprint: Imprint) -> bytes:
    page = Paper(draft=imprint.draft)
    if imprint.number:
        page.line(imprint.number, centred=True)
    page.title(f"关于{letter.platform}平台政府网站共性问题的告知函")
    page.line(f"{letter.operator or '（平台运维单位）'}：")
    sites = {site for fault in letter.faults for site in fault.sites}
    page.text(
        f"{letter.office.name}在巡查中发现，你单位运维的{letter.platform}平台上有{len(letter.faults)}项问题"
        f"同时出现在{len(sites)}个政府网站，且位置相同，应为模板或公共部分所致。"
        "为便于统一处理，现将有关情况告知如下。"
    )
    page.heading("一、共性问题")
    for number, fault in enumerate(letter.faults[:_IN_TEXT], 1):
        named = "、".join(fault.sites[:_SITES]) + ("等" if len(fault.sites) > _SITES else "")
        target = f"链接：{fault.target}。" if fault.target else ""
        page.text(
            f"{number}．{fault.title.rstrip('。')}。{target}涉及{len(fault.sites)}个网站：{named}。"
            f"建议：{fault.fix}"
        )
    if (rest := len(letter.faults) - _IN_TEXT) > 0:
        page.text(f"其余{rest}项见附件。")
    page.heading("二、有关事项")
    page.text("（一）请核实模板和公共部分，统一修改后告知我们，我们将逐个网站复查。")
    page.text("（二）各网站的整改通知单另行送达其主办单位；本函不替代整改通知单，也不改变整改期限。")
    page.text("（三）认为不属于模板或公共部分问题的，请说明情况，我们将按单个网站的问题处理。")
    page.line("")
    page.text("附件：共性问题清单")
    page.signature(letter.office.name, imprint)
    if letter.office.contact or letter.office.phone:
        page.text(
            f"（联系人：{letter.office.contact or '　　　'}，联系电话：{letter.office.phone or '　　　'}）"
        )
    return page.to_bytes()


def _shared(fault: PlatformFault, describer: Describer, names: Mapping[str, str]) -> SharedFault:
    rows = []
    for record in fault.records:
        entry = describer.entry(record)
        target = "" if entry.target is None else entry.target.text
        site = describer.text(names.get(record.site or "", ""), 100)
        place = cut(entry.selector, 300)
        rows.append(
            (record.fingerprint, site, entry.rule, entry.title, entry.page.text, place, target, entry.fix)
        )
    return SharedFault(
        title=rows[0][3],
        target=rows[0][6],
        fix=rows[0][7],
        sites=tuple(describer.text(names[site], 100) for site in fault.sites),
        rows=tuple(rows),
    )
