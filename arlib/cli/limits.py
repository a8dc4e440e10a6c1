"""Credit limits: fix, import, history, undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import rows
from arlib.cli.imports import load
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.money import DEFAULT_CURRENCY
from arlib.workspace import LimitChange, parse_amount

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.workspace import Workspace

SourceOption = Literal["internal", "insurer", "guarantee"]
Scope = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a limit says beside for whom it is."""

    amount_minor: int | None
    currency: str
    source: str
    valid_from: str | None
    valid_to: str | None
    reason: str | None


def set_limits(
    session: Session,
    *,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", metavar="ID", help="Customer (repeatable).")
    ] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="ID", help="Group.")] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="C", help="Category of customers.")
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every customer.")] = False,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="X", help="Limit, taxes included.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the limit.")] = False,
    source: Annotated[SourceOption, typer.Option("--source", help="Who grants it.")] = "internal",
    valid_from: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATE",
            help="First day (always, or the book’s date where a dated limit stands).",
        ),
    ] = None,
    valid_to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
) -> None:
    """Fix or remove limits."""
    scopes = _scopes(customer or [], group, category, everyone=everyone)
    if (amount is None) == (not remove):
        raise typer.BadParameter(session.word("Give either --amount or --remove."))
    currency = (session.currency or DEFAULT_CURRENCY).upper()
    minor = None if amount is None else _amount(amount, currency)
    terms = Terms(minor, currency, source, valid_from, valid_to, reason)
    with session.workspace() as book:
        done = book.set_limits(_changes(session, book, scopes, terms), session.author())
    _show(session, done)


def import_limits(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of limits.")],
) -> None:
    """Load a file of limits."""
    load(session, [file], {"company_id": session.company})


def history(
    session: Session,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="One customer.")
    ] = None,
) -> None:
    """List the decisions, latest first."""
    with session.workspace() as book:
        found = book.limit_history(session.company, customer)
    _show(session, found)


def undo_limit(
    session: Session,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="Decision to undo.")],
) -> None:
    """Undo one decision by a further entry."""
    with session.workspace() as book:
        done = book.undo_limit(change, session.author())
    _show(session, done)


def _scopes(
    customers: list[str], group: str | None, category: str | None, *, everyone: bool
) -> list[Scope]:
    """Return (scope, id) pairs. Raises UserError ``scope_missing`` unless exactly one kind is given."""
    kinds = [bool(customers), group is not None, category is not None, everyone]
    if sum(kinds) != 1:
        raise UserError("scope_missing")
    if customers:
        return [("customer", code) for code in customers]
    if everyone:
        return [("all", None)]
    return [("group", group)] if group is not None else [("category", category)]


def _changes(
    session: Session, book: Workspace, scopes: list[Scope], terms: Terms
) -> list[LimitChange]:
    return [
        LimitChange(
            company_id=company,
            scope=scope,
            scope_id=scope_id,
            amount_minor=terms.amount_minor,
            currency=terms.currency,
            source=terms.source,
            valid_from=_start(session, book, terms, (company, scope, scope_id)),
            valid_to=parse_date(terms.valid_to),
            reason=terms.reason,
        )
        for scope, scope_id in scopes
        for company in _companies(session, book, scope, scope_id)
    ]


def _start(
    session: Session, book: Workspace, terms: Terms, target: tuple[str, str, str | None]
) -> date | None:
    """Return the first day asked for; by default always, or the book's date over a dated limit.

    A decision for all dates loses to one that has a start: without this, changing a limit that
    came dated from a file would change nothing.
    """
    if terms.valid_from is not None:
        return parse_date(terms.valid_from)
    company, scope, scope_id = target
    past = book.limit_history(company)
    stands = past["undoes"].isna() & ~past["change_id"].isin(past["undoes"].dropna())
    is_same = (past["scope"] == scope) & (past["source"] == terms.source)
    is_same &= past["scope_id"].isna() if scope_id is None else past["scope_id"] == scope_id
    if not (stands & is_same & past["valid_from"].notna()).any():
        return None
    return book.portfolio(parse_date(session.as_of)).as_of


def _companies(session: Session, book: Workspace, scope: str, scope_id: str | None) -> list[str]:
    """Return the companies a limit is for: the one asked for, the customer's, else all of them."""
    known = [item.company_id for item in book.info().companies]
    if session.company is not None:
        if session.company not in known:
            raise UserError("company_not_found", value=session.company)
        known = [session.company]
    if not known:
        raise UserError("book_empty")
    if scope != "customer":
        return known
    customers = book.portfolio().customers()
    mine = customers.loc[
        (customers["customer_id"] == scope_id) & customers["company_id"].isin(known), "company_id"
    ]
    if mine.empty:
        raise UserError("customer_not_found", value=scope_id)
    return [str(company) for company in mine]


def _amount(text: str, currency: str) -> int:
    """Return minor units of an amount typed by a person, French or English."""
    minor = parse_amount(text, currency)
    if minor is None:
        raise UserError("limit_amount_unreadable", value=text)
    if minor < 0:
        raise UserError("limit_amount_negative", value=text)
    return minor


def _show(session: Session, changes: pd.DataFrame) -> None:
    names = {
        "change_id": "change_id",
        "company_id": "company_id",
        "scope": "scope",
        "scope_id": "scope_id",
        "source": "source",
        "before_minor": "before",
        "after_minor": "after",
        "currency": "currency",
        "valid_from": "valid_from",
        "valid_to": "valid_to",
        "by": "by",
        "at": "at",
        "reason": "reason",
        "origin": "origin",
    }
    session.show(rows(changes, names=names), lambda: _text(session, changes))


def _text(session: Session, changes: pd.DataFrame) -> str:
    if changes.empty:
        return session.word("No limit decision.")
    word, shown = session.word, session.formats
    body: list[list[str]] = [
        [
            str(row["change_id"]),
            shorten(row["scope_id"] or word("all")) if row["scope"] != "all" else word("all"),
            label("source", row["source"], session.lang),
            shown.date(row["valid_from"]),
            DASH if is_missing(row["by"]) else shorten(row["by"], 20),
            shown.amount(row["before_minor"], row["currency"]),
            shown.amount(row["after_minor"], row["currency"]),
        ]
        for row in _records(changes)
    ]
    return table([word(title) for title in _HEADERS], body, words=5)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict("records")  # type: ignore[return-value]


_HEADERS: Final = (
    N_("Decision"),
    N_("For whom"),
    N_("Source"),
    N_("Since"),
    N_("By"),
    N_("Before"),
    N_("After"),
)
COMMANDS: Final = (
    Command("set", set_limits, "Fix or remove limits."),
    Command("import", import_limits, "Load a file of limits."),
    Command("history", history, "List the decisions, latest first."),
    Command("undo", undo_limit, "Undo one decision by a further entry."),
)
