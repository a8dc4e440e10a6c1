"""FEC (fichier des écritures comptables, LPF art. A.47 A-1): the ledger every French firm can export.

``identify`` judges the header; ``extract`` reads customer accounts into canonical tables. Rules:
definitions §17. Amounts of documents, by account class, sum to the balance of the accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.formats.fec.columns import Layout, find_layout
from arlib.ingest.formats.fec.company import Company, find_company
from arlib.ingest.formats.fec.customer_lines import CustomerLines, read_customer_lines
from arlib.ingest.formats.fec.evidence import make_evidence
from arlib.ingest.formats.fec.ledger import Ledger, read_ledger
from arlib.ingest.formats.fec.lines import Lines, read_lines
from arlib.ingest.formats.fec.notes import (
    balance_doubt,
    report_documents,
    report_future,
    report_ledger,
    report_lettering,
    report_lines,
)
from arlib.ingest.formats.fec.output import make_tables
from arlib.ingest.formats.fec.report import Report
from arlib.ingest.formats.fec.settlement import settle
from arlib.model.files import ParsedFile
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions

FORMAT_ID: Final = "fec"


def identify(source: Source) -> float:
    """Return how sure it is that the file is a FEC, 0 to 1, from its header."""
    if source.kind != "text":
        return 0.0
    layout = find_layout(source.head_lines())
    return layout.confidence if layout else 0.0


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the customer accounts of a FEC as canonical tables.

    ``control_totals`` is the net of the lines kept of 411, 416 and 4117 (the perimeter), in EUR
    cents. A ledger whose debits and credits differ beyond the tolerance comes with ``doubt``.
    """
    report = Report(DEFAULT_CURRENCY)
    company = find_company(source.name, options.company_id, report)
    layout = find_layout(source.head_lines())
    if layout is None or layout.missing:
        missing = ", ".join(layout.missing) if layout else "EcritureDate, CompteNum, Debit, Credit"
        return _refusal(source, company, report, Issue("columns_missing", "refused", value=missing))
    lines = read_lines(source.utf8, layout)
    report_lines(lines, source, report)
    if not len(lines.rows):
        return _refusal(source, company, report, Issue("no_rows", "refused"))
    ledger = read_ledger(lines, layout, DEFAULT_CURRENCY)
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
    report_ledger(ledger, report)
    read = read_customer_lines(lines, ledger, report)
    settlement = settle(read.lines)
    tables = make_tables(company, read, settlement, DEFAULT_CURRENCY)
    report_lettering(settlement.lines, settlement.groups, report)
    report_documents(settlement.lines, tables["customer_names"].to_pandas(), report)
    report_future(settlement.lines, report, options)
    first, last = _span(ledger)
    count_kept = len(read.lines)
    count_refused = read.count_refused + len(lines.lost)
    count_read = len(lines.rows) + len(lines.lost) + lines.count_blank
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id=FORMAT_ID,
        confidence=layout.confidence,
        evidence=make_evidence(
            source, layout, ledger, settlement.lines, len(read.customers.collective)
        ),
        scope="ledger",
        level="D" if len(settlement.groups.residues) else "E",
        company_id=company.company_id,
        company_name=company.company_id,
        company_currency=DEFAULT_CURRENCY,
        siren=company.siren,
        covers_from=first,
        covers_to=last,
        extracted_on=options.extracted_on or last,
        tables=tables,
        issues=tuple(report.issues),
        rows_read=count_read,
        rows_kept=count_kept,
        rows_ignored=count_read - count_kept - count_refused,
        rows_refused=count_refused,
        control_totals={DEFAULT_CURRENCY: _control_total(read)},
        refusal=None if count_kept else Issue("no_rows", "refused"),
        doubt=doubt,
    )


def _span(ledger: Ledger) -> tuple[date, date]:
    """Return the first and last posting dates."""
    first, last = np.nanmin(ledger.posted), np.nanmax(ledger.posted)
    return first.astype(object), last.astype(object)


def _control_total(read: CustomerLines) -> int:
    lines: pd.DataFrame = read.lines
    return int(lines.loc[lines["account_class"].isin(PERIMETER), "amount"].sum())


def _refusal(source: Source, company: Company, report: Report, issue: Issue) -> ParsedFile:
    """Return a file of which nothing can be loaded, and why."""
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id=FORMAT_ID,
        confidence=identify(source),
        evidence=(),
        scope="ledger",
        level=None,
        company_id=company.company_id,
        company_name=company.company_id,
        company_currency=DEFAULT_CURRENCY,
        siren=company.siren,
        covers_from=None,
        covers_to=None,
        extracted_on=None,
        tables={},
        issues=tuple(report.issues),
        rows_read=0,
        rows_kept=0,
        rows_ignored=0,
        rows_refused=0,
        control_totals={},
        refusal=issue,
    )
