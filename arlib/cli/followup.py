"""What is written about customers: notes, calls, promises, plans, reminders; segments fixed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, rows
from arlib.cli.entries import OneCustomer, ToUndo, date_or_dash, fields_of, is_over, typed_amount
from arlib.cli.links import company_of
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.workspace import ActionEntry, OverrideChange, PlanEntry, read_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from arlib.views.late_causes import LateCausesBlock
    from arlib.workspace import Workspace

Kind = Literal["note", "call", "cause", "promise", "reminder", "review", "declaration"]
Segment = Literal["reliable", "watch", "high_risk"]
_ENTRY: Final = (
    "change_id", "company_id", "customer_id", "kind", "taken_on", "due_on", "cause", "currency",
    "text", "outcome", "level", "channel", "plan_id", "by", "at", "undoes", "is_undone",
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
    outcome: Annotated[
        str | None, typer.Option("--outcome", metavar="CODE", help="How the call ended.")
    ] = None,
    level: Annotated[
        str | None, typer.Option("--level", metavar="R0-R5", help="Level of the reminder.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="CODE", help="How the reminder was sent.")
    ] = None,
    taken: Annotated[
        str | None, typer.Option("--taken", metavar="DATE", help="Day it was said (today).")
    ] = None,
) -> None:
    """Keep a note, a call, a cause of lateness, a promise, a reminder or a review of a customer."""
    with session.workspace() as book:
        company = company_of(session, book, customer)
        money_of = session.currency or own_currency(book, company)
        entry = ActionEntry(
            company,
            customer,
            kind,
            text=text,
            cause=cause,
            amount_minor=typed_amount(amount, money_of),
            currency=money_of if amount is not None else None,
            due_on=parse_date(due),
            taken_on=parse_date(taken),
            document_ids=open_documents(book, company, customer, invoice or []),
            outcome=outcome,
            level=level,
            channel=channel,
        )
        written = book.add_action(entry, session.author())
        found = book.action_history(company)
    _show_entries(session, found[found["change_id"] == written])


def plan(
    session: Session,
    *,
    customer: Annotated[str, typer.Option("--customer", metavar="ID", help="Customer.")],
    instalment: Annotated[
        list[str],
        typer.Option("--instalment", metavar="DATE=X", help="Dated amount (repeatable)."),
    ],
    invoice: Annotated[
        list[str] | None,
        typer.Option("--invoice", metavar="N", help="Number of an open invoice (repeatable)."),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="Words.")] = None,
    taken: Annotated[
        str | None, typer.Option("--taken", metavar="DATE", help="Day it was said (today).")
    ] = None,
) -> None:
    """Keep a payment plan: several dated amounts, each a promise."""
    with session.workspace() as book:
        company = company_of(session, book, customer)
        currency = session.currency or own_currency(book, company)
        written = book.add_plan(
            PlanEntry(
                company,
                customer,
                currency,
                read_plan("\n".join(instalment), currency),
                taken_on=parse_date(taken),
                document_ids=open_documents(book, company, customer, invoice or []),
                text=text,
            ),
            session.author(),
        )
        found = book.action_history(company)
    _show_entries(session, found[found["plan_id"] == written])


def listed(session: Session, *, customer: OneCustomer = None) -> None:
    """List the entries made by hand, latest first."""
    with session.workspace() as book:
        found = book.action_history(session.company, customer)
    _show_entries(session, found)


def undo(session: Session, *, change: ToUndo) -> None:
    """Undo one entry by a further one."""
    with session.workspace() as book:
        written = book.undo_action(change, session.author())
        found = book.action_history()
    undone = found.loc[found["change_id"] == written, "at"]
    rows = found[found["undoes"].notna() & found["at"].isin(undone)]
    _show_entries(session, rows)


def causes(session: Session) -> None:
    """Print why customers pay late: the causes noted, with count, amount and share."""
    from arlib.views import late_causes

    with session.workspace() as book:
        view = late_causes.build(session.portfolio(book), session.active_policy(book))
    document = [
        {
            "currency": block.currency,
            "noted_ratio": block.noted_ratio,
            "causes": rows(block.causes),
            "customers": rows(block.customers),
        }
        for block in view.blocks
    ]
    session.show(
        [explained(item) for item in document],
        lambda: (
            "\n\n".join(_causes_text(session, block) for block in view.blocks)
            or session.word("Nothing is overdue and no cause is noted.")
        ),
    )


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


def segment_history(session: Session, *, customer: OneCustomer = None) -> None:
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


def own_currency(book: Workspace, company: str) -> str:
    """Return the currency of a company's ledger."""
    return next(item.currency for item in book.info().companies if item.company_id == company)


def open_documents(
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
    records = frame.to_dict("records")
    document = [
        {
            **entry,
            "amount": money(row["amount_minor"], row["currency"]),
            "document_ids": _split(row["document_ids"]),
        }
        for entry, row in zip(fields_of(frame, _ENTRY), records, strict=True)
    ]
    session.show(document, lambda: _entries_text(session, records))


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
            date_or_dash(session, row["due_on"]),
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
            word("yes") if is_over(row) else "",
        ]
        for row in rows
    ]
    return table([word(title) for title in _HEADERS], body, words=9)


def _show_decisions(session: Session, frame: pd.DataFrame) -> None:
    document = fields_of(frame, _DECISION)
    session.show(document, lambda: _decisions_text(session, frame.to_dict("records")))


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
            date_or_dash(session, row["expires_on"]),
            shorten(row["reason"], 40),
            shorten(row["by"], 20),
        ]
        for row in rows
    ]
    return table([word(title) for title in _DECISION_HEADERS], body, words=7)


def _causes_text(session: Session, block: LateCausesBlock) -> str:
    word, shown = session.word, session.formats
    body = [
        [
            label("late_cause", row["cause"], session.lang)
            if isinstance(row["cause"], str)
            else word("No cause noted"),
            shown.integer(row["count_customers"]),
            shown.integer(row["count_overdue"]),
            shown.amount(row["overdue_minor"], block.currency),
            shown.percent(row["share_ratio"]),
        ]
        for row in block.causes.to_dict("records")
    ]
    return table([word(title) for title in _CAUSE_HEADERS], body, words=1)


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
_CAUSE_HEADERS: Final = (
    N_("Cause of lateness"),
    N_("Customers"),
    N_("Of them overdue"),
    N_("Overdue"),
    N_("Share of the overdue"),
)
NOTES: Final = (
    Command(
        "add",
        add,
        "Keep a note, a call, a cause of lateness, a promise, a reminder or a review of a customer.",
    ),
    Command("plan", plan, "Keep a payment plan: several dated amounts, each a promise."),
    Command("list", listed, "List the entries made by hand, latest first."),
    Command("undo", undo, "Undo one entry by a further one."),
    Command("causes", causes, "Print why customers pay late: the causes noted by hand."),
)
OVERRIDES: Final = (
    Command("set", set_segment, "Fix a customer's segment until a day."),
    Command("remove", remove_segment, "Let the computed segment of a customer count again."),
    Command("history", segment_history, "List the segments fixed by hand, latest first."),
)
