"""The words of data quality: what is doubtful, what it does to the figures, what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.issues import code_sentence, issue_sentence
from arlib.model.issues import CODES, Issue

if TYPE_CHECKING:
    from collections.abc import Mapping

# Checks of the book; those of the files are issue codes and have sentences of their own.
CHECKS: Final = {
    "due_by_default": N_("Due date missing, no terms: invoice date + default days"),
    "due_by_terms": N_("Due date missing: derived from the terms"),
    "due_before_issued": N_("Due date earlier than the invoice"),
    "due_beyond_year": N_("Due date more than a year after the invoice"),
    "credit_unallocated": N_("Payments and credit notes set against no invoice"),
    "line_repeated": N_("Same number, date and amount several times"),
    "number_shared": N_("Same number on several open invoices"),
    "issued_later": N_("Document dated after its import"),
    "rate_missing": N_("Currency without an exchange rate"),
    "customer_unnamed": N_("Customer without a name"),
    "customer_without_terms": N_("Customer without payment terms"),
    "customer_collective": N_("Collective account mixing customers"),
    "customer_without_limit": N_("Customer without a limit in force"),
}
_EFFECTS: Final = {
    "overdue_rests_on_it": N_("{amount} of the overdue ({share}) rests on these dates"),
    "overdue_if_applied": N_(
        "the overdue would fall by {amount} ({share}) if they paid the oldest invoices"
    ),
    "counted_twice": N_("{amount} may be counted twice"),
    "never_late_before": N_("{amount} cannot be late before a year"),
    "left_out_until_then": N_("{amount} enters no figure before its date"),
    "not_converted": N_("{amount} stays out of converted totals and limit tests"),
    "out_of_rankings": N_("{amount} stays out of rankings and limits"),
    "not_tested": N_("{amount} is compared with no limit"),
    "outstanding_if_loaded": N_("the outstanding would be {amount} if they were loaded"),
}
_RANGE: Final = N_("the whole overdue: {low} if due at 60 days, {high} on the invoice’s day")
_ADVICE: Final = {
    "due_by_default": N_("Export due dates, or give the terms of each customer"),
    "due_by_terms": N_("Export the due dates themselves"),
    "due_before_issued": N_("Correct the due date in the accounting software"),
    "due_beyond_year": N_("Check the due date: a date pushed far hides lateness"),
    "credit_unallocated": N_("Match them in the accounting software, oldest first"),
    "line_repeated": N_("Check that the invoice was not exported or entered twice"),
    "number_shared": N_("Give each invoice a number of its own"),
    "issued_later": N_("Correct the date of the document"),
    "rate_missing": N_("Supply the rate, or the amount in the company’s currency"),
    "customer_unnamed": N_("Export the list of customers with their names"),
    "customer_without_terms": N_("Enter the terms of the customer"),
    "customer_collective": N_("Split the account, one customer each"),
    "customer_without_limit": N_("Fix a limit, even 0"),
    "opening_unpaired": N_("Export both years whole, or correct the opening entry"),
    "invoice_negative": N_("Enter it as a credit note, set against its invoice"),
    "refused": N_("Correct the line, export again and import"),
    "doubtful": N_("Check the line in the accounting software"),
    "note": N_("For information"),
}
# What should stand where something else was read.
_EXPECTED: Final = {
    **dict.fromkeys(("due_by_default", "due_by_terms", "due_date_missing"), N_("a due date")),
    **dict.fromkeys(
        ("due_before_issued", "due_before_issue"), N_("a due date on the invoice’s day or later")
    ),
    "due_beyond_year": N_("a due date within a year of the invoice"),
    **dict.fromkeys(
        ("credit_unallocated", "settlement_unallocated"), N_("the number of the invoice settled")
    ),
    **dict.fromkeys(
        ("line_repeated", "duplicate_line", "duplicate_kept"),
        N_("one line alone, or another number"),
    ),
    **dict.fromkeys(("number_shared", "duplicate_number"), N_("one number an invoice")),
    **dict.fromkeys(("issued_later", "date_in_future"), N_("a date not later than the export")),
    "rate_missing": N_("an exchange rate, or the amount in the company’s currency"),
    **dict.fromkeys(("customer_unnamed",), N_("the name of the customer")),
    "customer_without_terms": N_("payment terms, for instance 30 jours fin de mois"),
    **dict.fromkeys(
        ("customer_collective", "collective_account", "auxiliary_missing"),
        N_("an account for each customer"),
    ),
    "customer_without_limit": N_("a credit limit"),
    **dict.fromkeys(
        ("date_unreadable", "date_out_of_range"), N_("a date, for instance 31/12/2025")
    ),
    "invoice_date_missing": N_("the date of the invoice"),
    "amount_unreadable": N_("an amount, for instance 1 234,56"),
    "amount_missing": N_("an amount"),
    "invoice_negative": N_("a credit note, or a positive amount"),
    "customer_missing": N_("the code of the customer"),
    "customer_unknown": N_("the customer in the list of customers"),
    "number_missing": N_("the number of the document"),
    "status_without_amount": N_("the amount already paid"),
    "open_missing": N_("the amount still open"),
    "open_exceeds_amount": N_("an open amount within that of the document"),
    "lettering_unbalanced": N_("a lettering group whose total is zero"),
    **dict.fromkeys(
        ("opening_unpaired", "opening_line"), N_("the documents behind the opening balance")
    ),
    "name_differs": N_("one name a customer"),
    "entry_not_balanced": N_("an entry whose debit equals its credit"),
    **dict.fromkeys(
        ("document_unknown", "allocation_unknown"), N_("the number of an existing document")
    ),
    "allocation_excess": N_("at most what remains open on the document"),
}
_SCENARIOS: Final = {
    "shown": N_("As shown"),
    "due_at_60_days": N_("Missing due dates read as 60 days"),
    "due_at_issue": N_("Missing due dates read as the invoice’s day"),
    "credits_applied": N_("Credits set against the oldest invoices"),
    "repeats_removed": N_("Repeated lines counted once"),
    "refused_loaded": N_("Refused lines loaded"),
}
_CREDIT_KINDS: Final = {
    "payment": N_("Payments"),
    "credit_note": N_("Credit notes"),
    "other": N_("Other credits"),
}


def check_title(code: str, language: str = "fr") -> str:
    """Return what a check looks for."""
    known = CHECKS.get(code)
    return translator(language)(known) if known else code_sentence(code, language)


def scenario(code: str, language: str = "fr") -> str:
    """Return how the data are read in a scenario."""
    return translator(language)(_SCENARIOS[code])


def credit_kind(code: str, language: str = "fr") -> str:
    """Return the words of a kind of credit."""
    return translator(language)(_CREDIT_KINDS[code])


def advice(code: str, severity: object, language: str = "fr") -> str:
    """Return what to do about a check."""
    words = _ADVICE.get(code) or _ADVICE.get(str(severity)) or _ADVICE["note"]
    return translator(language)(words)


def expected(code: str, language: str = "fr") -> str:
    """Return what should stand in the line; empty when it depends on the line."""
    return translator(language)(_EXPECTED.get(code, ""))


def effect(row: Mapping[Any, Any], overdue_minor: int, language: str = "fr") -> str:
    """Return what a check does to the figures; empty when it does nothing to them.

    ``row``: of ``QualityView.checks``; ``overdue_minor``: the whole overdue of its currency.
    """
    _, shown = translator(language), formats(language)
    code, amount, currency = row["effect"], row["effect_minor"], row["currency"]
    if is_missing(code) or is_missing(amount):
        return ""
    is_loaded = code == "outstanding_if_loaded"
    if not amount:
        return _("none on the overdue") if code.startswith("overdue") else ""
    share = int(amount) / overdue_minor if overdue_minor else None
    words = _(_EFFECTS[code]).format(
        amount=shown.amount0(amount, currency, is_signed=is_loaded),
        share=shown.share(share),
    )
    if row["code"] != "due_by_default":
        return words
    others = overdue_minor - int(row["overdue_minor"])
    bounds = {
        name: shown.amount0(others + int(row[f"{name}_minor"]), currency)
        for name in ("low", "high")
    }
    return _("{first}; {second}").format(first=words, second=_(_RANGE).format(**bounds))


def wrong(row: Mapping[Any, Any], language: str = "fr") -> str:
    """Return what is wrong with a line: the sentence of its issue, with the values it quotes.

    ``row``: of ``arlib.views.quality.lines``.
    """
    if row["code"] not in CODES:
        return check_title(row["code"], language)
    column, value, detail = (
        None if is_missing(row[name]) else str(row[name]) for name in ("column", "value", "detail")
    )
    place = None if is_missing(row["row_number"]) else int(row["row_number"])
    issue = Issue(row["code"], "note", row_number=place, column=column, value=value, detail=detail)
    return issue_sentence(issue, language)
