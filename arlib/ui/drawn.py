"""A grid as Streamlit takes it: the text and the CSS of every cell, worked out column by column.

Streamlit asks both of a pandas Styler, which makes some forty objects a cell: a thousand rows, drawn
again at each click, cost more than the rest of a page. The Styler given here has its answers ready.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from arlib.i18n import MISSING, Formats
from arlib.ui.session import style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from arlib.ui.tables import Column

    Pairs = tuple[tuple[str, str], ...]

_TINT: Final = (0.10, 0.45)
_BOLD: Final = "font-weight:650"
_NAN: Final = float("nan")  # one for all: what is written of it is remembered


def drawn(
    data: pd.DataFrame,
    columns: Sequence[Column],
    codes: Sequence[pd.Series[Any] | None],
    *,
    key: str,
    is_total: bool = False,
) -> Any:
    """Return a Styler of ``data`` (a column each of ``columns``), as ``st.dataframe`` takes it.

    ``codes``: by column, the currency of each row, None where amounts have none. The same grid
    (``key``) bears the same name at each run, so that a browser draws again only what changed.
    """
    styler: Any = data.style
    styler.set_uuid(f"{crc32(key.encode()):08x}")
    body = [
        [
            {"id": f"row{row}_col{place}", "display_value": text}
            for row, text in enumerate(_texts(data[column.name], column, own))
        ]
        for place, (column, own) in enumerate(zip(columns, codes, strict=True))
        if column.write is not None  # a text is drawn as it is
    ]
    answer = {"table_styles": [], "body": body, "cellstyle": _styles(data, columns, is_total)}
    # all that Streamlit asks for (marshall_styler); a test compares with what pandas would say
    vars(styler).update(_compute=lambda: None, _translate=lambda *_asked: answer)
    return styler


def _texts(values: pd.Series[Any], column: Column, codes: pd.Series[Any] | None) -> list[str]:
    """Return a column's values in our language, each amount in its own currency."""
    written = _writer(column.write)
    given: list[Any] = values.tolist()
    if values.dtype.kind == "f":
        given = [value if value == value else _NAN for value in given]  # noqa: PLR0124
    if codes is None:
        found = [written(value) for value in given]
    else:
        known = codes.notna().tolist()
        found = [
            written(value, str(code)) if is_known else MISSING
            for value, code, is_known in zip(given, codes.tolist(), known, strict=True)
        ]
        given = [value if is_known else _NAN for value, is_known in zip(given, known, strict=True)]
    if not column.mark:
        return found
    # what is missing is greater than nothing
    return [
        f"{column.mark} {text}" if value > 0 else text
        for value, text in zip(given, found, strict=True)
    ]


def _writer(write: Callable[..., str] | None) -> Callable[..., str]:
    """Return what writes values, remembered where it always writes alike (a language's formats)."""
    if write is None:
        return str
    if isinstance(getattr(write, "__self__", None), Formats):
        return lambda *values: _written(write, *values)
    return write


@lru_cache(maxsize=30_000)
def _written(write: Callable[..., str], *values: Any) -> str:
    """Write a value, remembered: a rerun draws the same thousand rows again."""
    return write(*values)


def _styles(data: pd.DataFrame, columns: Sequence[Column], is_total: bool) -> list[dict[str, Any]]:
    """Return the cells of each CSS, as ``{props, selectors}``, in reading order."""
    cells: dict[tuple[int, int], Pairs] = {}
    for place, column in enumerate(columns):
        rules = _rules(data[column.name], column)
        if is_total:
            rules.append([_BOLD] * len(data))
        for each in rules:
            for row, rule in enumerate(each):
                if rule:
                    cells[row, place] = cells.get((row, place), ()) + _pairs(rule)
    found: dict[Pairs, list[str]] = {}
    for row, place in sorted(cells):
        found.setdefault(cells[row, place], []).append(f"row{row}_col{place}")
    return [{"props": list(pairs), "selectors": names} for pairs, names in found.items()]


@lru_cache(maxsize=2_000)
def _pairs(rule: str) -> Pairs:
    """Return the declarations of a rule.

    >>> _pairs("color:red;font-weight:600")
    (('color', 'red'), ('font-weight', '600'))
    """
    parts = (part.partition(":") for part in rule.split(";") if part.strip())
    return tuple((name.strip(), value.strip()) for name, _colon, value in parts)


def _rules(values: pd.Series[Any], column: Column) -> list[list[str]]:
    """Return the CSS of a column's cells, one list for each thing that colours them."""
    ink = style().ink
    orange = f"color:{ink.orange_text};font-weight:600"
    rules = []
    if column.mark:
        rules.append([orange if value > 0 else "" for value in values.fillna(0).tolist()])
    if column.write is None:  # as in a small table: a text that begins with ▲ is orange
        rules.append([orange if value.startswith("▲") else "" for value in values.tolist()])
    if column.tint:
        rules.append(_tints(values, column.tint))
    if column.fills:
        rules.append([column.fills.get(str(word), "") for word in values.tolist()])
    return rules


def _tints(values: pd.Series[Any], colour: str) -> list[str]:
    """Return backgrounds of one colour, stronger with the amount."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    top = float(values.max()) if len(values) else 0.0
    low, high = _TINT
    found = []
    for value in values.fillna(0).tolist():
        if value <= 0 or top <= 0:
            found.append("")
            continue
        opacity = low + (high - low) * value / top
        found.append(f"background-color:rgba({red},{green},{blue},{opacity:.2f})")
    return found
