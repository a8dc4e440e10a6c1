"""Paramètres: every threshold and choice, who fixed them and when."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import translator
from arlib.ui import policy
from arlib.ui.definitions import title_row
from arlib.ui.navigation import ensure_frame
from arlib.ui.session import language, workspace
from arlib.views import policy as views

ensure_frame()
_ = translator(language())
title_row(_("Settings"), "policy")
book = workspace()
view = views.build(book.policy(), book.policy_history())
policy.summary(view)
left, right = st.columns([2, 1])
with left:
    policy.form(view.policy)
with right:
    policy.file(view.policy)
policy.versions(view)
