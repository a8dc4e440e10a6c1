"""Contrôle interne: who changed what over a period, and every line that an import refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.model.issues import UserError
from arlib.model.money import major_text
from arlib.model.policy import Policy
from arlib.model.portfolio import KEY
from arlib.views import policy as policy_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    Row = dict[Any, Any]
    Value = tuple[Any, Any, Any]  # words or code, minor units, currency

# Kinds of changes, in the order they are told.
KINDS: Final = (
    "limit",
    "policy",
    "segment",
    "group",
    "link",
    "terms",
    "match",
    "dispute",
    "followup",
    "depreciation",
    "answer",
    "import",
    "purge",
)
_COLUMNS: Final = [
    "at",
    "by",
    "kind",
    "event",
    "company_id",
    "customer_id",
    "name",
    "subject",
    "code",
    "before",
    "after",
    "before_minor",
    "before_currency",
    "after_minor",
    "currency",
    "effective_on",
    "reason",
    "change_id",
    "undoes",
    "is_undone",
]
_MORE: Final = "more_lines_alike"
_NOTHING: Final = (None, None, None)


@dataclass(frozen=True, slots=True)
class ControlView:
    """What happened from the day ``from_on`` to the end of ``to_on``.

    ``changes``, latest first: ``at, by, kind`` (see ``KINDS``), ``event`` (set, undone, refused,
    opened, closed, imported, taken_back, erased), key (missing when no customer is meant), ``name, subject``
    (setting, question, document, file, or the scope of a limit), ``code`` (section of the setting, source of
    the limit, cause, kind of the entry), ``before, after`` (words or codes; missing: nothing),
    ``before_minor, before_currency, after_minor, currency, effective_on, reason, change_id, undoes,
    is_undone``. ``counts``: ``kind, by, count``. ``refused``: one row a refused line, ``batch_id, at, by,
    company_id, file_name, state, code, sheet, row_number, column, value, amount_minor, currency,
    detail, count`` (more than 1: a line that sums others alike). ``refused_totals``: ``currency`` (missing:
    lines without an amount), ``count, amount_minor``.
    """

    from_on: date
    to_on: date
    changes: pd.DataFrame
    counts: pd.DataFrame
    refused: pd.DataFrame
    refused_totals: pd.DataFrame


def build(histories: Mapping[str, pd.DataFrame], from_on: date, to_on: date) -> ControlView:
    """Return the changes and refused lines of a period; ``histories``: ``Workspace.histories``.

    Raises:
        UserError: ``control_dates``.
    """
    if to_on < from_on:
        raise UserError("control_dates", value=from_on.isoformat(), detail=to_on.isoformat())
    rows = [row for name, read in _READERS.items() for row in read(histories[name])]
    changes = _within(pd.DataFrame(rows, columns=_COLUMNS), from_on, to_on)
    changes = _named(changes.drop(columns="name"), histories["names"])
    for name in ("before_minor", "after_minor"):
        changes[name] = changes[name].astype("Int64")
    changes["_place"] = changes["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    changes = changes.sort_values(["at", "_place"], ascending=[False, True], kind="stable")
    changes = changes[_COLUMNS].reset_index(drop=True)
    refused = _within(_counted(histories["refused"]), from_on, to_on)
    return ControlView(from_on, to_on, changes, _counts(changes), refused, _totals(refused))


def _within(frame: pd.DataFrame, from_on: date, to_on: date) -> pd.DataFrame:
    at = pd.to_datetime(frame["at"])
    last = pd.Timestamp(to_on) + timedelta(days=1)
    kept = frame.loc[(at >= pd.Timestamp(from_on)) & (at < last)]
    return kept.assign(at=at.loc[kept.index]).reset_index(drop=True)


def _named(changes: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    keyed = changes.astype(dict.fromkeys(KEY, "object"))
    return keyed.merge(names.astype("object"), on=list(KEY), how="left")


def _counts(changes: pd.DataFrame) -> pd.DataFrame:
    found = changes.groupby(["kind", "by"], sort=False).size().reset_index(name="count")
    found["_place"] = found["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    found = found.sort_values(["_place", "count", "by"], ascending=[True, False, True])
    return found.drop(columns="_place").reset_index(drop=True)


def _counted(refused: pd.DataFrame) -> pd.DataFrame:
    """Return refused lines with how many lines each stands for."""
    many = pd.to_numeric(refused["value"].where(refused["code"] == _MORE), errors="coerce")
    amounts = refused["amount_minor"].astype("Int64")
    return refused.assign(count=many.fillna(1).astype("int64"), amount_minor=amounts)


def _totals(refused: pd.DataFrame) -> pd.DataFrame:
    priced = refused.assign(currency=refused["currency"].where(refused["amount_minor"].notna()))
    grouped = priced.groupby("currency", dropna=False)
    found = grouped.agg(
        count=("count", "sum"), amount_minor=("amount_minor", lambda part: part.sum(min_count=1))
    )
    found["amount_minor"] = found["amount_minor"].astype("Int64")
    return found.reset_index()


# -- one reader a history ---------------------------------------------------------------------------


def _limits(frame: pd.DataFrame) -> Iterable[Row]:
    """Return the decisions of the user; limits that a file brings are told by its import."""
    for row in _records(frame.loc[frame["sequence"] > 0]):
        is_one = row["scope"] == "customer"
        yield _common("limit", row) | {
            "customer_id": row["scope_id"] if is_one else None,
            "subject": None if is_one else row["scope_id"] or row["scope"],
            "code": row["source"],
            "after": "refused" if row["is_refused"] else None,
            "before_minor": row["before_minor"],
            "before_currency": row["before_currency"],
            "after_minor": row["after_minor"],
            "currency": row["currency"],
            "effective_on": row["valid_from"],
        }


def _policies(frame: pd.DataFrame) -> Iterable[Row]:
    versions = policy_view.build(Policy(), frame).versions
    for place, version in enumerate(versions):
        before = versions[place + 1].version if place + 1 < len(versions) else None
        row = {
            "at": version.set_at,
            "by": version.set_by,
            "change_id": version.version,
            "kind": "policy",
            "event": "set",
            "is_undone": False,
        }
        if not version.changes:  # nothing told apart: the versions are
            yield row | {"before": before, "after": version.version}
        for item in version.changes or ():
            yield row | {
                "subject": item.name,
                "code": item.section,
                "before": _setting(item.before, item.name),
                "after": _setting(item.after, item.name),
            }


def _setting(value: Any, name: str = "") -> str:
    """Return the value of a setting as text, amounts in major units.

    >>> _setting((30, 60)), _setting({"F": 5}), _setting(True), _setting(0.5)
    ('30; 60', 'F = 5', 'true', '0.5')
    >>> _setting({"EUR": 50000, "XOF": 700}, "materiality_minor")
    '500.00 EUR; 700 XOF'
    """
    if isinstance(value, Mapping):
        return "; ".join(_entry(str(key), item, name) for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return "; ".join(_setting(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _entry(key: str, value: Any, name: str) -> str:
    """Return one entry of a map; of amounts, the key is the currency."""
    if name.endswith("_minor") and isinstance(value, int):
        return f"{major_text(value, key)} {key}"
    return f"{key} = {_setting(value, name)}"


def _segments(frame: pd.DataFrame) -> Iterable[Row]:
    rows = _records(frame)
    keys = [(row["company_id"], row["customer_id"]) for row in rows]
    told = _replayed(rows, keys, [(row["segment"], None, None) for row in rows])
    for row, values in zip(rows, told, strict=True):
        yield _common("segment", row) | values | {"effective_on": row["valid_from"]}


def _groups(frame: pd.DataFrame) -> Iterable[Row]:
    for row in _records(frame):
        event = "refused" if row["origin"] == "refused" else None
        found = {"before": row["before_group_id"], "after": row["group_id"], "code": row["origin"]}
        yield _common("group", row, event) | found


def _links(frame: pd.DataFrame) -> Iterable[Row]:
    for row in _records(frame):
        event = "undone" if row["main_customer_id"] is None else None
        yield _common("link", row, event) | {
            "before": row["before_customer_id"],
            "after": row["main_customer_id"],
        }


def _terms(frame: pd.DataFrame) -> Iterable[Row]:
    rows = _records(frame)
    keys = [(row["company_id"], row["customer_id"], row["valid_from"]) for row in rows]
    told = _replayed(rows, keys, [(row["terms"], None, None) for row in rows])
    for row, values in zip(rows, told, strict=True):
        yield _common("terms", row) | values | {"effective_on": row["valid_from"]}


def _matches(frame: pd.DataFrame) -> Iterable[Row]:
    for row in _records(frame):
        renamed = row | {"at": row["recorded_at"], "by": row["recorded_by"]}
        yield _common("match", renamed) | {
            "subject": f"{row['debit_document_id']} / {row['credit_document_id']}",
            "code": row["rule"],
            "after": row["decision"],
            "after_minor": row["amount_minor"],
            "currency": row["currency"],
        }


def _disputes(frame: pd.DataFrame) -> Iterable[Row]:
    rows = _records(frame)
    keys = [row["undoes"] or row["change_id"] for row in rows]
    values = [
        (row["outcome"] or row["event"], row["amount_minor"], row["currency"]) for row in rows
    ]
    for row, told in zip(rows, _replayed(rows, keys, values), strict=True):
        yield (
            _common("dispute", row, row["event"])
            | told
            | {
                "subject": row["document_id"],
                "code": row["code"],
                "effective_on": row["happened_on"],
                "reason": row["text"],
            }
        )


def _actions(frame: pd.DataFrame) -> Iterable[Row]:
    rows = _records(frame)
    keys = [row["undoes"] or row["change_id"] for row in rows]
    values = [
        (row["text"] or row["cause"] or row["outcome"], row["amount_minor"], row["currency"])
        for row in rows
    ]
    for row, told in zip(rows, _replayed(rows, keys, values), strict=True):
        yield (
            _common("followup", row)
            | told
            | {
                "subject": row["document_ids"],
                "code": row["kind"],
                "effective_on": row["due_on"] or row["taken_on"],
            }
        )


def _depreciations(frame: pd.DataFrame) -> Iterable[Row]:
    rows = _records(frame)
    names = ("company_id", "customer_id", "document_id", "currency")
    keys = [
        (*(row[name] for name in names), row["on_date"] if row["kind"] == "opening" else None)
        for row in rows
    ]
    values = [(_share(row), row["amount_minor"], row["currency"]) for row in rows]
    for row, told in zip(rows, _replayed(rows, keys, values), strict=True):
        yield (
            _common("depreciation", row)
            | told
            | {
                "subject": row["document_id"],
                "code": row["kind"],
                "effective_on": row["on_date"],
            }
        )


def _share(row: Row) -> str:
    """Return what was decided, with the share of a claim when one was typed."""
    return row["kind"] if row["ratio"] is None else f"{row['kind']} {100 * row['ratio']:g} %"


def _answers(frame: pd.DataFrame) -> Iterable[Row]:
    rows = _records(frame)
    keys = [row["question_id"] for row in rows]
    told = _replayed(rows, keys, [(row["answer"], None, None) for row in rows])
    for row, values in zip(rows, told, strict=True):
        more = {"subject": row["question_id"], "reason": row["comment"]}
        yield _common("answer", row) | values | more


def _imports(frame: pd.DataFrame) -> Iterable[Row]:
    for row in _records(frame):
        found = _common("import", row | {"change_id": row["batch_id"]}, row["event"])
        yield found | {"subject": row["file_name"], "is_undone": False}


def _purges(frame: pd.DataFrame) -> Iterable[Row]:
    """Return erasures, of which the log holds no content: what they were of, and how much."""
    for row in _records(frame):
        found = _common("purge", row | {"change_id": row["purge_id"]}, "erased")
        yield found | {
            "code": row["scope"],
            "before": f"{row['count_lines']} {row['count_documents']}",
        }


_READERS: Final = {
    "limits": _limits,
    "policies": _policies,
    "overrides": _segments,
    "groups": _groups,
    "links": _links,
    "terms": _terms,
    "matches": _matches,
    "disputes": _disputes,
    "actions": _actions,
    "depreciations": _depreciations,
    "answers": _answers,
    "imports": _imports,
    "purges": _purges,
}


def _records(frame: pd.DataFrame) -> list[Row]:
    """Return entries as mappings, what is missing being None."""
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _common(kind: str, row: Row, event: str | None = None) -> Row:
    undoes = row.get("undoes")
    found = {
        "at": row["at"],
        "by": row["by"],
        "company_id": row.get("company_id"),
        "customer_id": row.get("customer_id"),
        "reason": row.get("reason"),
        "change_id": row["change_id"],
        "is_undone": bool(row.get("is_undone", False)),
    }
    return found | {
        "kind": kind,
        "event": "undone" if undoes else event or "set",
        "undoes": undoes,
    }


def _replayed(rows: Sequence[Row], keys: Sequence[Any], values: Sequence[Value]) -> list[Row]:
    """Return what stood before and after each entry (given latest first) for what it is about."""
    standing: dict[Any, dict[str, Value]] = {}
    told: list[Row] = []
    for row, key, value in reversed(list(zip(rows, keys, values, strict=True))):
        entries = standing.setdefault(key, {})
        before = _last(entries)
        if row.get("undoes"):
            entries.pop(row["undoes"], None)
        else:
            entries[row["change_id"]] = value
        after = _last(entries)
        told.append(
            {
                "before": before[0],
                "before_minor": before[1],
                "before_currency": before[2],
                "after": after[0],
                "after_minor": after[1],
                "currency": after[2],
            }
        )
    return told[::-1]


def _last(entries: Mapping[str, Value]) -> Value:
    return entries[list(entries)[-1]] if entries else _NOTHING
