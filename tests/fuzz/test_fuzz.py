"""Fifty mutated files at each run; ``make fuzz`` judges a thousand."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.fuzz.bases import make_list, to_bytes
from tests.fuzz.judge import judge, make, plain_total


@pytest.mark.parametrize("seed", range(50))
def test_a_mutated_file_harms_nothing_and_hides_nothing(seed: int) -> None:
    verdict = judge(make(seed))
    assert verdict.faults == [], f"{verdict.case.what}: {verdict.outcome}"


def test_cases_are_the_same_at_each_run() -> None:
    first, second = make(7), make(7)
    assert (first.what, first.base, first.total) == (second.what, second.base, second.total)
    assert len({make(seed).what for seed in range(200)}) > 30


@pytest.mark.parametrize("seed", [s for s in range(120) if "amount_altered" in make(s).what])
def test_a_reader_that_misses_an_altered_amount_is_caught(seed: int) -> None:
    case = make(seed)
    careless = replace(case, content=to_bytes(case.base))  # reads the file as it was
    verdict = judge(careless)
    if case.total == case.base.total:
        assert verdict.faults == []
    else:
        assert verdict.faults == [f"total {case.base.total} instead of {case.total}"]


def test_a_plain_reading_sees_what_a_damaged_byte_does() -> None:
    base = make_list(random.Random(1), "csv")
    content = to_bytes(base)
    assert plain_total(content, base) == base.total
    amount = base.rows[1][-1].encode()
    altered = content.replace(amount, amount[:-1] + (b"1" if amount[-1:] != b"1" else b"2"), 1)
    assert plain_total(altered, base) != base.total
    workbook = make_list(random.Random(1), "xlsx")
    assert plain_total(to_bytes(workbook), workbook) == workbook.total
