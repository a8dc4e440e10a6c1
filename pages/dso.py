"""DSO et encaissements: how many days we finance, why it moved, how fast what falls due comes in."""

from __future__ import annotations

import streamlit as st

from arlib.charts import dso as dso_chart
from arlib.i18n import N_
from arlib.ui import activity, cache, dso, monthly_lists, receipts
from arlib.ui.behaviour import left_out
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("DSO and receipts"))
view = cache.dso(page.selection, series_months=dso.SERIES_MONTHS)
if view.unavailable:
    unavailable(page, N_("DSO and receipts"), view.unavailable)
    st.stop()
left_out(page, view.left_out)
if not view.blocks:
    st.info(page.words("No invoice and nothing open at this date under these filters."))
    st.stop()

currency = dso.choose_currency(page, view)
block = next(item for item in view.blocks if item.currency == currency)
dso.cards(page, block)
dso.notes(page, block)
part = dso.choose_part(page)

if part == "dso":
    left, right = st.columns([1.7, 1])
    with left, card():
        chart(dso_chart.series_figure(block, view.as_of, page.style), key="dso_series")
        monthly_lists.dso_button(page, block)
    with right, card():
        dso.family(page, block)
    left, right = st.columns([1.1, 1])
    with left:
        with card():
            chart(dso_chart.parts_figure(block, view.as_of, page.style), key="dso_parts")
        with card():
            dso.cash(page, block)
    with right, card():
        dso.change(page, block)
elif part == "activity":
    beside = receipts.in_currency(page, currency, cache.activity(page.selection).blocks)
    if beside is not None:
        activity.show(page, beside)
else:
    found = cache.receipts(page.selection)
    if found.unavailable:
        unavailable(page, N_("Receipts"), found.unavailable)
        st.stop()
    left_out(page, found.left_out)
    cash = receipts.in_currency(page, currency, found.blocks)
    if cash is not None and part == "receipts":
        receipts.due_and_received(page, cash)
    elif cash is not None:
        receipts.cohorts(page, cash)
