"""The lines of a flat list as typed columns: customer, number, dates, amounts, flags.

Nothing is decided here about what a line is; only what its cells say, and which cannot be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.findings import Findings
from arlib.ingest.orders import column_orders
from arlib.ingest.threads import together
from arlib.ingest.values import (
    clean_codes,
    clean_text,
    read_amounts,
    read_dates,
    read_flags,
    share_later,
)
from arlib.model.money import DEFAULT_CURRENCY, decimals

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from arlib.ingest.cells import Column
    from arlib.ingest.columns import Match
    from arlib.ingest.declaration import ListFormat
    from arlib.ingest.sheet import Sheet
    from arlib.ingest.values import Amounts, Separator
    from arlib.model.files import DateOrder, ImportOptions
    from arlib.model.issues import Issue

DATE_FIELDS: Final = ("issued_on", "due_on", "paid_on", "posted_on", "disputed_on")
AMOUNT_FIELDS: Final = ("amount", "open", "paid", "amount_local", "debit", "credit", "tax", "limit")
BUCKET: Final = "bucket_"
CODE_FIELDS: Final = (
    "customer_id",
    "number",
    "account",
    "siren",
    "group_id",
    "vat_number",
    "postal_code",
    "company",
    "instalment",
    "lettering",
)
TEXT_FIELDS: Final = (
    "customer_name",
    "kind",
    "terms",
    "dispute_reason",
    "status",
    "is_settled",
    "payment_method",
    "category",
    "sector",
    "owner",
    "country",
    "address",
    "city",
    "reference",
    "side",
)
_CURRENCY_SIGNS: Final = {
    "€": "EUR",
    "EURO": "EUR",
    "EUROS": "EUR",
    "$": "USD",
    "US$": "USD",
    "£": "GBP",
    "FCFA": "XOF",
    "CFA": "XOF",
}
_ISO_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# Shares of rows issued after they are due: a swap of day and month makes a quarter of them so.
_SWAP_SHARE: Final = 0.05
_SWAP_ROWS: Final = 5


@dataclass(slots=True)
class Lines:
    """Typed columns by field, all of the same length; an absent field is a column not in the file."""

    sheet: Sheet
    findings: Findings
    text: dict[str, pa.Array] = field(default_factory=dict)
    dates: dict[str, pa.Array] = field(default_factory=dict)
    amounts: dict[str, pa.Array] = field(default_factory=dict)
    unreadable: dict[str, np.ndarray] = field(default_factory=dict)
    out_of_range: dict[str, np.ndarray] = field(default_factory=dict)
    disputed: pa.Array | None = None
    currency: pa.Array | None = None
    has_currency: bool = False
    form: ListFormat | None = None
    order: DateOrder | None = None
    decimal: Separator | None = None
    doubt: Issue | None = None

    @property
    def count(self) -> int:
        """Return the number of rows below the header."""
        return len(self.sheet.row_numbers)

    def title(self, name: str, match: Match) -> str:
        """Return the header of a field."""
        return self.sheet.headers[match.fields[name]]


def read_lines(
    sheet: Sheet, match: Match, options: ImportOptions, form: ListFormat | None = None
) -> Lines:
    """Return the typed columns of a sheet; what cannot be read is in ``findings``."""
    findings = Findings(sheet.name, sheet.row_numbers, sheet.row_sheets)
    lines = Lines(sheet, findings, form=form)
    columns = {name: sheet.columns[position] for name, position in match.fields.items()}
    _read_text(lines, columns)
    _read_currency(lines, columns, match)
    _read_amounts(lines, columns)
    _read_dates(lines, columns, options)
    if "disputed" in columns:
        lines.disputed, odd = read_flags(columns["disputed"].text)
        values = columns["disputed"].text
        # A cause written where yes or no is expected is a dispute with its reason.
        if len(odd):
            lines.disputed, reason = _causes(lines.disputed, odd, values)
            lines.text.setdefault("dispute_reason", reason)
    return lines


def _causes(flags: pa.Array, odd: np.ndarray, values: pa.Array) -> tuple[pa.Array, pa.Array]:
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = np.zeros(len(values), dtype=bool)
    mask[odd] = True
    where = pa.array(mask)
    return pc.if_else(where, pa.scalar(value=True), flags), pc.if_else(where, values, None)


def _read_text(lines: Lines, columns: Mapping[str, Column]) -> None:
    names = [name for name in (*CODE_FIELDS, *TEXT_FIELDS) if name in columns]

    def clean(name: str) -> tuple[pa.Array, np.ndarray]:
        return (clean_codes if name in CODE_FIELDS else clean_text)(columns[name].text)

    for name, (text, controls) in zip(names, together(clean, names, lines.count), strict=True):
        lines.text[name] = text
        lines.findings.add_rows(
            "bad_control_characters", "note", controls, column=columns[name].title
        )


def _read_currency(lines: Lines, columns: Mapping[str, Column], match: Match) -> None:
    """Fill the currency of each row: its column, the header's, else none (assumed later)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    name = "currency" if "currency" in columns else "currency_local"
    if name not in columns:
        if match.currency:
            lines.currency = pa.array([match.currency] * lines.count, pa.string())
        return
    column = columns[name]
    lines.has_currency = True
    encoded = clean_text(column.text)[0].dictionary_encode()
    codes = [
        _CURRENCY_SIGNS.get(value.upper(), value.upper())
        for value in encoded.dictionary.to_pylist()
    ]
    bad = [code for code in codes if not _ISO_CURRENCY.fullmatch(code)]
    if bad:
        issue = lines.findings.add_file(
            "currency_unreadable", "doubtful", column=column.title, value=", ".join(bad[:3])
        )
        lines.doubt = lines.doubt or issue
        codes = [None if code in bad else code for code in codes]
    lines.currency = pc.take(pa.array(codes, pa.string()), encoded.indices)


