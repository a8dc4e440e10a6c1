"""The segment of a customer by the method chosen: the score, or the rules of definitions §12.

Both are shown with what decided; a segment fixed by hand is applied last, under either method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from arlib.analytics.score import score
from arlib.analytics.score_points import FACTORS, most
from arlib.analytics.segments import inputs, segments
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

Method = Literal["score", "rules"]
MANUAL: Final = [
    "manual_segment",
    "manual_reason",
    "manual_author",
    "manual_expires_on",
    "manual_recorded_at",
]
_SCORED: Final = [
    "score",
    "points",
    "max_points",
    "band",
    "segment",
    "computed_segment",
    "rule",
    "rule_value",
    "rule_threshold",
    "old_invoice_currency",
    "previous_segment",
    "changed_on",
    "alert_since",
    "returned_on",
    "count_paid",
    *MANUAL,
]


def segmented(
    portfolio: Portfolio, policy: Policy, method: Method, previous: date | None
) -> pd.DataFrame:
    """Return one row per individual customer and currency: inputs of the rules, segment, score.

    Columns: those of ``segments.inputs`` and ``_SCORED``; by rules the score and its parts are
    missing. ``previous``: where ``previous_segment`` is read when the rules are used.
    """
    name = f"segmented {policy.version} {method} {previous}"
    return portfolio.derived(name, lambda: _segmented(portfolio, policy, method, previous))


def _segmented(
    portfolio: Portfolio, policy: Policy, method: Method, previous: date | None
) -> pd.DataFrame:
    if method == "score":
        found = score(portfolio, policy)[[*KEY, *_SCORED]]
        return inputs(portfolio, policy).merge(found, on=KEY, how="left")
    return _by_rules(portfolio, policy, previous)


def factors(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the factors of every score, one row a customer and factor, in the order of the model.

    Columns: key, ``factor, value, points, max_points, reason`` (why the value is missing),
    ``is_measured``.
    """
    frame = score(portfolio, policy)
    parts = [
        pd.DataFrame(
            {
                "company_id": frame["company_id"],
                "customer_id": frame["customer_id"],
                "factor": factor.code,
                "value": frame[factor.code],
                "points": frame[f"points_{factor.code}"],
                "max_points": most(factor, policy),
                "reason": frame[f"{factor.code}_reason"],
                "is_measured": factor.is_measured,
                "place": place,
            }
        )
        for place, factor in enumerate(FACTORS)
    ]
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values([*KEY, "place"], ignore_index=True).drop(columns="place")


def no_factors() -> pd.DataFrame:
    """Return ``factors`` of nobody."""
    names = [*KEY, "factor", "value", "points", "max_points", "reason", "is_measured"]
    return pd.DataFrame({name: pd.Series(dtype="object") for name in names})


def _by_rules(portfolio: Portfolio, policy: Policy, previous: date | None) -> pd.DataFrame:
    frame = _fixed(portfolio, segments(portfolio, policy))
    for name in ("score", "points", "max_points", "count_paid"):
        frame[name] = np.nan
    for name in ("changed_on", "alert_since", "returned_on"):
        frame[name] = pd.Series(pd.NaT, index=frame.index).astype("datetime64[s]")
    for name in ("band", "old_invoice_currency", "previous_segment"):
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype="str")
    if previous is None:
        return frame
    book = portfolio.at(previous)
    before = _fixed(book, segments(book, policy))[[*KEY_CURRENCY, "segment"]]
    before = before.rename(columns={"segment": "previous_segment"})
    return frame.drop(columns="previous_segment").merge(before, on=KEY_CURRENCY, how="left")


def _fixed(portfolio: Portfolio, frame: pd.DataFrame) -> pd.DataFrame:
    """Apply the segments fixed by hand to those of the rules."""
    names = {name.removeprefix("manual_"): name for name in MANUAL}
    fixed = portfolio.overrides()[[*KEY, *names]].rename(columns=names)
    frame = frame.merge(fixed, on=KEY, how="left")
    is_fixed = frame["manual_segment"].notna()
    frame["computed_segment"] = frame["segment"]
    frame["segment"] = frame["segment"].mask(is_fixed, frame["manual_segment"])
    frame["rule"] = frame["rule"].mask(is_fixed, "manual")
    return frame
