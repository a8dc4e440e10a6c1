"""One file read: its counts, its issues, what it is, put together for the preview and the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from arlib.ingest import people
from arlib.ingest.asides import IGNORED, KEPT, REFUSED
from arlib.ingest.evidence import encoding_evidence
from arlib.model.files import ParsedFile
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY
from arlib.model.tables import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa

    from arlib.ingest.lines import Lines
    from arlib.ingest.source import Source
    from arlib.model.files import Evidence, ImportOptions


def outcome(
    source: Source,
    options: ImportOptions,
    lines: Lines | None = None,
    *,
    state: np.ndarray | None = None,
    company_id: str | None = None,
    currency: str = DEFAULT_CURRENCY,
    evidence: tuple[Evidence, ...] = (),
    issues: tuple[Issue, ...] = (),
    **more: Any,
) -> ParsedFile:
    """Return the file with its counts; titles above the header and ragged lines are rows too."""
    counts = Counter([] if state is None else state.tolist())
    aside = [] if lines is None else _issues_aside(lines)
    found = [] if lines is None else lines.findings.issues
    ignored = counts[IGNORED] + sum(issue.severity == "ignored" for issue in aside)
    refused = counts[REFUSED] + sum(issue.severity == "refused" for issue in aside)
    company = company_id or options.company_id or "default"
    values: dict[str, Any] = {
        "scope": "open_items",
        "level": None,
        "covers_from": None,
        "covers_to": None,
        "extracted_on": options.extracted_on,
        "tables": {},
        "control_totals": {},
    }
    return ParsedFile(
        file_name=source.name,
        sha256=source.sha256,
        format_id=lines.form.format_id if lines and lines.form else "flat",
        confidence=0.0,
        evidence=(*evidence, *encoding_evidence(source)),
        company_id=company,
        company_name=company,
        company_currency=currency,
        siren=people.siren(company),
        issues=(*issues, *found, *aside),
        rows_read=counts[KEPT] + ignored + refused,
        rows_kept=counts[KEPT],
        rows_ignored=ignored,
        rows_refused=refused,
        **(values | more),
    )


def with_issues(parsed: ParsedFile, issues: Sequence[Issue]) -> ParsedFile:
    """Return a file with more issues, those of a row that is set aside counted."""
    on_rows = [issue.severity for issue in issues if issue.row_number is not None]
    ignored, refused = on_rows.count("ignored"), on_rows.count("refused")
    return replace(
        parsed,
        issues=(*parsed.issues, *issues),
        rows_read=parsed.rows_read + ignored + refused,
        rows_ignored=parsed.rows_ignored + ignored,
        rows_refused=parsed.rows_refused + refused,
    )


def company_table(company_id: str, currency: str) -> pa.Table:
    """Return the one row of ``companies``."""
    import pyarrow as pa

    row = {
        "company_id": company_id,
        "name": company_id,
        "siren": people.siren(company_id),
        "currency": currency,
    }
    return conform("companies", pa.Table.from_pylist([row]))


def _issues_aside(lines: Lines) -> list[Issue]:
    """Return the lines that are not rows of the table: titles above it, lines that do not fit it."""
    found = []
    for sheet in (lines.sheet, *lines.sheet.parts):
        found += [
            Issue("title_row", "ignored", sheet.name, row, value=text[:80])
            for row, text in sheet.above
        ]
        found += [
            Issue("line_length", "refused", row_number=row, value=text[:200], detail=str(count))
            for row, count, text in sheet.ragged
        ]
    return found
