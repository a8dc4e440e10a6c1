"""Provisions: expected losses by bucket, claims to depreciate with their evidence, proposed entries."""

from __future__ import annotations

import streamlit as st

from arlib.charts import provisions as chart_of
from arlib.i18n import N_
from arlib.ui import provision_choices, provisions
from arlib.ui.cards import card, chart
from arlib.ui.forecast import choose_currency
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Provisions"))
view = provisions.read(page)
if view is None:
    st.stop()
if view.unavailable:
    unavailable(page, N_("Provisions"), view.unavailable)
    st.stop()
if not view.blocks:
    st.info(page.words("Nothing is open at this date under these filters."))
    st.stop()

currency = choose_currency(page, [item.currency for item in view.blocks], "provisions_currency")
block = next(item for item in view.blocks if item.currency == currency)
provisions.cards(page, view, block)
provisions.notes(page, view, block)
left, right = st.columns([1, 1.35])
with left, card():
    chart(chart_of.losses_figure(view, block, page.style), key="provisions_losses")
    provision_choices.button(page, view)
with right, card():
    provisions.matrix(page, view, block)
with card():
    provisions.candidates(page, view, block)
with card():
    provisions.movement(page, view, block)
with card():
    provisions.entries(page, view, block)
provisions.law(page)
