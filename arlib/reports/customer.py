"""One customer's file as a workbook: what a credit committee or a collection agency reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import arlib
from arlib.i18n import N_, formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.labels import label
from arlib.i18n.score import factor_value
from arlib.model.keys import number_of
from arlib.reports.customer_activity import activity_sheet
from arlib.reports.customer_summary import summary_sheet
from arlib.reports.method import TERMS, Row, definition_rows, setting_rows
from arlib.reports.sheet import Cell, Column, FrameColumns, Sheet
from arlib.reports.tables import labelled
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.views.customer_file import CustomerFile

# Terms of the report's method that this workbook uses, then its own.
_SHARED: Final = (
    "Unpaid amount",
    "Overdue",
    "Overrun",
    "Use",
    "Delay of payments (days)",
    "Mean delay (days)",
    "Share overdue",
)
_OWN: Final = {
    N_("Promise kept"): "promises.status",
    N_("Score"): "score.score",
    N_("Early warning"): "warnings.alert",
    N_("SIREN, VAT number"): "customer.identity",
}


def customer_workbook(file: CustomerFile, policy: Policy, lang: str = "fr") -> bytes:
    """Return the workbook, ten sheets.

    Synthèse, Factures ouvertes, Dernières factures, Encaissements, Comportement, Activité, Score,
    Limites, Notes, Méthode.
    """
    _, shown, view = translator(lang), formats(lang), file.customer
    page = Page(
        title=_("Customer file: {name} ({code})").format(name=view.name, code=view.customer_id),
        right=" · ".join(
            [
                _("as of {date}").format(date=shown.date(view.as_of)),
                _("policy {version}").format(version=policy.version),
            ]
        ),
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=view.as_of,
    )
    sheets = [
        summary_sheet(file, lang),
        open_sheet(file, lang),
        lives_sheet(file, lang),
        payments_sheet(file, lang),
        _behaviour(file, lang),
        activity_sheet(file, lang),
        _score(file, lang),
        _limits(file, lang),
        notes_sheet(file, lang),
        _method(file, policy, lang),
    ]
    return write(sheets, page, lang)


def open_sheet(file: CustomerFile, lang: str) -> Sheet:
    """Return the open items, and their sum by currency."""
    _ = translator(lang)
    items = file.customer.items
    amounts = ["amount_minor", "open_minor", "disputed_minor"]
    summed = items.groupby("currency", sort=True)[amounts].sum().reset_index()
    totals = [
        {"number": _("Total"), **{name: row[name] for name in ("currency", *amounts)}}
        for row in summed.to_dict("records")
    ]
    of = FrameColumns(items, totals)
    return Sheet(
        _("Open invoices"),
        (
            of.text(_("Number"), "number", 18),
            of.words(_("Kind"), "kind", labelled("kind", items["kind"], lang)),
            of.figure(_("Issued on"), "issued_on", "date"),
            of.figure(_("Due on"), "due_on", "date"),
            of.amount(_("Amount"), "amount_minor"),
            of.amount(_("Open"), "open_minor"),
            of.amount(_("In dispute"), "disputed_minor"),
            of.figure(_("Days late"), "days_late", "integer"),
            of.text(_("Terms"), "terms", 22),
            of.text(_("File"), "file_name", 24),
            of.text(_("Currency"), "currency", 8),
        ),
        count_totals=len(summed),
    )


def lives_sheet(file: CustomerFile, lang: str) -> Sheet:
    """Return the last invoices, each with when it was reminded, promised and settled."""
    _, shown, rows = translator(lang), formats(lang), file.lives
    of = FrameColumns(rows)
    reminded = [", ".join(shown.date(day) for day in days) or None for days in rows["reminded_on"]]
    return Sheet(
        _("Last invoices"),
        (
            of.text(_("Number"), "number", 18),
            of.figure(_("Issued on"), "issued_on", "date"),
            of.figure(_("Due on"), "due_on", "date"),
            Column(_("Reminded on"), "text", reminded, width=26),
            of.figure(_("Promised for"), "promised_on", "date"),
            of.words(
                _("Promise"), "promise_status", labelled("promise", rows["promise_status"], lang)
            ),
            of.figure(_("Settled on"), "cleared_on", "date"),
            of.figure(_("Days late"), "days_late", "integer"),
            of.amount(_("Amount"), "amount_minor"),
            of.amount(_("Open"), "open_minor"),
            of.text(_("Currency"), "currency", 8),
        ),
    )


def payments_sheet(file: CustomerFile, lang: str) -> Sheet:
    """Return 24 months of receipts, a row a receipt and invoice."""
    _, rows = translator(lang), file.payments
    of = FrameColumns(rows)
    return Sheet(
        _("Settlements"),
        (
            of.figure(_("Received on"), "paid_on", "date"),
            of.text(_("Settlement"), "receipt_number", 18),
            of.text(_("Reference"), "reference", 34),
            of.text(_("Invoice"), "number", 18),
            of.figure(_("Issued on"), "issued_on", "date"),
            of.figure(_("Due on"), "due_on", "date"),
            of.amount(_("Amount"), "amount_minor"),
            of.figure(_("Days late"), "delay_days", "integer"),
            of.words(_("Matched by"), "rule", labelled("match_rule", rows["rule"], lang), 24),
            of.figure(_("Confidence"), "confidence", "ratio"),
        ),
    )


def _behaviour(file: CustomerFile, lang: str) -> Sheet:
    """Return the delay of each of the last twelve months."""
    _, rows = translator(lang), file.customer.monthly
    of = FrameColumns(rows)
    return Sheet(
        _("Behaviour"),
        (
            of.figure(_("Month"), "month_on", "date"),
            of.text(_("Currency"), "currency", 8),
            of.figure(_("Mean delay (days)"), "weighted_delay_days", "days"),
            of.amount(_("Settled"), "amount_minor"),
            of.figure(_("Settlements"), "count_payments", "integer"),
        ),
    )


def _score(file: CustomerFile, lang: str) -> Sheet:
    """Return the factors of the score: they sum to it."""
    _, rows = translator(lang), file.score.factors
    values = [
        factor_value(factor, value, lang)
        for factor, value in zip(rows["factor"], rows["value"], strict=True)
    ]
    total = {"points": float(rows["points"].sum()), "max_points": float(rows["max_points"].sum())}
    of = FrameColumns(rows, [total] if len(rows) else [])
    names = [
        *(label("factor", code, lang) for code in rows["factor"]),
        *([_("Total")] if len(rows) else []),
    ]
    reasons = [
        label("reason", code, lang) if isinstance(code, str) else None for code in rows["reason"]
    ]
    blank = [None] if len(rows) else []
    return Sheet(
        _("Score"),
        (
            Column(_("Factor"), "text", names, width=40),
            Column(_("Value"), "text", [*values, *blank], width=16),
            of.figure(_("Points"), "points", "number"),
            of.figure(_("Out of"), "max_points", "number"),
            Column(_("Why unknown"), "text", [*reasons, *blank], width=34),
        ),
        count_totals=len(blank),
    )


def _limits(file: CustomerFile, lang: str) -> Sheet:
    _, rows = translator(lang), file.customer.limits
    of = FrameColumns(rows)
    in_force = [_("yes") if flag else None for flag in rows["is_in_force"]]
    return Sheet(
        _("Limits"),
        (
            of.amount(_("Limit"), "amount_minor"),
            of.words(_("Source"), "source", labelled("source", rows["source"], lang), 22),
            of.figure(_("Valid from"), "valid_from", "date"),
            of.figure(_("Valid to"), "valid_to", "date"),
            Column(_("In force"), "text", in_force),
            of.text(_("Decided by"), "decided_by", 20),
            of.figure(_("Decided on"), "decided_at", "date"),
            of.text(_("Reason"), "reason", 40),
        ),
    )


def notes_sheet(file: CustomerFile, lang: str) -> Sheet:
    """Return everything written, promised or sent, latest first, with what became of promises."""
    _, rows = translator(lang), file.actions
    of = FrameColumns(rows)
    states = [
        label("promise", status, lang) if isinstance(status, str) else None
        for status in _states(file)
    ]
    return Sheet(
        _("Notes"),
        (
            of.figure(_("Date"), "taken_on", "date"),
            of.words(_("Kind"), "kind", labelled("action", rows["kind"], lang), 18),
            of.words(
                _("Cause of lateness"), "cause", labelled("late_cause", rows["cause"], lang), 30
            ),
            of.text(_("Text"), "text", 60),
            Column(_("Invoices"), "text", _numbers(rows), width=24),
            of.amount(_("Amount"), "amount_minor"),
            of.figure(_("For"), "due_on", "date"),
            Column(_("State"), "text", states, width=14),
            of.text(_("Author"), "author", 20),
            of.words(_("Source"), "source", {"file": _("a file"), "user": _("this program")}, 14),
        ),
    )


def _states(file: CustomerFile) -> list[Any]:
    """Return what became of each promise among the actions, by what it says."""
    said = ["kind", "document_ids", "taken_on", "due_on", "author", "text"]
    keys = {"document_ids": "str", "author": "str", "text": "str"}
    promised = file.promises.assign(kind="promise")[[*said, "status"]].drop_duplicates(said)
    rows = file.actions[said].astype(keys)
    return rows.merge(promised.astype(keys), on=said, how="left")["status"].tolist()


def _numbers(rows: pd.DataFrame) -> list[str | None]:
    return [
        ", ".join(number_of(key) for key in value.split("\n")) if isinstance(value, str) else None
        for value in rows["document_ids"]
    ]


def definition_lines(lang: str) -> list[Row]:
    """Return the measures of a customer's file and how each is computed; what a score is for."""
    _ = translator(lang)
    terms = {**{title: TERMS[title] for title in _SHARED}, **_OWN}
    aid = _("An aid to decide, never a decision by itself on a natural person.")
    return [
        *definition_rows(lang, terms, with_traps=True),
        (_("Definitions"), _("Score"), Cell(""), aid),
    ]


def _method(file: CustomerFile, policy: Policy, lang: str) -> Sheet:
    """Return date, program, policy and definitions."""
    _, view = translator(lang), file.customer
    scope = _("Scope")
    rows: list[Row] = [
        (scope, _("As of"), Cell(view.as_of, "date"), ""),
        (scope, _("Company"), Cell(company_name(view.company_id, lang)), ""),
        (scope, _("Customer"), Cell(f"{view.name} ({view.customer_id})"), ""),
        (scope, _("Program"), Cell(f"Encours {arlib.__version__}"), ""),
        (scope, _("Policy"), Cell(policy.version), ""),
        (
            scope,
            _("Confidentiality"),
            Cell(_("Confidential")),
            _(
                "Payment data of one customer: not to be passed on to other suppliers; notes keep to facts."
            ),
        ),
        *definition_lines(lang),
        *setting_rows(policy, lang),
    ]
    return Sheet(
        _("Method"),
        (
            Column(_("Subject"), "text", [row[0] for row in rows], width=18),
            Column(_("Item"), "text", [row[1] for row in rows], width=34),
            Column(_("Value"), "mixed", [row[2] for row in rows], width=34),
            Column(_("Detail"), "text", [row[3] for row in rows], width=90),
        ),
    )
