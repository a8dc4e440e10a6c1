"""Balance âgée: how old is the book today, and who makes each bucket."""

from __future__ import annotations

import streamlit as st

from arlib.charts import aging as aging_chart
from arlib.i18n import N_
from arlib.ui import aging, cache, known_then
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page

page = open_page(N_("Aged balance"))
choices = aging.choices(page)
view = cache.aging(page.selection, basis=choices.basis)
if not view.blocks:
    st.info(page.words("Nothing is open at this date under these filters."))
    st.stop()

known_then.compare(page)
for block in view.blocks:
    with card():
        chart(
            aging_chart.share_figure(block, view.as_of, page.style), key=f"share_{block.currency}"
        )
    rows = aging.rows(page, block, choices)
    ticked = aging.table(page, block, rows, choices)
    aging.total_row(page, block, rows, choices)
    if choices.by == "customer" and len(ticked) == 1:
        aging.items_panel(page, ticked.iloc[0].to_dict())
aging.due_soon(page)
