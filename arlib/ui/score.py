"""Blocks of one customer's score: the addition, what would change it, what is behind, by hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.charts import score as score_chart
from arlib.i18n import MISSING, N_
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import SEGMENTS, label
from arlib.i18n.score import factor_value, next_class_words, rule_words, way_words
from arlib.model.issues import UserError
from arlib.ui import cache
from arlib.ui.cards import bare_chart, card, chart, fact, heading
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain
from arlib.workspace import OverrideChange

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.segments import SegmentDetail

_SHOWN: Final = 12
_WAYS: Final = 4
_WHOLE: Final = 100.0
_NONE: Final = N_("No invoice is behind this factor.")
_NO_INVOICE: Final = {
    "late_probability": N_("No invoice in 12 months: the probability is that of customers alike."),
    "late_share": N_("No invoice was paid, or is open, more than 15 days late."),
    "mean_delay": N_("No invoice was paid in 12 months, and none is overdue."),
    "oldest_overdue": N_("Nothing is overdue without a dispute."),
    "overdue_share": N_("Nothing is overdue without a dispute."),
    "disputes": N_("No invoice is disputed."),
    "broken_promises": N_("Promises are listed under Follow-up, in the customer’s file."),
    "limit_use": N_("Nothing is open."),
    "external": N_("A score from outside: it rests on no invoice."),
    "financials": N_("Ratios of his accounts: they rest on no invoice."),
}
_SITUATION: Final = ("oldest_overdue", "overdue_share", "limit_use")


def customer(page: Page, row: dict[Any, Any]) -> None:
    """Draw everything about one customer's score. ``row``: his row of the segments view."""
    _ = page.words
    detail = cache.segment_detail(page.selection, row["company_id"], row["customer_id"])
    name, segment = plain(str(row["name"])), label("segment", row["segment"], page.style.language)
    st.markdown(f"#### {name} — {segment}")
    notions(page, row, detail)
    left, right = st.columns([1.25, 1])
    with left, card():
        addition(page, detail)
    with right, card():
        _next(page, row, detail)
        _path(page, detail)
        _by_hand(page, row)
    with card():
        behind(page, row, detail)


def notions(page: Page, row: dict[Any, Any], detail: SegmentDetail) -> None:
    """Draw behaviour, present situation and direction, each apart."""
    _, f, lang = page.words, page.formats, page.style.language
    values = detail.factors.set_index("factor")["value"].to_dict() if len(detail.factors) else {}
    places = st.columns(3)
    with places[0], card():
        title = _("Behaviour: score {score} of 100").format(score=f.decimal(row["score"]))
        fact(_("Behaviour: no score") if pd.isna(row["score"]) else title, rule_words(row, lang))
    with places[1], card():
        late = f.amount0(row["overdue_minor"], row["currency"])
        parts = [
            _("{name}: {value}").format(
                name=label("factor", code, lang), value=factor_value(code, values[code], lang)
            )
            for code in _SITUATION
            if pd.notna(values.get(code))
        ]
        fact(_("Present situation: {amount} overdue").format(amount=late), " · ".join(parts))
    with places[2], card():
        statistic = values.get("early_warning")
        title = _("Direction: no alert")
        if row["rule"] == "early_warning" or pd.notna(row.get("alert_since")):
            title = _("Direction: slower since {date}").format(date=f.date(row["alert_since"]))
        anchors = cache.question(page.selection).policy.score_early_warning
        words = _("Too few settlements to say whether he is slowing down")
        if pd.notna(statistic):
            words = _(
                "Slowing of the last settlements: {value} (0: none; it counts from {low}, the most at {high})"
            ).format(
                value=factor_value("early_warning", statistic, lang),
                low=f.decimal(anchors[0], 0),
                high=f.decimal(anchors[-2], 0),
            )
        fact(title, words)


def addition(page: Page, detail: SegmentDetail) -> None:
    """Draw the points as an addition, then each factor's value, points and most."""
    _, f, lang = page.words, page.formats, page.style.language
    policy = cache.question(page.selection).policy
    if detail.factors["points"].notna().sum() == 0:
        heading(_("No score"), _("None of the factors is known for this customer."))
        return
    chart(score_chart.factors_figure(detail.factors, policy, page.style), key="score_factors")
    known = detail.factors.loc[detail.factors["points"].notna()]
    most = known["max_points"].sum()
    rows = [
        [
            label("factor", part["factor"], lang) + ("" if part["is_measured"] else " *"),
            factor_value(part["factor"], part["value"], lang)
            if pd.notna(part["value"])
            else label("reason", part["reason"], lang),
            f.decimal(part["points"]) if pd.notna(part["points"]) else MISSING,
            f.decimal(part["max_points"], 0),
            f.decimal(_WHOLE * part["points"] / most) if pd.notna(part["points"]) else MISSING,
        ]
        for part in detail.factors.to_dict("records")
    ]
    points = known["points"].sum()
    total = [
        _("Total"), "", f.decimal(points), f.decimal(most, 0), f.decimal(_WHOLE * points / most),
    ]  # fmt: skip
    columns: list[tuple[str, Any]] = [
        (_("Factor"), "left"),
        (_("Value"), "right"),
        (_("Points"), "right"),
        (_("Of"), "right"),
        (_("In the score"), "right"),
    ]
    html_table(columns, rows, total=total, alt=_("Factors of the score"))
    words = _(
        "The chart shows the last column: 100 × points / {most}, the most of the factors known. * Professional judgement; the others were measured on real books."
    ).format(most=f.decimal(most, 0))
    st.markdown(f":small[:gray[{words}]]")


