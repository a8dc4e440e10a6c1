"""Blocks of suggested limits: what to do, the list, and the arithmetic of one suggestion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.charts import suggestions as charts
from arlib.i18n import MISSING
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.i18n.suggestions import ADVICE, CANDIDATES, advice_words, arithmetic, name
from arlib.ui import cache, customers, suggestions_apply
from arlib.ui.cards import card, chart, heading, metric
from arlib.ui.download import list_button
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain
from arlib.views.suggestions import CHANGES, ladder

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.suggestions import SuggestionsBlock, SuggestionsView

_LISTS: Final = ("starved", "too_high", "unused")
_SHARES: Final = {"equity": "equity", "turnover": "turnover", "payables": "payables"}


def note(page: Page, view: SuggestionsView) -> None:
    """Say what these figures are, and which settings nobody has filled in yet."""
    _ = page.words
    said = _(
        "A policy to be reviewed by whoever grants credit, not a measured result: nothing is written until you apply it."
    )
    st.markdown(f":small[:gray[{said}]]")
    words = {
        "suggestion_starter_minor": _("the starter ceiling of customers with too little history"),
        "suggestion_retention_minor": _(
            "what you keep at risk beyond the insurer's cover (0 here)"
        ),
        "suggestion_loss_budget_minor": _("the loss budget a customer and the share lost"),
    }
    if view.unset:
        left = "; ".join(words[code] for code in view.unset)
        told = _("Not set in the settings, theme “Suggested limits”: {list}.").format(list=left)
        st.markdown(f":small[:orange[{plain(told)}]]")


def cards(page: Page, block: SuggestionsBlock) -> None:
    """Draw how many limits to lower, raise and set, and good customers held back."""
    _, f, currency = page.words, page.formats, block.currency
    totals = {row["advice"]: row for row in block.totals.to_dict("records")}
    if all(not row["count"] for code, row in totals.items() if code != "none"):
        return  # nothing can be suggested: the page says why, and 0 would say that all is well
    _message(page, block)
    places = st.columns(4)
    for place, code in zip(places[:3], ("lower", "raise", "new"), strict=True):
        row = totals[code]
        moved = int(row["suggested_minor"]) - int(row["current_minor"])
        with place:
            metric(
                {"lower": _("To lower"), "raise": _("To raise"), "new": _("First limits")}[code],
                f.integer(int(row["count"])),
                delta=f.compact(moved, currency, is_signed=True) if row["count"] else None,
                is_up=moved > 0 if row["count"] else None,
                note=_("{before} in force, {after} suggested").format(
                    before=f.compact(int(row["current_minor"]), currency),
                    after=f.compact(int(row["suggested_minor"]), currency),
                ),
            )
    with places[3]:
        metric(
            _("Good customers held back"),
            f.integer(block.counts["starved"]),
            note=_("reliable, limit used over {share} or overrun again and again").format(
                share=f.percent(cache.question(page.selection).policy.alert_watch_ratio, 0)
            ),
        )


def _message(page: Page, block: SuggestionsBlock) -> None:
    """Write what the list comes to, and where to try it first."""
    _, f, currency = page.words, page.formats, block.currency
    totals = {row["advice"]: row for row in block.totals.to_dict("records")}
    counted = block.totals.loc[block.totals["advice"].isin(CHANGES)]
    lower = int(totals["lower"]["count"])
    title = _.ngettext(
        "{lower} limit to lower, {raised} to raise, {new} to set: {before} become {after}",
        "{lower} limits to lower, {raised} to raise, {new} to set: {before} become {after}",
        lower,
    )
    if not int(counted["count"].sum()):
        title = _("No limit to change")
    heading(
        title.format(
            lower=f.integer(lower),
            raised=f.integer(int(totals["raise"]["count"])),
            new=f.integer(int(totals["new"]["count"])),
            before=f.compact(int(counted["current_minor"].sum()), currency),
            after=f.compact(int(counted["suggested_minor"].sum()), currency),
        ),
        _(
            "Sum of the limits concerned, on {date}; before applying it to all, try the rule “Suggested limits” in the simulator"
        ).format(date=f.date(page.selection.as_of)),
    )


def table(page: Page, view: SuggestionsView, block: SuggestionsBlock) -> None:
    """Draw the list with its filters and actions, then the arithmetic of the one ticked."""
    rows = _filtered(page, block)
    bar = st.container(horizontal=True, vertical_alignment="center")
    drawn = _written(page, rows.head(SHOWN_ROWS))
    ticked = grid(
        drawn,
        _columns(page),
        key=f"suggestions_grid_{block.currency}_{st.session_state.get(suggestions_apply.ROUND, 0)}",
        select="multi",
        height=430,
        alt=page.words("Suggested limits"),
    )
    cut_note(page, len(rows))
    chosen = rows.iloc[ticked].reset_index(drop=True)
    with bar:
        _actions(page, block, rows, chosen)
    if len(chosen) == 1:
        one(page, view, dict(chosen.iloc[0]))


def one(page: Page, view: SuggestionsView, row: dict[Any, Any]) -> None:
    """Draw one suggestion: the waterfall, then what each step came from, then other methods."""
    _ = page.words
    st.markdown(f"#### {plain(str(row['name']))}")
    left, right = st.columns([1.25, 1])
    with left, card():
        steps = ladder(row)
        if steps:
            chart(charts.ladder_figure(row, steps, view.as_of, page.style), key="suggestion_ladder")
        else:
            heading(_("No waterfall"), arithmetic(row, page.style.language))
        policy = cache.question(page.selection).policy
        words = advice_words(
            row,
            policy.suggestion_ignore_ratio,
            policy.suggestion_stable_months,
            page.style.language,
        )
        advice = name("advice", row["advice"], page.style.language)
        told = _("{name}: {value}").format(name=f"**{plain(advice)}**", value=plain(words))
        st.markdown(told)
    with right, card():
        _inputs(page, row)
    with card():
        _candidates(page, row)


def method(page: Page) -> None:
    """Say how a suggestion is made, with the figures of the policy in force."""
    _, f, policy = page.words, page.formats, cache.question(page.selection).policy
    with card(_("How a limit is suggested"), _("Policy {version}").format(version=policy.version)):
        step = policy.limit_step(page.info.currencies[0] if page.info.currencies else "EUR")
        rows = [
            [
                _("Need"),
                _(
                    "daily sales incl. VAT (12 months or best quarter, the larger) × (terms + usual delay, {n} at most)"
                ).format(n=f.days0(policy.suggestion_delay_cap_days)),
            ],
            [
                _("Factor"),
                _(
                    "{a} reliable, {b} watch, {c} high risk, {d} on prepayment (proceedings, returned payment, old unpaid invoice)"
                ).format(
                    a=f.decimal(policy.suggestion_reliable_factor),
                    b=f.decimal(policy.suggestion_watch_factor),
                    c=f.decimal(policy.suggestion_high_risk_factor),
                    d=f.decimal(policy.suggestion_override_factor),
                ),
            ],
            [
                _("Caps"),
                _(
                    "the smallest of: insurer's cover + own retention, {share} of all receivables, loss budget, starter ceiling without history"
                ).format(share=f.percent(policy.suggestion_total_ratio, 0)),
            ],
            [
                _("Advice"),
                _(
                    "rounded down to {step}; under {share} of change nothing; raised if the class held {n} months; lowered at once"
                ).format(
                    step=f.amount0(
                        step, page.info.currencies[0] if page.info.currencies else "EUR"
                    ),
                    share=f.percent(policy.suggestion_ignore_ratio, 0),
                    n=policy.suggestion_stable_months,
                ),
            ],
        ]
        html_table(
            [(_("Step"), "left"), (_("How"), "left")], rows, alt=_("How a limit is suggested")
        )


# -- the list -----------------------------------------------------------------------------------


def _filtered(page: Page, block: SuggestionsBlock) -> pd.DataFrame:
    """Draw the filters; return the rows kept."""
    _, lang = page.words, page.style.language
    counts = block.rows["advice"].value_counts()
    codes = [code for code in ADVICE if counts.get(code, 0)]
    codes += [code for code in _LISTS if block.counts[code]]
    names = {
        "starved": _("Good customers held back"),
        "too_high": _("Limits too high"),
        "unused": _("Hardly used"),
    }
    chosen = st.pills(
        _("Show"),
        codes,
        format_func=lambda code: "{name} ({n})".format(
            name=names.get(code) or name("advice", code, lang),
            n=page.formats.integer(int(counts.get(code, 0)) or block.counts.get(code, 0)),
        ),
        key=f"suggestions_only_{block.currency}",
        label_visibility="collapsed",
    )
    rows = block.rows
    if chosen in _LISTS:
        rows = rows.loc[rows[f"is_{chosen}"]]
    elif chosen:
        rows = rows.loc[rows["advice"] == chosen]
    return rows.reset_index(drop=True)


def _columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    return [
        Column("name", _("Customer"), 168),
        Column("segment_text", _("Class"), 96),
        Column("outstanding_minor", _("Outstanding E1"), 102, f.amount0, "currency"),
        Column("current_minor", _("Limit in force"), 100, f.amount0, "currency"),
        Column("suggested_minor", _("Suggested"), 88, f.amount0, "currency"),
        Column("change_text", _("Gap"), 72, f.percent),
        Column("advice_text", _("Advice"), 92),
        Column("binding_text", _("What decides"), 204),
    ]


def _written(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their words."""
    lang = page.style.language
    finite = rows["change_ratio"].where(rows["change_ratio"].abs() < float("inf"))
    return rows.assign(
        segment_text=[label("segment", code, lang) for code in rows["segment"]],
        advice_text=[name("advice", code, lang) for code in rows["advice"]],
        binding_text=[
            label("reason", reason, lang) if is_missing(code) else name("binding", code, lang)
            for code, reason in zip(rows["binding"], rows["suggested_reason"], strict=True)
        ],
        change_text=finite.round(3),
    )


