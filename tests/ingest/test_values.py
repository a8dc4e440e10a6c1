"""Amounts, dates, flags, codes: the spellings seen in real exports and those typed by people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arlib.ingest import reading
from arlib.ingest.values import (
    clean_codes,
    clean_text,
    order_evidence,
    parse_amount,
    parse_date,
    read_amounts,
    read_dates,
    read_flags,
)
from arlib.model.money import to_minor

if TYPE_CHECKING:
    from decimal import Decimal


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1 234,56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1\u00a0234,56", 123456),
        ("1\u202f234,56\u00a0€", 123456),
        ("1'234.50", 123450),
        ("12,50-", -1250),
        ("(12,50)", -1250),
        ("-12,50", -1250),
        ("\u2212125,30", -12530),
        ("12345.5", 1234550),
        ("116,2", 11620),
        ("+000001107,13", 110713),
        (" 000000000001437,12", 143712),
        ("-000000000001437,12", -143712),
        ("0", 0),
        ("0,00", 0),
        ("12 500", 1250000),
        ("1.234.567", 123456700),
        ("1 234 567,8", 123456780),
        ("EUR 12,50", 1250),
        ("100 EUR", 10000),
        ("12,50 CR", -1250),
        (",5", 50),
    ],
)
def test_a_typed_amount_is_read(text: str, minor: int) -> None:
    assert parse_amount(text, "EUR") == minor


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "NaN", "inf", "-Infinity", "1e5", "abc", "12 34", "1,2,3", "--5", "=1+1"),
        *("1.23.4", "1.234", "1,234", "12,345", "0,125", "12 USD", "€", "()", "1 2345", "１２"),
        "9" * 40,
    ],
)
def test_what_is_not_certain_is_refused(text: str) -> None:
    assert parse_amount(text, "EUR") is None


def test_the_decimals_of_the_currency_count() -> None:
    assert parse_amount("1 234", "XOF") == 1234
    assert parse_amount("12,5", "XOF") is None
    assert parse_amount("12,345", "TND") is None, "a lone group of three is ambiguous"
    assert parse_amount("0,345", "TND") == 345
    assert parse_amount("1 012,345", "TND") == 1012345


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.sampled_from([" ", "\u00a0", "\u202f", ".", "'", ""]))
def test_french_writing_reads_back(minor: int, group: str) -> None:
    whole, cents = divmod(abs(minor), 100)
    sign = "-" if minor < 0 else ""
    text = f"{sign}{whole:,}".replace(",", group) + f",{cents:02d}"
    assert parse_amount(text, "EUR") == minor
    assert read_amounts(pa.array([text])).minor.to_pylist() == [minor]


@settings(deadline=None)
@given(st.lists(st.decimals(-(10**9), 10**9, places=4), min_size=1))
def test_more_decimals_are_rounded_half_away_and_the_drift_is_exact(values: list[Decimal]) -> None:
    read = read_amounts(pa.array([f"{value:.4f}" for value in values]))
    assert read.minor.to_pylist() == [to_minor(value, "EUR") for value in values]
    drift = 0.0 if read.drift is None else read.drift.sum()
    exact = sum(to_minor(value, "EUR") - value * 100 for value in values)
    assert drift == pytest.approx(float(exact), abs=1e-6)


def test_the_column_decides_what_one_value_cannot() -> None:
    french = read_amounts(pa.array(["1.234", "5.678", "12,50"]))
    assert french.minor.to_pylist() == [123400, 567800, 1250]
    assert french.decimal == ","
    english = read_amounts(pa.array(["1,234", "5,678", "12.50"]))
    assert english.minor.to_pylist() == [123400, 567800, 1250]
    assert english.decimal == "."
    grouped = read_amounts(pa.array(["1.234", "1.234.567"]))
    assert grouped.minor.to_pylist() == [123400, 123456700]


def test_without_evidence_the_hint_decides_and_without_hint_nothing_is_read() -> None:
    column = pa.array(["1.234", "5.678"])
    assert read_amounts(column).minor.to_pylist() == [None, None]
    assert read_amounts(column).unreadable.tolist() == [0, 1]
    assert read_amounts(column, hint=",").minor.to_pylist() == [123400, 567800]
    assert read_amounts(column, hint=".").minor.to_pylist() == [123, 568]


def test_true_numbers_of_a_workbook_keep_their_point() -> None:
    cells = pa.array(["1.234", "1234.5", "1e-05", "1 234,50"])
    read = read_amounts(cells, is_number=np.array([True, True, True, False]))
    assert read.minor.to_pylist() == [123, 123450, 0, 123450]


def test_float_noise_is_not_a_rounding() -> None:
    read = read_amounts(pa.array(["2309.7899999999995"]))
    assert read.minor.to_pylist() == [230979]
    assert read.drift is None


def test_blank_unreadable_and_currency_are_told_apart() -> None:
    read = read_amounts(pa.array(["", "NaN", "n/a", "douze", "12,50 USD", None]))
    assert read.minor.to_pylist() == [None, None, None, None, 1250, None]
    assert read.unreadable.tolist() == [3]
    assert read.currency is not None
    assert read.currency.to_pylist()[4] == "USD"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-01-19", dt.date(2020, 1, 19)),
        ("2020-01-19 08:00:20.964843750", dt.date(2020, 1, 19)),
        ("2020-01-19T00:00:00Z", dt.date(2020, 1, 19)),
        ("19/01/2020", dt.date(2020, 1, 19)),
        ("19/01/2020 10:30", dt.date(2020, 1, 19)),
        ("3/4/2025", dt.date(2025, 4, 3)),
        ("30-03-2020", dt.date(2020, 3, 30)),
        ("31.12.24", dt.date(2024, 12, 31)),
        ("20200119", dt.date(2020, 1, 19)),
        ("20200119.0", dt.date(2020, 1, 19)),
        ("31122024", dt.date(2024, 12, 31)),
        ("210326", dt.date(2026, 3, 21)),
        ("43849", dt.date(2020, 1, 19)),
        ("31 déc. 2024", dt.date(2024, 12, 31)),
        ("1er février 2024", dt.date(2024, 2, 1)),
        ("12-Jan-24", dt.date(2024, 1, 12)),
        ("January 5, 2024", dt.date(2024, 1, 5)),
    ],
)
def test_a_date_is_read(text: str, day: dt.date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["31/02/2024", "2024-13-01", "abc", "32/01/2024", "", "1/2", "99"])
def test_an_impossible_date_is_not(text: str) -> None:
    assert parse_date(text) is None


def test_month_first_is_read_when_asked() -> None:
    assert parse_date("3/4/2025", "month_first") == dt.date(2025, 3, 4)


def test_six_digits_that_lost_their_zero() -> None:
    read = read_dates(pa.array(["210326", "10326", "311225"]))
    assert read.days.to_pylist() == [
        dt.date(2026, 3, 21),
        dt.date(2026, 3, 1),
        dt.date(2025, 12, 31),
    ]


def test_blank_unreadable_and_far_dates_are_told_apart() -> None:
    read = read_dates(pa.array(["", "00/00/0000", None, "31/02/2024", "01/01/0024", "01/01/2024"]))
    assert read.days.null_count == 5
    assert read.unreadable.tolist() == [3]
    assert read.out_of_range.tolist() == [4]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["13/01/2025", "02/03/2025"], "day_first"),
        (["1/13/2025", "2/3/2025"], "month_first"),
        (["01/02/2025", "03/04/2025"], None),
        (["13/01/2025", "1/13/2025"], None),
        (["13/01/2025"] * 40 + ["1/13/2025"], "day_first"),
    ],
)
def test_the_order_of_day_and_month_is_shown_by_numbers_above_twelve(
    texts: list[str], order: str | None
) -> None:
    assert order_evidence(pa.array(texts)).order == order


def test_a_day_equal_to_its_month_is_not_ambiguous() -> None:
    assert order_evidence(pa.array(["05/05/2025", "2025-01-02"])).count_ambiguous == 0


def test_codes_keep_zeros_and_lose_float_tails() -> None:
    codes, controls = clean_codes(pa.array(["0012", "2960623488.0", " A\x07B ", "nan", "12.50"]))
    assert codes.to_pylist() == ["0012", "2960623488", "AB", None, "12.50"]
    assert controls.tolist() == [2]


def test_labels_that_look_like_code_stay_as_written() -> None:
    labels, controls = clean_text(
        pa.array(['=HYPERLINK("x")', "<b>x</b>", "Dupont\t &  fils\u202e"])
    )
    assert labels.to_pylist() == ['=HYPERLINK("x")', "<b>x</b>", "Dupont & fils"]
    assert controls.tolist() == [2]


def test_flags() -> None:
    flags, odd = read_flags(pa.array(["Oui", "NON", "Yes", "x", "", "peut-être"]))
    assert flags.to_pylist() == [True, False, True, True, None, None]
    assert odd.tolist() == [5]


@given(
    st.one_of(
        st.lists(st.one_of(st.just(""), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))),
        st.lists(st.one_of(st.just(""), st.floats(-1e10, 1e10), st.integers(-9, 9).map(float))),
        st.lists(st.one_of(st.just(""), st.integers(-(10**9), 10**9).map(lambda n: n / 100))),
    )
)
def test_a_column_of_one_type_is_written_as_each_of_its_cells(cells: list[Any]) -> None:
    column = reading.make_column("x", cells)
    assert column.text.to_pylist() == [reading.as_text(cell) for cell in cells]
