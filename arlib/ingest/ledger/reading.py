"""A declared ledger from bytes to canonical tables: its header, its tables one under the other, its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.ledger.company import find_company
from arlib.ingest.ledger.declaration import WITH_TITLE
from arlib.ingest.ledger.evidence import ledger_evidence
from arlib.ingest.ledger.fields import Money
from arlib.ingest.ledger.headers import (
    Header,
    find_headers,
    has_signature,
    is_header,
    lines_above,
    match_fields,
)
from arlib.ingest.ledger.numbers import read_ledger
from arlib.ingest.ledger.raw import Lines, OddLine
from arlib.ingest.ledger.report import Report
from arlib.ingest.ledger.result import parsed_file, refused_file, span, understand
from arlib.ingest.ledger.rows import BLANK, SECTION, TITLE, read_rows
from arlib.ingest.ledger.sums import date_orders, read_sums
from arlib.ingest.ledger.table import date_openings, join_lines, make_lines
from arlib.ingest.ledger.totals import check_totals
from arlib.ingest.reading import Sheet, read_sheet
from arlib.ingest.values import parse_date
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from arlib.ingest.ledger.declaration import LedgerFormat
    from arlib.ingest.source import Source
    from arlib.model.files import DateOrder, ImportOptions, ParsedFile

_DATE: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_MOST_TABLES: Final = 200


@dataclass(frozen=True, slots=True)
class Read:
    """The lines of a file with their amounts; counts of its rows that are no line."""

    lines: Lines
    money: Money
    count_rows: int
    order: DateOrder
    doubt: Issue | None = None


def confidence(source: Source, declaration: LedgerFormat) -> float:
    """Return how sure it is that the file is the ledger declared, 0 to 1."""
    if source.kind not in {"text", "workbook"}:
        return 0.0
    for header in find_headers(source, declaration):
        if has_signature(header.layout.headers, declaration):
            above = " ".join(lines_above(source, header.layout))
            is_titled = any(re.search(title, above) for title in declaration.titles)
            return WITH_TITLE if is_titled else declaration.confidence
    return 0.0


def read_declared(
    source: Source, options: ImportOptions, declaration: LedgerFormat, header: Header | None = None
) -> ParsedFile:
    """Return the ledger understood; ``header`` when a mapping says where its columns are."""
    report = Report(DEFAULT_CURRENCY)
    company = find_company(source.name, options.company_id, report)
    sure = confidence(source, declaration)
    found = [header] if header else find_headers(source, declaration)[:1]
    if not found:
        issue = Issue("columns_missing", "refused", value="date, debit, credit")
        return refused_file(
            source, company, report, issue, format_id=declaration.format_id, confidence=sure
        )
    tables = _tables(source, found[0], declaration)
    report.currency = _currency(tables, report)
    report.titles = _titles(tables[0][1])
    read = _read(source, options, declaration, tables, report)
    if nothing := _nothing(read, report):
        return refused_file(
            source, company, report, nothing, format_id=declaration.format_id, confidence=sure
        )
    ledger = read_ledger(read.lines, read.money, is_partial=True)
    known = understand(read.lines, ledger, company, report, options, declaration.roots)
    return parsed_file(
        source,
        options,
        company,
        report,
        known,
        format_id=declaration.format_id,
        confidence=sure,
        evidence=ledger_evidence(
            source, declaration, tables[0][1], read.order, ledger, known.settlement.lines
        ),
        span=span(ledger),
        count_read=read.count_rows,
        count_refused=known.read.count_refused + len(read.lines.lost),
        doubt=read.doubt,
    )


def _nothing(read: Read, report: Report) -> Issue | None:
    """Return why no line can be loaded, None when some can."""
    from arlib.ingest.ledger.fields import read_dates

    if not len(read.lines.rows):
        return Issue("no_rows", "refused")
    if np.isnat(read_dates(read.lines.table["posted_on"]).days).all():
        title = report.titles.get("posted_on")
        return Issue("date_unreadable", "refused", column=title, value="")
    return None


def _titles(header: Header) -> dict[str, str]:
    """Return the file's own titles by field."""
    titles = {name: header.layout.headers[position] for name, position in header.fields.items()}
    money = ("debit", "credit") if header.has_pair else ("amount", "side")
    titles["money"] = " / ".join(titles[name] for name in money if name in titles)
    return {"due_on": "–"} | titles


def _tables(
    source: Source, header: Header, declaration: LedgerFormat
) -> list[tuple[Sheet, Header]]:
    """Return the tables that stand one under the other, each with its own header."""
    sheet = read_sheet(source, header.layout)
    tables = []
    for _ in range(_MOST_TABLES):
        found = _next_header(sheet, header, declaration)
        if found is None:
            break
        at, below = found
        tables.append((_cut(sheet, at), header))
        header = below
        sheet = read_sheet(source, header.layout)
    return [*tables, (sheet, header)]


def _next_header(
    sheet: Sheet, header: Header, declaration: LedgerFormat
) -> tuple[int, Header] | None:
    """Return the position and the header of the next table of a sheet, None when it is the last."""
    first = sheet.columns[header.fields["posted_on"]].text
    for at in _words(first).tolist():
        titles = [sheet.columns[place].text[at].as_py() or "" for place in sorted(sheet.columns)]
        titles = [title.strip() for title in titles]
        fields = match_fields(titles, declaration)
        if is_header(fields) and fields != dict(header.fields):
            row = int(sheet.row_numbers[at])
            layout = replace(header.layout, headers=tuple(titles), row=row, next_row=row + 1)
            return at, Header(layout, fields)
    return None


