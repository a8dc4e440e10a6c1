"""A letter as a Word document that its reader may still edit: A4, real tables, no macro, no link."""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from arlib.charts import palette
from arlib.i18n import translator
from arlib.reports.letter import Paragraph
from arlib.reports.zipped import undated

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

    from arlib.reports.letter import Letter
    from arlib.reports.letter_tables import Table

_FONT: Final = "Arial"
_SIZE: Final = 10
_SMALL: Final = 9
_LANGUAGES: Final = {"fr": "fr-FR", "en": "en-GB"}
_USABLE_MM: Final = 170
_RECIPIENT_MM: Final = 90
_MARGINS_MM: Final = (20, 20)


def letter_docx(letter: Letter) -> bytes:
    """Return the document; the same letter always gives the same bytes."""
    import docx

    document = docx.Document()
    _set_up(document, letter)
    _heads(document, letter)
    for part in letter.body:
        if isinstance(part, Paragraph):
            _lines(document, part.lines, after=8)
        else:
            _table(document, part)
    _lines(document, letter.signature, before=24, is_kept=True)
    stream = BytesIO()
    document.save(stream)
    return undated(stream.getvalue())


def _set_up(document: Document, letter: Letter) -> None:
    """Set the page, the font, the language of the speller, and properties without a clock."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGINS_MM[0])
    section.top_margin = section.bottom_margin = Mm(_MARGINS_MM[1])
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_SIZE)
    style.paragraph_format.space_after = Pt(0)
    run = style.element.get_or_add_rPr()
    run.rFonts.set(qn("w:eastAsia"), _FONT)
    run.rFonts.set(qn("w:cs"), _FONT)
    _language(document, _LANGUAGES[letter.asked.language])
    properties = document.core_properties
    moment = datetime.combine(letter.asked.on, time(), UTC)
    properties.created = properties.modified = moment
    properties.title, properties.author = letter.subject[:255], "Encours"
    properties.last_modified_by, properties.comments = "Encours", ""
    properties.language = _LANGUAGES[letter.asked.language]


def _language(document: Document, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run: Any = document.styles["Normal"].element.get_or_add_rPr()
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), code)
    run.append(mark)


def _heads(document: Document, letter: Letter) -> None:
    """Write sender, recipient in the window of the envelope, date, way of sending, subject."""
    from docx.shared import Mm

    _ = translator(letter.asked.language)
    _lines(document, letter.sender[:1], is_bold=True)
    _lines(document, letter.sender[1:], after=14, size=_SMALL)
    _lines(document, letter.recipient, after=14, indent=Mm(_RECIPIENT_MM))
    if letter.dateline:
        _lines(document, (letter.dateline,), after=10, indent=Mm(_RECIPIENT_MM))
    if letter.sending:
        _lines(document, (letter.sending,), after=6, is_bold=True)
    if letter.reference:
        _lines(document, (letter.reference,), after=2, size=_SMALL)
    subject = _("Subject: {subject}").format(subject=letter.subject)
    _lines(document, (subject,), after=12, is_bold=True)


def _lines(
    document: Document,
    lines: tuple[str, ...],
    *,
    before: int = 0,
    after: int = 0,
    size: int = _SIZE,
    indent: Any = None,
    is_bold: bool = False,
    is_kept: bool = False,
) -> None:
    """Write lines as one paragraph, a line break between them."""
    from docx.shared import Pt

    if not lines:
        return
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.line_spacing = 1.1
    shape.keep_together = is_kept
    if indent is not None:
        shape.left_indent = indent
    for place, line in enumerate(lines):
        run = paragraph.add_run(line)
        run.bold, run.font.size = is_bold, Pt(size)
        if place < len(lines) - 1:
            run.add_break()


def _table(document: Document, item: Table) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    lines = [*([item.titles] if item.titles else []), *item.rows]
    table = document.add_table(rows=len(lines), cols=len(item.sides))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    widths = [Mm(round(_USABLE_MM * width / sum(item.widths))) for width in item.widths]
    for width, column in zip(widths, table.columns, strict=True):
        column.width = width
    for place, (line, row) in enumerate(zip(lines, table.rows, strict=True)):
        is_title = bool(item.titles) and place == 0
        is_total = place >= len(lines) - item.count_totals
        for text, cell, side, width in zip(line, row.cells, item.sides, widths, strict=True):
            cell.width = width
            _cell(cell, text, side, is_bold=is_title or is_total)
            _rule(cell, bottom=is_title, top=is_total)
        _row(row, is_title=is_title)
    _lines(document, ("",), after=2, size=4)


def _cell(cell: _Cell, text: str, side: str, *, is_bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    run = paragraph.add_run(text)
    run.bold, run.font.size = is_bold, Pt(_SMALL)


def _rule(cell: _Cell, *, bottom: bool, top: bool) -> None:
    """Draw a thin line under titles and above totals."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if not bottom and not top:
        return
    borders = OxmlElement("w:tcBorders")
    line = OxmlElement("w:bottom" if bottom else "w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", palette.HEADING)):
        line.set(qn(f"w:{name}"), value.lstrip("#"))
    borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - the library has no call for borders


def _row(row: Any, *, is_title: bool) -> None:
    """Keep a row on one page; repeat the titles on each."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no call for either
    properties.append(OxmlElement("w:cantSplit"))
    if is_title:
        properties.append(OxmlElement("w:tblHeader"))
