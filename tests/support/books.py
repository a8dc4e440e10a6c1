"""Books built from plain rows, without a file: what ingest would hand to the store."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from arlib.model.files import ImportOptions, ParsedFile
from arlib.model.keys import add_document_keys
from arlib.model.tables import arrow_schema, conform
from arlib.workspace import Author, Workspace

if TYPE_CHECKING:
    from arlib.model.files import ImportResult

BY = Author("tests", datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None))


@dataclass(frozen=True)
class Doc:
    """One document; amounts in minor units, credits negative."""

    customer: str
    number: str
    issued_on: date
    amount: int
    kind: str = "invoice"
    due_on: date | None = None
    account_class: str = "receivable"
    currency: str = "EUR"
    instalment: int | None = None
    tax: int | None = None
    posted_on: date | None = None


@dataclass(frozen=True)
class Alloc:
    """A part of one credit (its number) set against one debit (its number)."""

    credit: str
    debit: str
    amount: int
    on: date | None = None
    rule: str = "source"
    confidence: float = 1.0


@dataclass
class Book:
    """Rows of one file; ``parsed`` makes what ingest would return."""

    docs: list[Doc]
    allocs: list[Alloc] = field(default_factory=list)
    customers: list[dict[str, object]] = field(default_factory=list)
    limits: list[dict[str, object]] = field(default_factory=list)
    commitments: list[dict[str, object]] = field(default_factory=list)
    disputes: list[dict[str, object]] = field(default_factory=list)
    actions: list[dict[str, object]] = field(default_factory=list)
    financials: list[dict[str, object]] = field(default_factory=list)
    sales: list[dict[str, object]] = field(default_factory=list)
    open_items: dict[str, int] = field(default_factory=dict)
    company: str = "TEST"
    scope: str = "ledger"
    level: str = "A"
    format_id: str = "template"
    covers: tuple[date, date] | None = None
    extracted_on: date | None = None

    def parsed(self) -> ParsedFile:
        """Return the file as ingest would have understood it."""
        documents = self._documents()
        days = [doc.issued_on for doc in self.docs]
        covers = self.covers or (min(days), max(days))
        tables = {
            "companies": _table(
                "companies", [{"company_id": self.company, "name": self.company, "currency": "EUR"}]
            ),
            "documents": documents,
            "allocations": self._allocations(documents),
            "customers": self._with_company("customers", self.customers),
            "limits": self._with_company("limits", self.limits),
            "commitments": self._with_company("commitments", self.commitments),
            "disputes": self._disputes(documents),
            "actions": self._actions(documents),
            "financials": self._with_company("financials", self.financials),
            "sales": self._with_company("sales", self.sales),
            "open_items": self._open_items(documents, covers[1]),
            "ledger_totals": self._totals(covers[1]),
        }
        stamp = json.dumps(asdict(self), default=str, sort_keys=True)
        return ParsedFile(
            file_name="book.xlsx",
            sha256=hashlib.sha256(stamp.encode()).hexdigest(),
            format_id=self.format_id,
            confidence=1.0,
            evidence=(),
            scope=self.scope,
            level=self.level,
            company_id=self.company,
            company_name=self.company,
            company_currency="EUR",
            siren=None,
            covers_from=covers[0],
            covers_to=covers[1],
            extracted_on=self.extracted_on or covers[1],
            tables=tables,
            issues=(),
            rows_read=len(self.docs),
            rows_kept=len(self.docs),
            rows_ignored=0,
            rows_refused=0,
            control_totals={"EUR": sum(doc.amount for doc in self.docs)},
        )

    def _documents(self) -> pa.Table:
        rows = [
            {
                "company_id": self.company,
                "customer_id": doc.customer,
                "account_class": doc.account_class,
                "kind": doc.kind,
                "number": doc.number,
                "issued_on": doc.issued_on,
                "posted_on": doc.posted_on or doc.issued_on,
                "due_on": doc.due_on,
                "amount_minor": doc.amount,
                "tax_minor": doc.tax,
                "currency": doc.currency,
                "instalment_no": doc.instalment,
                "confidence": 1.0,
            }
            for doc in self.docs
        ]
        schema = arrow_schema("documents")
        kept = pa.schema([schema.field(name) for name in rows[0]])
        return conform("documents", add_document_keys(pa.Table.from_pylist(rows, schema=kept)))

    def _allocations(self, documents: pa.Table) -> pa.Table:
        ids = dict(
            zip(documents["number"].to_pylist(), documents["document_id"].to_pylist(), strict=True)
        )
        dates = {doc.number: doc.issued_on for doc in self.docs}
        # one instalment of an invoice is named F1/2
        parts = [f"{doc.number}/{doc.instalment}" for doc in self.docs]
        ids |= dict(zip(parts, documents["document_id"].to_pylist(), strict=True))
        dates |= {part: doc.issued_on for part, doc in zip(parts, self.docs, strict=True)}
        return _table(
            "allocations",
            [
                {
                    "company_id": self.company,
                    "debit_document_id": ids[item.debit],
                    "credit_document_id": ids[item.credit],
                    "allocated_on": item.on or max(dates[item.debit], dates[item.credit]),
                    "amount_minor": item.amount,
                    "currency": "EUR",
                    "rule": item.rule,
                    "confidence": item.confidence,
                }
                for item in self.allocs
            ],
        )

    def _disputes(self, documents: pa.Table) -> pa.Table:
        ids = dict(
            zip(documents["number"].to_pylist(), documents["document_id"].to_pylist(), strict=True)
        )
        return _table(
            "disputes",
            [
                {
                    "company_id": self.company,
                    "source": "file",
                    **{k: v for k, v in row.items() if k != "number"},
                    "document_id": ids[str(row["number"])],
                }
                for row in self.disputes
            ],
        )

    def _actions(self, documents: pa.Table) -> pa.Table:
        """Return the actions; ``number`` names the document, absent: the customer."""
        ids = dict(
            zip(documents["number"].to_pylist(), documents["document_id"].to_pylist(), strict=True)
        )
        rows = [
            {
                **{k: v for k, v in row.items() if k != "number"},
                "document_id": ids.get(str(row.get("number"))),
            }
            for row in self.actions
        ]
        return self._with_company("actions", rows)

    def _open_items(self, documents: pa.Table, day: date) -> pa.Table:
        ids = dict(
            zip(documents["number"].to_pylist(), documents["document_id"].to_pylist(), strict=True)
        )
        return _table(
            "open_items",
            [
                {
                    "company_id": self.company,
                    "document_id": ids[number],
                    "extracted_on": self.extracted_on or day,
                    "open_minor": amount,
                    "currency": "EUR",
                }
                for number, amount in self.open_items.items()
            ],
        )

    def _totals(self, day: date) -> pa.Table:
        if self.scope == "open_items":
            pairs = [("receivable", "EUR", self.extracted_on or day, sum(self.open_items.values()))]
        else:
            pairs = [
                (d.account_class, d.currency, d.posted_on or d.issued_on, d.amount)
                for d in self.docs
            ]
        return _table(
            "ledger_totals",
            [
                {
                    "company_id": self.company,
                    "account_class": kind,
                    "currency": currency,
                    "posted_on": on,
                    "amount_minor": amount,
                    "count_lines": 1,
                }
                for kind, currency, on, amount in pairs
            ],
        )

    def _with_company(self, name: str, rows: list[dict[str, object]]) -> pa.Table:
        return _table(name, [{"company_id": self.company, **row} for row in rows])


def limit(code: str, amount: int | None, **more: Any) -> dict[str, object]:
    """Return a limit of a file, in euros, decided on the first of January 2025."""
    return {
        "change_id": f"{code} {more.get('source', 'internal')} {more.get('scope', '')}",
        "scope": "customer",
        "scope_id": code,
        "source": "internal",
        "amount_minor": amount,
        "currency": "EUR",
        "decided_at": datetime(2025, 1, 1),  # noqa: DTZ001 - a date of the file
        "origin": "file",
        **more,
    }


def load(
    workspace: Workspace, *books: Book, options: ImportOptions | None = None
) -> list[ImportResult]:
    """Load books one after the other."""
    return workspace.load([item.parsed() for item in books], options or ImportOptions(), BY)


def _table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(name))
