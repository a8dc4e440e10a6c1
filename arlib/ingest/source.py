"""One dropped file, read lazily: kind by content, decoded text, raw sheets of a workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from arlib.ingest.package import MAX_SHEETS, Scan, check_sizes, package_kind, scan
from arlib.ingest.passwords import is_encrypted, is_locked_xls, unlock
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.files import FileInput

Cell = int | float | str | bool | dt.date | dt.datetime | dt.time | dt.timedelta
SourceKind = Literal["empty", "text", "workbook", "archive", "unknown"]

_ZIPS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF8_BOM: Final = b"\xef\xbb\xbf"
# Bytes that iso-8859-15 gives to € Œ œ Ÿ where cp1252 has ¤ ¼ ½ ¾; cp1252 alone prints 0x80-0x9f.
_LATIN9: Final = b"\xa4\xbc\xbd\xbe"
_CP1252_HOLES: Final = b"\x81\x8d\x8f\x90\x9d"
_SNIFFED_BYTES: Final = 65_536
# Streams that an OLE container of a spreadsheet holds: .xls of all ages, protected .xlsx.
_OLE_SHEETS: Final = tuple(
    name.encode("utf-16-le") for name in ("Workbook", "WORKBOOK", "Book", "EncryptedPackage")
)
# Below, a workbook is looked through before its reader opens it; above, while it does.
_SCANNED_FIRST_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet: its name and rows as calamine gives them, from the first row of the sheet.

    ``rows[i]`` is the row the user sees as ``i + 1``; blank cells are ``""``.
    """

    name: str
    rows: list[list[Cell]]


class Source:
    """The bytes of one file and what can be said of them without knowing its format."""

    def __init__(self, file: FileInput, password: str | None = None) -> None:
        """Keep the bytes; nothing is read yet."""
        self.name = file.name
        self.content = file.content
        self.is_member = file.is_member
        self._password = password

    @cached_property
    def sha256(self) -> str:
        """Return the fingerprint of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def kind(self) -> SourceKind:
        """Return what the content is, whatever the name says."""
        head = self.content[:_SNIFFED_BYTES]
        if not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
            return "empty"
        if head.startswith(_ZIPS):
            return package_kind(self.content)
        if head.startswith(_OLE):
            return "workbook" if any(name in self.content for name in _OLE_SHEETS) else "unknown"
        if head.startswith(_UTF16):
            return "text"
        is_binary = b"\x00" in head or head.startswith(b"%PDF")
        is_one_line = len(head) == _SNIFFED_BYTES and b"\n" not in head and b"\r" not in head
        return "unknown" if is_binary or is_one_line else "text"

    @cached_property
    def encoding(self) -> str:
        """Return the encoding of a text: BOM, then strict utf-8, then cp1252 or iso-8859-15."""
        return _encoding(self.content)

    @cached_property
    def utf8(self) -> bytes:
        """Return the text as utf-8 bytes without BOM, lines ended by LF or CR LF."""
        content = self.content
        if self.encoding == "utf-8-sig":
            content = _valid(content[len(_UTF8_BOM) :])
        elif self.encoding != "utf-8":
            content = content.decode(self.encoding, errors="replace").encode("utf-8", "replace")
        if b"\r\r\n" in content:
            content = content.replace(b"\r\r\n", b"\n")
        if b"\n" not in content:
            content = content.replace(b"\r", b"\n")
        return content

    @property
    def text(self) -> str:
        """Return the whole text, decoded; lines as in ``utf8``."""
        return self.utf8.decode("utf-8", errors="replace")

    def head_lines(self, count: int = 60) -> list[str]:
        """Return the first lines of a text, without their ends; cheap on any size."""
        head = self.utf8[: _SNIFFED_BYTES * 4].decode("utf-8", errors="ignore")
        return head.replace("\r\n", "\n").split("\n")[:count]

    @cached_property
    def book(self) -> bytes:
        """Return the bytes of the workbook, its protection opened.

        Raises:
            UserError: ``file_protected``, ``password_wrong``, ``file_unreadable``.
        """
        if self.content.startswith(_OLE) and is_encrypted(self.content):
            return unlock(self.content, self._password)
        return self.content

    @cached_property
    def scan(self) -> Scan:
        """Return what one pass over the parts of a zipped workbook found.

        Raises:
            UserError: as ``arlib.ingest.package.scan``.
        """
        return scan(self.book) if self.book.startswith(_ZIPS) else Scan()

    @property
    def count_blank_formulas(self) -> int:
        """Return the cells of an .xlsx that hold a formula and no computed value."""
        return self.scan.count_blank_formulas

    @cached_property
    def sheets(self) -> tuple[RawSheet, ...]:
        """Return the worksheets of a workbook, hidden ones included, in their order.

        Raises:
            UserError: ``file_protected``, ``password_wrong``, ``protection_unknown``,
                ``file_unreadable``, ``file_too_large``, ``file_definitions``, ``file_far_cells``, ``sheets_too_many``.
        """
        if not self.book.startswith(_ZIPS):
            return _read_old(self.book)
        if check_sizes(self.book) <= _SCANNED_FIRST_BYTES:
            _ = self.scan
            return tuple(_read_sheets(self.book))
        # The reader works outside Python's lock: the scan costs no time on a second core.
        with ThreadPoolExecutor(1) as other:
            verdict = other.submit(lambda: self.scan)
            try:
                return tuple(_read_sheets(self.book))
            finally:
                verdict.result()


def _valid(content: bytes) -> bytes:
    """Return a text that says it is utf-8 with what is not replaced by U+FFFD."""
    if _is_utf8(content):
        return content
    return content.decode("utf-8", errors="replace").encode("utf-8")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _encoding(content: bytes) -> str:
    if content.startswith(_UTF8_BOM):
        return "utf-8-sig"
    if content.startswith(_UTF16):
        return "utf-16"
    if content.isascii():
        return "utf-8"
    return "utf-8" if _is_utf8(content) else _legacy_encoding(content)


def _legacy_encoding(content: bytes) -> str:
    present = set(content)
    if present & set(_CP1252_HOLES):
        return "iso-8859-15"
    has_cp1252_signs = bool(present & set(range(0x80, 0xA0)))
    return "iso-8859-15" if present & set(_LATIN9) and not has_cp1252_signs else "cp1252"


def _read_old(content: bytes) -> tuple[RawSheet, ...]:
    """Return the worksheets of an .xls; one that cannot be read may be encrypted."""
    try:
        return tuple(_read_sheets(content))
    except UserError as error:
        if error.code == "file_unreadable" and is_locked_xls(content):
            raise UserError("protection_unknown") from error
        raise


def _read_sheets(content: bytes) -> Iterator[RawSheet]:
    """Yield every worksheet of a workbook."""
    import python_calamine as calamine

    from arlib.ingest.gate import workbook_errors

    with workbook_errors():
        book = calamine.load_workbook(io.BytesIO(content))
        if len(book.sheets_metadata) > MAX_SHEETS:
            raise UserError("sheets_too_many", detail=str(MAX_SHEETS))
        for data in book.sheets_metadata:
            if data.typ == calamine.SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(data.name)
                yield RawSheet(data.name, sheet.to_python(skip_empty_area=False))
