"""Rapprochement: which cash pays which invoice, by what rule, and what is left to explain."""

from __future__ import annotations

import streamlit as st

from arlib.charts import matching as matching_chart
from arlib.i18n import N_
from arlib.ui import cache
from arlib.ui import matching as blocks
from arlib.ui.cards import card, chart
from arlib.ui.currency_blocks import choose_block
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Matching"))
view = cache.matching(page.selection)
if not view.blocks:
    unavailable(page, N_("Settlements"), "no_history")
    st.stop()

block = choose_block(page, view.blocks, "matching")
blocks.cards(page, view, block)
left, right = st.columns([1.1, 1])
with left, card():
    chart(matching_chart.rules_figure(block, view.as_of, page.style), key="match_rules")
with right, card():
    blocks.explanation(page, view)
blocks.proposals(page, block)
blocks.receipts(page, block)
blocks.decisions(page, view)
