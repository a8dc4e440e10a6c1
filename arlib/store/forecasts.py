"""Cash forecasts kept by the user, so that they can be judged by what then came in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from arlib.store import queries

if TYPE_CHECKING:
    from datetime import date, datetime

    import duckdb
    import pandas as pd

_WEEKS: Final = {
    "currency": pa.string(),
    "week": pa.int64(),
    "week_end_on": pa.date32(),
    "expected_minor": pa.int64(),
    "p10_minor": pa.int64(),
    "p50_minor": pa.int64(),
    "p90_minor": pa.int64(),
    "followed_minor": pa.int64(),
}


def keep(
    cursor: duckdb.DuckDBPyConnection,
    weeks: pd.DataFrame,
    as_of: date,
    versions: tuple[str, str],
    by: str,
    at: datetime,
) -> str:
    """Append the weeks of one forecast (columns of ``_WEEKS``) and return its id.

    ``versions``: of the policy and of the program that made it.
    """
    stamp = f"{as_of.isoformat()}|{at.isoformat()}|{by}|{weeks['expected_minor'].tolist()}"
    identity = "P" + hashlib.sha256(stamp.encode()).hexdigest()[:11]
    schema = pa.schema(list(_WEEKS.items()))
    table = pa.Table.from_pandas(weeks[list(_WEEKS)], schema=schema, preserve_index=False)
    cursor.register("kept_weeks", table)
    queries.run(
        cursor,
        "keep_forecast",
        identity=identity,
        as_of=as_of,
        policy=versions[0],
        program=versions[1],
        at=at,
        by=by,
    )
    cursor.unregister("kept_weeks")
    return identity
