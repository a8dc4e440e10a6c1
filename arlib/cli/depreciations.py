"""Decisions about depreciation: a candidate accepted or refused, account 491 at a closing, undo, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import rows
from arlib.cli.entries import OneCustomer, ToUndo, date_or_dash, is_over, typed_amount
from arlib.cli.followup import open_documents
from arlib.cli.links import company_of
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.model.issues import UserError
from arlib.model.keys import number_of
from arlib.workspace import Depreciation

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

    from arlib.workspace import Workspace

_NAMES: Final = {
    "change_id": "change_id",
    "kind": "kind",
    "company_id": "company_id",
    "customer_id": "customer_id",
    "document_id": "document_id",
    "number": "number",
    "on_date": "on_date",
    "ratio": "ratio",
    "amount_minor": "amount",
    "currency": "currency",
    "reason": "reason",
    "by": "by",
    "at": "at",
    "undoes": "undoes",
    "is_undone": "is_undone",
}
_KINDS: Final = {
    "accepted": N_("Accepted"),
    "refused": N_("Depreciation refused"),
    "opening": N_("Balance of 491"),
}


def decide(
    session: Session,
    *,
    customer: Annotated[str, typer.Option("--customer", metavar="ID", help="Customer.")],
    invoice: Annotated[
        list[str],
        typer.Option("--invoice", metavar="N", help="Number of an open invoice (repeatable)."),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
    accept: Annotated[bool, typer.Option("--accept", help="Depreciate it.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Do not depreciate it.")] = False,
    ratio: Annotated[
        float | None,
        typer.Option(
            "--ratio",
            metavar="PERCENT",
            help="Of the price excl. VAT (that of its age by default).",
        ),
    ] = None,
) -> None:
    """Accept or refuse claims of a customer to depreciate, on the date of the figures."""
    if accept == refuse or (refuse and ratio is not None):
        raise UserError("usage", detail="--accept [--ratio PERCENT] | --refuse")
    with session.workspace() as book:
        company = company_of(session, book, customer)
        day = session.portfolio(book).as_of
        decisions = [
            Depreciation(
                "accepted" if accept else "refused",
                company,
                day,
                customer_id=customer,
                document_id=document,
                ratio=None if ratio is None else round(ratio / 100, 8),
                reason=reason,
            )
            for document in open_documents(book, company, customer, invoice)
        ]
        written = book.decide_depreciations(decisions, session.author())
        found = book.depreciation_history(company)
    _show(session, found[found["change_id"].isin(written)])


def opening(
    session: Session,
    *,
    amount: Annotated[
        str, typer.Option("--amount", metavar="X", help="Credit balance of account 491, 0 or more.")
    ],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Closing (the previous month-end by default)."),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
) -> None:
    """Type the balance of account 491 of a company at a closing, in its currency or in ``--currency``."""
    from arlib.views.common import previous_closing

    with session.workspace() as book:
        company = _one_company(session, book)
        code = (session.currency or _home(book, company)).strip().upper()
        day = parse_date(on) or previous_closing(session.portfolio(book).as_of)
        minor = typed_amount(amount, code)
        entry = Depreciation(
            "opening", company, day, currency=code, amount_minor=minor, reason=reason
        )
        written = book.decide_depreciations([entry], session.author())
        found = book.depreciation_history(company)
    _show(session, found[found["change_id"].isin(written)])


def undo(session: Session, *, change: ToUndo) -> None:
    """Undo a decision about depreciation by a further entry; what stood before counts again."""
    with session.workspace() as book:
        written = book.undo_depreciation(change, session.author())
        found = book.depreciation_history()
    _show(session, found[found["change_id"].isin(written)])


def history(session: Session, *, customer: OneCustomer = None) -> None:
    """List the decisions about depreciation, latest first."""
    with session.workspace() as book:
        found = book.depreciation_history(session.company)
    if customer is not None:
        found = found[found["customer_id"] == customer]
    _show(session, found)


def _one_company(session: Session, book: Workspace) -> str:
    """Return the company asked for, the only one by default. Raises UserError ``company_missing``."""
    known = [item.company_id for item in book.info().companies]
    found = [name for name in known if session.company in (None, name)]
    if len(found) != 1:
        raise UserError("company_missing" if found else "company_not_found", value=session.company)
    return found[0]


def _home(book: Workspace, company: str) -> str:
    """Return the currency of the accounts of a company."""
    return next(item.currency for item in book.info().companies if item.company_id == company)


def _show(session: Session, found: pd.DataFrame) -> None:
    numbers = found["document_id"].map(lambda name: number_of(str(name)), na_action="ignore")
    told = found.assign(number=numbers).reset_index(drop=True)
    session.show(rows(told, names=_NAMES), lambda: _text(session, told))


def _text(session: Session, found: pd.DataFrame) -> str:
    word = session.word
    if found.empty:
        return word("No entry made by hand.")
    titles = (N_("Entry"), N_("Decision"), N_("Customer"), N_("Invoice"), N_("Date"), N_("Amount"),
              N_("Reason"), N_("By"), N_("Undone"))  # fmt: skip
    lines = [_line(session, row) for row in found.to_dict("records")]
    return table([word(title) for title in titles], lines, words=9)


def _line(session: Session, row: dict[Any, Any]) -> list[str]:
    word, shown = session.word, session.formats
    what = DASH
    if not is_missing(row["amount_minor"]):
        what = shown.amount(int(row["amount_minor"]), row["currency"])
    elif not is_missing(row["ratio"]):
        what = shown.percent(row["ratio"], 1)
    kind = _KINDS[row["kind"]]
    who = row["company_id"] if is_missing(row["customer_id"]) else row["customer_id"]
    return [
        str(row["change_id"]),
        word(kind),
        str(who),
        DASH if is_missing(row["number"]) else str(row["number"]),
        date_or_dash(session, row["on_date"]),
        what,
        DASH if is_missing(row["reason"]) else shorten(row["reason"], 40),
        shorten(row["by"], 20),
        word("yes") if is_over(row) else "",
    ]


COMMANDS: Final = (
    Command("decide", decide, "Accept or refuse claims of a customer to depreciate."),
    Command("undo", undo, "Undo a decision about depreciation by a further entry."),
    Command("history", history, "List the decisions about depreciation, latest first."),
    Command("opening", opening, "Type the balance of account 491 of a company at a closing."),
)
