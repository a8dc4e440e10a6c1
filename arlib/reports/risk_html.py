"""The risk report as one page that stands alone: its figures answer the pointer, nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from arlib.charts.picture import message
from arlib.charts.web import drawing_program, figure_data
from arlib.i18n import translator
from arlib.reports.document import Cards, Document, Drawn, Table
from arlib.reports.pack import risk_document
from arlib.reports.pdf import COLOURS, plain

if TYPE_CHECKING:
    from arlib.reports.document import Block, Section
    from arlib.views.report import RiskReport

_WEB: Final = Path(__file__).parent / "web"
_FONT: Final = Path(__file__).parents[2] / "static" / "SourceSans3VF-Upright.woff2"
_TONES: Final = {True: "worse", False: "better", None: "same"}


def risk_html(views: RiskReport, lang: str = "fr") -> bytes:
    """Return the report as a page; the same views always give the same bytes."""
    return page(risk_document(views, lang), lang).encode()


def page(document: Document, lang: str) -> str:
    """Return the document as a page: no address is asked for, no text of it can become markup."""
    _ = translator(lang)
    program, own = drawing_program(), _text("report.js")
    links = "".join(
        f'<a href="#{section.code}">{_words(section.name)}</a>' for section in document.sections
    )
    identity = " · ".join(f"{name} {value}" for name, value in document.identity)
    body = "".join(_section(section, lang) for section in document.sections)
    return "".join(
        (
            f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(program, own)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_words(document.title)} – {_words(document.companies)}</title>",
            f"<style>{_style()}</style></head><body>",
            f"<header><h1>{_words(document.title)}</h1><p>{_words(document.companies)}</p>",
            f'<p class="second">{_words(document.dated)} · {_words(_("For: {name}").format(name=document.audience))}</p>',
            f"<nav>{links}</nav></header><main>{body}</main>",
            f"<footer>{_words(identity)}<br>{_words(_('Confidential'))}</footer>",
            f"<script>{program}</script><script>{own}</script></body></html>\n",
        )
    )


def _policy(*scripts: str) -> str:
    """Return what the page may do: run these two programs, use what it holds, ask nobody."""
    known = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {known}; style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _style() -> str:
    """Return the style sheet, the colours and the face of the letters in it."""
    colours = "".join(f"--{name}:{value};" for name, value in COLOURS.items())
    face = base64.b64encode(_FONT.read_bytes()).decode()
    return (
        "@font-face{font-family:SourceSans;font-weight:200 900;"
        f"src:url(data:font/woff2;base64,{face})}}:root{{{colours}}}{_text('report.css')}"
    )


def _text(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8")


def _words(text: str) -> str:
    return escape(plain(text))


def _section(section: Section, lang: str) -> str:
    lead = f'<p class="second">{_words(section.lead)}</p>' if section.lead else ""
    blocks = "".join(
        _block(block, f"{section.code}_{place}", lang) for place, block in enumerate(section.blocks)
    )
    return f'<section id="{section.code}"><h2>{_words(section.title)}</h2>{lead}{blocks}</section>'


def _block(block: Block, place: str, lang: str) -> str:
    if isinstance(block, Cards):
        return f'<div class="cards">{"".join(_cards(block))}</div>'
    if isinstance(block, Drawn):
        return _figure(block, place, lang)
    if isinstance(block, Table):
        return _table(block)
    return f'<p class="note">{_words(block.text)}</p>'


def _cards(block: Cards) -> list[str]:
    return [
        f'<div class="card"><span class="second">{_words(card.label)}</span>'
        f"<b>{_words(card.value)}</b>"
        f'<span class="{_TONES[card.is_worse]}">{_words(card.change)}</span>'
        f'<div class="second">{_words(card.note)}</div></div>'
        for card in block.cards
    ]


def _figure(block: Drawn, place: str, lang: str) -> str:
    said = message(block.figure)
    caption = ""
    if block.has_title:
        caption = (
            f"<figcaption><b>{_words(said.title)}</b>"
            f'<span class="second">{_words(said.subtitle)}</span></figcaption>'
        )
    data = figure_data(block.figure, lang)
    return (
        f'<figure>{caption}<div id="{place}" role="img" aria-label="{_words(said.alt)}"></div>'
        f'<script type="application/json" data-place="{place}">{data}</script></figure>'
    )


def _table(block: Table) -> str:
    head = "".join(
        f'<th scope="col" class="{side}">{_words(title)}</th>'
        for title, side, _width in block.columns
    )
    lines = [_line(block, row) for row in block.rows]
    first_total = len(lines) - block.count_totals
    title = f"<h3>{_words(block.title)}</h3>" if block.title else ""
    note = f'<p class="note">{_words(block.note)}</p>' if block.note else ""
    foot = "".join(lines[first_total:])
    return (
        f'{title}<div class="table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines[:first_total])}</tbody>"
        + (f"<tfoot>{foot}</tfoot>" if foot else "")
        + f"</table></div>{note}"
    )


def _line(block: Table, row: tuple[str, ...]) -> str:
    cells = "".join(
        f'<td class="{column[1]}">{_words(words)}</td>'
        for column, words in zip(block.columns, row, strict=True)
    )
    return f"<tr>{cells}</tr>"
