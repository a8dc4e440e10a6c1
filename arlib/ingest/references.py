"""Lists of customers and limits that stand beside a list of items: they complete it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.values import plain
from arlib.model.issues import Issue
from arlib.model.tables import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from arlib.ingest.lines import Lines
    from arlib.model.files import ParsedFile

_KEYS: Final = {"customers": "customer_id", "limits": "scope_id"}
# What a list beside repeats about the file as a whole.
_REPEATED: Final = frozenset({"company_assumed", "currency_assumed"})


def codes_by_name(beside: Sequence[Lines]) -> dict[str, str]:
    """Return name (reduced) -> code of the customers of some lists, names of several codes left out."""
    pairs: list[tuple[str | None, str | None]] = []
    for lines in beside:
        if "customer_name" in lines.text:
            codes, names = lines.text["customer_id"], lines.text["customer_name"]
            pairs += zip(names.to_pylist(), codes.to_pylist(), strict=True)
    return unique_codes(pairs)


def unique_codes(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Return reduced name -> code for the names that one code alone carries."""
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        if name and code and name != code:
            found.setdefault(plain(name), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def name_codes(lines: Lines, known: Mapping[str, str]) -> None:
    """Give the customers that a list calls by name alone the code that another list tells."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = lines.text.get("customer_id")
    if ids is None or not known:
        return
    codes = set(known.values())
    encoded = ids.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    told = [None if value in codes else known.get(plain(value)) for value in values]
    if not any(told):
        return
    names = lines.text.get("customer_name")
    lines.text["customer_name"] = ids if names is None else pc.coalesce(names, ids)
    better = [code or value for code, value in zip(told, values, strict=True)]
    lines.text["customer_id"] = pc.take(pa.array(better, pa.string()), encoded.indices)


def complete(parsed: ParsedFile, beside: ParsedFile) -> ParsedFile:
    """Return a list of items completed by a list of customers or limits of the same company."""
    if beside.refusal is not None:
        return parsed
    tables = dict(parsed.tables)
    for name in ("customers", "limits", "customer_names"):
        if name in beside.tables:
            own = tables.get(name)
            tables[name] = (
                beside.tables[name] if own is None else _merged(name, beside.tables[name], own)
            )
    return replace(
        parsed,
        tables=tables,
        evidence=(*parsed.evidence, *beside.evidence),
        issues=(*parsed.issues, *_own_issues(beside)),
        rows_read=parsed.rows_read + beside.rows_read,
        rows_kept=parsed.rows_kept + beside.rows_kept,
        rows_ignored=parsed.rows_ignored + beside.rows_ignored,
        rows_refused=parsed.rows_refused + beside.rows_refused,
    )


def _own_issues(beside: ParsedFile) -> tuple[Issue, ...]:
    return tuple(issue for issue in beside.issues if issue.code not in _REPEATED)


def unknown_customers(parsed: ParsedFile, beside: Sequence[ParsedFile]) -> list[Issue]:
    """Return one note a customer of the items that no list of customers beside them holds."""
    lists = [item.tables["customers"] for item in beside if "customers" in item.tables]
    if not lists or "customers" not in parsed.tables:
        return []
    known = {code for table in lists for code in table["customer_id"].to_pylist()}
    used = parsed.tables["customers"]["customer_id"].to_pylist()
    return [Issue("customer_unknown", "note", value=code) for code in used if code not in known]


def _merged(name: str, first: pa.Table, second: pa.Table) -> pa.Table:
    """Return two tables as one: of each key the first one's filled values, then the second's."""
    import pyarrow as pa

    both = pa.concat_tables([first, second])
    if name not in _KEYS:
        return conform(name, both)
    key = _KEYS[name]
    frame = both.to_pandas(types_mapper=_nullable)
    columns = list(frame.columns)
    merged = frame.groupby(key, sort=False, dropna=False).first().reset_index()[columns]
    return conform(name, pa.Table.from_pandas(merged, preserve_index=False))


def _nullable(kind: pa.DataType) -> object:
    """Return the pandas type that keeps NULL apart from NaN, for whole numbers and flags."""
    import pandas as pd
    import pyarrow as pa

    return {
        pa.int64(): pd.Int64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
        pa.string(): pd.StringDtype(),
    }.get(kind)
