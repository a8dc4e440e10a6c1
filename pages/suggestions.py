"""Suggested limits with their arithmetic, and the simulator of rules over the past."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import cache, simulator, suggestions
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Suggested limits"))
_ = page.words
views = {"suggestions": _("Suggestions"), "simulator": _("Simulator")}
asked = st.segmented_control(
    _("View"),
    list(views),
    default="suggestions",
    format_func=lambda code: views[code],
    key="suggestions_view",
    required=True,
    label_visibility="collapsed",
)
if asked == "simulator":
    rules = simulator.choose(page)
    if rules is None:
        st.stop()
    with st.spinner(_("Replaying the past…")):
        replayed = cache.simulation(page.selection, rules)
    if replayed.unavailable:
        simulator.nothing(page, replayed)
    else:
        simulator.results(page, replayed)
    st.stop()
view = cache.suggestions(page.selection)
if view.unavailable:
    unavailable(page, N_("Suggested limits"), view.unavailable)
suggestions.note(page, view)
for block in view.blocks:
    suggestions.cards(page, block)
    suggestions.table(page, view, block)
suggestions.method(page)
