"""Comportement de paiement: how late customers pay, at every level, and who is getting slower."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import behaviour, behaviour_charts, cache, late_causes
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Payment behaviour"))
if why := page.status.unavailable.get("behaviour"):
    unavailable(page, N_("Payment behaviour"), why)
    st.stop()
choice = behaviour.choices(page)
view = cache.behaviour(page.selection, exclude_disputed=choice.exclude_disputed)
if view.unavailable:
    unavailable(page, N_("Payment behaviour"), view.unavailable)
    st.stop()
behaviour.left_out(page, view.left_out)
if not view.blocks:
    st.info(page.words("No settlement in the last 12 months under these filters."))
    st.stop()

for block in view.blocks:
    behaviour.headline(page, block, is_alone=len(view.blocks) == 1)
    behaviour.coverage(page, block)
    behaviour.cards(page, block)
    shown = behaviour.rows(page, choice, block)
    scope, name = behaviour.scope(choice, block, shown)
    drawn = behaviour_charts.Drawn(scope, name, block.currency, view.as_of)
    behaviour_charts.draw(page, choice, drawn, shown)
    behaviour.table(page, choice, block, shown)
    late_causes.show(page, block.currency)
