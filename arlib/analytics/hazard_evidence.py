"""What the hazard model learns from: frames of the book, placed on rows of customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arlib.analytics import hazard_settings as s
from arlib.analytics.frames import without_behaviour
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """``amounts``: one row a customer and currency; ``customers``: one a customer, sorted by key.

    ``pools``: place in ``companies`` of each customer. ``cells``, ``disputes``: frames of the
    portfolio with ``row``, the place of the customer; ``dates``: payment dates, customers × 7.
    """

    customers: pd.DataFrame
    amounts: pd.DataFrame
    companies: list[str]
    pools: Ints
    cells: pd.DataFrame
    disputes: pd.DataFrame
    dates: Floats


def read(book: Portfolio, policy: Policy) -> Evidence:
    """Return what the book says of the customers of companies that hold a payment."""
    amounts = _amounts(book, policy)
    customers = _customers(amounts)
    companies = sorted(customers["company_id"].unique())
    pools = rows_of(customers, pd.DataFrame({"company_id": companies}), ["company_id"])
    numbers = customers["customer_no"]
    amounts = amounts.assign(row=rows_of(amounts, customers, KEY))
    cells = _placed(book.hazard_cells(policy, half_life=s.HALF_LIFE), numbers)
    return Evidence(
        customers=customers,
        amounts=amounts,
        companies=companies,
        pools=pools,
        cells=_trusted(cells, customers, book),
        disputes=_placed(book.hazard_disputes(policy, clip=s.LOCATION_CLIP), numbers),
        dates=_dates(_placed(book.hazard_weekdays(policy), numbers), customers, book),
    )


def rows_of(asked: pd.DataFrame, known: pd.DataFrame, on: list[str]) -> Ints:
    """Return the place in ``known`` of each row asked, by the columns named; -1: not there."""
    places, wanted = (
        pd.MultiIndex.from_frame(frame[on]) if len(on) > 1 else pd.Index(frame[on[0]])
        for frame in (known, asked)
    )
    rows: Ints = np.asarray(places.get_indexer(wanted), dtype="int64")
    return rows


def _amounts(book: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the sums of customers, without the companies that hold no payment."""
    frame = book.hazard_customers(
        policy, half_life=s.HALF_LIFE, clip=s.LOCATION_CLIP, late_days=s.LATE_DAYS
    )
    frame = frame.astype(dict.fromkeys(KEY, "str"))
    paid = frame.groupby("company_id")["count_paid"].transform("sum") > 0
    kept = paid & ~frame["company_id"].isin(without_behaviour(book, policy))
    return frame.loc[kept].sort_values([*KEY, "currency"], ignore_index=True)


def _customers(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return the customers, currencies together."""
    frame: pd.DataFrame = (
        amounts.groupby(KEY, sort=True)
        .agg(
            customer_no=("customer_no", "first"),
            median_terms_days=("median_terms_days", "first"),
            count_invoices=("count_invoices", "sum"),
            count_paid=("count_paid", "sum"),
            first_paid_on=("first_paid_on", "min"),
            last_paid_on=("last_paid_on", "max"),
        )
        .reset_index()
    )
    return frame


def _placed(frame: pd.DataFrame, numbers: pd.Series[Any]) -> pd.DataFrame:
    """Return the rows of the customers kept, with their place."""
    rows = pd.Index(numbers).get_indexer(pd.Index(frame["customer_no"]))
    placed: pd.DataFrame = frame.assign(row=rows.astype("int64")).loc[rows >= 0]
    return placed.reset_index(drop=True)


def _trusted(cells: pd.DataFrame, customers: pd.DataFrame, book: Portfolio) -> pd.DataFrame:
    """Leave out what is open where nothing is lettered (level E): it may well be paid.

    Its way in goes with it: what is at risk there are the invoices whose payment is known.
    """
    estimated = customers["company_id"].isin(book.estimated_companies()).to_numpy()
    is_doubtful = estimated[cells["row"].to_numpy("int64")] & cells["is_open"].to_numpy("bool")
    kept: pd.DataFrame = cells.loc[~is_doubtful]
    return kept.reset_index(drop=True)


def _dates(frame: pd.DataFrame, customers: pd.DataFrame, book: Portfolio) -> Floats:
    """Return distinct payment dates by weekday; those inferred between two lists are no habit."""
    inferred = customers["company_id"].isin(book.inferred_companies()).to_numpy()
    row = frame["row"].to_numpy("int64")
    dates = np.zeros((len(customers), 7))
    np.add.at(dates, (row, frame["weekday"].to_numpy("int64")), frame["count_dates"])
    dates[inferred] = 0.0
    return dates
