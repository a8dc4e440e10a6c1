"""Fiche client: can I defend a decision about this customer in front of sales?"""

from __future__ import annotations

import streamlit as st

from arlib.charts import behaviour as behaviour_chart
from arlib.charts import exposure as exposure_chart
from arlib.charts import invoices as invoices_chart
from arlib.i18n import N_
from arlib.ui import customer_codes, customer_terms
from arlib.ui import customer_page as blocks
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page

page = open_page(N_("Customer file"))
places = st.columns([1.6, 2.6, 1.1], vertical_alignment="center")
with places[0]:
    view = blocks.choose(page)
if view is None:
    st.info(page.words("No customer under these filters."))
    st.stop()
with places[1]:
    blocks.badges(page, view)
with places[2]:
    blocks.action(page, view)
for currency in blocks.currencies(view):
    blocks.metrics(page, view, currency)
    left, right = st.columns(2)
    with left, card():
        chart(
            exposure_chart.customer_figure(view, currency, page.style), key=f"exposure_{currency}"
        )
        blocks.parts(page, view, currency)
    with right, card():
        if view.behaviour_unavailable:
            blocks.no_behaviour(page, view)
        else:
            monthly = view.monthly[view.monthly["currency"] == currency]
            chart(
                behaviour_chart.delay_figure(monthly, view.as_of, page.style),
                key=f"delay_{currency}",
            )
            blocks.behaviour_facts(page, view, currency)
    left, right = st.columns([1, 1.25])
    with left, card():
        blocks.segment(page, view, currency)
    with right, card():
        if invoices_chart.overdue_items(view, currency).empty:
            blocks.nothing_late(page)
        else:
            chart(invoices_chart.life_figure(view, currency, page.style), key=f"life_{currency}")
blocks.open_items(page, view)
left, right = st.columns(2)
with left:
    customer_terms.terms(page, view)
with right:
    customer_codes.links(page, view)
blocks.decisions(page, view)
