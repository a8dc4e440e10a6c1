"""Historique des imports: what came in, against the import before it, and what changed since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import ratio
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from arlib.model.portfolio import Portfolio

# A figure that halves or doubles against the import before it is worth a look.
_DOUBLE: Final = 2
_IMPORTS: Final = [
    "batch_id",
    "sequence",
    "file_name",
    "format_id",
    "scope",
    "level",
    "company_id",
    "company_name",
    "covers_from",
    "covers_to",
    "extracted_on",
    "terms",
    "replace_mode",
    "state",
    "hidden_by",
    "imported_at",
    "imported_by",
    "undone_at",
    "undone_by",
    "rows_read",
    "rows_kept",
    "rows_ignored",
    "rows_refused",
    "count_purged",
    "purged_totals",
    "previous_id",
    "previous_file_name",
    "previous_rows_kept",
    "rows_flag",
]
# The order in which changes are told: what hides lateness first.
CHANGES: Final = (
    "due_later",
    "due_earlier",
    "amount_edited",
    "open_increased",
    "documents_gone",
    "documents_new",
    "cash_received",
    "settled",
    "part_settled",
    "customer_new",
    "customer_renamed",
)


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The journal of imports, latest first.

    ``imports``: ``batch_id, sequence, file_name, format_id, scope, level, company_id, company_name,
    covers_from, covers_to, extracted_on, terms, replace_mode, state`` (live, superseded, undone),
    ``hidden_by`` (file names joined by a comma), ``imported_at, imported_by, undone_at, undone_by,
    rows_read, rows_kept, rows_ignored, rows_refused, count_purged, purged_totals`` (JSON), then the import of the same kind and company
    before it in the time of its data (missing: it is the first): ``previous_id,
    previous_file_name, previous_rows_kept`` (Int64), ``rows_flag`` (halved, doubled; missing:
    neither). ``totals``: one row per import and currency of either: ``batch_id, currency,
    amount_minor, previous_minor, difference_minor`` (Int64), ``flag`` (halved, doubled, sign).
    ``events``: ``batch_id, event`` (imported, undone, taken_back), ``recorded_at,
    recorded_by``.
    """

    imports: pd.DataFrame
    totals: pd.DataFrame
    events: pd.DataFrame


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What an import says otherwise than another (``before_id`` None: nothing came before it).

    ``changes``: one row per change and currency, in the order of ``CHANGES``: ``change, currency,
    count, amount_minor`` (Int64), ``hidden_minor`` (late on ``on`` by the old due dates alone),
    ``max_days, mean_days`` (of due dates, weighted by amount). ``is_inferred``: lists of open items
    say what is gone, not how it was settled. ``on``, ``before_on``: dates of the data.
    """

    batch_id: str
    before_id: str | None
    company_id: str
    company_name: str
    scope: str
    file_name: str
    before_file_name: str | None
    on: date | None
    before_on: date | None
    is_inferred: bool
    changes: pd.DataFrame


def build(
    portfolio: Portfolio,
    hidden_by: Mapping[str, Sequence[str]],
    predecessors: Mapping[str, str],
) -> HistoryView:
    """Return the journal; the workspace says what hides, and what came before, each import."""
    frame = _with_previous(_journal(portfolio), predecessors)
    names = dict(zip(frame["batch_id"], frame["file_name"], strict=True))
    frame["hidden_by"] = [
        ", ".join(names[newer] for newer in hidden_by.get(identity, ()))
        for identity in frame["batch_id"]
    ]
    totals = _totals(frame)
    imports = frame.sort_values("sequence", ascending=False, ignore_index=True)[_IMPORTS]
    events = portfolio.batch_events()
    return HistoryView(imports, totals, events[events["batch_id"].isin(imports["batch_id"])])


def changes(
    portfolio: Portfolio,
    predecessors: Mapping[str, str],
    batch_id: str | None = None,
    before_id: str | None = None,
) -> ChangesView:
    """Return what an import changed (absent: the latest of the book) against the one before it.

    ``predecessors``: the import before each (the workspace); ``before_id`` compares it with another
    import of the same company instead.

    Raises:
        UserError: ``batch_not_found``, ``book_empty`` when nothing was imported.
    """
    frame = _journal(portfolio)
    row = _chosen(frame, batch_id)
    if before_id is not None and before_id not in set(frame["batch_id"]):
        raise UserError("batch_not_found", value=before_id)
    before = before_id if before_id is not None else predecessors.get(row["batch_id"])
    known = frame.set_index("batch_id")
    found = _empty() if before is None else portfolio.import_changes(row["batch_id"], before)
    return ChangesView(
        batch_id=row["batch_id"],
        before_id=before,
        company_id=row["company_id"],
        company_name=row["company_name"],
        scope=row["scope"],
        file_name=row["file_name"],
        before_file_name=None if before is None else str(known.loc[before, "file_name"]),
        on=_day(row["day"]),
        before_on=None if before is None else _day(known.loc[before, "day"]),
        is_inferred=row["scope"] == "open_items",
        changes=_measured(found),
    )


def change_lines(
    portfolio: Portfolio, view: ChangesView, kinds: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the documents and customers that changed (``kinds``: these changes alone).

    Columns: ``change, currency, amount_minor, hidden_minor, days, customer_id, name, name_before,
    kind, number, issued_on, due_before_on, due_after_on, amount_before_minor, amount_after_minor,
    open_before_minor, open_after_minor, file_name, sheet, row_number``.
    """
    if view.before_id is None:
        lines = _empty()
    else:
        lines = portfolio.import_change_lines(view.batch_id, view.before_id)
    lines = lines.drop(columns=["count", "absolute_minor", "days_amount"])
    if kinds:
        lines = lines.loc[lines["change"].isin(list(kinds))]
    is_gone = lines["change"].isin(["documents_gone", "settled"])
    named = np.where(is_gone, view.before_file_name or "", view.file_name)
    lines = lines.assign(file_name=named, _place=lines["change"].map(_RANK))
    return lines.sort_values("_place", kind="stable", ignore_index=True).drop(columns="_place")


