"""The lettering of whole ledgers, removed and found again (``python -m tests.matching`` prints it)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests import matching

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = matching.sample_files()
REAL = matching.real_files()


@pytest.mark.parametrize("name", sorted(SAMPLE))
def test_the_sample_company_is_matched_again(name: str) -> None:
    result = matching.rebuilt(name, SAMPLE[name])
    assert result.has_lettering
    assert result.balances_equal
    assert result.cash_ratio >= 0.90
    assert result.right_ratio >= 0.97
    assert result.same_ratio >= 0.97
    # each rule keeps the promise of its confidence
    for row in matching.by_rule(result.found).to_dict("records"):
        assert row["right"] >= row["confidence"], row["rule"]


def test_half_of_the_lettering_is_completed_not_rewritten() -> None:
    name = min(SAMPLE)
    lettered, empty = SAMPLE[name], matching.without_lettering(SAMPLE[name])
    both = zip(lettered.split(b"\n"), empty.split(b"\n"), strict=True)
    half = b"\n".join(
        one if row % 20_000 < 6_000 else other for row, (one, other) in enumerate(both)
    )
    whole, part = matching.load(name, lettered), matching.load(name, half)
    sql = "SELECT CAST(rule AS VARCHAR), COUNT(*), SUM(amount_minor) FROM allocations GROUP BY rule"
    with whole._database.cursor() as one, part._database.cursor() as other:
        known = {row[0]: row[1:] for row in one.execute(sql).fetchall()}
        found = {row[0]: row[1:] for row in other.execute(sql).fetchall()}
    assert 0 < found["source"][0] < known["source"][0]
    total = sum(amount for _, amount in found.values())
    assert total >= 0.9 * sum(amount for _, amount in known.values())
    assert matching._same_balances(whole, part)


@pytest.mark.real
@pytest.mark.skipif(
    not REAL,
    reason=f"real files absent ({os.environ.get('ENCOURS_REAL_DATA', 'ENCOURS_REAL_DATA')})",
)
@pytest.mark.parametrize("path", REAL, ids=[f"FEC {place}" for place, _ in enumerate(REAL, 1)])
def test_no_balance_of_a_real_ledger_moves(path: Path) -> None:
    result = matching.rebuilt(path.name, path.read_bytes())
    assert result.balances_equal
