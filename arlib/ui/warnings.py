"""Blocks of the early warning: what it costs in false alarms, alerts, hints, improvements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.charts import warnings as figures
from arlib.i18n import N_
from arlib.i18n.warnings import false_alerts_words, whole, yearly_words
from arlib.ui import customers
from arlib.ui.cards import bare_chart, card, heading, metric
from arlib.ui.download import list_button
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.warnings import WarningsBlock, WarningsView

_CARDS: Final = 6
_COLUMNS: Final = 3
_KEY: Final = ["company_id", "customer_id"]
_ABOUT: Final = {
    "alerts": N_("By days later × outstanding: the first row is worth a call"),
    "to_confirm": N_(
        "A drift has begun, or a few due dates are left unpaid: a few more would make it an alert"
    ),
    "hints": N_(
        "8 to 17 points: median of the last 3 against the others, at least 3 days later. Settlements of one day are one point; those whose invoice is uncertain are none"
    ),
    "improving": N_("For information, never an alarm"),
}


def cards(page: Page, view: WarningsView, block: WarningsBlock) -> None:
    """Draw four figures: alerts, to confirm, improvements, false alarms to expect."""
    _, f = page.words, page.formats
    places = st.columns(4)
    with places[0]:
        metric(
            _("Alerts"),
            f.integer(len(block.alerts)),
            note=_("{amount} outstanding").format(
                amount=f.compact(block.totals["alerts_minor"], block.currency)
            ),
        )
    with places[1]:
        metric(
            _("To confirm"),
            f.integer(len(block.to_confirm)),
            note=_.ngettext("{n} hint beside", "{n} hints beside", len(block.hints)).format(
                n=f.integer(len(block.hints))
            ),
        )
    with places[2]:
        metric(_("Improvements"), f.integer(len(block.improving)), note=_("for information"))
    with places[3]:
        _price(page, view)


def _price(page: Page, view: WarningsView) -> None:
    """Draw how many false alarms the threshold costs, measured on the user's own book."""
    _, f, found = page.words, page.formats, view.calibration
    value, note = "–", _("no customer has 18 settlements: usual threshold")
    if view.expected_per_year is not None:
        value = yearly_words(view.expected_per_year, page.style.language)
        words = _("threshold {h}, calibrated on your own history")
        if not found.is_calibrated:
            words = _("threshold {h}, fixed by the policy")
        note = words.format(h=f.decimal(found.threshold, 0 if found.threshold % 1 == 0 else 1))
    metric(
        _("False alerts to expect"),
        value,
        about=_(
            "Settlements of each customer shuffled in time 20 to 200 times: whatever then raises an alert is chance. {rate} per customer and year, on settlements alone: unpaid invoices raise others, about half as many more on a real book."
        ).format(rate=f.decimal(found.false_alarms_per_customer_year, 2)),
        note=note,
    )


def evidence(page: Page, view: WarningsView, block: WarningsBlock) -> None:
    """Say on how many customers the alerts rest, and how many cannot be judged."""
    _, f, counts = page.words, page.formats, block.counts
    words = _(
        "{enough} customers judged on 18 points or more; {hint} on 8 to 17 points (hints only); {few} with too little history. A point is one settlement, or one unpaid due date later than usual."
    ).format(
        enough=f.integer(counts["enough"]),
        hint=f.integer(counts["hint"]),
        few=f.integer(counts["insufficient_history"]),
    )
    if view.expected_per_year is not None:
        words += " " + false_alerts_words(view.expected_per_year, page.style.language)
    st.markdown(small(plain(words)))


def alerts(page: Page, block: WarningsBlock) -> None:
    """Draw the first alerts as cards with what changed, then all of them as a list."""
    _ = page.words
    if block.alerts.empty:
        _nothing(page, block)
        return
    title, subtitle = _titles(page, "alerts", len(block.alerts))
    heading(title, subtitle)
    rows: list[dict[Any, Any]] = block.alerts.head(_CARDS).to_dict("records")
    for first in range(0, len(rows), _COLUMNS):
        places = st.columns(_COLUMNS)
        for place, row in zip(places, rows[first : first + _COLUMNS], strict=False):
            with place:
                _alert(page, block, row)
    if len(block.alerts) > _CARDS:
        listed(page, block, "alerts")


