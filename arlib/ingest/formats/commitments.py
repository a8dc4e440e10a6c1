"""Orders, deliveries, bills and deposits as a list: the sheet of our workbook alone, csv or xlsx."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from arlib.ingest.template.cells import plain
from arlib.ingest.template.others import build_customers, build_plain
from arlib.ingest.template.rows import header_positions, read_rows
from arlib.model.files import Evidence, ParsedFile
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY
from arlib.model.template import COMMITMENT_KINDS, COMMITMENTS, CUSTOMERS

if TYPE_CHECKING:
    from arlib.ingest.source import Source
    from arlib.ingest.template.rows import Rows
    from arlib.model.files import ImportOptions

FORMAT_ID: Final = "commitments"
_NEEDED: Final = frozenset(item.name for item in COMMITMENTS.fields if item.needed)
_SEPARATORS: Final = ";\t|,"
_DEFAULT_COMPANY: Final = "default"
_HEAD: Final = 20
_SURE: Final = 0.99
Cells = list[list[Any]]


def identify(source: Source) -> float:
    """Return how sure it is: the headers of the sheet, and natures that are commitments."""
    cells = _cells(source, is_head=True)
    if not cells:
        return 0.0
    places = header_positions(COMMITMENTS, cells[0])
    if not places.keys() >= _NEEDED:
        return 0.0
    kinds = {plain(str(row[places["kind"]])) for row in cells[1:] if len(row) > places["kind"]}
    known = {plain(text) for pair in COMMITMENT_KINDS.items() for text in pair}
    return _SURE if kinds and kinds - {""} <= known else 0.0


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the commitments; lines without a date are those of the extraction date given."""
    currency = options.currency or DEFAULT_CURRENCY
    company, issues = options.company_id, []
    if company is None:
        company = _DEFAULT_COMPANY
        issues.append(Issue("company_assumed", "note", value=company))
    rows = read_rows(COMMITMENTS, _cells(source), currency)
    if options.extracted_on is None:
        undated = rows.frame["extracted_on"].isna()
        rows.report(undated, "value_unknown", "refused", column="extracted_on")
    usual = {"currency": currency, "extracted_on": options.extracted_on}
    table = build_plain(rows, company, usual, "commitments")
    nobody = read_rows(CUSTOMERS, [], currency)
    customers, names, unknown = build_customers(nobody, [rows], company)
    tables = {"commitments": table, "customers": customers, "customer_names": names}
    return _parsed(source, options, company, rows, tables, [*issues, *rows.issues, *unknown])


def _parsed(
    source: Source,
    options: ImportOptions,
    company: str,
    rows: Rows,
    tables: dict[str, Any],
    issues: list[Issue],
) -> ParsedFile:
    days = rows.kept["extracted_on"].dropna()
    kept = rows.count_read - rows.count_refused
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id=FORMAT_ID,
        confidence=_SURE,
        evidence=(Evidence("Commitments without documents", "The headers of the sheet."),),
        scope="reference",
        level=None,
        company_id=company,
        company_name=company,
        company_currency=options.currency or DEFAULT_CURRENCY,
        siren=None,
        covers_from=None,
        covers_to=None,
        extracted_on=options.extracted_on or (days.max() if len(days) else None),
        tables={name: table for name, table in tables.items() if table.num_rows},
        issues=tuple(issues),
        rows_read=rows.count_read,
        rows_kept=kept,
        rows_ignored=0,
        rows_refused=rows.count_refused,
        control_totals={},
        refusal=None if kept else Issue("no_rows", "refused"),
    )


def _cells(source: Source, *, is_head: bool = False) -> Cells:
    """Return the lines of a text, or of the only sheet of a workbook; none otherwise.

    A text that cannot be cut into cells holds none: another format may read it.
    """
    if source.kind == "workbook":
        return [list(row) for row in source.sheets[0].rows] if len(source.sheets) == 1 else []
    if source.kind != "text":
        return []
    head = source.head_lines(_HEAD)
    first = next((line for line in head if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    text = "\n".join(head) if is_head else source.text
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [row for row in lines if any(row)]
    except csv.Error:
        return []
