"""Entries that candidates would call for, as a list: nothing is booked (definitions §9).

Only claims with an event, or accepted by hand, are there, less those refused: lateness alone is no reason to
depreciate. Depreciation moves from what the same rules retained at the last closing to what they
retain now; for a company whose account 491 at that closing was typed in, from that balance, in one
line: it is in the accounts, not in the customer ledger. 3 000 incl. VAT (20 %) at 50 %: 416/411 for
3 000, 68174/491 for 1 250.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.doubtful import is_retained
from arlib.analytics.frames import outer
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arlib.model.portfolio import Portfolio

_CLAIM: Final = [*KEY, "currency", "document_id"]
_SHOWN: Final = ["name", "number"]
COLUMNS: Final = [
    *KEY,
    "name",
    "number",
    "currency",
    "step",
    "account",
    "debit_minor",
    "credit_minor",
    "is_conditional",
]
_OPENINGS: Final = [
    "company_id",
    "currency",
    "opening_minor",
    "now_minor",
    "now_minor_reason",
    "charge_minor",
    "reversal_minor",
    "reason",
    "by",
    "at",
    "change_id",
]
STEPS: Final = ("transfer", "charge", "reversal", "loss")


def movement(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return what is retained by claim against an earlier closing (``doubtful.is_retained``).

    Both as ``doubtful.candidates`` gives them. Columns: key, ``currency, document_id, name, number,
    before_minor, now_minor`` (0: not proposed), ``charge_minor, reversal_minor``; claims that stay
    at nothing are left out. A claim whose amount is not known now stays at what it was: no movement.
    """
    new, old = _proposed(now), _proposed(before)
    both = outer(new, old, _CLAIM, ("", "_old"))
    for name in _SHOWN:
        both[name] = both[name].fillna(both[f"{name}_old"])
    unknown = now.loc[is_retained(now) & now["retained_minor_reason"].eq("no_tax"), _CLAIM]
    both = both.loc[~_in(both, unknown)]
    both["now_minor"] = both["amount_minor"].fillna(0).astype("int64")
    both["before_minor"] = both["amount_minor_old"].fillna(0).astype("int64")
    change = both["now_minor"] - both["before_minor"]
    both["charge_minor"] = change.clip(lower=0)
    both["reversal_minor"] = (-change).clip(lower=0)
    columns = [*_CLAIM, *_SHOWN, "before_minor", "now_minor", "charge_minor", "reversal_minor"]
    return both[columns].sort_values(_CLAIM, ignore_index=True)


def against_openings(
    portfolio: Portfolio, now: pd.DataFrame, since: date, currency: str
) -> pd.DataFrame:
    """Return what moves account 491 of each company whose balance at the closing was typed in.

    Columns: ``company_id, currency, opening_minor, now_minor`` (Int64, retained at the date; NA + ``now_minor_reason``
    no_tax or to_judge when the amount of a claim is not known), ``charge_minor, reversal_minor`` (Int64),
    ``reason, by, at, change_id`` (of the entry).
    """
    typed = portfolio.depreciations()
    is_mine = (typed["kind"] == "opening") & (typed["currency"] == currency)
    typed = typed.loc[is_mine & (pd.to_datetime(typed["on_date"]) == pd.Timestamp(since))]
    known = [item.company_id for item in portfolio.companies()]
    typed = typed.loc[typed["company_id"].isin(known)]
    typed = typed.drop_duplicates("company_id", keep="last")
    if typed.empty:
        return pd.DataFrame(columns=_OPENINGS)
    frame = typed.rename(columns={"amount_minor": "opening_minor"})
    companies = now.loc[is_retained(now)].groupby("company_id")
    amounts = companies["retained_minor"].sum().to_dict()
    reasons = companies["retained_minor_reason"].first().to_dict()
    asked = frame["company_id"].tolist()
    frame["now_minor"] = [amounts.get(company, 0) for company in asked]
    words = [reasons.get(company) for company in asked]
    frame["now_minor_reason"] = pd.Series(words, index=frame.index, dtype="str")
    is_unknown = frame["now_minor_reason"].notna()
    frame["now_minor"] = frame["now_minor"].astype("Int64").mask(is_unknown)
    change = frame["now_minor"] - frame["opening_minor"].astype("Int64")
    frame["charge_minor"], frame["reversal_minor"] = change.clip(lower=0), (-change).clip(lower=0)
    return frame[_OPENINGS].sort_values("company_id", ignore_index=True)


