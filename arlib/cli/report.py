"""The risk report, written to a file."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import Annotated, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.session import Session, write_bytes


def workbook(
    session: Session,
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="Workbook to write.")],
) -> None:
    """Write the risk report as a workbook."""
    from arlib.reports.workbook import render, risk_sheets
    from arlib.views import report as views

    with session.workspace() as book:
        report = views.build(session.portfolio(book), session.active_policy(book))
    sheets = risk_sheets(report, session.lang)
    path = write_bytes(out, render(sheets, report, session.lang))
    document = {"path": str(path), "sheets": [sheet.title for sheet in sheets]}
    session.show(document, lambda: str(path))


COMMANDS: Final[tuple[Command, ...]] = ()
REPORT_COMMANDS: Final = (Command("xlsx", workbook, "Write the risk report as a workbook."),)
