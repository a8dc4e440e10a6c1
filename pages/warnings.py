"""Alerte précoce: who has begun to pay later, how sure it is, and what it costs in false alarms."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import behaviour, cache
from arlib.ui import warnings as blocks
from arlib.ui.currency_blocks import choose_block
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Early warning"))
view = cache.warnings(page.selection)
if view.unavailable or not view.blocks:
    unavailable(page, N_("Early warning"), view.unavailable or "no_history")
    st.stop()

behaviour.left_out(page, view.left_out)
block = choose_block(page, view.blocks, "warnings")
blocks.cards(page, view, block)
blocks.evidence(page, view, block)
blocks.alerts(page, block)
blocks.listed(page, block, "to_confirm")
blocks.listed(page, block, "hints")
blocks.listed(page, block, "improving")
