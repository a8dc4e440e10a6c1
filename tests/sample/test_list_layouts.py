"""The sample company written in the layout of each product: one book, the same to the cent."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from arlib.ingest import read_files
from arlib.model.files import FileInput, ImportOptions
from data.generator.build import companies
from data.generator.exports.listing import Listing, bucket, listing
from data.generator.exports.registry import LAYOUTS
from data.generator.model import LAST_DAY, balances
from tests.formats.golden import as_booked

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile
    from data.generator.exports.variant import Variant

# Every file of each layout for one company, the plain one for the other.
FILES = [
    (slug, format_id, variant)
    for slug, count in (("armor", None), ("estuaire", 1))
    for format_id, variants in LAYOUTS.items()
    for variant in variants[:count]
]


def cases(files: list[tuple[str, str, Variant]]) -> pytest.MarkDecorator:
    named = [
        pytest.param(slug, format_id, variant, id=f"{slug}-{format_id}-{variant.file_name}")
        for slug, format_id, variant in files
    ]
    return pytest.mark.parametrize(("slug", "format_id", "variant"), named)


# Where lines show what remains of them; a ledger's receipts left open are matched besides.
NETTED = [file for file in FILES if file[2].residual and file[2].scope != "ledger"]
WITH_DOCUMENTS = [file for file in NETTED if not file[2].is_summary]


@cache
def books() -> dict[str, tuple[Listing, dict[str, int]]]:
    """Return the lines of each company and what each customer owes on the last day."""
    return {
        company.slug: (listing(company), balances(company, LAST_DAY)) for company in companies()
    }


@cache
def parsed(slug: str, format_id: str, file_name: str) -> ParsedFile:
    lines, _ = books()[slug]
    variant = next(v for v in LAYOUTS[format_id] if v.file_name == file_name)
    _, content = variant.write(lines)
    options = ImportOptions(
        import_day=dt.date(2026, 11, 1), extracted_on=LAST_DAY if variant.asks_date else None
    )
    (found,) = read_files([FileInput(variant.file_name, content)], options)
    return found


@cache
def booked(slug: str, format_id: str, file_name: str) -> dict[str, Any]:
    return as_booked(parsed(slug, format_id, file_name), LAST_DAY)


def expected(slug: str, variant: Variant) -> dict[str, int]:
    lines, owed = books()[slug]
    names = {row.customer_id: row.name for row in lines.rows}
    return {
        names[code] if variant.names_only else code: amount
        for code, amount in owed.items()
        if amount
    }


@cases(FILES)
def test_every_layout_gives_the_balances_of_the_book(
    slug: str, format_id: str, variant: Variant
) -> None:
    found = parsed(slug, format_id, variant.file_name)
    assert (found.format_id, found.extracted_on) == (format_id, LAST_DAY)
    assert not found.rows_refused
    sums = booked(slug, format_id, variant.file_name)["balances"]
    assert set(sums) == {"EUR"}
    assert {code: amount for code, amount in sums["EUR"].items() if amount} == expected(
        slug, variant
    )


@cases(WITH_DOCUMENTS)
def test_every_layout_with_documents_gives_their_open_amounts_and_due_dates(
    slug: str, format_id: str, variant: Variant
) -> None:
    lines, _ = books()[slug]
    wanted = sorted(
        (row.number, row.due_or_issued.isoformat(), row.open) for row in lines.rows if row.open > 0
    )
    items = booked(slug, format_id, variant.file_name)["open_items"]
    found = sorted(
        (item["number"], item["due_on"], item["open"]) for item in items if item["open"] > 0
    )
    assert found == wanted


@cases(NETTED)
def test_every_layout_gives_the_ages_of_the_book(
    slug: str, format_id: str, variant: Variant
) -> None:
    lines, _ = books()[slug]
    # A summary nets the credits of a customer in the age of their own day.
    sums: dict[tuple[object, str], int] = {}
    for number, row in enumerate(lines.rows):
        key = (row.customer_id if variant.is_summary else number, bucket(row, LAST_DAY))
        sums[key] = sums.get(key, 0) + row.open
    wanted: dict[str, int] = {}
    for (_, age), amount in sums.items():
        name = "unallocated" if amount < 0 else age
        wanted[name] = wanted.get(name, 0) + amount
    ages = booked(slug, format_id, variant.file_name)["aging"]["EUR"]
    assert {name: amount for name, amount in ages.items() if amount} == {
        name: amount for name, amount in wanted.items() if amount
    }
