"""Credit insurance: what is covered, and every date not to miss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd
import typer

from arlib.cli.commands import Command
from arlib.cli.encode import plain, record, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.insurance import KINDS, SETTINGS, STATES, asks, status_word, who
from arlib.i18n.insurance import word as code_word
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from arlib.views.insurance import CalendarView, InsuranceView

Json = dict[str, Any]
_TERMS: Final = tuple(SETTINGS)


def insurance(
    session: Session,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="ID", help="One customer, with his invoices."),
    ] = None,
) -> None:
    """Print what the insurer covers, by customer, and what nobody covers."""
    from arlib.views import insurance as views

    with session.workspace() as book:
        portfolio, policy = session.portfolio(book), session.active_policy(book)
        view = views.build(portfolio, policy)
        items = views.items(portfolio, policy, customer_id=customer)
    shown = view.rows
    if customer is not None:
        shown = shown.loc[shown["customer_id"] == customer]
        if shown.empty:
            raise UserError("customer_not_found", value=customer)
    session.warn_unconverted(view.rows["currency"].dropna())
    terms = {name: getattr(policy, name) for name in _TERMS}
    document = _document(view, shown, terms)
    if customer is not None:
        document["invoices"] = rows(items.drop(columns=["ended_on", "status"]))
    session.show(document, lambda: _text(session, view, shown))


def deadlines(
    session: Session,
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", min=0, help="Days ahead (the policy’s by default)."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Kind of date (repeatable)."),
    ] = None,
) -> None:
    """Print every date not to miss: limits, reviews, insurer, promises."""
    from arlib.views import insurance as views

    for name in kind or []:
        if name not in KINDS:
            known = ", ".join(KINDS)
            raise typer.BadParameter(known)
    with session.workspace() as book:
        portfolio, policy = session.portfolio(book), session.active_policy(book)
        view = views.schedule(portfolio, policy, horizon_days=days)
    shown = view.rows if not kind else view.rows.loc[view.rows["kind"].isin(kind)]
    document: Json = {
        "as_of": plain(view.as_of),
        "horizon_days": view.horizon_days,
        "counts": {name: count for name, count in view.counts.items() if not kind or name in kind},
        "states": {name: int((shown["state"] == name).sum()) for name in STATES},
        "deadlines": rows(shown),
    }
    session.show(document, lambda: _calendar_text(session, view, shown))


def _document(view: InsuranceView, shown: pd.DataFrame, terms: Json) -> Json:
    ceiling = terms["insurance_unnamed_ceiling_minor"]
    terms = terms | {"insurance_unnamed_ceiling_minor": dict(ceiling)}
    return {
        "as_of": plain(view.as_of),
        "contract": terms,
        "missing": list(view.missing),
        "notes": list(view.notes),
        "counts": dict(view.counts),
        "totals": [record(row, currency=row["currency"]) for row in _records(view.totals)],
        "intercompany_totals": [
            record(row, currency=row["currency"]) for row in _records(view.group_totals)
        ],
        "customers": rows(shown),
    }


def _text(session: Session, view: InsuranceView, shown: pd.DataFrame) -> str:
    word, f = session.word, session.formats
    head = word("Credit insurance as of {date}", date=f.date(view.as_of))
    lines = [head]
    for row in _records(view.totals):
        code = row["currency"]
        lines.append(
            word(
                "Exposure {exposure}: insured {insured}, not insured {open}, suspended {suspended}",
                exposure=f.amount(row["exposure_minor"], code),
                insured=f.amount(row["insured_minor"], code),
                open=f.amount(row["open_part_minor"], code),
                suspended=f.amount(row["suspended_minor"], code),
            )
        )
    if view.missing:
        names = ", ".join(code_word(SETTINGS, name, session.lang) for name in view.missing)
        lines.append(word("Not filled in: {names}.", names=names))
    body = [
        [
            shorten(f"{row['customer_id']} {row['name']}"),
            status_word(row, session.lang),
            f.amount(row["agreed_minor"], row["currency"]),
            f.percent(row["cover_ratio"], 0),
            f.amount(row["exposure_minor"], row["currency"]),
            f.amount(row["insured_minor"], row["currency"]),
            f.amount(row["open_part_minor"], row["currency"]),
            DASH if pd.isna(row["days_left"]) else f.signed_days(row["days_left"]),
        ]
        for row in _records(shown)
    ]
    if not body:
        return "\n".join([*lines, word("Nothing to show.")])
    lines += ["", table([word(title) for title in _HEADERS], body, words=2)]
    return "\n".join(lines)


def _calendar_text(session: Session, view: CalendarView, shown: pd.DataFrame) -> str:
    word, f = session.word, session.formats
    head = word(
        "Calendar as of {date}, {days} ahead",
        date=f.date(view.as_of),
        days=f.days0(view.horizon_days),
    )
    body = [
        [
            f.date(row["on"]),
            code_word(STATES, row["state"], session.lang),
            code_word(KINDS, row["kind"], session.lang),
            shorten(who(row, session.lang)),
            asks(row, session.lang),
            f.amount(row["amount_minor"], row["currency"]),
        ]
        for row in _records(shown)
    ]
    if not body:
        return f"{head}\n{word('Nothing to do within this horizon.')}"
    return f"{head}\n\n" + table([word(title) for title in _CALENDAR], body, words=5)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict("records")  # type: ignore[return-value]


_HEADERS: Final = (
    N_("Customer"),
    N_("Standing"),
    N_("Insurer’s limit"),
    N_("Share insured"),
    N_("Exposure"),
    N_("Insured"),
    N_("Not insured"),
    N_("Days left"),
)
_CALENDAR: Final = (
    N_("Date"),
    N_("State"),
    N_("Kind of date"),
    N_("For whom"),
    N_("What to do"),
    N_("Amount"),
)
COMMANDS: Final = (
    Command(
        "insurance",
        insurance,
        "Print what the insurer covers, by customer, and what nobody covers.",
    ),
    Command(
        "deadlines", deadlines, "Print every date not to miss: limits, reviews, insurer, promises."
    ),
)
