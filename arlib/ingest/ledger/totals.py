"""Rows of totals of a printed ledger, compared with the lines they claim to sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arlib.ingest.ledger.rows import LINE, OPENING, SECTION, TOTAL
from arlib.ingest.ledger.sections import is_carried, is_grand_total
from arlib.model.money import major_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.ledger.report import Report
    from arlib.ingest.ledger.rows import Rows
    from arlib.ingest.ledger.sums import Sums

    Ints = NDArray[np.int64]


def check_totals(rows: Rows, sums: Sums, report: Report) -> int:
    """Return how many rows of totals there are; those that their lines do not make are reported.

    A total may sum the lines since the previous one, since its section, or since the beginning:
    it agrees when one of these makes it, in debit and credit, or in balance alone.
    """
    is_line = np.isin(rows.kind, (LINE, OPENING))
    debit = np.concatenate([[0], np.cumsum(np.where(is_line, sums.debit, 0))])
    credit = np.concatenate([[0], np.cumsum(np.where(is_line, sums.credit, 0))])
    found = rows.where(TOTAL)
    starts = _starts(rows)
    for row in found.tolist():
        text = rows.total_texts.get(row, "")
        if is_carried(rows.text("label")[row]) or is_carried(text.split("  ")[0]):
            continue
        said = (int(sums.debit[row]), int(sums.credit[row]))
        if not any(said):
            continue
        begins = [0] if is_grand_total(text) else starts[row]
        made = [(int(debit[row] - debit[at]), int(credit[row] - credit[at])) for at in begins]
        if not any(_agrees(said, sum_) for sum_ in made):
            _report(rows, row, said, made[0], report)
    return len(found)


def _starts(rows: Rows) -> dict[int, list[int]]:
    """Return, for each total, where what it may sum begins: the likeliest first."""
    starts: dict[int, list[int]] = {}
    section = previous = 0
    accounts: list[int] = [0]
    for row in rows.where(SECTION, TOTAL).tolist():
        if rows.kind[row] == SECTION:
            section = previous = row
            if rows.sections[int(rows.section[row])].account:
                accounts = [0, row]
            continue
        starts[row] = [section if rows.sections else previous, previous, section, *accounts]
        previous = row + 1
    return starts


def _agrees(said: tuple[int, int], made: tuple[int, int]) -> bool:
    """Tell whether lines make a total: both sides, or the balance when only one side is given."""
    if said == made:
        return True
    if all(said):
        return False
    return said[0] - said[1] == made[0] - made[1]


def _report(
    rows: Rows, row: int, said: tuple[int, int], made: tuple[int, int], report: Report
) -> None:
    net = said[0] - said[1] - (made[0] - made[1])
    written, summed = (
        f"{major_text(pair[0], report.currency)} / {major_text(pair[1], report.currency)}"
        for pair in (said, made)
    )
    report.add(
        "control_total_differs",
        "doubtful",
        sheet=rows.sheet.name,
        row_number=int(rows.sheet.row_numbers[row]),
        column=report.titles.get("money"),
        value=written,
        detail=summed,
        amount_minor=net,
        currency=report.currency,
    )
