"""Issues of a ledger: lines named one by one up to a number, the rest of them in one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.model.issues import Issue, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

# A doubtful matter repeated on more lines than this is one matter of the file.
MOST_LISTED: Final = 200
# Titles of the columns as the FEC's decree names them.
_TITLES: Final = {
    "posted_on": "EcritureDate",
    "piece_on": "PieceDate",
    "piece": "PieceRef",
    "due_on": "EcheanceDate",
    "money": "Debit / Credit",
}


@dataclass(slots=True)
class Report:
    """The issues found so far, all in one currency; ``titles`` are the file's own by field."""

    currency: str
    titles: Mapping[str, str] = field(default_factory=lambda: _TITLES)
    issues: list[Issue] = field(default_factory=list)

    def add(self, code: str, severity: Severity, **parts: Any) -> None:
        """Add one issue."""
        self.issues.append(Issue(code, severity, **parts))

    def add_sum(self, code: str, severity: Severity, amount: Ints, **parts: Any) -> None:
        """Add one issue for many lines: their number in ``detail``, their sum as amount."""
        if len(amount):
            parts.setdefault("detail", str(len(amount)))
            total = int(amount.sum())
            self.add(code, severity, amount_minor=total, currency=self.currency, **parts)

    def add_lines(
        self,
        code: str,
        severity: Severity,
        rows: Ints,
        amount: Ints | None = None,
        values: Sequence[Any] | None = None,
        column: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Add one issue a line; beyond ``MOST_LISTED`` one more for the rest (refused: all)."""
        count = len(rows) if severity == "refused" else min(len(rows), MOST_LISTED)
        for index in range(count):
            has_amount = amount is not None
            self.add(
                code,
                severity,
                row_number=int(rows[index]),
                column=column,
                value=None if values is None else str(values[index]),
                amount_minor=int(amount[index]) if amount is not None else None,
                currency=self.currency if has_amount else None,
                detail=detail,
            )
        rest = slice(count, None)
        if count < len(rows):
            left = amount[rest] if amount is not None else np.zeros(len(rows) - count, np.int64)
            value = None if values is None else f"{values[count]}…"
            self.add_sum(code, severity, left, column=column, value=value)
