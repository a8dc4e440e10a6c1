"""The tables of a file: which hold receivables, which customers or limits, which are left.

Tables of the same titles are read as one, wherever they stand: on several sheets, one under the
other, on every page of a report. Of tables with different titles the best receivable one is read,
lists of customers and limits complete it, and the others are named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import (
    REFERENCE,
    REQUIRED,
    Match,
    match_headers,
    normalise,
    reduced_age,
    spellings,
)
from arlib.ingest.headers import Layout, find_layouts, head_rows, layout_of
from arlib.ingest.sheet import titles_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arlib.ingest.declaration import ListFormat
    from arlib.ingest.headers import HeadRow
    from arlib.ingest.source import Source

DECLARED: Final = 0.9
_TITLED: Final = 0.95
_MIN_FIELDS: Final = 3
_ITEM_FIELDS: Final = frozenset({"number", "issued_on", "due_on", "paid_on"})
_CUSTOMERS: Final = ("customer_id", "customer_name", "customer", "account")
_PAYABLES: Final = re.compile(
    r"(?i)fournisseur|supplier|vendor|payable|\bA/?P\b|\bachats?\b|purchas|cr[ée]ancier|creditor"
)
_RECEIVABLES: Final = re.compile(
    r"(?i)client|customer|receivable|\bA/?R\b|\bventes?\b|\bsales\b|d[ée]biteur|debtor"
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file and what its titles say it holds."""

    layout: Layout
    match: Match
    is_items: bool
    is_reference: bool
    is_payables: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tables of the same columns share."""
        return titles_key(self.layout.headers)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read of a file: tables of items read as one, lists of customers, and what is left."""

    items: tuple[Table, ...]
    references: tuple[Table, ...]
    left: tuple[Table, ...]


def confidence(source: Source, form: ListFormat) -> float:
    """Return how sure it is that the file is this list, 0 to 1."""
    table = next(tables_of(source, form), None)
    if table is None:
        return 0.0
    titled = bool(form.titles) and _has_title(source, table.layout, form)
    if form.needs_title and not titled:
        return 0.0
    return _TITLED if titled else DECLARED


def tables_of(source: Source, form: ListFormat | None = None) -> Iterator[Table]:
    """Yield the tables of items that a format recognises, best first; None: by generic headers."""
    layouts = find_layouts(source, form=form) if form is None else _signed_layouts(source, form)
    for layout in layouts:
        match = match_headers(layout.headers, form)
        if holds_items(match, form) and not (_is_summary_form(form) and not is_summary(match)):
            yield Table(layout, match, True, False, is_payables(source, layout))


def is_summary(match: Match) -> bool:
    """Tell one row a customer with one column an age: no item of its own has a number or a date."""
    return bool(match.buckets) and not _ITEM_FIELDS & set(match.fields)


def _is_summary_form(form: ListFormat | None) -> bool:
    """Tell a format of sums by age alone: it does not answer for lines that have a number or a date."""
    return form is not None and bool(form.buckets) and not _ITEM_FIELDS & set(form.columns)


def holds_items(match: Match, form: ListFormat | None = None) -> bool:
    """Tell whether fields make a list of receivables: a customer, an amount and a date, or ages."""
    return match.has(needed_groups(match, form))


def needed_groups(match: Match, form: ListFormat | None) -> tuple[tuple[str, ...], ...]:
    """Return the groups of fields a list needs; ages hold amounts and dates, sections customers."""
    groups = form.required if form else REQUIRED
    if match.buckets:
        amounts = {"amount", "open", "amount_local"}
        dates = {"issued_on", "due_on"}
        groups = tuple(g for g in groups if not (amounts & set(g) or dates & set(g)))
    if form and form.sections:
        groups = tuple(group for group in groups if not set(_CUSTOMERS) & set(group))
    return groups


def choose(source: Source, main: Table, form: ListFormat | None = None) -> Choice:
    """Return what is read beside the table ``main``: its like, the lists of customers, the rest."""
    same, references, left = [main], [], []
    for table in _other_tables(source, main, form):
        if table.is_items and table.key == main.key and table.is_payables == main.is_payables:
            same.append(table)
        elif table.is_reference and not table.is_items and not table.is_payables:
            references.append(table)
        else:
            left.append(table)
    above = [t for t in (*references, *left) if t.layout.sheet is main.layout.sheet]
    if above:
        same[0] = replace(main, layout=replace(main.layout, first_row=main.layout.row))
    same.sort(key=lambda table: _place(source, table.layout))
    return Choice(tuple(same), tuple(references), tuple(left))


