"""The integrity of a book: every identity of the contract, on one snapshot, whoever writes.

What a book derives from its imports is built again in a database of its own and compared.
"""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from arlib.model.checks import CheckReport, Finding
from arlib.model.money import major_text
from arlib.model.tables import CANONICAL, PERIMETER
from arlib.store import book, copying, journal, layers, links, queries
from arlib.store.database import Database, open_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.store.copying import Fingerprint
    from arlib.store.matching import Matcher

# What the user or a file said: it can be lost, never rebuilt.
KEPT: Final = (
    *(f"layer_{name}" for name in CANONICAL),
    "meta",
    "batches",
    "batch_events",
    "policies",
    "mappings",
    "user_limits",
    "customer_links",
    "user_terms",
    "user_actions",
    "user_overrides",
    "user_groups",
    "user_disputes",
    "user_forecasts",
    "user_depreciations",
    "user_answers",
    "user_closings",
    "user_closing_figures",
    "user_closing_files",
    "match_decisions",
    "purges",
    "purge_tables",
    "purged_totals",
)
# What is a function of the live layers, of what the user decided and of the policy.
DERIVED: Final = (
    "companies",
    "customers",
    "documents",
    "allocations",
    "disputes",
    "document_balances",
    "settled_invoices",
    "invoice_clearings",
    "balance_snapshots",
    "company_snapshots",
    "company_sales",
    "exposure_deltas",
    "snapshot_months",
    "customer_mains",
    "ledger_years",
    "opening_pairings",
    "match_proposals",
)
_MOST_DATES: Final = 13
# Both sides of the tie-out, their difference and what both lack: the others are its named causes.
_MINOR: Final = "_minor"
_BARE: Final = frozenset({"ledger_minor", "analysed_minor", "difference_minor", "purged_minor"})


def check(database: Database, policy: Policy, matcher: Matcher | None = None) -> CheckReport:
    """Read the whole book as it stands now and return everything that is not as it must be."""
    with database.snapshot() as cursor:
        prints: dict[str, Fingerprint] = {}
        findings = list(_unreadable(cursor, prints))
        if not findings:
            findings += [
                *_imports(cursor),
                *_orphans(cursor),
                *_ledger(cursor),
                *_sums(cursor),
                *_allocations(cursor),
                *_derived(cursor, prints, policy, matcher),
            ]
    return CheckReport({name: item.rows for name, item in prints.items()}, tuple(findings))


def _unreadable(
    cursor: duckdb.DuckDBPyConnection, prints: dict[str, Fingerprint]
) -> Iterator[Finding]:
    """Read every block of every table: the engine refuses those whose checksum is wrong."""
    for name in copying.table_names(cursor):
        try:
            prints |= copying.fingerprints(cursor, [name])
        except duckdb.Error as error:
            yield Finding("table_unreadable", {"table": name, "detail": _first_line(error)})
            return


