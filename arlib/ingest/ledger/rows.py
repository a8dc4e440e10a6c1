"""What each row of a printed or exported ledger is: a line, a section, a total, a title, a blank."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.columns import normalise
from arlib.ingest.ledger.kinds import journal_trade
from arlib.ingest.ledger.sections import (
    Section,
    is_carried,
    is_opening,
    is_total,
    read_section,
)
from arlib.ingest.values import read_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from arlib.ingest.ledger.headers import Header
    from arlib.ingest.reading import Sheet
    from arlib.model.files import DateOrder

    Texts = NDArray[np.object_]
    Flags = NDArray[np.bool_]

LINE, OPENING, SECTION, TOTAL, TITLE, BLANK = range(6)
_MONEY: Final = ("debit", "credit", "amount")
_IDENTITY: Final = ("piece", "reference", "label", "journal", "entry")


@dataclass(slots=True)
class Rows:
    """The rows of one table: ``kind`` of each, and the cells of each field as trimmed texts.

    ``sections`` are those met, ``section`` the one each row stands under (-1: none).
    ``total_texts`` are the words of the rows of totals.
    """

    sheet: Sheet
    header: Header
    kind: NDArray[np.int64]
    cells: Mapping[str, Texts]
    blank: Texts
    sections: list[Section] = field(default_factory=list)
    section: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    total_texts: dict[int, str] = field(default_factory=dict)

    def text(self, name: str) -> Texts:
        """Return the cells of a field, blanks for one that the table has not."""
        return self.cells.get(name, self.blank)

    def where(self, *kinds: int) -> NDArray[np.int64]:
        """Return the positions of the rows of some kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


def read_rows(sheet: Sheet, header: Header, order: DateOrder, *, has_sections: bool) -> Rows:
    """Return the rows of a table with what each is.

    A row with a date and an amount is a line, whatever its words; the others are judged one by one.
    """
    every = {position: _trimmed(column.text) for position, column in sheet.columns.items()}
    cells = {name: every[position] for name, position in header.fields.items()}
    count = len(sheet.row_numbers)
    blank = np.full(count, "", dtype=object)
    rows = Rows(sheet, header, np.full(count, LINE, np.int64), cells, blank)
    dated = read_dates(sheet.columns[header.fields["posted_on"]].text, order).days
    has_date = dated.is_valid().to_numpy(zero_copy_only=False)
    has_money = np.zeros(count, bool)
    for name in _MONEY:
        has_money |= rows.text(name) != ""
    named = _says_total(rows.text("account")) | _says_total(rows.text("auxiliary"))
    rows.kind[has_date & has_money & _says_opening(rows)] = OPENING
    odd = np.flatnonzero(~(has_date & has_money) | named)
    columns = [every[position] for position in sorted(every)]
    _judge(rows, odd, columns, has_date, has_money, has_sections=has_sections)
    return rows


