"""The façade: one book on disk, everything that can be asked of it or done to it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from arlib import ingest
from arlib.ingest.dated_terms import read_terms_table
from arlib.ingest.matching import match
from arlib.ingest.pasted_limits import Known as KnownCode
from arlib.ingest.pasted_limits import read_pasted_limits
from arlib.ingest.pasted_plan import read_plan
from arlib.ingest.values import parse_amount
from arlib.model.files import ImportResult
from arlib.model.issues import Issue, UserError
from arlib.model.mapping import KnownMapping
from arlib.model.policy import Policy
from arlib.model.portfolio import MAX_LINES, BookInfo, CompanyInfo, Filters, Portfolio
from arlib.model.purge import Purged, PurgePreview, Target
from arlib.store import (
    answers,
    backup,
    book,
    checks,
    closings,
    dated_terms,
    depreciations,
    disputes,
    followup,
    forecasts,
    groups,
    journal,
    layers,
    limits,
    links,
    matching,
    overrides,
    purge,
)
from arlib.store.answers import Answer
from arlib.store.backup import Backup, Restored
from arlib.store.closings import Closing
from arlib.store.database import Database, open_database
from arlib.store.dated_terms import TermsChange, TermsResult
from arlib.store.depreciations import Depreciation
from arlib.store.disputes import DisputeClosing, DisputeEntry
from arlib.store.followup import ActionEntry, PlanEntry
from arlib.store.frames import StoreSource, read
from arlib.store.groups import GroupChange
from arlib.store.groups import confirmation as group_confirmation
from arlib.store.groups import refusal as group_refusal
from arlib.store.info import data_version, read_info
from arlib.store.known import KnownBooks
from arlib.store.layers import Batch
from arlib.store.limits import LimitChange
from arlib.store.limits import Standing as StandingLimit
from arlib.store.matching import MatchDecision
from arlib.store.overrides import OverrideChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta
    from pathlib import Path

    import duckdb
    import pandas as pd

    from arlib.model.checks import CheckReport
    from arlib.model.files import FileInput, ImportOptions, LimitConflict, ParsedFile
    from arlib.model.limits import PasteDefaults, PastedLimits

__all__ = [
    "ActionEntry",
    "Answer",
    "Author",
    "Backup",
    "Closing",
    "Depreciation",
    "DisputeClosing",
    "DisputeEntry",
    "GroupChange",
    "LimitChange",
    "MatchDecision",
    "OverrideChange",
    "PlanEntry",
    "PurgePreview",
    "Purged",
    "Restored",
    "StandingLimit",
    "TermsChange",
    "TermsResult",
    "UndoResult",
    "Workspace",
    "group_confirmation",
    "group_refusal",
    "parse_amount",
    "read_plan",
]


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes the book, and when (the clock is read by whoever asks, never here)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What setting an import aside (or taking it back) did.

    ``restored``: imports that are live again (taken back: those it hides again).
    """

    batch_id: str
    status: str
    restored: tuple[str, ...]


