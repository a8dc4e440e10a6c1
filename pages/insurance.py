"""Credit insurance: what is covered and what is not, then every date not to miss."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import cache, insurance, schedule
from arlib.ui.frame import open_page

page = open_page(N_("Credit insurance"))
names = [page.words(title) for title in schedule.TABS]
cover, calendar = st.tabs(names, on_change="rerun", key="insurance_tab")
if cover.open:
    with cover:
        view = cache.insurance(page.selection)
        if view.has_cover:
            currency = insurance.choose_currency(page, view)
            insurance.figures(page, view, currency)
            insurance.notes(page, view)
            insurance.cover(page, view, currency)
            insurance.table(page, view)
        else:
            insurance.nothing_yet(page)
if calendar.open:
    with calendar:
        schedule.draw(page)
