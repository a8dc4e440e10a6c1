"""What lateness has cost on the invoices of a letter: interest, fixed indemnity, and their rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.late_interest import late_interest, parts
from arlib.analytics.late_rates import rules
from arlib.model.late_settings import half_year_code

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

# Neither interest nor indemnity is asked for where the law of merchants may not apply, or not any more.
_NOT_ASKED: Final = ("natural_person", "abroad", "time_barred", "insolvency", "intercompany")
_INVOICE: Final = r"^((?:[^|]*[|]){5}[^|]*)"  # of a document's natural key: its invoice's
_OWN: Final = [
    "invoice_key",
    "invoice_id",
    "currency",
    "regime",
    "standing",
    "days_late",
    "interest_minor",
    "indemnity_minor",
    "missing_half_years",
]


@dataclass(frozen=True, slots=True)
class Charges:
    """Interest and indemnity of the invoices claimed in one currency, amounts in minor units.

    ``interest_minor`` None: the rate of ``missing_half_years`` is not known. ``indemnity_minor`` in
    ``indemnity_currency``, owed by ``count_indemnities`` invoices, ``each_minor`` for one. ``rates``:
    (half-year, yearly ratio) applied, in order; ``regimes``: law, contract, public. ``not_asked``: why some
    invoices bear neither, codes of ``late_standing.STANDINGS``.
    """

    interest_minor: int | None
    missing_half_years: tuple[str, ...]
    indemnity_minor: int
    indemnity_currency: str
    count_indemnities: int
    each_minor: int
    rates: tuple[tuple[str, float], ...]
    regimes: tuple[str, ...]
    not_asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChargeBook:
    """The charges of one customer: ``rows`` one a late invoice, ``halves`` one a rate of a half-year."""

    rows: pd.DataFrame
    halves: pd.DataFrame

    def on_items(self, items: pd.DataFrame) -> pd.DataFrame:
        """Return items with what their invoice bears: ``interest_minor, indemnity_minor, standing``.

        Missing: not claimed, or the rate is not known; on the first instalment claimed alone.
        """
        names = ["invoice_id", "interest_minor", "indemnity_minor", "standing"]
        found = items.merge(self.rows[names], on="invoice_id", how="left")
        is_claimed = found["state"] == "claimed"
        is_first = is_claimed & ~found["invoice_id"].where(is_claimed).duplicated()
        is_asked = is_first & ~found["standing"].isin(list(_NOT_ASKED))
        for name in names[1:3]:
            found[name] = found[name].astype("Int64").where(is_asked)
        return found

    def of(self, currency: str, invoices: tuple[str, ...]) -> Charges:
        """Return the charges of some invoices (``invoice_id``) of one currency."""
        is_his = self.rows["invoice_id"].isin(list(invoices)) & (self.rows["currency"] == currency)
        everything = self.rows.loc[is_his]
        is_asked = ~everything["standing"].isin(list(_NOT_ASKED))
        rows = everything.loc[is_asked]
        owed = rows.loc[rows["indemnity_minor"] > 0, "indemnity_minor"]
        is_known = not rows["interest_minor"].isna().any()
        halves = self.halves.loc[self.halves["invoice_key"].isin(rows["invoice_key"])]
        pairs = sorted(set(zip(halves["rate_half"], halves["rate_ratio"], strict=True)))
        missing = rows["missing_half_years"].dropna()
        return Charges(
            interest_minor=int(rows["interest_minor"].sum()) if is_known else None,
            missing_half_years=tuple(
                sorted({code for text in missing for code in text.split(", ")})
            ),
            indemnity_minor=int(owed.sum()),
            indemnity_currency=rules().indemnity_currency,
            count_indemnities=len(owed),
            each_minor=rules().indemnity_minor,
            rates=tuple((half_year_code(int(half)), float(ratio)) for half, ratio in pairs),
            regimes=tuple(sorted(set(rows["regime"]))),
            not_asked=tuple(sorted(set(everything.loc[~is_asked, "standing"]))),
        )


def charges(
    book: Portfolio, policy: Policy, key: tuple[str, str], items: pd.DataFrame
) -> ChargeBook:
    """Return interest and indemnity of the late invoices of one customer, those of ``items`` by their id.

    Nothing without lettering: which invoices are open is not known there.
    """
    found = late_interest(book, policy)
    is_his = (found["company_id"] == key[0]) & (found["customer_id"] == key[1])
    rows = found.loc[is_his].reset_index(drop=True)
    rows["invoice_id"] = _invoice_ids(rows["document_id"].astype("str"), items["invoice_id"])
    each = parts(book, policy)
    halves = each.loc[each["invoice_key"].isin(rows["invoice_key"])]
    halves = halves.loc[halves["rate_ratio"].notna() & (halves["minor_days"] > 0)]
    names = ["invoice_key", "rate_half", "rate_ratio"]
    return ChargeBook(rows[_OWN], halves[names].drop_duplicates().reset_index(drop=True))


def _invoice_ids(documents: pd.Series[str], invoices: pd.Series[str]) -> pd.Series[str]:
    """Return the invoice of each document: its own key when an invoice has it, else the key's first part."""
    is_own = documents.isin(invoices)
    first = documents.str.extract(_INVOICE, expand=False)
    return pd.Series(np.where(is_own, documents, first), index=documents.index, dtype="str")
