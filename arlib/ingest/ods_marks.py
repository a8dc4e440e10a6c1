"""The merged cells of an .ods, which its reader does not give: from the XML of its sheets."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from arlib.ingest.package import zip_errors
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART: Final = "content.xml"
_SPANNED: Final = b"number-rows-spanned"
_CELLS: Final = ("table:table-cell", "table:covered-table-cell")
_CHUNK: Final = 1 << 20
_MOST: Final = 1_000_000  # merged ranges; the gate has bounded the cells


@dataclass(slots=True)
class _Reader:
    """Counts rows and columns as the cells go by; only a sheet's own cells count."""

    found: dict[str, list[tuple[int, int, int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    name: str = ""
    depth: int = 0
    row: int = 0
    repeated: int = 1
    column: int = 0
    count: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        if tag == "table:table":
            self.depth += 1
            if self.depth == 1:
                self.name, self.row, self.repeated = attributes.get("table:name", ""), 0, 1
        elif self.depth != 1:
            return
        elif tag == "table:table-row":
            self.row += 1
            self.column = 0
            self.repeated = _number(attributes, "table:number-rows-repeated")
        elif tag in _CELLS:
            self._cell(attributes)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag == "table:table":
            self.depth -= 1
        elif tag == "table:table-row" and self.depth == 1:
            self.row += self.repeated - 1

    def _cell(self, attributes: Mapping[str, str]) -> None:
        tall = _number(attributes, "table:number-rows-spanned")
        wide = _number(attributes, "table:number-columns-spanned")
        if max(tall, wide) > 1 and self.count < _MOST:
            self.count += 1
            last = (self.row + tall - 1, self.column + wide - 1)
            self.found[self.name].append((self.row, self.column, *last))
        self.column += _number(attributes, "table:number-columns-repeated")


def merged_ranges(book: bytes) -> dict[str, tuple[tuple[int, int, int, int], ...]]:
    """Return sheet -> ranges (first row, first column, last row, last column) of an .ods.

    Rows count from 1, columns from 0. Nothing for what is not an .ods, or one without tall cells.
    """
    try:
        with zip_errors(), zipfile.ZipFile(io.BytesIO(book)) as archive:
            if _PART not in archive.namelist() or not _has_tall_cells(archive):
                return {}
            return _read(archive)
    except (UserError, expat.ExpatError):  # its reader has said what it could not read
        return {}


def _has_tall_cells(archive: zipfile.ZipFile) -> bool:
    """Tell whether any cell says it covers several rows; most books have none."""
    rest = b""
    with archive.open(_PART) as part:
        while piece := part.read(_CHUNK):
            if _SPANNED in rest + piece:
                return True
            rest = piece[-len(_SPANNED) :]
    return False


def _read(archive: zipfile.ZipFile) -> dict[str, tuple[tuple[int, int, int, int], ...]]:
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    with archive.open(_PART) as part:
        while piece := part.read(_CHUNK):
            parser.Parse(piece, False)
    return {name: tuple(ranges) for name, ranges in reader.found.items()}


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdigit() else 1
