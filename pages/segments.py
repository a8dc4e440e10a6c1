"""Segmentation: who pays well, who is to watch, and by which rule."""

from __future__ import annotations

import streamlit as st

from arlib.charts import segments as segments_chart
from arlib.i18n import N_
from arlib.ui import cache, segments
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Segmentation"))
view = cache.segments(page.selection)
if view.unavailable:
    unavailable(page, N_("Segmentation"), view.unavailable)
segments.notes(page)
for block in view.blocks:
    with card():
        chart(
            segments_chart.share_figure(block, view.as_of, page.style),
            key=f"segments_{block.currency}",
        )
    left, right = st.columns([1, 1.05])
    with left, card():
        segments.totals(page, view, block)
    with right, card():
        if view.previous_on is None:
            segments.no_previous(page)
        else:
            chart(
                segments_chart.moves_figure(block, view.previous_on, view.as_of, page.style),
                key=f"moves_{block.currency}",
            )
    segments.table(page, block)
segments.rules(page)
if not view.blocks and not view.unavailable:
    st.info(page.words("No customer under these filters."))
