"""Files dropped together: what one says of the company, its currency and its customers helps the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from arlib.ingest.references import unique_codes, unknown_customers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.files import ImportOptions, ParsedFile


def shared_options(
    parsed: Sequence[ParsedFile], options: ImportOptions
) -> list[ImportOptions | None]:
    """Return, for each file read, the options to read it again with; None when it gains nothing.

    A file that names no company takes the only one that the others name; likewise its currency. A
    list that calls customers by name takes their codes from a list of customers.
    """
    company = _only({p.company_id for p in parsed if _is_known(p, "company_assumed")})
    currency = _only({p.company_currency for p in parsed if _names_currency(p)})
    codes = _codes(parsed)
    return [_gain(item, options, company, currency, codes) for item in parsed]


def with_unknown(parsed: Sequence[ParsedFile]) -> list[ParsedFile]:
    """Return the files, each list with a note for the customers that the list dropped beside lacks."""
    found = []
    for item in parsed:
        beside = [p for p in parsed if p.scope == "reference" and p.company_id == item.company_id]
        if item.scope in {"open_items", "full_list"} and item.format_id != "template":
            missing = unknown_customers(item, beside)
            known = {i.value for i in item.issues if i.code == "customer_unknown"}
            more = tuple(issue for issue in missing if issue.value not in known)
            found.append(replace(item, issues=(*item.issues, *more)))
        else:
            found.append(item)
    return found


def _gain(
    item: ParsedFile,
    options: ImportOptions,
    company: str | None,
    currency: str | None,
    codes: dict[str, str],
) -> ImportOptions | None:
    if item.refusal is not None or item.format_id in {"fec", "template"}:
        return None
    found = options
    if company and not options.company_id and _has(item, "company_assumed"):
        found = replace(found, company_id=company)
    if currency and not options.currency and _has(item, "currency_assumed"):
        found = replace(found, currency=currency)
    if codes and item.scope != "reference" and _is_named(item):
        found = replace(found, codes_by_name={**codes, **options.codes_by_name})
    return found if found is not options else None


def _has(item: ParsedFile, code: str) -> bool:
    return any(issue.code == code for issue in item.issues)


def _is_known(item: ParsedFile, assumed: str) -> bool:
    return item.refusal is None and not _has(item, assumed) and item.company_id != "default"


def _names_currency(item: ParsedFile) -> bool:
    """Tell a file whose lines name their currency: its assumption is not one to hand on."""
    is_said = item.format_id != "fec" and not _has(item, "currency_assumed")
    return item.refusal is None and is_said and bool(item.control_totals)


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _codes(parsed: Sequence[ParsedFile]) -> dict[str, str]:
    """Return reduced name -> code from the lists of customers."""
    pairs: list[tuple[str | None, str | None]] = []
    for item in parsed:
        if item.scope == "reference" and "customers" in item.tables:
            table = item.tables["customers"]
            pairs += zip(table["name"].to_pylist(), table["customer_id"].to_pylist(), strict=True)
    return unique_codes(pairs)


def _is_named(item: ParsedFile) -> bool:
    """Tell a list whose customers have no code of their own: code and name are the same."""
    if "customers" not in item.tables:
        return False
    table = item.tables["customers"]
    names, codes = table["name"].to_pylist(), table["customer_id"].to_pylist()
    return all(name in {None, code} for name, code in zip(names, codes, strict=True))
