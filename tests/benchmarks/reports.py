"""Time of the sample company's report in each format: ``python -m tests.benchmarks.reports``."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import steps
from tests.benchmarks.measure import alone

if TYPE_CHECKING:
    from collections.abc import Callable

_AIM = 2.0


def formats(book: str) -> dict[str, float]:
    """Return the seconds of the views, then of each format made from them, the first time of a process.

    ``again`` is the PDF made a second time, ``figures`` the drawing of its figures alone.
    """
    from arlib.charts.picture import picture
    from arlib.model.policy import Policy
    from arlib.reports.pack import risk_document
    from arlib.reports.risk_html import risk_html
    from arlib.reports.risk_pdf import risk_pdf
    from arlib.reports.workbook import risk_workbook
    from arlib.views import report
    from arlib.workspace import Workspace

    workspace = Workspace.open(Path(book))
    found: dict[str, float] = {}

    def spent(name: str, step: Callable[[], object]) -> None:
        start = time.perf_counter()
        step()
        found[name] = time.perf_counter() - start

    start = time.perf_counter()
    views = report.build(workspace.portfolio(), Policy())
    found["views"] = time.perf_counter() - start
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
    workspace.close()
    return found


def show(say: Callable[[str], None]) -> None:
    """Print the times, and the aim of the PDF."""
    with tempfile.TemporaryDirectory() as folder:
        book = str(Path(folder) / "sample.duckdb")
        alone(steps.load_sample, book)
        found, peak = alone(formats, book)
    say(f"\n## Report of the sample company (peak {peak:.0f} MB; aim of the PDF: {_AIM:.0f} s)\n")
    for name, seconds in found.items():
        say(f"{name}: {seconds:.2f} s")


if __name__ == "__main__":
    show(lambda text: print(text))  # noqa: T201, PLW0108 - a report on the terminal
