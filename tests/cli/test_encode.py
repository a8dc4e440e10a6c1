from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arlib.cli.encode import money, plain, record, rows


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "company_id": ["A", "A", "B"],
            "outstanding_minor": pd.array([123456, -5, 7], dtype="Int64"),
            "currency": ["EUR", "EUR", "XOF"],
            "limit_minor": pd.array([200000, pd.NA, 1234], dtype="Int64"),
            "limit_reason": [None, "no_limit", None],
            "limit_currency": ["EUR", None, "TND"],
            "mean_delay_days": [1.5, np.nan, np.float64(2)],
            "mean_delay_days_reason": [None, "no_history", None],
            "oldest_due_on": pd.to_datetime(pd.Series(["2025-01-31", None, "2024-12-01"])),
            "is_over": [True, False, False],
            "count": np.array([1, 2, 3], dtype="int64"),
        }
    )


def test_rows_write_amounts_in_the_currency_of_their_row() -> None:
    found = rows(frame())
    assert [row["outstanding"] for row in found] == ["1234.56", "-0.05", "7"]
    assert [row["limit"] for row in found] == ["2000.00", None, "1.234"]  # TND has three decimals


def test_a_missing_figure_has_its_reason_and_only_then() -> None:
    first, second, _ = rows(frame())
    assert "limit_reason" not in first
    assert "mean_delay_days_reason" not in first
    assert second["limit"] is None
    assert second["limit_reason"] == "no_limit"
    assert second["mean_delay_days"] is None
    assert second["mean_delay_days_reason"] == "no_history"


def test_rows_hold_plain_python_values_that_json_accepts() -> None:
    found = rows(frame())
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found[0]["oldest_due_on"] == "2025-01-31"
    assert found[1]["oldest_due_on"] is None
    assert type(found[0]["count"]) is int
    assert type(found[0]["is_over"]) is bool


def test_a_reason_that_explains_nothing_is_a_word_of_its_own() -> None:
    found = rows(pd.DataFrame({"change_id": ["L1"], "reason": ["accord du DAF"]}))
    assert found == [{"change_id": "L1", "reason": "accord du DAF"}]


def test_rows_pick_and_rename() -> None:
    found = rows(frame(), names={"outstanding_minor": "amount", "currency": "currency"})
    assert found[2] == {"amount": "7", "currency": "XOF"}


def test_an_empty_frame_gives_no_row() -> None:
    assert rows(frame().iloc[:0]) == []


def test_record_writes_scalars_and_leaves_frames_out() -> None:
    found = record(
        {
            "sales_minor": None,
            "sales_minor_reason": "no_sales",
            "simple_days": np.float64(12.5),
            "simple_days_reason": None,
            "as_of": date(2025, 6, 30),
            "monthly": frame(),
        },
        currency="EUR",
    )
    assert found == {
        "sales": None,
        "sales_reason": "no_sales",
        "simple_days": 12.5,
        "as_of": "2025-06-30",
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (pd.NaT, None),
        (pd.NA, None),
        (float("inf"), None),
        (np.int64(3), 3),
        (pd.Timestamp("2025-06-30 08:15"), "2025-06-30T08:15:00"),
        ((1, np.float64(2)), [1, 2.0]),
        ({"a": np.bool_(True)}, {"a": True}),
    ],
)
def test_plain(value: Any, expected: object) -> None:
    assert plain(value) == expected


def test_money_of_nothing_is_nothing() -> None:
    assert money(pd.NA, "EUR") is None
    assert money(0, "EUR") == "0.00"


def test_a_part_of_a_cent_is_rounded_half_away_from_zero() -> None:
    assert [money(cents, "EUR") for cents in (204486.6, 100.5, -100.5)] == [
        "2044.87",
        "1.01",
        "-1.01",
    ]
    assert money(2.5, "XOF") == "3"
    assert money(10**17 + 1, "EUR") == "1000000000000000.01"
