"""The lines of a ledger as a table of texts, before anything is understood of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OddLine:
    """A line whose number of fields is not the header's: where, how many, its text."""

    row: int
    count_fields: int
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines read: ``table`` has a text column a field and ``rows`` their line numbers.

    ``repaired`` were put right (separator or line break inside a label), ``lost`` were not.
    ``is_opening`` marks lines known to carry a balance forward, whatever their journal;
    ``is_account_assumed`` those whose account the file does not say (a customer ledger's lines);
    both None when no line is so.
    """

    table: pa.Table
    rows: NDArray[np.int64]
    repaired: tuple[OddLine, ...] = ()
    lost: tuple[OddLine, ...] = ()
    count_blank: int = 0
    is_opening: Flags | None = None
    is_account_assumed: Flags | None = None

    def column(self, name: str) -> pa.ChunkedArray | None:
        """Return a column by the name of its field, None when the file has none."""
        return self.table[name] if name in self.table.column_names else None

    def flags(self, marks: Flags | None) -> Flags:
        """Return marks of lines, none marked when there are none."""
        return np.zeros(len(self.rows), bool) if marks is None else marks
