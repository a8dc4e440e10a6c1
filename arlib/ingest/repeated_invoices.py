"""An invoice repeated on one line for each of its payments: its amount is shared among these lines.

Told by the lines alone: same customer, number, kind, dates and amount, each with a dated payment,
and payments that together do not exceed that amount once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.findings import Findings

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ingest.book import Items

_INVOICE: Final = ["customer", "number", "kind", "issued", "due", "amount"]


def share_amounts(items: Items) -> Items:
    """Return the items, each repeated invoice counted once: a line has its payment, the last the rest.

    The lines turned into parts of an invoice are noted. The same items come back when none repeats.
    """
    number = items.lines.text.get("number")
    if number is None or "paid" not in items.lines.amounts:
        return items
    frame = _candidates(items)
    if frame is None or frame.empty:
        return items
    by_invoice = frame.groupby(_INVOICE, sort=False, dropna=False)
    total = by_invoice["paid"].transform("sum")
    frame = frame[(by_invoice["paid"].transform("size") > 1) & (total <= frame["amount"])]
    if frame.empty:
        return items
    is_last = ~frame.duplicated(_INVOICE, keep="last").to_numpy()
    left = (frame["amount"] - total.loc[frame.index]).to_numpy()
    rows = frame.index.to_numpy()
    opened = np.where(is_last, left, 0)
    amount_minor, open_minor = items.amount_minor.copy(), items.open_minor.copy()
    amount_minor[rows] = frame["paid"].to_numpy() + opened
    open_minor[rows] = opened
    sheet = items.lines.sheet
    noted = Findings(sheet.name, sheet.row_numbers, sheet.row_sheets)
    noted.add_rows("invoice_repeated", "note", rows, values=number)
    items.lines.findings.issues.extend(noted.issues)
    return replace(items, amount_minor=amount_minor, open_minor=open_minor)


def _candidates(items: Items) -> pd.DataFrame | None:
    """Return the lines that carry a number again and a dated payment; None when no number repeats."""
    import pandas as pd

    frame = pd.DataFrame({"number": items.lines.text["number"].to_pandas()})
    if not frame["number"].dropna().duplicated().any():
        return None
    due = items.lines.dates.get("due_on")
    frame["customer"] = items.customer_id.to_pandas()
    frame["kind"] = items.kind.to_pandas()
    frame["issued"] = items.issued_on.cast("int32").to_pandas()
    frame["due"] = 0 if due is None else due.cast("int32").to_pandas()
    frame["amount"] = items.amount_minor
    frame["paid"] = items.amount_minor - items.open_minor
    is_dated = items.paid_on.is_valid().to_numpy(zero_copy_only=False)
    is_paid = (frame["paid"] > 0) & items.has_open & is_dated
    kept: pd.DataFrame = frame[is_paid & frame["number"].notna()]
    return kept
