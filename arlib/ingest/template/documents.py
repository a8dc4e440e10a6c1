"""Documents and settlements of our workbook -> signed documents with their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.model.keys import add_document_keys
from arlib.model.money import decimals
from arlib.model.tables import CANONICAL, arrow_schema, conform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pyarrow as pa

    from arlib.ingest.template.rows import Rows

_CREDITS: Final = ("credit_note", "deposit", "payment", "write_off")
_DEBITS: Final = ("bounce", "refund", "bill")
_DATED_KINDS: Final = ("invoice", "opening")
_IDENTITY: Final = (
    "customer_id",
    "kind",
    "number",
    "instalment_no",
    "issued_on",
    "due_on",
    "amount_minor",
    "currency",
)


def to_arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    """Return the columns of a frame that a canonical table has, in its types."""
    import pyarrow as pa

    schema = arrow_schema(name)
    columns = {
        column.name: pa.array(
            frame[column.name].tolist(), schema.field(column.name).type, from_pandas=True
        )
        for column in CANONICAL[name].columns
        if column.name in frame.columns
    }
    return conform(name, pa.table(columns)) if columns else schema.empty_table()


def prepare_documents(rows: Rows) -> None:
    """Give each line of the sheet Documents its kind, sign and account class, in place."""
    frame = rows.frame
    amount = frame["amount_minor"].fillna(0).to_numpy(np.int64)
    kind = frame["kind"].where(frame["kind"].notna(), None)
    by_sign = np.where(amount < 0, "credit_note", "invoice")
    is_blank = kind.isna().to_numpy(bool)
    is_negative_invoice = (kind == "invoice").to_numpy(bool) & (amount < 0)
    rows.report(
        is_negative_invoice, "kind_assumed", "doubtful", column="kind", values=frame["kind"].tolist(),
        detail=["credit_note"] * int(is_negative_invoice.sum()),
    )  # fmt: skip
    settled = np.where(is_blank | is_negative_invoice, by_sign, kind.to_numpy(object))
    frame["kind"] = pd.Series(settled, dtype=object)
    signed = pd.Series(_signed(settled, amount), dtype="Int64")
    frame["amount_minor"] = signed.mask(frame["amount_minor"].isna())
    frame["tax_minor"] = _tax(frame)
    frame["account_class"] = frame["account_class"].fillna("receivable").astype(object)


def prepare_settlements(rows: Rows) -> None:
    """Give each line of the sheet Règlements its kind and sign; a negative one is a refund."""
    frame = rows.frame
    amount = frame["amount_minor"].fillna(0).to_numpy(np.int64)
    is_negative = amount < 0
    rows.report(
        is_negative, "kind_assumed", "doubtful", column="amount_minor", values=amount.tolist(),
        detail=["refund"] * int(is_negative.sum()),
    )  # fmt: skip
    kind = frame["kind"].fillna("payment").to_numpy(object)
    frame["kind"] = pd.Series(np.where(is_negative, "refund", kind), dtype=object)
    frame["amount_minor"] = -frame["amount_minor"]
    frame["account_class"] = "receivable"


def _signed(kind: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Return the amount with the sign of its kind; the others keep the sign typed."""
    size = np.abs(amount)
    signed = np.where(np.isin(kind, _CREDITS), -size, amount)
    return np.where(np.isin(kind, _DEBITS), size, signed)


def _tax(frame: pd.DataFrame) -> pd.Series:
    """Return the VAT part with the sign of the amount: as typed, else from the rate."""
    amount = frame["amount_minor"].fillna(0).to_numpy(np.int64)
    rate = pd.to_numeric(frame["tax_rate"], errors="coerce").to_numpy(float)
    size = np.abs(amount)
    derived = np.floor(size - size / (1 + np.nan_to_num(rate)) + 0.5)
    typed = frame["tax_minor"]
    tax = np.where(typed.isna(), derived, np.abs(typed.fillna(0).to_numpy(np.int64)))
    result = pd.Series((np.sign(amount) * tax).astype(np.int64), dtype="Int64")
    result[typed.isna().to_numpy(bool) & np.isnan(rate)] = pd.NA
    return result


