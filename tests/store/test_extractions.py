"""Successive lists of open items: what leaves the list was settled in between."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from arlib.model.policy import Policy
from arlib.views import behaviour, risk, status
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load

JAN, FEB, MAR = date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)
F1 = Doc("C1", "F1", date(2025, 1, 5), 1000, due_on=date(2025, 2, 5))
F2 = Doc("C1", "F2", date(2025, 1, 10), 500, due_on=date(2025, 3, 10))
F3 = Doc("C1", "F3", date(2025, 2, 10), 700, due_on=date(2025, 3, 10))
LATER = Doc("C1", "F2", date(2025, 1, 10), 500, due_on=date(2025, 4, 30))


def extraction(day: date, opens: dict[str, int], docs: list[Doc]) -> Book:
    return Book(
        docs, scope="open_items", level="C", format_id="flat", open_items=opens, extracted_on=day,
        covers=(min(doc.issued_on for doc in docs), day),
    )  # fmt: skip


BOOKS = (
    extraction(JAN, {"F1": 1000, "F2": 500}, [F1, F2]),
    extraction(FEB, {"F2": 500, "F3": 700}, [LATER, F3]),
    extraction(MAR, {"F2": 500, "F3": 300}, [LATER, F3]),
)


def opened(*books: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, *books)
    return workspace


def left(workspace: Workspace, day: date) -> dict[str, tuple[int, date]]:
    items = workspace.portfolio(day).items()
    return {
        str(n): (int(a), d.date())
        for n, a, d in zip(items["number"], items["open_minor"], items["due_on"], strict=True)
    }


@pytest.mark.parametrize("order", list(itertools.permutations(BOOKS)))
def test_each_date_is_the_list_of_its_day_with_the_due_date_known_then(
    order: tuple[Book, ...],
) -> None:
    workspace = opened(*order)
    old, new, third = date(2025, 3, 10), date(2025, 4, 30), date(2025, 3, 10)
    assert left(workspace, JAN) == {"F1": (1000, date(2025, 2, 5)), "F2": (500, old)}
    assert left(workspace, date(2025, 2, 27)) == {
        "F1": (1000, date(2025, 2, 5)), "F2": (500, old), "F3": (700, third)
    }  # fmt: skip
    assert left(workspace, FEB) == {"F2": (500, new), "F3": (700, third)}
    assert left(workspace, MAR) == {"F2": (500, new), "F3": (300, third)}
    months = workspace.portfolio(MAR).aging_months((JAN, FEB, MAR))
    assert months.groupby("month_end")["amount_minor"].sum().tolist() == [1500, 1200, 800]
    for day in (JAN, FEB, MAR):
        assert (workspace.portfolio(day).tie_out()["difference_minor"] == 0).all()


def test_delays_are_counted_to_the_middle_of_the_interval() -> None:
    workspace = opened(*BOOKS)
    view = behaviour.build(workspace.portfolio(MAR), Policy())
    assert view.unavailable is None
    assert view.is_estimated
    row = view.blocks[0].customers.iloc[0]
    middle = date(2025, 2, 14)  # between 31 January and 28 February
    other = date(2025, 3, 15)  # between 28 February and 31 March
    late = 1000 * (middle - date(2025, 2, 5)).days + 400 * (other - date(2025, 3, 10)).days
    assert row["count_payments"] == 2
    assert row["weighted_delay_days"] == pytest.approx(late / 1400)
    assert row["simple_delay_days"] == pytest.approx(9)
    assert row["count_paid_invoices"] == 1
    # in effect at the extraction: the day before nothing is known yet
    early = behaviour.build(workspace.portfolio(date(2025, 2, 27)), Policy())
    assert early.unavailable == "not_at_this_level"


def test_two_extractions_answer_what_one_cannot() -> None:
    one, two = opened(BOOKS[0]), opened(*BOOKS[:2])
    assert not one.info().companies[0].is_inferred
    assert two.info().companies[0].is_inferred
    assert two.info().first_as_of == JAN
    cannot = status.build(one.portfolio(), Policy()).unavailable
    assert {"past_dates", "behaviour", "dso", "limits_history"} <= set(cannot)
    can = status.build(two.portfolio(), Policy()).unavailable
    assert set(can) == {"dso"}
    assert two.portfolio().inferred_companies() == {"TEST"}
    rows = risk.build(two.portfolio(), Policy()).customers
    assert rows["mean_delay_days"].notna().all()


def test_an_extraction_undone_takes_its_settlements_away() -> None:
    workspace = opened(*BOOKS)
    middle = workspace.portfolio(MAR).batches()
    batch = middle.loc[middle["extracted_on"].dt.date == FEB, "batch_id"].iloc[0]
    from tests.support.books import BY

    workspace.undo(str(batch), BY)
    with workspace._database.cursor() as cursor:
        rows = cursor.execute(
            "SELECT allocated_after_on, allocated_on, paid_on, amount_minor, confidence"
            " FROM allocations WHERE rule = 'inferred' ORDER BY amount_minor"
        ).fetchall()
    assert rows == [
        (None, MAR, MAR, 400, 0.3),
        (JAN, MAR, date(2025, 3, 1), 1000, 0.6),
    ]
