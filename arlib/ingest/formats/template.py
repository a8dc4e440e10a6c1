"""Our own workbook: every sheet is read by the declaration that wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.ingest.template.cells import plain
from arlib.ingest.template.company import Company, read_company
from arlib.ingest.template.ledger import Ledger, read_ledger
from arlib.ingest.template.others import (
    build_actions,
    build_customers,
    build_disputes,
    build_financials,
    build_limits,
    build_plain,
)
from arlib.ingest.template.rows import Rows, header_positions, read_rows
from arlib.model.files import Evidence, ParsedFile
from arlib.model.issues import Issue
from arlib.model.tables import arrow_schema
from arlib.model.template import COMPANY, DOCUMENTS, SHEETS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from arlib.ingest.source import RawSheet, Source
    from arlib.model.files import ImportOptions


FORMAT_ID: Final = "template"


_CUSTOMER_SHEETS: Final = (
    "documents", "settlements", "limits", "commitments", "sales", "promises", "reminders",
    "notes", "financials",
)  # fmt: skip

_ACTION_SHEETS: Final = ("promises", "reminders", "notes")


def identify(source: Source) -> float:
    """Return 1 for a workbook with the sheet Société and its headers, less when it was renamed."""
    if source.kind != "workbook":
        return 0.0
    by_title = _by_title(source.sheets)
    company = by_title.get(plain(COMPANY.title))
    if company is None:
        return 0.0
    others = sum(plain(sheet.title) in by_title for sheet in SHEETS[1:])
    headers = header_positions(COMPANY, company[0]) if company else {}
    if not others:
        return 0.0
    return 1.0 if len(headers) >= 3 else 0.5  # noqa: PLR2004 - of four headers


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the tables of the workbook, its issues and its control totals.

    Never raises for what a user typed: a line that cannot stand is refused and listed; a needed
    column that is absent, or a second company, refuses the file.
    """
    by_title = _by_title(source.sheets)
    company = read_company(by_title.get(plain(COMPANY.title), []), options)
    sheets = {
        sheet.key: read_rows(sheet, by_title.get(plain(sheet.title), []), company.currency)
        for sheet in SHEETS[1:]
    }
    refusal = company.refusal or _missing_columns(sheets)
    book = read_ledger(sheets, company, options)
    tables, issues = _read_others(sheets, company, book)
    return _parsed(source, company, sheets, book, tables, [*company.issues, *issues], refusal)


def _by_title(sheets: Sequence[RawSheet]) -> dict[str, list[list[Any]]]:
    return {plain(sheet.name): sheet.rows for sheet in reversed(sheets)}


def _missing_columns(sheets: Mapping[str, Rows]) -> Issue | None:
    for rows in sheets.values():
        if rows.missing_columns:
            names = ", ".join(rows.missing_columns)
            return Issue("columns_missing", "refused", rows.sheet.title, value=names)
    return None


def _read_others(
    sheets: Mapping[str, Rows], company: Company, book: Ledger
) -> tuple[dict[str, pa.Table], list[Issue]]:
    """Return every other table, and the issues about customers."""
    company_id, money, day = company.company_id, company.currency, book.extracted_on
    in_money = {"currency": money}
    tables = dict(book.tables)
    tables["limits"] = build_limits(sheets["limits"], company_id, money, day)
    if day is None:
        undated = sheets["commitments"].frame["extracted_on"].isna()
        sheets["commitments"].report(undated, "value_unknown", "refused", column="extracted_on")
    tables["commitments"] = build_plain(
        sheets["commitments"], company_id, {**in_money, "extracted_on": day}, "commitments"
    )
    tables["sales"] = build_plain(
        sheets["sales"], company_id, {**in_money, "basis": "ttc"}, "sales"
    )
    tables["rates"] = build_plain(sheets["rates"], company_id, {}, "rates")
    tables["disputes"] = build_disputes(sheets["disputes"], book.frame, company_id)
    tables["actions"] = build_actions(
        [sheets[key] for key in _ACTION_SHEETS], book.frame, company_id, money
    )
    tables["financials"] = build_financials(sheets["financials"], company_id)
    users = [sheets[key] for key in _CUSTOMER_SHEETS]
    customers, names, issues = build_customers(sheets["customers"], users, company_id)
    return {"customers": customers, "customer_names": names, **tables}, issues


