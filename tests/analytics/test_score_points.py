"""The score as pure arithmetic: anchors, monotone factors, unknown ones, bands and their margin."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics.score import banded, with_bands
from arlib.analytics.score_external import risk_of
from arlib.analytics.score_points import (
    BY_CODE,
    CODES,
    FACTORS,
    known_share,
    most,
    points,
    score_of,
    value_for,
)
from arlib.model.issues import UserError
from arlib.model.policy import SCORE_ANCHORS, Policy
from tests.support.examples import examples

POLICY = Policy()
MAXIMA = np.array([most(factor, POLICY) for factor in FACTORS])
# Values at, between and beyond the anchors of each unit; NaN: unknown.
LEVELS = {
    "ratio": (0.0, 0.004, 0.02, 0.11, 0.3, 0.55, 0.97, 1.3, np.inf),
    "days": (-20.0, 0.0, 6.0, 15.0, 31.0, 75.0, 400.0),
    "statistic": (0.0, 3.5, 6.0, 12.0),
    "count": (0.0, 1.0, 2.0, 9.0),
    "risk": (0.0, 0.4, 0.8, 1.0),
}


def score(values: dict[str, float]) -> float:
    worth = np.array(
        [[points([values.get(f.code, np.nan)], f, POLICY)[0] for f in FACTORS]], dtype="float64"
    )
    return float(score_of(worth, MAXIMA)[0][0])


@pytest.mark.parametrize(
    ("factor", "value", "expected"),
    [
        ("late_probability", 0.005, 0.0),
        ("late_probability", 0.02, 20.0),
        ("late_probability", 0.10, 60.0),
        ("late_probability", 0.9, 160.0),
        ("late_share", 0.2, 6.0),
        ("mean_delay", -5.0, 0.0),
        ("mean_delay", 11.0, 5.5),
        ("oldest_overdue", 45.0, 5.0),
        ("overdue_share", 0.3, 2.5),
        ("early_warning", 5.0, 2.5),
        ("disputes", 0.2, 2.5),
        ("broken_promises", 2.0, 5.5),
        ("limit_use", 1.1, 4.5),
        ("limit_use", np.inf, 8.0),
    ],
)
def test_anchors_of_the_table(factor: str, value: float, expected: float) -> None:
    assert points([value], BY_CODE[factor], POLICY)[0] == pytest.approx(expected)


def test_the_probability_is_straight_in_log_odds() -> None:
    """Half-way between 10 % and 25 % in log-odds is 16.1 %, not 17.5 %."""
    middle = 1 / (1 + np.sqrt(9 * 3))
    assert points([middle], BY_CODE["late_probability"], POLICY)[0] == pytest.approx(75.0)


def test_unknown_factors_leave_both_sums() -> None:
    assert score({"late_probability": 0.10}) == pytest.approx(37.5)
    known = {"late_probability": 0.10, "overdue_share": 0.5, "oldest_overdue": 0.0}
    assert score(known) == pytest.approx(100 * 65 / 175)
    assert np.isnan(score({}))


@pytest.mark.parametrize("code", CODES)
def test_more_of_a_factor_never_lowers_the_score(code: str) -> None:
    """Every factor, on a grid of backgrounds: nothing known, all good, middling, all bad, odd ones."""
    others = [factor for factor in FACTORS if factor.code != code]
    backgrounds = [
        {factor.code: LEVELS[factor.unit][place] for factor in others} for place in (0, 1, -2, -1)
    ]
    backgrounds += [{}, *({f.code: LEVELS[f.unit][2]} for f in others)]
    for background in backgrounds:
        scores = [score({**background, code: v}) for v in LEVELS[BY_CODE[code].unit]]
        assert all(a <= b + 1e-12 for a, b in pairwise(scores)), background


@given(
    values=st.dictionaries(st.sampled_from(CODES), st.floats(0, 1), min_size=1),
    code=st.sampled_from(CODES),
    low=st.floats(0, 2),
    more=st.floats(0, 100),
)
@examples(60)
def test_monotone_whatever_the_background(
    values: dict[str, float], code: str, low: float, more: float
) -> None:
    assert score({**values, code: low}) <= score({**values, code: low + more}) + 1e-9


@pytest.mark.parametrize("code", CODES)
def test_the_value_for_some_points_gives_them_back(code: str) -> None:
    factor = BY_CODE[code]
    top = most(factor, POLICY)
    for wanted in (0.1 * top, 0.5 * top, 0.93 * top):
        value = float(value_for(wanted, factor, POLICY))
        assert points([value], factor, POLICY)[0] == pytest.approx(wanted)
        assert points([value * 1.02 + 1e-6], factor, POLICY)[0] > wanted
    assert np.isnan(value_for(-1.0, factor, POLICY))
    assert value_for(top, factor, POLICY) == (1.0 if factor.is_log_odds else np.inf)


@pytest.mark.parametrize("name", SCORE_ANCHORS)
def test_a_policy_cannot_make_a_factor_fall(name: str) -> None:
    with pytest.raises(UserError, match="policy_value_invalid"):
        POLICY.with_settings(**{name: (0.1, 5.0, 0.2, 3.0)})
    assert POLICY.with_settings(**{name: (0.1, 0.0, 0.2, 3.0)}).version != POLICY.version


def frame(scores: list[float], **facts: object) -> pd.DataFrame:
    """Return one customer a score, with enough history and nothing else to say."""
    count = len(scores)
    made = pd.DataFrame(
        {
            "company_id": "T",
            "customer_id": [f"C{n}" for n in range(count)],
            "score": scores,
            "known_ratio": 1.0,
            "late_probability_reason": None,
            "count_paid": 9,
            "oldest_days": 0.0,
            "limit_use": np.nan,
            "old_invoice_minor": np.nan,
            "is_intercompany": False,
            **{
                f"is_{name}": False
                for name in ("insolvent", "returned", "old", "over_limit", "alert")
            },
        }
    )
    return made.assign(**facts)  # type: ignore[arg-type]


def test_bands_are_closed_below() -> None:
    found = with_bands(frame([0.0, 21.99, 22.0, 44.99, 45.0, 100.0]), None, POLICY)
    assert found["band"].tolist() == ["reliable"] * 2 + ["watch"] * 2 + ["high_risk"] * 2
    assert set(found["rule"]) == {"score"}


def test_to_improve_takes_three_points_more_and_to_worsen_none() -> None:
    """From high risk: 42 stays, 41.9 goes to watch; from watch: 19 stays, 18.9 becomes reliable."""
    scores = [42.0, 41.9, 19.0, 18.9, 22.0, 45.0]
    before = frame(scores).assign(
        band=["high_risk", "high_risk", "watch", "watch", "reliable", "watch"]
    )
    found = with_bands(frame(scores), before, POLICY)
    assert found["band"].tolist() == [
        "high_risk", "watch", "watch", "reliable", "watch", "high_risk",
    ]  # fmt: skip
    assert found["rule"].tolist() == ["hysteresis", "score", "hysteresis", *["score"] * 3]
    assert found.loc[found["is_held"], "rule_threshold"].tolist() == [42.0, 19.0]


def test_the_margin_runs_from_day_to_day() -> None:
    days = [frame([value]).assign(day=pd.Timestamp(2025, n + 1, 28)) for n, value in enumerate(
        (46.0, 43.0, 43.0, 41.0, 43.0)
    )]  # fmt: skip
    found = banded(pd.concat(days, ignore_index=True), POLICY)
    assert found["band"].tolist() == ["high_risk", "high_risk", "high_risk", "watch", "watch"]


def test_too_little_history_is_grey_and_never_green() -> None:
    scores = [1.0, 1.0, 60.0, 60.0, 1.0]
    made = frame(scores, count_paid=[4, 5, 4, 4, 4], oldest_days=[30.0, 0.0, 30.0, 31.0, np.nan])
    found = with_bands(made, None, POLICY)
    short = "insufficient_history"
    assert found["band"].tolist() == [short, "reliable", short, "high_risk", short]
    grey = with_bands(frame([5.0], count_paid=0), frame([50.0]).assign(band="high_risk"), POLICY)
    assert grey["band"].tolist() == [short]


def test_no_score_for_want_of_factors_is_told_from_want_of_invoices() -> None:
    made = frame(
        [np.nan, np.nan, np.nan],
        count_paid=[0, 0, 9],
        known_ratio=0.2,
        late_probability_reason=["not_at_this_level", "no_history", "no_history"],
    )
    found = with_bands(made, None, POLICY)
    assert set(found["band"]) == {"insufficient_history"}
    assert found["rule"].tolist() == ["few_factors", "few_invoices", "few_factors"]
    assert found["rule_value"].tolist() == [0.2, 0.0, 0.2]


def test_half_of_the_weight_of_the_measured_factors() -> None:
    """Judgement factors do not count: P (160 of 205) is enough alone, all the others are not."""
    points_of = np.full((3, len(FACTORS)), np.nan)
    points_of[0, CODES.index("late_probability")] = 0.0
    points_of[1, [not factor.is_measured for factor in FACTORS]] = 8.0
    points_of[2, 1:] = 1.0
    assert known_share(points_of, MAXIMA).tolist() == pytest.approx([160 / 205, 0.0, 45 / 205])


@pytest.mark.parametrize(
    ("flag", "rule", "to"),
    [
        ("is_insolvent", "insolvency", "high_risk"),
        ("is_returned", "returned_payment", "high_risk"),
        ("is_old", "old_invoice", "high_risk"),
        ("is_over_limit", "over_limit", "watch"),
        ("is_alert", "early_warning", "watch"),
    ],
)
def test_overrides_raise_and_never_lower(flag: str, rule: str, to: str) -> None:
    rank = {"reliable": 0, "insufficient_history": 1, "watch": 2, "high_risk": 3}
    made = frame([5.0, 30.0, 70.0, 5.0], count_paid=[9, 9, 9, 0])
    plain = with_bands(made, None, POLICY)
    found = with_bands(made.assign(**{flag: True}), None, POLICY)
    for before, after, said in zip(
        plain["computed_segment"], found["computed_segment"], found["rule"], strict=True
    ):
        assert rank[after] == max(rank[before], rank[to])
        assert (said == rule) == (rank[before] < rank[to])
    assert found["band"].equals(plain["band"])


def test_a_company_of_the_group_is_shown_not_scored() -> None:
    made = frame([np.nan], is_intercompany=True, is_returned=True)
    found = with_bands(made, None, POLICY)
    assert found[["computed_segment", "rule"]].to_numpy().tolist() == [
        ["insufficient_history", "intercompany"]
    ]


@pytest.mark.parametrize(
    ("measure", "value", "text", "scale", "on", "expected"),
    [
        ("external_score", 15.0, None, "0-20", None, 0.25),
        ("external_score", 15.0, None, "0-20 (risque)", None, 0.75),
        ("external_score", 70.0, None, "0 - 100", None, 0.30),
        ("external_score", 8.0, None, "/10", None, 0.2),
        ("external_score", 12.0, None, "0-10", None, None),
        ("external_score", 8.0, None, None, None, None),
        ("external_score", 8.0, None, "maison", None, None),
        ("Cotation Banque de France", None, "G1+", "2022", None, 0.0),
        ("Cotation Banque de France", None, "HP", "2022", None, 1.0),
        ("Cotation Banque de France", None, "F4", "2021", None, 4 / 11),
        ("Cotation Banque de France", None, "F4", None, pd.Timestamp(2023, 1, 5), 10 / 22),
        ("Cotation Banque de France", None, "F4", None, None, None),
        ("Cotation Banque de France", None, "G0", "2021", None, None),
        ("Autonomie financière", 15.0, None, "%", None, 0.5),
        ("current_ratio", 1.5, None, None, None, 0.0),
        ("Rotation des stocks", 4.0, None, None, None, None),
    ],
)
def test_outside_figures_on_one_scale(
    measure: str, value: object, text: object, scale: object, on: object, expected: float | None
) -> None:
    found = risk_of(measure, value, text, scale, on)
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def test_the_same_codes_of_the_two_ladders_differ() -> None:
    """Old and new ratings of the Banque de France look alike and mean different things."""
    codes = ("3", "4+", "5", "6")
    pairs = [
        tuple(risk_of("cotation bdf", None, code, version, None) for version in ("2021", "2022"))
        for code in codes
    ]
    assert all(old != new for old, new in pairs)


def test_factors_have_distinct_codes_and_settings() -> None:
    assert len(set(CODES)) == len(CODES) == len(SCORE_ANCHORS)
    assert {factor.setting for factor in FACTORS} == set(SCORE_ANCHORS)
    assert all(a.code != b.code for a, b in product(FACTORS, FACTORS) if a is not b)
