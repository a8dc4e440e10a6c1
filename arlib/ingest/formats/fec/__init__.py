"""FEC (fichier des écritures comptables, LPF art. A.47 A-1): the ledger every French firm can export.

``identify`` judges the header; ``extract`` reads customer accounts into canonical tables. Rules:
definitions §17. Amounts of documents, by account class, sum to the balance of the accounts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.formats.fec.columns import Layout, find_layout
from arlib.ingest.formats.fec.evidence import make_evidence
from arlib.ingest.formats.fec.lines import read_lines
from arlib.ingest.formats.fec.sheets import as_text
from arlib.ingest.ledger.company import Company, find_company
from arlib.ingest.ledger.fields import read_money
from arlib.ingest.ledger.notes import balance_doubt, report_lines
from arlib.ingest.ledger.numbers import Ledger, read_ledger
from arlib.ingest.ledger.report import Report
from arlib.ingest.ledger.result import parsed_file, refused_file, span, understand
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY

if TYPE_CHECKING:
    from arlib.ingest.ledger.raw import Lines
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

FORMAT_ID: Final = "fec"


def identify(source: Source) -> float:
    """Return how sure it is that the file is a FEC, 0 to 1, from its header."""
    if source.kind == "workbook":
        layout = find_layout(as_text(source, most_rows=30)[1])
    elif source.kind == "text":
        layout = find_layout(source.head_lines())
    else:
        return 0.0
    return layout.confidence if layout else 0.0


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the customer accounts of a FEC as canonical tables.

    ``control_totals`` is the net of the lines kept of 411, 416 and 4117 (the perimeter), in EUR
    cents. A ledger whose debits and credits differ beyond the tolerance comes with ``doubt``.
    """
    report = Report(DEFAULT_CURRENCY)
    company = find_company(source.name, options.company_id, report)
    content, head = as_text(source) if source.kind == "workbook" else (None, source.head_lines())
    layout = find_layout(head)
    if layout is None or layout.missing:
        missing = ", ".join(layout.missing) if layout else "EcritureDate, CompteNum, Debit, Credit"
        return _refusal(source, company, report, Issue("columns_missing", "refused", value=missing))
    lines = read_lines(source.utf8 if content is None else content, layout)
    report_lines(lines, source, report)
    if not len(lines.rows):
        return _refusal(source, company, report, Issue("no_rows", "refused"))
    money = read_money(lines.table, DEFAULT_CURRENCY, has_sides=layout.has_sides)
    if source.kind == "workbook":  # its numbers are no spellings
        money = replace(money, count_points=0, count_spaced=0)
    ledger = read_ledger(lines, money)
    if np.isnat(ledger.posted).all():
        issue = Issue("date_unreadable", "refused", column="EcritureDate", value="")
        return _refusal(source, company, report, issue)
    return _understood(source, options, company, report, layout, lines, ledger)


def _understood(
    source: Source,
    options: ImportOptions,
    company: Company,
    report: Report,
    layout: Layout,
    lines: Lines,
    ledger: Ledger,
) -> ParsedFile:
    """Return the file read to the end."""
    doubt = balance_doubt(ledger, report, options)
    found = understand(lines, ledger, company, report, options)
    collective = len(found.read.customers.collective)
    return parsed_file(
        source,
        options,
        company,
        report,
        found,
        format_id=FORMAT_ID,
        confidence=layout.confidence,
        evidence=make_evidence(source, layout, ledger, found.settlement.lines, collective),
        span=span(ledger),
        count_read=len(lines.rows) + len(lines.lost) + lines.count_blank,
        count_refused=found.read.count_refused + len(lines.lost),
        doubt=doubt,
    )


def _refusal(source: Source, company: Company, report: Report, issue: Issue) -> ParsedFile:
    return refused_file(
        source, company, report, issue, format_id=FORMAT_ID, confidence=identify(source)
    )
