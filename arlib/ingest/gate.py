"""What a file may be: size, zip bombs, passwords. Refusals are sentences, never tracebacks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from arlib.ingest.archive import members
from arlib.ingest.web_page import MARKUP
from arlib.model.files import FileInput
from arlib.model.issues import Issue, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.ingest.source import Source

_MB: Final = 1 << 20
MAX_TEXT_BYTES: Final = 2048 * _MB
MAX_WORKBOOK_BYTES: Final = 200 * _MB


def refusal(source: Source) -> Issue | None:
    """Return why the file cannot even be looked into, or None."""
    if source.kind == "empty":
        return Issue("file_empty", "refused", value=source.name)
    limit = MAX_WORKBOOK_BYTES if source.kind == "workbook" else MAX_TEXT_BYTES
    if len(source.content) > limit:
        return Issue("file_too_large", "refused", value=source.name, detail=f"{limit // _MB} MB")
    try:
        _open(source)
    except UserError as error:
        return refusal_of(error, source.name)
    return None


def _open(source: Source) -> None:
    """Look into the file as far as its kind allows. Raises UserError when it cannot be read."""
    if source.kind == "unknown":
        raise UserError("file_type_unknown", value=source.name)
    if source.kind == "text" and MARKUP.match(source.content):
        raise UserError("file_web_page", value=source.name)
    if source.kind == "archive":  # those that can be opened were, before this
        members(FileInput(source.name, source.content, source.is_member))
    if source.kind == "workbook":
        _ = source.sheets


def refusal_of(error: UserError, name: str) -> Issue:
    """Return the refusal of a whole file as an issue that quotes its name."""
    detail = error.parameters.get("detail")
    value = error.parameters.get("value", name)
    return Issue(
        error.code, "refused", value=str(value), detail=None if detail is None else str(detail)
    )


@contextmanager
def workbook_errors() -> Iterator[None]:
    """Turn what the workbook reader raises into a refusal the user can mend.

    Raises:
        UserError: ``protection_unknown`` (what a password opens was opened before) or
            ``file_unreadable``.
    """
    import python_calamine as calamine

    try:
        yield
    except calamine.PasswordError as error:
        raise UserError("protection_unknown") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UserError("file_unreadable", detail=str(error)) from error
    except BaseException as error:
        # A panic of the reader's Rust code derives from BaseException and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise UserError("file_unreadable", detail="workbook reader stopped") from error
