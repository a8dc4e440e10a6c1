"""Words of late payment interest: standings, grounds of the indemnity, the reckoning spelled out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import MISSING, formats, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

STANDINGS: Final = {
    "claimable": N_("To claim as it stands"),
    "natural_person": N_("Natural person: sole trader or consumer, to be checked"),
    "abroad": N_("Customer abroad: which law the contract names, to be checked"),
    "no_rate": N_("Rate of a half-year to be typed"),
    "time_barred": N_("More than five years: limitation (estimate)"),
    "insolvency": N_("Insolvency proceedings: to be declared, not claimed"),
    "disputed": N_("In dispute"),
    "intercompany": N_("Companies of our own group"),
}
GROUNDS: Final = {
    "due": N_("€40 per invoice"),
    "within_tolerance": N_("late for less than the tolerance of a paid invoice"),
    "not_an_invoice": N_("not an invoice"),
    "no_number": N_("no invoice number"),
    "same_number": N_("already counted under the same number"),
    "insolvency": N_("born before the judgment"),
}
REGIMES: Final = {
    "law": N_("ECB + {points} points"),
    "contract": N_("contract"),
    "public": N_("public buyer, ECB + {points} points"),
}
MODES: Final = {
    "per_semester": N_("Rate of each half-year"),
    "at_start": N_("Rate of the half-year in which interest began"),
}
CREDIT_NOTES: Final = {
    "own_date": N_("From its own date"),
    "retroactive": N_("From the start"),
}


def word(words: dict[str, str], code: str, language: str = "fr") -> str:
    """Return the word of a code, the code itself when it has none."""
    found = words.get(code)
    return translator(language)(found) if found else code


def half_year_words(code: str, language: str = "fr") -> str:
    """Return a half-year in words.

    >>> half_year_words("2025-S2", "en")
    'H2 2025'
    """
    year, half = code.split("-S")
    return translator(language)("H{half} {year}").format(half=half, year=year)


def missing_words(codes: Sequence[str], language: str = "fr") -> str:
    """Return half-years in words, one after the other."""
    return ", ".join(half_year_words(code, language) for code in codes)


def reckonings(
    steps: pd.DataFrame, currency: str, wanted: Iterable[int], language: str = "fr"
) -> dict[int, str]:
    """Return the reckoning of invoices spelled out, by ``invoice_key``.

    ``steps``: as ``analytics.late_interest.steps`` returns them.
    """
    kept = steps.loc[steps["invoice_key"].isin(list(wanted))]
    found: dict[int, list[str]] = {}
    columns = (kept[name].tolist() for name in ("invoice_key", "base_minor", "days", "rate_ratio"))
    for key, base, days, rate in zip(*columns, strict=True):
        found.setdefault(key, []).append(_step(base, days, rate, currency, language))
    return {key: " + ".join(said) for key, said in found.items()}


def _step(base: int, days: int, rate: Any, currency: str, language: str) -> str:
    """Return one stretch: amount × days × rate / 365."""
    f = formats(language)
    told = MISSING if is_missing(rate) else f.percent(rate, 2)
    return f"{f.amount(base, currency)} × {f.days0(days)} × {told} / 365"


def rate_words(row: dict[Any, Any], points: tuple[float, float], language: str = "fr") -> str:
    """Return which rule makes the rate of an invoice. ``points``: of the law, of public buyers."""
    _, f = translator(language), formats(language)
    regime = str(row["regime"])
    if regime == "contract":
        words = _("contract, {rate}")
        if row["is_floored"]:
            words = _("contract, {rate}, raised to 3 × the legal rate")
        return words.format(rate=f.percent(row["contract_ratio"], 2))
    chosen = points[1] if regime == "public" else points[0]
    return _(REGIMES[regime]).format(points=f"{100 * chosen:g}")
