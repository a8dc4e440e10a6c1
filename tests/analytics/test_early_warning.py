"""Early warning on invented payers: who is found, since when, what is told once, what never leaks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from arlib.analytics.early_warning import Calibration, calibrate, evaluate, points
from arlib.i18n.warnings import sentence
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load
from tests.support.payers import known_at, merged, paid_on, payer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Portfolio

POLICY = Policy()
FIXED = Calibration(7.0, None, None, is_calibrated=False, count_customers=0)
NOISE = [4, 2, 6, 4, 5, 3, 4, 6, 2, 4, 5, 4, 3, 6, 4, 2, 5, 4]
LATE = [*NOISE, 24, 25, 23, 26]
SOON = [30 + delay for delay in NOISE] + [5, 4, 6, 5, 4]
LAST = paid_on(len(LATE) - 1, LATE[-1])
STOPPED = [paid_on(len(NOISE), 0) + timedelta(days=7 * week) for week in range(5)]


def opened(*books: Book) -> Workspace:
    workspace = Workspace.open(None)
    results = load(workspace, *books)
    assert {item.status for item in results} == {"imported"}
    return workspace


@pytest.fixture(scope="module")
def payers() -> Iterator[Workspace]:
    half_paid = payer("REST", NOISE, unpaid=STOPPED)
    half_paid.docs.append(Doc("REST", "REST-P", STOPPED[0], -5 * 60_00, "payment"))
    half_paid.allocs.extend(Alloc("REST-P", f"REST-U{place}", 60_00) for place in range(5))
    disputed = payer("DISPUTE", NOISE, unpaid=STOPPED)
    disputed.disputes = [{"number": f"DISPUTE-U{place}"} for place in range(5)]
    book = opened(
        merged(
            payer("LATE", LATE),
            payer("SOON", SOON),
            payer("STEADY", [*NOISE, *NOISE[:4]]),
            payer("STOPPED", NOISE, unpaid=STOPPED),
            half_paid,
            disputed,
            payer("FEW", [3, 4, 2, 5, 4, 3, 21, 22, 23]),
            payer("NEW", [3, 4, 2]),
        )
    )
    yield book
    book.close()


def state(portfolio: Portfolio) -> pd.DataFrame:
    return evaluate(portfolio, POLICY, FIXED).set_index("customer_id")


def test_each_payer_is_judged_as_he_pays(payers: Workspace) -> None:
    found = state(payers.portfolio(LAST))
    assert found["alert"].to_dict() == {
        "DISPUTE": "none",
        "FEW": "none",
        "LATE": "worse",
        "NEW": "none",
        "REST": "none",
        "SOON": "better",
        "STEADY": "none",
        "STOPPED": "worse",
    }
    row = found.loc["LATE"]
    assert (row["usual_days"], row["shift_days"]) == (4.0, 24 + 2 / 3 - 4)
    assert row["alert_since"].date() == paid_on(18, 24)
    assert (row["count_since"], row["count_points"], row["has_open"]) == (4, 22, False)
    soon = found.loc["SOON"]
    assert soon["alert_since"].date() == paid_on(18, 5)
    assert soon["shift_days"] < -15


def test_too_few_points_give_a_hint_or_nothing(payers: Workspace) -> None:
    found = state(payers.portfolio(LAST))
    few, new = found.loc["FEW"], found.loc["NEW"]
    assert (few["evidence"], few["alert_reason"]) == ("hint", "insufficient_history")
    assert (few["usual_days"], few["recent_days"]) == (3.5, 22)
    assert pd.isna(few["statistic"])
    assert few["statistic_reason"] == "insufficient_history"
    assert new["evidence"] == "insufficient_history"
    assert pd.isna(new["shift_days"])


def test_he_who_stops_paying_is_seen_by_the_age_of_what_he_owes(payers: Workspace) -> None:
    last_run = paid_on(len(NOISE) - 1, NOISE[-1])
    assert state(payers.portfolio(last_run)).loc["STOPPED", "alert"] == "none"
    days = [last_run + timedelta(days=back) for back in range(4, 60, 9)]
    alerts = [state(payers.portfolio(day)).loc["STOPPED", "alert"] for day in days]
    first = alerts.index("worse")
    assert set(alerts[first:]) == {"worse"}  # open invoices only grow older
    found = state(payers.portfolio(LAST)).loc["STOPPED"]
    assert (found["count_runs"], found["count_points"], found["has_open"]) == (18, 23, True)


def test_two_invoices_left_aside_are_told_apart_from_what_he_settles() -> None:
    """He pays as ever; two due dates were never paid: not a drift of what he settles."""
    forgotten = [date(2024, 3, 4), date(2024, 3, 11)]
    book = opened(payer("C1", [*NOISE, *NOISE], unpaid=forgotten))
    last = paid_on(2 * len(NOISE) - 1, NOISE[-1])
    found = state(book.portfolio(last)).loc["C1"]
    assert (found["alert"], found["count_points"] - found["count_runs"]) == ("to_confirm", 2)
    assert found["shift_days"] > 100
    assert found["settled_days"] == pytest.approx(np.mean(NOISE[-3:]))
    assert found["oldest_open_on"].date() == forgotten[0]
    said = sentence(found.to_dict(), "en")
    assert said.startswith("2 due dates left unpaid, the first of ")
    assert "the last 3 at" in said
    late = opened(payer("C1", LATE)).portfolio(LAST)
    assert sentence(state(late).loc["C1"].to_dict(), "en").startswith("Usual delay")


def test_what_is_left_of_a_short_payment_and_disputes_are_no_silence(payers: Workspace) -> None:
    frame = points(payers.portfolio(LAST), POLICY)
    count = frame.loc[frame["is_open"]].groupby("customer_id").size()
    assert count.to_dict() == {"STOPPED": 5}


def test_an_alert_is_told_once_then_silent(payers: Workspace) -> None:
    days = [paid_on(place, LATE[place]) for place in range(18, len(LATE))]
    rows = [state(payers.portfolio(day)).loc["LATE"] for day in days]
    told = [(row["alert"], row["is_silenced"]) for row in rows]
    first = [alert for alert, _ in told].index("worse")
    assert told[first] == ("worse", False)
    assert all(item == ("worse", True) for item in told[first + 1 :])
    assert {row["raised_on"].date() for row in rows[first:]} == {days[first]}


def test_what_was_told_does_not_move_as_time_passes(payers: Workspace) -> None:
    """Each alert told is remembered the same by every later date: a pure function of the history."""
    days = [LAST + timedelta(days=back) for back in range(-20, 10, 5)]
    rows = [state(payers.portfolio(day)).loc["STOPPED"] for day in days]
    told = [row["raised_on"].date() for row in rows if row["alert"] == "worse"]
    assert told == sorted(told)
    for day, row in zip(days, rows, strict=True):
        if row["alert"] == "worse":
            raised = row["raised_on"].date()
            assert raised == day or raised.weekday() == 0 or not row["is_silenced"]
            assert row["is_silenced"] == (raised < day)
    assert any(row["is_silenced"] for row in rows)


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_later_changes_anything(seed: int) -> None:
    random = np.random.default_rng(seed)
    delays = {code: random.integers(-5, 30, 40).tolist() for code in ("A", "B", "C")}
    whole = merged(*(payer(code, late, every=6) for code, late in delays.items()))
    day = date(2024, 8, 14)
    known, full = opened(known_at(whole, day)), opened(whole)
    policy = POLICY.with_settings(warning_false_alarms=2.0)  # a low threshold: more alerts
    before, after = (evaluate(book.portfolio(day), policy) for book in (known, full))
    pd.testing.assert_frame_equal(before, after)
    assert calibrate(known.portfolio(day), policy) == calibrate(full.portfolio(day), policy)
    known.close()
    full.close()


def test_the_threshold_comes_from_the_whole_book_or_from_the_policy() -> None:
    random = np.random.default_rng(7)
    book = opened(
        merged(*(payer(f"C{n}", random.integers(-10, 25, 45).tolist()) for n in range(8)))
    )
    own = calibrate(book.portfolio(), POLICY)
    assert own.is_calibrated
    assert own.false_alarms_per_customer_year is not None
    assert own.false_alarms_per_customer_year <= POLICY.warning_false_alarms
    one = book.portfolio(None, Filters(search="C1"))
    assert calibrate(one, POLICY) == own
    strict = calibrate(book.portfolio(), POLICY.with_settings(warning_false_alarms=0.02))
    assert strict.threshold > own.threshold
    fixed = calibrate(book.portfolio(), POLICY.with_settings(warning_threshold=6.5))
    assert (fixed.threshold, fixed.is_calibrated) == (6.5, False)
    assert fixed.false_alarms_per_customer_year is not None
    book.close()


def test_without_long_histories_the_usual_threshold_serves() -> None:
    book = opened(payer("NEW", [3, 4, 2]))
    found = calibrate(book.portfolio(), POLICY)
    assert (found.threshold, found.false_alarms_per_customer_year) == (7.0, None)
    assert len(evaluate(book.portfolio(), POLICY)) == 1
    book.close()
