"""A flat list read: from typed lines to the canonical tables and the counts of one file."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.ingest import book, items, people
from arlib.ingest.evidence import encoding_evidence, list_evidence
from arlib.ingest.lines import take
from arlib.ingest.values import parse_date
from arlib.model.files import ParsedFile
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY
from arlib.model.tables import conform

if TYPE_CHECKING:
    import pyarrow as pa

    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines
    from arlib.ingest.source import Source
    from arlib.model.files import Evidence, ImportOptions

_AMOUNTS: Final = frozenset({"amount", "debit", "credit", "amount_local"})
_AS_OF: Final = re.compile(
    r"(?i)(?:\bau\b|as of|as at|arrêt|extrait|extraction|situation|date d.édition|édité|stichtag)"
    r"\D{0,20}(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:er)? [^\W\d]{3,9} \d{4})"
)
_NO_DATE: Final = dt.date(1970, 1, 1)  # a limit without any date was decided before all others


def read_invoices(source: Source, options: ImportOptions, lines: Lines, match: Match) -> ParsedFile:
    """Return a list of invoices as canonical tables, with its issues and counts."""
    is_listed = _settle_open(lines)
    verdict = items.judge(lines, match, options)
    extracted_on, is_assumed = _extracted_on(lines, options, verdict.state == items.KEPT)
    company_id, doubt = _company(lines, options)
    currency = _common_currency(lines)
    kept = book.gather(lines, verdict, company_id, currency, extracted_on)
    more: dict[str, Any] = {"state": verdict.state, "doubt": lines.doubt or doubt}
    if extracted_on is None or not kept.count:
        more["refusal"] = lines.findings.add_file("no_rows", "refused")
        return outcome(source, options, lines, **more)
    _note_assumptions(kept, currency, extracted_on if is_assumed else None)
    if is_listed:
        tables = book.listed_tables(kept, extracted_on)
    else:
        tables = book.extraction_tables(kept, extracted_on)
    has_open = bool(kept.has_open.any())
    if not (is_listed or has_open):
        lines.findings.add_file("open_state_assumed", "note")
    tables |= _tables_beside(kept, tables["documents"], source, currency, extracted_on)
    days = kept.issued_on.to_numpy(zero_copy_only=False)
    return outcome(
        source,
        options,
        lines,
        **more,
        company_id=company_id,
        currency=_ledger_currency(kept, currency),
        scope="full_list" if is_listed else "open_items",
        level="B" if is_listed else "C",
        evidence=list_evidence(lines, match, is_listed=is_listed, has_open=has_open),
        covers_from=days.min().astype(dt.date),
        covers_to=max(days.max().astype(dt.date), extracted_on),
        extracted_on=extracted_on,
        tables=tables,
        control_totals=_control_totals(kept, is_listed=is_listed),
    )


def read_customers(
    source: Source, options: ImportOptions, lines: Lines, match: Match
) -> ParsedFile:
    """Return a list of customers or limits as canonical tables (scope ``reference``)."""
    state = _judge_customers(lines, match)
    own = take(lines, np.flatnonzero(state == items.KEPT))
    company_id, doubt = _company(lines, options)
    more: dict[str, Any] = {"state": state, "doubt": lines.doubt or doubt, "scope": "reference"}
    customer = own.text["customer_id"]
    if not len(customer):
        more["refusal"] = lines.findings.add_file("no_rows", "refused")
        return outcome(source, options, lines, **more)
    currency = _common_currency(lines)
    if "limit" in lines.amounts and (own.currency is None or own.currency.null_count):
        lines.findings.add_file("currency_assumed", "note", value=currency)
    tables = people.customer_tables(own, customer, company_id)
    limits = people.limit_table(
        own,
        customer,
        company_id,
        currency=currency,
        decided_on=options.extracted_on or options.import_day or _NO_DATE,
        origin_id=source.sha256[:12],
    )
    if limits is not None:
        tables["limits"] = limits
    tables["companies"] = _companies(company_id, currency)
    return outcome(
        source,
        options,
        lines,
        **more,
        company_id=company_id,
        currency=currency,
        evidence=list_evidence(lines, match, is_reference=True),
        tables=tables,
    )


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
    ignored = counts[items.IGNORED] + sum(issue.severity == "ignored" for issue in aside)
    refused = counts[items.REFUSED] + sum(issue.severity == "refused" for issue in aside)
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
        format_id="flat",
        confidence=0.0,
        evidence=(*evidence, *encoding_evidence(source)),
        company_id=company,
        company_name=company,
        company_currency=currency,
        siren=people.siren(company),
        issues=(*issues, *found, *aside),
        rows_read=counts[items.KEPT] + ignored + refused,
        rows_kept=counts[items.KEPT],
        rows_ignored=ignored,
        rows_refused=refused,
        **(values | more),
    )


def _issues_aside(lines: Lines) -> list[Issue]:
    """Return the lines that are not rows of the table: titles above it, lines that do not fit it."""
    titles = [
        Issue("title_row", "ignored", lines.sheet.name, row, value=text[:80])
        for row, text in lines.sheet.above
    ]
    ragged = [
        Issue("line_length", "refused", row_number=row, value=text[:200], detail=str(count))
        for row, count, text in lines.sheet.ragged
    ]
    return titles + ragged


def _settle_open(lines: Lines) -> bool:
    """Return whether the list has payment dates; keep its open column only if it is a residual.

    A column that stays filled on settled lines is the amount of the line under another name.
    """
    import pyarrow.compute as pc

    paid_on = lines.dates.get("paid_on")
    if paid_on is None or paid_on.null_count == len(paid_on):
        return False
    if "open" in lines.amounts:
        has_amount = bool(_AMOUNTS & set(lines.amounts))
        dated = pc.filter(lines.amounts["open"], paid_on.is_valid())
        never_zero = dated.null_count < len(dated) and not pc.any(pc.equal(dated, 0)).as_py()
        if never_zero or not has_amount:
            opened = lines.amounts.pop("open")
            bad = lines.unreadable.pop("open")
            if not has_amount:
                lines.amounts["amount"], lines.unreadable["amount"] = opened, bad
    return True


def _extracted_on(
    lines: Lines, options: ImportOptions, kept: np.ndarray
) -> tuple[dt.date | None, bool]:
    """Return the date of the extraction and whether it was assumed: given, titled, or the latest."""
    if options.extracted_on:
        return options.extracted_on, False
    for _, text in lines.sheet.above:
        if (match := _AS_OF.search(text)) and (
            day := parse_date(match[1], lines.order or "day_first")
        ):
            return day, False
    for names in (("issued_on", "paid_on"), ("due_on",)):
        days = [day for name in names if (day := _latest(lines, name, kept, options.import_day))]
        if days:
            return max(days), True
    return None, True


def _latest(
    lines: Lines, name: str, kept: np.ndarray, import_day: dt.date | None
) -> dt.date | None:
    """Return the latest date of the rows kept, not after the day of the import."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in lines.dates:
        return None
    days = lines.dates[name].filter(pa.array(kept))
    if import_day is not None:
        days = days.filter(pc.less_equal(days, pa.scalar(import_day, pa.date32())))
    latest: dt.date | None = pc.max(days).as_py()
    return latest


