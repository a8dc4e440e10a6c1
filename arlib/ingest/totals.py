"""The totals a file states against the sums of the lines they cover: said when they differ.

A total warns and never blocks: the totals of real exports are sometimes wrong themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.signs import numbers
from arlib.model.money import DEFAULT_CURRENCY, decimals

if TYPE_CHECKING:
    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines
    from arlib.ingest.sections import Sectioning

_KEPT: Final = 0
_COMPARED: Final = ("open", "amount", "amount_local", "debit", "credit", "paid")
_MOST: Final = 20_000  # totals compared in one file


def compare_totals(lines: Lines, match: Match, state: np.ndarray, sections: Sectioning) -> None:
    """Add ``control_total_differs`` for each stated total that is the sum of nothing it may cover."""
    stated = np.flatnonzero(_total_rows(lines) | sections.heads)[:_MOST]
    names = [name for name in _COMPARED if name in lines.amounts and name in match.fields]
    if not len(stated) or not names:
        return
    judged = np.zeros(lines.count, dtype=bool)
    for name in names:
        values, has_value = numbers(lines, name)
        rows = stated[has_value[stated] & ~judged[stated]]
        if not len(rows):
            continue
        for row, nearest in _differing(lines, values, has_value & (state == _KEPT), rows, sections):
            judged[row] = True
            _report(lines, match, name, row, int(values[row]), nearest)


def _total_rows(lines: Lines) -> np.ndarray:
    """Return the rows that were set aside as totals."""
    found = np.zeros(lines.count, dtype=bool)
    numbers_of = {issue.row_number for issue in lines.findings.issues if issue.code == "total_row"}
    if numbers_of:
        found = np.isin(lines.sheet.row_numbers, sorted(n for n in numbers_of if n is not None))
    return found


def _differing(
    lines: Lines,
    values: np.ndarray,
    counted: np.ndarray,
    rows: np.ndarray,
    sections: Sectioning,
) -> list[tuple[int, int]]:
    """Return the rows whose total differs from every sum it may state, with the likeliest sum."""
    running = np.concatenate([[0], np.cumsum(np.where(counted, values, 0))])
    count = np.concatenate([[0], np.cumsum(counted)])
    whole = int(running[-1])
    by_currency = _by_currency(lines, values, counted)
    heads = np.flatnonzero(sections.heads)
    bounds = np.unique(np.concatenate([rows, heads]))
    differing = []
    for row in rows.tolist():
        before, after = _neighbours(bounds, row, lines.count)
        if sections.heads[row]:
            candidates = [int(running[after] - running[row])]
        else:
            # A total straight below another covers more than nothing.
            starts = [start for start in before if count[row] > count[start]]
            since = [int(running[row] - running[start]) for start in starts]
            candidates = [*since, int(running[row]), whole, *by_currency]
        if int(values[row]) not in candidates:
            is_last = row == rows[-1] and not sections.heads[row]
            differing.append((row, whole if is_last else candidates[0]))
    return differing


def _neighbours(bounds: np.ndarray, row: int, count: int) -> tuple[list[int], int]:
    """Return where the lines that a total may cover begin (nearest first) and where those below end.

    Subtotals of subtotals begin further up: the last few bounds are tried.
    """
    place = int(np.searchsorted(bounds, row))
    before = [int(start) for start in bounds[max(0, place - 8) : place][::-1]] or [0]
    after = int(bounds[place + 1]) if place + 1 < len(bounds) else count
    return before, after


def _by_currency(lines: Lines, values: np.ndarray, counted: np.ndarray) -> list[int]:
    import pandas as pd

    if lines.currency is None:
        return []
    codes = lines.currency.to_pandas()[counted].fillna("")
    found = pd.Series(values[counted]).groupby(codes.to_numpy()).sum()
    return [int(value) for value in found.tolist()]


def _report(lines: Lines, match: Match, name: str, row: int, stated: int, summed: int) -> None:
    """Add the issue of one total, both amounts written in its currency."""
    currency = DEFAULT_CURRENCY
    if lines.currency is not None:
        own = [lines.currency[row].as_py(), *lines.currency.slice(0, 1).to_pylist()]
        currency = next((code for code in own if code), DEFAULT_CURRENCY)
    places = decimals(currency)
    lines.findings.add_row(
        "control_total_differs",
        "doubtful",
        row,
        column=lines.title(name, match),
        value=f"{stated / 10**places:.{places}f}",
        amount_minor=stated,
        currency=currency,
        detail=f"{summed / 10**places:.{places}f}",
    )
