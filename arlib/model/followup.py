"""What a credit manager writes about a customer: closed lists of kinds, causes, levels, outcomes."""

from __future__ import annotations

from typing import Final

# What an entry may be. A payment plan is several promises kept together; disputes stand apart.
ENTRY_KINDS: Final = ("note", "call", "cause", "promise", "reminder", "review", "declaration")
# How a call ended.
CALL_OUTCOMES: Final = (
    "will_pay",
    "contests",
    "to_call_back",
    "message_left",
    "no_answer",
    "wrong_contact",
    "other",
)
# Levels of reminders, in order (definitions §13), and how one is sent.
REMINDER_LEVELS: Final = ("R0", "R1", "R2", "R3", "R4", "R5")
CHANNELS: Final = ("email", "letter", "registered", "phone", "sms", "other")
# Causes and outcomes of a dispute (definitions §14), without accents: words stand in arlib.i18n.labels.
DISPUTE_CODES: Final = (
    "PRIX",
    "QTE",
    "QUALITE",
    "LIVRAISON",
    "ADMIN",
    "TVA",
    "RFA",
    "DOUBLON",
    "COMMERCIAL",
    "JURIDIQUE",
    "AUTRE",
)
DISPUTE_OUTCOMES: Final = ("fonde", "infonde", "avoir", "paiement")
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
