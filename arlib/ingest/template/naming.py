"""Numbers that lines name -> documents: debits and credits by customer and number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.ingest.template.documents import minor_scale

if TYPE_CHECKING:
    from arlib.ingest.template.rows import Rows


UNKNOWN: Final = -1


@dataclass(slots=True)
class Book:
    """Debits and credits that allocations may name, in the order they are consumed.

    ``debits``/``credits`` hold document_id, group (of customer and number), size (minor units),
    issued_on, and for debits part (group of customer, number and instalment).
    """

    debits: pd.DataFrame
    credits: pd.DataFrame
    groups: pd.Index
    parts: pd.Index


def key(*columns: pd.Series) -> pd.Series:
    """Return one text key of several columns; a missing value has its own mark."""
    result = columns[0].astype(object).where(columns[0].notna(), "\x00").astype(str)
    for column in columns[1:]:
        result = result + "\x1f" + column.astype(object).where(column.notna(), "\x00").astype(str)
    return result


def make_book(documents: pd.DataFrame) -> Book:
    """Return the documents ready to be named: numbered ones, oldest due date first."""
    frame = documents[documents["number"].notna()].copy()
    frame["size"] = frame["amount_minor"].astype("int64").abs()
    frame["group_key"] = key(frame["customer_id"], frame["number"])
    frame["part_key"] = key(frame["customer_id"], frame["number"], frame["instalment_no"])
    due = frame["due_on"].where(frame["due_on"].notna(), frame["issued_on"])
    frame["order"] = pd.to_datetime(due)
    frame["issued_at"] = pd.to_datetime(frame["issued_on"])
    frame = frame.sort_values(["order", "source_row"], kind="stable")
    groups, parts = pd.Index(frame["group_key"].unique()), pd.Index(frame["part_key"].unique())
    frame["group"] = groups.get_indexer(pd.Index(frame["group_key"]))
    frame["part"] = parts.get_indexer(pd.Index(frame["part_key"]))
    is_debit = (frame["amount_minor"].astype("int64") > 0).to_numpy(bool)
    debits = frame[is_debit].reset_index(drop=True)
    credits_ = frame[~is_debit].reset_index(drop=True)
    return Book(debits, credits_, groups, parts)


def resolve(rows: Rows, book: Book, currency: str) -> pd.DataFrame:
    """Return the lines whose two numbers exist, with their groups, in order of effect.

    Columns: position (in ``rows``), source, target and part groups (part is UNKNOWN when no
    instalment is named), amount in the document's currency, matched_on, row_number, effect_on.
    """
    named = _named(rows.frame, book)
    by_source, by_target = _by_group(book.credits), _by_group(book.debits)
    source_currency = by_source["currency"].reindex(named["source"]).to_numpy(object)
    target_currency = by_target["currency"].reindex(named["target"]).to_numpy(object)
    has_source = named["source"].isin(by_source.index).to_numpy(bool)
    has_target = named["target"].isin(by_target.index).to_numpy(bool)
    has_part = (~named["is_split"] | named["part"].isin(book.debits["part"])).to_numpy(bool)
    has_target = has_target & has_part & (source_currency == target_currency)
    _refuse_unknown(rows, has_source, has_target)
    named["currency"] = target_currency
    good = np.flatnonzero(~rows.frame["is_refused"].to_numpy(bool))
    lines = named.iloc[good].reset_index(drop=True).assign(position=good)
    scale = lines["currency"].map(lambda code: minor_scale(currency, str(code))).to_numpy(float)
    amounts = rows.frame["amount_minor"].to_numpy(object)[good].astype(float)
    lines["amount"] = np.floor(amounts * scale + 0.5).astype(np.int64)
    received = by_source["on"].reindex(lines["source"]).to_numpy()
    billed_on = by_target["on"].reindex(lines["target"]).to_numpy()
    lines["effect_on"] = np.maximum(received, billed_on)
    return lines.sort_values(["effect_on", "position"], kind="stable").reset_index(drop=True)


def _named(frame: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Return the groups each line names; UNKNOWN when no document has that number."""
    has_payer = frame["billed_customer_id"].notna()
    billed = frame["billed_customer_id"].where(has_payer, frame["customer_id"])
    is_split = frame["instalment_no"].notna().to_numpy(bool)
    part = key(billed, frame["invoice_number"], frame["instalment_no"])
    return pd.DataFrame(
        {
            "source": book.groups.get_indexer(pd.Index(key(frame["customer_id"], frame["number"]))),
            "target": book.groups.get_indexer(pd.Index(key(billed, frame["invoice_number"]))),
            "part": np.where(is_split, book.parts.get_indexer(pd.Index(part)), UNKNOWN),
            "is_split": is_split,
            "matched_on": frame["matched_on"].to_numpy(object),
            "row_number": frame["row_number"].to_numpy(),
        }
    )


def _by_group(documents: pd.DataFrame) -> pd.DataFrame:
    """Return the first date and the currency of each customer's number."""
    return documents.groupby("group").agg(on=("issued_at", "min"), currency=("currency", "first"))


def _refuse_unknown(rows: Rows, has_source: np.ndarray, has_target: np.ndarray) -> None:
    """Refuse lines naming nothing known, or an amount that is not positive."""
    frame = rows.frame
    live = ~frame["is_refused"].to_numpy(bool)
    not_positive = (frame["amount_minor"].fillna(0) <= 0).to_numpy(bool)
    for mask, code, column in (
        (~has_source, "allocation_unknown", "number"),
        (has_source & ~has_target, "allocation_unknown", "invoice_number"),
        (has_source & has_target & not_positive, "value_unknown", "amount_minor"),
    ):
        rows.report(live & mask, code, "refused", column=column, values=frame[column].tolist())


def find_returns(book: Book, document_rows: Rows) -> pd.DataFrame:
    """Return bounces and refunds that name a known origin, in date order.

    Columns: bounce_position (in ``book.debits``), source or target group named (the other is −1),
    amount, returned_on, is_bounce.
    """
    debits = book.debits
    named = debits["kind"].isin(("bounce", "refund")).to_numpy(bool) & debits[
        "origin"
    ].notna().to_numpy(bool)
    chosen = debits[named]
    group = book.groups.get_indexer(pd.Index(key(chosen["customer_id"], chosen["origin"])))
    is_bounce = (chosen["kind"] == "bounce").to_numpy(bool)
    by_credit = np.isin(group, book.credits["group"])
    by_debit = ~by_credit & is_bounce & np.isin(group, debits["group"]) & (group != chosen["group"])
    found = by_credit | by_debit
    lost = set(chosen["row_number"].to_numpy()[~found])
    is_lost = document_rows.frame["row_number"].isin(lost).to_numpy(bool)
    document_rows.report(
        is_lost,
        "allocation_unknown",
        "doubtful",
        column="origin",
        values=document_rows.frame["origin"].tolist(),
    )
    result = pd.DataFrame(
        {
            "bounce_position": np.flatnonzero(named)[found],
            "source": np.where(by_credit, group, UNKNOWN)[found],
            "target": np.where(by_debit, group, UNKNOWN)[found],
            "amount": chosen["size"].to_numpy(np.int64)[found],
            "returned_on": pd.to_datetime(chosen["issued_on"]).to_numpy()[found],
            "is_bounce": is_bounce[found],
        }
    )
    return result.sort_values(["returned_on", "bounce_position"], kind="stable").reset_index(
        drop=True
    )
