"""The words of the payment-term report: bands, tables, verdicts of the law."""

from __future__ import annotations

from typing import Final

from arlib.i18n.catalogue import N_

BANDS: Final = {
    "0": N_("0 day (for information)"),
    "1-30": N_("1 to 30 days"),
    "31-60": N_("31 to 60 days"),
    "61-90": N_("61 to 90 days"),
    "91+": N_("91 days and more"),
}
TITLES: Final = {
    "unpaid": N_("Invoices issued, not paid at the closing date, whose term is due"),
    "late": N_("Invoices issued that were late during the year, paid since or not"),
}
ARTICLES: Final = {"unpaid": "Article D.441-6, I", "late": "Article D.441-6, II"}
EXCLUSIONS: Final = {
    "disputed": N_("disputed receivables"),
    "unrecorded": N_("receivables not recorded at that date"),
}
VERDICTS: Final = {
    "within": N_("Within the legal ceiling"),
    "terms_clause": N_("Within one reading of “45 days end of month” only: clause to check"),
    "terms_illegal": N_("Beyond the legal ceiling"),
    "default": N_("No due date agreed: default terms of the policy"),
    "unknown": N_("Regime of the customer in words not understood"),
    "before": N_("Issued before the first text known here"),
}
STATES: Final = {
    "unpaid": N_("not paid"),
    "paid": N_("paid late"),
}
READINGS: Final = {
    "net": N_("days from the invoice"),
    "month_end_a": N_("days, then end of month"),
    "month_end_b": N_("end of month, then days"),
    "ten_days": N_("end of ten days, then days"),
}
