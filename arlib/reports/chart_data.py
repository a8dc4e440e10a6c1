"""The rows behind a figure of a page as a workbook: what is drawn, under its message."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from arlib.charts.data import DRAWN, SAID, SERIES, chart_rows, is_mark
from arlib.i18n import formats, translator
from arlib.reports.listing import Listing, about_sheet
from arlib.reports.sheet import Column, Sheet
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.charts.template import Figure

_NO_DAY: Final = date(2000, 1, 1)  # a workbook needs a date of creation; no clock is read here
_WIDTH: Final = 30


def chart_workbook(
    figure: Figure,
    lang: str = "fr",
    *,
    as_of: date | None = None,
    context: Mapping[str, str] | None = None,
) -> bytes:
    """Return two sheets: the message and what is drawn, a row a point; then what it rests on.

    Words are those the pointer reads on the figure, with their units; the last column holds the
    number drawn, in the unit of the second line. ``context``: as in a ``Listing``.
    """
    _, meta = translator(lang), figure.layout.meta
    page = Page(
        title=meta["title"],
        right=meta["subtitle"],
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=as_of or _NO_DAY,
    )
    sheets = [chart_sheet(figure, lang, as_of=as_of, context=context)]
    if as_of is not None:
        rows = chart_rows(figure, lang)
        listing = Listing(meta["title"], as_of, (), rows, context or {}, {})
        sheets.append(about_sheet(listing, lang, kind=_("Chart")))
    return write(sheets, page, lang)


def chart_sheet(
    figure: Figure,
    lang: str,
    *,
    as_of: date | None = None,
    context: Mapping[str, str] | None = None,
) -> Sheet:
    """Return the rows of a figure under its title, its subtitle and what it rests on."""
    _, rows, meta = translator(lang), chart_rows(figure, lang), figure.layout.meta
    columns = []
    if (rows[SERIES] != "").any():
        columns.append(_texts(_("Series"), rows[SERIES]))
    said = [name for name in rows.columns if str(name).startswith(SAID)]
    titles = [_("Value"), _("Detail")]
    if said and rows[said[0]].map(is_mark).any():
        titles = [_("Mark"), *titles]
    for place, name in enumerate(said):
        columns.append(_texts(titles[min(place, len(titles) - 1)], rows[name]))
    if rows[DRAWN].notna().any():
        drawn = [None if value != value else value for value in rows[DRAWN].tolist()]  # noqa: PLR0124
        columns.append(Column(_("Value drawn"), "number", drawn, width=16))
    lines = [meta["title"], meta["subtitle"]]
    if as_of is not None:
        day = _("As of {date}").format(date=formats(lang).date(as_of))
        lines.append(" · ".join([day, *(value for value in (context or {}).values() if value)]))
    return Sheet(_("Data"), tuple(columns) or (Column(_("Mark"), "text", []),), lines=tuple(lines))


def _texts(title: str, values: Any) -> Column:
    return Column(title, "text", values.tolist(), width=_WIDTH)