def _count_repeated(sheets: Mapping[str, Rows]) -> int:
    """Return the promises, reminders and notes set aside: those of documents are counted with them."""
    issues = [issue for key in _ACTION_SHEETS for issue in sheets[key].issues]
    return sum(issue.severity == "ignored" for issue in issues)


def _parsed(
    source: Source,
    company: Company,
    sheets: Mapping[str, Rows],
    book: Ledger,
    tables: dict[str, pa.Table],
    issues: list[Issue],
    refusal: Issue | None,
) -> ParsedFile:
    """Return the whole, with counts and control totals."""
    read = sum(rows.count_read for rows in sheets.values())
    refused = read if refusal else sum(rows.count_refused for rows in sheets.values())
    ignored = 0 if refusal else book.count_ignored + _count_repeated(sheets)
    issues = issues + [issue for rows in sheets.values() for issue in rows.issues]
    if book.is_day_assumed and book.extracted_on:
        issues.append(Issue("extraction_date_assumed", "note", value=book.extracted_on.isoformat()))
    covered = _covered(book)
    if read:
        tables = {"companies": _companies(company), **tables}
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id=FORMAT_ID,
        confidence=identify(source),
        evidence=_evidence(company, book),
        scope=_scope(book.level),
        level=book.level,
        company_id=company.company_id,
        company_name=company.name,
        company_currency=company.currency,
        siren=company.siren,
        covers_from=covered[0],
        covers_to=covered[1],
        extracted_on=book.extracted_on,
        tables={name: table for name, table in tables.items() if table.num_rows and not refusal},
        issues=tuple(issues),
        rows_read=read,
        rows_kept=read - refused - ignored,
        rows_ignored=ignored,
        rows_refused=refused,
        control_totals=_control_totals(book.frame),
        refusal=refusal,
    )


def _scope(level: str | None) -> str:
    return {"A": "ledger", "C": "open_items"}.get(level or "", "reference")


def _covered(book: Ledger) -> tuple[dt.date | None, dt.date | None]:
    """Return first and last document dates, the last at least the extraction's."""
    if not len(book.frame):
        return None, None
    first, last = book.frame["issued_on"].min(), book.frame["issued_on"].max()
    return first, max(last, book.extracted_on or last)


def _control_totals(frame: pd.DataFrame) -> dict[str, int]:
    if not len(frame):
        return {}
    sums = frame["amount_minor"].astype("int64").groupby(frame["currency"]).sum()
    return {str(currency): int(amount) for currency, amount in sums.items()}


def _companies(company: Company) -> pa.Table:
    import pyarrow as pa

    return pa.table(
        {
            "company_id": [company.company_id],
            "name": [company.name],
            "siren": pa.array([company.siren], pa.string()),
            "currency": [company.currency],
        },
        schema=arrow_schema("companies"),
    )


def _evidence(company: Company, book: Ledger) -> tuple[Evidence, ...]:
    """Return what was recognised and why, for the preview."""
    what = {
        "A": "Complete ledger: documents, settlements and allocations",
        "C": "Open items at the extraction date",
    }.get(book.level or "", "Reference data without documents")
    why = {
        "A": "The workbook holds settlements or allocations.",
        "C": "Neither settlement nor allocation: every document is taken as open.",
    }.get(book.level or "", "The sheet “{sheet}” is empty.")
    return (
        Evidence("Import workbook of Encours", "The sheet “{sheet}” and its headers.", {"sheet": COMPANY.title}),
        Evidence(what, why, {"sheet": DOCUMENTS.title}),
        Evidence("Company {company}", "Named on the sheet “{sheet}”.", {"company": company.name, "sheet": COMPANY.title}),
    )  # fmt: skip
