"""Official papers as Word documents: page, fonts and numbering of 党政机关公文格式 (GB/T 9704—2012)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from reports.wording import visible

_TITLE_FONT, _BODY_FONT, _HEAD_FONT, _SUB_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
"""As the standard asks; a machine without them shows its own song, fangsong, hei and kai."""
_LATIN = "Times New Roman"
_BODY, _TITLE, _TABLE = Pt(16), Pt(22), Pt(10.5)
_LINE = Pt(28)
_LIMIT = 4000
"""Characters of one paragraph or cell."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What makes a paper an issued one: the office's own, never made up here."""

    number: str = ""
    """发文字号; empty: left blank."""
    signer: str = ""
    """签发人; empty: left out."""
    dated: str = ""
    """成文日期 in words; empty: left blank, to be filled in by hand."""
    issued: bool = False
    """Made final; until then every page says 草稿, whatever else is filled in."""

    @property
    def draft(self) -> bool:
        """Not made final yet."""
        return not self.issued


DRAFT = Imprint()
"""Of a paper that nobody has issued yet."""


class Paper:
    """One paper, written from top to bottom.

    Every text that is handed in is plain text: it can't become markup, and marks that a document does
    not take are made visible.

    Args:
        draft: every page says 草稿.
        landscape: for wide tables.
    """

    def __init__(self, *, draft: bool = False, landscape: bool = False) -> None:
        self._document: Any = Document()
        section = self._document.sections[0]
        width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.page_width, section.page_height = width, height
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        normal = self._document.styles["Normal"]
        _font(normal, _BODY_FONT, _BODY)
        normal.paragraph_format.space_after = Pt(0)
        self._number(section)
        if draft:
            mark = section.header.paragraphs[0]
            mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = self._run(mark, "草稿", _HEAD_FONT, Pt(22))
            run.font.color.rgb = RGBColor(0xC0, 0x00, 0x00)

    def title(self, text: str) -> None:
        """The heading, centred."""
        paragraph = self._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(36))
        paragraph.paragraph_format.space_after = Pt(14)
        self._run(paragraph, text, _TITLE_FONT, _TITLE)

    def line(self, text: str, *, right: bool = False, centred: bool = False) -> None:
        """A line of its own without indent: number, signer, addressee, signature."""
        align = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
        self._run(self._paragraph(align=WD_ALIGN_PARAGRAPH.CENTER if centred else align), text)

    def heading(self, text: str, *, level: int = 1) -> None:
        """A heading in the text: 一、 (level 1, 黑体), （一） (level 2, 楷体)."""
        paragraph = self._paragraph(indent=True)
        paragraph.paragraph_format.keep_with_next = True
        self._run(paragraph, text, _HEAD_FONT if level == 1 else _SUB_FONT)

    def text(self, text: str) -> None:
        """A paragraph, indented by two characters."""
        self._run(self._paragraph(indent=True), text)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """A table whose heading row comes again on each page; widths in millimetres."""
        table = self._document.add_table(rows=1, cols=len(heads))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for cell, head, width in zip(table.rows[0].cells, heads, widths, strict=True):
            self._cell(cell, head, width, head=True)
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)
        for row in rows:
            for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
                self._cell(cell, text, width)

    def signature(self, office: str, imprint: Imprint) -> None:
        """Office, date and signer, below the text on the right."""
        self.line("")
        self.line(f"{office}　　", right=True)
        self.line(f"{imprint.dated or '　　　　年　　月　　日'}　　", right=True)
        if imprint.signer:
            self.line(f"签发人：{imprint.signer}", right=True)

    def page_break(self) -> None:
        """What follows begins on a new page: an annex."""
        self._document.add_page_break()

    def to_bytes(self) -> bytes:
        """The .docx file."""
        content = io.BytesIO()
        self._document.save(content)
        return content.getvalue()

    def _paragraph(self, *, align: Any = None, indent: bool = False, line: Pt = _LINE) -> Any:
        paragraph = self._document.add_paragraph()
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, line
        if align is not None:
            paragraph.alignment = align
        if indent:
            form.first_line_indent = _BODY * 2
        return paragraph

    def _cell(self, cell: Any, text: str, width: float, *, head: bool = False) -> None:
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        if head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, text, _HEAD_FONT if head else _BODY_FONT, _TABLE)

    def _run(self, paragraph: Any, text: str, font: str = _BODY_FONT, size: Pt = _BODY) -> Any:
        text = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
        run = paragraph.add_run(text if len(text) <= _LIMIT else f"{text[: _LIMIT - 1]}…")
        _font(run, font, size)
        return run

    def _number(self, section: Any) -> None:
        """— 1 — at the foot of each page."""
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, "— ", "宋体", Pt(14))
        run = self._run(paragraph, "", "宋体", Pt(14))
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            if kind is None:
                part = OxmlElement("w:instrText")
                part.set(qn("xml:space"), "preserve")
                part.text = text
            else:
                part = OxmlElement("w:fldChar")
                part.set(qn("w:fldCharType"), kind)
            run._r.append(part)
        self._run(paragraph, " —", "宋体", Pt(14))


def _font(styled: Any, name: str, size: Pt) -> None:
    """Chinese characters in one font, Latin letters and digits in another."""
    styled.font.name, styled.font.size = _LATIN, size
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
