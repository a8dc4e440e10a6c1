"""What the hazard model learns from: frames of the book, placed on rows of customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics import hazard_settings as s
from arlib.analytics.frames import day_numbers, silent_companies
from arlib.analytics.hazard_curves import PAID
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


_UNIT: Final = "\x1f"  # in no code


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What days asked know of customers; a day of a customer is a row of its own.

    ``amounts``: one row a day, customer and currency; ``customers``: one a day and customer, sorted
    by ``day`` and key. ``companies``: one row a day and company; ``pools``: its place of each
    customer. ``cells``, ``disputes``: frames of the portfolio with ``row``, the place of the customer.
    """

    customers: pd.DataFrame
    amounts: pd.DataFrame
    companies: pd.DataFrame
    pools: Ints
    cells: pd.DataFrame
    disputes: pd.DataFrame


def read(book: Portfolio, policy: Policy, days: tuple[date, ...]) -> Evidence:
    """Return what the book says on days of the customers of companies that hold a payment."""
    amounts = _amounts(book, policy, days)
    customers = _customers(amounts)
    amounts = amounts.assign(row=_rows(amounts, customers))
    return _placed_on(book, policy, days, customers, amounts)


def read_curves(book: Portfolio, policy: Policy) -> Evidence:
    """Return what the book says at its date of when customers pay, and nothing of amounts."""
    days = (book.as_of,)
    customers = _seen(book, policy, book.hazard_cells(policy, days, half_life=s.HALF_LIFE))
    return _placed_on(book, policy, days, customers, customers.head(0))


def _placed_on(
    book: Portfolio,
    policy: Policy,
    days: tuple[date, ...],
    customers: pd.DataFrame,
    amounts: pd.DataFrame,
) -> Evidence:
    """Return the evidence of customers, by the place of each."""
    companies = customers[["day", "company_id"]].drop_duplicates(ignore_index=True)
    pools = rows_of(customers, companies, ["day", "company_id"])
    cells = book.hazard_cells(policy, days, half_life=s.HALF_LIFE)
    disputes = book.hazard_disputes(policy, days, clip=s.LOCATION_CLIP)
    return Evidence(
        customers=customers,
        amounts=amounts,
        companies=companies,
        pools=pools,
        cells=_trusted(_placed(cells, customers, "asked_on"), customers, book),
        disputes=_placed(disputes, customers),
    )


def rows_of(asked: pd.DataFrame, known: pd.DataFrame, on: list[str]) -> Ints:
    """Return the place in ``known`` of each row asked, by the columns named; -1: not there."""
    places, wanted = _index(known, on), _index(asked, on)
    rows: Ints = np.asarray(places.get_indexer(wanted), dtype="int64")
    return rows


def _index(frame: pd.DataFrame, on: list[str]) -> pd.Index[Any]:
    if on == KEY:  # one text a row: a third of the work of an index of two
        company, customer = (frame[name].to_numpy(object) for name in KEY)
        found: pd.Index[Any] = pd.Index(company + _UNIT + customer, dtype=object)
    elif len(on) > 1:
        found = pd.MultiIndex.from_frame(frame[on])
    else:
        found = pd.Index(frame[on[0]])
    return found


