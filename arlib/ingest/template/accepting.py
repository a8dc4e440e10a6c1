"""Which lines stand: nothing is paid beyond what remains, and bounces open again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arlib.ingest.template.filling import fill
from arlib.ingest.template.naming import UNKNOWN, Book

if TYPE_CHECKING:
    from arlib.ingest.template.rows import Rows


def accept(
    rows: Rows, lines: pd.DataFrame, returns: pd.DataFrame, book: Book
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Refuse the lines that exceed what remains of a number; return the others, and the returns."""
    while True:
        reversals, direct = _reversals(lines, returns, book)
        excess = _find_excess(lines, reversals, direct, returns, book)
        if not excess.any():
            return lines, reversals, direct
        refused = np.isin(np.arange(len(rows.frame)), lines.loc[excess, "position"])
        rows.report(
            refused, "allocation_excess", "refused",
            column="amount_minor", values=rows.frame["invoice_number"].tolist(),
        )  # fmt: skip
        lines = lines[~excess].reset_index(drop=True)


def _find_excess(
    lines: pd.DataFrame,
    reversals: pd.DataFrame,
    direct: np.ndarray,
    returns: pd.DataFrame,
    book: Book,
) -> np.ndarray:
    """Return the lines larger than what remains, on their day, of a payment, invoice or instalment."""
    taken = pd.Series(direct).groupby(returns["source"].to_numpy(np.int64)).sum()
    # A bounce opens the invoice again, never the payment: that one now pays the bounce.
    rooms = {
        "source": book.credits.groupby("group")["size"].sum().sub(taken, fill_value=0),
        "target": book.debits.groupby("group")["size"].sum(),
        "part": book.debits.groupby("part")["size"].sum(),
    }
    excess = np.zeros(len(lines), bool)
    for column, room in rooms.items():
        events = _events(lines, reversals if column != "source" else reversals[:0], returns, column)
        excess |= _exceeding(events[~excess[events["line"]]], room, len(lines))
    return excess


def _events(
    lines: pd.DataFrame, reversals: pd.DataFrame, returns: pd.DataFrame, column: str
) -> pd.DataFrame:
    """Return what changes the room of each group in order: (group, line, amount), negative = back."""
    paid = lines[[column, "effect_on", "amount"]].set_axis(["group", "on", "amount"], axis=1)
    paid = paid.assign(line=np.arange(len(lines)), rank=1)
    index = reversals["line"].to_numpy(np.int64)
    own = lines["effect_on"].to_numpy()[index]
    back_on = np.maximum(own, returns["returned_on"].to_numpy()[reversals["return"]])
    back = pd.DataFrame(
        {
            "group": lines[column].to_numpy(np.int64)[index],
            "on": back_on,
            "amount": -reversals["amount"].to_numpy(np.int64),
            "line": index,
            # Taken back before what else is paid that day, but never before it was paid itself.
            "rank": np.where(back_on == own, 2, 0),
        }
    )
    events = pd.concat([paid, back], ignore_index=True) if len(back) else paid
    events = events[events["group"] != UNKNOWN]
    return events.sort_values(["on", "rank", "line"], kind="stable")


def _exceeding(events: pd.DataFrame, room: pd.Series, count: int) -> np.ndarray:
    """Return the lines that do not fit in what earlier events of their group leave."""
    result = np.zeros(count, bool)
    used = events.groupby("group")["amount"].cumsum().to_numpy(np.int64)
    groups = events["group"].to_numpy(np.int64)
    size = room.reindex(groups).fillna(0).to_numpy(np.int64)
    over = np.isin(groups, groups[used > size])
    left = dict(zip(groups[over].tolist(), size[over].tolist(), strict=True))
    # Only the groups that overflow are walked: one line refused leaves its room to the next.
    walked = events[over]
    for group, line, amount in zip(
        walked["group"].tolist(), walked["line"].tolist(), walked["amount"].tolist(), strict=True
    ):
        if result[line]:
            continue
        if amount > left[group]:
            result[line] = True
        else:
            left[group] -= amount
    return result


def _reversals(
    lines: pd.DataFrame, returns: pd.DataFrame, book: Book
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return (line, return, amount) taken back by each bounce, and what each return takes directly.

    A payment's unallocated part answers first; then its latest allocations are taken back. A bounce
    that names the invoice takes back what had been set against it by then.
    """
    by_source = returns[returns["source"] != UNKNOWN]
    so_far = by_source.groupby("source")["amount"].cumsum().to_numpy(np.int64)
    used = lines.groupby("source")["amount"].sum()
    free = book.credits.groupby("group")["size"].sum().sub(used, fill_value=0).clip(lower=0)
    available = free.reindex(by_source["source"]).fillna(0).to_numpy(np.int64)
    amount = by_source["amount"].to_numpy(np.int64)
    beyond = np.clip(so_far - available, 0, amount)
    direct = np.zeros(len(returns), np.int64)
    direct[by_source.index] = amount - beyond
    demand = np.where(by_source["is_bounce"], beyond, 0).astype(np.int64)
    by_target = returns[returns["target"] != UNKNOWN]
    parts = [
        _taken_from(
            lines, lines["source"].to_numpy(np.int64), by_source, by_source["source"], demand
        ),
        _taken_from(
            lines,
            _next_return(lines, by_target),
            by_target,
            pd.Series(by_target.index),
            by_target["amount"].to_numpy(np.int64),
        ),
    ]
    return pd.concat(parts, ignore_index=True).astype(np.int64), direct


def _next_return(lines: pd.DataFrame, by_target: pd.DataFrame) -> np.ndarray:
    """Return, for each line, the first bounce of its invoice on or after its effect (or UNKNOWN)."""
    if not len(lines) or not len(by_target):
        return np.full(len(lines), UNKNOWN)
    bounces = by_target.assign(number=by_target.index).sort_values("returned_on", kind="stable")
    left = lines[["target", "effect_on"]].assign(line=np.arange(len(lines)))
    joined = pd.merge_asof(
        left.sort_values("effect_on", kind="stable"),
        bounces[["target", "returned_on", "number"]],
        left_on="effect_on",
        right_on="returned_on",
        by="target",
        direction="forward",
    )
    return joined.sort_values("line")["number"].fillna(UNKNOWN).to_numpy(np.int64)


def _taken_from(
    lines: pd.DataFrame,
    line_groups: np.ndarray,
    chosen: pd.DataFrame,
    groups: pd.Series,
    demand: np.ndarray,
) -> pd.DataFrame:
    """Return (line, return, amount): each return takes from the latest lines of its group."""
    backwards = np.arange(len(lines))[::-1]
    held, taken, amount = fill(
        line_groups[backwards],
        lines["amount"].to_numpy(np.int64)[backwards],
        groups.to_numpy(np.int64),
        demand,
    )
    found = {"line": backwards[held], "return": chosen.index.to_numpy()[taken]}
    return pd.DataFrame({**found, "amount": amount})