def _imports(cursor: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Yield imports whose lines do not add up, or whose state is not that of their place."""
    expected = layers.states(journal.read_batches(cursor))
    rows = cursor.execute(
        "SELECT batch_id, file_name, state, rows_read, rows_kept + rows_ignored + rows_refused"
        " FROM batches ORDER BY sequence"
    ).fetchall()
    for identity, name, state, count_read, known in rows:
        if count_read != known:
            values = {"file": name, "read": int(count_read), "known": int(known)}
            yield Finding("rows_unaccounted", values)
        if state != expected[identity]:
            values = {"file": name, "state": state, "expected": expected[identity]}
            yield Finding("state_differs", values)


def _orphans(cursor: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    for name, count in queries.run(cursor, "check_orphans").fetchall():
        yield Finding("rows_orphan", {"table": name, "count": int(count)})


def _ledger(cursor: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Yield the accounts of the perimeter whose difference with the source has no named cause.

    A list of open items says what stood on its own day: it is compared on that day alone.
    """
    extractions = _extractions(cursor)
    listed = {company for company, _day in extractions}
    days = {*_dates(cursor), *sorted(day for _company, day in extractions)[-_MOST_DATES:]}
    for day in sorted(days):
        for row in _records(queries.run(cursor, "tie_out", as_of=day)):
            difference = row["difference_minor"] or 0
            named = sum(
                row[name] or 0 for name in row if name not in _BARE and name.endswith(_MINOR)
            )
            if row["company_id"] in listed and (row["company_id"], day) not in extractions:
                continue
            if row["account_class"] not in PERIMETER or difference in (0, named):
                continue
            yield _finding(
                "ledger_differs",
                row,
                ledger=row["ledger_minor"],
                analysed=row["analysed_minor"],
                difference=difference - named,
                account_class=row["account_class"],
                day=day,
            )


def _sums(cursor: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Yield the dates at which buckets, movements and open items do not sum to the same."""
    for day in _dates(cursor):
        for row in _records(queries.run(cursor, "check_sums", as_of=day)):
            for code, name in (("buckets_differ", "buckets"), ("movements_differ", "movements")):
                if row[f"count_{name}"]:
                    amounts = {name: row[f"{name}_minor"], "items": row["items_minor"]}
                    yield _finding(code, row, day=day, **amounts)


def _allocations(cursor: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    for row in _records(queries.run(cursor, "check_allocated")):
        yield Finding(
            "document_over_allocated",
            {
                "company": row["company_id"],
                "count": row["count_documents"],
                "amount": _major(row["excess_minor"], row["currency"]),
                "currency": row["currency"],
                "number": row["document_id"],
            },
        )


def _derived(
    cursor: duckdb.DuckDBPyConnection,
    prints: Mapping[str, Fingerprint],
    policy: Policy,
    matcher: Matcher | None,
) -> Iterator[Finding]:
    """Yield the derived tables that are not what the imports give when all is built again."""
    with tempfile.TemporaryDirectory(prefix="encours-check-") as folder:
        root = open_root(Path(folder) / "rebuilt.duckdb")
        try:
            copying.copy(cursor, root, [name for name in prints if name not in DERIVED])
            with Database(root).transaction() as writing:
                links.refresh(writing)
                book.rebuild_everything(writing, policy, matcher)
            rebuilt = copying.fingerprints(root, [name for name in DERIVED if name in prints])
        finally:
            root.close()
    found = {name: prints[name] for name in rebuilt}
    for name in copying.differences(found, rebuilt):
        values = {"table": name, "found": found[name].rows, "expected": rebuilt[name].rows}
        yield Finding("table_not_rebuilt", values)


def _extractions(cursor: duckdb.DuckDBPyConnection) -> set[tuple[str, date]]:
    """Return the companies and days of the live lists of open items."""
    rows = cursor.execute(
        "SELECT company_id, extracted_on FROM live_batches"
        " WHERE scope = 'open_items' AND replace_mode <> 'complete' AND extracted_on IS NOT NULL"
    ).fetchall()
    return {(row[0], row[1]) for row in rows}


def _dates(cursor: duckdb.DuckDBPyConnection) -> list[date]:
    """Return the dates to look at: the latest of the data and the month ends before it."""
    rows = cursor.execute(
        "SELECT day FROM (SELECT MAX(last_date) AS day FROM companies"
        " UNION SELECT month_end FROM snapshot_months) AS days"
        " WHERE day IS NOT NULL AND day >= (SELECT MAX(first_as_of) FROM companies)"
        " ORDER BY day DESC LIMIT ?",
        [_MOST_DATES],
    ).fetchall()
    return [row[0] for row in rows]


def _finding(code: str, row: Mapping[str, Any], **values: object) -> Finding:
    """Return a finding of one company and currency; whole numbers among the values are amounts."""
    currency = row["currency"]
    written = {
        name: _major(value, currency) if isinstance(value, int) else value
        for name, value in values.items()
    }
    return Finding(code, {"company": row["company_id"], "currency": currency, **written})


def _major(minor: int, currency: str) -> Decimal:
    return Decimal(major_text(minor, currency))


def _records(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
