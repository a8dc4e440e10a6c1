"""Tables of the book's file and their versions. Each migration is one transaction.

Layers (``layer_*``) hold every imported row with its ``batch_id``, for ever; book tables are a pure
function of the live layers; derived tables are a function of the book tables (architecture §3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError
from arlib.model.tables import CANONICAL
from arlib.store import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from arlib.model.tables import Table
    from arlib.store.database import Database

VERSION: Final = 2
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
        UserError: ``database_newer`` when a later version of the program wrote it.
    """
    with database.cursor() as cursor:
        found = version_of(cursor)
    if found > VERSION:
        raise UserError("database_newer", detail=found)
    for version in range(found + 1, VERSION + 1):
        with database.transaction() as cursor:
            _MIGRATIONS[version](cursor)
            cursor.execute("DELETE FROM meta WHERE key = 'schema_version'")
            cursor.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(version)])


def is_older(database: Database) -> bool:
    """Return True when a book is there and ``migrate`` would change it."""
    with database.cursor() as cursor:
        return 0 < version_of(cursor) < VERSION


def version_of(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return the version of the schema a book was written with; 0 when it holds nothing."""
    tables = cursor.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'meta'"
    ).fetchall()
    if not tables[0][0]:
        return 0
    rows = cursor.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall()
    return int(rows[0][0]) if rows else 0


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
    """Return the statement that adds incoming rows to the layer, columns named.

    A column added by a later version stands last in an older book: the order says nothing.
    """
    names = []
    for column in table.columns:
        if _is_kept(table, column.name):
            names.append(f'"{column.name}"')
        if key := KEYS.get(table.name, {}).get(column.name):
            names.append(key)
    if table.name in HAS_CUSTOMER:
        names.append("customer_key")
    columns = ", ".join(["batch_id", *names])
    return f"INSERT INTO layer_{table.name} ({columns}) {layer_select(table)}"


def layer_select(table: Table) -> str:
    """Return the query that turns incoming rows into those of the layer, as ``layer_insert`` names them.

    The digest of a document is worked out once: that of its invoice is mostly the same.
    """
    columns = ["$identity"]
    for column in table.columns:
        key = KEYS.get(table.name, {}).get(column.name)
        if _is_kept(table, column.name):
            columns.append(f'"{column.name}"')
        if key == "invoice_key":
            columns.append(
                "CASE WHEN invoice_id = document_id THEN own_key"
                " ELSE md5_number_lower(invoice_id) END"
            )
        elif key is not None:
            own = (table.name, column.name) == _DOCUMENT
            columns.append("own_key" if own else f'md5_number_lower("{column.name}")')
    if table.name in HAS_CUSTOMER:
        columns.append("customer_key")
    source = "incoming"
    if table.name == "documents":
        source = "(SELECT *, md5_number_lower(document_id) AS own_key FROM incoming) AS keyed"
    return f"SELECT {', '.join(columns)} FROM {source}"


def _create_second(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add what imports of every kind need: lettering marks, links, dated terms, matching choices."""
    queries.run(cursor, "schema_2")
    # the book of a former version is built anew by the rules of this one when it is opened
    cursor.execute("INSERT INTO meta SELECT 'needs_rebuild', '2' FROM batches HAVING count(*) > 0")


_MIGRATIONS: Final = {1: _create_first, 2: _create_second}
