"""The items of a flat list as canonical tables (architecture §3.4).

With payment dates (level B) what is no longer open becomes a payment of the same number, dated that
day; a cleared credit note becomes a refund likewise. Without (level C) the file is an extraction:
documents and what remains open of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.asides import KEPT
from arlib.ingest.findings import Findings
from arlib.ingest.reopenings import reopenings
from arlib.model.keys import add_document_keys
from arlib.model.tables import conform

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa

    from arlib.ingest.items import Verdict
    from arlib.ingest.lines import Lines

INFERRED_CONFIDENCE: Final = 0.3
_DOCUMENT_TEXT: Final = ("account", "number", "terms", "payment_method", "reference")


@dataclass(frozen=True, slots=True)
class Items:
    """The rows kept of a list, typed; ``has_paid_on`` makes it a list with payments (level B)."""

    lines: Lines
    company_id: str
    currency: pa.Array
    customer_id: pa.Array
    kind: pa.Array
    account_class: pa.Array
    issued_on: pa.Array
    amount_minor: np.ndarray
    open_minor: np.ndarray
    has_open: np.ndarray
    confidence: float = 1.0

    @property
    def count(self) -> int:
        """Return the number of items."""
        return len(self.amount_minor)

    @property
    def paid_on(self) -> pa.Array:
        """Return the payment dates, NULL where there is none."""
        import pyarrow as pa

        return self.lines.dates.get("paid_on", pa.nulls(self.count, pa.date32()))


def gather(
    lines: Lines, verdict: Verdict, company_id: str, currency: str, extracted_on: dt.date | None
) -> Items:
    """Return the rows kept; ``currency`` fills those that name none.

    A line without an issue date takes its due date, or the extraction when that is earlier: it was
    open then, so it existed.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from arlib.ingest.lines import take

    kept = np.flatnonzero(verdict.state == KEPT)
    index = pa.array(kept)
    own = take(lines, kept)
    count = len(kept)
    code = own.currency if own.currency is not None else pa.nulls(count, pa.string())
    customer = own.text.get("customer_id")
    name = own.text.get("customer_name")
    if customer is None or name is None:
        customer = customer if customer is not None else name
    else:
        customer = pc.coalesce(customer, name)
    return Items(
        own,
        company_id,
        pc.fill_null(code, currency),
        customer,
        verdict.kind.take(index),
        verdict.account_class.take(index),
        _issue_dates(own, count, extracted_on),
        verdict.amount_minor[kept],
        verdict.open_minor[kept],
        verdict.has_open[kept],
    )


def _issue_dates(lines: Lines, count: int, extracted_on: dt.date | None) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    none = pa.nulls(count, pa.date32())
    issued = lines.dates.get("issued_on", none)
    if not issued.null_count:
        return issued
    other = lines.dates.get("due_on", none)
    if extracted_on is not None:
        other = pc.min_element_wise(other, pa.scalar(extracted_on, pa.date32()), skip_nulls=False)
    for name in ("posted_on", "paid_on"):
        other = pc.coalesce(other, lines.dates.get(name, none))
    return pc.coalesce(issued, other)


def listed_tables(items: Items, extracted_on: dt.date) -> dict[str, pa.Table]:
    """Return documents, payments, allocations and source totals of a list with payment dates."""
    import pyarrow as pa
    import pyarrow.compute as pc

    dated = items.paid_on.is_valid().to_numpy(zero_copy_only=False)
    opened = np.where(items.has_open, items.open_minor, np.where(dated, 0, items.amount_minor))
    paid = items.amount_minor - opened
    rows = np.flatnonzero(paid != 0)
    index = pa.array(rows)
    paid_on = pc.fill_null(items.paid_on.take(index), pa.scalar(extracted_on, pa.date32()))
    documents = _documents(items)
    payments = _payments(items, rows, paid[rows], paid_on)
    both = add_document_keys(pa.concat_tables([documents, payments], promote_options="default"))
    allocations = _allocations(items, both, rows, paid[rows], paid_on, dated[rows])
    if (again := reopenings(items, both, rows, paid[rows])) is not None:
        allocations = pa.concat_tables([allocations, again], promote_options="permissive")
    totals = _totals(
        items.company_id,
        pa.concat_arrays([items.account_class, items.account_class.take(index)]),
        pa.concat_arrays([items.currency, items.currency.take(index)]),
        pa.concat_arrays([items.issued_on, paid_on]),
        np.concatenate([items.amount_minor, -paid[rows]]),
    )
    return {
        "documents": conform("documents", both),
        "allocations": conform("allocations", allocations),
        "ledger_totals": conform("ledger_totals", totals),
    }


