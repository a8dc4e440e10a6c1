"""The rows of a list that are not items: blanks, titles, repeated headers, sections, totals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest import sections
from arlib.ingest.sections import TOTAL, Sectioning, row_cells

if TYPE_CHECKING:
    from arlib.ingest.columns import Match
    from arlib.ingest.findings import Findings
    from arlib.ingest.lines import Lines

KEPT, IGNORED, REFUSED = 0, 1, 2

_MOST: Final = 50_000  # rows of words compared with titles; more are lines that lack their amounts
_ENDS_IN_TOTAL: Final = r"(?i)\b(sous[ -]?total|total|subtotal)\W*$"
_FOOTER: Final = re.compile(
    r"(?i)\b(printed|imprimé|édité|généré|generated|exported|exporté|extrait le|accrual basis|cash basis)\b"
    r"|\bpage\s*:?\s*\d+\s*(/|sur|of|de)?\s*\d*|^\W*\d+\s*/\s*\d+\W*$"
)


def set_aside(
    lines: Lines, match: Match, state: np.ndarray, has_amount: np.ndarray, amount: np.ndarray
) -> Sectioning:
    """Ignore blank rows, repeated headers, sections, totals and titles; return the sections found."""
    is_filled = count_filled(lines)
    none = np.zeros(lines.count, dtype=bool)
    undated = ~any_date(lines)
    if not undated.any():
        return Sectioning(none, none)
    _repeated_headers(lines, state, undated)
    _repeated_titles(lines, state, undated & ~has_amount)
    found = sections.find(lines, match, undated & (state == KEPT), has_amount, ~undated)
    ignore(lines.findings, state, "section_row", found.heads)
    labelled = _labelled(lines, undated & (state == KEPT)) | found.closes
    ignore(lines.findings, state, "total_row", labelled & undated)
    _nameless_totals(lines, state, undated, has_amount, amount)
    _titles(lines, state, undated, has_amount, is_filled)
    return found


def ignore(findings: Findings, state: np.ndarray, code: str, where: np.ndarray) -> None:
    """Ignore, for the reason ``code``, the rows of ``where`` that are still kept."""
    rows = np.flatnonzero(where & (state == KEPT))
    findings.add_rows(code, "ignored", rows)
    state[rows] = IGNORED


def filled(lines: Lines, name: str) -> np.ndarray:
    """Return the rows in which a field of text is filled."""
    if name not in lines.text:
        return np.zeros(lines.count, dtype=bool)
    found: np.ndarray = lines.text[name].is_valid().to_numpy(zero_copy_only=False)
    return found


def any_date(lines: Lines) -> np.ndarray:
    """Return the rows in which some date can be read."""
    found = np.zeros(lines.count, dtype=bool)
    for column in lines.dates.values():
        found |= column.is_valid().to_numpy(zero_copy_only=False)
    return found


def count_filled(lines: Lines) -> np.ndarray:
    """Return how many cells of the columns read are filled in each row."""
    import pyarrow.compute as pc

    count = np.zeros(lines.count, dtype=np.int16)
    for column in lines.sheet.columns.values():
        length = pc.binary_length(pc.utf8_trim_whitespace(column.text))
        count += pc.fill_null(length, 0).to_numpy(zero_copy_only=False) > 0
    return count


def _repeated_headers(lines: Lines, state: np.ndarray, undated: np.ndarray) -> None:
    """Ignore the headers that a report repeats at the top of every page."""
    import pyarrow.compute as pc

    for position, column in lines.sheet.columns.items():
        title = lines.sheet.headers[position]
        if title:
            same = pc.equal(pc.utf8_trim_whitespace(column.text), title)
            repeated = pc.fill_null(same, fill_value=False).to_numpy(zero_copy_only=False)
            ignore(lines.findings, state, "title_row", repeated & undated)


def _repeated_titles(lines: Lines, state: np.ndarray, where: np.ndarray) -> None:
    """Ignore the lines above the table that a report repeats on every page, page numbers apart."""
    sheets = (lines.sheet, *lines.sheet.parts)
    titles = {_without_digits(text) for sheet in sheets for _, text in sheet.above} - {""}
    found = np.zeros(lines.count, dtype=bool)
    for row in np.flatnonzero(where & (state == KEPT))[:_MOST].tolist() if titles else ():
        found[row] = _without_digits(" ".join(text for _, text in row_cells(lines, row))) in titles
    ignore(lines.findings, state, "title_row", found)


def _without_digits(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text).casefold()


def _labelled(lines: Lines, where: np.ndarray) -> np.ndarray:
    """Return the rows of ``where`` in which some cell reads as the label of a total."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.flatnonzero(where)
    index = pa.array(rows)
    found = np.zeros(len(rows), dtype=bool)
    numbered = filled(lines, "number")[rows]
    for column in lines.sheet.columns.values():
        text = pc.utf8_trim_whitespace(column.text.take(index))
        for pattern, may_be in ((TOTAL, True), (_ENDS_IN_TOTAL, ~numbered)):
            is_total = pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)
            found |= is_total.to_numpy(zero_copy_only=False) & may_be
    labelled = np.zeros(lines.count, dtype=bool)
    labelled[rows[found]] = True
    return labelled


