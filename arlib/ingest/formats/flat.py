"""A flat list of invoices (or of customers and limits), csv or workbook, found by its headers.

Level B with payment dates, C with open amounts or neither; a list of customers or limits alone is
a reference file. See architecture §3.4. It answers for what no product's own format recognises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import REFERENCE, match_headers, normalise
from arlib.ingest.declaration import ListFormat, Sections
from arlib.ingest.headers import find_layouts
from arlib.ingest.listing import read_list, read_reference
from arlib.ingest.outcome import outcome
from arlib.ingest.proposals import correction, lettered, match_of, proposal, signature_of
from arlib.ingest.tables import Table, best, choose, holds_items, is_payables, tables_of
from arlib.model.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from arlib.ingest.headers import Layout
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

FORMAT_ID: Final = "flat"
_SURE: Final = 0.8
_FAIR: Final = 0.6
# Headers that only another format has: a ledger file, our own workbook.
_LEDGER: Final = frozenset({"journalcode", "ecriturenum", "compauxnum", "comptenum"})
_LEDGER_HEADERS: Final = 2
_TEMPLATE_SHEET: Final = "societe"
# A list without a column of customers: they stand on rows of their own.
_SECTIONED: Final = ListFormat(
    FORMAT_ID,
    {},
    (),
    required=(("amount", "open", "debit", "credit"), ("issued_on", "due_on"), ("number",)),
    sections=Sections(),
)


def identify(source: Source) -> float:
    """Return how sure it is that the file is a list of invoices or of customers."""
    if _is_template(source):
        return 0.0
    layouts = find_layouts(source)
    if not layouts or _is_ledger(layouts[0]):
        return 0.0
    if next(tables_of(source), None):
        return _SURE
    is_fair = match_headers(layouts[0].headers).has(REFERENCE) or next(_sectioned(source), None)
    return _FAIR if is_fair else 0.0


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the list understood; unrecognised headers give a refusal and a mapping form."""
    if options.mapping and (table := next(_mapped(source, options.mapping), None)):
        return _read(source, options, table)
    for signed, known in options.known_mappings.items():
        for table in _mapped(source, known):
            if signature_of(source, table.layout) == signed:
                return _read(source, options, table)
    tables = [table for table in tables_of(source) if not _is_ledger(table.layout)]
    if table := best(tables):
        return _read(source, options, table)
    if table := best(list(_sectioned(source))):
        return read_list(source, options, choose(source, table, _SECTIONED), _SECTIONED)
    if table := next(_references(source), None):
        return read_reference(source, options, table)
    return _unknown(source, options)


def _read(source: Source, options: ImportOptions, table: Table) -> ParsedFile:
    if table.is_items:
        parsed = read_list(source, options, choose(source, table))
        return parsed if table.match.buckets else _correctable(parsed, source, table)
    return read_reference(source, options, table)


def _correctable(parsed: ParsedFile, source: Source, table: Table) -> ParsedFile:
    """Return a list with the form of its columns, unless what it is tells that no column is wrong."""
    if parsed.refusal is not None and parsed.refusal.code != "no_rows":
        return parsed
    form = correction(source, table.layout, table.match)
    also = tuple(replace(other, mapping=form) for other in parsed.also)
    return replace(parsed, mapping=form, also=also)


def _mapped(source: Source, mapping: Mapping[str, str]) -> Iterator[Table]:
    """Yield the tables whose headers a mapping names, or their letters when they have none."""
    named = mapping.values()
    for layout in (*find_layouts(source, named), *lettered(source, named)):
        if match := match_of(mapping, layout.headers):
            is_items = holds_items(match)
            yield Table(layout, match, is_items, not is_items, is_payables(source, layout))


def _sectioned(source: Source) -> Iterator[Table]:
    """Yield the tables that name no customer in a column and stand under rows that may."""
    for layout in find_layouts(source):
        match = match_headers(layout.headers, _SECTIONED)
        customers = {"customer_id", "customer_name", "account"} & set(match.fields)
        if not customers and holds_items(match, _SECTIONED) and not _is_ledger(layout):
            yield Table(layout, match, True, False, is_payables(source, layout))


def _references(source: Source) -> Iterator[Table]:
    for layout in find_layouts(source):
        match = match_headers(layout.headers)
        if match.has(REFERENCE):
            yield Table(layout, match, False, True)


def _is_template(source: Source) -> bool:
    if source.kind != "workbook" or not source.sheets:
        return False
    return normalise(source.sheets[0].name) == _TEMPLATE_SHEET


def _is_ledger(layout: Layout) -> bool:
    titles = {normalise(title) for title in layout.headers}
    return len(titles & _LEDGER) >= _LEDGER_HEADERS


def _unknown(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the refusal of a file whose columns were not recognised, with the mapping form."""
    form = proposal(source)
    shown = ", ".join(form.headers) if form else "–"
    refusal = Issue("format_unknown", "refused", value=shown)
    return outcome(source, options, refusal=refusal, mapping=form, issues=(refusal,))
