"""Two hundred spellings of amounts and dates: each read right, or said unreadable; none read wrong.

Amounts stand in a column that shows its decimal separator, or alone. ``None`` is what no reader can
know: it must be listed as unreadable, or blank when nothing is written.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from arlib.ingest import recognise
from arlib.ingest.values import read_amounts, read_dates
from arlib.model.files import FileInput, ImportOptions

D = dt.date
NB, NN, TH = "\u00a0", "\u202f", "\u2009"

# In a column that shows a decimal comma.
COMMA: list[tuple[str, int | None]] = [
    ("1234,56", 123456),
    ("1 234,56", 123456),
    (f"1{NB}234,56", 123456),
    (f"1{NN}234,56", 123456),
    (f"1{TH}234,56", 123456),
    ("1.234,56", 123456),
    ("1'234,56", 123456),
    ("1’234,56", 123456),
    ("12 345 678,90", 1234567890),
    ("12.345.678,90", 1234567890),
    ("1 234", 123400),
    ("1.234", 123400),
    ("12.345", 1234500),
    ("1.234.567", 123456700),
    ("0", 0),
    ("0,00", 0),
    ("0,5", 50),
    (",5", 50),
    ("5,", 500),
    ("116,2", 11620),
    ("-116,2", -11620),
    ("- 116,20", -11620),
    ("116,20-", -11620),
    ("116,20 -", -11620),
    ("(116,20)", -11620),
    ("( 116,20 )", -11620),
    ("(1 116,20)", -111620),
    ("+116,20", 11620),
    ("−116,20", -11620),
    ("–116,20", -11620),
    ("116,20 €", 11620),
    (f"116,20{NB}€", 11620),
    ("€ 116,20", 11620),
    ("-116,20 €", -11620),
    ("116,20- €", -11620),
    ("(116,20) €", -11620),
    ("116,20 EUR", 11620),
    ("EUR 116,20", 11620),
    ("EUR-116,20", -11620),
    ("116,20 C", -11620),
    ("116,20 D", 11620),
    ("116,20C", -11620),
    ("116,20D", 11620),
    ("116,20 CR", -11620),
    ("116,20 DR", 11620),
    ("1 116,20 Cr", -111620),
    ("116,20 Dr", 11620),
    ("+000001107,13", 110713),
    ("-000001107,13", -110713),
    (" 000000000001437,12", 143712),
    ("-000000000001437,12", -143712),
    ("000001107", 110700),
    ("0000000,00", 0),
    ("1234.56", 123456),
    ("12,345", 1235),
    ("12,3456", 1235),
    ("-12,345", -1235),
    ("1 234 567,891", 123456789),
    ("12 34", None),
    ("1 23,45", None),
    ("12.34.56", None),
    ("1,2,3", None),
    ("1.23.456", None),
    ("1,234.567,89", None),
    ("douze", None),
    ("12,50 USD EUR", None),
    ("--12,50", None),
    ("-(12,50)", None),
    ("(12,50", None),
    ("12,50)", None),
    ("1e5", None),
    ("1,5E+03", None),
    ("12:50", None),
    ("1/2", None),
    ("12,50%", None),
    ("#REF!", None),
    ("#DIV/0!", None),
    ("=1+1", None),
    ("１２,50", None),
    ("12,50 ?", None),
    ("€", None),
    ("D", None),
    ("()", None),
    ("inf", None),
    ("0x10", None),
]
# In a column that shows a decimal point.
POINT: list[tuple[str, int | None]] = [
    ("1234.56", 123456),
    ("1,234.56", 123456),
    ("1 234.56", 123456),
    ("1'234.56", 123456),
    ("12,345,678.90", 1234567890),
    ("1,234", 123400),
    ("12,345", 1234500),
    ("1,234,567", 123456700),
    ("1,23,456.00", 12345600),
    ("12,34,567.50", 123456750),
    ("$1,234.56", 123456),
    ("$ 1,234.56", 123456),
    ("-$1,234.56", -123456),
    ("($1,234.56)", -123456),
    ("$(1,234.56)", -123456),
    ("£1,234.56", 123456),
    ("1,234.56-", -123456),
    ("(1,234.56)", -123456),
    ("1,234.56 Cr", -123456),
    ("1,234.56 Dr", 123456),
    ("USD 1,234.56", 123456),
    ("1,234.56 USD", 123456),
    (".5", 50),
    ("5.", 500),
    ("0.005", 1),
    ("2309.7899999999995", 230979),
    ("1,2345.00", None),
    ("1,23", 123),
    ("1.2.3", None),
    ("12.50.", None),
    ("twelve", None),
]
# Alone in a column that shows nothing.
ALONE: list[tuple[str, int | None]] = [
    ("1.234", None),
    ("1,234", None),
    ("-1.234", None),
    ("(1,234)", None),
    ("999.999", None),
    ("0.125", 13),
    ("0,125", 13),
    ("1234.567", 123457),
    ("1.234,5", 123450),
    ("1,234.5", 123450),
    ("12", 1200),
    ("1 234", 123400),
]
BLANK = ["", " ", "-", "NaN", "null", "n/a", "#N/A", "None", "n.d.", NB]

DATES: list[tuple[str, dt.date | None]] = [
    ("31/12/2025", D(2025, 12, 31)),
    ("31-12-2025", D(2025, 12, 31)),
    ("31.12.2025", D(2025, 12, 31)),
    ("31 12 2025", D(2025, 12, 31)),
    ("31/12/25", D(2025, 12, 31)),
    ("31.12.25", D(2025, 12, 31)),
    ("1/2/2025", D(2025, 2, 1)),
    ("01/02/25", D(2025, 2, 1)),
    (" 01/02/2025 ", D(2025, 2, 1)),
    (f"01/02/2025{NB}", D(2025, 2, 1)),
    ("2025-12-31", D(2025, 12, 31)),
    ("2025/12/31", D(2025, 12, 31)),
    ("2025.12.31", D(2025, 12, 31)),
    ("2025-1-2", D(2025, 1, 2)),
    ("2025-12-31T00:00:00", D(2025, 12, 31)),
    ("2025-12-31T23:59:59Z", D(2025, 12, 31)),
    ("2025-12-31 08:15:00.123", D(2025, 12, 31)),
    ("2025-12-31 00:00:00+02:00", D(2025, 12, 31)),
    ("31/12/2025 10:30", D(2025, 12, 31)),
    ("31/12/2025 10:30:00", D(2025, 12, 31)),
    ("20251231", D(2025, 12, 31)),
    ("20251231.0", D(2025, 12, 31)),
    ("20251231.00", D(2025, 12, 31)),
    ("31122025", D(2025, 12, 31)),
    ("311225", D(2025, 12, 31)),
    ("010226", D(2026, 2, 1)),
    ("46022", D(2025, 12, 31)),
    ("46022.0", D(2025, 12, 31)),
    ("46022.75", D(2025, 12, 31)),
    ("31 décembre 2025", D(2025, 12, 31)),
    ("31 DÉCEMBRE 2025", D(2025, 12, 31)),
    ("31 decembre 2025", D(2025, 12, 31)),
    ("31 déc. 2025", D(2025, 12, 31)),
    ("31-déc-25", D(2025, 12, 31)),
    ("1er février 2025", D(2025, 2, 1)),
    ("1 août 2025", D(2025, 8, 1)),
    ("15 juin 2025", D(2025, 6, 15)),
    ("15 juil. 2025", D(2025, 7, 15)),
    ("mercredi 31 décembre 2025", D(2025, 12, 31)),
    ("Wed, 31 Dec 2025", D(2025, 12, 31)),
    ("31-Dec-2025", D(2025, 12, 31)),
    ("31-Dec-25", D(2025, 12, 31)),
    ("31Dec2025", D(2025, 12, 31)),
    ("December 31, 2025", D(2025, 12, 31)),
    ("Dec 31, 2025", D(2025, 12, 31)),
    ("Dec 31 2025", D(2025, 12, 31)),
    ("31st December 2025", D(2025, 12, 31)),
    ("May 5, 2025", D(2025, 5, 5)),
    ("5 Mai 2025", D(2025, 5, 5)),
    ("31/12/0025", None),
    ("0098-01-26", None),
    ("26/01/0098", None),
    ("31/02/2025", None),
    ("30/02/2024", None),
    ("32/01/2025", None),
    ("2025-13-01", None),
    ("2025-02-30", None),
    ("12/31/2025", None),
    ("31/12", None),
    ("12/2025", None),
    ("décembre 2025", None),
    ("2025", None),
    ("1/2/3", None),
    ("31//12/2025", None),
    ("31/12-2025", None),
    ("demain", None),
    ("31 brumaire 2025", None),
    ("99999999", None),
    ("123", None),
    ("1234567", None),
    ("=TODAY()", None),
    ("#VALUE!", None),
    ("31/12/2O25", None),
    ("١٥/٠٣/٢٠٢٥", None),
]
NO_DATE = ["", "-", "0", "00/00/0000", "0000-00-00", "00000000", "NaT", "null", "#N/A", " "]


def amount_of(text: str, beside: str | None) -> tuple[int | None, bool]:
    """Return what a column reads of a text beside others, and whether it says it cannot read it."""
    column = [text] if beside is None else [text, *[beside] * 40]
    read = read_amounts(pa.array(column))
    return read.minor[0].as_py(), 0 in read.unreadable.tolist()


@pytest.mark.parametrize(
    ("text", "minor", "beside"),
    [
        *((text, minor, "7,25") for text, minor in COMMA),
        *((text, minor, "7.25") for text, minor in POINT),
        *((text, minor, None) for text, minor in ALONE),
    ],
)
def test_an_amount_is_read_right_or_said(text: str, minor: int | None, beside: str | None) -> None:
    read, is_said = amount_of(text, beside)
    assert (read, is_said) == (minor, minor is None)


@pytest.mark.parametrize("text", BLANK)
def test_a_blank_amount_is_none_and_no_mistake(text: str) -> None:
    assert amount_of(text, "7,25") == (None, False)


@pytest.mark.parametrize(("text", "day"), DATES)
def test_a_date_is_read_right_or_said(text: str, day: dt.date | None) -> None:
    read = read_dates(pa.array([text]))
    is_said = 0 in [*read.unreadable.tolist(), *read.out_of_range.tolist()]
    assert (read.days[0].as_py(), is_said) == (day, day is None)


@pytest.mark.parametrize("text", NO_DATE)
def test_a_blank_date_is_none_and_no_mistake(text: str) -> None:
    read = read_dates(pa.array([text]))
    assert (read.days[0].as_py(), len(read.unreadable) + len(read.out_of_range)) == (None, 0)


def test_there_are_two_hundred_spellings() -> None:
    every: list[list[Any]] = [COMMA, POINT, ALONE, BLANK, DATES, NO_DATE]
    assert sum(map(len, every)) >= 200


def test_short_dates_are_read_as_their_column_shows() -> None:
    days = read_dates(pa.array(["210326", "10326", "311225"])).days.to_pylist()
    assert days == [D(2026, 3, 21), D(2026, 3, 1), D(2025, 12, 31)]
    iso = read_dates(pa.array(["260321", "251231", "260301"])).days.to_pylist()
    assert iso == [D(2026, 3, 21), D(2025, 12, 31), D(2026, 3, 1)]


def test_no_line_of_a_list_is_wrong_whatever_its_amount() -> None:
    """Every spelling in one list: read to its value, or refused with its text; nothing between."""
    written = [(text, minor) for text, minor in COMMA if ";" not in text]
    lines = "".join(f"C1;F{n};13/01/2025;{text}\n" for n, (text, _) in enumerate(written))
    head = "Code client;N° facture;Date facture;Montant TTC\n"
    (parsed,) = recognise.read_files([FileInput("a.csv", (head + lines).encode())], ImportOptions())
    documents = parsed.tables["documents"]
    numbers, amounts = documents["number"].to_pylist(), documents["amount_minor"].to_pylist()
    found = dict(zip(numbers, amounts, strict=True))
    refused = {issue.row_number for issue in parsed.issues if issue.severity == "refused"}
    for n, (text, minor) in enumerate(written):
        assert found.get(f"F{n}") == minor, text
        assert (n + 2 in refused) == (minor is None), text
    assert parsed.control_totals == {"EUR": int(np.sum([m for _, m in written if m]))}
