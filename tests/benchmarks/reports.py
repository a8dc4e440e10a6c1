"""Time of the sample company's report in each format: ``python -m tests.benchmarks.reports``."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import steps
from tests.benchmarks.measure import alone, cpu

if TYPE_CHECKING:
    from collections.abc import Callable

_AIM = 2.0


def formats(book: str) -> dict[str, tuple[float, float]]:
    """Return the seconds passed and those of processor: the views, then each format made from them.

    Formats are made for the first time of a process; ``again`` is the PDF made a second time, ``figures`` the drawing of its figures alone.
    """
    from arlib.charts.picture import picture
    from arlib.model.policy import Policy
    from arlib.reports.dossier import dossier_pdf
    from arlib.reports.own_example import example_workbook
    from arlib.reports.own_template import fill
    from arlib.reports.pack import risk_document
    from arlib.reports.risk_html import risk_html
    from arlib.reports.risk_pdf import risk_pdf
    from arlib.reports.workbook import risk_workbook
    from arlib.views import dossier, report
    from arlib.workspace import Workspace

    workspace = Workspace.open(Path(book))
    found: dict[str, tuple[float, float]] = {}
    made: dict[str, Any] = {}

    def spent(name: str, step: Callable[[], object]) -> None:
        start, used = time.perf_counter(), cpu()
        made[name] = step()
        found[name] = (time.perf_counter() - start, cpu() - used)

    spent("views", lambda: report.build(workspace.portfolio(), Policy()))
    views = made["views"]
    spent("pdf", lambda: risk_pdf(views))
    spent("again", lambda: risk_pdf(views))
    spent("workbook", lambda: risk_workbook(views))
    spent("web page", lambda: risk_html(views))
    charts = [
        block.figure
        for section in risk_document(views).sections
        for block in section.blocks
        if hasattr(block, "figure")
    ]
    spent(f"{len(charts)} figures drawn", lambda: [picture(chart) for chart in charts])
    worst = views.risk.customers.iloc[0]
    who = {"customer_id": worst["customer_id"], "company_id": worst["company_id"]}
    name = "credit file, view"
    spent(name, lambda: dossier.build(workspace.portfolio(), Policy(), **who))
    spent("credit file, pdf", lambda: dossier_pdf(made[name]))
    spent("own workbook, example filled", lambda: fill(example_workbook(Policy()), views))
    workspace.close()
    return found


def show(say: Callable[[str], None]) -> None:
    """Print the times, and the aim of the PDF."""
    with tempfile.TemporaryDirectory() as folder:
        book = str(Path(folder) / "sample.duckdb")
        alone(steps.load_sample, book)
        found, peak = alone(formats, book)
    say(f"\n## Report of the sample company (peak {peak:.0f} MB; aim of the PDF: {_AIM:.0f} s)\n")
    for name, (clock, used) in found.items():
        say(f"{name}: {clock:.2f} s, of processor {used:.2f} s")


if __name__ == "__main__":
    show(lambda text: print(text))  # noqa: T201, PLW0108 - a report on the terminal
