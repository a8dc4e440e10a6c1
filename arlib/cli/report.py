"""The risk report, written to a file: workbook, PDF, page that stands alone, aged balance as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.session import Session, write_bytes
from arlib.model.files import FileInput
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from arlib.views.report import RiskReport

_Out = Annotated[Path, typer.Option("--out", metavar="PATH", help="File to write.")]
_OptionalOut = Annotated[Path | None, typer.Option("--out", metavar="PATH", help="File to write.")]
_Audience = Annotated[
    str,
    typer.Option("--audience", help="Who reads: credit, management, sales or auditor."),
]
_Pseudonymise = Annotated[
    bool, typer.Option("--pseudonymise", help="Replace the names and codes of customers.")
]


def workbook(
    session: Session,
    out: _Out,
    audience: _Audience = "credit",
    pseudonymise: _Pseudonymise = False,
) -> None:
    """Write the risk report as a workbook."""
    from arlib.reports.workbook import render, risk_sheets

    report = _views(session, audience, pseudonymise=pseudonymise)
    sheets = risk_sheets(report, session.lang)
    path = write_bytes(out, render(sheets, report, session.lang))
    document = {"path": str(path), "sheets": [sheet.title for sheet in sheets]}
    session.show(document | _asked(report), lambda: str(path))


def printed(
    session: Session,
    out: _Out,
    audience: _Audience = "credit",
    pseudonymise: _Pseudonymise = False,
) -> None:
    """Write the risk report as a PDF."""
    from arlib.reports.risk_pdf import risk_pdf_pages

    report = _views(session, audience, pseudonymise=pseudonymise)
    content, pages = risk_pdf_pages(report, session.lang)
    path = write_bytes(out, content)
    session.show({"path": str(path), "pages": pages} | _asked(report), lambda: str(path))


def web(
    session: Session,
    out: _Out,
    audience: _Audience = "credit",
    pseudonymise: _Pseudonymise = False,
) -> None:
    """Write the risk report as a page that opens without a network."""
    from arlib.reports.pack import risk_document
    from arlib.reports.risk_html import page

    report = _views(session, audience, pseudonymise=pseudonymise)
    document = risk_document(report, session.lang)
    path = write_bytes(out, page(document, session.lang).encode())
    sections = [section.code for section in document.sections]
    session.show({"path": str(path), "sections": sections} | _asked(report), lambda: str(path))


def aged_text(session: Session, out: _Out, pseudonymise: _Pseudonymise = False) -> None:
    """Write the aged balance as text for other tools."""
    from arlib.reports.tables import aged_text_sheet
    from arlib.reports.text import sheet_csv

    report = _views(session, "auditor", pseudonymise=pseudonymise)
    sheet = aged_text_sheet(report, session.lang)
    path = write_bytes(out, sheet_csv(sheet, session.lang))
    session.show({"path": str(path), "rows": sheet.count_rows}, lambda: str(path))


def own_template(
    session: Session,
    model: Annotated[
        Path | None,
        typer.Argument(metavar="MODEL", help="Your workbook (.xlsx), its cells holding marks."),
    ] = None,
    out: _OptionalOut = None,
    example: Annotated[
        Path | None,
        typer.Option("--example", metavar="PATH", help="Write an example with every mark instead."),
    ] = None,
    pseudonymise: _Pseudonymise = False,
) -> None:
    """Fill a workbook of the user; with --example, write one to begin with."""
    if example is not None:
        _example(session, example)
        return
    if model is None or out is None:
        raise UserError("usage", detail="report template MODEL --out PATH")
    _fill(session, model, out, pseudonymise=pseudonymise)


def _example(session: Session, out: Path) -> None:
    from arlib.reports.own_example import example_workbook
    from arlib.reports.own_marks import catalogue, policy_buckets

    with session.workspace() as book:
        policy = session.active_policy(book)
    path = write_bytes(out, example_workbook(policy, session.lang))
    marks = [name for name, _meaning in catalogue(session.lang, policy_buckets(policy))]
    session.show({"path": str(path), "marks": marks}, lambda: str(path))


def _fill(session: Session, model: Path, out: Path, *, pseudonymise: bool) -> None:
    from arlib.reports.own_template import fill
    from arlib.workspace import Workspace

    try:
        content = model.read_bytes()
    except OSError:
        raise UserError("file_not_found", value=model.name) from None
    Workspace.check_own_template(FileInput(model.name, content))
    filled = fill(content, _views(session, "credit", pseudonymise=pseudonymise), session.lang)
    path = write_bytes(out, filled.content)
    remarks = filled.remarks(session.lang)
    for sentence in remarks:
        session.warn(sentence)
    document = {
        "path": str(path),
        "filled": filled.count,
        "unknown": filled.unknown,
        "in_formulas": filled.in_formulas,
        "mixed": filled.mixed,
        "cut": filled.cut,
        "remarks": remarks,
    }
    session.show(document, lambda: str(path))


def _views(session: Session, audience: str, *, pseudonymise: bool) -> RiskReport:
    """Return the views of the report, names replaced when asked for."""
    from arlib.reports.pseudonyms import pseudonymised
    from arlib.views import report as views

    with session.workspace() as book:
        found = views.build(session.portfolio(book), session.active_policy(book), audience=audience)
    return pseudonymised(found, session.lang) if pseudonymise else found


def _asked(report: RiskReport) -> dict[str, str]:
    return {
        "audience": report.audience,
        "as_of": report.as_of.isoformat(),
        "policy_version": report.policy.version,
    }


COMMANDS: Final[tuple[Command, ...]] = ()
REPORT_COMMANDS: Final = (
    Command("xlsx", workbook, "Write the risk report as a workbook."),
    Command("pdf", printed, "Write the risk report as a PDF."),
    Command("html", web, "Write the risk report as a page that opens without a network."),
    Command("csv", aged_text, "Write the aged balance as text for other tools."),
    Command("template", own_template, "Fill your own workbook (.xlsx) with the figures."),
)
