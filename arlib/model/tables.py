"""The data contract: every canonical table, its grain, columns, types and units.

Ingest hands these tables (as Arrow) to the store; the store persists them under the same names.
Suffixes: ``_minor`` money in minor units (int64) with ``currency`` beside it, ``_days``, ``_ratio``
(0 to 1), ``_on`` date, ``_at`` timestamp, ``_id`` key, ``is_``/``has_`` flags, ``count_``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

Type = Literal["text", "int", "float", "date", "bool", "timestamp"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, whether it may be NULL, and what it says."""

    name: str
    type: Type
    about: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its grain in words and its columns in order."""

    name: str
    grain: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def _t(name: str, about: str, *, required: bool = False) -> Column:
    return Column(name, "text", about, required)


def _i(name: str, about: str, *, required: bool = False) -> Column:
    return Column(name, "int", about, required)


def _f(name: str, about: str) -> Column:
    return Column(name, "float", about)


def _d(name: str, about: str, *, required: bool = False) -> Column:
    return Column(name, "date", about, required)


def _b(name: str, about: str) -> Column:
    return Column(name, "bool", about)


_COMPANY: Final = _t("company_id", "legal entity: SIREN, else the name given", required=True)
_CUSTOMER: Final = _t("customer_id", "customer code as written in the file", required=True)

ACCOUNT_CLASSES: Final = ("receivable", "bill", "doubtful", "retention", "advance", "accrued")
# What the figures count unless the policy says otherwise (411, 416, 4117).
PERIMETER: Final = ("receivable", "doubtful", "retention")
KINDS: Final = (
    "invoice",
    "credit_note",
    "payment",
    "deposit",
    "refund",
    "bounce",
    "bill",
    "opening",
    "write_off",
    "adjustment",
)
CASH_KINDS: Final = ("payment", "deposit")
SALES_KINDS: Final = ("invoice", "credit_note")
# Debits whose settlement is payment behaviour; an opening line is a debt with its own date.
BEHAVIOUR_KINDS: Final = ("invoice", "opening")
RULES: Final = (
    "source",
    "reference",
    "amount",
    "zero_balance",
    "combination",
    "tolerance",
    "fifo",
    "inferred",
)
SCOPES: Final = ("ledger", "full_list", "open_items", "reference", "increment")
LEVELS: Final = ("A", "D", "B", "E", "C")  # best first
LIMIT_SOURCES: Final = ("internal", "insurer", "guarantee")
LIMIT_SCOPES: Final = ("customer", "group", "category", "all")

COMPANIES: Final = Table(
    "companies",
    "one row per legal entity",
    (
        _COMPANY,
        _t("name", "name to show", required=True),
        _t("siren", "nine digits, checked"),
        _t("currency", "ISO 4217 currency of its ledger", required=True),
    ),
)
CUSTOMERS: Final = Table(
    "customers",
    "one row per customer account of a company",
    (
        _COMPANY,
        _CUSTOMER,
        _t("name", "name as written"),
        _t("group_id", "group of customers"),
        _t("siren", "nine digits"),
        _t("vat_number", "VAT number"),
        _t("country", "ISO 3166 alpha-2"),
        _t("category", "PME, grand compte…"),
        _t("sector", "line of business"),
        _t("owner", "salesperson or credit manager in charge"),
        _t("terms", "payment terms in words, e.g. “45 jours fin de mois”"),
        _t("payment_method", "transfer, cheque, direct debit…"),
        _t("payment_regime", "legal ceiling that applies"),
        _f("contract_late_rate", "contract late-payment rate, ratio"),
        _b("is_intercompany", "customer of the same group of companies"),
        _b("is_natural_person", "sole trader or private person"),
        _b("is_collective", "a collective account mixing customers"),
        _t("insolvency", "none, sauvegarde, redressement, liquidation"),
        _d("insolvency_on", "date of the judgment"),
        _f("external_score", "score of an outside provider"),
        _t("external_score_scale", "its scale"),
        _d("external_score_on", "its date"),
        _d("review_on", "next review"),
        _t("address", "street and what precedes the postal code, one line or several"),
        _t("postal_code", "postal code, its zeros kept"),
        _t("city", "town"),
    ),
)
CUSTOMER_NAMES: Final = Table(
    "customer_names",
    "one row per customer and spelling of the name",
    (
        _COMPANY,
        _CUSTOMER,
        _t("name", "spelling", required=True),
        _i("count_rows", "lines that carry it", required=True),
    ),
)
DOCUMENTS: Final = Table(
    "documents",
    "one receivable item, or one instalment of it",
    (
        _COMPANY,
        _t("document_id", "natural key, see arlib.model.keys", required=True),
        _t("invoice_id", "groups the instalments of one document", required=True),
        _i("instalment_no", "1, 2… when paid by instalments"),
        _CUSTOMER,
        _t("account", "ledger account as written"),
        _t("account_class", "one of ACCOUNT_CLASSES", required=True),
        _t("kind", "one of KINDS", required=True),
        _b("is_cash_sale", "paid on the spot: never in credit sales"),
        _t("number", "document number as written"),
        _d("issued_on", "document date (a payment: the day it was received)", required=True),
        _d("posted_on", "date of the ledger entry"),
        _d("delivered_on", "delivery"),
        _d("sent_on", "sending of the invoice"),
        _t("terms", "payment terms in words, of this document"),
        _d("due_on", "due date given by the file; NULL when it must be derived"),
        _i("amount_minor", "TTC; debit positive, credit negative", required=True),
        _i("tax_minor", "VAT part of the amount, same sign"),
        _t("currency", "ISO 4217", required=True),
        _i("amount_company_minor", "amount in the company's currency at the booking rate"),
        _t("payment_method", "transfer, cheque, direct debit…"),
        _t("reference", "label or outside reference"),
        _b("is_assigned", "sold to a factor"),
        _b("is_lettered", "carries a lettering code in its ledger, balanced or not"),
        _f("confidence", "0 to 1; 1 = as written in the file"),
        _t("sheet", "sheet it was read on"),
        _i("source_row", "line of the file"),
    ),
)
ALLOCATIONS: Final = Table(
    "allocations",
    "a part of one credit set against one debit (negative = reversal)",
    (
        _COMPANY,
        _t("debit_document_id", "document paid", required=True),
        _t("credit_document_id", "payment or credit note that pays it", required=True),
        _d(
            "allocated_on",
            "effect: the later of both documents' dates; a reversal's own date",
            required=True,
        ),
        _d("matched_on", "date the matching was recorded (lettering)"),
        _i("amount_minor", "positive; negative for a reversal", required=True),
        _t("currency", "ISO 4217", required=True),
        _i("amount_company_minor", "in the company's currency"),
        _t("rule", "one of RULES", required=True),
        _f("confidence", "0 to 1"),
        _d("allocated_after_on", "inferred: the previous extraction"),
        _t("match_group", "lettering group it comes from"),
        _i("source_row", "line of the file"),
    ),
)
OPEN_ITEMS: Final = Table(
    "open_items",
    "one document in one extraction, what remains open of it (0: settled by then)",
    (
        _COMPANY,
        _t("document_id", "document of the same file", required=True),
        _d("extracted_on", "date of the extraction", required=True),
        _i("open_minor", "what remains, signed as the document", required=True),
        _t("currency", "ISO 4217", required=True),
    ),
)
DISPUTES: Final = Table(
    "disputes",
    "one dispute on one document",
    (
        _COMPANY,
        _t("document_id", "document in dispute", required=True),
        _d("opened_on", "NULL: from the document's issue, undated"),
        _d("closed_on", "NULL: still open; the day it stops counting"),
        _i("amount_minor", "part in dispute; NULL: all"),
        _t("reason", "cause code"),
        _t("outcome", "fondé, infondé, avoir, paiement"),
        _t("source", "file or user", required=True),
        _t("owner", "who settles it"),
        _d("target_on", "to be settled by"),
    ),
)
LIMITS: Final = Table(
    "limits",
    "one decision; append-only",
    (
        _COMPANY,
        _t("change_id", "stable id of the decision", required=True),
        _t("scope", "one of LIMIT_SCOPES", required=True),
        _t("scope_id", "customer, group or category; NULL for all"),
        _t("source", "one of LIMIT_SOURCES", required=True),
        _i("amount_minor", "TTC; NULL = the limit is removed"),
        _t("currency", "ISO 4217", required=True),
        _d("valid_from", "NULL: all past dates"),
        _d("valid_to", "inclusive; NULL: open"),
        _f("cover_ratio", "insured share"),
        _b("is_refused", "the insurer refused"),
        _t("decided_by", "author"),
        Column("decided_at", "timestamp", "moment of the decision", is_required=True),
        _t("reason", "why"),
        _t("origin", "manual, file, undo", required=True),
    ),
)
COMMITMENTS: Final = Table(
    "commitments",
    "what is not in the customer accounts yet",
    (
        _COMPANY,
        _CUSTOMER,
        _t("kind", "order, delivery, bill, discounted_bill, deposit", required=True),
        _i("amount_minor", "TTC, positive", required=True),
        _t("currency", "ISO 4217", required=True),
        _d("expected_on", "maturity of a bill"),
        _d("extracted_on", "date of the extraction", required=True),
    ),
)
SALES: Final = Table(
    "sales",
    "customer-month of sales supplied apart",
    (
        _COMPANY,
        _CUSTOMER,
        _d("month_on", "first day of the month", required=True),
        _i("amount_minor", "net sales", required=True),
        _t("currency", "ISO 4217", required=True),
        _t("basis", "ttc or ht", required=True),
    ),
)
RATES: Final = Table(
    "rates",
    "currency-day: company currency for one unit",
    (
        _COMPANY,
        _t("currency", "ISO 4217", required=True),
        _d("rate_on", "day", required=True),
        Column("rate", "float", "company currency for one unit", is_required=True),
    ),
)
ACTIONS: Final = Table(
    "actions",
    "note, call, cause of lateness, promise or reminder; append-only",
    (
        _COMPANY,
        _CUSTOMER,
        _t("document_id", "document concerned; NULL: the customer"),
        _t("kind", "note, call, promise, reminder, cause, review", required=True),
        _i("amount_minor", "amount promised"),
        _t("currency", "ISO 4217"),
        _d("due_on", "date promised"),
        _d("taken_on", "date of the action", required=True),
        _t("author", "who"),
        _t("text", "words; for a reminder its level when ``level`` does not say it"),
        _t("cause", "cause of lateness: one of followup.CAUSES"),
        _t("outcome", "how a call ended: one of followup.CALL_OUTCOMES"),
        _t("level", "of a reminder: one of followup.REMINDER_LEVELS"),
        _t("channel", "how a reminder was sent: one of followup.CHANNELS"),
    ),
)
FINANCIALS: Final = Table(
    "financials",
    "one outside score or ratio of one customer on one day",
    (
        _COMPANY,
        _CUSTOMER,
        _t("measure", "external_score, else the name its provider gives", required=True),
        _f("value", "the figure; NULL: in words alone"),
        _t("text", "the value in words: a grade, a rating letter"),
        _t("scale", "its scale, e.g. 0-20; versions of a scale are different scales"),
        _d("measured_on", "its date: of the rating, end of the fiscal year of a ratio"),
    ),
)
LEDGER_TOTALS: Final = Table(
    "ledger_totals",
    "what the source itself says, summed from its raw lines: the other side of the tie-out",
    (
        _COMPANY,
        _t("account_class", "one of ACCOUNT_CLASSES", required=True),
        _t("currency", "ISO 4217", required=True),
        _d("posted_on", "posting date (open_items: the extraction)", required=True),
        _i("amount_minor", "debit less credit of the raw lines", required=True),
        _i("count_lines", "raw lines summed", required=True),
    ),
)
ISSUES: Final = Table(
    "issues",
    "one problem of one imported file",
    (
        _t("code", "one of arlib.model.issues.CODES", required=True),
        _t("severity", "refused, doubtful, ignored, note", required=True),
        _t("sheet", "sheet"),
        _i("row_number", "line of the file"),
        _t("column", "column title"),
        _t("value", "what was read"),
        _i("amount_minor", "signed amount of the line"),
        _t("currency", "its currency"),
        _t("detail", "anything the sentence quotes"),
    ),
)

CANONICAL: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        COMPANIES,
        CUSTOMERS,
        CUSTOMER_NAMES,
        DOCUMENTS,
        ALLOCATIONS,
        OPEN_ITEMS,
        DISPUTES,
        LIMITS,
        COMMITMENTS,
        SALES,
        RATES,
        ACTIONS,
        FINANCIALS,
        LEDGER_TOTALS,
        ISSUES,
    )
}


@cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a canonical table.

    Raises:
        KeyError: no canonical table has that name.
    """
    import pyarrow as pa

    types: dict[Type, pa.DataType] = {
        "text": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "date": pa.date32(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us"),
    }
    return pa.schema(
        [
            pa.field(column.name, types[column.type], nullable=not column.is_required)
            for column in CANONICAL[name].columns
        ]
    )


def conform(name: str, data: pa.Table) -> pa.Table:
    """Return ``data`` with exactly the columns of the table, in order; absent ones are NULL.

    Raises:
        ValueError: a required column is missing or holds NULL, or a column is not of the contract.
    """
    import pyarrow as pa

    schema = arrow_schema(name)
    if unknown := set(data.column_names) - set(schema.names):
        message = f"{name}: columns outside the contract: {sorted(unknown)}"
        raise ValueError(message)
    columns = []
    for field in schema:
        if field.name in data.column_names:
            column = data[field.name].cast(field.type)
        elif data.num_rows == 0 or field.nullable:
            column = pa.chunked_array([pa.nulls(data.num_rows, field.type)])
        else:
            message = f"{name}.{field.name} is required"
            raise ValueError(message)
        if not field.nullable and column.null_count:
            message = f"{name}.{field.name} holds {column.null_count} missing values"
            raise ValueError(message)
        columns.append(column)
    return pa.table(columns, schema=schema)


def empty(name: str) -> pa.Table:
    """Return the table without rows."""
    return arrow_schema(name).empty_table()
