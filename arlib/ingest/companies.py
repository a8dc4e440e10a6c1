"""Several companies in one list: each becomes a file of its own, none is mixed with another."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from arlib.ingest import people
from arlib.ingest.findings import Findings
from arlib.ingest.lines import take
from arlib.ingest.outcome import with_issues
from arlib.ingest.sheet import select

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

    Read = Callable[[Source, ImportOptions, Lines, Match], ParsedFile]


def read_each(
    source: Source, options: ImportOptions, lines: Lines, match: Match, read: Read
) -> ParsedFile:
    """Return the list read by ``read``, once a company that its column names.

    The first company carries the lines that name none (titles, totals); the others are in ``also``.
    When the user names one of them, only its lines are read.
    """
    codes = _codes(lines)
    names = list(dict.fromkeys(code for code in codes if code))
    if len(names) < 2:  # noqa: PLR2004 - one company, or none named
        return read(source, options, lines, match)
    found = np.array([names.index(code) if code else -1 for code in codes])
    if options.company_id is not None:
        if options.company_id not in names:
            return read(source, options, lines, match)
        return _one(source, options, lines, match, read, found, names.index(options.company_id))
    parsed = []
    for rank, name in enumerate(names):
        rows = np.flatnonzero((found == rank) | ((found < 0) & (rank == 0)))
        own = _part(lines, rows, is_first=rank == 0)
        one = read(source, replace(options, company_id=name), own, match)
        parsed.append(replace(one, sha256=_fingerprint(source, name)))
    return replace(parsed[0], also=tuple(parsed[1:]))


def _one(
    source: Source,
    options: ImportOptions,
    lines: Lines,
    match: Match,
    read: Read,
    found: np.ndarray,
    wanted: int,
) -> ParsedFile:
    """Return the lines of one company; those of the others are listed as ignored."""
    others = np.flatnonzero((found >= 0) & (found != wanted))
    findings = Findings(lines.sheet.name, lines.sheet.row_numbers, lines.sheet.row_sheets)
    findings.add_rows("other_company", "ignored", others, values=lines.text["company"])
    own = _part(lines, np.flatnonzero((found < 0) | (found == wanted)), is_first=True)
    parsed = with_issues(read(source, options, own, match), findings.issues)
    return replace(parsed, sha256=_fingerprint(source, str(options.company_id)))


def _fingerprint(source: Source, company_id: str) -> str:
    """Return the fingerprint of one company's part: the parts of a file do not replace each other."""
    return hashlib.sha256(f"{source.sha256}|{company_id}".encode()).hexdigest()


def _codes(lines: Lines) -> list[str | None]:
    column = lines.text.get("company")
    if column is None:
        return []
    import pyarrow.compute as pc

    uniques = pc.unique(column).to_pylist()
    if sum(value is not None for value in uniques) < 2:  # noqa: PLR2004 - nothing to tell apart
        return []
    known = {value: (people.siren(value) or value) if value else None for value in uniques}
    return [known[value] for value in column.to_pylist()]


def _part(lines: Lines, rows: np.ndarray, *, is_first: bool) -> Lines:
    """Return the lines at ``rows`` with findings of their own; the first part keeps those so far."""
    sheet = select(lines.sheet, rows)
    if not is_first:
        sheet = replace(sheet, above=(), ragged=(), parts=())
    own = replace(take(lines, rows), sheet=sheet)
    own.findings = Findings(sheet.name, sheet.row_numbers, sheet.row_sheets)
    if is_first:
        own.findings.issues.extend(lines.findings.issues)
    place = np.full(lines.count, -1)
    place[rows] = np.arange(len(rows))
    own.unreadable, own.out_of_range = (
        {name: place[where][place[where] >= 0] for name, where in marks.items()}
        for marks in (lines.unreadable, lines.out_of_range)
    )
    return own
