"""Conditions de règlement: the tables of the management report, terms beyond the law, real terms."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import terms
from arlib.ui.frame import open_page

page = open_page(N_("Payment terms"))
view, block = terms.choose(page)
if block is None:
    st.info(page.words("No invoice in this year under these filters."))
    st.stop()
terms.cards(page, view, block)
terms.tables(page, view, block)
terms.verdicts(page, block)
terms.beyond(page, block)
terms.real_terms(page, block)
terms.late_invoices(page, view, block)
