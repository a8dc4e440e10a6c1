"""View frames to JSON: decimal strings, ISO dates, plain numbers, null with its reason."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
import pandas as pd

from arlib.model.money import major_text, whole_minor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Amounts of these columns are in another currency than the row's own.
OTHER_CURRENCY: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("limit", "tested", "overrun", "headroom", "overrun_peak_12m", "overrun_mean_12m"),
        "limit_currency",
    ),
    **dict.fromkeys(
        (
            "insurer_limit",
            "insurer_overrun",
            "insurer_overrun_peak_12m",
            "insurer_overrun_mean_12m",
        ),
        "insurer_limit_currency",
    ),
    **dict.fromkeys(("group_limit", "group_exposure", "group_overrun"), "group_limit_currency"),
    "suggested_limit": "suggested_limit_currency",
    "guarantee": "guarantee_currency",
    **dict.fromkeys(("indemnity", "claimable_indemnity"), "indemnity_currency"),
    "members_limit": "members_currency",
    "before": "before_currency",
    "disputed": "disputed_currency",
}
# Why a figure is missing when its view does not say.
WHY: Final[Mapping[str, str]] = {
    **dict.fromkeys(("limit", "before", "after", "utilisation_ratio"), "no_limit"),
    **dict.fromkeys(("insurer_limit", "insurer_overrun"), "no_limit"),
    **dict.fromkeys(("overrun_since", "insurer_overrun_since", "group_overrun_since"), "not_over"),
    **dict.fromkeys(("return_under_limit_on", "return_under_limit_p90_on"), "not_over"),
    **dict.fromkeys(("trend", "trend_days", "one_day", "period_months"), "insufficient_history"),
    **dict.fromkeys(("mean_delay_days", "weighted_delay_days"), "no_history"),
    **dict.fromkeys(("max_days_late", "oldest_due_on"), "no_open"),
}
_UNEXPLAINED: Final = "not_applicable"
_PLAIN: Final = frozenset({str, int, bool})
# Working columns of the views: numbers of minor units × days, flags that other fields say.
_HIDDEN: Final = frozenset({"use", "delay_amount", "is_unknown", "is_first_row"})


def json_text(document: Any) -> str:
    """Return a document as indented JSON (the standard library's takes over 20 times as long)."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def plain(value: Any) -> Any:
    """Return a JSON value: numpy scalars and timestamps become Python's, missing becomes None.

    >>> plain(pd.NA), plain(pd.Timestamp("2025-06-30")), plain(float("nan"))
    (None, '2025-06-30', None)
    """
    if type(value) in _PLAIN:  # most cells, by far
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime):
        is_day = value == datetime(value.year, value.month, value.day, tzinfo=value.tzinfo)
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def money(minor: Any, currency: str | None) -> str | None:
    """Return an amount as a decimal string in major units, None when missing.

    A mean or a share of amounts may have a part of a minor unit: rounded half away from zero.

    >>> money(123456, "EUR"), money(204486.6, "EUR"), money(-0.5, "EUR"), money(None, "EUR")
    ('1234.56', '2044.87', '-0.01', None)
    """
    return (
        None if minor is None or pd.isna(minor) else major_text(whole_minor(minor), currency or "")
    )


def rows(
    frame: pd.DataFrame,
    *,
    names: Mapping[str, str] | None = None,
    currency: str | None = None,
) -> list[dict[str, Any]]:
    """Return one object a row of a view's frame.

    ``x_minor`` becomes ``x``, a decimal string in the row's ``currency`` (``limit_currency`` for
    limits and overruns). A missing figure keeps its ``x_reason``; a figure that is there has none.
    ``names`` renames or picks columns (source -> JSON name; absent: all); ``currency`` serves
    frames without a column of that name.
    """
    shown = [str(name) for name in frame.columns if name not in _HIDDEN]
    wanted = dict(names) if names is not None else {name: _bare(name) for name in shown}
    reasons = _reasons(frame, wanted)
    columns: dict[str, list[Any]] = {}
    for source, target in wanted.items():
        if source in frame.columns and source not in reasons.values():
            columns[target] = _column(frame, source, currency)
    found = [
        dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)
    ]
    for source, reason in reasons.items():
        _explain(found, wanted[source], [plain(cell) for cell in frame[reason]])
    return [explained(row) for row in found]


