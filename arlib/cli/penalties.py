"""Late payment interest and the fixed indemnity of invoices owed after their due date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.i18n.penalties import MODES, STANDINGS, missing_words, reckonings, word
from arlib.model.issues import UserError

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.late_interest import LateBlock, LateView

Json = dict[str, Any]
_GAP: Final = "\n\n"
_SHOWN: Final = 15
_PARTS: Final = ("rate_ratio", "rate_half", "start_half", "half", "interest", "place")


def penalties(
    session: Session,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="ID", help="One customer, with his invoices."),
    ] = None,
    *,
    invoices: Annotated[
        bool, typer.Option("--invoices", help="Every late invoice, its reckoning spelled out.")
    ] = False,
) -> None:
    """Print what the law gives for invoices paid late or still owed: a simulation."""
    from arlib.views import late_interest as views

    with session.workspace() as book:
        portfolio, policy = session.portfolio(book), session.active_policy(book)
        view = views.build(portfolio, policy)
        if customer and customer not in set(portfolio.customers()["customer_id"]):
            raise UserError("customer_not_found", value=customer)
        found = steps = None
        if customer or invoices:
            found = views.invoices(portfolio, policy, customer_id=customer)
            steps = views.steps(portfolio, policy)
            steps = steps.loc[steps["invoice_key"].isin(found["invoice_key"])]
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(
        _document(view, customer, found, steps),
        lambda: _text(session, view, found, steps),
    )


def _document(
    view: LateView, customer: str | None, found: pd.DataFrame | None, steps: pd.DataFrame | None
) -> Json:
    head: Json = {
        "as_of": plain(view.as_of),
        "is_simulation": True,
        "rate_mode": view.mode,
        "credit_notes": view.credit_notes,
        "contract_ratio": view.contract_ratio or None,
        "missing_half_years": list(view.missing),
        "to_confirm": list(view.unconfirmed),
        "rates": [_rate(view, place) for place in range(len(view.rates))],
        "unavailable": view.unavailable,
        "left_out": list(view.left_out),
        "open_items_only": list(view.open_only),
    }
    if head["contract_ratio"] is None:
        head["contract_ratio_reason"] = "not_filled"
    head["blocks"] = [_block(block, customer) for block in view.blocks]
    if found is not None and steps is not None:
        head["invoices"] = _invoices(found, steps)
    return head


def _rate(view: LateView, place: int) -> Json:
    item = view.rates[place]
    found: Json = {
        "half_year": item.code,
        "ecb_ratio": item.ecb_ratio,
        "law_ratio": plain(view.law_ratio(item.number)),
        "legal_ratio": item.legal_ratio,
        "source": item.source,
        "is_confirmed": item.is_confirmed,
        "is_typed": item.is_typed,
    }
    for name in ("ecb_ratio", "law_ratio", "legal_ratio"):
        if found[name] is None:
            found[f"{name}_reason"] = "no_rate"
        else:
            found[name] = round(found[name], 10)
    return found


def _block(block: LateBlock, customer: str | None) -> Json:
    code, euro = block.currency, block.indemnity_currency
    people = block.customers
    if customer:
        people = people.loc[people["customer_id"] == customer]
    document: Json = {
        "currency": code,
        "indemnity_currency": euro,
        "count_invoices": block.count_invoices,
        "count_open": block.count_open,
        "count_estimates": block.count_estimates,
        "count_no_rate": block.count_no_rate,
        "interest": money(block.interest_minor, code),
        "known_interest": money(block.known_interest_minor, code),
        "indemnity": money(block.indemnity_minor, euro),
        "disputed_interest": money(block.disputed_interest_minor, code),
        "count_claimable": block.count_claimable,
        "claimable_interest": money(block.claimable_interest_minor, code),
        "claimable_indemnity": money(block.claimable_indemnity_minor, euro),
        "standings": rows(
            block.standings.assign(currency=code, indemnity_currency=euro),
        ),
        "half_years": rows(
            block.half_years.drop(columns=["half", "minor_days"]).rename(
                columns={"code": "half_year"}
            ),
            currency=code,
        ),
        "customers": rows(people),
    }
    if document["interest"] is None:
        document["interest_reason"] = "no_rate"
    return document


def _invoices(found: pd.DataFrame, steps: pd.DataFrame) -> list[Json]:
    """Return the invoices, each with the stretches of its reckoning."""
    kept = found.assign(
        contract_ratio_reason=None,
        settled_on_reason="still_open",
        missing_half_years_reason="not_applicable",
    )
    documents = rows(kept.drop(columns=["invoice_key"]))
    by_key: dict[int, list[Json]] = {}
    codes = found.set_index("invoice_key")["currency"]
    told = rows(
        steps.assign(currency=steps["invoice_key"].map(codes)).drop(
            columns=[
                "company_id",
                "customer_id",
                *(name for name in _PARTS if name != "rate_ratio"),
            ]
        )
    )
    for step in told:
        by_key.setdefault(step.pop("invoice_key"), []).append(step)
    for document, key in zip(documents, found["invoice_key"].tolist(), strict=True):
        document["reckoning"] = by_key.get(key, [])
    return documents


def _text(
    session: Session,
    view: LateView,
    found: pd.DataFrame | None,
    steps: pd.DataFrame | None,
) -> str:
    say, shown = session.word, session.formats
    lines = [say("Late payment interest at {date}", date=shown.date(view.as_of))]
    if view.unavailable:
        why = label("reason", view.unavailable, session.lang)
        return "\n".join([*lines, say("Not available: {why}.", why=why)])
    lines.append(
        say("A simulation, not a claim: suppliers often waive it, and nothing is sent or booked.")
    )
    lines.append(word(MODES, view.mode, session.lang))
    if view.missing:
        halves = missing_words(view.missing, session.lang)
        lines.append(
            say(
                "No rate for {halves}: fill in late_ecb_ratios and late_legal_ratios of the policy.",
                halves=halves,
            )
        )
    if view.unconfirmed:
        halves = missing_words(view.unconfirmed, session.lang)
        lines.append(say("Rate to be confirmed: {halves}.", halves=halves))
    if not view.blocks:
        return "\n".join([*lines, say("Nothing to show.")])
    said = ["\n".join(lines)]
    for block in view.blocks:
        if found is None:
            said += [_standings(session, block), _customers(session, block)]
        elif steps is not None:
            said.append(_listed(session, block, found, steps))
    return _GAP.join(said)


def _amount(session: Session, value: Any, code: str) -> str:
    return DASH if is_missing(value) else session.formats.amount(int(value), code)


def _standings(session: Session, block: LateBlock) -> str:
    say, f = session.word, session.formats
    lines = [
        [
            word(STANDINGS, str(row["standing"]), session.lang),
            f.integer(row["count_invoices"]),
            _amount(session, row["interest_minor"], block.currency),
            _amount(session, row["indemnity_minor"], block.indemnity_currency),
        ]
        for row in block.standings.to_dict("records")
    ]
    total = [
        say("Theoretical total"),
        f.integer(block.count_invoices),
        _amount(session, block.interest_minor, block.currency),
        _amount(session, block.indemnity_minor, block.indemnity_currency),
    ]
    heads = [say("Standing"), say("Invoices"), say("Interest"), say("Indemnities")]
    return table(heads, [*lines, total])


def _customers(session: Session, block: LateBlock) -> str:
    say, f = session.word, session.formats
    return table(
        [say("Customer"), say("Invoices"), say("Interest"), say("Indemnities"), say("To claim")],
        [
            [
                shorten(row["name"]),
                f.integer(row["count_invoices"]),
                _amount(session, row["interest_minor"], block.currency),
                _amount(session, row["indemnity_minor"], block.indemnity_currency),
                f.integer(row["count_claimable"]),
            ]
            for row in block.customers.head(_SHOWN).to_dict("records")
        ],
    )


def _listed(session: Session, block: LateBlock, found: pd.DataFrame, steps: pd.DataFrame) -> str:
    say, f = session.word, session.formats
    kept = found.loc[found["currency"] == block.currency]
    told = reckonings(steps, block.currency, kept["invoice_key"], session.lang)
    return table(
        [say("Invoice"), say("Due date"), say("Interest"), say("Indemnity"), say("Reckoning")],
        [
            [
                str(row["number"]),
                f.date(row["due_on"]),
                _amount(session, row["interest_minor"], block.currency),
                _amount(session, row["indemnity_minor"], block.indemnity_currency),
                told.get(row["invoice_key"], ""),
            ]
            for row in kept.to_dict("records")
        ],
    )


COMMANDS: Final = (
    Command(
        "penalties",
        penalties,
        "Print what the law gives for invoices paid late or still owed: a simulation.",
    ),
)
