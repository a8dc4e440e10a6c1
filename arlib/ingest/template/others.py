"""The other sheets of our workbook: customers, limits, commitments, sales, rates, disputes, actions."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.ingest.template.cells import plain
from arlib.ingest.template.documents import to_arrow
from arlib.ingest.template.filling import fill
from arlib.ingest.template.naming import key
from arlib.model.followup import EXTERNAL_SCORE
from arlib.model.issues import Issue
from arlib.model.tables import arrow_schema
from arlib.model.template import EXTERNAL_SCORES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from arlib.ingest.template.rows import Rows

# Decisions without any date sort before every dated one.
_UNDATED: Final = dt.date(1990, 1, 1)


def build_customers(
    rows: Rows, users: Sequence[Rows], company_id: str
) -> tuple[pa.Table, pa.Table, list[Issue]]:
    """Return customers, their names, and one issue a customer met outside the sheet Clients."""
    frame = rows.kept
    twice = frame["customer_id"].duplicated().to_numpy(bool)
    duplicates = frame.loc[twice, ["customer_id", "row_number"]]
    issues = [
        Issue(
            "duplicate_number",
            "doubtful",
            sheet=rows.sheet.title,
            row_number=int(row),
            value=str(code),
        )
        for code, row in zip(duplicates["customer_id"], duplicates["row_number"], strict=True)
    ]
    frame = frame[~twice].reset_index(drop=True)
    known = set(frame["customer_id"])
    met = [_codes(user) for user in users if len(user.frame)]
    others = pd.concat(met) if met else pd.DataFrame({"code": [], "sheet": [], "row": []})
    others = others[~others["code"].isin(known)].drop_duplicates("code")
    issues += [
        Issue("customer_unknown", "doubtful", sheet=sheet, row_number=int(row), value=str(code))
        for code, sheet, row in zip(others["code"], others["sheet"], others["row"], strict=True)
    ]
    frame = pd.concat(
        [frame.astype(object), pd.DataFrame({"customer_id": others["code"]}, dtype=object)],
        ignore_index=True,
    )
    frame["company_id"] = company_id
    named = frame[frame["name"].notna()].assign(count_rows=1)
    return to_arrow("customers", frame), to_arrow("customer_names", named), issues


def _codes(user: Rows) -> pd.DataFrame:
    """Return customer codes used by the kept lines of a sheet, with the place of each."""
    kept = user.kept
    if "scope" in kept.columns:
        kept = kept[kept["scope"].fillna("customer") == "customer"].rename(
            columns={"scope_id": "customer_id"}
        )
    codes = kept["customer_id"]
    frame = pd.DataFrame({"code": codes, "row": kept["row_number"], "sheet": user.sheet.title})
    return frame[frame["code"].notna()]


def build_limits(rows: Rows, company_id: str, currency: str, day: dt.date | None) -> pa.Table:
    """Return one decision a line; ``change_id`` depends on what it says, not on where it stands."""
    frame = rows.frame
    frame["scope"] = frame["scope"].fillna("customer")
    frame["source"] = frame["source"].fillna("internal")
    live = ~frame["is_refused"].to_numpy(bool)
    lost = live & frame["scope_id"].isna().to_numpy(bool) & (frame["scope"] != "all").to_numpy(bool)
    rows.report(lost, "customer_missing", "refused", column="scope_id")
    negative = live & (frame["amount_minor"].fillna(0) < 0).to_numpy(bool)
    rows.report(
        negative,
        "value_unknown",
        "refused",
        column="amount_minor",
        values=frame["amount_minor"].tolist(),
    )
    kept = rows.kept
    if not len(kept):
        return arrow_schema("limits").empty_table()
    kept["company_id"] = company_id
    kept["currency"] = kept["currency"].fillna(currency)
    fallback = day or _UNDATED
    decided = kept["decided_on"].where(kept["decided_on"].notna(), kept["valid_from"])
    kept["decided_at"] = pd.to_datetime(decided.where(decided.notna(), fallback)).dt.to_pydatetime()
    kept["origin"] = "file"
    kept["change_id"] = _change_ids(kept)
    kept["is_refused"] = kept["insurer_refused"]
    return to_arrow("limits", kept.astype(object).where(kept.notna(), None))


def _change_ids(kept: pd.DataFrame) -> list[str]:
    said = key(*(kept[name] for name in ("company_id", "scope", "scope_id", "source", "amount_minor",
                                         "currency", "valid_from", "valid_to", "decided_at")))  # fmt: skip
    ordinal = said.groupby(said).cumcount().astype(str)
    texts = (said + "\x1f" + ordinal).tolist()
    return [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]


def build_plain(rows: Rows, company_id: str, defaults: Mapping[str, object], name: str) -> pa.Table:
    """Return the lines of a sheet whose columns are those of a canonical table."""
    kept = rows.kept
    if not len(kept):
        return arrow_schema(name).empty_table()
    kept["company_id"] = company_id
    for column, value in defaults.items():
        given = kept[column] if column in kept else pd.Series([None] * len(kept), dtype=object)
        kept[column] = given.where(given.notna(), value)
    if "month_on" in kept:
        kept["month_on"] = pd.to_datetime(kept["month_on"]).dt.to_period("M").dt.start_time.dt.date
    return to_arrow(name, kept.astype(object).where(kept.notna(), None))


def build_disputes(rows: Rows, documents: pd.DataFrame, company_id: str) -> pa.Table:
    """Return disputes of the sheet Litiges, then of the documents marked in dispute without one."""
    parts = []
    if len(rows.frame):
        found = _documents_named(rows, documents, "refused")
        parts.append(_with_amounts(rows, found, documents))
    if len(documents):
        marked = documents["is_disputed"].eq(True).to_numpy(bool) | documents[
            "disputed_on"
        ].notna().to_numpy(bool)
        marked &= documents["is_disputed"].ne(False).to_numpy(bool)
        flagged = documents.loc[marked, ["document_id", "disputed_on"]]
        flagged = flagged.rename(columns={"disputed_on": "opened_on"})
        named = set(parts[0]["document_id"]) if parts else set()
        parts.append(flagged[~flagged["document_id"].isin(named)])
    frame = (
        pd.concat([part.astype(object) for part in parts], ignore_index=True)
        if parts
        else pd.DataFrame()
    )
    if not len(frame):
        return arrow_schema("disputes").empty_table()
    frame["company_id"], frame["source"] = company_id, "file"
    return to_arrow("disputes", frame.where(frame.notna(), None))


def _documents_named(rows: Rows, documents: pd.DataFrame, severity: str) -> pd.DataFrame:
    """Return (line, position) of the documents each line names; unknown ones are reported."""
    frame = rows.frame
    live = ~frame["is_refused"].to_numpy(bool) & frame["number"].notna().to_numpy(bool)
    if len(documents):
        debits = documents[documents["amount_minor"].astype("int64") > 0]
        debits = debits.assign(position=debits.index)
        left = pd.DataFrame(
            {"line": np.arange(len(frame)), "key": key(frame["customer_id"], frame["number"])}
        )
        right = debits.assign(key=key(debits["customer_id"], debits["number"]))
        found = left[live].merge(right[["key", "position", "instalment_no"]], on="key")
        if "instalment_no" in frame.columns:
            wanted = frame["instalment_no"].to_numpy(object)[found["line"]]
            same = pd.isna(wanted) | (wanted == found["instalment_no"].to_numpy(object))
            found = found[same]
    else:
        found = pd.DataFrame({"line": np.zeros(0, np.int64), "position": np.zeros(0, np.int64)})
    missing = live & ~np.isin(np.arange(len(frame)), found["line"])
    rows.report(
        missing, "document_unknown", "refused" if severity == "refused" else "doubtful",
        column="number", values=frame["number"].tolist(),
    )  # fmt: skip
    return found


def _with_amounts(rows: Rows, found: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Return one dispute a document; an amount over several instalments fills them in order."""
    result = rows.frame.iloc[found["line"]].reset_index(drop=True)
    if not len(found):
        return result.assign(document_id=[])
    chosen = documents.iloc[found["position"]]
    result["document_id"] = chosen["document_id"].to_numpy(object)
    given = rows.frame["amount_minor"].fillna(0).to_numpy(np.int64)
    held, _, amount = fill(
        found["line"].to_numpy(np.int64),
        chosen["amount_minor"].to_numpy(np.int64),
        np.arange(len(given)),
        np.abs(given),
    )
    part = np.zeros(len(found), np.int64)
    np.add.at(part, held, amount)
    has_amount = rows.frame["amount_minor"].notna().to_numpy(bool)[found["line"]]
    result["amount_minor"] = pd.Series(part, dtype=object).where(has_amount, None)
    return result[~has_amount | (part > 0)]


