"""Migrations: what became of each open invoice, how fast buckets roll, who changed segment."""

from __future__ import annotations

import streamlit as st

from arlib.charts import migration as migration_chart
from arlib.i18n import N_
from arlib.ui import behaviour
from arlib.ui import migration as blocks
from arlib.ui.cards import card, chart
from arlib.ui.currency_blocks import choose_block
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Migrations"))
if why := page.status.unavailable.get("behaviour"):
    unavailable(page, N_("Migrations"), why)
    st.stop()
view = blocks.read(page, blocks.choose_start(page))
if view is None:
    st.stop()
if view.unavailable or not view.blocks:
    unavailable(page, N_("Migrations"), view.unavailable or "no_open")
    st.stop()

behaviour.left_out(page, view.left_out)
blocks.estimated(page, view)
block = choose_block(page, view.blocks, "migration")
with card():
    chart(
        migration_chart.heat_figure(block.rows, block, view.from_on, view.to_on, page.style),
        key="migration_map",
    )
left, right = st.columns([1.25, 1])
with left, card():
    chart(migration_chart.rolls_figure(block, view.to_on, page.style), key="migration_rolls")
with right, card():
    blocks.rates(page, view, block)
blocks.cell(page, view, block)
if view.year_from_on is not None:
    with card():
        chart(
            migration_chart.heat_figure(
                block.year_rows,
                block,
                view.year_from_on,
                view.to_on,
                page.style,
                steps=view.year_months,
            ),
            key="migration_year",
        )
blocks.segments(page)
