"""Disputes and promises: the lists and what they tell, a dispute opened, closed, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, plain, rows
from arlib.cli.entries import OneCustomer, ToUndo, date_or_dash, fields_of, is_over, typed_amount
from arlib.cli.followup import open_documents
from arlib.cli.links import company_of
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.workspace import DisputeClosing, DisputeEntry

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.views.disputes import DisputesBlock, DisputesView
    from arlib.workspace import Workspace

_ENTRY: Final = (
    "change_id", "dispute_id", "event", "company_id", "customer_id", "document_id", "happened_on",
    "currency", "code", "owner", "target_on", "outcome", "text", "by", "at", "undoes", "is_undone",
)  # fmt: skip


def listed(
    session: Session,
    *,
    customer: OneCustomer = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Closed disputes too (open ones by default).")
    ] = False,
) -> None:
    """List the disputes with their causes, ages, resolution and founded rate."""
    view = _view(session)
    found = view.disputes if everything else view.disputes[view.disputes["is_open"]]
    if customer is not None:
        found = found[found["customer_id"] == customer]
    document = {
        "as_of": plain(view.as_of),
        "blocks": [
            explained(
                {
                    **_amounts(dict(block.totals), block.currency),
                    "by_code": rows(block.codes, currency=block.currency),
                    "by_month": rows(block.months, currency=block.currency),
                }
            )
            for block in view.blocks
        ],
        "disputes": rows(found),
    }
    session.show(document, lambda: _list_text(session, view, found))


def promised(session: Session, *, customer: OneCustomer = None) -> None:
    """List the promises, kept, partial, pending or broken, and the kept rate."""
    view = _view(session)
    found = view.promises
    if customer is not None:
        found = found[found["customer_id"] == customer]
    document = {
        "as_of": plain(view.as_of),
        "blocks": [
            explained(
                {
                    "currency": block.currency,
                    **_amounts(dict(block.promised), block.currency),
                    "by_month": rows(block.promise_months, currency=block.currency),
                }
            )
            for block in view.blocks
        ],
        "promises": [
            {**row, "document_ids": keys.split("\n") if isinstance(keys, str) else []}
            for row, keys in zip(
                rows(found.drop(columns="document_ids")), found["document_ids"], strict=True
            )
        ],
    }
    session.show(document, lambda: _promises_text(session, view, found))


def add(
    session: Session,
    *,
    customer: Annotated[str, typer.Option("--customer", metavar="ID", help="Customer.")],
    invoice: Annotated[
        list[str],
        typer.Option("--invoice", metavar="N", help="Number of an open invoice (repeatable)."),
    ],
    code: Annotated[str, typer.Option("--code", metavar="CODE", help="Cause of the dispute.")],
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="X", help="Part in dispute (all by default).")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="NAME", help="Who settles it.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="DATE", help="To settle by.")
    ] = None,
    opened: Annotated[
        str | None,
        typer.Option("--opened", metavar="DATE", help="Day it was opened (date of the figures)."),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="Words.")] = None,
) -> None:
    """Open a dispute on invoices of a customer."""
    if amount is not None and len(invoice) > 1:
        raise UserError("dispute_amount_one")
    with session.workspace() as book:
        company = company_of(session, book, customer)
        day = _day(session, book, opened)
        items = book.portfolio().items(company, customer).set_index("document_id")["currency"]
        entries = [
            DisputeEntry(
                company,
                customer,
                document,
                code.upper(),
                amount_minor=typed_amount(amount, str(items[document])),
                owner=owner,
                target_on=parse_date(target),
                opened_on=day,
                text=text,
            )
            for document in open_documents(book, company, customer, invoice)
        ]
        written = book.open_disputes(entries, session.author())
        found = book.dispute_history(company)
    _show_entries(session, found[found["change_id"].isin(written)])


def close(
    session: Session,
    *,
    dispute: Annotated[list[str], typer.Argument(metavar="DISPUTE...", help="Disputes to close.")],
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="CODE", help="fonde, infonde, avoir or paiement.")
    ],
    closed: Annotated[
        str | None,
        typer.Option("--closed", metavar="DATE", help="Day it was closed (date of the figures)."),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="Words.")] = None,
) -> None:
    """Close disputes, entered by hand or told by a file."""
    with session.workspace() as book:
        day = _day(session, book, closed)
        closings = [DisputeClosing(identity, outcome, day, text) for identity in dispute]
        written = book.close_disputes(closings, session.author())
        found = book.dispute_history()
    _show_entries(session, found[found["change_id"].isin(written)])


def undo(session: Session, *, change: ToUndo) -> None:
    """Undo the opening or the closing of a dispute by a further entry."""
    with session.workspace() as book:
        written = book.undo_dispute(change, session.author())
        found = book.dispute_history()
    _show_entries(session, found[found["change_id"] == written])


def history(session: Session, *, customer: OneCustomer = None) -> None:
    """List the entries made by hand about disputes, latest first."""
    with session.workspace() as book:
        found = book.dispute_history(session.company, customer)
    _show_entries(session, found)


def _day(session: Session, book: Workspace, text: str | None) -> date:
    """Return the day said, else that of the figures, so that the entry counts there; never later."""
    return parse_date(text) or min(session.author().at.date(), session.portfolio(book).as_of)


def _view(session: Session) -> DisputesView:
    from arlib.views import disputes as views

    with session.workspace() as book:
        return views.build(session.portfolio(book), session.active_policy(book))


def _amounts(told: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return figures with amounts as decimal strings under their bare names."""
    return {
        name.removesuffix("_minor"): money(value, currency)
        if name.endswith("_minor")
        else plain(value)
        for name, value in told.items()
    }