def _company(lines: Lines, options: ImportOptions) -> tuple[str, Issue | None]:
    """Return the company: the one given, else the only one its column names, else ``default``."""
    column = lines.text.get("company")
    names = [] if column is None else [name for name in column.unique().to_pylist() if name]
    own = (people.siren(names[0]) or names[0]) if len(names) == 1 else None
    given = options.company_id
    if given and own and own != given:
        conflict = lines.findings.add_file("company_conflict", "doubtful", value=own, detail=given)
        return given, conflict
    if given or own:
        return given or str(own), None
    if len(names) > 1:
        lines.findings.add_file("companies_several", "doubtful", value=str(len(names)))
    lines.findings.add_file("company_assumed", "note", value="default")
    return "default", None


def _common_currency(lines: Lines) -> str:
    """Return the currency of lines that name none: the only one of the file, else EUR."""
    found = [] if lines.currency is None else [c for c in lines.currency.unique().to_pylist() if c]
    return str(found[0]) if len(found) == 1 else DEFAULT_CURRENCY


def _ledger_currency(kept: book.Items, currency: str) -> str:
    """Return the currency of the company: the common one when present, else the commonest."""
    import pyarrow.compute as pc

    counts = {row["values"]: row["counts"] for row in pc.value_counts(kept.currency).to_pylist()}
    return currency if currency in counts else max(counts, key=lambda code: (counts[code], code))


