"""Print what the frames of behaviour cost: ``python -m tests.benchmarks.behaviour_series [invoices]``.

Processor time, which other work on the machine disturbs less than the clock; the floor is one
``SUM … GROUP BY customer`` over documents and allocations. ``--book PATH`` takes a book at hand.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks import files, steps
from tests.benchmarks.measure import alone

if TYPE_CHECKING:
    from collections.abc import Callable

D = date(2024, 9, 30)
TIMES = 5


def processor(function: Callable[[], object], times: int = TIMES) -> float:
    """Return the median processor time of ``times`` runs after a first one, in seconds."""
    function()
    spent = []
    for _ in range(times):
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)
    return median(spent)


def frames(book: str) -> dict[str, float]:
    """Time the floor, then each frame of behaviour with what pandas adds, on a book."""
    from arlib.analytics.behaviour import book_months
    from arlib.analytics.behaviour_levels import by_level
    from arlib.analytics.habits import habits
    from arlib.analytics.survival import lives, steps
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Filters
    from arlib.workspace import Workspace
    from tests.benchmarks.steps import FLOOR

    workspace = Workspace.open(Path(book))
    policy = Policy()

    def floor() -> None:
        with workspace._database.cursor() as cursor:
            cursor.execute(FLOOR, {"as_of": D}).df()

    def asked(question: Callable[..., object], *more: object) -> Callable[[], object]:
        """Return the question asked of a portfolio that has read nothing yet."""
        return lambda: question(workspace.portfolio(D, Filters()), policy, *more)

    found = {"floor": processor(floor)}
    found["series, 36 months"] = processor(asked(book_months, 36))
    found["series, 12 months"] = processor(asked(book_months, 12))
    found["habits"] = processor(asked(habits))
    found["survival"] = processor(asked(lambda book, policy: steps(lives(book, policy))))
    for level in ("portfolio", "category", "customer"):
        found[f"all measures by {level}"] = processor(asked(by_level, level))
    workspace.close()
    return found


def main(count: int, book: str | None) -> None:
    """Build the book of the benchmark unless one is given, and print multiples of the floor."""
    with tempfile.TemporaryDirectory() as folder:
        path = book or str(Path(folder) / "book.duckdb")
        if book is None:
            csv = Path(folder) / "liste.csv"
            files.write_csv(csv, count)
            alone(steps.import_file, str(csv), path)
        found, peak = alone(frames, path)
    floor = found["floor"]
    sys.stdout.write(f"floor {floor * 1000:.0f} ms of processor time = 1, peak {peak:.0f} MB\n")
    for name, seconds in found.items():
        sys.stdout.write(f"{name}: {seconds * 1000:.0f} ms = {seconds / floor:.2f}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("invoices", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--book")
    given = parser.parse_args()
    main(given.invoices, given.book)
