"""Prévision d’encaissement: what the open invoices should bring in, and how sure that is."""

from __future__ import annotations

import streamlit as st

from arlib.charts import forecast as chart_of
from arlib.i18n import N_
from arlib.ui import cache, forecast
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page

page = open_page(N_("Cash forecast"))
first = cache.forecast(page.selection, weeks=forecast.WEEKS[-1], scenario="base")
weeks, scenario, months = forecast.choices(page, has_model=first.unavailable is None)
view = first
if (weeks, scenario, months) != (forecast.WEEKS[-1], first.scenario, None):
    layer = {"run_rate_months": months} if months else {}
    view = cache.forecast(page.selection, weeks=weeks, scenario=scenario, **layer)
if not view.blocks:
    st.info(page.words("Nothing is open at this date under these filters."))
    st.stop()

currency = forecast.choose_currency(
    page, [item.currency for item in view.blocks], "forecast_currency"
)
block = next(item for item in view.blocks if item.currency == currency)
forecast.notes(page, view)
forecast.cards(page, view, block)
left, right = st.columns([2, 1])
with left, card():
    chart(chart_of.fan_figure(view, block, page.style), key="forecast_fan")
    forecast.keep_button(page, view)
with right, card():
    forecast.parts_table(page, block)
left, right = st.columns([2, 1])
with left, card():
    forecast.people(page, view, block)
with right, card():
    chart(chart_of.months_figure(block, page.style), key="forecast_months")
with card():
    forecast.invoices(page, view, block)