def build_actions(
    sheets: Sequence[Rows], documents: pd.DataFrame, company_id: str, currency: str
) -> pa.Table:
    """Return promises, reminders and notes; an unknown document leaves the action on the customer.

    A line identical to one before it is the same action: set aside, and reported. A note without
    words, a cause that is not named or a review without date is refused.
    """
    parts = []
    for rows in sheets:
        _check_notes(rows)
        _drop_repeated(rows)
        found = _documents_named(rows, documents, "doubtful").drop_duplicates("line")
        frame = rows.frame.astype(object)
        ids: list[str | None] = [None] * len(frame)
        for line, position in zip(found["line"].tolist(), found["position"].tolist(), strict=True):
            ids[line] = documents["document_id"].iloc[position]
        frame["document_id"], frame["company_id"] = ids, company_id
        frame["kind"] = _kinds(frame, rows.sheet.key)
        parts.append(frame[~rows.frame["is_refused"]])
    frame = pd.concat(parts, ignore_index=True)
    if not len(frame):
        return arrow_schema("actions").empty_table()
    filled = frame["amount_minor"].notna() & frame["currency"].isna()
    frame.loc[filled, "currency"] = currency
    return to_arrow("actions", frame.where(frame.notna(), None))


# What an entry of the sheet Suivi must say, by its kind.
_NEEDED: Final = {"note": "text", "cause": "cause", "review": "due_on"}


