"""Ledgers whose columns the user names: unknown headers, or none at all.

A ledger without headers is guessed at, never read without the user's word on its columns: the
mapping form calls them by letter, and the answer is remembered for that shape of file.
"""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.ledger.company import find_company
from arlib.ingest.ledger.headers import Header
from arlib.ingest.ledger.report import Report
from arlib.ingest.ledger.result import refused_file
from arlib.ingest.proposals import letters, match_of, proposal
from arlib.ingest.reading import SEPARATORS, Layout, as_text, find_layouts
from arlib.ingest.values import parse_date
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

# Names of the form -> fields of a ledger.
FIELDS: Final[Mapping[str, str]] = {
    "customer_id": "auxiliary",
    "customer_name": "auxiliary_label",
    "account": "account",
    "number": "piece",
    "posted_on": "posted_on",
    "issued_on": "posted_on",
    "due_on": "due_on",
    "debit": "debit",
    "credit": "credit",
    "amount": "amount",
    "side": "side",
    "reference": "label",
    "lettering": "lettering",
    "journal": "journal",
    "currency": "currency",
    "payment_method": "payment_method",
}
_OF_LEDGERS: Final = frozenset({"journal", "lettering", "account"})
_ACCOUNT: Final = re.compile(r"[1-7]\d{2,11}[A-Z]*")
_AMOUNT: Final = re.compile(r"-?[\d \u00a0\u202f]*\d[.,]\d{2}|0")
_LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")
_SHORTEST_DATE: Final = 6
_FIRST_YEAR, _LAST_YEAR = 1990, 2090
_MOST: Final = 0.8
_FEWEST_ROWS: Final = 3
_FEWEST_COLUMNS: Final = 5
_SCANNED: Final = 60


def is_ledger_mapping(mapping: Mapping[str, str]) -> bool:
    """Tell a mapping of ledger columns: debit and credit beside a journal, a lettering or an account."""
    return {"debit", "credit"} <= set(mapping) and bool(_OF_LEDGERS & set(mapping))


def looks_like_ledger(source: Source) -> bool:
    """Tell a table whose first row is already a line: an account, a date and two amounts in it."""
    return bool(_guess(source))


def mapped_header(source: Source, options: ImportOptions) -> Header | None:
    """Return where the columns of a mapping stand; None without a mapping that fits the file.

    The mapping is the one given, else the one remembered for this shape of file or set of headers.
    """
    mapping = options.mapping
    if not mapping and options.known_mappings:
        form = proposal(source)
        mapping = options.known_mappings.get(form.signature) if form else None
    if not mapping:
        return None
    wanted = tuple(mapping.values())
    for layout in (*find_layouts(source, wanted), *_unnamed(source)):
        match = match_of(mapping, layout.headers)
        if match is None:
            continue
        named = {name: at for name, at in match.fields.items() if name in mapping}
        fields = {FIELDS[name]: at for name, at in reversed(named.items()) if name in FIELDS}
        if "posted_on" in mapping and "issued_on" in mapping:
            fields["piece_on"] = named["issued_on"]
            fields["posted_on"] = named["posted_on"]
        if _is_enough(fields):
            return Header(layout, fields)
    return None


def _is_enough(fields: Mapping[str, int]) -> bool:
    """Tell whether the fields mapped make a ledger: a date, and a debit and a credit or a side."""
    return "posted_on" in fields and (
        {"debit", "credit"} <= set(fields) or {"amount", "side"} <= set(fields)
    )


def ask(source: Source, options: ImportOptions, format_id: str) -> ParsedFile:
    """Return the refusal of a ledger without headers, with the mapping form filled as guessed."""
    report = Report(DEFAULT_CURRENCY)
    company = find_company(source.name, options.company_id, report)
    form, guessed = proposal(source), _guess(source)
    if form and guessed:
        back = {field: name for name, field in FIELDS.items()}
        width = max(guessed.values()) + 1
        names = letters(width)
        form = replace(form, proposed={back[field]: names[at] for field, at in guessed.items()})
    shown = ", ".join(form.headers) if form else "–"
    issue = Issue("format_unknown", "refused", value=shown)
    return refused_file(
        source, company, report, issue, format_id=format_id, confidence=0.0, mapping=form
    )


