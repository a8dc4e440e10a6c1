"""The credit grid and the customers outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import table
from arlib.i18n.credit import exception_reason, named
from arlib.i18n.formats import MISSING
from arlib.i18n.labels import label

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.grid import GridRow, GridView

Json = dict[str, Any]
_EXCEPTION: Final = {
    "company_id": "company_id",
    "customer_id": "customer_id",
    "name": "name",
    "segment": "segment",
    "rule": "rule",
    "currency": "currency",
    "exposure_minor": "exposure",
}
_LIMIT: Final = {"limit_minor": "limit", "ceiling_minor": "ceiling", "excess_minor": "excess"}
_TERMS: Final = {
    "count_invoices": "count_invoices",
    "days_beyond": "days_beyond",
    "issued_on": "issued_on",
    "due_on": "due_on",
    "allowed_on": "allowed_on",
}
_LAW: Final = {
    "net_days": "net_days",
    "month_end_a_days": "month_end_a_days",
    "month_end_b_days": "month_end_b_days",
    "reading": "reading",
    "regime": "regime",
    "source": "source",
    "is_confirmed": "is_confirmed",
}
_PARTS: Final = {
    "limit_above": _LIMIT,
    "no_limit": _LIMIT,
    "terms_above": _TERMS,
    "terms_illegal": _TERMS | _LAW,
    "terms_clause": _TERMS | _LAW,
}


def grid(session: Session) -> None:
    """Print what each class is allowed, and the customers outside it."""
    from arlib.views import grid as views

    with session.workspace() as book:
        policy = session.active_policy(book)
        view = views.build(session.portfolio(book), policy)
    document = _document(view, policy.version)
    session.show(document, lambda: _text(session, view))


def _document(view: GridView, version: str) -> Json:
    return {
        "as_of": plain(view.as_of),
        "exposure_basis": view.exposure_basis,
        "policy_version": version,
        "grid": [row_document(row) for row in view.rows],
        "population": rows(view.population),
        "counts": dict(view.counts),
        "amounts": {
            rule: {code: money(amount, code) for code, amount in sums.items()}
            for rule, sums in view.amounts.items()
        },
        "exceptions": [item for rule in _PARTS for item in _exceptions(view.exceptions, rule)],
        "count_unknown_regime": view.count_unknown_regime,
    }


def _exceptions(found: pd.DataFrame, rule: str) -> list[Json]:
    return rows(found.loc[found["rule"] == rule], names=_EXCEPTION | _PARTS[rule])


def row_document(row: GridRow) -> Json:
    """Return what a class is allowed; a setting that is not fixed is null, reason not_fixed."""
    ceilings = {code: money(amount, code) for code, amount in row.ceiling_minor.items()}
    found: Json = {
        "segment": row.segment,
        "ceiling": ceilings or None,
        "terms": row.terms,
        "deposit_ratio": row.deposit_ratio,
        "action": row.action,
    }
    return found | {f"{name}_reason": "not_fixed" for name in found if found[name] is None}


def _text(session: Session, view: GridView) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    head = word("Credit policy as of {date}", date=shown.date(view.as_of))
    lines = [
        [
            label("segment", row.segment, lang),
            " / ".join(shown.amount0(a, c) for c, a in row.ceiling_minor.items()) or MISSING,
            row.terms or MISSING,
            shown.percent(row.deposit_ratio, 0),
            row.action or MISSING,
        ]
        for row in view.rows
    ]
    titles = [word("Class"), word("Limit up to"), word("Payment terms"), word("Deposit")]
    policy = table([*titles, word("What to do")], lines, words=5)
    outside = "\n".join(
        f"  {row['customer_id']} {row['name']}  {named('exception', row['rule'], lang)}"
        f"  {exception_reason(row, lang)}"
        for row in view.exceptions.to_dict("records")
    )
    return "\n\n".join([head, policy, outside or word("Nothing to show.")])


COMMANDS: Final = (
    Command("grid", grid, "Print what each class is allowed, and the customers outside it."),
)
