"""Numbers typed with a comma or a point, shown as the language writes them."""

from __future__ import annotations

import pytest
import streamlit as st

from arlib.model.issues import UserError
from arlib.ui.numbers import read_needed, read_number, read_share, written


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,5", 12.5), ("12.5 %", 12.5), (" 1\u202f234,5 ", 1234.5), ("−2", -2.0), ("", None)],
)
def test_a_number_is_read_as_people_type_it(text: str, number: float | None) -> None:
    assert read_number(text, least=-5.0) == number


@pytest.mark.parametrize(
    ("language", "numbers"),
    [("fr", [1.234, 8.5, None, 1234.5]), ("en", [1234.0, 8.5, 1234.5, 1234.5])],
)
def test_a_comma_before_three_digits_parts_thousands_in_english_alone(
    monkeypatch: pytest.MonkeyPatch, language: str, numbers: list[float | None]
) -> None:
    monkeypatch.setitem(st.session_state, "language", language)
    for text, number in zip(("1,234", "8,5", "1,234.5", "1 234.5"), numbers, strict=True):
        if number is None:
            with pytest.raises(UserError):
                read_number(text)
        else:
            assert read_number(text) == number


@pytest.mark.parametrize("text", ["douze", "1,2,3", "12,", "1e3", "NaN", "inf"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        read_number(text)
    assert refused.value.code == "number_unreadable"


def test_bounds_are_held_and_nothing_is_no_answer() -> None:
    assert read_share("2,65") == 0.0265
    for text, code in (("100,5", "number_out_of_range"), ("", "number_unreadable")):
        with pytest.raises(UserError) as refused:
            read_share(text)
        assert refused.value.code == code
    with pytest.raises(UserError):
        read_needed("-1")


def test_a_number_is_shown_without_a_zero_that_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for language, told in (("fr", ["2,65", "100", "0", ""]), ("en", ["2.65", "100", "0", ""])):
        monkeypatch.setitem(st.session_state, "language", language)
        assert [written(value) for value in (2.65, 100.0, 0.0, None)] == told
