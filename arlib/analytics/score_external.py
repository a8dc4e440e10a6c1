"""Outside scores and financial ratios on one scale: risk from 0 (best) to 1. Judgement, not measured.

A numeric scale is read from its bounds, the upper one best unless its words say that it is a risk.
A rating of the Banque de France is a place on its ladder; the ladder changed on 8 January 2022 and
both write the same codes (definitions §12). What cannot be placed is shown and gives no points.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.model.followup import EXTERNAL_SCORE
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.model.portfolio import Portfolio

_BOUNDS: Final = re.compile(r"^\s*(?:(-?\d+(?:[.,]\d+)?)\s*(?:-|–|to|a|/)\s*|/\s*)(\d+)(?!\d)")
_RISK_WORDS: Final = ("risk", "risque", "worst", "pire", "defaillance", "default", "inverse")
_BDF_WORDS: Final = ("banque de france", "bdf", "fiben")
_BDF_CHANGED: Final = date(2022, 1, 8)
_BDF_NEW: Final = (*(f"{n}{sign}" for n in range(1, 8) for sign in ("+", "", "-")), "8", "P")
_BDF_OLD: Final = ("3++", "3+", "3", "4+", "4", "5+", "5", "6", "7", "8", "9", "P")
_OLD_WORDS: Final = ("2021", "13", "old", "ancien")
_NEW_WORDS: Final = ("2022", "22", "new", "nouvel")
_RATING: Final = re.compile(r"^[A-NX]?\s*(P|\d\+{0,2}|\d-)$")
# Ratio by its usual names: the value at no risk and the value at full risk.
_RATIOS: Final[Mapping[tuple[str, ...], tuple[float, float]]] = {
    ("equity_ratio", "equity ratio", "autonomie financiere"): (0.30, 0.0),
    ("current_ratio", "current ratio", "liquidite generale"): (1.5, 0.8),
    ("net_margin", "net margin", "marge nette"): (0.05, -0.05),
    ("gearing", "endettement", "taux d'endettement", "debt to equity"): (0.5, 2.0),
}


def outside_risk(portfolio: Portfolio) -> pd.DataFrame:
    """Return one row per customer with outside figures: ``external, financials`` (0 best to 1).

    Each with ``_reason`` when missing: stale (older than 12 months), scale_unknown, not_supplied.
    """
    known = portfolio.financials()[
        [*KEY, "measure", "value", "text", "scale", "measured_on", "is_stale"]
    ]
    is_rating = pd.Series([_is_rating(name) for name in known["measure"]], index=known.index)
    is_score = (known["measure"] == EXTERNAL_SCORE) | is_rating.astype(bool)
    return _by_customer(known.loc[is_score], "external").merge(
        _by_customer(known.loc[~is_score], "financials"), on=KEY, how="outer"
    )


def risk_of(measure: str, value: object, text: object, scale: object, measured_on: object) -> float:
    """Return the risk of one figure, 0 (best) to 1; NaN when its scale is not known.

    >>> risk_of("external_score", 15.0, None, "0-20", None)
    0.25
    >>> risk_of("external_score", 15.0, None, "0-20 (risk)", None)
    0.75
    """
    words = _folded(scale)
    number = float(value) if isinstance(value, (int, float)) else float("nan")
    if any(name in words or name in _folded(measure) for name in _BDF_WORDS):
        rating = text if isinstance(text, str) else _short(number)
        return _rating_risk(rating, words, measured_on)
    if not np.isfinite(number):
        return float("nan")
    ratio = next((ends for names, ends in _RATIOS.items() if _folded(measure) in names), None)
    if ratio is not None:
        safe, bad = ratio
        given = number / 100 if "%" in words else number
        return float(np.clip((given - safe) / (bad - safe), 0.0, 1.0))
    bounds = _BOUNDS.match(words)
    if bounds is None:
        return float("nan")
    low, high = float((bounds[1] or "0").replace(",", ".")), float(bounds[2])
    if high <= low or not low <= number <= high:
        return float("nan")
    part = (number - low) / (high - low)
    return part if any(word in words for word in _RISK_WORDS) else 1 - part


def _rating_risk(rating: str, scale: str, measured_on: object) -> float:
    """Return the place of a rating on its ladder; the version is in the scale, else in the date."""
    found = _RATING.match(rating.strip().upper())
    is_new = any(word in scale for word in _NEW_WORDS)
    is_old = any(word in scale for word in _OLD_WORDS)
    if not (is_new or is_old) and isinstance(measured_on, date) and not pd.isna(measured_on):
        is_new = pd.Timestamp(measured_on).date() >= _BDF_CHANGED
        is_old = not is_new
    if found is None or is_new == is_old:
        return float("nan")
    ladder = _BDF_NEW if is_new else _BDF_OLD
    return ladder.index(found[1]) / (len(ladder) - 1) if found[1] in ladder else float("nan")


def _by_customer(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the mean risk of the fresh figures of each customer, or why there is none."""
    cells = zip(
        rows["measure"],
        rows["value"],
        rows["text"],
        rows["scale"],
        rows["measured_on"],
        strict=True,
    )
    risk = pd.Series([risk_of(*cell) for cell in cells], index=rows.index, dtype="float64")
    fresh = ~rows["is_stale"].eq(other=True)
    frame = rows[KEY].assign(risk=risk.where(fresh), fresh=fresh)
    found = frame.groupby(KEY).agg(risk=("risk", "mean"), fresh=("fresh", "any")).reset_index()
    why = np.where(found["fresh"], "scale_unknown", "stale")
    found[f"{name}_reason"] = pd.Series(why, index=found.index, dtype="str").where(
        found["risk"].isna()
    )
    return found.rename(columns={"risk": name}).drop(columns="fresh")


def _is_rating(measure: str) -> bool:
    """Return True for a rating named by its provider rather than a financial ratio."""
    words = _folded(measure)
    return any(name in words for name in (*_BDF_WORDS, "cotation", "score", "rating", "note"))


def _folded(text: object) -> str:
    """Return a text in small letters without accents; empty when missing."""
    if not isinstance(text, str):
        return ""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip()


def _short(number: float) -> str:
    return f"{number:g}" if np.isfinite(number) else ""
