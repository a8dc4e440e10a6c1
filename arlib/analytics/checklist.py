"""The check list of receivables answered by the data: how many hold, of how many, and who does not.

A question is answered yes when all hold, no when none does, partly between. Its population is the
customers who owe something at the date, unless said otherwise; companies of the group and
collective accounts are left out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.behaviour import coverage
from arlib.analytics.frames import customers, first_reason, stocks
from arlib.analytics.grid import classes, exceptions
from arlib.analytics.insurance import cover
from arlib.analytics.overruns import limit_test
from arlib.analytics.score_external import outside_risk
from arlib.analytics.segments import insolvent
from arlib.analytics.suggested_limit import suggestions
from arlib.model.grid_settings import CLASSES
from arlib.model.portfolio import KEY, KEY_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Measure = Callable[[Portfolio, Policy], pd.DataFrame]

# A reminder answers for that long; the same for what counts as late enough to be reminded.
REMINDED_DAYS: Final = 30
# Share of the cash received that must be set against invoices for its delay to be known.
KNOWN_CASH_RATIO: Final = 0.9
_TOUCHES: Final = ("note", "call", "cause", "promise", "reminder")
_TERMS_RULES: Final = ("terms_illegal", "terms_above", "terms_clause")
_DECIDED: Final = ("named", "refused", "cancelled")
COLUMNS: Final = ["question_id", "subject", *KEY, "name", "why", "currency", "amount_minor"]


def measures(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return what the data say of each question they can speak about, one row each.

    Columns: ``question_id, count_good, count_all``. No row: the data say nothing (nobody owes
    anything, nothing known of that kind).
    """
    found = _found(portfolio, policy)
    sums = found.assign(is_good=found["why"].isna()).drop_duplicates(["question_id", "subject"])
    grouped = sums.groupby("question_id", sort=False)["is_good"].agg(["sum", "size"])
    names = {"sum": "count_good", "size": "count_all"}
    return grouped.rename(columns=names).astype("int64").reset_index()


