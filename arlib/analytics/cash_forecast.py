"""Cash to come in by week: what is expected of the open debits, and how sure that is.

Expected of a week: Σ planned × P(paid that week), plus what is promised for it. The band comes from
draws: each debit is paid on the day its cumulated hazard passes an exponential variable that all the
debits of one customer and due week share (a customer pays in runs), divided by a speed common to the
whole book in that draw (``shock``: standard deviation of its logarithm). The seed is fixed: same
book, date and policy, same band. How wide ``shock`` must be was measured: docs/forecast.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import LATEST, day_number, day_numbers
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import numpy.typing as npt

    from arlib.analytics.hazard import Laws

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

DRAWS: Final = 2_000
SEED: Final = 20_190_630
QUANTILES: Final = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
MOST_RUNS: Final = 2_048  # drawn one by one
_CELLS: Final = 512  # cells × draws worked out at a time
_SPEEDS: Final = 9
_WEEK: Final = 7


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Debits that share a law of payment: same customer, currency, due date and dispute.

    ``frame``: key, ``currency, due_on, planned_minor``. ``hazard``: cumulated hazard at each bound,
    rows × (bounds + 1), the first 0, NaN without a model. ``run``: who shares a draw.
    """

    frame: pd.DataFrame
    hazard: Floats
    run: Ints


def week_ends(weeks: int) -> Ints:
    """Return the last day of each week, counted from as_of: 7, 14… (week w = days 7w-6 to 7w)."""
    return _WEEK * np.arange(1, weeks + 1, dtype="int64")


def cells(known: Laws, planned: pd.DataFrame, ends: Sequence[int] | Ints) -> Cells:
    """Return the planned debits by law of payment, with their cumulated hazard at each end.

    ``planned``: as ``by_law``. ``ends``: days after as_of, rising, at most 180.
    """
    alive = known.survival_at(planned, np.asarray(ends, dtype="int64"))
    with np.errstate(divide="ignore"):
        cumulated = -np.log(alive)
    start = np.where(np.isnan(cumulated[:, :1]), np.nan, 0.0)
    return Cells(planned, np.concatenate([start, cumulated], axis=1), _runs(planned))


def by_law(items: pd.DataFrame) -> pd.DataFrame:
    """Return ``forecast_items.split`` summed: what is planned, a row a law of payment, in order.

    Columns: key, ``currency, due_on, is_disputed, planned_minor``, as ``Portfolio.forecast_open``.
    """
    planned = items.loc[items["planned_minor"] > 0]
    on = [*KEY, "currency", "due_on", "is_disputed"]
    return planned.groupby(on, sort=True, dropna=False)["planned_minor"].sum().reset_index()


def _runs(planned: pd.DataFrame) -> Ints:
    """Return who shares a draw: debits of one customer due in one week, numbered as they come."""
    is_other = np.ones(len(planned), dtype=bool)
    parts = [planned[name].to_numpy(object) for name in KEY]
    # rows are in the order of the key: a customer's stand together
    is_other[1:] = np.logical_or.reduce([part[1:] != part[:-1] for part in parts])
    due_week = (day_numbers(planned["due_on"], 0) + 3) // _WEEK
    width = 1 + int(due_week.max(initial=0) - min(0, due_week.min(initial=0)))
    run, _ = pd.factorize(np.cumsum(is_other) * width + due_week)
    return run.astype("int64")


def at_ends(known: Cells, held: Ints, ends: Ints) -> Cells:
    """Return cells worked out at the ends ``held``, at some of them alone."""
    columns = np.concatenate([[0], 1 + np.searchsorted(held, ends)])
    return Cells(known.frame, known.hazard[:, columns], known.run)


def expected(known: Cells) -> pd.DataFrame:
    """Return what is expected of each cell: key, ``currency`` and one float column a period, in order.

    The last column, ``beyond``, is what is expected after the last end. Rows without a model are NaN.
    """
    alive = np.exp(-known.hazard)
    amount = known.frame["planned_minor"].to_numpy("float64")[:, None]
    share = alive[:, :-1] - alive[:, 1:]
    frame = pd.DataFrame(share * amount, columns=range(1, share.shape[1] + 1))
    frame["beyond"] = alive[:, -1] * amount[:, 0]
    names = [*KEY, "currency"]
    return pd.concat([known.frame[names].reset_index(drop=True), frame], axis=1)


