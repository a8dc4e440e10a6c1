"""Numbers with decimals, typed and shown as the language writes them whatever the browser's own is.

A browser shows the decimal point of its own language in a box made for numbers: a box of text does not.
"""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.ui.session import language
from arlib.ui.texts import plain

_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# In English a comma before three digits parts the thousands: 1,234 is no 1.234.
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LEFT_OUT: Final = str.maketrans(dict.fromkeys(" \xa0\u202f%", "") | {"−": "-"})
_DECIMALS: Final = 6


def number_box(
    title: str,
    value: float | None,
    *,
    key: str,
    about: str | None = None,
    is_bare: bool = False,
) -> str:
    """Draw the box of a number; return what it holds, to be given to ``read_number``.

    ``is_bare``: its title is written elsewhere.
    """
    found = st.text_input(
        title,
        value=written(value),
        key=key,
        help=about,
        label_visibility="collapsed" if is_bare else "visible",
    )
    return str(found or "")


def read_number(text: object, *, least: float = 0.0, most: float | None = None) -> float | None:
    """Return what was typed, with a comma or a point; None when nothing was.

    Raises:
        UserError: ``number_unreadable``, ``number_too_small``, ``number_out_of_range``.
    """
    said = str(text or "").strip()
    if not said:
        return None
    bare = said.translate(_LEFT_OUT)
    if language() == "en" and _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _NUMBER.fullmatch(bare):
        raise UserError("number_unreadable", value=said)
    number = float(bare.replace(",", "."))
    if most is None and number < least:
        raise UserError("number_too_small", value=said, detail=written(least))
    if most is not None and not least <= number <= most:
        bounds = {"least": written(least), "most": written(most)}
        raise UserError("number_out_of_range", value=said, **bounds)
    return number


def number_input(
    title: str,
    value: float | None,
    *,
    key: str,
    least: float = 0.0,
    most: float,
    about: str | None = None,
) -> float | None:
    """Draw the box of a number and read it; what is wrong is said under it, and None returned."""
    text = number_box(title, value, key=key, about=about)
    try:
        return read_number(text, least=least, most=most)
    except UserError as error:
        st.markdown(f":small[:orange[{plain(error_sentence(error, language()))}]]")
        return None


def read_needed(text: object, *, least: float = 0.0, most: float | None = None) -> float:
    """Return what was typed; nothing is no answer.

    Raises:
        UserError: ``number_unreadable``, ``number_too_small``, ``number_out_of_range``.
    """
    number = read_number(text, least=least, most=most)
    if number is None:
        raise UserError("number_unreadable", value="")
    return number


def read_share(text: object, *, most: float = 100.0) -> float:
    """Return a percentage typed as a ratio.

    Raises:
        UserError: ``number_unreadable``, ``number_out_of_range``.
    """
    return round(read_needed(text, most=most) / 100, 8)


def written(value: float | None) -> str:
    """Return a number as it is typed: no zero that says nothing, empty when it is missing."""
    if value is None:
        return ""
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language() == "fr" else text
