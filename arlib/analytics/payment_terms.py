"""The payment-term report: late invoices by legal band, terms beyond the law, agreed and real terms.

Sources: C. com. D.441-6 (the two tables of the management report), definitions §15 and §16. Over a
period (start, as_of]; ``start`` is excluded. Amounts with VAT (incl) and without (excl).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import customers
from arlib.analytics.granted_terms import UNKNOWN_REGIME, judged
from arlib.law import ceilings
from arlib.law.payment_report import REPORTS
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# I of the article: unpaid at the closing; II: late at some time of the year, paid since or not.
UNPAID: Final = "unpaid"
LATE: Final = "late"
BANDS: Final = REPORTS[-1].bands
# What the law says of terms granted; default: nobody agreed on a date.
VERDICTS: Final = ("within", "terms_clause", "terms_illegal", "default", "unknown", "before")
_SUMS: Final = ["count_invoices", "incl_minor", "excl_minor", "count_without_tax", "count_openings"]
_OF: Final = {UNPAID: ("open", ("unpaid", "not_due")), LATE: ("amount", ("unpaid", "paid"))}
_LONG: Final = [
    *KEY_CURRENCY,
    "document_id",
    "number",
    "issued_on",
    "delivered_on",
    "due_on",
    "legal",
    "legal_on",
    "legal_days",
    "reading",
    "net_days",
    "month_end_a_days",
    "month_end_b_days",
    "regime",
    "source",
    "is_confirmed",
    "amount_minor",
]


def late_bands(portfolio: Portfolio, start: date) -> pd.DataFrame:
    """Return the cells of both tables of D.441-6, the invoices left out of them included.

    One row per ``company_id, currency, table`` (unpaid, late), ``excluded`` (disputed, unrecorded, ""
    inside the table) and ``band`` (of ``BANDS``): ``count_invoices, incl_minor, excl_minor`` (of those
    that say their VAT), ``count_without_tax, count_openings``. Amounts: of ``unpaid``, what is open;
    of ``late``, the whole invoice. Companies without lettering are left out: which invoice is paid
    is not known.
    """
    rows = portfolio.report_bands(start, REPORTS[-1].bounds)
    rows = rows.loc[~rows["company_id"].isin(portfolio.estimated_companies())]
    rows = rows.assign(
        excluded=rows["excluded"]
        .astype("object")
        .where(rows["excluded"].notna(), "")
        .astype("str"),
        band=rows["band"].map(dict(enumerate(BANDS))).astype("str"),
    )
    parts = [_table(rows, table, *of) for table, of in _OF.items()]
    found = pd.concat(parts, ignore_index=True)
    on = ["company_id", "currency", "table", "excluded", "band"]
    return found.groupby(on, sort=True)[_SUMS].sum().reset_index()


def _table(rows: pd.DataFrame, table: str, name: str, states: tuple[str, ...]) -> pd.DataFrame:
    kept = rows.loc[rows["state"].isin(list(states))]
    return kept.assign(
        table=table,
        incl_minor=kept[f"{name}_minor"],
        excl_minor=kept[f"{name}_excl_minor"].fillna(0).astype("int64"),
    )


def long_terms(portfolio: Portfolio, start: date) -> pd.DataFrame:
    """Return the invoices of the period due beyond the law, then those within one reading alone.

    Columns: key, ``currency, document_id, number, issued_on, delivered_on, due_on, legal``
    (terms_illegal; terms_clause: within one reading of 45 days end of month only), ``legal_on`` (last
    day allowed), ``legal_days`` (beyond it), ``reading, net_days, month_end_a_days,
    month_end_b_days, regime, source, is_confirmed, amount_minor``.
    """
    rows = _judged(portfolio, start)
    found = rows.loc[rows["legal"].notna()]
    order = ["legal", "legal_days", "amount_minor", *KEY, "number"]  # “terms_illegal” first
    sides = [False, False, False, True, True, True]
    found = found.sort_values(order, ascending=sides, ignore_index=True)[_LONG]
    names = ("legal_days", "net_days", "month_end_a_days", "month_end_b_days")
    return found.astype(dict.fromkeys(names, "Int64"))


def verdicts(portfolio: Portfolio, start: date) -> pd.DataFrame:
    """Return how many invoices of the period each verdict of ``VERDICTS`` has, with their amount.

    Columns: ``company_id, currency, verdict, count_invoices, amount_minor``. ``default``: no file nor
    terms say the due date; ``unknown``: regime in words not understood; ``before``: issued before the
    first text known.
    """
    rows = _judged(portfolio, start)
    rows["verdict"] = rows["legal"].mask(rows["regime"] == UNKNOWN_REGIME, "unknown")
    on = ["company_id", "currency", "verdict"]
    said = rows.dropna(subset=["verdict"]).assign(count_invoices=1)
    said = said.groupby(on)[["count_invoices", "amount_minor"]].sum().reset_index()
    sums = portfolio.report_terms(start, ceilings.first_text())
    granted = sums.loc[sums["standing"] == "granted"].set_index(["company_id", "currency"])
    others = said.groupby(["company_id", "currency"])[["count_invoices", "amount_minor"]].sum()
    totals = granted[["count_invoices", "amount_minor"]]
    within = totals - others.reindex(totals.index).fillna(0)
    rest = sums.loc[sums["standing"] != "granted"].rename(columns={"standing": "verdict"})
    found = pd.concat([within.reset_index().assign(verdict="within"), said, rest])
    found = found.astype({"count_invoices": "int64", "amount_minor": "int64"})
    return found[[*on, "count_invoices", "amount_minor"]].sort_values(on, ignore_index=True)


def _judged(portfolio: Portfolio, start: date) -> pd.DataFrame:
    name = f"judged terms {start}"

    def make() -> pd.DataFrame:
        rows = portfolio.report_long_terms(start, ceilings.first_text(), ceilings.least_days())
        known = customers(portfolio)[[*KEY, "payment_regime"]]
        return judged(rows.merge(known, on=KEY))

    return portfolio.derived(name, make)


def agreed_and_real(portfolio: Portfolio, policy: Policy, start: date) -> pd.DataFrame:
    """Return agreed against real terms of what each customer paid in the period, longest real first.

    Columns: key, ``currency, name, terms`` (of his record; NA), ``count_payments, paid_minor,
    agreed_days`` (invoice to due date), ``real_days`` (invoice to receipt), ``late_days`` (their
    difference): all weighted by amount, so that agreed + late = real.
    """
    paid = portfolio.payments_since(start, policy)
    paid = paid.loc[paid["amount_minor"] > 0]
    who = customers(portfolio)[[*KEY, "name", "terms", "is_collective"]]
    rows = paid.merge(who, on=KEY)
    rows = rows.loc[~rows["is_collective"]]
    rows = rows.assign(
        paid_minor=rows["amount_minor"],
        real_days=rows["days_amount"] / rows["amount_minor"],
        late_days=rows["delay_amount"] / rows["amount_minor"],
    )
    rows["agreed_days"] = (rows["days_amount"] - rows["delay_amount"]) / rows["amount_minor"]
    columns = [
        *KEY_CURRENCY,
        "name",
        "terms",
        "count_payments",
        "paid_minor",
        "agreed_days",
        "real_days",
        "late_days",
    ]
    order = ["real_days", "paid_minor", *KEY]
    return rows.sort_values(order, ascending=[False, False, True, True], ignore_index=True)[columns]
