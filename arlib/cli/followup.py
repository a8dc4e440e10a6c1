"""What is written about customers: notes, causes, promises, reviews; segments fixed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain
from arlib.cli.links import company_of
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.workspace import ActionEntry, OverrideChange, parse_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from arlib.workspace import Workspace

Kind = Literal["note", "cause", "promise", "review"]
Segment = Literal["reliable", "watch", "high_risk"]
_ENTRY: Final = (
    "change_id", "company_id", "customer_id", "kind", "taken_on", "due_on", "cause", "currency",
    "text", "by", "at", "undoes", "is_undone",
)  # fmt: skip
_DECISION: Final = (
    "change_id", "company_id", "customer_id", "segment", "valid_from", "expires_on", "reason", "by",
    "at",
)  # fmt: skip


def add(
    session: Session,
    *,
    customer: Annotated[str, typer.Option("--customer", metavar="ID", help="Customer.")],
    kind: Annotated[Kind, typer.Option("--kind", help="What is kept.")] = "note",
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="Words.")] = None,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="CODE", help="Cause of lateness.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="X", help="Amount promised.")
    ] = None,
    invoice: Annotated[
        list[str] | None,
        typer.Option("--invoice", metavar="N", help="Number of an open invoice (repeatable)."),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DATE", help="Promised for; next review.")
    ] = None,
    taken: Annotated[
        str | None, typer.Option("--taken", metavar="DATE", help="Day it was said (today).")
    ] = None,
) -> None:
    """Keep a note, a cause of lateness, a promise or a review of a customer."""
    with session.workspace() as book:
        company = company_of(session, book, customer)
        money_of = session.currency or _own_currency(book, company)
        entry = ActionEntry(
            company,
            customer,
            kind,
            text=text,
            cause=cause,
            amount_minor=_amount(amount, money_of),
            currency=money_of if amount is not None else None,
            due_on=parse_date(due),
            taken_on=parse_date(taken),
            document_ids=_documents(book, company, customer, invoice or []),
        )
        written = book.add_action(entry, session.author())
        found = book.action_history(company)
    _show_entries(session, found[found["change_id"] == written])


def listed(
    session: Session,
    *,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="One customer.")
    ] = None,
) -> None:
    """List the entries made by hand, latest first."""
    with session.workspace() as book:
        found = book.action_history(session.company, customer)
    _show_entries(session, found)


def undo(
    session: Session,
    *,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="Entry to undo.")],
) -> None:
    """Undo one entry by a further one."""
    with session.workspace() as book:
        written = book.undo_action(change, session.author())
        found = book.action_history()
    _show_entries(session, found[found["change_id"] == written])


def set_segment(
    session: Session,
    *,
    customer: Annotated[str, typer.Option("--customer", metavar="ID", help="Customer.")],
    segment: Annotated[Segment, typer.Option("--segment", help="Segment decided.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day it counts.")
    ] = None,
) -> None:
    """Fix a customer's segment until a day."""
    _decide(session, customer, segment, reason, until)


def remove_segment(
    session: Session,
    *,
    customer: Annotated[str, typer.Option("--customer", metavar="ID", help="Customer.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
) -> None:
    """Let the computed segment of a customer count again."""
    _decide(session, customer, None, reason, None)


def segment_history(
    session: Session,
    *,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="One customer.")
    ] = None,
) -> None:
    """List the segments fixed by hand, latest first."""
    with session.workspace() as book:
        found = book.override_history(session.company, customer)
    _show_decisions(session, found)


def _decide(
    session: Session, customer: str, segment: str | None, reason: str, until: str | None
) -> None:
    with session.workspace() as book:
        company = company_of(session, book, customer)
        change = OverrideChange(company, customer, segment, reason, parse_date(until))
        written = book.override_segment(change, session.author())
        found = book.override_history(company)
    _show_decisions(session, found[found["change_id"] == written])


def _own_currency(book: Workspace, company: str) -> str:
    return next(item.currency for item in book.info().companies if item.company_id == company)


