"""What a file may be: size, zip bombs, passwords. Refusals are sentences, never tracebacks."""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from arlib.model.issues import Issue, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.ingest.source import Source

_MB: Final = 1 << 20
MAX_TEXT_BYTES: Final = 2048 * _MB
MAX_WORKBOOK_BYTES: Final = 200 * _MB
# Unpacked XML of a workbook: 100,000 rows of 15 columns take 75 MB.
MAX_UNPACKED_BYTES: Final = 2048 * _MB
MAX_RATIO: Final = 200
_RATIO_MATTERS_FROM: Final = 50 * _MB


def refusal(source: Source) -> Issue | None:
    """Return why the file cannot even be looked into, or None."""
    if source.kind == "empty":
        return Issue("file_empty", "refused", value=source.name)
    if source.kind == "unknown":
        return Issue("file_type_unknown", "refused", value=source.name)
    limit = MAX_TEXT_BYTES if source.kind == "text" else MAX_WORKBOOK_BYTES
    if len(source.content) > limit:
        return Issue("file_too_large", "refused", value=source.name, detail=f"{limit // _MB} MB")
    return _workbook_refusal(source) if source.kind == "workbook" else None


def _workbook_refusal(source: Source) -> Issue | None:
    """Return why a workbook cannot be opened: unpacked size first, then its reading."""
    if source.content.startswith(b"PK") and (issue := _zip_refusal(source)):
        return issue
    try:
        _ = source.sheets
    except UserError as error:
        detail = error.parameters.get("detail")
        return Issue(error.code, "refused", value=source.name, detail=str(detail or ""))
    return None


def _zip_refusal(source: Source) -> Issue | None:
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        return Issue("file_unreadable", "refused", value=source.name, detail=str(error))
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > _RATIO_MATTERS_FROM and unpacked > MAX_RATIO * len(source.content)
    if unpacked > MAX_UNPACKED_BYTES or is_bomb:
        detail = f"{MAX_UNPACKED_BYTES // _MB} MB"
        return Issue("file_too_large", "refused", value=source.name, detail=detail)
    names = {entry.filename for entry in entries}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        return Issue("file_type_unknown", "refused", value=source.name)
    return None


@contextmanager
def workbook_errors() -> Iterator[None]:
    """Turn what the workbook reader raises into a refusal the user can mend.

    Raises:
        UserError: ``file_protected`` or ``file_unreadable``.
    """
    import python_calamine as calamine

    try:
        yield
    except calamine.PasswordError as error:
        raise UserError("file_protected") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UserError("file_unreadable", detail=str(error)) from error
    except BaseException as error:
        # A panic of the reader's Rust code derives from BaseException and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise UserError("file_unreadable", detail="workbook reader stopped") from error
