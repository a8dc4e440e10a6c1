"""Blocks of the check of the score on the book's own past, and of what the score is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from arlib.charts import score as score_chart
from arlib.i18n import MISSING
from arlib.i18n.labels import FACTORS, label
from arlib.i18n.score import factor_value
from arlib.ui import cache
from arlib.ui.cards import card, chart, heading
from arlib.ui.tables import html_table

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.score_check import ScoreCheckView


def check(page: Page, view: ScoreCheckView) -> None:
    """Draw what each class gave, then how well the score ranked against plainer figures."""
    _, f = page.words, page.formats
    if view.bands is None or view.cuts is None:
        with card(_("What the classes gave")):
            st.markdown(f":gray[{plain_reason(page, view)}]")
        return
    left, right = st.columns([1, 1.15])
    with left, card():
        chart(score_chart.bad_rates_figure(view.bands, view.days, page.style), key="bad_rates")
        st.markdown(f":small[:gray[{_definition(page, view)}]]")
    with right, card():
        _rankings(page, view)
    if view.is_rising is False:
        words = _(
            "On this book the share of bad payers does not rise from class to class: read the score with care."
        )
        st.markdown(f":orange[:material/warning: {words}]")
    last = f.date(view.cuts["cut_on"].max()) if len(view.cuts) else MISSING
    words = _(
        "Each score rests on what was known at its month-end; what came after says who paid badly. Last month-end: {date}."
    )
    st.markdown(f":small[:gray[{words.format(date=last)}]]")


def plain_reason(page: Page, view: ScoreCheckView) -> str:
    """Return why the past says nothing yet."""
    _ = page.words
    if view.unavailable == "history_too_short":
        return _(
            "The book is too short: it takes three month-ends followed by {n} days of due dates and of payments."
        ).format(n=page.formats.integer(view.days + view.late_days))
    return label("reason", view.unavailable, page.style.language)


def method(page: Page) -> None:
    """Draw how the score is made: the anchors of every factor, the classes, what raises them."""
    _, f, lang = page.words, page.formats, page.style.language
    policy = cache.question(page.selection).policy
    rows = []
    for code in FACTORS:
        anchors = getattr(policy, f"score_{code}")
        steps = [
            f"{factor_value(code, value, lang)} → {f.decimal(points, 0)}"
            for value, points in zip(anchors[::2], anchors[1::2], strict=True)
        ]
        rows.append([label("factor", code, lang), " ; ".join(steps)])
    words = _(
        "Under {watch} reliable, from {watch} to watch, from {high} on high risk; {margin} points more are needed to improve. Fewer than {n} paid invoices and nothing over {days} late: insufficient history."
    ).format(
        watch=f.decimal(policy.score_watch_points, 0),
        high=f.decimal(policy.score_high_risk_points, 0),
        margin=f.decimal(policy.score_hysteresis_points, 0),
        n=policy.score_min_paid_invoices,
        days=f.days0(policy.score_short_history_days),
    )
    with card(_("How the score is made"), words):
        html_table(
            [(_("Factor"), "left"), (_("Value → points, straight lines between"), "left")],
            rows,
            alt=_("How the score is made"),
        )
        words = _(
            "Raised, and said so, by: insolvency, a returned payment, a large undisputed invoice over {days} late (high risk); over {share} of the limit, an early warning (to watch). Policy {version}."
        )
        st.markdown(
            ":small[:gray["
            + words.format(
                days=f.days0(policy.old_days),
                share=f.percent(policy.score_over_limit_ratio, 0),
                version=policy.version,
            )
            + "]]"
        )


def _definition(page: Page, view: ScoreCheckView) -> str:
    f = page.formats
    return page.words(
        "Paid badly: at least {share} of what fell due in the {n} days after was paid, or is still open, over {late} late."
    ).format(share=f.share(view.bad_ratio), n=f.integer(view.days), late=f.days0(view.late_days))


def _rankings(page: Page, view: ScoreCheckView) -> None:
    """Draw how often the score ranked a bad payer above a good one, by month-end."""
    _, f = page.words, page.formats
    assert view.cuts is not None  # noqa: S101 - checked by the caller
    title = _("The score ranks a bad payer above a good one {share} of the time").format(
        share=f.percent(view.auc_score, 0)
    )
    if pd.isna(view.auc_score):
        title = _("No month-end had both good and bad payers")
    heading(
        title,
        _("AUC by month-end: 50% is chance, 100% is perfect; n = customers with a class"),
    )
    columns: list[tuple[str, Any]] = [
        (_("Month-end"), "left"),
        (_("Customers"), "right"),
        (_("Bad"), "right"),
        (_("Score"), "right"),
        (_("Probability alone"), "right"),
        (_("Mean delay alone"), "right"),
    ]
    names = ("auc_score", "auc_probability", "auc_mean_delay")
    rows = [
        [
            f.date(row["cut_on"]),
            f.integer(row["count"]),
            f.integer(row["count_bad"]),
            *(f.percent(row[name], 0) for name in names),
        ]
        for row in view.cuts.to_dict("records")
    ]
    total = [_("Mean"), "", "", *(f.percent(getattr(view, name), 1) for name in names)]
    html_table(columns, rows, total=total, alt=_("AUC by month-end"))
