"""Rebuild the book and its derived tables for the customers that a change touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arlib.model.terms import Terms, TermsCalendar, months_of, parse_terms
from arlib.store import clearances, journal, matching, pairing, queries, snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from arlib.model.policy import Policy
    from arlib.store.layers import Batch
    from arlib.store.matching import Matcher
    from arlib.store.pairing import Year

_DERIVED: Final = ("build_balances", "build_settled", "build_deltas")
# Levels of ledgers whose lines may lack lettering.
_MATCHED_LEVELS: Final = frozenset({"D", "E"})


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
    batches, states = journal.refresh(cursor)
    live = [batch for batch in batches if states[batch.batch_id] == "live"]
    years = pairing.read_years(cursor, live)
    queries.run(cursor, "build_rank", ordered=_ordered(live))
    queries.run(cursor, "companies")
    present = {row[0] for row in queries.run(cursor, "build_present").fetchall()}
    queries.run(cursor, "build_sources_linked" if "links" in present else "build_sources")
    _touch(cursor, list(changed), batches, pairing.record(cursor, years), list(codes))
    for customer in customers:
        queries.run(cursor, "build_touched_customer", customer=customer)
    if "shared" in present:
        _close_over_links(cursor)
    is_everyone = _clear(cursor, present)
    _build(
        cursor,
        _Reach(live, years, present, is_everyone, is_known_then),
        policy,
        matcher,
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a rebuild has to do: the live files, their years, what is present, whom it concerns."""

    live: Sequence[Batch]
    years: Sequence[Year]
    present: set[str]
    is_everyone: bool
    is_known_then: bool

    @property
    def is_single(self) -> bool:
        """Return True when no company has two live files of its book: no row is held twice."""
        books = [b.company_id for b in self.live if b.is_book and b.scope != "reference"]
        return len(books) == len(set(books))

    @property
    def is_extracted(self) -> bool:
        """Return True when some live file is a list of open items."""
        return any(batch.scope == "open_items" for batch in self.live)

    @property
    def is_matched(self) -> bool:
        """Return True when some live ledger may leave lines without lettering."""
        return any(b.scope == "ledger" and b.level in _MATCHED_LEVELS for b in self.live)

    @property
    def has_others(self) -> bool:
        """Return True when some live file is no book of its own."""
        return any(not b.is_book or b.scope == "reference" for b in self.live)


def rebuild_everything(
    cursor: duckdb.DuckDBPyConnection, policy: Policy, matcher: Matcher | None = None
) -> None:
    """Rebuild all customers: the policy's terms, buckets or matching changed."""
    rebuild(cursor, [batch.batch_id for batch in journal.read_batches(cursor)], policy, matcher)
    if queries.run(cursor, "build_others").fetchall():
        snapshots.rebuild(cursor, policy)


def rebuild_snapshots(cursor: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Compute every month-end snapshot anew, with the buckets of the policy."""
    snapshots.rebuild(cursor, policy)


def rebuild_clearances(cursor: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Tell anew which invoices are cleared: the tolerance of the policy changed."""
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT customer_key, company_id, customer_id"
        " FROM customers"
    )
    queries.run(cursor, "build_views_all")
    queries.run(cursor, "build_known_dues")
    clearances.build(cursor, policy)


def _touch(
    cursor: duckdb.DuckDBPyConnection,
    changed: Sequence[str],
    batches: Sequence[Batch],
    years: Sequence[str],
    codes: Sequence[tuple[str, str]],
) -> None:
    """Say who is rebuilt: the customers of the changed batches and years, those named by codes."""
    queries.run(cursor, "build_touched", changed=changed)
    if codes:
        queries.run(
            cursor,
            "build_touched_codes",
            keys=[journal.customer_key(*code) for code in codes],
            companies=[company for company, _ in codes],
            codes=[code for _, code in codes],
        )
    if years:
        queries.run(cursor, "build_touched_years", changed=years)
    if any(b.scope == "open_items" and b.batch_id in changed for b in batches):
        queries.run(cursor, "build_touched_lists", changed=changed)


