"""The mapping form: what a file with unknown headers offers, and what the user answered."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import Match, normalise, propose, signature
from arlib.ingest.reading import SEPARATORS, as_text
from arlib.model.files import MappingProposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions

REQUIRED_FIELDS: Final = ("customer_id", "issued_on", "amount")
_EXAMPLES: Final = 3
_SCANNED: Final = 40
_MIN_CELLS: Final = 2


def proposal(source: Source) -> MappingProposal | None:
    """Return the form for a file whose headers are unknown; None when nothing looks like a table."""
    rows = max(_candidates(source), key=_table_size, default=[])
    start = _header_index(rows)
    if start is None:
        return None
    headers = tuple(cell.strip() for cell in rows[start])
    body = rows[start + 1 :]
    examples = {
        title: tuple(
            row[position] for row in body if position < len(row) and row[position].strip()
        )[:_EXAMPLES]
        for position, title in enumerate(headers)
        if title
    }
    shown = tuple(title for title in headers if title)
    return MappingProposal(signature(headers), shown, examples, propose(headers), REQUIRED_FIELDS)


def match_of(mapping: Mapping[str, str], headers: Sequence[str]) -> Match | None:
    """Return the fields of a mapping as positions; None when a header of it is absent."""
    places = {normalise(title): position for position, title in reversed(list(enumerate(headers)))}
    fields = {}
    for name, title in mapping.items():
        if normalise(title) not in places:
            return None
        fields[name] = places[normalise(title)]
    return Match(fields)


def known_mapping(options: ImportOptions, headers: Sequence[str]) -> Mapping[str, str] | None:
    """Return the mapping remembered for this set of headers, or None."""
    return options.known_mappings.get(signature(headers))


def _candidates(source: Source) -> list[list[list[str]]]:
    """Return the first rows of each sheet, or of the text under each separator."""
    if source.kind == "workbook":
        return [
            [[as_text(cell) for cell in row] for row in sheet.rows[:_SCANNED]]
            for sheet in source.sheets
        ]
    found = []
    for separator in SEPARATORS:
        try:
            found.append(list(csv.reader(source.head_lines(_SCANNED), delimiter=separator)))
        except csv.Error:
            continue
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
