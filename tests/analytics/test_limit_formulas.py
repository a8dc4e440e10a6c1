"""Formulas of suggested limits: the worked figures of definitions §11, exact, and their edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from arlib.analytics import limit_formulas as formulas
from arlib.analytics.limit_candidates import money_of
from arlib.model.issues import UserError
from arlib.model.policy import Policy

E = 100


def test_the_worked_need_and_its_rounding() -> None:
    """120 000 a year, 60 days and 15 late, peak 1.2: 29 589.04, then 29 500."""
    found = formulas.need(120_000 * E, 60, 15, 1.2)
    assert float(found) == 2_958_904
    assert float(formulas.rounded_down(found, Policy().limit_step("EUR"))) == 29_500 * E


def test_the_worked_twelfths() -> None:
    assert float(formulas.twelfths(120_000 * E, 60, 15)) == 30_000 * E
    assert float(formulas.twelfths(120_000 * E, 60, 0)) == 20_000 * E
    assert float(formulas.twelfths(120_000 * E, 60, 0.1)) == 30_000 * E


def test_the_worked_equity() -> None:
    assert float(formulas.equity_share(400_000 * E, 0.10, 0.5)) == 20_000 * E
    assert float(formulas.equity_share(-400_000 * E, 0.10, 0.5)) == 0


def test_the_worked_afdcc() -> None:
    found = formulas.afdcc(5_000 * E, 3_000 * E, 12_000 * E, 1.1, 0.9)
    assert float(found) == 19_800 * E


def test_the_three_highest_month_ends() -> None:
    months = np.array([[10.0, 40.0, np.nan, 30.0, 20.0], [5.0, np.nan, np.nan, np.nan, 7.0]])
    found = formulas.highest_mean(months, np.array([1.2, 1.2]))
    assert found[0] == 36
    assert np.isnan(found[1])


def test_a_loss_budget_is_no_cap_without_risk() -> None:
    assert float(formulas.loss_cap(1_000 * E, 0.02, 0.5)) == 100_000 * E
    assert np.isnan(formulas.loss_cap(1_000 * E, 0.0, 0.5))
    assert np.isnan(formulas.loss_cap(np.nan, 0.02, 0.5))


@pytest.mark.parametrize(
    ("amount", "rounded"), [(2_958_904, 2_950_000), (50_000, 50_000), (49_999, 0), (0, 0)]
)
def test_rounded_down(amount: int, rounded: int) -> None:
    assert float(formulas.rounded_down(amount, 50_000)) == rounded


def test_a_change_from_nothing() -> None:
    found = formulas.change_ratio([0, 100, 115, np.nan], [0, 0, 100, 100])
    assert found[0] == 0
    assert np.isinf(found[1])
    assert found[2] == pytest.approx(0.15)
    assert np.isnan(found[3])


def test_a_negative_need_is_none() -> None:
    assert float(formulas.credit_need(-100.0, 30)) == 0


@pytest.mark.parametrize(
    ("value", "scale", "minor"),
    [
        (400_000.0, None, 40_000_000),
        (400.0, "k€", 40_000_000),
        (0.4, "M EUR", 40_000_000),
        (400_000.0, "USD", None),
        (15.0, "0-20", None),
        (np.nan, "€", None),
    ],
)
def test_an_outside_amount(value: float, scale: str | None, minor: int | None) -> None:
    found = money_of(value, scale, "EUR")
    assert np.isnan(found) if minor is None else found == minor


def test_settings_that_mean_nothing_are_refused() -> None:
    for wrong in (
        {"suggestion_total_ratio": -0.1},
        {"suggestion_insurance": "always"},
        {"limit_step_minor": {"EUR": 0}},
        {"suggestion_starter_minor": {"EUR": -1}},
        {"simulation_months": 0},
    ):
        with pytest.raises(UserError, match="policy_value_invalid"):
            Policy().with_settings(**wrong)
    kept = Policy().with_settings(suggestion_starter_minor={"EUR": 100_000})
    assert Policy.from_toml(kept.to_toml()) == kept


def test_missing_stays_missing() -> None:
    nothing = pd.Series([np.nan])
    assert np.isnan(formulas.need(nothing, 30, 0)).all()
    assert np.isnan(formulas.twelfths(nothing, 30, 0)).all()
    assert np.isnan(formulas.rounded_down(nothing, 500)).all()
