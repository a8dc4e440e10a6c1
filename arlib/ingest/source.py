"""One dropped file, read lazily: kind by content, decoded text, raw sheets of a workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.files import FileInput

Cell = int | float | str | bool | dt.date | dt.datetime | dt.time | dt.timedelta
SourceKind = Literal["empty", "text", "workbook", "unknown"]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF8_BOM: Final = b"\xef\xbb\xbf"
# Bytes that iso-8859-15 gives to € Œ œ Ÿ where cp1252 has ¤ ¼ ½ ¾; cp1252 alone prints 0x80-0x9f.
_LATIN9: Final = b"\xa4\xbc\xbd\xbe"
_CP1252_HOLES: Final = b"\x81\x8d\x8f\x90\x9d"
_SNIFFED_BYTES: Final = 65_536
_BLANK_FORMULA: Final = re.compile(
    rb"<c [^>]*>\s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet: its name and rows as calamine gives them, from the first row of the sheet.

    ``rows[i]`` is the row the user sees as ``i + 1``; blank cells are ``""``.
    """

    name: str
    rows: list[list[Cell]]


class Source:
    """The bytes of one file and what can be said of them without knowing its format."""

    def __init__(self, file: FileInput) -> None:
        """Keep the bytes; nothing is read yet."""
        self.name = file.name
        self.content = file.content

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
        if head.startswith((_ZIP, _OLE)):
            return "workbook"
        if head.startswith(_UTF16):
            return "text"
        return "unknown" if b"\x00" in head or head.startswith(b"%PDF") else "text"

    @cached_property
    def encoding(self) -> str:
        """Return the encoding of a text: BOM, then strict utf-8, then cp1252 or iso-8859-15."""
        return _encoding(self.content)

    @cached_property
    def utf8(self) -> bytes:
        """Return the text as utf-8 bytes without BOM, lines ended by LF or CR LF."""
        content = self.content
        if self.encoding == "utf-8-sig":
            content = content[len(_UTF8_BOM) :]
        elif self.encoding != "utf-8":
            content = content.decode(self.encoding, errors="replace").encode("utf-8")
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
    def count_blank_formulas(self) -> int:
        """Return the cells of an .xlsx that hold a formula and no computed value."""
        if not self.content.startswith(_ZIP):
            return 0
        count = 0
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/") and b"<f" in (xml := archive.read(name)):
                    count += len(_BLANK_FORMULA.findall(xml))
        return count

    @cached_property
    def sheets(self) -> tuple[RawSheet, ...]:
        """Return the worksheets of a workbook, hidden ones included, in their order.

        Raises:
            UserError: ``file_protected`` or ``file_unreadable``.
        """
        return tuple(_read_sheets(self.content))


def _encoding(content: bytes) -> str:
    if content.startswith(_UTF8_BOM):
        return "utf-8-sig"
    if content.startswith(_UTF16):
        return "utf-16"
    if content.isascii():
        return "utf-8"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy_encoding(content)
    return "utf-8"


def _legacy_encoding(content: bytes) -> str:
    present = set(content)
    if present & set(_CP1252_HOLES):
        return "iso-8859-15"
    has_cp1252_signs = bool(present & set(range(0x80, 0xA0)))
    return "iso-8859-15" if present & set(_LATIN9) and not has_cp1252_signs else "cp1252"


def _read_sheets(content: bytes) -> Iterator[RawSheet]:
    """Yield every worksheet of a workbook."""
    import python_calamine as calamine

    from arlib.ingest.gate import workbook_errors

    if content.startswith(_OLE) and _is_encrypted(content):
        raise UserError("file_protected")
    with workbook_errors():
        book = calamine.load_workbook(io.BytesIO(content))
        for data in book.sheets_metadata:
            if data.typ == calamine.SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(data.name)
                yield RawSheet(data.name, sheet.to_python(skip_empty_area=False))


def _is_encrypted(content: bytes) -> bool:
    """Tell a password-protected .xlsx (an OLE container of an encrypted package) from an .xls."""
    return "EncryptedPackage".encode("utf-16-le") in content
