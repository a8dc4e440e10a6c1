"""The façade: one book on disk, everything that can be asked of it or done to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from arlib import ingest
from arlib.ingest.values import parse_amount
from arlib.model.files import ImportResult
from arlib.model.issues import Issue, UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import BookInfo, CompanyInfo, Filters, Portfolio
from arlib.store import book, journal, layers, limits
from arlib.store.database import Database, open_database
from arlib.store.frames import StoreSource, read
from arlib.store.layers import Batch
from arlib.store.limits import LimitChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta
    from pathlib import Path

    import duckdb

    from arlib.model.files import FileInput, ImportOptions, ParsedFile

__all__ = ["Author", "LimitChange", "UndoResult", "Workspace", "parse_amount"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes the book, and when (the clock is read by whoever asks, never here)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What setting an import aside did. ``restored``: imports that are live again."""

    batch_id: str
    status: str
    restored: tuple[str, ...]


class Workspace:
    """One open book. Thread-safe: a cursor a call, one writer at a time."""

    def __init__(self, database: Database) -> None:
        """Keep the open database; see ``open``."""
        self._database = database

    @classmethod
    def open(cls, path: Path | None, *, wait: timedelta | None = None) -> Workspace:
        """Open or create the book (None: in memory).

        Raises:
            UserError: ``database_held``, ``database_damaged``, ``database_newer``.
        """
        return cls(open_database(path, wait=wait))

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    # -- asking -----------------------------------------------------------------------------------

    def info(self) -> BookInfo:
        """Return what the book holds, whatever the date."""
        with self._database.cursor() as cursor:
            companies = tuple(
                CompanyInfo(*row)
                for row in cursor.execute(
                    "SELECT company_id, name, currency, level, first_as_of, covers_from, last_date"
                    " FROM companies ORDER BY name, company_id"
                ).fetchall()
            )
            currencies = cursor.execute(
                "SELECT DISTINCT currency FROM documents ORDER BY currency"
            ).fetchall()
            first = cursor.execute("SELECT MIN(issued_on) FROM documents").fetchall()[0][0]
            batches = read(cursor, "batches", {})
            version = _data_version(cursor)
        booked = [item for item in companies if item.first_as_of is not None]
        last = max((item.last_date for item in booked if item.last_date), default=None)
        live = batches[batches["state"] == "live"]
        return BookInfo(
            companies=companies,
            currencies=tuple(row[0] for row in currencies),
            first_date=first,
            last_date=last,
            first_as_of=max(
                (item.first_as_of for item in booked if item.first_as_of), default=None
            ),
            default_as_of=last,
            data_version=version,
            last_import=dict(live.iloc[0]) if len(live) else None,
            count_batches=len(live),
        )

    def portfolio(self, as_of: date | None = None, filters: Filters | None = None) -> Portfolio:
        """Return the book at a date (default: the latest of its data).

        Raises:
            UserError: ``book_empty``, ``company_not_found``, ``as_of_too_early``.
        """
        filters = filters or Filters()
        info = self.info()
        chosen = [c for c in info.companies if filters.company_id in (None, c.company_id)]
        if filters.company_id is not None and not chosen:
            raise UserError("company_not_found", value=filters.company_id)
        day = as_of or info.default_as_of
        if day is None:
            raise UserError("book_empty")
        first = max((c.first_as_of for c in chosen if c.first_as_of), default=None)
        if first is None and not info.is_empty:
            first = info.first_as_of
        if first is not None and day < first:
            raise UserError("as_of_too_early", value=day.isoformat(), detail=first.isoformat())
        return Portfolio(day, filters, info, StoreSource(self._database, self.policy()))

    def policy(self) -> Policy:
        """Return the active policy: the last one set, else the built-in one."""
        with self._database.cursor() as cursor:
            return _active_policy(cursor)

    def known_mappings(self) -> Mapping[str, Mapping[str, str]]:
        """Return the answers of the mapping form by header signature."""
        with self._database.cursor() as cursor:
            rows = cursor.execute("SELECT signature, field, header FROM mappings").fetchall()
        known: dict[str, dict[str, str]] = {}
        for signature, field, header in rows:
            known.setdefault(signature, {})[field] = header
        return known

    def limit_history(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return limit decisions, latest first: the columns of ``set_limits`` plus ``origin``."""
        with self._database.cursor() as cursor:
            return limits.history(cursor, company_id, customer_id)

    def changes_since_last_import(self) -> dict[str, object]:
        """Return what the last book file changed against those of its company before it.

        Keys: ``company_id, currency, previous_at`` and, as (count, amount_minor),
        ``documents_new, cash_received, documents_gone`` (in an earlier file, absent from the last
        although inside its period), ``due_dates_moved`` (pushed later). Empty when it is the first.
        """
        with self._database.cursor() as cursor:
            row = read(cursor, "changes", {}).iloc[0]
        if pd.isna(row["previous_at"]):
            return {}
        found: dict[str, object] = {
            name: row[name] for name in ("company_id", "currency", "previous_at")
        }
        for name in ("documents_new", "cash_received", "documents_gone", "due_dates_moved"):
            amount = row[f"{name}_minor"]
            found[name] = (int(row[name]), None if pd.isna(amount) else int(amount))
        return found

    # -- importing --------------------------------------------------------------------------------

    def read(self, files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
        """Understand files without writing anything (the preview); remembered mappings are used."""
        known = {**self.known_mappings(), **options.known_mappings}
        tolerance = self.policy().fec_balance_tolerance
        parsed = ingest.read_files(
            files,
            replace(options, known_mappings=known, fec_balance_tolerance_minor=tolerance),
        )
        return [self._without_known_customers(item) for item in parsed]

    def _without_known_customers(self, item: ParsedFile) -> ParsedFile:
        """Drop the warnings about customers that the file does not describe but the book knows."""
        unknown = [issue for issue in item.issues if issue.code == "customer_unknown"]
        if not unknown:
            return item
        with self._database.cursor() as cursor:
            rows = cursor.execute(
                "SELECT customer_id FROM customers WHERE company_id = ?", [item.company_id]
            ).fetchall()
        known = {row[0] for row in rows}
        kept = [i for i in item.issues if i.code != "customer_unknown" or i.value not in known]
        return replace(item, issues=tuple(kept))

    def check(
        self, parsed: Sequence[ParsedFile], options: ImportOptions, at: datetime
    ) -> list[ImportResult]:
        """Say what ``load`` would do with each file. Nothing is written."""
        with self._database.cursor() as cursor:
            batches = journal.read_batches(cursor)
        results = []
        for item in parsed:
            result, candidate = _decide(item, options, batches, at)
            results.append(result)
            if candidate is not None and result.status == "imported":
                batches = [b for b in batches if b.batch_id != candidate.batch_id] + [candidate]
        return results

    def load(
        self, parsed: Sequence[ParsedFile], options: ImportOptions, by: Author
    ) -> list[ImportResult]:
        """Load files that were read, each in one transaction with its batch record."""
        return [self._load_one(item, options, by) for item in parsed]

    def undo(self, batch_id: str, by: Author) -> UndoResult:
        """Set an import aside; those it hid are live again.

        Raises:
            UserError: ``batch_not_found`` or ``batch_undone``.
        """
        with self._database.transaction() as cursor:
            batches = {batch.batch_id: batch for batch in journal.read_batches(cursor)}
            if batch_id not in batches:
                raise UserError("batch_not_found", value=batch_id)
            if batches[batch_id].is_undone:
                raise UserError("batch_undone", value=batch_id)
            before = layers.states(batches.values())
            journal.set_aside(cursor, batch_id, by.at, by.name)
            after = journal.refresh_states(cursor)
            book.rebuild(cursor, _moved(before, after), _active_policy(cursor))
            _bump(cursor)
        restored = [i for i, state in after.items() if state == "live" and before[i] != "live"]
        return UndoResult(batch_id, "undone", tuple(sorted(restored)))

    def _load_one(self, item: ParsedFile, options: ImportOptions, by: Author) -> ImportResult:
        with self._database.transaction() as cursor:
            batches = journal.read_batches(cursor)
            result, candidate = _decide(item, options, batches, by.at)
            if candidate is None or result.status != "imported":
                return result
            before = layers.states(batches)
            if candidate.batch_id in before:
                journal.take_back(cursor, candidate.batch_id, by.at, by.name)
            else:
                journal.write_batch(cursor, candidate, item, by.name)
            after = journal.refresh_states(cursor)
            book.rebuild(cursor, _moved(before, after), _active_policy(cursor))
            _bump(cursor)
        return result

    # -- deciding ---------------------------------------------------------------------------------

    def set_limits(self, changes: Sequence[LimitChange], by: Author) -> pd.DataFrame:
        """Record limits in one transaction; return one row a change.

        Columns: change_id, company_id, scope, scope_id, source, before_minor, after_minor,
        currency, valid_from, valid_to, by, at, reason, origin.

        Raises:
            UserError: ``limit_changed``, ``limit_amount_negative``, ``limit_dates``.
        """
        with self._database.transaction() as cursor:
            written = limits.record(cursor, changes, by.name, by.at)
            _bump(cursor)
        return self._changes(written)

    def undo_limit(self, change_id: str, by: Author) -> pd.DataFrame:
        """Undo one change by a further entry.

        Raises:
            UserError: ``change_not_found`` or ``change_undone``.
        """
        with self._database.transaction() as cursor:
            written = limits.undo(cursor, change_id, by.name, by.at)
            _bump(cursor)
        return self._changes([written])

    def set_policy(self, policy: Policy, by: Author) -> None:
        """Store a new version of the policy and rebuild what depends on it."""
        with self._database.transaction() as cursor:
            before = _active_policy(cursor)
            cursor.execute(
                "INSERT INTO policies VALUES (?, ?, ?, ?)",
                [policy.version, policy.to_toml(), by.at, by.name],
            )
            if policy.default_terms != before.default_terms:
                book.rebuild_everything(cursor, policy)
            elif policy.buckets != before.buckets:
                book.rebuild_snapshots(cursor, policy)
            _bump(cursor)

    def remember_mapping(self, signature: str, mapping: Mapping[str, str], by: Author) -> None:
        """Keep the answer of the mapping form for files with the same headers."""
        with self._database.transaction() as cursor:
            cursor.execute("DELETE FROM mappings WHERE signature = ?", [signature])
            for field, header in mapping.items():
                cursor.execute(
                    "INSERT INTO mappings VALUES (?, ?, ?, ?, ?)",
                    [signature, field, header, by.at, by.name],
                )

    def _changes(self, written: Sequence[str]) -> pd.DataFrame:
        history = self.limit_history()
        rows = history[history["change_id"].isin(list(written))]
        return rows.sort_values("sequence").reset_index(drop=True)


def _decide(
    item: ParsedFile, options: ImportOptions, batches: list[Batch], at: datetime
) -> tuple[ImportResult, Batch | None]:
    """Return what happens to a file, and its batch when it is to be loaded."""
    if item.refusal is not None:
        return ImportResult(item, "refused", None, (), item.refusal), None
    if item.doubt is not None and not options.accept_doubtful:
        return ImportResult(item, "refused", None, (), item.doubt), None
    candidate = _candidate(item, options, batches, at)
    known = {batch.batch_id: batch for batch in batches}
    before = layers.states(batches)
    if before.get(candidate.batch_id) == "live":
        return ImportResult(item, "unchanged", candidate.batch_id, ()), None
    met = layers.overlapping(candidate, batches)
    if met and options.replace not in {"replace", "complete"}:
        return ImportResult(item, "refused", None, (), _overlap_issue(met), needs_choice=True), None
    others = [batch for batch in batches if batch.batch_id != candidate.batch_id]
    if candidate.batch_id in known:
        candidate = replace(candidate, sequence=known[candidate.batch_id].sequence)
    after = layers.states([*others, candidate])
    hidden = sorted(i for i, s in before.items() if s == "live" and after[i] == "superseded")
    return ImportResult(item, "imported", candidate.batch_id, tuple(hidden)), candidate


def _candidate(
    item: ParsedFile, options: ImportOptions, batches: list[Batch], at: datetime
) -> Batch:
    mode = options.replace if item.scope != "reference" else "auto"
    candidate = Batch(
        batch_id="",
        sequence=journal.next_sequence(batches),
        sha256=item.sha256,
        format_id=item.format_id,
        scope=item.scope,
        level=item.level,
        company_id=item.company_id,
        covers_from=item.covers_from,
        covers_to=item.covers_to,
        extracted_on=item.extracted_on,
        terms=options.terms,
        replace_mode=mode,
        replaces=(),
        imported_at=at,
        is_undone=False,
    )
    if mode == "complete" and not layers.overlapping(candidate, batches):
        candidate = replace(candidate, replace_mode="auto")
    candidate = replace(
        candidate,
        batch_id=layers.batch_id(
            item.sha256, item.company_id, item.extracted_on, options.terms, candidate.replace_mode
        ),
    )
    return layers.with_replacement(candidate, batches) if mode == "replace" else candidate


def _overlap_issue(met: Sequence[Batch]) -> Issue:
    return Issue(
        "overlap_other_format",
        "refused",
        detail=", ".join(
            f"{batch.format_id} {batch.covers_from or ''}–{batch.covers_to or ''}" for batch in met
        ),
    )


def _moved(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the batches that became live or ceased to be."""
    return [i for i, s in after.items() if (s == "live") != (before.get(i) == "live")]


def _active_policy(cursor: duckdb.DuckDBPyConnection) -> Policy:
    rows = cursor.execute("SELECT content FROM policies ORDER BY set_at DESC LIMIT 1").fetchall()
    return Policy.from_toml(rows[0][0]) if rows else Policy()


def _data_version(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.execute("SELECT value FROM meta WHERE key = 'data_version'").fetchall()
    return int(rows[0][0])


def _bump(cursor: duckdb.DuckDBPyConnection) -> None:
    """Every write changes the data version: caches are keyed by it."""
    cursor.execute(
        "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS VARCHAR) WHERE key = 'data_version'"
    )
