"""One sheet of our workbook -> typed lines, and the lines that cannot stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.ingest.template.cells import any_date, plain, read_column, show
from arlib.model.issues import Issue, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arlib.model.template import Field, Sheet


_DATE_CODES: Final = {
    "amount": "amount_unreadable",
    "date": "date_unreadable",
    "percent": "rate_out_of_range",
}


_MISSING_CODES: Final = {
    "customer_id": "customer_missing",
    "number": "number_missing",
    "invoice_number": "number_missing",
    "issued_on": "invoice_date_missing",
    "amount_minor": "amount_missing",
}


@dataclass(slots=True)
class Rows:
    """The lines of one sheet: ``frame`` has a column a field, ``row_number`` and ``is_refused``.

    Text is ``object`` (None when blank), amounts ``Int64`` minor units, dates ``object`` of date,
    flags ``object`` of bool. ``count_read`` counts the lines that are not blank.
    """

    sheet: Sheet
    frame: pd.DataFrame
    currency: str
    count_read: int = 0
    missing_columns: tuple[str, ...] = ()
    issues: list[Issue] = field(default_factory=list)

    @property
    def kept(self) -> pd.DataFrame:
        """Return the lines not refused so far, renumbered."""
        return self.frame[~self.frame["is_refused"]].reset_index(drop=True)

    @property
    def count_refused(self) -> int:
        """Return the number of lines refused so far."""
        return int(self.frame["is_refused"].sum())

    def report(
        self,
        mask: np.ndarray | pd.Series,
        code: str,
        severity: Severity,
        *,
        column: str | None = None,
        values: Sequence[object] | None = None,
        detail: Sequence[object] | None = None,
    ) -> None:
        """Add one issue a line of ``mask``; severity ``refused`` also refuses the line."""
        positions = np.flatnonzero(np.asarray(mask, bool)).tolist()
        if not positions:
            return
        header = self.sheet.field_named(column).header if column else None
        numbers = self.frame["row_number"].to_numpy(np.int64).tolist()
        amounts = self._amounts(positions)
        for place, position in enumerate(positions):
            amount, currency = amounts[place]
            self.issues.append(
                Issue(
                    code,
                    severity,
                    sheet=self.sheet.title,
                    row_number=numbers[position],
                    column=header,
                    value=None if values is None else show(values[position]),
                    amount_minor=amount,
                    currency=currency,
                    detail=None if detail is None else show(detail[place]),
                )
            )
        if severity == "refused":
            self.frame.loc[self.frame.index[positions], "is_refused"] = True

    def _amounts(self, positions: list[int]) -> list[tuple[int | None, str | None]]:
        if "amount_minor" not in self.frame.columns:
            return [(None, None)] * len(positions)
        amounts = self.frame["amount_minor"].iloc[positions]
        if "currency" in self.frame.columns:
            currencies = self.frame["currency"].iloc[positions].tolist()
        else:
            currencies = [self.currency] * len(positions)
        return [
            (None, None) if pd.isna(amount) else (int(amount), currency or self.currency)
            for amount, currency in zip(amounts.tolist(), currencies, strict=True)
        ]


def header_positions(sheet: Sheet, header: Sequence[object]) -> dict[str, int]:
    """Return canonical field -> position of its header in a row of cells."""
    places = {plain(str(cell)): place for place, cell in reversed(list(enumerate(header)))}
    return {
        item.name: places[plain(item.header)]
        for item in sheet.fields
        if plain(item.header) in places
    }


def read_rows(sheet: Sheet, cells: Sequence[Sequence[Any]], currency: str) -> Rows:
    """Return the typed lines of one sheet; ``currency`` is the company's, for blank cells.

    A needed cell that is blank or unreadable refuses its line; another unreadable cell is reported
    and left empty.
    """
    header_row = next((n for n, row in enumerate(cells) if any(cell != "" for cell in row)), None)
    if header_row is None:
        return _empty(sheet, currency)
    positions = header_positions(sheet, cells[header_row])
    missing = tuple(
        item.header for item in sheet.fields if item.needed and item.name not in positions
    )
    data = [
        (number, row)
        for number, row in enumerate(cells[header_row + 1 :], start=header_row + 2)
        if any(cell not in ("", None) for cell in row)
    ]
    if not data or missing:
        rows = _empty(sheet, currency)
        rows.count_read, rows.missing_columns = len(data), missing if data else ()
        return rows
    return _typed(sheet, positions, data, currency)


def _empty(sheet: Sheet, currency: str) -> Rows:
    names = [*(item.name for item in sheet.fields), "row_number", "is_refused"]
    frame = pd.DataFrame({name: pd.Series([], dtype=object) for name in names})
    frame["is_refused"] = frame["is_refused"].astype(bool)
    if "amount_minor" in frame.columns:
        frame["amount_minor"] = frame["amount_minor"].astype("Int64")
    return Rows(sheet, frame, currency)


def _typed(
    sheet: Sheet, positions: Mapping[str, int], data: list[tuple[int, Sequence[Any]]], currency: str
) -> Rows:
    """Return the lines with every column in its type."""
    columns = list(zip(*(row for _, row in data), strict=True))
    blank: tuple[Any, ...] = ("",) * len(data)
    raw = {
        item.name: columns[positions[item.name]] if item.name in positions else blank
        for item in sheet.fields
    }
    frame = pd.DataFrame({"row_number": [number for number, _ in data]})
    frame["is_refused"] = False
    rows = Rows(sheet, frame, currency, count_read=len(data))
    unreadable: list[tuple[Field, np.ndarray]] = []
    order = sorted(sheet.fields, key=lambda item: item.name != "currency")
    for item in order:
        values, bad = read_column(item, raw[item.name], frame, currency)
        frame[item.name] = values
        unreadable.append((item, bad))
    for item, bad in unreadable:
        _report_unreadable(rows, item, bad, raw[item.name])
    return rows


def _report_unreadable(rows: Rows, item: Field, bad: np.ndarray, raw: Sequence[Any]) -> None:
    code = _DATE_CODES.get(item.cell, "value_unknown")
    severity: Severity = "refused" if item.needed else "doubtful"
    if item.cell == "date" and bad.any():
        beyond = bad & np.array([any_date(cell) is not None for cell in raw])
        rows.report(beyond, "date_out_of_range", severity, column=item.name, values=raw)
        rows.report(bad & ~beyond, code, severity, column=item.name, values=raw)
        bad_left = np.zeros(len(bad), bool)
    else:
        bad_left = bad
    if item.name == "kind" and not item.needed:
        code = "kind_unknown"
    rows.report(bad_left, code, severity, column=item.name, values=raw)
    if item.needed:
        blank = rows.frame[item.name].isna().to_numpy(bool) & ~bad
        missing = _MISSING_CODES.get(item.name, "value_unknown")
        rows.report(blank, missing, "refused", column=item.name, values=raw)
