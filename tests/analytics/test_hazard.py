"""The hazard model against its formulas, and what it must never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arlib.analytics import hazard
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.workspace import Workspace
from tests.analytics.plain_hazard import Line, PlainHazard
from tests.store.strategies import START, books
from tests.support.books import Alloc, Book, Doc, load
from tests.support.examples import examples

if TYPE_CHECKING:
    from arlib.analytics.hazard import HazardModel

D = date(2025, 6, 30)
POLICY = Policy()


def book_of(lines: list[Line], *, amount: int = 10_000, **more: Any) -> Book:
    """Return a book in which each line is an invoice settled in one go (later than D: still there)."""
    docs, allocs, disputes = [], [], []
    for place, line in enumerate(lines):
        docs.append(Doc(line.customer, f"F{place}", line.issued_on, amount, due_on=line.due_on))
        if line.end is not None:
            kind = "payment" if line.is_cash else "credit_note"
            docs.append(Doc(line.customer, f"P{place}", line.end, -amount, kind))
            allocs.append(Alloc(f"P{place}", f"F{place}", amount))
        if line.is_disputed:
            disputes.append({"number": f"F{place}", "opened_on": line.issued_on})
    return Book(docs, allocs, disputes=disputes, **more)


def opened(*loaded: Book) -> Workspace:
    workspace = Workspace.open(None)
    for result in load(workspace, *loaded):
        assert result.status == "imported", result.reason
    return workspace


def learnt(workspace: Workspace, day: date = D, **filters: Any) -> HazardModel:
    return hazard.fit(workspace.portfolio(day, Filters(**filters)), POLICY)


def history(seed: int = 3, count: int = 160) -> list[Line]:
    """Return invoices of three customers with habits of their own, every kind of end among them."""
    draw = Random(seed)
    lines = []
    for _ in range(count):
        place = draw.choice([0, 0, 0, 1, 1, 2])
        issued = D - timedelta(days=draw.randrange(0, 700))
        due = issued + timedelta(days=draw.choice([0, 30, 30, 45, 90]))
        is_disputed = draw.random() < 0.1
        wait = draw.randrange(-5, 10) + (0, 8, 40)[place] + (25 if is_disputed else 0)
        wait = draw.choice([wait, wait, wait, wait, 250, -100])
        end: date | None = max(issued, due + timedelta(days=wait))
        if end is None or end > D or draw.random() < 0.05:
            end = None
        lines.append(Line(f"C{place}", issued, due, end, draw.random() < 0.95, is_disputed))
    # an invoice settled by a credit note alone says nothing of its delay, in dispute or not
    return [replace(line, is_cash=line.is_cash or line.end is None) for line in lines]


def items_of(lines: list[Line], company: str = "TEST") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "company_id": company,
            "customer_id": [line.customer for line in lines],
            "due_on": pd.to_datetime([line.due_on for line in lines]),
            "is_disputed": [line.is_disputed for line in lines],
        }
    )


def test_figures_are_those_of_the_formulas_written_as_loops() -> None:
    lines = history()
    model, plain = learnt(opened(book_of(lines))), PlainHazard(D, lines)
    assert model.companies["dispute_shift_days"].tolist() == [plain.shift]
    assert plain.shift > 0
    known = model.customers.set_index("customer_id")
    for customer, habit in plain.habit.items():
        said: dict[Any, Any] = known.loc[customer].to_dict()
        assert said["habit_days"] == pytest.approx(habit, abs=1e-6)
        terms = int(said["median_terms_days"])
        for name, days in (("late_probability", 15), ("very_late_probability", 90)):
            assert said[name] == pytest.approx(plain.beyond(customer, terms, days), rel=1e-6)
        assert said["count_effective"] == pytest.approx(
            max(plain.at_risk[customer].values()), rel=1e-6
        )
    asked = [line for line in lines if line.end is None]
    asked += [replace(asked[0], customer="NEW"), replace(asked[0], due_on=D + timedelta(days=99))]
    alive = np.concatenate([chunk for _, chunk in model.survival(items_of(asked))])
    for row, line in zip(alive, asked, strict=True):
        assert row.tolist() == pytest.approx(plain.survival(line), rel=1e-6)


def test_the_mean_delay_by_amount_stands_on_the_days_of_the_files() -> None:
    """Equal amounts: the mean delay by amount is the habit of a book whose disputes nobody noted."""
    lines = history()
    model = learnt(opened(book_of(lines)))
    plain = PlainHazard(D, [replace(line, is_disputed=False) for line in lines])
    assert model.companies["dispute_shift_days"].tolist() != [0]
    found = model.customers.set_index("customer_id")["weighted_delay_days"].to_dict()
    assert found == pytest.approx(plain.habit, abs=0.005)
    assert found != pytest.approx(PlainHazard(D, lines).habit, abs=0.1)


def test_dates_are_the_shares_of_the_probabilities() -> None:
    lines = history()
    model, plain = learnt(opened(book_of(lines))), PlainHazard(D, lines)
    asked = [line for line in lines if line.end is None]
    found = model.predict(items_of(asked))
    for line, row in zip(asked, found.to_dict("records"), strict=True):
        alive = plain.survival(line)
        assert row["days_late"] == (D - line.due_on).days
        assert row["probability_late_30"] == pytest.approx(alive[30], rel=1e-6)
        assert row["probability_beyond"] == pytest.approx(alive[180], rel=1e-6)
        assert row["is_predictable"] == (alive[180] <= 0.5)
        for name, share in (("p10_on", 0.1), ("expected_on", 0.5), ("p90_on", 0.9)):
            days = [j for j in range(1, 181) if alive[j] <= 1 - share]
            if days and row["is_predictable"]:
                assert row[name].date() == D + timedelta(days=days[0])
            else:
                assert pd.isna(row[name])
    assert found["is_predictable"].any()


def test_an_invoice_paid_on_its_day_of_issue_is_at_risk_that_day() -> None:
    issued = D - timedelta(days=60)
    lines = [Line("C0", issued, issued + timedelta(days=30), issued) for _ in range(4)]
    plain = PlainHazard(D, lines)
    assert {day for day, weight in plain.at_risk["C0"].items() if weight} == {-30}
    assert learnt(opened(book_of(lines))).customers["count_effective"].tolist() == pytest.approx(
        [plain.at_risk["C0"][-30]]
    )


@given(books(), st.integers(30, 400))
@examples(24)
def test_what_comes_after_the_date_changes_nothing(book: Book, offset: int) -> None:
    """Invoices, payments of the past's invoices and disputes of later days: the model is the same."""
    day = max(START + timedelta(days=offset), min(doc.issued_on for doc in book.docs))
    later = day + timedelta(days=1)
    more = replace(
        book,
        docs=[
            *book.docs,
            Doc("C1", "FX", later, 12_345),
            *(
                Doc(doc.customer, f"X{doc.number}", later, -doc.amount, "payment")
                for doc in book.docs
                if doc.amount > 0 and doc.account_class == "receivable"
            ),
        ],
        allocs=[*book.allocs, *_settled_later(book)],
        disputes=[
            *book.disputes,
            *({"number": d.number, "opened_on": later} for d in book.docs if d.amount > 0),
        ],
    )
    before, after = (opened(item).portfolio(day) for item in (book, more))
    one, other = (hazard.fit(item, POLICY) for item in (before, after))
    pd.testing.assert_frame_equal(one.customers, other.customers)
    pd.testing.assert_frame_equal(
        one.predict(before.open_invoices()), other.predict(after.open_invoices())
    )


