"""Pages of a book of 10,000 customers with limits, against the same pages on the sample company.

``python -m tests.benchmarks.pages [customers]``; a rerun is what a click on the page costs, the
first run what arriving on it costs with nothing cached.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks import files, steps
from tests.benchmarks.__main__ import say
from tests.benchmarks.measure import alone, cpu

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = ("risk", "limits", "sales", "concentration", "worklist")
_INVOICES = 20  # a customer
_LIMITED = 0.8  # share of the customers that have a limit
_AIM = 3.0


def build(out: str, customers: int) -> dict[str, float]:
    """Make a book of invented customers, 20 invoices each, four in five with a limit."""
    from arlib.model.files import FileInput, ImportOptions
    from arlib.workspace import Author, LimitChange, Workspace

    csv = Path(out).with_suffix(".csv")
    frame = files.invoices(customers * _INVOICES, seed=11, a_customer=_INVOICES)
    frame.to_csv(csv, sep=";", index=False, encoding="utf-8")
    by = Author("bench", datetime(2025, 1, 1))  # noqa: DTZ001 - the book's clock has no zone
    workspace = Workspace.open(Path(out))
    options = ImportOptions()
    workspace.load(workspace.read([FileInput(csv.name, csv.read_bytes())], options), options, by)
    known = workspace.portfolio().customers()
    draw = np.random.default_rng(13)
    amounts = draw.integers(2, 60, len(known)) * 100_000
    is_limited = draw.random(len(known)) < _LIMITED
    changes = [
        LimitChange(company, "customer", code, int(amount), "EUR", valid_from=date(2024, 1, 1))
        for company, code, amount, limited in zip(
            known["company_id"], known["customer_id"], amounts, is_limited, strict=True
        )
        if limited
    ]
    start = time.perf_counter()
    workspace.set_limits(changes, by)
    spent = time.perf_counter() - start
    workspace.close()
    return {"customers": float(len(known)), "limits": float(len(changes)), "seconds": spent}


def rerun(out: str) -> dict[str, tuple[float, float]]:
    """Time each page on a book, processor: first run, then the median of three reruns."""
    os.environ["ARLIB_DB"] = out
    from streamlit.testing.v1 import AppTest

    found = {}
    for name in PAGES:
        if not (steps.ROOT / "pages" / f"{name}.py").exists():
            continue
        app = AppTest.from_file(str(steps.ROOT / "app.py"), default_timeout=300)
        app.run()
        page = app.switch_page(f"pages/{name}.py")
        first = _spent(page.run)
        found[name] = (first, median(_spent(app.run) for _ in range(3)))
    return found


def _spent(function: Callable[[], object]) -> float:
    """Return the seconds of processor of a run: other work on the machine moves them little."""
    start = cpu()
    function()
    return cpu() - start


def listed(out: str) -> float:
    """Return the seconds of processor of the command ``worklist`` on a book, without loading Python."""
    from arlib.cli.main import main

    with contextlib.redirect_stdout(io.StringIO()):
        return _spent(lambda: main(["--db", out, "worklist", "--json"]))


def main(customers: int) -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = str(Path(folder) / "sample.duckdb"), str(Path(folder) / "large.duckdb")
        alone(steps.load_sample, small)
        made, _ = alone(build, large, customers)
        say(f"## {made['customers']:,.0f} customers against the sample company = 1\n")
        say(f"{made['limits']:,.0f} limits in one transaction: {made['seconds']:.1f} s")
        little, base = alone(rerun, small)
        big, peak = alone(rerun, large)
        say(f"peak {base:.0f} MB and {peak:.0f} MB; times of processor")
        spent, own_spent = alone(listed, large)[0], alone(listed, small)[0]
        say(f"command worklist: {spent:.1f} s against {own_spent:.1f} s")
        for name, (first, again) in big.items():
            own_first, own = little[name]
            ratio = again / own
            aim = "" if ratio <= _AIM else f", above the aim of {_AIM:.0f}×"
            say(
                f"{name}: rerun {again:.2f} s against {own:.2f} s = {ratio:.2f}×{aim}; "
                f"first run {first:.2f} s against {own_first:.2f} s"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
