"""The ledger of findings (问题整改台账): a spreadsheet that offices keep and units fill in.

Text from pages stands in it. A cell that a spreadsheet would run as a formula is written as text,
control marks that no spreadsheet takes are made visible, and nothing in it is a link.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from govcrawl.files import write_atomically
from govcrawl.model import FindingRecord, Registry, Rule, RunRecord
from reports.entries import HIJACKED, VERIFIED, mask_of, order
from reports.platforms import platform_faults, shared_with
from reports.results import refusal, site_name
from reports.sheets import CELL_LIMIT, FORMULA, Head, as_text, fill, save
from reports.wording import ORIGINS, cut, defang, full_width

SHEET = "问题整改台账"
UNVERIFIED_SHEET = "未能核实的链接"
_PAGES_LIMIT = 20
_TIMES_LIMIT = 10


HEADS = (
    Head("序号", 6),
    Head("问题编号", 24),
    Head("责任单位", 24),
    Head("网站名称", 24),
    Head("网站标识码", 13),
    Head("栏目", 16),
    Head("问题类型", 16),
    Head("问题等级", 12),
    Head("状态", 14),
    Head("问题描述", 48),
    Head("所在页面", 40),
    Head("问题链接", 40),
    Head("是否首页", 9),
    Head("出现处数", 9),
    Head("其他页面", 40),
    Head("代码片段", 40),
    Head("行号", 7),
    Head("检测时间", 22),
    Head("依据", 40),
    Head("整改建议", 40),
    Head("发现来源", 10),
    Head("首次发现", 17),
    Head("最近发现", 17),
    Head("整改期限", 17),
    Head("是否超期", 9),
    Head("是否再次出现", 12),
    Head("同平台其他网站", 24),
    Head("整改措施", 24),
    Head("完成时间", 12),
    Head("责任人", 10),
    Head("联系电话", 14),
    Head("有异议及理由", 24),
)
"""Columns of the ledger; the last five are left blank for the unit."""

_BLANK = 5
_UNVERIFIED_HEADS = (
    Head("序号", 6),
    Head("网站名称", 24),
    Head("链接地址", 60),
    Head("链接文字", 24),
    Head("所在页面", 60),
    Head("返回状态", 10),
    Head("说明", 40),
)


def rows(
    findings: Iterable[FindingRecord],
    registry: Registry,
    *,
    rules: Mapping[str, Rule] | None = None,
    zone: str = "Asia/Shanghai",
) -> Iterator[list[str | int]]:
    """The ledger's rows under `HEADS`: by unit, the worst first, verified before suspected.

    Texts are cut and hijacked addresses masked; a program that runs formulas must not be given them
    as they are (see `write_csv`).
    """
    records = list(findings)
    mask = mask_of(records, registry)
    units = {unit.id: (index, unit.name) for index, unit in enumerate(registry.units)}
    columns = {column.url: column.name for site in registry.sites for column in site.columns}
    last = (len(units), "责任单位未登记")
    shared = shared_with(platform_faults(records, registry), registry)
    records.sort(key=lambda r: (units.get(r.unit or "", last)[0], r.status not in VERIFIED, order(r)))
    for number, record in enumerate(records, 1):
        site = registry.site(record.site) if record.site is not None else None
        rule = (rules or {}).get(record.rule)
        target = record.target or ""
        evidence = record.evidence
        cells: list[str | int] = [
            number,
            record.fingerprint,
            units.get(record.unit or "", last)[1],
            site_name(registry, record),
            "" if site is None else site.code,
            mask(columns.get(record.column or "") or cut(record.column or "", CELL_LIMIT)),
            record.rule if rule is None else rule.title,
            record.severity.zh,
            full_width(record.status.zh),
            full_width(mask(cut(record.title, CELL_LIMIT))),
            mask(cut(record.page, CELL_LIMIT)),
            defang(target) if record.rule == HIJACKED else mask(cut(target, CELL_LIMIT)),
            "是" if record.on_home else "",
            record.occurrences,
            "\n".join(mask(cut(page, CELL_LIMIT)) for page in record.more_pages[:_PAGES_LIMIT]),
            mask(cut(evidence.snippet, CELL_LIMIT)),
            "" if evidence.line is None else evidence.line,
            "\n".join(_observed(text, zone) for text in evidence.observed[:_TIMES_LIMIT]),
            full_width(cut(record.basis, CELL_LIMIT)),
            full_width(cut(record.fix, CELL_LIMIT)),
            ORIGINS.get(str(record.origin), str(record.origin)),
            _moment(record.first_seen, zone),
            _moment(record.last_seen, zone),
            _moment(record.deadline, zone),
            "是" if record.overdue else "",
            "是" if record.recurred else "",
            mask(cut(shared.get(record.fingerprint, ""), CELL_LIMIT)),
            *[""] * _BLANK,
        ]
        yield [as_text(cell) if isinstance(cell, str) else cell for cell in cells]


def write_ledger(
    findings: Iterable[FindingRecord],
    registry: Registry,
    path: Path,
    *,
    rules: Mapping[str, Rule] | None = None,
    zone: str = "Asia/Shanghai",
    runs: Sequence[RunRecord] = (),
    title: str = SHEET,
) -> None:
    """Write the ledger as .xlsx, atomically; the links that `runs` could not verify get a sheet of their own.

    Raises:
        OSError: the file can't be written.
    """
    book = Workbook(write_only=True)
    fill(book.create_sheet(SHEET), HEADS, rows(findings, registry, rules=rules, zone=zone), title)
    if any(run.unverified for run in runs):
        mask = mask_of(list(findings), registry)
        unverified = _unverified(runs, registry, mask)
        fill(book.create_sheet(UNVERIFIED_SHEET), _UNVERIFIED_HEADS, unverified, UNVERIFIED_SHEET)
    save(book, path)


def write_csv(
    findings: Iterable[FindingRecord],
    registry: Registry,
    path: Path,
    *,
    rules: Mapping[str, Rule] | None = None,
    zone: str = "Asia/Shanghai",
) -> None:
    """Write the ledger as .csv (UTF-8 with a mark, as spreadsheets want it), atomically.

    A CSV cell has no type: one that would be run as a formula gets an apostrophe before it.

    Raises:
        OSError: the file can't be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([head.title for head in HEADS])
    for row in rows(findings, registry, rules=rules, zone=zone):
        writer.writerow([_harmless(cell) for cell in row])
    write_atomically(path, text.getvalue().encode("utf-8-sig"))


def _unverified(
    runs: Sequence[RunRecord], registry: Registry, mask: Callable[[str], str]
) -> Iterator[list[str | int]]:
    number = 0
    for run in runs:
        site = registry.site(run.site)
        for link in run.unverified:
            number += 1
            texts = [str(link.get(key) or "") for key in ("url", "text", "page", "status")]
            cells = [run.site if site is None else site.name, *texts, refusal(link)]
            yield [number, *(as_text(mask(cut(cell, CELL_LIMIT))) for cell in cells)]


def _harmless(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _moment(moment: datetime | None, zone: str) -> str:
    return "" if moment is None else f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _observed(text: str, zone: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return cut(text, 40)
    return _moment(moment, zone) if moment.tzinfo is not None else cut(text, 40)
