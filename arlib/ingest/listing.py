"""A list read whole: its tables chosen, put together, completed by the lists of customers beside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest import aged_list, companies, references, stacked
from arlib.ingest.lines import read_lines
from arlib.ingest.lists import read_customers, read_invoices
from arlib.ingest.marks import fill_merged, note_marks
from arlib.ingest.outcome import outcome, with_issues
from arlib.ingest.reading import read_sheet
from arlib.ingest.sheet import stack
from arlib.ingest.tables import Choice, Table, best, choose, is_summary, tables_of
from arlib.model.files import Evidence
from arlib.model.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ingest.declaration import ListFormat
    from arlib.ingest.lines import Lines
    from arlib.ingest.sheet import Sheet
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

_GENERIC: Final = "flat"


def read_declared(source: Source, options: ImportOptions, form: ListFormat) -> ParsedFile:
    """Return the list understood by its declaration; a refusal when it is not that list."""
    table = best(list(tables_of(source, form)))
    if table is None:
        refusal = Issue("format_unknown", "refused", value=source.name)
        return outcome(
            source, options, refusal=refusal, issues=(refusal,), format_id=form.format_id
        )
    return read_list(source, options, choose(source, table, form), form)


def read_list(
    source: Source, options: ImportOptions, choice: Choice, form: ListFormat | None = None
) -> ParsedFile:
    """Return the tables of a choice as one file, companies apart, customers completed."""
    lines, choice = _items_lines(source, options, choice, form)
    match = choice.items[0].match
    if choice.items[0].is_payables:
        name = choice.items[0].layout.sheet.name if choice.items[0].layout.sheet else source.name
        issue = lines.findings.add_file("payables_list", "doubtful", value=name)
        lines.doubt = lines.doubt or issue
    beside = [_reference_lines(source, options, table) for table in choice.references]
    known = {**options.codes_by_name, **references.codes_by_name(beside)}
    options = replace(options, codes_by_name=known)
    note_marks(source, lines)
    read = aged_list.read_summary if is_summary(match) else read_invoices
    parsed = companies.read_each(source, options, lines, match, read)
    if choice.items[0].is_payables and parsed.refusal:  # what it is tells more than what it lacks
        parsed = replace(parsed, refusal=replace(issue, severity="refused"))
    named = replace(options, company_id=parsed.company_id, currency=parsed.company_currency)
    lists = [
        read_customers(source, named, own, table.match)
        for own, table in zip(beside, choice.references, strict=True)
    ]
    issues = references.unknown_customers(parsed, lists)
    for customers in lists:
        parsed = references.complete(parsed, customers)
    parsed = with_issues(parsed, issues)
    parsed = with_issues(parsed, stacked.rows_left(source, choice))
    return replace(parsed, evidence=(*parsed.evidence, *_left(source, choice)))


def read_reference(source: Source, options: ImportOptions, table: Table) -> ParsedFile:
    """Return a list of customers or limits alone (scope ``reference``)."""
    lines = _reference_lines(source, options, table)
    note_marks(source, lines)
    choice = Choice((table,), (), choose(source, table).left)
    parsed = read_customers(source, options, lines, table.match)
    return replace(parsed, evidence=(*parsed.evidence, *_left(source, choice)))


def _items_lines(
    source: Source, options: ImportOptions, choice: Choice, form: ListFormat | None
) -> tuple[Lines, Choice]:
    """Return the lines of the items; a table found below another one is cut off and placed."""
    lines = _typed(source, options, choice.items, form)
    cut = stacked.cut(source, lines, choice, form)
    if cut is None:
        return lines, choice
    return _typed(source, options, cut.items, form), cut


def _typed(
    source: Source, options: ImportOptions, tables: Sequence[Table], form: ListFormat | None
) -> Lines:
    main = tables[0]
    sheet = stack([_sheet(source, table, main, form) for table in tables])
    return read_lines(sheet, main.match, options, form)


def _sheet(source: Source, table: Table, main: Table, form: ListFormat | None) -> Sheet:
    """Return a table: the columns its fields need; all of them when rows are told by any cell."""
    match = table.match if table is main else main.match
    needs_all = form is not None and bool(form.sections or form.rules or form.footers)
    is_anonymous = not {"customer_id", "customer_name"} & set(match.fields)
    if needs_all or is_anonymous or table is not main:
        sheet = read_sheet(source, table.layout)
    else:
        sheet = read_sheet(source, table.layout, {*match.fields.values(), 0})
    return fill_merged(source, sheet, table.match)


def _reference_lines(source: Source, options: ImportOptions, table: Table) -> Lines:
    sheet = read_sheet(source, table.layout, {*table.match.fields.values(), 0})
    return read_lines(sheet, table.match, options)


def _left(source: Source, choice: Choice) -> tuple[Evidence, ...]:
    """Return a warning naming the filled sheets of a workbook that were not read."""
    if source.kind != "workbook":
        return ()
    read = {id(table.layout.sheet) for table in (*choice.items, *choice.references)}
    left = [sheet.name for sheet in source.sheets if id(sheet) not in read and sheet.rows]
    if not left:
        return ()
    why = "Their columns are those of no list of receivables, customers or limits beside the one read."
    return (
        Evidence("Sheets not read: {sheets}", why, {"sheets": ", ".join(left)}, is_warning=True),
    )
