"""A column “Solde” that runs on from line to line of a customer: no open amount of any line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from arlib.ingest.asides import any_date
from arlib.ingest.signs import numbers, signed_amounts

if TYPE_CHECKING:
    from arlib.ingest.lines import Lines


def drop_running_balance(lines: Lines) -> None:
    """Forget the open amounts of a list when each is that of the line above plus its own amount.

    Every line that follows one of its customer must say so, one at least beyond its own amount:
    what remains of an invoice never exceeds it.
    """
    if lines.form is not None or "open" not in lines.amounts:
        return
    amount, has_amount = signed_amounts(lines)
    balance, has_balance = numbers(lines, "open")
    rows = np.flatnonzero(has_amount & has_balance & any_date(lines))
    customer = lines.text.get("customer_id", lines.text.get("customer_name"))
    if customer is None or not (np.abs(balance[rows]) > np.abs(amount[rows])).any():
        return
    names = customer.to_numpy(zero_copy_only=False)[rows]
    follows = names[1:] == names[:-1]
    steps = np.diff(balance[rows]) == amount[rows][1:]
    is_beyond = np.abs(balance[rows][1:]) > np.abs(amount[rows][1:])
    if steps[follows].all() and (follows & is_beyond).any():
        del lines.amounts["open"]
        lines.unreadable.pop("open", None)
        lines.findings.add_file("running_balance", "note")