def _unnamed(source: Source) -> Iterator[Layout]:
    """Yield the tables without header, their columns called by letter, from the first row dated."""
    for separator, rows in _tables(source):
        dated = (at for at, row in enumerate(rows) if any(_is_date(cell) for cell in row))
        first = next(dated, None)
        if first is not None and len(rows[first]) >= _FEWEST_COLUMNS:
            width = max(len(row) for row in rows)
            sheet = None if separator else source.sheets[0]
            yield Layout(letters(width), first + 1, first + 1, 0.0, separator, sheet)


def _guess(source: Source) -> dict[str, int] | None:
    """Return what the columns of a ledger without headers seem to be, None for another file."""
    for _separator, found in _tables(source):
        rows = [row for row in found if any(row)]
        width = max((len(row) for row in rows), default=0)
        if len(rows) < _FEWEST_ROWS or width < _FEWEST_COLUMNS:
            continue
        columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(width)]
        fields = _fields(columns)
        if {"account", "posted_on", "debit", "credit"} <= set(fields):
            return fields
    return None


def _fields(columns: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return what columns seem to be, each by the share of its cells that look like it."""
    fields: dict[str, int] = {}
    dates = _alike(columns, _is_date)
    accounts = [at for at in _alike(columns, _ACCOUNT.fullmatch) if at not in dates]
    amounts = [at for at in _alike(columns, _AMOUNT.fullmatch) if at not in (*dates, *accounts)]
    for name, places in (("account", accounts), ("posted_on", dates)):
        if places:
            fields[name] = places[0]
    pairs = [(one, two) for one, two in itertools.pairwise(amounts) if two == one + 1]
    if pairs:
        fields["debit"], fields["credit"] = pairs[0]
    return fields | _words(columns, {*dates, *accounts, *amounts})


def _words(columns: Sequence[Sequence[str]], taken: set[int]) -> dict[str, int]:
    """Return what columns of words seem to be: a journal on every line, a lettering on some, a label."""
    fields: dict[str, int] = {}
    free = [at for at in range(len(columns)) if at not in taken and any(columns[at])]
    coded = [at for at in _alike(columns, _LETTERS.fullmatch) if at in free]
    for at in coded:
        name = "journal" if all(columns[at]) else "lettering"
        fields.setdefault(name, at)
    longest = {at: sum(map(len, columns[at])) for at in free if at not in coded}
    if longest:
        fields["label"] = max(longest, key=lambda at: longest[at])
    return fields


def _is_date(text: str) -> bool:
    day = parse_date(text) if len(text) >= _SHORTEST_DATE else None
    return day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR


def _alike(columns: Sequence[Sequence[str]], test: Callable[[str], object]) -> list[int]:
    """Return the columns of which most filled cells pass a test."""
    found = []
    for at, cells in enumerate(columns):
        filled = [cell for cell in cells if cell]
        if filled and sum(bool(test(cell)) for cell in filled) >= _MOST * len(filled):
            found.append(at)
    return found


def _tables(source: Source) -> Iterator[tuple[str | None, list[list[str]]]]:
    """Yield the first rows of a file under each separator that cuts them."""
    if source.kind == "workbook":
        rows = source.sheets[0].rows[:_SCANNED] if source.sheets else []
        yield None, [[as_text(cell).strip() for cell in row] for row in rows]
        return
    lines = source.head_lines()
    for separator in SEPARATORS:
        try:
            rows_cut = csv.reader(lines, delimiter=separator)
            yield separator, [[cell.strip() for cell in row] for row in rows_cut]
        except csv.Error:
            continue