def _amount(text: str | None, currency: str) -> int | None:
    """Return what was typed in minor units. Raises UserError ``limit_amount_unreadable``."""
    if text is None:
        return None
    amount = parse_amount(text, currency)
    if amount is None:
        raise UserError("limit_amount_unreadable", value=text)
    return amount


def _documents(
    book: Workspace, company: str, customer: str, numbers: Sequence[str]
) -> tuple[str, ...]:
    """Return the keys of open documents by their numbers. Raises UserError ``action_document_unknown``."""
    if not numbers:
        return ()
    items = book.portfolio().items(company, customer)
    debits = items[items["open_minor"] > 0]
    found: list[str] = []
    for number in numbers:
        here = debits.loc[debits["number"] == number, "document_id"].tolist()
        if not here:
            raise UserError("action_document_unknown", value=number)
        found += [str(key) for key in here]
    return tuple(found)


def _show_entries(session: Session, frame: pd.DataFrame) -> None:
    rows = frame.to_dict("records")
    document = [
        {
            **{name: plain(row[name]) for name in _ENTRY},
            "amount": money(row["amount_minor"], row["currency"]),
            "document_ids": _split(row["document_ids"]),
        }
        for row in rows
    ]
    session.show(document, lambda: _entries_text(session, rows))


def _split(keys: object) -> list[str]:
    return keys.split("\n") if isinstance(keys, str) else []


def _entries_text(session: Session, rows: list[dict[Any, Any]]) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    if not rows:
        return word("No entry made by hand.")
    body = [
        [
            str(row["change_id"]),
            str(row["customer_id"]),
            label("action", row["kind"], lang),
            shown.date(row["taken_on"]),
            DASH if is_missing(row["due_on"]) else shown.date(row["due_on"]),
            DASH
            if is_missing(row["amount_minor"])
            else shown.amount(row["amount_minor"], row["currency"]),
            shorten(
                label("late_cause", row["cause"], lang)
                if isinstance(row["cause"], str)
                else _text(row["text"]),
                40,
            ),
            shorten(row["by"], 20),
            word("yes") if row["is_undone"] or not is_missing(row["undoes"]) else "",
        ]
        for row in rows
    ]
    return table([word(title) for title in _HEADERS], body, words=9)


def _show_decisions(session: Session, frame: pd.DataFrame) -> None:
    rows = frame.to_dict("records")
    document = [{name: plain(row[name]) for name in _DECISION} for row in rows]
    session.show(document, lambda: _decisions_text(session, rows))


def _decisions_text(session: Session, rows: list[dict[Any, Any]]) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    if not rows:
        return word("No segment fixed by hand.")
    body = [
        [
            str(row["change_id"]),
            str(row["customer_id"]),
            word("the computed one")
            if is_missing(row["segment"])
            else label("segment", row["segment"], lang),
            shown.date(row["valid_from"]),
            DASH if is_missing(row["expires_on"]) else shown.date(row["expires_on"]),
            shorten(row["reason"], 40),
            shorten(row["by"], 20),
        ]
        for row in rows
    ]
    return table([word(title) for title in _DECISION_HEADERS], body, words=7)


def _text(value: object) -> str:
    return value if isinstance(value, str) else DASH


_HEADERS: Final = (
    N_("Entry"),
    N_("Customer"),
    N_("Kind"),
    N_("Date"),
    N_("For"),
    N_("Amount"),
    N_("Text"),
    N_("By"),
    N_("Undone"),
)
_DECISION_HEADERS: Final = (
    N_("Decision"),
    N_("Customer"),
    N_("Segment"),
    N_("From the"),
    N_("Until"),
    N_("Reason"),
    N_("By"),
)
NOTES: Final = (
    Command("add", add, "Keep a note, a cause of lateness, a promise or a review of a customer."),
    Command("list", listed, "List the entries made by hand, latest first."),
    Command("undo", undo, "Undo one entry by a further one."),
)
OVERRIDES: Final = (
    Command("set", set_segment, "Fix a customer's segment until a day."),
    Command("remove", remove_segment, "Let the computed segment of a customer count again."),
    Command("history", segment_history, "List the segments fixed by hand, latest first."),
)
