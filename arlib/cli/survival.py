"""How long invoices stay unpaid: curves of Kaplan and Meier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.tables import survival_text

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.behaviour_details import SurvivalBlock, SurvivalView

ByOption = Literal["portfolio", "group", "category", "sector", "owner", "customer", "segment"]
WeightOption = Literal["count", "amount"]
Json = dict[str, Any]


def survival(
    session: Session,
    by: Annotated[
        ByOption, typer.Option("--by", help="One curve for the book, or one a value.")
    ] = "portfolio",
    weight: Annotated[
        WeightOption, typer.Option("--weight", help="Count invoices, or their amounts.")
    ] = "count",
    months: Annotated[
        int | None, typer.Option("--months", min=1, max=1200, help="Months of payments.")
    ] = None,
    exclude_disputed: Annotated[
        bool, typer.Option("--exclude-disputed", help="Leave out invoices once disputed.")
    ] = False,
) -> None:
    """Print how long invoices stay unpaid."""
    from arlib.views import behaviour_details as views

    with session.workspace() as book:
        view = views.survival(
            session.portfolio(book),
            session.active_policy(book),
            by=by,
            weight=weight,
            months=months,
            exclude_disputed=exclude_disputed or None,
        )
    head: Json = {
        "as_of": plain(view.as_of),
        "window_from": plain(view.window_from),
        "by": view.by,
        "weight": view.weight,
    }
    blocks = [_block(view, block) for block in view.blocks]
    if len(blocks) == 1:
        document = head | blocks[0]
    elif blocks:
        document = head | {"blocks": blocks}
    else:
        reason = view.unavailable or "no_history"
        document = head | {"steps": [], "median_day": None, "median_day_reason": reason}
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(document, lambda: survival_text(session, view))


def _block(view: SurvivalView, block: SurvivalBlock) -> Json:
    """Return the fields of one currency: those of the one curve, or ``curves``."""
    curves = rows(block.curves.drop(columns="currency"), currency=block.currency)
    for curve, is_own in zip(curves, _own_steps(block), strict=True):
        steps = block.steps.loc[is_own, ["day", "survival", "at_risk", "events"]]
        curve["steps"] = [_step(row, view, block.currency) for row in steps.to_dict("records")]
    if view.by == "portfolio":
        one = {name: value for name, value in curves[0].items() if not name.startswith(_PLACE)}
        return {"currency": block.currency} | one
    return {"currency": block.currency, "curves": curves}


def _step(row: dict[Any, Any], view: SurvivalView, currency: str) -> Json:
    """Return one step; what is at risk is an amount when the curve weighs amounts."""
    found: Json = {str(name): plain(value) for name, value in row.items()}
    if view.weight == "amount":
        found |= {name: money(row[name], currency) for name in ("at_risk", "events")}
    return found


def _own_steps(block: SurvivalBlock) -> list[pd.Series[bool]]:
    """Return which steps belong to each curve."""
    place = ["company_id", "value"]
    steps, curves = (frame[place].fillna("").astype(str) for frame in (block.steps, block.curves))
    return [
        (steps["company_id"] == company) & (steps["value"] == value)
        for company, value in zip(curves["company_id"], curves["value"], strict=True)
    ]


_PLACE: Final = ("company_id", "value")
COMMANDS: Final = (Command("survival", survival, "Print how long invoices stay unpaid."),)