def _kinds(frame: pd.DataFrame, sheet: str) -> pd.Series[Any]:
    """Return what each line is: said by its sheet, or by the line itself (blank: a note)."""
    if "kind" not in frame.columns:
        return pd.Series(sheet.removesuffix("s"), index=frame.index, dtype=object)
    return frame["kind"].fillna("note")


def _check_notes(rows: Rows) -> None:
    """Refuse the lines of the sheet Suivi that do not say what their kind needs."""
    frame = rows.frame
    if "kind" not in frame.columns:
        return
    kinds = _kinds(frame, rows.sheet.key)
    for kind, name in _NEEDED.items():
        blank = (kinds == kind) & frame[name].isna() & ~frame["is_refused"]
        rows.report(
            blank.to_numpy(bool), "value_unknown", "refused", column=name,
            values=frame[name].tolist(),
        )  # fmt: skip


def _drop_repeated(rows: Rows) -> None:
    """Set aside the lines that say what an earlier one says, in every column."""
    live = ~rows.frame["is_refused"].to_numpy(bool)
    said = rows.frame.drop(columns=["row_number", "is_refused"]).astype(str)
    twice = np.zeros(len(rows.frame), bool)
    twice[live] = said[live].duplicated().to_numpy(bool)
    rows.report(twice, "duplicate_line", "ignored", values=rows.frame["number"].tolist())
    rows.frame = rows.frame[~twice].reset_index(drop=True)


def build_financials(rows: Rows, company_id: str) -> pa.Table:
    """Return outside scores and ratios; a line with neither figure nor words is refused."""
    frame = rows.frame
    blank = frame["value"].isna() & frame["text"].isna() & ~frame["is_refused"]
    rows.report(blank, "value_unknown", "refused", column="value", values=frame["value"].tolist())
    kept = rows.kept
    if not len(kept):
        return arrow_schema("financials").empty_table()
    known = {plain(word) for word in EXTERNAL_SCORES}
    is_score = kept["measure"].map(plain).isin(known)
    kept["measure"] = kept["measure"].mask(is_score, EXTERNAL_SCORE)
    kept["company_id"] = company_id
    return to_arrow("financials", kept.astype(object).where(kept.notna(), None))
