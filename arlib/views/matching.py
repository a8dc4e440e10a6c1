"""Rapprochement: which rule attached the cash to invoices, what is left, what may be accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.model.portfolio import Filters, Portfolio
from arlib.model.tables import RULES
from arlib.views.common import in_currency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy

_RULE_COLUMNS: Final = ["rule", "confidence", "count", "amount_minor", "cash_minor"]


@dataclass(frozen=True, slots=True)
class MatchingBlock:
    """Cash application in one currency, up to the date.

    ``rules``: ``rule, confidence, count, amount_minor, cash_minor`` (part of the amount that is
    cash; the rest is credit notes and the like), ``amount_ratio`` (of the total), ``is_counted``
    (behaviour relies on it), best rules first.
    ``totals``: ``receipts_minor`` (cash received), ``allocated_minor``, ``counted_minor`` (its part
    at or above the confidence), ``unallocated_minor``. ``allocated_ratio`` and ``counted_ratio``:
    shares of the cash received, None with ``ratio_reason`` (no_history).
    ``receipts``: cash not wholly allocated, the largest first: ``company_id, customer_id, name,
    document_id, number, kind, reference, issued_on, age_days, amount_minor, open_minor, currency``.
    ``proposals``: pairs to accept or refuse (rows of one ``proposal_no`` go together):
    ``company_id, customer_id, name, credit_document_id, credit_number, credit_kind,
    credit_reference, paid_on, debit_document_id, debit_number, debit_kind, issued_on, due_on,
    amount_minor, currency, rule, confidence, is_allocated`` (already in the book).
    """

    currency: str
    rules: pd.DataFrame
    totals: Mapping[str, int]
    allocated_ratio: float | None
    counted_ratio: float | None
    ratio_reason: str | None
    receipts: pd.DataFrame
    proposals: pd.DataFrame


@dataclass(frozen=True, slots=True)
class MatchingView:
    """One block a currency, the largest receipts first.

    ``decisions``: ``change_id, decision (accepted, refused, undone), company_id, customer_id, name,
    debit_document_id, credit_document_id, debit_number, credit_number, amount_minor (NA: all),
    currency, rule, undoes, is_undone, recorded_at, recorded_by``, latest first.
    ``estimated``: companies some of whose cash was attached by matching, not by their ledger.
    """

    as_of: date
    customer_id: str | None
    min_confidence: float
    blocks: tuple[MatchingBlock, ...]
    decisions: pd.DataFrame
    estimated: tuple[str, ...]


def build(portfolio: Portfolio, policy: Policy, *, customer_id: str | None = None) -> MatchingView:
    """Return the cash application at the date, of the whole book or of one customer code.

    Amounts stay in the currency of the documents, whatever conversion is asked for.
    """
    book = _unconverted(portfolio)
    received = book.match_received(customer_id).groupby("currency")["receipts_minor"].sum()
    rules = book.match_rules(customer_id)
    known = received.index.union(pd.Index(rules["currency"].unique()))
    order = received.reindex(known).fillna(0).sort_values(ascending=False, kind="stable")
    blocks = tuple(
        _block(book, policy, customer_id, str(currency), int(amount))
        for currency, amount in order.items()
    )
    worked_out = rules.loc[~rules["rule"].isin(["source"]) & (rules["cash_minor"] != 0)]
    return MatchingView(
        as_of=book.as_of,
        customer_id=customer_id,
        min_confidence=policy.behaviour_min_confidence,
        blocks=blocks,
        decisions=_decisions(book, customer_id),
        estimated=tuple(sorted(worked_out["company_id"].unique())),
    )


def _unconverted(portfolio: Portfolio) -> Portfolio:
    asked = portfolio.filters
    if asked.convert is None:
        return portfolio
    kept: Filters = replace(asked, convert=None)
    return Portfolio(portfolio.as_of, kept, portfolio.info, portfolio.source)


def _block(
    book: Portfolio, policy: Policy, customer_id: str | None, currency: str, received: int
) -> MatchingBlock:
    rules = _rules(in_currency(book.match_rules(customer_id), currency), policy)
    receipts = in_currency(book.match_receipts(customer_id), currency)
    unallocated = int(receipts["open_minor"].sum())
    counted = int(rules.loc[rules["is_counted"], "cash_minor"].sum())
    totals = {
        "receipts_minor": received,
        "allocated_minor": received - unallocated,
        "counted_minor": counted,
        "unallocated_minor": unallocated,
    }
    return MatchingBlock(
        currency=currency,
        rules=rules,
        totals=totals,
        allocated_ratio=totals["allocated_minor"] / received if received else None,
        counted_ratio=counted / received if received else None,
        ratio_reason=None if received else "no_history",
        receipts=receipts,
        proposals=_proposals(book, policy, customer_id, currency),
    )


def _rules(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the rules of all companies summed, in the order they are trusted."""
    frame = rows.groupby(["rule", "confidence"], sort=True)[_RULE_COLUMNS[2:]].sum().reset_index()
    total = int(frame["amount_minor"].sum())
    frame["amount_ratio"] = frame["amount_minor"] / total if total else float("nan")
    frame["is_counted"] = frame["confidence"] >= policy.behaviour_min_confidence
    place = frame["rule"].map({rule: place for place, rule in enumerate(RULES)})
    order = frame.assign(place=place).sort_values(["place", "confidence"], ascending=[True, False])
    return order.drop(columns="place").reset_index(drop=True)


def _proposals(
    book: Portfolio, policy: Policy, customer_id: str | None, currency: str
) -> pd.DataFrame:
    """Return the proposals numbered over the whole list; a pair of the book stands alone."""
    frame = in_currency(book.match_proposals(policy, customer_id), currency).copy()
    own = frame["proposal_no"].where(~frame["is_allocated"], -1 - frame.index.to_series())
    keys = frame[["company_id", "customer_id"]].assign(own=own)
    frame["proposal_no"] = keys.groupby(list(keys.columns), sort=False).ngroup() + 1
    return frame


def _decisions(book: Portfolio, customer_id: str | None) -> pd.DataFrame:
    frame = book.match_history()
    if customer_id is not None:
        frame = frame.loc[frame["customer_id"] == customer_id]
    company = book.filters.company_id
    if company is not None:
        frame = frame.loc[frame["company_id"] == company]
    return frame.reset_index(drop=True)