def _actions(page: Page, block: SuggestionsBlock, rows: pd.DataFrame, chosen: pd.DataFrame) -> None:
    _, f = page.words, page.formats
    words = _.ngettext("{n} customer", "{n} customers", len(rows))
    st.markdown(f"**{words.format(n=f.integer(len(rows)))}**", width="content")
    able = chosen.loc[chosen["suggested_minor"].notna() & (chosen["advice"] != "none")]
    if st.button(
        _("Apply the suggested limits"),
        type="primary",
        disabled=able.empty,
        key=f"suggestions_apply_{block.currency}",
    ):
        suggestions_apply.dialog(page, able)
    listed = rows.loc[rows["advice"].isin(CHANGES)]
    if st.button(
        _("All the changes of the list ({n})").format(n=f.integer(len(listed))),
        disabled=listed.empty,
        key=f"suggestions_all_{block.currency}",
    ):
        suggestions_apply.dialog(page, listed)
    customers.open_button(page, chosen, f"suggestion_open_{block.currency}")
    list_button(
        page,
        f"suggestions_{block.currency}",
        _("Suggested limits"),
        _all_columns(page),
        lambda: _full(page, rows),
        basis="E1",
    )
    if chosen.empty:
        told = _("Tick a customer to open the arithmetic, several to apply.")
        st.markdown(f":small[:gray[{told}]]", width="content")


