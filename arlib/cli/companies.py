"""The companies of the group side by side, with the figures of their overviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, plain
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n.companies import company_name
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from arlib.views.companies import CompaniesView


def companies(session: Session) -> None:
    """Print each company of the book with the figures of its overview, and their total."""
    from arlib.views import companies as views

    with session.workspace() as book:
        view = views.build(session.portfolio(book), session.active_policy(book))
    session.show(_document(view), lambda: _text(session, view))


def _document(view: CompaniesView) -> dict[str, Any]:
    total = [_row(row) for row in view.total.to_dict("records")]
    return explained(
        {
            "as_of": plain(view.as_of),
            "currency": view.target or None,
            "companies": [_row(row) for row in view.companies.to_dict("records")],
            "total": total[0] if total else None,
            "total_reason": view.total_reason,
        }
    )


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        bare = name.removesuffix("_minor")
        if name.endswith("_reason"):
            continue
        currency = row["overrun_currency"] if bare == "overrun" else row["currency"]
        found[bare] = money(value, plain(currency)) if name.endswith("_minor") else plain(value)
        why = plain(row.get(f"{name}_reason"))
        if found[bare] is None and why is not None:
            found[f"{bare}_reason"] = why
    return explained(found)


def _text(session: Session, view: CompaniesView) -> str:
    _ = session.translate
    names = ("Company", "Currency", "Outstanding", "Overdue", "Share overdue", "Late > 90 d",
             "Disputed", "DSO (count-back)", "Mean delay", "Customers over limit", "Overrun")  # fmt: skip
    frames = [*_lines(session, view.companies)]
    parts = [_("As of {date}").format(date=session.formats.date(view.as_of))]
    if view.total_reason is None:
        frames += [[_("Total"), *line[1:]] for line in _lines(session, view.total)]
    parts.append(table([_(name) for name in names], frames, words=2))
    if view.total_reason is not None:
        why = label("reason", view.total_reason, session.lang)
        parts.append(
            _("No total in {currency}: {reason}.").format(currency=view.target, reason=why)
        )
    return "\n\n".join(parts)


def _lines(session: Session, frame: pd.DataFrame) -> list[list[str]]:
    f = session.formats

    def said(value: Any, write: Callable[..., str], *more: Any) -> str:
        return DASH if plain(value) is None else write(value, *more)

    return [
        [
            shorten(company_name(plain(row["name"]) or "", session.lang)),
            row["currency"],
            *(
                said(row[name], f.amount, row["currency"])
                for name in ("outstanding_minor", "overdue_minor")
            ),
            said(row["overdue_ratio"], f.percent),
            *(
                said(row[name], f.amount, row["currency"])
                for name in ("over_90_minor", "disputed_minor")
            ),
            ("≥ " if row["dso_is_lower_bound"] else "") + said(row["dso_days"], f.days),
            said(row["mean_delay_days"], f.days),
            said(row["count_over"], f.integer),
            said(row["overrun_minor"], f.amount, row["overrun_currency"]),
        ]
        for row in frame.to_dict("records")
    ]


COMMANDS: Final = (
    Command(
        "companies", companies, "Print each company of the book with the figures of its overview."
    ),
)
