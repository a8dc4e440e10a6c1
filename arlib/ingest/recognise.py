"""Which format a file is, how sure, and its reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.formats import all_formats
from arlib.ingest.gate import refusal
from arlib.ingest.ledger.headerless import is_ledger_mapping
from arlib.ingest.source import Source
from arlib.ingest.together import shared_options, with_unknown
from arlib.ingest.web_page import as_text
from arlib.model.files import Evidence, ParsedFile
from arlib.model.issues import Issue, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ingest.formats import Format
    from arlib.model.files import FileInput, ImportOptions

# Below, nothing recognises the file.
THRESHOLD: Final = 0.5
# What reads a file when no product's format recognises it.
GENERAL: Final = frozenset({"ledger", "flat"})
_PAGE: Final = Evidence(
    "Table of a web page", "The file is HTML under the name of a workbook: its words are read."
)


def formats() -> tuple[str, ...]:
    """Return the ids of the formats that can be read."""
    return tuple(module.FORMAT_ID for module in all_formats())


def read_files(files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
    """Return the files recognised, read and checked, in the order given.

    A list of several companies gives one ``ParsedFile`` a company. Files dropped together help one
    another. A file that cannot be read has a ``refusal``; nothing is raised for what a file contains.

    Raises:
        UserError: ``format_not_found`` when ``options.format_id`` names no format.
    """
    parsed = [read_file(file, options) for file in files]
    if len(parsed) > 1:
        again = shared_options(parsed, options)
        for place, (file, better) in enumerate(zip(files, again, strict=True)):
            if better is not None and not parsed[place].also:
                parsed[place] = read_file(file, better)
    return with_unknown([i for first in parsed for i in (replace(first, also=()), *first.also)])


def read_file(file: FileInput, options: ImportOptions) -> ParsedFile:
    """Return one file recognised, read and checked; its other companies are in ``also``.

    Raises:
        UserError: ``format_not_found`` when ``options.format_id`` names no format.
    """
    source = Source(file, options.password)
    if options.format_id is not None and options.format_id not in formats():
        raise UserError("format_not_found", value=options.format_id)
    if (table := as_text(file.content)) is not None:
        return _of_page(source, read_file(replace(file, content=table), options))
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
    others = tuple(replace(other, confidence=confidence) for other in parsed.also)
    return replace(parsed, confidence=confidence, also=others)


def recognise(source: Source, options: ImportOptions) -> tuple[Format, float]:
    """Return the format that is surest of the file and how sure.

    A product's own format stands before the general ones, which read what no other recognises; the
    flat list says which columns it misses when none does.
    """
    modules = all_formats()
    wanted = options.format_id or _mapped(options)
    if wanted is not None:
        return next(m for m in modules if wanted == m.FORMAT_ID), 1.0
    own = [m for m in modules if m.FORMAT_ID not in GENERAL]
    general = [m for m in modules if m.FORMAT_ID in GENERAL]
    for group in (own, general):
        ranked = sorted(((m.identify(source), m) for m in group), key=lambda pair: -pair[0])
        if ranked and ranked[0][0] >= THRESHOLD:
            return ranked[0][1], ranked[0][0]
    return next(m for m in modules if m.FORMAT_ID == "flat"), 0.0


def _mapped(options: ImportOptions) -> str | None:
    """Return the general format that reads a file whose columns the user named."""
    if not options.mapping:
        return None
    return "ledger" if is_ledger_mapping(options.mapping) else "flat"


def _of_page(source: Source, parsed: ParsedFile) -> ParsedFile:
    """Return what the tables of a web page hold, as read from the file itself."""
    others = tuple(replace(other, sha256=source.sha256) for other in parsed.also)
    evidence = (_PAGE, *parsed.evidence)
    return replace(parsed, sha256=source.sha256, evidence=evidence, also=others)


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