def _all_columns(page: Page) -> list[Column]:
    """Return the columns of the workbook: everything a suggestion was made from."""
    _, f, lang = page.words, page.formats, page.style.language
    money = f.amount
    base = [column for column in _columns(page) if column.name != "change_text"]
    more = [
        Column("change_ratio", _("Gap"), 78, f.percent),
        Column("advice_why", _("Why"), 220),
        Column("arithmetic", _("Arithmetic"), 420),
        Column("annual_minor", _("Sales of 12 months"), 110, money, "currency"),
        Column("daily_minor", _("Sales a day"), 96, money, "currency"),
        Column("terms_days", _("Terms (days)"), 80, f.decimal),
        Column("habit_days", _("Usual delay (days)"), 90, f.decimal),
        Column("delay_days", _("Delay counted (days)"), 90, f.decimal),
        Column("need_minor", _("Need"), 104, money, "currency"),
        Column("factor", _("Factor"), 70, f.decimal),
        Column("before_caps_minor", _("Before caps"), 104, money, "currency"),
        Column("starter_minor", name("step", "starter", lang), 104, money, "currency"),
        Column("insurer_cap_minor", name("step", "insurer", lang), 104, money, "currency"),
        Column("total_cap_minor", name("step", "total", lang), 104, money, "currency"),
        Column("loss_cap_minor", name("step", "loss", lang), 104, money, "currency"),
        Column("score", _("Score"), 70, f.decimal),
        Column("utilisation_ratio", _("Use of the limit"), 90, f.percent),
        Column("peak_12m_minor", _("Highest exposure, 12 months"), 110, money, "currency"),
        Column("overrun_count_12m", _("Times over, 12 months"), 90, f.integer),
        Column("overrun_days_12m", _("Days over, 12 months"), 90, f.integer),
    ]
    others = [
        Column(f"{code}_minor", name("candidate", code, lang), 104, money, "currency")
        for code in CANDIDATES
    ]
    last = Column("smallest_minor", _("Smallest of need and capacity"), 110, money, "currency")
    return [*base, *more, *others, last]


