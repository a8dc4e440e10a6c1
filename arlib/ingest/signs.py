"""The signed amounts of each line and what remains open of them: debit positive, credit negative."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.values import flags_of, plain

if TYPE_CHECKING:
    from arlib.ingest.lines import Lines

_PAID: Final = re.compile(
    r"(?!.*(?:\bnon\b|\bun|\bnot\b|impay|part))"
    r".*\b(paid|received|payee?s?|reglee?s?|soldee?s?|acquittee?s?|encaissee?s?|cleared|closed|settled)\b"
)

_YES: Final = frozenset({"oui", "o", "yes", "y", "true", "vrai", "1", "x", "ok", "ja", "j"})


def signed_amounts(lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    """Return the amounts as written, debit positive, and where there is one."""
    if "amount" not in lines.amounts and {"debit", "credit"} & set(lines.amounts):
        debit, has_debit = numbers(lines, "debit")
        credit, has_credit = numbers(lines, "credit")
        return debit - credit, has_debit | has_credit
    name = "amount" if "amount" in lines.amounts else "amount_local"
    amount, has_amount = numbers(lines, name)
    return amount * _sides(lines), has_amount


def open_amounts(
    lines: Lines, amount: np.ndarray, turned: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the file says remains open, signed as the amount, and where it says so.

    From the open column; else amount less paid; else a column of yes and no; else a status that says
    paid or not.
    """
    if "open" in lines.amounts:
        opened, has_open = numbers(lines, "open")
        side = _sides(lines)
        if (opened[has_open] >= 0).all():
            # Unsigned beside signed amounts: it takes their sign.
            side = np.where(amount < 0, -1, np.where(amount == 0, side, 1))
        else:
            side = np.where(turned & (np.sign(opened) == -np.sign(amount)), -1, 1)
        return opened * side, has_open
    if "paid" in lines.amounts:
        paid, has_paid = numbers(lines, "paid")
        paid = np.where(np.sign(paid) == -np.sign(amount), -paid, paid)
        return np.where(has_paid, amount - paid, amount), has_paid
    none = np.zeros(lines.count, dtype=np.int64)
    if "is_settled" in lines.text:
        is_paid = flags_of(lines.text["is_settled"], lambda text: text in _YES)
        said = lines.text["is_settled"].is_valid().to_numpy(zero_copy_only=False)
        return np.where(is_paid, 0, amount), said
    if "status" in lines.text:
        settled = {plain(word) for word in lines.form.settled.split("|")} if lines.form else set()
        is_paid = flags_of(
            lines.text["status"], lambda text: text in settled or bool(_PAID.match(text))
        )
        if is_paid.any():
            return np.where(is_paid, 0, amount), np.ones(lines.count, dtype=bool)
    return none, np.zeros(lines.count, dtype=bool)


def numbers(lines: Lines, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a field as int64 (0 where missing) and where it is filled."""
    if name not in lines.amounts:
        return np.zeros(lines.count, dtype=np.int64), np.zeros(lines.count, dtype=bool)
    import pyarrow.compute as pc

    column = lines.amounts[name]
    values = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
    return values, column.is_valid().to_numpy(zero_copy_only=False)


def _sides(lines: Lines) -> np.ndarray:
    """Return -1 where the side column says credit, else 1."""
    if "side" not in lines.text:
        return np.ones(lines.count, dtype=np.int64)
    credit = {"c", "cr", "credit", "h", "haben", "-1", "-", "a deduire"}
    return np.where(flags_of(lines.text["side"], lambda text: text in credit), -1, 1)
