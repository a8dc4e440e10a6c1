"""Rebuild the book and its derived tables for the customers that a change touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from arlib.model.portfolio import MAX_BUCKETS
from arlib.model.terms import Terms, TermsCalendar, months_of, parse_terms
from arlib.store import journal, matching, pairing, queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from arlib.model.policy import Policy
    from arlib.store.layers import Batch
    from arlib.store.matching import Matcher
    from arlib.store.pairing import Year

_DERIVED: Final = ("build_balances", "build_settled", "build_deltas")
_SCRATCH_VIEWS: Final = (
    "t_layered",
    "t_documents",
    "t_allocations",
    "t_balances",
    "t_layer_allocations",
    "t_layer_documents",
    "t_layer_customers",
    "t_layer_customer_names",
)
_SCRATCH: Final = [
    "t_names",
    "t_known",
    "t_attributes",
    "t_layered",
    "t_completed",
    "t_extractions",
    "t_seen",
    "t_drops",
    "t_dues",
    "t_inferred",
    "t_disputes",
    "t_moves",
    "t_intervals",
    "t_disputed",
    "t_invoices",
    "t_settled",
    "t_reversed",
    "t_new_months",
    "t_calendar",
    "touched",
    "batch_rank",
    "changed_batches",
    "changed_years",
    "changed_customers",
    "t_terms",
    "t_default_terms",
    "t_user_terms",
    "t_paired",
    *pairing.SCRATCH,
]


def rebuild(
    cursor: duckdb.DuckDBPyConnection,
    changed: Iterable[str],
    policy: Policy,
    matcher: Matcher | None = None,
    customers: Iterable[int] = (),
    codes: Iterable[tuple[str, str]] = (),
    *,
    is_known_then: bool = False,
) -> None:
    """Bring the book up to the live batches after the state of ``changed`` batches moved.

    ``matcher`` settles what ledgers leave open (None: nothing is matched); ``customers`` (keys) and
    ``codes`` (company, customer) are rebuilt too, whatever moved. ``is_known_then``: an allocation
    counts from the day its lettering was recorded.
    """
    batches = journal.read_batches(cursor)
    states = journal.refresh_states(cursor)
    live = [batch for batch in batches if states[batch.batch_id] == "live"]
    years = pairing.read_years(cursor, live)
    _register_ids(cursor, "changed_batches", changed)
    _register_ids(cursor, "changed_years", pairing.record(cursor, years))
    _register(cursor, "batch_rank", _ranks(live))
    _register(cursor, "changed_customers", _coded(codes))
    queries.run(cursor, "companies")
    _register_sources(cursor)
    queries.run(cursor, "build_touched")
    for customer in customers:
        queries.run(cursor, "build_touched_customer", customer=customer)
    _close_over_links(cursor)
    _build(cursor, live, years, policy, matcher, is_known_then=is_known_then)


def rebuild_everything(
    cursor: duckdb.DuckDBPyConnection, policy: Policy, matcher: Matcher | None = None
) -> None:
    """Rebuild all customers: the policy's terms, buckets or matching changed."""
    rebuild(cursor, [batch.batch_id for batch in journal.read_batches(cursor)], policy, matcher)
    rebuild_snapshots(cursor, policy)


