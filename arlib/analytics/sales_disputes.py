"""Disputes that wait for a salesperson: his by name, or by a cause that sales settle.

A dispute whose owner is the salesperson of some customer waits for him. One without an owner waits
for the salesperson of its customer when its code (definitions §14) is one of ``sales_dispute_codes``
of the policy. Any other is settled elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.analytics.disputes import open_disputes
from arlib.analytics.frames import customers
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_COLUMNS: Final = [
    *KEY, "name", "dispute_id", "document_id", "number", "currency", "code", "reason",
    "disputed_minor", "open_minor", "opened_on", "age_days", "target_on", "is_target_late",
    "waits_for", "why", "text",
]  # fmt: skip


def sales_disputes(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the open disputes that wait for sales, those past their date first, then the oldest.

    Columns of ``analytics.disputes.disputes``, plus ``waits_for`` (salesperson; NA: the customer has
    none) and ``why`` (owner: named in the dispute; code: the cause is one that sales settle).
    """
    found = open_disputes(portfolio)
    people = customers(portfolio.of_companies())["owner"].dropna()
    own = customers(portfolio)[[*KEY, "owner"]].rename(columns={"owner": "salesperson"})
    found = found.merge(own, on=KEY, how="inner")
    by_name = {_plain(name): name for name in people.unique()}
    named = found["owner"].map(lambda name: by_name.get(_plain(name)), na_action="ignore")
    is_named, is_free = named.notna(), _is_blank(found["owner"])
    is_sales = is_free & found["code"].isin(list(policy.sales_codes))
    found = found.assign(
        waits_for=named.where(is_named, found["salesperson"]).astype("str"),
        why=np.where(is_named, "owner", "code"),
    )
    found = found.loc[is_named | is_sales].astype({"why": "str"})
    order = ["is_target_late", "age_days", "disputed_minor", *KEY, "dispute_id"]
    ascending = [False, False, False, True, True, True]
    return found.sort_values(order, ascending=ascending, ignore_index=True)[_COLUMNS]


def _plain(name: str) -> str:
    return " ".join(str(name).split()).casefold()


def _is_blank(owner: pd.Series[str]) -> pd.Series[bool]:
    return owner.isna() | (owner.fillna("").str.strip() == "")
