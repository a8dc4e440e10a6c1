"""Which format a file is, how sure, and its reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.formats import all_formats
from arlib.ingest.gate import refusal
from arlib.ingest.source import Source
from arlib.model.files import ParsedFile
from arlib.model.issues import Issue, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ingest.formats import Format
    from arlib.model.files import FileInput, ImportOptions

# Below, nothing recognises the file.
THRESHOLD: Final = 0.5


def formats() -> tuple[str, ...]:
    """Return the ids of the formats that can be read."""
    return tuple(module.FORMAT_ID for module in all_formats())


def read_files(files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
    """Return each file recognised, read and checked, in the order given.

    A file that cannot be read has a ``refusal``; nothing is raised for what a file contains.

    Raises:
        UserError: ``format_not_found`` when ``options.format_id`` names no format.
    """
    return [read_file(file, options) for file in files]


def read_file(file: FileInput, options: ImportOptions) -> ParsedFile:
    """Return one file recognised, read and checked.

    Raises:
        UserError: ``format_not_found`` when ``options.format_id`` names no format.
    """
    source = Source(file)
    if options.format_id is not None and options.format_id not in formats():
        raise UserError("format_not_found", value=options.format_id)
    if issue := refusal(source):
        return refused(source, issue, options)
    module, confidence = recognise(source, options)
    try:
        parsed = module.extract(source, options)
    except UserError as error:
        detail = error.parameters.get("detail")
        issue = Issue(
            error.code, "refused", value=source.name, detail=None if detail is None else str(detail)
        )
        return refused(source, issue, options)
    return replace(parsed, confidence=confidence)


def recognise(source: Source, options: ImportOptions) -> tuple[Format, float]:
    """Return the format that is surest of the file and how sure; the flat list when none is."""
    modules = all_formats()
    wanted = options.format_id or ("flat" if options.mapping else None)
    if wanted is not None:
        return next(m for m in modules if wanted == m.FORMAT_ID), 1.0
    ranked = sorted(((m.identify(source), m) for m in modules), key=lambda pair: -pair[0])
    if ranked[0][0] >= THRESHOLD:
        return ranked[0][1], ranked[0][0]
    flat = next(m for m in modules if m.FORMAT_ID == "flat")
    return flat, ranked[0][0]


def refused(source: Source, issue: Issue, options: ImportOptions) -> ParsedFile:
    """Return a file of which nothing could be read."""
    company = options.company_id or "default"
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id="",
        confidence=0.0,
        evidence=(),
        scope="open_items",
        level=None,
        company_id=company,
        company_name=company,
        company_currency="EUR",
        siren=None,
        covers_from=None,
        covers_to=None,
        extracted_on=options.extracted_on,
        tables={},
        issues=(issue,),
        rows_read=0,
        rows_kept=0,
        rows_ignored=0,
        rows_refused=0,
        control_totals={},
        refusal=issue,
    )
