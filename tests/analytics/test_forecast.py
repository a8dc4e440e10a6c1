"""Cash forecast: the worked set, sums that tie, draws against plain chances, bands of the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from arlib.analytics import (
    cash_forecast,
    forecast,
    forecast_check,
    forecast_items,
    hazard,
    simple_forecast,
)
from arlib.model.policy import Policy
from arlib.workspace import ActionEntry, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.histories import DISTRIBUTOR, opened
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Portfolio

RULES = Policy(segmentation_method="rules")
POLICY = Policy()
JULY, AUGUST = date(2025, 7, 31), date(2025, 8, 31)


@pytest.fixture(scope="module")
def worked() -> Iterator[Portfolio]:
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    yield workspace.portfolio(D)
    workspace.close()


def dates_of(frame: pd.DataFrame) -> dict[str, date | None]:
    return {
        number: None if pd.isna(on) else on.date()
        for number, on in zip(frame["number"], frame["expected_on"], strict=True)
    }


def test_the_simple_rule_of_the_worked_set(worked: Portfolio) -> None:
    found = simple_forecast.dated(worked, RULES)
    assert dates_of(found) == {
        "F004": date(2025, 7, 1),
        "F005": date(2025, 8, 1),
        "F006": date(2025, 8, 29),
        "F007": date(2025, 7, 15),
        "F009": None,
        "F010": date(2025, 7, 15),
        "F011": date(2025, 8, 22),
        "F012": date(2025, 7, 15),
    }
    used = found.set_index("number")[["delay_days", "delay_source"]]
    assert tuple(used.loc["F004"]) == (1, "customer")
    assert {tuple(used.loc[number]) for number in ("F006", "F010", "F012")} == {(7, "portfolio")}
    months = forecast.forecast(worked, RULES, scenario="simple").months
    by_month = dict(zip(months["month_end_on"].dt.date, months["expected_minor"], strict=True))
    assert (by_month[JULY], by_month[AUGUST]) == (2_130_000, 1_080_000)


def test_optimistic_at_the_due_date_pessimistic_never_before_the_rule(worked: Portfolio) -> None:
    early = dates_of(simple_forecast.dated(worked, RULES, "optimistic"))
    assert early["F005"] == date(2025, 7, 31)
    assert early["F006"] == D + timedelta(days=1)
    plain = simple_forecast.dated(worked, RULES)["expected_on"]
    late = simple_forecast.dated(worked, RULES, "pessimistic")
    assert (late["expected_on"].dropna() >= plain.dropna()).all()
    # C003's RMPO, 29.333 days, moves the invoice due on 15 August
    assert dates_of(late)["F011"] == date(2025, 9, 13)


@pytest.mark.parametrize("scenario", forecast.SCENARIOS)
@pytest.mark.parametrize("weeks", [1, 13])
def test_every_open_debit_is_somewhere(
    worked: Portfolio, scenario: forecast.Scenario, weeks: int
) -> None:
    found = forecast.forecast(worked, RULES, weeks, scenario)
    parts = found.parts.iloc[0]
    assert (parts["open_minor"], parts["disputed_minor"]) == (5_010_000, 1_800_000)
    assert (parts["credits_minor"], parts["outstanding_minor"]) == (-170_000, 4_840_000)
    assert parts["open_minor"] == (
        parts["expected_minor"]
        + parts["beyond_minor"]
        + parts["disputed_minor"]
        + parts["not_modelled_minor"]
    )
    assert found.weeks["expected_minor"].sum() == parts["expected_minor"]
    assert list(found.weeks["week"]) == list(range(1, weeks + 1))
    assert found.weeks["week_on"].iloc[0].date() == D + timedelta(days=1)
    assert found.weeks["week_end_on"].iloc[-1].date() == D + timedelta(days=7 * weeks)
    assert found.companies["expected_minor"].sum() == pytest.approx(parts["expected_minor"], abs=1)


def test_weeks_are_sums_of_chances(worked: Portfolio) -> None:
    """Against a plain loop over invoices and days, from the survival of each."""
    model = forecast_items.model(worked, RULES)
    items = forecast_items.split(worked, RULES)
    [alive] = [part for _, part in model.survival(items)]
    expected = [0.0] * 13
    for row, planned in enumerate(items["planned_minor"]):
        for week in range(13):
            expected[week] += planned * (alive[row][7 * week] - alive[row][7 * week + 7])
    found = forecast.forecast(worked, RULES)
    running = [round(sum(expected[: week + 1])) for week in range(13)]
    assert list(found.weeks["sum_expected_minor"]) == pytest.approx(running, abs=1)


def test_dates_are_never_past_and_in_order(worked: Portfolio) -> None:
    items = forecast.forecast(worked, RULES).items
    known = items.dropna(subset=["p90_on"])
    assert (items["expected_on"].dropna() > pd.Timestamp(D)).all()
    assert (known["p10_on"] <= known["expected_on"]).all()
    assert (known["expected_on"] <= known["p90_on"]).all()
    assert set(items.loc[items["number"] == "F009", "expected_on_reason"]) == {"disputed"}


def cells_of(hazards: list[list[float]], amounts: list[int], run: list[int]) -> cash_forecast.Cells:
    frame = pd.DataFrame(
        {
            "company_id": "S",
            "customer_id": [f"C{place}" for place in run],
            "currency": "EUR",
            "due_on": pd.Timestamp(D),
            "planned_minor": amounts,
        }
    )
    hazard = np.column_stack([np.zeros(len(amounts)), np.array(hazards)])
    return cash_forecast.Cells(frame, hazard, np.array(run, dtype="int64"))


def test_draws_have_the_mean_of_the_chances_and_one_wait_a_run() -> None:
    cells = cells_of([[0.5, 1.5], [0.5, 1.5], [0.2, 0.2]], [100, 200, 1_000], [0, 0, 1])
    drawn = cash_forecast.draws(cells, 0.0, 20_000)["EUR"]
    said = cash_forecast.expected(cells)[[1, 2]].sum()
    assert drawn.mean(axis=0) == pytest.approx(said.to_numpy(), rel=0.03)
    # both invoices of the run are paid in the same week of a draw: 300 or nothing of them
    assert set(np.unique(drawn[:, 1])) <= {0.0, 300.0}
    again = cash_forecast.draws(cells, 0.0, 20_000)["EUR"]
    assert (drawn == again).all()


@pytest.mark.parametrize("shock", [0.0, 0.4])
def test_many_small_runs_drawn_together_make_the_same_band(
    monkeypatch: pytest.MonkeyPatch, shock: float
) -> None:
    """Against each run drawn alone: means, quantiles of weeks and of their sum, within 2 %."""
    draw = np.random.default_rng(3)
    rows = 1_200
    hazards = np.cumsum(draw.gamma(0.4, 1.0, (rows, 3)), axis=1).tolist()
    amounts = (draw.lognormal(8, 1, rows)).astype(int).tolist()
    cells = cells_of(hazards, amounts, (draw.permutation(rows) // 2).tolist())
    alone = cash_forecast.draws(cells, shock)["EUR"]
    assert len(np.unique(cells.run)) <= cash_forecast.MOST_RUNS
    monkeypatch.setattr(cash_forecast, "MOST_RUNS", 100)
    together = cash_forecast.draws(cells, shock)["EUR"]
    assert not (alone == together).all()
    assert (together >= 0).all()
    assert together.sum(axis=1).max() <= sum(amounts)
    assert together.mean(axis=0) == pytest.approx(alone.mean(axis=0), rel=0.01)
    for is_summed in (False, True):
        one = cash_forecast.quantiles(alone, cumulated=is_summed)
        other = cash_forecast.quantiles(together, cumulated=is_summed)
        for name in cash_forecast.QUANTILES:
            assert other[name] == pytest.approx(one[name], rel=0.025), name


def test_a_common_shock_widens_the_band_and_moves_no_expectation() -> None:
    rows = 200
    cells = cells_of([[0.7]] * rows, [100] * rows, list(range(rows)))
    widths = []
    for shock in (0.0, 0.4, 0.8):
        found = cash_forecast.quantiles(cash_forecast.draws(cells, shock)["EUR"])
        widths.append(float(found["p90"][0] - found["p10"][0]))
    assert widths[0] < widths[1] < widths[2]
    assert widths[1] > 2 * widths[0]


def test_a_promise_counts_on_its_date_and_once() -> None:
    """3,000 promised of the 5,000 that C1 owes: oldest first, the rest stays with the model."""
    docs = [Doc("C1", f"P{n}", date(2025, 1, 1) + timedelta(days=9 * n), 50_000) for n in range(9)]
    docs += [
        Doc("C1", f"R{n}", date(2025, 2, 15) + timedelta(days=9 * n), -50_000, kind="payment")
        for n in range(9)
    ]
    docs += [
        Doc("C1", "OLD", date(2025, 5, 1), 200_000, due_on=date(2025, 5, 31)),
        Doc("C1", "NEW", date(2025, 6, 1), 300_000, due_on=date(2025, 7, 1)),
    ]
    allocs = [Alloc(f"R{n}", f"P{n}", 50_000) for n in range(9)]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, allocs))
    before = forecast.forecast(workspace.portfolio(D), POLICY).parts.iloc[0]
    company = workspace.info().companies[0].company_id
    entry = ActionEntry(
        company,
        "C1",
        "promise",
        amount_minor=300_000,
        currency="EUR",
        due_on=date(2025, 7, 10),
        taken_on=D,
    )
    workspace.add_action(entry, BY)
    found = forecast.forecast(workspace.portfolio(D), POLICY)
    items = found.items.set_index("number")
    assert items["promised_minor"].to_dict() == {"OLD": 200_000, "NEW": 100_000}
    assert items["planned_minor"].to_dict() == {"OLD": 0, "NEW": 200_000}
    assert items.loc["OLD", "expected_on"] == pd.Timestamp(2025, 7, 10)
    assert items.loc["OLD", "treatment"] == "promised"
    assert found.weeks.set_index("week")["promised_minor"][2] == 300_000
    assert found.weeks["promised_minor"].sum() == 300_000
    assert found.parts.iloc[0]["open_minor"] == before["open_minor"] == 500_000
    workspace.close()


def test_without_a_settlement_the_model_says_nothing() -> None:
    workspace = Workspace.open(None)
    load(workspace, Book([Doc("C1", "F1", date(2025, 6, 1), 10_000, due_on=date(2025, 7, 1))]))
    found = forecast.forecast(workspace.portfolio(D), POLICY)
    parts = found.parts.iloc[0]
    assert (parts["expected_minor"], parts["not_modelled_minor"]) == (0, 10_000)
    assert list(found.items["expected_on_reason"]) == ["no_history"]
    rule = forecast.forecast(workspace.portfolio(D), POLICY, scenario="simple")
    assert dates_of(rule.items) == {"F1": date(2025, 7, 1)}
    assert list(rule.items["delay_source"]) == ["default"]
    workspace.close()


def test_coverage_counts_weeks_inside() -> None:
    frame = pd.DataFrame(
        {
            "week": [1, 2, 3, 4],
            "cash_minor": [10.0, 50.0, 99.0, 0.0],
            "p10_minor": [11.0, 40.0, 10.0, 0.0],
            "p25_minor": [20.0, 45.0, 20.0, 0.0],
            "p50_minor": [30.0, 50.0, 30.0, 0.0],
            "p75_minor": [40.0, 55.0, 40.0, 0.0],
            "p90_minor": [50.0, 60.0, 90.0, 0.0],
            "cash_sum_minor": [10.0, 60.0, 159.0, 159.0],
            "sum_p10_minor": [11.0, 51.0, 61.0, 160.0],
            "sum_p90_minor": [50.0, 110.0, 200.0, 200.0],
        }
    )
    found = forecast_check.coverage(frame)
    # the week of nothing for nothing proves nothing
    assert found["count"] == 3
    for name in ("below", "above", "band_80", "band_50"):
        assert found[name] == pytest.approx(1 / 3)
    assert (
        forecast_check.coverage(frame, 4)["sum_80"] != forecast_check.coverage(frame, 3)["sum_80"]
    )
    wide = cash_forecast.widened(
        frame.assign(sum_p25_minor=0.0, sum_p50_minor=30.0, sum_p75_minor=60.0), 2.0
    )
    assert list(wide["p10_minor"]) == [0, 30, 0, 0]
    assert list(wide["p90_minor"]) == [70, 70, 150, 0]


@pytest.mark.parametrize("cut", [date(2025, 3, 31), date(2025, 5, 31)])
def test_what_a_cut_follows_is_what_was_open_and_the_cash_of_it(
    worked: Portfolio, cut: date
) -> None:
    planned, paid = forecast_check.followed(worked, POLICY, cut)
    items = forecast_items.split(worked.at(cut), POLICY)
    items = items.assign(planned_minor=items["open_minor"] - items["disputed_minor"])
    pd.testing.assert_frame_equal(planned, cash_forecast.by_law(items))
    known = items.loc[items["planned_minor"] > 0, ["document_key", "currency"]]
    cash = worked.forecast_cash(cut).merge(known, on="document_key")
    sums = cash.groupby(["currency", "paid_on"])[["amount_minor"]].sum().reset_index()
    pd.testing.assert_frame_equal(paid, sums)
    assert len(planned)
    assert len(paid)


def test_laws_alone_are_those_of_the_model(worked: Portfolio) -> None:
    alone, whole = hazard.laws(worked, POLICY), hazard.fit(worked, POLICY)
    assert np.array_equal(alone.intensities, whole.intensities, equal_nan=True)
    assert np.array_equal(alone.weekdays, whole.weekdays)
    pd.testing.assert_frame_equal(alone.keys, whole.keys)
    pd.testing.assert_frame_equal(alone.companies, whole.companies.drop(columns="count_paid"))
    items = cash_forecast.by_law(forecast_items.split(worked, POLICY))
    [every] = [alive for _, alive in whole.survival(items)]
    days = np.array([1, 7, 180])
    assert np.array_equal(alone.survival_at(items, days), every[:, days])


@pytest.mark.real
@pytest.mark.skipif(
    not DISTRIBUTOR.path.exists(), reason="the real files are not there (ENCOURS_REAL_DATA)"
)
def test_bands_of_the_distributor_hold_what_they_announce() -> None:
    workspace = opened(DISTRIBUTOR)
    found = forecast_check.trials(workspace.portfolio(), POLICY, DISTRIBUTOR.cuts)
    weeks = forecast_check.weeks(found, POLICY.forecast_shock)
    assert 0.75 <= forecast_check.coverage(weeks)["band_80"] <= 0.85
    assert forecast_check.widening(found, POLICY) == 1.0
    narrow = forecast_check.weeks(found, 0.0)
    assert (
        forecast_check.coverage(narrow, 4)["sum_80"] < forecast_check.coverage(weeks, 4)["sum_80"]
    )
    workspace.close()


def test_the_seed_and_the_policy_make_the_band(worked: Portfolio) -> None:
    one, two = (forecast.forecast(worked, RULES).weeks for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    wide = forecast.forecast(worked, replace(RULES, forecast_shock=1.5)).weeks
    assert list(wide["expected_minor"]) == list(one["expected_minor"])
    assert list(wide["sum_p90_minor"]) != list(one["sum_p90_minor"])
