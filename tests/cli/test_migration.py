"""``migration`` on the worked set of definitions §24.5, imported from a file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

DATES = ("--from", "2025-05-31", "--to", "2025-06-30")
EXPECTED = {
    ("not_due", "not_due"): 9000,
    ("not_due", "1-30"): 21600,
    ("not_due", "credit_note"): 600,
    ("1-30", "paid"): 2400,
    ("31-60", "61-90"): 7200,
    ("90+", "90+"): 3000,
}


def test_each_bucket_goes_where_the_definitions_say(read_worked: Runner) -> None:
    document = read_worked.json("migration", *DATES)
    found = {(row["from"], row["to"]): Decimal(row["amount"]) for row in document["rows"]}
    assert {cell: amount for cell, amount in found.items() if amount} == EXPECTED
    assert (document["currency"], document["from"], document["to"]) == (
        "EUR",
        "2025-05-31",
        "2025-06-30",
    )
    assert {to for _, to in found} == {
        *("not_due", "1-30", "31-60", "61-90", "90+"),
        *("paid", "credit_note", "write_off"),
    }


def test_roll_rates_and_the_empty_row(read_worked: Runner) -> None:
    rates = {row["from"]: row for row in read_worked.json("migration", *DATES)["roll_rates"]}
    assert [rates[name]["to"] for name in rates] == ["1-30", "31-60", "61-90", "90+"]
    assert rates["not_due"]["ratio"] == pytest.approx(0.69231, abs=5e-6)
    assert (rates["1-30"]["ratio"], rates["31-60"]["ratio"]) == (0, 1)
    assert (rates["61-90"]["ratio"], rates["61-90"]["ratio_reason"]) == (None, "no_open")
    empty = [r for r in read_worked.json("migration", *DATES)["rows"] if r["from"] == "61-90"]
    assert {row["share_ratio"] for row in empty} == {None}


def test_dates_by_default_are_the_last_month(read_worked: Runner) -> None:
    asked = read_worked.json("migration", *DATES)
    assert read_worked.json("migration", "--as-of", "2025-06-30") == asked
    text, _ = read_worked.text("migration", *DATES)
    assert "69,2" in text
    assert "Réglé" in text


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        (("--from", "2025-06-30", "--to", "2025-06-30"), "migration_dates"),
        (("--from", "2020-06-30", "--to", "2025-06-30"), "as_of_too_early"),
        (("--from", "juin", "--to", "2025-06-30"), "as_of_unreadable"),
    ],
)
def test_dates_that_make_no_sense_are_refused(
    read_worked: Runner, dates: tuple[str, ...], code: str
) -> None:
    assert read_worked.json("migration", *dates, status=1)["error"]["code"] == code
