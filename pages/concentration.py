"""Concentration: how few customers carry the outstanding, and which of them are risky."""

from __future__ import annotations

import streamlit as st

from arlib.charts import concentration as concentration_chart
from arlib.i18n import N_
from arlib.ui import cache
from arlib.ui import concentration as blocks
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Concentration"))
view = blocks.read(page)
if not view.blocks:
    unavailable(page, N_("Concentration"), "no_open")
    st.stop()
block = blocks.choose_block(page, view)
if block.reason is not None:
    unavailable(page, N_("Concentration"), block.reason)
    blocks.left_out(page, block)
    st.stop()

blocks.indices(page, block)
left, right = st.columns([1.7, 1])
with left, card():
    chart(
        concentration_chart.pareto_figure(block, view.as_of, page.style, measure=view.measure),
        key="pareto",
    )
with right, card():
    blocks.classes(page, block)
blocks.left_out(page, block)
if view.measure == "outstanding":
    blocks.dependence(page, block)
found = cache.risk_map(page.selection)
if found.unavailable:
    unavailable(page, N_("Outstanding against the score"), found.unavailable)
elif (found.customers["currency"] == block.currency).any():
    with card():
        chart(concentration_chart.map_figure(found, block.currency, page.style), key="risk_map")
blocks.table(page, view, block)