def _settled_later(book: Book) -> list[Alloc]:
    """Return payments, the day after, of what remains of each receivable."""
    left = {doc.number: doc.amount for doc in book.docs if doc.amount > 0}
    for item in book.allocs:
        left[item.debit] -= item.amount
    kept = {doc.number for doc in book.docs if doc.account_class == "receivable"}
    return [Alloc(f"X{n}", n, amount) for n, amount in left.items() if amount and n in kept]


def test_same_book_same_model_whatever_the_order_and_the_filters() -> None:
    lines = history()
    told = [
        {"customer_id": f"C{place}", "name": f"C{place}", "category": "AB"[place % 2]}
        for place in range(3)
    ]
    book = book_of(lines, customers=told)
    turned = replace(book, docs=book.docs[::-1], allocs=book.allocs[::-1])
    models = [learnt(opened(item)) for item in (book, book, turned)]
    for model in models[1:]:
        pd.testing.assert_frame_equal(models[0].customers, model.customers)
        assert (models[0].intensities[:-1] == model.intensities[:-1]).all()
    other = replace(book_of(history(9)), company="AUTRE")
    both = opened(book, other)
    for category in (None, "A"):
        kept = learnt(both, company_id="TEST", category=category).customers
        alone = models[0].customers
        alone = alone.loc[alone["customer_id"].isin(kept["customer_id"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, alone)
    assert len(kept) == 2


def _regular(customer: str, delay: int, count: int = 30, step: int = 15) -> list[Line]:
    """Return invoices at 30 days, one every ``step`` days, each paid ``delay`` days late.

    Steps that are no number of weeks: the payments fall on every day of the week.
    """
    lines = []
    for place in range(count):
        issued = D - timedelta(days=120 + step * place)
        due = issued + timedelta(days=30)
        lines.append(Line(customer, issued, due, due + timedelta(days=delay)))
    return lines


def test_who_pays_later_is_expected_later_and_riskier() -> None:
    delays = {"A": -10, "B": 0, "C": 12, "D": 25, "E": 60}
    lines = [line for code, delay in delays.items() for line in _regular(code, delay)]
    model = learnt(opened(book_of(lines)))
    assert model.customers["habit_days"].is_monotonic_increasing
    assert model.customers["late_probability"].iloc[:4].is_monotonic_increasing
    assert model.customers["late_probability"].iloc[[0, -1]].tolist() == pytest.approx(
        [0.0, 1.0], abs=0.2
    )
    asked = items_of([Line(code, D, D + timedelta(days=30)) for code in delays])
    found = model.predict(asked)
    assert found["expected_on"].is_monotonic_increasing
    for code, said in zip(delays, found["expected_on"], strict=True):
        assert abs((said.date() - D).days - 30 - delays[code]) <= 2
    assert (found["p10_on"] <= found["expected_on"]).all()
    assert (found["expected_on"] <= found["p90_on"]).all()
    assert set(found["confidence"]) == {"medium"}


@given(st.integers(-200, 400), st.sampled_from(["C0", "C1", "C2", "NEW"]))
@settings(max_examples=60)
def test_no_date_is_in_the_past(age: int, customer: str) -> None:
    found = _MODEL.predict(items_of([Line(customer, D, D - timedelta(days=age))])).iloc[0]
    for name in ("p10_on", "expected_on", "p90_on"):
        assert pd.isna(found[name]) or found[name].date() > D
    assert found["is_predictable"] == pd.notna(found["expected_on"])
    assert 0 <= found["probability_beyond"] <= found["probability_late_30"] <= 1


_MODEL = learnt(opened(book_of(history())))


def test_who_pays_on_fridays_is_expected_on_a_friday() -> None:
    """Due any day of the week, paid the Friday that follows."""
    lines = []
    for place in range(60):
        due = D - timedelta(days=20 + 9 * place)
        lines.append(
            Line(
                "C0", due - timedelta(days=30), due, due + timedelta(days=4 - due.weekday() % 7 + 7)
            )
        )
    model = learnt(opened(book_of(lines)))
    asked = [Line("C0", D, D + timedelta(days=away)) for away in range(1, 15)]
    found = model.predict(items_of(asked))
    assert [on.weekday() for on in found["expected_on"]].count(4) >= 12
    few = learnt(opened(book_of(lines[:29])))
    assert (few.weekdays == 1).all()
    assert (model.weekdays[0] <= 4).all()
    assert (model.weekdays[0] >= 0.02).all()


def test_a_dated_dispute_moves_the_payment_an_undated_one_does_not() -> None:
    lines = _regular("C0", 2) + [
        replace(line, is_disputed=True) for line in _regular("C0", 42, count=10, step=16)
    ]
    book = book_of(lines)
    asked = [Line("C0", D, D + timedelta(days=30), is_disputed=flag) for flag in (False, True)]
    model = learnt(opened(book))
    assert model.companies["dispute_shift_days"].tolist() == [20]  # 40 × 10 / (10 + 10)
    plain, disputed = model.predict(items_of(asked))["expected_on"]
    assert abs((disputed - plain).days - 20) <= 2
    undated = replace(book, disputes=[{**row, "opened_on": None} for row in book.disputes])
    known = learnt(opened(undated))
    assert known.companies["dispute_shift_days"].tolist() == [0]
    later = replace(
        book, disputes=[{**row, "opened_on": D + timedelta(days=1)} for row in book.disputes]
    )
    assert learnt(opened(later)).companies["dispute_shift_days"].tolist() == [0]


def test_a_new_customer_has_the_curve_of_the_portfolio_at_its_habit() -> None:
    lines = history()
    plain = PlainHazard(D, lines)
    row = _MODEL.intensities[len(_MODEL.keys)]
    for day in (-60, -10, 0, 5, 31, 200):
        expected = plain.curve[day - round(plain.norm)]
        assert -np.expm1(-row[day + 61]) == pytest.approx(expected, rel=1e-6)
    found = _MODEL.predict(items_of([Line("NEW", D, D + timedelta(days=30))]))
    assert found["confidence"].tolist() == ["low"]
    assert found["is_predictable"].tolist() == [True]
    nowhere = _MODEL.predict(items_of([Line("C0", D, D)], company="ELSEWHERE"))
    assert nowhere["is_predictable"].tolist() == [False]
    assert nowhere["probability_late_30"].isna().all()
    assert nowhere["expected_on"].isna().all()


def test_who_never_pays_is_not_predictable() -> None:
    lines = _regular("C0", 2) + [
        Line("C9", on, on + timedelta(days=30))
        for on in (D - timedelta(days=90 + 8 * place) for place in range(60))
    ]
    model = learnt(opened(book_of(lines)))
    found = model.predict(items_of([Line("C9", D, D - timedelta(days=300))])).iloc[0]
    assert not found["is_predictable"]
    assert found["probability_beyond"] > 0.5
    assert pd.isna(found["expected_on"])


def test_the_group_collective_accounts_and_doubtful_matches_teach_nothing() -> None:
    lines = _regular("C0", 2)
    alone = learnt(opened(book_of(lines)))
    mixed = lines + _regular("GROUP", 80) + _regular("SUNDRY", 80) + _regular("GUESS", 80)
    told = [
        {"customer_id": "GROUP", "name": "G", "is_intercompany": True},
        {"customer_id": "SUNDRY", "name": "S", "is_collective": True},
    ]
    book = book_of(mixed, customers=told)
    guessed = {f"P{place}" for place, line in enumerate(mixed) if line.customer == "GUESS"}
    book = replace(
        book,
        allocs=[
            replace(a, confidence=0.3, rule="fifo") if a.credit in guessed else a
            for a in book.allocs
        ],
    )
    model = learnt(opened(book))
    pd.testing.assert_frame_equal(model.customers, alone.customers)


def test_without_lettering_what_is_open_teaches_nothing() -> None:
    """It may well be paid: what is learnt there is the delay of what was matched."""
    paid = _regular("C0", 2)
    late = [Line("C0", D - timedelta(days=200), D - timedelta(days=170))]
    names = ["habit_days", "late_probability", "share_late_15_ratio", "weighted_delay_days"]
    for level, is_same in (("E", True), ("A", False)):
        one, other = (
            learnt(opened(book_of(lines, level=level))).customers[names]
            for lines in (paid, paid + late)
        )
        assert one.equals(other) is is_same


def test_a_book_without_any_payment_has_no_model() -> None:
    model = learnt(opened(book_of([Line("C0", D, D + timedelta(days=30))])))
    assert model.customers.empty
    found = model.predict(items_of([Line("C0", D, D + timedelta(days=30))]))
    assert found["is_predictable"].tolist() == [False]
    assert model.predict(items_of([])).empty


def test_amounts_of_two_currencies_are_never_added() -> None:
    """Late in one currency alone: the share is that of the invoices, not of the larger units."""
    lines = _regular("C0", 0, count=10) + _regular("C0", 40, count=10)
    book = book_of(lines)
    late = {f"{kind}{place}" for place in range(10, 20) for kind in "FP"}
    mixed = replace(
        book,
        docs=[
            replace(doc, currency="XOF", amount=doc.amount * 600) if doc.number in late else doc
            for doc in book.docs
        ],
        allocs=[
            replace(item, amount=item.amount * 600) if item.credit in late else item
            for item in book.allocs
        ],
    )
    found = learnt(opened(mixed)).customers.iloc[0]
    same = learnt(opened(book)).customers.iloc[0]
    assert found["share_late_15_ratio"] == pytest.approx(0.5, abs=0.05)
    assert found["habit_days"] == same["habit_days"]
    assert found["weighted_delay_days"] == pytest.approx(20, abs=5)