def _read_amounts(lines: Lines, columns: Mapping[str, Column]) -> None:
    """Read every column of amounts; those that show their decimal separator decide for the others."""
    import pyarrow.compute as pc

    present = [n for n in columns if n in AMOUNT_FIELDS or n.startswith(BUCKET)]
    hint: Separator = "." if lines.sheet.separator == "," else ","
    shown = together(lambda name: _shown_decimal(columns[name]), present, lines.count)
    voted = [decimal for decimal in shown if decimal]
    if voted:
        hint = max(voted, key=voted.count)
        lines.decimal = hint
    for name in present:
        column = columns[name]
        read = _read_by_currency(lines, column, hint)
        lines.amounts[name] = read.minor
        lines.unreadable[name] = read.unreadable
        if read.currency is not None:
            own = lines.currency
            lines.currency = read.currency if own is None else pc.coalesce(own, read.currency)
        if read.drift is not None and name != "limit":
            lines.findings.add_file(
                "amount_rounded",
                "note",
                column=column.title,
                value=str(int((read.drift != 0).sum())),
                detail=f"{read.drift.sum() / 100:.2f}",
            )


def _shown_decimal(column: Column) -> Separator | None:
    from arlib.ingest.amounts import shown_decimal

    if column.is_number is not None:
        return None
    return shown_decimal(column.text)


def _read_by_currency(lines: Lines, column: Column, hint: Separator) -> Amounts:
    """Read one column of amounts, each row with the decimals of its own currency."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = (
        [] if lines.currency is None else [c for c in pc.unique(lines.currency).to_pylist() if c]
    )
    groups: dict[int, list[str]] = {}
    for code in known or [DEFAULT_CURRENCY]:
        groups.setdefault(decimals(code), []).append(code)
    first, *others = groups.values()
    read = read_amounts(column.text, first[0], hint=hint, is_number=column.is_number)
    if read.currency is not None and lines.currency is None:
        beside = [c for c in pc.unique(read.currency).to_pylist() if c]
        if any(decimals(code) != decimals(first[0]) for code in beside):
            lines.currency = read.currency
            return _read_by_currency(lines, column, hint)
    minor = read.minor
    for codes in others:
        other = read_amounts(column.text, codes[0], hint=hint, is_number=column.is_number)
        is_such = pc.fill_null(pc.is_in(lines.currency, pa.array(codes)), fill_value=False)
        minor = pc.if_else(is_such, other.minor, minor)
    return replace(read, minor=minor)


def _read_dates(lines: Lines, columns: Mapping[str, Column], options: ImportOptions) -> None:
    """Read every column of dates in its own order; one that shows none follows the file."""
    texts = {name: columns[name].text for name in DATE_FIELDS if name in columns}
    stated = options.date_order or (lines.form.date_order if lines.form else None)
    orders, doubted = column_orders(texts, stated)
    if doubted is not None:
        lines.doubt = lines.findings.add_file(
            "day_month_undecidable", "doubtful", column=columns[doubted].title
        )
    lines.order = next((order for order in orders.values() if order), None)
    names = list(texts)
    found = together(lambda name: read_dates(texts[name], orders[name]), names, lines.count)
    for name, read in zip(names, found, strict=True):
        lines.dates[name] = read.days
        lines.unreadable[name] = np.union1d(read.unreadable, read.out_of_range)
        lines.out_of_range[name] = read.out_of_range
    if {"issued_on", "due_on"} <= set(texts):
        _check_swap(lines, columns["issued_on"])


def _check_swap(lines: Lines, column: Column) -> None:
    """Doubt a file in which many rows are issued after they are due, all of them swappable."""
    import pyarrow.compute as pc

    issued, due = lines.dates["issued_on"], lines.dates["due_on"]
    later = pc.fill_null(pc.greater(issued, due), fill_value=False)
    count = pc.sum(later).as_py() or 0
    share = share_later(issued, due)
    if count < _SWAP_ROWS or share < _SWAP_SHARE:
        return
    swappable = pc.less_equal(pc.day(issued.filter(later)), 12)
    if (pc.mean(swappable).as_py() or 0) > 0.9:  # noqa: PLR2004 - a swap needs a day up to 12
        issue = lines.findings.add_file(
            "day_month_swapped", "doubtful", column=column.title, detail=f"{share:.0%}"
        )
        lines.doubt = lines.doubt or issue


def take(lines: Lines, kept: np.ndarray) -> Lines:
    """Return the lines at the positions ``kept``, in that order; findings are shared."""
    import pyarrow as pa

    index = pa.array(kept)

    def pick(arrays: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        return {name: array.take(index) for name, array in arrays.items()}

    return replace(
        lines,
        sheet=replace(
            lines.sheet,
            row_numbers=lines.sheet.row_numbers[kept],
            row_sheets=lines.sheet.row_sheets and lines.sheet.row_sheets.take(index),
        ),
        text=pick(lines.text),
        dates=pick(lines.dates),
        amounts=pick(lines.amounts),
        disputed=None if lines.disputed is None else lines.disputed.take(index),
        currency=None if lines.currency is None else lines.currency.take(index),
    )
