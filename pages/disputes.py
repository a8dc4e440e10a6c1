"""Litiges et promesses: what is contested, what was promised, what became of both."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import cache, dispute_lists, disputes
from arlib.ui.cards import card
from arlib.ui.frame import open_page

page = open_page(N_("Disputes and promises"))
view = cache.disputes(page.selection)
disputes.entry(page)
block = disputes.choose_currency(page, view)
if block is None:
    with card(page.words("No dispute and no promise known at this date")):
        st.markdown(page.words("Enter them above, or import them with the Encours workbook."))
    st.stop()
disputes.cards(page, block)
left, right = st.columns([1.15, 1])
with left:
    disputes.causes(page, view, block)
with right:
    disputes.months(page, view, block)
dispute_lists.dispute_list(page, view, block.currency)
dispute_lists.promise_list(page, view, block)
