"""Vue d'ensemble: how much, how late, who, since when, what changed."""

from __future__ import annotations

import streamlit as st

from arlib.charts import aging as aging_chart
from arlib.charts import concentration as concentration_chart
from arlib.i18n import N_
from arlib.ui import cache, known_then, overview, welcome
from arlib.ui.cards import card, chart
from arlib.ui.currency_blocks import choose_block
from arlib.ui.frame import open_page
from arlib.ui.navigation import ensure_frame
from arlib.ui.session import workspace

ensure_frame()
if workspace().info().is_empty:
    welcome.show()
    st.stop()

page = open_page(N_("Overview"))
view = cache.overview(page.selection)
if not view.blocks:
    overview.nothing_open(page)
    st.stop()

block = choose_block(page, view.blocks, "overview")
overview.kpi_row(page, view, block)
known_then.compare(page)

left, right = st.columns([1.38, 1])
with left, card():
    chart(aging_chart.months_figure(block, page.style), key="aging_months")
with right, card():
    overview.attention(page, view)

overview.changes(page, view)

left, right = st.columns([1.38, 1])
with left, card():
    chart(
        concentration_chart.pareto_figure(
            block.late_concentration, view.as_of, page.style, measure="overdue"
        ),
        key="late_concentration",
    )
with right, card():
    overview.dso_summary(page, block.currency)