def behind(page: Page, row: dict[Any, Any], detail: SegmentDetail) -> None:
    """Draw the invoices that made the factor chosen."""
    _, f, lang = page.words, page.formats, page.style.language
    codes = detail.factors.sort_values("points", ascending=False, na_position="last")[
        "factor"
    ].tolist()
    chosen = st.selectbox(
        _("Invoices behind a factor"),
        codes,
        format_func=lambda code: label("factor", code, lang),
        key="score_factor",
    )
    found = cache.factor_invoices(
        page.selection, row["company_id"], row["customer_id"], str(chosen)
    )
    if found.empty:
        st.markdown(f":gray[{_(_NO_INVOICE.get(str(chosen), _NONE))}]")
        return
    sums = found.groupby("currency")["amount_minor"].sum()
    total = " + ".join(f.amount(int(amount), str(code)) for code, amount in sums.items())
    words = _.ngettext("{n} invoice, {amount}", "{n} invoices, {amount}", len(found))
    heading(words.format(n=f.integer(len(found)), amount=total), _("Those that weigh most first"))
    columns: list[tuple[str, Any]] = [
        (_("Document"), "left"),
        (_("Issued"), "left"),
        (_("Due"), "left"),
        (_("Paid"), "left"),
        (_("Late by"), "right"),
        (_("Amount"), "right"),
        (_("Open incl. VAT"), "right"),
    ]
    lines = [_invoice(page, item) for item in found.head(_SHOWN).to_dict("records")]
    if len(found) > _SHOWN:
        rest = _("Others ({n})").format(n=f.integer(len(found) - _SHOWN))
        lines.append([rest, "", "", "", "", "", ""])
    html_table(columns, lines, alt=_("Invoices behind a factor"))


def _invoice(page: Page, item: dict[Any, Any]) -> list[str]:
    f = page.formats
    disputed = f" · {page.words('disputed')}" if pd.notna(item["disputed_on"]) else ""
    return [
        (MISSING if pd.isna(item["number"]) else str(item["number"])) + disputed,
        f.date(item["issued_on"]),
        f.date(item["due_on"]),
        f.date(item["cleared_on"]) if pd.notna(item["cleared_on"]) else page.words("open"),
        f.signed_days(item["days_late"]),
        f.amount(item["amount_minor"], item["currency"]),
        f.amount(item["open_minor"], item["currency"]) if item["open_minor"] else MISSING,
    ]


def _next(page: Page, row: dict[Any, Any], detail: SegmentDetail) -> None:
    """Draw what would move the customer to the next class, the cheapest way first."""
    _, lang = page.words, page.style.language
    heading(_("What would move him to the next class"))
    if detail.next_class is None:
        return
    policy = cache.question(page.selection).policy
    found = asdict(detail.next_class)
    st.markdown(plain(next_class_words(found, str(row["segment"]), policy, lang)))
    others = [way_words(way, lang) for way in found["ways"][1 : 1 + _WAYS]]
    if others:
        words = _("Or, alone: {ways}.").format(ways=" ; ".join(others))
        st.markdown(f":small[:gray[{plain(words)}]]")


def _path(page: Page, detail: SegmentDetail) -> None:
    if len(detail.path) > 1 and detail.path["score"].notna().any():
        policy = cache.question(page.selection).policy
        figure = score_chart.path_figure(detail.path, policy, page.selection.as_of, page.style)
        st.markdown(f":small[**{plain(figure.layout.meta['title'])}**]")
        bare_chart(figure, key="score_path")


def _by_hand(page: Page, row: dict[Any, Any]) -> None:
    """Say who fixed the class and until when, with the button to fix it or give it back."""
    _, f, lang = page.words, page.formats, page.style.language
    if pd.notna(row["manual_segment"]):
        until = _("until {date}").format(date=f.date(row["manual_expires_on"]))
        if pd.isna(row["manual_expires_on"]):
            until = _("until it is changed")
        words = _("Fixed by hand by {author}, {until}: {reason}. Computed: {segment}.").format(
            author=row["manual_author"],
            until=until,
            reason=row["manual_reason"],
            segment=label("segment", row["computed_segment"], lang),
        )
        st.markdown(f":orange[:material/front_hand:] {plain(words)}")
    if st.button(_("Fix the class by hand"), icon=":material/front_hand:", key="override_open"):
        st.dialog(_("Fix the class by hand"))(_dialog)(page, row)


def _dialog(page: Page, row: dict[Any, Any]) -> None:
    """Ask for the class, the reason and the end; nothing is kept without a reason."""
    _, lang = page.words, page.style.language
    st.markdown(f"**{plain(str(row['name']))}**")
    choices: list[str | None] = [code for code in SEGMENTS if code != "insufficient_history"]
    if pd.notna(row["manual_segment"]):
        choices.append(None)
    segment = st.selectbox(
        _("Class"),
        choices,
        format_func=lambda code: (
            _("The computed class") if code is None else label("segment", code, lang)
        ),
        key="override_segment",
    )
    reason = st.text_input(_("Reason"), key="override_reason")
    expires = st.date_input(
        _("Last day (empty: until it is changed)"),
        value=None,
        format="DD/MM/YYYY",
        key="override_expires",
    )
    st.markdown(
        f":small[:gray[{_('Kept with the author and the time; the computed class stays shown beside it.')}]]"
    )
    if st.button(_("Save"), type="primary", disabled=not reason.strip(), key="override_save"):
        change = OverrideChange(
            company_id=str(row["company_id"]),
            customer_id=str(row["customer_id"]),
            segment=segment,
            reason=reason.strip(),
            expires_on=expires,
        )
        try:
            workspace().override_segment(change, author())
        except UserError as error:
            st.error(plain(error_sentence(error, language())))
            return
        st.rerun()
