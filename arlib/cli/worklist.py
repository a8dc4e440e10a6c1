"""The worklist of the day: whom to call first, why, and what to do next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd
import typer

from arlib.cli.commands import Command
from arlib.cli.encode import by_customer, explained, money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import shorten, table
from arlib.i18n import MISSING
from arlib.i18n.reminders import complete_reason, missing_fact, named, reason
from arlib.model.portfolio import Portfolio

if TYPE_CHECKING:
    from arlib.views.worklist import WorklistView

Json = dict[str, Any]
_AMOUNTS: Final = (
    "overdue",
    "overdue_undisputed",
    "disputed",
    "promised",
    "covered",
    "small",
    "insolvent",
    "to_collect",
    "net",
    "amicable",
    "dispute",
    "legal",
)
_PLAIN: Final = (
    "rank",
    "company_id",
    "customer_id",
    "name",
    "owner",
    "segment",
    "state",
    "currency",
    "days_late_weighted",
    "max_days_late",
    "count_overdue",
    "weight",
    "is_suspended",
    "suspended_by",
    "stage",
    "level",
    "last_level",
    "last_action_on",
    "last_action_kind",
    "next_step",
    "next_on",
    "promise_until",
    "is_estimated",
)
_ITEM: Final = {
    "document_id": "document_id",
    "number": "number",
    "currency": "currency",
    "issued_on": "issued_on",
    "due_on": "due_on",
    "days_late": "days_late",
    "open_minor": "open",
    "disputed_minor": "disputed",
    "promised_minor": "promised",
    "covered_minor": "covered",
    "to_collect_minor": "to_collect",
    "suspended_by": "suspended_by",
    "stage": "stage",
    "level": "level",
    "last_level": "last_level",
    "last_action_on": "last_action_on",
    "next_level": "next_level",
    "next_on": "next_on",
    "is_to_remind": "is_to_remind",
    "limitation_on": "limitation_on",
    "months_left": "months_left",
}
# Why a field is missing.
_WHY: Final = {
    "owner": "not_filled",
    "suspended_by": "not_suspended",
    "stage": "nothing_overdue",
    "level": "nothing_to_collect",
    "last_level": "no_reminder",
    "last_action_on": "no_reminder",
    "last_action_kind": "no_reminder",
    "next_step": "nothing_to_do",
    "next_level": "nothing_to_do",
    "next_on": "nothing_to_do",
    "promise_until": "no_promise",
    "days_late_weighted": "nothing_to_collect",
    "max_days_late": "nothing_overdue",
}


def worklist(
    session: Session,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="NAME", help="Customers of one owner.")
    ] = None,
) -> None:
    """Print whom to call first and why, what waits, what falls due soon, what is missing."""
    from arlib.views import worklist as views

    with session.workspace() as book:
        whole, policy = session.portfolio(book), session.active_policy(book)
        asked = replace(whole.filters, owner=owner)
        portfolio = Portfolio(whole.as_of, asked, whole.info, whole.source)
        view = views.build(portfolio, policy)
        items = views.items(portfolio, policy)
    session.warn_unconverted(view.rows["currency"])
    session.show(_document(session, view, items), lambda: _text(session, view))


def _document(session: Session, view: WorklistView, items: pd.DataFrame) -> Json:
    lang = session.lang
    owed = by_customer(items, _listed(items, _ITEM))
    return {
        "as_of": plain(view.as_of),
        "levels": dict(view.levels),
        "gap_days": view.gap_days,
        "limitation_months": view.limitation_months,
        "minimum": {code: money(minor, code) for code, minor in view.least_minor.items()},
        "counts": dict(view.counts),
        "forced": dict(view.forced),
        "list": [
            _row(row, owed.get((row["company_id"], row["customer_id"]), []), lang)
            for row in view.rows.to_dict("records")
        ],
        "stages": rows(view.stages),
        "owners": [_explained(row) for row in rows(view.owners)],
        "due_soon": _listed(
            view.due_soon,
            {
                "company_id": "company_id",
                "customer_id": "customer_id",
                "name": "name",
                "owner": "owner",
                **_ITEM,
            },
        ),
        "to_complete": _to_complete(view, lang),
        "left_out": {
            "count": view.count_left_out,
            "overdue": {code: money(minor, code) for code, minor in view.left_out_minor.items()},
            "no_rate": {code: money(minor, code) for code, minor in view.no_rate_minor.items()},
        },
        "unavailable": dict(view.missing)
        | ({} if view.are_reminders_known else {"reminders": "not_supplied"}),
    }


def _row(row: dict[Any, Any], items: list[Json], lang: str) -> Json:
    found: Json = {name: plain(row[name]) for name in _PLAIN}
    found["reasons"] = str(row["reasons"]).split()
    found["message"] = reason(row, lang)
    code = row["currency"]
    for name in _AMOUNTS:
        found[name] = money(row[f"{name}_minor"], code)
        if found[name] is None:
            found[f"{name}_reason"] = plain(row["amount_reason"])
    has_priority = not pd.isna(row["priority"])
    found["priority"] = money(round(row["priority"]), code) if has_priority else None
    if not has_priority:
        found["priority_reason"] = plain(row["amount_reason"])
    found["items"] = items
    return _explained(found)


def _listed(items: pd.DataFrame, names: dict[str, str]) -> list[Json]:
    return [_explained(row) for row in _unexplained(rows(items, names=names))]


def _unexplained(found: list[Json]) -> list[Json]:
    """Return rows without the general reason, so that ours stands."""
    return [
        {
            name: value
            for name, value in row.items()
            if value != "not_applicable" or not name.endswith("_reason")
        }
        for row in found
    ]


def _explained(row: Json) -> Json:
    for name, why in _WHY.items():
        if name in row and row[name] is None:
            row[f"{name}_reason"] = why
    return explained(row)


def _to_complete(view: WorklistView, lang: str) -> list[Json]:
    names = (
        "kind",
        "company_id",
        "customer_id",
        "name",
        "owner",
        "detail",
        "on",
        "days",
        "currency",
    )
    found = []
    for row in view.to_complete.to_dict("records"):
        item: Json = {name: plain(row[name]) for name in names}
        item["amount"] = money(row["amount_minor"], row["currency"])
        item["message"] = complete_reason(row, lang)
        found.append(_explained(item))
    return found


def _text(session: Session, view: WorklistView) -> str:
    word, f, lang = session.word, session.formats, session.lang
    head = word("Calls of the day as of {date}", date=f.date(view.as_of))
    lines = [
        [
            f.integer(row["rank"]),
            named("state", row["state"], lang),
            shorten(f"{row['customer_id']} {row['name']}"),
            f.amount0(row["to_collect_minor"], row["currency"]),
            MISSING if pd.isna(row["level"]) else row["level"],
            named("step", row["next_step"], lang) or MISSING,
            reason(row, lang),
        ]
        for row in view.rows.to_dict("records")
    ]
    titles = [
        word("Rank"),
        word("State"),
        word("Customer"),
        word("To ask for"),
        word("Level"),
        word("Next step"),
        word("Why"),
    ]
    body = table(titles, lines, words=7) if lines else word("Nothing to show.")
    facts = [missing_fact(code, lang) for code in view.missing]
    return "\n".join([head, "", body, "", *_sums(session, view), *facts])


def _sums(session: Session, view: WorklistView) -> list[str]:
    word, f, lang = session.word, session.formats, session.lang
    lines = [
        f"{named('stage', row['stage'], lang)} · {f.amount0(row['amount_minor'], row['currency'])}"
        for row in view.stages.to_dict("records")
    ]
    soon = word("Due soon · {n}", n=f.integer(len(view.due_soon)))
    missing = word("Files to complete · {n}", n=f.integer(len(view.to_complete)))
    return [*lines, soon, missing]


COMMANDS: Final = (
    Command(
        "worklist", worklist, "Print whom to call first and why, what waits, what falls due soon."
    ),
)
