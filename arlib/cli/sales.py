"""The sales desk: what may still be sold to each customer, and the disputes that wait for sales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.entries import date_or_dash
from arlib.cli.grid import row_document
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, table
from arlib.i18n import N_
from arlib.i18n.credit import light_reason, named
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.sales import SalesView

Json = dict[str, Any]
_COLUMNS: Final = {
    "company_id": "company_id",
    "customer_id": "customer_id",
    "name": "name",
    "light": "light",
    "reason": "reason",
    "headroom_minor": "headroom",
    "limit_minor": "limit",
    "limit_currency": "limit_currency",
    "exposure_minor": "exposure",
    "orders_minor": "orders",
    "open_disputes": "open_disputes",
    "disputed_minor": "disputed",
    "disputed_currency": "disputed_currency",
    "segment": "segment",
    "action": "action",
    "terms": "terms",
    "deposit_ratio": "deposit_ratio",
}


def sales(
    session: Session,
    search: Annotated[
        str, typer.Option("--search", metavar="TEXT", help="Name or code of a customer.")
    ] = "",
    owner: Annotated[
        str, typer.Option("--owner", metavar="NAME", help="Disputes that wait for one salesperson.")
    ] = "",
) -> None:
    """Print what may still be sold to each customer, and the disputes that wait for sales."""
    from arlib.views import sales as views

    with session.workspace() as book:
        policy = session.active_policy(book)
        view = views.build(session.portfolio(book), policy)
    found = views.matching(view.customers, search)
    waiting = views.waiting_for(view.disputes, owner)
    if search:
        waiting = waiting.merge(found[KEY], on=KEY)
    session.show(
        _document(session, view, found, waiting),
        lambda: f"{_text(session, view, found)}\n\n{_disputes_text(session, waiting)}",
    )


def _document(
    session: Session, view: SalesView, found: pd.DataFrame, waiting: pd.DataFrame
) -> Json:
    from arlib.views.common import sum_by_currency

    listed = rows(found.assign(currency=found["limit_currency"]), names=_COLUMNS)
    for item, message in zip(listed, _messages(session, view, found), strict=True):
        item["message"] = message
        for name in ("action", "terms", "deposit_ratio"):
            if item[name] is None:
                item[f"{name}_reason"] = "not_fixed"
    return {
        "as_of": plain(view.as_of),
        "exposure_basis": view.exposure_basis,
        "orders": view.orders,
        "are_deliveries_left_out": view.are_deliveries_left_out,
        "counts": view.counts,
        "count_left_out": view.count_left_out,
        "customers": listed,
        "new_customer": row_document(view.new_customer),
        "count_disputes": len(waiting),
        "count_disputes_elsewhere": view.count_elsewhere,
        "disputed": {
            code: money(amount, code)
            for code, amount in sum_by_currency(waiting, "disputed_minor").items()
        },
        "disputes": rows(waiting),
    }


def _messages(session: Session, view: SalesView, found: pd.DataFrame) -> list[str]:
    return [
        light_reason(
            row, session.lang, overdue_days=view.overdue_days, watch_ratio=view.watch_ratio
        )
        for row in found.to_dict("records")
    ]


def _text(session: Session, view: SalesView, found: pd.DataFrame) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    head = word("Sales desk as of {date}", date=shown.date(view.as_of))
    messages = _messages(session, view, found)
    lines = [
        [
            named("light", row["light"], lang),
            f"{row['customer_id']} {row['name']}",
            shown.amount0(row["headroom_minor"], row["limit_currency"]),
            message,
        ]
        for row, message in zip(found.to_dict("records"), messages, strict=True)
    ]
    if not lines:
        return f"{head}\n\n{word('Nothing to show.')}"
    titles = [word("Light"), word("Customer"), word("Available"), word("Why")]
    return f"{head}\n\n{table(titles, lines, words=2)}"


def _disputes_text(session: Session, waiting: pd.DataFrame) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    if waiting.empty:
        return word("No dispute waits for you")
    lines = [
        [
            f"{row['customer_id']} {row['name']}",
            str(row["number"]),
            label("dispute", row["code"] if isinstance(row["code"], str) else row["reason"], lang),
            shown.amount(row["disputed_minor"], row["currency"]),
            shown.days0(row["age_days"]),
            ("▲ " if row["is_target_late"] else "") + date_or_dash(session, row["target_on"]),
            DASH if is_missing(row["waits_for"]) else str(row["waits_for"]),
        ]
        for row in waiting.to_dict("records")
    ]
    titles = [word(title) for title in _DISPUTES]
    return f"{word('Disputes that wait for sales')}\n{table(titles, lines, words=3)}"


_DISPUTES: Final = (
    N_("Customer"),
    N_("Invoice"),
    N_("Cause"),
    N_("In dispute"),
    N_("Age"),
    N_("To settle by"),
    N_("Salesperson"),
)

COMMANDS: Final = (
    Command(
        "sales",
        sales,
        "Print what may still be sold to each customer, and the disputes that wait for sales.",
    ),
)