def draws(known: Cells, shock: float, count: int = DRAWS) -> dict[str, Floats]:
    """Return drawn cash by currency: array of draws × periods, minor units; no model counts 0.

    The ``MOST_RUNS`` largest runs are drawn one by one; the others, of which none matters alone, are
    drawn together (``_together``).
    """
    generator = np.random.default_rng(SEED)
    speed = np.exp(shock * generator.standard_normal(count))
    codes, names = pd.factorize(known.frame["currency"], sort=True)
    law = np.nan_to_num(known.hazard, nan=0.0, posinf=np.inf)
    amounts = known.frame["planned_minor"].to_numpy("float64")
    is_alone = _largest(known.run, amounts)
    runs, total = known.run[is_alone], np.zeros((len(names), law.shape[1], count))
    _alone(generator, (runs, law[is_alone], amounts[is_alone], codes[is_alone]), speed, total)
    for code in range(len(names)) if not is_alone.all() else ():
        rest = ~is_alone & (codes == code)
        if rest.any():
            total[code] += _together(generator, known.run[rest], law[rest], amounts[rest], speed)
    return {str(name): np.diff(total[place], axis=0).T for place, name in enumerate(names)}


def _largest(run: Ints, amounts: Floats) -> npt.NDArray[np.bool_]:
    """Return the debits of the largest runs, all of them where there are few."""
    sums = np.bincount(run, weights=amounts)
    if len(sums) <= MOST_RUNS:
        return np.ones(len(run), dtype=bool)
    kept = np.zeros(len(sums), dtype=bool)
    kept[np.argsort(-sums, kind="stable")[:MOST_RUNS]] = True
    return kept[run]


def _alone(
    generator: np.random.Generator,
    debits: tuple[Ints, Floats, Floats, Ints],
    speed: Floats,
    total: Floats,
) -> None:
    """Add to ``total`` what is paid by each end in each draw, one wait a run."""
    run, law, amounts, codes = debits
    run = np.unique(run, return_inverse=True)[1]
    runs = int(run.max()) + 1 if len(run) else 0
    order = np.argsort(run, kind="stable")
    for first, last, block in _blocks(generator, run[order], runs, len(speed)):
        rows = order[first:last]
        wait = block[run[rows] - run[rows[0]]] / speed
        for code in np.unique(codes[rows]):
            own = codes[rows] == code
            total[code, 1:] += _paid(wait[own], law[rows[own]], amounts[rows[own]])


def _paid(wait: Floats, law: Floats, amounts: Floats) -> Floats:
    """Return what is paid by each end in each draw: array of ends × draws."""
    ends, count = law.shape[1] - 1, wait.shape[1]
    period = np.zeros(wait.shape, dtype="int8")
    for end in range(1, ends + 1):
        period += wait > law[:, end][:, None]
    place = (period.astype("int64") * count + np.arange(count)).ravel()
    weights = np.repeat(amounts, count)
    found = np.bincount(place, weights=weights, minlength=(ends + 1) * count)
    return np.cumsum(found.reshape(ends + 1, count)[:-1], axis=0)


def _together(
    generator: np.random.Generator, run: Ints, law: Floats, amounts: Floats, speed: Floats
) -> Floats:
    """Return what many small runs pay by each end: array of ends × draws, from the normal law.

    Given the speed of a draw, runs are independent: their sum has mean Σ a p and covariance
    Σ a² p(t) (1 - p(u)), t ≤ u, and is as good as normal. Both are worked out at ``_SPEEDS`` speeds
    and read between them.
    """
    run = np.unique(run, return_inverse=True)[1]
    each: Floats = np.bincount(run, weights=amounts).astype("float64")
    logs = np.log(speed)
    grid = np.linspace(logs.min(), logs.max(), _SPEEDS)
    noise = generator.standard_normal((law.shape[1] - 1, len(speed)))
    by_end = np.ascontiguousarray(law[:, 1:].T)
    means, roots = zip(
        *(_moments(run, by_end, amounts, each, at) for at in np.exp(grid)), strict=True
    )
    if grid[-1] == grid[0]:
        found = means[0][:, None] + roots[0] @ noise
    else:
        place = np.clip(np.searchsorted(grid, logs, side="right") - 1, 0, _SPEEDS - 2)
        share = (logs - grid[place]) / (grid[1] - grid[0])
        mean, root = np.stack(means), np.stack(roots)
        middle = mean[place].T * (1 - share) + mean[place + 1].T * share
        moved = [np.einsum("kij,jk->ik", root[place + step], noise) for step in (0, 1)]
        found = middle + moved[0] * (1 - share) + moved[1] * share
    # what is paid by an end is never less than by the one before, nor more than is owed
    paid = np.maximum.accumulate(np.clip(found, 0.0, amounts.sum()), axis=0)
    return np.concatenate([np.zeros((1, len(speed))), paid])


