"""Tables of the book's file and their versions. Each migration is one transaction.

Layers (``layer_*``) hold every imported row with its ``batch_id``, for ever; book tables are a pure
function of the live layers; derived tables are a function of the book tables (architecture §3).
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError
from arlib.model.tables import CANONICAL
from arlib.store import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from arlib.model.tables import Table
    from arlib.store.database import Database

VERSION: Final = 4
_LAST: Final = "schema_4"  # every statement of it may be run again
LAYERS: Final = tuple(CANONICAL)
# Text keys of documents and the integer that stands for them inside the store.
KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "documents": {"document_id": "document_key", "invoice_id": "invoice_key"},
    "allocations": {"debit_document_id": "debit_key", "credit_document_id": "credit_key"},
    "open_items": {"document_id": "document_key"},
    "disputes": {"document_id": "document_key"},
}
# Layers that name a customer carry the integer that stands for him, too.
# Texts that differ from one line to the next; the others repeat.
_MOSTLY_DISTINCT: Final = frozenset({"document_id", "number", "reference", "text"})
HAS_CUSTOMER: Final = ("customers", "customer_names", "documents")
_DOCUMENT: Final = ("documents", "document_id")
# Closed lists, stored as small integers.
_CLOSED: Final = {
    ("documents", "account_class"): "account_class_t",
    ("documents", "kind"): "kind_t",
    ("allocations", "rule"): "rule_t",
    ("ledger_totals", "account_class"): "account_class_t",
}
_SQL_TYPES: Final = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "date": "DATE",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMP",
}


def migrate(database: Database) -> None:
    """Bring the file to the current schema.

    Raises:
        UserError: ``database_newer`` when a later version of the program wrote it;
            ``database_foreign`` when another program did: nothing is added to it.
    """
    with database.cursor() as cursor:
        found = version_of(cursor)
        strangers = [] if found else _names(cursor)
    if strangers:
        raise UserError("database_foreign", detail=", ".join(strangers))
    if found > VERSION:
        raise UserError("database_newer", detail=found)
    for version in range(found + 1, VERSION + 1):
        with database.transaction() as cursor:
            _MIGRATIONS[version](cursor)
            cursor.execute("DELETE FROM meta WHERE key = 'schema_version'")
            cursor.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(version)])
            _mark(cursor)
    _complete(database)


def _complete(database: Database) -> None:
    """Add what the last step gained since the book was written: a build between two releases."""
    with database.cursor() as cursor:
        known = cursor.execute("SELECT value FROM meta WHERE key = 'schema_digest'").fetchall()
    if known == [(_digest(),)]:
        return
    with database.transaction() as cursor:
        queries.run(cursor, _LAST)
        _ask_for_rebuild(cursor, str(VERSION))
        _mark(cursor)


def _mark(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute("DELETE FROM meta WHERE key = 'schema_digest'")
    cursor.execute("INSERT INTO meta VALUES ('schema_digest', ?)", [_digest()])


@cache
def _digest() -> str:
    return hashlib.sha256(queries.text(_LAST).encode()).hexdigest()


def is_older(database: Database) -> bool:
    """Return True when a book is there and ``migrate`` would change it."""
    with database.cursor() as cursor:
        return 0 < version_of(cursor) < VERSION


def version_of(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return the version of the schema a book was written with; 0 when it holds nothing."""
    columns = cursor.execute(
        "SELECT count(*) FROM information_schema.columns"
        " WHERE table_name = 'meta' AND column_name IN ('key', 'value')"
    ).fetchall()
    if columns[0][0] < 2:  # noqa: PLR2004 - key and value
        return 0
    rows = cursor.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall()
    return int(rows[0][0]) if rows else 0


def _names(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Return some names of what a file holds: tables, views and types of its own."""
    rows = cursor.execute(
        "SELECT table_name FROM information_schema.tables"
        " UNION SELECT type_name FROM duckdb_types() WHERE NOT internal ORDER BY 1 LIMIT 3"
    ).fetchall()
    return [str(name) for (name,) in rows]


def _create_first(cursor: duckdb.DuckDBPyConnection) -> None:
    queries.run(cursor, "schema_types")
    for table in CANONICAL.values():
        cursor.execute(layer_ddl(table))
    queries.run(cursor, "schema_1")


def layer_ddl(table: Table) -> str:
    """Return the statement that creates the layer of a canonical table.

    A reference to a document is kept as the 64-bit digest of its natural key: joins on long texts
    cost ten times those on integers. The text itself stays on ``layer_documents``.
    """
    columns = ["batch_id VARCHAR NOT NULL"]
    for column in table.columns:
        null = " NOT NULL" if column.is_required else ""
        key = KEYS.get(table.name, {}).get(column.name)
        kind = _CLOSED.get((table.name, column.name), _SQL_TYPES[column.type])
        if _is_kept(table, column.name):
            columns.append(f'"{column.name}" {kind}{_compression(column.name, kind)}{null}')
        if key is not None:
            columns.append(f"{key} UBIGINT{null}")
    if table.name in HAS_CUSTOMER:
        columns.append("customer_key UBIGINT NOT NULL")
    return f"CREATE TABLE layer_{table.name} ({', '.join(columns)})"


def _compression(column: str, kind: str) -> str:
    """Return how a text is stored: trying every way costs a fifth of writing a layer."""
    if kind != "VARCHAR":
        return ""
    return f" USING COMPRESSION {'fsst' if column in _MOSTLY_DISTINCT else 'dictionary'}"


def _is_kept(table: Table, column: str) -> bool:
    """Return True when the layer keeps the text: only that of the document itself is needed."""
    return column not in KEYS.get(table.name, {}) or (table.name, column) == _DOCUMENT


def layer_insert(table: Table) -> str:
    """Return the statement that adds incoming rows, digests beside the texts, to the layer.

    Columns are named: one added by a later version stands last in an older book.
    """
    names = []
    for column in table.columns:
        if _is_kept(table, column.name):
            names.append(f'"{column.name}"')
        if key := KEYS.get(table.name, {}).get(column.name):
            names.append(key)
    if table.name in HAS_CUSTOMER:
        names.append("customer_key")
    columns = ", ".join(names)
    return (
        f"INSERT INTO layer_{table.name} (batch_id, {columns}) SELECT $identity, {columns}"
        " FROM incoming"
    )


def _create_second(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add what imports of every kind need: lettering marks, links, dated terms, matching choices."""
    queries.run(cursor, "schema_2")
    _ask_for_rebuild(cursor, "2")


def _create_third(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add what the models of payment behaviour read."""
    queries.run(cursor, "schema_3")
    _ask_for_rebuild(cursor, "3")


def _create_fourth(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add what limits fixed together and groups made by hand need."""
    queries.run(cursor, "schema_4")
    _ask_for_rebuild(cursor, "4")


def _ask_for_rebuild(cursor: duckdb.DuckDBPyConnection, version: str) -> None:
    """Mark the book of a former version: it is built anew by the rules of this one when opened."""
    cursor.execute("DELETE FROM meta WHERE key = 'needs_rebuild'")
    cursor.execute(
        "INSERT INTO meta SELECT 'needs_rebuild', ? FROM batches HAVING count(*) > 0", [version]
    )


_MIGRATIONS: Final = {1: _create_first, 2: _create_second, 3: _create_third, 4: _create_fourth}
