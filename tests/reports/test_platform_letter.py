"""The letter to a platform's operator: confirmed faults that its sites share, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import hostile
import pytest
from docx import Document
from openpyxl import load_workbook
from samples import OFFICE, REGISTRY, RULES, link

from govcrawl.model import Evidence, FindingRecord, Registry, Status, Unit
from reports.official import Imprint
from reports.platform_letter import PlatformLetter, letters, write_letter

ISSUED = Imprint("示政办函〔2026〕12号", "", "2026年11月25日", issued=True)
ON_PLATFORM = replace(
    REGISTRY,
    sites=tuple(
        replace(site, platform="jyh" if site.id in {"portal", "jyj"} else None) for site in REGISTRY.sites
    ),
)


def _dead(site: str, status: Status = Status.CONFIRMED, text: str = "") -> FindingRecord:
    home = next(one.url for one in REGISTRY.sites if one.id == site)
    evidence = Evidence(snippet="<a>友情链接</a>", selector="div.footer > a:nth-child(3)")
    made = link(1, "dns", target="http://gone.example.net/", site=site, page=home, evidence=evidence)
    return replace(made, status=status, **({"title": text} if text else {}))


def _letters(*records: FindingRecord, registry: Registry = ON_PLATFORM) -> list[PlatformLetter]:
    return letters(records, registry, RULES, OFFICE)


def _files(letter: PlatformLetter, folder: Path) -> tuple[str, list[tuple[object, ...]]]:
    document, sheet = write_letter(letter, folder, ISSUED)
    text = "\n".join(paragraph.text for paragraph in Document(str(document)).paragraphs)
    return text, list(load_workbook(sheet).active.iter_rows(min_row=3, values_only=True))


def test_a_shared_fault_is_told_once_with_its_sites_and_each_finding_in_the_list(tmp_path: Path) -> None:
    (letter,) = _letters(_dead("portal"), _dead("jyj"))
    text, rows = _files(letter, tmp_path)
    assert "1项问题同时出现在2个政府网站" in text
    assert "示例市人民政府、示例市教育局" in text
    assert "示政办函〔2026〕12号" in text
    assert "不替代整改通知单" in text
    assert [row[2] for row in rows] == ["示例市人民政府", "示例市教育局"]
    assert len({row[1] for row in rows}) == 2, "each site's own finding has its own number"


@pytest.mark.parametrize("status", [Status.SUSPECTED, Status.CORRECTED, Status.DISMISSED, Status.EXEMPT])
def test_what_is_not_confirmed_on_two_sites_is_no_letter(status: Status) -> None:
    assert not _letters(_dead("portal"), _dead("jyj", status))
    assert not _letters(_dead("portal"))


def test_the_operator_is_the_unit_of_that_name(tmp_path: Path) -> None:
    (unknown,) = _letters(_dead("portal"), _dead("jyj"))
    assert unknown.operator == ""
    assert "（平台运维单位）：" in _files(unknown, tmp_path)[0]
    unit = Unit(id="jyh", name="示例市大数据中心")
    known = replace(ON_PLATFORM, units=(*ON_PLATFORM.units, unit))
    (letter,) = _letters(_dead("portal"), _dead("jyj"), registry=known)
    assert "示例市大数据中心：" in _files(letter, tmp_path)[0]


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    (letter,) = _letters(_dead("portal", text=text), _dead("jyj", text=text))
    written, _ = _files(letter, tmp_path)
    assert not {"\x00", "\u202e"} & set(written)
    book = load_workbook(tmp_path / "共性问题清单.xlsx")
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
