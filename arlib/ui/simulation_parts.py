"""What the blocks of cash simulations share: choosing customers, percentages, currencies, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.formats import is_missing
from arlib.ui import cache, customers
from arlib.ui.download import list_button
from arlib.ui.forecast import choose_currency
from arlib.ui.frame import companies_words, reason
from arlib.ui.numbers import number_input
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from arlib.ui.frame import Page

Key = tuple[str, str]
_OFFERED: Final = 500
_ROWS: Final = 380
SOURCES: Final = {"own": N_("his own settlements"), "book": N_("all customers")}


def percent_input(
    page: Page,
    title: str,
    key: str,
    value: float | None,
    *,
    most: float = 100.0,
    least: float = 0.0,
    about: str | None = None,
) -> float | None:
    """Draw a percentage; return it as a ratio, None when nothing is typed or it is no percentage."""
    found = number_input(
        page.words(title),
        value,
        key=key,
        least=least,
        most=most,
        about=page.words(about) if about else None,
    )
    return None if found is None else round(found / 100, 8)


def customers_input(page: Page, key: str) -> tuple[Key, ...]:
    """Draw the choice of customers, the largest first; none chosen is all of them."""
    _ = page.words
    people = cache.simulation_people(page.selection).head(_OFFERED)
    names = {
        (row["company_id"], row["customer_id"]): f"{row['name']} ({row['customer_id']})"
        for row in people.to_dict("records")
    }
    chosen: list[Key] = st.multiselect(
        _("Customers"),
        list(names),
        format_func=lambda code: names[code],
        placeholder=_("All, but our own group"),
        key=key,
    )
    return tuple(chosen)


def customer_input(page: Page, key: str) -> Key | None:
    """Draw the choice of one customer, the largest first; None: the book has none."""
    people = cache.simulation_people(page.selection).head(_OFFERED)
    names = {
        (row["company_id"], row["customer_id"]): f"{row['name']} ({row['customer_id']})"
        for row in people.to_dict("records")
    }
    if not names:
        return None
    chosen: Key | None = st.selectbox(
        page.words("Customer"), list(names), format_func=lambda code: names[code], key=key
    )
    return chosen


def block_of(page: Page, blocks: Sequence[Any], key: str) -> Any:
    """Return the block of the currency chosen; None, once it is said, when there is none."""
    if not blocks:
        st.info(page.words("Nothing is open at this date under these filters."))
        return None
    currency = choose_currency(page, [item.currency for item in blocks], key)
    return next(item for item in blocks if item.currency == currency)


def notes(sentences: Sequence[str]) -> None:
    """Write plain sentences in small grey letters."""
    said = " ".join(sentence for sentence in sentences if sentence)
    if said:
        st.markdown(small(plain(said)))


def left_out(page: Page, names: Sequence[str]) -> str:
    """Return the sentence about companies that cannot answer."""
    if not names:
        return ""
    return page.words("The files of {names} do not tell it: left out.").format(
        names=companies_words(page, names)
    )


def short_year(page: Page, *, is_short: bool) -> str:
    """Return the sentence about a year worked out from fewer months."""
    if not is_short:
        return ""
    return page.words("Less than twelve months of sales: the year is worked out in proportion.")


def compact(page: Page, value: int | None, currency: str, *, is_signed: bool = False) -> str:
    """Return an amount for a card, a dash when it is missing."""
    if is_missing(value):
        return MISSING
    return page.formats.compact(value, currency, is_signed=is_signed)


def why(page: Page, code: str | None) -> str:
    """Return a reason as a note, empty without one."""
    return reason(page, code) if code else ""


def listed(page: Page, rows: pd.DataFrame, columns: list[Column], name: str, title: str) -> None:
    """Draw a list whose lines open a customer's file, with its download; ``name`` is its own."""
    shown = rows.head(SHOWN_ROWS)
    key = name.replace(" ", "_")
    ticked = grid(shown, columns, key=key, select="single", height=_ROWS, alt=title)
    cut_note(page, len(rows))
    with st.container(horizontal=True):
        customers.open_button(page, shown.iloc[ticked], f"{key}_open")
        list_button(page, name, title, columns, rows)
