"""A small table of dated payment terms: customer, terms, first day, reason."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import normalise
from arlib.ingest.dates import parse_date
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_TITLES: Final = {
    "company_id": ("societe", "company", "company id", "siren societe"),
    "customer_id": ("client", "code client", "code", "customer", "customer id", "compte", "compte tiers"),
    "terms": ("conditions", "conditions de reglement", "conditions de paiement", "terms",
              "payment terms", "delai", "echeance", "mode echeance"),
    "valid_from": ("depuis", "a partir du", "date", "date d effet", "valable du", "valid from", "from"),
    "reason": ("motif", "raison", "reason", "commentaire"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TermsLine:
    """One line: ``terms`` None where the cell is blank (those of the files count again)."""

    company_id: str | None
    customer_id: str
    terms: str | None
    valid_from: date | None
    reason: str | None


def read_terms_table(content: bytes, name: str) -> list[TermsLine]:
    """Return the lines of a csv file (``;``, ``,`` or tab; UTF-8 or cp1252).

    Raises:
        UserError: ``terms_file_unreadable`` (which line and why), ``columns_missing``.
    """
    rows = _rows(_decoded(content))
    if len(rows) < 2:  # noqa: PLR2004 - a header and a line
        raise UserError("terms_file_unreadable", value=name, detail="0")
    places = _places(rows[0])
    missing = [field for field in ("customer_id", "terms") if field not in places]
    if missing:
        raise UserError("columns_missing", value=", ".join(missing))
    return [_line(row, places, number, name) for number, row in enumerate(rows[1:], 2) if any(row)]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> list[list[str]]:
    head = text.partition("\n")[0]
    separator = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    return [[cell.strip() for cell in row] for row in reader]


def _places(header: Sequence[str]) -> dict[str, int]:
    titles = [normalise(title) for title in header]
    return {
        field: titles.index(normalise(known))
        for field, names in _TITLES.items()
        for known in names[::-1]
        if normalise(known) in titles
    }


def _line(row: Sequence[str], places: dict[str, int], number: int, name: str) -> TermsLine:
    def cell(field: str) -> str | None:
        place = places.get(field)
        return (row[place] or None) if place is not None and place < len(row) else None

    customer, day = cell("customer_id"), cell("valid_from")
    valid_from = parse_date(day) if day else None
    if customer is None or (day and valid_from is None):
        raise UserError("terms_file_unreadable", value=name, detail=str(number))
    return TermsLine(cell("company_id"), customer, cell("terms"), valid_from, cell("reason"))
