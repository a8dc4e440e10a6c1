"""Pénalités de retard: late payment interest and the 40 € indemnity, as a simulation; invoices to claim."""

from __future__ import annotations

import streamlit as st

from arlib.charts import penalties as chart_of
from arlib.i18n import N_
from arlib.ui import cache, penalties, penalty_choices
from arlib.ui.cards import card, chart
from arlib.ui.forecast import choose_currency
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Late payment interest"))
view = cache.late_interest(page.selection)
if view.unavailable:
    unavailable(page, N_("Late payment interest"), view.unavailable)
    st.stop()
if not view.blocks:
    penalties.notes(page, view, None)
    st.info(page.words("No invoice was owed after its due date under these filters."))
    st.stop()

currency = choose_currency(page, [item.currency for item in view.blocks], "penalties_currency")
block = next(item for item in view.blocks if item.currency == currency)
penalties.notes(page, view, block)
penalties.cards(page, view, block)
left, right = st.columns([1, 1.25])
with left, card():
    chart(chart_of.half_years_figure(view, block, page.style), key="penalties_half_years")
with right, card():
    penalties.standings(page, view, block)
with card():
    chosen = penalties.people(page, block)
with card():
    penalties.invoices(page, view, block, chosen)
with card():
    penalties.rates(page, view)
    penalty_choices.button(page, view)
penalties.law(page, view)
