"""Comportement de paiement: how late customers pay, and who is getting slower."""

from __future__ import annotations

import streamlit as st

from arlib.charts import behaviour as behaviour_chart
from arlib.i18n import N_
from arlib.ui import behaviour, cache
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Payment behaviour"))
view = cache.behaviour(page.selection)
if view.unavailable:
    unavailable(page, N_("Payment behaviour"), view.unavailable)
    st.stop()
behaviour.left_out(page, view.left_out)
if not view.blocks:
    st.info(page.words("No settlement in the last 12 months under these filters."))
    st.stop()

times = cache.dso(page.selection)
for block in view.blocks:
    behaviour.coverage(page, block)
    behaviour.cards(page, block)
    left, right = st.columns(2)
    with left, card():
        chart(
            behaviour_chart.delay_figure(block.monthly, view.as_of, page.style),
            key=f"delay_{block.currency}",
        )
    with right, card():
        dso = next((item for item in times.blocks if item.currency == block.currency), None)
        if dso is not None:
            chart(
                behaviour_chart.dso_figure(dso, view.as_of, page.style), key=f"dso_{block.currency}"
            )
    behaviour.table(page, block)
