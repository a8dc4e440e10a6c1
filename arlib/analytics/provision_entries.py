"""Entries that candidates would call for, as a list: nothing is booked (definitions §9).

Only claims with an event are there: lateness alone is no reason to depreciate. Depreciation moves
from what the same rule proposed at the last closing to what it proposes now: what stands in account
491 is in the accounts, not in the customer ledger. 3 000 incl. VAT (20 %) at 50 %: 416/411 for
3 000, 68174/491 for 1 250.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

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
STEPS: Final = ("transfer", "charge", "reversal", "loss")


def movement(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return what is proposed by claim against an earlier closing, claims with an event alone.

    Both as ``doubtful.candidates`` gives them. Columns: key, ``currency, document_id, name, number,
    before_minor, now_minor`` (0: not proposed), ``charge_minor, reversal_minor``; claims that stay
    at nothing are left out. A claim whose amount is not known now stays at what it was: no movement.
    """
    new, old = _proposed(now), _proposed(before)
    both = new.merge(old, on=_CLAIM, how="outer", suffixes=("", "_old"))
    for name in _SHOWN:
        both[name] = both[name].fillna(both[f"{name}_old"])
    unknown = now.loc[_has_event(now) & now["proposed_minor_reason"].eq("no_tax"), _CLAIM]
    both = both.loc[~_in(both, unknown)]
    both["now_minor"] = both["amount_minor"].fillna(0).astype("int64")
    both["before_minor"] = both["amount_minor_old"].fillna(0).astype("int64")
    change = both["now_minor"] - both["before_minor"]
    both["charge_minor"] = change.clip(lower=0)
    both["reversal_minor"] = (-change).clip(lower=0)
    columns = [*_CLAIM, *_SHOWN, "before_minor", "now_minor", "charge_minor", "reversal_minor"]
    return both[columns].sort_values(_CLAIM, ignore_index=True)


def entries(now: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Return proposed entries, a line an account: ``COLUMNS``, debits equal to credits by step and claim.

    ``step``: transfer (411 to 416, incl. VAT), charge (68174/491), reversal (491/78174), loss
    (654 and 44571 to 416; of customers in liquidation, ``is_conditional``: on the day the loss is final).
    """
    with_event = now.loc[_has_event(now)]
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


def _proposed(frame: pd.DataFrame) -> pd.DataFrame:
    kept = frame.loc[_has_event(frame) & frame["proposed_minor"].notna()]
    return kept[[*_CLAIM, *_SHOWN, "proposed_minor"]].rename(
        columns={"proposed_minor": "amount_minor"}
    )


def _has_event(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["standing"].eq("event")


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
