"""Blocks of the cash forecast: the fan, what stands outside of it, customers and invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

import arlib
from arlib.i18n import N_
from arlib.i18n.forecast import habit, sentence
from arlib.i18n.labels import label
from arlib.model.portfolio import Filters
from arlib.ui import cache, customers
from arlib.ui.cards import heading, metric
from arlib.ui.download import list_button
from arlib.ui.session import author, workspace
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small
from arlib.views.forecast import HORIZONS, RUN_RATE_MONTHS, SCENARIOS

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.forecast import ForecastBlock, ForecastView
    from arlib.views.reliability import ReliabilityBlock, ReliabilityView

WEEKS: Final = (4, 8, 13)
_TOP: Final = 8
_PARTS: Final = (
    ("expected_minor", N_("Expected by the last week")),
    ("beyond_minor", N_("Expected later")),
    ("disputed_minor", N_("In dispute, not planned")),
    ("not_modelled_minor", N_("Without any settlement to learn from")),
    ("open_minor", N_("Open debits")),
    ("credits_minor", N_("Credits, apart")),
    ("outstanding_minor", N_("Outstanding")),
)


def choices(page: Page, *, has_model: bool) -> tuple[int, str, int | None]:
    """Draw the choices of horizon, scenario and sales to come; return them."""
    _ = page.words
    with st.container(horizontal=True, vertical_alignment="center"):
        weeks = st.segmented_control(
            _("Horizon"),
            list(WEEKS),
            format_func=lambda count: _("{n} weeks").format(n=count),
            default=WEEKS[-1],
            required=True,
            key="forecast_weeks",
            label_visibility="collapsed",
        )
        known = list(SCENARIOS) if has_model else list(SCENARIOS[1:])
        scenario = st.segmented_control(
            _("Scenario"),
            known,
            format_func=lambda code: label("scenario", code, page.style.language),
            default=known[0],
            required=True,
            key=f"forecast_scenario_{has_model}",
            label_visibility="collapsed",
        )
        months = _run_rate(page) if has_model else None
    return int(weeks or WEEKS[-1]), str(scenario or known[0]), months


def _run_rate(page: Page) -> int | None:
    """Draw the choice of the layer of the sales to come, off unless asked for."""
    _ = page.words
    words = {0: _("Without sales to come")} | {
        months: _("Sales to come: pace of {n} months").format(n=months)
        for months in RUN_RATE_MONTHS
    }
    chosen = st.selectbox(
        _("Sales to come"),
        list(words),
        format_func=lambda months: words[months],
        key="forecast_run_rate",
        label_visibility="collapsed",
        width=188,
    )
    return int(chosen) or None


def choose_currency(page: Page, codes: list[str], key: str) -> str:
    """Return the currency to show: the only one, or the one chosen."""
    if len(codes) == 1:
        return codes[0]
    chosen = st.segmented_control(
        page.words("Currency"), codes, default=codes[0], required=True, key=key
    )
    return chosen or codes[0]


def notes(page: Page, view: ForecastView) -> None:
    """Say what the forecast rests on, what it leaves out and how wide its bands are."""
    _, f = page.words, page.formats
    said = [_("Open invoices only: future sales are not included.")]
    if layer := _layer_words(page, view):
        said = [layer]
    if view.unavailable:
        said.append(
            _(
                "No settlement is known: the model learns nothing, due dates alone count. Import a ledger or the settlements."
            )
        )
    elif view.left_out:
        names = ", ".join(view.left_out)
        said.append(_("Without a settlement, not foreseen: {names}.").format(names=names))
    if view.widening is not None and view.widening > 1:
        said.append(
            _(
                "Bands {n} times as wide as drawn: past weeks fell outside more often than announced."
            ).format(n=f.decimal(view.widening, 2))
        )
    st.markdown(small(plain(" ".join(said))))


def _layer_words(page: Page, view: ForecastView) -> str:
    """Return what the layer of the sales to come is, or why there is none; empty: not asked for."""
    _, f, layer = page.words, page.formats, view.run_rate
    if layer is None:
        return ""
    if layer.reason:
        why = label("reason", layer.reason, page.style.language)
        return _("Open invoices only. Sales to come: not available ({why}).").format(why=why)
    pace = ", ".join(
        _("{amount} a month, terms {days}").format(
            amount=f.compact(int(row["monthly_minor"]), str(row["currency"])),
            days=f.days0(row["terms_days"]),
        )
        for row in layer.sales.to_dict("records")
    )
    return _(
        "Figures, bands and lists: open invoices only. Dotted line alone: with sales to come at the pace of {first} to {last} ({pace}), which no invoice bears out, collected as invoices were."
    ).format(first=f.date(layer.first_on), last=f.date(layer.last_on), pace=pace)


def cards(page: Page, view: ForecastView, block: ForecastBlock) -> None:
    """Draw what is expected by 4, 8 and 13 weeks, and what stands outside."""
    _, f = page.words, page.formats
    places = st.columns(4)
    for place, weeks in zip(places, HORIZONS, strict=False):
        found = block.within(weeks)
        with place:
            if found["expected"] is None:
                metric(_("In {n} weeks").format(n=weeks), "–", note=_("beyond the horizon chosen"))
                continue
            note = ""
            if found["p10"] is not None and found["p90"] is not None:
                note = _("between {low} and {high}").format(
                    low=f.compact(found["p10"], block.currency),
                    high=f.compact(found["p90"], block.currency),
                )
            metric(
                _("In {n} weeks").format(n=weeks),
                f.compact(found["expected"], block.currency),
                note=note,
            )
    with places[3]:
        parts = block.parts
        metric(
            _("In dispute, not planned"),
            f.compact(parts["disputed_minor"], block.currency),
            note=_("{amount} later than {n} weeks").format(
                amount=f.compact(parts["beyond_minor"], block.currency), n=view.count_weeks
            ),
        )


def keep_button(page: Page, view: ForecastView) -> None:
    """Draw the button that keeps the forecast shown; only that of the whole book can be."""
    _ = page.words
    is_whole = page.selection.filters == Filters()
    if st.button(
        _("Keep this forecast"),
        icon=":material/bookmark_add:",
        disabled=not is_whole,
        help=_(
            "Kept as it is, it will be compared with what then comes in (Reliability of forecasts)."
        )
        if is_whole
        else _("Only a forecast of the whole book is kept: remove the filters."),
        key="forecast_keep",
    ):
        policy = cache.question(page.selection).policy
        versions = (policy.version, arlib.__version__)
        workspace().keep_forecast(view.to_keep(), view.as_of, versions, author())
        st.toast(_("Forecast kept."))


def kept(page: Page, view: ReliabilityView) -> None:
    """Draw the forecasts the user kept beside the cash that came in."""
    _, f = page.words, page.formats
    rows = view.kept
    heading(
        _("Forecasts you kept, against what came in"),
        _("Cash by week of what was open that day, outside dispute"),
    )
    if rows.empty:
        st.markdown(
            small(
                plain(_("None is over yet: keep one on the page Cash forecast, week after week."))
            )
        )
        return
    columns = [
        Column("as_of", _("Kept on data of"), 120, f.date),
        Column("week_end_on", _("Week to"), 100, f.date),
        Column("expected_minor", _("Expected"), 120, f.amount0, "currency"),
        Column("p10_minor", "P10", 110, f.amount0, "currency"),
        Column("p90_minor", "P90", 110, f.amount0, "currency"),
        Column("cash_minor", _("Received"), 120, f.amount0, "currency"),
        Column("kept_by", _("By"), 120),
    ]
    grid(
        rows,
        columns,
        key="reliability_kept",
        height=300,
        alt=_("Forecasts you kept, against what came in"),
    )
    list_button(
        page, "reliability_kept", _("Forecasts you kept, against what came in"), columns, rows
    )


def parts_table(page: Page, block: ForecastBlock) -> None:
    """Draw where every open debit is: expected, later, in dispute; and the tie with the outstanding."""
    _, f = page.words, page.formats
    heading(
        _("{amount} of open debits: all of it is somewhere").format(
            amount=f.compact(block.parts["open_minor"], block.currency)
        ),
        _("Expected + later + in dispute = open debits; open debits + credits = outstanding (E1)"),
    )
    rows = [
        [_(title), f.amount(block.parts[name], block.currency)]
        for name, title in _PARTS
        if block.parts[name] or name in {"expected_minor", "open_minor", "outstanding_minor"}
    ]
    html_table([("", "left"), (_("Amount"), "right")], rows, alt=_("Where the open debits stand"))
    if block.parts["promised_minor"]:
        words = _("Of the expected, {amount} promised for a date.")
        amount = f.amount0(block.parts["promised_minor"], block.currency)
        st.markdown(small(plain(words.format(amount=amount))))


def people(page: Page, view: ForecastView, block: ForecastBlock) -> None:
    """Draw the customers that make the four weeks, and those that make them uncertain."""
    _, f = page.words, page.formats
    rows = block.customers.loc[block.customers["expected_minor"] > 0].reset_index(drop=True)
    heading(_people_title(page, rows), _("Customers by what is expected of them in four weeks"))
    if rows.empty:
        st.markdown(small(plain(_("Nothing is expected in four weeks."))))
        return
    is_base = view.scenario == "base"

    def said(some: pd.DataFrame) -> pd.DataFrame:
        records = some.to_dict("records") if is_base else []
        return some.assign(why=[habit(row, page.style.language) for row in records] or "")

    shown = said(rows.head(SHOWN_ROWS))
    columns = [
        Column("name", _("Customer"), 185),
        Column("expected_minor", _("Expected in 4 weeks"), 148, f.amount0, "currency"),
        Column("open_minor", _("Open"), 96, f.amount0, "currency"),
    ]
    if is_base:
        columns += [
            Column("uncertainty_ratio", _("Part of the uncertainty"), 105, f.percent),
            Column("why", _("Why"), 380),
        ]
    ticked = grid(
        shown,
        columns,
        key="forecast_customers",
        select="single",
        height=320,
        alt=_("Customers by what is expected of them in four weeks"),
    )
    cut_note(page, len(rows))
    with st.container(horizontal=True):
        customers.open_button(page, shown.iloc[ticked], "forecast_open")
        title = _("Cash forecast by customer")
        list_button(page, "forecast_customers", title, columns, lambda: said(rows))


def _people_title(page: Page, rows: pd.DataFrame) -> str:
    """Return how many customers make half of the uncertainty, or of the cash expected."""
    _ = page.words
    shares = rows["uncertainty_ratio"].dropna().sort_values(ascending=False).cumsum()
    if shares.empty:
        return _("Customers who should pay in four weeks")
    half = int((shares < 0.5).sum()) + 1  # noqa: PLR2004 - half
    return _.ngettext(
        "{n} customer makes half of the uncertainty of the four weeks",
        "{n} customers make half of the uncertainty of the four weeks",
        half,
    ).format(n=page.formats.integer(half))


def invoices(page: Page, view: ForecastView, block: ForecastBlock) -> None:
    """Draw every open debit with the date foreseen and the sentence behind it."""
    _, f = page.words, page.formats
    rows = block.invoices
    heading(
        _("Each open invoice, its date and why"),
        _(
            "A date is never in the past; without a date: in dispute, or more likely unpaid in 180 days"
        ),
    )
    shown = rows.head(SHOWN_ROWS)
    shown = shown.assign(why=_sentences(shown, page.style.language))
    columns = [
        Column("name", _("Customer"), 180),
        Column("number", _("Document"), 84),
        Column("due_on", _("Due"), 84, f.date),
        Column("open_minor", _("Open"), 84, f.amount0, "currency"),
        Column("expected_on", _("Expected"), 90, f.date),
    ]
    if view.scenario == "base":
        columns += [
            Column("p10_on", _("At the earliest (1 in 10)"), 116, f.date),
            Column("p90_on", _("At the latest (9 in 10)"), 116, f.date),
            Column("probability_late_30", _("Unpaid in 30 days"), 120, f.percent),
        ]
    columns.append(Column("why", _("Why"), 520))
    ticked = grid(
        shown,
        columns,
        key="forecast_invoices",
        select="single",
        height=420,
        alt=_("Each open invoice, its date and why"),
    )
    cut_note(page, len(rows))
    if ticked:
        st.markdown(plain(str(shown.iloc[ticked[0]]["why"])))

    def everything() -> pd.DataFrame:
        return rows.assign(why=_sentences(rows, page.style.language))

    list_button(
        page,
        f"forecast_invoices {block.currency}",
        _("Cash forecast by invoice"),
        columns,
        everything,
    )


def _sentences(rows: pd.DataFrame, language: str) -> list[str]:
    return [sentence(row, language) for row in rows.to_dict("records")]


def verdict(page: Page, view: ReliabilityView) -> None:
    """Say in one line whether the model is worth it on this book."""
    _, f = page.words, page.formats
    words = _("Better than the customer’s mean delay.")
    if not view.is_better:
        words = _("No better than the customer’s mean delay.")
        if view.is_better_in_cash:
            words = _("No better than the customer’s mean on dates, better on the cash of 4 weeks.")
    more = _(
        "{n} month-ends, from {first} to {last}: the model is fit on what was known then, and judged by what came in."
    ).format(n=f.integer(len(view.cuts)), first=f.date(view.cuts[0]), last=f.date(view.cuts[-1]))
    st.markdown(f"**{plain(words)}** {small(plain(more))}")


def reliability_cards(page: Page, view: ReliabilityView, block: ReliabilityBlock) -> None:
    """Draw the four measures of the forecasts of the past."""
    _, f = page.words, page.formats
    own = view.methods.set_index("method").loc["hazard"]
    wape = block.wape.set_index(["method", "horizon"])["wape"]
    bands = block.bands.set_index("horizon")
    places = st.columns(4)
    with places[0]:
        metric(
            _("Error on the date"),
            f.days(own["mae_days"]),
            note=_("overdue invoices: {days}; bias {bias}").format(
                days=f.days(own["mae_overdue_days"]), bias=f.signed_days(own["bias_days"], 1)
            ),
            about=_("Mean absolute error between the date said and the day of payment."),
        )
    with places[1]:
        metric(
            _("Error on the cash of 4 weeks"),
            f.percent(wape["hazard", 4], 0),
            note=_("by the customer’s mean: {share}").format(
                share=f.percent(wape["customer_mean", 4], 0)
            ),
            about=_("Σ |said − received| / Σ received, week by week, over all month-ends (WAPE)."),
        )
    with places[2]:
        metric(
            _("Dates inside the range"),
            f.share(view.coverage_80),
            note=_("announced: 80%"),
            about=_("Share of payments between the earliest and the latest date said (P10–P90)."),
        )
    with places[3]:
        metric(
            _("Weeks inside the band"),
            f.share(bands["band_80"].iloc[-1]),
            note=_("announced: 80%; {n} weeks").format(n=f.integer(int(bands["count"].iloc[-1]))),
            about=_("Share of past weeks whose cash fell inside the band of 80%."),
        )


def wape_table(page: Page, block: ReliabilityBlock) -> None:
    """Draw the error on the cash by method and horizon."""
    _, f = page.words, page.formats
    wide = block.wape.pivot_table(index="method", columns="horizon", values="wape", sort=False)
    heading(
        _("Error on the cash by week, beside plain rules"),
        _("Σ |said − received| / Σ received (WAPE), invoices open at each month-end"),
    )
    columns: list[tuple[str, Any]] = [(_("Method"), "left")]
    columns += [(_("{n} weeks").format(n=horizon), "right") for horizon in HORIZONS]
    rows = [
        [label("method", method, page.style.language)]
        + [f.percent(wide.loc[method].get(horizon), 1) for horizon in HORIZONS]
        for method in wide.index
    ]
    html_table(columns, rows, alt=_("Error on the cash by week, beside plain rules"))
