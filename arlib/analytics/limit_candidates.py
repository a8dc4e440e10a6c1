"""The other ways to set a limit that definitions §11 lists: all that can be computed, side by side.

Needs: *besoin*, x/12, behaviour. Capacity: equity, turnover, trade payables, AFDCC type. The smaller of
the smallest need and the smallest capacity is what that section would take.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import limit_formulas as formulas
from arlib.analytics.exposure import commitment_parts, suppliers, whole
from arlib.analytics.frames import first_reason, stocks
from arlib.analytics.limit_evidence import to_company
from arlib.model.money import decimals
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

NEEDS: Final = ("besoin", "twelfths", "peaks")
CAPACITIES: Final = ("equity", "turnover", "payables", "afdcc")
CANDIDATES: Final = (*NEEDS, *CAPACITIES, "dependence")
AMOUNTS: Final = (
    *(f"{name}_minor" for name in CANDIDATES),
    "smallest_minor",
    "equity_value_minor",
    "turnover_value_minor",
    "payables_value_minor",
    "commercial_minor",
    "to_invoice_minor",
    "financial_minor",
    "own_sales_minor",
)
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "equity": ("equity", "capitaux propres", "fonds propres", "shareholders equity"),
    "turnover": ("turnover", "revenue", "sales", "chiffre d affaires", "chiffre d'affaires", "ca"),
    "payables": ("payables", "trade payables", "dettes fournisseurs", "fournisseurs"),
}
_UNIT: Final = re.compile(r"^\s*(k|m|md|bn)?\s*([a-z]{3}|€|\$|£)?\s*$")
_SIZES: Final = {"": 1.0, "k": 1e3, "m": 1e6, "md": 1e9, "bn": 1e9}
_SYMBOLS: Final = {"€": "EUR", "$": "USD", "£": "GBP"}


def added(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return ``frame`` with the candidates: ``besoin_minor, twelfths_minor, peaks_minor`` (needs),
    ``equity_minor, turnover_minor, payables_minor, afdcc_minor`` (capacity), ``dependence_minor``
    (share of our own sales), each NaN with its ``…_reason``; what they come from
    (``…_value_minor, commercial_minor, to_invoice_minor, financial_minor, own_sales_minor``) and
    ``smallest_minor``. ``frame``: evidence, ``segment`` and month-ends ``end_01`` to ``end_12``.
    """  # noqa: D205 - one sentence
    late = frame["habit_days"].fillna(0.0).clip(lower=0.0)
    sold = frame["annual_minor"].where(frame["sold_minor"] > 0)
    terms = frame["terms_days"]
    frame["usual_delay_days"] = late
    frame["besoin_minor"] = formulas.need(sold, terms, late, frame["peak_factor"])
    frame["twelfths_minor"] = formulas.twelfths(sold, terms, late)
    frame["peaks_minor"] = _peaks(frame, policy)
    frame = _external(frame, portfolio, policy)
    frame = _committed(frame, portfolio, policy)
    frame = _dependence(frame, policy)
    return _smallest(_explained(frame), policy)


def money_of(value: object, scale: object, currency: str) -> float:
    """Return a figure of an outside file in minor units; NaN when its unit is another or unknown.

    >>> money_of(400.0, "k€", "EUR"), money_of(400000.0, None, "EUR"), money_of(4.0, "0-20", "EUR")
    (40000000.0, 40000000.0, nan)
    """
    if not isinstance(value, (int, float)) or pd.isna(value):
        return float("nan")
    found = _UNIT.match(_folded(scale))
    if found is None:
        return float("nan")
    unit = found[2]
    named = _SYMBOLS.get(unit, unit.upper()) if unit else currency
    if named != currency:
        return float("nan")
    return float(value) * _SIZES[found[1] or ""] * 10.0 ** decimals(currency)


def _peaks(frame: pd.DataFrame, policy: Policy) -> pd.Series[float]:
    factors = {
        "reliable": policy.suggestion_reliable_factor,
        "watch": policy.suggestion_watch_factor,
        "high_risk": policy.suggestion_peak_high_risk_factor,
        "insufficient_history": 1.0,
    }
    factor = frame["segment"].map(factors).astype("float64")
    months = frame[[f"end_{place:02d}" for place in range(1, 13)]].to_numpy("float64")
    return pd.Series(formulas.highest_mean(months, factor), index=frame.index)


# -- capacity -----------------------------------------------------------------------------------


