"""Random books: invoices, credits, partial and crossed payments, disputes."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from tests.support.books import Alloc, Book, Doc

START = date(2024, 1, 1)
_DAYS = st.integers(0, 400)
_CUSTOMERS = st.sampled_from(["C1", "C2", "C3", "Ço|%"])


def _day(offset: int) -> date:
    return START + timedelta(days=offset)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Draw a consistent book: no allocation exceeds what remains on either side."""
    debits = [
        Doc(
            draw(_CUSTOMERS),
            f"F{i}",
            _day(draw(_DAYS)),
            draw(st.integers(1, 50_000)),
            draw(st.sampled_from(["invoice", "invoice", "invoice", "opening"])),
            due_on=draw(st.one_of(st.none(), _DAYS.map(_day))),
            account_class=draw(st.sampled_from(["receivable", "receivable", "doubtful", "bill"])),
        )
        for i in range(draw(st.integers(1, 6)))
    ]
    sources = [
        Doc(
            draw(_CUSTOMERS),
            f"P{i}",
            _day(draw(_DAYS)),
            -draw(st.integers(1, 50_000)),
            draw(st.sampled_from(["payment", "payment", "credit_note", "deposit"])),
            account_class=draw(st.sampled_from(["receivable", "receivable", "doubtful", "bill"])),
        )
        for i in range(draw(st.integers(0, 6)))
    ]
    left = {doc.number: abs(doc.amount) for doc in debits + sources}
    allocations = []
    for source in sources:
        # a ledger letters inside one account: across classes the transfer is an entry of its own
        same = [debit for debit in debits if debit.account_class == source.account_class]
        for debit in draw(st.lists(st.sampled_from(same), max_size=3)) if same else []:
            amount = min(left[source.number], left[debit.number])
            if amount and draw(st.booleans()):
                amount = draw(st.integers(1, amount))
            if amount:
                left[source.number] -= amount
                left[debit.number] -= amount
                allocations.append(Alloc(source.number, debit.number, amount))
    disputes: list[dict[str, object]] = [
        {
            "number": debit.number,
            "opened_on": draw(st.one_of(st.none(), _DAYS.map(_day))),
            "closed_on": draw(st.one_of(st.none(), _DAYS.map(_day))),
            "amount_minor": draw(st.one_of(st.none(), st.integers(1, 60_000))),
        }
        for debit in debits
        if draw(st.integers(0, 4)) == 0
    ]
    return Book(debits + sources, allocations, disputes=disputes)


days = _DAYS.map(_day)
