"""Tables: a sortable grid formatted in our language, and a small escaped HTML table."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import streamlit as st

from arlib.charts.palette import aging_colours
from arlib.i18n import MISSING
from arlib.ui.drawn import drawn
from arlib.ui.session import style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from arlib.reports.sheet import Kind
    from arlib.ui.frame import Page

ROW_HEIGHT: Final = 30
WRAPPED_HEIGHT: Final = 66  # below 65 pixels the grid never breaks a line
HEADER_HEIGHT: Final = 35
_UNBROKEN: Final = 12  # signs of a cell that is never broken: an amount, a bucket
SHOWN_ROWS: Final = 1_000  # beyond, the browser is slow: a search finds the rest
_MODES: Final[dict[str, Literal["single-row", "multi-row"]]] = {
    "single": "single-row",
    "multi": "multi-row",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid: where its values are, its title, how a value is written.

    ``currency`` names the column that holds the currency of an amount; ``write`` then takes the
    amount and the currency. ``mark`` is written before positive values, in orange. For the
    workbook of the list: ``kind`` says what its cells hold when ``write`` does not tell, and
    ``is_summed`` whether a total of the amounts means something. ``about`` explains the
    title when the pointer stands on it. ``fills``: CSS of the cells that hold a word.
    """

    name: str
    title: str
    width: int
    write: Callable[..., str] | None = None
    currency: str | None = None
    mark: str = ""
    tint: str | None = None
    kind: Kind | None = None
    is_summed: bool = True
    about: str | None = None
    fills: Mapping[str, str] | None = None


def grid(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    select: Literal["single", "multi"] | None = None,
    height: int = 500,
    alt: str | None = None,
    is_total: bool = False,
    is_wrapped: bool = False,
    on_cell: Callable[[int, str], None] | None = None,
) -> list[int]:
    """Draw a sortable table; return the places of the ticked rows (``is_total``: in bold).

    ``is_wrapped``: rows of up to three lines, for columns of sentences that one line would cut.

    Values stay numbers, so a click on a header sorts by amount, not by text. ``on_cell`` is called
    with the place and the column of a cell as long as it is chosen.
    """
    shown = frame.head(SHOWN_ROWS)
    data = pd.DataFrame({column.name: _values(shown[column.name], column) for column in columns})
    codes = [None if column.currency is None else shown[column.currency] for column in columns]
    styler = drawn(data, columns, codes, key=key, is_total=is_total)
    config: dict[str, Any] = {
        column.name: st.column_config.Column(
            column.title,
            width=column.width,
            alignment="left" if column.write is None else "right",
            help=column.about,
        )
        for column in columns
    }
    row_height = WRAPPED_HEIGHT if is_wrapped else ROW_HEIGHT
    arguments: dict[str, Any] = {
        "hide_index": True,
        "row_height": row_height,
        "height": min(height, HEADER_HEIGHT + row_height * max(len(data), 1) + 3),
        "column_config": config,
        "key": key,
        "placeholder": MISSING,
        "alt": alt,
    }
    if select is None:
        st.dataframe(styler, **arguments)
        return []
    modes: list[Any] = [_MODES[select], *(["single-cell"] if on_cell else [])]
    state = st.dataframe(styler, on_select="rerun", selection_mode=modes, **arguments)
    if on_cell:
        for place, name in state["selection"]["cells"]:
            on_cell(int(place), str(name))
    return [int(place) for place in state["selection"]["rows"] if place < len(shown)]


def cut_note(page: Page, count: int) -> None:
    """Say that a grid shows its first rows only, when it does."""
    if count > SHOWN_ROWS:
        f = page.formats
        words = page.words("First {n} rows of {all}: search to see the others.")
        st.markdown(f":small[:gray[{words.format(n=f.integer(SHOWN_ROWS), all=f.integer(count))}]]")


def html_table(
    columns: Sequence[tuple[str, Literal["left", "right"]]],
    rows: Sequence[Sequence[str]],
    *,
    total: Sequence[str] | None = None,
    alt: str = "",
) -> None:
    """Draw a small static table. Every cell is escaped; a cell that begins with ▲ is orange."""
    ink = style().ink
    sides = [side for _title, side in columns]
    head = "".join(
        f'<th scope="col" style="text-align:{side};padding:.28rem .5rem;color:{ink.heading};'
        f'border-bottom:2px solid {ink.brand}">{html.escape(title)}</th>'
        for title, side in columns
    )
    body = "".join(
        f'<tr style="background:{ink.row if place % 2 else "transparent"};'
        f'border-bottom:1px solid {ink.grid}">{_cells(row, sides)}</tr>'
        for place, row in enumerate(rows)
    )
    if total is not None:
        line = f"border-top:2px solid {ink.brand};font-weight:650"
        body += f'<tr style="{line}">{_cells(total, sides)}</tr>'
    st.html(
        f'<table aria-label="{html.escape(alt)}" style="width:100%;border-collapse:collapse;'
        f'font-size:.9rem;font-variant-numeric:tabular-nums;color:{ink.text}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cells(row: Sequence[str], sides: Sequence[str]) -> str:
    ink = style().ink
    cells = []
    for text, side in zip(row, sides, strict=True):
        colour = "white-space:nowrap;" if len(text) <= _UNBROKEN else ""
        if text.startswith("▲"):
            colour += f"color:{ink.orange_text};font-weight:650;"
        elif text.startswith("✓"):
            colour += f"color:{ink.blue_text};font-weight:600;"
        cells.append(
            f'<td style="text-align:{side};padding:.24rem .5rem;{colour}">{html.escape(text)}</td>'
        )
    return "".join(cells)


def _values(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """Return numbers as floats (missing NaN), words as text."""
    values = values.reset_index(drop=True)
    if column.write is None:
        return values.astype("object").where(values.notna(), MISSING).astype(str)
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    return pd.to_numeric(values, errors="coerce").astype("float64")


def bucket_tints(count: int) -> list[str | None]:
    """Return the tint of each bucket's column: the late ones after the first alone."""
    colours = aging_colours(count)
    return [colour if place > 1 else None for place, colour in enumerate(colours)]
