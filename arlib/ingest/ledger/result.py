"""From the numbers of a ledger to the file understood: the last steps, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from arlib.ingest.ledger.customer_lines import CustomerLines, read_customer_lines
from arlib.ingest.ledger.no_customers import no_customer_account
from arlib.ingest.ledger.notes import (
    report_documents,
    report_future,
    report_ledger,
    report_lettering,
)
from arlib.ingest.ledger.output import make_tables
from arlib.ingest.ledger.settlement import Settlement, settle
from arlib.model.files import ParsedFile
from arlib.model.issues import Issue
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd
    import pyarrow as pa

    from arlib.ingest.ledger.company import Company
    from arlib.ingest.ledger.numbers import Ledger
    from arlib.ingest.ledger.raw import Lines
    from arlib.ingest.ledger.report import Report
    from arlib.ingest.source import Source
    from arlib.model.files import Evidence, ImportOptions, MappingProposal


@dataclass(frozen=True, slots=True)
class Understood:
    """The customer lines of a ledger, who paid whom, and the canonical tables they make.

    ``nothing`` says which accounts the ledger has when none is a customer's.
    """

    read: CustomerLines
    settlement: Settlement
    tables: Mapping[str, pa.Table]
    nothing: Issue | None = None

    @property
    def level(self) -> str:
        """Return D for a lettered ledger, E without lettering."""
        return "D" if len(self.settlement.groups.residues) else "E"

    @property
    def control_total(self) -> int:
        """Return the net of the lines kept of the perimeter (411, 416, 4117), in minor units."""
        lines: pd.DataFrame = self.read.lines
        return int(lines.loc[lines["account_class"].isin(PERIMETER), "amount"].sum())


def understand(
    lines: Lines,
    ledger: Ledger,
    company: Company,
    report: Report,
    options: ImportOptions,
    roots: Mapping[str, str] = MappingProxyType({}),
) -> Understood:
    """Return what the customer accounts of a ledger say; what is doubtful goes to ``report``.

    ``roots`` are the first characters of codes that stand for accounts, by the format.
    """
    report_ledger(ledger, report)
    read = read_customer_lines(lines, ledger, report)
    settlement = settle(read.lines)
    tables = make_tables(company, read, settlement, report.currency)
    report_lettering(settlement.lines, settlement.groups, report)
    report_documents(settlement.lines, tables["customer_names"].to_pandas(), report)
    report_future(settlement.lines, report, options)
    nothing = no_customer_account(ledger, report.currency, roots)
    return Understood(read, settlement, tables, nothing)


def parsed_file(
    source: Source,
    options: ImportOptions,
    company: Company,
    report: Report,
    found: Understood,
    *,
    format_id: str,
    confidence: float,
    evidence: tuple[Evidence, ...],
    span: tuple[date, date],
    count_read: int,
    count_refused: int,
    doubt: Issue | None,
) -> ParsedFile:
    """Return the file read to the end; lines neither kept nor refused are ignored ones."""
    count_kept = len(found.read.lines)
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id=format_id,
        confidence=confidence,
        evidence=evidence,
        scope="ledger",
        level=found.level,
        company_id=company.company_id,
        company_name=company.company_id,
        company_currency=report.currency,
        siren=company.siren,
        covers_from=span[0],
        covers_to=span[1],
        extracted_on=options.extracted_on or span[1],
        tables=found.tables,
        issues=tuple(report.issues),
        rows_read=count_read,
        rows_kept=count_kept,
        rows_ignored=count_read - count_kept - count_refused,
        rows_refused=count_refused,
        control_totals={report.currency: found.control_total},
        refusal=None if count_kept else found.nothing or Issue("no_rows", "refused"),
        doubt=doubt,
    )


def span(ledger: Ledger) -> tuple[date, date]:
    """Return the first and last posting dates."""
    first, last = np.nanmin(ledger.posted), np.nanmax(ledger.posted)
    return first.astype(object), last.astype(object)


def refused_file(
    source: Source,
    company: Company,
    report: Report,
    issue: Issue,
    *,
    format_id: str,
    confidence: float,
    mapping: MappingProposal | None = None,
) -> ParsedFile:
    """Return a file of which nothing can be loaded, and why."""
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id=format_id,
        confidence=confidence,
        evidence=(),
        scope="ledger",
        level=None,
        company_id=company.company_id,
        company_name=company.company_id,
        company_currency=report.currency,
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
        mapping=mapping,
    )