def _clear(cursor: duckdb.DuckDBPyConnection, present: set[str]) -> bool:
    """Take the touched customers out of the book; return True when nobody else is in it."""
    if "customers" not in present:
        return True
    is_everyone = not queries.run(cursor, "build_others").fetchall()
    queries.run(cursor, "build_clear_all" if is_everyone else "build_clear")
    return is_everyone


def _build(
    cursor: duckdb.DuckDBPyConnection, reach: _Reach, policy: Policy, matcher: Matcher | None
) -> None:
    queries.run(cursor, "build_customers")
    is_paired = pairing.pair(cursor, reach.years)
    if reach.is_single:
        queries.run(cursor, "build_layered_single")
    else:
        queries.run(cursor, "build_paired" if is_paired else "build_no_paired")
        queries.run(cursor, "build_layered_merged")
    _rule(cursor, reach, policy)
    queries.run(cursor, "build_documents", next_business_day=policy.next_business_day)
    queries.run(cursor, "build_views_all" if reach.is_everyone else "build_views_touched")
    queries.run(cursor, "build_extractions" if reach.is_extracted else "build_no_extractions")
    queries.run(cursor, "build_allocations", known_then=reach.is_known_then)
    if reach.is_extracted:
        queries.run(cursor, "build_inferred")
    if reach.is_matched:
        matching.build(cursor, policy, matcher)
    is_disputed = "disputes" in reach.present
    queries.run(cursor, "build_disputes" if is_disputed else "build_no_disputes")
    for step in _DERIVED:
        queries.run(cursor, step)
    clearances.build(cursor, policy)
    queries.run(cursor, "companies_dates")
    snapshots.build(cursor, policy, is_everyone=reach.is_everyone)


def _close_over_links(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add to the touched set whoever shares a payment with it, until nobody is left."""
    count = -1
    while (now := _count(cursor)) != count:
        count = now
        queries.run(cursor, "build_linked")


def _count(cursor: duckdb.DuckDBPyConnection) -> int:
    return int(cursor.execute("SELECT count(*) FROM touched").fetchall()[0][0])


def _ordered(live: Sequence[Batch]) -> list[str]:
    """Return the ids of the live batches, those that win over others later."""

    def place(batch: Batch) -> tuple[bool, str, str]:
        day = str(batch.extracted_on or batch.covers_to or "")
        return batch.scope == "reference", day, batch.sha256

    return [batch.batch_id for batch in sorted(live, key=place)]


def _rule(cursor: duckdb.DuckDBPyConnection, reach: _Reach, policy: Policy) -> None:
    """Give each document the rule of its due date, from every term written anywhere."""
    has_user_terms = "user_terms" in reach.present
    is_completed = reach.has_others and bool(queries.run(cursor, "build_completing").fetchall())
    if has_user_terms or is_completed:
        queries.run(cursor, "build_user_terms")
        written = queries.run(cursor, "build_written_terms_more").fetchall()
    else:
        written = queries.run(cursor, "build_written_terms").fetchall()
    _write_rules(cursor, [text for (text,) in written], policy)
    queries.run(cursor, "build_ruled" if has_user_terms or is_completed else "build_ruled_own")


def _write_rules(cursor: duckdb.DuckDBPyConnection, written: Sequence[str], policy: Policy) -> None:
    days = TermsCalendar(policy.commercial_month, policy.next_business_day)
    default = parse_terms(policy.default_terms) or Terms("NET", 30)
    parsed = {text: rule for text in written if (rule := parse_terms(text))}
    rules = [default, *parsed.values()]
    queries.run(
        cursor,
        "build_rules",
        terms=[None, *parsed],
        numbers=list(range(len(rules))),
        kinds=[rule.kind for rule in rules],
        days=[rule.days for rule in rules],
        day=[rule.day for rule in rules],
        months=[months_of(rule, days) for rule in rules],
    )
