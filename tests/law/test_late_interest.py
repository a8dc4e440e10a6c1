"""Reference rates by half-year: those of definitions §16.1, each with a source; none is carried forward."""

from __future__ import annotations

from typing import Any

import pytest

from arlib.analytics.late_rates import CONTRACT, LAW, PUBLIC, known, rates
from arlib.law import late_interest
from arlib.model.issues import UserError
from arlib.model.late_settings import half_year_code, half_year_number
from arlib.model.policy import Policy

TABLE = """
2015-S1 0.05 0.93
2016-S2 0.00 0.93
2022-S2 0.00 0.77
2023-S1 2.50 2.06
2023-S2 4.00 4.22
2024-S1 4.50 5.07
2024-S2 4.25 4.92
2025-S1 3.15 3.71
2025-S2 2.15 2.76
2026-S1 2.15 2.62
2026-S2 2.40 2.75
"""


def number(code: str) -> int:
    found = half_year_number(code)
    assert found is not None
    return found


def test_the_rates_of_the_definitions() -> None:
    values = late_interest.half_years()
    for line in TABLE.split("\n")[1:-1]:
        code, ecb, legal = line.split()
        value = values[number(code)]
        assert value.ecb_ratio == pytest.approx(float(ecb) / 100)
        assert value.legal_ratio == pytest.approx(float(legal) / 100)


def test_half_years_follow_each_other_and_have_a_source() -> None:
    values = late_interest.half_years()
    assert list(values) == list(range(min(values), max(values) + 1))
    assert all(len(value.source) > 20 for value in values.values())
    assert [value.code for value in values.values() if not value.is_confirmed] == ["2026-S2"]


def test_what_the_texts_fix() -> None:
    rules = late_interest.rules()
    assert (rules.margin_ratio, rules.public_margin_ratio, rules.floor_times) == (0.1, 0.08, 3)
    assert (rules.indemnity_minor, rules.indemnity_currency, rules.days_of_year) == (
        4000,
        "EUR",
        365,
    )


def rate(code: str, regime: str, contract: float = float("nan"), **settings: Any) -> float | None:
    found = rates([number(code)], [regime], [contract], Policy(**settings))
    return None if found[0] != found[0] else round(float(found[0]), 6)


def test_the_rate_of_each_rule() -> None:
    assert rate("2025-S1", LAW) == 0.1315
    assert rate("2025-S1", PUBLIC) == 0.1115
    # three times the legal rate bounds a contract alone: 3 x 3.71 = 11.13
    assert rate("2025-S1", CONTRACT, 0.05) == 0.1113
    assert rate("2025-S1", CONTRACT, 0.12) == 0.12
    assert rate("2024-S1", LAW) == 0.145  # below 3 x legal, 15.21: the floor does not raise the law


def test_an_unknown_half_year_has_no_rate() -> None:
    assert rate("2014-S2", LAW) is None
    assert rate("2027-S1", LAW) is None
    assert rate("2027-S1", CONTRACT, 0.12) is None


def test_a_typed_rate_completes_or_corrects_the_file() -> None:
    typed: dict[str, Any] = {"late_ecb_ratios": {"2027-S1": 0.0265, "2026-S2": 0.024}}
    assert rate("2027-S1", LAW, **typed) == 0.1265
    assert rate("2027-S1", CONTRACT, 0.12, **typed) is None  # its legal rate is not known
    both = {**typed, "late_legal_ratios": {"2027-S1": 0.03}}
    assert rate("2027-S1", CONTRACT, 0.05, **both) == 0.09
    values = known(Policy(late_ecb_ratios=typed["late_ecb_ratios"]))
    assert values[number("2026-S2")].is_confirmed
    assert values[number("2026-S2")].legal_ratio == 0.0275
    assert values[number("2027-S1")].is_typed


@pytest.mark.parametrize(
    "settings",
    [
        {"late_ecb_ratios": {"2027": 0.02}},
        {"late_ecb_ratios": {"2027-S1": 2.15}},
        {"late_legal_ratios": {"2027-S3": 0.02}},
        {"late_contract_ratio": -0.1},
        {"late_rate_mode": "yearly"},
        {"late_credit_notes": "never"},
    ],
)
def test_what_makes_no_sense_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UserError, match="policy_value_invalid"):
        Policy(**settings)  # type: ignore[arg-type]


def test_typed_rates_survive_the_policy_file() -> None:
    policy = Policy(late_ecb_ratios={"2027-S1": 0.0265}, late_legal_ratios={"2027-S1": 0.0275})
    assert Policy.from_toml(policy.to_toml()) == policy


def test_codes_and_numbers_are_the_same_thing() -> None:
    assert half_year_number("2025-S2") == 4051
    assert half_year_code(4050) == "2025-S1"
    assert half_year_number("S1-2025") is None
