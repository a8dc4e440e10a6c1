"""A flat list of invoices (or of customers and limits), csv or workbook, found by its headers.

Level B with payment dates, C with open amounts or neither; a list of customers or limits alone is
a reference file. See architecture §3.4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import REFERENCE, REQUIRED, Match, match_headers, normalise
from arlib.ingest.lines import read_lines
from arlib.ingest.lists import outcome, read_customers, read_invoices
from arlib.ingest.proposals import known_mapping, match_of, proposal
from arlib.ingest.reading import find_layouts, read_sheet
from arlib.model.files import Evidence
from arlib.model.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.ingest.reading import Layout
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

FORMAT_ID: Final = "flat"
_SURE: Final = 0.8
_FAIR: Final = 0.6
# Headers that only another format has: a ledger file, our own workbook.
_LEDGER: Final = frozenset({"journalcode", "ecriturenum", "compauxnum", "comptenum"})
_LEDGER_HEADERS: Final = 2
_TEMPLATE_SHEET: Final = "societe"


def identify(source: Source) -> float:
    """Return how sure it is that the file is a list of invoices or of customers."""
    if _is_template(source):
        return 0.0
    layouts = find_layouts(source)
    if not layouts or _is_ledger(layouts[0]):
        return 0.0
    match = match_headers(layouts[0].headers)
    if match.has(REQUIRED):
        return _SURE
    return _FAIR if match.has(REFERENCE) else 0.0


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the list understood; unrecognised headers give a refusal and a mapping form."""
    found = next(_readable(source, options), None)
    if found is None:
        return _unknown(source, options)
    layout, match = found
    sheet = read_sheet(source, layout, {*match.fields.values(), 0})
    lines = read_lines(sheet, match, options)
    if source.kind == "workbook" and source.count_blank_formulas:
        count = str(source.count_blank_formulas)
        lines.findings.add_file("formulas_without_values", "doubtful", value=count)
    read = read_invoices if match.has(REQUIRED) else read_customers
    parsed = read(source, options, lines, match)
    return replace(parsed, evidence=(*parsed.evidence, *_sheets_left(source, layout)))


def _sheets_left(source: Source, layout: Layout) -> tuple[Evidence, ...]:
    """Return a warning naming the filled sheets of a workbook that were not read."""
    if source.kind != "workbook":
        return ()
    left = [sheet.name for sheet in source.sheets if sheet is not layout.sheet and sheet.rows]
    if not left:
        return ()
    names = {"sheets": ", ".join(left)}
    why = "One table is read a file."
    return (Evidence("Sheets not read: {sheets}", why, names, is_warning=True),)


def _is_template(source: Source) -> bool:
    if source.kind != "workbook" or not source.sheets:
        return False
    return normalise(source.sheets[0].name) == _TEMPLATE_SHEET


def _is_ledger(layout: Layout) -> bool:
    titles = {normalise(title) for title in layout.headers}
    return len(titles & _LEDGER) >= _LEDGER_HEADERS


def _readable(source: Source, options: ImportOptions) -> Iterator[tuple[Layout, Match]]:
    """Yield the tables that can be read, best first.

    The mapping given; headers known as invoices; a mapping remembered for these headers; headers
    known as customers.
    """
    if options.mapping:
        for layout in find_layouts(source, options.mapping.values()):
            if match := match_of(options.mapping, layout.headers):
                yield layout, match
    layouts = find_layouts(source)
    matches = [(layout, match_headers(layout.headers)) for layout in layouts]
    yield from (pair for pair in matches if pair[1].has(REQUIRED))
    yield from _remembered(source, options)
    yield from (pair for pair in matches if pair[1].has(REFERENCE))


def _remembered(source: Source, options: ImportOptions) -> Iterator[tuple[Layout, Match]]:
    """Yield the tables whose set of headers was mapped by the user before."""
    for mapping in options.known_mappings.values():
        for layout in find_layouts(source, mapping.values()):
            if known_mapping(options, layout.headers) == mapping and (
                match := match_of(mapping, layout.headers)
            ):
                yield layout, match


def _unknown(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the refusal of a file whose columns were not recognised, with the mapping form."""
    form = proposal(source)
    shown = ", ".join(form.headers) if form else "–"
    refusal = Issue("format_unknown", "refused", value=shown)
    return outcome(source, options, refusal=refusal, mapping=form, issues=(refusal,))
