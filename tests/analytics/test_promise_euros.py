"""Each euro counts for one promise: the whole of promises against a plain recount, euro by euro."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from arlib.analytics.promises import kept_by_month, kept_in_all, kept_rates, promises
from arlib.model.policy import Policy
from arlib.workspace import PlanEntry, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.examples import examples

POLICY = Policy()
START = date(2025, 3, 1)
END = date(2025, 5, 31)
INVOICES = ("F1", "F2")


@dataclass(frozen=True)
class Said:
    """One promise: days after START, cents, the invoice it names (None: the customer)."""

    taken: int
    due: int
    amount: int
    number: str | None


_DAYS = st.integers(0, 40)
_SAID = st.builds(
    lambda taken, wait, amount, number: Said(taken, taken + wait, amount, number),
    _DAYS, st.integers(0, 15), st.integers(1, 600), st.sampled_from([None, *INVOICES]),
)  # fmt: skip
_CASH = st.tuples(st.integers(0, 60), st.integers(1, 500), st.sampled_from([None, *INVOICES]))


def _book(said: list[Said], cash: list[tuple[int, int, str | None]]) -> Book:
    docs = [Doc("C", number, date(2025, 1, 2), 1_000_000) for number in INVOICES]
    docs += [
        Doc("C", f"P{place}", START + timedelta(days=day), -amount, "payment")
        for place, (day, amount, _number) in enumerate(cash)
    ]
    docs.append(Doc("D", "G", END, 1))
    allocs = [
        Alloc(f"P{place}", number, amount)
        for place, (_day, amount, number) in enumerate(cash)
        if number
    ]
    actions: list[dict[str, object]] = [
        {
            "customer_id": "C",
            "kind": "promise",
            "taken_on": START + timedelta(days=item.taken),
            "due_on": START + timedelta(days=item.due),
            "amount_minor": item.amount,
            "currency": "EUR",
            "number": item.number,
        }
        for item in said
    ]
    return Book(docs, allocs, actions=actions)


def _recounted(said: list[Said], cash: list[tuple[int, int, str | None]]) -> list[tuple[int, str]]:
    """Return what each promise received and became, one euro cent after the other."""
    each = ((day, number) for day, amount, number in cash for _cent in range(amount))
    cents = sorted(each, key=lambda cent: (cent[0], cent[1] or ""))  # of a day, the free ones first
    left = [True] * len(cents)
    found = []
    for item in said:
        received = 0
        for place, (day, number) in enumerate(cents):
            is_its = item.number in (None, number)
            is_in_time = item.taken <= day <= item.due + POLICY.promise_grace_days
            if left[place] and is_its and is_in_time and received < item.amount:
                left[place] = False
                received += 1
        is_kept = received * 100 >= 98 * item.amount
        status = "kept" if is_kept else "partial" if 2 * received >= item.amount else "broken"
        found.append((received, status))
    return found


@given(st.lists(_SAID, min_size=1, max_size=5, unique=True), st.lists(_CASH, max_size=5))
@example([Said(0, 0, 1, None), Said(0, 0, 1, "F1")], [(0, 1, None), (0, 1, "F1")])
@examples(24)
def test_each_euro_counts_once_oldest_promise_first(
    said: list[Said], cash: list[tuple[int, int, str | None]]
) -> None:
    workspace = Workspace.open(None)
    load(workspace, _book(said, cash))
    found = promises(workspace.portfolio(END), POLICY)
    order = sorted(said, key=lambda item: (item.taken, item.due, item.number or "", item.amount))
    assert list(zip(found["received_minor"], found["status"], strict=True)) == _recounted(
        order, cash
    )
    assert found["received_minor"].sum() <= sum(amount for _day, amount, _number in cash)
    told = kept_in_all(workspace.portfolio(END), POLICY).iloc[0]
    assert told["count_due"] == len(said)
    assert told["count_kept"] == (found["status"] == "kept").sum()
    rates = kept_rates(workspace.portfolio(END), POLICY)
    months = kept_by_month(workspace.portfolio(END), POLICY)
    for name in ("count_due", "count_kept", "due_minor", "kept_minor"):
        assert rates[name].sum() == months[name].sum() == told[name]


def test_the_instalments_of_a_plan_are_promises_undone_together() -> None:
    workspace = Workspace.open(None)
    load(workspace, _book([], [(5, 300, None), (30, 150, None)]))
    april, may = date(2025, 4, 1), date(2025, 5, 1)
    plan = PlanEntry("TEST", "C", "EUR", ((may, 200), (april, 300)), taken_on=START)
    written = workspace.add_plan(plan, BY)
    found = promises(workspace.portfolio(END), POLICY)
    assert found["plan_id"].tolist() == [written, written]
    # 300 on 6 March keep the first; the 150 of 31 March are left for the second
    assert list(zip(found["due_on"].dt.date, found["received_minor"], found["status"], strict=True)) == [
        (april, 300, "kept"), (may, 150, "partial"),
    ]  # fmt: skip
    workspace.undo_action(written, BY)
    assert promises(workspace.portfolio(END), POLICY).empty
    assert workspace.action_history()["is_undone"].sum() == 2
