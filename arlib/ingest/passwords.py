"""Workbooks protected by a password: recognised, and opened with the one the user gives."""

from __future__ import annotations

import io
import struct
from typing import Final

from arlib.model.issues import UserError

_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
# Excel turns the password 100,000 times; a file that asks for more wants to keep us busy.
_MAX_SPINS: Final = 500_000
# What that library raises on a header that is not one.
_DAMAGED: Final = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    struct.error,
)


def is_encrypted(content: bytes) -> bool:
    """Tell a password-protected .xlsx (an OLE container of an encrypted package) from an .xls."""
    return _PACKAGE in content


def is_locked_xls(content: bytes) -> bool:
    """Tell an old .xls whose content is encrypted, which its reader takes for a damaged one."""
    from msoffcrypto import OfficeFile, exceptions

    try:
        return bool(OfficeFile(io.BytesIO(content)).is_encrypted())
    except (exceptions.FileFormatError, exceptions.ParseError, *_DAMAGED):
        return False


def unlock(content: bytes, password: str | None) -> bytes:
    """Return the workbook inside a protected file.

    Raises:
        UserError: ``file_protected`` without a password, ``protection_unknown``,
            ``password_wrong``, ``file_unreadable`` when the protected part is damaged.
    """
    if not password:
        raise UserError("file_protected")
    from msoffcrypto import OfficeFile, exceptions

    opened = io.BytesIO()
    try:
        book = OfficeFile(io.BytesIO(content))
        if _spins(book) > _MAX_SPINS:
            raise UserError("file_unreadable", detail="password protection")
        book.load_key(password=password, verify_password=True)
        book.decrypt(opened)
    except exceptions.InvalidKeyError as error:
        raise UserError("password_wrong") from error
    except exceptions.DecryptionError as error:
        raise UserError("protection_unknown") from error
    except (exceptions.FileFormatError, exceptions.ParseError, *_DAMAGED) as error:
        raise UserError("file_unreadable", detail="password protection") from error
    return opened.getvalue()


def _spins(book: object) -> int:
    info = getattr(book, "info", None)
    return int(info.get("spinValue", 0)) if isinstance(info, dict) else 0