def _trimmed(column: object) -> Texts:
    """Return the cells of a column as trimmed texts."""
    import pyarrow.compute as pc

    encoded = pc.fill_null(column, "").dictionary_encode()
    values = [" ".join(value.split()) for value in encoded.dictionary.to_pylist()]
    texts = np.array([*values, ""], dtype=object)
    found: Texts = texts[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def _says_total(texts: Texts) -> Flags:
    return _each(texts, is_total)


def _says_opening(rows: Rows) -> Flags:
    """Tell the lines whose label says a balance forward, in a journal that may hold one."""
    is_ordinary = _each(rows.text("journal"), lambda code: journal_trade(code, ""))
    return _each(rows.text("label"), is_opening) & ~is_ordinary


def _each(texts: Texts, test: Callable[[str], object]) -> Flags:
    """Return ``test`` of each text, computed once a distinct one."""
    import pandas as pd

    codes, values = pd.factorize(texts)
    flags = np.array([bool(test(str(value))) for value in values] or [False])
    found: Flags = flags[codes]
    return found


def _judge(
    rows: Rows,
    odd: NDArray[np.int64],
    columns: Sequence[Texts],
    has_date: Flags,
    has_money: Flags,
    *,
    has_sections: bool,
) -> None:
    """Settle what each row that is no plain line is, in the order of the file."""
    judge = _Judge(rows, columns, has_money, has_sections=has_sections)
    judge.open_first(odd)
    for row in odd.tolist():
        filled = [text for column in columns if (text := column[row])]
        if not filled:
            rows.kind[row] = BLANK
        elif _is_repeated(columns, row, judge.titles):
            rows.kind[row] = TITLE
        elif has_money[row]:
            judge.with_money(row, filled)
        elif has_date[row] and any(rows.text(name)[row] for name in _IDENTITY):
            rows.kind[row] = LINE
        else:
            rows.kind[row] = SECTION if judge.opens_section(row, filled) else TITLE
    rows.section = np.maximum.accumulate(judge.starts) if len(judge.starts) else judge.starts


class _Judge:
    """What is known while rows are judged one after the other."""

    def __init__(
        self, rows: Rows, columns: Sequence[Texts], has_money: Flags, *, has_sections: bool
    ) -> None:
        """Start above the first row."""
        self.rows = rows
        self.has_money = has_money
        self.has_sections = has_sections
        self.titles = [normalise(title) for title in rows.header.layout.headers]
        self.starts = np.full(len(rows.kind), -1, np.int64)
        self.seen: set[Section] = set()
        self.fresh = -1  # the row of a section met for the first time
        above = [text for _row, text in rows.sheet.above]
        self.noise = {normalise(text) for text in above}
        amounts = {rows.header.fields.get(name) for name in (*_MONEY, "balance", "closing")}
        self.words = [column for at, column in enumerate(columns) if at not in amounts]

    def open_first(self, odd: NDArray[np.int64]) -> None:
        """Open the section that stands above the header, when lines begin right below it."""
        above = self.rows.sheet.above
        begins = len(self.rows.kind) and (not len(odd) or odd[0] > 0 or self.has_money[0])
        if not (self.has_sections and above and begins):
            return
        cut = re.split(r"[;\t|,]", above[-1][1])
        section = read_section([cell.strip() for cell in cut if cell.strip()], is_followed=False)
        if section is not None:
            self._open(0, section)

    def opens_section(self, row: int, filled: Sequence[str]) -> bool:
        """Tell whether a row names the customer of the lines below; it then opens his section."""
        if not self.has_sections or normalise(" ".join(filled)) in self.noise:
            return False
        after = row + 1
        is_followed = after < len(self.has_money) and bool(self.has_money[after])
        section = read_section(filled, is_followed=is_followed)
        if section is not None:
            self._open(row, section)
        return section is not None

    def _open(self, row: int, section: Section) -> None:
        self.starts[row] = len(self.rows.sections)
        self.rows.sections.append(section)
        self.fresh = row if section not in self.seen else -1
        self.seen.add(section)

    def with_money(self, row: int, filled: Sequence[str]) -> None:
        """Settle what a row with an amount and no date is."""
        rows, label = self.rows, self.rows.text("label")[row]
        words = next((text for text in filled if any(char.isalpha() for char in text)), "")
        is_told = any(rows.text(name)[row] for name in _IDENTITY)
        says = [rows.text(name)[row] for name in ("account", "auxiliary", "label")]
        if is_opening(label) or is_opening(words):
            kind = OPENING
        elif is_carried(label) or is_carried(words):
            before = rows.kind[self.fresh + 1 : row]
            is_first = self.fresh >= 0 and not (before <= OPENING).any()
            kind = OPENING if is_first else TOTAL
        elif is_total(words) or any(is_total(text) for text in says):
            kind = TOTAL
        elif is_told:
            kind = LINE
        else:
            named = [text for column in self.words if (text := column[row])]
            kind = SECTION if named and self.opens_section(row, named) else TOTAL
        rows.kind[row] = kind
        if kind == TOTAL:
            rows.total_texts[row] = " ".join(filled)


def _is_repeated(columns: Sequence[Texts], row: int, titles: Sequence[str]) -> bool:
    """Tell the header printed again at the top of a page."""
    cells = [normalise(column[row]) for column in columns]
    return cells == list(titles[: len(cells)])
