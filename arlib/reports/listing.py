"""Any list of a page as a workbook: its rows with live totals, then how to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.i18n import formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.formats import is_missing
from arlib.reports.sheet import Cell, Column, Sheet, Sum
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from arlib.reports.sheet import Kind

_COMPANY: Final = "company_id"
LARGEST_LIST: Final = 1_000_000  # a sheet holds 1 048 576 rows, what stands above included
_WIDEST_SHEET_NAME: Final = 31
_REFUSED: Final = frozenset("[]:*?/\\'")
_PER_PIXEL: Final = 7  # pixels of a character of a spreadsheet's column


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column of a list: where its values are, its title, their kind.

    ``currency`` names the column of the currency of an amount; ``is_summed`` says that a total of
    it means something; ``width`` is in characters.
    """

    name: str
    title: str
    kind: Kind
    currency: str | None = None
    is_summed: bool = False
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is shown, all rows included.

    ``context``: what it rests on, by title (companies, filters, basis, policy, program, tie-out),
    in order. ``notes``: how its columns are reckoned, by title.
    """

    title: str
    as_of: date
    columns: Sequence[ListColumn]
    rows: pd.DataFrame
    context: Mapping[str, str]
    notes: Mapping[str, str]


def list_workbook(listing: Listing, lang: str = "fr") -> bytes:
    """Return two sheets: the rows under their totals by currency, then the method."""
    _ = translator(lang)
    page = Page(
        title=listing.title,
        right=_("As of {date}").format(date=formats(lang).date(listing.as_of)),
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=listing.as_of,
    )
    return write([list_sheet(listing, lang), about_sheet(listing, lang)], page, lang)


def list_sheet(listing: Listing, lang: str) -> Sheet:
    """Return the rows of a list, each value of its kind, under the title and the totals."""
    _, f = translator(lang), formats(lang)
    rows = listing.rows.iloc[:LARGEST_LIST]
    columns = [_column(rows, item, lang) for item in listing.columns]
    sums, codes = _sums(rows, listing.columns, lang)
    if codes is not None:
        columns.append(codes)
    said = _("As of {date}").format(date=f.date(listing.as_of))
    count = _.ngettext("{n} row", "{n} rows", len(listing.rows)).format(
        n=f.integer(len(listing.rows))
    )
    if len(listing.rows) > LARGEST_LIST:
        count += " " + _("(the first {n} only)").format(n=f.integer(LARGEST_LIST))
    lines = (
        listing.title,
        " · ".join([said, count, *(value for value in listing.context.values() if value)]),
    )
    return Sheet(_sheet_name(listing.title), tuple(columns), lines=lines, sums=sums)


def _column(rows: pd.DataFrame, item: ListColumn, lang: str) -> Column:
    values = _plain(rows[item.name])
    if item.name == _COMPANY:
        values = [value and company_name(value, lang) for value in values]
    codes = _plain(rows[item.currency]) if item.currency else []
    return Column(item.title, item.kind, values, codes, width=item.width)


def _plain(values: pd.Series[Any]) -> list[Any]:
    """Return values as a writer takes them: what is missing is None."""
    found: list[Any] = values.tolist()
    return [None if is_missing(value) else value for value in found]


def _sums(
    rows: pd.DataFrame, columns: Sequence[ListColumn], lang: str
) -> tuple[tuple[Sum, ...], Column | None]:
    """Return one total a currency, and the column of currencies that tells the rows apart.

    Summed amounts of several columns of currencies have no total: no column would tell the currency
    of a row.
    """
    _ = translator(lang)
    summed = {place: item for place, item in enumerate(columns) if item.is_summed and item.currency}
    sources = {item.currency for item in summed.values()} or {
        item.currency for item in columns if item.currency
    }
    if len(sources) != 1 or rows.empty:
        return (), None
    source = next(iter(sources))
    codes = [code for code in rows[source].dropna().unique().tolist() if code]
    drawn = Column(_("Currency"), "text", _plain(rows[source]), width=9)
    shown = next((place for place, item in enumerate(columns) if item.name == source), None)
    place = len(columns) if shown is None else shown
    sums = tuple(
        Sum(
            _("Total of the rows shown")
            if len(codes) == 1
            else _("Total {code}").format(code=code),
            str(code),
            {at: _total(rows, source, code, item.name) for at, item in summed.items()},
            None if len(codes) == 1 else place,
        )
        for code in codes
        if summed
    )
    return sums, drawn if shown is None else None


def _total(rows: pd.DataFrame, source: Any, code: Any, name: str) -> int:
    values = pd.to_numeric(rows.loc[rows[source] == code, name], errors="coerce")
    return sum(int(value) for value in values.dropna().tolist())


def about_sheet(listing: Listing, lang: str, *, kind: str = "") -> Sheet:
    """Return what the list rests on and how its columns are reckoned; ``kind``: if it is no list."""
    _ = translator(lang)
    subject, reading = _("Scope"), _("Definitions")
    rows: list[tuple[str, str, Cell]] = [
        (subject, kind or _("List"), Cell(listing.title)),
        (subject, _("As of"), Cell(listing.as_of, "date")),
        (subject, _("Count of rows"), Cell(len(listing.rows), "integer")),
        *((subject, name, Cell(value)) for name, value in listing.context.items() if value),
        *((reading, name, Cell(value)) for name, value in listing.notes.items()),
    ]
    if any(item.is_summed for item in listing.columns):
        words = _(
            "With one currency, totals are formulas on the rows the filter leaves; with several, on all the rows of each currency."
        )
        rows.append((reading, _("Totals"), Cell(words)))
    return Sheet(
        _("Method"),
        (
            Column(_("Subject"), "text", [row[0] for row in rows], width=18),
            Column(_("Item"), "text", [row[1] for row in rows], width=34),
            Column(_("Value"), "mixed", [row[2] for row in rows], width=110),
        ),
    )


def characters(pixels: int) -> int:
    """Return the width in characters of a column drawn that many pixels wide, twelve at least.

    >>> characters(218)
    32
    """
    return max(12, round(pixels / _PER_PIXEL) + 1)


def _sheet_name(title: str) -> str:
    """Return a title as a sheet's name: 31 characters, without the signs a workbook refuses."""
    kept = "".join(sign for sign in title if sign not in _REFUSED).strip()
    return kept[:_WIDEST_SHEET_NAME].strip() or "Liste"
