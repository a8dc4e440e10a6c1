"""An aged balance printed by another program: one row a customer, one column an age.

Each filled age becomes one open item, due inside that age at the date of the list, so that the ages
come out as the list gives them on that day; on any other day they are only likely, which is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from arlib.ingest import book
from arlib.ingest.asides import IGNORED, KEPT, REFUSED, ignore
from arlib.ingest.asof import extraction_date
from arlib.ingest.evidence import list_evidence
from arlib.ingest.lines import BUCKET, take
from arlib.ingest.lists import common_currency, company_of, control_totals, tables_beside
from arlib.ingest.outcome import outcome
from arlib.ingest.references import name_codes
from arlib.ingest.signs import numbers
from arlib.model.money import decimals

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from arlib.ingest.columns import Match
    from arlib.ingest.declaration import Bucket
    from arlib.ingest.lines import Lines
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

_TOTAL: Final = re.compile(
    r"(?i)\W*(grand[ -]?|sous[ -]?|sub[ -]?)?tota(l|ux)( g[ée]n[ée]ral| clients?| customers?| [A-Z]{3}| balance| report)?\W*"
)
_BEGINS: Final = re.compile(r"(?i)\W*(grand[ -]?|sous[ -]?|sub[ -]?)?tota(l|ux)\b")
_SHARES: Final = re.compile(r"(?i)^\W*(%|percent|pourcentage|en %|part|r[ée]partition)")


def read_summary(source: Source, options: ImportOptions, lines: Lines, match: Match) -> ParsedFile:
    """Return an aged balance as open items, one for each filled age of each customer."""
    import pyarrow as pa

    name_codes(lines, options.codes_by_name)
    amounts = np.stack([numbers(lines, name)[0] for name in match.buckets])
    has_each: np.ndarray = np.stack([numbers(lines, name)[1] for name in match.buckets])
    has_any: np.ndarray = np.logical_or.reduce(has_each, axis=0)
    lines.findings.amounts = pa.array(amounts.sum(axis=0), pa.int64(), mask=~has_any)
    lines.findings.currencies = lines.currency
    state = _judge(lines, match, amounts, has_any)
    extracted_on, _ = extraction_date(lines, options, state == KEPT, ())
    company_id, doubt = company_of(lines, options)
    more: dict[str, Any] = {"state": state, "doubt": lines.doubt or doubt}
    if extracted_on is None or not (state == KEPT).any():
        code = "no_rows" if extracted_on else "extraction_date_missing"
        more["refusal"] = lines.findings.add_file(code, "refused")
        return outcome(source, options, lines, **more)
    currency = common_currency(lines, options)
    if lines.currency is None and not options.currency:
        lines.findings.add_file("currency_assumed", "note", value=currency)
    lines.findings.add_file("aged_summary", "doubtful", value=extracted_on.isoformat())
    kept = _items(
        lines, state, list(match.buckets.values()), amounts, company_id, currency, extracted_on
    )
    tables = book.extraction_tables(kept, extracted_on)
    tables |= tables_beside(kept, tables["documents"], source, currency, extracted_on)
    return outcome(
        source,
        options,
        lines,
        **more,
        company_id=company_id,
        currency=currency,
        level="C",
        evidence=list_evidence(lines, match, has_open=True),
        covers_from=extracted_on,
        covers_to=extracted_on,
        extracted_on=extracted_on,
        tables=tables,
        control_totals=control_totals(kept, is_listed=False),
    )


def _judge(lines: Lines, match: Match, amounts: np.ndarray, has_any: np.ndarray) -> np.ndarray:
    """Return what each row is: a customer with its ages, a total, a title, or refused."""
    findings = lines.findings
    state = np.full(lines.count, KEPT, dtype=np.int8)
    named = lines.text["customer_id"].is_valid().to_numpy(zero_copy_only=False)
    bad = np.zeros(lines.count, dtype=bool)
    for name in match.buckets:
        bad[lines.unreadable[name]] = True
    texts = _labels(lines)
    blank = _flags(texts, lambda text: not text)
    ignore(findings, state, "blank_row", blank & ~has_any & ~bad)
    ignore(findings, state, "title_row", _flags(texts, _SHARES.match))
    totals = _totals(state, texts, amounts, has_any)
    rows = np.flatnonzero(totals & (state == KEPT))
    findings.add_rows("total_row", "ignored", rows)
    _compare_total(lines, state, rows, amounts)
    state[rows] = IGNORED
    repeated = _flags(texts, bool) & ~has_any & (state == KEPT)
    ignore(findings, state, "title_row", repeated & (~bad | _is_header(lines, match)))
    for code, where in (("amount_unreadable", bad), ("customer_missing", ~named)):
        odd = np.flatnonzero(where & (state == KEPT))
        findings.add_rows(code, "refused", odd)
        state[odd] = REFUSED
    _compare_rows(lines, match, state, amounts)
    return state


def _flags(texts: Sequence[str], test: Callable[[str], object]) -> np.ndarray:
    return np.array([bool(test(text)) for text in texts], dtype=bool)


def _labels(lines: Lines) -> list[str]:
    """Return the words of each row: code and name."""
    empty = [None] * lines.count
    columns = [
        lines.text[name].to_pylist() if name in lines.text else empty
        for name in ("customer_id", "customer_name")
    ]
    return [" ".join(dict.fromkeys(filter(None, pair))) for pair in zip(*columns, strict=True)]


def _totals(
    state: np.ndarray, texts: Sequence[str], amounts: np.ndarray, has_any: np.ndarray
) -> np.ndarray:
    """Return the rows that state a total: by their label, or by being the sum of those above."""
    whole = _flags(texts, _TOTAL.fullmatch)
    begins = _flags(texts, lambda text: _BEGINS.match(text) or not text)
    counted = (state == KEPT) & has_any & ~whole
    values = amounts.sum(axis=0)
    running = np.concatenate([[0], np.cumsum(np.where(counted & ~begins, values, 0))[:-1]])
    found: np.ndarray = has_any & (whole | (begins & (values == running)))
    return found


def _compare_total(lines: Lines, state: np.ndarray, rows: np.ndarray, amounts: np.ndarray) -> None:
    """Say which stated totals are not the sum of the customers."""
    places = decimals("EUR")
    stated = set(rows.tolist())
    counted = np.array([s == KEPT and i not in stated for i, s in enumerate(state)], dtype=bool)
    values = amounts.sum(axis=0)
    running = np.cumsum(np.where(counted, values, 0))
    last = 0
    for row in rows.tolist():
        since, so_far, last = int(running[row]) - last, int(running[row]), int(running[row])
        if int(values[row]) in {since, so_far}:
            continue
        lines.findings.add_row(
            "control_total_differs",
            "doubtful",
            row,
            value=f"{int(values[row]) / 10**places:.{places}f}",
            amount_minor=int(values[row]),
            detail=f"{so_far / 10**places:.{places}f}",
        )


def _compare_rows(lines: Lines, match: Match, state: np.ndarray, amounts: np.ndarray) -> None:
    """Say for which customers the ages do not add up to the total of their row."""
    name = next((n for n in ("open", "amount") if n in lines.amounts), None)
    if name is None:
        return
    total, has_total = numbers(lines, name)
    gap = np.where(has_total, total - amounts.sum(axis=0), 0)
    ids = lines.text["customer_id"]
    for row in np.flatnonzero((gap != 0) & (state == KEPT)).tolist():
        lines.findings.add_row(
            "bucket_total_differs",
            "doubtful",
            row,
            column=lines.title(name, match),
            value=ids[row].as_py(),
            amount_minor=int(gap[row]),
            detail=f"{int(gap[row]) / 100:.2f}",
        )


def _is_header(lines: Lines, match: Match) -> np.ndarray:
    """Return the rows in which a column of ages holds its own title."""
    import pyarrow.compute as pc

    found = np.zeros(lines.count, dtype=bool)
    for name in match.buckets:
        column = lines.sheet.columns[match.fields[name]]
        same = pc.fill_null(pc.equal(column.text, column.title), fill_value=False)
        found |= same.to_numpy(zero_copy_only=False)
    return found


def _items(
    lines: Lines,
    state: np.ndarray,
    buckets: Sequence[Bucket],
    amounts: np.ndarray,
    company_id: str,
    currency: str,
    extracted_on: dt.date,
) -> book.Items:
    """Return one item for each filled age of each row kept."""
    import pyarrow as pa
    import pyarrow.compute as pc

    where = (amounts != 0) & (state == KEPT)[None, :]
    rows, ages = np.nonzero(where.T)
    values = amounts[ages, rows]
    own = take(lines, rows)
    own.amounts = {n: a for n, a in own.amounts.items() if not n.startswith(BUCKET)}
    own.text.pop("number", None)
    days = np.array([_days_late(bucket) for bucket in buckets])[ages]
    due = np.datetime64(extracted_on, "D") - days.astype("timedelta64[D]")
    own.dates = {"due_on": pa.array(due, pa.date32())}
    own.amounts.pop("open", None)
    own.amounts.pop("amount", None)
    issued = np.minimum(due, np.datetime64(extracted_on, "D"))
    codes = own.currency if own.currency is not None else pa.nulls(len(rows), pa.string())
    return book.Items(
        own,
        company_id,
        pc.fill_null(codes, currency),
        own.text["customer_id"],
        pc.if_else(pa.array(values < 0), "credit_note", "opening"),
        pa.repeat(pa.scalar("receivable"), len(rows)),
        pa.array(issued, pa.date32()),
        values,
        values,
        np.ones(len(rows), dtype=bool),
        book.INFERRED_CONFIDENCE,
    )


def _days_late(bucket: Bucket) -> int:
    """Return a number of days late inside an age: its middle, its beginning when it has no end."""
    if bucket.last is None:
        return bucket.first or 1
    if bucket.first is None:
        return min(bucket.last, 0)
    return (bucket.first + bucket.last) // 2
