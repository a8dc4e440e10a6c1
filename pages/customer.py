"""Fiche client: can I defend a decision about this customer in front of sales?"""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import customer_page as blocks
from arlib.ui import customer_tabs
from arlib.ui.frame import open_page
from arlib.ui.letters import write_button

page = open_page(N_("Customer file"))
places = st.columns([1.5, 2.1, 0.9, 1.15], vertical_alignment="center")
with places[0]:
    file = blocks.choose(page)
if file is None:
    st.info(page.words("No customer under these filters."))
    st.stop()
with places[1]:
    blocks.badges(page, file.customer)
with places[2]:
    blocks.download(page, file)
with places[3]:
    blocks.action(page, file.customer)
    write_button(page, file.customer.risk.head(1), "customer_write", width="stretch")
for currency in blocks.currencies(file.customer):
    blocks.metrics(page, file.customer, currency)
customer_tabs.draw(page, file)