def _full(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Return every row with the words of the workbook."""
    policy, lang = cache.question(page.selection).policy, page.style.language
    records = rows.to_dict("records")
    return _written(page, rows).assign(
        advice_why=[
            advice_words(row, policy.suggestion_ignore_ratio, policy.suggestion_stable_months, lang)
            for row in records
        ],
        arithmetic=[arithmetic(row, lang) for row in records],
        change_ratio=rows["change_ratio"].where(rows["change_ratio"].abs() < float("inf")),
    )


# -- one suggestion -----------------------------------------------------------------------------


def _inputs(page: Page, row: dict[Any, Any]) -> None:
    """Draw what each step came from."""
    _, f, lang = page.words, page.formats, page.style.language
    currency = str(row["currency"])

    def money(value: Any) -> str:
        return f.amount0(value, currency)

    mean = _("best quarter") if row["daily_is_quarter"] is True else _("mean of 12 months")
    delay = MISSING if is_missing(row["habit_days"]) else f.signed_days(row["habit_days"], 1)
    rows = [
        [_("Sales of 12 months incl. VAT"), money(row["annual_minor"])],
        [_("Sales a day ({how})").format(how=mean), money(row["daily_minor"])],
        [
            _("Terms ({source})").format(source=name("terms", row["terms_source"], lang)),
            f.days0(row["terms_days"]),
        ],
        [_("Usual delay, counted {n}").format(n=f.days(row["delay_days"])), delay],
        [_("Class"), label("segment", row["segment"], lang)],
        [_("Score, 0 best"), f.decimal(row["score"])],
        [_("Insurer's decision"), money(row["insurer_minor"])],
        [_("All receivables of the company"), money(row["total_minor"])],
        [
            _("Probability of more than 90 days late"),
            f.percent(row["very_late_probability"], 2),
        ],
        [_("Outstanding E1"), money(row["outstanding_minor"])],
        [_("Highest exposure, 12 months"), money(row["peak_12m_minor"])],
        [_("Times over, 12 months"), f.integer(row["overrun_count_12m"])],
    ]
    heading(_("What it was made from"))
    html_table([(_("Input"), "left"), (_("Value"), "right")], rows, alt=_("What it was made from"))


def _candidates(page: Page, row: dict[Any, Any]) -> None:
    """Draw the other methods, each with its formula in figures or why it cannot be computed."""
    _, f, lang = page.words, page.formats, page.style.language
    currency = str(row["currency"])
    rows = []
    for code in CANDIDATES:
        value = row[f"{code}_minor"]
        reason = row[f"{code}_reason"]
        rows.append(
            [
                name("candidate", code, lang),
                MISSING if is_missing(value) else formula(page, code, row),
                label("reason", reason, lang) if is_missing(value) else f.amount0(value, currency),
            ]
        )
    smallest = f.amount0(row["smallest_minor"], currency)
    title = _("Other methods, the smallest of need and capacity: {amount}").format(amount=smallest)
    heading(title, _("Shown for comparison: the suggestion above is the one that counts"))
    columns: list[tuple[str, Any]] = [
        (_("Method"), "left"),
        (_("Formula"), "left"),
        (_("Amount"), "right"),
    ]
    html_table(columns, rows, alt=title)


def formula(page: Page, code: str, row: dict[Any, Any]) -> str:
    """Return the formula of a candidate with its figures."""
    _, f = page.words, page.formats
    policy, currency = cache.question(page.selection).policy, str(row["currency"])

    def money(value: Any) -> str:
        return f.amount0(value, currency)

    days = f.days0(row["terms_days"] + row["usual_delay_days"])
    if code == "besoin":
        return _("{sales} / 365 × {days} × {peak}").format(
            sales=money(row["annual_minor"]), days=days, peak=f.decimal(row["peak_factor"], 2)
        )
    if code == "twelfths":
        return _("{sales} / 12 × months begun in {days}").format(
            sales=money(row["annual_minor"]), days=days
        )
    if code == "peaks":
        return _("mean of the 3 highest month-ends × factor of the class")
    if code == "afdcc":
        return _("({a} + {b} + {c}) × {d} × {e}").format(
            a=money(row["commercial_minor"]),
            b=money(row["to_invoice_minor"]),
            c=money(row["financial_minor"]),
            d=f.decimal(policy.suggestion_afdcc_terms),
            e=f.decimal(row["afdcc_behaviour"]),
        )
    if code == "dependence":
        return _("{share} of {amount}").format(
            share=f.percent(policy.suggestion_dependence_ratio, 0),
            amount=money(row["own_sales_minor"]),
        )
    words = _("{share} of {amount}").format(
        share=f.percent(getattr(policy, f"suggestion_{_SHARES[code]}_ratio"), 0),
        amount=money(row[f"{code}_value_minor"]),
    )
    return f"{words} × {f.decimal(row['equity_factor'])}" if code == "equity" else words
