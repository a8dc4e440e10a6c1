"""Canonical tables of a ledger, conforming to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from arlib.ingest.ledger.accounts import customer_names
from arlib.model.keys import add_document_keys
from arlib.model.tables import CASH_KINDS, conform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.ledger.company import Company
    from arlib.ingest.ledger.customer_lines import CustomerLines
    from arlib.ingest.ledger.settlement import Settlement

_ASSUMED_CONFIDENCE = 0.8


def make_tables(
    company: Company, read: CustomerLines, settlement: Settlement, currency: str
) -> dict[str, pa.Table]:
    """Return the canonical tables by name."""
    company_id = company.company_id
    names = _names(read)
    documents = _documents(settlement.lines, company_id, currency)
    return {
        "companies": conform(
            "companies",
            pa.table(
                {
                    "company_id": [company_id],
                    "name": [company_id],
                    "siren": pa.array([company.siren], pa.string()),
                    "currency": [currency],
                }
            ),
        ),
        "customers": _customers(names, read, company_id),
        "customer_names": conform("customer_names", _with_company(names, company_id)),
        "documents": documents,
        "allocations": _allocations(settlement, documents["document_id"], company_id, currency),
        "ledger_totals": _ledger_totals(read.totals, company_id, currency),
    }


def _names(read: CustomerLines) -> pd.DataFrame:
    arrays = [
        read.lines[name].to_numpy(dtype=object)
        for name in ("auxiliary", "auxiliary_label", "account_label")
    ]
    return customer_names(read.customers, *arrays)


def _with_company(frame: pd.DataFrame, company_id: str) -> pa.Table:
    return pa.Table.from_pandas(frame.assign(company_id=company_id), preserve_index=False)


def _customers(names: pd.DataFrame, read: CustomerLines, company_id: str) -> pa.Table:
    """Return one row a customer, under its commonest name."""
    first = names.drop_duplicates("customer_id")
    ids = first["customer_id"].to_numpy(dtype=object)
    mixed = np.isin(ids, list(read.customers.collective))
    frame = pd.DataFrame(
        {"customer_id": ids, "name": first["name"].to_numpy(dtype=object), "is_collective": mixed}
    )
    frame = frame.assign(name=frame["name"].where(frame["name"].ne(""), frame["customer_id"]))
    return conform("customers", _with_company(frame, company_id))


def _documents(lines: pd.DataFrame, company_id: str, currency: str) -> pa.Table:
    """Return one document a line, in the order of the file."""
    count = len(lines)
    is_cash = lines["kind"].isin(CASH_KINDS).to_numpy()
    amount = pa.array(lines["amount"].to_numpy(), pa.int64())
    columns: dict[str, Any] = {
        "company_id": _constant(company_id, count),
        "customer_id": _text(lines["customer_id"]),
        "account": _text(lines["account"].mask(lines["is_account_assumed"], "")),
        "account_class": _text(lines["account_class"]),
        "kind": _text(lines["kind"]),
        "number": _text(lines["number"]),
        "issued_on": _date(lines["issued"]),
        "posted_on": _date(lines["posted"]),
        "due_on": _date(lines["due"]),
        "amount_minor": amount,
        "currency": _constant(currency, count),
        "amount_company_minor": amount,
        "payment_method": pc.if_else(pa.array(is_cash), _text(lines["payment_method"]), None),
        "reference": _text(lines["label"]),
        "is_lettered": lines["lettering"].ne("").to_numpy(),
        "confidence": np.where(lines["is_assumed"].to_numpy(), _ASSUMED_CONFIDENCE, 1.0),
        "source_row": pa.array(lines["row"].to_numpy(), pa.int64()),
    }
    return conform("documents", add_document_keys(pa.table(columns)))


def _constant(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)


def _text(column: pd.Series[Any]) -> pa.Array:
    """Return texts, blanks as NULL."""
    texts = pa.array(column.to_numpy(dtype=object), pa.string())
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _date(column: pd.Series[Any] | NDArray[Any]) -> pa.Array:
    return pa.array(np.asarray(column).astype("datetime64[D]"), pa.date32())


def _allocations(
    settlement: Settlement, document_ids: pa.ChunkedArray, company_id: str, currency: str
) -> pa.Table:
    """Return the allocations between documents; ``match_group`` is stable from file to file."""
    rows, groups, lines = settlement.allocations, settlement.groups, settlement.lines
    ids = document_ids.combine_chunks()
    count = len(rows)
    amount = pa.array(rows["amount"].to_numpy(), pa.int64())
    columns: dict[str, Any] = {
        "company_id": _constant(company_id, count),
        "debit_document_id": ids.take(pa.array(rows["debit"].to_numpy())),
        "credit_document_id": ids.take(pa.array(rows["credit"].to_numpy())),
        "allocated_on": _date(rows["allocated_on"]),
        "matched_on": _date(rows["matched_on"]),
        "amount_minor": amount,
        "currency": _constant(currency, count),
        "amount_company_minor": amount,
        "rule": _constant("source", count),
        "confidence": np.ones(count),
        "match_group": _group_names(rows, lines, groups.group, groups.first_on, groups.ordinals),
        "source_row": pa.array(lines["row"].to_numpy()[rows["credit"].to_numpy()], pa.int64()),
    }
    return conform("allocations", pa.table(columns))


def _group_names(
    rows: pd.DataFrame,
    lines: pd.DataFrame,
    group: NDArray[np.int64],
    first_on: NDArray[np.datetime64],
    ordinals: NDArray[np.int64],
) -> pa.Array:
    """Return ``class|customer|code|first posting|ordinal`` of each allocation's group.

    The first posting tells years apart; the ordinal, groups of one recycled code.
    """
    if not len(first_on):
        return pa.nulls(len(rows), pa.string())
    first = pd.Series(np.arange(len(group))).groupby(group).first()
    first_line = first[first.index >= 0].to_numpy()
    parts = [
        lines[name].to_numpy(dtype=object)[first_line]
        for name in ("account_class", "customer_id", "lettering")
    ]
    names = pc.binary_join_element_wise(
        *(pa.array(part, pa.string()) for part in parts),
        pa.array(first_on.astype("datetime64[D]"), pa.date32()).cast(pa.string()),
        pa.array(ordinals).cast(pa.string()),
        "|",
    )
    index = rows["group"].to_numpy()
    return names.take(pa.array(index, mask=index < 0))


def _ledger_totals(totals: pd.DataFrame, company_id: str, currency: str) -> pa.Table:
    dated = totals[totals["posted"].notna()]
    return conform(
        "ledger_totals",
        pa.table(
            {
                "company_id": _constant(company_id, len(dated)),
                "account_class": _text(dated["account_class"]),
                "currency": _constant(currency, len(dated)),
                "posted_on": _date(dated["posted"]),
                "amount_minor": pa.array(dated["sum"].to_numpy(), pa.int64()),
                "count_lines": pa.array(dated["size"].to_numpy(), pa.int64()),
            }
        ),
    )
