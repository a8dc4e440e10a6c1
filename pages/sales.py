"""Commerce: what may still be sold to each customer, why not, and the disputes that wait for sales."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import cache, sales, sales_disputes
from arlib.ui.frame import open_page

page = open_page(N_("Sales desk"))
view = cache.sales(page.selection)
sales.counted(page, view)
rows, search = sales.choose(page, view)
if rows.empty:
    sales.nobody(page, view, search)
    st.stop()
sales.table(page, view, rows)
sales_disputes.waiting(page, view)
left, right = st.columns([1, 1])
with left:
    sales.new_customer(page, view)
with right:
    sales.explain(page, view)
