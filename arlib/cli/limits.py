"""Credit limits: fix, import, history, undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli import limit_lists
from arlib.cli.commands import Command
from arlib.cli.encode import rows
from arlib.cli.entries import OneCustomer  # noqa: TC001 - Typer reads the annotation
from arlib.cli.imports import LimitsOption, load
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
    is_refused: bool
    cover_ratio: float | None


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
    refused: Annotated[
        bool, typer.Option("--refused", help="The insurer refused (with --source insurer).")
    ] = False,
    cover: Annotated[
        float | None,
        typer.Option("--cover", metavar="PERCENT", help="Share covered by the insurer."),
    ] = None,
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
    if (amount is not None) + remove + refused != 1:
        raise typer.BadParameter(session.word("Give one of --amount, --remove and --refused."))
    currency = (session.currency or DEFAULT_CURRENCY).upper()
    minor = None if amount is None else _amount(amount, currency)
    share = None if cover is None else cover / 100
    terms = Terms(minor, currency, source, valid_from, valid_to, reason, refused, share)
    with session.workspace() as book:
        done = book.set_limits(_changes(session, book, scopes, terms), session.author())
    _show(session, done)


def import_limits(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of limits.")],
    limits: Annotated[
        LimitsOption,
        typer.Option(
            "--limits",
            help="Limits of the file that contradict limits fixed by hand: keep those by hand, take the file’s, or refuse the file (ask).",
        ),
    ] = "ask",
) -> None:
    """Load a file of limits."""
    load(session, [file], {"company_id": session.company, "limits": limits})


def history(
    session: Session,
    customer: OneCustomer = None,
) -> None:
    """List the decisions, latest first."""
    with session.workspace() as book:
        found = book.limit_history(session.company, customer)
    _show(session, found)


def undo_limit(
    session: Session,
    change: Annotated[
        str, typer.Argument(metavar="CHANGE", help="Decision, or change_set of several, to undo.")
    ],
) -> None:
    """Undo one decision, or all those made together, by further entries."""
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
            cover_ratio=terms.cover_ratio,
            reason=terms.reason,
            is_refused=terms.is_refused,
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
        "before_currency": "before_currency",
        "cover_ratio": "cover_ratio",
        "is_refused": "is_refused",
        "change_set": "change_set",
        "undoes": "undoes",
        "is_undone": "is_undone",
    }
    session.show(rows(changes, names=names), lambda: _text(session, changes))


def _text(session: Session, changes: pd.DataFrame) -> str:
    """Return the decisions as lines; those made together are named once, to be undone."""
    lines = [_table(session, changes)]
    for name in changes["change_set"].dropna().unique():
        count = int((changes["change_set"] == name).sum())
        lines.append(
            session.word("Made together: {name} ({count} limits)", name=str(name), count=count)
        )
    return "\n".join(lines)


def _table(session: Session, changes: pd.DataFrame) -> str:
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
            shown.amount(row["before_minor"], row["before_currency"]),
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
    Command(
        "undo", undo_limit, "Undo one decision, or all those made together, by further entries."
    ),
    *limit_lists.COMMANDS,
)