def others(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return who or what does not hold, the largest amounts first in each question.

    Columns ``COLUMNS``: ``subject`` (what was counted: a customer, an account, a class, a company, a
    currency, a dispute), ``why`` (code), key and ``name`` (NA where it is no customer), ``currency,
    amount_minor`` (gross open, a row a currency; NA).
    """
    found = _found(portfolio, policy)
    found = found.loc[found["why"].notna()]
    order = ["question_id", "amount_minor", "subject"]
    return found.sort_values(order, ascending=[True, False, True], ignore_index=True)


def _found(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    def make() -> pd.DataFrame:
        parts = [
            measure(portfolio, policy).assign(question_id=question)
            for question, measure in _MEASURES.items()
        ]
        kept = [part.reindex(columns=COLUMNS) for part in parts if len(part)]
        found = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=COLUMNS)
        texts = ("question_id", "subject", *KEY, "name", "why", "currency")
        return found.astype(dict.fromkeys(texts, "str") | {"amount_minor": "Int64"})

    return portfolio.derived(f"check list {policy.version}", make)


def _debtors(portfolio: Portfolio) -> pd.DataFrame:
    """Return the customers who owe something, one row a currency, with their days late."""
    who = customers(portfolio)
    who = who.loc[~who["is_collective"] & ~who["is_intercompany"], [*KEY, "name"]]
    stock = stocks(portfolio)
    stock = stock.loc[stock["open_debit_minor"] > 0]
    names = [*KEY_CURRENCY, "open_debit_minor", "max_days_late"]
    rows = stock[names].rename(columns={"open_debit_minor": "amount_minor"}).merge(who, on=KEY)
    return rows.assign(subject=rows["company_id"] + " " + rows["customer_id"])


def _solvent(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    rows = _debtors(portfolio).merge(classes(portfolio, policy)[[*KEY, "segment"]], on=KEY)
    rows = rows.merge(insolvent(portfolio), on=KEY, how="left")
    why = first_reason(
        rows.index,
        (rows["has"].notna(), "insolvency"),
        (rows["segment"] == "high_risk", "high_risk"),
        (rows["segment"] == "insufficient_history", "insufficient_history"),
    )
    return rows.assign(why=why)


def _checked(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Judge who is known from outside: a score or ratio of 12 months, an insurer's decision."""
    rows = _debtors(portfolio).merge(outside_risk(portfolio), on=KEY, how="left")
    standing = cover(portfolio, policy)[[*KEY, "status"]]
    rows = rows.merge(standing, on=KEY, how="left")
    is_known = rows["external"].notna() | rows["financials"].notna()
    is_known |= rows["status"].isin(list(_DECIDED))
    is_stale = (rows["external_reason"] == "stale") | (rows["financials_reason"] == "stale")
    is_stale |= rows["status"] == "expired"
    why = first_reason(
        rows.index, (~is_known & is_stale, "stale"), (~is_known, "nothing_from_outside")
    )
    return rows.assign(why=why)


def _limited(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    tested = limit_test(portfolio, policy, policy.exposure_basis)
    rows = _debtors(portfolio).merge(tested[[*KEY, "limit_minor", "limit_reason"]], on=KEY)
    return rows.assign(
        why=rows["limit_reason"].fillna("no_limit").where(rows["limit_minor"].isna())
    )


def _by_solvency(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Judge who has a limit: none above the ceiling of the class, none too high for a high risk."""
    advice = suggestions(portfolio, policy)[[*KEY, "advice", "current_minor"]]
    rows = _debtors(portfolio).merge(advice.loc[advice["current_minor"].notna()], on=KEY)
    rows = rows.merge(classes(portfolio, policy)[[*KEY, "segment"]], on=KEY)
    outside = exceptions(portfolio, policy)
    outside = outside.loc[outside["rule"] == "limit_above", KEY].drop_duplicates()
    rows = rows.merge(outside.assign(is_above=True), on=KEY, how="left")
    is_risky = (rows["segment"] == "high_risk") & (rows["advice"] == "lower")
    why = first_reason(
        rows.index, (rows["is_above"].notna(), "limit_above"), (is_risky, "limit_too_high")
    )
    return rows.assign(why=why)


def _justified(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Judge those with an open invoice whose terms are known: within the law and their class."""
    granted = portfolio.granted_terms()[KEY].drop_duplicates()
    found = exceptions(portfolio, policy)
    found = found.loc[found["rule"].isin(list(_TERMS_RULES))]
    worst = found.drop_duplicates(KEY)[[*KEY, "rule"]].rename(columns={"rule": "why"})
    return _debtors(portfolio).merge(granted, on=KEY).merge(worst, on=KEY, how="left")


def _criteria(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:  # noqa: ARG001 - one shape for all
    """Judge the classes of the credit policy: a ceiling of limit and terms, both fixed."""
    rows = pd.DataFrame({"subject": list(CLASSES)})
    has_ceiling = rows["subject"].map(lambda name: bool(policy.grid_ceiling_minor.get(name)))
    has_terms = rows["subject"].map(lambda name: bool(policy.grid_terms.get(name)))
    why = first_reason(
        rows.index,
        (~has_ceiling & ~has_terms, "class_empty"),
        (~has_ceiling, "class_no_ceiling"),
        (~has_terms, "class_no_terms"),
    )
    return rows.assign(why=why)


def _seen_one_by_one(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:  # noqa: ARG001
    """Judge the accounts that owe something: one customer each, not a collective account."""
    who = customers(portfolio)[[*KEY, "name", "is_collective"]]
    stock = stocks(portfolio)
    stock = stock.loc[stock["open_debit_minor"] > 0].merge(who, on=KEY)
    return stock.assign(
        amount_minor=stock["open_debit_minor"],
        subject=stock["company_id"] + " " + stock["customer_id"],
        why=first_reason(stock.index, (stock["is_collective"], "collective")),
    )


def _seen_as_a_whole(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:  # noqa: ARG001
    """Judge the companies: everything analysed ties to the accounts (its causes explained)."""
    tie = portfolio.tie_out()
    tie = tie.loc[tie["account_class"].isin(list(PERIMETER))]
    if tie.empty:
        return tie
    parts = ("difference_minor", "posted_elsewhere_minor", "opening_unpaired_minor")
    sums = {name: pd.to_numeric(tie[name]).fillna(0).astype("int64") for name in parts}
    known = sums["posted_elsewhere_minor"] + sums["opening_unpaired_minor"]
    gap = sums["difference_minor"] - known.where(sums["difference_minor"] != 0, 0)
    rows = tie[["company_id", "currency"]].assign(amount_minor=gap.abs())
    rows = rows.groupby(["company_id", "currency"])["amount_minor"].sum().reset_index()
    names = {item.company_id: item.name for item in portfolio.companies()}
    return rows.assign(
        subject=rows["company_id"] + " " + rows["currency"],
        name=rows["company_id"].map(names),
        why=first_reason(rows.index, (rows["amount_minor"] != 0, "not_tied")),
    )


def _cash_known(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Judge the currencies: the cash of twelve months is set against invoices but for a tenth."""
    rows = coverage(portfolio, policy)
    rows = rows.loc[rows["covered_ratio"].notna()].reset_index(drop=True)
    rest = (rows["receipts_minor"] - rows["covered_minor"]).clip(lower=0)
    why = first_reason(rows.index, (rows["covered_ratio"] < KNOWN_CASH_RATIO, "cash_not_matched"))
    return rows.assign(subject=rows["currency"], amount_minor=rest, why=why)


def _reminded(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:  # noqa: ARG001
    """Judge those more than 30 days late: something was said or sent in the last 30 days.

    Those whose credits not allocated cover all that is late owe nothing net: nobody is to remind them.
    """
    rows = _debtors(portfolio)
    stock = stocks(portfolio)
    owing = stock.loc[stock["overdue_minor"] + stock["credits_minor"] > 0, KEY_CURRENCY]
    rows = rows.merge(owing, on=KEY_CURRENCY)
    late = rows.loc[rows["max_days_late"].fillna(0) > REMINDED_DAYS]
    done = portfolio.actions()
    since = pd.Timestamp(portfolio.as_of - timedelta(days=REMINDED_DAYS))
    recent = done["kind"].isin(list(_TOUCHES)) & (pd.to_datetime(done["taken_on"]) >= since)
    touched = done.loc[recent, KEY].drop_duplicates().astype("str").assign(is_touched=True)
    late = late.merge(touched, on=KEY, how="left")
    return late.assign(why=first_reason(late.index, (late["is_touched"].isna(), "not_reminded")))


def _disputes(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:  # noqa: ARG001
    """Judge the open disputes: somebody has each in hand, by a date."""
    rows = portfolio.disputes()
    rows = rows.loc[rows["closed_on"].isna()].reset_index(drop=True)
    why = first_reason(
        rows.index,
        (rows["owner"].isna(), "no_owner"),
        (rows["target_on"].isna(), "no_target"),
    )
    return rows.assign(
        subject=rows["dispute_id"].astype("str") + " " + rows["document_id"].astype("str"),
        amount_minor=rows["document_disputed_minor"],
        why=why,
    )


_MEASURES: Final[dict[str, Measure]] = {
    "clients_solvent": _solvent,
    "solvency_known": _checked,
    "limit_fixed": _limited,
    "limit_by_solvency": _by_solvency,
    "terms_justified": _justified,
    "criteria_clear": _criteria,
    "view_of_each": _seen_one_by_one,
    "view_of_all": _seen_as_a_whole,
    "collection_period": _cash_known,
    "reminders": _reminded,
    "litigation": _disputes,
}
