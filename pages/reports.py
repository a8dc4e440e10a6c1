"""Rapports: the risk report by reader and format, the blank import workbook."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.reports.blank import blank_template
from arlib.ui import control, own_template, reports
from arlib.ui.cards import card
from arlib.ui.frame import open_page

page = open_page(N_("Reports"))
_, f = page.words, page.formats
left, right = st.columns([1.6, 1])
with left, card(_("Risk report, on {date}").format(date=f.date(page.selection.as_of))):
    choice = reports.choose(page)
    reports.contents(page, choice)
    reports.deliver(page, choice)
with left:
    own_template.block(page, is_pseudonymised=choice.is_pseudonymised)
with right, card(_("Blank import workbook"), _("One sheet a subject, lists and formats checked")):
    st.markdown(_("To bring in customers, invoices, settlements, limits or disputes by hand."))
    st.download_button(
        _("Download the blank workbook"),
        data=lambda: blank_template(page.style.language),
        file_name="encours_modele.xlsx",
        icon=":material/download:",
        on_click="ignore",
        key="template",
    )
with right:
    control.block(page)
reports.tie_out(page)
