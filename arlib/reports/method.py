"""The last sheet: where the figures come from, how they are made, what is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import arlib
from arlib.i18n import N_, formats, labels, translator
from arlib.i18n.issues import code_sentence
from arlib.reports.sheet import Cell, Column, Sheet

if TYPE_CHECKING:
    from arlib.views.report import RiskReport
    from arlib.views.status import StatusView

FILTERS: Final = {
    "company_id": N_("Company"),
    "category": N_("Category"),
    "owner": N_("Salesperson"),
    "sector": N_("Sector"),
    "search": N_("Search"),
    "currency": N_("Currency"),
    "convert": N_("Converted into"),
    "knowledge": N_("As known then"),
}
# Term -> how it is computed (definitions of the product, docs/metrics.md).
DEFINITIONS: Final = {
    N_("Unpaid amount"): N_(
        "Invoices less credit notes and payments not yet allocated (accounts 411, 416, 4117), taxes included."
    ),
    N_("Overdue"): N_(
        "Open invoices whose due date is earlier than the date; due on the day itself is not overdue."
    ),
    N_("Not allocated"): N_(
        "Credit notes and payments not yet set against an invoice; they have no age."
    ),
    N_("Overrun"): N_(
        "Exposure less limit when positive, customer by customer; without a limit there is no overrun."
    ),
    N_("Use"): N_("Exposure divided by the limit."),
    N_("Mean delay (days)"): N_(
        "Days between due date and payment, weighted by amount, over 12 months, open overdue invoices included."
    ),
    N_("Delay of payments (days)"): N_("The same on payments received alone."),
    N_("Paid over 30 days late"): N_(
        "Share of the amounts due in 12 months that was paid, or is still open, more than 30 days late."
    ),
    N_("DSO, simple"): N_(
        "Unpaid amount divided by sales of the period, taxes included, times the days of the period."
    ),
    N_("DSO, count-back"): N_(
        "Days of the latest sales, month after month, that make up the unpaid amount."
    ),
    N_("Best possible DSO"): N_("The same as the simple DSO on what is not due."),
    N_("Average days delinquent"): N_("Simple DSO less best possible DSO."),
    N_("Share overdue"): N_(
        "Overdue open invoices divided by open invoices, credits left out of both."
    ),
}
Row = tuple[str, str, Cell, str]


class Stated(Protocol):
    """A report that says where its figures come from."""

    @property
    def status(self) -> StatusView:
        """Return tie-out, live imports and warnings."""
        ...


def method_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return date, filters, settings, version, files and their hashes, tie-out, warnings, definitions."""
    _ = translator(lang)
    rows = [
        *scope_rows(views, lang),
        *file_rows(views, lang),
        *tie_out_rows(views, lang),
        *warning_rows(views, lang),
        *_settings(views, lang),
        *definition_rows(lang),
    ]
    columns = (
        Column(_("Subject"), "text", [row[0] for row in rows], width=18),
        Column(_("Item"), "text", [row[1] for row in rows], width=44),
        Column(_("Value"), "mixed", [row[2] for row in rows], width=34),
        Column(_("Detail"), "text", [row[3] for row in rows], width=90),
    )
    return Sheet(_("Method"), columns)


def scope_rows(views: RiskReport, lang: str) -> list[Row]:
    """Return date, companies, filters, basis, program, policy, last date of the data."""
    _ = translator(lang)
    subject = _("Scope")
    filters = [
        (subject, _("Filter: {name}").format(name=_(FILTERS[name])), Cell(value), "")
        for name, value in views.filters.items()
    ]
    return [
        (subject, _("As of"), Cell(views.as_of, "date"), ""),
        (subject, _("Companies"), Cell(", ".join(views.company_names)), ""),
        *(filters or [(subject, _("Filters"), Cell(_("none")), "")]),
        (subject, _("Exposure tested"), Cell(views.risk.exposure_basis), ""),
        (subject, _("Program"), Cell(f"Encours {arlib.__version__}"), ""),
        (subject, _("Policy"), Cell(views.policy.version), ""),
        (subject, _("Latest date of the data"), Cell(views.status.last_date, "date"), ""),
    ]


def file_rows(views: Stated, lang: str) -> list[Row]:
    """Return the live imports with the hash of each file."""
    _ = translator(lang)
    batches = views.status.batches
    live = batches[batches["state"] == "live"] if "state" in batches.columns else batches
    return [
        (
            _("Files"),
            str(row["file_name"]),
            Cell(labels.label("format", row.get("format_id"), lang)),
            f"SHA-256 {row['sha256']} · {_('imported on {moment}').format(moment=formats(lang).date_time(row.get('imported_at')))}",
        )
        for row in _records(live)
    ]


def tie_out_rows(views: Stated, lang: str) -> list[Row]:
    """Return ledger, analysed and difference by company, currency and account class."""
    _ = translator(lang)
    shown = formats(lang)
    return [
        (
            _("Tie-out"),
            f"{row['company_id']} · {labels.label('class', row['account_class'], lang)}",
            Cell(row["difference_minor"], "amount", row["currency"]),
            _("ledger {ledger}, analysed {analysed}").format(
                ledger=shown.amount(row["ledger_minor"], row["currency"]),
                analysed=shown.amount(row["analysed_minor"], row["currency"]),
            )
            + _erased(row, lang)
            + _causes(row["causes"], lang),
        )
        for row in _records(views.status.tie_out)
    ]


def _erased(row: dict[Any, Any], lang: str) -> str:
    """Return what erasures took out of both sides since the file was read."""
    if not row.get("purged_minor"):
        return ""
    amount = formats(lang).amount(row["purged_minor"], row["currency"])
    return translator(lang)(" · {amount} erased since, whole months").format(amount=amount)


def _causes(causes: Any, lang: str) -> str:
    known = causes.split(",") if isinstance(causes, str) else ()
    return "".join(f" · {labels.label('cause', cause, lang)}" for cause in known)


def warning_rows(views: Stated, lang: str) -> list[Row]:
    """Return what is doubtful in the data, then what the data cannot say."""
    _ = translator(lang)
    lines = [
        (
            _("Data warnings"),
            code_sentence(str(row["code"]), lang),
            Cell(row["count"], "integer"),
            formats(lang).amount(row["amount_minor"], row["currency"] or ""),
        )
        for row in _records(views.status.quality)
    ]
    missing = [
        (
            _("Data warnings"),
            _(UNAVAILABLE.get(subject, subject)),
            Cell(labels.label("reason", reason, lang)),
            "",
        )
        for subject, reason in views.status.unavailable.items()
    ]
    return lines + missing


def _settings(views: RiskReport, lang: str) -> list[Row]:
    """Return every setting of the policy as it stands in the policy file."""
    _ = translator(lang)
    lines = (line.partition(" = ") for line in views.policy.to_toml().splitlines())
    return [(_("Settings"), name, Cell(value), "") for name, sign, value in lines if sign]


def definition_rows(lang: str) -> list[Row]:
    """Return each measure and how it is computed."""
    _ = translator(lang)
    return [
        (_("Definitions"), _(term), Cell(""), _(formula)) for term, formula in DEFINITIONS.items()
    ]


def _records(frame: Any) -> list[dict[str, Any]]:
    return list(frame.to_dict("records"))


UNAVAILABLE: Final = {
    "past_dates": N_("Past dates"),
    "behaviour": N_("Payment behaviour"),
    "dso": N_("DSO"),
    "segments_behaviour": N_("Segments by payment behaviour"),
    "limits_history": N_("History of overruns"),
    "aging_exact": N_("Exact ages"),
}
