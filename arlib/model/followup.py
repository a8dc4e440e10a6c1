"""What a credit manager writes about a customer: closed lists of kinds and of causes of lateness."""

from __future__ import annotations

from typing import Final

# What an entry may be; reminders come with files alone until they are sent from here.
ENTRY_KINDS: Final = ("note", "cause", "promise", "review", "declaration")
# Facts about the debt, never opinions on a person (definitions §22). Words: arlib.i18n.labels.
CAUSES: Final = (
    "cash_shortage",
    "awaits_payment",
    "approval_circuit",
    "invoice_not_received",
    "invoice_contested",
    "credit_note_awaited",
    "terms_contested",
    "payment_run",
    "payment_incident",
    "insolvency",
    "seasonal",
    "oversight",
    "other",
)
# Measures of ``financials`` that have a code; any other is named as its provider names it.
EXTERNAL_SCORE: Final = "external_score"
# An outside score or ratio older than this is shown as stale.
STALE_MONTHS: Final = 12
