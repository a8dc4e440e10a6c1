"""A report whose customers cannot be recognised: names and codes replaced, figures untouched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import pandas as pd

from arlib.i18n import translator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arlib.views.report import RiskReport

Found = TypeVar("Found")

_TEXTS: Final = ("number", "document_id", "invoice_id", "manual_reason", "file_name", "terms")
_PEOPLE: Final = ("owner", "manual_author")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that stand for each name, by kind."""

    customers: dict[tuple[str, str], str]
    people: dict[str, str]
    groups: dict[str, str]
    numbers: dict[str, str]


def pseudonymised(views: RiskReport, lang: str = "fr") -> RiskReport:
    """Return the report with customers, groups, people and document numbers under other names.

    The same book always gives the same names; they follow no order of the real ones. Companies of
    the user and names of imported files stay: they say where the figures come from.
    """
    words = _words(views, lang)
    renamed = _renamed(views, words)
    return replace(renamed, status=views.status, policy=views.policy)


def _words(views: RiskReport, lang: str) -> _Words:
    _ = translator(lang)
    rows = views.customers
    keys = set(zip(rows["company_id"], rows["customer_id"], strict=True)) if len(rows) else set()
    keys |= set(zip(views.items["company_id"], views.items["customer_id"], strict=True))
    for frame in _frames(views):
        if {"company_id", "customer_id"} <= set(frame.columns):
            keys |= set(zip(frame["company_id"], frame["customer_id"], strict=True))
    names = {key: "|".join(map(str, key)) for key in keys}
    order = sorted(keys, key=lambda key: _digest(names[key]))
    return _Words(
        {key: _("Customer {n}").format(n=f"{place:04d}") for place, key in enumerate(order, 1)},
        _numbered(_every(views, _PEOPLE), _("Person {n}")),
        _numbered(_every(views, ("group_id",)), _("Group {n}")),
        _numbered(_every(views, ("number",)), _("Document {n}")),
    )


def _numbered(values: Iterable[str], pattern: str) -> dict[str, str]:
    order = sorted(values, key=_digest)
    return {value: pattern.format(n=f"{place:04d}") for place, value in enumerate(order, 1)}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _frames(value: Any) -> Iterable[pd.DataFrame]:
    """Yield every frame inside a view."""
    if isinstance(value, pd.DataFrame):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _frames(item)
    elif is_dataclass(value):
        for item in fields(value):
            yield from _frames(getattr(value, item.name))


def _every(views: RiskReport, names: tuple[str, ...]) -> set[str]:
    """Return every value of some columns in the whole report."""
    found: set[str] = set()
    for frame in _frames(views):
        for name in names:
            if name in frame.columns:
                found |= {str(value) for value in frame[name].dropna().unique()}
    for view in views.behaviour_levels:
        if (view.level == "owner" and "owner" in names) or (
            view.level == "group" and "group_id" in names
        ):
            for block in view.blocks:
                found |= {str(value) for value in block.rows["value"].dropna().unique()}
    return found


def _renamed(value: Found, words: _Words) -> Found:
    """Return a view with every frame in it renamed."""
    if isinstance(value, pd.DataFrame):
        return cast("Found", _frame(value, words))
    if isinstance(value, tuple):
        return cast("Found", tuple(_renamed(item, words) for item in value))
    if is_dataclass(value) and not isinstance(value, type):
        made = {item.name: _renamed(getattr(value, item.name), words) for item in fields(value)}
        if getattr(value, "level", None) in {"owner", "group"} and "blocks" in made:
            known = words.people if made["level"] == "owner" else words.groups
            made["blocks"] = tuple(_level(block, known) for block in made["blocks"])
        return cast("Found", replace(value, **made))
    return value


def _level(block: Any, known: dict[str, str]) -> Any:
    rows = block.rows.assign(value=block.rows["value"].map(known))
    return replace(block, rows=rows)


def _frame(frame: pd.DataFrame, words: _Words) -> pd.DataFrame:
    made: dict[str, Any] = {}
    columns = set(frame.columns)
    if {"company_id", "customer_id"} <= columns:
        keys = zip(frame["company_id"], frame["customer_id"], strict=True)
        names = pd.Series(
            [words.customers.get(key) for key in keys], index=frame.index, dtype="str"
        )
        made["customer_id"] = names.str.extract(r"(\d+)$", expand=False)
        if "name" in columns:
            made["name"] = names
    maps = dict.fromkeys(_PEOPLE, words.people)
    maps |= {"group_id": words.groups, "number": words.numbers}
    for name, known in maps.items():
        if name in columns:
            made[name] = frame[name].map(known)
    for name in _TEXTS[1:]:
        if name in columns:
            made[name] = pd.Series([None] * len(frame), index=frame.index, dtype="str")
    return frame.assign(**made)
