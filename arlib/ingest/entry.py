"""How files come in: archives opened, then read in the parsing process or here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.ingest import recognise
from arlib.ingest.archive import unpack
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.files import FileInput, ImportOptions, ParsedFile


def read_files(files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
    """Return the files recognised, read and checked, in the order given; an archive gives several.

    Reading happens in a child process with limits of time and memory. A file that cannot be read
    has a ``refusal``; nothing is raised for what a file contains.

    Raises:
        UserError: ``format_not_found`` when ``options.format_id`` names no format.
    """
    from arlib.ingest.sandbox import SANDBOX

    if options.format_id is not None and options.format_id not in recognise.formats():
        raise UserError("format_not_found", value=options.format_id)
    return SANDBOX.read(unpack(files), options)


def read_here(files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
    """Return the same as ``read_files``, read in this process: no limit of time nor memory.

    Raises:
        UserError: ``format_not_found`` when ``options.format_id`` names no format.
    """
    return recognise.read_files(unpack(files), options)


def warm_up() -> None:
    """Start the parsing process, so that the first file does not wait for it; returns at once."""
    from arlib.ingest.sandbox import SANDBOX

    SANDBOX.warm()
