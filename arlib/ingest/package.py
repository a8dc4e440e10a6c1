"""What is known of a zip before any reader opens it: its kind, true sizes, entities, far cells."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from arlib.ingest.extents import (
    MAX_CELLS,
    Extent,
    Marks,
    any_extent,
    filled_extent,
    marks,
    ods_extent,
)
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

PackageKind = Literal["workbook", "archive", "unknown"]

_MB: Final = 1 << 20
# Unpacked XML of a workbook: 100,000 rows of 15 columns take 75 MB.
MAX_UNPACKED_BYTES: Final = 2048 * _MB
MAX_RATIO: Final = 200
RATIO_MATTERS_FROM: Final = 50 * _MB
MAX_ENTRIES: Final = 5_000
# Each sheet is looked at by every format: some milliseconds a sheet.
MAX_SHEETS: Final = 300
_ENTRY: Final = b"PK\x01\x02"
_WORKBOOK: Final = re.compile(r"/?xl[/\\]workbook\d*\.(xml|bin)", re.IGNORECASE)
_SHEET: Final = re.compile(r"/?xl[/\\]worksheets[/\\][^/\\]+\.xml", re.IGNORECASE)
_LONGEST_TYPE: Final = 200
_READ: Final = (".xml", ".rels", ".bin")
# Parts no reader opens; spreadsheets write some of them in UTF-16.
_UNREAD: Final = ("customxml/", "docprops/")
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_DEFINITION: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)")
_WIDE_XML: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_BLANK_FORMULA: Final = re.compile(
    rb"<c [^>]*>\s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_HIDDEN_ROW: Final = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')
_CHUNK: Final = 4 * _MB
_LONGEST_ROW: Final = 64 * _MB
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)


@dataclass(slots=True)
class SheetScan:
    """What the XML of one worksheet says beside its cells: before them, after them, hidden rows."""

    head: bytes = b""
    tail: bytes = b""
    count_hidden_rows: int = 0
    count_blank_formulas: int = 0


@dataclass(slots=True)
class Scan:
    """What one pass over the parts of a workbook found; ``sheets`` by name of the part."""

    sheets: dict[str, SheetScan] = field(default_factory=dict)

    @property
    def count_blank_formulas(self) -> int:
        """Return the cells that hold a formula and no computed value."""
        return sum(sheet.count_blank_formulas for sheet in self.sheets.values())


def entries(content: bytes) -> list[zipfile.ZipInfo]:
    """Return the directory of a zip; nothing is unpacked.

    Raises:
        UserError: ``file_unreadable`` when it is damaged, ``archive_too_many`` for a huge directory.
    """
    if content.count(_ENTRY) > MAX_ENTRIES:  # before the directory is turned into objects
        raise UserError("archive_too_many", detail=str(MAX_ENTRIES))
    with zip_errors(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.infolist()


def package_kind(content: bytes) -> PackageKind:
    """Return what a zip is, judged on the names and the type it declares.

    A damaged one counts as a workbook: its reader says why it cannot be read.
    """
    try:
        names = {entry.filename for entry in entries(content)}
    except UserError as error:
        return "archive" if error.code == "archive_too_many" else "workbook"
    if any(_WORKBOOK.fullmatch(name) for name in names):
        return "workbook"
    if "content.xml" in names:
        return "workbook" if _mimetype(content) in {b"", _ODS} else "unknown"
    return "unknown" if "[Content_Types].xml" in names else "archive"


def _mimetype(content: bytes) -> bytes:
    """Return the type an OpenDocument file declares; empty when it declares none."""
    with (
        suppress(UserError, KeyError),
        zip_errors(),
        zipfile.ZipFile(io.BytesIO(content)) as zipped,
        zipped.open("mimetype") as part,
    ):
        return part.read(_LONGEST_TYPE).strip()
    return b""


def check_sizes(content: bytes, *, limit: int = MAX_UNPACKED_BYTES) -> int:
    """Return the bytes a zip says it unpacks to.

    Raises:
        UserError: ``file_too_large`` for a bomb or beyond ``limit``; as ``entries``.
    """
    unpacked = sum(entry.file_size for entry in entries(content))
    is_bomb = unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * len(content)
    if unpacked > limit or is_bomb:
        raise UserError("file_too_large", detail=f"{limit // _MB} MB")
    return unpacked


def scan(content: bytes) -> Scan:
    """Return what is in the parts that a workbook's reader opens, each unpacked once, in pieces.

    Raises:
        UserError: ``file_unreadable`` (a part is not what the directory says), ``file_definitions``
            (entities), ``file_far_cells``.
    """
    found = Scan()
    with zip_errors():
        archive = zipfile.ZipFile(io.BytesIO(content))
    with archive:
        if sum(1 for name in archive.namelist() if _SHEET.fullmatch(name)) > MAX_SHEETS:
            raise UserError("sheets_too_many", detail=str(MAX_SHEETS))
        for entry in archive.infolist():
            name = entry.filename.lower()
            if name.endswith(_READ) and "vbaproject" not in name and not name.startswith(_UNREAD):
                _scan_part(archive, entry, found)
    return found


@contextmanager
def zip_errors() -> Iterator[None]:
    """Turn what a damaged zip raises into a refusal.

    Raises:
        UserError: ``file_unreadable``; ``protection_unknown`` for an entry with its own password.
    """
    try:
        yield
    except _DAMAGED as error:
        raise UserError("file_unreadable", detail=str(error)) from error
    except RuntimeError as error:
        raise UserError("protection_unknown") from error


def _scan_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, found: Scan) -> None:
    """Look at one part: definitions in any XML; formulas and extent in a sheet."""
    if _SHEET.fullmatch(entry.filename):
        found.sheets[entry.filename] = _scan_sheet(archive, entry)
        return
    is_xml = not entry.filename.lower().endswith(".bin")
    extent = Extent()
    for number, piece in enumerate(_pieces(archive, entry, b"<table:table-row")):
        if is_xml:
            _refuse_definitions(piece, is_first=number == 0)
        if entry.filename == "META-INF/manifest.xml" and b"encryption-data" in piece:
            raise UserError("protection_unknown")
        if entry.filename == "content.xml":
            extent = ods_extent(piece, extent)
            _refuse_far_cells(extent)


def _scan_sheet(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> SheetScan:
    """Return what a worksheet says beside its cells; refuse it when its cells are too far."""
    found, extent = SheetScan(), Extent()
    for number, piece in enumerate(_pieces(archive, entry, b"<row")):
        tags = marks(piece)
        if number == 0 or tags.has("!"):
            _refuse_definitions(piece, is_first=number == 0)
        _note(piece, tags, found)
        extent = any_extent(piece, extent, tags)
    if not extent.is_sure or extent.count_cells > MAX_CELLS:
        extent = Extent()
        for piece in _pieces(archive, entry, b"<row"):
            extent = filled_extent(piece, extent)
            _refuse_far_cells(extent)
    return found


def _note(piece: bytes, tags: Marks, found: SheetScan) -> None:
    """Add what a piece says beside its cells."""
    if tags.has("f"):
        found.count_blank_formulas += len(_BLANK_FORMULA.findall(piece))
    if b"hidden=" in piece:
        found.count_hidden_rows += len(_HIDDEN_ROW.findall(piece))
    if not found.head and (start := piece.find(b"<sheetData")) >= 0:
        found.head = piece[:start]
    ends = tags.after("/sheetData")
    if len(ends):
        found.tail = piece[ends[-1] :]
    elif found.tail:
        found.tail += piece


def _refuse_far_cells(extent: Extent) -> None:
    if extent.count_cells > MAX_CELLS:
        raise UserError("file_far_cells", value=extent.corner, detail=str(extent.count_cells))


def _refuse_definitions(piece: bytes, *, is_first: bool) -> None:
    """Refuse document type definitions: no workbook has any, and entities multiply."""
    is_wide = is_first and piece.startswith(_WIDE_XML)
    if is_wide or (b"<!" in piece and _DEFINITION.search(piece)):
        raise UserError("file_definitions")


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, before: bytes) -> Iterator[bytes]:
    """Yield a part unpacked, cut before a row, so that nothing looked for stands across a cut."""
    rest = b""
    with zip_errors(), archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            rest += chunk
            cut = rest.rfind(before)
            if cut > 0 or len(rest) > _LONGEST_ROW:
                cut = cut if cut > 0 else len(rest)
                yield rest[:cut]
                rest = rest[cut:]
    if rest:
        yield rest