def best(tables: Sequence[Table]) -> Table | None:
    """Return the table to read: the first of customers, else the first of suppliers."""
    return min(tables, key=lambda table: table.is_payables, default=None)


def table_of(
    source: Source, row: HeadRow, form: ListFormat | None = None, *, any_kind: bool = False
) -> Table | None:
    """Return the table that a row of words opens; None when it opens none.

    ``any_kind`` counts tables that are neither items nor customers, when several titles are known.
    """
    layout = layout_of(row, form=form)
    if layout is None:
        return None
    match = match_headers(layout.headers, form)
    is_items = holds_items(match, form) and len(match.fields) >= _MIN_FIELDS
    is_reference = not is_items and match.has(REFERENCE)
    is_known = any_kind and len(set(match.fields.values())) >= _MIN_FIELDS
    if not (is_items or is_reference or is_known):
        return None
    return Table(layout, match, is_items, is_reference, is_payables(source, layout))


def is_payables(source: Source, layout: Layout) -> bool:
    """Tell a list of what is owed to suppliers, by its sheet, its titles or what stands above."""
    words = [layout.sheet.name if layout.sheet else "", *layout.headers]
    words += [" ".join(row.titles) for row in _rows_above(source, layout)]
    text = " ".join(words)
    return bool(_PAYABLES.search(text)) and not _RECEIVABLES.search(text)


def _rows_above(source: Source, layout: Layout) -> list[HeadRow]:
    return [
        row
        for row in head_rows(source)
        if row.sheet is layout.sheet
        and row.separator == layout.separator
        and layout.first_row <= row.row < layout.row
    ]


def _signed_layouts(source: Source, form: ListFormat) -> list[Layout]:
    """Return the layouts that show the signature of a format, best first."""
    wanted = [
        frozenset(
            key for name in spelled.split("|") for key in (*spellings(name), reduced_age(name))
        )
        for spelled in form.signature
    ]
    needed = form.needed or len(wanted)
    found: dict[tuple[int, str | None], Layout] = {}
    for row in head_rows(source):
        names = row.names
        if sum(bool(spelled & names) for spelled in wanted) < needed:
            continue
        layout = layout_of(row, form=form)
        key = (id(row.sheet), row.separator)
        if layout and (key not in found or layout.score >= found[key].score + 1):
            titles = {key for t in layout.headers for key in (normalise(t), reduced_age(t))}
            if sum(bool(spelled & titles) for spelled in wanted) >= needed:
                found[key] = layout
    return sorted(found.values(), key=lambda layout: -layout.score)


def _has_title(source: Source, layout: Layout, form: ListFormat) -> bool:
    if layout.sheet is not None:
        rows = layout.sheet.rows[: layout.row - 1]
        text = "\n".join(" ".join(map(str, row)) for row in rows) + "\n" + layout.sheet.name
    else:
        text = "\n".join(source.head_lines(layout.row - 1))
    return any(re.search(pattern, text) for pattern in form.titles)


def _other_tables(source: Source, main: Table, form: ListFormat | None) -> Iterator[Table]:
    """Yield the other tables that open in the first lines of each sheet, or of the same text."""
    closed: dict[int, Layout] = {}
    for row in head_rows(source):
        if row.separator != main.layout.separator:
            continue
        if row.sheet is main.layout.sheet:
            # Below the main header, a table is found once its lines are known.
            if row.row >= main.layout.row:
                continue
        elif id(row.sheet) in closed:
            continue
        table = table_of(source, row, form) or (table_of(source, row) if form else None)
        if table is None:
            continue
        if row.sheet is main.layout.sheet:
            yield replace(table, layout=replace(table.layout, end_row=main.layout.row))
        else:
            closed[id(row.sheet)] = table.layout
            yield table


def _place(source: Source, layout: Layout) -> tuple[int, int]:
    if layout.sheet is None:
        return 0, layout.row
    return next(i for i, sheet in enumerate(source.sheets) if sheet is layout.sheet), layout.row
