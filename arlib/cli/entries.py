"""What commands that list and undo decisions share: their options, their rows, amounts typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from arlib.cli.encode import plain
from arlib.cli.text import DASH
from arlib.i18n.formats import is_missing
from arlib.model.issues import UserError
from arlib.workspace import parse_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from arlib.cli.session import Session

OneCustomer = Annotated[str | None, typer.Option("--customer", metavar="ID", help="One customer.")]
ToUndo = Annotated[str, typer.Argument(metavar="CHANGE", help="Entry to undo.")]


def typed_amount(text: str | None, currency: str) -> int | None:
    """Return what was typed in minor units, None for nothing.

    Raises:
        UserError: ``limit_amount_unreadable``.
    """
    if text is None:
        return None
    amount = parse_amount(text, currency)
    if amount is None:
        raise UserError("limit_amount_unreadable", value=text)
    return amount


def fields_of(frame: pd.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return entries as JSON objects of some of their columns."""
    return [plain(row) for row in frame[list(names)].to_dict("records")]


def date_or_dash(session: Session, day: Any) -> str:
    """Return a date, a dash for none."""
    return DASH if is_missing(day) else session.formats.date(day)


def is_over(row: dict[Any, Any]) -> bool:
    """Return True for an entry that was undone, or that undoes another."""
    return bool(row["is_undone"]) or not is_missing(row["undoes"])
