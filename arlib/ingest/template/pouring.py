"""Accepted lines -> parts of documents, oldest due date first; bounces taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arlib.ingest.template.documents import to_arrow
from arlib.ingest.template.filling import fill
from arlib.ingest.template.naming import UNKNOWN, Book
from arlib.model.tables import arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa


def pour(
    lines: pd.DataFrame, reversals: pd.DataFrame, book: Book
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (line, debit, amount) parts, and (line, debit, amount, return) parts taken back.

    A bounce opens documents again: what the next payments bring goes there, round after round.
    """
    debits = book.debits
    part = lines["part"].to_numpy(np.int64)
    is_split = part != UNKNOWN
    group = lines["target"].to_numpy(np.int64)
    need = lines["amount"].to_numpy(np.int64).copy()
    found = [_poured(debits["part"], debits["size"], part, np.where(is_split, need, 0))]
    room = debits["size"].to_numpy(np.int64).copy()
    np.subtract.at(
        room, found[0]["debit"].to_numpy(np.int64), found[0]["amount"].to_numpy(np.int64)
    )
    found.append(_poured(debits["group"], pd.Series(room), group, np.where(is_split, 0, need)))
    undone: list[pd.DataFrame] = []
    waiting = reversals
    while len(waiting):
        need = lines["amount"].to_numpy(np.int64) - _sums(found, len(lines))
        back, waiting = _taken_back(pd.concat(found), waiting, need)
        if not need.any() or not len(back):
            undone.append(back)
            break
        undone.append(back)
        back = back.sort_values("debit", kind="stable")
        again = debits["group"].to_numpy()[back["debit"]]
        sizes = back["amount"].reset_index(drop=True)
        poured = _poured(pd.Series(again), sizes, group, need)
        poured["debit"] = back["debit"].to_numpy()[poured["debit"]]
        found.append(poured)
    found.append(
        _forced(lines, debits, lines["amount"].to_numpy(np.int64) - _sums(found, len(lines)))
    )
    pieces = pd.concat(found, ignore_index=True)
    undone.append(_taken_back(pieces, waiting, np.zeros(len(lines), np.int64))[0])
    return pieces, pd.concat(undone, ignore_index=True)


def _forced(lines: pd.DataFrame, debits: pd.DataFrame, need: np.ndarray) -> pd.DataFrame:
    """Give what no document seems to have room for to the first of the number named.

    Only instalments named one by one, bounced and paid again without naming them come here.
    """
    left = np.flatnonzero(need > 0)
    by_part = debits.reset_index().groupby("part")["index"].first()
    by_group = debits.reset_index().groupby("group")["index"].first()
    part = lines["part"].to_numpy(np.int64)[left]
    target = by_group.reindex(lines["target"].to_numpy(np.int64)[left]).to_numpy()
    debit = np.where(part != UNKNOWN, by_part.reindex(part).to_numpy(), target)
    return pd.DataFrame({"line": left, "debit": debit.astype(np.int64), "amount": need[left]})


def _sums(found: list[pd.DataFrame], count: int) -> np.ndarray:
    pieces, total = pd.concat(found), np.zeros(count, np.int64)
    np.add.at(total, pieces["line"].to_numpy(np.int64), pieces["amount"].to_numpy(np.int64))
    return total


def _poured(
    groups: pd.Series, sizes: pd.Series, line_groups: np.ndarray, need: np.ndarray
) -> pd.DataFrame:
    held, taken, amount = fill(
        groups.to_numpy(np.int64), sizes.to_numpy(np.int64), line_groups, need.astype(np.int64)
    )
    return pd.DataFrame({"line": taken, "debit": held, "amount": amount})


