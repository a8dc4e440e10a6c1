"""The workbook of 100,000 lines against a bare loop over the same cells: ``python -m tests.benchmarks.workbook``."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from arlib.ingest import limits
from tests.benchmarks import steps
from tests.benchmarks.measure import alone, cpu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arlib.reports.sheet import Cell, Sheet
    from arlib.views.report import RiskReport

LINES = 100_000
RUNS = 3
AIM = 1.3
AIM_MB = 60
_MB = 1e6
Made = tuple[str, Any, int]  # kind of write, value, place of the format


def enlarged(views: RiskReport, count: int = LINES) -> RiskReport:
    """Return the report with so many open items: those of the sample over and over, numbered apart."""
    times = -(-count // len(views.items))
    items = pd.concat([views.items] * times, ignore_index=True).head(count)
    numbers = items["number"].astype("str") + "-" + items.index.astype("str")
    return replace(views, items=items.assign(number=numbers))


def cells_of(sheet: Sheet) -> list[list[Made]]:
    """Return what a bare loop writes: its values ready, their formats by number."""
    return [
        [_made(column.cell(row)) for column in sheet.columns] for row in range(sheet.count_rows)
    ]


def _made(cell: Cell) -> Made:
    from arlib.i18n.formats import is_missing
    from arlib.reports.writer import major

    if is_missing(cell.value):
        return ("write_string", "–", 0)
    if cell.kind == "amount":
        return ("write_number", major(cell), 1)
    if cell.kind == "date":
        return ("write_datetime", datetime(*cell.value.timetuple()[:3]), 2)  # noqa: DTZ001 - a day
    if cell.kind in {"integer", "days", "ratio", "number"}:
        return ("write_number", float(cell.value), 3)
    return ("write_string", str(cell.value), 0)


def bare(sheets: Sequence[tuple[str, list[list[Made]]]]) -> bytes:
    """Return the workbook of a loop that knows nothing: values, four formats, constant memory."""
    import xlsxwriter

    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        styles = [
            book.add_format({"num_format": text})
            for text in ("@", '#,##0.00 "€"', "dd/mm/yyyy", "#,##0")
        ]
        for title, rows in sheets:
            place = book.add_worksheet(title)
            for row, cells in enumerate(rows):
                for column, (kind, value, style) in enumerate(cells):
                    getattr(place, kind)(row, column, value, styles[style])
    return stream.getvalue()


def measured(book: str, subject: str) -> dict[str, float]:
    """Return processor time of one workbook, three times, and the memory it took above the views."""
    from arlib.model.policy import Policy
    from arlib.reports.workbook import risk_sheets, risk_workbook
    from arlib.views import report
    from arlib.workspace import Workspace

    workspace = Workspace.open(Path(book))
    views = enlarged(report.build(workspace.portfolio(), Policy(), audience="auditor"))
    workspace.close()
    made: Callable[[], object]
    if subject == "bare":
        ready = [(sheet.title, cells_of(sheet)) for sheet in risk_sheets(views)]
        made = lambda: bare(ready)  # noqa: E731 - one of two
    else:
        made = lambda: risk_workbook(views)  # noqa: E731 - one of two
    made_small(views)
    limits.restart_peak()
    before = limits.memory("VmRSS")
    spent = []
    for _run in range(RUNS):
        start = cpu()
        made()
        spent.append(cpu() - start)
    return {
        "cpu": min(spent),
        "memory": (limits.memory("VmHWM") - before) / _MB,
        "cells": float(sum(sheet.count_rows * len(sheet.columns) for sheet in risk_sheets(views))),
    }


def made_small(views: RiskReport) -> None:
    """Write a small workbook first: what is loaded once is no part of what is measured."""
    from arlib.reports.workbook import risk_workbook

    risk_workbook(replace(views, items=views.items.head(10)))


def show(say: Callable[[str], None]) -> None:
    """Print the time as a ratio of the bare loop's (least of three runs each) and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        book = str(Path(folder) / "sample.duckdb")
        alone(steps.load_sample, book)
        plain, ours = (alone(measured, book, subject)[0] for subject in ("bare", "ours"))
    say(
        f"\n## Workbook of {LINES:,} lines, {ours['cells']:,.0f} cells (aims: {AIM}×, {AIM_MB} MB)\n"
    )
    say(f"bare XlsxWriter loop: {plain['cpu']:.1f} s of processor = 1")
    say(f"workbook: {ours['cpu']:.1f} s = {ours['cpu'] / plain['cpu']:.2f}×")
    say(f"memory above the views: {ours['memory']:.0f} MB (bare: {plain['memory']:.0f} MB)")


if __name__ == "__main__":
    show(lambda text: print(text))  # noqa: T201, PLW0108 - a report on the terminal
