"""What doubtful data do to the figures: each check's effect, and the figures if it were otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.frames import ratio, stocks
from arlib.analytics.overruns import limit_test
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# What a check does to the figures: code -> the effect whose amount is given.
EFFECTS: Final = {
    "due_by_default": "overdue_rests_on_it",
    "due_by_terms": "overdue_rests_on_it",
    "due_before_issued": "overdue_rests_on_it",
    "credit_unallocated": "overdue_if_applied",
    "line_repeated": "counted_twice",
    "duplicate_kept": "counted_twice",
    "opening_unpaired": "counted_twice",
    "due_beyond_year": "never_late_before",
    "issued_later": "left_out_until_then",
    "rate_missing": "not_converted",
    "customer_collective": "out_of_rankings",
    "customer_without_limit": "not_tested",
}
# Issues of files that a check of the book says better, at the date and counted in full.
SAID_BY_THE_BOOK: Final = frozenset(
    {"due_date_missing", "due_before_issue", "settlement_unallocated", "collective_account"}
)
_MARK_SUMS: Final = ["count", "amount_minor", "absolute_minor"]
_SCENARIO_SUMS: Final = ["outstanding_minor", "gross_minor", "overdue_minor"]


def base(portfolio: Portfolio) -> pd.DataFrame:
    """Return the stock by currency: ``currency, outstanding_minor, gross_minor, overdue_minor``."""
    stock = stocks(portfolio).rename(columns={"open_debit_minor": "gross_minor"})
    return stock.groupby("currency", sort=True)[_SCENARIO_SUMS].sum().reset_index()


def marks(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the checks of the book, one row per code and currency.

    Columns: ``code, currency, count, amount_minor`` (net), ``absolute_minor, overdue_minor,
    low_minor, high_minor`` (late if due 60 days after the invoice, on its day).
    """
    found = portfolio.quality_marks()
    names = [*_MARK_SUMS, "overdue_minor", "low_minor", "high_minor"]
    summed = found.groupby(["code", "currency"], sort=True)[names].sum().reset_index()
    frames = [frame for frame in (summed, _without_limit(portfolio, policy)) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else summed


def without_limit(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return the customers who owe something and have no limit in force: key, name, amounts."""
    tested = limit_test(portfolio, policy, policy.exposure_basis)
    keys = tested.loc[tested["limit_minor"].isna(), KEY].drop_duplicates()
    owing = stocks(portfolio).merge(keys, on=KEY)
    owing = owing.loc[owing["outstanding_minor"] > 0]
    named = portfolio.customers()
    named = named.loc[~named["is_collective"].astype("boolean").fillna(value=False)]
    return owing.merge(named[[*KEY, "name"]], on=KEY)[
        [*KEY_CURRENCY, "name", "outstanding_minor", "overdue_minor"]
    ]


def effects(checks: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """Return the checks with ``effect`` (code, missing when none) and ``effect_minor`` (amount)."""
    found = checks.copy()
    effect = found["code"].map(EFFECTS)
    effect = effect.mask(found["severity"] == "refused", "outstanding_if_loaded")
    applied = _applied(portfolio)
    found["effect"] = effect.astype("str").where(effect.notna())
    amount = found["absolute_minor"].where(effect.notna())
    amount = amount.mask(effect == "overdue_rests_on_it", found["overdue_minor"])
    amount = amount.mask(effect == "outstanding_if_loaded", found["amount_minor"])
    amount = amount.mask(effect == "overdue_if_applied", found["currency"].map(applied))
    found["effect_minor"] = amount.astype("Int64")
    return found


def scenarios(portfolio: Portfolio, checks: pd.DataFrame, refused: pd.DataFrame) -> pd.DataFrame:
    """Return the figures as they are and as they would be, one row per currency and scenario.

    Scenarios: ``shown``; ``due_at_60_days``, ``due_at_issue`` (missing due dates read otherwise);
    ``credits_applied`` (oldest first, per customer); ``repeats_removed``; ``refused_loaded`` (what
    is late is then not known). ``refused``: ``currency, amount_minor``. Columns: ``currency,
    scenario, outstanding_minor, gross_minor, overdue_minor, overdue_ratio``.
    """
    shown = base(portfolio)
    by_code = checks.set_index(["code", "currency"])

    def measure(code: str, name: str) -> pd.Series[Any]:
        if code not in by_code.index.get_level_values("code"):
            return pd.Series(0, index=shown.index)
        return shown["currency"].map(by_code.loc[code][name]).fillna(0).astype("int64")

    derived = measure("due_by_default", "overdue_minor")
    applied = shown["currency"].map(_applied(portfolio)).fillna(0).astype("int64")
    netted = shown["currency"].map(_netted(portfolio)).fillna(0).astype("int64")
    twice, late_twice = (measure("line_repeated", n) for n in ("amount_minor", "overdue_minor"))
    loaded = shown["currency"].map(refused.set_index("currency")["amount_minor"])
    has = {code: measure(code, "count") > 0 for code in ("due_by_default", "line_repeated")}
    rows = [shown.assign(scenario="shown", place=0)]
    late = shown["overdue_minor"] - derived
    for place, (name, bound) in enumerate((("due_at_60_days", "low"), ("due_at_issue", "high")), 1):
        changed = shown.assign(overdue_minor=late + measure("due_by_default", f"{bound}_minor"))
        rows.append(changed[has["due_by_default"]].assign(scenario=name, place=place))
    paid = shown.assign(
        gross_minor=shown["gross_minor"] - netted, overdue_minor=shown["overdue_minor"] - applied
    )
    rows.append(paid[netted > 0].assign(scenario="credits_applied", place=3))
    once = shown.assign(
        outstanding_minor=shown["outstanding_minor"] - twice,
        gross_minor=shown["gross_minor"] - twice,
        overdue_minor=shown["overdue_minor"] - late_twice,
    )
    rows.append(once[has["line_repeated"]].assign(scenario="repeats_removed", place=4))
    whole = shown.assign(
        outstanding_minor=shown["outstanding_minor"] + loaded.fillna(0).astype("int64")
    )
    rows.append(whole[loaded.notna()].assign(scenario="refused_loaded", place=5))
    found = pd.concat(rows).sort_values(["currency", "place"], ignore_index=True)
    unknown = found["scenario"] == "refused_loaded"
    for name in ("gross_minor", "overdue_minor"):
        found[name] = found[name].astype("Int64").mask(unknown)
    found["overdue_ratio"] = ratio(found["overdue_minor"], found["gross_minor"])
    return found.drop(columns="place")


def credit_ages(portfolio: Portfolio) -> pd.DataFrame:
    """Return credits not allocated: ``currency, kind, age_days, count, amount_minor`` (≤ 0)."""
    found = portfolio.quality_credit_ages()
    keys = ["currency", "kind", "age_days"]
    return found.groupby(keys, sort=True)[["count", "amount_minor"]].sum().reset_index()


def issues(portfolio: Portfolio) -> pd.DataFrame:
    """Return the problems of the live files: ``code, severity, currency`` and their sums.

    Lines whose note was cut short have no currency: they join that of the others when it is one.
    """
    found = portfolio.quality()
    found = found.loc[found["severity"] != "ignored"]
    keys = ["code", "severity"]
    only = found.dropna(subset=["currency"]).groupby(keys)["currency"].agg(["first", "nunique"])
    single = only.loc[only["nunique"] == 1, "first"].rename("single").reset_index()
    joined = found.merge(single, on=keys, how="left")
    joined["currency"] = joined["currency"].fillna(joined["single"])
    names = [*_MARK_SUMS, "count_unpriced"]
    grouped = joined.groupby([*keys, "currency"], sort=True, dropna=False)[names]
    return grouped.sum(min_count=1).reset_index()


def _without_limit(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    rows = without_limit(portfolio, policy)
    grouped = rows.groupby("currency", sort=True)
    found = grouped[["outstanding_minor", "overdue_minor"]].sum().reset_index()
    found = found.rename(columns={"outstanding_minor": "amount_minor"})
    return found.assign(
        code="customer_without_limit",
        count=grouped.size().to_numpy(),
        absolute_minor=found["amount_minor"],
        low_minor=0,
        high_minor=0,
    )


def _sides(portfolio: Portfolio) -> pd.DataFrame:
    """Return debits, what is late and credits by customer and currency.

    Companies without lettering are left out: their credits have paid the oldest debits already.
    """
    balances = portfolio.balances()
    kept = balances["account_class"].isin(list(PERIMETER))
    kept &= ~balances["company_id"].isin(portfolio.estimated_companies())
    names = ["open_debit_minor", "overdue_minor", "credits_minor"]
    return balances.loc[kept].groupby(KEY_CURRENCY)[names].sum().reset_index()


def _applied(portfolio: Portfolio) -> dict[str, int]:
    """Return what is late and would not be, by currency, if credits paid the oldest debits."""
    return _lesser(portfolio, "overdue_minor")


def _netted(portfolio: Portfolio) -> dict[str, int]:
    """Return the debits that credits of the same customer would pay, by currency."""
    return _lesser(portfolio, "open_debit_minor")


def _lesser(portfolio: Portfolio, name: str) -> dict[str, int]:
    sides = _sides(portfolio)
    paid = -sides["credits_minor"]
    least = sides[name].where(sides[name] < paid, paid)
    sums = least.groupby(sides["currency"]).sum()
    return {str(currency): int(amount) for currency, amount in sums.items()}
