"""Whether a workbook of the user may be opened and written again: kind, size, macros, links, entities."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from arlib.ingest.package import check_sizes, entries, package_kind, scan, zip_errors
from arlib.ingest.passwords import is_encrypted
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from arlib.model.files import FileInput

_MB: Final = 1 << 20
MAX_BYTES: Final = 20 * _MB
# The library that writes it again holds every cell: fifty times the size of the XML.
MAX_UNPACKED: Final = 100 * _MB
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_PROPERTIES: Final = ("docprops/", "customxml/")
_DEFINITIONS: Final = (b"<!DOCTYPE", b"<!ENTITY")


def check_own_template(file: FileInput) -> None:
    """Refuse what cannot be filled safely.

    Raises:
        UserError: ``file_empty``, ``template_not_xlsx``, ``file_protected``, ``file_too_large``,
            ``template_macros``, ``template_links``, ``file_definitions``, ``file_far_cells``,
            ``file_unreadable``, ``sheets_too_many``.
    """
    content = file.content
    if not content:
        raise UserError("file_empty")
    if content.startswith(_OLE) and is_encrypted(content):
        raise UserError("file_protected")
    if not content.startswith(b"PK") or package_kind(content) != "workbook":
        raise UserError("template_not_xlsx", value=file.name)
    if len(content) > MAX_BYTES:
        raise UserError("file_too_large", detail=f"{MAX_BYTES // _MB} MB")
    check_sizes(content, limit=MAX_UNPACKED)
    _check_parts(file)
    scan(content)


def _check_parts(file: FileInput) -> None:
    """Refuse macros, links to other workbooks and other kinds of workbook, by the names of the parts."""
    names = {entry.filename.lower() for entry in entries(file.content)}
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise UserError("template_not_xlsx", value=file.name)
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise UserError("template_macros", value=file.name)
    if any(name.startswith("xl/externallinks/") for name in names):
        raise UserError("template_links", value=file.name)
    with zip_errors(), zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        for entry in archive.infolist():
            name = entry.filename.lower()
            if name.startswith(_PROPERTIES) and name.endswith(".xml"):
                part = archive.read(entry).replace(b"\x00", b"").upper()
                if any(sign in part for sign in _DEFINITIONS):
                    raise UserError("file_definitions")
