"""Real histories of payments, put through the product, and the dates they are cut at."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Author, Workspace

ROOT: Final = Path(__file__).parents[2]
DATA: Final = Path(os.environ.get("ENCOURS_REAL_DATA", str(ROOT / ".." / "shared" / "data")))
BY: Final = Author("tests", datetime(2030, 1, 1))  # noqa: DTZ001 - the book's clock has no zone


@dataclass(frozen=True)
class History:
    """One file of paid invoices: ``count`` lines, cut at the month ends from one to the other."""

    name: str
    path: Path
    count: int
    cuts: tuple[date, ...]


def month_ends(first: tuple[int, int], count: int) -> tuple[date, ...]:
    """Return ``count`` ends of months in a row.

    >>> month_ends((2019, 11), 2)
    (datetime.date(2019, 11, 30), datetime.date(2019, 12, 31))
    """
    months = [first[0] * 12 + first[1] + place for place in range(count)]
    return tuple(date(m // 12, m % 12 + 1, 1) - timedelta(days=1) for m in months)


DISTRIBUTOR: Final = History(
    "paid_history_dev",
    DATA / "highradius" / "paid_history_dev.csv",
    27_788,
    month_ends((2019, 6), 6),
)
SMALL: Final = History(
    "ibm_ar_part1_60_customers",
    DATA / "ibm" / "ibm_ar_part1_60_customers.csv",
    1_494,
    month_ends((2012, 6), 17),
)


def opened(history: History) -> Workspace:
    """Return a book in memory that holds the history; every line of the file is in it.

    Raises:
        ValueError: a line is missing from the book.
    """
    workspace = Workspace.open(None)
    options = ImportOptions(company_id="HISTORY")
    file = FileInput(history.path.name, history.path.read_bytes())
    parsed = workspace.read([file], options)
    [result] = workspace.load(parsed, options, BY)
    read, kept = parsed[0].rows_read, parsed[0].rows_kept
    with workspace._database.cursor() as cursor:
        found = cursor.execute("SELECT COUNT(*) FROM clearances WHERE is_cash").fetchall()[0][0]
    if result.status != "imported" or {read, kept, found} != {history.count}:
        message = f"{history.name}: {read} lines read, {kept} kept, {found} paid ({result.reason})"
        raise ValueError(message)
    return workspace
