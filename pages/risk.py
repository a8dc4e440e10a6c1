"""Gestion du risque: who is over, by how much, since when; and what to do."""

from __future__ import annotations

import streamlit as st

from arlib.charts import exposure as exposure_chart
from arlib.i18n import N_
from arlib.ui import cache, risk, risk_columns
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page

page = open_page(N_("Credit risk"))
view = cache.risk(
    page.selection,
    exposure=risk.exposure_choice(page),
    has_return=True,
    **risk_columns.asked(),
)
rows = risk.pills(page, view)

left, right = st.columns([2.8, 1])
with left:
    above = st.container()  # a line of its own: with the buttons it would not fit in 1280 pixels
    bar = st.container(horizontal=True, vertical_alignment="center", height=42, border=False)
    below = st.container()
    with bar:
        said = st.container(horizontal=True, vertical_alignment="center", border=False)
        extras = risk_columns.choose(page)
        risk.download(page, view, rows, extras)
    with below:
        ticked = risk.table(page, view, rows, extras)
    with above:
        risk.selection(page, rows, ticked)
    with said:
        risk.actions(page, view, ticked)
    risk.total_row(page, view, rows, extras)
    risk.notes(page, view)
    if len(ticked) == 1:
        risk.customer_panel(page, ticked.iloc[0].to_dict())
    risk.groups(page, view)
with right, card():
    currencies = list(view.overruns.loc[view.overruns["count_over"] > 0, "currency"])
    for currency in currencies:
        chart(exposure_chart.overruns_figure(view, currency, page.style), key=f"over_{currency}")
    if view.counts["recurrent"]:
        chart(exposure_chart.recurrence_figure(view, page.style), key="recurrence")
    if not currencies:
        risk.nobody_over(page, view)
