"""The mapping form: what a file with unknown headers offers, and what the user answered.

A file without any header offers its columns by letter, as a spreadsheet names them; its first row
is a line like the others.
"""

from __future__ import annotations

import csv
import hashlib
from typing import TYPE_CHECKING, Final

from arlib.ingest.cells import as_text
from arlib.ingest.columns import REQUIRED, Match, normalise, propose, signature
from arlib.ingest.headers import SEPARATORS, Layout, is_value
from arlib.ingest.synonyms import SYNONYMS
from arlib.ingest.values import parse_amount, parse_date
from arlib.model.files import MappingProposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from arlib.ingest.source import RawSheet, Source

REQUIRED_FIELDS: Final = ("customer_id", "issued_on", "amount")
# All that the form offers, the most useful first.
FIELDS: Final = (
    *("customer_id", "customer_name", "number", "kind", "issued_on", "due_on", "paid_on", "amount"),
    *("open", "paid", "debit", "credit", "side", "currency", "terms", "account", "lettering"),
    *("journal", "posted_on", "status", "disputed", "dispute_reason", "tax", "limit", "category"),
    *("sector", "owner", "payment_method", "siren", "vat_number", "country", "group_id", "company"),
    *("reference", "instalment", "address", "postal_code", "city"),
)
_EXAMPLES: Final = 3
_SCANNED: Final = 40
_MIN_CELLS: Final = 2
_LETTERS: Final = 26
_CODE: Final = 12  # a customer's code is no longer than this


def proposal(source: Source) -> MappingProposal | None:
    """Return the form for a file whose headers are unknown; None when nothing looks like a table."""
    rows, _, _ = max(
        _candidates(source), key=lambda found: _table_size(found[0]), default=([], None, None)
    )
    start = _header_index(rows)
    if start is None:
        return None
    width = max(len(row) for row in rows)
    has_header = not _is_data(rows[start])
    if has_header:
        headers, body = tuple(cell.strip() for cell in rows[start]), rows[start + 1 :]
    else:
        headers, body = letters(width), rows[start:]
    examples = _examples(headers, body)
    shown = tuple(title for title in headers if title and (has_header or examples[title]))
    return MappingProposal(
        _signature(headers, body, has_header=has_header),
        shown,
        {title: examples[title] for title in shown},
        propose(headers) if has_header else _guessed(headers, body),
        REQUIRED_FIELDS,
        groups=REQUIRED,
        fields=tuple(name for name in FIELDS if name in SYNONYMS),
        has_header=has_header,
    )


def correction(source: Source, layout: Layout, match: Match) -> MappingProposal:
    """Return the form of a table that was recognised, filled as it was read: the user may correct it."""
    same = (
        rows
        for rows, separator, sheet in _candidates(source, layout.next_row + _SCANNED)
        if separator == layout.separator and sheet is layout.sheet
    )
    rows = next(same, [])  # none: lines too odd to be cut again; titles suffice
    has_header = layout.next_row > layout.row
    examples = _examples(layout.headers, rows[layout.next_row - 1 :])
    shown = tuple(title for title in examples if has_header or examples[title])
    read = {name: layout.headers[place] for name, place in match.fields.items()}
    return MappingProposal(
        signature_of(source, layout),
        shown,
        {title: examples[title] for title in shown},
        {name: title for name, title in read.items() if title in shown and name in SYNONYMS},
        REQUIRED_FIELDS,
        groups=REQUIRED,
        fields=tuple(name for name in FIELDS if name in SYNONYMS),
        has_header=has_header,
    )


