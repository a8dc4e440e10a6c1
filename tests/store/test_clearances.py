"""When an invoice was cleared, as known at each date."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given

from arlib.model.policy import Policy
from arlib.workspace import Workspace
from tests.store.strategies import books, days
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.examples import examples

FAR = date(9999, 12, 31)


def _opened(*loaded: Book) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, *loaded)
    return workspace


def _rows(workspace: Workspace, number: str = "F1") -> list[tuple[Any, ...]]:
    """Return (cleared_on, is_cash, confidence, from_on, to_on, due_on) of one document, in order."""
    with workspace._database.cursor() as cursor:
        return cursor.execute(
            "SELECT x.cleared_on, x.is_cash, x.confidence, x.from_on, x.to_on, x.due_on"
            " FROM clearances AS x JOIN layer_documents AS l ON l.document_key = x.document_key"
            " WHERE l.number = ? GROUP BY ALL ORDER BY x.from_on",
            [number],
        ).fetchall()


def _day(month: int, day: int) -> date:
    return date(2025, month, day)


ISSUED, DUE = _day(1, 5), _day(2, 5)
INVOICE = Doc("C1", "F1", ISSUED, 200_000, due_on=DUE)


def _pay(number: str, on: date, amount: int, kind: str = "payment") -> Doc:
    return Doc("C1", number, on, -amount, kind)


def test_paid_in_several_times_is_cleared_when_no_more_than_the_tolerance_remains() -> None:
    book = Book(
        [
            INVOICE,
            _pay("P1", _day(2, 10), 120_000),
            _pay("P2", _day(2, 20), 79_500),
            _pay("P3", _day(4, 1), 500),
        ],
        [
            Alloc("P1", "F1", 120_000),
            Alloc("P2", "F1", 79_500, confidence=0.7),
            Alloc("P3", "F1", 500),
        ],
    )
    assert _rows(_opened(book)) == [
        (None, False, 1.0, ISSUED, _day(2, 10), DUE),
        (None, False, 1.0, _day(2, 10), _day(2, 20), DUE),
        (_day(2, 20), True, 0.7, _day(2, 20), FAR, DUE),
    ]
    short = replace(book, allocs=[Alloc("P1", "F1", 120_000), Alloc("P2", "F1", 79_499)])
    assert [row[0] for row in _rows(_opened(short))] == [None, None, None]


def test_the_tolerance_is_the_smaller_of_both_and_a_setting() -> None:
    book = Book(
        [INVOICE, Doc("C1", "F2", ISSUED, 10_000, due_on=DUE), _pay("P", _day(3, 1), 209_000)],
        [Alloc("P", "F1", 199_100), Alloc("P", "F2", 9_900)],
    )
    workspace = _opened(book)
    assert [row[0] for row in _rows(workspace)] == [None]  # 9.00 remains, more than 5.00
    assert [row[0] for row in _rows(workspace, "F2")] == [None]  # 1 %, more than 0.5 %
    workspace.set_policy(Policy(paid_tolerance_minor={"EUR": 1000}), BY)
    assert [row[0] for row in _rows(workspace)] == [None, _day(3, 1)]
    assert [row[0] for row in _rows(workspace, "F2")] == [None]
    workspace.set_policy(Policy(paid_tolerance_ratio=0.01), BY)
    assert [row[0] for row in _rows(workspace)] == [None]
    assert [row[0] for row in _rows(workspace, "F2")] == [None, _day(3, 1)]
    fresh = Workspace.open(None)
    fresh.set_policy(Policy(paid_tolerance_ratio=0.01), BY)
    load(fresh, book)
    for number in ("F1", "F2"):
        assert _rows(fresh, number) == _rows(workspace, number)


def test_a_payment_that_bounced_is_one_until_it_came_back() -> None:
    book = Book(
        [
            INVOICE,
            _pay("P1", _day(2, 10), 200_000),
            Doc("C1", "R1", _day(2, 25), 200_000, "bounce"),
            _pay("P2", _day(3, 15), 200_000),
        ],
        [
            Alloc("P1", "F1", 200_000),
            Alloc("P1", "F1", -200_000, on=_day(2, 25)),
            Alloc("P1", "R1", 200_000),
            Alloc("P2", "F1", 200_000),
        ],
    )
    assert _rows(_opened(book)) == [
        (None, False, 1.0, ISSUED, _day(2, 10), DUE),
        (_day(2, 10), True, 1.0, _day(2, 10), _day(2, 25), DUE),
        (None, False, 1.0, _day(2, 25), _day(3, 15), DUE),
        (_day(3, 15), True, 1.0, _day(3, 15), FAR, DUE),
    ]


def test_credit_notes_alone_are_no_payment_and_a_last_one_does_not_date_the_cash() -> None:
    book = Book(
        [
            INVOICE,
            Doc("C1", "F2", ISSUED, 100_000, due_on=DUE),
            _pay("A1", _day(2, 10), 200_000, "credit_note"),
            _pay("P1", _day(2, 12), 60_000),
            _pay("A2", _day(3, 2), 40_000, "credit_note"),
        ],
        [Alloc("A1", "F1", 200_000), Alloc("P1", "F2", 60_000), Alloc("A2", "F2", 40_000)],
    )
    workspace = _opened(book)
    assert _rows(workspace)[-1][:4] == (_day(2, 10), False, 1.0, _day(2, 10))
    assert _rows(workspace, "F2")[-1][:4] == (_day(2, 12), True, 1.0, _day(3, 2))


def test_paid_on_its_day_or_before_and_each_instalment_by_itself() -> None:
    book = Book(
        [
            INVOICE,
            replace(INVOICE, number="F2"),
            Doc("C1", "F3", ISSUED, 1_000, instalment=1, due_on=DUE),
            Doc("C1", "F3-2", ISSUED, 1_000, instalment=2, due_on=_day(3, 5)),
            _pay("P1", ISSUED, 200_000),
            _pay("D1", ISSUED - timedelta(days=10), 200_000, "deposit"),
            _pay("P3", _day(2, 1), 1_000),
        ],
        [Alloc("P1", "F1", 200_000), Alloc("D1", "F2", 200_000), Alloc("P3", "F3", 1_000)],
    )
    workspace = _opened(book)
    assert _rows(workspace) == [(ISSUED, True, 1.0, ISSUED, FAR, DUE)]
    assert _rows(workspace, "F2") == [
        (ISSUED - timedelta(days=10), True, 1.0, ISSUED, FAR, DUE)
    ]  # known when the invoice is there
    assert [row[0] for row in _rows(workspace, "F3")] == [None, _day(2, 1)]
    assert [row[0] for row in _rows(workspace, "F3-2")] == [None]


def test_a_due_date_pushed_between_two_lists_counts_from_the_second() -> None:
    later = _day(4, 5)
    workspace = _opened(
        *(
            Book(
                [replace(INVOICE, due_on=due)] if due else [Doc("C1", "F9", ISSUED, 5, due_on=DUE)],
                scope="open_items", level="C", format_id="flat", extracted_on=day,
                open_items={"F1": 200_000} if due else {"F9": 5}, covers=(ISSUED, day),
            )
            for day, due in ((_day(1, 31), DUE), (_day(2, 28), later), (_day(3, 31), None))
        )
    )  # fmt: skip
    expected = [
        (None, False, 1.0, ISSUED, _day(2, 28), DUE),
        (None, False, 1.0, _day(2, 28), _day(3, 31), later),
        # between the last list that shows it and the first that does not: the middle
        (_day(3, 15), True, 0.6, _day(3, 31), FAR, later),
    ]
    assert _rows(workspace) == expected
    workspace.set_policy(Policy(paid_tolerance_ratio=0.0), BY)
    assert _rows(workspace) == expected


@given(books(), days)
@examples(40)
def test_rows_at_a_date_are_the_documents_at_that_date(book: Book, day: date) -> None:
    """One row a document, cleared when the plain definition says so."""
    workspace = _opened(book)
    with workspace._database.cursor() as cursor:
        found = cursor.execute(
            "SELECT l.number, x.cleared_on, x.is_cash FROM clearances AS x JOIN layer_documents AS l"
            " ON l.document_key = x.document_key WHERE x.from_on <= $day AND x.to_on > $day",
            {"day": day},
        ).fetchall()
    assert {number: (on, cash) for number, on, cash in found} == _plain(book, day)
    assert len(found) == len({row[0] for row in found})


def _plain(book: Book, day: date) -> dict[str, tuple[date | None, bool]]:
    by_number = {doc.number: doc for doc in book.docs}
    moves = defaultdict(list)
    for item in book.allocs:
        credit, debit = by_number[item.credit], by_number[item.debit]
        moves[item.debit].append((max(credit.issued_on, debit.issued_on), credit, item.amount))
    result: dict[str, tuple[date | None, bool]] = {}
    for doc in book.docs:
        if doc.kind not in {"invoice", "opening"} or doc.issued_on > day:
            continue
        if doc.account_class not in {"receivable", "doubtful", "retention"}:
            continue
        left, cash = doc.amount, None
        state: tuple[date | None, bool] = (None, False)
        for on, same in _by_day(moves[doc.number], day):
            for credit, amount in same:
                left -= amount
                if credit.kind in {"payment", "deposit"}:
                    cash = max(cash or credit.issued_on, credit.issued_on)
            if state[0] is None and left <= min(doc.amount // 200, 500):
                state = (cash or on, cash is not None)
        result[doc.number] = state
    return result


def _by_day(
    moves: list[tuple[date, Doc, int]], day: date
) -> list[tuple[date, list[tuple[Doc, int]]]]:
    groups = defaultdict(list)
    for on, credit, amount in moves:
        if on <= day:
            groups[on].append((credit, amount))
    return sorted(groups.items(), key=lambda item: item[0])
