"""Names of sheets of a workbook of the user: a new name, and everything that calls the sheet by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from openpyxl.workbook.workbook import Workbook

LONGEST: Final = 31  # letters of a name, as a spreadsheet counts them (UTF-16)
_REFUSED: Final = re.compile(r"[\[\]:*?/\\]|[\x00-\x1f]")
_SPACES: Final = re.compile(r"\s+")
_RESERVED: Final = "history"  # a spreadsheet keeps this name for itself
_PLAIN: Final = re.compile(r"[^\W\d]\w*")
_CELL: Final = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[RrCc]")
_SOURCES: Final = ("val", "cat", "xVal", "yVal", "tx", "bubbleSize")
_PARTS: Final = ("numRef", "strRef", "multiLvlStrRef")


def sheet_name(text: str, taken: Collection[str]) -> str:
    """Return a text as a name that a spreadsheet takes and that no other sheet has.

    >>> sheet_name("Au 30/06/2025", ())
    'Au 30-06-2025'
    >>> sheet_name("Été", ["été"])
    'Été (2)'
    """
    known = {name.casefold() for name in taken} | {_RESERVED}
    said = _SPACES.sub(" ", _REFUSED.sub("-", text)).strip(" '") or "-"
    count, mark = 1, ""
    while True:
        name = _cut(said, LONGEST - len(mark)) + mark
        if name.casefold() not in known:
            return name
        count += 1
        mark = f" ({count})"


def _cut(text: str, length: int) -> str:
    """Return what a spreadsheet takes of a text; a sign it counts twice is never halved."""
    while len(text.encode("utf-16-le")) // 2 > length:
        text = text[:-1]
    return text.strip(" '")


@dataclass(frozen=True, slots=True)
class Renaming:
    """One sheet called otherwise."""

    before: str
    after: str

    def formula(self, text: str) -> str:
        """Return a formula that calls the sheet by its new name; texts inside it stay.

        >>> Renaming("{{as_of}}", "30-06").formula("=SUM('{{as_of}}'!B2:B3)+Z!A1")
        "=SUM('30-06'!B2:B3)+Z!A1"
        """
        from openpyxl.formula import Tokenizer
        from openpyxl.formula.tokenizer import Token

        parts = Tokenizer(text)
        for item in parts.items:
            if item.type == Token.OPERAND and item.subtype == Token.RANGE:
                item.value = self.reference(item.value)
        return str(parts.render())

    def reference(self, text: str) -> str:
        """Return a reference under the new name, of one sheet or from one sheet to another."""
        said, sign, cells = text.rpartition("!")
        if not sign or said.startswith(("[", "'[")):
            return text
        names = (said[1:-1].replace("''", "'") if said.startswith("'") else said).split(":")
        found = [self.after if self._is_ours(name) else name for name in names]
        return text if found == names else f"{_quoted(':'.join(found))}!{cells}"

    def _is_ours(self, name: str) -> bool:
        return name.casefold() == self.before.casefold()


def _quoted(name: str) -> str:
    """Return a name as formulas write it."""
    is_plain = _PLAIN.fullmatch(name) and not _CELL.fullmatch(name)
    return name if is_plain else "'" + name.replace("'", "''") + "'"


def rename(book: Workbook, place: Any, name: str) -> None:
    """Call a sheet otherwise; formulas, names, charts, links, formats and pivot tables follow."""
    renaming = Renaming(place.title, name)
    place.title = name
    for sheet in book.worksheets:
        _cells(sheet, renaming)
        _rules(sheet, renaming)
        _pivots(sheet, renaming)
        _names(sheet.defined_names.values(), renaming)
    for sheet in [*book.worksheets, *book.chartsheets]:
        _charts(sheet, renaming.reference)
    _names(book.defined_names.values(), renaming)


def _cells(place: Any, renaming: Renaming) -> None:
    """Turn formulas and the links to places of the workbook."""
    from openpyxl.worksheet.formula import ArrayFormula

    for cell in place._cells.values():  # noqa: SLF001 - the others would make every empty cell
        if cell.data_type == "f" and isinstance(cell.value, str):
            cell.value = renaming.formula(cell.value)
        elif isinstance(cell.value, ArrayFormula):
            cell.value.text = renaming.formula(str(cell.value.text))
        if cell.hyperlink and cell.hyperlink.location:
            cell.hyperlink.location = renaming.reference(cell.hyperlink.location)


def _rules(place: Any, renaming: Renaming) -> None:
    """Turn the formulas of conditional formats and of the lists that cells accept."""
    for item in place.conditional_formatting:
        for rule in item.rules:
            rule.formula = [renaming.formula(f"={said}")[1:] for said in rule.formula or []]
    for checked in place.data_validations.dataValidation:
        for part in ("formula1", "formula2"):
            said = getattr(checked, part)
            if isinstance(said, str) and not said.startswith('"'):
                setattr(checked, part, renaming.formula(f"={said}")[1:])


def _pivots(place: Any, renaming: Renaming) -> None:
    """Turn where pivot tables read their rows."""
    for pivot in place._pivots:  # noqa: SLF001 - the library lists them nowhere else
        source = pivot.cache.cacheSource.worksheetSource
        if source is not None and source.sheet == renaming.before:
            source.sheet = renaming.after


def _names(names: Iterable[Any], renaming: Renaming) -> None:
    for name in names:
        if name.attr_text:
            name.attr_text = renaming.formula(f"={name.attr_text}")[1:]


def _charts(place: Any, turned: Callable[[str], str]) -> None:
    """Turn what the charts of a sheet draw, their titles included."""
    for chart in place._charts:  # noqa: SLF001 - as above
        holders = [getattr(series, part, None) for series in chart.series for part in _SOURCES]
        holders += [getattr(chart.title, "tx", None)]
        holders += [
            getattr(getattr(getattr(chart, axis, None), "title", None), "tx", None)
            for axis in ("x_axis", "y_axis")
        ]
        for holder in holders:
            for part in _PARTS:
                pointed: Any = getattr(holder, part, None)
                if pointed is not None and pointed.f:
                    pointed.f = turned(pointed.f)
