"""When each invoice was cleared: derived last, read by every model of payment behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from arlib.store import queries

if TYPE_CHECKING:
    import duckdb

    from arlib.model.policy import Policy


def build(cursor: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Fill ``clearances`` for the touched customers, with the tolerance of the policy."""
    rows = cursor.execute("SELECT DISTINCT currency FROM t_documents ORDER BY currency").fetchall()
    currencies = [row[0] for row in rows]
    table = pa.table(
        {
            "currency": pa.array(currencies, pa.string()),
            "tolerance_minor": pa.array([policy.paid_tolerance(c) for c in currencies], pa.int64()),
            "tolerance_ratio": pa.array(
                [policy.paid_tolerance_ratio] * len(currencies), pa.float64()
            ),
        }
    )
    cursor.register("incoming", table)
    cursor.execute("CREATE OR REPLACE TEMP TABLE t_tolerances AS SELECT * FROM incoming")
    cursor.unregister("incoming")
    queries.run(cursor, "build_clearances")
