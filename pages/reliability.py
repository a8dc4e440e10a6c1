"""Fiabilité des prévisions: what was said at past month-ends against what then came in."""

from __future__ import annotations

import streamlit as st

from arlib.charts import forecast as chart_of
from arlib.i18n import N_
from arlib.ui import cache, forecast
from arlib.ui.behaviour import left_out
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Reliability of forecasts"))
view = cache.reliability(page.selection)
if view.unavailable:
    unavailable(page, N_("Reliability of forecasts"), view.unavailable)
    st.stop()
left_out(page, view.left_out)
if not view.blocks:
    st.info(page.words("Nothing is open at this date under these filters."))
    st.stop()
currency = forecast.choose_currency(
    page, [item.currency for item in view.blocks], "reliability_currency"
)
block = next(item for item in view.blocks if item.currency == currency)
forecast.verdict(page, view)
forecast.reliability_cards(page, view, block)
left, right = st.columns([1.3, 1])
with left, card():
    chart(chart_of.methods_figure(view, page.style), key="reliability_methods")
with right, card():
    chart(chart_of.bands_figure(block, page.style), key="reliability_bands")
left, right = st.columns([1.3, 1])
with left, card():
    chart(chart_of.weeks_figure(block, page.style), key="reliability_weeks")
with right, card():
    chart(chart_of.diagram_figure(view, page.style), key="reliability_diagram")
with card():
    forecast.wape_table(page, block)
with card():
    forecast.kept(page, view)