def by_customer(
    frame: pd.DataFrame, found: Sequence[dict[str, Any]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return what was written of each row of ``frame``, by company and customer, in its order.

    Rows are written together, then shared out: a group of them at a time costs milliseconds each.
    """
    shared: dict[tuple[str, str], list[dict[str, Any]]] = {}
    keys = zip(frame["company_id"], frame["customer_id"], strict=True)
    for key, row in zip(keys, found, strict=True):
        shared.setdefault(key, []).append(row)
    return shared


def explained(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row in which everything missing has a reason beside it.

    >>> explained({"limit": None})
    {'limit': None, 'limit_reason': 'no_limit'}
    """
    missing = [name for name, value in row.items() if value is None and not name.endswith("reason")]
    for name in missing:
        row.setdefault(f"{name}_reason", WHY.get(name, _UNEXPLAINED))
    return row


def record(
    view: Any, *, currency: str | None = None, without: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the scalar fields of a view (a dataclass or a mapping) as one object.

    Frames and nested views are left out: the command places them. ``x_minor`` is written in
    ``currency``; a missing figure keeps its ``x_reason``.
    """
    values = _fields(view)
    plain_values = {
        name: value
        for name, value in values.items()
        if name not in without
        and not isinstance(value, (pd.DataFrame, pd.Series))
        and not is_dataclass(value)
    }
    found: dict[str, Any] = {}
    for name, value in plain_values.items():
        if name.endswith("_reason") and _figure_of(name, plain_values) is not None:
            continue
        target = _bare(name)
        found[target] = money(value, currency) if name.endswith("_minor") else plain(value)
        reason = plain_values.get(f"{name}_reason") or plain_values.get(f"{target}_reason")
        if found[target] is None and reason is not None:
            found[f"{target}_reason"] = plain(reason)
    return explained(found)


def _fields(view: Any) -> dict[str, Any]:
    if is_dataclass(view):
        return {item.name: getattr(view, item.name) for item in fields(view)}
    return dict(view)


def _bare(name: str) -> str:
    return name.removesuffix("_minor")


def _figure_of(reason: str, names: Mapping[str, Any] | Sequence[str]) -> str | None:
    """Return the figure a ``…_reason`` explains, None when it is a word of its own."""
    stem = reason.removesuffix("_reason")
    return next((name for name in (stem, f"{stem}_minor") if name in names), None)


def _reasons(frame: pd.DataFrame, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return figure -> column of its reason."""
    found: dict[str, str] = {}
    for name in frame.columns:
        if str(name).endswith("_reason"):
            figure = _figure_of(str(name), list(frame.columns))
            if figure is not None and figure in wanted:
                found[figure] = str(name)
    return found


def _column(frame: pd.DataFrame, name: str, currency: str | None) -> list[Any]:
    cells = frame[name].tolist()
    if not name.endswith("_minor"):
        return [plain(cell) for cell in cells]
    column = OTHER_CURRENCY.get(_bare(name), "currency")
    column = column if column in frame.columns else "currency"
    currencies = frame[column].tolist() if column in frame.columns else [currency] * len(cells)
    return [
        money(cell, None if code is None or pd.isna(code) else code)
        for cell, code in zip(cells, currencies, strict=True)
    ]


def _explain(found: list[dict[str, Any]], figure: str, reasons: list[Any]) -> None:
    """Put the reason beside each missing figure, in place."""
    for row, reason in zip(found, reasons, strict=True):
        if row[figure] is None:
            row[f"{figure}_reason"] = reason or WHY.get(figure, _UNEXPLAINED)