def _show_entries(session: Session, frame: pd.DataFrame) -> None:
    records = frame.to_dict("records")
    document = [
        {**entry, "amount": money(row["amount_minor"], row["currency"])}
        for entry, row in zip(fields_of(frame, _ENTRY), records, strict=True)
    ]
    session.show(document, lambda: _entries_text(session, records))


def _entries_text(session: Session, records: list[dict[Any, Any]]) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    if not records:
        return word("No entry made by hand.")
    events = {"opened": word("Dispute opened"), "closed": word("Dispute closed")}
    body = [
        [
            str(row["change_id"]),
            str(row["dispute_id"]),
            events[row["event"]],
            str(row["customer_id"]),
            shown.date(row["happened_on"]),
            label("dispute", row["code"], lang)
            if isinstance(row["code"], str)
            else label("dispute_outcome", row["outcome"], lang),
            DASH
            if is_missing(row["amount_minor"])
            else shown.amount(row["amount_minor"], row["currency"]),
            shorten(row["by"], 20),
            word("yes") if is_over(row) else "",
        ]
        for row in records
    ]
    return table([word(title) for title in _ENTRY_HEADERS], body, words=9)


def _list_text(session: Session, view: DisputesView, found: pd.DataFrame) -> str:
    parts = [_codes_text(session, block) for block in view.blocks if len(block.codes)]
    if found.empty:
        return "\n\n".join([*parts, session.word("No open dispute")])
    word, shown, lang = session.word, session.formats, session.lang
    body = [
        [
            str(row["dispute_id"]),
            str(row["customer_id"]),
            str(row["number"]),
            label("dispute", row["code"] if isinstance(row["code"], str) else row["reason"], lang),
            date_or_dash(session, row["opened_on"]),
            date_or_dash(session, row["target_on"]),
            date_or_dash(session, row["closed_on"]),
            shown.amount(row["disputed_minor"], row["currency"]),
        ]
        for row in found.to_dict("records")
    ]
    listing = table([word(title) for title in _DISPUTE_HEADERS], body, words=7)
    return "\n\n".join([*parts, listing])


def _codes_text(session: Session, block: DisputesBlock) -> str:
    word, shown = session.word, session.formats
    body = [
        [
            label("dispute", row["code"], session.lang),
            shown.integer(row["count_open"]),
            shown.amount(row["open_minor"], block.currency),
            shown.days(row["mean_age_days"]),
            shown.integer(row["count_opened"]),
            shown.days(row["mean_resolution_days"]),
            shown.percent(row["founded_ratio"]),
        ]
        for row in block.codes.to_dict("records")
    ]
    return table([word(title) for title in _CODE_HEADERS], body, words=1)


def _promises_text(session: Session, view: DisputesView, found: pd.DataFrame) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    if found.empty:
        return word("No promise known")
    body = [
        [
            str(row["customer_id"]),
            date_or_dash(session, row["taken_on"]),
            date_or_dash(session, row["due_on"]),
            DASH
            if is_missing(row["amount_minor"])
            else shown.amount(row["amount_minor"], row["currency"]),
            DASH
            if is_missing(row["amount_minor"])
            else shown.amount(row["received_minor"], row["currency"]),
            label("promise", row["status"], lang)
            if isinstance(row["status"], str)
            else label("reason", row["status_reason"], lang),
        ]
        for row in found.to_dict("records")
    ]
    rates = [
        word("Kept over 12 months: {kept} of {due}").format(
            kept=shown.integer(block.promised["count_kept"]),
            due=shown.integer(block.promised["count_due"]),
        )
        + f" ({block.currency}, {shown.percent(block.promised['kept_value_ratio'])})"
        for block in view.blocks
        if block.promised["count_due"]
    ]
    listing = table([word(title) for title in _PROMISE_HEADERS], body, words=3)
    return "\n\n".join([*rates, listing])


_ENTRY_HEADERS: Final = (
    N_("Entry"),
    N_("Dispute"),
    N_("Event"),
    N_("Customer"),
    N_("Date"),
    N_("Cause"),
    N_("Amount"),
    N_("By"),
    N_("Undone"),
)
_DISPUTE_HEADERS: Final = (
    N_("Dispute"),
    N_("Customer"),
    N_("Invoice"),
    N_("Cause"),
    N_("Opened"),
    N_("To settle by"),
    N_("Closed"),
    N_("In dispute"),
)
_CODE_HEADERS: Final = (
    N_("Cause"),
    N_("Open cases"),
    N_("In dispute"),
    N_("Mean age"),
    N_("Opened in 12 months"),
    N_("Time to resolve"),
    N_("Founded"),
)
_PROMISE_HEADERS: Final = (
    N_("Customer"),
    N_("Taken on"),
    N_("Promised for"),
    N_("Amount"),
    N_("Cash received"),
    N_("State"),
)
COMMANDS: Final = (
    Command("list", listed, "List the disputes with their causes, ages and founded rate."),
    Command("add", add, "Open a dispute on invoices of a customer."),
    Command("close", close, "Close disputes, entered by hand or told by a file."),
    Command("undo", undo, "Undo the opening or the closing of a dispute by a further entry."),
    Command("history", history, "List the entries made by hand about disputes, latest first."),
)
PROMISES: Final = (
    Command(
        "promises",
        promised,
        "List the promises, kept, partial, pending or broken, and the kept rate.",
    ),
)