def listed(page: Page, block: WarningsBlock, name: str) -> None:
    """Draw one list of customers; a tick opens the customer's file."""
    rows: pd.DataFrame = getattr(block, name)
    if rows.empty:
        return
    _, f = page.words, page.formats
    title, subtitle = _titles(page, name, len(rows))
    if name == "alerts":  # the message stands above the first of them
        title = _("All the alerts")
    with card(title, subtitle):
        bar = st.container(horizontal=True, vertical_alignment="center")
        drawn = rows.head(SHOWN_ROWS)
        columns = [
            Column("name", _("Customer"), 204),
            Column("usual_days", _("Usual delay"), 92, f.signed_days),
            Column("recent_days", _("Last 3"), 90, f.signed_days),
            Column("shift_days", _("Difference"), 90, f.signed_days),
            *_dated(page, name),
            Column("outstanding_minor", _("Outstanding"), 105, f.amount0, "currency"),
            Column("overdue_minor", _("Overdue"), 95, f.amount0, "currency"),
            Column("count_open", _("Unpaid"), 75, f.integer),
            Column("count_points", _("Points"), 70, f.integer),
        ]
        ticked = grid(
            drawn,
            columns,
            key=f"warnings_{name}_{block.currency}",
            select="single",
            height=330,
            alt=title,
        )
        cut_note(page, len(rows))
        with bar:
            key = f"warnings_open_{name}_{block.currency}"
            customers.open_button(page, rows.iloc[ticked], key)
            list_button(page, f"warnings_{name}_{block.currency}", title, columns, rows)


def _dated(page: Page, name: str) -> list[Column]:
    """Return the date that matters: since when it changed; the last payment of a hint."""
    _, f = page.words, page.formats
    if name == "hints":
        return [Column("last_paid_on", _("Last paid"), 100, f.date)]
    return [Column("alert_since", _("Since"), 100, f.date)]


def _titles(page: Page, name: str, count: int) -> tuple[str, str]:
    """Return the message of a list and what orders it."""
    _, f = page.words, page.formats
    words = {
        "alerts": _.ngettext(
            "{n} customer pays clearly later than usual",
            "{n} customers pay clearly later than usual",
            count,
        ),
        "to_confirm": _.ngettext("{n} change to confirm", "{n} changes to confirm", count),
        "hints": _.ngettext(
            "{n} hint: fewer than 18 dates of settlement, too few to be sure",
            "{n} hints: fewer than 18 dates of settlement, too few to be sure",
            count,
        ),
        "improving": _.ngettext(
            "{n} customer pays clearly sooner than usual",
            "{n} customers pay clearly sooner than usual",
            count,
        ),
    }[name]
    return words.format(n=f.integer(count)), _(_ABOUT[name])


def _alert(page: Page, block: WarningsBlock, row: dict[Any, Any]) -> None:
    """Draw one alert: who, what changed, what it concerns, his last settlements."""
    _, style = page.words, page.style
    is_his = (block.series[_KEY] == [row[name] for name in _KEY]).all(axis=1)
    with card():
        with st.container(gap=None):
            st.markdown(f"**{plain(str(row['name']))}**")
            st.markdown(plain(whole(row, style.language)))
            st.markdown(small(plain(_state(page, row))))
        bare_chart(
            figures.runs_figure(row, block.series[is_his], style),
            key=f"warnings_runs_{block.currency}_{row['company_id']}_{row['customer_id']}",
        )
        key = f"warnings_card_{block.currency}_{row['company_id']}_{row['customer_id']}"
        if st.button(_("Open the file"), key=key):
            customers.open_file(row["company_id"], row["customer_id"])


def _state(page: Page, row: dict[Any, Any]) -> str:
    """Return when the alert was told, and on how much it rests."""
    _, f = page.words, page.formats
    words = _("already told on {date}") if row["is_silenced"] else _("told on {date}")
    points = _("{n} points").format(n=f.integer(row["count_points"]))
    return f"{words.format(date=f.date(row['raised_on']))} · {points}"


def _nothing(page: Page, block: WarningsBlock) -> None:
    """Say why no alert is shown."""
    _ = page.words
    with card():
        if block.counts["enough"]:
            st.markdown(f":gray[{_('No customer pays clearly later than he used to.')}]")
        else:
            st.markdown(
                f":gray[{_('No customer has 18 settlements yet: no alert can be trusted.')}]"
            )
