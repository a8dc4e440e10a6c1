"""Segmentation: who pays well, who is to watch, what decided, and what would change it."""

from __future__ import annotations

import streamlit as st

from arlib.charts import score as score_chart
from arlib.charts import segments as segments_chart
from arlib.i18n import N_
from arlib.ui import cache, score, score_check, segments
from arlib.ui.cards import card, chart
from arlib.ui.frame import open_page, unavailable

page = open_page(N_("Segmentation"))
asked = segments.choose_method(page)
if asked == "check":
    score_check.check(page, cache.score_check(page.selection))
    score_check.method(page)
    st.stop()
view = cache.segments(page.selection, asked)
policy = cache.question(page.selection).policy
is_score = view.method == "score"
if view.unavailable:
    unavailable(page, N_("Segmentation"), view.unavailable)
segments.notes(page)
for block in view.blocks:
    with card():
        chart(
            segments_chart.share_figure(block, view.as_of, page.style),
            key=f"segments_{block.currency}",
        )
    left, right = st.columns([1, 1.05])
    with left, card():
        segments.totals(page, view, block)
    with right, card():
        if view.previous_on is None:
            segments.no_previous(page)
        else:
            chart(
                segments_chart.moves_figure(block, view.previous_on, view.as_of, page.style),
                key=f"moves_{block.currency}",
            )
    chosen = segments.table(page, block, is_score=is_score)
    if chosen is not None and is_score:
        score.customer(page, chosen)
    if is_score and block.customers["score"].notna().any():
        with card():
            chart(
                score_chart.exposure_figure(block, policy, view.as_of, page.style),
                key=f"score_exposure_{block.currency}",
            )
if is_score:
    score_check.method(page)
else:
    segments.rules(page)
if not view.blocks and not view.unavailable:
    st.info(page.words("No customer under these filters."))