def entries(
    now: pd.DataFrame, moves: pd.DataFrame, openings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return proposed entries, a line an account: ``COLUMNS``, debits equal to credits by step and claim.

    ``step``: transfer (411 to 416, incl. VAT), charge (68174/491), reversal (491/78174), loss
    (654 and 44571 to 416; of customers in liquidation, ``is_conditional``: on the day the loss is final).
    """
    with_event = now.loc[is_retained(now)]
    moves = _with_openings(moves, openings)
    to_move = with_event.loc[~with_event["is_doubtful_account"]]
    final = with_event.loc[
        with_event["insolvency"].eq("liquidation") & with_event["ht_minor"].notna()
    ]
    vat = final["open_minor"] - final["ht_minor"]
    parts = [
        _lines(to_move, "transfer", ("416", "411"), (to_move["open_minor"],) * 2),
        _pair(moves, "charge", ("68174", "491")),
        _pair(moves, "reversal", ("491", "78174")),
        _line(final, "loss", "654", debit=final["ht_minor"], place=0),
        _line(final, "loss", "44571", debit=vat, place=1),
        _line(final, "loss", "416", credit=final["open_minor"], place=2),
    ]
    known = [part for part in parts if len(part)]
    if not known:
        return pd.DataFrame(columns=COLUMNS)
    frame = pd.concat(known, ignore_index=True)
    frame = frame.loc[(frame["debit_minor"] != 0) | (frame["credit_minor"] != 0)]
    frame["is_conditional"] = frame["step"] == "loss"
    order = frame["step"].map({step: place for place, step in enumerate(STEPS)})
    frame = frame.assign(order=order).sort_values(["order", *_CLAIM, "place"], ignore_index=True)
    return frame[COLUMNS]


def _with_openings(moves: pd.DataFrame, openings: pd.DataFrame | None) -> pd.DataFrame:
    """Replace the moves by claim of companies whose account 491 is known by one move each."""
    if openings is None or openings.empty:
        return moves
    others = moves.loc[~moves["company_id"].isin(openings["company_id"])]
    known = openings.dropna(subset=["charge_minor"])
    one = known.assign(customer_id="", document_id="", name="", number="")
    one = one[[*_CLAIM, *_SHOWN, "charge_minor", "reversal_minor"]]
    return pd.concat([others, one]) if len(others) else one


def _proposed(frame: pd.DataFrame) -> pd.DataFrame:
    kept = frame.loc[is_retained(frame) & frame["retained_minor"].notna()]
    return kept[[*_CLAIM, *_SHOWN, "retained_minor"]].rename(
        columns={"retained_minor": "amount_minor"}
    )


def _in(frame: pd.DataFrame, claims: pd.DataFrame) -> pd.Series[bool]:
    marked = frame[_CLAIM].merge(claims.assign(found=True), on=_CLAIM, how="left")
    return pd.Series(marked["found"].notna().to_numpy(), index=frame.index)


def _pair(moves: pd.DataFrame, step: str, accounts: tuple[str, str]) -> pd.DataFrame:
    amount = moves[f"{step}_minor"]
    return _lines(moves, step, accounts, (amount, amount))


def _lines(
    frame: pd.DataFrame,
    step: str,
    accounts: tuple[str, str],
    amounts: Sequence[pd.Series[int]],
) -> pd.DataFrame:
    """Return a debit then a credit for each row."""
    return pd.concat(
        [
            _line(frame, step, accounts[0], debit=amounts[0], place=0),
            _line(frame, step, accounts[1], credit=amounts[1], place=1),
        ],
        ignore_index=True,
    )


def _line(
    frame: pd.DataFrame,
    step: str,
    account: str,
    *,
    debit: pd.Series[int] | None = None,
    credit: pd.Series[int] | None = None,
    place: int,
) -> pd.DataFrame:
    nothing = np.zeros(len(frame), dtype="int64")
    found = frame[[*_CLAIM, *_SHOWN]].assign(step=step, account=account, place=place)
    found["debit_minor"] = nothing if debit is None else debit.astype("int64").to_numpy()
    found["credit_minor"] = nothing if credit is None else credit.astype("int64").to_numpy()
    return found