def _external(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Add the candidates of the customer's accounts, where files give them."""
    known = _accounts(frame, portfolio)
    frame = frame.merge(known, on=KEY, how="left")
    risk = {"reliable": 1.0, "watch": 0.5, "insufficient_history": 0.5, "high_risk": 0.0}
    factor = frame["segment"].map(risk).astype("float64")
    frame["equity_factor"] = factor
    frame["equity_minor"] = formulas.equity_share(
        frame["equity_value_minor"], policy.suggestion_equity_ratio, factor
    )
    for name in ("turnover", "payables"):
        share = getattr(policy, f"suggestion_{name}_ratio")
        frame[f"{name}_minor"] = formulas.share_of(frame[f"{name}_value_minor"], share)
    return frame


def _accounts(frame: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Return equity, turnover and trade payables of customers in minor units, stale ones left out."""
    given = portfolio.financials()
    rows = given.loc[~given["is_stale"].eq(other=True), [*KEY, "measure", "value", "scale"]]
    rows = rows.merge(frame[[*KEY, "currency"]], on=KEY)
    named = {word: name for name, words in _NAMES.items() for word in words}
    rows["what"] = [named.get(_folded(measure)) for measure in rows["measure"]]
    rows["amount"] = [
        money_of(value, scale, currency)
        for value, scale, currency in zip(
            rows["value"], rows["scale"], rows["currency"], strict=True
        )
    ]
    rows = rows.dropna(subset=["what", "amount"]).drop_duplicates([*KEY, "what"])
    wide = rows.pivot_table(index=KEY, columns="what", values="amount", aggfunc="first")
    wide = wide.reindex(columns=list(_NAMES)).add_suffix("_value_minor")
    found = wide.astype("float64").reset_index()
    return found.astype(dict.fromkeys(KEY, "str"))


def _committed(frame: pd.DataFrame, portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Add the AFDCC type: orders, deliveries, invoices and bills × terms × behaviour."""
    book = whole(portfolio)
    parts = commitment_parts(book).set_index([*KEY, "currency"])
    held = stocks(book).set_index([*KEY, "currency"])["outstanding_minor"].rename("held")
    rows = pd.concat([parts, held], axis=1).fillna(0).reset_index()
    # EC: orders less deposits; FAE: deliveries to invoice; EF: invoices and bills.
    lines = pd.DataFrame(
        {
            "commercial_minor": rows["order"] - rows["deposit"],
            "to_invoice_minor": rows["delivery"],
            "financial_minor": rows["held"] + rows["bill"] + rows["discounted_bill"],
        }
    )
    rows = pd.concat([rows[[*KEY, "currency"]], lines], axis=1)
    for name in lines:
        rows[name] = to_company(book, rows, str(name))
    sums = rows.groupby(KEY)[list(lines)].sum(min_count=1).reset_index()
    frame = frame.merge(sums, on=KEY, how="left")
    is_known = frame["company_id"].isin(suppliers(book))
    for name in lines:
        frame[name] = frame[name].fillna(0.0).where(is_known)
    behaviour = {
        "reliable": policy.suggestion_afdcc_reliable,
        "watch": policy.suggestion_afdcc_watch,
        "high_risk": policy.suggestion_afdcc_high_risk,
        "insufficient_history": policy.suggestion_afdcc_watch,
    }
    frame["afdcc_behaviour"] = frame["segment"].map(behaviour).astype("float64")
    frame["afdcc_minor"] = formulas.afdcc(
        frame["commercial_minor"],
        frame["to_invoice_minor"],
        frame["financial_minor"],
        policy.suggestion_afdcc_terms,
        frame["afdcc_behaviour"],
    )
    return frame


def _dependence(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the ceiling of dependence: a share of our own sales of twelve months."""
    sold = frame["annual_minor"].groupby(frame["company_id"]).transform("sum")
    frame["own_sales_minor"] = sold.where(frame["annual_minor"].notna())
    share = policy.suggestion_dependence_ratio
    frame["dependence_minor"] = formulas.share_of(frame["own_sales_minor"], share)
    return frame


def _explained(frame: pd.DataFrame) -> pd.DataFrame:
    silent = frame["annual_minor"].isna()
    why = {
        "besoin": "no_sales",
        "twelfths": "no_sales",
        "peaks": "insufficient_history",
        "dependence": "no_sales",
        "afdcc": "not_at_this_level",
    }
    for name in CANDIDATES:
        missing = frame[f"{name}_minor"].isna()
        word = why.get(name, "not_supplied")
        frame[f"{name}_reason"] = first_reason(
            frame.index,
            (missing & silent & frame["suggested_reason"].notna(), "not_applicable"),
            (missing, word),
        )
    return frame


def _smallest(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Add the smaller of the smallest need and the smallest capacity, rounded down."""
    columns = [f"{name}_minor" for name in (*NEEDS, *CAPACITIES)]
    lowest = frame[columns].min(axis=1)
    needs = frame[[f"{name}_minor" for name in NEEDS]].min(axis=1)
    step = frame["currency"].map(
        {code: policy.limit_step(code) for code in frame["currency"].dropna().unique()}
    )
    kept = lowest.where(needs.notna())
    rounded = formulas.rounded_down(kept, step.astype("float64"))
    frame["smallest_minor"] = np.where(kept.notna(), rounded, np.nan)
    return frame


def _folded(text: object) -> str:
    """Return a text in small letters without accents; empty when missing."""
    if not isinstance(text, str):
        return ""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip()
