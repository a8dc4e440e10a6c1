"""Suggested limits with their arithmetic, and rules of limits replayed on the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, plain, record, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import shorten, table
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.i18n.suggestions import ADVICE, RULES, name, rule_words
from arlib.model.issues import UserError

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.simulation import Rule, SimulationBlock, SimulationView
    from arlib.views.suggestions import SuggestionsBlock, SuggestionsView

Json = dict[str, Any]
_GAP: Final = "\n\n"
_SHOWN: Final = 60
_INNER: Final = ("is_collective", "sold_minor")
_FIGURES: Final = (
    "count_limited",
    "limit_minor",
    "customers_over",
    "count_overruns",
    "days_over",
    "count_stopped",
    "stopped_minor",
    "stopped_ratio",
    "customers_late",
    "customers_late_over",
    "avoided_minor",
    "good_stopped_minor",
    "good_stopped_ratio",
)


def suggest(
    session: Session,
    advice: Annotated[
        str | None,
        typer.Option("--advice", metavar="CODE", help="Only raise, lower, new, keep or none."),
    ] = None,
) -> None:
    """Print the suggested limits, each with what it was made from; nothing is written."""
    from arlib.views import suggestions as views

    if advice is not None and advice not in ADVICE:
        raise UserError("usage", detail=f"--advice {advice}")
    with session.workspace() as book:
        view = views.build(session.portfolio(book), session.active_policy(book))
    session.show(_document(view, advice), lambda: _text(session, view, advice))


def simulate(
    session: Session,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="RULE",
            help="A rule to try (repeat for several): common=10000, category=PME:5000,ETI:20000, sales_share=0.1, sales_days=60, multiple=0.5, suggested.",
        ),
    ] = None,
    with_customers: Annotated[
        bool, typer.Option("--customers", help="Each customer under each rule too.")
    ] = False,
) -> None:
    """Print what rules of limits would have done to the past, beside the limits in force."""
    from arlib.views import simulation as views

    with session.workspace() as book:
        portfolio = session.portfolio(book)
        companies = portfolio.companies()
        if not companies:
            raise UserError("book_empty")
        rules = [_parsed(text, companies[0].currency) for text in rule or ["suggested"]]
        view = views.build(portfolio, session.active_policy(book), rules=(*rules, views.IN_FORCE))
    session.show(_replayed(view, with_customers=with_customers), lambda: _lines(session, view))


# -- suggestions --------------------------------------------------------------------------------


def _document(view: SuggestionsView, advice: str | None) -> Json:
    head: Json = {"as_of": plain(view.as_of), "not_set": list(view.unset)}
    if view.unavailable:
        head["unavailable"] = view.unavailable
    blocks = [_block(block, advice) for block in view.blocks]
    if len(blocks) == 1:
        return head | blocks[0]
    return head | {"blocks": blocks}


def _block(block: SuggestionsBlock, advice: str | None) -> Json:
    kept = _kept(block, advice)
    hidden = [column for column in kept if column in _INNER or str(column).startswith("end_")]
    return {
        "currency": block.currency,
        "totals": rows(block.totals, currency=block.currency),
        "counts": dict(block.counts),
        "customers": rows(_finite(kept.drop(columns=hidden))),
    }


def _finite(frame: pd.DataFrame) -> pd.DataFrame:
    """Say why a change from 0 or from nothing has no ratio."""
    is_zero = frame["current_minor"].eq(0).fillna(value=False)
    reason = frame["current_reason"].mask(is_zero.astype(bool), "limit_zero")
    return frame.assign(change_ratio_reason=reason.fillna(frame["suggested_reason"]))


def _kept(block: SuggestionsBlock, advice: str | None) -> pd.DataFrame:
    return block.rows if advice is None else block.rows.loc[block.rows["advice"] == advice]


def _text(session: Session, view: SuggestionsView, advice: str | None) -> str:
    head = session.word("Suggested limits as of {date}", date=session.formats.date(view.as_of))
    note = session.word("A policy to be reviewed, not a measured result; nothing is written.")
    if view.unavailable:
        return f"{head}\n{session.unavailable(view.unavailable)}"
    return _GAP.join([f"{head}\n{note}", *(_listed(session, b, advice) for b in view.blocks)])


def _listed(session: Session, block: SuggestionsBlock, advice: str | None) -> str:
    word, f, lang = session.word, session.formats, session.lang
    kept = _kept(block, advice)
    headers = [
        f"{word('Customer')} ({block.currency})",
        word("Class"),
        word("Limit in force"),
        word("Suggested"),
        word("Advice"),
        word("What decides"),
    ]
    lines = [
        [
            shorten(f"{row['customer_id']} {row['name']}"),
            label("segment", row["segment"], lang),
            f.amount0(row["current_minor"], block.currency),
            f.amount0(row["suggested_minor"], block.currency),
            name("advice", row["advice"], lang),
            label("reason", row["suggested_reason"], lang)
            if is_missing(row["binding"])
            else name("binding", row["binding"], lang),
        ]
        for row in kept.head(_SHOWN).to_dict("records")
    ]
    if len(kept) > _SHOWN:
        lines.append([word("Others ({n})", n=f.integer(len(kept) - _SHOWN)), *[""] * 5])
    return table(headers, lines)


# -- simulation ---------------------------------------------------------------------------------


def _parsed(text: str, currency: str) -> Rule:
    """Return the rule of ``KIND=FIGURE``. Raises UserError ``simulation_rule_invalid``."""
    from arlib.views import simulation as views

    kind, _, figure = text.partition("=")
    if kind not in RULES:
        raise UserError("simulation_rule_invalid", value=text)
    return views.rule(kind, **_figure(kind, figure, currency, text))  # type: ignore[arg-type]


def _figure(kind: str, figure: str, currency: str, text: str) -> Json:
    if kind == "common":
        return {"amount_minor": _amount(figure, currency, text)}
    if kind == "category":
        pairs = [part.rpartition(":") for part in figure.split(",") if part.strip()]
        return {
            "amounts": [
                (category.strip(), _amount(amount, currency, text)) for category, _, amount in pairs
            ]
        }
    if kind in ("sales_share", "multiple", "sales_days"):
        field = "days" if kind == "sales_days" else "ratio"
        try:
            return {field: float(figure)}
        except ValueError:
            raise UserError("simulation_rule_invalid", value=text) from None
    return {}


def _amount(figure: str, currency: str, text: str) -> int:
    from arlib.workspace import parse_amount

    found = parse_amount(figure, currency) if figure.strip() else None
    if found is None:
        raise UserError("simulation_rule_invalid", value=text)
    return found


def _replayed(view: SimulationView, *, with_customers: bool) -> Json:
    head: Json = {
        "from": plain(view.from_on),
        "to": plain(view.to_on),
        "book_from": plain(view.book_from),
        "late_days": view.late_days,
        "left_out": list(view.left_out),
        "count_no_rate": view.count_no_rate,
    }
    if view.from_on is None:
        head["from_reason"] = view.unavailable or "as_of_too_early"
    if view.book_from is None:
        head["book_from_reason"] = "not_applicable"
    if view.unavailable:
        return head | {"unavailable": view.unavailable, "rules": []}
    blocks = [_simulated(view, block, with_customers=with_customers) for block in view.blocks]
    return head | (blocks[0] if len(blocks) == 1 else {"blocks": blocks})


def _simulated(view: SimulationView, block: SimulationBlock, *, with_customers: bool) -> Json:
    return {
        "currency": block.currency,
        "rules": [
            _rule(view.rules[place], block, place, with_customers=with_customers)
            for place in range(len(view.rules))
        ],
    }


def _rule(rule: Rule, block: SimulationBlock, place: int, *, with_customers: bool) -> Json:
    totals = dict(block.totals[place])
    figures = record({code: totals[code] for code in _FIGURES}, currency=block.currency)
    found: Json = {"rule": rule.kind, **_said(rule, block.currency), **figures}
    found["months"] = rows(block.months[place], currency=block.currency)
    if with_customers:
        hidden = ["customer_no", "category", "knows_late"]
        found["customers"] = rows(block.customers[place].drop(columns=hidden))
    return found


def _said(rule: Rule, currency: str) -> Json:
    """Return the figures of a rule that it has."""
    found: Json = {
        "amount": money(rule.amount_minor, currency) if rule.kind == "common" else None,
        "amounts": {key: money(amount, currency) for key, amount in rule.amounts} or None,
        "ratio": rule.ratio or None,
        "days": rule.days or None,
    }
    return explained({key: value for key, value in found.items() if value is not None})


def _lines(session: Session, view: SimulationView) -> str:
    word, f = session.word, session.formats
    if view.unavailable:
        return session.unavailable(view.unavailable)
    head = word(
        "The past replayed from {start} to {end}, day by day on E1",
        start=f.date(view.from_on),
        end=f.date(view.to_on),
    )
    note = word("A policy to be reviewed, not a measured result; nothing is written.")
    return _GAP.join([f"{head}\n{note}", *(_compared(session, view, b) for b in view.blocks)])


def _compared(session: Session, view: SimulationView, block: SimulationBlock) -> str:
    word, currency = session.word, block.currency
    titles = {
        "count_limited": word("Customers with a limit"),
        "limit_minor": word("Sum of the limits at the end"),
        "customers_over": word("Customers over at least once"),
        "count_overruns": word("Overruns (times)"),
        "days_over": word("Days over, all customers"),
        "count_stopped": word("Invoices stopped"),
        "stopped_minor": word("Sales stopped incl. VAT"),
        "stopped_ratio": word("Share of all sales"),
        "customers_late": word("Customers later over {n} days late", n=view.late_days),
        "customers_late_over": word("of whom over their limit"),
        "avoided_minor": word("Exposure avoided on them"),
        "good_stopped_minor": word("Good customers' sales stopped"),
        "good_stopped_ratio": word("Share of good customers' sales"),
    }
    headers = [
        f"{word('Over the past')} ({currency})",
        *(rule_words(rule, currency, session.lang) for rule in view.rules),
    ]
    lines = [
        [title, *(_cell(session, code, item[code], currency) for item in block.totals)]
        for code, title in titles.items()
    ]
    return table(headers, lines)


def _cell(session: Session, code: str, value: Any, currency: str) -> str:
    f = session.formats
    if is_missing(value):
        return "–"
    if code.endswith("_minor"):
        return f.amount0(int(value), currency)
    return f.percent(value) if code.endswith("_ratio") else f.integer(int(value))


SIMULATE: Final = Command(
    "simulate", simulate, "Print what rules of limits would have done to the past."
)
COMMANDS: Final = (
    Command("suggest", suggest, "Print suggested limits and what they were made from."),
)
