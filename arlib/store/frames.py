"""Answer the named frames of a Portfolio from the book (see ``arlib.model.portfolio``).

Filters and conversion are temporary views that stand before the tables of the same name on the
cursor that answers: the SQL texts know nothing of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa

from arlib.model.money import decimals
from arlib.model.portfolio import Filters
from arlib.store import arrow, queries
from arlib.store.snapshots import padded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    import duckdb

    from arlib.model.policy import Policy
    from arlib.store.database import Database
    from arlib.store.known import KnownBooks

# Tables of amounts: a conversion or a choice of currency stands before each of them.
_AMOUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "documents": ("amount_minor", "tax_minor"),
    "allocations": ("amount_minor",),
    "document_balances": ("open_minor", "disputed_minor"),
    "settled_invoices": ("amount_minor",),
    "clearances": ("amount_minor",),
    "balance_snapshots": ("balance_minor", "disputed_minor"),
    "opening_pairings": ("amount_minor",),
    "exposure_deltas": ("delta_minor",),
}
# The same amount at the booking rate, where the book knows it.
_BOOKED: Final[Mapping[str, str]] = {
    "documents": "amount_company_minor",
    "document_balances": "open_company_minor",
    "exposure_deltas": "delta_company_minor",
}
# Every query reaches amounts through their customer: restricting these restricts everything.
_BY_COMPANY: Final = (
    "customers",
    "companies",
    "company_snapshots",
    "company_sales",
    "linked_limits",
    "linked_user_limits",
    "layer_rates",
    "ledger_years",
)
# Sums of whole companies: they answer unless customers are chosen or amounts converted.
_OF_COMPANIES: Final = ("company_snapshots", "company_sales")


@dataclass(frozen=True, slots=True)
class StoreSource:
    """The store as the ``Source`` of a Portfolio. ``policy`` gives the buckets of the snapshots.

    With ``known_on`` the answers are those of the book as known on that day. ``bill_safety_days``: how
    long after its maturity a bill may still come back.
    """

    database: Database
    policy: Policy
    known: KnownBooks | None = None
    known_on: date | None = None
    bill_safety_days: int = 0

    def frame(self, query: str, parameters: Mapping[str, object]) -> pd.DataFrame:
        """Return the result of a named query under the filters found in ``parameters``."""
        values = {"bill_safety_days": self.bill_safety_days, **parameters}
        filters = values.pop("filters")
        if not isinstance(filters, Filters):
            message = "filters are missing"
            raise TypeError(message)
        with self._cursor() as cursor:
            _restrict(cursor, filters, values["as_of"])
            if query == "aging_months":
                return self._aging_months(cursor, values, filters)
            if query == "sales_months" and not (filters.is_active or filters.convert):
                return read(cursor, "sales_company_months", values | {"partial": _partial(values)})
            return read(cursor, query, values)

    def _cursor(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        if self.known is None or self.known_on is None:
            return self.database.cursor()
        return self.known.cursor(self.known_on, self.policy)

    def _aging_months(
        self, cursor: duckdb.DuckDBPyConnection, values: dict[str, object], filters: Filters
    ) -> pd.DataFrame:
        """Month ends from the snapshots, whatever they do not hold from the intervals."""
        months = values["months"]
        if not isinstance(months, tuple):
            message = "months must be a tuple of dates"
            raise TypeError(message)
        bounds = {f"bound_{i}": bound for i, bound in enumerate(padded(self.policy.buckets), 1)}
        kept: set[date] = set()
        if not filters.convert:
            rows = cursor.execute("SELECT month_end FROM snapshot_months").fetchall()
            kept = {row[0] for row in rows} & set(months)
        others = [day for day in months if day not in kept]
        frames = []
        if kept:
            query = "aging_months" if filters.is_active else "aging_company_months"
            frames.append(read(cursor, query, {"months": sorted(kept)}))
        if others or not frames:
            frames.append(read(cursor, "aging_dates", {"months": others, **bounds}))
        return pd.concat(frames, ignore_index=True)


def _partial(values: Mapping[str, object]) -> date:
    """Return the first day that no whole month before the as-of date holds."""
    as_of = values["as_of"]
    if not isinstance(as_of, date):
        message = "as_of must be a date"
        raise TypeError(message)
    after = as_of + timedelta(days=1)
    return after if after.day == 1 else as_of.replace(day=1)


def read(
    cursor: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]
) -> pd.DataFrame:
    """Return a named query as a frame: text ``str``, dates ``datetime64``, money ``int64``."""
    return arrow.frame(queries.run(cursor, query, **values))


def _restrict(cursor: duckdb.DuckDBPyConnection, filters: Filters, as_of: object) -> None:
    """Put the filters' views before the tables they restrict."""
    if filters == Filters():
        return
    catalog = cursor.execute("SELECT current_database()").fetchall()[0][0]
    sources = {name: f'"{catalog}".main.{name}' for name in (*_BY_COMPANY, *_AMOUNTS)}

    def keep(names: Iterable[str], selection: str, column: str) -> None:
        for name in names:
            sources[name] = _joined(sources[name], selection, column)

    if filters.company_id is not None:
        _register(cursor, "selected_companies", pa.table({"company_id": [filters.company_id]}))
        keep(_BY_COMPANY, "selected_companies", "company_id")
    if filters.is_active:
        _register(cursor, "selected_customers", _selected_customers(cursor, filters))
        keep(("customers",), "selected_customers", "customer_key")
    if filters.convert:
        _register(cursor, "conversion", _conversion(cursor, filters.convert, as_of))
        for name, amounts in _AMOUNTS.items():
            sources[name] = _converted(sources[name], amounts, _BOOKED.get(name))
    if filters.currency:
        _register(cursor, "selected_currency", pa.table({"currency": [filters.currency]}))
        keep((*_AMOUNTS, *_OF_COMPANIES), "selected_currency", "currency")
    for name, source in sources.items():
        cursor.execute("CREATE OR REPLACE TEMP VIEW " + name + " AS SELECT * FROM " + source)


