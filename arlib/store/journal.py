"""The journal of imports: reading and writing batch records and their layer rows."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from arlib.model.tables import CANONICAL, arrow_schema, conform
from arlib.store.digests import DocumentKeys
from arlib.store.layers import Batch, states
from arlib.store.schema import HAS_CUSTOMER, layer_insert

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

    from arlib.model.files import ParsedFile
    from arlib.model.issues import Issue

_ROW_GROUP: Final = 122_880
_FIELDS = (
    "batch_id, sequence, sha256, format_id, scope, level, company_id, covers_from, covers_to, "
    "extracted_on, terms, replace_mode, replaces, imported_at, state"
)
_SELECT = "SELECT " + _FIELDS + " FROM batches ORDER BY sequence"


def read_batches(cursor: duckdb.DuckDBPyConnection) -> list[Batch]:
    """Return every batch of the journal, in order of import."""
    return [_batch(row) for row in cursor.execute(_SELECT).fetchall()]


def _batch(row: tuple[Any, ...]) -> Batch:
    """Return a record: the columns of ``_FIELDS`` are the fields of Batch, in order."""
    values = dict(zip(_FIELDS.replace(" ", "").split(","), row, strict=True))
    values["replaces"] = tuple(filter(None, values["replaces"].split(",")))
    values["is_undone"] = values.pop("state") == "undone"
    return Batch(**values)


def next_sequence(batches: list[Batch]) -> int:
    """Return the number of the next import."""
    return max((batch.sequence for batch in batches), default=0) + 1


def write_batch(
    cursor: duckdb.DuckDBPyConnection, batch: Batch, parsed: ParsedFile, author: str
) -> None:
    """Add the record of a file and its rows, all with its ``batch_id``."""
    totals = json.dumps(dict(parsed.control_totals), sort_keys=True)
    cursor.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?, ?, NULL, NULL,"
        " ?, ?, ?, ?, ?)",
        [
            batch.batch_id,
            int(batch.batch_id, 16),
            batch.sequence,
            parsed.file_name,
            batch.sha256,
            batch.format_id,
            batch.scope,
            batch.level,
            batch.company_id,
            batch.covers_from,
            batch.covers_to,
            batch.extracted_on,
            batch.terms,
            batch.replace_mode,
            ",".join(batch.replaces),
            parsed.confidence,
            batch.imported_at,
            author,
            parsed.rows_read,
            parsed.rows_kept,
            parsed.rows_ignored,
            parsed.rows_refused,
            totals,
        ],
    )
    keys = DocumentKeys(cursor)
    for name in CANONICAL:
        table = (
            issues_table(parsed.issues, parsed.company_currency)
            if name == "issues"
            else parsed.tables.get(name)
        )
        if table is not None and table.num_rows:
            _append(cursor, keys.added(name, conform(name, table)), name, batch.batch_id)
    _record(cursor, batch.batch_id, "imported", batch.imported_at, author)


def take_back(cursor: duckdb.DuckDBPyConnection, batch_id: str, at: datetime, by: str) -> None:
    """Make an undone batch count again, as imported now."""
    cursor.execute(
        "UPDATE batches SET state = 'live', undone_at = NULL, undone_by = NULL, imported_at = ?,"
        " imported_by = ? WHERE batch_id = ?",
        [at, by, batch_id],
    )
    _record(cursor, batch_id, "taken_back", at, by)


def set_aside(cursor: duckdb.DuckDBPyConnection, batch_id: str, at: datetime, by: str) -> None:
    """Mark a batch as undone; its rows stay in the layers."""
    cursor.execute(
        "UPDATE batches SET state = 'undone', undone_at = ?, undone_by = ? WHERE batch_id = ?",
        [at, by, batch_id],
    )
    _record(cursor, batch_id, "undone", at, by)


def _record(
    cursor: duckdb.DuckDBPyConnection, batch_id: str, event: str, at: datetime, by: str
) -> None:
    """Keep what was done to an import and when, so that a past state can be told."""
    cursor.execute("INSERT INTO batch_events VALUES (?, ?, ?, ?)", [batch_id, event, at, by])


def refresh_states(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Recompute and store the state of every batch; return them by batch id."""
    return refresh(cursor)[1]


def refresh(cursor: duckdb.DuckDBPyConnection) -> tuple[list[Batch], dict[str, str]]:
    """Recompute and store the state of every batch; return the batches and their states by id."""
    rows = cursor.execute(_SELECT).fetchall()
    batches = [_batch(row) for row in rows]
    current = states(batches)
    for batch, row in zip(batches, rows, strict=True):
        if (state := current[batch.batch_id]) != row[-1]:
            cursor.execute(
                "UPDATE batches SET state = ? WHERE batch_id = ?", [state, batch.batch_id]
            )
    return batches, current


def issues_table(issues: tuple[Issue, ...], currency: str) -> pa.Table:
    """Return issues as the canonical table; an amount without a currency is the company's."""
    columns: dict[str, list[object]] = {field.name: [] for field in arrow_schema("issues")}
    for issue in issues:
        for name, values in columns.items():
            values.append(getattr(issue, name))
    columns["currency"] = [
        known or (currency if amount is not None else None)
        for known, amount in zip(columns["currency"], columns["amount_minor"], strict=True)
    ]
    return pa.table(columns, schema=arrow_schema("issues"))


def _append(cursor: duckdb.DuckDBPyConnection, table: pa.Table, name: str, identity: str) -> None:
    if name in HAS_CUSTOMER:
        table = table.append_column("customer_key", customer_keys(table))
    # in pieces of a row group, so that every core takes part
    pieces = table.combine_chunks().to_batches(max_chunksize=_ROW_GROUP)
    cursor.register("incoming", pa.Table.from_batches(pieces, schema=table.schema))
    cursor.execute(layer_insert(CANONICAL[name]), {"identity": identity})
    cursor.unregister("incoming")


def customer_keys(table: pa.Table) -> pa.Array:
    """Return the integer that stands for each row's customer: a digest of company and code."""
    joined = pc.binary_join_element_wise(table["company_id"], table["customer_id"], "|")
    encoded = joined.combine_chunks().dictionary_encode()
    digests = [_digest(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(digests, pa.uint64()).take(encoded.indices)


def customer_key(company_id: str, customer_id: str) -> int:
    """Return the integer that stands for one customer."""
    return _digest(f"{company_id}|{customer_id}")


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
