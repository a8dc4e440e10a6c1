"""Columns of cells -> typed values, and which cells could not be read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.ingest.amounts import parse_amount
from arlib.model.money import decimals
from arlib.model.template import NO, YES, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_YES: Final = frozenset({YES, "o", "yes", "y", "vrai", "true", "1", "x"})


_NO: Final = frozenset({NO, "n", "no", "faux", "false", "0"})


_FIRST_DAY: Final = dt.date(1990, 1, 1)


_LAST_DAY: Final = dt.date(2099, 12, 31)


_EXCEL_ORIGIN: Final = dt.date(1899, 12, 30)


_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def plain(text: str) -> str:
    """Return ``text`` without accents, case, blanks around and apostrophe style.

    >>> plain(" N° de PIÈCE’s ")
    "n° de piece's"
    """
    decomposed = unicodedata.normalize("NFD", text.replace("’", "'"))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(letters.casefold().split())


def show(value: object) -> str:
    """Return a cell as the user saw it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def read_column(
    item: Field, raw: Sequence[Any], frame: pd.DataFrame, currency: str
) -> tuple[pd.Series, np.ndarray]:
    """Return (values, unreadable) of one column."""
    if raw.count("") == len(raw):
        return _blank(item, len(raw)), np.zeros(len(raw), bool)
    if item.cell in {"code", "text"}:
        return _objects([_text(value) for value in raw]), np.zeros(len(raw), bool)
    if item.cell == "amount":
        currencies = (
            frame["currency"].fillna(currency)
            if "currency" in frame.columns
            else _repeat(currency, raw)
        )
        return _amounts(raw, currencies)
    if item.name == "currency":
        return _through(raw, _currency_code)
    readers: dict[str, Callable[[Any], object]] = {
        "date": _date,
        "flag": _flag,
        "choice": _choice_reader(item),
        "integer": _integer,
        "number": _number,
        "percent": _percent,
    }
    return _through(raw, readers[item.cell])


def _blank(item: Field, count: int) -> pd.Series:
    dtype = "Int64" if item.cell == "amount" else object
    return pd.Series([pd.NA if dtype == "Int64" else None] * count, dtype=dtype)


def _repeat(currency: str, raw: Sequence[Any]) -> pd.Series:
    return pd.Series([currency] * len(raw), dtype=object)


def _objects(values: list[Any]) -> pd.Series:
    result = pd.Series(index=range(len(values)), dtype=object)
    result[:] = values
    return result


def _through(raw: Sequence[Any], read: Callable[[Any], object]) -> tuple[pd.Series, np.ndarray]:
    """Read each distinct value once; what is filled and gives None is unreadable."""
    known = {key: read(key[1]) for key in {(type(value), value) for value in raw}}
    values = [known[type(value), value] for value in raw]
    bad = [
        value is None and cell not in ("", None) for value, cell in zip(values, raw, strict=True)
    ]
    return _objects(values), np.array(bad, bool)


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return (value if value.isprintable() else _CONTROL.sub("", value)).strip() or None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return show(value) if value is not None else None


def _amounts(raw: Sequence[Any], currencies: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Return Int64 minor units: numbers at once, each distinct text through the amount parser."""
    is_number = np.array(
        [isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in raw]
    )
    numbers = np.array(
        [cell if ok else 0.0 for cell, ok in zip(raw, is_number, strict=True)], float
    )
    scale = 10.0 ** currencies.map(decimals).to_numpy(float)
    # A cell holds the nearest binary of what was typed: 1.005 is 1.00499…, so round it away first.
    scaled = np.round(np.abs(numbers) * scale, 4)
    minor = np.where(numbers < 0, -1, 1) * np.floor(scaled + 0.5)
    readable = is_number & np.isfinite(minor) & (np.abs(minor) < 2**53)
    result = pd.Series(np.where(readable, minor, 0).astype(np.int64), dtype="Int64")
    result[~readable] = pd.NA
    codes = currencies.tolist()
    for position, cell in enumerate(raw):
        if isinstance(cell, str) and cell.strip():
            parsed = parse_amount(cell, codes[position])
            result[position] = pd.NA if parsed is None else parsed
    filled = np.array([cell not in ("", None) for cell in raw])
    return result, result.isna().to_numpy(bool) & filled


def _currency_code(value: Any) -> str | None:
    code = str(value).strip().upper()
    code = {"€": "EUR", "$": "USD", "£": "GBP", "EURO": "EUR", "EUROS": "EUR"}.get(code, code)
    return code if re.fullmatch(r"[A-Z]{3}", code) else None


def _date(value: Any) -> dt.date | None:
    day = any_date(value)
    return day if day is not None and _FIRST_DAY <= day <= _LAST_DAY else None


def any_date(value: Any) -> dt.date | None:
    """Return the day a cell means, in range or not; None when it is no date.

    >>> any_date("31/12/2026"), any_date(20261231), any_date("31/02/2026")
    (datetime.date(2026, 12, 31), datetime.date(2026, 12, 31), None)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _numeric_date(value)
    return _text_date(value.strip()) if isinstance(value, str) else None


def _numeric_date(value: float) -> dt.date | None:
    """Read 20261031, else an Excel day number."""
    if 19_000_101 <= value <= 20_991_231:  # noqa: PLR2004 - yyyymmdd
        return _text_date(str(int(value)))
    return _EXCEL_ORIGIN + dt.timedelta(days=int(value)) if 30_000 <= value <= 75_000 else None  # noqa: PLR2004


def _text_date(text: str) -> dt.date | None:
    """Read 31/12/2026, 31-12-26, 31.12.2026, 2026-12-31 and 20261231; day first."""
    iso = re.fullmatch(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?", text)
    french = re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif french:
        day, month, year = (int(part) for part in french.groups())
        year += 2000 if year < 100 else 0  # noqa: PLR2004 - two-digit year
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _flag(value: Any) -> bool | None:
    word = plain(show(value)) if not isinstance(value, bool) else str(value).lower()
    return True if word in _YES else False if word in _NO else None


def _choice_reader(item: Field) -> Callable[[Any], object]:
    words = {plain(word): name for name, word in item.choices.items()}
    words |= {plain(word): name for word, name in item.synonyms.items()}
    words |= {plain(name): name for name in item.choices if plain(name) not in words}
    return lambda value: words.get(plain(show(value)))


def _integer(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number.is_integer() and number >= 1 else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, str):
        text = re.sub(r"[\s\u00a0\u202f]", "", value).replace(",", ".")
        return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None
    return None


def _percent(value: Any) -> float | None:
    """Read 0.2, 20 and “20 %” as 0.2; above 100 % or negative is not a rate."""
    is_written = isinstance(value, str) and value.strip().endswith("%")
    number = _number(value.strip()[:-1] if is_written else value)
    if number is None:
        return None
    ratio = number / 100 if is_written or number > 1 else number
    return ratio if 0 <= ratio <= 1 else None
