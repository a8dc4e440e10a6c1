"""One customer over time: exposure against his limit, the life of each invoice, his group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics import limits
from arlib.analytics.frames import (
    customers,
    dates,
    day_number,
    day_numbers,
    stocks,
    truth,
)
from arlib.model.portfolio import KEY, KEY_CURRENCY, window_start

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

MONTHS: Final = 24
_NONE: Final = -1  # no limit is negative


def exposure_steps(portfolio: Portfolio, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return the exposure E1 of 24 months as steps: ``currency, day, exposure_minor``.

    The last row of each currency is the date itself.
    """
    start = window_start(portfolio.as_of, MONTHS)
    steps = portfolio.customer_exposure(company_id, customer_id, start)
    last = steps.groupby("currency", sort=True).tail(1)
    last = last.loc[last["day"] < pd.Timestamp(portfolio.as_of)]
    ends = last.assign(day=pd.Timestamp(portfolio.as_of))
    frame = pd.concat([steps, ends.astype(steps.dtypes.to_dict())], ignore_index=True)
    frame["day"] = frame["day"].astype("datetime64[us]")
    return frame.sort_values(["currency", "day"], ignore_index=True)


def limit_steps(
    portfolio: Portfolio, policy: Policy, company_id: str, customer_id: str
) -> pd.DataFrame:
    """Return the limit tested over 24 months as steps: ``day, limit_minor, limit_currency, source``.

    ``limit_minor`` NA: no limit from that day on; ``limit_is_current``: nothing was decided by then, the
    first limit stands in. The last row is the date itself; empty when he never had a limit.
    """
    everyone = customers(portfolio)
    is_his = (everyone["company_id"] == company_id) & (everyone["customer_id"] == customer_id)
    who = everyone.loc[is_his, [*KEY, "category"]]
    rows = limits.applicable(portfolio, who)
    start = day_number(window_start(portfolio.as_of, MONTHS))
    end = day_number(portfolio.as_of)
    days = limits.breakpoints(rows, start, end)
    asked = pd.concat([days, who[KEY].assign(day=end)]).drop_duplicates()
    found = limits.tested(portfolio, policy, limits.resolve(rows, asked))
    if found.empty:
        return found[["day", "limit_minor", "limit_currency", "source", "limit_is_current"]]
    steps = asked[["day"]].merge(found.drop(columns=KEY), on="day", how="left").sort_values("day")
    amount = steps["limit_minor"].astype("Int64")
    written = amount.fillna(_NONE).astype("int64")
    is_new = (written.diff() != 0) | (steps["day"] == end)  # the first has nothing before it
    steps = steps.assign(limit_minor=amount).loc[is_new]
    steps["limit_is_current"] = truth(steps["limit_is_current"])
    steps["day"] = pd.Series(dates(steps["day"]), index=steps.index).astype("datetime64[us]")
    names = ["day", "limit_minor", "limit_currency", "source", "limit_is_current"]
    return steps[names].reset_index(drop=True)


def invoice_lives(
    portfolio: Portfolio,
    company_id: str,
    customer_id: str,
    promised: pd.DataFrame,
    *,
    most: int,
) -> pd.DataFrame:
    """Return his last invoices, latest first, with what happened to each.

    Columns of ``Portfolio.customer_invoices`` plus ``days_late`` (to the settlement, else to the
    date; negative: early, or not due yet), ``reminded_on`` (dates, in order), ``promised_on`` and
    ``promise_status`` (of the last promise that names it; NaT, NA without). ``promised``: of
    ``promises``.
    """
    frame = portfolio.customer_invoices(company_id, customer_id, most).copy()
    due = day_numbers(frame["due_on"], 0)
    frame["days_late"] = day_numbers(frame["cleared_on"], day_number(portfolio.as_of)) - due
    actions = portfolio.actions(company_id, customer_id)
    sent = actions.loc[actions["kind"] == "reminder", ["document_ids", "taken_on"]].dropna()
    reminded = {
        str(name): tuple(days)
        for name, days in sent.sort_values("taken_on").groupby("document_ids")["taken_on"]
    }
    marks = [reminded.get(str(name), ()) for name in frame["document_id"]]
    frame["reminded_on"] = pd.Series(marks, index=frame.index, dtype=object)
    return frame.merge(_last_promises(promised), on="document_id", how="left")


