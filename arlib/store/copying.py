"""Copy a book table by table from one database to another, and prove that both hold the same.

Rows travel as Arrow record batches: a locked book can neither attach nor write another file, and
this needs neither. Whatever is read is one snapshot when the source cursor is in a transaction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

_ROW_GROUP: Final = 122_880


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a table holds, whatever the order of its rows.

    ``checksum``: sum and exclusive or of the engine's 64-bit hash of each whole row; the engine may
    hash otherwise in another version. ``amounts``: sum of every ``_minor`` column, which it may not.
    """

    rows: int
    checksum: str
    amounts: str


def table_names(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables of the book, in alphabetical order; temporary ones are not its own."""
    rows = cursor.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        " AND schema_name = 'main' AND NOT temporary AND NOT internal ORDER BY table_name"
    ).fetchall()
    return [str(row[0]) for row in rows]


def copy(
    source: duckdb.DuckDBPyConnection,
    target: duckdb.DuckDBPyConnection,
    names: Iterable[str] | None = None,
) -> None:
    """Create in an empty database the types, tables and views of the book, with their rows.

    ``names``: the tables whose rows are copied (absent: all); the others stay empty.
    """
    for statement in _definitions(source):
        target.execute(statement)
    for name in table_names(source) if names is None else names:
        copy_rows(source, target, name)
    for statement in _views(source):
        target.execute(statement)


def copy_rows(
    source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection, name: str
) -> None:
    """Add the rows of a table to the table of the same name, in the order they are stored."""
    reader = source.execute(f'SELECT * FROM "{name}"').to_arrow_reader(_ROW_GROUP)
    target.register("incoming", reader)
    try:
        target.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming')
    finally:
        target.unregister("incoming")


def fingerprints(
    cursor: duckdb.DuckDBPyConnection, names: Iterable[str] | None = None
) -> dict[str, Fingerprint]:
    """Return the fingerprint of tables (absent: all) by name. Every block of the file is read."""
    wanted = table_names(cursor) if names is None else list(names)
    return {name: _fingerprint(cursor, name) for name in wanted}


def differences(
    expected: Mapping[str, Fingerprint],
    found: Mapping[str, Fingerprint],
    *,
    same_engine: bool = True,
) -> list[str]:
    """Return the tables that do not hold the same on both sides, in order.

    Another version of the engine may hash otherwise: rows and amounts are compared then.
    """

    def seen(side: Mapping[str, Fingerprint], name: str) -> object:
        known = side.get(name)
        if known is None or same_engine:
            return known
        return known.rows, known.amounts

    names = sorted({*expected, *found})
    return [name for name in names if seen(expected, name) != seen(found, name)]


def _fingerprint(cursor: duckdb.DuckDBPyConnection, name: str) -> Fingerprint:
    columns = cursor.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = current_database()"
        " AND schema_name = 'main' AND table_name = ? AND column_name LIKE '%\\_minor' ESCAPE '\\'"
        " ORDER BY column_name",
        [name],
    ).fetchall()
    amounts = "".join(f' + COALESCE(SUM(CAST("{row[0]}" AS HUGEINT)), 0)' for row in columns)
    found = cursor.execute(
        "SELECT COUNT(*), COALESCE(SUM(CAST(h AS HUGEINT)), 0), COALESCE(BIT_XOR(h), 0), 0"
        f'{amounts} FROM (SELECT HASH(t) AS h, t.* FROM "{name}" AS t) AS hashed'
    ).fetchall()[0]
    return Fingerprint(int(found[0]), f"{found[1]}:{found[2]}", str(found[3]))


def _definitions(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Return what creates the closed lists, then the tables that use them by their names."""
    types = {
        f"ENUM({', '.join(_quoted(label) for label in labels)})": str(name)
        for name, labels in cursor.execute(
            "SELECT type_name, labels FROM duckdb_types() WHERE NOT internal"
            " AND database_name = current_database() AND logical_type = 'ENUM' ORDER BY type_name"
        ).fetchall()
    }
    found = [f"CREATE TYPE {name} AS {text}" for text, name in types.items()]
    for (statement,) in cursor.execute(
        "SELECT sql FROM duckdb_tables() WHERE database_name = current_database()"
        " AND schema_name = 'main' AND NOT temporary AND NOT internal ORDER BY table_name"
    ).fetchall():
        named = str(statement)
        for text, name in types.items():
            named = named.replace(text, name)
        found.append(named)
    return found


def _views(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the statements that create the views, one that reads another after it."""
    rows = cursor.execute(
        "SELECT view_name, sql FROM duckdb_views() WHERE database_name = current_database()"
        " AND schema_name = 'main' AND NOT temporary AND NOT internal ORDER BY view_name"
    ).fetchall()
    left = {str(name): str(sql) for name, sql in rows}
    ordered: list[str] = []
    while left:
        ready = [name for name, sql in left.items() if not _reads_any(sql, left.keys() - {name})]
        ordered += [left.pop(name) for name in ready or list(left)]
    return ordered


def _reads_any(sql: str, names: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", sql) for name in names)


def _quoted(label: object) -> str:
    escaped = str(label).replace("'", "''")
    return f"'{escaped}'"
