"""Whether 03/04/2025 is in March or in April, decided for each column of dates of a file.

A column that shows its order (a first number above 12, or a second one) is read so, even beside one
written the other way. A column that does not show it follows the others; when they disagree or show
nothing, the order that clearly leaves fewer lines issued after they are due; else nobody can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.ingest.values import order_evidence, read_dates, share_later

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from arlib.model.files import DateOrder

_ORDERS: Final[tuple[DateOrder, DateOrder]] = ("day_first", "month_first")
_CLEARLY_BETTER: Final = 0.05
_TIMES_FEWER: Final = 5


def column_orders(
    texts: Mapping[str, pa.Array], stated: DateOrder | None
) -> tuple[dict[str, DateOrder | None], str | None]:
    """Return the order of each column (None: it needs none) and the column nobody can decide.

    ``stated`` is what the user or the product says: it decides the columns that do not show theirs.
    """
    seen = {name: order_evidence(text) for name, text in texts.items()}
    orders: dict[str, DateOrder | None] = {name: found.order for name, found in seen.items()}
    unsure = [n for n, found in seen.items() if orders[n] is None and _needs_order(found)]
    if not unsure:
        return orders, None
    if stated:
        return orders | dict.fromkeys(unsure, stated), None
    shown = {order for order in orders.values() if order}
    mixed = [n for n in unsure if seen[n].count_day_first or seen[n].count_month_first]
    better = _likelier(texts, orders, unsure)
    if len(shown) == 1 and not mixed:
        (order,) = shown
        if better in {None, order}:
            return orders | dict.fromkeys(unsure, order), None
    elif better:
        return orders | dict.fromkeys(unsure, better), None
    return orders | dict.fromkeys(unsure, better or "day_first"), (mixed or unsure)[0]


def _needs_order(found: object) -> bool:
    counts = ("count_day_first", "count_month_first", "count_ambiguous")
    day, month, ambiguous = (getattr(found, name) for name in counts)
    return bool(ambiguous or (day and month))


def _likelier(
    texts: Mapping[str, pa.Array],
    orders: Mapping[str, DateOrder | None],
    unsure: list[str],
) -> DateOrder | None:
    """Return the order of the unsure columns that clearly leaves fewer lines issued after due."""
    if not {"issued_on", "due_on"} <= set(texts) or not {"issued_on", "due_on"} & set(unsure):
        return None
    shares = {}
    for order in _ORDERS:
        days = [
            read_dates(texts[name], order if name in unsure else orders[name]).days
            for name in ("issued_on", "due_on")
        ]
        shares[order] = share_later(*days)
    best, worst = sorted(_ORDERS, key=lambda order: shares[order])
    is_clear = shares[worst] - shares[best] >= _CLEARLY_BETTER
    return best if is_clear and shares[best] <= shares[worst] / _TIMES_FEWER else None
