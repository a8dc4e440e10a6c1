"""Customers named on a row of their own above their lines, as printed reports do.

Filled only when the format says so, when the list has no column of customers, or when no line of
the list names its customer: a blank beside named neighbours is never filled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.declaration import TOTAL_FOR, Sections
from arlib.ingest.headers import is_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines

# Beyond, rows without a date are lines of a list that has none, not the names of customers.
_MOST: Final = 20_000
_TIMES: Final = 3
_FIELDS: Final = ("customer_id", "customer_name")
TOTAL: Final = (
    r"(?i)^\W*(sous[ -]?total|sous[ -]?totaux|sub[ -]?total|grand total|totaux|total|somme|à reporter|"
    r"a reporter|report|solde total|solde g[ée]n[ée]ral|balance total)\b"
)
# A total carried over a page break: the section goes on below it.
_CARRIED: Final = re.compile(r"(?i)^\W*([àa] reporter|report|carried forward|brought forward)\b")
_ANY_TOTAL: Final = re.compile(TOTAL)
# “Client : C001 - Dupré”: the word that announces a customer is no part of its name.
_SAID: Final = re.compile(
    r"(?i)\W*(?:(?:code|nom|compte)\s+)?(?:du\s+)?(?:client|tiers|compte|customer|auxiliaire)\s*(?:n°)?\s*:"
    r"\s*(?:(?P<code>\S*\d\S*)\s+[-–]\s+)?(?P<name>\S.*)"
)
_NONE: Final[tuple[str | None, str | None]] = (None, None)


@dataclass(frozen=True, slots=True)
class Sectioning:
    """The rows that open a section and those that close one."""

    heads: np.ndarray
    closes: np.ndarray


def find(
    lines: Lines, match: Match, undated: np.ndarray, has_amount: np.ndarray, dated: np.ndarray
) -> Sectioning:
    """Return the sections of a list, the customers of their lines filled in ``lines``.

    ``undated`` are the rows that may open or close a section, ``dated`` the items.
    """
    heads = np.zeros(lines.count, dtype=bool)
    closes = np.zeros(lines.count, dtype=bool)
    rule = _rule(lines, dated)
    if rule is None or undated.sum() > max(_MOST, _TIMES * (~undated).sum()):
        return Sectioning(heads, closes)
    footers = [re.compile(text) for text in (lines.form.footers if lines.form else ())]
    closing, naming = re.compile(rule.closes), re.compile(rule.pattern)
    named = _named_above(lines, naming)
    number = match.fields.get("number")
    for row in np.flatnonzero(undated).tolist():
        cells = {place: text for place, text in row_cells(lines, row) if not is_value(text)}
        label = _label(cells, rule)
        if not label or any(pattern.search(label) for pattern in footers):
            continue
        if _CARRIED.search(label):
            continue
        if closing.search(label) or _ANY_TOTAL.search(label):
            closes[row], named[row] = True, _NONE
        elif (found := naming.fullmatch(label)) and not (
            has_amount[row] and number in cells and len(cells) > 1
        ):
            heads[row], named[row] = True, _customer(found.groupdict())
    _drop_empty(lines, named, heads, undated, has_amount)
    _fill(lines, named)
    return Sectioning(heads, closes)


def _named_above(lines: Lines, naming: re.Pattern[str]) -> dict[int, tuple[str | None, str | None]]:
    """Return the customer that a line above the header names, for the first lines (place -1).

    Only a section that starts with a code can be told from the title of the page.
    """
    if not lines.form or not lines.form.sections or "customer_id" not in naming.groupindex:
        return {}
    found = [naming.fullmatch(" ".join(text.split())) for _, text in lines.sheet.above]
    matched = [match for match in found if match]
    return {-1: _customer(matched[-1].groupdict())} if matched else {}


def row_cells(lines: Lines, row: int) -> list[tuple[int, str]]:
    """Return the filled cells of a row with their places, blanks trimmed."""
    found = []
    for place, column in sorted(lines.sheet.columns.items()):
        text = " ".join((column.text[row].as_py() or "").split())
        if text:
            found.append((place, text))
    return found


def _rule(lines: Lines, items: np.ndarray) -> Sections | None:
    """Return how sections are read: as declared, or plainly when no line names its customer."""
    if lines.form and lines.form.sections:
        return lines.form.sections
    named = np.zeros(lines.count, dtype=bool)
    for name in _FIELDS:
        if name in lines.text:
            named |= lines.text[name].is_valid().to_numpy(zero_copy_only=False)
    return None if (named & items).any() or not items.any() else Sections(closes=TOTAL_FOR)


def _label(cells: Mapping[int, str], rule: Sections) -> str:
    if rule.column is not None:
        return cells.get(rule.column, "")
    return " ".join(cells.values())


def _customer(groups: Mapping[str, str | None]) -> tuple[str | None, str | None]:
    code, name = (groups.get(field) for field in _FIELDS)
    if not code and name and (said := _SAID.fullmatch(name)):
        code, name = said["code"], said["name"]
    return code or name, name or code


def _drop_empty(
    lines: Lines,
    named: dict[int, tuple[str | None, str | None]],
    heads: np.ndarray,
    undated: np.ndarray,
    has_amount: np.ndarray,
) -> None:
    """Forget the sections that hold no line and no amount: titles and footers of the page."""
    events = [*sorted(named), lines.count]
    for row, following in pairwise(events):
        if row < 0:
            continue
        is_empty = undated[row + 1 : following].all() and not has_amount[row]
        if heads[row] and is_empty:
            heads[row] = False
            del named[row]


def _fill(lines: Lines, named: Mapping[int, tuple[str | None, str | None]]) -> None:
    """Give the lines of each section its customer, where they name none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not named:
        return
    rows = np.array(sorted(named))
    place = np.searchsorted(rows, np.arange(lines.count), side="right") - 1
    index = pa.array(place, mask=place < 0)
    anonymous = np.ones(lines.count, dtype=bool)
    for name in _FIELDS:
        if name in lines.text:
            anonymous &= ~lines.text[name].is_valid().to_numpy(zero_copy_only=False)
    for rank, name in enumerate(_FIELDS):
        values = pa.array([named[row][rank] for row in rows.tolist()], pa.string())
        filled = pc.if_else(pa.array(anonymous), values.take(index), pa.scalar(None, pa.string()))
        own = lines.text.get(name)
        lines.text[name] = filled if own is None else pc.coalesce(own, filled)