_RANK: Final = {name: place for place, name in enumerate(CHANGES)}


def _journal(portfolio: Portfolio) -> pd.DataFrame:
    frame = portfolio.batches().copy()
    if portfolio.filters.company_id is not None:
        frame = frame.loc[frame["company_id"] == portfolio.filters.company_id]
    names = {item.company_id: item.name for item in portfolio.info.companies}
    frame["company_name"] = [names.get(code, code) for code in frame["company_id"]]
    days = pd.to_datetime(frame["extracted_on"]).fillna(pd.to_datetime(frame["covers_to"]))
    frame["day"] = days.fillna(pd.to_datetime(frame["imported_at"]).dt.normalize())
    return frame


def _with_previous(frame: pd.DataFrame, predecessors: Mapping[str, str]) -> pd.DataFrame:
    """Add what the import before each one held."""
    previous = [predecessors.get(identity) for identity in frame["batch_id"]]
    found = frame.assign(previous_id=pd.Series(previous, index=frame.index, dtype="str"))
    known = frame.set_index("batch_id")
    for name in ("file_name", "rows_kept", "control_totals"):
        found[f"previous_{name}"] = found["previous_id"].map(known[name])
    found["previous_rows_kept"] = found["previous_rows_kept"].astype("Int64")
    found["rows_flag"] = _flags(found["rows_kept"], found["previous_rows_kept"])
    return found.reset_index(drop=True)


def _totals(frame: pd.DataFrame) -> pd.DataFrame:
    """Return control totals against those of the import before, one row per currency of either."""
    rows: list[dict[str, Any]] = []
    columns = [frame[name] for name in ("batch_id", "control_totals", "previous_control_totals")]
    for identity, now, before in zip(*columns, strict=True):
        own = json.loads(now)
        previous = json.loads(before) if isinstance(before, str) else None
        rows.extend(
            {
                "batch_id": identity,
                "currency": currency,
                "amount_minor": own.get(currency, 0),
                "previous_minor": None if previous is None else previous.get(currency, 0),
            }
            for currency in sorted({*own, *(previous or {})})
        )
    names = ["batch_id", "currency", "amount_minor", "previous_minor"]
    found = pd.DataFrame(rows, columns=names)
    for name in ("amount_minor", "previous_minor"):
        found[name] = found[name].astype("Int64")
    found["difference_minor"] = found["amount_minor"] - found["previous_minor"]
    found["flag"] = _flags(found["amount_minor"], found["previous_minor"])
    return found


def _flags(now: pd.Series[Any], before: pd.Series[Any]) -> pd.Series[str]:
    """Return ``halved``, ``doubled`` or ``sign`` where a figure moved that much, else missing."""
    own, other = now.astype("Float64"), before.astype("Float64")
    known = other.notna() & (other != 0) & own.notna()
    turned = known & (own * other < 0)
    doubled = known & ~turned & (own.abs() >= _DOUBLE * other.abs())
    halved = known & ~turned & (own.abs() * _DOUBLE <= other.abs())
    words = np.select([turned, doubled, halved], ["sign", "doubled", "halved"], default="")
    found = pd.Series(words, index=now.index, dtype="str")
    return found.where(found != "")


def _chosen(frame: pd.DataFrame, batch_id: str | None) -> dict[str, Any]:
    """Return the import asked for, else the latest that the book holds."""
    if batch_id is not None:
        rows = frame.loc[frame["batch_id"] == batch_id]
        if rows.empty:
            raise UserError("batch_not_found", value=batch_id)
    else:
        live = frame.loc[frame["state"] == "live"]
        books = live.loc[live["scope"] != "reference"]
        rows = (books if len(books) else live if len(live) else frame).sort_values("sequence")
        if rows.empty:
            raise UserError("book_empty")
    return dict(rows.iloc[-1])


def _measured(found: pd.DataFrame) -> pd.DataFrame:
    """Return the changes in order, with the mean days that due dates moved."""
    rows = found.assign(place=found["change"].map(_RANK))
    rows = rows.sort_values(["place", "currency"], ignore_index=True)
    rows["max_days"] = rows["days"].astype("Int64")
    rows["mean_days"] = ratio(rows["days_amount"], rows["absolute_minor"])
    rows["amount_minor"] = rows["amount_minor"].astype("Int64")
    names = ["change", "currency", "count", "amount_minor", "hidden_minor", "max_days", "mean_days"]
    return rows[names]


def _empty() -> pd.DataFrame:
    """Return what the store gives when nothing changed."""
    text = ["change", "currency", "customer_id", "name", "name_before", "kind", "number", "sheet"]
    whole = [
        "count",
        "amount_minor",
        "absolute_minor",
        "hidden_minor",
        "days",
        "amount_before_minor",
        "amount_after_minor",
        "open_before_minor",
        "open_after_minor",
        "row_number",
    ]
    dates = ["issued_on", "due_before_on", "due_after_on"]
    types = {
        **dict.fromkeys(text, "str"),
        **dict.fromkeys(whole, "Int64"),
        **dict.fromkeys(dates, "datetime64[us]"),
        "days_amount": "float64",
    }
    return pd.DataFrame(columns=list(types)).astype(types)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else value.date()
