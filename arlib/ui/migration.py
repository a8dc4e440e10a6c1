"""Blocks of the migration: the two dates, the map, what is behind a cell, the roll rates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.charts import segments as segments_chart
from arlib.charts.migration import place_name
from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.ui import cache, customers
from arlib.ui.cards import card, chart, heading
from arlib.ui.download import list_button
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small
from arlib.views.common import previous_closing

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.migration import MigrationBlock, MigrationView


def choose_start(page: Page) -> date:
    """Return the start of the migration: the previous closing, or the date chosen."""
    as_of = page.selection.as_of
    firsts = [item.first_as_of for item in page.info.companies if item.first_as_of]
    latest = as_of - timedelta(days=1)
    start = previous_closing(as_of)
    chosen: date | None = st.date_input(
        page.words("Open on"),
        value=start,
        min_value=min([*firsts, start]),
        max_value=latest,
        format="DD/MM/YYYY",
        key=f"migration_from_{as_of.isoformat()}",
        width=180,
    )
    return chosen or start


def read(page: Page, start: date) -> MigrationView | None:
    """Return the migration from a date; None, once the reason is said, when the book cannot answer."""
    try:
        return cache.migration(page.selection, from_on=start)
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        return None


def rates(page: Page, view: MigrationView, block: MigrationBlock) -> None:
    """Draw the roll rates of the step and of the year, side by side."""
    _, f, language = page.words, page.formats, page.style.language
    columns: list[tuple[str, Any]] = [
        (_("From one bucket to the next"), "left"),
        (_("Open at the start"), "right"),
        (_("Between the dates"), "right"),
        (_("{n} months").format(n=view.year_months), "right"),
    ]
    rows = [
        [
            f"{place_name(row['from_bucket'], language)} → {place_name(row['to'], language)}",
            f.amount0(row["start_minor"], block.currency),
            f.percent(row["ratio"]),
            f.percent(year["ratio"]),
        ]
        for row, year in zip(
            block.roll_rates.to_dict("records"), block.year_rates.to_dict("records"), strict=True
        )
    ]
    heading(
        _("Roll rates"),
        _(
            "Amounts of the months summed first, never a mean of percentages; {dash}: nothing open"
        ).format(dash=MISSING),
    )
    html_table(columns, rows, alt=_("Roll rates"))
    share = block.reaching_last_ratio
    if share is not None:
        words = _(
            "Product along the path: {share} of what is not due is expected beyond the last bound. It is not a loss: nothing says what is lost of it."
        )
        st.markdown(small(plain(words.format(share=f.percent(share, 2)))))


def cell(page: Page, view: MigrationView, block: MigrationBlock) -> None:
    """Draw the documents behind one cell, chosen by its two names."""
    _, f, language = page.words, page.formats, page.style.language
    filled = block.rows.loc[block.rows["amount_minor"] != 0]
    with card(
        _("Behind a cell"),
        _("Each document is followed from {start} to {end}").format(
            start=f.date(view.from_on), end=f.date(view.to_on)
        ),
    ):
        if filled.empty:
            st.markdown(f":gray[{_('Nothing was open at the start')}]")
            return
        keys = list(zip(filled["from_bucket"], filled["to"], strict=True))
        amounts = dict(zip(keys, filled["amount_minor"], strict=True))
        chosen = st.selectbox(
            _("Cell"),
            keys,
            format_func=lambda key: (
                f"{place_name(key[0], language)} → {place_name(key[1], language)}"
                f" : {f.amount0(amounts[key], block.currency)}"
            ),
            index=None,
            placeholder=_("Choose a cell of the map"),
            key=f"migration_cell_{block.currency}",
            label_visibility="collapsed",
            width=420,
        )
        if chosen is not None:
            _documents(page, view, block, chosen)


def _documents(
    page: Page, view: MigrationView, block: MigrationBlock, key: tuple[str, str]
) -> None:
    _, f, language = page.words, page.formats, page.style.language
    rows = cache.migration_items(
        page.selection,
        from_on=view.from_on,
        to_on=view.to_on,
        source=key[0],
        to=key[1],
        currency=block.currency,
    )
    columns = [
        Column("name", _("Customer"), 240),
        Column("number", _("Document"), 130),
        Column("kind_text", _("Type"), 90),
        Column("issued_on", _("Issued"), 95, f.date),
        Column("due_on", _("Due"), 95, f.date),
        Column("amount_minor", _("Amount"), 120, f.amount, "currency"),
        Column("cell_minor", _("In the cell"), 120, f.amount, "currency"),
    ]

    def told(found: pd.DataFrame) -> pd.DataFrame:
        return found.assign(kind_text=[label("kind", kind, language) for kind in found["kind"]])

    bar = st.container(horizontal=True, vertical_alignment="center")
    ticked = grid(
        told(rows.head(SHOWN_ROWS)),
        columns,
        key=f"migration_items_{block.currency}",
        select="single",
        height=330,
        alt=_("Behind a cell"),
    )
    cut_note(page, len(rows))
    with bar:
        words = _.ngettext("{n} document", "{n} documents", len(rows))
        st.markdown(f"**{words.format(n=f.integer(len(rows)))}**", width="content")
        customers.open_button(page, rows.iloc[ticked], f"migration_open_{block.currency}")
        title = f"{place_name(key[0], language)} → {place_name(key[1], language)}"
        stem = f"migration_{block.currency}_{key[0]}_{key[1]}"
        list_button(page, stem, title, columns, lambda: told(rows))


def estimated(page: Page, view: MigrationView) -> None:
    """Say that settlements were matched or inferred."""
    if view.is_estimated:
        words = page.words(
            "Estimated: some settlements were matched or inferred, not lettered in the files."
        )
        st.markdown(f":orange[:material/join_inner: {plain(words)}]")


def segments(page: Page) -> None:
    """Draw, when asked for, how customers moved between segments since the previous closing."""
    if not st.toggle(page.words("Show the moves between segments"), key="migration_segments"):
        return
    view = cache.segments(page.selection)
    if view.previous_on is None:
        return
    for block in view.blocks:
        with card():
            chart(
                segments_chart.moves_figure(block, view.previous_on, view.as_of, page.style),
                key=f"migration_segments_{block.currency}",
            )