def _joined(source: str, selection: str, column: str) -> str:
    """Return the source restricted to the rows that a temporary table names."""
    return f"(SELECT x.* FROM {source} AS x JOIN {selection} AS s ON s.{column} = x.{column})"


def _converted(source: str, amounts: tuple[str, ...], booked: str | None) -> str:
    """Return the source in the wanted currency: booking amounts first, else the rate of the date.

    A row without either keeps its own currency, so that no sum crosses currencies.
    """
    main = amounts[0]
    booking = f"k.is_company AND x.{booked} IS NOT NULL" if booked else "FALSE"
    value = f"x.{booked}" if booked else "NULL"
    first = (
        f"CASE WHEN x.currency = k.target OR k.target IS NULL THEN x.{main} WHEN {booking} THEN {value}"
        f" WHEN k.factor IS NULL THEN x.{main}"
        f" ELSE CAST(ROUND(x.{main} * k.factor) AS BIGINT) END AS {main}"
    )
    changes = [
        first,
        *(
            f"CASE WHEN x.currency = k.target OR k.target IS NULL THEN x.{amount}"
            f" WHEN {booking} AND x.{main} <> 0"
            f" THEN CAST(ROUND(CAST(x.{amount} AS DOUBLE) * {value} / x.{main}) AS BIGINT)"
            f" WHEN k.factor IS NULL THEN x.{amount}"
            f" ELSE CAST(ROUND(x.{amount} * k.factor) AS BIGINT) END AS {amount}"
            for amount in amounts[1:]
        ),
        f"CASE WHEN {booking} OR k.factor IS NOT NULL THEN k.target ELSE x.currency END AS currency",
    ]
    return (
        f"(SELECT x.* REPLACE ({', '.join(changes)}) FROM {source} AS x"
        " JOIN customers AS c ON c.customer_key = x.customer_key"
        " LEFT JOIN conversion AS k ON k.company_id = c.company_id AND k.currency = x.currency"
        ")"
    )


def _selected_customers(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pa.Table:
    search = filters.search.strip().lower() if filters.search else None
    found = read(
        cursor,
        "selected_customers",
        {
            "company": filters.company_id,
            "category": filters.category,
            "owner": filters.owner,
            "sector": filters.sector,
            "search": search,
        },
    )
    return pa.Table.from_pandas(found, preserve_index=False)


def _conversion(cursor: duckdb.DuckDBPyConnection, target: str, as_of: object) -> pa.Table:
    """Return company_id, currency, target, is_company and factor (minor to minor units).

    ``factor`` is NULL when no rate leads to the target; ``is_company`` says that the target is the
    company's own currency, so that booking amounts serve.
    """
    rates = read(cursor, "rates", {"as_of": as_of})
    used = cursor.execute(
        "SELECT DISTINCT c.company_id, d.currency, c.currency FROM documents AS d"
        " JOIN customers AS k ON k.customer_key = d.customer_key"
        " JOIN companies AS c ON c.company_id = k.company_id"
    ).fetchall()
    known = {
        (company, currency): rate
        for company, currency, rate in zip(
            rates["company_id"], rates["currency"], rates["rate"], strict=True
        )
    }
    rows = []
    for company, currency, own in used:
        source = 1.0 if currency == own else known.get((company, currency))
        wanted = 1.0 if target == own else known.get((company, target))
        factor = (
            source / wanted * 10.0 ** (decimals(target) - decimals(currency))
            if source and wanted
            else None
        )
        rows.append((company, currency, target, target == own, factor))
    names = ("company_id", "currency", "target", "is_company", "factor")
    types = (pa.string(), pa.string(), pa.string(), pa.bool_(), pa.float64())
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table(
        {n: pa.array(list(c), t) for n, c, t in zip(names, columns, types, strict=True)}
    )


def _register(cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    cursor.register("incoming", table)
    cursor.execute("CREATE OR REPLACE TEMP TABLE " + name + " AS SELECT * FROM incoming")
    cursor.unregister("incoming")