def _moments(
    run: Ints, by_end: Floats, amounts: Floats, each: Floats, speed: float
) -> tuple[Floats, Floats]:
    """Return the mean paid by each end at a speed, and a root of the covariance of the sums.

    ``by_end``: cumulated hazard, ends × debits.
    """
    paid = by_end * -speed
    np.expm1(paid, out=paid)
    paid *= -amounts
    sums = np.stack([np.bincount(run, weights=row) for row in paid], axis=1)
    share = sums / each[:, None]
    wide = (share * (each**2)[:, None]).T @ (1 - share)
    covariance = np.triu(wide) + np.triu(wide, 1).T
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    return sums.sum(axis=0), root @ vectors.T


def _blocks(
    generator: np.random.Generator, run: Ints, runs: int, count: int
) -> Iterator[tuple[int, int, Floats]]:
    """Yield rows [first, last) of whole runs in order, and the waits of those runs × draws.

    Each run's waits come from the generator in the order of runs, so that a block's size changes nothing.
    """
    starts = np.searchsorted(run, np.arange(runs + 1))
    for low in range(0, runs, _CELLS):
        high = min(low + _CELLS, runs)
        yield (
            int(starts[low]),
            int(starts[high]),
            generator.standard_exponential((high - low, count)),
        )


def quantiles(drawn: Floats, *, cumulated: bool = False) -> dict[str, Floats]:
    """Return the quantiles of drawn cash by period (``QUANTILES``), of its running sum when asked."""
    values = np.cumsum(drawn, axis=1) if cumulated else drawn
    found = np.quantile(values, list(QUANTILES.values()), axis=0)
    return dict(zip(QUANTILES, found, strict=True))


def widened(frame: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Return periods with every band ``factor`` times as far from its median, never below 0."""
    if factor == 1:
        return frame
    frame = frame.copy()
    for prefix in ("", "sum_"):
        middle = frame[f"{prefix}p50_minor"].astype("float64")
        for name in ("p10", "p25", "p75", "p90"):
            column = f"{prefix}{name}_minor"
            far = middle + factor * (frame[column].astype("float64") - middle)
            frame[column] = np.floor(far.clip(lower=0.0) + 0.5)
    return frame


def promised(items: pd.DataFrame, as_of: date, ends: Sequence[int] | Ints) -> pd.DataFrame:
    """Return what is promised by period: ``currency``, one column a period and ``beyond`` (float)."""
    rows = items.loc[items["promised_minor"] > 0]
    after = day_numbers(rows["promised_on"], LATEST) - day_number(as_of)
    return in_periods(rows["currency"], rows["promised_minor"], after, ends)


def in_periods(
    currency: pd.Series[Any], amount: pd.Series[Any], after: Ints, ends: Sequence[int] | Ints
) -> pd.DataFrame:
    """Return amounts summed by currency in the period of their day (days after as_of, from 1)."""
    last = np.asarray(ends, dtype="int64")
    period = np.searchsorted(last, after) + 1
    names = [*range(1, len(last) + 1), "beyond"]
    frame = pd.DataFrame({"currency": currency.to_numpy(), "amount": amount.to_numpy("float64")})
    frame["period"] = np.where(period > len(last), len(last) + 1, period)
    wide = frame.pivot_table(
        index="currency", columns="period", values="amount", aggfunc="sum", fill_value=0.0
    )
    wide = wide.reindex(columns=range(1, len(last) + 2), fill_value=0.0)
    wide.columns = pd.Index(names)
    return wide.reset_index()
