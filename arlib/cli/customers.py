"""One customer: everything the other commands say about him, and his open items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.tables import customer_text

if TYPE_CHECKING:
    from arlib.views.customer import CustomerView

_ITEM: Final = {
    "document_id": "document_id",
    "number": "number",
    "kind": "kind",
    "account_class": "account_class",
    "issued_on": "issued_on",
    "due_on": "due_on",
    "due_source": "due_source",
    "amount_minor": "amount",
    "open_minor": "open",
    "disputed_minor": "disputed",
    "currency": "currency",
    "days_late": "days_late",
    "bucket": "bucket",
}


def customer(
    session: Session,
    code: Annotated[str, typer.Argument(metavar="ID", help="Code of the customer.")],
) -> None:
    """Print one customer."""
    from arlib.views import customer as views

    with session.workspace() as book:
        view = views.build(
            session.portfolio(book),
            session.active_policy(book),
            customer_id=code,
            company_id=session.company,
        )
    session.show(_encode(view), lambda: customer_text(session, view))


def _encode(view: CustomerView) -> dict[str, Any]:
    return {
        "as_of": plain(view.as_of),
        "company_id": view.company_id,
        "customer_id": view.customer_id,
        "name": view.name,
        "attributes": _filled(plain(dict(view.attributes))),
        "risk": rows(view.risk),
        "behaviour": rows(view.behaviour),
        "behaviour_reason": view.behaviour_unavailable,
        "segments": rows(view.segments),
        "buckets": list(view.buckets),
        "aging": rows(view.aging),
        "exposure": rows(view.exposure),
        "limits": rows(view.limits),
        "monthly": _months(view),
        "previous_on": plain(view.previous_on),
        "outstanding_before": {
            currency: money(minor, currency) for currency, minor in view.outstanding_before.items()
        },
        "items": rows(view.items, names=_ITEM),
    }


def _filled(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a customer; what no file says is left out."""
    return {name: value for name, value in attributes.items() if value is not None}


def _months(view: CustomerView) -> list[dict[str, Any]]:
    return [{"month": row.pop("month_on")[:7], **row} for row in rows(view.monthly)]


COMMANDS: Final = (Command("customer", customer, "Print one customer."),)
