"""The integers that stand for the documents of a file, each worked out once.

They are the lower half of MD5, as the database computes it: ``md5_number_lower``.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from arlib.store.schema import KEYS

if TYPE_CHECKING:
    import duckdb

# Below, asking the database costs more than the digests.
_FEW: Final = 1_000


class DocumentKeys:
    """Digests of the document ids of one file: those of its documents serve all its tables."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Know nothing yet."""
        self._cursor = cursor
        self._texts: pa.Array = pa.array([], pa.string())
        self._keys: pa.Array = pa.array([], pa.uint64())

    def added(self, name: str, table: pa.Table) -> pa.Table:
        """Return a canonical table with the digests beside the ids it holds."""
        if name == "documents":
            self._texts = table["document_id"].combine_chunks()
            self._keys = self._digests(self._texts)
            return table.append_column("document_key", self._keys).append_column(
                "invoice_key", self._invoices(table["invoice_id"].combine_chunks())
            )
        for column, key in KEYS.get(name, {}).items():
            table = table.append_column(key, self._of(table[column].combine_chunks()))
        return table

    def _invoices(self, ids: pa.Array) -> pa.Array:
        """Return the digests of the invoices: mostly those of their own documents."""
        is_own = pc.equal(ids, self._texts)
        if pc.all(is_own).as_py():
            return self._keys
        return pc.if_else(is_own, self._keys, self._of(ids))

    def _of(self, texts: pa.Array) -> pa.Array:
        """Return the digests of ids, those known looked up."""
        place = pc.index_in(texts, value_set=self._texts)
        keys = self._keys.take(place)
        if not place.null_count:
            return keys
        unknown = place.is_null()
        return pc.replace_with_mask(keys, unknown, self._digests(texts.filter(unknown)))

    def _digests(self, texts: pa.Array) -> pa.Array:
        if len(texts) < _FEW:
            return pa.array([_digest(text) for text in texts.to_pylist()], pa.uint64())
        self._cursor.register("incoming", pa.table({"text": texts}))
        found = self._cursor.execute("SELECT md5_number_lower(text) AS key FROM incoming")
        keys = found.to_arrow_table()["key"].combine_chunks()
        self._cursor.unregister("incoming")
        return keys


def _digest(text: str) -> int:
    """Return the lower half of the MD5 of a text, as the database gives it."""
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")
