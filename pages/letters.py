"""Courriers et relevés: what to write to a customer, ready to print or to copy; nothing is sent."""

from __future__ import annotations

import streamlit as st

from arlib.i18n import N_
from arlib.ui import cache, letters, letters_batch, letters_files, letters_sender
from arlib.ui.frame import open_page

page = open_page(N_("Letters and statements"))
found = cache.letter_customers(page.selection)
who = letters.choose(page, found)
if who is None:
    st.info(page.words("No customer under these filters."))
    st.stop()
view = cache.letters(page.selection, *who)
letters.cards(page, view)
letters.notes(page, view)
left, right = st.columns([1, 2.1])
with left:
    asked = letters.options(page, view)
    made = letters.composed(page, view, asked)
    letters_files.downloads(page, view, asked, made)
    letters_batch.block(page, found, asked)
    letters_sender.block(page, view)
    letters_sender.texts(page)
with right:
    letters.preview(page, view, made)