def _amounts(book: Portfolio, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
    """Return the sums of customers, without the companies that hold no payment."""
    frame = book.hazard_customers(
        policy, days, half_life=s.HALF_LIFE, clip=s.LOCATION_CLIP, late_days=s.LATE_DAYS
    )
    frame = frame.astype(dict.fromkeys(KEY, "str"))
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    paid = frame.groupby(["day", "company_id"])["count_paid"].transform("sum") > 0
    kept = _speaking(book, policy, frame.loc[paid], days)
    return kept.sort_values(["day", *KEY, "currency"], ignore_index=True)


def _speaking(
    book: Portfolio, policy: Policy, frame: pd.DataFrame, days: tuple[date, ...]
) -> pd.DataFrame:
    """Leave out the companies whose payments say nothing."""
    silent = silent_companies(book, policy, days)
    if silent.empty:
        return frame
    return frame.loc[rows_of(frame, silent, ["day", "company_id"]) < 0]


def _seen(book: Portfolio, policy: Policy, cells: pd.DataFrame) -> pd.DataFrame:
    """Return ``day``, the key and the number of the customers that ``cells`` speak of, in order."""
    keys = book.hazard_keys().astype(dict.fromkeys(KEY, "str"))
    number = cells["customer_no"].to_numpy("int64")
    is_seen, is_paid = np.zeros((2, int(keys["customer_no"].max() if len(keys) else 0) + 1), bool)
    is_seen[number] = True
    is_paid[number[cells["kind"].to_numpy() == PAID]] = True
    frame = keys.loc[is_seen[keys["customer_no"].to_numpy("int64")]]
    frame = frame.assign(is_paid=is_paid[frame["customer_no"].to_numpy("int64")])
    frame = frame.loc[frame.groupby("company_id")["is_paid"].transform("any")]
    frame.insert(0, "day", pd.Timestamp(book.as_of).as_unit("s"))
    return _speaking(book, policy, frame, (book.as_of,)).reset_index(drop=True)


def _customers(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return the customers, currencies together."""
    frame: pd.DataFrame = (
        amounts.groupby(["day", *KEY], sort=True)
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


def _placed(frame: pd.DataFrame, customers: pd.DataFrame, day: str = "day") -> pd.DataFrame:
    """Return the rows of the customers kept, with their place."""
    rows = _rows(frame, customers, day)
    placed: pd.DataFrame = frame.assign(row=rows)
    if (rows >= 0).all():
        return placed
    return placed.loc[rows >= 0].reset_index(drop=True)


def _rows(frame: pd.DataFrame, customers: pd.DataFrame, day: str = "day") -> Ints:
    """Return the place of the day and customer of each row; -1: not there."""
    numbers = [part["customer_no"].to_numpy("int64") for part in (customers, frame)]
    width = 1 + max(int(part.max(initial=0)) for part in numbers)  # no two days share a place
    places, wanted = (
        day_numbers(part, 0) * width + number
        for part, number in zip((customers["day"], frame[day]), numbers, strict=True)
    )
    rows: Ints = np.asarray(pd.Index(places).get_indexer(pd.Index(wanted)), dtype="int64")
    return rows


def _trusted(cells: pd.DataFrame, customers: pd.DataFrame, book: Portfolio) -> pd.DataFrame:
    """Leave out what is open where nothing is lettered (level E): it may well be paid.

    Its way in goes with it: what is at risk there are the invoices whose payment is known.
    """
    estimated = customers["company_id"].isin(book.estimated_companies()).to_numpy()
    if not estimated.any():
        return cells
    is_doubtful = estimated[cells["row"].to_numpy("int64")] & cells["is_open"].to_numpy("bool")
    kept: pd.DataFrame = cells.loc[~is_doubtful]
    return kept.reset_index(drop=True)


def payment_dates(book: Portfolio, policy: Policy, customers: pd.DataFrame) -> Floats:
    """Return distinct payment dates by weekday, customers × 7, as known at the book's date.

    Those inferred between two lists are no habit.
    """
    frame = book.hazard_weekdays(policy)
    rows = pd.Index(customers["customer_no"]).get_indexer(pd.Index(frame["customer_no"]))
    inferred = customers["company_id"].isin(book.inferred_companies()).to_numpy()
    weekday, count = frame["weekday"].to_numpy("int64"), frame["count_dates"].to_numpy("int64")
    dates = np.zeros((len(customers), 7))
    np.add.at(dates, (rows[rows >= 0], weekday[rows >= 0]), count[rows >= 0])
    dates[inferred] = 0.0
    return dates