class Workspace:
    """One open book. Thread-safe: a cursor a call, one writer at a time."""

    def __init__(self, database: Database, path: Path | None = None) -> None:
        """Keep the open database and its file (None: in memory); see ``open``."""
        self._database = database
        self.path = path
        self._known = KnownBooks(database, match)
        self._info: BookInfo | None = None  # a page asks for it ten times

    @classmethod
    def open(cls, path: Path | None, *, wait: timedelta | None = None) -> Workspace:
        """Open or create the book (None: in memory).

        Raises:
            UserError: ``database_held``, ``database_damaged``, ``database_newer``,
                ``database_foreign``.
        """
        database = open_database(path, wait=wait, before_migration=backup.before_migration)
        workspace = cls(database, path)
        if path is not None:
            backup.forget_rewriting(path)
        workspace._rebuild_if_needed()
        return workspace

    def _rebuild_if_needed(self) -> None:
        """Build the book anew when a former version of the program wrote it."""
        mark = "FROM meta WHERE key = 'needs_rebuild'"
        with self._database.cursor() as cursor:
            if not cursor.execute("SELECT 1 " + mark).fetchall():
                return
        with self._database.transaction() as cursor:
            book.rebuild_everything(cursor, _active_policy(cursor), match)
            cursor.execute("DELETE " + mark)
            _bump(cursor)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    # -- asking -----------------------------------------------------------------------------------

    def info(self) -> BookInfo:
        """Return what the book holds, whatever the date; read once a state of the book."""
        with self._database.snapshot() as cursor:
            if self._info is None or self._info.data_version != data_version(cursor):
                self._info = read_info(cursor)
            return self._info

    def portfolio(
        self,
        as_of: date | None = None,
        filters: Filters | None = None,
        policy: Policy | None = None,
    ) -> Portfolio:
        """Return the book at a date (default: the latest of its data).

        ``policy`` replaces that of the book where a frame depends on it (``bill_safety_days``).

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
        _check_day(day, info, chosen)
        own = self.policy()
        safety = (policy or own).bill_safety_days
        if filters.knowledge == "restated":
            source = StoreSource(self._database, own, bill_safety_days=safety)
            return Portfolio(day, filters, info, source)
        source = StoreSource(self._database, own, self._known, day, safety)
        return Portfolio(day, filters, self._known_info(day, info, own), source)

    def _known_info(self, day: date, info: BookInfo, policy: Policy) -> BookInfo:
        """Return what the book held as known at a date; its default date stays today's."""
        with self._known.cursor(day, policy) as cursor:
            found = read_info(cursor)
        return replace(
            found,
            default_as_of=info.default_as_of,
            data_version=info.data_version,
            is_known_then=True,
            imported_later=self._known.imported_later(day, policy),
        )

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
        """Return limit decisions, latest first, undone ones and the entries that undid them included.

        Columns: ``change_id, company_id, scope, scope_id, source, before_minor, before_currency,
        after_minor, currency, valid_from, valid_to, by, at, reason, origin, undoes, sequence,
        change_set, cover_ratio, is_refused, is_undone``.
        """
        with self._database.cursor() as cursor:
            return limits.history(cursor, company_id, customer_id)

    def changes_since_last_import(self) -> dict[str, object]:
        """Return what the last book file changed against the one of its kind before it.

        Keys: ``company_id, currency, previous_at`` and, as (count, amount_minor),
        ``documents_new, cash_received, documents_gone`` (in the earlier file, absent from the last
        although inside its period), ``due_dates_moved`` (pushed later), ``customers_new``, in the
        currency where most moved. Empty when it is the first.
        """
        with self._database.cursor() as cursor:
            batches = journal.read_batches(cursor)
            pair = _last_pair(batches)
            if pair is None:
                return {}
            values = {"batch": pair[0].batch_id, "before": pair[1].batch_id}
            moved = read(cursor, "import_changes", {**values, "is_list": False, "most": MAX_LINES})
            currency = _main_currency(cursor, moved, pair[0].company_id)
        kept = moved.loc[moved["currency"].isna() | (moved["currency"] == currency)]
        found: dict[str, object] = {
            "company_id": pair[0].company_id,
            "currency": currency,
            "previous_at": pair[1].imported_at,
        }
        for name, change in _SUMMED.items():
            rows = kept.loc[kept["change"] == change]
            amount = rows["amount_minor"].dropna()
            found[name] = (int(rows["count"].sum()), int(amount.sum()) if len(amount) else None)
        return found

    # -- importing --------------------------------------------------------------------------------

    @staticmethod
    def unpack(files: Sequence[FileInput]) -> list[FileInput]:
        """Return the files with each archive replaced by its members, so that each has its answers."""
        return ingest.unpack(files)

    @staticmethod
    def check_own_template(file: FileInput) -> None:
        """Refuse a workbook of the user that cannot be filled safely. Raises UserError."""
        ingest.check_own_template(file)

    @staticmethod
    def warm_up() -> None:
        """Start the process that reads files, so that the first one does not wait for it."""
        ingest.warm_up()

    def read(self, files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
        """Understand files without writing anything (the preview); remembered mappings are used."""
        known = {**self.known_mappings(), **options.known_mappings}
        tolerance = self.policy().fec_balance_tolerance
        chosen = replace(options, known_mappings=known, fec_balance_tolerance_minor=tolerance)
        parsed = ingest.read_files(files, chosen)
        if options.company_id is None:
            parsed = self._with_company(files, parsed, chosen)
        return [self._without_known_customers(item) for item in parsed]

    def _with_company(
        self, files: Sequence[FileInput], parsed: list[ParsedFile], options: ImportOptions
    ) -> list[ParsedFile]:
        """Give lists of customers or limits that name no company that of the files beside them.

        Else the company of the book, when it has one alone; they are read again with it.
        """
        orphans = [place for place, item in enumerate(parsed) if _names_no_company(item)]
        if not orphans:
            return parsed
        beside = {
            item.company_id
            for place, item in enumerate(parsed)
            if place not in orphans and item.refusal is None
        }
        companies = beside or {item.company_id for item in self.info().companies}
        if len(companies) != 1:
            return parsed
        options = replace(options, company_id=companies.pop())
        by_name = {file.name: file for file in ingest.unpack(files)}
        for place in orphans:
            file = by_name[parsed[place].file_name]
            parsed[place] = ingest.read_files([file], options)[0]
        return parsed

    def _without_known_customers(self, item: ParsedFile) -> ParsedFile:
        """Drop the warnings about customers that the file does not describe but the book knows."""
        unknown = [issue for issue in item.issues if issue.code == "customer_unknown"]
        if not unknown:
            return item
        with self._database.cursor() as cursor:
            rows = cursor.execute(
                "SELECT customer_id FROM customers WHERE company_id = $company UNION ALL"
                " SELECT customer_id FROM customer_mains WHERE company_id = $company",
                {"company": item.company_id},
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
            with self._database.cursor() as cursor:
                result = _with_limits(cursor, result, options)
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
            book.rebuild(cursor, _moved(before, after), _active_policy(cursor), match)
            _bump(cursor)
        restored = [i for i, state in after.items() if state == "live" and before[i] != "live"]
        return UndoResult(batch_id, "undone", tuple(sorted(restored)))

    def _load_one(self, item: ParsedFile, options: ImportOptions, by: Author) -> ImportResult:
        with self._database.transaction() as cursor:
            batches = journal.read_batches(cursor)
            result, candidate = _decide(item, options, batches, by.at)
            result = _with_limits(cursor, result, options)
            if candidate is None or result.status != "imported":
                return result
            before = layers.states(batches)
            if candidate.batch_id in before:
                journal.take_back(cursor, candidate.batch_id, by.at, by.name)
            else:
                journal.write_batch(cursor, candidate, result.parsed, by.name)
            settle = limits.take_from_file if options.limits == "take" else limits.keep_by_hand
            settle(cursor, result.limits, by.name, by.at)
            after = journal.refresh_states(cursor)
            book.rebuild(cursor, _moved(before, after), _active_policy(cursor), match)
            _bump(cursor)
        return result

    # -- deciding ---------------------------------------------------------------------------------

    def set_limits(
        self, changes: Sequence[LimitChange], by: Author, change_set: str | None = None
    ) -> pd.DataFrame:
        """Record limits in one transaction, all or none; return one row a change.

        Several limits are one change together: they carry one ``change_set``, by which they can be
        undone. Columns: those of ``limit_history``.

        Raises:
            UserError: ``limit_changed`` (somebody changed one meanwhile), ``limit_amount_negative``,
                ``limit_dates``, ``limit_refused_amount``, ``limit_refused_source``,
                ``limit_cover_ratio``.
        """
        with self._database.transaction() as cursor:
            written = limits.record(cursor, changes, by.name, by.at, change_set)
            _bump(cursor)
        return self._changes(written)

    def undo_limit(self, change_id: str, by: Author) -> pd.DataFrame:
        """Undo one change, or all those of a change made together, by further entries.

        ``change_id``: that of a change, of the ``change_set``, or of an undo (which gives back what
        it undid). One row an entry.

        Raises:
            UserError: ``change_not_found``, ``change_undone`` or ``limit_set_undone``.
        """
        with self._database.transaction() as cursor:
            written = limits.undo(cursor, change_id, by.name, by.at)
            _bump(cursor)
        return self._changes(written)

    def read_pasted_limits(self, text: str, defaults: PasteDefaults | None = None) -> PastedLimits:
        """Return the limits a pasted text asks for, and the lines refused; nothing is written."""
        with self._database.cursor() as cursor:
            codes = cursor.execute(
                "SELECT company_id, customer_id, customer_id, name FROM customers UNION ALL"
                " SELECT m.company_id, m.customer_id, m.main_customer_id, '' FROM customer_mains AS m"
                " WHERE m.customer_id <> m.main_customer_id ORDER BY 1, 2, 3, 4"
            ).fetchall()
        return read_pasted_limits(text, [KnownCode(*row) for row in codes], defaults)

    def standing_limits(self, changes: Sequence[LimitChange]) -> list[StandingLimit]:
        """Return what stands for the limit of each change: its amount, currency and last entry."""
        with self._database.cursor() as cursor:
            return limits.standing(cursor, changes)

    def decide_matches(self, decisions: Sequence[MatchDecision], by: Author) -> pd.DataFrame:
        """Accept or refuse proposals of the cash application; return one row a decision.

        Columns as ``match_history``. The customers concerned are rebuilt at once; decisions are
        kept by the natural keys of the documents and survive every import.

        Raises:
            UserError: ``match_not_found``.
        """
        with self._database.transaction() as cursor:
            written = matching.decide(cursor, decisions, by.name, by.at)
            self._rematch(cursor, written)
        return self._match_changes(written)

    def undo_match(self, change_id: str, by: Author) -> pd.DataFrame:
        """Undo one decision by a further entry; return that entry.

        Raises:
            UserError: ``match_change_not_found`` or ``match_change_undone``.
        """
        with self._database.transaction() as cursor:
            written = matching.undo(cursor, change_id, by.name, by.at)
            self._rematch(cursor, [written])
        return self._match_changes([written])

    def match_history(self) -> pd.DataFrame:
        """Return the decisions on proposals, latest first.

        Columns: ``change_id, decision (accepted, refused, undone), company_id, debit_document_id,
        credit_document_id, amount_minor, rule, undoes, is_undone, recorded_at, recorded_by``.
        """
        with self._database.cursor() as cursor:
            return read(cursor, "match_history", {})

    def _rematch(self, cursor: duckdb.DuckDBPyConnection, changes: Sequence[str]) -> None:
        customers = matching.customers_of(cursor, changes)
        book.rebuild(cursor, [], _active_policy(cursor), match, customers)
        _bump(cursor)

    def _match_changes(self, written: Sequence[str]) -> pd.DataFrame:
        history = self.match_history()
        return history[history["change_id"].isin(list(written))].reset_index(drop=True)

    def link(
        self,
        company_id: str,
        customer_id: str,
        main_customer_id: str,
        reason: str | None,
        by: Author,
    ) -> str:
        """Declare that a code is another customer's; return the id of the change.

        Documents, allocations and limits of the code count under the main one; ids of documents do
        not change. A code linked before is linked anew.

        Raises:
            UserError: ``customer_not_found``, ``link_self``, ``link_cycle``.
        """
        with self._database.transaction() as cursor:
            code = (company_id, customer_id)
            written = links.record(cursor, code, main_customer_id, reason, by.name, by.at)
            self._relink(cursor)
        return written

    def unlink(self, change_id: str, by: Author) -> str:
        """End a link: its code stands alone again; return the id of the further entry.

        Raises:
            UserError: ``link_not_found``, ``link_undone``.
        """
        with self._database.transaction() as cursor:
            written = links.undo(cursor, change_id, by.name, by.at)
            self._relink(cursor)
        return written

    def links(self, company_id: str | None = None) -> pd.DataFrame:
        """Return the links ever declared, latest first.

        Columns: ``change_id, company_id, customer_id, name, main_customer_id, main_name, reason,
        at, by, is_in_force``.
        """
        with self._database.cursor() as cursor:
            return links.history(cursor, company_id)

    def link_suggestions(self, company_id: str | None = None) -> pd.DataFrame:
        """Return codes that look like one customer, the one used last as the main one.

        Columns: ``company_id, customer_id, name, main_customer_id, main_name, why`` (siren,
        vat_number, name, succession), ``last_on`` of the code, ``first_on`` of the main one.
        """
        with self._database.cursor() as cursor:
            return links.suggestions(cursor, company_id)

    def _relink(self, cursor: duckdb.DuckDBPyConnection) -> None:
        codes = links.refresh(cursor)
        book.rebuild(cursor, [], _active_policy(cursor), match, codes=codes)
        _bump(cursor)

    def set_terms(self, changes: Sequence[TermsChange], by: Author) -> TermsResult:
        """Fix payment terms of customers from a date on; due dates the files do not give follow.

        Raises:
            UserError: ``terms_unreadable``, ``customer_not_found``; nothing is kept.
        """
        with self._database.transaction() as cursor:
            written = dated_terms.record(cursor, changes, by.name, by.at)
            moved = self._redate(cursor, written)
        return self._terms_result(written, *moved)

    def read_terms(self, file: FileInput, company_id: str | None = None) -> list[TermsChange]:
        """Return the changes that a csv table of terms asks for; nothing is written.

        Lines that name no company are those of ``company_id``, else of the book's only company.

        Raises:
            UserError: ``terms_file_unreadable``, ``columns_missing``, ``company_missing``.
        """
        lines = read_terms_table(file.content, file.name)
        companies = [item.company_id for item in self.info().companies]
        default = company_id or (companies[0] if len(companies) == 1 else None)
        if default is None and any(line.company_id is None for line in lines):
            raise UserError("company_missing")
        return [
            TermsChange(
                line.company_id or str(default),
                line.customer_id,
                line.terms,
                line.valid_from,
                line.reason,
            )
            for line in lines
        ]

    def undo_terms(self, change_id: str, by: Author) -> TermsResult:
        """Undo one entry of terms by a further one.

        Raises:
            UserError: ``terms_change_not_found`` or ``terms_change_undone``.
        """
        with self._database.transaction() as cursor:
            written = [dated_terms.undo(cursor, change_id, by.name, by.at)]
            moved = self._redate(cursor, written)
        return self._terms_result(written, *moved)

    def terms_history(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return the terms fixed by hand, latest first.

        Columns: ``change_id, company_id, customer_id, terms`` (NA: those of the files again),
        ``terms_before, valid_from`` (NaT: all dates), ``reason, by, at, undoes, is_undone, sequence``.
        """
        with self._database.cursor() as cursor:
            return dated_terms.history(cursor, company_id, customer_id)

    def _redate(
        self, cursor: duckdb.DuckDBPyConnection, written: Sequence[str]
    ) -> tuple[int, dict[str, int]]:
        """Rebuild the customers of some entries; return how many due dates changed, and their sum."""
        codes = dated_terms.codes_of(cursor, written)
        dated_terms.remember_due_dates(cursor, codes)
        book.rebuild(cursor, [], _active_policy(cursor), match, codes=codes)
        _bump(cursor)
        return dated_terms.changed_due_dates(cursor)

    def _terms_result(
        self, written: Sequence[str], count: int, amounts: Mapping[str, int]
    ) -> TermsResult:
        history = self.terms_history()
        rows = history[history["change_id"].isin(list(written))]
        return TermsResult(rows.sort_values("sequence").reset_index(drop=True), count, amounts)

    # -- following up -----------------------------------------------------------------------------

    def add_action(self, entry: ActionEntry, by: Author) -> str:
        """Keep a note, a call, a cause, a promise, a reminder or a review; return the entry's id.

        Raises:
            UserError: those of ``store.followup.record``; nothing is kept.
        """
        with self._database.transaction() as cursor:
            written = followup.record(cursor, entry, by.name, by.at)
            _bump(cursor)
        return written

    def add_plan(self, plan: PlanEntry, by: Author) -> str:
        """Keep a payment plan, each amount of which is a promise; return the plan's id.

        Raises:
            UserError: ``plan_too_short``, ``plan_too_long``, ``plan_dates``, those of a promise.
        """
        with self._database.transaction() as cursor:
            identity, _written = followup.record_plan(cursor, plan, by.name, by.at)
            _bump(cursor)
        return identity

    def undo_action(self, change_id: str, by: Author) -> str:
        """Undo one entry, or a whole plan, by further ones; return the id of the last of them.

        Raises:
            UserError: ``action_not_found``, ``action_undone``.
        """
        with self._database.transaction() as cursor:
            written = followup.undo(cursor, change_id, by.name, by.at)
            _bump(cursor)
        return written[-1]

    def action_history(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return the entries made by hand, latest first, undone ones included.

        Columns: ``change_id, company_id, customer_id, kind, document_ids, amount_minor, currency,
        due_on, taken_on, cause, text, by, at, undoes, is_undone, sequence, outcome, level, channel,
        plan_id``.
        """
        with self._database.cursor() as cursor:
            return followup.history(cursor, company_id, customer_id)

    def open_disputes(self, entries: Sequence[DisputeEntry], by: Author) -> list[str]:
        """Open disputes on invoices, in one transaction; return their ids, in order.

        The balances see each from the day it was opened; the customers are rebuilt at once.

        Raises:
            UserError: those of ``store.disputes.open_dispute``; nothing is kept.
        """
        with self._database.transaction() as cursor:
            written: list[str] = []
            pending: set[str] = set()
            for entry in entries:
                if entry.document_id in pending:  # the second one sees what the first left
                    self._redispute(cursor, written)
                    pending.clear()
                written.append(disputes.open_dispute(cursor, entry, by.name, by.at))
                pending.add(entry.document_id)
            self._redispute(cursor, written)
        return written

    def close_disputes(self, closings: Sequence[DisputeClosing], by: Author) -> list[str]:
        """Close disputes, of the user or of files; return the ids of the entries, in order.

        Raises:
            UserError: those of ``store.disputes.close_dispute``; nothing is kept.
        """
        with self._database.transaction() as cursor:
            written = [disputes.close_dispute(cursor, item, by.name, by.at) for item in closings]
            self._redispute(cursor, written)
        return written

    def undo_dispute(self, change_id: str, by: Author) -> str:
        """Undo one entry about a dispute by a further one; return the id of the latter.

        Raises:
            UserError: ``dispute_entry_not_found``, ``dispute_entry_undone``.
        """
        with self._database.transaction() as cursor:
            written = disputes.undo(cursor, change_id, by.name, by.at)
            self._redispute(cursor, [written])
        return written

    def dispute_history(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return the entries made by hand about disputes, latest first, undone ones included.

        Columns: ``change_id, dispute_id, event`` (opened, closed), ``company_id, customer_id,
        document_id, happened_on, amount_minor`` (NA: all that is open), ``currency, code, owner,
        target_on, outcome, text, by, at, undoes, is_undone, sequence``.
        """
        with self._database.cursor() as cursor:
            return disputes.history(cursor, company_id, customer_id)

    def _redispute(self, cursor: duckdb.DuckDBPyConnection, written: Sequence[str]) -> None:
        codes = disputes.codes_of(cursor, written)
        book.rebuild(cursor, [], _active_policy(cursor), match, codes=codes)
        _bump(cursor)

    def override_segment(self, change: OverrideChange, by: Author) -> str:
        """Fix a customer's segment, or give it back to the computation; return the decision's id.

        Raises:
            UserError: ``customer_not_found``, ``override_segment_unknown``,
                ``override_reason_missing``, ``override_dates``.
        """
        with self._database.transaction() as cursor:
            written = overrides.record(cursor, change, by.name, by.at)
            _bump(cursor)
        return written

    def override_history(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return the segments fixed by hand, latest first.

        Columns: ``change_id, company_id, customer_id, segment`` (NA: the computed one counts again),
        ``valid_from, expires_on, reason, by, at, sequence``.
        """
        with self._database.cursor() as cursor:
            return overrides.history(cursor, company_id, customer_id)

    def keep_forecast(
        self, weeks: pd.DataFrame, as_of: date, versions: tuple[str, str], by: Author
    ) -> str:
        """Keep a cash forecast of the whole book, to be judged later; return its id.

        ``weeks``: ``currency, week, week_end_on, expected_minor, p10_minor, p50_minor, p90_minor,
        followed_minor``. ``versions``: of the policy and of the program. Changes no figure.
        """
        with self._database.transaction() as cursor:
            written = forecasts.keep(cursor, weeks, as_of, versions, by.name, by.at)
            _bump(cursor)
        return written

    def keep_closing(
        self, figures: pd.DataFrame, as_of: date, versions: tuple[str, str], by: Author
    ) -> str:
        """Keep the figures of a date as they are known now, with the files behind them; return its id.

        ``figures``: ``company_id, currency, measure, bucket, amount_minor, number, reason``.
        ``versions``: of the policy and of the program. Changes no figure.

        Raises:
            UserError: ``closing_empty``.
        """
        with self._database.transaction() as cursor:
            written = closings.keep(cursor, figures, as_of, versions, by.name, by.at)
            _bump(cursor)
        return written

    def closings(self) -> pd.DataFrame:
        """Return the closings kept, the latest kept first.

        Columns: ``closing_id, as_of, policy_version, program_version, kept_at, kept_by, count_companies,
        count_files``.
        """
        with self._database.cursor() as cursor:
            return closings.listed(cursor)

    def closing(self, closing_id: str) -> Closing:
        """Return what a closing kept, the files behind it, and what was done to the book since.

        Raises:
            UserError: ``closing_not_found``.
        """
        with self._database.cursor() as cursor:
            return closings.read_closing(cursor, closing_id)

    def decide_depreciations(self, decisions: Sequence[Depreciation], by: Author) -> list[str]:
        """Accept or refuse claims to depreciate, or fix account 491 at a closing; return the ids.

        Raises:
            UserError: ``depreciation_kind``, ``depreciation_reason_missing``, ``depreciation_reason_long``,
                ``depreciation_ratio``, ``depreciation_amount``, ``depreciation_claim_missing``; nothing is kept.
        """
        with self._database.transaction() as cursor:
            written = depreciations.record(cursor, decisions, by.name, by.at)
            _bump(cursor)
        return written

    def undo_depreciation(self, change_id: str, by: Author) -> list[str]:
        """Undo one decision about depreciation by a further entry; return its id.

        Raises:
            UserError: ``depreciation_not_found`` or ``depreciation_undone``.
        """
        with self._database.transaction() as cursor:
            written = depreciations.undo(cursor, change_id, by.name, by.at)
            _bump(cursor)
        return written

    def depreciation_history(self, company_id: str | None = None) -> pd.DataFrame:
        """Return every decision about depreciation, latest first, undone ones included.

        Columns: ``change_id, kind, company_id, customer_id, document_id, currency, on_date, ratio,
        amount_minor, reason, undoes, is_undone, at, by, sequence``.
        """
        with self._database.cursor() as cursor:
            return depreciations.history(cursor, company_id)

    def set_groups(self, changes: Sequence[GroupChange], by: Author) -> pd.DataFrame:
        """Put customers in groups, out of them, or refuse a proposal, in one transaction.

        One row an entry, columns of ``group_history``. They carry one ``change_set``, by which they
        can be undone; groups of the files come back when nothing by hand stands any more.

        Raises:
            UserError: ``customer_not_found``, ``group_name_missing``, ``group_name_long``,
                ``group_origin_unknown``; nothing is kept.
        """
        with self._database.transaction() as cursor:
            written = groups.record(cursor, changes, by.name, by.at)
            _bump(cursor)
        return self._group_changes(written)

    def rename_group(self, company_id: str, before: str, after: str, by: Author) -> pd.DataFrame:
        """Give a group another name, its limits with it unless the new name has its own.

        A name that another group has makes one group of both.

        Raises:
            UserError: ``group_not_found``, ``group_name_missing``, ``group_name_long``.
        """
        with self._database.transaction() as cursor:
            codes = groups.members(cursor, company_id, before)
            changes = [GroupChange(company_id, code, after) for code in codes]
            written = groups.record(cursor, changes, by.name, by.at)
            limits.record(cursor, _group_limits(cursor, company_id, before, after), by.name, by.at)
            _bump(cursor)
        return self._group_changes(written)

    def undo_group(self, change_id: str, by: Author) -> pd.DataFrame:
        """Undo one entry about groups, or all those recorded with it (name of the ``change_set``).

        Raises:
            UserError: ``group_change_not_found`` or ``group_change_undone``.
        """
        with self._database.transaction() as cursor:
            written = groups.undo(cursor, change_id, by.name, by.at)
            _bump(cursor)
        return self._group_changes(written)

    def group_history(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return the entries about groups, latest first, undone ones included.

        Columns: ``change_id, change_set, company_id, customer_id, name, group_id`` (NA: in none),
        ``before_group_id, origin`` (siren, vat_number, name, core, spelling, manual, refused, undo),
        ``side, reason, undoes, is_undone, at, by, sequence``.
        """
        with self._database.cursor() as cursor:
            return groups.history(cursor, company_id, customer_id)

    def _group_changes(self, written: Sequence[str]) -> pd.DataFrame:
        history = self.group_history()
        rows = history[history["change_id"].isin(list(written))]
        return rows.sort_values("sequence").reset_index(drop=True)

    def answer(self, given: Answer, by: Author) -> str:
        """Keep an answer to the check list; return its id.

        Raises:
            UserError: ``answer_question_unknown``, ``answer_unknown`` or ``answer_comment_long``.
        """
        with self._database.transaction() as cursor:
            written = answers.record(cursor, given, by.name, by.at)
            _bump(cursor)
        return written

    def undo_answer(self, change_id: str, by: Author) -> str:
        """Undo an answer by a further entry, the one before counts again; return the entry's id.

        Raises:
            UserError: ``answer_not_found`` or ``answer_undone``.
        """
        with self._database.transaction() as cursor:
            written = answers.undo(cursor, change_id, by.name, by.at)
            _bump(cursor)
        return written

    def answer_history(self, question_id: str | None = None) -> pd.DataFrame:
        """Return the answers to the check list, latest first, undone ones included.

        Columns: ``change_id, question_id, answer, comment, undoes, is_undone, at, by, sequence``.
        """
        with self._database.cursor() as cursor:
            return answers.history(cursor, question_id)

    def policy_history(self) -> pd.DataFrame:
        """Return the policies stored, latest first: ``version, text`` (TOML)``, set_at, set_by``."""
        with self._database.cursor() as cursor:
            return cursor.execute(
                "SELECT version, content AS text, set_at, set_by FROM policies"
                " ORDER BY set_at DESC, version"
            ).df()

    def histories(self, company_id: str | None = None) -> dict[str, pd.DataFrame]:
        """Return all that was entered by hand or imported, a history a name, undone entries included.

        ``limits, policies, overrides, groups, links, terms, actions, disputes, depreciations, answers,
        matches, purges``: as the histories of each. ``imports``: ``batch_id, event`` (imported, undone,
        taken_back), ``at, by, company_id, file_name``. ``refused``: one row a refused line: ``batch_id,
        at, by, company_id, file_name, state, code, sheet, row_number, column, value, amount_minor,
        currency, detail``. ``names``: ``company_id, customer_id, name``.
        """
        found = {
            "limits": self.limit_history(company_id),
            "policies": self.policy_history(),
            "overrides": self.override_history(company_id),
            "groups": self.group_history(company_id),
            "terms": self.terms_history(company_id),
            "actions": self.action_history(company_id),
            "disputes": self.dispute_history(company_id),
            "depreciations": self.depreciation_history(company_id),
            "answers": self.answer_history(),
            "matches": self.match_history(),
            "purges": self.purge_history(company_id),
        }
        asked = {"company": company_id}
        with self._database.cursor() as cursor:
            found["links"] = read(cursor, "link_history", asked)
            found["imports"] = read(cursor, "import_events", asked)
            found["refused"] = read(cursor, "refused_lines", asked)
            names = "SELECT company_id, customer_id, name FROM customers ORDER BY 1, 2"
            found["names"] = cursor.execute(names).df()
        if company_id is not None:
            matches = found["matches"]
            found["matches"] = matches[matches["company_id"] == company_id]
        return found

    def set_policy(self, policy: Policy, by: Author, *, expected: str | None = None) -> None:
        """Store a new version of the policy and rebuild what depends on it.

        ``expected``: the version that the change was made on.

        Raises:
            UserError: ``policy_changed``, somebody stored another one since.
        """
        with self._database.transaction() as cursor:
            before = _active_policy(cursor)
            if expected not in (None, before.version):
                raise UserError("policy_changed", value=before.version)
            cursor.execute(
                "INSERT INTO policies VALUES (?, ?, ?, ?)",
                [policy.version, policy.to_toml(), by.at, by.name],
            )
            if _is_rebuilt(before, policy):
                book.rebuild_everything(cursor, policy, match)
            elif policy.buckets != before.buckets:
                book.rebuild_snapshots(cursor, policy)
            if _clears_otherwise(before, policy):
                book.rebuild_clearances(cursor, policy)
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

    def mappings(self) -> list[KnownMapping]:
        """Return the answers of the mapping form that are remembered, the latest first."""
        with self._database.cursor() as cursor:
            rows = cursor.execute(
                "SELECT signature, field, header, set_at, set_by FROM mappings"
                " ORDER BY set_at DESC, signature, field"
            ).fetchall()
        found: dict[str, KnownMapping] = {}
        for signature, field, header, at, who in rows:
            known = found.setdefault(signature, KnownMapping(signature, {}, at, who))
            found[signature] = replace(known, fields={**known.fields, field: header})
        return list(found.values())

    def forget_mapping(self, signature: str) -> None:
        """Forget the answer of the mapping form for a set of headers.

        Raises:
            UserError: ``mapping_not_found``.
        """
        with self._database.transaction() as cursor:
            gone = cursor.execute(
                "DELETE FROM mappings WHERE signature = ? RETURNING field", [signature]
            ).fetchall()
        if not gone:
            raise UserError("mapping_not_found", value=signature)

    def _changes(self, written: Sequence[str]) -> pd.DataFrame:
        history = self.limit_history()
        rows = history[history["change_id"].isin(list(written))]
        return rows.sort_values("sequence").reset_index(drop=True)

    # -- safety -----------------------------------------------------------------------------------

    def take_back(self, batch_id: str, by: Author) -> UndoResult:
        """Make an import that was set aside count again, as if its file were imported now.

        Raises:
            UserError: ``batch_not_found``, ``batch_not_undone``, ``overlap_other_format`` when a
                live file of another kind covers its period by now.
        """
        with self._database.transaction() as cursor:
            batches = {batch.batch_id: batch for batch in journal.read_batches(cursor)}
            if batch_id not in batches:
                raise UserError("batch_not_found", value=batch_id)
            if not batches[batch_id].is_undone:
                raise UserError("batch_not_undone", value=batch_id)
            before = layers.states(batches.values())
            met = _in_the_way(batches[batch_id], list(batches.values()))
            if met:
                issue = _overlap_issue(met)
                raise UserError(issue.code, detail=issue.detail)
            journal.take_back(cursor, batch_id, by.at, by.name)
            after = journal.refresh_states(cursor)
            book.rebuild(cursor, _moved(before, after), _active_policy(cursor), match)
            _bump(cursor)
        hidden = [i for i, state in after.items() if state != "live" and before[i] == "live"]
        return UndoResult(batch_id, "taken_back", tuple(sorted(hidden)))

    def predecessors(self) -> dict[str, str]:
        """Return the import of the same kind and company before each, in the time of its data."""
        with self._database.cursor() as cursor:
            return layers.predecessors(journal.read_batches(cursor))

    def hidden_by(self) -> dict[str, tuple[str, ...]]:
        """Return the imports that hide each hidden one, by batch id."""
        with self._database.cursor() as cursor:
            batches = journal.read_batches(cursor)
        standing = [batch for batch in batches if not batch.is_undone]
        found = {
            older.batch_id: tuple(n.batch_id for n in standing if layers.hides(n, older))
            for older in standing
        }
        return {identity: newer for identity, newer in found.items() if newer}

    def backup(self, out: Path, by: Author) -> Backup:
        """Write a copy of the book, made by the database, reopened and compared.

        Raises:
            UserError: ``backup_onto_book``, ``backup_exists``, ``backup_differs``,
                ``out_not_writable``.
        """
        return backup.make(self._database, self.path, out, by=by.name, at=by.at)

    @staticmethod
    def restore(path: Path, source: Path, by: Author) -> Restored:
        """Put a backup in the place of the book at ``path``, closed; that book is kept aside.

        Raises:
            UserError: ``file_not_found``, ``backup_unknown``, ``backup_damaged``,
                ``backup_onto_book``, ``database_newer``, ``database_held``, ``out_not_writable``.
        """
        return backup.restore(path, source, by=by.name, at=by.at)

    def purge_preview(self, company_id: str, customer_id: str | None = None) -> PurgePreview:
        """Return what erasing a customer, or a whole company, would take. Nothing is erased.

        Raises:
            UserError: ``company_not_found``, ``customer_not_found``, ``purge_linked``,
                ``purge_anonymous``.
        """
        with self._database.trial() as cursor:
            return purge.preview(cursor, Target(company_id, customer_id))

    def purge_customer(
        self,
        company_id: str,
        customer_id: str,
        by: Author,
        reason: str,
        expected: int | None = None,
    ) -> Purged:
        """Erase a customer, his linked codes too, from every table and from the bytes of the file.

        The totals of the files are restated, so that the others tie as before; the log keeps who,
        when, why and how much, never of whom. ``expected``: ``data_version`` of the preview.

        Raises:
            UserError: those of ``purge_preview``; ``purge_reason_missing``, ``purge_reason_long``,
                ``purge_reason_names``, ``purge_changed``, ``book_busy``, ``out_not_writable``;
                nothing is erased.
        """
        return self._purge(
            Target(company_id, customer_id), purge.Order(by.name, by.at, reason, expected)
        )

    def purge_company(
        self, company_id: str, by: Author, reason: str, expected: int | None = None
    ) -> Purged:
        """Erase a company: its files, its customers and all that was decided of them.

        Raises:
            UserError: those of ``purge_customer``.
        """
        return self._purge(Target(company_id), purge.Order(by.name, by.at, reason, expected))

    def purge_history(self, company_id: str | None = None) -> pd.DataFrame:
        """Return the log of erasures, latest first.

        Columns: ``purge_id, scope, company_id`` (NA: of a whole company), ``reason, count_lines,
        count_documents, at, by, tables`` (name=rows, …), ``sequence``.
        """
        with self._database.cursor() as cursor:
            return purge.history(cursor, company_id)

    def backups_holding(self, company_id: str, customer_id: str | None = None) -> list[Path]:
        """Return the files beside the book (backups, books kept aside) that hold a customer or company."""
        if self.path is None:
            return []
        return backup.holding(self.path, company_id, customer_id)

    def _purge(self, target: Target, order: purge.Order) -> Purged:
        def work(cursor: duckdb.DuckDBPyConnection) -> Purged:
            done = purge.erase(cursor, target, order, _active_policy(cursor), match)
            _bump(cursor)
            return done

        if self.path is None:
            with self._database.transaction() as cursor:
                return work(cursor)
        return backup.rewritten(self._database, self.path, work)

    def verify(self) -> CheckReport:
        """Read the whole book and return everything that is not as it must be."""
        return checks.check(self._database, self.policy(), match)


# What is told of the last import -> the change it sums.
_SUMMED: Final = {
    "documents_new": "documents_new",
    "cash_received": "cash_received",
    "documents_gone": "documents_gone",
    "due_dates_moved": "due_later",
    "customers_new": "customer_new",
}


def _last_pair(batches: Sequence[Batch]) -> tuple[Batch, Batch] | None:
    """Return the last file of the book and the one of its kind before it, None when it is the first."""
    states, before = layers.states(batches), layers.predecessors(batches)
    known = {batch.batch_id: batch for batch in batches}
    live = [
        batch
        for batch in batches
        if states[batch.batch_id] == "live" and batch.is_book and batch.scope in layers.BOOK_SCOPES
    ]
    last = max(live, key=lambda batch: batch.sequence, default=None)
    if last is None or last.batch_id not in before:
        return None
    return last, known[before[last.batch_id]]


def _main_currency(cursor: duckdb.DuckDBPyConnection, moved: pd.DataFrame, company_id: str) -> str:
    """Return the currency in which most things moved, else the company's."""
    counted = moved.groupby("currency")["count"].sum().sort_values(ascending=False)
    if len(counted):
        return str(counted.index[0])
    rows = cursor.execute(
        "SELECT currency FROM companies WHERE company_id = ?", [company_id]
    ).fetchall()
    return str(rows[0][0])


def _in_the_way(batch: Batch, batches: list[Batch]) -> list[Batch]:
    """Return the live files of another kind over the same period that a batch does not replace."""
    if not batch.is_book:
        return []
    met = layers.overlapping(batch, batches)
    return [other for other in met if other.batch_id not in batch.replaces]


def _names_no_company(item: ParsedFile) -> bool:
    """Tell a list of customers or limits that does not say whose customers they are."""
    codes = {issue.code for issue in item.issues}
    return item.scope == "reference" and item.refusal is None and "company_assumed" in codes


def _check_day(day: date, info: BookInfo, chosen: Sequence[CompanyInfo]) -> None:
    """Refuse a date that the data cannot answer. Raises UserError ``as_of_too_early``."""
    first = max((c.first_as_of for c in chosen if c.first_as_of), default=None)
    if first is None and not info.is_empty:
        first = info.first_as_of
    if first is not None and day < first:
        raise UserError("as_of_too_early", value=day.isoformat(), detail=first.isoformat())


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


def _with_limits(
    cursor: duckdb.DuckDBPyConnection, result: ImportResult, options: ImportOptions
) -> ImportResult:
    """Return the result with the limits that contradict those by hand: refused until it is said."""
    table = result.parsed.tables.get("limits")
    if result.status != "imported" or table is None:
        return result
    said = tuple(issue for issue in result.parsed.issues if issue.code != "limit_kept")
    result = replace(result, parsed=replace(result.parsed, issues=said))
    met = limits.contradictions(cursor, table)
    new = [item for item in met if not item.kept_by]
    if options.limits == "take":
        return replace(result, limits=tuple(met))
    result = replace(result, limits=tuple(new))
    if not new or options.limits == "keep":
        notes = tuple(_kept_note(item) for item in new)
        return replace(result, parsed=replace(result.parsed, issues=result.parsed.issues + notes))
    names = list(dict.fromkeys(str(item.scope_id or item.scope) for item in new))
    listed = ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
    issue = Issue("limits_contradict", "refused", value=str(len(new)), detail=listed)
    return replace(result, status="refused", batch_id=None, reason=issue)


_NAMED: Final = 5


def _kept_note(item: LimitConflict) -> Issue:
    return Issue(
        "limit_kept",
        "note",
        value=str(item.scope_id or item.scope),
        amount_minor=item.after_minor,
        currency=item.currency,
    )


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


def _group_limits(
    cursor: duckdb.DuckDBPyConnection, company_id: str, before: str, after: str
) -> list[LimitChange]:
    """Return the limits of a group under its new name; none when that name has limits."""
    frame = read(cursor, "limits", {})
    frame = frame.loc[(frame["company_id"] == company_id) & (frame["scope"] == "group")]
    after = " ".join(after.split())
    if before == after or (frame["scope_id"] == after).any():
        return []
    rows = frame.loc[frame["scope_id"] == before].astype(object)
    rows = rows.where(rows.notna(), None)
    return [
        LimitChange(
            company_id,
            "group",
            after,
            None if row["amount_minor"] is None else int(row["amount_minor"]),
            row["currency"],
            source=row["source"],
            valid_from=None if row["valid_from"] is None else row["valid_from"].date(),
            valid_to=None if row["valid_to"] is None else row["valid_to"].date(),
            cover_ratio=row["cover_ratio"],
            reason=row["reason"],
            is_refused=bool(row["is_refused"]),
        )
        for row in rows.to_dict("records")
    ]


def _is_rebuilt(before: Policy, after: Policy) -> bool:
    """Tell whether the book itself depends on what changed: due dates, cash application."""
    names = [item.name for item in fields(Policy) if item.name.startswith("match_")]
    dates = ("default_terms", "commercial_month", "next_business_day")
    return any(getattr(before, n) != getattr(after, n) for n in (*dates, *names))


def _clears_otherwise(before: Policy, after: Policy) -> bool:
    names = [item.name for item in fields(Policy) if item.name.startswith("paid_tolerance_")]
    return any(getattr(before, n) != getattr(after, n) for n in names)


def _active_policy(cursor: duckdb.DuckDBPyConnection) -> Policy:
    rows = cursor.execute("SELECT content FROM policies ORDER BY set_at DESC LIMIT 1").fetchall()
    return _policy_of(rows[0][0] if rows else None)


@lru_cache(maxsize=8)
def _policy_of(content: str | None) -> Policy:
    """Return the settings that a text says, the built-in ones without: asked for with every figure."""
    return Policy() if content is None else Policy.from_toml(content)


def _bump(cursor: duckdb.DuckDBPyConnection) -> None:
    """Every write changes the data version: caches are keyed by it."""
    cursor.execute(
        "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS VARCHAR) WHERE key = 'data_version'"
    )
