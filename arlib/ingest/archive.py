"""A dropped .zip: each file in it is read as if it had been dropped alone. Names are never paths."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Final

from arlib.ingest.package import check_sizes, entries, package_kind, zip_errors
from arlib.model.files import FileInput
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_MEMBERS: Final = 100
MAX_ARCHIVE_BYTES: Final = 1024 << 20
_ZIPS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_IS_ENCRYPTED: Final = 1
_LONGEST_NAME: Final = 120
_SEPARATOR: Final = " › "


def is_archive(content: bytes) -> bool:
    """Tell a zip of files from a workbook, which is a zip too."""
    return content.startswith(_ZIPS) and package_kind(content) == "archive"


def unpack(files: Sequence[FileInput]) -> list[FileInput]:
    """Return the files with each archive replaced by its members, named ``archive.zip › member``.

    An archive that cannot be unpacked, or found inside another, stays as it is: reading it says why.
    """
    found: list[FileInput] = []
    for file in files:
        try:
            found += members(file) if is_archive(file.content) else [file]
        except UserError:
            found.append(file)
    return found


def members(file: FileInput) -> list[FileInput]:
    """Return the files of an archive, in their order; folders and hidden files left out.

    Raises:
        UserError: ``archive_nested`` (the file is itself a member), ``archive_empty``,
            ``archive_too_many``, ``archive_protected``, ``file_too_large`` or ``file_unreadable``.
    """
    if file.is_member:
        raise UserError("archive_nested", value=file.name)
    if len(file.content) > MAX_ARCHIVE_BYTES:
        raise UserError("file_too_large", detail=f"{MAX_ARCHIVE_BYTES >> 20} MB")
    check_sizes(file.content, limit=MAX_ARCHIVE_BYTES)
    wanted = [entry for entry in entries(file.content) if _is_shown(entry)]
    if not wanted:
        raise UserError("archive_empty")
    if len(wanted) > MAX_MEMBERS:
        raise UserError("archive_too_many", detail=str(MAX_MEMBERS))
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in wanted):
        raise UserError("archive_protected")
    with zip_errors(), zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        return [
            FileInput(name, archive.read(entry), is_member=True)
            for name, entry in zip(_names(file, wanted), wanted, strict=True)
        ]


def _parts(entry: zipfile.ZipInfo) -> list[str]:
    """Return the folders and the name of a member; nothing that climbs, nothing invisible."""
    clean = "".join(sign for sign in entry.filename.replace("\\", "/") if sign.isprintable())
    return [part for part in clean.split("/") if part not in {"", ".", ".."}]


def _is_shown(entry: zipfile.ZipInfo) -> bool:
    parts = _parts(entry)
    if entry.is_dir() or not parts or "__MACOSX" in parts:
        return False
    return not parts[-1].startswith(".") and parts[-1] not in {"Thumbs.db", "desktop.ini"}


def _names(file: FileInput, entries_wanted: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the names to show, all different."""
    seen: Counter[str] = Counter()
    names = []
    for entry in entries_wanted:
        name = "/".join(_parts(entry))[-_LONGEST_NAME:]
        seen[name] += 1
        times = f" ({seen[name]})" if seen[name] > 1 else ""
        names.append(f"{file.name}{_SEPARATOR}{name}{times}")
    return names
