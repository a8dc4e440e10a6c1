"""Qualité des données: how far can these figures be trusted, and what is to be corrected?"""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.reports.quality import quality_csv, quality_workbook
from arlib.ui import cache, quality
from arlib.ui.frame import open_page

page = open_page(N_("Data quality"))
view = cache.quality(page.selection)
quality.cards(page, view)
left, right = st.columns([1.15, 1])
with left:
    quality.scenarios(page, view)
with right:
    quality.credit_ages(page, view)
quality.checks(page, view)
quality.lists(
    page,
    view,
    lambda lines: quality_workbook(view, lines, quality.companies(page), page.style.language),
    lambda lines: quality_csv(lines, page.style.language),
)
