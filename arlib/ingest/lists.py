"""A flat list read: from typed lines to the canonical tables and the counts of one file."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.ingest import book, items, people
from arlib.ingest.asides import KEPT, REFUSED, ignore
from arlib.ingest.asof import extraction_date
from arlib.ingest.evidence import list_evidence
from arlib.ingest.lines import take
from arlib.ingest.outcome import company_table, outcome
from arlib.ingest.references import name_codes
from arlib.ingest.repeated_invoices import share_amounts
from arlib.ingest.running_balance import drop_running_balance
from arlib.ingest.sections import row_cells
from arlib.ingest.signs import numbers
from arlib.model.money import DEFAULT_CURRENCY

if TYPE_CHECKING:
    import pyarrow as pa

    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile
    from arlib.model.issues import Issue

_AMOUNTS: Final = frozenset({"amount", "debit", "credit", "amount_local"})
_FOOTERS: Final = 50
_NO_DATE: Final = dt.date(1970, 1, 1)  # a limit without any date was decided before all others


def read_invoices(source: Source, options: ImportOptions, lines: Lines, match: Match) -> ParsedFile:
    """Return a list of invoices as canonical tables, with its issues and counts."""
    name_codes(lines, options.codes_by_name)
    _open_of_ages(lines, match)
    drop_running_balance(lines)
    is_listed = _settle_open(lines)
    verdict = items.judge(lines, match, options)
    below = titles_below(lines)
    extracted_on, is_assumed = extraction_date(lines, options, verdict.state == KEPT, below)
    company_id, doubt = company_of(lines, options)
    currency = common_currency(lines, options)
    kept = book.gather(lines, verdict, company_id, currency, extracted_on)
    if is_listed and kept.count:
        kept = share_amounts(kept)
    more: dict[str, Any] = {"state": verdict.state, "doubt": lines.doubt or doubt}
    if extracted_on is None or not kept.count:
        more["refusal"] = lines.findings.add_file("no_rows", "refused")
        return outcome(source, options, lines, **more)
    _note_assumptions(kept, options, currency, extracted_on if is_assumed else None)
    if is_listed:
        tables = book.listed_tables(kept, extracted_on)
    else:
        tables = book.extraction_tables(kept, extracted_on)
    has_open = bool(kept.has_open.any())
    if not (is_listed or has_open):
        lines.findings.add_file("open_state_assumed", "note")
    tables |= tables_beside(kept, tables["documents"], source, currency, extracted_on)
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
        control_totals=control_totals(kept, is_listed=is_listed),
    )


def read_customers(
    source: Source, options: ImportOptions, lines: Lines, match: Match
) -> ParsedFile:
    """Return a list of customers or limits as canonical tables (scope ``reference``)."""
    state = _judge_customers(lines, match)
    own = take(lines, np.flatnonzero(state == KEPT))
    company_id, doubt = company_of(lines, options)
    more: dict[str, Any] = {"state": state, "doubt": lines.doubt or doubt, "scope": "reference"}
    customer = own.text["customer_id"]
    if not len(customer):
        more["refusal"] = lines.findings.add_file("no_rows", "refused")
        return outcome(source, options, lines, **more)
    currency = common_currency(lines, options)
    is_unsaid = own.currency is None or own.currency.null_count
    if "limit" in lines.amounts and is_unsaid and currency != options.currency:
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
    tables["companies"] = company_table(company_id, currency)
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


def titles_below(lines: Lines) -> list[str]:
    """Return the words of the rows set aside as titles or footers, the last ones."""
    found = [i.row_number or 0 for i in lines.findings.issues if i.code == "title_row"]
    if not found:
        return []
    rows = np.flatnonzero(np.isin(lines.sheet.row_numbers, found[-_FOOTERS:]))
    return [" ".join(text for _, text in row_cells(lines, row)) for row in rows.tolist()]


def _open_of_ages(lines: Lines, match: Match) -> None:
    """Give the lines whose amounts stand in columns of ages the sum of these as open amount."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not match.buckets or _AMOUNTS & set(lines.amounts):
        return
    read = [numbers(lines, name) for name in match.buckets]
    has_any = np.stack([has for _, has in read]).any(axis=0)
    summed = np.stack([values for values, _ in read]).sum(axis=0)
    ages = pa.array(summed, pa.int64(), mask=~has_any)
    own = lines.amounts.get("open")
    lines.amounts["open"] = ages if own is None else pc.coalesce(own, ages)
    marks = [lines.unreadable[n] for n in ("open", *match.buckets) if n in lines.unreadable]
    lines.unreadable["open"] = np.unique(np.concatenate(marks)).astype(np.int64)


def _settle_open(lines: Lines) -> bool:
    """Return whether the list has payment dates; keep its open column only if it is a residual.

    A column that stays filled on settled lines is the amount of the line under another name.
    """
    import pyarrow.compute as pc

    paid_on = lines.dates.get("paid_on")
    level = lines.form.level if lines.form else "auto"
    if level == "C":
        lines.dates.pop("paid_on", None)
        return False
    if level != "B" and (paid_on is None or paid_on.null_count == len(paid_on)):
        return False
    if paid_on is None:
        return True
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