def check_dates(rows: Rows, import_day: dt.date | None) -> None:
    """Report due dates missing or earlier than the document, and dates after the import."""
    frame = rows.frame
    kept = ~frame["is_refused"].to_numpy(bool)
    issued = pd.to_datetime(frame["issued_on"])
    if "due_on" in frame.columns:
        due = pd.to_datetime(frame["due_on"])
        is_debt = frame["kind"].isin(_DATED_KINDS).to_numpy(bool)
        rows.report(
            kept & is_debt & due.isna().to_numpy(bool), "due_date_missing", "note", column="due_on"
        )
        early = (due < issued).to_numpy(bool)
        rows.report(
            kept & early,
            "due_before_issue",
            "doubtful",
            column="due_on",
            values=frame["due_on"].tolist(),
        )
    if import_day is not None:
        future = (issued > pd.Timestamp(import_day)).to_numpy(bool)
        rows.report(
            kept & future,
            "date_in_future",
            "doubtful",
            column="issued_on",
            values=frame["issued_on"].tolist(),
        )


def drop_duplicates(rows: Rows) -> int:
    """Set aside lines identical in customer, kind, number, dates and amount; return how many.

    A number carried by different lines is only reported: instalments have their own column.
    """
    frame = rows.frame
    if not len(frame):
        return 0
    identity = [name for name in _IDENTITY if name in frame.columns]
    live = ~frame["is_refused"].to_numpy(bool) & frame["number"].notna().to_numpy(bool)
    texts = frame[identity].astype(str)
    twice = np.zeros(len(frame), bool)
    twice[live] = texts[live].duplicated().to_numpy(bool)
    rows.report(
        twice, "duplicate_line", "ignored", column="number", values=frame["number"].tolist()
    )
    keys = [
        name for name in ("customer_id", "kind", "number", "instalment_no") if name in frame.columns
    ]
    left = live & ~twice
    shared = np.zeros(len(frame), bool)
    shared[left] = texts.loc[left, keys].duplicated().to_numpy(bool)
    rows.report(
        shared, "duplicate_number", "doubtful", column="number", values=frame["number"].tolist()
    )
    rows.frame = frame[~twice].reset_index(drop=True)
    return int(twice.sum())


def build_documents(
    sheets: Sequence[Rows], company_id: str, currency: str
) -> tuple[pa.Table, pd.DataFrame]:
    """Return the canonical documents and the same lines as a frame (with ``origin`` and ids)."""
    frames = [rows.kept.assign(sheet=rows.sheet.title) for rows in sheets if len(rows.kept)]
    if not frames:
        return arrow_schema("documents").empty_table(), pd.DataFrame()
    frame = pd.concat([part.astype(object) for part in frames], ignore_index=True)
    frame = frame.where(frame.notna(), None)
    frame["company_id"] = company_id
    frame["currency"] = frame["currency"].fillna(currency)
    frame["confidence"] = 1.0
    frame["source_row"] = frame["row_number"]
    in_company = frame["currency"] == currency
    frame["amount_company_minor"] = frame["amount_minor"].where(in_company, None)
    frame["document_id"] = ""
    frame["invoice_id"] = ""
    table = to_arrow("documents", frame)
    table = conform("documents", add_document_keys(table))
    frame["document_id"] = table["document_id"].to_pylist()
    return table, frame


def ledger_totals(
    sheets: Sequence[Rows], company_id: str, currency: str, open_on: dt.date | None
) -> pa.Table:
    """Return debit less credit of the raw lines by account class, currency and date.

    Lines refused for another reason than their date or amount count: they belong to the source.
    ``open_on`` puts everything on the day of the extraction (a list of open items).
    """
    frames = [
        rows.frame[["account_class", "currency", "issued_on", "amount_minor"]]
        for rows in sheets
        if len(rows.frame)
    ]
    if not frames:
        return arrow_schema("ledger_totals").empty_table()
    lines = pd.concat([part.astype(object) for part in frames], ignore_index=True)
    lines["currency"] = lines["currency"].fillna(currency)
    lines = lines[lines["amount_minor"].notna() & lines["issued_on"].notna()]
    lines["posted_on"] = lines["issued_on"] if open_on is None else open_on
    lines["amount_minor"] = lines["amount_minor"].astype("int64")
    totals = (
        lines.groupby(["account_class", "currency", "posted_on"], sort=True)["amount_minor"]
        .agg(["sum", "size"])
        .reset_index()
        .rename(columns={"sum": "amount_minor", "size": "count_lines"})
    )
    totals["company_id"] = company_id
    return to_arrow("ledger_totals", totals)


def minor_scale(source: str, target: str) -> float:
    """Return what turns minor units of one currency's decimals into those of another's."""
    return float(10.0 ** (decimals(target) - decimals(source)))