def _nameless_totals(
    lines: Lines,
    state: np.ndarray,
    undated: np.ndarray,
    has_amount: np.ndarray,
    amount: np.ndarray,
) -> None:
    """Ignore the rows that hold an amount alone, when it is the sum of what stands above."""
    bare = undated & ~filled(lines, "customer_id") & ~filled(lines, "number") & has_amount
    bare &= state == KEPT
    if not bare.any():
        return
    items = (state == KEPT) & ~bare & has_amount
    sums = _sums_by_currency(lines, items, amount)
    is_total = bare & np.isin(amount, sorted(sums))
    running = np.cumsum(np.where(items, amount, 0))
    last = 0
    for row in np.flatnonzero(bare & ~is_total).tolist():
        if amount[row] == running[row] - last:
            is_total[row], last = True, running[row]
    ignore(lines.findings, state, "total_row", is_total)


def _sums_by_currency(lines: Lines, items: np.ndarray, amount: np.ndarray) -> set[int]:
    """Return the sum of all items and that of each currency."""
    import pandas as pd

    sums = {int(amount[items].sum())}
    if lines.currency is not None:
        codes = lines.currency.to_pandas()[items].fillna("")
        sums |= set(pd.Series(amount[items]).groupby(codes.to_numpy()).sum().tolist())
    return sums


def _titles(
    lines: Lines,
    state: np.ndarray,
    undated: np.ndarray,
    has_amount: np.ndarray,
    is_filled: np.ndarray,
) -> None:
    """Ignore titles and footers: a lone cell of words, words that only a printed page carries."""
    lone = undated & ~has_amount & (is_filled == 1) & ~_bad_amounts(lines)
    ignore(lines.findings, state, "title_row", lone)
    rest = undated & ~has_amount & ~_unreadable(lines) & ~filled(lines, "number")
    ignore(lines.findings, state, "title_row", rest)
    footers = np.zeros(lines.count, dtype=bool)
    patterns = [_FOOTER, *(re.compile(text) for text in (lines.form.footers if lines.form else ()))]
    for row in np.flatnonzero(undated & ~has_amount & (state == KEPT))[:_MOST].tolist():
        text = " ".join(cell for _, cell in row_cells(lines, row))
        footers[row] = any(pattern.search(text) for pattern in patterns)
    ignore(lines.findings, state, "title_row", footers)


def _unreadable(lines: Lines) -> np.ndarray:
    """Return the rows whose amount or date is filled and cannot be read."""
    mask = np.zeros(lines.count, dtype=bool)
    for positions in lines.unreadable.values():
        mask[positions] = True
    return mask


def _bad_amounts(lines: Lines) -> np.ndarray:
    """Return the rows in which some amount is filled and cannot be read."""
    mask = np.zeros(lines.count, dtype=bool)
    for name in lines.amounts:
        mask[lines.unreadable[name]] = True
    return mask
