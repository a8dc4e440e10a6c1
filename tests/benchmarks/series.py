"""CPU of the monthly series against the floor: ``python -m tests.benchmarks.series [book | invoices]``.

Given a number, a book of so many invoices is made first, by the helpers of the other benchmarks.
CPU time (user and system, all threads) is what other work on the machine disturbs least.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks import files, steps
from tests.benchmarks.measure import alone

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.portfolio import Portfolio

MONTH_END = date(2024, 9, 30)
INSIDE = date(2024, 9, 17)
MONTHS = 36
TIMES = 7


def say(text: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(argument: str) -> None:
    """Measure on a book given by its path, or on one made for the purpose."""
    if not argument.isdecimal():
        report(Path(argument))
        return
    with tempfile.TemporaryDirectory() as folder:
        csv, book = Path(folder) / "liste.csv", Path(folder) / "book.duckdb"
        files.write_csv(csv, int(argument))
        alone(steps.import_file, str(csv), str(book))
        report(book)


def report(book: Path) -> None:
    """Print each series as a multiple of the floor."""
    found, peak = alone(measured, str(book))
    floor = found["floor"]
    say(f"## Series on that book (floor {floor * 1000:.0f} ms of CPU = 1, peak {peak:.0f} MB)\n")
    for name, seconds in found.items():
        say(f"{name}: {seconds * 1000:.0f} ms = {seconds / floor:.2f}×")


def measured(path: str) -> dict[str, float]:
    """Return the CPU seconds of each series, medians, every query asked anew."""
    from arlib.model.policy import Policy
    from arlib.views import activity, dso, receipts
    from arlib.workspace import Workspace

    workspace = Workspace.open(Path(path))
    policy = Policy()
    opened = workspace.portfolio(MONTH_END)

    def fresh(day: date) -> Portfolio:
        return opened.at(day)  # nothing read yet

    def floor() -> None:
        with workspace._database.cursor() as cursor:
            cursor.execute(steps.FLOOR, {"as_of": MONTH_END}).df()

    series: dict[str, Callable[[], object]] = {
        "floor": floor,
        f"DSO family, {MONTHS} months": lambda: dso.build(
            fresh(MONTH_END), policy, series_months=MONTHS
        ),
        f"DSO family, {MONTHS} months, inside a month": lambda: dso.build(
            fresh(INSIDE), policy, series_months=MONTHS
        ),
        "receipts, due dates and cohorts, 24 months": lambda: receipts.build(
            fresh(MONTH_END), policy
        ),
        "activity and disputes, 24 months": lambda: activity.build(fresh(MONTH_END), policy),
    }
    for step in series.values():
        step()  # warm: the file is read once
    return {name: _cpu(step) for name, step in series.items()}


def _cpu(step: Callable[[], object]) -> float:
    spent = []
    for _ in range(TIMES):
        before = _used()
        step()
        spent.append(_used() - before)
    return median(spent)


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "1000000")
