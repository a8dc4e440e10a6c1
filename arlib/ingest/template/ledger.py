"""Documents, settlements and allocations together: the book the file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.ingest.template.allocations import build_allocations
from arlib.ingest.template.documents import (
    build_documents,
    check_dates,
    drop_duplicates,
    ledger_totals,
    prepare_documents,
    prepare_settlements,
)
from arlib.model.tables import arrow_schema

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

    from arlib.ingest.template.company import Company
    from arlib.ingest.template.rows import Rows
    from arlib.model.files import ImportOptions


@dataclass(slots=True)
class Ledger:
    """Documents, allocations and what was set aside on the way."""

    tables: dict[str, pa.Table]
    frame: pd.DataFrame
    count_ignored: int
    level: str | None
    extracted_on: dt.date | None
    is_day_assumed: bool


def read_ledger(sheets: Mapping[str, Rows], company: Company, options: ImportOptions) -> Ledger:
    """Return documents, allocations, open items and ledger totals."""
    documents, settlements = sheets["documents"], sheets["settlements"]
    allocations = sheets["allocations"]
    prepare_documents(documents)
    prepare_settlements(settlements)
    ignored = 0
    for rows in (documents, settlements):
        check_dates(rows, options.import_day)
        missing = rows.frame["number"].isna() & ~rows.frame["is_refused"]
        rows.report(missing, "number_missing", "doubtful", column="number")
        ignored += drop_duplicates(rows)
    both = (documents, settlements)
    table, frame = build_documents(both, company.company_id, company.currency)
    is_ledger = bool(len(settlements.kept) or len(allocations.kept))
    level = None if not table.num_rows else "A" if is_ledger else "C"
    day, is_assumed = company.extracted_on, False
    if day is None and len(frame):
        day, is_assumed = frame["issued_on"].max(), True
    tables = {"documents": table}
    if level != "C":
        tables["allocations"] = build_allocations(
            allocations, frame, documents, company.company_id, company.currency
        )
        _note_unallocated(settlements, tables)
    else:
        tables["open_items"] = _open_items(table, day)
    totals_day = day if level == "C" else None
    tables["ledger_totals"] = ledger_totals(both, company.company_id, company.currency, totals_day)
    return Ledger(tables, frame, ignored, level, day, is_assumed)


def _open_items(documents: pa.Table, day: dt.date | None) -> pa.Table:
    """Return every document as wholly open on the extraction day: a list without settlements."""
    import pyarrow as pa

    count = documents.num_rows
    return pa.table(
        {
            "company_id": documents["company_id"],
            "document_id": documents["document_id"],
            "extracted_on": pa.array([day] * count, pa.date32()),
            "open_minor": documents["amount_minor"],
            "currency": documents["currency"],
        },
        schema=arrow_schema("open_items"),
    )


def _note_unallocated(settlements: Rows, tables: Mapping[str, pa.Table]) -> None:
    """Note the settlements that no allocation uses at all."""
    if not len(settlements.frame) or "documents" not in tables:
        return
    used = set(tables["allocations"]["credit_document_id"].to_pylist())
    documents = tables["documents"].to_pandas()
    title = settlements.sheet.title
    free = documents[
        (documents["sheet"] == title)
        & (documents["amount_minor"] < 0)
        & ~documents["document_id"].isin(used)
    ]
    mask = settlements.frame["row_number"].isin(set(free["source_row"])).to_numpy(bool)
    values = settlements.frame["number"].tolist()
    settlements.report(mask, "settlement_unallocated", "note", column="number", values=values)
