"""The samples of the list layouts and what must be read of them, from the invented rows alone.

Nothing here reads a file: figures come from the rows, counts from what each row was written as.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from data.generator.exports.listing import BUCKETS, bucket
from data.generator.exports.registry import LAYOUTS
from tests.formats.golden import FOLDER, summed
from tests.formats.invented import AS_OF, book

if TYPE_CHECKING:
    from pathlib import Path

    from data.generator.exports.listing import Row
    from data.generator.exports.page import Page
    from data.generator.exports.variant import Variant

# What a row of the page is, once read: blank lines above the header are no rows.
_CODES: Final = {
    "title": "title_row",
    "section": "section_row",
    "footer": "title_row",
    "total": "total_row",
    "blank": "blank_row",
    "other": "other_account",
}


def build() -> list[tuple[Path, dict[str, Any]]]:
    """Write the samples; return each with the figures expected of it, notes apart."""
    made = []
    for format_id, variants in LAYOUTS.items():
        folder = FOLDER / format_id
        folder.mkdir(exist_ok=True)
        for variant in variants:
            page, content = variant.write(book())
            sample = folder / variant.file_name
            sample.write_bytes(content)
            made.append((sample, expected(format_id, variant, page)))
    return made


def expected(format_id: str, variant: Variant, page: Page) -> dict[str, Any]:
    """Return the golden figures of one sample."""
    kept = [row for row in page.shown if not row.unreadable]
    if variant.is_summary:
        spoilt = {row.customer_id for row in page.shown if row.unreadable}
        kept = [row for row in page.shown if row.customer_id not in spoilt]
    rows = Counter(_rows(page, variant))
    ignored = sum(count for code, count in rows.items() if code != "amount_unreadable")
    if variant.scope == "ledger" and rows["other_account"]:
        rows["other_account"] = 1  # said once an account
    is_listed = variant.scope != "open_items"
    total = sum(row.amount if is_listed else _open(row, variant) for row in kept)
    lines = [_line(row, variant) for row in kept if _open(row, variant)]
    if variant.is_summary:
        lines = _summary(kept, variant)
    count_kept = page.roles()["item"] - rows["amount_unreadable"]
    return {
        "format_id": format_id,
        "scope": variant.scope,
        "level": variant.level,
        "extracted_on": AS_OF.isoformat(),
        "counts": {
            "read": count_kept + ignored + rows["amount_unreadable"],
            "kept": count_kept,
            "ignored": ignored,
            "refused": rows["amount_unreadable"],
        },
        "control_totals": {"EUR": total},
        "rows": dict(sorted(rows.items())),
        **summed(lines, AS_OF),
        **({"options": {"extracted_on": AS_OF.isoformat()}} if variant.asks_date else {}),
    }


def _rows(page: Page, variant: Variant) -> list[str]:
    """Return the code of each row that is not kept."""
    roles = [role for role, _ in page.rows]
    first = roles.index("header")
    above = [role for role in roles[:first] if role != "blank"]
    below = roles[first + 1 :]
    while below and below[-1] == "blank":
        below.pop()
    codes = {**_CODES, **variant.codes}
    found = [codes[role] for role in (*above, *below) if role in codes]
    return [*found, "amount_unreadable"]


def _open(row: Row, variant: Variant) -> int:
    """Return what the layout says remains of a line."""
    if variant.residual:
        return row.open
    return 0 if row.group else row.amount


def _line(row: Row, variant: Variant) -> dict[str, Any]:
    return {
        "customer": row.name if variant.names_only else row.customer_id,
        "number": row.number,
        "issued_on": _issued(row, variant),
        "due_on": row.due_or_issued.isoformat(),
        "amount": row.amount if variant.has_amount else _open(row, variant),
        "open": _open(row, variant),
        "currency": row.currency,
    }


def _issued(row: Row, variant: Variant) -> str:
    """Return the day of the line: for a layout without it, the due date or the extraction before it."""
    if variant.has_issued:
        return row.issued_on.isoformat()
    return min(row.due_or_issued, AS_OF).isoformat()


def _summary(rows: list[Row], variant: Variant) -> list[dict[str, Any]]:
    """Return one item a filled bucket: due inside that bucket."""
    import datetime as dt

    days_late = dict(zip(BUCKETS, variant.days_late, strict=True))
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        customer = row.name if variant.names_only else row.customer_id
        sums[customer, bucket(row, AS_OF)] += row.open
    found = []
    for (customer, name), amount in sums.items():
        if not amount:
            continue
        due = AS_OF - dt.timedelta(days=days_late[name])
        found.append(
            {
                "customer": customer,
                "number": None,
                "issued_on": due.isoformat(),
                "due_on": due.isoformat(),
                "amount": amount,
                "open": amount,
                "currency": "EUR",
            }
        )
    return found
