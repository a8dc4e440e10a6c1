"""Cards: a title that says the message, a subtitle that says what is drawn, and what is drawn."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.charts.template import config
from arlib.i18n import translator
from arlib.reports.chart_data import chart_workbook
from arlib.ui.scope import scope
from arlib.ui.session import language, shown_page
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")


@contextmanager
def card(title: str = "", subtitle: str = "", *, key: str | None = None) -> Iterator[None]:
    """Open a bordered block as high as its neighbours. Title and subtitle are plain text."""
    with st.container(border=True, height="stretch", key=key):
        if title:
            heading(title, subtitle)
        yield


def heading(title: str, subtitle: str = "") -> None:
    """Write a card's title and subtitle (plain text, from data or not)."""
    with st.container(gap=None):
        st.markdown(f"##### {plain(title)}")
        if subtitle:
            st.markdown(f":small[:gray[{plain(subtitle)}]]")


def chart(figure: Any, *, key: str) -> None:
    """Write a figure's message above it and draw it, with its alternative text and its data."""
    meta = figure.layout.meta
    heading(meta["title"], meta["subtitle"])
    bare_chart(figure, key=key)


def bare_chart(figure: Any, *, key: str) -> None:
    """Draw a figure whose message is written elsewhere, and the way to its data."""
    speaks = language()
    with st.container(gap=None):
        st.plotly_chart(
            figure,
            theme=None,
            width="stretch",
            config=config(speaks),
            alt=figure.layout.meta["alt"],
            key=key,
        )
        _data_button(figure, speaks, key)


def _data_button(figure: Any, speaks: str, key: str) -> None:
    """Draw the small button under a figure: its values as a workbook, made at the click."""
    _, page = translator(speaks), shown_page()

    def made() -> bytes:
        as_of = page.selection.as_of if page else None
        return chart_workbook(figure, speaks, as_of=as_of, context=scope(page) if page else {})

    with st.container(key=f"behind_{key}"):
        st.download_button(
            _("Data"),
            data=made,
            file_name=f"encours_{_NOT_PLAIN.sub('_', key)}.xlsx",
            icon=":material/table_chart:",
            type="tertiary",
            on_click="ignore",
            help=_("The values of this chart as a workbook (Excel), made when you click"),
            key=f"data_{key}",
        )


def fact(title: str, detail: str) -> None:
    """Write a bold count over a grey detail (plain text)."""
    with st.container(gap=None):
        st.markdown(f"**{plain(title)}**")
        st.markdown(f":small[:gray[{plain(detail)}]]")


def metric(
    title: str,
    value: str,
    *,
    delta: str | None = None,
    is_worse: bool | None = None,
    is_up: bool | None = None,
    detail: str = "",
    series: list[float] | None = None,
    about: str | None = None,
    note: str | None = None,
) -> None:
    """Draw one KPI card: value, change with an arrow and a colour by its effect, what it is against.

    ``is_worse`` None means no effect on cash (grey). ``note`` is a line of its own under the change.
    """
    colours: dict[bool | None, Any] = {True: "orange", False: "blue", None: "gray"}
    arrows: dict[bool | None, Any] = {True: "up", False: "down", None: "off"}
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(
            title,
            value,
            delta=delta,
            delta_color=colours[is_worse],
            delta_arrow=arrows[is_up],
            delta_description=detail or None,
            chart_data=series,
            help=about,
        )
        if note:
            st.markdown(f":small[:gray[{plain(note)}]]")
