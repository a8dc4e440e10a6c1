"""Who paid whom, from the lettering of the ledger and its bounced payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arlib.ingest.ledger.bounces import Bounces, find_bounces, is_said_unpaid, reopened
from arlib.ingest.ledger.customer_lines import line_key
from arlib.ingest.ledger.lettering import NO_GROUP, Groups, allocate, find_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.ledger.consumption import Pairs

    Ints = NDArray[np.int64]
    Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Settlement:
    """``lines`` with final kinds, ``allocations`` between line numbers, and the lettering groups."""

    lines: pd.DataFrame
    allocations: pd.DataFrame
    groups: Groups


def settle(lines: pd.DataFrame) -> Settlement:
    """Return the allocations that the ledger itself records.

    ``allocations`` has ``debit, credit, amount, allocated_on, matched_on, group``; a negative
    amount takes back what a bounced payment had paid.
    """
    groups = find_groups(
        line_key(lines),
        lines["lettering"].to_numpy(dtype=object),
        _days(lines["posted"]),
        _days(lines["lettered_on"]),
        lines["amount"].to_numpy(),
    )
    bounces = find_bounces(lines.assign(code=groups.code, group=groups.group))
    kind = lines["kind"].to_numpy(dtype=object).copy()
    kind[bounces.bounce] = "bounce"
    given = np.flatnonzero(kind == "refund")
    kind[given[is_said_unpaid(lines["label"].iloc[given])]] = "bounce"
    lines = lines.assign(kind=kind)
    group = _united(groups.group, bounces)
    number = pd.factorize(lines["number"], sort=True)[0].astype(np.int64)
    issued, due = _days(lines["issued"]), _days(lines["due"])
    amount = lines["amount"].to_numpy().copy()
    amount[bounces.payment] += amount[bounces.bounce]
    amount[bounces.bounce] = 0
    kept = allocate(group, amount, due, issued, number)
    kept_on = np.maximum(issued[kept.debit], issued[kept.credit])
    allocations = _recorded(kept, kept_on, groups, group)
    if len(bounces.bounce):
        extra = _of_bounces(bounces, lines, group, groups, kept, kept_on, number)
        allocations = pd.concat([allocations, extra], ignore_index=True)
    return Settlement(lines, allocations, groups)


def _days(column: pd.Series[Any]) -> Days:
    return column.to_numpy().astype("datetime64[D]")


def _united(group: Ints, bounces: Bounces) -> Ints:
    """Return the groups, those of a bounce and of the payment it takes back made one.

    The receipt that replaces a bounced payment is lettered with the bounce: it pays the invoice.
    """
    both = np.stack([group[bounces.bounce], group[bounces.payment]])
    both = both[:, (both >= 0).all(axis=0)]
    if not both.size:
        return group
    label = np.arange(int(group.max()) + 1)
    while True:
        low = np.minimum(label[both[0]], label[both[1]])
        after = label.copy()
        for side in both:
            np.minimum.at(after, side, low)
            np.minimum.at(after, label[side], low)
        after = after[after]
        if (after == label).all():
            break
        label = after
    return np.where(group >= 0, label[group], NO_GROUP)


def _matched(groups: Groups, *items: Ints) -> Days:
    """Return the latest matching date of the groups of the lines given, NaT when none has one."""
    dates = np.append(groups.matched_on, np.datetime64("NaT", "D"))
    latest = dates[groups.group[items[0]]]
    for item in items[1:]:
        latest = np.fmax(latest, dates[groups.group[item]])
    return latest


def _recorded(pairs: Pairs, allocated_on: Days, groups: Groups, group: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "debit": pairs.debit,
            "credit": pairs.credit,
            "amount": pairs.amount,
            "allocated_on": allocated_on,
            "matched_on": _matched(groups, pairs.debit, pairs.credit),
            "group": group[pairs.credit],
        }
    )


def _of_bounces(
    bounces: Bounces,
    lines: pd.DataFrame,
    group: Ints,
    groups: Groups,
    kept: Pairs,
    kept_on: Days,
    number: Ints,
) -> pd.DataFrame:
    """Return what bounces take: the payment goes to the bounce, what it had paid is reversed."""
    issued = _days(lines["issued"])
    paid = reopened(bounces, _known(bounces, lines, group, number), kept, kept_on)
    before = _recorded(paid, np.maximum(issued[paid.debit], issued[paid.credit]), groups, group)
    before = before.assign(matched_on=_matched(groups, paid.credit))
    bounced_by = np.full(len(lines), NO_GROUP, np.int64)
    bounced_by[bounces.payment] = bounces.bounce
    bounce = bounced_by[paid.credit]
    reversal = before.assign(
        amount=-paid.amount,
        allocated_on=issued[bounce],
        matched_on=np.fmax(_matched(groups, paid.credit, bounce), issued[bounce]),
    )
    return pd.concat([before, reversal, _taken(bounces, lines, group, groups)], ignore_index=True)


def _known(bounces: Bounces, lines: pd.DataFrame, group: Ints, number: Ints) -> pd.DataFrame:
    """Return the lines with the rank in which debits are consumed, and which are bounces."""
    issued, due = _days(lines["issued"]), _days(lines["due"])
    order = np.empty(len(lines), np.int64)
    ranked = np.lexsort((number, issued, np.where(np.isnat(due), issued, due)))
    order[ranked] = np.arange(len(lines))
    is_bounce = np.zeros(len(lines), bool)
    is_bounce[bounces.bounce] = True
    amount = lines["amount"].to_numpy()
    return pd.DataFrame(
        {"group": group, "amount": amount, "issued": issued, "order": order, "is_bounce": is_bounce}
    )


def _taken(bounces: Bounces, lines: pd.DataFrame, group: Ints, groups: Groups) -> pd.DataFrame:
    """Return the allocation of each bounced payment to its bounce, at the date of the bounce."""
    taken_on = _days(lines["issued"])[bounces.bounce]
    return pd.DataFrame(
        {
            "debit": bounces.bounce,
            "credit": bounces.payment,
            "amount": lines["amount"].to_numpy()[bounces.bounce],
            "allocated_on": taken_on,
            "matched_on": np.fmax(_matched(groups, bounces.payment, bounces.bounce), taken_on),
            "group": group[bounces.payment],
        }
    )
