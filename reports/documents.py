"""Papers as files: one HTML page, the official document where there is one, and the ledger."""

from __future__ import annotations

from pathlib import Path

from govcrawl.files import write_atomically
from reports.adoption import AdoptionNotice
from reports.adoption_document import (
    adoption_document,
    group_text,
    notes,
    overview,
    points_zh,
    write_adoption_sheet,
)
from reports.ledger import SHEET, write_ledger
from reports.monthly import MonthlyCorrection
from reports.monthly_document import monthly_document
from reports.official import DRAFT, Imprint
from reports.quarterly import Quarterly
from reports.quarterly_document import quarterly_document
from reports.rendering import render
from reports.results import Standing
from reports.weekly import WeeklyInspection


def write_weekly(
    inspection: WeeklyInspection,
    out_dir: Path,
    imprint: Imprint = DRAFT,
    *,
    templates: Path | None = None,
) -> list[Path]:
    """Write the paper (.html) and the ledger (.xlsx) into a folder; older ones of that week go.

    Args:
        inspection: what the paper shows.
        out_dir: the folder; made where it is missing.
        imprint: whether it was made final; else the paper says 草稿.
        templates: the office's own templates, which go before the shipped ones.

    Returns:
        The paths written, the paper first.

    Raises:
        OSError: a file can't be written.
        jinja2.TemplateError: an own template of the office is broken.
    """
    paper = out_dir / f"周巡查情况（{inspection.week.file_part}）.html"
    ledger = out_dir / f"{SHEET}（{inspection.week.file_part}）.xlsx"
    html = render(
        "weekly.html",
        {
            "inspection": inspection,
            "Standing": Standing,
            "ledger": ledger.name,
            "draft": imprint.draft,
        },
        own=templates,
    )
    write_atomically(paper, html.encode("utf-8"))
    write_ledger(
        inspection.findings,
        inspection.registry,
        ledger,
        rules=inspection.rules,
        zone=inspection.office.timezone,
        runs=inspection.runs,
        title=f"{SHEET}（{inspection.week.zh}）",
    )
    return [paper, ledger]


def write_monthly(
    paper: MonthlyCorrection, out_dir: Path, imprint: Imprint = DRAFT, *, templates: Path | None = None
) -> list[Path]:
    """Write the paper (.html, .docx) and the ledger (.xlsx) into a folder; older ones of that month go.

    Args:
        paper: what it shows.
        out_dir: the folder; made where it is missing.
        imprint: the office's own number, signer and date; until it was made final the paper says 草稿.
        templates: the office's own templates, which go before the shipped ones.

    Returns:
        The paths written, the paper first.

    Raises:
        OSError: a file can't be written.
        jinja2.TemplateError: an own template of the office is broken.
    """
    ledger = out_dir / f"{SHEET}（{paper.month.code}）.xlsx"
    html = render(
        "monthly.html", {"paper": paper, "ledger": ledger.name, "draft": imprint.draft}, own=templates
    )
    paths = _write(out_dir, f"月整改情况（{paper.month.code}）", html, monthly_document(paper, imprint))
    _write_ledger(paper, ledger, paper.month.zh)
    return [*paths, ledger]


def write_adoption(
    paper: AdoptionNotice, out_dir: Path, imprint: Imprint = DRAFT, *, templates: Path | None = None
) -> list[Path]:
    """Write the adoption notice (.html, .docx) and its spreadsheet (.xlsx) into a folder.

    Arguments, result and errors are those of `write_monthly`.
    """
    name = f"信息采用情况（{paper.month.code}）"
    sheet = out_dir / f"{name}.xlsx"
    html = render(
        "adoption.html",
        {
            "paper": paper,
            "ledger": sheet.name,
            "draft": imprint.draft,
            "overview": overview(paper),
            "texts": [group_text(group) for group in paper.groups],
            "notes": notes(paper),
            "points": points_zh,
        },
        own=templates,
    )
    paths = _write(out_dir, name, html, adoption_document(paper, imprint))
    write_adoption_sheet(paper, sheet)
    return [*paths, sheet]


def write_quarterly(
    paper: Quarterly, out_dir: Path, imprint: Imprint = DRAFT, *, templates: Path | None = None
) -> list[Path]:
    """Write the paper (.html, .docx) and, where it is not for the public, the ledger (.xlsx) into a folder.

    Arguments, result and errors are those of `write_monthly`.
    """
    name = f"季通报（{paper.quarter.code}）{'公开稿' if paper.public else ''}"
    html = render("quarterly.html", {"paper": paper, "draft": imprint.draft}, own=templates)
    paths = _write(out_dir, name, html, quarterly_document(paper, imprint))
    if paper.public:
        return paths
    ledger = out_dir / f"{SHEET}（{paper.quarter.code}）.xlsx"
    _write_ledger(paper, ledger, paper.quarter.zh)
    return [*paths, ledger]


def _write(folder: Path, name: str, html: str, document: bytes) -> list[Path]:
    paths = [folder / f"{name}.html", folder / f"{name}.docx"]
    write_atomically(paths[0], html.encode("utf-8"))
    write_atomically(paths[1], document)
    return paths


def _write_ledger(paper: MonthlyCorrection | Quarterly, path: Path, period: str) -> None:
    write_ledger(
        paper.findings,
        paper.registry,
        path,
        rules=paper.rules,
        zone=paper.office.timezone,
        title=f"{SHEET}（{period}）",
    )
