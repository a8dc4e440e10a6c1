"""Transfers of an item to doubtful accounts (411 → 416): the debit of 416 keeps the item's identity.

It takes the number, the date and the due date of the 411 item it closes. The credit of 411 in the
same entry takes the date too, so that the customer's total counts the item once at every date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


def trace_doubtful(lines: pd.DataFrame) -> tuple[pd.DataFrame, Flags]:
    """Return the lines with doubtful debits traced to their item, and which could not be.

    ``lines`` needs ``kind, account_class, customer, entry, number, amount, issued, posted, due``.
    The item is of the same customer, by reference, else by amount; of several, the oldest.
    """
    is_transfer = (lines["kind"] == "adjustment") & (lines["account_class"] == "doubtful")
    debits = lines[is_transfer & lines["amount"].gt(0)]
    if debits.empty:
        return lines, np.zeros(len(lines), bool)
    items = lines[
        lines["account_class"].eq("receivable")
        & lines["amount"].gt(0)
        & lines["kind"].isin(["invoice", "opening"])
    ].sort_values(["issued", "posted"], kind="stable")
    found = _by_reference(debits, items)
    found = pd.concat([found, _by_amount(debits[~debits.index.isin(found.index)], items)])
    untraced = np.zeros(len(lines), bool)
    untraced[debits.index.difference(found.index)] = True
    return _moved(lines, debits, found), untraced


def _by_reference(debits: pd.DataFrame, items: pd.DataFrame) -> pd.Series[int]:
    """Return the item of each debit that bears the same reference, by line number."""
    named = debits[debits["number"].ne("")]
    both = named.reset_index(names="line").merge(
        items[items["number"].ne("")].reset_index(names="item"),
        on=["customer", "number"],
        suffixes=("", "_item"),
    )
    return _first(both)


def _by_amount(debits: pd.DataFrame, items: pd.DataFrame) -> pd.Series[int]:
    """Return the item of each debit of equal amount: the first debit the oldest item, and so on."""
    keys = ["customer", "amount"]
    ranked = debits.assign(rank=debits.groupby(keys).cumcount()).reset_index(names="line")
    olds = items.assign(rank=items.groupby(keys).cumcount()).reset_index(names="item")
    return _first(ranked.merge(olds, on=[*keys, "rank"], suffixes=("", "_item")))


def _first(both: pd.DataFrame) -> pd.Series[int]:
    both = both[both["posted_item"] <= both["posted"]].drop_duplicates("line")
    return both.set_index("line")["item"].astype("int64")


def _moved(lines: pd.DataFrame, debits: pd.DataFrame, found: pd.Series[int]) -> pd.DataFrame:
    """Return the lines with the identity of the item on both sides of each traced transfer."""
    at, item = found.index.to_numpy(), found.to_numpy()
    number, issued, due = (lines[name].to_numpy().copy() for name in ("number", "issued", "due"))
    source = {name: lines[name].to_numpy() for name in ("number", "issued", "due")}
    number[at], issued[at], due[at] = (
        source["number"][item],
        source["issued"][item],
        source["due"][item],
    )
    credit = lines[
        lines["account_class"].eq("receivable")
        & lines["amount"].lt(0)
        & lines["kind"].eq("adjustment")
    ]
    keys = ["entry", "customer", "amount"]
    pairs = (
        debits.loc[at, ["entry", "customer"]]
        .assign(amount=-debits.loc[at, "amount"], line=at)
        .assign(rank=lambda d: d.groupby(keys).cumcount())
        .merge(
            credit.assign(rank=credit.groupby(keys).cumcount()).reset_index(names="credit"),
            on=[*keys, "rank"],
        )
    )
    issued[pairs["credit"].to_numpy()] = issued[pairs["line"].to_numpy()]
    return lines.assign(number=number, issued=issued, due=due)