def _note_assumptions(kept: book.Items, currency: str, assumed_on: dt.date | None) -> None:
    """Note what the file did not say and was assumed."""
    findings = kept.lines.findings
    own = kept.lines.currency
    if own is None or own.null_count:
        findings.add_file("currency_assumed", "note", value=currency)
    if assumed_on is not None:
        findings.add_file("extraction_date_assumed", "note", value=assumed_on.isoformat())
    if kept.lines.sheet.header_row > 1:
        findings.add_file("header_row_assumed", "note", row_number=kept.lines.sheet.header_row)
    book.note_shared_numbers(kept)


def _tables_beside(
    kept: book.Items,
    documents: pa.Table,
    source: Source,
    currency: str,
    extracted_on: dt.date,
) -> dict[str, pa.Table]:
    """Return companies, customers, disputes and limits of a list of invoices."""
    more = people.customer_tables(kept.lines, kept.customer_id, kept.company_id)
    disputes = book.dispute_table(kept, documents)
    limits = people.limit_table(
        kept.lines,
        kept.customer_id,
        kept.company_id,
        currency=currency,
        decided_on=extracted_on,
        origin_id=source.sha256[:12],
    )
    for name, table in (("disputes", disputes), ("limits", limits)):
        if table is not None:
            more[name] = table
    more["companies"] = _companies(kept.company_id, _ledger_currency(kept, currency))
    return more


def _companies(company_id: str, currency: str) -> pa.Table:
    import pyarrow as pa

    row = {
        "company_id": company_id,
        "name": company_id,
        "siren": people.siren(company_id),
        "currency": currency,
    }
    return conform("companies", pa.Table.from_pylist([row]))


def _control_totals(kept: book.Items, *, is_listed: bool) -> dict[str, int]:
    """Return the net amount of the lines kept by currency: amounts (B), what is open (C)."""
    import pyarrow as pa

    amount = kept.amount_minor
    if not is_listed:
        amount = np.where(kept.has_open, kept.open_minor, amount)
    table = pa.table({"currency": kept.currency, "amount": pa.array(amount)})
    summed = table.group_by("currency").aggregate([("amount", "sum")]).to_pydict()
    return dict(sorted(zip(summed["currency"], summed["amount_sum"], strict=True)))


def _judge_customers(lines: Lines, match: Match) -> np.ndarray:
    """Return what each row of a list of customers is: kept, blank, or refused with its reason."""
    findings = lines.findings
    state = np.full(lines.count, items.KEPT, dtype=np.int8)
    filled = np.zeros(lines.count, dtype=bool)
    for column in lines.text.values():
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
    missing = ~lines.text["customer_id"].is_valid().to_numpy(zero_copy_only=False)
    blank, nobody = np.flatnonzero(missing & ~filled), np.flatnonzero(missing & filled)
    findings.add_rows("blank_row", "ignored", blank)
    findings.add_rows("customer_missing", "refused", nobody)
    state[blank], state[nobody] = items.IGNORED, items.REFUSED
    if "limit" in match.fields:
        bad = np.setdiff1d(lines.unreadable["limit"], np.flatnonzero(missing))
        column = lines.sheet.columns[match.fields["limit"]]
        findings.add_rows(
            "amount_unreadable", "refused", bad, column=column.title, values=column.text
        )
        state[bad] = items.REFUSED
    return state