def rebuild_snapshots(cursor: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Compute every month-end snapshot anew, with the buckets of the policy."""
    cursor.execute("DELETE FROM balance_snapshots")
    cursor.execute("DELETE FROM snapshot_months")
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT customer_key, company_id, customer_id"
        " FROM customers LIMIT 0"
    )
    _snapshots(cursor, policy, with_touched=False)
    _clean(cursor)


def _build(
    cursor: duckdb.DuckDBPyConnection,
    live: Sequence[Batch],
    years: Sequence[Year],
    policy: Policy,
    matcher: Matcher | None,
    *,
    is_known_then: bool,
) -> None:
    queries.run(cursor, "build_customers")
    is_paired = pairing.pair(cursor, years)
    books = [batch.company_id for batch in live if batch.is_book and batch.scope != "reference"]
    if len(books) == len(set(books)):
        queries.run(cursor, "build_layered_single")
    else:
        queries.run(cursor, "build_paired" if is_paired else "build_no_paired")
        queries.run(cursor, "build_layered_merged")
    queries.run(cursor, "build_user_terms")
    _register_terms(cursor, policy)
    queries.run(cursor, "build_documents", next_business_day=policy.next_business_day)
    queries.run(cursor, "build_views_all" if _is_everyone(cursor) else "build_views_touched")
    is_extracted = any(batch.scope == "open_items" for batch in live)
    queries.run(cursor, "build_extractions" if is_extracted else "build_no_extractions")
    queries.run(cursor, "build_allocations", known_then=is_known_then)
    if is_extracted:
        queries.run(cursor, "build_inferred")
    matching.build(cursor, policy, matcher)
    queries.run(cursor, "build_disputes" if _has_disputes(cursor) else "build_no_disputes")
    for step in _DERIVED:
        queries.run(cursor, step)
    queries.run(cursor, "companies_dates")
    _snapshots(cursor, policy, with_touched=True)
    _clean(cursor)


def _register_sources(cursor: duckdb.DuckDBPyConnection) -> None:
    """Give SQL the layers as the build reads them: linked codes under their main one."""
    rows = cursor.execute("SELECT count(*) FROM customer_mains").fetchall()
    queries.run(cursor, "build_sources_linked" if rows[0][0] else "build_sources")


def _close_over_links(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add to the touched set whoever shares a payment with it, until nobody is left."""
    count = -1
    while (now := _count(cursor)) != count:
        count = now
        queries.run(cursor, "build_linked")


def _is_everyone(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Return True when every customer of the book is touched (a first import, a new policy)."""
    rows = cursor.execute(
        "SELECT (SELECT count(*) FROM customers AS c JOIN touched AS t"
        " ON t.customer_key = c.customer_key) = (SELECT count(*) FROM customers)"
    ).fetchall()
    return bool(rows[0][0])


def _has_disputes(cursor: duckdb.DuckDBPyConnection) -> bool:
    rows = cursor.execute("SELECT count(*) FROM layer_disputes").fetchall()
    return bool(rows[0][0])


def _count(cursor: duckdb.DuckDBPyConnection) -> int:
    return int(cursor.execute("SELECT count(*) FROM touched").fetchall()[0][0])


def _ranks(live: Sequence[Batch]) -> pa.Table:
    """Return the live batches with ``place``: where two hold the same thing, the higher wins."""
    ordered = sorted(
        live,
        key=lambda b: (
            b.scope == "reference",
            str(b.extracted_on or b.covers_to or ""),
            b.sha256,
        ),
    )
    return pa.table(
        {
            "batch_id": pa.array([b.batch_id for b in ordered], pa.string()),
            "batch_key": pa.array([int(b.batch_id, 16) for b in ordered], pa.uint64()),
            "company_id": pa.array([b.company_id for b in ordered], pa.string()),
            "format_id": pa.array([b.format_id for b in ordered], pa.string()),
            "scope": pa.array([b.scope for b in ordered], pa.string()),
            "level": pa.array([b.level for b in ordered], pa.string()),
            "terms": pa.array([b.terms for b in ordered], pa.string()),
            "covers_from": pa.array([b.covers_from for b in ordered], pa.date32()),
            "extracted_on": pa.array([b.extracted_on for b in ordered], pa.date32()),
            "imported_on": pa.array([b.imported_at.date() for b in ordered], pa.date32()),
            "is_reference": pa.array([b.scope == "reference" for b in ordered], pa.bool_()),
            "is_book": pa.array(
                [b.is_book and b.scope != "reference" for b in ordered], pa.bool_()
            ),
            "place": pa.array(range(1, len(ordered) + 1), pa.int64()),
        }
    )


def _register_terms(cursor: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Give SQL the rule of every term written anywhere, and the default one."""
    written = cursor.execute(
        "SELECT DISTINCT terms FROM (SELECT terms FROM t_layered UNION ALL SELECT terms FROM customers"
        " UNION ALL SELECT terms FROM t_user_terms UNION ALL SELECT terms FROM batch_rank"
        " UNION ALL SELECT d.terms FROM layer_documents AS d"
        " JOIN batch_rank AS r ON r.batch_id = d.batch_id AND NOT r.is_book) AS every_term"
        " WHERE terms IS NOT NULL ORDER BY terms"
    ).fetchall()
    parsed = {text: rule for (text,) in written if (rule := parse_terms(text))}
    days = TermsCalendar(policy.commercial_month, policy.next_business_day)
    _register(cursor, "t_terms", _terms_table(parsed, days))
    default = parse_terms(policy.default_terms) or Terms("NET", 30)
    _register(cursor, "t_default_terms", _terms_table({policy.default_terms: default}, days))


def _terms_table(rules: dict[str, Terms], days: TermsCalendar) -> pa.Table:
    return pa.table(
        {
            "terms": pa.array(list(rules), pa.string()),
            "kind": pa.array([rule.kind for rule in rules.values()], pa.string()),
            "days": pa.array([rule.days for rule in rules.values()], pa.int32()),
            "day": pa.array([rule.day for rule in rules.values()], pa.int32()),
            "months": pa.array([months_of(rule, days) for rule in rules.values()], pa.int32()),
        }
    )


def _snapshots(cursor: duckdb.DuckDBPyConnection, policy: Policy, *, with_touched: bool) -> None:
    """Fill the snapshots: touched customers at every month end, the others at new month ends."""
    bounds = {f"bound_{i}": bound for i, bound in enumerate(padded(policy.buckets), 1)}
    script = queries.statements("build_snapshots")
    for statement in script[:-1]:
        cursor.execute(statement)
    everyone = (
        "CREATE OR REPLACE TEMP VIEW t_snapshot_source AS SELECT * FROM document_balances AS b"
        " WHERE b.customer_key NOT IN (SELECT customer_key FROM touched)"
    )
    passes = [(everyone, "t_new_months")]
    if with_touched:
        passes.append(
            (
                "CREATE OR REPLACE TEMP VIEW t_snapshot_source AS SELECT * FROM t_balances",
                "t_calendar",
            )
        )
    for source, months in passes:
        cursor.execute(source)
        cursor.execute("CREATE OR REPLACE TEMP VIEW t_snapshot_months AS SELECT * FROM " + months)
        cursor.execute(script[-1], bounds)
    queries.run(cursor, "build_company_snapshots")
    cursor.execute("DELETE FROM snapshot_months")
    cursor.execute("INSERT INTO snapshot_months SELECT month_end FROM t_calendar")
    cursor.execute("DROP VIEW t_snapshot_source")
    cursor.execute("DROP VIEW t_snapshot_months")


def padded(bounds: Sequence[int]) -> list[int | None]:
    """Return the bounds followed by NULLs: a comparison with NULL never counts."""
    return [*bounds, *[None] * (MAX_BUCKETS - len(bounds))]


def _coded(codes: Iterable[tuple[str, str]]) -> pa.Table:
    """Return customers named by company and code, with the integers that stand for them."""
    pairs = list(codes)
    return pa.table(
        {
            "customer_key": pa.array([journal.customer_key(*pair) for pair in pairs], pa.uint64()),
            "company_id": pa.array([company for company, _ in pairs], pa.string()),
            "customer_id": pa.array([code for _, code in pairs], pa.string()),
        }
    )


def _register_ids(cursor: duckdb.DuckDBPyConnection, name: str, ids: Iterable[str]) -> None:
    _register(cursor, name, pa.table({"batch_id": pa.array(list(ids), pa.string())}))


def _register(cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    cursor.register("incoming", table)
    cursor.execute("CREATE OR REPLACE TEMP TABLE " + name + " AS SELECT * FROM incoming")
    cursor.unregister("incoming")


def _clean(cursor: duckdb.DuckDBPyConnection) -> None:
    for name in _SCRATCH_VIEWS:
        cursor.execute("DROP VIEW IF EXISTS " + name)
    for name in _SCRATCH:
        cursor.execute("DROP TABLE IF EXISTS " + name)
