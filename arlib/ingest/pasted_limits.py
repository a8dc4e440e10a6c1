"""Limits pasted by a person: from a spreadsheet, a mail or a csv; read line by line, nothing guessed.

Columns are those of a header, else told by what they hold: the customer first (his code, or his
name, or both), then an amount, a currency, one date (the last day) or two (first and last), a reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.amounts import parse_amount, read_amounts, shown_decimal
from arlib.ingest.columns import normalise
from arlib.ingest.pasted_lines import (
    ISO,
    REFUSAL,
    REMOVAL,
    Line,
    by_content,
    by_title,
    header_of,
    rows_of,
)
from arlib.model.issues import Issue
from arlib.model.limits import PasteDefaults, PastedLimit, PastedLimits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

_LARGEST: Final = 20_000  # lines of one paste
_SHOWN_CODES: Final = 4
_COMPARED: Final = 50  # lines of one customer beyond which none is kept


@dataclass(frozen=True, slots=True)
class Known:
    """One code of the book: its own or another of the same customer (``main``)."""

    company_id: str
    code: str
    main: str
    name: str


def read_pasted_limits(
    text: str, known: Iterable[Known], defaults: PasteDefaults | None = None
) -> PastedLimits:
    """Return what was pasted: the limits understood and every other line with its amount and why.

    ``known``: the codes of the book, those linked to another included.
    """
    said = defaults or PasteDefaults()
    rows = rows_of(text)
    header = header_of(rows[0][2]) if rows else {}
    body = rows[1:] if header else rows
    lines = [by_title(*row, header) if header else by_content(*row) for row in body[:_LARGEST]]
    _amounts(lines, said)
    book = _Book(known)
    found = [_resolved(line, book, said) for line in lines]
    _refuse_doubles(lines, found)
    kept = [item for line, item in zip(lines, found, strict=True) if item and not line.problem]
    refused = [_refusal(line, said) for line in lines if line.problem]
    if len(body) > _LARGEST:
        over = Issue("pasted_too_long", "refused", value=str(len(body)), detail=str(_LARGEST))
        refused.append((body[_LARGEST][1], over))
    return PastedLimits(tuple(kept), tuple(refused), header)


# -- amounts ----------------------------------------------------------------------------------------


def _amounts(lines: Sequence[Line], said: PasteDefaults) -> None:
    """Read the amounts; a lone ``1.234`` is read as the other amounts of the paste are written."""
    hard = []
    for line in lines:
        if line.amount is None:
            line.refuse("amount_missing")
        elif normalise(line.amount) not in REMOVAL | REFUSAL:
            line.minor = parse_amount(line.amount, line.currency or said.currency)
            if line.minor is None:
                hard.append(line)
    if hard:
        _harder_amounts(lines, hard, said)
    for line in lines:
        if line.minor is not None and line.minor < 0:
            line.refuse("pasted_negative", line.amount)


def _harder_amounts(lines: Sequence[Line], hard: Sequence[Line], said: PasteDefaults) -> None:
    """Read amounts with another currency beside them, or that the others of the paste decide."""
    import pyarrow as pa

    hint = shown_decimal(pa.array([line.amount for line in lines if line.amount], pa.string()))
    written = read_amounts(_texts(hard), hint=hint).currency
    read_on: list[Line] = []
    for line, beside in zip(
        hard, written.to_pylist() if written else [None] * len(hard), strict=True
    ):
        if beside and beside not in ISO:
            line.refuse("pasted_not_understood", line.amount)  # « 12abc » is no amount at all
            continue
        read_on.append(line)
        if beside and beside != (line.currency or beside):
            line.refuse("pasted_currency", line.currency, line.amount)
        line.currency = line.currency or beside
    by_currency: dict[str, list[Line]] = defaultdict(list)
    for line in read_on:
        by_currency[line.currency or said.currency].append(line)
    for code, some in by_currency.items():
        read = read_amounts(_texts(some), code, hint=hint)
        drifts = [0.0] * len(some) if read.drift is None else read.drift.tolist()
        for line, minor, drift in zip(some, read.minor.to_pylist(), drifts, strict=True):
            line.minor = None if drift else minor  # more decimals than the currency has
            if line.minor is None:
                line.refuse("amount_unreadable", line.amount)


def _texts(lines: Sequence[Line]) -> pa.Array:
    import pyarrow as pa

    return pa.array([line.amount for line in lines], pa.string())


# -- customers --------------------------------------------------------------------------------------


class _Book:
    """The codes and names of the book, reduced."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.by_code: dict[str, list[Known]] = defaultdict(list)
        self.by_folded: dict[str, list[Known]] = defaultdict(list)
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        for item in known:
            self.by_code[item.code].append(item)
            self.by_folded[item.code.casefold()].append(item)
            if item.name:
                self.by_name[normalise(item.name)].append(item)

    def find(self, who: str, company: str | None) -> list[Known]:
        """Return the customers a word stands for: by code, by code without case, by name."""
        for index, key in (
            (self.by_code, who),
            (self.by_folded, who.casefold()),
            (self.by_name, normalise(who)),
        ):
            found = {
                (item.company_id, item.main): item
                for item in index.get(key, [])
                if company in (None, item.company_id)
            }
            if found and key:
                return list(found.values())
        return []


