"""The sentence a user reads for a problem of a file or a refusal."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.companies import company_name
from arlib.i18n.formats import formats
from arlib.model.issues import CODES
from arlib.model.money import Amount, major_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.model.files import Evidence
    from arlib.model.issues import Issue, UserError


# Parameters made by the program, written as the language writes them: ISO dates, plain decimals.
# Everything else quotes the user's file and stays as it is there.
_DATES: Final[Mapping[str, tuple[str, ...]]] = {
    "extraction_date_assumed": ("value",),
    "date_in_future": ("value",),
    "due_before_issue": ("value",),
    "opening_line": ("value",),
    "year_missing": ("value",),
    "as_of_too_early": ("value", "detail"),
    "control_dates": ("value", "detail"),
}
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ledger_not_balanced": ("value",),
    "ledger_balance_tolerated": ("value",),
    "entry_not_balanced": ("detail",),
    "lettering_unbalanced": ("detail",),
    "amount_rounded": ("value", "detail"),
}
# Amounts inside a list of several.
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {"no_customer_account": ("value",)}
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_LISTED: Final = re.compile(r"(?<=\()-?\d+\.\d+(?=\))")

# An issue code as a heading for many lines, where its sentence quotes one line.
_HEADINGS: Final = {
    "entry_not_balanced": N_("Entries that do not balance"),
    "limit_kept": N_("Limits of a file not taken: those fixed by hand are kept"),
    "date_unreadable": N_("Dates that cannot be read"),
    "date_out_of_range": N_("Dates out of range"),
    "date_in_future": N_("Dates later than the day of the import"),
    "amount_unreadable": N_("Amounts that cannot be read"),
    "due_before_issue": N_("Due dates earlier than the invoice"),
    "customer_unknown": N_("Customers absent from the sheet of customers: created"),
    "duplicate_number": N_("Numbers on several different lines: all kept"),
    "kind_unknown": N_("Unknown kinds of documents: read from the sign of the amount"),
    "kind_assumed": N_("Kinds of documents read from the journal or the side"),
    "value_unknown": N_("Values that the column does not accept"),
    "rate_out_of_range": N_("VAT rates out of range"),
    "allocation_unknown": N_("Allocations that name no existing document"),
    "document_unknown": N_("Lines that name no existing document"),
    "allocation_excess": N_("Allocations beyond what remains open"),
    "settlement_unallocated": N_("Payments not allocated"),
    "name_differs": N_("Customers with several names: the most frequent is shown"),
    "other_company": N_("Lines of another company"),
    "not_receivable": N_("Lines of accounts that are not customers’"),
    "line_length": N_("Lines with more or fewer fields than the headers"),
    "status_without_amount": N_("Part payments announced without the amount paid"),
    "bad_control_characters": N_("Control characters taken out"),
    "lettering_unbalanced": N_("Lettering groups that do not balance"),
    "lettering_recycled": N_(
        "Lettering codes used for several groups: told apart where they balance"
    ),
    "auxiliary_missing": N_("No auxiliary account: the customer is the account"),
    "collective_account": N_("Accounts mixing customers: kept apart from rankings and limits"),
    "opening_line": N_("Opening lines read as receivables"),
    "year_missing": N_("Opening lines not paired: the files of the year before are missing"),
    "company_id_invalid": N_("Number of the company that is no SIREN: its name stands instead"),
    "company_assumed": N_("Company that the file does not name"),
    "currency_assumed": N_("Currency that the file does not tell: assumed"),
    "extraction_date_assumed": N_(
        "Date of extraction that the file does not tell: its latest date"
    ),
    "header_row_assumed": N_("Headers not in the first row"),
    "encoding_assumed": N_("Encoding of the text, assumed"),
    "decimal_point_read": N_("Decimal separator of the amounts recognised"),
    "amount_rounded": N_("Amounts with more decimals than the currency: rounded"),
    "control_total_differs": N_("Totals of the file that its lines do not make"),
    "bucket_total_differs": N_("Buckets that do not make the total of their customer"),
    "ledger_balance_tolerated": N_("Debits and credits that differ within the tolerance"),
    "formulas_without_values": N_("Formulas without a computed value"),
    "hidden_rows_read": N_("Hidden rows read"),
    "hidden_columns_read": N_("Hidden columns read"),
    "merged_cells_filled": N_("Lines that take their customer from a merged cell"),
    "more_lines_alike": N_("Further lines with the same remark"),
}


def issue_sentence(issue: Issue, language: str = "fr") -> str:
    """Return what is wrong with a line or a file, in one sentence."""
    parameters = {
        "value": issue.value,
        "column": issue.column,
        "row": issue.row_number,
        "detail": issue.detail,
    }
    if issue.code == "company_assumed":
        parameters["value"] = company_name(issue.value, language)
    if issue.code == "company_id_invalid":
        parameters["detail"] = company_name(issue.detail, language)
    for name in _LISTS.get(issue.code, ()):
        parameters[name] = _listed(str(parameters[name]), language)
    typed = _typed(issue.code, parameters)
    for name in _NUMBERS.get(issue.code, ()):
        if _is_amount(issue, parameters[name]):
            typed[name] = formats(language).amount(issue.amount_minor or 0, str(issue.currency))
    return _filled(CODES[issue.code], typed, language)


def _is_amount(issue: Issue, text: object) -> bool:
    """Return whether a decimal of a sentence is the amount of the issue: it then has its currency."""
    if issue.amount_minor is None or not issue.currency:
        return False
    return text == major_text(issue.amount_minor, issue.currency)


def code_sentence(code: str, language: str = "fr") -> str:
    """Return the sentence of an issue code with its values left out: a heading for many lines."""
    heading = _HEADINGS.get(code)
    return (
        translator(language)(heading) if heading else _filled(CODES.get(code, code), {}, language)
    )


def error_sentence(error: UserError, language: str = "fr") -> str:
    """Return why something was refused, in one sentence."""
    return _filled(error.message_id(), _typed(error.code, error.parameters), language)


def evidence_sentences(evidence: Evidence, language: str = "fr") -> tuple[str, str]:
    """Return what was recognised in a file and why."""
    return (
        _filled(evidence.what, evidence.parameters, language),
        _filled(evidence.why, evidence.parameters, language),
    )


def _typed(code: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return parameters with those made by the program as dates and decimals, not as text."""
    found = dict(parameters)
    for name in _NUMBERS.get(code, ()):
        text = str(found.get(name))
        if _NUMBER.fullmatch(text):
            found[name] = Decimal(text)
    for name in _DATES.get(code, ()):
        with suppress(ValueError):
            found[name] = date.fromisoformat(str(found.get(name)).removesuffix(" 00:00:00"))
    return found


def _listed(text: str, language: str) -> str:
    """Return a list in which each amount between brackets is written as the language writes it."""
    return _LISTED.sub(lambda found: _written(Decimal(found[0]), language), text)


def _filled(message: str, parameters: Mapping[str, object], language: str) -> str:
    """Return a translated sentence with its values; a value that is absent is an ellipsis."""
    written = {name: _written(value, language) for name, value in parameters.items()}
    return translator(language)(message).format_map(defaultdict(lambda: "…", written))


def _written(value: object, language: str) -> str:
    """Return a parameter as the language writes it; words stay as they are."""
    if value is None:
        return "…"
    if isinstance(value, datetime):
        return formats(language).date_time(value)
    if isinstance(value, date):
        return formats(language).date(value)
    if isinstance(value, Amount):
        none = translator(language)("no limit")
        return (
            none if value.minor is None else formats(language).amount(value.minor, value.currency)
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return formats(language).integer(value)
    if isinstance(value, Decimal):
        digits = len(str(value).partition(".")[2])
        return formats(language).decimal(value, digits)
    if isinstance(value, float):
        return formats(language).decimal(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return str(value)
