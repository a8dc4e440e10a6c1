"""Cash forecast and its measured error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

import arlib
from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, pairs, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.portfolio import Filters

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio
    from arlib.views.forecast import ForecastBlock, ForecastView
    from arlib.views.reliability import ReliabilityBlock, ReliabilityView
    from arlib.workspace import Workspace

ScenarioOption = Literal["base", "simple", "optimistic", "pessimistic"]
Json = dict[str, Any]
_GAP: Final = "\n\n"
_QUANTILES: Final = ("p10", "p25", "p50", "p75", "p90")
_SUMS: Final = ("expected", "promised", "sum_expected")
_INVOICES: Final = (
    "company_id",
    "customer_id",
    "name",
    "document_id",
    "number",
    "kind",
    "issued_on",
    "due_on",
    "days_late",
    "currency",
    "open_minor",
    "disputed_minor",
    "promised_minor",
    "promised_on",
    "treatment",
    "expected_on",
    "expected_on_reason",
    "p10_on",
    "p10_on_reason",
    "p90_on",
    "p90_on_reason",
    "probability_late_30",
    "probability_late_30_reason",
    "confidence",
    "delay_days",
    "delay_source",
)
_CHANCES: Final = ("p10_on", "p90_on", "probability_late_30")
MODEL_COLUMNS: Final = tuple(name for name in _INVOICES if not name.startswith("delay_"))
_SHOWN: Final = 15
_WAPES: Final = (4, 8, 13)


def forecast(
    session: Session,
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=25, help="Weeks to come (13 by default).")
    ] = 13,
    scenario: Annotated[
        ScenarioOption,
        typer.Option("--scenario", help="The model, or the due date moved by the usual delay."),
    ] = "base",
    run_rate: Annotated[
        bool,
        typer.Option(
            "--run-rate", help="Add sales to come at the pace of the last months: no invoice yet."
        ),
    ] = False,
    run_rate_months: Annotated[
        Literal["3", "12"],
        typer.Option("--run-rate-months", help="Whole months the pace is taken from (12)."),
    ] = "12",
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it, to be compared with what then comes in.")
    ] = False,
) -> None:
    """Print what open invoices should bring in, week by week."""
    from arlib.views import forecast as views

    with session.workspace() as book:
        policy = session.active_policy(book)
        portfolio = session.portfolio(book)
        view = views.build(
            portfolio,
            policy,
            weeks=weeks,
            scenario=scenario,
            run_rate_months=int(run_rate_months) if run_rate else None,
        )
        kept: Json = {}
        if keep:
            kept["forecast_id"] = _keep(session, book, view, portfolio, policy)
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(kept | _document(view), lambda: _text(session, view))


def _keep(
    session: Session, book: Workspace, view: ForecastView, portfolio: Portfolio, policy: Policy
) -> str:
    """Keep the forecast of the whole book. Raises UserError when filters leave a part of it out."""
    if portfolio.filters != Filters() or not view.blocks:
        raise UserError("forecast_not_whole")
    versions = (policy.version, arlib.__version__)
    return book.keep_forecast(view.to_keep(), view.as_of, versions, session.author())


def backtest(session: Session) -> None:
    """Print how right forecasts at past month-ends were, beside plain rules."""
    from arlib.views import reliability as views

    with session.workspace() as book:
        view = views.build(session.portfolio(book), session.active_policy(book))
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(_judged(view), lambda: _judged_text(session, view))


def _document(view: ForecastView) -> Json:
    head: Json = {
        "as_of": plain(view.as_of),
        "scenario": view.scenario,
        "count_weeks": view.count_weeks,
        "unavailable": view.unavailable,
        "left_out": list(view.left_out),
        **_or_why("widening", plain(view.widening), "not_applicable"),
    }
    if (layer := _run_rate(view)) is not None:
        head["run_rate"] = layer
    blocks = [_block(view, block) for block in view.blocks]
    if len(blocks) == 1:
        return head | blocks[0]
    return head | ({"blocks": blocks} if blocks else {"weeks": [], "invoices": []})


def _run_rate(view: ForecastView) -> Json | None:
    """Return the layer of the sales to come: no invoice stands behind it, no total holds it."""
    found = view.run_rate
    if found is None:
        return None
    document: Json = {
        "months": found.months,
        "first_on": plain(found.first_on),
        "last_on": plain(found.last_on),
        "sales": rows(found.sales),
        "weeks": rows(found.weeks),
    }
    for name in ("first_on", "last_on"):
        if document[name] is None:
            document[f"{name}_reason"] = found.reason
    return document | ({"unavailable": found.reason} if found.reason else {})


def _block(view: ForecastView, block: ForecastBlock) -> Json:
    parts = {name.removesuffix("_minor"): value for name, value in block.parts.items()}
    return {
        "currency": block.currency,
        "weeks": _periods(view, block.weeks, block.currency, ("week", "week_on", "week_end_on")),
        "months": _periods(view, block.months, block.currency, ("month_on", "month_end_on")),
        "unplanned": money(parts["disputed"] + parts["not_modelled"], block.currency),
        **{name: money(value, block.currency) for name, value in parts.items()},
        "customers": rows(block.customers.drop(columns=["confidence"]), currency=block.currency),
        "companies": rows(block.companies, currency=block.currency),
        "invoices": _invoices(block),
    }


def _invoices(block: ForecastBlock) -> list[Json]:
    """Return the open invoices; a rule gives a date and no chances, which are then null."""
    shown = [name for name in _INVOICES if name in block.invoices]
    chances = dict.fromkeys(name for name in _CHANCES if name not in shown)
    return [
        explained(row | chances) for row in rows(block.invoices[shown], currency=block.currency)
    ]


def _periods(
    view: ForecastView, frame: pd.DataFrame, currency: str, dates: tuple[str, ...]
) -> list[Json]:
    reason = "not_applicable" if view.scenario != "base" else None
    found = []
    for row in frame.to_dict("records"):
        line: Json = {name: plain(row[name]) for name in dates}
        line |= {name: money(row[f"{name}_minor"], currency) for name in _SUMS}
        for name in (*_QUANTILES, *(f"sum_{quantile}" for quantile in _QUANTILES)):
            line[name] = money(row[f"{name}_minor"], currency)
            if line[name] is None:
                line[f"{name}_reason"] = reason
        found.append(line)
    return found


def _text(session: Session, view: ForecastView) -> str:
    word, shown = session.word, session.formats
    head = word("Cash forecast of the open invoices at {date}", date=shown.date(view.as_of))
    lines = [head, word("Future sales are not included."), *_layer_text(session, view)]
    if view.unavailable:
        lines.append(
            word(
                "No settlement is known: due dates alone count ({why}).",
                why=label("reason", view.unavailable, session.lang),
            )
        )
    if not view.blocks:
        return "\n".join([*lines, word("Nothing to show.")])
    return _GAP.join(["\n".join(lines), *(_block_text(session, block) for block in view.blocks)])


def _layer_text(session: Session, view: ForecastView) -> list[str]:
    """Return what sales to come would bring in by the last week, in one line a currency."""
    word, shown, layer = session.word, session.formats, view.run_rate
    if layer is None:
        return []
    if layer.reason:
        why = label("reason", layer.reason, session.lang)
        return [word("Sales to come: not available ({why}).", why=why)]
    last = layer.weeks.groupby("currency")["sum_run_rate_minor"].max()
    return [
        word(
            "Apart, sales to come at the pace of the last {n} months, not invoiced yet: {amount}.",
            n=shown.integer(layer.months),
            amount=shown.amount0(int(amount), str(currency)),
        )
        for currency, amount in last.items()
    ]


def _block_text(session: Session, block: ForecastBlock) -> str:
    word, shown = session.word, session.formats

    def amount(value: Any) -> str:
        return DASH if is_missing(value) else shown.amount0(int(value), block.currency)

    weeks = table(
        [word("Week to"), word("Expected"), "P10", "P50", "P90"],
        [
            [
                shown.date(row["week_end_on"]),
                amount(row["expected_minor"]),
                *(amount(row[f"{name}_minor"]) for name in ("p10", "p50", "p90")),
            ]
            for row in block.weeks.to_dict("records")
        ],
    )
    parts = pairs((word(title), amount(block.parts[f"{name}_minor"])) for name, title in _PARTS)
    people = table(
        [word("Customer"), word("Expected in 4 weeks"), word("Open")],
        [
            [shorten(row["name"]), amount(row["expected_minor"]), amount(row["open_minor"])]
            for row in block.customers.head(_SHOWN).to_dict("records")
        ],
    )
    return _GAP.join([f"{word('Weeks')} ({block.currency})\n{weeks}", parts, people])


_PARTS: Final = (
    ("expected", N_("Expected by the last week")),
    ("beyond", N_("Expected later")),
    ("disputed", N_("In dispute, not planned")),
    ("not_modelled", N_("Without any settlement to learn from")),
    ("open", N_("Open debits")),
    ("credits", N_("Credits, apart")),
    ("outstanding", N_("Outstanding")),
)


def _judged(view: ReliabilityView) -> Json:
    head: Json = {
        "as_of": plain(view.as_of),
        "cuts": [plain(day) for day in view.cuts],
        "count_invoices": view.count_invoices,
        "widening": view.widening,
        "unavailable": view.unavailable,
        "left_out": list(view.left_out),
    }
    reason = view.unavailable or "no_history"
    head |= _or_why("is_better_than_customer_mean", view.is_better, reason)
    for name, method in _METHODS.items():
        head |= _or_why(f"mae_{name}days", view.mae(method), reason)
    head |= _model(view, reason)
    head["kept"] = rows(view.kept)
    blocks = [_judged_block(block) for block in view.blocks]
    if len(blocks) == 1:
        return head | blocks[0]
    if blocks:
        return head | {"blocks": blocks}
    for name in ("currency", *(f"wape_{weeks}w" for weeks in _WAPES)):
        head |= _or_why(name, None, reason)
    return head


def _or_why(name: str, value: Any, reason: str) -> Json:
    """Return a figure, its reason beside it when it is missing."""
    return {name: value} | ({f"{name}_reason": reason} if value is None else {})


# name in the document -> method
_METHODS: Final = {
    "": "hazard",
    "due_date_": "due_date",
    "customer_mean_": "customer_mean",
    "customer_median_": "customer_median",
}


def _model(view: ReliabilityView, reason: str) -> Json:
    found: Json = {}
    own = view.methods.loc[view.methods["method"] == "hazard"]
    for name in ("bias_days", "mae_overdue_days", "bucket_ratio"):
        found |= _or_why(name, None if own.empty else plain(own[name].iloc[0]), reason)
    found |= _or_why("coverage_80", plain(view.coverage_80), reason)
    found["methods"] = rows(view.methods)
    found["reliability"] = rows(view.reliability)
    return found


def _judged_block(block: ReliabilityBlock) -> Json:
    found: Json = {"currency": block.currency}
    for row in block.wape.to_dict("records"):
        prefix = "" if row["method"] == "hazard" else f"{row['method']}_"
        found[f"{prefix}wape_{row['horizon']}w"] = plain(row["wape"])
    for row in block.bands.to_dict("records"):
        for name in ("band_80", "band_50", "sum_80"):
            found[f"cash_{name}_{row['horizon']}w"] = plain(row[name])
        found[f"cash_weeks_{row['horizon']}w"] = row["count"]
    found["weeks"] = rows(
        block.weeks.drop(columns=["currency"]).pipe(_whole_minor), currency=block.currency
    )
    return found


def _whole_minor(frame: pd.DataFrame) -> pd.DataFrame:
    names = [name for name in map(str, frame) if name.endswith("_minor")]
    return frame.assign(**{name: frame[name].round().astype("Int64") for name in names})


def _judged_text(session: Session, view: ReliabilityView) -> str:
    word, shown = session.word, session.formats
    if view.unavailable:
        why = label("reason", view.unavailable, session.lang)
        return word("Forecasts of the past cannot be judged: {why}.", why=why)
    head = word(
        "{n} month-ends from {first} to {last}, {count} invoices since paid",
        n=shown.integer(len(view.cuts)),
        first=shown.date(view.cuts[0]),
        last=shown.date(view.cuts[-1]),
        count=shown.integer(view.count_invoices),
    )
    verdict = word("No better than the customer’s mean delay.")
    if view.is_better:
        verdict = word("Better than the customer’s mean delay.")
    methods = table(
        [word("Method"), word("Error (days)"), word("Bias"), word("Overdue ones")],
        [
            [
                label("method", row["method"], session.lang),
                shown.days(row["mae_days"]),
                shown.signed_days(row["bias_days"]),
                shown.days(row["mae_overdue_days"]),
            ]
            for row in view.methods.to_dict("records")
        ],
    )
    bands = [
        word(
            "{currency}, {n} weeks: {share} of them inside the band that announces 80%",
            currency=block.currency,
            n=shown.integer(row["count"]),
            share=shown.share(row["band_80"]),
        )
        for block in view.blocks
        for row in block.bands.tail(1).to_dict("records")
    ]
    return _GAP.join([head, methods, verdict, "\n".join(bands)])


COMMANDS: Final = (
    Command("forecast", forecast, "Print what open invoices should bring in, week by week."),
    Command(
        "backtest",
        backtest,
        "Print how right forecasts at past month-ends were, beside plain rules.",
    ),
)