def _resolved(line: Line, book: _Book, said: PasteDefaults) -> PastedLimit | None:
    """Return the limit of a line, None when something is wrong with it."""
    customer = _customer(line, book, said)
    since, until = line.since or said.valid_from, line.until or said.valid_to
    if since and until and until < since:
        line.refuse("pasted_dates", f"{since:%d/%m/%Y} – {until:%d/%m/%Y}")
    word = normalise(line.amount or "")
    source = line.source or said.source
    if word in REFUSAL and source != "insurer":
        line.refuse("pasted_not_understood", line.amount)
    if line.problem or customer is None:
        return None
    return PastedLimit(
        line.row,
        customer.company_id,
        customer.main,
        customer.name,
        line.minor,
        line.currency or said.currency,
        source,
        since,
        until,
        line.reason or said.reason,
        word in REFUSAL,
        line.share,
    )


def _customer(line: Line, book: _Book, said: PasteDefaults) -> Known | None:
    if not line.who:
        line.refuse("customer_missing")
        return None
    found = book.find(line.who[0], line.company or said.company_id)
    if not found:
        line.refuse("pasted_customer_unknown", line.who[0])
        return None
    if len(found) > 1:
        codes = [item.main for item in found]
        if len(set(codes)) == 1:  # one code, several companies
            codes = [f"{item.company_id} {item.main}" for item in found]
        line.refuse("pasted_name_ambiguous", line.who[0], ", ".join(codes[:_SHOWN_CODES]))
        return None
    return found[0]


def _refuse_doubles(lines: Sequence[Line], found: Sequence[PastedLimit | None]) -> None:
    """Refuse every line of a customer and source that another contradicts or repeats.

    Lines whose dates do not meet are several limits in turn, not doubles.
    """
    same: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, limit in enumerate(found):
        if limit is not None:
            same[limit.company_id, limit.customer_id, limit.source].append(place)
    for places in same.values():
        met = set(places)
        if len(places) <= _COMPARED:
            met = {a for a in places for b in places if a != b and _meet(found[a], found[b])}
        rows = ", ".join(str(lines[place].row) for place in sorted(met))
        for place in met:
            limit = found[place]
            lines[place].refuse("pasted_twice", limit.customer_id if limit else None, rows)


def _meet(one: PastedLimit | None, other: PastedLimit | None) -> bool:
    if one is None or other is None:
        return False
    begins = (one.valid_from is None or other.valid_to is None) or one.valid_from <= other.valid_to
    ends = (other.valid_from is None or one.valid_to is None) or other.valid_from <= one.valid_to
    return begins and ends


def _refusal(line: Line, said: PasteDefaults) -> tuple[str, Issue]:
    problem = line.problem or Issue("pasted_not_understood", "refused", row_number=line.row)
    code = (line.currency or said.currency) if line.minor is not None else None
    return line.text, replace(problem, amount_minor=line.minor, currency=code)
