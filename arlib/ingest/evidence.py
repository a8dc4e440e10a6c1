"""What was recognised in a flat list and why, for the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.model.files import Evidence

if TYPE_CHECKING:
    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines
    from arlib.ingest.source import Source


def list_evidence(
    lines: Lines,
    match: Match,
    *,
    is_listed: bool = False,
    has_open: bool = False,
    is_reference: bool = False,
) -> tuple[Evidence, ...]:
    """Return what was recognised, the kind of list first, then columns, sheet, dates, decimals."""
    if is_reference:
        kind = Evidence("List of customers", "Customer codes with their attributes or limits.")
    elif is_listed:
        kind = Evidence(
            "List of invoices with payment dates", "A column of payment dates is filled."
        )
    elif has_open:
        kind = Evidence("List of open items", "A column says what remains open.")
    else:
        why = "No column says what is paid or open."
        kind = Evidence("List of invoices", why, is_warning=True)
    return (kind, *_columns(lines, match), *_spellings(lines))


def _columns(lines: Lines, match: Match) -> list[Evidence]:
    sheet = lines.sheet
    titles = [sheet.headers[position] for position in sorted(set(match.fields.values()))]
    known: dict[str, object] = {"count": len(titles), "headers": ", ".join(titles)}
    found = [Evidence("{count} columns recognised", "Their headers: {headers}.", known)]
    names = [part.name for part in (sheet, *sheet.parts) if part.name]
    if len(dict.fromkeys(names)) > 1:
        shown = {"sheets": ", ".join(dict.fromkeys(names))}
        found.append(Evidence("Sheets read as one: {sheets}", "They have the same columns.", shown))
    elif sheet.name:
        why = "The sheet whose headers are best understood."
        found.append(Evidence("Sheet “{sheet}”", why, {"sheet": sheet.name}))
    return found


def _spellings(lines: Lines) -> list[Evidence]:
    found = []
    if lines.order == "day_first":
        found.append(Evidence("Dates read day/month/year", "The dates of the file show it."))
    elif lines.order == "month_first":
        found.append(Evidence("Dates read month/day/year", "The dates of the file show it."))
    if lines.decimal == ",":
        found.append(Evidence("Decimal comma", "The amounts of the file show it."))
    elif lines.decimal == ".":
        found.append(Evidence("Decimal point", "The amounts of the file show it."))
    return found


def encoding_evidence(source: Source) -> tuple[Evidence, ...]:
    """Return how a text was decoded when it is not plain utf-8."""
    if source.kind != "text" or source.encoding in {"utf-8", "utf-8-sig"}:
        return ()
    why = "Its bytes are not valid utf-8."
    return (Evidence("Text read as {encoding}", why, {"encoding": source.encoding}),)