def _taken_back(
    pieces: pd.DataFrame, waiting: pd.DataFrame, need: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split the reversals into those whose line is wholly poured (by document) and the rest."""
    is_ready = need[waiting["line"].to_numpy(np.int64)] == 0
    ready = waiting[is_ready]
    latest_first = pieces.sort_values(["line", "debit"], ascending=[True, False], kind="stable")
    held, taken, amount = fill(
        latest_first["line"].to_numpy(np.int64),
        latest_first["amount"].to_numpy(np.int64),
        ready["line"].to_numpy(np.int64),
        ready["amount"].to_numpy(np.int64),
    )
    back = pd.DataFrame(
        {
            "line": latest_first["line"].to_numpy()[held],
            "debit": latest_first["debit"].to_numpy()[held],
            "amount": amount,
            "return": ready["return"].to_numpy()[taken],
        }
    )
    return back, waiting[~is_ready]


def pair(
    pieces: pd.DataFrame,
    undone: pd.DataFrame,
    lines: pd.DataFrame,
    returns: pd.DataFrame,
    book: Book,
) -> pd.DataFrame:
    """Return the allocations: what payments pay, what bounces take back, and the bounces paid."""
    credit_parts = _poured(
        book.credits["group"],
        book.credits["size"],
        lines["source"].to_numpy(np.int64),
        lines["amount"].to_numpy(np.int64),
    ).rename(columns={"debit": "credit"})
    paid = _paired(pieces, credit_parts)
    paid["matched_on"] = lines["matched_on"].to_numpy(object)[paid["line"]]
    paid["source_row"] = lines["row_number"].to_numpy()[paid["line"]]
    taken = _paired(undone, credit_parts)
    bounce = returns["bounce_position"].to_numpy(np.int64)[taken["return"]]
    taken["on"] = book.debits["issued_on"].to_numpy(object)[bounce]
    reversed_ = taken.assign(amount=-taken["amount"])
    repaid = taken.assign(debit=bounce).drop(columns="on")
    used = np.zeros(len(book.credits), np.int64)
    np.add.at(
        used, credit_parts["credit"].to_numpy(np.int64), credit_parts["amount"].to_numpy(np.int64)
    )
    direct = _poured(
        book.credits["group"],
        book.credits["size"] - used,
        returns["source"].to_numpy(np.int64),
        returns["direct"].to_numpy(np.int64),
    ).rename(columns={"debit": "credit"})
    direct["debit"] = returns["bounce_position"].to_numpy(np.int64)[direct["line"]]
    parts = [part for part in (paid, reversed_, repaid, direct) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else paid


def _paired(pieces: pd.DataFrame, credit_parts: pd.DataFrame) -> pd.DataFrame:
    """Return (line, debit, credit, amount[, return]): both sides of each line cut alike."""
    held, taken, amount = fill(
        credit_parts["line"].to_numpy(np.int64),
        credit_parts["amount"].to_numpy(np.int64),
        pieces["line"].to_numpy(np.int64),
        pieces["amount"].to_numpy(np.int64),
    )
    pairs = pieces.iloc[taken].reset_index(drop=True)
    return pairs.assign(credit=credit_parts["credit"].to_numpy(np.int64)[held], amount=amount)


def to_canonical(pairs: pd.DataFrame, book: Book, company_id: str, currency: str) -> pa.Table:
    """Return the canonical allocations of (debit, credit, amount[, on, matched_on, source_row])."""
    if not len(pairs):
        return arrow_schema("allocations").empty_table()
    debit = book.debits.iloc[pairs["debit"]].reset_index(drop=True)
    credit = book.credits.iloc[pairs["credit"]].reset_index(drop=True)
    effects = [debit["issued_on"], credit["issued_on"]]
    if "on" in pairs.columns:
        effects.append(pairs["on"].where(pairs["on"].notna(), debit["issued_on"]))
    later = pd.concat([pd.to_datetime(dates) for dates in effects], axis=1).max(axis=1)
    amount = pairs["amount"].astype("int64")
    return to_arrow(
        "allocations",
        pd.DataFrame(
            {
                "company_id": company_id,
                "debit_document_id": debit["document_id"],
                "credit_document_id": credit["document_id"],
                "allocated_on": later.dt.date,
                "matched_on": _optional(pairs, "matched_on"),
                "amount_minor": amount,
                "currency": debit["currency"],
                "amount_company_minor": amount.astype(object).where(
                    debit["currency"] == currency, None
                ),
                "rule": "source",
                "confidence": 1.0,
                "source_row": _optional(pairs, "source_row"),
            }
        ),
    )


def _optional(pairs: pd.DataFrame, name: str) -> pd.Series:
    if name not in pairs.columns:
        return pd.Series([None] * len(pairs), dtype=object)
    column = pairs[name].astype(object)
    return column.where(column.notna(), None)
