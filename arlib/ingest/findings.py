"""The problems of one file while it is read: collected by position, handed over as issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.model.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from arlib.model.issues import Severity

# Notes repeat themselves: beyond this many a code, one line says how many more. What is refused,
# ignored or doubtful is always listed line by line.
NOTES_A_CODE: Final = 200


class Findings:
    """Issues of one sheet; positions are rows of that sheet."""

    def __init__(
        self, sheet: str | None, row_numbers: np.ndarray, row_sheets: pa.Array | None = None
    ) -> None:
        """Start without any; ``row_sheets`` names the sheet of each row when there are several."""
        self.sheet = sheet
        self.row_numbers = row_numbers
        self.row_sheets = row_sheets
        self.amounts: pa.Array | None = None
        self.currencies: pa.Array | None = None
        self.issues: list[Issue] = []

    def add_file(self, code: str, severity: Severity, **parts: str | int | None) -> Issue:
        """Add and return a problem of the file as a whole."""
        issue = Issue(code, severity, sheet=self.sheet, **parts)  # type: ignore[arg-type]
        self.issues.append(issue)
        return issue

    def add_row(
        self, code: str, severity: Severity, position: int, **parts: str | int | None
    ) -> None:
        """Add a problem of one row with its own value and amount."""
        sheet = self.sheet if self.row_sheets is None else self.row_sheets[position].as_py()
        row = int(self.row_numbers[position])
        self.issues.append(Issue(code, severity, sheet, row, **parts))  # type: ignore[arg-type]

    def add_rows(
        self,
        code: str,
        severity: Severity,
        positions: np.ndarray | Sequence[int],
        *,
        column: str | None = None,
        values: pa.Array | None = None,
        detail: str | None = None,
    ) -> None:
        """Add one problem a row, with its line number, value and amount."""
        shown = np.asarray(positions, dtype=np.int64)
        rest = shown[NOTES_A_CODE:] if severity == "note" else shown[:0]
        shown = shown[: len(shown) - len(rest)]
        names = [self.sheet] * len(shown)
        if self.row_sheets is not None:
            names = self._of(self.row_sheets, shown)
        for row, sheet, value, amount, currency in zip(
            self.row_numbers[shown].tolist(),
            names,
            self._of(values, shown),
            self._of(self.amounts, shown),
            self._of(self.currencies, shown),
            strict=True,
        ):
            self.issues.append(
                Issue(
                    code,
                    severity,
                    sheet,
                    row,
                    column,
                    None if value is None else str(value),
                    amount,
                    currency,
                    detail,
                )
            )
        self._add_rest(code, severity, rest, column)

    def _add_rest(
        self, code: str, severity: Severity, rest: np.ndarray, column: str | None
    ) -> None:
        """Add how many more rows there are and what they add up to: debits, credits, each currency."""
        sums: dict[tuple[str | None, int | None], list[int]] = {}
        for amount, currency in zip(
            self._of(self.amounts, rest), self._of(self.currencies, rest), strict=True
        ):
            is_known = isinstance(amount, int)
            key = (currency, int(amount < 0)) if is_known else (None, None)
            found = sums.setdefault(key, [0, 0])
            found[0] += 1
            found[1] += amount if is_known else 0
        for (currency, sign), (count, total) in sums.items():
            self.issues.append(
                Issue(
                    "more_lines_alike",
                    severity,
                    self.sheet,
                    None,
                    column,
                    str(count),
                    None if sign is None else total,
                    currency,
                    code,
                )
            )

    @staticmethod
    def _of(array: pa.Array | None, rows: np.ndarray) -> list[Any]:
        """Return what a column holds at some rows; nothing when there is no such column."""
        import pyarrow as pa

        return [None] * len(rows) if array is None else list(array.take(pa.array(rows)).to_pylist())
