"""What a book holds, whatever the date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arlib.model.portfolio import BookInfo, CompanyInfo
from arlib.store.frames import read

if TYPE_CHECKING:
    import duckdb


def read_info(cursor: duckdb.DuckDBPyConnection) -> BookInfo:
    """Return what the book of the cursor holds."""
    companies = tuple(CompanyInfo(*row) for row in read_companies(cursor))
    currencies = cursor.execute(
        "SELECT DISTINCT currency FROM documents ORDER BY currency"
    ).fetchall()
    first = cursor.execute("SELECT MIN(issued_on) FROM documents").fetchall()[0][0]
    batches = read(cursor, "batches", {})
    booked = [item for item in companies if item.first_as_of is not None]
    last = max((item.last_date for item in booked if item.last_date), default=None)
    live = batches[batches["state"] == "live"]
    return BookInfo(
        companies=companies,
        currencies=tuple(row[0] for row in currencies),
        first_date=first,
        last_date=last,
        first_as_of=max((item.first_as_of for item in booked if item.first_as_of), default=None),
        default_as_of=last,
        data_version=data_version(cursor),
        last_import=dict(live.iloc[0]) if len(live) else None,
        count_batches=len(live),
    )


def read_companies(cursor: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Return the fields of ``CompanyInfo``, by name."""
    return cursor.execute(
        "SELECT c.company_id, c.name, c.currency, c.level, c.first_as_of, c.covers_from,"
        " c.last_date, COALESCE(x.count_extractions, 0) FROM companies AS c"
        " LEFT JOIN (SELECT company_id, COUNT(DISTINCT extracted_on) AS count_extractions"
        " FROM live_batches WHERE scope = 'open_items' AND replace_mode <> 'complete'"
        " GROUP BY company_id) AS x ON x.company_id = c.company_id"
        " ORDER BY c.name, c.company_id"
    ).fetchall()


def data_version(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return the number that changes with every write."""
    rows = cursor.execute("SELECT value FROM meta WHERE key = 'data_version'").fetchall()
    return int(rows[0][0])
