"""Lists with one line a payment, the invoice repeated on each: made one line an invoice.

The first line of an invoice takes the sum of its payments, and the last of their days once it is
paid in full; the lines after it are marked, to be set aside by the format's own rule.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import normalise
from arlib.ingest.headers import find_layouts
from arlib.ingest.reading import read_sheet
from arlib.ingest.source import Source
from arlib.ingest.values import parse_amount, parse_date
from arlib.model.files import FileInput

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from arlib.ingest.declaration import ListFormat

# Stands before the number of a line that repeats its invoice.
REPEATED: Final = "= "
_NILS: Final = re.compile(r"([.,]\d\d)0+$")


def merged(source: Source, form: ListFormat, paid: str) -> Source:
    """Return the file with one line an invoice; the same file when it has no column ``paid``.

    ``paid`` are the headers of the amount of a payment, ``a|b``. Lines keep their place in the file;
    a payment that cannot be read stays so on its invoice, for the engine to refuse.
    """
    layout = next(iter(find_layouts(source, form=form)), None)
    if layout is None:
        return source
    keys = [normalise(title) for title in layout.headers]
    places = [
        _place(keys, names) for names in (form.columns["number"], form.columns["amount"], paid)
    ]
    day = _place(keys, form.columns["paid_on"])
    if None in places:
        return source
    sheet = read_sheet(source, layout)
    rows = [
        list(row)
        for row in zip(*(sheet.columns[n].text.to_pylist() for n in range(len(keys))), strict=True)
    ]
    number, amount, part = (place for place in places if place is not None)
    paid_in_all = _merge(rows, number, amount, part, day)
    titles = [*layout.headers, form.columns["paid"].split("|")[0]]
    lines = [[*row, total] for row, total in zip(rows, paid_in_all, strict=True)]
    return rewritten(source, layout.row, titles, lines, sheet.row_numbers.tolist())


def _place(keys: Sequence[str], names: str) -> int | None:
    wanted = (normalise(name) for name in names.split("|"))
    return next((keys.index(name) for name in wanted if name in keys), None)


def _merge(
    rows: list[list[str]], number: int, amount: int, part: int, day: int | None
) -> list[str]:
    """Mark the lines that repeat an invoice, date those paid in full; return what was paid of each."""
    firsts: dict[str, int] = {}
    sums: dict[int, int] = {}
    odd: dict[int, str] = {}
    days: dict[int, dt.date] = {}
    for place, row in enumerate(rows):
        code = row[number].strip()
        first = firsts.setdefault(code, place) if code else place
        value = _cents(row[part])
        if value is None:
            odd.setdefault(first, row[part])
        sums[first] = sums.get(first, 0) + (value or 0)
        when = parse_date(row[day]) if day is not None and row[day].strip() else None
        if when is not None:
            days[first] = max(when, days.get(first, when))
        if first != place:
            row[number] = REPEATED + code
    for place, row in enumerate(rows):
        if day is not None:
            is_whole = place in sums and sums[place] == _cents(row[amount])
            row[day] = days[place].isoformat() if is_whole and place in days else ""
    return [odd.get(place, _written_out(sums.get(place, 0))) for place in range(len(rows))]


def _written_out(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def _cents(text: str) -> int | None:
    """Return an amount in cents, 0 for a blank, None when it cannot be read."""
    return parse_amount(_NILS.sub(r"\1", text.strip())) if text.strip() else 0


def rewritten(
    source: Source,
    header_row: int,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    places: Sequence[int],
) -> Source:
    """Return the lines as a text, each where it was."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    stream.write("\n" * (header_row - 1))
    writer.writerow(titles)
    last = header_row
    for place, row in zip(places, rows, strict=True):
        stream.write("\n" * (place - last - 1))
        writer.writerow([" ".join(cell.split()) for cell in row])
        last = place
    return Source(FileInput(f"{source.name}.csv", stream.getvalue().encode()))