def extraction_tables(items: Items, extracted_on: dt.date) -> dict[str, pa.Table]:
    """Return documents, open items and source totals of a list without payment dates.

    A document that the list gives as settled has an open item of 0: it was settled by then.
    """
    import pyarrow as pa

    opened = np.where(items.has_open, items.open_minor, items.amount_minor)
    documents = add_document_keys(_documents(items))
    day = pa.repeat(pa.scalar(extracted_on, pa.date32()), items.count)
    open_items = pa.table(
        {
            "company_id": documents["company_id"],
            "document_id": documents["document_id"],
            "extracted_on": day,
            "open_minor": opened,
            "currency": items.currency,
        }
    ).filter(pa.array((opened != 0) | (items.amount_minor != 0)))
    totals = _totals(items.company_id, items.account_class, items.currency, day, opened)
    return {
        "documents": conform("documents", documents),
        "open_items": conform("open_items", open_items),
        "ledger_totals": conform("ledger_totals", totals),
    }


def _documents(items: Items) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    lines = items.lines
    columns = {
        "company_id": pa.repeat(pa.scalar(items.company_id), items.count),
        "customer_id": items.customer_id,
        "account_class": items.account_class,
        "kind": items.kind,
        "issued_on": items.issued_on,
        "amount_minor": pa.array(items.amount_minor),
        "currency": items.currency,
        "confidence": pa.repeat(pa.scalar(items.confidence), items.count),
        "source_row": pa.array(lines.sheet.row_numbers),
        "sheet": lines.sheet.sheet_names,
        "number": pa.nulls(items.count, pa.string()),
    }
    columns |= {name: lines.text[name] for name in _DOCUMENT_TEXT if name in lines.text}
    columns |= {name: lines.dates[name] for name in ("due_on", "posted_on") if name in lines.dates}
    if "tax" in lines.amounts:
        same = pc.equal(pc.sign(lines.amounts["tax"]), pa.array(np.sign(items.amount_minor)))
        tax = lines.amounts["tax"]
        columns["tax_minor"] = pc.if_else(same, tax, pc.negate(tax))
    if "instalment" in lines.text:
        ordinal = lines.text["instalment"]
        is_whole = pc.match_substring_regex(ordinal, r"^\d{1,4}$")
        columns["instalment_no"] = pc.if_else(is_whole, ordinal, None).cast(pa.int64())
    if "amount_local" in lines.amounts and "amount" in lines.amounts:
        columns["amount_company_minor"] = lines.amounts["amount_local"]
    return pa.table(columns)


def _payments(items: Items, rows: np.ndarray, paid: np.ndarray, paid_on: pa.Array) -> pa.Table:
    """Return the payments (and, for cleared credits, the refunds) that the dates tell of."""
    import pyarrow as pa
    import pyarrow.compute as pc

    index = pa.array(rows)
    lines = items.lines
    is_refund = pa.array(paid < 0)
    number = lines.text.get("number", pa.nulls(items.count, pa.string()))
    return pa.table(
        {
            "company_id": pa.repeat(pa.scalar(items.company_id), len(rows)),
            "customer_id": items.customer_id.take(index),
            "account_class": items.account_class.take(index),
            "kind": pc.if_else(is_refund, "refund", "payment"),
            "issued_on": paid_on,
            "amount_minor": pa.array(-paid),
            "currency": items.currency.take(index),
            "confidence": pa.repeat(pa.scalar(1.0), len(rows)),
            "source_row": pa.array(lines.sheet.row_numbers[rows]),
            "sheet": lines.sheet.sheet_names.take(index),
            "number": number.take(index),
        }
    )


