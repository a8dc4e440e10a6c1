"""The risk report on paper: the document's sections as the template of the typesetter takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from arlib.charts.picture import message, picture
from arlib.i18n import translator
from arlib.reports.document import Cards, Document, Drawn, Table
from arlib.reports.pack import risk_document
from arlib.reports.pdf import compile_counted, compile_pages, compile_pdf

if TYPE_CHECKING:
    from arlib.reports.document import Block, Section
    from arlib.views.report import RiskReport

TEMPLATE: Final = "report"
_LONGEST_NAME: Final = 120
_LONG_WORD: Final = re.compile(r"(\S{24})(?=\S)")


def risk_pdf(views: RiskReport, lang: str = "fr") -> bytes:
    """Return the report, two to six pages; the same views always give the same bytes."""
    data = risk_data(risk_document(views, lang), lang)
    return compile_pdf(TEMPLATE, data, created_on=views.as_of, lang=lang)


def risk_pdf_pages(views: RiskReport, lang: str = "fr") -> tuple[bytes, int]:
    """Return the report and the count of its pages."""
    data = risk_data(risk_document(views, lang), lang)
    return compile_counted(TEMPLATE, data, created_on=views.as_of, lang=lang)


def risk_pictures(views: RiskReport, lang: str = "fr", dpi: int = 80) -> list[bytes]:
    """Return the pages as pictures."""
    data = risk_data(risk_document(views, lang), lang)
    return compile_pages(TEMPLATE, data, created_on=views.as_of, lang=lang, dpi=dpi)


def risk_data(document: Document, lang: str) -> dict[str, Any]:
    """Return the document as what JSON holds, its figures drawn."""
    _ = translator(lang)
    return {
        "title": f"{document.title} – {document.companies}",
        "description": f"{document.companies}, {document.dated}",
        "keywords": list(document.keywords),
        "header_left": f"{document.title} – {document.companies}",
        "header_right": document.dated,
        "name": document.title,
        "companies": document.companies,
        "dated": document.dated,
        "audience": _("For: {name}").format(name=document.audience),
        "identity": [list(pair) for pair in document.identity],
        "contents_title": _("Contents"),
        "page_word": _("Page"),
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "code": section.code,
        "name": section.name,
        "title": section.title,
        "lead": section.lead,
        "starts_page": section.starts_page,
        "blocks": [block_data(block) for block in section.blocks],
    }


def block_data(block: Block) -> dict[str, Any]:
    """Return one block as the templates draw it, its figure as a picture."""
    if isinstance(block, Cards):
        return {
            "kind": "cards",
            "cards": [
                {
                    "label": card.label,
                    "value": card.value,
                    "change": card.change,
                    "note": card.note,
                    "tone": {True: "worse", False: "better", None: "same"}[card.is_worse],
                }
                for card in block.cards
            ],
        }
    if isinstance(block, Drawn):
        said = message(block.figure)
        return {
            "kind": "figure",
            "title": said.title if block.has_title else "",
            "lead": said.subtitle if block.has_title else "",
            "svg": picture(block.figure, block.wide, block.height),
            "alt": said.alt,
        }
    if isinstance(block, Table):
        return _table(block)
    return {"kind": "words", "text": block.text}


def _table(block: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": block.title,
        "titles": [column[0] for column in block.columns],
        "aligns": [column[1] for column in block.columns],
        "widths": [column[2] for column in block.columns],
        "rows": [[breakable(row[0]), *row[1:]] for row in block.rows],
        "totals": block.count_totals,
        "note": block.note,
        "size": 7.0 if block.is_small else 8.2,
    }


def breakable(name: str) -> str:
    """Return a name that fits its column: cut when endless, its long words allowed to break.

    >>> breakable("x" * 26) == "x" * 24 + "\u200b" + "xx"
    True
    """
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return _LONG_WORD.sub("\\1\u200b", short)
