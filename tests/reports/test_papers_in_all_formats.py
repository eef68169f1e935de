"""Every paper in every format with no, one and 5,000 findings, and with hostile text: read back as text.

The single papers' tests look closer; this one holds that none is left out.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import hostile
import paper_kinds
import pytest
from docx import Document
from lxml import etree, html
from openpyxl import load_workbook
from samples import SampleOffice

from reports.sheets import FORMULA

SOFFICE = shutil.which("soffice")
BIGGEST = {".html": 6_000_000, ".docx": 1_000_000, ".xlsx": 4_000_000, "reply.xlsx": 1_000_000}
"""Bytes up to which a paper of 5,000 findings can be opened and sent."""
FORMATS = {
    "weekly": {".html", ".xlsx"},
    "monthly": {".html", ".docx", ".xlsx"},
    "quarterly": {".html", ".docx", ".xlsx"},
    "notice": {".docx", ".xlsx", "reply.xlsx"},
}
SAFE_ELEMENTS = {"svg", "g", "defs", "pattern", "rect", "title"}


@pytest.mark.parametrize("count", [0, 1, 5000])
@pytest.mark.parametrize("kind", paper_kinds.KINDS)
def test_every_number_of_findings_fits(tmp_path: Path, kind: str, count: int) -> None:
    records = paper_kinds.many(500 if kind == "notice" and count > 500 else count)  # the desk's own limit
    files = paper_kinds.write(kind, records, tmp_path)
    assert set(files) == FORMATS[kind]
    for ending, path in files.items():
        assert path.stat().st_size < BIGGEST[ending], f"{path.name}: {path.stat().st_size:,} bytes"
        text = read(path)
        assert text.strip(), f"{path.name} is empty"
        assert not re.search(r"\bNone\b|\bnan\b|\{\{|Undefined", text), f"{path.name} shows a blank as a word"
    if count == 5000 and kind in {"weekly", "monthly"}:
        assert "台账" in read(files[".html"]), "what the body leaves out is told to be in the ledger"
    if kind != "notice" and count:
        assert len(list(load_workbook(files[".xlsx"]).worksheets[0].rows)) - 2 == len(records) - (
            len(records) // 2 if kind == "quarterly" else 0
        )


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
@pytest.mark.parametrize("kind", paper_kinds.KINDS)
def test_hostile_text_is_only_text(tmp_path: Path, kind: str, text: str) -> None:
    office = SampleOffice(name=text, region=text, contact=text, phone=text)
    files = paper_kinds.write(kind, hostile.records(text), tmp_path, hostile.registry(text), office)
    assert set(files) == FORMATS[kind]
    for path in files.values():
        CHECKS[path.suffix](path)
        shown = read(path)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00-\x08\x0e-\x1f\ud800-\udfff]", shown), (
            f"{path.name} holds a hidden mark"
        )
        told = text[:6].strip()
        if not re.search("[\u202e\x00\x1b\r]", told):
            assert told in shown, f"{path.name} does not show the text at all"


def _plain_html(path: Path) -> None:
    tree = html.fromstring(path.read_bytes())
    assert not tree.xpath("//script | //iframe | //object | //embed | //form | //base | //link | //textarea")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]"), "an element would run something"
    for image in tree.xpath("//img/@src"):
        assert image.startswith("data:image/")
    for address in tree.xpath("//@href"):
        assert re.match(r"https?://|#", address), f"a link to {address[:60]!r}"
    for element in tree.xpath("//*[ancestor-or-self::svg]"):
        assert etree.QName(element).localname in SAFE_ELEMENTS
    assert len(tree.xpath("//style")) == 1


def _plain_docx(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            tree = etree.fromstring(archive.read(name))
            text = etree.tostring(tree).decode()
            assert 'TargetMode="External"' not in text, f"{name} leads outside"
            fields = [t.strip().split()[0] for t in tree.xpath("//*[local-name()='instrText']/text()")]
            assert set(fields) <= {"PAGE"}, f"{name} has fields {fields}"
            assert not tree.xpath("//*[local-name()='hyperlink'] | //*[local-name()='altChunk']")


def _plain_xlsx(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert not [
            name for name in archive.namelist() if "external" in name.lower() or "vba" in name.lower()
        ]
    for sheet in load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{cell.coordinate} is a formula"
                assert cell.hyperlink is None, f"{cell.coordinate} is a link"
                if isinstance(cell.value, str) and cell.value.startswith(FORMULA) and cell.row > 2:
                    assert cell.quotePrefix, f"{cell.coordinate} becomes a formula when somebody edits it"


CHECKS = {".html": _plain_html, ".docx": _plain_docx, ".xlsx": _plain_xlsx}


def read(path: Path) -> str:
    """What a person reads in a file."""
    if path.suffix == ".html":
        return html.fromstring(path.read_bytes()).find("body").text_content()
    if path.suffix == ".docx":
        document = Document(str(path))
        cells = (
            cell.text
            for table in document.tables
            for row in table._tbl.tr_lst
            for cell in row.tc_lst
            for cell in cell.p_lst
        )
        return "\n".join([*(p.text for p in document.paragraphs), *cells])
    cells = (cell for sheet in load_workbook(path).worksheets for row in sheet.values for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)


@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice here")
def test_an_office_program_opens_them_without_repair(tmp_path: Path) -> None:
    """LibreOffice turns each into PDF; a file that it would have to repair it refuses without a window."""
    made: dict[str, Path] = {}
    for kind in paper_kinds.KINDS:
        for ending, path in paper_kinds.write(kind, paper_kinds.many(40), tmp_path / kind).items():
            if ending != ".html":
                made[kind + ending.replace(".", "-")] = path
    hostiles = paper_kinds.write("notice", hostile.records(hostile.TEXTS[6]), tmp_path / "hostile")
    made |= {"hostile" + ending.replace(".", "-"): path for ending, path in hostiles.items()}
    folder = tmp_path / "in"
    folder.mkdir()
    for name, path in made.items():
        shutil.copy(path, folder / f"{name}{path.suffix}")
    command = [
        SOFFICE,
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path / "out", *sorted(folder.iterdir())],
        check=True,
        capture_output=True,
        timeout=240,
    )
    for name, path in made.items():
        printed = tmp_path / "out" / f"{name}.pdf"
        assert printed.is_file(), f"LibreOffice did not open {path.name} of {name}"
        pages = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
        assert 1 <= pages <= 80, f"{name} has {pages} pages"
        if shutil.which("pdftotext"):
            told = subprocess.run(
                ["pdftotext", printed, "-"], check=True, capture_output=True
            ).stdout.decode()
            wanted = {"notice": "示例市", "weekly": "台账", "monthly": "示例市", "quarterly": "示例市"}
            assert wanted.get(name.split("-")[0], "") in re.sub(r"\s", "", told), f"{name} lost its text"
