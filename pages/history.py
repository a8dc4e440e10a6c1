"""Historique des imports: what came in, from whom, and what each file changed?"""

from __future__ import annotations

import streamlit as st

from arlib.i18n import translator
from arlib.reports.history import changes_csv, changes_workbook
from arlib.ui import closings, entries, history, import_page, purge, safety
from arlib.ui.definitions import title_row
from arlib.ui.navigation import ensure_frame, page_file
from arlib.ui.session import language, workspace

ensure_frame()
_ = translator(language())
title_row(_("History of imports"), "history")
workspace()
portfolio = history.book()
view = history.journal(portfolio)
if view.imports.empty:
    st.markdown(_("No data yet. Drop an export of your accounting software to fill this page."))
    st.page_link(page_file("imports"), label=_("Import a file"), icon=":material/upload_file:")
    purge.outcome()
    purge.log()
    st.stop()
import_page.outcome()
history.imports(view)
found = history.chosen(portfolio, view)
history.changes(
    portfolio,
    view,
    found,
    lambda lines: changes_workbook(found, lines, language()),
    lambda lines: changes_csv(lines, language()),
)
closings.block(portfolio)
entries.block(portfolio)
safety.block()
purge.block()
