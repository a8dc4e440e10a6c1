"""Promises by hand: grace, share, each euro once, nothing later than the date."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from arlib.analytics.promises import broken_promises, kept_rates, promises
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.workspace import ActionEntry, Author, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Iterable

POLICY = Policy()
MARCH = {n: date(2025, 3, n) for n in range(1, 32)}


def promise(
    customer: str, taken: int, due: int, amount: int | None, number: str | None = None, **more: Any
) -> dict[str, object]:
    return {
        "customer_id": customer, "kind": "promise", "taken_on": MARCH[taken], "due_on": MARCH[due],
        "amount_minor": amount, "currency": None if amount is None else "EUR", "number": number,
        **more,
    }  # fmt: skip


def opened(
    actions: Iterable[dict[str, object]], cash: dict[int, int], allocs: Iterable[Alloc] = ()
) -> Workspace:
    """Return a book where C owes F1 (100,000) and F2 (50,000) and pays ``cash`` in March (day: cents)."""
    docs = [
        Doc("C", "F1", date(2025, 1, 2), 100_000, due_on=date(2025, 2, 1)),
        Doc("C", "F2", date(2025, 1, 3), 50_000, due_on=date(2025, 2, 2)),
        Doc("D", "G1", date(2025, 1, 3), 7_000, due_on=date(2025, 2, 2)),
        Doc("D", "G2", date(2025, 4, 30), 1_000),
        *(Doc("C", f"P{day}", MARCH[day], -amount, "payment") for day, amount in cash.items()),
    ]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, list(allocs), actions=list(actions)))
    return workspace


def status(workspace: Workspace, day: date) -> list[str | None]:
    found = promises(workspace.portfolio(day), POLICY)["status"]
    return [None if value != value else str(value) for value in found]  # noqa: PLR0124 - NaN


@pytest.mark.parametrize(
    ("cash", "expected"),
    [(98_000, "kept"), (97_999, "partial"), (50_000, "partial"), (49_999, "broken"), (0, "broken")],
)
def test_what_the_grace_and_the_share_decide(cash: int, expected: str) -> None:
    paid = {13: cash} if cash else {}
    workspace = opened([promise("C", 1, 10, 100_000)], paid)
    assert status(workspace, MARCH[12]) == ["pending"]
    assert status(workspace, MARCH[13]) == ["kept" if expected == "kept" else "pending"]
    assert status(workspace, MARCH[14]) == [expected]
    assert promises(workspace.portfolio(MARCH[14]), POLICY)["received_minor"].tolist() == [cash]


def test_cash_before_the_promise_or_after_the_grace_does_not_count() -> None:
    workspace = opened([promise("C", 5, 10, 1_000)], {4: 1_000, 14: 1_000})
    assert status(workspace, MARCH[31]) == ["broken"]
    same_day = opened([promise("C", 4, 10, 1_000)], {4: 1_000})
    assert status(same_day, MARCH[4]) == ["kept"]


def test_a_promise_of_an_invoice_counts_what_pays_that_invoice() -> None:
    actions = [promise("C", 1, 10, 50_000, "F2")]
    paid_other = opened(actions, {8: 50_000}, [Alloc("P8", "F1", 50_000)])
    assert status(paid_other, MARCH[20]) == ["broken"]
    paid = opened(actions, {8: 60_000}, [Alloc("P8", "F2", 50_000), Alloc("P8", "F1", 10_000)])
    assert status(paid, MARCH[20]) == ["kept"]
    doubtful = opened(
        actions, {8: 50_000}, [Alloc("P8", "F2", 50_000, rule="fifo", confidence=0.3)]
    )
    assert status(doubtful, MARCH[20]) == ["broken"]


def test_an_amount_not_given_is_what_the_invoice_owed_that_day() -> None:
    workspace = opened(
        [promise("C", 5, 10, None, "F1"), promise("C", 6, 10, None)],
        {2: 30_000, 9: 35_000},
        [Alloc("P2", "F1", 30_000), Alloc("P9", "F1", 35_000)],
    )
    found = promises(workspace.portfolio(MARCH[31]), POLICY)
    assert found["amount_minor"].astype(object).tolist()[0] == 70_000
    assert status(workspace, MARCH[31]) == ["partial", None]
    assert found["status_reason"].tolist()[1] == "amount_missing"


def test_each_euro_counts_once_for_the_oldest_promise() -> None:
    workspace = opened(
        [promise("C", 3, 20, 60_000), promise("C", 1, 20, 60_000), promise("C", 4, 20, 10_000, "F2")],
        {10: 70_000, 15: 20_000},
        [Alloc("P15", "F2", 20_000)],
    )  # fmt: skip
    found = promises(workspace.portfolio(MARCH[31]), POLICY)
    # oldest first: 60 of the 90; then the 10 left of the first and the 20 of the second; nothing is left
    assert found["taken_on"].dt.day.tolist() == [1, 3, 4]
    assert found["received_minor"].tolist() == [60_000, 30_000, 0]
    assert found["status"].tolist() == ["kept", "partial", "broken"]
    assert found["kept_on"].dt.day.tolist()[0] == 10


def test_a_payment_that_bounces_keeps_nothing_from_then_on() -> None:
    workspace = Workspace.open(None)
    docs = [
        Doc("C", "F1", date(2025, 1, 2), 1_000),
        Doc("C", "P1", MARCH[8], -1_000, "payment"),
        Doc("C", "B1", MARCH[12], 1_000, "bounce"),
        Doc("C", "F9", date(2025, 4, 1), 1),
    ]
    allocs = [
        Alloc("P1", "F1", 1_000),
        Alloc("P1", "F1", -1_000, on=MARCH[12]),
        Alloc("P1", "B1", 1_000),
    ]
    load(workspace, Book(docs, allocs, actions=[promise("C", 1, 10, 1_000, "F1")]))
    assert status(workspace, MARCH[11]) == ["kept"]
    assert status(workspace, MARCH[20]) == ["broken"]


def test_rates_in_number_and_value_and_broken_ones_of_a_year() -> None:
    workspace = opened(
        [promise("C", 1, 5, 3_000), promise("C", 2, 6, 1_000), promise("C", 30, 31, 9_000)],
        {5: 3_000},
    )
    portfolio = workspace.portfolio(date(2025, 4, 1))
    rates = kept_rates(portfolio, POLICY).iloc[0]
    assert (rates["count_due"], rates["count_kept"]) == (2, 1)
    assert (rates["kept_ratio"], rates["kept_value_ratio"]) == (0.5, 0.75)
    broken = broken_promises(portfolio, POLICY)
    assert dict(zip(broken["customer_id"], broken["broken_promises"], strict=True)) == {
        "C": 1,
        "D": 0,
    }
    # the deadline of the broken one is 9 March: a year later it is forgotten
    for day, count in ((date(2026, 3, 8), 2), (date(2026, 3, 9), 1)):
        assert broken_promises(workspace.portfolio(day), POLICY)["broken_promises"].iloc[0] == count


def test_a_book_without_promises_says_nothing() -> None:
    workspace = opened([], {5: 3_000})
    portfolio = workspace.portfolio(MARCH[31])
    assert promises(portfolio, POLICY).empty
    assert broken_promises(portfolio, POLICY).empty
    assert kept_rates(portfolio, POLICY).empty


def test_an_entry_made_by_hand_counts_like_one_of_a_file_and_can_be_undone() -> None:
    workspace = opened([], {5: 3_000})
    entry = ActionEntry(
        "TEST", "C", "promise", amount_minor=3_000, currency="EUR", due_on=MARCH[6],
        taken_on=MARCH[2],
    )  # fmt: skip
    by = Author("Zoé", datetime(2025, 3, 2, 9, 0))  # noqa: DTZ001 - the book keeps naive times
    written = workspace.add_action(entry, by)
    converted = workspace.portfolio(MARCH[31], Filters(currency="EUR"))
    assert promises(converted, POLICY)["status"].tolist() == ["kept"]
    assert promises(workspace.portfolio(MARCH[31], Filters(currency="USD")), POLICY).empty
    workspace.undo_action(written, BY)
    assert promises(workspace.portfolio(MARCH[31]), POLICY).empty


def test_a_list_of_open_items_does_not_tell_when_money_came() -> None:
    workspace = Workspace.open(None)
    book = Book(
        [Doc("C", "F1", date(2025, 1, 2), 1_000)], open_items={"F1": 1_000}, scope="open_items",
        level="C", extracted_on=MARCH[31], actions=[promise("C", 1, 5, 1_000, "F1")],
    )  # fmt: skip
    load(workspace, book)
    found = promises(workspace.portfolio(MARCH[31]), POLICY)
    assert found["status"].isna().tolist() == [True]
    assert found["status_reason"].tolist() == ["not_at_this_level"]
    assert broken_promises(workspace.portfolio(MARCH[31]), POLICY).empty


def test_settings_are_checked() -> None:
    from arlib.model.issues import UserError

    for settings in ({"promise_grace_days": -1}, {"promise_kept_ratio": 0.5}):
        with pytest.raises(UserError, match="policy_value_invalid"):
            Policy().with_settings(**settings)
