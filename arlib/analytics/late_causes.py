"""Why customers pay late, as noted by hand: the latest cause of each, against what he owes late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.analytics.frames import IDENTITY, customers, ratio, stocks
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.portfolio import Portfolio

_NOTED: Final = [*KEY, "cause", "taken_on", "text", "author"]
_AMOUNTS: Final = ["outstanding_minor", "overdue_minor"]


def causes_of_customers(portfolio: Portfolio) -> pd.DataFrame:
    """Return the customers who are overdue or whose cause is known, the largest overdue first.

    One row per company, customer and currency: ``name, category, owner, sector, cause`` (the latest
    noted by the day; NA: none), ``taken_on, text, author, outstanding_minor, overdue_minor``.
    Companies of the user's own group are left out.
    """
    actions = portfolio.actions()
    noted = actions.loc[actions["kind"] == "cause", _NOTED].drop_duplicates(KEY)  # latest first
    who = customers(portfolio)
    who = who.loc[~who["is_intercompany"], [*KEY, *IDENTITY]]
    owed = stocks(portfolio)[[*KEY_CURRENCY, *_AMOUNTS]]
    found = who.merge(owed, on=KEY).merge(noted, on=KEY, how="left")
    found = found.loc[(found["overdue_minor"] > 0) | found["cause"].notna()]
    order = ["overdue_minor", "outstanding_minor", *KEY]
    return found.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def causes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per currency and cause, the largest overdue first, none noted last.

    ``rows``: as ``causes_of_customers`` gives them. Columns: ``currency, cause`` (NA: none noted),
    ``count_customers, count_overdue`` (of them, those overdue at the date), ``overdue_minor``,
    ``share_ratio`` (of everything overdue in the currency; NaN when nothing is).
    """
    late = rows.assign(count_customers=1, count_overdue=(rows["overdue_minor"] > 0).astype("int64"))
    names = ["count_customers", "count_overdue", "overdue_minor"]
    found = late.groupby(["currency", "cause"], dropna=False)[names].sum().reset_index()
    whole = found.groupby("currency")["overdue_minor"].transform("sum")
    found["share_ratio"] = ratio(found["overdue_minor"], whole)
    found["_is_silent"] = found["cause"].isna()
    order = ["currency", "_is_silent", "overdue_minor", "cause"]
    found = found.sort_values(order, ascending=[True, True, False, True], ignore_index=True)
    return found.drop(columns="_is_silent")
