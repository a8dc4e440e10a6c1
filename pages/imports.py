"""Import: did it understand my files, is anything missing, what will be corrected?"""

from __future__ import annotations

import streamlit as st

from arlib.i18n import formats, translator
from arlib.reports.blank import blank_template
from arlib.reports.issues import issues_workbook
from arlib.ui import import_page, importing, mappings
from arlib.ui.cards import card
from arlib.ui.definitions import definitions_button
from arlib.ui.navigation import ensure_frame
from arlib.ui.session import language, workspace

ensure_frame()
_, f = translator(language()), formats(language())
info = workspace().info()

left, right = st.columns([1, 1.5], vertical_alignment="center")
with left:
    st.title(_("Import"), anchor=False)
with (
    right,
    st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"),
):
    import_page.last_import(info)
    definitions_button("imports")
import_page.outcome()

draft = importing.understand()
if draft is not None:
    import_page.summary(draft)
    import_page.file_blocks(draft)
    parsed = draft.parsed
    import_page.actions(draft, lambda: issues_workbook(parsed, language()))
    st.stop()

left, right = st.columns([1.75, 1])
with (
    left,
    card(
        _("Your files"),
        _("FEC, list of invoices, Encours workbook: recognised by their content"),
    ),
):
    importing.drop_zone()
    words = _("Files stay on this computer; no connection is opened to the outside.")
    st.markdown(f":small[:gray[:material/lock: {words}]]")
with right, card(_("Encours workbook"), _("A blank workbook to fill in, one sheet a subject")):
    st.download_button(
        _("Download the blank workbook"),
        data=lambda: blank_template(language()),
        file_name="encours_modele.xlsx",
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
        key="template",
    )
    mappings.load_button()
    if info.is_empty:
        importing.sample_button()
import_page.history(info)
mappings.remembered()
