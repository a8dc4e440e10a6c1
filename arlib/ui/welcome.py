"""The first page of an empty book: what the product answers, the drop zone, the sample company."""

from __future__ import annotations

from typing import Any

import streamlit as st

from arlib.i18n import MISSING, translator
from arlib.ui import importing
from arlib.ui.cards import card, fact
from arlib.ui.session import language
from arlib.ui.tables import html_table


def show() -> None:
    """Draw the page of an empty book."""
    _ = translator(language())
    st.title(_("Who owes you how much, since when, and up to where?"), anchor=False)
    st.markdown(
        _(
            "No data yet. Drop an export of your accounting software: what is owed, what is late and who is over the limit appear in a minute."
        )
    )
    left, right = st.columns([1.75, 1])
    with left, card(_("Your file")):
        importing.drop_zone(go_to_import=True)
        words = _("Files stay on this computer; no connection is opened to the outside.")
        st.markdown(f":small[:gray[:material/lock: {words}]]")
    with right, card(_("No file at hand?")):
        st.markdown(
            _(
                "See the application filled: an invented group, two companies, three years of invoices."
            )
        )
        importing.sample_button()
        st.markdown(f":small[:gray[{_('Set aside in one click from the history of imports.')}]]")
    with card(_("What each file allows")):
        _abilities()
    steps = (
        (_("1. Drop"), _("one file or several")),
        (_("2. Check"), _("the control totals, to the cent")),
        (_("3. Fix"), _("the credit limits, or import them")),
        (_("4. Read"), _("“Look at first”")),
    )
    for place, (title, detail) in zip(st.columns(len(steps)), steps, strict=True):
        with place, card():
            fact(title, detail)


def _abilities() -> None:
    _ = translator(language())
    yes, limits = f"✓ {_('yes')}", _("with the limits")
    columns: list[tuple[str, Any]] = [
        (_("File"), "left"),
        (_("Outstanding"), "left"),
        (_("Age"), "left"),
        (_("Payment behaviour"), "left"),
        (_("Overruns"), "left"),
    ]
    rows = [
        [_("Encours workbook"), yes, yes, yes, yes],
        [_("FEC with lettering"), yes, _("due dates from the terms"), yes, limits],
        [_("List of invoices with payment dates"), yes, yes, yes, limits],
        [_("List of open invoices"), yes, yes, _("no: no history"), limits],
        [_("Credit limits"), MISSING, MISSING, MISSING, f"✓ {_('yes')}"],
    ]
    html_table(columns, rows, alt=_("What each file allows"))