def _last_promises(promised: pd.DataFrame) -> pd.DataFrame:
    """Return the last promise that names each document: ``document_id, promised_on, promise_status``."""
    rows = promised[["document_ids", "taken_on", "due_on", "status"]].dropna(
        subset=["document_ids"]
    )
    rows = rows.assign(document_id=rows["document_ids"].str.split("\n")).explode("document_id")
    last = rows.sort_values("taken_on").drop_duplicates("document_id", keep="last")
    named = last.rename(columns={"due_on": "promised_on", "status": "promise_status"})
    return named[["document_id", "promised_on", "promise_status"]].astype({"document_id": "str"})


def group_members(portfolio: Portfolio, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return the customers of his group in every company, himself included; empty without a group.

    Columns: key, ``name, group_id, currency, outstanding_minor, overdue_minor, is_himself``, a row a
    currency, the largest first. Who owes nothing has a row without currency.
    """
    everyone = customers(portfolio)
    is_his = (everyone["company_id"] == company_id) & (everyone["customer_id"] == customer_id)
    groups = everyone.loc[is_his, "group_id"].dropna()
    members = everyone.loc[everyone["group_id"].isin(set(groups)), [*KEY, "name", "group_id"]]
    owed = stocks(portfolio)[[*KEY_CURRENCY, "outstanding_minor", "overdue_minor"]]
    frame = members.merge(owed, on=KEY, how="left")
    for name in ("outstanding_minor", "overdue_minor"):
        frame[name] = frame[name].astype("Int64").fillna(0).astype("int64")
    frame["is_himself"] = (frame["company_id"] == company_id) & (
        frame["customer_id"] == customer_id
    )
    order = ["currency", "outstanding_minor", *KEY]
    return frame.sort_values(order, ascending=[True, False, True, True], ignore_index=True)


def exposure_peaks(exposure: pd.DataFrame, limit: pd.DataFrame) -> pd.DataFrame:
    """Return how high the exposure went in 24 months: a row a currency.

    Columns: ``currency, highest_minor, highest_on, days_over`` (days above the limit of that currency;
    NA: never had one in it), ``most_over_minor`` (the largest excess; NA likewise).
    """
    rows = [
        _peak(steps, limit_in(limit, str(currency))).assign(currency=currency)
        for currency, steps in exposure.groupby("currency", sort=True)
    ]
    names = ["currency", "highest_minor", "highest_on", "days_over", "most_over_minor"]
    return pd.concat(rows, ignore_index=True)[names] if rows else pd.DataFrame(columns=names)


def limit_in(limit: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the steps of a limit that stand in one currency, the others as none; empty without any."""
    is_here = limit["limit_currency"] == currency
    if not is_here.any():
        return limit.head(0)
    return limit.assign(limit_minor=limit["limit_minor"].where(is_here))


def _peak(steps: pd.DataFrame, limit: pd.DataFrame) -> pd.DataFrame:
    """Return the peaks of one currency; every change of either side is a moment."""
    highest = steps.loc[[steps["exposure_minor"].idxmax()]]
    frame = pd.DataFrame(
        {
            "highest_minor": highest["exposure_minor"].to_numpy(),
            "highest_on": highest["day"].to_numpy(),
        }
    )
    if limit.empty:
        return frame.assign(
            days_over=pd.array([pd.NA], "Int64"), most_over_minor=pd.array([pd.NA], "Int64")
        )
    moments = pd.concat([steps["day"], limit["day"]]).drop_duplicates().sort_values()
    both = pd.merge_asof(moments.to_frame(), steps[["day", "exposure_minor"]], on="day")
    both = pd.merge_asof(both, limit[["day", "limit_minor"]], on="day")
    over = both["exposure_minor"].astype("Int64") - both["limit_minor"]
    is_over = (over > 0).fillna(value=False)
    # a state lasts until the next moment; the last one is the date itself, which counts
    lasts = both["day"].diff().shift(-1).dt.days.fillna(1)
    return frame.assign(
        days_over=pd.array([int(lasts[is_over].sum())], "Int64"),
        most_over_minor=pd.array(
            [int(over.clip(lower=0).max())] if over.notna().any() else [pd.NA], "Int64"
        ),
    )