def _examples(headers: Sequence[str], body: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the first filled values under each title; of two columns alike, the first."""
    found: dict[str, tuple[str, ...]] = {}
    for place, title in enumerate(headers):
        if title and title not in found:
            found[title] = tuple(_column(body, place)[:_EXAMPLES])
    return found


def letters(width: int) -> tuple[str, ...]:
    """Return the names of columns without titles: A, B… Z, AA.

    >>> letters(28)[25:]
    ('Z', 'AA', 'AB')
    """
    found = []
    for place in range(width):
        first, last = divmod(place, _LETTERS)
        found.append((chr(64 + first) if first else "") + chr(65 + last))
    return tuple(found)


def lettered(source: Source, wanted: Iterable[str]) -> list[Layout]:
    """Return the tables without header whose columns the letters ``wanted`` may name, best first."""
    names = set(wanted)
    found = []
    for rows, separator, sheet in _candidates(source):
        start = _header_index(rows)
        width = max((len(row) for row in rows), default=0)
        if start is None or not names <= set(letters(width)) or not _is_data(rows[start]):
            continue
        line, size = start + 1, float(_table_size(rows))
        found.append(Layout(letters(width), line, line, size, separator, sheet))
    return sorted(found, key=lambda layout: -layout.score)


def signature_of(source: Source, layout: Layout) -> str:
    """Return what identifies the columns of a layout, by their titles or by what they hold."""
    if layout.next_row > layout.row:
        return signature(layout.headers)
    for rows, separator, sheet in _candidates(source):
        if separator == layout.separator and sheet is layout.sheet:
            return _signature(layout.headers, rows[layout.row - 1 :], has_header=False)
    return ""


def match_of(mapping: Mapping[str, str], headers: Sequence[str]) -> Match | None:
    """Return the fields of a mapping as positions; None when a header of it is absent.

    A lone name or account stands for the customer, as when headers are recognised.
    """
    places = {normalise(title): position for position, title in reversed(list(enumerate(headers)))}
    fields = {}
    for name, title in mapping.items():
        if normalise(title) not in places:
            return None
        fields["customer_name" if name == "name" else name] = places[normalise(title)]
    for name in ("customer_name", "account"):
        if "customer_id" not in fields and name in fields:
            fields["customer_id"] = fields[name]
    return Match(fields)


def _is_data(cells: Sequence[str]) -> bool:
    """Tell a row of values from a header: it holds a number or a date."""
    return any(is_value(cell) for cell in cells if cell.strip())


def _signature(headers: Sequence[str], body: Sequence[Sequence[str]], *, has_header: bool) -> str:
    """Return what identifies a set of headers; without any, the kind of value of each column."""
    if has_header:
        return signature(headers)
    kinds = [_kind(_column(body, place)) for place in range(len(headers))]
    return hashlib.sha256("|".join(["", *kinds]).encode()).hexdigest()[:16]


def _column(body: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = (row[place].strip() for row in body if place < len(row))
    return [cell for cell in cells if cell]


def _kind(cells: Sequence[str]) -> str:
    """Return what most cells of a column hold: a date, an amount, a code, words, nothing."""
    if not cells:
        return "blank"
    half = len(cells) / 2
    if sum(parse_date(cell) is not None and not cell.isdigit() for cell in cells) > half:
        return "date"
    marked = sum("," in cell or "." in cell for cell in cells)
    if marked and sum(parse_amount(cell) is not None for cell in cells) > half:
        return "amount"
    return "code" if sum(" " not in c and len(c) <= _CODE for c in cells) > half else "words"


def _guessed(headers: Sequence[str], body: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return field -> letter for what the values alone suggest: dates, amounts, a code, a name."""
    kinds = {title: _kind(_column(body, place)) for place, title in enumerate(headers)}
    wanted = {
        "date": ("issued_on", "due_on"),
        "amount": ("amount", "open"),
        "code": ("customer_id", "number"),
        "words": ("customer_name",),
    }
    found: dict[str, str] = {}
    for kind, names in wanted.items():
        titles = [title for title, own in kinds.items() if own == kind]
        found |= dict(zip(names, titles, strict=False))
    return found


def _candidates(
    source: Source, most: int = _SCANNED
) -> list[tuple[list[list[str]], str | None, RawSheet | None]]:
    """Return the first rows of each sheet, or of the text under each separator."""
    if source.kind == "workbook":
        return [
            ([[as_text(cell) for cell in row] for row in sheet.rows[:most]], None, sheet)
            for sheet in source.sheets
        ]
    found: list[tuple[list[list[str]], str | None, RawSheet | None]] = []
    for separator in SEPARATORS:
        try:
            rows = list(csv.reader(source.head_lines(most), delimiter=separator))
        except csv.Error:
            continue
        found.append((rows, separator, None))
    return found


def _table_size(rows: Sequence[Sequence[str]]) -> int:
    return sum(len(row) for row in rows if len(row) >= _MIN_CELLS)


def _header_index(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the first row in which most cells of the table are filled."""
    width = max((len(row) for row in rows), default=0)
    if width < _MIN_CELLS:
        return None
    for index, row in enumerate(rows):
        if sum(bool(cell.strip()) for cell in row) >= max(_MIN_CELLS, width / 2):
            return index
    return None