def _allocations(
    items: Items,
    both: pa.Table,
    rows: np.ndarray,
    paid: np.ndarray,
    paid_on: pa.Array,
    dated: np.ndarray,
) -> pa.Table:
    """Return one allocation a payment: it takes effect at the later of both dates."""
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = both["document_id"].combine_chunks()
    own = keys.take(pa.array(rows))
    other = keys.slice(items.count)
    is_refund = pa.array(paid < 0)
    return pa.table(
        {
            "company_id": pa.repeat(pa.scalar(items.company_id), len(rows)),
            "debit_document_id": pc.if_else(is_refund, other, own),
            "credit_document_id": pc.if_else(is_refund, own, other),
            "allocated_on": pc.max_element_wise(items.issued_on.take(pa.array(rows)), paid_on),
            "amount_minor": pa.array(np.abs(paid)),
            "currency": items.currency.take(pa.array(rows)),
            "rule": pc.if_else(pa.array(dated), "source", "inferred"),
            "confidence": pa.array(np.where(dated, 1.0, INFERRED_CONFIDENCE)),
            "source_row": pa.array(items.lines.sheet.row_numbers[rows]),
        }
    )


def _totals(
    company_id: str,
    account_class: pa.Array,
    currency: pa.Array,
    posted_on: pa.Array,
    amount_minor: np.ndarray,
) -> pa.Table:
    """Return the amounts of the source summed by class, currency and day."""
    import pyarrow as pa

    raw = pa.table(
        {
            "account_class": account_class,
            "currency": currency,
            "posted_on": posted_on,
            "amount_minor": pa.array(amount_minor),
        }
    )
    keys = ["account_class", "currency", "posted_on"]
    summed = raw.group_by(keys).aggregate([("amount_minor", "sum"), ([], "count_all")])
    summed = summed.rename_columns([*keys, "amount_minor", "count_lines"]).sort_by(
        [(key, "ascending") for key in keys]
    )
    company = pa.repeat(pa.scalar(company_id), summed.num_rows)
    return summed.append_column("company_id", company)


def dispute_table(items: Items, documents: pa.Table) -> pa.Table | None:
    """Return the disputes of the list, undated unless it says since when; None without any."""
    import pyarrow as pa
    import pyarrow.compute as pc

    flags = items.lines.disputed
    if flags is None:
        if "disputed_on" not in items.lines.dates:
            return None
        flags = items.lines.dates["disputed_on"].is_valid()
    rows = np.flatnonzero(pc.fill_null(flags, fill_value=False).to_numpy(zero_copy_only=False))
    index = pa.array(rows)
    count = len(rows)
    since = items.lines.dates.get("disputed_on", pa.nulls(items.count, pa.date32()))
    reason = items.lines.text.get("dispute_reason", pa.nulls(items.count, pa.string()))
    table = pa.table(
        {
            "company_id": pa.repeat(pa.scalar(items.company_id), count),
            "document_id": documents["document_id"].combine_chunks().take(index),
            "opened_on": since.take(index),
            "reason": reason.take(index),
            "source": pa.repeat(pa.scalar("file"), count),
        }
    )
    return conform("disputes", table)


def note_shared_numbers(items: Items) -> None:
    """Note the numbers that documents of one customer, of one kind and different dates share."""
    import pandas as pd

    number = items.lines.text.get("number")
    if number is None:
        return
    frame = pd.DataFrame({"number": number.to_pandas()})
    if not frame["number"].duplicated().any():
        return
    frame["customer"] = items.customer_id.to_pandas()
    frame["kind"] = items.kind.to_pandas()
    frame["issued"] = items.issued_on.cast("int32").to_pandas()
    distinct = frame.dropna(subset=["number"]).drop_duplicates()
    again = distinct.duplicated(["number", "customer", "kind"]).to_numpy()
    sheet = items.lines.sheet
    own = Findings(sheet.name, sheet.row_numbers, sheet.row_sheets)
    own.add_rows("duplicate_number", "note", distinct.index.to_numpy()[again], values=number)
    items.lines.findings.issues.extend(own.issues)