def _words(column: pa.Array) -> NDArray[np.int64]:
    """Return where a column of dates holds words without a figure, as a header does."""
    import pyarrow.compute as pc

    is_word = pc.and_(pc.match_substring_regex(column, r"\S"), pc.invert(pc.match_substring_regex(column, r"\d")))  # fmt: skip
    return np.flatnonzero(pc.fill_null(is_word, fill_value=False).to_numpy(zero_copy_only=False))


def _cut(sheet: Sheet, at: int) -> Sheet:
    """Return the rows of a sheet above the position ``at``."""
    columns = {
        place: replace(
            column,
            text=column.text.slice(0, at),
            is_number=None if column.is_number is None else column.is_number[:at],
            is_date=None if column.is_date is None else column.is_date[:at],
        )
        for place, column in sheet.columns.items()
    }
    last = int(sheet.row_numbers[at])
    ragged = tuple(line for line in sheet.ragged if line[0] < last)
    numbers = sheet.row_numbers[:at]
    return replace(sheet, columns=columns, row_numbers=numbers, ragged=ragged)


def _currency(tables: Sequence[tuple[Sheet, Header]], report: Report) -> str:
    """Return the one currency that every line names, else that of the company."""
    found: set[str] = set()
    for sheet, header in tables:
        if "currency" not in header.fields:
            return report.currency
        texts = sheet.columns[header.fields["currency"]].text.to_pylist()
        dates = sheet.columns[header.fields["posted_on"]].text.to_pylist()
        found |= {
            (text or "").strip().upper()
            for text, date in zip(texts, dates, strict=True)
            if any(char.isdigit() for char in date or "")
        }
    code = found.pop() if len(found) == 1 else ""
    return code if _CURRENCY.fullmatch(code) else report.currency


def _read(
    source: Source,
    options: ImportOptions,
    declaration: LedgerFormat,
    tables: Sequence[tuple[Sheet, Header]],
    report: Report,
) -> Read:
    """Return the lines of every table of a file; other rows are counted by what they are."""
    parts, nets, bads, doubts = [], [], [], []
    order: DateOrder = "day_first"
    stated = options.date_order or declaration.date_order
    counts = {"blank_row": 0, "title_row": 0, "total_row": 0}
    count_rows = 0
    for sheet, header in tables:
        orders, doubted = date_orders(sheet, header, stated)
        order = orders["posted_on"]
        doubts += [doubted] if doubted is not None else []
        sections = declaration.has_sections and not header.has_customers
        rows = read_rows(sheet, header, order, has_sections=sections)
        money, sums = read_sums(sheet, header, report.currency)
        counts["total_row"] += check_totals(rows, sums, report)
        counts["blank_row"] += len(rows.where(BLANK))
        counts["title_row"] += len(rows.where(TITLE, SECTION))
        lines, kept = make_lines(rows, orders, declaration.roots)
        lost = tuple(OddLine(*line) for line in sheet.ragged)
        parts.append(replace(lines, lost=lost))
        nets.append(money.minor[kept])
        bads.append(money.is_unreadable[kept])
        count_rows += len(sheet.row_numbers) + len(lost)
    _report_rows(source, counts, parts, report)
    lines = date_openings(join_lines(parts), _first_day(parts, tables[0], order))
    money = Money(np.concatenate(nets), np.concatenate(bads))
    return Read(lines, money, count_rows, order, _order_doubt(doubts, report, options))


def _order_doubt(titles: Sequence[str], report: Report, options: ImportOptions) -> Issue | None:
    """Return the doubt that asks how dates are written, unless the user accepts it."""
    if not titles:
        return None
    issue = Issue("day_month_undecidable", "doubtful", column=titles[0])
    report.issues.append(issue)
    return None if options.accept_doubtful else issue


def _report_rows(
    source: Source, counts: dict[str, int], parts: Sequence[Lines], report: Report
) -> None:
    """Say how the text was decoded, which rows are no lines, and which could not be cut."""
    if source.kind == "text" and source.encoding not in {"utf-8", "utf-8-sig"}:
        report.add("encoding_assumed", "note", value=source.encoding)
    for code, count in counts.items():
        if count:
            report.add(code, "ignored", detail=str(count))
    for part in parts:
        for line in part.lost:
            report.add(
                "line_length",
                "refused",
                row_number=line.row,
                value=line.text.strip()[:200],
                detail=str(line.count_fields),
            )


def _first_day(parts: Sequence[Lines], table: tuple[Sheet, Header], order: DateOrder) -> str | None:
    """Return the first day of the ledger: that its title says when earlier than its first line."""
    days = {day for part in parts for day in part.table["posted_on"].unique().to_pylist()}
    iso = sorted(day for day in days if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day))
    if not iso:
        return None
    said = [parse_date(day, order) for _row, text in table[0].above for day in _DATE.findall(text)]
    starts = sorted(day.isoformat() for day in said if day)
    is_period = len(starts) > 1 and starts[0] <= iso[0]
    return starts[0] if is_period else iso[0]
