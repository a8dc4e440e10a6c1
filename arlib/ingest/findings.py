"""The problems of one file while it is read: collected by position, handed over as issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
        import pyarrow as pa

        shown = np.asarray(positions, dtype=np.int64)
        total = len(shown)
        if severity == "note":
            shown = shown[:NOTES_A_CODE]
        index = pa.array(shown)

        def at(array: pa.Array | None) -> list[object]:
            return [None] * len(shown) if array is None else list(array.take(index).to_pylist())

        names = [self.sheet] * len(shown) if self.row_sheets is None else at(self.row_sheets)
        for row, sheet, value, amount, currency in zip(
            self.row_numbers[shown].tolist(),
            names,
            at(values),
            at(self.amounts),
            at(self.currencies),
            strict=True,
        ):
            self.issues.append(
                Issue(
                    code,
                    severity,
                    sheet,  # type: ignore[arg-type]
                    row,
                    column,
                    None if value is None else str(value),
                    amount,  # type: ignore[arg-type]
                    currency,  # type: ignore[arg-type]
                    detail,
                )
            )
        if total > len(shown):
            more = str(total - len(shown))
            self.issues.append(
                Issue("more_lines_alike", severity, self.sheet, None, column, more, detail=code)
            )
