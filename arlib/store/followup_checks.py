"""What an entry of the follow-up must say before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.model.followup import CALL_OUTCOMES, CAUSES, CHANNELS, ENTRY_KINDS, REMINDER_LEVELS
from arlib.model.issues import UserError
from arlib.model.money import DEFAULT_CURRENCY, Amount

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from arlib.store.followup import ActionEntry

LONGEST: Final = 2_000  # letters of one entry: a page of the customer's file, not a report
# Kind -> the field that comes from a closed list, its list, and what is said otherwise.
_CHOICES: Final = {
    "cause": (("cause", CAUSES, "action_cause_unknown"),),
    "call": (("outcome", CALL_OUTCOMES, "action_outcome_unknown"),),
    "reminder": (
        ("level", REMINDER_LEVELS, "action_level_unknown"),
        ("channel", CHANNELS, "action_channel_unknown"),
    ),
}


def check_entry(entry: ActionEntry, taken_on: date) -> None:
    """Refuse an entry that says too little or contradicts itself (see ``followup.record``)."""
    if entry.kind not in ENTRY_KINDS:
        raise UserError("action_kind_unknown", value=entry.kind)
    if entry.kind == "note" and not (entry.text or "").strip():
        raise UserError("action_text_missing")
    check_text(entry.text)
    for name, choices, code in _CHOICES.get(entry.kind, ()):
        value = getattr(entry, name)
        if value not in choices:
            raise UserError(code, value=value or "")
    if entry.kind in {"promise", "review"}:
        _check_dates(entry, taken_on)
    if entry.amount_minor is not None and (entry.amount_minor <= 0 or not entry.currency):
        amount = Amount(entry.amount_minor, entry.currency or DEFAULT_CURRENCY)
        raise UserError("action_amount_wrong", value=amount)


def check_text(text: str | None) -> None:
    """Refuse a text too long for the follow-up. Raises UserError ``action_text_long``."""
    if len(text or "") > LONGEST:
        raise UserError("action_text_long", value=str(len(text or "")), detail=str(LONGEST))


def check_documents(cursor: duckdb.DuckDBPyConnection, entry: ActionEntry) -> None:
    """Refuse a document that the book does not hold for the customer.

    Raises:
        UserError: ``action_document_unknown``.
    """
    for document in entry.document_ids:
        rows = cursor.execute(
            "SELECT 1 FROM documents AS d JOIN customers AS c ON c.customer_key = d.customer_key"
            " LEFT JOIN customer_mains AS m"
            " ON m.main_key = c.customer_key AND m.customer_id = $customer"
            " WHERE d.document_key = md5_number_lower($document) AND c.company_id = $company"
            " AND (c.customer_id = $customer OR m.customer_id IS NOT NULL)",
            {
                "document": document,
                "company": entry.company_id,
                "customer": entry.customer_id,
            },
        ).fetchall()
        if not rows:
            raise UserError("action_document_unknown", value=document)


def _check_dates(entry: ActionEntry, taken_on: date) -> None:
    if entry.due_on is None:
        raise UserError("action_date_missing")
    if entry.kind == "promise" and entry.due_on < taken_on:
        raise UserError("action_dates")
    if entry.kind == "review" and entry.due_on < taken_on:
        raise UserError("action_review_past", value=entry.due_on)
    if entry.kind == "promise" and entry.amount_minor is None and not entry.document_ids:
        raise UserError("action_amount_missing")
