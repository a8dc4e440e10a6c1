"""Outside scores and ratios in words: the figure or the grade, with its scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arlib.i18n.formats import MISSING, formats, is_missing

if TYPE_CHECKING:
    from collections.abc import Mapping


def measure_value(row: Mapping[Any, Any], language: str = "fr") -> str:
    r"""Return value, grade and scale of a row of ``Portfolio.financials``.

    >>> measure_value({"value": 11.0, "text": None, "scale": "0-20"}, "fr")
    '11 (0-20)'
    """
    f = formats(language)
    value, text, scale = row["value"], row["text"], row["scale"]
    words = "" if is_missing(value) else f.decimal(value, 0 if float(value).is_integer() else 2)
    grade = "" if is_missing(text) else str(text)
    shown = " ".join(part for part in (words, grade) if part) or MISSING
    return shown if is_missing(scale) else f"{shown} ({scale})"
