"""What the rows of a table say in money and in which order their dates are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.amounts import shown_decimal
from arlib.ingest.ledger.fields import Money, read_sides
from arlib.ingest.orders import column_orders
from arlib.ingest.values import read_amounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.ledger.headers import Header
    from arlib.ingest.reading import Sheet
    from arlib.ingest.values import Separator
    from arlib.model.files import DateOrder

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_DATES: Final = ("posted_on", "piece_on", "lettered_on", "due_on")


@dataclass(frozen=True, slots=True)
class Sums:
    """Debit and credit of every row in minor units, lines or not, to compare totals with."""

    debit: Ints
    credit: Ints


def date_orders(
    sheet: Sheet, header: Header, stated: DateOrder | None
) -> tuple[dict[str, DateOrder], str | None]:
    """Return the order of day and month of each column of dates, and the title nobody can decide.

    The rule of the lists (``arlib.ingest.orders``); ``stated`` is what the user or the product says.
    """
    names = [name for name in _DATES if name in header.fields]
    texts = {name: sheet.columns[header.fields[name]].text for name in names}
    # a line is issued when it is posted: the rule compares that day with the due date
    own = {"issued_on" if name == "posted_on" else name: text for name, text in texts.items()}
    found, doubted = column_orders(own, stated)
    orders: dict[str, DateOrder] = {
        name: found["issued_on" if name == "posted_on" else name] or "day_first" for name in names
    }
    column = "posted_on" if doubted == "issued_on" else doubted
    return orders, None if column is None else header.layout.headers[header.fields[column]]


def read_sums(sheet: Sheet, header: Header, currency: str) -> tuple[Money, Sums]:
    """Return what each row of a table says in money."""
    hint: Separator = "." if sheet.separator == "," else ","
    names = ("debit", "credit") if header.has_pair else ("amount",)
    columns = [sheet.columns[header.fields[name]] for name in names]
    shown = [shown_decimal(column.text) for column in columns if column.is_number is None]
    voted: list[Separator] = [decimal for decimal in shown if decimal]
    if voted:
        hint = voted[0]
    minor, unreadable = [], []
    for column in columns:
        read = read_amounts(column.text, currency, hint=hint, is_number=column.is_number)
        minor.append(read.minor.fill_null(0).to_numpy(zero_copy_only=False))
        bad = np.zeros(len(column.text), bool)
        bad[read.unreadable] = True
        unreadable.append(bad)
    if not header.has_pair:
        return _of_one(sheet, header, minor[0], unreadable[0])
    is_bad = unreadable[0] | unreadable[1]
    net = np.where(is_bad, 0, minor[0] - minor[1])
    return Money(net, is_bad), Sums(minor[0], minor[1])


def _of_one(sheet: Sheet, header: Header, minor: Ints, bad: Flags) -> tuple[Money, Sums]:
    """Return amounts of one column: with a side beside, else signed (debit positive)."""
    import pyarrow as pa

    if "side" not in header.fields:
        net = np.where(bad, 0, minor)
        return Money(net, bad), Sums(np.maximum(net, 0), np.maximum(-net, 0))
    signs, is_unknown = read_sides(pa.chunked_array([sheet.columns[header.fields["side"]].text]))
    is_bad = bad | (is_unknown & (minor != 0))
    net = np.where(is_bad, 0, minor * signs)
    return Money(net, is_bad), Sums(np.maximum(net, 0), np.maximum(-net, 0))