def company_of(lines: Lines, options: ImportOptions) -> tuple[str, Issue | None]:
    """Return the company: the one given, else the only one its column names, else ``default``."""
    column = lines.text.get("company")
    names = [] if column is None else [name for name in column.unique().to_pylist() if name]
    names = list(dict.fromkeys(people.siren(name) or name for name in names))
    own = (people.siren(names[0]) or names[0]) if len(names) == 1 else None
    given = options.company_id
    if given and len(names) > 1:
        value = ", ".join(names)
        return given, lines.findings.add_file(
            "company_conflict", "doubtful", value=value, detail=given
        )
    if given and own and own != given:
        conflict = lines.findings.add_file("company_conflict", "doubtful", value=own, detail=given)
        return given, conflict
    if given or own:
        return given or str(own), None
    lines.findings.add_file("company_assumed", "note", value="default")
    return "default", None


def common_currency(lines: Lines, options: ImportOptions) -> str:
    """Return the currency of lines that name none: the only one of the file, that given, else EUR.

    Where a column names a foreign currency on a few lines and is blank on the others, blank is the
    company's own.
    """
    own = lines.currency
    found = [] if own is None else [code for code in own.unique().to_pylist() if code]
    is_rule = own is not None and (not lines.has_currency or own.null_count * 2 < len(own))
    return str(found[0]) if len(found) == 1 and is_rule else options.currency or DEFAULT_CURRENCY


def _ledger_currency(kept: book.Items, currency: str) -> str:
    """Return the currency of the company: the common one when present, else the commonest."""
    import pyarrow.compute as pc

    counts = {row["values"]: row["counts"] for row in pc.value_counts(kept.currency).to_pylist()}
    return currency if currency in counts else max(counts, key=lambda code: (counts[code], code))


def _note_assumptions(
    kept: book.Items, options: ImportOptions, currency: str, assumed_on: dt.date | None
) -> None:
    """Note what the file did not say and was assumed."""
    findings = kept.lines.findings
    own = kept.lines.currency
    if (own is None or own.null_count) and currency != options.currency:
        findings.add_file("currency_assumed", "note", value=currency)
    if assumed_on is not None:
        findings.add_file("extraction_date_assumed", "note", value=assumed_on.isoformat())
    if kept.lines.sheet.header_row > 1:
        findings.add_file("header_row_assumed", "note", row_number=kept.lines.sheet.header_row)
    book.note_shared_numbers(kept)


def tables_beside(
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
    more["companies"] = company_table(kept.company_id, _ledger_currency(kept, currency))
    return more


def control_totals(kept: book.Items, *, is_listed: bool) -> dict[str, int]:
    """Return the net amount of the lines kept by currency: amounts (B), what is open (C)."""
    import pyarrow as pa

    amount = kept.amount_minor
    if not is_listed:
        amount = np.where(kept.has_open, kept.open_minor, amount)
    table = pa.table({"currency": kept.currency, "amount": pa.array(amount)})
    summed = table.group_by("currency").aggregate([("amount", "sum")]).to_pydict()
    return dict(sorted(zip(summed["currency"], summed["amount_sum"], strict=True)))


def _judge_customers(lines: Lines, match: Match) -> np.ndarray:
    """Return what each row of a list of customers is: kept, blank, title, or refused with its reason."""
    findings = lines.findings
    state = np.full(lines.count, KEPT, dtype=np.int8)
    filled = np.zeros(lines.count, dtype=np.int16)
    for column in lines.text.values():
        filled += column.is_valid().to_numpy(zero_copy_only=False)
    for column in lines.amounts.values():
        filled += column.is_valid().to_numpy(zero_copy_only=False)
    missing = ~lines.text["customer_id"].is_valid().to_numpy(zero_copy_only=False)
    bad = np.zeros(lines.count, dtype=bool)
    bad[lines.unreadable.get("limit", [])] = True
    ignore(findings, state, "blank_row", missing & (filled == 0) & ~bad)
    ignore(findings, state, "title_row", _last_titles(filled) & ~bad)
    nobody = np.flatnonzero(missing & (state == KEPT))
    findings.add_rows("customer_missing", "refused", nobody)
    state[nobody] = REFUSED
    if "limit" in match.fields:
        odd = np.flatnonzero(bad & (state == KEPT))
        column = lines.sheet.columns[match.fields["limit"]]
        findings.add_rows(
            "amount_unreadable", "refused", odd, column=column.title, values=column.text
        )
        state[odd] = REFUSED
    return state


def _last_titles(filled: np.ndarray) -> np.ndarray:
    """Return the last rows that hold one cell alone, when the rows before them hold more."""
    full = np.flatnonzero(filled > 1)
    last = np.zeros(len(filled), dtype=bool)
    if len(full):
        last[full[-1] + 1 :] = filled[full[-1] + 1 :] == 1
    return last
